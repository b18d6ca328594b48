"""Layers in numpy, forward and backward, of networks that are chains: what `equal_training` computes with.

Networks of a few thousand weights take a few milliseconds a step. A graph of TensorFlow is traced for seconds before
its first step, for each candidate of a search anew; these begin at once. Sums and matrix products are numpy's (BLAS);
that their order differs between processors is taken into account by whoever rounds the gradients.

A layer is called with a batch, shape (items, ...), and remembers of it what its `backward` needs. Padding is
TensorFlow's "same": the odd row or column goes behind. Where several entries of a pooling window are largest, the first
one in the order of rows has the gradient, as in TensorFlow.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache
from math import prod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from featherline.networks.backend import keras

Array = npt.NDArray[np.float64]
"""float64 but where a comparison asks for another type."""
Keys = npt.NDArray[np.uint64]

STATISTICS_BITS = 16
_SMALLEST = 2.0**-900  # what is below counts as zero: its grid would leave the range of float64
_EXPONENT = np.int64(0x7FF0000000000000)  # of a float64
_CHUNK_BYTES = 2**20  # of windows laid out for a matrix product: what a cache holds

KINDS: dict[type[keras.Layer], type["Layer"]] = {}
"""Class of Keras -> the layer here that computes the same."""


def kind(of: type[keras.Layer]) -> Callable[[type["Layer"]], type["Layer"]]:
    """Says of which class of Keras a layer is the counterpart."""

    def entered(layer: type["Layer"]) -> type["Layer"]:
        KINDS[of] = layer
        return layer

    return entered


def powers_above(tops: Array) -> Array:
    """The power of two above each number, read from its bits: a logarithm may be off by one in its last place."""
    exponents = np.maximum(np.asarray(tops, np.float64), _SMALLEST).view(np.int64) & _EXPONENT
    return 2.0 * exponents.view(np.float64)


def array_on_grid(values: Array, bits: int, scale: float | Array = 0.0) -> Array:
    """A float64 array with its entries rounded to `bits` below the power of two above the largest of them.

    Other dtypes, which are there to be compared with, stay as they are.

    Args:
        scale: counts as an entry, for values that may be zero but for the noise of larger ones.
    """
    if values.dtype != np.float64:
        return values
    step = powers_above(np.maximum(np.abs(values).max(), scale)) * 2.0**-bits
    rounded: Array = np.rint(values / step) * step
    return rounded


class Layer(ABC):
    """One layer of a chain.

    Attributes:
        weights: in the order of Keras; those that are trained come first.
        gradients: of the trained ones, for the batch that `backward` was called for last.
        penalty: what the layer adds to the loss.
    """

    def __init__(self, layer: keras.Layer, dtype: str):
        self.weights = [np.array(weight, dtype) for weight in layer.get_weights()]
        self.trained = len(layer.trainable_weights)
        self.gradients: list[Array] = []
        self.penalty = 0.0

    @abstractmethod
    def forward(self, inputs: Array, training: bool) -> Array:
        """What the layer gives for a batch; with `training`, as it does while it is trained."""

    @abstractmethod
    def backward(self, upstream: Array, last: bool) -> Array | None:
        """The gradient of the loss by the layer's inputs, from that by its outputs; the `last` one gives none."""


def _column_sums(values: Array) -> Array:
    """Sums over all axes but the last: a product with ones is much faster than numpy's sum over a long first axis."""
    rows = values.reshape(-1, values.shape[-1])
    sums: Array = _ones(len(rows), values.dtype.char) @ rows
    return sums


@cache
def _ones(count: int, dtype: str) -> Array:
    return np.ones(count, dtype)


def _by_item(values: Array) -> Array:
    return values.reshape(len(values), -1)


