"""Arithmetic on two tensors: ADD and MUL, of which the smaller operand is repeated over the other."""

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Channels, Layer
from featherline.codegen.operators.step import Step
from featherline.tflite.values import constant_values


def add(step: Step) -> Layer:
    """ADD: both operands are brought to twice the larger scale, with 20 more bits, then to that of the output."""
    inputs, settings = _operands(step)
    scales = [float(tensor.scale[0]) for tensor in step.operator.inputs]
    twice = 2 * max(scales)
    channels = {}
    for name, scale, tensor in zip(("one", "other"), scales, step.operator.inputs, strict=True):
        multiplier, shift = fixed_point.quantized(scale / twice)
        channels[name] = Channels((multiplier,), (-tensor.zero_point[0],), (shift,), 1 << 31)
    multiplier, shift = fixed_point.quantized(twice / ((1 << 20) * float(step.result.scale[0])))
    channels["sum"] = Channels((multiplier,), (0,), (shift,), 1 << 31)
    return Layer("add", (step.operator.name,), inputs, step.result.index, settings, channels)


def mul(step: Step) -> Layer:
    """MUL: the product of the operands without their zero points is requantized."""
    inputs, settings = _operands(step)
    one, other = step.operator.inputs
    factor = float(one.scale[0]) * float(other.scale[0]) / float(step.result.scale[0])
    multiplier, shift = fixed_point.quantized(factor)
    zeros = {"one_zero": one.zero_point[0], "other_zero": other.zero_point[0]}
    channels = {"product": Channels((multiplier,), (0,), (shift,), 1 << 16)}
    return Layer("mul", (step.operator.name,), inputs, step.result.index, settings | zeros, channels)


def _operands(step: Step) -> tuple[tuple[int | np.ndarray, ...], dict[str, int]]:
    """Both inputs of a step, and how many values each has; the smaller one must fit the end of the other's shape."""
    inputs, numbers = [], []
    shape = step.result.shape
    for tensor in step.operator.inputs:
        own = tensor.shape
        while own and own[0] == 1:
            own = own[1:]
        if own != shape[len(shape) - len(own) :] and tensor.elements != step.result.elements:
            raise step.error(f"tensor {tensor.index} of shape {list(tensor.shape)} is spread over {list(shape)}")
        step.check_quantized(tensor)
        inputs.append(constant_values(step.model, tensor).ravel() if tensor.constant else tensor.index)
        numbers.append(tensor.elements)
    lowest, highest = step.activation()
    return tuple(inputs), {
        "number": step.result.elements,
        "one_number": numbers[0],
        "other_number": numbers[1],
        "output_zero": step.result.zero_point[0],
        "lowest": lowest,
        "highest": highest,
    }
