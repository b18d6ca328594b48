"""From the operators of a model to the layers of its C program: what each computes, with every constant."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from featherline.codegen import fixed_point
from featherline.errors import FeatherlineError
from featherline.tflite import model as tflite

_SUM_LIMIT = 1 << 30  # what the narrow requantization takes; int32 itself is left to wide factors
_BIAS_LIMIT = 1 << 26
_ACTIVATIONS = {0: "NONE", 1: "RELU", 2: "RELU_N1_TO_1", 3: "RELU6"}


@dataclass(frozen=True)
class Channels:
    """Requantization of some sums: factor = `multipliers` / 2**31 * 2**`shifts`, after `biases` were added."""

    multipliers: tuple[int, ...]
    biases: tuple[int, ...]
    shifts: tuple[int, ...]
    largest_sum: int

    @property
    def narrow(self) -> bool:
        """Whether the short form holds them: right shifts of 1 or more, and room for each sum to be doubled."""
        right = all(-31 <= shift <= -1 for shift in self.shifts)
        return right and self.largest_sum < _SUM_LIMIT and all(abs(bias) < _BIAS_LIMIT for bias in self.biases)


@dataclass(frozen=True)
class Layer:
    """One function of the C program.

    Attributes:
        kind: the kernel that computes it.
        operators: names of the operators of the model that it stands for, in order.
        inputs: buffers that it reads, or arrays of int8 that the program holds.
        output: the buffer that it writes.
        settings: fields of the kernel's struct, by name.
        channels: requantization, by field; `channels` is an array beside the struct, others lie in it.
        weights: shape (output channels, columns, rows, input channels) for `conv`, (rows, columns,
            channels) for `depthwise`, a table for `lookup`; None where it has none.
        scratch_bytes: memory that it needs while it runs.
        macs: multiply-accumulates of the model's operator, whatever the program leaves out.
    """

    kind: str
    operators: tuple[str, ...]
    inputs: tuple[int | np.ndarray, ...]
    output: int
    settings: dict[str, int] = field(default_factory=dict)
    channels: dict[str, Channels] = field(default_factory=dict)
    weights: np.ndarray | None = None
    scratch_bytes: int = 0
    macs: int = 0


@dataclass(frozen=True)
class Network:
    """A model as layers.

    Attributes:
        layers: in order.
        sizes: bytes of each buffer, by number.
        input, output: buffers of the model's ends, tensors `source` and `result`.
    """

    layers: tuple[Layer, ...]
    sizes: dict[int, int]
    input: int
    output: int
    source: tflite.Tensor
    result: tflite.Tensor


@dataclass(frozen=True)
class _Step:
    """An operator with its options."""

    operator: tflite.Operator
    options: object
    model: tflite.Model
    place: int

    @property
    def source(self) -> tflite.Tensor:
        return self.operator.inputs[0]

    @property
    def result(self) -> tflite.Tensor:
        return self.operator.outputs[0]

    def error(self, reason: str) -> FeatherlineError:
        return FeatherlineError(
            f"{self.model.path}: no C can be written for {self.operator.name} (operator {self.place}): {reason}."
        )

    def option(self, name: str, default: int = 0) -> int:
        return getattr(self.options, name, default)


def network(model: tflite.Model, content: bytes) -> Network:
    """The layers of a model.

    Args:
        model: with one input and one output in int8, and a batch of one.
        content: of its .tflite file.

    Raises:
        FeatherlineError: naming the operator or tensor that no C can be written for.
    """
    tree = tflite.unpack(content, model.path)
    subgraph = tree.subgraphs[0]
    if len(tree.subgraphs) != 1 or len(model.inputs) != 1 or len(model.outputs) != 1:
        raise FeatherlineError(f"{model.path} has not one input, one output and one subgraph: no C can be written.")
    steps = [
        _Step(operator, subgraph.operators[place].builtinOptions, model, place)
        for place, operator in enumerate(model.operators)
    ]
    source, result = model.inputs[0], model.outputs[0]
    alias: dict[int, int] = {}
    sizes = {source.index: source.elements}
    uses: dict[int, int] = {result.index: 1}
    for step in steps:
        _check(step)
        for tensor in step.operator.inputs:
            if tensor is not None:
                uses[tensor.index] = uses.get(tensor.index, 0) + 1
    layers: list[Layer] = []
    for step in steps:
        if step.operator.name == "RESHAPE":
            alias[step.result.index] = alias.get(step.source.index, step.source.index)
            continue
        fused = _fused(layers[-1], step) if layers and _follows(layers[-1], step, uses, alias) else None
        if fused is not None:
            layers[-1] = fused
        else:
            layer = _LOWER[step.operator.name](step)
            inputs = tuple(alias.get(one, one) if isinstance(one, int) else one for one in layer.inputs)
            layers.append(replace(layer, inputs=inputs))
        sizes[step.result.index] = step.result.elements
    wanted = {one for layer in layers for one in (*layer.inputs, layer.output) if isinstance(one, int)}
    output = alias.get(result.index, result.index)
    if not layers or output == source.index:
        raise FeatherlineError(f"{model.path} computes nothing: no C can be written.")
    sizes = {index: size for index, size in sizes.items() if index in wanted or index == source.index}
    return Network(_packed(tuple(_sized(layer) for layer in layers)), sizes, source.index, output, source, result)


def _check(step: _Step) -> None:
    name = step.operator.name
    if name not in _LOWER and name != "RESHAPE":
        known = ", ".join(sorted([*_LOWER, "RESHAPE"]))
        raise step.error(f"the operators that are known are {known}")
    for tensor in (*step.operator.inputs, *step.operator.outputs):
        if tensor is not None and tensor.type not in ("int8", "int4", "int32"):
            raise step.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of int8")
    for tensor in (step.source, step.result):
        if tensor.type != "int8" or tensor.scale is None:
            raise step.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of quantized int8")
    if len(step.source.shape) == 4 and step.source.shape[0] != 1 and name != "RESHAPE":
        raise step.error(f"its batch is {step.source.shape[0]} instead of 1")


def _follows(layer: Layer, step: _Step, uses: dict[int, int], alias: dict[int, int]) -> bool:
    source = step.source.index
    return alias.get(source, source) == layer.output and uses.get(layer.output, 0) == 1 and source == layer.output


def _fused(layer: Layer, step: _Step) -> Layer | None:
    """A convolution with the MAX_POOL_2D behind it; None where the windows overlap or are cut at their beginning."""
    options, held = step.options, layer.settings
    if layer.kind not in ("conv", "depthwise", "depthwise_fours") or step.operator.name != "MAX_POOL_2D":
        return None
    if (options.filterHeight, options.filterWidth) != (options.strideH, options.strideW):
        return None
    lowest, highest = _activation(step)
    height, width = step.source.shape[1:3]
    if _swapped(layer):
        height, width = width, height
        sides = (options.filterWidth, options.filterHeight)
        outputs = (step.result.shape[2], step.result.shape[1])
    else:
        sides, outputs = (options.filterHeight, options.filterWidth), step.result.shape[1:3]
    if any(_padding(step, *ends) for ends in zip(outputs, sides, sides, (height, width), strict=True)):
        return None
    pools = (held["pool_height"] * sides[0], held["pool_width"] * sides[1])
    if max(pools) > 255 or (layer.kind == "conv" and pools[1] > 1 and pools[1] % 2):
        return None  # windows of a convolution are multiplied by twos
    return replace(
        layer,
        operators=(*layer.operators, step.operator.name),
        output=step.result.index,
        settings=held
        | {
            "output_height": outputs[0],
            "output_width": outputs[1],
            "pool_height": pools[0],
            "pool_width": pools[1],
            "rows": min(held["rows"], outputs[0] * pools[0]),
            "columns": min(held["columns"], outputs[1] * pools[1]),
            "lowest": max(held["lowest"], lowest),
            "highest": min(held["highest"], highest),
        },
    )


def _swapped(layer: Layer) -> bool:
    return layer.settings.get("swapped", 0) == 1


def _padding(step: _Step, outputs: int, stride: int, window: int, inputs: int) -> int:
    """Zeros before the first input of an axis."""
    if step.option("padding") != 0:  # VALID
        return 0
    return max((outputs - 1) * stride + window - inputs, 0) // 2


def _activation(step: _Step) -> tuple[int, int]:
    """The int8 outputs that the fused activation lets through."""
    kind = _ACTIVATIONS.get(step.option("fusedActivationFunction"))
    if kind is None:
        raise step.error(f"its activation {step.option('fusedActivationFunction')} is unknown")
    scale, zero = np.float32(step.result.scale[0]), step.result.zero_point[0]

    def quantized(value: float) -> int:
        ratio = np.float32(value) / scale
        return zero + int(np.trunc(ratio + np.copysign(np.float32(0.5), ratio)))

    low = {"NONE": -128, "RELU": zero, "RELU6": zero, "RELU_N1_TO_1": quantized(-1.0)}[kind]
    high = {"NONE": 127, "RELU": 127, "RELU6": quantized(6.0), "RELU_N1_TO_1": quantized(1.0)}[kind]
    return max(low, -128), min(high, 127)


def _weights(step: _Step) -> np.ndarray:
    tensor = step.operator.inputs[1]
    if not tensor.constant or tensor.type not in ("int8", "int4") or tensor.scale is None:
        raise step.error(f"tensor {tensor.index} ({tensor.name}) holds no constant weights in int8 or int4")
    if any(tensor.zero_point):
        raise step.error(f"tensor {tensor.index} ({tensor.name}) has weights with a zero point")
    return tflite.values(step.model, tensor)


def _channels(step: _Step, sums: np.ndarray, largest: int, product_in_float: bool, fold: bool) -> Channels:
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
        biases = tflite.values(step.model, bias).astype(np.int64).ravel()
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


def _window(step: _Step, kernel: tuple[int, int]) -> dict[str, int]:
    """Shapes, strides and paddings of a convolution."""
    options, source, result = step.options, step.source, step.result
    if (step.option("dilationHFactor", 1), step.option("dilationWFactor", 1)) != (1, 1):
        raise step.error("its kernel is dilated")
    (_, height, width, depth), (_, rows, columns, outputs) = source.shape, result.shape
    lowest, highest = _activation(step)
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
        "pad_top": _padding(step, rows, options.strideH, kernel[0], height),
        "pad_left": _padding(step, columns, options.strideW, kernel[1], width),
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


def _conv(step: _Step) -> Layer:
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


def _depthwise(step: _Step) -> Layer:
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


def _dense(step: _Step) -> Layer:
    weights = _weights(step)
    outputs, inputs = weights.shape
    if step.source.elements != inputs or step.result.elements != outputs:
        raise step.error("its batch is not 1")
    wide = weights.astype(np.int64)
    largest = int(np.abs(wide).sum(1).max())
    per_tensor = len(step.operator.inputs[1].scale) == 1
    lowest, highest = _activation(step)
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


def _pool(step: _Step) -> Layer:
    options, source, result = step.options, step.source, step.result
    (_, height, width, depth), (_, rows, columns, _) = source.shape, result.shape
    lowest, highest = _activation(step)
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
            "pad_top": _padding(step, rows, options.strideH, options.filterHeight, height),
            "pad_left": _padding(step, columns, options.strideW, options.filterWidth, width),
            "average": int(step.operator.name == "AVERAGE_POOL_2D"),
            "lowest": lowest,
            "highest": highest,
        },
    )


def _axes(step: _Step) -> dict[str, int]:
    """The reduced axes, which lie side by side, as the middle one of three."""
    tensor, shape = step.operator.inputs[1], step.source.shape
    if not tensor.constant:
        raise step.error("its axes are no constant")
    axes = sorted({int(axis) % len(shape) for axis in tflite.values(step.model, tensor).ravel()})
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


def _reduce_max(step: _Step) -> Layer:
    return Layer("reduce_max", (step.operator.name,), (step.source.index,), step.result.index, _axes(step))


def _mean(step: _Step) -> Layer:
    axes = _axes(step)
    number, source, result = axes["reduced"], step.source, step.result
    multiplier, shift = fixed_point.quantized(float(source.scale[0]) / float(result.scale[0]))
    down = min(number.bit_length() - 1, 32, 31 + shift)
    multiplier, shift = (multiplier << down) // number, shift - down
    bias = -source.zero_point[0] * number
    channel = Channels((multiplier,), (bias,), (shift,), 256 * number)
    settings = axes | {"output_zero": result.zero_point[0]}
    return Layer("mean", (step.operator.name,), (source.index,), result.index, settings, {"channel": channel})


def _lookup(step: _Step, table: np.ndarray) -> Layer:
    settings = {"number": step.source.elements}
    return Layer(
        "lookup", (step.operator.name,), (step.source.index,), step.result.index, settings, weights=np.int8(table)
    )


def _logistic(step: _Step) -> Layer:
    if step.result.zero_point[0] != -128 or step.result.scale[0] != 1 / 256:
        raise step.error("its output has not the scale 1/256 and the zero point -128")
    return _lookup(step, fixed_point.logistic(float(step.source.scale[0]), step.source.zero_point[0]))


def _relu(step: _Step) -> Layer:
    source, result = step.source, step.result
    multiplier, shift = fixed_point.quantized(float(source.scale[0]) / float(result.scale[0]))
    zero = result.zero_point[0]
    values = [zero + fixed_point.scaled(x - source.zero_point[0], multiplier, shift) for x in range(-128, 128)]
    return _lookup(step, np.clip(values, max(zero, -128), 127))


def _operands(step: _Step) -> tuple[tuple[int | np.ndarray, ...], dict[str, int]]:
    """Both inputs of a step, and how many values each has; the smaller one must fit the end of the other's shape."""
    inputs, numbers = [], []
    shape = step.result.shape
    for tensor in step.operator.inputs:
        own = tensor.shape
        while own and own[0] == 1:
            own = own[1:]
        if own != shape[len(shape) - len(own) :] and tensor.elements != step.result.elements:
            raise step.error(f"tensor {tensor.index} of shape {list(tensor.shape)} is spread over {list(shape)}")
        if tensor.type != "int8" or tensor.scale is None:
            raise step.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of quantized int8")
        inputs.append(tflite.values(step.model, tensor).ravel() if tensor.constant else tensor.index)
        numbers.append(tensor.elements)
    lowest, highest = _activation(step)
    return tuple(inputs), {
        "number": step.result.elements,
        "one_number": numbers[0],
        "other_number": numbers[1],
        "output_zero": step.result.zero_point[0],
        "lowest": lowest,
        "highest": highest,
    }


