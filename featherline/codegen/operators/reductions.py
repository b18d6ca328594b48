"""Operators that make one value of many: MAX_POOL_2D and AVERAGE_POOL_2D in windows, REDUCE_MAX and MEAN over axes."""

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Channels, Layer
from featherline.codegen.operators.step import Step
from featherline.tflite.values import constant_values


def pool(step: Step) -> Layer:
    """MAX_POOL_2D or AVERAGE_POOL_2D by itself; `lowering` fuses what it can of the former."""
    options, source, result = step.options, step.source, step.result
    (_, height, width, depth), (_, rows, columns, _) = source.shape, result.shape
    lowest, highest = step.activation()
    return Layer(
        "pool",
        (step.operator.name,),
        (source.index,),
        result.index,
        {
            "input_height": height,
            "input_width": width,
            "channels": depth,
            "output_height": rows,
            "output_width": columns,
            "window_height": options.filterHeight,
            "window_width": options.filterWidth,
            "stride_height": options.strideH,
            "stride_width": options.strideW,
            "pad_top": step.padding(rows, options.strideH, options.filterHeight, height),
            "pad_left": step.padding(columns, options.strideW, options.filterWidth, width),
            "average": int(step.operator.name == "AVERAGE_POOL_2D"),
            "lowest": lowest,
            "highest": highest,
        },
    )


def reduce_max(step: Step) -> Layer:
    """REDUCE_MAX: input and output share one quantization."""
    return Layer("reduce_max", (step.operator.name,), (step.source.index,), step.result.index, _axes(step))


def mean(step: Step) -> Layer:
    """MEAN: the division by the number of values is part of the multiplier."""
    axes = _axes(step)
    number, source, result = axes["reduced"], step.source, step.result
    multiplier, shift = fixed_point.quantized(float(source.scale[0]) / float(result.scale[0]))
    down = min(number.bit_length() - 1, 32, 31 + shift)
    multiplier, shift = (multiplier << down) // number, shift - down
    bias = -source.zero_point[0] * number
    channel = Channels((multiplier,), (bias,), (shift,), 256 * number)
    settings = axes | {"output_zero": result.zero_point[0]}
    return Layer("mean", (step.operator.name,), (source.index,), result.index, settings, {"channel": channel})


def _axes(step: Step) -> dict[str, int]:
    """The reduced axes, which lie side by side, as the middle one of three."""
    tensor, shape = step.operator.inputs[1], step.source.shape
    if not tensor.constant:
        raise step.error("its axes are no constant")
    axes = sorted({int(axis) % len(shape) for axis in constant_values(step.model, tensor).ravel()})
    # An axis of length one between two others, or beside them, changes nothing.
    long = [axis for axis in range(len(shape)) if shape[axis] > 1]
    reduced = [axis for axis in long if axis in axes]
    if not reduced:
        return {"outer": step.source.elements, "reduced": 1, "inner": 1}
    first, last = reduced[0], reduced[-1]
    if [axis for axis in long if first <= axis <= last] != reduced:
        raise step.error(f"its axes {axes} do not lie side by side")
    size = [int(np.prod(shape[slice(*ends)])) for ends in ((0, first), (first, last + 1), (last + 1, None))]
    return dict(zip(("outer", "reduced", "inner"), size, strict=True))
