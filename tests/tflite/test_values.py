"""The values of constants, from the file or from memory."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError
from featherline.tflite import model
from featherline.tflite.values import constant_values
from featherline.tflite.weights import count_weights
from tests.tflite import handmade

FLOAT, INT4, INT8 = schema.TensorType.FLOAT32, schema.TensorType.INT4, schema.TensorType.INT8


def test_values_are_read_as_they_are_stored(converted):
    read = model.read(converted.path("none"))
    kernel = next(t for t in read.tensors if t.shape == (3, 16))
    expected = converted.network.get_layer("output").kernel.numpy().T
    np.testing.assert_array_equal(constant_values(read, kernel), expected)


@pytest.mark.parametrize("kind", [INT4, schema.TensorType.UINT4, schema.TensorType.INT2])
def test_the_first_of_two_small_integers_is_in_the_lower_bits(write_model, kind):
    tensors = [(INT8, [1, 5], None), (kind, [5], bytes([0b1110_0001, 0b0000_0110, 0b1001])), (INT8, [1, 5], None)]
    read = model.read(write_model(schema.BuiltinOperator.ADD, tensors))
    expected = {
        INT4: [1, -2, 6, 0, -7],
        schema.TensorType.UINT4: [1, 14, 6, 0, 9],
        schema.TensorType.INT2: [1, 0, -2, -1, -2],
    }
    assert constant_values(read, read.tensors[1]).tolist() == expected[kind]


def test_values_of_what_is_no_constant_or_has_changed_are_refused(converted, tmp_path):
    read = model.read(converted.path("int8"))
    with pytest.raises(FeatherlineError, match=r"tensor \d+ .* has no values"):
        constant_values(read, read.inputs[0])
    (tmp_path / "m.tflite").write_bytes(converted.path("int8").read_bytes())
    read = model.read(tmp_path / "m.tflite")
    (tmp_path / "m.tflite").unlink()
    with pytest.raises(FeatherlineError, match="m.tflite is gone"):
        constant_values(read, next(t for t in read.tensors if t.constant))


def test_constants_behind_the_flatbuffer_are_read_there_and_nowhere_else(tmp_path):
    made = handmade.Handmade()
    entry, kernel, result = (made.tensor((1, 4), FLOAT) for _ in range(3))
    made.operator(schema.BuiltinOperator.ADD, [entry, kernel], [result])
    made.buffers[made.tensors[kernel].buffer].size = 16
    made.buffers[made.tensors[kernel].buffer].offset = end = 4096
    content = made.content([entry], [result]).ljust(end, b"\0") + np.float32([1, 2, 3, 4]).tobytes()
    (tmp_path / "large.tflite").write_bytes(content)
    read = model.read(tmp_path / "large.tflite")
    assert constant_values(read, read.tensors[kernel]).tolist() == [[1, 2, 3, 4]]
    (tmp_path / "large.tflite").write_bytes(content[:-1])
    with pytest.raises(FeatherlineError, match="large.tflite is broken or cut short"):
        model.read(tmp_path / "large.tflite")


def test_a_model_parsed_from_memory_needs_no_file_for_its_values(converted):
    content = converted.path("int8").read_bytes()
    parsed, read = model.parse(content, "in memory"), model.read(converted.path("int8"))
    assert parsed.content == content
    assert read.content is None
    assert count_weights(parsed) == count_weights(read)
    for tensor in parsed.tensors:
        if tensor.constant:
            np.testing.assert_array_equal(constant_values(parsed, tensor), constant_values(read, tensor))
