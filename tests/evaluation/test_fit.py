"""Numbers of another scale than an input's are told, with what is likely to be wrong with them."""

import numpy as np
import pytest

from featherline.evaluation.fit import fed, quantized
from featherline.interpreters.values import quantize
from featherline.records.model import RangeFit
from featherline.tflite.model import Tensor

# As 200 windows of motion: nearly all values are within -6.4 to 12.3, which the input holds.
FEATURES = np.random.default_rng(0).normal(scale=2, size=(200, 192, 1, 3)).astype(np.float32)


def tensor(kind="int8", scale=0.073357, zero_point=-41):
    return Tensor(0, 0, "input", (1, 192, 1, 3), kind, 1, False, 1, (scale,), (zero_point,))


def fit(values, entry=None) -> RangeFit:
    return fed(values, entry or tensor())[1]


def test_features_of_the_right_scale_are_no_cause_for_a_warning():
    taken, found = fed(FEATURES, tensor())
    np.testing.assert_array_equal(taken, quantize(FEATURES, tensor()))
    assert found.clipped_pct < 0.2 and found.used_steps > 150 and found.warning is None
    assert found.sentence() == f"{found.clipped_pct} % of the values clipped, {found.used_steps} of 256 steps used " + (
        f"({found.used_pct} %)"
    )


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        (
            quantize(FEATURES, tensor()).astype(np.float32),
            "look quantized already: give the features",
        ),
        (quantize(FEATURES, tensor()).astype(np.float32) + 128, "look like bytes, or quantized as uint8 already"),
        (FEATURES * 255, "they would fit 1/255 times as large: divide by 255"),
        (FEATURES * 32768, "they would fit 1/32768 times as large: divide by 32768"),
        (FEATURES / 255, "they would fit 255 times as large: multiply by 255"),
        (FEATURES / 32768, "they would fit 32768 times as large: multiply by 32768"),
        (FEATURES * 10, "normalize them as in training"),
        (FEATURES * 0, "all values are 0"),
        (quantize(FEATURES, tensor(scale=2.0, zero_point=0)), "integers of int8 are taken as quantized already"),
        ((FEATURES > 0).astype(np.float32), "two values only, which is right for switches"),
    ],
)
def test_the_likely_cause_is_told(values, cause):
    found = fit(values)
    assert cause in found.warning
    assert found.clipped_pct > 5 or found.used_pct < 10


def test_quantized_numbers_in_the_type_of_the_input_are_taken_as_they_are():
    numbers = quantize(FEATURES, tensor())
    taken, found = fed(numbers, tensor())
    assert taken is numbers
    assert (found.clipped_pct, found.warning) == (0, None)


@pytest.mark.parametrize(("kind", "scale"), [("int16", 0.0003), ("uint8", 0.0733)])
def test_other_integers_are_told_in_as_many_parts(kind, scale):
    entry = tensor(kind, scale, 128 if kind == "uint8" else 0)
    assert fit(FEATURES, entry).warning is None
    assert fit(FEATURES / 255, entry).used_steps <= 3
    assert "multiply by 255" in fit(FEATURES / 255, entry).warning
    assert "divide by 255" in fit(FEATURES * 255, entry).warning


def test_the_limits_are_five_and_ten_percent():
    entry = tensor(scale=1.0, zero_point=0)
    values = np.linspace(-100, 100, 1000).astype(np.float32)
    values[:50] = 128.0  # 5 % are beyond 127
    assert (fit(values, entry).clipped_pct, fit(values, entry).warning) == (5, None)
    values[50] = 128.0
    assert fit(values, entry).warning
    assert fit(np.repeat(np.arange(26.0), 40), entry).warning is None  # of 256 steps 10.2 %
    assert fit(np.repeat(np.arange(25.0), 40), entry).warning


def test_what_rounds_to_the_last_step_is_not_clipped():
    entry = tensor(scale=1.0, zero_point=0)
    assert fit(np.array([127.4, -128.4], np.float32), entry).clipped_pct == 0
    assert fit(np.array([127.6, 0.0], np.float32), entry).clipped_pct == 50


def test_a_few_numbers_cannot_use_many_steps():
    assert fit(FEATURES[:1, :4]).warning is None


def test_floats_have_no_range():
    plain = Tensor(0, 0, "input", (1, 2), "float32", 4, False, 1, None, None)
    assert fed(FEATURES * 255, plain)[1] is None


def test_floats_that_a_model_quantizes_first_have_the_range_of_that(converted, tmp_path):
    from featherline.tflite.converter import convert
    from featherline.tflite.model import read

    (tmp_path / "floats.tflite").write_bytes(convert(converted.network, "int8", converted.inputs, integer_io=False))
    model = read(tmp_path / "floats.tflite")
    entry = model.inputs[0]
    assert (entry.type, quantized(model, entry).type) == ("float32", "int8")
    taken, found = fed(converted.inputs * np.float32(255), entry, quantized(model, entry))
    assert taken.dtype == np.float32 and "divide by 255" in found.warning
    numbers = quantize(converted.inputs, quantized(model, entry))
    assert "look quantized already" in fed(numbers, entry, quantized(model, entry))[1].warning
    plain = read(converted.path("none"))
    assert quantized(plain, plain.inputs[0]) is plain.inputs[0]
