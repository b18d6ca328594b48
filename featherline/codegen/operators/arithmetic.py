"""Arithmetic on two tensors, which are spread over each other where an axis of one is 1.

ADD and MUL in int8 have kernels of their own where the smaller operand is just repeated over the larger one.
"""

from collections.abc import Sequence

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import NO_WEIGHTS, Layer
from featherline.codegen.operators.moves import steps_of
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Activation, Add, Counts, Mul, Requantization, Settings
from featherline.tflite.model import Tensor

_MOST_AXES = 8
_MOST_REPEATED = 65535


def add(step: Step) -> Layer:
    """ADD: both operands are brought to twice the larger scale, with 20 more bits, then to that of the output."""
    if step.result.type == "int32":
        return _whole(step, 0)
    if step.result.type == "float32":
        return _real(step, 0)
    if not _repeats(step):
        return _blended(step, 1)
    first, second = _operands(step)
    twice = 2 * max(step.scale(first), step.scale(second))

    def operand(tensor: Tensor) -> Requantization:
        multiplier, shift = fixed_point.quantized(step.scale(tensor) / twice)
        return Requantization((multiplier,), (-step.zero_point(tensor),), (shift,), 1 << 31)

    multiplier, shift = fixed_point.quantized(twice / ((1 << 20) * step.scale(step.result)))
    settings = Add(
        counts=_counts(step),
        output_zero_point=step.zero_point(step.result),
        first=operand(first),
        second=operand(second),
        sum=Requantization((multiplier,), (0,), (shift,), 1 << 31),
        activation=step.activation(),
    )
    return _layer(step, settings)


def mul(step: Step) -> Layer:
    """MUL: the product of the operands without their zero points is requantized."""
    if step.result.type == "int32":
        return _whole(step, 2)
    if step.result.type == "float32":
        return _real(step, 2)
    if not _repeats(step):
        return _product(step)
    first, second = _operands(step)
    factor = step.scale(first) * step.scale(second) / step.scale(step.result)
    multiplier, shift = fixed_point.quantized(factor)
    settings = Mul(
        counts=_counts(step),
        first_zero_point=step.zero_point(first),
        second_zero_point=step.zero_point(second),
        output_zero_point=step.zero_point(step.result),
        product=Requantization((multiplier,), (0,), (shift,), 1 << 16),
        activation=step.activation(),
    )
    return _layer(step, settings)


def subtract(step: Step) -> Layer:
    """SUB: as ADD, with the second operand taken away."""
    if step.result.type == "float32":
        return _real(step, 1)
    return _whole(step, 1) if step.result.type == "int32" else _blended(step, -1)


def divide(step: Step) -> Layer:
    """DIV in int8, and of real numbers."""
    if step.result.type == "float32":
        return _real(step, 3)
    first, second = step.operand(0), step.operand(1)
    step.check_types([first, second, step.result], ("int8",))
    factor = step.scale(first) / (step.scale(second) * step.scale(step.result))
    multiplier, shift = fixed_point.quantized(factor)
    fields = {"multiplier": multiplier, "shift": shift} | _zeros(step)
    return _spread(step, "quotient", fields, step.activation())


def squared_difference(step: Step) -> Layer:
    """SQUARED_DIFFERENCE."""
    first, second = step.operand(0), step.operand(1)
    left = {"int8": 7, "int16": 0}.get(step.result.type)
    if left is None:
        raise step.error(f"it computes with {step.result.type}")
    twice = 2 * max(step.scale(first), step.scale(second))
    output = float(np.float32(1 << (2 * left)) * np.float32(step.scale(step.result)))
    multiplier, shift = fixed_point.quantized(twice * twice / output)
    fields = {"left": 1 << left, "multiplier": multiplier, "shift": shift} | _aligned(step, twice) | _zeros(step)
    return _spread(step, "squared", fields, step.activation())


def maximum(step: Step) -> Layer:
    """MAXIMUM, of the numbers as they are."""
    return _spread(step, "choose", {"largest": 1})


def minimum(step: Step) -> Layer:
    """MINIMUM, of the numbers as they are."""
    return _spread(step, "choose", {"largest": 0})


_WHEN = {"LESS": 1, "EQUAL": 2, "LESS_EQUAL": 3, "GREATER": 4, "NOT_EQUAL": 5, "GREATER_EQUAL": 6}


