"""Softer answers of a network that is trained already: its logits divided by a temperature.

A softmax of 8 bits has 256 steps, and a network that is sure of nearly everything uses the first and the last one.
What must be told apart near the top (a threshold that a wake word reaches, and hours of music do not) is lost in the
rounding. The division changes no answer but those that rounding ties, and costs nothing on a device.
"""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.networks.backend import keras
from featherline.networks.fake_quantization import RoundedDense, Rounding


def soften(network: keras.Model, temperature: float) -> None:
    """Divides the logits of a network by a temperature, in place; 1 changes nothing.

    Args:
        network: a classifier that ends with a dense layer and its softmax; of a rounded one
            (`fake_quantization.rounded`) the steps and ranges shrink too, so that every integer stays as it is.
        temperature: a power of two is exact in every weight.

    Raises:
        FeatherlineError: where the softmax does not follow a dense layer.
    """
    if temperature == 1:
        return
    dense = next((layer for layer in reversed(network.layers) if isinstance(layer, keras.layers.Dense)), None)
    behind = network.layers[network.layers.index(dense) + 1 :] if dense else []
    if dense is None or not all(isinstance(layer, Rounding | keras.layers.Softmax) for layer in behind):
        raise FeatherlineError(
            f"Network {network.name} does not end with a dense layer and its softmax: set convert.temperature to 1."
        )
    # Kernel and bias; of a rounded layer its step, too. Of what rounds the logits both ends of the range.
    assert not isinstance(dense, RoundedDense) or len(dense.weights) == 3
    for layer in (dense, *(layer for layer in behind if isinstance(layer, Rounding))):
        layer.set_weights([(weight / np.float32(temperature)).astype(np.float32) for weight in layer.get_weights()])
