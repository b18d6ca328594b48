"""Networks have the layers and weights that their plan says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.networks.shapes import layers, weight_count
from featherline.params import Architecture, ConvBlock, DenseBlock
from featherline.tflite import model
from featherline.tflite.weights import count_weights

conv = st.builds(
    ConvBlock,
    filters=st.integers(1, 6),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 2) | st.tuples(st.integers(1, 2), st.integers(1, 2)),
    convolution=st.sampled_from(["plain", "separable"]),
    poolings=st.integers(0, 2),
)
architectures = st.builds(
    Architecture,
    conv_blocks=st.lists(conv, min_size=1, max_size=3),
    dense_blocks=st.lists(st.builds(DenseBlock, units=st.integers(1, 8)), max_size=2),
    head=st.sampled_from(["flatten", "global_average"]),
    batch_normalization=st.just(False),
)


@settings(max_examples=25)
@given(architectures, st.sampled_from([(64, 1, 3), (20, 13, 1), (33, 17, 2)]))
def test_keras_counts_the_weights_that_the_plan_counts(architecture, input_shape):
    from featherline.networks.builder import build

    try:
        plan = layers(architecture, input_shape, 4)
    except FeatherlineError:
        return
    network = build(architecture, input_shape, 4, seed=1)
    assert network.count_params() == weight_count(plan)
    assert network.output_shape == (None, 4)
    for layer in plan:
        if layer.kind in ("conv", "depthwise", "pool"):
            assert network.get_layer(layer.name).output.shape[1:] == layer.output_shape


def test_batch_normalization_stands_where_the_converter_can_fold_it():
    from featherline.networks.builder import build

    network = build(
        Architecture(conv_blocks=[{"filters": 4}], dense_blocks=[{"units": 3, "dropout": 0.5}]), (16, 1, 3), 2, seed=1
    )
    assert [layer.name for layer in network.layers] == [
        "input",
        "conv1",
        "conv1_normalization",
        "conv1_relu",
        "pool1_1",
        "flatten",
        "dense1",
        "dense1_dropout",
        "output",
    ]


def test_the_outputs_are_probabilities():
    from featherline.networks.builder import build

    network = build(Architecture(conv_blocks=[{"filters": 4}]), (16, 1, 3), 2, seed=1)
    probabilities = network.predict(np.random.default_rng(0).normal(size=(5, 16, 1, 3)), verbose=0)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)


SEPARABLE = Architecture(
    conv_blocks=[
        {"filters": 6, "kernel": 5, "convolution": "separable"},
        {"filters": 8, "stride": 2, "convolution": "separable"},
    ],
    head="global_average",
)


def test_a_separable_block_has_one_activation_behind_both_its_convolutions():
    from featherline.networks.builder import build

    network = build(SEPARABLE.model_copy(update={"conv_blocks": SEPARABLE.conv_blocks[:1]}), (24, 16, 2), 3, seed=1)
    assert [layer.name for layer in network.layers] == [
        "input",
        "conv1_depthwise",
        "conv1_depthwise_normalization",
        "conv1",
        "conv1_normalization",
        "conv1_relu",
        "pool1_1",
        "global_average",
        "output",
    ]


def converted_to_int8(input_shape: tuple[int, int, int], seed: int) -> bytes:
    """The separable network, every weight of it far from neutral: the converter drops a bias of zeros."""
    from featherline.networks.builder import build
    from featherline.tflite.converter import convert

    network = build(SEPARABLE, input_shape, 3, seed)
    rng = np.random.default_rng(seed)
    network.set_weights([rng.uniform(0.1, 0.5, w.shape) for w in network.get_weights()])
    return convert(network, "int8", rng.normal(size=(4, *input_shape)).astype(np.float32))


@pytest.mark.parametrize("input_shape", [(24, 16, 2), (64, 1, 3)])
def test_a_separable_block_converts_to_two_operators_with_batch_normalization_folded(tmp_path, input_shape):
    path = tmp_path / "separable.tflite"
    path.write_bytes(converted_to_int8(input_shape, seed=1))
    read = model.read(path)
    assert model.operator_counts(read)["builtin"] == {
        "CONV_2D": 2,
        "DEPTHWISE_CONV_2D": 2,
        "FULLY_CONNECTED": 1,
        "MAX_POOL_2D": 2,
        "MEAN": 1,
        "SOFTMAX": 1,
    }
    assert count_weights(read).number == weight_count(layers(SEPARABLE, input_shape, 3))


def test_a_separable_network_converts_to_the_same_bytes_whatever_was_built_before():
    from featherline.networks.builder import build

    first = converted_to_int8((64, 1, 3), seed=1)
    build(SEPARABLE, (24, 16, 2), 4, seed=9)
    assert converted_to_int8((64, 1, 3), seed=1) == first
    assert converted_to_int8((64, 1, 3), seed=2) != first


@pytest.mark.parametrize("convolution", ["plain", "separable"])
def test_initial_weights_are_a_matter_of_the_seed(convolution):
    from featherline.networks.builder import build

    architecture = Architecture(conv_blocks=[{"filters": 4, "convolution": convolution}])
    once, again, other = (build(architecture, (16, 1, 3), 2, seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(once, other, strict=True))
