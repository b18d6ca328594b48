"""What is said about a converted model."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.tflite import model
from featherline.tflite.minify import minify
from featherline.tflite.wording import findings, tensor_labels
from tests.tflite import handmade
from tests.tflite.handmade import INT16, INT32, OPERATORS, Handmade

FLOAT = schema.TensorType.FLOAT32


def test_a_batch_normalization_that_stays_is_a_finding(write_model, converted):
    path = write_model(
        schema.BuiltinOperator.MUL, [(FLOAT, [1, 9, 1, 2], None), (FLOAT, [2], bytes(8)), (FLOAT, [1, 9, 1, 2], None)]
    )
    [finding] = findings(model.read(path))
    assert "MUL of 2 constants" in finding
    assert findings(model.read(converted.path("int8"))) == []


def test_tensors_of_a_minified_file_are_called_by_what_they_are_to_their_operators():
    content = minify(handmade.classifier(np.random.default_rng(0), filters=(4,)))
    assert tensor_labels(model.parse(content, "small.tflite")) == [
        "input",
        "CONV_2D 0 kernel",
        "CONV_2D 0 bias",
        "CONV_2D 0",
        "RESHAPE 1 constant 1",
        "RESHAPE 1",
        "FULLY_CONNECTED 2 kernel",
        "FULLY_CONNECTED 2 bias",
        "FULLY_CONNECTED 2",
    ]


def test_shapes_are_objected_to_and_slices_of_data_are_not():
    def sliced(of_shape):
        made = Handmade()
        entry, shape = made.tensor((1, 4), FLOAT), made.tensor((2,), INT32)
        bounds = [made.tensor((1,), INT32, np.int32([value])) for value in (0, 1, 1)]
        result = made.tensor((1,), INT32) if of_shape else made.tensor((1, 4), FLOAT)
        made.operator(OPERATORS.SHAPE, [entry], [shape], schema.ShapeOptionsT())
        source = shape if of_shape else entry
        made.operator(OPERATORS.STRIDED_SLICE, [source, *bounds], [result], schema.StridedSliceOptionsT())
        return findings(model.parse(made.content([entry], [result]), "model.tflite"))

    assert [sentence.split()[0] for sentence in sliced(True)] == ["SHAPE", "STRIDED_SLICE"]
    assert [sentence.split()[0] for sentence in sliced(False)] == ["SHAPE"]


def test_a_custom_operator_that_tflm_has_is_no_finding():
    made = Handmade()
    entry, result = made.tensor((1, 4), INT16), made.tensor((1, 4), INT16)
    made.operator(OPERATORS.CUSTOM, [entry], [result], custom_code="SignalWindow")
    assert findings(model.parse(made.content([entry], [result]), "model.tflite")) == []
