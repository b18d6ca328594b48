"""A model in int8 on a batch, equal to its C and so to TensorFlow Lite Micro: whole numbers in NumPy.

It runs the layers that `featherline.codegen.lowering` makes for the C, so it knows what the C knows and
refuses what the C refuses.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from featherline.codegen import fixed_point, lowering
from featherline.codegen.layers import Channels, Layer, Network
from featherline.tflite import model as tflite

_BATCH_NUMBERS = 1 << 22  # of a convolution's windows, which are held at once
_SIGN = 1 << 31
_LOWEST_SUM = -(1 << 31)


def lowered(model: tflite.Model) -> Network:
    """The layers of a model; raises `FeatherlineError` where no C can be written for it."""
    content = model.content if model.content is not None else Path(model.path).read_bytes()
    return lowering.network(model, content)


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
            buffers[one] if isinstance(one, int) else np.broadcast_to(one, (len(inputs), one.size))
            for one in layer.inputs
        ]
        buffers[layer.output] = _KERNELS[layer.kind](layer, *read)
    return buffers[network.output]


def _scaled(values: np.ndarray, multipliers: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """MultiplyByQuantizedMultiplier of TensorFlow Lite, int64 in the range of int32."""
    left, right = np.maximum(shifts, 0), np.maximum(-shifts, 0)
    wrapped = ((values << left) + _SIGN) % (1 << 32) - _SIGN
    high = (wrapped * multipliers + (1 << 30)) >> 31
    rounded = (high + (high >> 63) + (np.int64(1) << np.maximum(right - 1, 0))) >> right
    return np.asarray(np.where(right > 0, rounded, high))


def _requantized(sums: np.ndarray, channels: Channels) -> np.ndarray:
    multipliers, biases, shifts = (
        np.array(one, np.int64) for one in (channels.multipliers, channels.biases, channels.shifts)
    )
    return _scaled(sums + biases, multipliers, shifts)


def _stored(values: np.ndarray, held: dict[str, int]) -> np.ndarray:
    lowest, highest = held.get("lowest", -128), held.get("highest", 127)
    stored = np.clip(values + held.get("output_zero", 0), lowest, highest).astype(np.int8)
    return np.asarray(stored.reshape(len(values), -1))


def _conv(layer: Layer, values: np.ndarray) -> np.ndarray:
    weights = layer.weights
    assert weights is not None
    held = layer.settings
    # (outputs, columns, rows, depth) beside windows of (..., depth, rows, columns)
    kernel = weights.reshape(
        len(weights), held["kernel_width"], held["kernel_height"], held["input_channels"]
    ).transpose(3, 2, 1, 0)
    matrix = kernel.reshape(-1, kernel.shape[3]).astype(np.float64)

    def sums(windows: np.ndarray) -> np.ndarray:
        # int8 products in float64: exact, and BLAS multiplies them.
        return np.asarray(windows.reshape(*windows.shape[:3], -1).astype(np.float64) @ matrix)

    return _convolved(layer, values, held["input_zero"], sums)


def _depthwise(layer: Layer, values: np.ndarray) -> np.ndarray:
    assert layer.weights is not None
    held = layer.settings
    kernel = layer.weights.astype(np.float64)  # (rows, columns, outputs)
    source = np.arange(kernel.shape[2]) // held["multiplier"]

    def sums(windows: np.ndarray) -> np.ndarray:
        moved = windows.astype(np.float64) - held["input_zero"]
        return np.asarray(np.einsum("nyxcij,ijc->nyxc", moved[:, :, :, source], kernel, optimize=True))

    return _convolved(layer, values, held["input_zero"], sums)


def _convolved(layer: Layer, values: np.ndarray, padding: int, sums: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """A convolution with the pooling behind it; `sums` adds up the products of each window."""
    held = layer.settings
    rows, columns = held["rows"], held["columns"]
    kernel = held["kernel_height"], held["kernel_width"]
    needed = rows * columns * held["input_channels"] * kernel[0] * kernel[1]
    step = max(_BATCH_NUMBERS // needed, 1)
    parts = []
    for at in range(0, max(len(values), 1), step):
        image = values[at : at + step].reshape(-1, held["input_height"], held["input_width"], held["input_channels"])
        windows = _windows(
            image,
            kernel,
            (held["stride_height"], held["stride_width"]),
            (held["pad_top"], held["pad_left"]),
            (rows, columns),
            padding,
        )
        parts.append(_pooled(sums(windows).astype(np.int64), held))
    return _stored(_requantized(np.concatenate(parts), layer.channels["channels"]), held)


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


def _pooled(sums: np.ndarray, held: dict[str, int]) -> np.ndarray:
    """The largest sum of each pooling window; the last ones may be cut."""
    height, width = held["output_height"], held["output_width"]
    tall, wide = held["pool_height"], held["pool_width"]
    missing = ((0, 0), (0, height * tall - sums.shape[1]), (0, width * wide - sums.shape[2]), (0, 0))
    whole = np.pad(sums, missing, constant_values=_LOWEST_SUM)
    return np.asarray(whole.reshape(len(sums), height, tall, width, wide, -1).max(axis=(2, 4)))


def _pool(layer: Layer, values: np.ndarray) -> np.ndarray:
    held = layer.settings
    image = values.reshape(-1, held["input_height"], held["input_width"], held["channels"]).astype(np.int64)
    shape = (
        (held["window_height"], held["window_width"]),
        (held["stride_height"], held["stride_width"]),
        (held["pad_top"], held["pad_left"]),
        (held["output_height"], held["output_width"]),
    )
    if not held["average"]:
        return _stored(_windows(image, *shape, padding=-128).max(axis=(4, 5)), held)
    sums = _windows(image, *shape, padding=0).sum(axis=(4, 5))
    numbers = _windows(np.ones_like(image), *shape, padding=0).sum(axis=(4, 5))
    halves = np.where(sums > 0, sums + numbers // 2, sums - numbers // 2)
    return _stored(np.sign(halves) * (np.abs(halves) // numbers), held)


def _reduced(layer: Layer, values: np.ndarray) -> np.ndarray:
    held = layer.settings
    return values.reshape(-1, held["outer"], held["reduced"], held["inner"]).astype(np.int64)


def _mean(layer: Layer, values: np.ndarray) -> np.ndarray:
    sums = _reduced(layer, values).sum(axis=2)
    return _stored(_requantized(sums, layer.channels["channel"]), layer.settings)


def _reduce_max(layer: Layer, values: np.ndarray) -> np.ndarray:
    return np.asarray(_reduced(layer, values).max(axis=2).astype(np.int8).reshape(len(values), -1))


def _lookup(layer: Layer, values: np.ndarray) -> np.ndarray:
    assert layer.weights is not None
    return layer.weights[values.astype(np.int64) + 128]


def _repeated(values: np.ndarray, number: int) -> np.ndarray:
    """The smaller operand over the larger, int64."""
    return np.tile(values.astype(np.int64), -(-number // values.shape[1]))[:, :number]


def _operands(layer: Layer, values: tuple[np.ndarray, ...]) -> list[np.ndarray]:
    both = values if len(values) == 2 else (values[0], values[0])
    return [_repeated(one, layer.settings["number"]) for one in both]


def _add(layer: Layer, *values: np.ndarray) -> np.ndarray:
    scaled = []
    for name, operand in zip(("one", "other"), _operands(layer, values), strict=True):
        [multiplier], [bias], [shift] = (
            getattr(layer.channels[name], key) for key in ("multipliers", "biases", "shifts")
        )
        scaled.append(_scaled((operand + bias) << 20, np.array(multiplier), np.array(shift)))
    return _stored(_requantized(scaled[0] + scaled[1], layer.channels["sum"]), layer.settings)


def _mul(layer: Layer, *values: np.ndarray) -> np.ndarray:
    one, other = _operands(layer, values)
    products = (one - layer.settings["one_zero"]) * (other - layer.settings["other_zero"])
    return _stored(_requantized(products, layer.channels["product"]), layer.settings)


def _softmax(layer: Layer, values: np.ndarray) -> np.ndarray:
    held = layer.settings
    rows = values.reshape(-1, held["classes"]).astype(np.int64)
    powers = _powers(held)[rows.max(axis=1, keepdims=True) - rows]
    sums = _divided(powers, 12).sum(axis=1)
    free = 31 - np.floor(np.log2(sums)).astype(np.int64)  # bits above the highest one of 32
    half = (sums << free) >> 1
    inverse = 1515870810 + _high_product(half, np.int64(-1010580540))
    for _ in range(3):
        inverse = inverse + _high_product(inverse, (1 << 29) - _high_product(half, inverse)) * 4
    inverse = np.where(inverse > fixed_point.INT32_MAX // 2, fixed_point.INT32_MAX, inverse * 2)
    shares = _divided(_high_product(inverse[:, np.newaxis], powers), (12 - free + 23)[:, np.newaxis])
    return np.where(shares > 255, 127, shares - 128).astype(np.int8).reshape(len(values), -1)


def _powers(held: dict[str, int]) -> np.ndarray:
    """exp of the differences 0, -1, ... -255 of two inputs, with 31 bits behind the point."""
    powers = np.zeros(256, np.int64)
    for below in range(min(-held["lowest_difference"], 255) + 1):
        value = fixed_point.high_product(-below << held["shift"], held["multiplier"])
        powers[below] = fixed_point.exp_of_negative(value, 5)
    return powers


def _high_product(a: np.ndarray, b: np.ndarray | np.int64) -> np.ndarray:
    return np.asarray((a * b + (1 << 30)) >> 31)


def _divided(values: np.ndarray, exponent: int | np.ndarray) -> np.ndarray:
    """`nn_halved`: by a power of two, halves away from zero."""
    return np.asarray((((values + (values >> 63)) >> (exponent - 1)) + 1) >> 1)


_KERNELS: dict[str, Callable[..., np.ndarray]] = {
    "conv": _conv,
    "depthwise": _depthwise,
    "depthwise_fours": _depthwise,
    "pool": _pool,
    "mean": _mean,
    "reduce_max": _reduce_max,
    "lookup": _lookup,
    "add": _add,
    "mul": _mul,
    "softmax": _softmax,
}
