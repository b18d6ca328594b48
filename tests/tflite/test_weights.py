"""How many weights a model has, and the bytes that they take."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.tflite import compression, model
from featherline.tflite.weights import Weights, count_weights
from tests.tflite import handmade

# conv 3x4x8 and 3x8x16, dense 128x16 and 16x3, a bias for each
KERNELS = 96 + 384 + 2048 + 48
BIASES = 8 + 16 + 16 + 3
FLOAT, INT4, INT8 = schema.TensorType.FLOAT32, schema.TensorType.INT4, schema.TensorType.INT8


@pytest.mark.parametrize(
    ("scheme", "kernel_bytes", "bias_bytes"), [("none", 4, 4), ("float16", 2, 2), ("int8", 1, 4), ("int16x8", 1, 8)]
)
def test_weights_are_counted_as_stored(converted, scheme, kernel_bytes, bias_bytes):
    weights = count_weights(model.read(converted.path(scheme)))
    assert weights.number == KERNELS + BIASES
    assert weights.bytes == KERNELS * kernel_bytes + BIASES * bias_bytes


def test_dynamic_range_stores_only_the_large_kernel_as_int8(converted):
    weights = count_weights(model.read(converted.path("dynamic_range")))
    assert weights.bytes == 4 * (KERNELS + BIASES) - 3 * 2048


def test_the_shape_of_a_reshape_is_a_constant_and_no_weight(converted):
    read = model.read(converted.path("int8"))
    reshape = next(operator for operator in read.operators if operator.name == "RESHAPE")
    shape = reshape.inputs[1]
    assert shape.constant
    assert sum(t.elements for t in read.tensors if t.constant) == count_weights(read).number + shape.elements


def test_two_weights_of_four_bits_make_one_byte(write_model):
    path = write_model(
        schema.BuiltinOperator.FULLY_CONNECTED,
        [(INT8, [1, 5], None), (INT4, [3, 5], bytes(8)), (INT8, [1, 3], None)],
    )
    assert count_weights(model.read(path)) == Weights(number=15, bytes=8, scale_bytes=0, packed_bytes=4)


@pytest.mark.parametrize(
    ("integers", "bits"),
    [
        ([0, 0, 0], 2),
        ([-1, 0, 1], 2),
        ([-2, 1], 2),
        ([2], 3),
        ([-4, 3], 3),
        ([-7, 7], 4),
        ([8], 8),
        ([-127, 0, 127], 8),
        ([-300], 16),
        ([40_000], 32),
    ],
)
def test_integers_need_the_smallest_range_that_holds_them_all(tmp_path, integers, bits):
    made = handmade.Handmade()
    entry, result = made.tensor((1, 64), handmade.INT32, scale=1), made.tensor((1, 64), handmade.INT32, scale=1)
    constant = made.tensor((1, 64), handmade.INT32, np.resize(np.int32(integers), (1, 64)), scale=1)
    made.operator(schema.BuiltinOperator.ADD, [entry, constant], [result])
    (tmp_path / "m.tflite").write_bytes(made.content([entry], [result]))
    assert count_weights(model.read(tmp_path / "m.tflite")) == Weights(64, 256, 12, 64 * bits // 8)


def test_scales_are_counted_apart_one_and_a_zero_point_for_each_channel(converted):
    weights = count_weights(model.read(converted.path("int8")))
    assert weights.scale_bytes == 2 * 12 * (8 + 16 + 16 + 3)  # of kernels and biases
    assert weights.packed_bytes < weights.bytes
    assert count_weights(model.read(converted.path("none"))).scale_bytes == 0


def test_floats_need_what_they_are_stored_in(converted):
    weights = count_weights(model.read(converted.path("float16")))
    assert weights.packed_bytes == weights.bytes


def test_weights_behind_a_look_up_table_count_as_what_they_are_decoded_to(tmp_path):
    content = handmade.classifier(np.random.default_rng(3), levels=1, filters=(32, 32))
    plain, small = tmp_path / "plain.tflite", tmp_path / "small.tflite"
    plain.write_bytes(content)
    compressed = compression.compress(content)
    small.write_bytes(compressed.content)
    before, after = count_weights(model.read(plain)), count_weights(model.read(small))
    assert (after.number, after.scale_bytes) == (before.number, before.scale_bytes)
    saved = sum(table.saved_bytes for table in compressed.tables)
    assert saved > 2000
    assert after.bytes == before.bytes - saved
    assert after.packed_bytes <= after.bytes
