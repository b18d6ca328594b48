from dataclasses import replace

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError
from featherline.deployment.equality import Unequal, check_equal
from featherline.interpreters import litert, tflm
from featherline.tflite import compression, model
from featherline.tflite.compression import compress
from featherline.tflite.minify import minify
from tests.tflite.handmade import INT4, INT8, INT16, INT32, ITEM, OPERATORS, Handmade, classifier


def items(count=8, kind="int8") -> np.ndarray:
    return np.random.default_rng(1).integers(-128, 128, (count, *ITEM[1:])).astype(kind)


@pytest.mark.parametrize("filters", [(12, 12), (24, 32), (48, 64), (64, 128), (96, 120, 30)])
def test_three_levels_give_the_same_answers_from_a_smaller_file(filters):
    content = classifier(np.random.default_rng(2), levels=1, filters=filters)
    compressed = compress(content)
    check_equal(content, compressed.content, items())
    assert compressed.bytes_before == len(minify(content))
    assert compressed.bytes_after == len(compressed.content) < compressed.bytes_before
    assert {table.bits for table in compressed.tables} == {2}
    assert compressed.reason is None


@pytest.mark.parametrize(("levels", "bits"), [(1, 2), (3, 3), (7, 4)])
def test_levels_decide_how_many_bits_an_index_has(levels, bits):
    content = classifier(np.random.default_rng(2), levels=levels, filters=(48, 64), units=(16, 3))
    compressed = compress(content)
    check_equal(content, compressed.content, items())
    assert {table.bits for table in compressed.tables if table.weights > 500} == {bits}


def test_channels_of_a_depthwise_kernel_lie_last():
    """The runtime finds them by the tensor's scales; three weights of a channel have three values at most."""
    content = classifier(np.random.default_rng(2), depthwise=True)
    kernel = next(t for t in model.parse(content, "m").tensors if t.shape == (1, 3, 1, 6))
    table = compression.Table(0, kernel.index, kernel.name, kernel.buffer, weights=18, bits=2, axis=3, saved_bytes=-21)
    check_equal(content, minify(compression._written(content, [table])), items())


def test_one_table_serves_a_tensor_of_one_scale():
    rng, made = np.random.default_rng(3), Handmade()
    entry, result = made.tensor((1, *ITEM[1:]), INT8, scale=0.05), made.tensor((1, 64), INT8, scale=0.05)
    kernel = made.tensor((64, 36), INT8, (rng.integers(-1, 2, (64, 36)) * 127).astype(np.int8), 0.002)
    bias = made.tensor((64,), INT32, rng.integers(-99, 99, 64).astype(np.int32), 0.0001)
    made.operator(OPERATORS.FULLY_CONNECTED, [entry, kernel, bias], [result], schema.FullyConnectedOptionsT())
    content = made.content([entry], [result])
    compressed = compress(content)
    check_equal(content, compressed.content, items())
    [table] = compressed.tables
    assert (table.axis, table.saved_bytes, table.name) == (None, 64 * 36 * 3 // 4 - 3 - 16, "tensor_2")


def test_int16_activations_keep_their_answers():
    content = classifier(np.random.default_rng(2), levels=1, filters=(32, 32), activations=INT16)
    compressed = compress(content)
    assert compressed.tables
    check_equal(content, compressed.content, items(kind="int16"))


def test_tensors_whose_tables_cost_more_than_they_save_are_left_alone():
    compressed = compress(classifier(np.random.default_rng(2), levels=1, filters=(2, 48, 48)))
    assert sorted(table.weights for table in compressed.tables) == [3 * 12 * 48, 48 * 3 * 48]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (classifier(np.random.default_rng(2), filters=(16, 16)), "No tensor of int8 weights has so few values"),
        (classifier(np.random.default_rng(2), levels=1, filters=(3,)), "The file would grow by "),
        (
            classifier(np.random.default_rng(2), levels=7, filters=(16,), units=(), kernels=INT4),
            "The compressor does not take int4 weights, and no tensor of int8 weights has so few",
        ),
    ],
)
def test_a_model_that_gains_nothing_is_only_minified_and_says_why(content, reason):
    compressed = compress(content)
    assert compressed.content == minify(content)
    assert compressed.bytes_after == compressed.bytes_before
    assert compressed.tables == ()
    assert compressed.reason.startswith(reason)


def test_what_the_compressor_refuses_is_told_in_its_words(monkeypatch):
    def refuse(*_):
        raise compression.CompressionError("no such table")

    monkeypatch.setattr(compression, "write_tables", refuse)
    compressed = compress(classifier(np.random.default_rng(2), levels=1))
    assert compressed.reason == "The compressor refuses: no such table."


def test_a_single_table_for_many_scales_would_answer_wrong():
    """Why a table is never shared by channels, and why every compressed model is compared with its source."""
    content = classifier(np.random.default_rng(2), levels=1, filters=(32, 32))
    tables = compression._tables(model.parse(content, "m"))
    shared = [replace(table, axis=None) for table in tables]
    with pytest.raises(Unequal, match="8 of 8 items"):
        check_equal(content, minify(compression._written(content, shared)), items())


def test_decoding_needs_room_in_the_arena_for_the_largest_layer(tmp_path):
    content = classifier(np.random.default_rng(2), levels=1, filters=(48, 48))
    (tmp_path / "plain.tflite").write_bytes(minify(content))
    (tmp_path / "small.tflite").write_bytes(compress(content).content)
    before, after = (tflm.examine(tmp_path / f"{name}.tflite", items()) for name in ("plain", "small"))
    assert after.activation_bytes >= 48 * 3 * 48 > before.activation_bytes


def test_litert_has_no_such_operator(tmp_path):
    (tmp_path / "m.tflite").write_bytes(compress(classifier(np.random.default_rng(2), 1, (48, 48))).content)
    with pytest.raises(FeatherlineError, match="unresolved custom op: TFLM_DECODE"):
        litert.outputs(tmp_path / "m.tflite", items())


def test_the_same_model_gives_the_same_bytes():
    content = classifier(np.random.default_rng(2), levels=3, filters=(32, 32))
    compressed = compress(content).content
    assert compressed == compress(content).content == compress(minify(content)).content
    assert minify(compressed) == compressed == compress(compressed).content