def _add(step: _Step) -> Layer:
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


def _mul(step: _Step) -> Layer:
    inputs, settings = _operands(step)
    one, other = step.operator.inputs
    factor = float(one.scale[0]) * float(other.scale[0]) / float(step.result.scale[0])
    multiplier, shift = fixed_point.quantized(factor)
    zeros = {"one_zero": one.zero_point[0], "other_zero": other.zero_point[0]}
    channels = {"product": Channels((multiplier,), (0,), (shift,), 1 << 16)}
    return Layer("mul", (step.operator.name,), inputs, step.result.index, settings | zeros, channels)


def _softmax(step: _Step) -> Layer:
    if step.result.zero_point[0] != -128 or step.result.scale[0] != 1 / 256:
        raise step.error("its output has not the scale 1/256 and the zero point -128")
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


_LOWER: dict[str, Callable[[_Step], Layer]] = {
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "MAX_POOL_2D": _pool,
    "AVERAGE_POOL_2D": _pool,
    "REDUCE_MAX": _reduce_max,
    "MEAN": _mean,
    "ADD": _add,
    "MUL": _mul,
    "RELU": _relu,
    "LOGISTIC": _logistic,
    "SOFTMAX": _softmax,
}

_UNPACKING_BYTES = 200  # of code and of settings
_WINDOWS = 8  # of a row that are worked on at a time, where pooling windows allow it


