"""What only some shapes and weights lead kernels to: TensorFlow Lite Micro, the host and the cores answer alike."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from featherline.codegen import layout, lower
from featherline.codegen.settings import Conv, Dense, DepthwiseFours, DepthwisePlane, Loops
from featherline.tflite import model as tflite
from tests import emulators
from tests.codegen.programs import Case, expected, on_device, on_host
from tests.codegen.random_networks import NONE, RELU, SAME, VALID, Network


def case(shape, *operators, change: Callable[[np.ndarray], None] | None = None, which: int = 1) -> Case:
    """A network of some operators for speed; `change` alters the operand `which` of the first one."""
    network = Network(len(operators), shape)
    for name, *arguments in operators:
        getattr(network, name)(*arguments)
    if change is not None:
        tensor = network.made.tensors[network.made.operators[0].inputs[which]]
        values = network.made.buffers[tensor.buffer].data.view(np.int8 if which == 1 else np.int32).copy()
        change(values.reshape(tensor.shape))
        network.made.buffers[tensor.buffer].data = values.view(np.uint8)
    inputs = np.random.default_rng(1).integers(-128, 128, (2, *shape[1:]), np.int8)
    return Case(network.content(), inputs, "speed")


def largest(weights: np.ndarray) -> None:
    """Sums of a second channel leave 23 bits."""
    weights[...] = np.where(weights < 0, -127, 127)


def unpaired(weights: np.ndarray) -> None:
    """-128 above a negative weight does not fit a halfword."""
    weights[0], weights[1] = -3, -128


def of_bits(bits: int) -> Callable[[np.ndarray], None]:
    """Weights over the whole range of few bits, the lowest value foremost."""

    def change(weights: np.ndarray) -> None:
        half = 1 << bits - 1
        weights[...] = np.random.default_rng(bits).integers(-half, half, weights.shape)
        weights[:4] = -half
        weights[4:, ::3] = half - 1

    return change


def off(biases: np.ndarray) -> None:
    """A bias that alone decides what a channel answers."""
    biases[1] = -(1 << 30)


HALVED = ("pool", False, (2, 2), 2, VALID)
CONV = ("conv", 6, (3, 3), 1, SAME, RELU, 8)
CASES = {
    "dense": case((1, 64), ("dense", 8, NONE), ("dense", 6, NONE), ("dense", 1, NONE)),
    "dense of two": case((1, 32), ("dense", 2, NONE)),
    "dense, long sums": case((1, 1200), ("dense", 7, NONE), change=largest),
    "dense of one": case((1, 40), ("dense", 12, NONE), ("dense", 1, NONE)),
    "dense, -128": case((1, 16), ("dense", 4, NONE), ("dense", 5, NONE), change=unpaired),
    "dense, -128, odd": case((1, 18), ("dense", 4, NONE), change=unpaired),
    "dense, 4 bits": case((1, 60), ("dense", 20, NONE), ("dense", 6, NONE), change=of_bits(4)),
    "dense, 2 bits": case((1, 60), ("dense", 16, NONE), ("dense", 6, NONE), change=of_bits(2)),
    "dense, 4 bits, long sums": case((1, 1200), ("dense", 7, NONE), change=of_bits(4)),
    "dense, 2 bits, long sums": case((1, 1200), ("dense", 7, NONE), change=of_bits(2)),
    "dense, 4 bits, nearly long": case((1, 508), ("dense", 8, NONE), change=of_bits(4)),
    "pointwise": case((1, 6, 5, 8), ("conv", 7, (1, 1), 1, VALID, NONE, 8), ("conv", 4, (1, 1), 2, VALID, RELU, 8)),
    "conv, long sums": case((1, 3, 4, 80), ("conv", 3, (3, 3), 1, VALID, NONE, 8), change=largest),
    "conv, -128": case((1, 5, 4, 3), CONV, ("pool", True, (2, 2), 2, VALID), change=unpaired),
    "conv, a channel off": case((1, 5, 4, 3), CONV, change=off, which=2),
    "depthwise 3 x 3": case((1, 9, 7, 5), ("depthwise", 1, (3, 3), 1, SAME, RELU, 8)),
    "depthwise in stripes": case((1, 40, 37, 2), ("depthwise", 2, (3, 3), 1, SAME, NONE, 8)),
    "depthwise by two": case((1, 9, 8, 3), CONV, ("depthwise", 1, (3, 3), 2, SAME, NONE, 8)),
    "depthwise in time": case((1, 17, 1, 4), ("depthwise", 1, (5, 1), 1, VALID, NONE, 8)),
    "depthwise and pool": case(
        (1, 9, 8, 4), ("depthwise", 1, (2, 3), 1, SAME, NONE, 8), ("pool", True, (2, 2), 2, SAME)
    ),
    "depthwise of both kinds": case(
        (1, 8, 6, 3), ("depthwise", 1, (3, 3), 1, SAME, RELU, 8), ("depthwise", 1, (2, 2), 1, VALID, NONE, 8)
    ),
    "depthwise side by side": case(
        (1, 16, 24, 6),
        ("depthwise", 1, (3, 3), 1, SAME, RELU, 8),
        *[HALVED] * 3,
        ("depthwise", 1, (3, 3), 1, SAME, RELU, 8),
        ("depthwise", 1, (3, 3), 2, SAME, RELU, 8),
    ),
    "depthwise of any window": case((1, 9, 11, 3), ("depthwise", 2, (4, 5), 2, SAME, NONE, 8)),
    "depthwise in a line": case((1, 1, 13, 20), ("depthwise", 1, (1, 4), 2, SAME, RELU, 8)),
    "depthwise, few outputs": case((1, 5, 1, 8), ("depthwise", 1, (5, 1), 1, VALID, NONE, 8)),
    "depthwise of one channel": case((1, 9, 8, 1), ("depthwise", 6, (4, 3), 2, SAME, NONE, 8)),
}


def differing(titles, answers) -> list[str]:
    return [title for title, answer in zip(titles, answers, strict=True) if (answer != expected(CASES[title])).any()]


def test_shapes_and_weights_answer_as_tflm_on_this_host_and_on_the_core(tmp_path):
    cases = list(CASES.values())
    assert differing(CASES, on_host(cases, tmp_path)) == []
    assert differing(CASES, on_device(cases)) == []


@pytest.mark.parametrize("core", ["m0", "m3", "m55", "rv32"])
def test_another_core_answers_the_same(core):
    emulators.needs(core)
    assert differing(CASES, on_device(list(CASES.values()), core=core)) == []


def test_factors_above_one_half_answer_the_same(tmp_path):
    network = Network(5, (1, 6, 5, 4))
    for stride in (1, 2):
        network.depthwise(1, (3, 3), stride, SAME, RELU, 8)
        network.scale = float(np.float32(network.scale / 2000))
        network.made.tensors[network.last].quantization.scale = np.float32([network.scale])
    inputs = np.random.default_rng(1).integers(-128, 128, (2, 6, 5, 4), np.int8)
    wide = Case(network.content(), inputs, "speed")
    assert not all(
        layer.settings.requantization.narrow
        for layer in lower(tflite.parse(wide.content, "wide"), "speed").network.layers
    )
    for answers in (on_host([wide], tmp_path), on_device([wide])):
        np.testing.assert_array_equal(answers[0], expected(wide))


VECTORS = {
    "depthwise of few channels": case((1, 7, 5, 4), ("depthwise", 1, (3, 3), 1, SAME, RELU, 8)),
    "depthwise of many channels": case((1, 7, 5, 60), ("depthwise", 1, (3, 3), 2, SAME, NONE, 8)),
    "depthwise and pool": case(
        (1, 7, 9, 24), ("depthwise", 1, (3, 2), 1, VALID, NONE, 8), ("pool", True, (2, 3), 2, SAME)
    ),
    "conv and pool": case((1, 9, 11, 5), ("conv", 7, (3, 3), 1, SAME, RELU, 8), ("pool", True, (2, 2), 2, VALID)),
    "mean of windows": case((1, 9, 5, 19), ("pool", False, (3, 2), 2, SAME), ("pool", True, (2, 2), 1, VALID)),
    "mean of a large window": case((1, 17, 17, 8), ("pool", False, (17, 17), 1, VALID)),
    "sum": case((1, 3, 3, 7), ("combine", False, True, RELU)),
    "dense": case((1, 44), ("dense", 7, RELU), ("dense", 3, NONE)),
}
"""Shapes that vectors of 4, 8 and 16 numbers do not come out even with."""


def test_vectors_that_do_not_come_out_even_answer_the_same():
    emulators.needs("m55")
    cases = [replace(given, kernels="size") for given in VECTORS.values()]
    answers = on_device(cases, core="m55")
    wrong = [
        name for name, given, answer in zip(VECTORS, cases, answers, strict=True) if (answer != expected(given)).any()
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("dense", Dense),
        ("dense, -128", Dense),
        ("dense, -128, odd", Loops),
        ("pointwise", Conv),
        ("depthwise 3 x 3", DepthwisePlane),
        ("depthwise, few outputs", DepthwiseFours),
        ("depthwise in a line", DepthwiseFours),
        ("depthwise of one channel", Conv),
    ],
)
def test_the_kernel_follows_from_shapes_and_weights(title, kind):
    assert isinstance(lower(tflite.parse(CASES[title].content, title), "speed").network.layers[0].settings, kind)


@pytest.mark.parametrize("bits", [2, 4])
def test_dense_layers_of_few_bits_unpack_on_the_way_into_registers(bits):
    first, second = lower(tflite.parse(CASES[f"dense, {bits} bits"].content, "few"), "size").network.layers
    assert (first.settings.bits, second.settings.bits) == (bits, 8)
    assert first.scratch_bytes == second.scratch_bytes == 0


def test_small_planes_of_four_channels_lie_beside_each_other():
    layers = lower(tflite.parse(CASES["depthwise side by side"].content, "beside"), "speed").network.layers
    planes = [layer.settings for layer in layers if isinstance(layer.settings, DepthwisePlane)]
    assert [layout.lies_side_by_side(settings) for settings in planes][:2] == [False, True]
    assert len({layout.plane_of(settings).size.width for settings in planes}) == 1


def test_a_channel_that_its_weights_cannot_change_takes_no_wide_factors():
    [layer] = lower(tflite.parse(CASES["conv, a channel off"].content, "off")).network.layers
    assert layer.settings.requantization.narrow
    assert abs(layer.settings.requantization.biases[1]) < 1 << 26


def test_a_depthwise_convolution_writes_over_its_input_where_its_plane_is_whole():
    network = lower(tflite.parse(CASES["depthwise of both kinds"].content, "both"), "speed").network
    assert all(layout.plane_of(layer.settings).stripe == layer.settings.output.height for layer in network.layers)
    striped = lower(tflite.parse(CASES["depthwise in stripes"].content, "striped"), "speed").network.layers[0]
    assert 1 <= layout.plane_of(striped.settings).stripe < striped.settings.output.height
