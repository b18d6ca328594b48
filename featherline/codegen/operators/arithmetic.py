"""Arithmetic on two tensors: ADD and MUL, of which the smaller operand is repeated over the other."""

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import NO_WEIGHTS, Layer
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Add, Counts, Mul, Requantization, Settings
from featherline.tflite.model import Tensor
from featherline.tflite.values import constant_values


def add(step: Step) -> Layer:
    """ADD: both operands are brought to twice the larger scale, with 20 more bits, then to that of the output."""
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


def _operands(step: Step) -> tuple[Tensor, Tensor]:
    """Both inputs of a step; the smaller one must fit the end of the other's shape."""
    result = step.result
    for tensor in (step.operand(0), step.operand(1)):
        shape = tensor.shape
        while shape and shape[0] == 1:
            shape = shape[1:]
        if shape != result.shape[len(result.shape) - len(shape) :] and tensor.elements != result.elements:
            raise step.error(f"tensor {tensor.index} of shape {list(tensor.shape)} is spread over {list(result.shape)}")
        step.check_quantized(tensor)
    return step.operand(0), step.operand(1)


def _counts(step: Step) -> Counts:
    return Counts(step.result.elements, step.operand(0).elements, step.operand(1).elements)


def _layer(step: Step, settings: Settings) -> Layer:
    def source(tensor: Tensor) -> int | np.ndarray:
        return constant_values(step.model, tensor).ravel() if tensor.constant else tensor.index

    inputs = source(step.operand(0)), source(step.operand(1))
    return Layer((step.operator.name,), inputs, step.result.index, settings, NO_WEIGHTS)
