"""What an architecture costs is known before it is built, and building it agrees."""

import pytest

from featherline.core.errors import FeatherlineError
from featherline.networks.shapes import layers, mac_count, weight_bytes, weight_count
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
    assert weight_bytes(plan, "int8") == kernels + 4 * (8 + 5 + 3)
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


@pytest.mark.parametrize(("scheme", "kernel", "bias"), [("none", 4, 4), ("int8", 1, 4), ("int16x8", 1, 8)])
def test_a_scheme_decides_what_a_kernel_value_and_a_bias_take(scheme, kernel, bias):
    plan = layers(Architecture(conv_blocks=[{"filters": 2, "kernel": 3}], head="global_average"), (16, 1, 1), 2)
    assert weight_bytes(plan, scheme) == (3 * 2 + 2 * 2) * kernel + (2 + 2) * bias


def separable(**block) -> Architecture:
    return Architecture(conv_blocks=[{"filters": 6, "convolution": "separable", "poolings": 0} | block])


def test_a_separable_convolution_is_a_kernel_for_each_channel_then_one_by_one_across_them():
    depthwise, pointwise = layers(separable(kernel=5, stride=2), (48, 20, 4), 3)[:2]
    assert (depthwise.name, depthwise.kind, depthwise.output_shape) == ("conv1_depthwise", "depthwise", (24, 10, 4))
    assert (depthwise.weights, depthwise.biases, depthwise.macs) == (5 * 5 * 4, 4, 24 * 10 * 5 * 5 * 4)
    assert (pointwise.name, pointwise.kind, pointwise.output_shape) == ("conv1", "conv", (24, 10, 6))
    assert (pointwise.window, pointwise.stride) == ((1, 1), (1, 1))
    assert (pointwise.weights, pointwise.biases, pointwise.macs) == (4 * 6, 6, 24 * 10 * 4 * 6)


def test_separable_convolutions_weigh_less_where_channels_are_many():
    def conv_weights(convolution: str) -> int:
        block = {"filters": 16, "kernel": 3, "convolution": convolution}
        plan = layers(Architecture(conv_blocks=[block]), (24, 16, 8), 3)
        return sum(layer.weights for layer in plan if layer.kind in ("conv", "depthwise"))

    assert (conv_weights("plain"), conv_weights("separable")) == (3 * 3 * 8 * 16, 3 * 3 * 8 + 8 * 16)


def test_a_separable_convolution_takes_one_stride_for_both_sides():
    with pytest.raises(FeatherlineError, match="conv_blocks 0: a separable convolution needs the same stride.*2 x 1"):
        layers(separable(stride=(2, 1)), (48, 20, 1), 3)
    assert layers(separable(stride=(2, 1)), (48, 1, 3), 3)[0].output_shape == (24, 1, 3)


def test_a_separable_convolution_takes_a_stride_that_is_longer_than_a_side():
    assert layers(separable(stride=3), (9, 2, 1), 3)[0].output_shape == (3, 1, 1)