def _sized(layer: Layer) -> Layer:
    """A convolution with the layout of its band."""
    if layer.kind != "conv":
        return layer
    held = _line(layer.settings) if layer.settings["kernel_height"] == 1 else layer.settings
    depth = held["input_channels"]
    column = held["kernel_height"] * depth
    column += held["stride_width"] * column % 2  # windows begin at a pair of numbers
    stretch = min(max(_WINDOWS // held["pool_width"], 1), held["output_width"])
    words = -(-((held["kernel_width"] - 1) * column + held["kernel_height"] * depth) // 4)
    windows = min(stretch * held["pool_width"], held["columns"])
    step = held["stride_width"] * column
    numbers = (windows - 1) * step + max(4 * words, held["kernel_width"] * column)
    sums = stretch * (held["output_channels"] + held["output_channels"] % 2)
    return replace(
        layer,
        settings=held | {"column": column, "step": step, "words": words, "stretch": stretch},
        weights=layer.weights.reshape(len(layer.weights), held["kernel_width"], -1, depth),
        scratch_bytes=4 * sums + 2 * (numbers + numbers % 2),
    )


def _line(held: dict[str, int]) -> dict[str, int]:
    """A convolution along one row, as one of a single channel whose windows are as much longer and further apart."""
    depth = held["input_channels"]
    if held["stride_width"] * depth % 2:
        return held
    wider = ("input_width", "kernel_width", "stride_width", "pad_left")
    return held | {name: held[name] * depth for name in wider} | {"input_channels": 1}


def _packed(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Convolutions and dense layers whose weights fit 2 or 4 bits (3 take 4) in these, if that is less in total."""
    packed, saved, room_bytes = [], 0, 0
    for layer in layers:
        bits = _bits(layer)
        if bits < 8:
            held = layer.settings
            per_word = 8 // bits
            room = -(-2 * held["words"] // per_word) * per_word
            pairs = -(-held["output_channels"] // 2)
            gain = pairs * 4 * (2 * held["words"] - room // per_word)
            layer = replace(
                layer, settings=held | {"bits": bits, "room": room}, scratch_bytes=layer.scratch_bytes + 4 * room
            )
            saved, room_bytes = saved + gain, max(room_bytes, 4 * room)
        elif layer.kind == "conv":
            layer = replace(layer, settings=layer.settings | {"bits": 8, "room": 0})
        packed.append(layer)
    return tuple(packed) if saved > room_bytes + _UNPACKING_BYTES else layers


def _bits(layer: Layer) -> int:
    """Bits that hold each weight of a convolution: 2, 4 or 8."""
    if layer.kind != "conv":
        return 8
    lowest, highest = int(layer.weights.min()), int(layer.weights.max())
    return next((bits for bits in (2, 4) if -(1 << (bits - 1)) <= lowest and highest < 1 << (bits - 1)), 8)