def compare(step: Step) -> Layer:
    """EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER and GREATER_EQUAL."""
    first, second = step.operand(0), step.operand(1)
    step.check_same_types([first, second])
    step.check_types([step.result], ("bool",))
    fields = {"when": _WHEN[step.operator.name], "left": 0}
    names = ("zero", "multiplier", "shift")
    fields |= {f"{end}_{name}": 0 for end in ("one", "other") for name in names}
    if first.type == "int8":
        fields |= {"left": 1 << 8, "one_zero": step.zero_point(first), "other_zero": step.zero_point(second)}
        for end, tensor in (("one", first), ("other", second)):
            multiplier, shift = fixed_point.quantized(step.scale(tensor))
            fields |= {f"{end}_multiplier": multiplier, f"{end}_shift": shift}
    wide = "int64" if first.type == "int64" else "int32"
    return _spread(step, "compare", fields, types={"value": first.type, "wide": wide})


def logical(step: Step) -> Layer:
    """LOGICAL_AND and LOGICAL_OR: the smaller and the larger of two truths."""
    step.check_types([step.operand(0), step.operand(1), step.result], ("bool",))
    return _spread(step, "choose", {"largest": int(step.operator.name == "LOGICAL_OR")})


def prelu(step: Step) -> Layer:
    """PRELU: negative values times a slope of their own."""
    first, second = step.operand(0), step.operand(1)
    multiplier, shift = fixed_point.quantized(step.scale(first) / step.scale(step.result))
    below = fixed_point.quantized(step.scale(first) * step.scale(second) / step.scale(step.result))
    fields = {"multiplier": multiplier, "shift": shift} | _zeros(step)
    fields |= {"negative_multiplier": below[0], "negative_shift": below[1]}
    return _spread(step, "prelu", fields, step.activation())


def select(step: Step) -> Layer:
    """SELECT_V2: of two tensors the first where a condition holds."""
    condition, first, second = (step.operand(place) for place in range(3))
    step.check_types([condition], ("bool",))
    step.check_same_types([step.result, first, second])
    shape = step.result.shape
    axes, other_axes = _axes(step, [condition, first], shape), _axes(step, [second, second], shape)
    other_axes[:, 2] = 0
    rank = max(len(axes), len(other_axes))
    # Both walks count as many axes; one of length 1 in front changes none of them.
    axes, other_axes = (
        np.concatenate([np.full((rank - len(walk), 3), (1, 0, 0), np.int32), walk]) for walk in (axes, other_axes)
    )
    return step.loops(
        "select",
        {"rank": rank},
        {"axes": axes, "other_axes": other_axes},
        {"value": step.result.type},
        [condition, first, second],
    )


def _blended(step: Step, sign: int) -> Layer:
    """The sum or the difference of quantized operands that are spread over each other."""
    kind = step.result.type
    step.check_types([step.operand(0), step.operand(1)], (kind,))
    left = {"int8": 20, "int16": 15}[kind]
    twice = 2 * max(step.scale(step.operand(0)), step.scale(step.operand(1)))
    multiplier, shift = fixed_point.quantized(twice / ((1 << left) * step.scale(step.result)))
    fields = {"left": 1 << left, "sign": sign, "multiplier": multiplier, "shift": shift}
    return _spread(step, "blend", fields | _aligned(step, twice) | _zeros(step), step.activation())


def _product(step: Step) -> Layer:
    step.check_types([step.operand(0), step.operand(1)], (step.result.type,))
    factor = step.scale(step.operand(0)) * step.scale(step.operand(1)) / step.scale(step.result)
    multiplier, shift = fixed_point.quantized(factor)
    fields = {"multiplier": multiplier, "shift": shift} | _zeros(step)
    return _spread(step, "product", fields, step.activation())


def _whole(step: Step, operation: int) -> Layer:
    """Whole numbers that stand for themselves."""
    step.check_types([step.operand(0), step.operand(1)], ("int32",))
    bounds = {"NONE": (-(1 << 31), (1 << 31) - 1), "RELU": (0, (1 << 31) - 1), "RELU6": (0, 6), "RELU_N1_TO_1": (-1, 1)}
    # TensorFlow Lite Micro adds without the activation.
    name = step.activation_name() if operation else "NONE"
    if name not in bounds:
        raise step.error(f"its activation {name} is unknown")
    lowest, highest = bounds[name]
    return _spread(step, "whole", {"operation": operation, "lowest": lowest, "highest": highest}, types={})


