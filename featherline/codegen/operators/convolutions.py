"""Operators with weights: CONV_2D, DEPTHWISE_CONV_2D, and FULLY_CONNECTED as a convolution of one place.

All of them sum products of int8 in 32 bits and requantize the sums of each output channel by
itself; `layout` says afterwards how inputs and weights lie in memory.
"""

import math
from dataclasses import replace

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import (
    SINGLE,
    Conv,
    Depthwise,
    DepthwiseFours,
    Dimensions,
    Requantization,
    Tile,
    Window,
    ZeroPoints,
)
from featherline.tflite.options import Conv2DOptions, DepthwiseConv2DOptions
from featherline.tflite.values import constant_values


def conv(step: Step) -> Layer:
    """CONV_2D without groups and dilation."""
    weights = _weights(step, dimensions=4)
    _, rows, columns, depth = weights.shape
    window = _window(step, step.options(Conv2DOptions), Tile(rows, columns))
    if depth != window.input.channels:
        raise step.error("it has groups")
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum((1, 2, 3)).max())
    settings = Conv(
        **vars(window),
        requantization=_requantization(step, wide.sum((1, 2, 3)), largest, product_in_float=False, fold=True),
    )
    if settings.input.width == columns == 1:
        settings, weights = _turned(settings), weights.transpose(0, 2, 1, 3)
    return step.layer(
        settings,
        np.ascontiguousarray(weights.transpose(0, 2, 1, 3)),
        macs=step.result.elements * rows * columns * depth,
    )


def depthwise(step: Step) -> Layer:
    """DEPTHWISE_CONV_2D: four channels at a time where their number allows it and none gives several outputs."""
    weights = _weights(step, dimensions=4)[0]
    rows, columns, outputs = weights.shape
    window = _window(step, step.options(DepthwiseConv2DOptions), Tile(rows, columns))
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum((0, 1)).max())
    requantization = _requantization(step, wide.sum((0, 1)), largest, product_in_float=False, fold=False)
    inputs = window.input.channels
    settings: Depthwise | DepthwiseFours
    if outputs == inputs and outputs % 4 == 0:
        settings = DepthwiseFours(**vars(window), requantization=requantization)
    else:
        settings = Depthwise(**vars(window), requantization=requantization, multiplier=outputs // inputs)
    return step.layer(settings, weights, macs=step.result.elements * rows * columns)


def dense(step: Step) -> Layer:
    """FULLY_CONNECTED: a convolution whose input channels are all inputs."""
    weights = _weights(step, dimensions=2)
    outputs, inputs = weights.shape
    if step.source.elements != inputs or step.result.elements != outputs:
        raise step.error("its batch is not 1")
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum(1).max())
    per_tensor = len(step.operand(1).scale or ()) == 1
    settings = Conv(
        input=Dimensions(1, 1, inputs),
        output=Dimensions(1, 1, outputs),
        sums=SINGLE,
        kernel_size=SINGLE,
        stride=SINGLE,
        padding=Tile(0, 0),
        pool=SINGLE,
        zero_points=ZeroPoints(step.zero_point(step.source), step.zero_point(step.result)),
        activation=step.activation(),
        requantization=_requantization(step, wide.sum(1), largest, product_in_float=per_tensor, fold=True),
    )
    return step.layer(settings, weights[:, np.newaxis, np.newaxis, :], macs=weights.size)


def _window(step: Step, options: Conv2DOptions | DepthwiseConv2DOptions, kernel_size: Tile) -> Window:
    if (options.dilation_h_factor, options.dilation_w_factor) != (1, 1):
        raise step.error("its kernel is dilated")
    source, result = step.image(step.source), step.image(step.result)
    sums = Tile(result.height, result.width)
    return Window(
        input=source,
        output=result,
        sums=sums,
        kernel_size=kernel_size,
        stride=Tile(options.stride_h, options.stride_w),
        padding=step.padding(options, sums, kernel_size, Tile(source.height, source.width)),
        pool=SINGLE,
        zero_points=ZeroPoints(step.zero_point(step.source), step.zero_point(step.result)),
        activation=step.activation(),
    )


def _turned(settings: Conv) -> Conv:
    """The same convolution with height for width: one of width 1 is worked on along its height."""
    return replace(
        settings,
        input=settings.input.turned(),
        output=settings.output.turned(),
        sums=settings.sums.turned(),
        kernel_size=settings.kernel_size.turned(),
        stride=settings.stride.turned(),
        padding=settings.padding.turned(),
        pool=settings.pool.turned(),
        turned=True,
    )


def _weights(step: Step, dimensions: int) -> np.ndarray:
    tensor = step.operand(1)
    if not tensor.constant or tensor.type not in ("int8", "int4") or tensor.scale is None:
        raise step.error(f"tensor {tensor.index} ({tensor.name}) holds no constant weights in int8 or int4")
    if not all(0 < scale < math.inf for scale in tensor.scale):
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has a scale that is no positive number")
    if any(tensor.zero_point or ()):
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has weights with a zero point")
    if len(tensor.shape) != dimensions:
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has weights of shape {list(tensor.shape)}")
    return constant_values(step.model, tensor)


def _requantization(step: Step, sums: np.ndarray, largest: int, product_in_float: bool, fold: bool) -> Requantization:
    """Requantization of a layer with weights.

    Args:
        sums: of each output channel's weights.
        largest: what the absolute weights of a channel sum up to at most.
        product_in_float: whether the scales of input and weights are multiplied in float32.
        fold: whether the input's zero point becomes part of the bias.
    """
    weight_scales = step.operand(1).scale or ()
    input_scale, output_scale = step.scale(step.source), step.scale(step.result)
    bias = step.operator.inputs[2] if len(step.operator.inputs) > 2 else None
    count = len(sums)
    biases = np.zeros(count, np.int64)
    if bias is not None:
        if not bias.constant or bias.type != "int32":
            raise step.error(f"tensor {bias.index} ({bias.name}) holds no constant bias in int32")
        biases = constant_values(step.model, bias).astype(np.int64).ravel()
    if fold:
        biases = biases - step.zero_point(step.source) * sums
    scales = weight_scales * count if len(weight_scales) == 1 else weight_scales
    if len(scales) != count or len(biases) != count:
        raise step.error("it has not one scale and one bias for each output channel")
    factors = []
    for scale in scales:
        product = float(np.float32(input_scale) * np.float32(scale)) if product_in_float else input_scale * scale
        factors.append(fixed_point.quantized(product / output_scale))
    largest_sum = int(np.abs(biases).max(initial=0)) + 255 * largest
    if largest_sum > fixed_point.INT32_MAX:
        raise step.error("its sums do not fit 32 bits")
    return Requantization(
        tuple(multiplier for multiplier, _ in factors),
        tuple(int(value) for value in biases),
        tuple(shift for _, shift in factors),
        largest_sum,
    )
