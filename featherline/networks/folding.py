"""Batch normalization folded into the convolution before it, as the converter does.

Fine-tuning for few bits must see the weights that the device will see. Those are the folded
ones: kernel * gamma / sqrt(variance + epsilon), and a bias that takes what is left
(Jacob et al., arXiv:1712.05877, section 3.2).
"""

import numpy as np

from featherline.errors import FeatherlineError
from featherline.networks.backend import keras

# Layer -> the axes of its kernel that one output channel does not span.
_CHANNEL_SHAPE = {keras.layers.Conv2D: (1, 1, 1, -1), keras.layers.DepthwiseConv2D: (1, 1, -1, 1)}


def chain(network: keras.Model) -> list[keras.Layer]:
    """The layers of a network in which each feeds the next, the input layer left out.

    Raises:
        FeatherlineError: where a layer has another input than the layer before it.
    """
    layers = [layer for layer in network.layers if not isinstance(layer, keras.layers.InputLayer)]
    tensor = network.inputs[0] if len(network.inputs) == 1 else None
    for layer in layers:
        if tensor is None or layer.input is not tensor or len(layer._inbound_nodes) > 1:
            raise FeatherlineError(
                f"Layer {layer.name} of network {network.name} does not follow the layer before it: few-bit schemes "
                "fine-tune networks in which each layer feeds the next."
            )
        tensor = layer.output
    return layers


def fold(network: keras.Model) -> keras.Model:
    """The same network without batch normalization: equal outputs, up to the rounding of floats.

    Args:
        network: a chain of layers; a batch normalization must follow a Conv2D or DepthwiseConv2D.

    Raises:
        FeatherlineError: where one stands elsewhere, naming it.

    Example:
        >>> folded = fold(build(architecture, (128, 1, 3), 3, seed=1))
        >>> any(isinstance(layer, keras.layers.BatchNormalization) for layer in folded.layers)
        False
    """
    entry = x = keras.Input(network.input_shape[1:], name="input")
    weights: dict[str, list[np.ndarray]] = {}
    before: keras.Layer | None = None
    for layer in chain(network):
        if isinstance(layer, keras.layers.BatchNormalization):
            if type(before) not in _CHANNEL_SHAPE:
                raise FeatherlineError(
                    f"Batch normalization {layer.name} of network {network.name} does not follow a convolution and "
                    "cannot be folded: put it between the convolution and its activation."
                )
            weights[before.name] = _folded(before, layer, weights[before.name])
        else:
            config = layer.get_config()
            if type(layer) in _CHANNEL_SHAPE:
                config["use_bias"] = True
            x = type(layer).from_config(config)(x)
            weights[layer.name] = layer.get_weights()
            if type(layer) in _CHANNEL_SHAPE and not layer.use_bias:
                weights[layer.name].append(np.zeros(layer.output.shape[-1], np.float32))
        before = layer
    folded = keras.Model(entry, x, name=network.name)
    for name, values in weights.items():
        folded.get_layer(name).set_weights(values)
    return folded


def _folded(
    convolution: keras.Layer, normalization: keras.layers.BatchNormalization, weights: list[np.ndarray]
) -> list[np.ndarray]:
    kernel, bias = weights
    gamma, beta, mean, variance = _statistics(normalization)
    factor = gamma / np.sqrt(variance + normalization.epsilon)
    return [kernel * factor.reshape(_CHANNEL_SHAPE[type(convolution)]), (bias - mean) * factor + beta]


def _statistics(normalization: keras.layers.BatchNormalization) -> tuple[np.ndarray, ...]:
    """gamma, beta, moving mean and moving variance, whether or not the layer scales and shifts."""
    mean, variance = (np.asarray(v) for v in (normalization.moving_mean, normalization.moving_variance))
    gamma = np.asarray(normalization.gamma) if normalization.scale else np.ones_like(mean)
    beta = np.asarray(normalization.beta) if normalization.center else np.zeros_like(mean)
    return gamma, beta, mean, variance
