"""Operators with weights: CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, and FULLY_CONNECTED as a convolution.

All of them sum products of int8 in 32 bits and requantize the sums of each output channel by
itself; `layout` says afterwards how inputs and weights lie in memory.
"""

import math

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.layout import turned
from featherline.codegen.operators import products
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import (
    SINGLE,
    Activation,
    Conv,
    ConvolutionSettings,
    Dense,
    DepthwisePlane,
    Dimensions,
    Requantization,
    Tile,
    Window,
    ZeroPoints,
)
from featherline.codegen.words import pairable
from featherline.tflite.model import Tensor
from featherline.tflite.options import Conv2DOptions, DepthwiseConv2DOptions, TransposeConvOptions

_MOST_BIAS_SCALE_ERROR = 0.02  # of the scale of the output
_SETTLED_BIAS = 1 << 25
_LARGEST_SIDE, _LARGEST_PLACE = 255, 65535  # in the 8 and 16 bits of the fast kernels' structs


def conv(step: Step) -> Layer:
    """CONV_2D; the fast kernel takes int8 without groups and dilation."""
    weights = _weights(step, dimensions=4)
    if (
        not _is_common(step, step.options(Conv2DOptions), weights.shape[1:3])
        or weights.shape[3] != step.source.shape[3]
        or not pairable(weights)
    ):
        return _any(step, step.options(Conv2DOptions), weights)
    _, rows, columns, depth = weights.shape
    window = _window(step, step.options(Conv2DOptions), Tile(rows, columns), len(weights))
    settings = Conv(
        **vars(window),
        requantization=_requantization(step, weights, product_in_float=False),
    )
    return _laid(step, settings, weights, step.result.elements * rows * columns * depth)


def _laid(step: Step, settings: Conv, weights: np.ndarray, macs: int) -> Layer:
    """The layer of a convolution; one of width 1 is worked on along its height."""
    if settings.input.width == settings.kernel_size.width == 1:
        settings, weights = turned(settings), weights.transpose(0, 2, 1, 3)
    return step.layer(settings, np.ascontiguousarray(weights.transpose(0, 2, 1, 3)), macs=macs)


