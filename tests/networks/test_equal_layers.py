"""Layers in numpy give what Keras gives, and their gradients are those of the loss."""

import numpy as np
import pytest

from featherline.params import Architecture

ITEMS, CLASSES = 12, 3
NETWORKS = {
    "motion": (
        Architecture(
            conv_blocks=[{"filters": 4, "kernel": 5}, {"filters": 5, "stride": 2, "poolings": 1}],
            dense_blocks=[{"units": 6, "l2": 1e-2, "dropout": 0.3}],
        ),
        (17, 1, 2),
    ),
    "sound, separable": (
        Architecture(
            conv_blocks=[
                {"filters": 4, "kernel": 5, "stride": 2, "convolution": "separable"},
                {"filters": 6, "convolution": "separable", "poolings": 0},
            ],
            head="global_average",
        ),
        (15, 10, 1),
    ),
    "no normalization": (
        Architecture(conv_blocks=[{"filters": 3, "kernel": [4, 3], "pool": [1, 2]}], batch_normalization=False),
        (9, 8, 2),
    ),
}


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    from featherline.networks.builder import build

    architecture, shape = NETWORKS[request.param]
    built = build(architecture, shape, CLASSES, seed=3)
    rng = np.random.default_rng(1)
    built.set_weights([weight + rng.uniform(0.05, 0.3, weight.shape) for weight in built.get_weights()])
    return built


def batch(network) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.normal(size=(ITEMS, *network.input_shape[1:])).astype(np.float32), rng.integers(0, CLASSES, ITEMS)


def trainer(network):
    from featherline.networks.equal_training import Trainer, cosine

    return Trainer(network, *batch(network), batch_size=ITEMS, rates=cosine(0.01, 4), seed=1)


def test_logits_are_those_of_keras(network):
    from featherline.networks.equal_training import Chain

    inputs, _ = batch(network)
    logits = Chain(network).logits(inputs)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(powers / powers.sum(axis=1, keepdims=True), network(inputs).numpy(), atol=1e-5)


def test_gradients_are_those_of_the_loss(network):
    trained = trainer(network)
    gradients, _ = trained.gradients(np.arange(ITEMS), 0)
    rng = np.random.default_rng(4)
    for weight, gradient in zip(trained.chain.trained(), gradients, strict=True):
        direction, kept, step = rng.normal(size=weight.shape), weight.copy(), 1e-6
        losses = []
        for sign in (1, -1):
            weight[...] = kept + sign * step * direction
            losses.append(trained.gradients(np.arange(ITEMS), 0)[1][0] / ITEMS)
        weight[...] = kept
        slope = (losses[0] - losses[1]) / (2 * step)
        assert slope == pytest.approx((gradient * direction).sum(), rel=1e-4, abs=1e-7)


def test_gradients_are_those_of_tensorflow_where_activations_tie():
    import tensorflow as tf

    from featherline.networks.backend import keras
    from featherline.networks.equal_layers import counterpart

    inputs = np.random.default_rng(5).integers(0, 3, (4, 7, 6, 3)).astype(np.float64)
    upstream = np.random.default_rng(6).normal(size=(4, 3, 2, 3))
    layer = keras.layers.MaxPooling2D((2, 3), dtype="float64")
    with tf.GradientTape() as tape:
        watched = tf.constant(inputs)
        tape.watch(watched)
        outputs = layer(watched)
    pooling = counterpart(layer, "float64")
    np.testing.assert_array_equal(pooling.forward(inputs, True), outputs)
    np.testing.assert_array_equal(pooling.backward(upstream, False), tape.gradient(outputs, watched, upstream))


def test_dropout_drops_its_share_and_keeps_the_mean():
    from featherline.networks.backend import keras
    from featherline.networks.equal_layers import counterpart

    layer = counterpart(keras.layers.Dropout(0.3), "float64")
    layer.keys = np.arange(1000, dtype=np.uint64)
    dropped = layer.forward(np.ones((1000, 50)), training=True)
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert dropped.mean() == pytest.approx(1.0, abs=0.02)
    assert len(np.unique(dropped, axis=0)) == 1000  # each item has a mask of its own
    np.testing.assert_array_equal(layer.backward(np.ones((1000, 50)), False), dropped)


def test_a_layer_that_is_not_known_is_named():
    from featherline.networks.backend import keras
    from featherline.networks.equal_layers import counterpart

    with pytest.raises(ValueError, match="Layer wide is a Conv1D"):
        counterpart(keras.layers.Conv1D(3, 3, name="wide"), "float64")
    dense = keras.layers.Dense(3, activation="tanh", name="last")
    dense.build((None, 4))
    with pytest.raises(ValueError, match="Layer last has the activation tanh"):
        counterpart(dense, "float64")
