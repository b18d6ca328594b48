"""The front holds what no other point dominates, and the hypervolume says how much of the cube it dominates."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherline.core.pareto import hypervolume, non_dominated

SIDE = 4


def points(axes: int | None = None, **sizes) -> st.SearchStrategy:
    """Points on a coarse grid, where ties and duplicates are frequent."""
    some = st.integers(2, 4) if axes is None else st.just(axes)
    return some.flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, SIDE)] * n), **sizes))


def beats(one: tuple, other: tuple) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


@given(points(min_size=1, max_size=12))
def test_what_is_kept_is_what_nothing_beats_and_equal_points_are_treated_alike(many):
    expected = [not any(beats(other, point) for other in many) for point in many]
    assert non_dominated(many) == expected


@given(points(min_size=1, max_size=12))
def test_whatever_is_left_out_is_beaten_or_equalled_by_what_is_kept(many):
    kept = [point for point, is_kept in zip(many, non_dominated(many), strict=True) if is_kept]
    assert kept
    assert all(any(one == point or beats(one, point) for one in kept) for point in many)


def test_of_nothing_nothing_is_kept():
    assert non_dominated([]) == []


@given(points(max_size=8))
def test_the_hypervolume_is_the_share_of_cells_that_points_dominate(many):
    axes = len(many[0]) if many else 2
    dominated = sum(
        any(all(p <= c for p, c in zip(point, cell, strict=True)) for point in many)
        for cell in product(range(SIDE), repeat=axes)
    )
    found = hypervolume([[value / SIDE for value in point] for point in many])
    assert found == pytest.approx(dominated / SIDE**axes)


@given(st.lists(st.tuples(*[st.floats(-0.5, 1.5)] * 3), min_size=1, max_size=8), st.tuples(*[st.floats(-0.5, 1.5)] * 3))
def test_another_point_commands_more_and_never_less(many, another):
    before, after = hypervolume(many), hypervolume([*many, another])
    assert -1e-9 <= before <= after + 1e-9 <= 1 + 2e-9


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=1, max_size=8))
def test_only_the_front_counts_and_no_order(many):
    kept = [point for point, is_kept in zip(many, non_dominated(many), strict=True) if is_kept]
    assert hypervolume(kept) == pytest.approx(hypervolume(many))
    assert hypervolume(many[::-1]) == hypervolume(many)


@pytest.mark.parametrize(
    ("many", "share"),
    [
        ([], 0),
        ([(0, 0, 0)], 1),
        ([(1, 0, 0)], 0),  # as bad as bad can be on one axis
        ([(0.5, 0.5)], 0.25),
        ([(0.5, 0.5), (0.25, 0.75)], 0.25 + 0.25 * 0.25),
        ([(0.5, 0.5, 0.5), (0.5, 0.5, 0.5)], 0.125),
        ([(-2, 0.5)], 0.5),  # better than the best there is counts as that
        ([(2, 0)], 0),
    ],
)
def test_known_examples(many, share):
    assert hypervolume(many) == pytest.approx(share)
