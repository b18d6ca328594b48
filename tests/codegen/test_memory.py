"""Memory of C programs: blocks that are alive together never meet."""

from hypothesis import given
from hypothesis import strategies as st

from featherline.codegen import memory

_profiles = st.builds(
    lambda first, sizes: {first + place: size for place, size in enumerate(sizes)},
    st.integers(0, 6),
    st.lists(st.integers(1, 90), min_size=1, max_size=4),
)


@given(st.lists(_profiles, min_size=1, max_size=8))
def test_blocks_that_are_alive_together_lie_apart(blocks):
    offsets = memory._place(blocks)
    for later in range(len(blocks)):
        assert offsets[later] % 4 == 0
        for earlier in range(later):
            for step in blocks[later].keys() & blocks[earlier].keys():
                ends = offsets[later] + blocks[later][step], offsets[earlier] + blocks[earlier][step]
                assert ends[0] <= offsets[earlier] or ends[1] <= offsets[later]


def test_memory_that_a_block_no_longer_needs_is_given_away():
    shrinking, later = {0: 1024, 1: 512}, {1: 512}
    assert memory._place([shrinking, later]) == [0, 512]