def depthwise(step: Step) -> Layer:
    """DEPTHWISE_CONV_2D; of a single input channel it is a CONV_2D."""
    weights = _weights(step, dimensions=4)[0]
    by_output = np.ascontiguousarray(weights.transpose(2, 0, 1)[..., np.newaxis])
    options = step.options(DepthwiseConv2DOptions)
    if not _is_common(step, options, weights.shape[:2]):
        return _any(step, options, by_output)
    rows, columns, outputs = weights.shape
    window = _window(step, options, Tile(rows, columns), outputs)
    inputs = window.input.channels
    if outputs % inputs or outputs // inputs > _LARGEST_SIDE:
        raise step.error("its weights do not fit its input and output")
    requantization = _requantization(step, by_output, product_in_float=False)
    macs = step.result.elements * rows * columns
    if inputs == 1 and outputs > 1 and pairable(by_output):
        return _laid(step, Conv(**vars(window), requantization=requantization), by_output, macs)
    settings = DepthwisePlane(**vars(window), requantization=requantization, multiplier=outputs // inputs)
    return step.layer(settings, weights, macs=macs)


def dense(step: Step) -> Layer:
    """FULLY_CONNECTED: a convolution whose input channels are all inputs."""
    if not step.is_constant(step.operand(1)):
        return products.dense(step)
    weights = _weights(step, dimensions=2)
    outputs, inputs = weights.shape
    rows = step.source.elements // max(inputs, 1)
    if step.source.elements != rows * inputs or step.result.elements != rows * outputs or not rows:
        raise step.error("its weights do not fit its input and output")
    paired, alone = pairable(weights), rows == 1 and inputs % 4 == 0 and inputs <= _LARGEST_PLACE
    if step.source.type != "int8" or not (paired or alone):
        return _any(step, None, weights[:, np.newaxis, np.newaxis, :], Dimensions(1, rows, inputs))
    per_tensor = len(step.operand(1).scale or ()) == 1
    _check_bias_scale(step)
    window = Window(
        input=Dimensions(1, rows, inputs),
        output=Dimensions(1, rows, outputs),
        sums=Tile(1, rows),
        kernel_size=SINGLE,
        stride=SINGLE,
        padding=Tile(0, 0),
        pool=SINGLE,
        zero_points=ZeroPoints(step.zero_point(step.source), step.zero_point(step.result)),
        activation=step.activation(),
    )
    factors = _requantization(step, weights, product_in_float=per_tensor)
    settings: ConvolutionSettings = Conv(**vars(window), requantization=factors)
    if not paired:
        settings = Dense(**vars(window), requantization=factors, together=1)
    return step.layer(settings, weights[:, np.newaxis, np.newaxis, :], macs=rows * weights.size)


def _check_bias_scale(step: Step) -> None:
    """Refuses a bias of another scale than input and weights have together, as TensorFlow Lite Micro does."""
    bias, weights = step.given(2), step.operand(1)
    if bias is None or bias.scale is None or len(bias.scale) != 1 or len(weights.scale or ()) != 1:
        return
    product = float(np.float32(step.scale(step.source)) * np.float32(step.scale(weights)))
    if abs(product - bias.scale[0]) / step.scale(step.result) > _MOST_BIAS_SCALE_ERROR:
        raise step.error(f"tensor {bias.index} ({bias.name}) has not the scale of its input times that of its weights")


def _window(step: Step, options: Conv2DOptions | DepthwiseConv2DOptions, kernel_size: Tile, outputs: int) -> Window:
    source, result = step.image(step.source), step.image(step.result)
    sums = Tile(result.height, result.width)
    if result.channels != outputs or step.result.shape[0] != 1 or outputs < 1:
        raise step.error("its weights do not fit its input and output")
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


def _weights(step: Step, dimensions: int) -> np.ndarray:
    tensor = step.operand(1)
    if not step.is_constant(tensor) or tensor.type not in ("int8", "int4") or tensor.scale is None:
        raise step.error(f"tensor {tensor.index} ({tensor.name}) holds no constant weights in int8 or int4")
    if not all(0 < scale < math.inf for scale in tensor.scale):
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has a scale that is no positive number")
    if any(tensor.zero_point or ()):
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has weights with a zero point")
    if len(tensor.shape) != dimensions:
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has weights of shape {list(tensor.shape)}")
    return step.values(tensor)


def transposed(step: Step) -> Layer:
    """TRANSPOSE_CONV, whose output has the shape that the file says."""
    weights = _weights(step, dimensions=4)
    options, source, result = step.options(TransposeConvOptions), step.operand(2), step.result
    outputs, rows, columns, depth = weights.shape
    image, shown = step.image(source), step.image(result)
    if depth != image.channels or outputs != shown.channels or source.shape[0] != result.shape[0]:
        raise step.error("its weights do not fit its input and output")
    if options.fused_activation_function != "NONE":
        raise step.error(f"its activation {options.fused_activation_function} is unknown")
    if min(options.stride_h, options.stride_w) < 1:
        raise step.error("it has no stride")

    def before(side: int, stride: int, window: int) -> int:
        """Rows or columns that are cut off at the beginning."""
        places = -(-side // stride) if options.padding == "SAME" else -(-(side - window + 1) // stride)
        return max((places - 1) * stride + window - side, 0) // 2 if options.padding == "SAME" else 0

    factors, biases, sum_type = _channels(step, source, step.given(3), outputs)
    fields = {
        **_image_fields(source.shape[0], image, shown),
        "kernel_height": rows,
        "kernel_width": columns,
        "stride_height": options.stride_h,
        "stride_width": options.stride_w,
        "pad_top": before(shown.height, options.stride_h, rows),
        "pad_left": before(shown.width, options.stride_w, columns),
        "input_zero": step.zero_point(source),
        "output_zero": step.zero_point(result),
    }
    arrays = {"weights": weights, "biases": biases} | factors
    return step.loops(
        "transposed",
        fields,
        arrays,
        {"value": source.type, "sum": sum_type},
        [source],
        activation=step.activation(),
        macs=source.elements * outputs * rows * columns,
    )


def _is_common(step: Step, options: Conv2DOptions | DepthwiseConv2DOptions, kernel: tuple[int, ...]) -> bool:
    """Whether the fast kernels take a convolution: int8, one image, nothing dilated, numbers that fit their structs."""
    dilated = (options.dilation_h_factor, options.dilation_w_factor) != (1, 1)
    sides = max(*kernel, options.stride_h, options.stride_w)
    places = max(*step.source.shape[1:], *step.result.shape[1:])
    single = step.source.type == "int8" and step.source.shape[0] == 1
    return single and not dilated and sides <= _LARGEST_SIDE and places <= _LARGEST_PLACE


def _any(
    step: Step,
    options: Conv2DOptions | DepthwiseConv2DOptions | None,
    weights: np.ndarray,
    line: Dimensions | None = None,
) -> Layer:
    """A convolution in plain loops.

    Args:
        step: the operator.
        options: None of a dense layer.
        weights: as of CONV_2D.
        line: the input of a dense layer.
    """
    source, result = step.source, step.result
    step.check_same_types([source, result])
    outputs, rows, columns, depth = weights.shape
    image = line or step.image(source)
    shown = Dimensions(1, line.width, outputs) if line else step.image(result)
    batch = 1 if line else source.shape[0]
    if depth < 1 or image.channels % depth or outputs % (image.channels // depth) or shown.channels != outputs:
        raise step.error("its weights do not fit its input and output")
    pad, stride, dilation = Tile(0, 0), SINGLE, SINGLE
    if options is not None:
        stride, dilation = (
            Tile(options.stride_h, options.stride_w),
            Tile(options.dilation_h_factor, options.dilation_w_factor),
        )
        if min(stride.height, stride.width, dilation.height, dilation.width) < 1 or batch != result.shape[0]:
            raise step.error("its stride, dilation or batch does not fit")
        window = Tile((rows - 1) * dilation.height + 1, (columns - 1) * dilation.width + 1)
        pad = step.padding(options, Tile(shown.height, shown.width), window, Tile(image.height, image.width))
    factors, biases, sum_type = _channels(step, source, step.given(2), outputs)
    fields = {
        **_image_fields(batch, image, shown),
        **Tile(rows, columns).numbers("kernel"),
        **stride.numbers("stride"),
        **dilation.numbers("dilation"),
        "pad_top": pad.height,
        "pad_left": pad.width,
        "depth": depth,
        "outputs": outputs // (image.channels // depth),
        "input_zero": step.zero_point(source),
        "output_zero": step.zero_point(result),
    }
    arrays = {"weights": weights, "biases": biases} | factors
    return step.loops(
        "conv_any",
        fields,
        arrays,
        {"value": source.type, "sum": sum_type},
        [source],
        activation=step.activation(),
        macs=result.elements * rows * columns * depth,
    )


def _image_fields(batch: int, image: Dimensions, shown: Dimensions) -> dict[str, int]:
    return {
        "batch": batch,
        "input_height": image.height,
        "input_width": image.width,
        "input_channels": image.channels,
        "output_height": shown.height,
        "output_width": shown.width,
        "output_channels": shown.channels,
    }


def _channels(
    step: Step, source: Tensor, bias: Tensor | None, outputs: int
) -> tuple[dict[str, np.ndarray], np.ndarray, str]:
    """Of each output channel the factor, and the bias; and the type that sums have.

    Args:
        step: the operator.
        source: the input that is multiplied.
        bias: None where there is none.
        outputs: how many channels there are.
    """
    scales = step.operand(1).scale or ()
    sum_type = "int32" if source.type == "int8" else "int64"
    if bias is not None:
        step.check_types([bias], ("int32",) if source.type == "int8" else ("int32", "int64", "int16"))
        sum_type = "int64" if source.type == "int16" and bias.type in ("int64", "int16") else "int32"
        biases = step.values(bias).ravel().astype(sum_type)
    else:
        biases = np.zeros(outputs, sum_type)
    every = scales * outputs if len(scales) == 1 else scales
    if len(every) != outputs or len(biases) != outputs:
        raise step.error("it has not one scale and one bias for each output channel")
    per_tensor = step.operator.name == "FULLY_CONNECTED" and len(scales) == 1
    factors = []
    for scale in every:
        product = step.scale(source) * scale
        if per_tensor:
            product = float(np.float32(step.scale(source)) * np.float32(scale))
        factors.append(fixed_point.quantized(product / step.scale(step.result)))
    arrays = {
        "multipliers": np.array([multiplier for multiplier, _ in factors], np.int32),
        "shifts": np.array([shift for _, shift in factors], np.int32),
    }
    return arrays, biases, sum_type


def _requantization(step: Step, weights: np.ndarray, product_in_float: bool) -> Requantization:
    """Requantization of a layer with weights, with the input's zero point as part of the biases.

    Args:
        weights: int8, shape (output channels, ...).
        product_in_float: whether the scales of input and weights are multiplied in float32.
    """
    weight_scales = step.operand(1).scale or ()
    input_scale, output_scale = step.scale(step.source), step.scale(step.result)
    bias = step.operator.inputs[2] if len(step.operator.inputs) > 2 else None
    count = len(weights)
    wide = weights.reshape(count, -1).astype(np.int64)
    reaches = np.abs(wide).sum(1)
    biases = np.zeros(count, np.int64)
    if bias is not None:
        if not step.is_constant(bias) or bias.type != "int32":
            raise step.error(f"tensor {bias.index} ({bias.name}) holds no constant bias in int32")
        biases = step.values(bias).astype(np.int64).ravel()
    scales = weight_scales * count if len(weight_scales) == 1 else weight_scales
    if len(scales) != count or len(biases) != count:
        raise step.error("it has not one scale and one bias for each output channel")
    biases = biases - step.zero_point(step.source) * wide.sum(1)
    if int(np.abs(biases).max(initial=0)) + 255 * int(reaches.max(initial=0)) > fixed_point.INT32_MAX:
        raise step.error("its sums do not fit 32 bits")
    channels = []
    for scale, own_bias, reach in zip(scales, biases.tolist(), reaches.tolist(), strict=True):
        product = float(np.float32(input_scale) * np.float32(scale)) if product_in_float else input_scale * scale
        multiplier, shift = fixed_point.quantized(product / output_scale)
        channel = Requantization((multiplier,), (own_bias,), (shift,), abs(own_bias) + 255 * reach)
        channels.append(_settled(channel, step.zero_point(step.result), step.activation()))
    return Requantization(
        tuple(channel.multipliers[0] for channel in channels),
        tuple(channel.biases[0] for channel in channels),
        tuple(channel.shifts[0] for channel in channels),
        max(channel.largest_sum for channel in channels),
    )


def _settled(channel: Requantization, zero_point: int, activation: Activation) -> Requantization:
    """The factors of one channel; one whose weights are too small to change its output gets a bias within bounds.

    Networks have channels that training has switched off, and the converter gives them scales and biases at the end of
    the range. Requantization never falls as sums rise, so that its results at both ends tell all between.
    """
    reach = (channel.largest_sum - abs(channel.biases[0])) // 255 * 128
    if channel.narrow or channel.largest_sum << max(channel.shifts[0], 0) > fixed_point.INT32_MAX:
        return channel

    def outputs(factors: Requantization) -> set[int]:
        [multiplier], [bias], [shift] = factors.multipliers, factors.biases, factors.shifts
        ends = (fixed_point.scaled(end, multiplier, shift) for end in (bias - reach, bias + reach))
        return {min(max(end + zero_point, activation.lowest), activation.highest) for end in ends}

    answers = outputs(channel)
    value = min(answers) - zero_point
    multiplier, shift = fixed_point.quantized(abs(value) / _SETTLED_BIAS)
    bias = _SETTLED_BIAS if value > 0 else -_SETTLED_BIAS
    settled = Requantization((multiplier,), (bias,), (min(shift, -1),), _SETTLED_BIAS + 255 * (reach // 128))
    return settled if len(answers) == 1 and settled.narrow and outputs(settled) == answers else channel
