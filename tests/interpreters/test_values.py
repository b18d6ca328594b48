import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherline.interpreters import tflm
from featherline.interpreters.values import dequantize, quantize
from featherline.tflite.model import Tensor


def tensor(kind="int8", scale=0.5, zero_point=3):
    return Tensor(0, 0, "input", (1,), kind, 1, False, 1, (scale,), (zero_point,))


def test_halves_round_away_from_zero():
    halves = np.array([0.25, 0.75, -0.25, -0.75], np.float32)  # 0.5, 1.5, -0.5 and -1.5 steps
    assert (quantize(halves, tensor(zero_point=0))).tolist() == [1, 2, -1, -2]


def test_the_number_just_below_a_half_rounds_down():
    assert quantize(np.array([0.49999997], np.float32), tensor(scale=1.0, zero_point=0)).tolist() == [0]


@pytest.mark.parametrize(("kind", "low", "high"), [("int8", -128, 127), ("int16", -32768, 32767)])
def test_values_beyond_the_type_are_clipped(kind, low, high):
    quantized = quantize(np.array([-1e9, 1e9], np.float32), tensor(kind))
    assert quantized.dtype == kind
    assert quantized.tolist() == [low, high]


def test_a_float_tensor_takes_values_as_they_are():
    plain = Tensor(0, 0, "input", (1,), "float32", 4, False, 1, None, None)
    values = np.array([1.5, -2.25], np.float32)
    assert quantize(values, plain).tobytes() == dequantize(values, plain).tobytes() == values.tobytes()


@given(st.floats(-60, 60, width=32), st.integers(-8, 7))
def test_the_way_there_and_back_loses_half_a_step_at_most(value, zero_point):
    entry = tensor(zero_point=zero_point)
    back = dequantize(quantize(np.array([value], np.float32), entry), entry)[0]
    assert abs(back - value) <= 0.25 + 1e-5


@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
def test_features_are_quantized_as_the_quantize_operator_does(converted, tmp_path, scheme):
    from featherline.tflite.converter import convert
    from featherline.tflite.model import read

    with_floats = tmp_path / "with-floats.tflite"
    with_floats.write_bytes(convert(converted.network, scheme, converted.inputs, integer_io=False))
    wide = converted.inputs * 1.5  # some values are clipped
    integer = read(converted.path(scheme))
    outputs = tflm.examine(converted.path(scheme), quantize(wide, integer.inputs[0])).outputs
    expected = tflm.examine(with_floats, wide).outputs
    np.testing.assert_array_equal(dequantize(outputs, integer.outputs[0]), expected)