class Affine(Layer):
    """A kernel, a bias where the layer has one, and a ReLU where its activation is one."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        activation = layer.get_config()["activation"]
        if activation not in ("linear", "relu", "softmax"):
            raise ValueError(f"Layer {layer.name} has the activation {activation}: linear, relu and softmax are known.")
        self._relu, self._biased = activation == "relu", bool(layer.use_bias)
        penalty = getattr(layer, "kernel_regularizer", None)
        # Keras multiplies by the float32 that is nearest to the factor, whatever the type of the weights.
        self._factor = float(np.float32(penalty.l2)) if penalty else 0.0

    def kernel(self) -> Array:
        """The kernel that the layer computes with."""
        return self.weights[0]

    def kernel_gradients(self, upstream: Array) -> list[Array]:
        """Gradients of the weights that `kernel` is made of, from that of the kernel."""
        return [upstream]

    def forward(self, inputs: Array, training: bool) -> Array:
        self._kernel = self.kernel()
        if self._factor:
            self.penalty = self._factor * float((self.weights[0] ** 2).sum())
        outputs = self._product(inputs)
        if self._biased:
            rows = _by_item(outputs)
            rows += _wide(outputs)(self.weights[1])
        if self._relu:
            np.maximum(outputs, 0, out=outputs)
        self._outputs = outputs
        return outputs

    def backward(self, upstream: Array, last: bool) -> Array | None:
        if self._relu:
            upstream = upstream * (self._outputs > 0)
        of_kernel = self._of_kernel(upstream)
        if self._factor:
            of_kernel = of_kernel + 2.0 * self._factor * self.weights[0]
        kernel, *others = self.kernel_gradients(of_kernel)
        bias = [_column_sums(upstream)] if self._biased else []
        self.gradients = [kernel, *bias, *others]
        return None if last else self._of_inputs(upstream)

    @abstractmethod
    def _product(self, inputs: Array) -> Array:
        """Of inputs and kernel."""

    @abstractmethod
    def _of_kernel(self, upstream: Array) -> Array:
        """The gradient of the kernel."""

    @abstractmethod
    def _of_inputs(self, upstream: Array) -> Array:
        """The gradient of the inputs."""


@kind(keras.layers.Dense)
class Dense(Affine):
    """inputs @ kernel, shapes (items, inputs) and (inputs, units)."""

    def _product(self, inputs: Array) -> Array:
        self._inputs = inputs
        product: Array = inputs @ self._kernel
        return product

    def _of_kernel(self, upstream: Array) -> Array:
        gradient: Array = self._inputs.T @ upstream
        return gradient

    def _of_inputs(self, upstream: Array) -> Array:
        gradient: Array = upstream @ self._kernel.T
        return gradient


class _Sliding(Affine):
    """A kernel that slides over rows and columns."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        if layer.padding != "same" or tuple(layer.dilation_rate) != (1, 1):
            raise ValueError(f"Layer {layer.name} is not padded as 'same' or dilated: neither is known here.")
        self._window: tuple[int, int] = tuple(layer.kernel_size)
        self._strides: tuple[int, int] = tuple(layer.strides)

    def _product(self, inputs: Array) -> Array:
        self._field = self._padded(inputs)
        return self._correlated(self._field, self._strides, self._places, self._kernel)

    @abstractmethod
    def _correlated(self, field: Array, strides: tuple[int, int], places: tuple[int, int], kernel: Array) -> Array:
        """A kernel of this window on a padded field, from place to place."""

    def _padded(self, inputs: Array) -> Array:
        """The inputs with zeros around them; sets `_shape`, `_before` and `_places` (rows, columns of the output)."""
        self._shape = inputs.shape
        sizes = inputs.shape[1:3]
        self._places = tuple(-(-size // stride) for size, stride in zip(sizes, self._strides, strict=True))
        missing = tuple(
            max((places - 1) * stride + window - size, 0)
            for places, stride, window, size in zip(self._places, self._strides, self._window, sizes, strict=True)
        )
        self._before = tuple(pad // 2 for pad in missing)
        return _framed(inputs, self._before, tuple(a + b for a, b in zip(sizes, missing, strict=True)), (1, 1))

    def _spread(self, upstream: Array) -> Array:
        """The outputs' gradients laid out so that the reversed kernel, with stride 1, gives those of the inputs."""
        before = tuple(window - 1 - pad for window, pad in zip(self._window, self._before, strict=True))
        sizes = tuple(size + window - 1 for size, window in zip(self._shape[1:3], self._window, strict=True))
        return _framed(upstream, before, sizes, self._strides)


def _framed(values: Array, before: tuple[int, ...], sizes: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """Rows and columns in a larger field of zeros, from `before` on, every `strides`-th place."""
    if sizes == values.shape[1:3]:
        return values
    field = np.zeros((len(values), *sizes, values.shape[3]), values.dtype)
    rows, columns = (
        slice(start, start + (count - 1) * stride + 1, stride)
        for start, count, stride in zip(before, values.shape[1:3], strides, strict=True)
    )
    field[:, rows, columns] = values
    return field


def _windows(field: Array, window: tuple[int, int], strides: tuple[int, int], places: tuple[int, int]) -> Array:
    """What the kernel sees at each place: (items, rows, columns, window rows, window columns, channels), a view."""
    items, rows, columns, channels = field.strides
    return np.lib.stride_tricks.as_strided(
        field,
        (len(field), *places, *window, field.shape[3]),
        (items, rows * strides[0], columns * strides[1], rows, columns, channels),
        writeable=False,
    )


def _chunks(items: int, entries: int, itemsize: int) -> list[slice]:
    """Items in parts whose windows, laid out, fit into a cache."""
    size = max(1, _CHUNK_BYTES // (entries * itemsize))
    return [slice(at, at + size) for at in range(0, items, size)]


@kind(keras.layers.Conv2D)
class Convolution(_Sliding):
    """Kernels of shape (rows, columns, channels, filters)."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        if layer.groups != 1:
            raise ValueError(f"Layer {layer.name} has {layer.groups} groups: one alone is known here.")

    def _correlated(self, field: Array, strides: tuple[int, int], places: tuple[int, int], kernel: Array) -> Array:
        rows = kernel.reshape(-1, kernel.shape[-1])
        views = _windows(field, self._window, strides, places)
        outputs = np.empty((len(field), *places, rows.shape[1]), field.dtype)
        for part in _chunks(len(field), prod(places) * len(rows), field.itemsize):
            np.matmul(views[part].reshape(-1, len(rows)), rows, out=outputs[part].reshape(-1, rows.shape[1]))
        return outputs

    def _of_kernel(self, upstream: Array) -> Array:
        entries = self._kernel[..., 0].size
        views = _windows(self._field, self._window, self._strides, self._places)
        gradient = np.zeros((entries, upstream.shape[-1]), upstream.dtype)
        for part in _chunks(len(upstream), prod(self._places) * entries, upstream.itemsize):
            gradient += views[part].reshape(-1, entries).T @ upstream[part].reshape(-1, upstream.shape[-1])
        return gradient.reshape(self._kernel.shape)

    def _of_inputs(self, upstream: Array) -> Array:
        reversed_kernel = self._kernel[::-1, ::-1].transpose(0, 1, 3, 2)
        return self._correlated(self._spread(upstream), (1, 1), self._shape[1:3], reversed_kernel)


@kind(keras.layers.DepthwiseConv2D)
class DepthwiseConvolution(_Sliding):
    """One kernel for each channel, shape (rows, columns, channels, 1)."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        if layer.depth_multiplier != 1:
            raise ValueError(f"Layer {layer.name} has a depth multiplier of {layer.depth_multiplier}: 1 is known here.")

    def _correlated(self, field: Array, strides: tuple[int, int], places: tuple[int, int], kernel: Array) -> Array:
        outputs = np.zeros((len(field), *places, field.shape[3]), field.dtype)
        product = np.empty_like(outputs)
        wide = np.broadcast_to(kernel[..., None, :, 0], (*self._window, places[1], field.shape[3])).copy()
        for row, column, shifted in self._shifted(field, strides, places):
            np.multiply(shifted, wide[row, column], out=product)
            outputs += product
        return outputs

    def _of_kernel(self, upstream: Array) -> Array:
        gradient, product = np.empty_like(self._kernel), np.empty_like(upstream)
        for row, column, shifted in self._shifted(self._field, self._strides, self._places):
            np.multiply(shifted, upstream, out=product)
            gradient[row, column, :, 0] = _column_sums(product)
        return gradient

    def _of_inputs(self, upstream: Array) -> Array:
        return self._correlated(self._spread(upstream), (1, 1), self._shape[1:3], self._kernel[::-1, ::-1])

    def _shifted(self, field: Array, strides: tuple[int, int], places: tuple[int, int]) -> list[tuple[int, int, Array]]:
        """For each place of the kernel, what it sees: row, column, array of shape (items, *places, channels)."""
        rows, columns = ((count - 1) * stride + 1 for count, stride in zip(places, strides, strict=True))
        return [
            (row, column, field[:, row : row + rows : strides[0], column : column + columns : strides[1]])
            for row in range(self._window[0])
            for column in range(self._window[1])
        ]


@kind(keras.layers.BatchNormalization)
class Normalization(Layer):
    """Batch normalization over the last axis whose moving statistics follow batch statistics on a grid."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        if not (layer.scale and layer.center):
            raise ValueError(f"Layer {layer.name} normalizes without gamma or beta: both are wanted here.")
        self._momentum, self._epsilon = float(layer.momentum), float(layer.epsilon)

    def forward(self, inputs: Array, training: bool) -> Array:
        gamma, beta, moving_mean, moving_variance = self.weights
        rows, wide = _by_item(inputs), _wide(inputs)
        if not training:
            factor = gamma / np.sqrt(moving_variance + self._epsilon)
            outputs = rows - wide(moving_mean)
            outputs *= wide(factor)
            outputs += wide(beta)
            return outputs.reshape(inputs.shape)
        self._count = inputs.size // inputs.shape[-1]
        mean = _column_sums(inputs) / self._count
        centred = rows - wide(mean)
        outputs = centred * centred
        variance = _column_sums(outputs.reshape(inputs.shape)) / self._count
        deviation = np.sqrt(variance.max())  # behind another normalization, means are zero on paper
        for moving, batch, scale in ((moving_mean, mean, deviation), (moving_variance, variance, 0.0)):
            moving[:] = self._momentum * moving + (1.0 - self._momentum) * array_on_grid(batch, STATISTICS_BITS, scale)
        self._inverse = 1.0 / np.sqrt(variance + self._epsilon)
        centred *= wide(self._inverse)
        self._centred = centred
        np.multiply(centred, wide(gamma), out=outputs)
        outputs += wide(beta)
        return outputs.reshape(inputs.shape)

    def backward(self, upstream: Array, last: bool) -> Array | None:
        rows, wide = _by_item(upstream), _wide(upstream)
        of_beta = _column_sums(upstream)
        gradient = rows * self._centred
        of_gamma = _column_sums(gradient.reshape(upstream.shape))
        self.gradients = [of_gamma, of_beta]
        if last:
            return None
        np.multiply(self._centred, wide(of_gamma / self._count), out=gradient)
        gradient += wide(of_beta / self._count)
        np.subtract(rows, gradient, out=gradient)
        gradient *= wide(self.weights[0] * self._inverse)
        return gradient.reshape(upstream.shape)


def _wide(like: Array) -> Callable[[Array], Array]:
    """Repeats a vector over the places of an item: numpy is slow where it broadcasts over a short last axis."""
    shape = (like[0].size // like.shape[-1], like.shape[-1])

    def repeated(vector: Array) -> Array:
        wide = np.empty(shape, vector.dtype)
        wide[:] = vector
        return wide.reshape(-1)

    return repeated


@kind(keras.layers.ReLU)
class Relu(Layer):
    """The larger of an entry and zero."""

    def forward(self, inputs: Array, training: bool) -> Array:
        self._outputs = np.maximum(inputs, 0)
        return self._outputs

    def backward(self, upstream: Array, last: bool) -> Array | None:
        gradient: Array = upstream * (self._outputs > 0)
        return gradient


@kind(keras.layers.MaxPooling2D)
class MaxPooling(Layer):
    """The largest of each window; windows touch, and rows and columns that fill none are left out."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        self._window = tuple(layer.pool_size)
        if layer.padding != "valid" or tuple(layer.strides) != self._window:
            raise ValueError(
                f"Layer {layer.name} pools windows that are padded or do not touch: neither is known here."
            )

    def forward(self, inputs: Array, training: bool) -> Array:
        self._inputs = inputs
        first, *others = self._parts(inputs)
        largest = first.copy()
        for other in others:
            np.maximum(largest, other, out=largest)
        self._outputs = largest
        return largest

    def backward(self, upstream: Array, last: bool) -> Array | None:
        gradient = np.zeros_like(self._inputs)
        free, chosen = np.ones(upstream.shape, bool), np.empty(upstream.shape, bool)
        for part, target in zip(self._parts(self._inputs), self._parts(gradient), strict=True):
            np.equal(part, self._outputs, out=chosen)
            chosen &= free
            np.multiply(upstream, chosen, out=target)
            free ^= chosen
        return gradient

    def _parts(self, values: Array) -> list[Array]:
        """The entries of all windows by their place in the window, by rows: views that can be written to."""
        (rows, columns), (height, width) = values.shape[1:3], self._window
        ends = rows // height * height, columns // width * width
        return [
            values[:, row : ends[0] : height, column : ends[1] : width]
            for row in range(height)
            for column in range(width)
        ]


@kind(keras.layers.GlobalAveragePooling2D)
class GlobalAverage(Layer):
    """The mean over rows and columns."""

    def forward(self, inputs: Array, training: bool) -> Array:
        self._shape = inputs.shape
        means: Array = inputs.reshape(len(inputs), -1, inputs.shape[-1]).mean(axis=1)
        return means

    def backward(self, upstream: Array, last: bool) -> Array | None:
        share = upstream / (self._shape[1] * self._shape[2])
        return np.broadcast_to(share[:, None, None], self._shape).copy()


@kind(keras.layers.Flatten)
class Flatten(Layer):
    """All entries of an item in a row."""

    def forward(self, inputs: Array, training: bool) -> Array:
        self._shape = inputs.shape
        return _by_item(inputs)

    def backward(self, upstream: Array, last: bool) -> Array | None:
        return upstream.reshape(self._shape)


def mixed(numbers: Keys) -> Keys:
    """Scrambles uint64 numbers so that each bit depends on all (the finalizer of SplitMix64, Steele et al. 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(31))


@kind(keras.layers.Dropout)
class Dropout(Layer):
    """Dropout that draws by item: `keys`, uint64, one for each item of the batch, are set before each call."""

    _GOLDEN: ClassVar[np.uint64] = np.uint64(0x9E3779B97F4A7C15)
    keys: Keys

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        self.rate = float(layer.rate)

    def forward(self, inputs: Array, training: bool) -> Array:
        if not training or not self.rate:
            return inputs
        entries: Keys = np.arange(inputs[0].size, dtype=np.uint64) * self._GOLDEN
        drawn = mixed(self.keys[:, None] + entries[None])
        kept = (drawn >> np.uint64(32)) >= np.uint64(round(self.rate * 2**32))
        self._kept: Array = (kept / (1.0 - self.rate)).astype(inputs.dtype).reshape(inputs.shape)
        return inputs * self._kept

    def backward(self, upstream: Array, last: bool) -> Array | None:
        return upstream * self._kept if self.rate else upstream


@kind(keras.layers.Softmax)
class Passed(Layer):
    """Stands where a softmax was: the chain ends with logits."""

    def forward(self, inputs: Array, training: bool) -> Array:
        return inputs

    def backward(self, upstream: Array, last: bool) -> Array | None:
        return upstream


def counterpart(layer: Any, dtype: str) -> Layer:
    """The layer here that computes what one of Keras does, with its weights.

    Raises:
        ValueError: where there is none, naming the layer.
    """
    if type(layer) not in KINDS:
        raise ValueError(f"Layer {layer.name} is a {type(layer).__name__}, which cannot be trained here.")
    return KINDS[type(layer)](layer, dtype)
