"""What an architecture costs is known before it is built, and building it agrees."""

import pytest

from featherline.errors import FeatherlineError
from featherline.networks.shapes import int8_weight_bytes, layers, mac_count, weight_count
from featherline.params import Architecture

ONE_BLOCK = Architecture(conv_blocks=[{"filters": 8, "kernel": 3, "poolings": 2}], dense_blocks=[{"units": 5}])


def test_the_plan_of_a_motion_network():
    plan = layers(ONE_BLOCK, (128, 1, 4), classes=3)
    assert [(layer.name, layer.output_shape) for layer in plan] == [
        ("conv1", (128, 1, 8)),
        ("pool1_1", (64, 1, 8)),
        ("pool1_2", (32, 1, 8)),
        ("flatten", (1, 1, 256)),
        ("dense1", (1, 1, 5)),
        ("output", (1, 1, 3)),
    ]
    kernels = 3 * 4 * 8 + 256 * 5 + 5 * 3
    assert weight_count(plan) == kernels + 8 + 5 + 3
    assert int8_weight_bytes(plan) == kernels + 4 * (8 + 5 + 3)
    assert mac_count(plan) == 128 * 3 * 4 * 8 + 256 * 5 + 5 * 3


def test_each_pooling_halves_what_the_next_layer_weighs():
    def dense_weights(poolings: int) -> int:
        block = {"filters": 8, "kernel": 3, "poolings": poolings}
        return layers(Architecture(conv_blocks=[block]), (128, 1, 4), 3)[-1].weights

    assert [dense_weights(p) for p in (1, 2, 3)] == [64 * 24, 32 * 24, 16 * 24]


def test_strides_round_up_and_poolings_round_down():
    plan = layers(Architecture(conv_blocks=[{"filters": 2, "kernel": 5, "stride": 2}]), (49, 19, 1), 2)
    assert plan[0].output_shape == (25, 10, 2)
    assert plan[1].output_shape == (12, 5, 2)


def test_a_pooling_with_nothing_left_to_pool_is_named():
    blocks = [{"filters": 2, "poolings": 2}, {"filters": 2, "poolings": 2}]
    with pytest.raises(FeatherlineError, match="conv_blocks 1: pooling 2 of 2 finds a map of 1 x 1"):
        layers(Architecture(conv_blocks=blocks), (8, 1, 3), 2)
