"""The integer arithmetic of TensorFlow Lite's quantized kernels, to the bit.

A real factor is a multiplier of 31 bits and a shift. Products are rounded twice, by the high
half of a doubled product and by the division by a power of two, as gemmlowp's
`SaturatingRoundingDoublingHighMul` and `RoundingDivideByPOT` do: the wheel of TensorFlow Lite
Micro is built that way.
"""

import math

import numpy as np

INT32_MAX = (1 << 31) - 1
_INT32_MIN = -(1 << 31)
_SOFTMAX_INTEGER_BITS = 5
_LOGISTIC_INTEGER_BITS = 4

EXP_FACTORS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""exp(-2**k) for k from -2 to 4, with 31 bits behind the point."""


def quantized(real: float) -> tuple[int, int]:
    """The multiplier and the shift (positive to the left) that stand for a factor of 0 or more.

    >>> quantized(0.75)
    (1610612736, 0)
    """
    if real == 0:
        return 0, 0
    mantissa, shift = math.frexp(real)
    multiplier = math.floor(mantissa * (1 << 31) + 0.5)
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    if shift < -31:
        return 0, 0
    return (INT32_MAX, 30) if shift > 30 else (multiplier, shift)


def high_product(a: int, b: int) -> int:
    """a * b / 2**31, rounded to the nearest integer."""
    return INT32_MAX if a == b == _INT32_MIN else (a * b + (1 << 30)) >> 31


def divided(value: int, exponent: int) -> int:
    """value / 2**exponent, rounded to the nearest integer, halves away from zero."""
    return value if exponent == 0 else (value + (value >> 63) + (1 << (exponent - 1))) >> exponent


def scaled(value: int, multiplier: int, shift: int) -> int:
    """What TensorFlow Lite's MultiplyByQuantizedMultiplier gives."""
    return divided(high_product(value << max(shift, 0), multiplier), max(-shift, 0))


def softmax_constants(scale: float, beta: float) -> tuple[int, int, int]:
    """Multiplier and left shift of a difference of inputs, and the difference below which exp is 0."""
    factor = min(beta * scale * (1 << (31 - _SOFTMAX_INTEGER_BITS)), (1 << 31) - 1.0)
    multiplier, shift = quantized(factor)
    return multiplier, shift, -_input_radius(_SOFTMAX_INTEGER_BITS, shift)


def _input_radius(integer_bits: int, shift: int) -> int:
    return math.floor(((1 << integer_bits) - 1) * (1 << (31 - integer_bits)) / 2.0**shift)


def logistic(scale: float, zero_point: int) -> np.ndarray:
    """The int8 outputs of LOGISTIC for the inputs -128 to 127."""
    multiplier, shift = quantized(scale * (1 << (31 - _LOGISTIC_INTEGER_BITS)))
    radius = _input_radius(_LOGISTIC_INTEGER_BITS, shift)
    outputs = []
    for value in range(-128 - zero_point, 128 - zero_point):
        if abs(value) >= radius:
            outputs.append(-128 if value < 0 else 127)
        else:
            probability = _logistic(scaled(value, multiplier, shift))
            outputs.append(min(max(divided(probability, 23) - 128, -128), 127))
    return np.array(outputs, np.int8)


def _logistic(raw: int) -> int:
    if raw == 0:
        return 1 << 30
    positive = reciprocal(exp_of_negative(-abs(raw), _LOGISTIC_INTEGER_BITS))
    return positive if raw > 0 else INT32_MAX - positive


def exp_of_negative(raw: int, integer_bits: int) -> int:
    """exp of a number of 0 or less with `integer_bits` before the point; the result has 31 bits behind it."""
    if raw == 0:
        return INT32_MAX
    quarter = 1 << (29 - integer_bits)
    rest = (raw & (quarter - 1)) - quarter
    x = (rest << integer_bits) + (1 << 28)
    square = high_product(x, x)
    cube, fourth = high_product(square, x), high_product(square, square)
    tail = divided(high_product(divided(fourth, 2) + cube, 715827883) + square, 1)
    result = 1895147668 + high_product(1895147668, x + tail)
    for place, factor in enumerate(EXP_FACTORS):
        if (rest - raw) & (quarter << place):
            result = high_product(result, factor)
    return result


def reciprocal(raw: int) -> int:
    """1 / (1 + x) for x from 0 to 1, both with 31 bits behind the point: three steps of Newton and Raphson."""
    half = (raw + INT32_MAX + 1) // 2
    x = 1515870810 + high_product(half, -1010580540)
    for _ in range(3):
        error = (1 << 29) - high_product(half, x)
        x += high_product(x, error) << 2
    return min(x << 1, INT32_MAX)
