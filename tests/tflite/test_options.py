"""Operators carry their options, under the names of the schema."""

import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.tflite import model
from featherline.tflite.options import AddOptions, Conv2DOptions, Pool2DOptions, SoftmaxOptions
from tests.tflite.handmade import FLOAT, OPERATORS, Handmade


def options(code, table):
    made = Handmade()
    entry, result = (made.tensor((1, 4), FLOAT) for _ in range(2))
    made.operator(code, [entry], [result], table)
    [operator] = model.parse(made.content([entry], [result]), "m.tflite").operators
    return operator.options


@pytest.mark.parametrize(
    ("code", "table", "read"),
    [
        (
            OPERATORS.CONV_2D,
            schema.Conv2DOptionsT(padding=1, strideH=2, strideW=3, dilationHFactor=4, fusedActivationFunction=3),
            Conv2DOptions("VALID", 2, 3, 4, 1, "RELU6"),
        ),
        (
            OPERATORS.MAX_POOL_2D,
            schema.Pool2DOptionsT(filterHeight=2, filterWidth=5, strideH=1, strideW=4),
            Pool2DOptions("SAME", 1, 4, 2, 5, "NONE"),
        ),
        (OPERATORS.ADD, schema.AddOptionsT(fusedActivationFunction=77), AddOptions("77")),
        (OPERATORS.SOFTMAX, schema.SoftmaxOptionsT(beta=0.5), SoftmaxOptions(0.5)),
    ],
)
def test_options_have_the_names_and_values_of_the_schema(code, table, read):
    assert options(code, table) == read


def test_options_that_are_missing_or_of_another_operator_are_none():
    assert options(OPERATORS.CONV_2D, None) is None
    assert options(OPERATORS.CONV_2D, schema.SoftmaxOptionsT(beta=1.0)) is None
    assert options(OPERATORS.ABS, None) is None
