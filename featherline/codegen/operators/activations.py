"""Activation functions that are operators of their own: RELU and LOGISTIC as a table of 256 outputs, and SOFTMAX."""

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step


def relu(step: Step) -> Layer:
    """RELU, which requantizes too."""
    source, result = step.source, step.result
    multiplier, shift = fixed_point.quantized(float(source.scale[0]) / float(result.scale[0]))
    zero = result.zero_point[0]
    values = [zero + fixed_point.scaled(x - source.zero_point[0], multiplier, shift) for x in range(-128, 128)]
    return _lookup(step, np.clip(values, max(zero, -128), 127))


def logistic(step: Step) -> Layer:
    """LOGISTIC, the sigmoid."""
    _check_probabilities(step)
    return _lookup(step, fixed_point.logistic(float(step.source.scale[0]), step.source.zero_point[0]))


def softmax(step: Step) -> Layer:
    """SOFTMAX over the last axis."""
    _check_probabilities(step)
    multiplier, shift, lowest = fixed_point.softmax_constants(float(step.source.scale[0]), float(step.options.beta))
    if shift < 0:
        raise step.error("its input has a scale that is too small")
    classes = step.source.shape[-1]
    settings = {
        "multiplier": multiplier,
        "shift": shift,
        "lowest_difference": max(lowest, -256),
        "rows": step.source.elements // classes,
        "classes": classes,
    }
    return Layer("softmax", (step.operator.name,), (step.source.index,), step.result.index, settings)


def _lookup(step: Step, table: np.ndarray) -> Layer:
    """A layer that looks each input up; `table` has the outputs of -128 to 127."""
    settings = {"number": step.source.elements}
    return Layer(
        "lookup", (step.operator.name,), (step.source.index,), step.result.index, settings, weights=np.int8(table)
    )


def _check_probabilities(step: Step) -> None:
    """The outputs must be quantized as TensorFlow Lite wants probabilities: 0 to 255/256."""
    if step.result.zero_point[0] != -128 or step.result.scale[0] != 1 / 256:
        raise step.error("its output has not the scale 1/256 and the zero point -128")
