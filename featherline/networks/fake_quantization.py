"""Networks whose few-bit weights and 8-bit activations are trained as `equal_rounding` says.

One step for each output channel of a convolution, one for the whole kernel of a dense layer. What stands between two
roundings is what TensorFlow Lite calculates in one operator: a convolution or dense layer with its ReLU. The layers of
Keras here hold the weights and give the network its shape, its file and its graph for the converter; training computes
with their counterparts in numpy.
"""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.numerics import on_grid, step_below
from featherline.core.parsing import Tree
from featherline.networks import equal_rounding
from featherline.networks.backend import keras, tf
from featherline.networks.equal_layers import kind
from featherline.networks.equal_rounding import ACTIVATION_BITS, LEAST_RANGE, LEAST_STEP, RANGE_BITS, levels
from featherline.networks.equal_training import Chain
from featherline.networks.folding import chain

# Which share of the largest weight of a channel the grid spans at first: the one of the least squared error.
_SPANS = np.linspace(0.2, 1.0, 81)
# By which share another span must be better: smaller gains are noise.
_BETTER = 1e-9


class _Rounded(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """What the layers below share: a kernel that is rounded to `bits`, and the step of its grid."""

    # Axes of the kernel that share a step; None where all do.
    channel_axes: tuple[int, ...] | None = None

    def __init__(self, *arguments: object, bits: int, **options: object) -> None:
        super().__init__(*arguments, **options)
        self.bits = bits

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        kernel = self.kernel
        shape = [
            1 if self.channel_axes is None or axis in self.channel_axes else n for axis, n in enumerate(kernel.shape)
        ]
        self.step = self.add_weight(name="step", shape=tuple(shape), initializer="ones", trainable=True)

    def get_config(self) -> Tree:
        config: Tree = super().get_config() | {"bits": self.bits}
        return config

    # Keras' own convolutions and dense layers know of their kernel and bias alone.
    def save_own_variables(self, store: dict[str, object]) -> None:
        for place, weight in enumerate(self.weights):
            store[str(place)] = weight

    def load_own_variables(self, store: dict[str, object]) -> None:
        for place, weight in enumerate(self.weights):
            weight.assign(store[str(place)])

    def rounded_kernel(self) -> tf.Tensor:
        """The kernel on its grid, as floats."""
        step = tf.maximum(self.step, LEAST_STEP)
        most = float(levels(self.bits))
        return tf.round(tf.clip_by_value(self.kernel / step, -most, most)) * step

    def fit_step(self) -> None:
        """Chooses the step of the least squared error for the kernel as it is."""
        kernel = np.asarray(self.kernel, np.float64)
        axes = self.channel_axes or tuple(range(kernel.ndim))
        largest = np.abs(kernel).max(axis=axes, keepdims=True)
        most = levels(self.bits)
        best, least = np.zeros_like(largest), np.full_like(largest, np.inf)
        for span in _SPANS:
            step = np.maximum(largest * span / most, LEAST_STEP)
            error = ((np.clip(np.round(kernel / step), -most, most) * step - kernel) ** 2).sum(axis=axes, keepdims=True)
            better = error < least * (1 - _BETTER)
            best, least = np.where(better, step, best), np.where(better, error, least)
        self.step.assign(best)


@keras.saving.register_keras_serializable("featherline")
class RoundedConv2D(_Rounded, keras.layers.Conv2D):  # type: ignore[misc]  # Keras has no types
    """A convolution whose kernel has `bits` bits, one step for each filter."""

    channel_axes = (0, 1, 2)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        outputs = tf.nn.conv2d(inputs, self.rounded_kernel(), list(self.strides), self.padding.upper())
        return self.activation(outputs + self.bias)


@keras.saving.register_keras_serializable("featherline")
class RoundedDepthwiseConv2D(_Rounded, keras.layers.DepthwiseConv2D):  # type: ignore[misc]  # Keras has no types
    """A depthwise convolution whose kernel has `bits` bits, one step for each channel."""

    channel_axes = (0, 1, 3)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        strides = [1, *self.strides, 1]
        outputs = tf.nn.depthwise_conv2d(inputs, self.rounded_kernel(), strides, self.padding.upper())
        return self.activation(outputs + self.bias)


@keras.saving.register_keras_serializable("featherline")
class RoundedDense(_Rounded, keras.layers.Dense):  # type: ignore[misc]  # Keras has no types
    """A dense layer whose kernel has `bits` bits, one step for all of it."""

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        return self.activation(tf.matmul(inputs, self.rounded_kernel()) + self.bias)


@keras.saving.register_keras_serializable("featherline")
class Rounding(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Rounds activations to 8 bits; its range is a moving average over the batches of training."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.low = self.add_weight(name="low", shape=(), initializer="zeros", trainable=False)
        self.high = self.add_weight(name="high", shape=(), initializer="ones", trainable=False)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        # The operator that the converter knows, and takes the range from; zero must be one of the levels.
        low, high = tf.minimum(self.low, 0.0), tf.maximum(self.high, LEAST_RANGE)
        return tf.quantization.fake_quant_with_min_max_vars(inputs, low, high, num_bits=ACTIVATION_BITS)

    def set_range(self, low: float, high: float) -> None:
        self.low.assign(low)
        self.high.assign(high)


for _of_keras, _counterpart in (
    (RoundedConv2D, equal_rounding.RoundedConvolution),
    (RoundedDepthwiseConv2D, equal_rounding.RoundedDepthwiseConvolution),
    (RoundedDense, equal_rounding.RoundedDense),
    (Rounding, equal_rounding.RoundedActivations),
):
    kind(_of_keras)(_counterpart)

_ROUNDED = {
    keras.layers.Conv2D: RoundedConv2D,
    keras.layers.DepthwiseConv2D: RoundedDepthwiseConv2D,
    keras.layers.Dense: RoundedDense,
}
_UNROUNDED = {rounded: plain for plain, rounded in _ROUNDED.items()}
# They pass values on, so that TensorFlow Lite gives their output the scale of their input.
_PASSING = (keras.layers.MaxPooling2D, keras.layers.Flatten, keras.layers.Dropout)


def rounded(folded: keras.Model, bits: int, calibration: np.ndarray) -> keras.Model:
    """A network that calculates as a device with few-bit weights will, to be trained on.

    Args:
        folded: a classifier without batch normalization, as of `folding.fold`.
        bits: of every kernel; biases keep 32, activations have 8.
        calibration: float32, shape (items, height, width, channels); the ranges of activations begin with theirs.

    Raises:
        FeatherlineError: where a layer is of a kind that cannot be rounded, naming it.
    """
    plain = chain(folded)
    entry = keras.Input(folded.input_shape[1:], name="input")
    x = Rounding(name="input_rounding")(entry)
    for place, layer in enumerate(plain):
        config = layer.get_config()
        follower = plain[place + 1] if place + 1 < len(plain) else None
        if type(layer) in _ROUNDED:
            softmax = config.get("activation") == "softmax"
            if softmax:
                config["activation"] = "linear"
            x = _ROUNDED[type(layer)].from_config(config | {"bits": bits})(x)
            if not isinstance(follower, keras.layers.ReLU):
                x = Rounding(name=f"{layer.name}_rounding")(x)
            if softmax:
                x = keras.layers.Softmax(name="softmax")(x)
        elif isinstance(layer, keras.layers.ReLU | keras.layers.GlobalAveragePooling2D):
            x = Rounding(name=f"{layer.name}_rounding")(type(layer).from_config(config)(x))
        elif isinstance(layer, _PASSING):
            x = type(layer).from_config(config)(x)
        else:
            raise FeatherlineError(
                f"Layer {layer.name} of network {folded.name} is a {type(layer).__name__}, which few-bit schemes do "
                "not know: leave int8_qat, int4 and int2 out of quantize in params.yaml."
            )
    network = keras.Model(entry, x, name=folded.name)
    for layer in plain:
        if type(layer) in _ROUNDED:
            rounded_layer = network.get_layer(layer.name)
            rounded_layer.kernel.assign(layer.kernel)
            rounded_layer.bias.assign(layer.bias)
            rounded_layer.fit_step()
    _set_ranges(network, calibration)
    return network


def _set_ranges(network: keras.Model, calibration: np.ndarray) -> None:
    """Sets the ranges of activations one after another, each with everything before it rounded already."""
    activations = calibration.astype(np.float64)
    for layer, counterpart in zip(chain(network), Chain(network).layers, strict=True):
        if isinstance(counterpart, equal_rounding.RoundedActivations):
            ends = np.array([activations.min(), activations.max()])
            for rounding in (layer, counterpart):
                rounding.set_range(*on_grid(ends, step_below(ends, RANGE_BITS)))
        activations = counterpart.forward(activations, training=False)


def integers(layer: _Rounded) -> tuple[np.ndarray, np.ndarray]:
    """The kernel of a rounded layer as a device holds it.

    Returns:
        int8, in the layout of Keras; and the steps, float32, of a shape that broadcasts against it.
    """
    step = np.maximum(np.asarray(layer.step), np.float32(LEAST_STEP))
    most = levels(layer.bits)
    levels_of_kernel: np.ndarray = np.round(np.clip(np.asarray(layer.kernel) / step, -most, most)).astype(np.int8)
    return levels_of_kernel, step


def rounded_layers(network: keras.Model) -> list[keras.Layer]:
    """Layers with a rounded kernel, in the order of the network."""
    return [layer for layer in network.layers if isinstance(layer, _Rounded)]


def unrounded(network: keras.Model, activations: bool) -> keras.Model:
    """A rounded network with plain layers in place of its rounded ones.

    Args:
        network: as of `rounded`.
        activations: whether activations are rounded still; then kernels hold the values of their
            grid, so that the network computes the same, as the converter needs it. Without, kernels
            are the floats behind the grid: what the network would compute with nothing rounded.
    """
    entry = x = keras.Input(network.input_shape[1:], name="input")
    kernels = {}
    for layer in chain(network):
        if isinstance(layer, Rounding) and not activations:
            continue
        config = layer.get_config()
        if isinstance(layer, _Rounded):
            del config["bits"]
            values, step = integers(layer)
            kernels[layer.name] = (values * step if activations else np.asarray(layer.kernel), np.asarray(layer.bias))
            x = _UNROUNDED[type(layer)].from_config(config)(x)
        else:
            x = type(layer).from_config(config)(x)
    plain = keras.Model(entry, x, name=network.name)
    for layer in plain.layers:
        if layer.name in kernels:
            layer.set_weights(list(kernels[layer.name]))
        elif isinstance(layer, Rounding):
            layer.set_weights(network.get_layer(layer.name).get_weights())
    return plain
