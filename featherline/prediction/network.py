"""A model in int8 on a batch, equal to its C and so to TensorFlow Lite Micro: whole numbers in NumPy.

It runs the layers that `featherline.codegen.lowering` makes for the C, so it knows what the C knows and
refuses what the C refuses.
"""

from collections.abc import Callable

import numpy as np

from featherline.codegen import fixed_point, lower
from featherline.codegen.layers import Layer, Network
from featherline.codegen.settings import Depthwise, DepthwiseFours, Loops, Requantization
from featherline.core.errors import FeatherlineError
from featherline.tflite import model as tflite

_BATCH_NUMBERS = 1 << 22  # of a convolution's windows, which are settings at once
_SIGN = 1 << 31
_LOWEST_SUM = -(1 << 31)


def lowered(model: tflite.Model) -> Network:
    """The layers of a model.

    Raises:
        FeatherlineError: where no C can be written for it, or where it has layers that are not known here.
    """
    network = lower(model).network
    if not knows(network):
        raise FeatherlineError(
            f"{model.path} has operators, inputs or outputs that only its C computes: convert it with one input and "
            "one output of int8, or run its C (featherline to-c)."
        )
    return network


def knows(network: Network) -> bool:
    """Whether all layers of a network are known here."""
    return network.plain and all(_kernel(layer) in _KERNELS and layer.times == 1 for layer in network.layers)


def run(network: Network, inputs: np.ndarray) -> np.ndarray:
    """Runs a batch through a network.

    Args:
        network: of a model with int8 input and output.
        inputs: int8, shape (items, values).

    Returns:
        int8, shape (items, outputs).
    """
    if not len(inputs):
        return np.empty((0, network.result.elements), np.int8)
    buffers: dict[int, np.ndarray] = {network.input: inputs.reshape(len(inputs), -1)}
    for layer in network.layers:
        read = [
            buffers[operand] if isinstance(operand, int) else np.broadcast_to(operand, (len(inputs), operand.size))
            for operand in layer.inputs
        ]
        buffers[layer.output] = _KERNELS[_kernel(layer)](layer, *read)
    return buffers[network.output]


def _kernel(layer: Layer) -> str:
    """The name of a layer's kernel, with the types that it is written for where there are several."""
    return layer.settings.function if isinstance(layer.settings, Loops) else layer.settings.kernel


