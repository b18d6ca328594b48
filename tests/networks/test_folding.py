"""A folded network computes what the trained one does, without batch normalization."""

import numpy as np
import pytest

from featherline.errors import FeatherlineError
from featherline.params import Architecture


def kinds(network) -> list[str]:
    return [type(layer).__name__ for layer in network.layers]


def test_folding_removes_batch_normalization_and_changes_no_output(few_bit_network, windows):
    from featherline.networks.folding import fold

    folded = fold(few_bit_network)
    assert "BatchNormalization" in kinds(few_bit_network)
    assert "BatchNormalization" not in kinds(folded)
    np.testing.assert_allclose(folded(windows), few_bit_network(windows), atol=1e-5)
    assert all(layer.use_bias for layer in folded.layers if hasattr(layer, "use_bias"))


def test_a_network_without_normalization_folds_to_itself(windows):
    from featherline.networks.builder import build
    from featherline.networks.folding import fold

    network = build(Architecture(conv_blocks=[{"filters": 4}], batch_normalization=False), (32, 1, 4), 3, seed=1)
    folded = fold(network)
    np.testing.assert_array_equal(folded(windows), network(windows))


def test_normalization_that_neither_scales_nor_shifts_folds_too(windows):
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(entry)
    x = keras.layers.BatchNormalization(scale=False, center=False, name="normalization")(x)
    network = keras.Model(entry, keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(x)))
    rng = np.random.default_rng(3)
    network.set_weights([rng.uniform(0.2, 1, w.shape) for w in network.weights])
    np.testing.assert_allclose(fold(network)(windows), network(windows), atol=1e-5)


def test_normalization_after_the_activation_is_named():
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    x = keras.layers.ReLU(name="relu")(keras.layers.Conv2D(4, (3, 1), name="conv")(entry))
    x = keras.layers.BatchNormalization(name="late")(x)
    network = keras.Model(entry, x, name="network")
    with pytest.raises(FeatherlineError, match="late of network network does not follow a convolution"):
        fold(network)


def test_a_network_that_branches_is_named():
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(entry)
    network = keras.Model(entry, keras.layers.Add(name="skip")([entry, x]), name="network")
    with pytest.raises(FeatherlineError, match="skip of network network does not follow the layer before it"):
        fold(network)
