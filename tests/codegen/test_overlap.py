"""Outputs over inputs: no step of a kernel overwrites what a later one reads, tried byte by byte."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from featherline.codegen import layout, overlap
from featherline.codegen.layers import NO_WEIGHTS, Layer, Network
from featherline.codegen.settings import (
    SINGLE,
    Axes,
    Conv,
    Dense,
    Depthwise,
    DepthwiseFours,
    DepthwisePlane,
    Dimensions,
    Loops,
    Pool,
    ReduceMax,
    Requantization,
    Tile,
    ZeroPoints,
)

Step = tuple[set[int], set[int]]
"""The bytes of the input that a step reads, and then the bytes of the output that it writes."""

FACTORS = Requantization((1,), (0,), (-1,), 1)


def layer_of(kernel_settings, input_bytes: int, output_bytes: int, times: int = 1) -> tuple[Network, Layer]:
    layer = Layer(("ANY",), (1,), 2, kernel_settings, NO_WEIGHTS, times=times)
    sizes = {1: times * input_bytes, 2: times * output_bytes}
    return Network((layer,), sizes, (0,), (3,), (), ()), layer


def window_settings(draw, depth: int, outputs: int, pooled: bool = True) -> dict:
    kernel = Tile(draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    stride = Tile(draw(st.integers(1, 2)), draw(st.integers(1, 3)))
    pool = Tile(draw(st.integers(1, 2)), draw(st.sampled_from((1, 2)))) if pooled else SINGLE
    padding = Tile(draw(st.integers(0, kernel.height - 1)), draw(st.integers(0, kernel.width - 1)))
    source = Dimensions(draw(st.integers(1, 7)), draw(st.integers(1, 7)), depth)
    sums = Tile(
        (source.height + 2 * padding.height - kernel.height) // stride.height + 1,
        (source.width + 2 * padding.width - kernel.width) // stride.width + 1,
    )
    assume(sums.height > 0 and sums.width > 0)
    output = Dimensions(-(-sums.height // pool.height), -(-sums.width // pool.width), outputs)
    return {
        **{"input": source, "output": output, "sums": sums, "kernel_size": kernel, "stride": stride},
        **{"padding": padding, "pool": pool, "zero_points": ZeroPoints(0, 0), "requantization": FACTORS},
    }


def seen(s, y: int, x: int, channels: range) -> set[int]:
    """What one output sees of some input channels."""
    return {
        ((row + i) * s.input.width + column + j) * s.input.channels + channel
        for sum_y in range(y * s.pool.height, min((y + 1) * s.pool.height, s.sums.height))
        for sum_x in range(x * s.pool.width, min((x + 1) * s.pool.width, s.sums.width))
        for row, column in [(sum_y * s.stride.height - s.padding.height, sum_x * s.stride.width - s.padding.width)]
        for i in range(s.kernel_size.height)
        for j in range(s.kernel_size.width)
        if 0 <= row + i < s.input.height and 0 <= column + j < s.input.width
        for channel in channels
    }


def steps_of_conv(s: Conv) -> Iterator[Step]:
    depth, stretch = s.output.channels, layout.band_of(s).stretch
    for y in range(s.output.height):
        for left in range(0, s.output.width, stretch):
            columns = range(left, min(left + stretch, s.output.width))
            reads = set().union(*(seen(s, y, x, range(s.input.channels)) for x in columns))
            first, last = (y * s.output.width + x for x in (columns[0], columns[-1]))
            yield reads, set(range(first * depth, (last + 1) * depth))


def steps_of_depthwise(s: Depthwise | DepthwiseFours, together: int) -> Iterator[Step]:
    multiplier = s.output.channels // s.input.channels
    for y in range(s.output.height):
        for x in range(s.output.width):
            for c in range(0, s.output.channels, together):
                number = min(together, s.output.channels - c)
                place = (y * s.output.width + x) * s.output.channels + c
                sources = range(c // multiplier, c // multiplier + number)
                yield seen(s, y, x, sources), set(range(place, place + number))


def steps_of_plane(s: DepthwisePlane, together: int) -> Iterator[Step]:
    stripe = layout.plane_of(s).stripe
    for first in range(0, s.output.height, stripe):
        rows = range(first, min(first + stripe, s.output.height))
        places = [(y, x) for y in rows for x in range(s.output.width)]
        for first_channel in range(0, s.output.channels, together):
            channels = range(first_channel, min(first_channel + together, s.output.channels))
            yield set().union(*(seen(s, y, x, channels) for y, x in places)), set()
            for c in channels:
                yield set(), {(y * s.output.width + x) * s.output.channels + c for y, x in places}


def steps_of_pool(s: Pool) -> Iterator[Step]:
    for y in range(s.output.height):
        for x in range(s.output.width):
            for c in range(s.input.channels):
                reads = {
                    (row * s.input.width + column) * s.input.channels + c
                    for i in range(s.window.height)
                    for j in range(s.window.width)
                    for row in [y * s.stride.height - s.padding.height + i]
                    for column in [x * s.stride.width - s.padding.width + j]
                    if 0 <= row < s.input.height and 0 <= column < s.input.width
                }
                yield reads, {(y * s.output.width + x) * s.input.channels + c}


def harmed(steps: list[Step], distance_bytes: int) -> bool:
    """Whether a step reads what an earlier one has overwritten, with the output so far before the input."""
    written: set[int] = set()
    for reads, writes in steps:
        if written & reads:
            return True
        written |= {place - distance_bytes for place in writes}
    return False


def batch(steps: list[Step], times: int, input_bytes: int, output_bytes: int) -> list[Step]:
    return [
        ({read + b * input_bytes for read in reads}, {write + b * output_bytes for write in writes})
        for b in range(times)
        for reads, writes in steps
    ]


def check(kernel_settings, steps: Iterator[Step], input_bytes: int, output_bytes: int, times: int = 1) -> bool:
    """Tries all distances that are allowed; returns whether less than the least of them would do harm."""
    network, layer = layer_of(kernel_settings, input_bytes, output_bytes, times)
    lead = overlap.lead(network, layer, 0)
    all_steps = batch(list(steps), times, input_bytes, output_bytes)
    for distance_bytes in range(-times * input_bytes, times * output_bytes + 1):
        if lead.allows(distance_bytes):
            assert not harmed(all_steps, distance_bytes), (lead, distance_bytes)
    return harmed(all_steps, lead.bytes - 1)


def sizes(s) -> tuple[int, int]:
    return tuple(tensor.height * tensor.width * tensor.channels for tensor in (s.input, s.output))


FEW = settings(max_examples=30, derandomize=True, database=None)


@FEW
@given(st.data())
def test_a_convolution_never_reads_what_it_has_written(data):
    depth, outputs = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 6))
    plain = Conv(**window_settings(data.draw, depth, outputs))
    kernel = plain.kernel_size
    weights = np.zeros((outputs, kernel.width, kernel.height, depth), np.int8)
    layer = Layer(("CONV_2D",), (1,), 2, plain, weights)
    made = layout.banded(layer, plain, data.draw(st.sampled_from((2, 4, 8)))).settings
    check(made, steps_of_conv(made), *sizes(made), times=data.draw(st.sampled_from((1, 1, 2))))


@FEW
@given(st.data())
def test_a_depthwise_convolution_never_reads_what_it_has_written(data):
    depth, multiplier = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    single = Depthwise(**window_settings(data.draw, depth, depth * multiplier), multiplier=multiplier)
    check(single, steps_of_depthwise(single, 1), *sizes(single))
    fours = DepthwiseFours(**window_settings(data.draw, 4 * depth, 4 * depth))
    for together in (4, 16):
        check(fours, steps_of_depthwise(fours, together), *sizes(fours))


@FEW
@given(st.data())
def test_a_depthwise_convolution_by_planes_never_reads_what_it_has_written(data):
    depth = data.draw(st.integers(1, 5))
    plain = DepthwisePlane(**window_settings(data.draw, depth, depth), multiplier=1)
    plane = layout.Plane(Tile(1, 1), data.draw(st.integers(1, plain.output.height)), 1)
    made = replace(plain, plane=plane)
    for together in (1, 4):
        check(made, steps_of_plane(made, together), *sizes(made))


@FEW
@given(st.data())
def test_a_pool_never_reads_what_it_has_written(data):
    drawn = window_settings(data.draw, data.draw(st.integers(1, 3)), 1, pooled=False)
    window, output = drawn["kernel_size"], Tile(drawn["sums"].height, drawn["sums"].width)
    made = Pool(
        **{key: drawn[key] for key in ("input", "stride", "padding")}, output=output, window=window, average=False
    )
    output_bytes = output.height * output.width * made.input.channels
    check(made, steps_of_pool(made), sizes(Conv(**drawn))[0], output_bytes)


def test_a_row_and_a_window_is_what_a_depthwise_convolution_of_3_by_3_needs_and_not_a_byte_less():
    image = Dimensions(6, 5, 8)
    window = {"sums": Tile(6, 5), "kernel_size": Tile(3, 3), "stride": SINGLE, "padding": SINGLE, "pool": SINGLE}
    made = DepthwiseFours(input=image, output=image, **window, zero_points=ZeroPoints(0, 0), requantization=FACTORS)
    network, layer = layer_of(made, *sizes(made))
    assert overlap.lead(network, layer, 0) == overlap.Lead((5 + 1) * 8)
    assert check(made, steps_of_depthwise(made, 4), *sizes(made))


def test_a_dense_layer_reads_all_before_it_writes_its_last_channels():
    image = Dimensions(1, 1, 8)
    window = {"sums": SINGLE, "kernel_size": SINGLE, "stride": SINGLE, "padding": Tile(0, 0), "pool": SINGLE}
    made = Dense(
        input=image,
        output=replace(image, channels=6),
        **window,
        zero_points=ZeroPoints(0, 0),
        requantization=FACTORS,
        together=4,
    )
    steps = [(set(range(8)), {0, 1, 2, 3}), (set(range(8)), {4, 5})]
    assert check(made, iter(steps), 8, 6)


@FEW
@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3))
def test_a_maximum_along_an_axis_never_reads_what_it_has_written(outer, reduced, inner):
    made = ReduceMax(axes=Axes(outer, reduced, inner))
    steps = [
        ({(i * reduced + j) * inner + k for j in range(reduced)}, {i * inner + k})
        for i in range(outer)
        for k in range(inner)
    ]
    check(made, iter(steps), outer * reduced * inner, outer * inner)


@FEW
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 5), st.integers(0, 5)), max_size=2), st.integers(1, 3))
def test_a_copy_never_reads_what_it_has_written(axes, run):
    table = np.array(axes or [(1, 0, 0)], np.int32)
    made = Loops(source="move", fields={"run": run, "from": 1, "to": 0}, arrays={"axes": table})
    starts = [(1, 0)]
    for length, there, here in table.tolist():
        starts = [(a + i * there, b + i * here) for a, b in starts for i in range(length)]
    steps = [({a + i}, {b + i}) for a, b in starts for i in range(run)]
    check(made, iter(steps), 40, 40)


@pytest.mark.parametrize("kinds", [("int8", "int16"), ("int32", "float32")])
def test_numbers_of_two_types_stay_apart_because_compilers_may_reorder_them(kinds):
    network, layer = layer_of(Loops(source="cast", fields={"number": 4}), 4, 8)
    network = replace(network, kinds=dict(zip((1, 2), kinds, strict=True)))
    assert overlap.lead(network, layer, 0) is None
