"""Operators that make one value of many: MAX_POOL_2D and AVERAGE_POOL_2D in windows, REDUCE_MAX and MEAN over axes."""

from math import prod

from featherline.codegen import fixed_point, settings
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Axes, Requantization, Tile
from featherline.tflite.options import Pool2DOptions
from featherline.tflite.values import constant_values


def pool(step: Step) -> Layer:
    """MAX_POOL_2D or AVERAGE_POOL_2D by itself; `lowering` fuses what it can of the former."""
    options = step.options(Pool2DOptions)
    source, result = step.image(step.source), step.image(step.result)
    output, window = Tile(result.height, result.width), Tile(options.filter_height, options.filter_width)
    return step.layer(
        settings.Pool(
            input=source,
            output=output,
            window=window,
            stride=Tile(options.stride_h, options.stride_w),
            padding=step.padding(options, output, window, Tile(source.height, source.width)),
            average=step.operator.name == "AVERAGE_POOL_2D",
            activation=step.activation(),
        )
    )


def reduce_max(step: Step) -> Layer:
    """REDUCE_MAX: input and output share one quantization."""
    return step.layer(settings.ReduceMax(axes=_axes(step)))


def mean(step: Step) -> Layer:
    """MEAN: the division by the number of values is part of the multiplier."""
    axes = _axes(step)
    multiplier, shift = fixed_point.quantized(step.scale(step.source) / step.scale(step.result))
    down = min(axes.reduced.bit_length() - 1, 32, 31 + shift)
    multiplier, shift = (multiplier << down) // axes.reduced, shift - down
    bias = -step.zero_point(step.source) * axes.reduced
    return step.layer(
        settings.Mean(
            axes=axes,
            output_zero_point=step.zero_point(step.result),
            requantization=Requantization((multiplier,), (bias,), (shift,), 256 * axes.reduced),
        )
    )


def _axes(step: Step) -> Axes:
    """The reduced axes, which lie side by side, as the middle one of three."""
    tensor, shape = step.operand(1), step.source.shape
    if not tensor.constant:
        raise step.error("its axes are no constant")
    axes = sorted({int(axis) % len(shape) for axis in constant_values(step.model, tensor).ravel()})
    # An axis of length one between two others, or beside them, changes nothing.
    long = [axis for axis in range(len(shape)) if shape[axis] > 1]
    reduced = [axis for axis in long if axis in axes]
    if not reduced:
        return Axes(outer=step.source.elements, reduced=1, inner=1)
    first, last = reduced[0], reduced[-1]
    if [axis for axis in long if first <= axis <= last] != reduced:
        raise step.error(f"its axes {axes} do not lie side by side")
    return Axes(outer=prod(shape[:first]), reduced=prod(shape[first : last + 1]), inner=prod(shape[last + 1 :]))
