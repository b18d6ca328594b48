"""Operators with weights: CONV_2D, DEPTHWISE_CONV_2D, and FULLY_CONNECTED as a convolution of one place.

All of them sum products of int8 in 32 bits and requantize the sums of each output channel by
itself; `layout` says afterwards how inputs and weights lie in memory.
"""

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Channels, Layer
from featherline.codegen.operators.step import Step
from featherline.tflite.values import constant_values


def conv(step: Step) -> Layer:
    """CONV_2D without groups and dilation."""
    weights = _weights(step)
    outputs, rows, columns, depth = weights.shape
    if depth != step.source.shape[3]:
        raise step.error("it has groups")
    settings = _window(step, (rows, columns))
    macs = step.result.elements * rows * columns * depth
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum((1, 2, 3)).max())
    channels = _channels(step, wide.sum((1, 2, 3)), largest, product_in_float=False, fold=True)
    if settings["input_width"] == columns == 1:
        settings, weights = _turned(settings), weights.transpose(0, 2, 1, 3)
    return Layer(
        "conv",
        (step.operator.name,),
        (step.source.index,),
        step.result.index,
        settings,
        {"channels": channels},
        np.ascontiguousarray(weights.transpose(0, 2, 1, 3)),
        macs=macs,
    )


def depthwise(step: Step) -> Layer:
    """DEPTHWISE_CONV_2D: four channels at a time where their number allows it and none gives several outputs."""
    weights = _weights(step)[0]
    rows, columns, outputs = weights.shape
    settings = _window(step, (rows, columns))
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum((0, 1)).max())
    fours = outputs == settings["input_channels"] and outputs % 4 == 0
    return Layer(
        "depthwise_fours" if fours else "depthwise",
        (step.operator.name,),
        (step.source.index,),
        step.result.index,
        settings | {"multiplier": outputs // settings["input_channels"]},
        {"channels": _channels(step, wide.sum((0, 1)), largest, product_in_float=False, fold=False)},
        weights,
        macs=step.result.elements * rows * columns,
    )


def dense(step: Step) -> Layer:
    """FULLY_CONNECTED: a convolution whose input channels are all inputs."""
    weights = _weights(step)
    outputs, inputs = weights.shape
    if step.source.elements != inputs or step.result.elements != outputs:
        raise step.error("its batch is not 1")
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum(1).max())
    per_tensor = len(step.operator.inputs[1].scale) == 1
    lowest, highest = step.activation()
    settings = dict.fromkeys(
        ("input_height", "input_width", "output_height", "output_width", "rows", "columns", "kernel_height")
        + ("kernel_width", "stride_height", "stride_width", "pool_height", "pool_width"),
        1,
    ) | {
        "input_channels": inputs,
        "output_channels": outputs,
        "pad_top": 0,
        "pad_left": 0,
        "input_zero": step.source.zero_point[0],
        "output_zero": step.result.zero_point[0],
        "lowest": lowest,
        "highest": highest,
    }
    return Layer(
        "conv",
        (step.operator.name,),
        (step.source.index,),
        step.result.index,
        settings,
        {"channels": _channels(step, wide.sum(1), largest, product_in_float=per_tensor, fold=True)},
        weights[:, np.newaxis, np.newaxis, :],
        macs=weights.size,
    )


def _weights(step: Step) -> np.ndarray:
    tensor = step.operator.inputs[1]
    if not tensor.constant or tensor.type not in ("int8", "int4") or tensor.scale is None:
        raise step.error(f"tensor {tensor.index} ({tensor.name}) holds no constant weights in int8 or int4")
    if any(tensor.zero_point):
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has weights with a zero point")
    return constant_values(step.model, tensor)


def _channels(step: Step, sums: np.ndarray, largest: int, product_in_float: bool, fold: bool) -> Channels:
    """Requantization of a layer with weights.

    Args:
        sums: of each output channel's weights.
        largest: what the absolute weights of a channel sum up to at most.
        product_in_float: whether the scales of input and weights are multiplied in float32.
        fold: whether the input's zero point becomes part of the bias.
    """
    source, weights, result = step.source, step.operator.inputs[1], step.result
    bias = step.operator.inputs[2] if len(step.operator.inputs) > 2 else None
    number = len(sums)
    biases = np.zeros(number, np.int64)
    if bias is not None:
        if not bias.constant or bias.type != "int32":
            raise step.error(f"tensor {bias.index} ({bias.name}) holds no constant bias in int32")
        biases = constant_values(step.model, bias).astype(np.int64).ravel()
    if fold:
        biases = biases - source.zero_point[0] * sums
    scales = weights.scale * number if len(weights.scale) == 1 else weights.scale
    if len(scales) != number or len(biases) != number:
        raise step.error("it has not one scale and one bias for each output channel")
    factors = []
    for scale in scales:
        if product_in_float:
            product = float(np.float32(source.scale[0]) * np.float32(scale))
        else:
            product = float(source.scale[0]) * float(scale)
        factors.append(fixed_point.quantized(product / float(result.scale[0])))
    largest_sum = int(np.abs(biases).max(initial=0)) + 255 * largest
    if largest_sum > fixed_point.INT32_MAX:
        raise step.error("its sums do not fit 32 bits")
    return Channels(
        tuple(multiplier for multiplier, _ in factors),
        tuple(int(one) for one in biases),
        tuple(shift for _, shift in factors),
        largest_sum,
    )


def _window(step: Step, kernel: tuple[int, int]) -> dict[str, int]:
    """Shapes, strides and paddings of a convolution."""
    options, source, result = step.options, step.source, step.result
    if (step.option("dilationHFactor", 1), step.option("dilationWFactor", 1)) != (1, 1):
        raise step.error("its kernel is dilated")
    (_, height, width, depth), (_, rows, columns, outputs) = source.shape, result.shape
    lowest, highest = step.activation()
    return {
        "input_height": height,
        "input_width": width,
        "input_channels": depth,
        "output_height": rows,
        "output_width": columns,
        "output_channels": outputs,
        "rows": rows,
        "columns": columns,
        "kernel_height": kernel[0],
        "kernel_width": kernel[1],
        "stride_height": options.strideH,
        "stride_width": options.strideW,
        "pad_top": step.padding(rows, options.strideH, kernel[0], height),
        "pad_left": step.padding(columns, options.strideW, kernel[1], width),
        "pool_height": 1,
        "pool_width": 1,
        "input_zero": source.zero_point[0],
        "output_zero": result.zero_point[0],
        "lowest": lowest,
        "highest": highest,
    }


def _turned(settings: dict[str, int]) -> dict[str, int]:
    """The same convolution with height for width: one of width 1 is worked on along its height."""
    turn = {"height": "width", "width": "height", "top": "left", "left": "top"}
    names = {"rows": "columns", "columns": "rows"}

    def turned(name: str) -> str:
        head, _, tail = name.rpartition("_")
        return names.get(name) or (f"{head}_{turn[tail]}" if tail in turn else name)

    return {turned(name): value for name, value in settings.items()} | {"swapped": 1}
