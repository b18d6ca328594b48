"""What a candidate costs is known before it is built, and the converted model agrees to the byte."""

import functools
import itertools
import re

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.params import Architecture, Budget, Budgets, Reduce
from featherline.reduction import space
from featherline.reduction.costs import Costs, costs_of, excess
from featherline.tflite import model
from featherline.tflite.weights import count_weights
from tests.reduction.spaces import WIDE

BUDGET = Budget(trials=1, epochs=1, final_epochs=1)
SPACE = WIDE.model_copy(update={"filters": (3, 4, 8, 12, 16)})
SHAPES = [(192, 1, 3), (24, 16, 1), (53, 20, 1), (256, 1, 2)]
# Scheme, input shape and the number of a candidate; each is one conversion, of half a second.
SOAKED = [("int8", shape, number) for shape in SHAPES for number in range(6, 13)]
CONVERTED = [
    *(("int8", shape, number) for shape in SHAPES for number in range(6)),
    *((scheme, shape, 21) for scheme in ("none", "int16x8") for shape in SHAPES),
]


@functools.cache
def candidate(input_shape: tuple[int, int, int], number: int) -> Architecture:
    """A network of the space; numbers with the same remainder by 4 have the same head and first convolution."""
    rng = np.random.default_rng([number, *input_shape])
    settled = {"head": SPACE.head[number % 2], "convolution_1": SPACE.convolution[number // 2 % 2]}
    while True:
        architecture = space.architecture(space.draw(SPACE, rng) | settled, input_shape, SPACE, dropout=0.1)
        try:
            costs_of(architecture, input_shape, 3, "int8")
        except FeatherlineError:
            continue
        return architecture


def converted(architecture: Architecture, input_shape: tuple[int, int, int], scheme: str) -> bytes:
    """An untrained network whose weights are all positive: the converter drops a bias of zeros."""
    from featherline.networks.builder import build
    from featherline.tflite.converter import convert

    network = build(architecture, input_shape, 3, seed=1)
    rng = np.random.default_rng(1)
    network.set_weights([np.abs(rng.normal(scale=0.2, size=w.shape)) + 0.05 for w in network.get_weights()])
    return convert(network, scheme, rng.normal(size=(4, *input_shape)).astype(np.float32))


def head_of_the_arena(content: bytes) -> int:
    """What TensorFlow Lite Micro itself says that activations take."""
    from tflite_micro.python.tflite_micro.runtime import Interpreter

    with captured_output() as said:
        Interpreter.from_bytes(content, arena_size=4 << 20).print_allocations()
    return int(re.search(r"Arena allocation head (\d+) bytes", said.text)[1])


@pytest.mark.parametrize(
    ("scheme", "input_shape", "number"), [*CONVERTED, *(pytest.param(*each, marks=pytest.mark.soak) for each in SOAKED)]
)
def test_the_converted_model_takes_what_was_judged(scheme, input_shape, number, tmp_path):
    architecture = candidate(input_shape, number)
    content = converted(architecture, input_shape, scheme)
    (tmp_path / "model.tflite").write_bytes(content)
    weights = count_weights(model.read(tmp_path / "model.tflite"))
    costs = costs_of(architecture, input_shape, 3, scheme)
    assert (costs.weights, costs.weight_bytes) == (weights.number, weights.bytes)
    head = head_of_the_arena(content)
    assert costs.activation_bytes == head


def test_the_converted_models_are_of_every_kind():
    many = [candidate(shape, number) for scheme, shape, number in CONVERTED + SOAKED if scheme == "int8"]
    blocks = [block for architecture in many for block in architecture.conv_blocks]
    assert len(set(many)) >= 50
    assert {len(architecture.conv_blocks) for architecture in many} == {1, 2, 3}
    assert {len(architecture.dense_blocks) for architecture in many} == {0, 1, 2}
    assert {architecture.head for architecture in many} == {"flatten", "global_average"}
    kinds = {(block.convolution, block.stride, block.poolings) for block in blocks}
    assert kinds == set(itertools.product(["plain", "separable"], [1, 2], [0, 1, 2, 3]))


@pytest.mark.parametrize(
    ("input_shape", "conv_blocks"),
    [
        ((24, 16, 1), [{"filters": 4, "stride": 2, "convolution": "separable", "poolings": 0}]),
        (
            (192, 1, 3),
            [
                {"filters": 8, "kernel": 5, "convolution": "separable", "poolings": 1},
                {"filters": 12, "convolution": "separable", "poolings": 3},
            ],
        ),
        (
            (256, 1, 2),
            [
                {"filters": 4, "stride": 2, "poolings": 1},
                {"filters": 12, "kernel": 5, "stride": 2, "poolings": 2},
                {"filters": 12, "kernel": 5, "stride": 2, "poolings": 0},
            ],
        ),
    ],
)
def test_the_order_in_which_buffers_of_one_size_are_placed_is_that_of_the_planner(input_shape, conv_blocks):
    """Depthwise convolutions write as much as they read, and such ties decide how high the arena reaches."""
    architecture = Architecture(conv_blocks=conv_blocks)
    head = head_of_the_arena(converted(architecture, input_shape, "int8"))
    assert costs_of(architecture, input_shape, 3, "int8").activation_bytes == head


@pytest.mark.parametrize("scheme", ["none", "int8", "int16x8"])
def test_an_average_where_memory_is_at_its_peak_takes_what_it_calculates_with(scheme):
    architecture = Architecture(conv_blocks=[{"filters": 32, "poolings": 0}], head="global_average")
    head = head_of_the_arena(converted(architecture, (16, 1, 1), scheme))
    assert costs_of(architecture, (16, 1, 1), 3, scheme).activation_bytes == head


def test_costs_counted_by_hand():
    architecture = Architecture(
        conv_blocks=[{"filters": 8, "kernel": 3, "poolings": 2}], dense_blocks=[{"units": 5}], head="flatten"
    )
    kernels = 3 * 4 * 8 + (32 * 8) * 5 + 5 * 3
    biases = 8 + 5 + 3
    # The convolution's output and the larger of its input and the first pooling's output.
    activations = 128 * 8 + 128 * 4
    assert costs_of(architecture, (128, 1, 4), 3, "int8") == Costs(
        weights=kernels + biases,
        weight_bytes=kernels + 4 * biases,
        activation_bytes=activations,
        macs=128 * 3 * 4 * 8 + (32 * 8) * 5 + 5 * 3,
    )


def test_multiply_accumulates_of_a_separable_network_counted_by_hand():
    architecture = Architecture(
        conv_blocks=[
            {"filters": 6, "kernel": 5, "stride": 2, "poolings": 1, "convolution": "separable"},
            {"filters": 8, "kernel": 3, "poolings": 0},
        ],
        head="global_average",
    )
    depthwise = (24 * 10) * (5 * 5) * 2
    pointwise = (24 * 10) * 2 * 6
    plain = (12 * 5) * (3 * 3) * 6 * 8
    assert costs_of(architecture, (48, 20, 2), 4, "int8").macs == depthwise + pointwise + plain + 8 * 4


@pytest.mark.parametrize(("scheme", "width"), [("none", 4), ("int16x8", 2)])
def test_wider_activations_take_as_much_more_memory(scheme, width):
    architecture = Architecture(conv_blocks=[{"filters": 8}], head="flatten")
    at_int8, wider = (costs_of(architecture, (128, 1, 4), 3, of) for of in ("int8", scheme))
    assert wider.activation_bytes == width * at_int8.activation_bytes
    assert (wider.weights, wider.macs) == (at_int8.weights, at_int8.macs)


def test_a_pooling_with_nothing_left_to_pool_is_named():
    with pytest.raises(FeatherlineError, match="conv_blocks 0: pooling 3 of 3"):
        costs_of(Architecture(conv_blocks=[{"filters": 8, "poolings": 3}]), (4, 1, 3), 2, "int8")


COSTS = Costs(weights=900, weight_bytes=1000, activation_bytes=4096, macs=50_000)


def limited(**limits) -> Reduce:
    return Reduce(budget=Budgets(simulated=BUDGET, recordings=BUDGET), space=SPACE, **limits)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, {}),
        ({"max_weight_bytes": 1000, "max_arena_bytes": 4096, "max_macs": 50_000}, {}),
        ({"max_weight_bytes": 800}, {"max_weight_bytes": 0.25}),
        ({"max_arena_bytes": 2048, "max_macs": 40_000}, {"max_arena_bytes": 1.0, "max_macs": 0.25}),
        ({"max_weight_bytes": 1, "max_macs": 50_000}, {"max_weight_bytes": 999.0}),
    ],
)
def test_the_excess_is_the_share_by_which_each_broken_limit_is_exceeded(limits, expected):
    assert excess(COSTS, limited(**limits)) == pytest.approx(expected)
