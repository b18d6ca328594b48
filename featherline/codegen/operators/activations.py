"""Functions of one value, which are a table of 256 outputs in int8, and SOFTMAX."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Lookup, Softmax
from featherline.tflite.options import LeakyReluOptions, SoftmaxOptions

_ROOT_SHIFT = 20
_UNSCALED = [f"{end}_{name}" for end in ("one", "other") for name in ("zero", "multiplier", "shift")]


def relu(step: Step) -> Layer:
    """RELU, which requantizes too."""
    source, result = step.source, step.result
    if result.type == "int16":
        return _slopes(step, 0.0, lowest=step.zero_point(result))
    multiplier, shift = fixed_point.quantized(step.scale(source) / step.scale(result))
    zero, input_zero = step.zero_point(result), step.zero_point(source)
    values = [zero + fixed_point.scaled(value - input_zero, multiplier, shift) for value in range(-128, 128)]
    return _lookup(step, np.clip(values, max(zero, -128), 127))


def logistic(step: Step) -> Layer:
    """LOGISTIC, the sigmoid."""
    if step.result.type == "int16":
        return _curve(step, tangent=False)
    _check_probabilities(step)
    return _lookup(step, fixed_point.logistic(step.scale(step.source), step.zero_point(step.source)))


def softmax(step: Step) -> Layer:
    """SOFTMAX over the last axis."""
    if step.source.type == "int16":
        step.check_types([step.result], ("int16",))
        return _softmax_wide(step)
    if step.result.type == "int16":
        return _softmax_mixed(step)
    _check_probabilities(step)
    beta = step.options(SoftmaxOptions).beta
    multiplier, shift, lowest = fixed_point.softmax_constants(step.scale(step.source), float(beta))
    if shift < 0:
        raise step.error("its input has a scale that is too small")
    classes = step.source.shape[-1]
    return step.layer(
        Softmax(
            multiplier=multiplier,
            shift=shift,
            lowest_difference=max(lowest, -256),
            rows=step.source.elements // classes,
            classes=classes,
        )
    )


def relu6(step: Step) -> Layer:
    """RELU6, which leaves the scale as it is."""
    zero, scale = step.zero_point(step.source), np.float32(step.scale(step.source))
    limits = np.iinfo(step.result.type)
    six = min(zero + int(np.floor(np.float32(6) / scale + np.float32(0.5))), int(limits.max))
    if step.result.type == "int16":
        multiplier, shift = fixed_point.quantized(1.0)
        return _slopes(step, 0.0, zero, six, (multiplier, shift))
    return _lookup(step, np.clip(np.arange(-128, 128), zero, six))


def leaky_relu(step: Step) -> Layer:
    """LEAKY_RELU: negative values times a slope."""
    alpha = step.options(LeakyReluOptions).alpha
    if step.result.type == "int16":
        return _slopes(step, float(np.float32(alpha)))
    ratio = step.scale(step.source) / step.scale(step.result)
    factors = (
        fixed_point.quantized(ratio),
        fixed_point.quantized_signed(step.scale(step.source) * float(np.float32(alpha)) / step.scale(step.result)),
    )
    zero, input_zero = step.zero_point(step.result), step.zero_point(step.source)
    values = [
        zero + fixed_point.scaled(value, *factors[value < 0]) for value in range(-128 - input_zero, 128 - input_zero)
    ]
    return _lookup(step, np.clip(values, -128, 127))


def tanh(step: Step) -> Layer:
    """TANH, the hyperbolic tangent."""
    if step.result.type == "int16":
        return _curve(step, tangent=True)
    return _lookup(step, fixed_point.tanh(step.scale(step.source), step.zero_point(step.source)))


def hard_swish(step: Step) -> Layer:
    """HARD_SWISH: x * relu6(x + 3) / 6, in 16 bits as TensorFlow Lite has it."""
    zero, input_zero = step.zero_point(step.result), step.zero_point(step.source)
    fine = np.float32(1 / 128) * np.float32(step.scale(step.source))
    factor, exponent = fixed_point.quantized(float(fine / np.float32(step.scale(step.result))))
    gate, gate_exponent = fixed_point.quantized(float(fine / np.float32(3 / 32768)))
    factor, gate = fixed_point.halved_to_16_bits(factor), fixed_point.halved_to_16_bits(gate)
    values = []
    for value in range(-128 - input_zero, 128 - input_zero):
        shown = fixed_point.high_product_16(value * 128, factor)
        share = value * 128
        if gate_exponent > 0:
            share = fixed_point.saturated_16(share << (gate_exponent - 1))
        share = fixed_point.high_product_16(share, gate)
        if gate_exponent > 0:
            share = fixed_point.saturated_16(share << 1)
        if gate_exponent < 0:
            share = fixed_point.divided(share, -gate_exponent)
        share = (share + (1 << 15)) >> 1
        product = fixed_point.cut_product_16(share, shown)
        values.append(zero + fixed_point.divided(product, max(-exponent, 0)))
    return _lookup(step, np.clip(values, -128, 127))


def elu(step: Step) -> Layer:
    """ELU: exp(x) - 1 for negative values."""
    return _by_function(step, lambda x: np.where(x < 0, np.exp(x).astype(np.float32) - np.float32(1), x))


def elu_between(dequantize: Step, quantize: Step) -> Layer:
    """ELU of real numbers, with the DEQUANTIZE before it and the QUANTIZE behind it: TensorFlow quantizes no ELU."""
    source, result = dequantize.source, quantize.result
    steps = np.arange(-128, 128) - dequantize.zero_point(source)
    reals = (steps * dequantize.scale(source)).astype(np.float32)
    curve = np.where(reals < 0, np.expm1(reals.astype(np.float64)), reals).astype(np.float32)
    values = _nearest(curve / np.float32(quantize.scale(result))) + quantize.zero_point(result)
    layer = replace(_lookup(quantize, np.clip(values, -128, 127)), inputs=(source.index,))
    return replace(layer, operators=("DEQUANTIZE", "ELU", "QUANTIZE"))


def negated(step: Step) -> Layer:
    """NEG of real numbers."""
    return step.loops("real_unary", {"number": step.result.elements, "operation": 0})


def squared(step: Step) -> Layer:
    """SQUARE of real numbers."""
    return step.loops("real_unary", {"number": step.result.elements, "operation": 2})


def absolute(step: Step) -> Layer:
    """ABS."""
    if step.result.type == "float32":
        return step.loops("real_unary", {"number": step.result.elements, "operation": 1})
    source, result = step.source, step.result
    same = step.scale(source) == step.scale(result)
    factors = fixed_point.quantized(step.scale(source) / step.scale(result))
    zero, input_zero = step.zero_point(result), step.zero_point(source)
    sizes = [abs(value - input_zero) for value in range(-128, 128)]
    return _lookup(
        step, np.clip([zero + (size if same else fixed_point.scaled(size, *factors)) for size in sizes], -128, 127)
    )


def inverse_root(step: Step) -> Layer:
    """RSQRT: 1 / sqrt(x); TensorFlow Lite Micro gives up where x is negative, the C gives the largest value."""
    source, result = step.source, step.result
    multiplier, shift = fixed_point.quantized(1 / (math.sqrt(step.scale(source)) * step.scale(result)))
    zero, input_zero = step.zero_point(result), step.zero_point(source)
    values = []
    for value in range(-128 - input_zero, 128 - input_zero):
        if value <= 0:
            values.append(127)
            continue
        root, root_shift = fixed_point.inverse_root(value)
        precise = fixed_point.scaled(1, root, root_shift + _ROOT_SHIFT)
        values.append(zero + fixed_point.scaled(precise, multiplier, shift - _ROOT_SHIFT))
    return _lookup(step, np.clip(values, -128, 127))


def logical_not(step: Step) -> Layer:
    """LOGICAL_NOT."""
    step.check_types([step.source, step.result], ("bool",))
    same = np.array([[step.source.elements, 1, 0]], np.int32)
    truth = np.array([0], np.uint8)
    fields = dict.fromkeys(_UNSCALED, 0) | {"when": 2, "left": 0, "rank": 1}
    layer = step.loops("compare", fields, {"axes": same}, {"value": "bool", "wide": "int32"})
    return replace(layer, inputs=(*layer.inputs, truth))


def _by_function(step: Step, function: Callable[[np.ndarray], np.ndarray]) -> Layer:
    """A table of a function that is computed in float32."""
    source, result = step.source, step.result
    places = np.arange(-128 - step.zero_point(source), 128 - step.zero_point(source)).astype(np.float32)
    values = function(np.float32(step.scale(source)) * places).astype(np.float32)
    ratio = values * (np.float32(1) / np.float32(step.scale(result)))
    return _lookup(step, np.clip(_nearest(ratio) + step.zero_point(result), -128, 127))


def _nearest(values: np.ndarray) -> np.ndarray:
    """Whole numbers, halves away from zero as C's `roundf`."""
    return np.asarray(np.trunc(values.astype(np.float64) + np.copysign(0.5, values)))


