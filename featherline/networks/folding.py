"""Batch normalization folded into the layer before it, in float64.

Fine-tuning for few bits must see the weights that the device will see. Those are the folded
ones: kernel * gamma / sqrt(variance + epsilon), and a bias that takes what is left
(Jacob et al., arXiv:1712.05877, section 3.2).

The converter would fold too, with a float32 reciprocal square root whose instruction is an
approximation that each maker of processors chooses for himself. Division and square root in
float64 are exact to the last bit by IEEE 754, so what is folded here is the same everywhere.
"""

from collections import Counter

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.networks.backend import keras, tf
from featherline.networks.graph import call_count, calls, producer

_AFFINE = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.Dense)


@keras.saving.register_keras_serializable("featherline")
class Scaling(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """x * scale + offset, a pair for each place along an axis: a normalization that no layer can take in.

    Args:
        axis: along which scale and offset differ.
    """

    def __init__(self, axis: int, **options: object) -> None:
        super().__init__(**options)
        self.axis = axis

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        # No ones in front: the converter keeps the shape, and its bytes.
        place = self.axis % len(input_shape)
        shape = (input_shape[place], *[1] * (len(input_shape) - place - 1))
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones", trainable=False)
        self.offset = self.add_weight(name="offset", shape=shape, initializer="zeros", trainable=False)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return inputs * self.scale + self.offset

    def get_config(self) -> Tree:
        config: Tree = super().get_config() | {"axis": self.axis}
        return config


def chain(network: keras.Model) -> list[keras.Layer]:
    """The layers of a network in which each feeds the next, the input layer left out.

    Raises:
        FeatherlineError: where a layer has another input than the layer before it.
    """
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    tensor = network.inputs[0] if len(network.inputs) == 1 else None
    for layer in layers:
        if tensor is None or layer.input is not tensor or call_count(layer) > 1:
            raise FeatherlineError(
                f"Layer {layer.name} of network {network.name} does not follow the layer before it: few-bit schemes "
                "fine-tune networks in which each layer feeds the next."
            )
        tensor = layer.output
    return layers


def fold(network: keras.Model, keep_stray: bool = False) -> keras.Model:
    """The same network without batch normalization: equal outputs, up to the rounding of floats.

    A normalization is folded where it stands between a Conv2D, DepthwiseConv2D or Dense and its activation.
    Networks inside of this one are left as they are.

    Args:
        network: of any number of branches.
        keep_stray: whether a normalization that stands elsewhere becomes a `Scaling`.

    Raises:
        FeatherlineError: where one stands elsewhere and must not, naming it.

    Example:
        >>> folded = fold(build(architecture, (128, 1, 3), 3, seed=1))
        >>> any(isinstance(layer, keras.layers.BatchNormalization) for layer in folded.layers)
        False
    """
    normalizations = [layer for layer in network.layers if type(layer) is keras.layers.BatchNormalization]
    if not normalizations:
        return network
    graph = network
    if isinstance(network, keras.Sequential):  # its layers cannot be left out one by one
        graph = keras.Model(network.inputs[0], network.outputs[0], name=network.name)
    hosts = _hosts(graph)
    stray = [layer for layer in normalizations if layer.name not in hosts]
    if stray and not keep_stray:
        raise FeatherlineError(
            f"Batch normalization {stray[0].name} of network {network.name} does not follow a convolution or dense "
            "layer and cannot be folded: put it between that layer and its activation."
        )
    widened = {host.name for host in hosts.values()}

    def copy(layer: keras.Layer) -> keras.Layer:
        if layer in stray:
            return Scaling(_axis(layer), name=layer.name, dtype=layer.dtype_policy)
        config = layer.get_config()
        return type(layer).from_config(config | {"use_bias": True} if layer.name in widened else config)

    def call(layer: keras.Layer, *arguments: tf.Tensor, **options: object) -> tf.Tensor:
        if layer.name in hosts:
            return arguments[0]
        # A normalization was called with more than its inputs: with a mask, say.
        return layer(arguments[0]) if isinstance(layer, Scaling) else layer(*arguments, **options)

    folded = keras.models.clone_model(graph, clone_function=copy, call_function=call)
    for layer in graph.layers:
        if layer in stray:
            scaling = folded.get_layer(layer.name)
            scaling.set_weights([values.reshape(scaling.scale.shape) for values in _factor_and_offset(layer)])
        elif layer.weights and layer.name not in widened and layer.name not in hosts:
            folded.get_layer(layer.name).set_weights(layer.get_weights())
    for name, host in hosts.items():
        folded.get_layer(host.name).set_weights(_folded(host, graph.get_layer(name)))
    return folded


def _hosts(graph: keras.Model) -> dict[str, keras.Layer]:
    """By the name of each normalization that can be folded the layer that takes it in."""
    made = calls(graph)
    count_of = Counter(call.operation.name for call in made)
    readers = Counter(id(tensor) for tensor in [*graph.outputs, *(tensor for call in made for tensor in call.inputs)])
    hosts = {}
    for call in made:
        layer = call.operation
        if type(layer) is not keras.layers.BatchNormalization or count_of[layer.name] > 1:
            continue
        [tensor] = call.inputs
        host = producer(tensor)
        if (
            type(host) in _AFFINE
            and count_of[host.name] == readers[id(tensor)] == 1
            and host.activation is keras.activations.linear
            and getattr(host, "data_format", "channels_last") == "channels_last"
            and _axis(layer) in (-1, len(tensor.shape) - 1)
        ):
            hosts[layer.name] = host
    return hosts


def _axis(normalization: keras.layers.BatchNormalization) -> int:
    axis: int | list[int] | tuple[int] = normalization.axis
    return axis[0] if isinstance(axis, list | tuple) else axis


def _folded(host: keras.Layer, normalization: keras.layers.BatchNormalization) -> list[np.ndarray]:
    """Kernel and bias of a layer that has taken in the normalization behind it."""
    kernel = np.asarray(host.kernel, np.float64)
    factor, offset = _factor_and_offset(normalization)
    if host.use_bias:
        offset = np.asarray(host.bias, np.float64) * factor + offset
    # The output channels of a depthwise kernel are spread over its last two axes.
    across = kernel.shape[2:] if isinstance(host, keras.layers.DepthwiseConv2D) else factor.shape
    return [(kernel * factor.reshape(across)).astype(np.float32), offset.astype(np.float32)]


def _factor_and_offset(normalization: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """What a normalization multiplies by and then adds, float64, whether or not it scales and shifts."""
    mean, variance = (np.asarray(v, np.float64) for v in (normalization.moving_mean, normalization.moving_variance))
    factor = 1 / np.sqrt(variance + normalization.epsilon)
    if normalization.scale:
        factor = np.asarray(normalization.gamma, np.float64) * factor
    offset = -mean * factor
    if normalization.center:
        offset = np.asarray(normalization.beta, np.float64) + offset
    return factor, offset