def _scaled(values: np.ndarray, multipliers: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """MultiplyByQuantizedMultiplier of TensorFlow Lite, int64 in the range of int32."""
    left, right = np.maximum(shifts, 0), np.maximum(-shifts, 0)
    wrapped = ((values << left) + _SIGN) % (1 << 32) - _SIGN
    high = (wrapped * multipliers + (1 << 30)) >> 31
    rounded = (high + (high >> 63) + (np.int64(1) << np.maximum(right - 1, 0))) >> right
    return np.asarray(np.where(right > 0, rounded, high))


def _requantized(sums: np.ndarray, channels: Requantization) -> np.ndarray:
    multipliers, biases, shifts = (
        np.array(numbers, np.int64) for numbers in (channels.multipliers, channels.biases, channels.shifts)
    )
    return _scaled(sums + biases, multipliers, shifts)


def _stored(values: np.ndarray, settings: dict[str, int]) -> np.ndarray:
    lowest, highest = settings.get("lowest", -128), settings.get("highest", 127)
    stored = np.clip(values + settings.get("output_zero", 0), lowest, highest).astype(np.int8)
    return np.asarray(stored.reshape(len(values), -1))


def _conv(layer: Layer, values: np.ndarray) -> np.ndarray:
    weights = layer.weights
    settings = layer.settings.numbers()
    # (outputs, columns, rows, depth) beside windows of (..., depth, rows, columns)
    kernel = weights.reshape(
        len(weights), settings["kernel_width"], settings["kernel_height"], settings["input_channels"]
    ).transpose(3, 2, 1, 0)
    matrix = kernel.reshape(-1, kernel.shape[3]).astype(np.float64)

    def sums(windows: np.ndarray) -> np.ndarray:
        # int8 products in float64: exact, and BLAS multiplies them.
        return np.asarray(windows.reshape(*windows.shape[:3], -1).astype(np.float64) @ matrix)

    return _convolved(layer, values, settings["input_zero"], sums)


def _depthwise(layer: Layer, values: np.ndarray) -> np.ndarray:
    settings = layer.settings.numbers()
    kernel = layer.weights.astype(np.float64)  # (rows, columns, outputs)
    # Where the input's zero point is no part of the biases.
    apart = settings["input_zero"] if isinstance(layer.settings, Depthwise | DepthwiseFours) else 0
    source = np.arange(kernel.shape[2]) // settings.get("multiplier", 1)

    def sums(windows: np.ndarray) -> np.ndarray:
        shifted = windows[:, :, :, source].astype(np.float64) - apart
        return np.asarray(np.einsum("nyxcij,ijc->nyxc", shifted, kernel, optimize=True))

    return _convolved(layer, values, settings["input_zero"], sums)


def _convolved(layer: Layer, values: np.ndarray, padding: int, sums: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A convolution with the pooling behind it; `sums` adds up the products of each window."""
    settings = layer.settings.numbers()
    rows, columns = settings["rows"], settings["columns"]
    kernel = settings["kernel_height"], settings["kernel_width"]
    needed = rows * columns * settings["input_channels"] * kernel[0] * kernel[1]
    step = max(_BATCH_NUMBERS // needed, 1)
    parts = []
    for at in range(0, max(len(values), 1), step):
        image = values[at : at + step].reshape(
            -1, settings["input_height"], settings["input_width"], settings["input_channels"]
        )
        windows = _windows(
            image,
            kernel,
            (settings["stride_height"], settings["stride_width"]),
            (settings["pad_top"], settings["pad_left"]),
            (rows, columns),
            padding,
        )
        parts.append(_pooled(sums(windows).astype(np.int64), settings))
    return _stored(_requantized(np.concatenate(parts), layer.settings.requantizations()["channels"]), settings)


def _windows(
    image: np.ndarray,
    kernel: tuple[int, int],
    strides: tuple[int, int],
    before: tuple[int, int],
    counts: tuple[int, int],
    padding: int,
) -> np.ndarray:
    """Windows of an image of shape (items, height, width, depth): (items, rows, columns, depth, height, width)."""
    ends = [(count - 1) * stride + size for count, stride, size in zip(counts, strides, kernel, strict=True)]
    pads = [
        (first, max(end - first - side, 0)) for first, end, side in zip(before, ends, image.shape[1:3], strict=True)
    ]
    padded = np.pad(image, ((0, 0), *pads, (0, 0)), constant_values=padding)
    slid = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(1, 2))
    return slid[:, :: strides[0], :: strides[1]][:, : counts[0], : counts[1]]


def _pooled(sums: np.ndarray, settings: dict[str, int]) -> np.ndarray:
    """The largest sum of each pooling window; the last ones may be cut."""
    height, width = settings["output_height"], settings["output_width"]
    tall, wide = settings["pool_height"], settings["pool_width"]
    missing = ((0, 0), (0, height * tall - sums.shape[1]), (0, width * wide - sums.shape[2]), (0, 0))
    whole = np.pad(sums, missing, constant_values=_LOWEST_SUM)
    return np.asarray(whole.reshape(len(sums), height, tall, width, wide, -1).max(axis=(2, 4)))


def _pool(layer: Layer, values: np.ndarray) -> np.ndarray:
    settings = layer.settings.numbers()
    image = values.reshape(-1, settings["input_height"], settings["input_width"], settings["channels"]).astype(np.int64)
    shape = (
        (settings["window_height"], settings["window_width"]),
        (settings["stride_height"], settings["stride_width"]),
        (settings["pad_top"], settings["pad_left"]),
        (settings["output_height"], settings["output_width"]),
    )
    if not settings["average"]:
        return _stored(_windows(image, *shape, padding=-128).max(axis=(4, 5)), settings)
    sums = _windows(image, *shape, padding=0).sum(axis=(4, 5))
    numbers = _windows(np.ones_like(image), *shape, padding=0).sum(axis=(4, 5))
    halves = np.where(sums > 0, sums + numbers // 2, sums - numbers // 2)
    return _stored(np.sign(halves) * (np.abs(halves) // numbers), settings)


def _reduced(layer: Layer, values: np.ndarray) -> np.ndarray:
    settings = layer.settings.numbers()
    return values.reshape(-1, settings["outer"], settings["reduced"], settings["inner"]).astype(np.int64)


def _mean(layer: Layer, values: np.ndarray) -> np.ndarray:
    sums = _reduced(layer, values).sum(axis=2)
    return _stored(_requantized(sums, layer.settings.requantizations()["channel"]), layer.settings.numbers())


def _rescale(layer: Layer, values: np.ndarray) -> np.ndarray:
    settings = layer.settings.numbers()
    shifted = values.astype(np.int64) - settings["input_zero"]
    return _stored(_scaled(shifted, np.array(settings["multiplier"]), np.array(settings["shift"])), settings)


def _reduce_max(layer: Layer, values: np.ndarray) -> np.ndarray:
    return np.asarray(_reduced(layer, values).max(axis=2).astype(np.int8).reshape(len(values), -1))


def _lookup(layer: Layer, values: np.ndarray) -> np.ndarray:
    return layer.weights[values.astype(np.int64) + 128]


def _repeated(values: np.ndarray, number: int) -> np.ndarray:
    """The smaller operand over the larger, int64."""
    return np.tile(values.astype(np.int64), -(-number // values.shape[1]))[:, :number]


def _operands(layer: Layer, values: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    both = values if len(values) == 2 else (values[0], values[0])
    return [_repeated(operand, layer.settings.numbers()["number"]) for operand in both]


def _add(layer: Layer, *values: np.ndarray) -> np.ndarray:
    scaled = []
    for name, operand in zip(("one", "other"), _operands(layer, values), strict=True):
        [multiplier], [bias], [shift] = (
            getattr(layer.settings.requantizations()[name], key) for key in ("multipliers", "biases", "shifts")
        )
        scaled.append(_scaled((operand + bias) << 20, np.array(multiplier), np.array(shift)))
    return _stored(
        _requantized(scaled[0] + scaled[1], layer.settings.requantizations()["sum"]), layer.settings.numbers()
    )


def _mul(layer: Layer, *values: np.ndarray) -> np.ndarray:
    first, second = _operands(layer, values)
    settings = layer.settings.numbers()
    products = (first - settings["one_zero"]) * (second - settings["other_zero"])
    return _stored(_requantized(products, layer.settings.requantizations()["product"]), layer.settings.numbers())


def _softmax(layer: Layer, values: np.ndarray) -> np.ndarray:
    settings = layer.settings.numbers()
    rows = values.reshape(-1, settings["classes"]).astype(np.int64)
    powers = _powers(settings)[rows.max(axis=1, keepdims=True) - rows]
    sums = _divided(powers, 12).sum(axis=1)
    free = 31 - np.floor(np.log2(sums)).astype(np.int64)  # bits above the highest one of 32
    half = (sums << free) >> 1
    inverse = 1515870810 + _high_product(half, np.int64(-1010580540))
    for _ in range(3):
        inverse = inverse + _high_product(inverse, (1 << 29) - _high_product(half, inverse)) * 4
    inverse = np.where(inverse > fixed_point.INT32_MAX // 2, fixed_point.INT32_MAX, inverse * 2)
    shares = _divided(_high_product(inverse[:, np.newaxis], powers), (12 - free + 23)[:, np.newaxis])
    return np.where(shares > 255, 127, shares - 128).astype(np.int8).reshape(len(values), -1)


def _powers(settings: dict[str, int]) -> np.ndarray:
    """exp of the differences 0, -1, ... -255 of two inputs, with 31 bits behind the point."""
    powers = np.zeros(256, np.int64)
    for below in range(min(-settings["lowest_difference"], 255) + 1):
        value = fixed_point.high_product(-below << settings["shift"], settings.get("multiplier", 1))
        powers[below] = fixed_point.exp_of_negative(value, 5)
    return powers


def _high_product(a: np.ndarray, b: np.ndarray | np.int64) -> np.ndarray:
    return np.asarray((a * b + (1 << 30)) >> 31)


def _divided(values: np.ndarray, exponent: int | np.ndarray) -> np.ndarray:
    """`nn_halved`: by a power of two, halves away from zero."""
    return np.asarray((((values + (values >> 63)) >> (exponent - 1)) + 1) >> 1)


_KERNELS: dict[str, Callable[..., np.ndarray]] = {
    "conv": _conv,
    "dense": _conv,
    "depthwise": _depthwise,
    "depthwise_fours": _depthwise,
    "depthwise_plane": _depthwise,
    "pool": _pool,
    "mean": _mean,
    "rescale_int8_int8": _rescale,
    "reduce_max": _reduce_max,
    "lookup": _lookup,
    "add": _add,
    "mul": _mul,
    "softmax": _softmax,
}
