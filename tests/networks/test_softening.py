"""Softer answers are the same answers, told in finer steps where a threshold is strict."""

import numpy as np
import pytest
from scipy.special import softmax

from featherline.core.errors import FeatherlineError


def logits_of(probabilities: np.ndarray) -> np.ndarray:
    logarithms = np.log(probabilities.astype(np.float64))
    return logarithms - logarithms.mean(axis=1, keepdims=True)


@pytest.fixture
def network():
    from featherline.networks.builder import build
    from featherline.params import Architecture

    return build(Architecture(conv_blocks=[{"filters": 4}], dense_blocks=[{"units": 5}]), (16, 1, 2), 3, seed=1)


INPUTS = 3 * np.random.default_rng(0).normal(size=(50, 16, 1, 2)).astype(np.float32)


def test_logits_are_divided_and_nothing_else_changes(network):
    from featherline.networks.softening import soften

    before = network(INPUTS).numpy()
    hidden = network.get_layer("dense1").get_weights()
    soften(network, 4.0)
    after = network(INPUTS).numpy()
    np.testing.assert_allclose(after, softmax(logits_of(before) / 4, axis=1), atol=1e-6)
    assert (after.argmax(axis=1) == before.argmax(axis=1)).all()
    assert all(np.array_equal(a, b) for a, b in zip(hidden, network.get_layer("dense1").get_weights(), strict=True))


def test_a_temperature_of_one_leaves_every_network_alone():
    from featherline.networks.backend import keras
    from featherline.networks.softening import soften

    soften(keras.Sequential([keras.Input((4,)), keras.layers.ReLU()]), 1.0)


def test_every_integer_of_a_rounded_network_stays(rounded_networks, windows):
    from featherline.networks.backend import keras
    from featherline.networks.fake_quantization import integers, rounded_layers
    from featherline.networks.softening import soften

    network = keras.models.clone_model(rounded_networks[4])
    network.set_weights(rounded_networks[4].get_weights())
    before = [integers(layer)[0] for layer in rounded_layers(network)]
    answers = network(windows).numpy()
    soften(network, 2.0)
    after = [integers(layer)[0] for layer in rounded_layers(network)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    np.testing.assert_allclose(network(windows).numpy(), softmax(logits_of(answers) / 2, axis=1), atol=1e-5)


def test_a_network_without_a_dense_end_is_refused():
    from featherline.networks.backend import keras
    from featherline.networks.softening import soften

    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.ReLU(), keras.layers.Softmax()])
    with pytest.raises(FeatherlineError, match="does not end with a dense layer and its softmax: set convert.temp"):
        soften(network, 2.0)
