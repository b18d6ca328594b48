"""Networks have the layers and weights that their plan says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.errors import FeatherlineError
from featherline.networks.shapes import layers, weight_count
from featherline.params import Architecture, ConvBlock, DenseBlock

conv = st.builds(
    ConvBlock,
    filters=st.integers(1, 6),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 2),
    poolings=st.integers(0, 2),
)
architectures = st.builds(
    Architecture,
    conv_blocks=st.lists(conv, min_size=1, max_size=3),
    dense_blocks=st.lists(st.builds(DenseBlock, units=st.integers(1, 8)), max_size=2),
    head=st.sampled_from(["flatten", "global_average"]),
    batch_normalization=st.just(False),
)


@settings(max_examples=25, deadline=None)
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
        if layer.kind in ("conv", "pool"):
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
