"""What is read in a .tflite file, and which files are refused."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.tflite import model
from featherline.tflite.minify import minify
from featherline.tflite.weights import count_weights
from tests.tflite import handmade

FLOAT, INT4, INT8 = schema.TensorType.FLOAT32, schema.TensorType.INT4, schema.TensorType.INT8


def test_tensors_tell_shape_type_bytes_and_quantization(converted):
    read = model.read(converted.path("int8"))
    entry = read.inputs[0]
    assert (entry.shape, entry.type, entry.bytes, entry.constant) == ((1, 32, 1, 4), "int8", 128, False)
    assert len(entry.scale) == len(entry.zero_point) == 1
    kernel = next(t for t in read.tensors if t.shape == (16, 3, 1, 8))
    assert (kernel.bytes, len(kernel.scale), set(kernel.zero_point)) == (384, 16, {0})  # a scale for each channel
    assert model.read(converted.path("none")).inputs[0].scale is None


@pytest.mark.parametrize(
    ("operator", "code", "kind", "name"),
    [
        (schema.BuiltinOperator.SOFTMAX, None, "builtin", "SOFTMAX"),
        (schema.BuiltinOperator.GELU, None, "builtin", "GELU"),  # beyond 127, which old readers miss
        (schema.BuiltinOperator.CUSTOM, "FlexErf", "select", "FlexErf"),
        (schema.BuiltinOperator.CUSTOM, "Spectrogram", "custom", "Spectrogram"),
    ],
)
def test_operators_are_built_in_select_or_custom(write_model, operator, code, kind, name):
    read = model.read(write_model(operator, [(FLOAT, [1, 3], None), (FLOAT, [1, 3], None)], code))
    assert model.operator_counts(read) == {"builtin": {}, "select": {}, "custom": {}} | {kind: {name: 1}}


def test_a_file_that_is_missing_or_something_else_is_refused(tmp_path):
    with pytest.raises(FeatherlineError, match="absent.tflite is missing"):
        model.read(tmp_path / "absent.tflite")
    (tmp_path / "text.tflite").write_text("not a model at all")
    with pytest.raises(FeatherlineError, match="text.tflite is not a .tflite file"):
        model.read(tmp_path / "text.tflite")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_short_anywhere_is_refused(converted, tmp_path, data):
    content = converted.path("int8").read_bytes()
    (tmp_path / "cut.tflite").write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(FeatherlineError, match="cut.tflite"):
        model.read(tmp_path / "cut.tflite")


@pytest.mark.parametrize("rewrite", [bytes, minify])
def test_a_small_file_is_refused_wherever_it_ends(tmp_path, rewrite):
    content = rewrite(handmade.classifier(np.random.default_rng(0)))
    for end in np.linspace(0, len(content) - 4, 100).astype(int):  # the last 3 bytes may be padding
        (tmp_path / "cut.tflite").write_bytes(content[:end])
        with pytest.raises(FeatherlineError, match="cut.tflite"):
            model.read(tmp_path / "cut.tflite")


@pytest.mark.parametrize("place", ["tensor", "buffer", "code", "output"])
def test_an_index_of_nothing_is_refused(tmp_path, place):
    made = handmade.Handmade()
    entry, result = made.tensor((1, 4), FLOAT), made.tensor((1, 4), FLOAT)
    made.operator(schema.BuiltinOperator.NEG, [99 if place == "tensor" else entry], [result])
    made.tensors[0].buffer = 99 if place == "buffer" else 0
    made.operators[0].opcodeIndex = 99 if place == "code" else 0
    content = made.content([entry], [99 if place == "output" else result])
    (tmp_path / "broken.tflite").write_bytes(content)
    with pytest.raises(FeatherlineError, match="broken.tflite is broken"):
        model.read(tmp_path / "broken.tflite")
    with pytest.raises(FeatherlineError, match="is broken"):
        minify(content)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_ends_in_one_sentence_or_in_a_model(converted, tmp_path, data):
    content = bytearray(converted.path("int8").read_bytes())
    for place in data.draw(st.lists(st.integers(8, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    (tmp_path / "damaged.tflite").write_bytes(content)
    try:
        count_weights(model.read(tmp_path / "damaged.tflite"))
    except FeatherlineError as error:
        assert "damaged.tflite" in str(error)


def test_a_tensor_with_too_few_bytes_is_named(write_model):
    path = write_model(
        schema.BuiltinOperator.MUL,
        [(FLOAT, [1, 4], None), (FLOAT, [4], np.zeros(3, "f4").tobytes()), (FLOAT, [1, 4], None)],
    )
    with pytest.raises(FeatherlineError, match=r"tensor 1 \(t1\) has 12 bytes of 16"):
        model.read(path)
