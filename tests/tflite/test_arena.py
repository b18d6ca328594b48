"""Where TFLM's greedy planner puts tensors, calculated: nothing overlaps, and little is wasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherline.tflite.arena import ALIGNMENT_BYTES, Buffer, aligned, head_bytes, place


@st.composite
def buffers(draw) -> list[Buffer]:
    """Up to a dozen buffers over eight operators."""
    spans = st.lists(st.integers(0, 7), min_size=2, max_size=2).map(sorted)
    return [
        Buffer(draw(st.integers(1, 200)), first, last) for first, last in draw(st.lists(spans, min_size=1, max_size=12))
    ]


def alive(many: list[Buffer], operator: int) -> list[int]:
    return [index for index, buffer in enumerate(many) if buffer.first <= operator <= buffer.last]


@given(buffers())
def test_no_two_buffers_that_are_alive_together_overlap(many):
    offsets = place(many)
    for operator in range(8):
        here = sorted((offsets[index], many[index].bytes) for index in alive(many, operator))
        for (offset, size_bytes), (above, _) in zip(here, here[1:], strict=False):
            assert offset + size_bytes <= above


@given(buffers())
def test_the_head_holds_what_is_alive_at_its_peak_and_never_more_than_everything(many):
    sizes = [aligned(buffer.bytes) for buffer in many]
    peak = max(sum(sizes[index] for index in alive(many, operator)) for operator in range(8))
    assert peak <= head_bytes(many) <= sum(sizes)


@given(buffers())
def test_every_buffer_begins_at_an_aligned_offset_and_ends_within_the_head(many):
    for offset, buffer in zip(place(many), many, strict=True):
        assert offset % ALIGNMENT_BYTES == 0
        assert 0 <= offset <= head_bytes(many) - buffer.bytes


@given(buffers(), st.integers(0, 3))
def test_a_model_that_starts_later_needs_the_same_memory(many, later):
    assert place([Buffer(buffer.bytes, buffer.first + later, buffer.last + later) for buffer in many]) == place(many)


@given(st.sets(st.integers(1, 20), min_size=2).map(lambda sizes: [16 * size for size in sorted(sizes, reverse=True)]))
def test_layers_that_shrink_need_no_more_than_the_first_and_its_input(sizes):
    """Each reads what the one before it has written, and nothing else is alive."""
    chain = [Buffer(size, max(0, i - 1), min(i, len(sizes) - 2)) for i, size in enumerate(sizes)]
    assert head_bytes(chain) == sizes[0] + sizes[1]


@pytest.mark.parametrize(
    ("many", "offsets", "head"),
    [
        ([], [], 0),
        ([Buffer(1, 0, 0)], [0], 16),
        # The largest takes the bottom, its neighbours share what is above it.
        ([Buffer(16, 0, 0), Buffer(64, 0, 1), Buffer(32, 1, 2)], [64, 0, 64], 96),
        # Nothing is alive together: all stand at the bottom.
        ([Buffer(48, 0, 0), Buffer(32, 1, 1), Buffer(17, 2, 2)], [0, 0, 0], 48),
        # Of equal buffers the last is placed first.
        ([Buffer(20, 0, 1), Buffer(30, 0, 1)], [32, 0], 64),
        # The small one fills a gap that the others leave.
        ([Buffer(96, 0, 1), Buffer(64, 1, 2), Buffer(32, 2, 3), Buffer(16, 2, 2)], [0, 96, 0, 32], 160),
        # And where the gap is too small, it goes on top.
        ([Buffer(64, 0, 1), Buffer(48, 1, 2), Buffer(80, 2, 2)], [0, 80, 0], 128),
    ],
)
def test_known_examples(many, offsets, head):
    assert place(many) == offsets
    assert head_bytes(many) == head


@pytest.mark.parametrize(("size_bytes", "expected"), [(0, 0), (1, 16), (16, 16), (17, 32)])
def test_sizes_are_rounded_up_to_the_alignment(size_bytes, expected):
    assert aligned(size_bytes) == expected