def _real(step: Step, operation: int) -> Layer:
    """Real numbers, which other operators of int8 stand around."""
    largest = float(np.finfo(np.float32).max)
    bounds = {"NONE": (-largest, largest), "RELU": (0.0, largest), "RELU6": (0.0, 6.0), "RELU_N1_TO_1": (-1.0, 1.0)}
    name = step.activation_name()
    if name not in bounds:
        raise step.error(f"its activation {name} is unknown")
    lowest, highest = bounds[name]
    first, second = step.operand(0), step.operand(1)
    step.check_types([first, second], ("float32",))
    axes = _axes(step, [first, second], step.result.shape)
    fields = {"rank": len(axes), "operation": operation, "lowest": lowest, "highest": highest}
    return step.loops("real", fields, {"axes": axes}, operands=[first, second])


def _aligned(step: Step, twice: float) -> dict[str, int]:
    """Both operands on one scale."""
    fields: dict[str, int] = {}
    for end, tensor in (("one", step.operand(0)), ("other", step.operand(1))):
        multiplier, shift = fixed_point.quantized(step.scale(tensor) / twice)
        fields |= {f"{end}_multiplier": multiplier, f"{end}_shift": shift}
    return fields


def _zeros(step: Step) -> dict[str, int]:
    return {
        "one_zero": step.zero_point(step.operand(0)),
        "other_zero": step.zero_point(step.operand(1)),
        "output_zero": step.zero_point(step.result),
    }


def _spread(
    step: Step,
    source: str,
    fields: dict[str, int],
    activation: Activation | None = None,
    types: dict[str, str] | None = None,
) -> Layer:
    """A layer that goes over two operands and writes one result after another."""
    first, second = step.operand(0), step.operand(1)
    if types is None:
        step.check_same_types([step.result, first, second])
        types = {"value": first.type}
    axes = _axes(step, [first, second], step.result.shape)
    return step.loops(
        source, fields | {"rank": len(axes)}, {"axes": axes}, types, [first, second], activation=activation
    )


def _axes(step: Step, tensors: Sequence[Tensor], shape: Sequence[int]) -> np.ndarray:
    """Length, and numbers from one place to the next in each of two tensors, of each axis of their result."""
    steps = []
    for tensor in tensors:
        sides = (*[1] * (len(shape) - len(tensor.shape)), *tensor.shape)
        if len(sides) != len(shape) or any(a not in (1, b) for a, b in zip(sides, shape, strict=True)):
            raise step.error(f"tensor {tensor.index} of shape {list(tensor.shape)} is spread over {list(shape)}")
        steps.append([0 if side == 1 else number for side, number in zip(sides, steps_of(sides), strict=True)])
    axes: list[list[int]] = []
    for length, there, here in zip(shape, *steps, strict=True):
        if length == 1:
            continue
        if axes and axes[-1][1] == length * there and axes[-1][2] == length * here:
            axes[-1] = [axes[-1][0] * length, there, here]
        else:
            axes.append([length, there, here])
    if len(axes) > _MOST_AXES:
        raise step.error(f"it walks over more than {_MOST_AXES} axes")
    return np.array(axes or [[1, 0, 0]], np.int32)


def _repeats(step: Step) -> bool:
    """Whether both operands are int8 and just repeated over the result, which counts in 16 bits."""
    if step.result.type != "int8" or step.result.elements > _MOST_REPEATED:
        return False
    for tensor in (step.operand(0), step.operand(1)):
        shape = tensor.shape
        while shape and shape[0] == 1:
            shape = shape[1:]
        if (
            shape != step.result.shape[len(step.result.shape) - len(shape) :]
            and tensor.elements != step.result.elements
        ):
            return False
    return True


def _operands(step: Step) -> tuple[Tensor, Tensor]:
    """Both inputs of a step, quantized."""
    for tensor in (step.operand(0), step.operand(1)):
        step.check_quantized(tensor)
        step.check_types([tensor], ("int8",))
    return step.operand(0), step.operand(1)


def _counts(step: Step) -> Counts:
    return Counts(step.result.elements, step.operand(0).elements, step.operand(1).elements)


def _layer(step: Step, settings: Settings) -> Layer:
    def source(tensor: Tensor) -> int | np.ndarray:
        return step.values(tensor).ravel() if step.is_constant(tensor) else tensor.index

    inputs = source(step.operand(0)), source(step.operand(1))
    return Layer((step.operator.name,), inputs, step.result.index, settings, NO_WEIGHTS)
