"""Estimates of whole programs: what is measured of two says what stands beside all others."""

from dataclasses import replace

import pytest

from featherline.networks.shapes import layers
from featherline.params import Architecture
from featherline.reduction import whole_program
from featherline.reduction.costs import costs_of
from featherline.reduction.whole_program import Beside, ProgramCosts

SHAPE, CLASSES = (64, 1, 3), 3
AROUND = Beside(flash_bytes=2000, least_ram_bytes=900, ram_bytes=500, stack_bytes=200, instructions=60_000, seconds=2)


def network(filters: int, poolings: int = 1, convolution: str = "plain", **architecture) -> Architecture:
    blocks = [{"filters": filters, "poolings": poolings, "convolution": convolution}]
    return Architecture(conv_blocks=blocks, head="global_average", **architecture)


def plan(architecture: Architecture):
    return layers(architecture, SHAPE, CLASSES)


def program(architecture: Architecture, around: Beside = AROUND) -> ProgramCosts:
    """What would be measured if estimates were exact."""
    ram_bytes = max(around.least_ram_bytes, around.ram_bytes + whole_program.largest_tensor(plan(architecture)))
    return ProgramCosts(
        flash_bytes=round(around.flash_bytes + whole_program.flash_bytes(plan(architecture))),
        ram_bytes=round(ram_bytes),
        stack_bytes=around.stack_bytes,
        front_end_instructions=round(around.instructions),
        model_instructions=round(whole_program.instructions(plan(architecture))),
        seconds=around.seconds,
    )


def test_a_network_between_two_measured_ones_is_told_from_them():
    small, middle, large = network(4), network(16), network(32)
    around = whole_program.beside([(plan(one), program(one)) for one in (small, large)])
    program_bytes, instructions = whole_program.estimate(plan(middle), around)
    assert program_bytes == pytest.approx(program(middle).program_bytes, abs=2)
    assert instructions == pytest.approx(program(middle).instructions_per_second, abs=2)


def test_a_small_network_takes_no_less_ram_than_the_front_end():
    tiny, small = (whole_program.estimate(plan(network(filters)), AROUND)[0] for filters in (2, 4))
    assert small - tiny == pytest.approx(
        whole_program.flash_bytes(plan(network(4))) - whole_program.flash_bytes(plan(network(2))), abs=1
    )


def test_a_longer_hop_takes_fewer_instructions_a_second():
    one = plan(network(8))
    halved = whole_program.estimate(one, replace(AROUND, seconds=4))[1]
    assert whole_program.estimate(one, AROUND)[1] == pytest.approx(2 * halved, abs=1)


def test_poolings_are_part_of_their_convolution():
    [(conv, conv_shape), (mean, _), (output, _)] = whole_program.fused(plan(network(8, poolings=2)))
    assert (conv.kind, conv_shape) == ("conv", (16, 1, 8))
    assert (mean.kind, output.kind) == ("global_average", "output")
    assert whole_program.largest_tensor(plan(network(8, poolings=2))) == 16 * 8


def test_more_of_anything_is_no_cheaper():
    base = plan(network(8))
    for larger in (network(10), network(8, convolution="separable"), network(8, dense_blocks=[{"units": 8}])):
        assert whole_program.flash_bytes(plan(larger)) > whole_program.flash_bytes(base)
        assert whole_program.estimate(plan(larger), AROUND)[0] > whole_program.estimate(base, AROUND)[0]


def test_costs_have_those_of_the_program_only_where_they_are_asked_for():
    without = costs_of(network(8), SHAPE, CLASSES, "int8")
    assert set(without.figures()) == {"weights", "weight_bytes", "activation_bytes", "macs"}
    asked = costs_of(network(8), SHAPE, CLASSES, "int8", AROUND).figures()
    assert (asked["program_bytes"], asked["instructions_per_second"]) == whole_program.estimate(
        plan(network(8)), AROUND
    )
