"""Recurrent layers with their loops written out: the converter has no whole-number form of the loop itself."""

from featherline.networks.backend import keras


def looping(network: keras.Model) -> list[str]:
    """The names of recurrent layers that run as a loop, those of networks inside of this one included."""
    layers = network._flatten_layers(include_self=False)
    return [layer.name for layer in layers if isinstance(layer, keras.layers.RNN) and not layer.unroll]


def unrolled(network: keras.Model) -> keras.Model:
    """The same network in which every recurrent layer is one copy of its cell for each step in time.

    Args:
        network: of layers that Keras can make again from their configs; the length of sequences is fixed.

    Example:
        >>> looping(unrolled(network))
        []
    """
    copy = keras.models.clone_model(network, clone_function=_without_loop)
    copy.set_weights(network.get_weights())
    return copy


def _without_loop(layer: keras.Layer) -> keras.Layer:
    config = layer.get_config()
    if isinstance(layer, keras.Model):
        return unrolled(layer)
    if isinstance(layer, keras.layers.RNN):
        config["unroll"] = True
    for name in ("layer", "backward_layer"):  # of Bidirectional and TimeDistributed
        inner = config.get(name)
        if isinstance(inner, dict) and "unroll" in inner.get("config", {}):
            inner["config"]["unroll"] = True
    return type(layer).from_config(config)
