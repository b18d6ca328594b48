"""A folded network computes what the trained one does, without batch normalization."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
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


def far_from_neutral(network):
    rng = np.random.default_rng(3)
    network.set_weights([rng.uniform(0.2, 1, w.shape) for w in network.weights])
    return network


def test_kernel_and_bias_are_those_of_float64(windows):
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    conv = keras.layers.Conv2D(4, (3, 1), name="conv")
    normalization = keras.layers.BatchNormalization(name="normalization")
    network = far_from_neutral(keras.Model(entry, normalization(conv(entry))))
    kernel, bias = (np.asarray(v, np.float64) for v in (conv.kernel, conv.bias))
    gamma, beta, mean, variance = (w.astype(np.float64) for w in normalization.get_weights())
    factor = gamma / np.sqrt(variance + 1e-3)
    folded = fold(network).get_layer("conv")
    np.testing.assert_array_max_ulp(np.asarray(folded.kernel), (kernel * factor).astype(np.float32), maxulp=1)
    np.testing.assert_array_max_ulp(
        np.asarray(folded.bias), ((bias - mean) * factor + beta).astype(np.float32), maxulp=1
    )


def test_dense_layers_and_depthwise_ones_of_several_filters_a_channel_take_it_in_too():
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((8, 8, 3), name="input")
    x = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")(entry)
    x = keras.layers.Flatten()(keras.layers.BatchNormalization()(x))
    x = keras.layers.BatchNormalization()(keras.layers.Dense(5, use_bias=False, name="dense")(x))
    network = far_from_neutral(keras.Model(entry, x))
    items = np.random.default_rng(0).normal(size=(6, 8, 8, 3)).astype(np.float32)
    folded = fold(network)
    assert kinds(folded) == ["InputLayer", "DepthwiseConv2D", "Flatten", "Dense"]
    np.testing.assert_allclose(folded(items), network(items), rtol=1e-4)


def normalized_activation(keras, entry):
    """The convolution has an activation of its own before the normalization."""
    x = keras.layers.Conv2D(4, (3, 1), padding="same", activation="relu", name="conv")(entry)
    return keras.layers.BatchNormalization(name="late")(x)


def read_twice(keras, entry):
    """What the normalization reads is read by another layer too."""
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(entry)
    return keras.layers.Add()([keras.layers.BatchNormalization(name="late")(x), x])


def another_axis(keras, entry):
    """Each time has a scale of its own, and no kernel has that."""
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(entry)
    return keras.layers.BatchNormalization(axis=1, name="late")(x)


def pooled_before(keras, entry):
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(entry)
    return keras.layers.BatchNormalization(name="late")(keras.layers.MaxPooling2D((2, 1))(x))


@pytest.mark.parametrize("layers", [normalized_activation, read_twice, another_axis, pooled_before])
def test_normalization_that_no_layer_can_take_in_is_named_or_kept_as_scale_and_offset(layers, windows):
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    network = far_from_neutral(keras.Model(entry, layers(keras, entry), name="network"))
    with pytest.raises(FeatherlineError, match="late of network network does not follow a convolution or dense layer"):
        fold(network)
    kept = fold(network, keep_stray=True)
    assert "Scaling" in kinds(kept) and "BatchNormalization" not in kinds(kept)
    np.testing.assert_allclose(kept(windows), network(windows), atol=1e-5)


def test_branches_fold_each_for_itself(windows):
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    branches = [keras.layers.Conv2D(4, (k, 1), padding="same", name=f"conv{k}")(entry) for k in (3, 5)]
    x = keras.layers.Add()([keras.layers.BatchNormalization()(branch) for branch in branches])
    network = far_from_neutral(keras.Model(entry, x))
    folded = fold(network)
    assert "BatchNormalization" not in kinds(folded)
    np.testing.assert_allclose(folded(windows), network(windows), atol=1e-5)
    assert "BatchNormalization" in kinds(network)


def test_a_sequential_network_folds(windows):
    from featherline.networks.backend import keras
    from featherline.networks.folding import fold

    layers = [keras.layers.Conv2D(4, (3, 1)), keras.layers.BatchNormalization(), keras.layers.ReLU()]
    network = far_from_neutral(keras.Sequential([keras.Input((32, 1, 4)), *layers]))
    folded = fold(network)
    assert kinds(folded) == ["InputLayer", "Conv2D", "ReLU"]
    np.testing.assert_allclose(folded(windows), network(windows), atol=1e-5)


def test_few_bits_name_the_layer_where_a_network_branches(windows):
    from featherline.networks.backend import keras
    from featherline.networks.fake_quantization import rounded
    from featherline.networks.folding import fold

    entry = keras.Input((32, 1, 4), name="input")
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(entry)
    network = keras.Model(entry, keras.layers.Add(name="skip")([entry, x]), name="network")
    with pytest.raises(FeatherlineError, match="skip of network network does not follow the layer before it"):
        rounded(fold(network), 4, windows)
