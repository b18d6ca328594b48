"""Activation functions that are operators of their own: RELU and LOGISTIC as a table of 256 outputs, and SOFTMAX."""

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Lookup, Softmax
from featherline.tflite.options import SoftmaxOptions


def relu(step: Step) -> Layer:
    """RELU, which requantizes too."""
    source, result = step.source, step.result
    multiplier, shift = fixed_point.quantized(step.scale(source) / step.scale(result))
    zero, input_zero = step.zero_point(result), step.zero_point(source)
    values = [zero + fixed_point.scaled(value - input_zero, multiplier, shift) for value in range(-128, 128)]
    return _lookup(step, np.clip(values, max(zero, -128), 127))


def logistic(step: Step) -> Layer:
    """LOGISTIC, the sigmoid."""
    _check_probabilities(step)
    return _lookup(step, fixed_point.logistic(step.scale(step.source), step.zero_point(step.source)))


def softmax(step: Step) -> Layer:
    """SOFTMAX over the last axis."""
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


def _lookup(step: Step, table: np.ndarray) -> Layer:
    """A layer that looks each input up; `table` has the outputs of -128 to 127."""
    return step.layer(Lookup(count=step.source.elements), np.asarray(table, np.int8))


def _check_probabilities(step: Step) -> None:
    """The outputs must be quantized as TensorFlow Lite wants probabilities: 0 to 255/256."""
    if step.zero_point(step.result) != -128 or step.scale(step.result) != 1 / 256:
        raise step.error("its output has not the scale 1/256 and the zero point -128")