def _slopes(
    step: Step,
    slope: float,
    lowest: int | None = None,
    highest: int | None = None,
    factor: tuple[int, int] | None = None,
) -> Layer:
    """Two straight lines that meet in zero, of numbers of 16 bits."""
    source, result = step.source, step.result
    limits = np.iinfo(result.type)
    ratio = step.scale(source) / step.scale(result)
    multiplier, shift = factor or fixed_point.quantized(ratio)
    below, below_shift = fixed_point.quantized_signed(step.scale(source) * slope / step.scale(result))
    fields = {
        "number": result.elements,
        "input_zero": step.zero_point(source),
        "multiplier": multiplier,
        "shift": shift,
        "negative_multiplier": below,
        "negative_shift": below_shift,
        "output_zero": step.zero_point(result),
        "lowest": int(limits.min) if lowest is None else lowest,
        "highest": int(limits.max) if highest is None else highest,
    }
    return step.loops("slopes", fields, types={"value": result.type})


def _curve(step: Step, tangent: bool) -> Layer:
    """Sigmoid or hyperbolic tangent of numbers of 16 bits, by a table of the sigmoid."""
    scale = step.scale(step.source)
    multiplier, shift = fixed_point.curve_factor(scale, tangent)
    fields = {"number": step.result.elements, "tangent": int(tangent), "multiplier": multiplier, "shift": shift}
    return step.loops("curve", fields, {"table": fixed_point.sigmoid_table()})


