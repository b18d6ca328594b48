"""Copies that a program does not make; that the rest answers alike is proven in test_generator and test_interface."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from featherline.codegen import copies
from featherline.codegen.layers import NO_WEIGHTS, Layer, Network
from featherline.codegen.overlap import copied_bytes
from featherline.codegen.settings import Lookup

_axes = st.lists(st.tuples(st.integers(1, 4), st.integers(-9, 9), st.integers(-9, 9)), max_size=3)


def copy(source: int, output: int, start: int, target: int, number: int) -> Layer:
    settings = copies.copy_of(np.arange(start, start + number), np.arange(target, target + number))
    return Layer(("STRIDED_SLICE",), (source,), output, settings, NO_WEIGHTS)


def table(source: int, output: int, number: int) -> Layer:
    return Layer(("RELU",), (source,), output, Lookup(count=number), np.arange(-128, 128).astype(np.int8))


def network(layers, sizes, states) -> Network:
    return Network(tuple(layers), sizes, (0,), (9,), (), (), states=states)


@given(_axes, st.integers(1, 3))
def test_a_copy_is_found_again_in_the_bytes_that_it_reads_and_writes(axes, run):
    reads, writes = np.zeros(1, int), np.zeros(1, int)
    for length, there, here in axes:
        reads = (reads[:, np.newaxis] + np.arange(length) * there).ravel()
        writes = (writes[:, np.newaxis] + np.arange(length) * here).ravel()
    reads, writes = ((places[:, np.newaxis] + np.arange(run)).ravel() for places in (reads, writes))
    settings = copies.copy_of(reads, writes)
    if settings is not None:
        again = copied_bytes(settings)
        assert again[0].tolist() == reads.tolist() and again[1].tolist() == writes.tolist()


def test_bytes_that_follow_no_steps_are_no_copy():
    assert copies.copy_of(np.array([0, 3, 4, 9, 2]), np.arange(5)) is None


def test_the_slice_of_a_slice_comes_from_the_whole():
    layers = [table(0, 1, 40), copy(1, 2, 10, 0, 20), copy(2, 3, 5, 0, 10), table(3, 9, 10)]
    made = copies.left_out(network(layers, {0: 40, 1: 40, 2: 20, 3: 10, 9: 10}, {}))
    assert [(layer.inputs, layer.output) for layer in made.layers] == [((0,), 1), ((1,), 3), ((3,), 9)]
    assert copied_bytes(made.layers[1].settings)[0].tolist() == list(range(15, 25))
    assert 2 not in made.sizes


def test_a_slice_that_something_else_reads_stays():
    layers = [table(0, 1, 40), copy(1, 2, 10, 0, 20), copy(2, 3, 5, 0, 10), table(3, 8, 10), table(2, 9, 20)]
    given_network = network(layers, {0: 40, 1: 40, 2: 20, 3: 10, 8: 10, 9: 20}, {})
    assert copies.left_out(given_network).layers == given_network.layers


def streaming(newest: int) -> Network:
    """The last 30 bytes are kept; they come before 10 of the input, and what is kept begins at `newest`."""
    layers = [copy(5, 1, 0, 0, 30), copy(0, 1, 0, 30, 10), copy(1, 5, newest, 0, 30), table(1, 9, 40)]
    return network(layers, {0: 10, 1: 40, 5: 30, 9: 40}, {5: np.arange(30).astype(np.int8)})


def test_what_is_kept_lies_where_it_is_read():
    made = copies.left_out(streaming(10))
    assert [(layer.inputs, layer.output) for layer in made.layers] == [((1,), 1), ((0,), 1), ((1,), 9)]
    reads, writes = copied_bytes(made.layers[0].settings)
    assert (reads.tolist(), writes.tolist()) == (list(range(10, 40)), list(range(30)))
    assert made.states[1][10:].tolist() == list(range(30))  # where the first inference finds what it begins with
    assert list(made.states) == [1] and 5 not in made.sizes


def test_what_would_be_moved_over_what_is_still_to_be_moved_stays_apart():
    backwards = streaming(0)  # the oldest are kept: nothing moves, and that is fine
    assert list(copies.left_out(backwards).states) == [1]
    layers = [copy(5, 1, 0, 10, 30), copy(0, 1, 0, 0, 10), copy(1, 5, 0, 0, 30), table(1, 9, 40)]
    upwards = network(layers, dict(backwards.sizes), dict(backwards.states))
    assert list(copies.left_out(upwards).states) == [5]
