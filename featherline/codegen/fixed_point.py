"""The integer arithmetic of TensorFlow Lite's quantized kernels, to the bit.

A real factor is a multiplier of 31 bits and a shift. Products are rounded twice, by the high
half of a doubled product and by the division by a power of two, as gemmlowp's
`SaturatingRoundingDoublingHighMul` and `RoundingDivideByPOT` do: the wheel of TensorFlow Lite
Micro is built that way.
"""

import math
from collections.abc import Callable

import numpy as np

INT32_MAX = (1 << 31) - 1
_INT32_MIN = -(1 << 31)
_SOFTMAX_INTEGER_BITS = 5
_LOGISTIC_INTEGER_BITS = 4  # of TANH too

EXP_FACTORS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""exp(-2**k) for k from -2 to 4, with 31 bits behind the point."""

# Where TensorFlow Lite's table of the sigmoid is one above the nearest number, read off its outputs.
_RAISED = (
    *(4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45, 46),
    *(49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135),
)


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


def quantized_signed(real: float) -> tuple[int, int]:
    """As `quantized`, of a factor that may be negative."""
    multiplier, shift = quantized(abs(real))
    return (-multiplier if real < 0 else multiplier), shift


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
    return _sigmoid_table(scale, zero_point, lambda raw: divided(_logistic(raw), 23) - 128)


def _sigmoid_table(scale: float, zero_point: int, function: Callable[[int], int]) -> np.ndarray:
    """The int8 outputs of a function that is at its ends beyond what its fixed point holds."""
    multiplier, shift = quantized(scale * (1 << (31 - _LOGISTIC_INTEGER_BITS)))
    radius = _input_radius(_LOGISTIC_INTEGER_BITS, shift)
    outputs = []
    for value in range(-128 - zero_point, 128 - zero_point):
        if abs(value) >= radius:
            outputs.append(-128 if value < 0 else 127)
        else:
            outputs.append(min(max(function(scaled(value, multiplier, shift)), -128), 127))
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
    """1 / (1 + x) for x from 0 to 1, both with 31 bits behind the point."""
    return min(_half_reciprocal(raw) << 1, INT32_MAX)


def _half_reciprocal(raw: int) -> int:
    """1 / (1 + x) / 2 for x from 0 to 1, with 31 bits behind the point: three steps of Newton and Raphson."""
    half = (raw + INT32_MAX + 1) // 2
    x = 1515870810 + high_product(half, -1010580540)
    for _ in range(3):
        error = (1 << 29) - high_product(half, x)
        x += high_product(x, error) << 2
    return x


def tanh(scale: float, zero_point: int) -> np.ndarray:
    """The int8 outputs of TANH for the inputs -128 to 127."""
    return _sigmoid_table(scale, zero_point, lambda raw: divided(_tanh(raw), 24))


def _tanh(raw: int) -> int:
    if raw == 0:
        return 0
    size = _one_minus_over_one_plus(exp_of_negative(-abs(raw), _LOGISTIC_INTEGER_BITS + 1))
    return size if raw > 0 else -size


def _one_minus_over_one_plus(raw: int) -> int:
    """(1 - x) / (1 + x) for x from 0 to 1, both with 31 bits behind the point."""
    return min(max((_half_reciprocal(raw) - (1 << 29)) << 2, _INT32_MIN), INT32_MAX)


def inverse_root(value: int) -> tuple[int, int]:
    """Multiplier and shift (positive to the left) of 1 / sqrt of a whole number of 1 or more."""
    if value <= 1:
        return INT32_MAX, 0
    shift = 11
    while value >= 1 << 29:
        value //= 4
        shift += 1
    pairs = (31 - value.bit_length()) // 2 - 1
    shift -= pairs
    value <<= 2 * pairs
    half = divided(value >> 1, 1)
    x = 1 << 28
    for _ in range(5):
        cube = _eightfold(_eightfold(high_product(high_product(x, x), x)))
        x = _eightfold(high_product((1 << 28) + (1 << 27), x) - high_product(half, cube))
    return high_product(x, 1518500250), -shift


def _eightfold(value: int) -> int:
    return min(max(value << 3, _INT32_MIN), INT32_MAX)


def sigmoid_table() -> np.ndarray:
    """The sigmoid of n / 24 for n from 0 to 255, 16 bits behind the point, as TensorFlow Lite has it: uint16."""
    values = np.floor(65536 / (1 + np.exp(-np.arange(256) / 24)) + 0.5)
    values[list(_RAISED)] += 1
    return np.asarray(np.minimum(values, 65535), np.uint16)


def interpolated(function: Callable[[np.ndarray], np.ndarray], lowest: float, highest: float) -> np.ndarray:
    """513 values of a function, 15 bits behind the point, moved so that lines between them err alike on both sides."""
    count = 512
    step = np.float32((highest - lowest) / count)
    gain = np.float32(32768)

    def at(offset: float) -> np.ndarray:
        places = np.float32(lowest) + np.arange(count + 1, dtype=np.float32) * step + np.float32(offset)
        return _rounded(function(places).astype(np.float32) * gain)

    exact = function(np.float32(lowest) + np.arange(count + 2, dtype=np.float32) * step).astype(np.float32) * gain
    values, middle = at(0), at(float(step / 2))
    drawn = _rounded((exact[1 : count + 1] + values[:count]) / np.float32(2))
    corrected = values[:count] - _rounded((drawn - middle[:count]) / np.float32(2))
    last = _rounded(function(np.array([highest], np.float32)).astype(np.float32) * gain)
    table: np.ndarray = np.clip(np.concatenate([corrected, last]), -32768, 32767).astype(np.int16)
    return table


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.trunc(values + np.copysign(np.float32(0.5), values)))


def saturated_16(value: int) -> int:
    """The nearest number of 16 bits."""
    return min(max(value, -32768), 32767)


def halved_to_16_bits(multiplier: int) -> int:
    """A multiplier of 31 bits with 15 of them, rounded."""
    return 32767 if multiplier >= INT32_MAX - (1 << 15) else (multiplier + (1 << 15)) >> 16


def high_product_16(a: int, b: int) -> int:
    """a * b / 2**15 of numbers of 16 bits, rounded to the nearest integer, halves away from zero."""
    if a == b == -32768:
        return 32767
    product = a * b
    nudged = product + (1 << 14 if product >= 0 else 1 - (1 << 14))
    return int(nudged / (1 << 15))


def cut_product_16(a: int, b: int) -> int:
    """a * b / 2**15 of numbers of 16 bits, without its fraction."""
    return 32767 if a == b == -32768 else int(a * b / (1 << 15))


def curve_factor(scale: float, tangent: bool) -> tuple[int, int]:
    """Multiplier and right shift with which TANH and LOGISTIC of 16 bits take their inputs: 3 * 4096 is one."""
    mantissa, exponent = math.frexp(scale)
    left = 12 + exponent - 1
    if mantissa == 0.5 and left in ((0, 1) if tangent else (0,)):
        return 3 << left, 0
    multiplier, shift = scale * 4096.0 * 3.0, 0
    while multiplier <= 32767.0 / 2.0 and shift <= 30:
        shift += 1
        multiplier *= 2
    return int(multiplier), shift
