import numpy as np
import pytest

from featherline.deployment import recurrent
from featherline.networks.backend import keras


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.LSTM(3, name="memory"),
        keras.layers.GRU(3, return_sequences=True, name="memory"),
        keras.layers.Bidirectional(keras.layers.LSTM(2), name="both"),
    ],
    ids=["LSTM", "GRU", "Bidirectional"],
)
def test_an_unrolled_network_answers_as_before_without_a_loop(layer):
    network = keras.Sequential([keras.Input((5, 2)), layer, keras.layers.Dense(2)])
    assert recurrent.looping(network)
    unrolled = recurrent.unrolled(network)
    assert recurrent.looping(unrolled) == []
    items = np.random.default_rng(0).normal(size=(3, 5, 2)).astype(np.float32)
    np.testing.assert_allclose(unrolled(items), network(items), atol=1e-5)
