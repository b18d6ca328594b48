"""What a rounded network computes is what a device with few-bit weights will compute."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError


@pytest.mark.parametrize(("bits", "most"), [(8, 127), (4, 7), (3, 3), (2, 1)])
def test_grids_are_symmetric(bits, most):
    from featherline.networks.fake_quantization import levels

    assert levels(bits) == most


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_kernels_hold_no_more_values_than_their_bits_allow(rounded_networks, bits):
    from featherline.networks.fake_quantization import integers, levels, rounded_layers

    layers = rounded_layers(rounded_networks[bits])
    assert [layer.name for layer in layers] == ["conv1", "conv2_depthwise", "conv2", "dense1", "output"]
    for layer in layers:
        values, step = integers(layer)
        assert np.abs(values).max() <= levels(bits)
        np.testing.assert_allclose(values * step, layer.rounded_kernel(), atol=1e-6)


def test_convolutions_have_a_step_for_each_channel_and_dense_layers_one(rounded_networks):
    shapes = {layer.name: layer.step.shape for layer in rounded_networks[4].layers if hasattr(layer, "step")}
    assert shapes == {
        "conv1": (1, 1, 1, 6),
        "conv2_depthwise": (1, 1, 6, 1),
        "conv2": (1, 1, 1, 8),
        "dense1": (1, 1),
        "output": (1, 1),
    }


def test_eight_bits_lose_little_and_fewer_bits_more(rounded_networks, few_bit_network, windows):
    truth = few_bit_network(windows).numpy()
    loss = {bits: np.abs(network(windows).numpy() - truth).max() for bits, network in rounded_networks.items()}
    assert loss[8] < 0.02
    assert loss[8] < loss[4] < loss[2]


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_a_network_with_plain_layers_on_the_grid_computes_the_same(rounded_networks, windows, bits):
    from featherline.networks.fake_quantization import rounded_layers, unrounded

    plain = unrounded(rounded_networks[bits], activations=True)
    assert not rounded_layers(plain)
    np.testing.assert_allclose(plain(windows), rounded_networks[bits](windows), atol=1e-6)


def test_without_any_rounding_the_floats_behind_it_are_there(rounded_networks, few_bit_network, windows):
    from featherline.networks.fake_quantization import unrounded

    np.testing.assert_allclose(
        unrounded(rounded_networks[2], activations=False)(windows), few_bit_network(windows), atol=1e-5
    )


def test_a_rounded_network_is_written_and_read(rounded_networks, windows, tmp_path):
    from featherline.networks import storage

    storage.save(rounded_networks[4], tmp_path / "rounded.keras")
    read = storage.load(tmp_path / "rounded.keras")
    np.testing.assert_array_equal(read(windows), rounded_networks[4](windows))
    assert storage.serialized(read) == (tmp_path / "rounded.keras").read_bytes()


def test_ranges_follow_the_batches_of_training_and_stay_in_inference(windows):
    from featherline.networks.equal_layers import counterpart
    from featherline.networks.fake_quantization import Rounding

    layer = Rounding()
    layer(windows)
    layer.set_range(-1.0, 1.0)
    rounding = counterpart(layer, "float64")
    rounding.forward(10.0 * windows, training=False)
    assert [float(bound) for bound in rounding.weights] == [-1.0, 1.0]
    rounding.forward(10.0 * windows, training=True)
    low, high = (float(bound) for bound in rounding.weights)
    assert -10 * np.abs(windows).max() < low < -1.0
    assert 1.0 < high < 10 * windows.max()


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_what_is_trained_gives_what_the_network_of_keras_gives(rounded_networks, windows, bits):
    from featherline.networks.equal_training import Chain

    logits = Chain(rounded_networks[bits]).logits(windows)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    # An activation within float32's noise of the middle between two levels may go either way.
    difference = np.abs(powers / powers.sum(axis=1, keepdims=True) - rounded_networks[bits](windows).numpy())
    assert np.quantile(difference, 0.9) < 1e-5 and difference.max() < 0.02


def test_steps_learn_with_the_weights(rounded_networks, windows):
    from featherline.networks.equal_training import Trainer, cosine

    network, labels = rounded_networks[2], np.zeros(len(windows), int)
    trainer = Trainer(network, windows, labels, batch_size=len(windows), rates=cosine(0.01, 1), seed=1)
    gradients, _ = trainer.gradients(np.arange(len(windows)), 0)
    named = dict(zip([weight.path for weight in network.trainable_weights], gradients, strict=True))
    assert all(named[weight.path].shape == tuple(weight.shape) for weight in network.trainable_weights)
    assert sum(path.endswith("/step") for path in named) == 5
    assert all(np.abs(gradient).max() > 0 for path, gradient in named.items() if path.endswith("/step"))


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 4, 8]))
def test_the_first_step_is_no_worse_than_that_of_the_largest_weight(seed, bits):
    from featherline.networks.backend import keras
    from featherline.networks.fake_quantization import RoundedDense, integers, levels

    layer = RoundedDense(4, bits=bits)
    layer(np.zeros((1, 6), np.float32))
    kernel = np.random.default_rng(seed).standard_t(3, (6, 4)).astype(np.float32)
    layer.kernel.assign(kernel)
    layer.fit_step()
    values, step = integers(layer)
    plain = np.abs(kernel).max() / levels(bits)
    error, plain_error = (((v * s - kernel) ** 2).sum() for v, s in ((values, step), (np.round(kernel / plain), plain)))
    assert error <= plain_error * (1 + 1e-5)
    assert isinstance(layer, keras.layers.Dense)


def test_a_kernel_of_zeros_stays_zero():
    from featherline.networks.fake_quantization import RoundedDense, integers

    layer = RoundedDense(4, bits=4)
    layer(np.zeros((1, 6), np.float32))
    layer.kernel.assign(np.zeros((6, 4), np.float32))
    layer.fit_step()
    values, step = integers(layer)
    assert not values.any()
    assert np.isfinite(step).all() and (step > 0).all()


def test_a_layer_that_cannot_be_rounded_is_named():
    from featherline.networks.backend import keras
    from featherline.networks.fake_quantization import rounded

    entry = keras.Input((8, 4), name="input")
    network = keras.Model(entry, keras.layers.LSTM(3, name="memory")(entry), name="network")
    with pytest.raises(FeatherlineError, match="Layer memory of network network is a LSTM"):
        rounded(network, 4, np.zeros((2, 8, 4), np.float32))