def _softmax_wide(step: Step) -> Layer:
    beta = float(step.options(SoftmaxOptions).beta)
    multiplier, shift = fixed_point.quantized(step.scale(step.source) * beta / (10.0 / 65535.0))
    classes = step.source.shape[-1]
    fields = {"rows": step.source.elements // classes, "classes": classes, "multiplier": multiplier, "shift": shift}
    tables = {
        "exponentials": fixed_point.interpolated(np.exp, -10, 0),
        "reciprocals": fixed_point.interpolated(lambda x: np.float32(1) / (np.float32(1) + x), 0, 1),
    }
    return step.loops("softmax_wide", fields, tables)


def _softmax_mixed(step: Step) -> Layer:
    beta = float(step.options(SoftmaxOptions).beta)
    multiplier, shift, lowest = fixed_point.softmax_constants(step.scale(step.source), beta)
    if shift < 0:
        raise step.error("its input has a scale that is too small")
    classes = step.source.shape[-1]
    fields = {"multiplier": multiplier, "shift": shift, "lowest_difference": lowest}
    return step.loops("softmax_mixed", fields | {"rows": step.source.elements // classes, "classes": classes})


def _lookup(step: Step, table: np.ndarray) -> Layer:
    """A layer that looks each input up; `table` has the outputs of -128 to 127."""
    return step.layer(Lookup(count=step.source.elements), np.asarray(table, np.int8))


def _check_probabilities(step: Step) -> None:
    """The outputs must be quantized as TensorFlow Lite wants probabilities: 0 to 255/256."""
    if step.zero_point(step.result) != -128 or step.scale(step.result) != 1 / 256:
        raise step.error("its output has not the scale 1/256 and the zero point -128")
