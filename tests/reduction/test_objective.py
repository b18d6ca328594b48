"""What wins a search: the best score, or the smallest network that is accurate enough."""

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from featherline.params import Architecture, Budget, Budgets, Reduce, Space
from featherline.reduction.costs import Costs
from featherline.reduction.objective import (
    Candidate,
    Yardstick,
    front,
    hypervolume_of,
    ranked,
    score,
    score_of,
    winner,
    worth_of_an_item,
)

BUDGET = Budget(trials=1, epochs=1, final_epochs=1)
SPACE = Space(conv_blocks=1, poolings=1, filters=4, kernel=3, dense_blocks=0, units=8)
ONE_BLOCK = Architecture(conv_blocks=[{"filters": 4}])
YARDSTICK = Yardstick(
    original=Costs(weights=10_000, weight_bytes=10_000, activation_bytes=16_000, macs=10**6),
    original_accuracy=0.95,
    cheapest=Costs(weights=100, weight_bytes=100, activation_bytes=1000, macs=1000),
    classes=3,
)


def searching(**changes) -> Reduce:
    return Reduce(budget=Budgets(simulated=BUDGET, recordings=BUDGET), space=SPACE, **changes)


WEIGHTED = searching(objective="weighted", error_weight=0.8)
PARETO = searching(objective="pareto", accuracy_tolerance=0.01)


def candidate(number: int, accuracy: float, weight_bytes: int, activation_bytes: int = 2000) -> Candidate:
    costs = Costs(weight_bytes, weight_bytes, activation_bytes, macs=1000)
    return Candidate(number, {}, ONE_BLOCK, costs, curve=(accuracy / 2, accuracy), stopped=False)


@st.composite
def searches(draw) -> list[Candidate]:
    """Up to eight candidates, with ties on every axis."""
    figures = st.tuples(st.sampled_from([0.9, 0.94, 0.95]), st.sampled_from([200, 300]), st.sampled_from([2000, 3000]))
    return [candidate(number, *one) for number, one in enumerate(draw(st.lists(figures, min_size=1, max_size=8)))]


def test_the_accuracy_of_a_candidate_is_the_last_of_its_curve():
    assert candidate(0, 0.9, 500).validation_accuracy == 0.9


def test_the_score_weighs_the_error_against_the_share_of_the_original_bytes():
    assert score(WEIGHTED, 0.05, 500, YARDSTICK) == pytest.approx(0.8 * 0.05 + 0.2 * 500 / 10_000)
    assert score_of(candidate(0, 0.95, 500), WEIGHTED, YARDSTICK) == pytest.approx(0.8 * 0.05 + 0.2 * 0.05)


@pytest.mark.parametrize(("error_weight", "expected"), [(1.0, 0.1), (0.0, 0.05)])
def test_at_its_ends_the_weight_knows_errors_or_bytes_alone(error_weight, expected):
    assert score(searching(error_weight=error_weight), 0.1, 500, YARDSTICK) == pytest.approx(expected)


def test_weighted_asks_for_the_lowest_score():
    accurate, small, balanced = candidate(0, 0.96, 9000), candidate(1, 0.5, 100), candidate(2, 0.94, 500)
    assert winner([accurate, small, balanced], WEIGHTED, YARDSTICK) is balanced
    assert winner([accurate, small, balanced], searching(error_weight=1.0), YARDSTICK) is accurate
    assert winner([accurate, small, balanced], searching(error_weight=0.0), YARDSTICK) is small


def test_of_equal_scores_the_smaller_wins_then_the_earlier():
    by_error = searching(error_weight=1.0)
    assert winner([candidate(0, 0.9, 600), candidate(1, 0.9, 500)], by_error, YARDSTICK).number == 1
    assert winner([candidate(0, 0.9, 500, 3000), candidate(1, 0.9, 500, 2000)], by_error, YARDSTICK).number == 1
    assert winner([candidate(1, 0.9, 500), candidate(0, 0.9, 500)], by_error, YARDSTICK).number == 0


OF_200 = replace(YARDSTICK, item=1 / 200)


def test_one_item_more_does_not_make_a_larger_network_better():
    larger, smaller = candidate(0, 191 / 200, 600), candidate(1, 190 / 200, 500)
    assert score_of(larger, WEIGHTED, YARDSTICK) < score_of(smaller, WEIGHTED, YARDSTICK)
    assert winner([larger, smaller], WEIGHTED, YARDSTICK) is larger
    assert winner([larger, smaller], WEIGHTED, OF_200) is smaller
    assert winner([larger, smaller], searching(error_weight=1.0), OF_200) is smaller


def test_two_items_more_do():
    larger, smaller = candidate(0, 192 / 200, 600), candidate(1, 190 / 200, 500)
    assert winner([larger, smaller], searching(error_weight=1.0), OF_200) is larger


def test_an_item_is_an_item_whatever_six_decimals_make_of_it():
    of_seven = replace(YARDSTICK, item=1 / 7)
    for right in range(7):
        less, more = candidate(0, round(right / 7, 6), 500), candidate(1, round((right + 1) / 7, 6), 600)
        assert winner([less, more], searching(error_weight=1.0), of_seven) is less


def test_a_lighter_network_that_gets_one_item_less_right_is_nearly_equal_in_score_and_smaller():
    lighter, heavier = candidate(0, 190 / 200, 300), candidate(1, 191 / 200, 301)
    assert ranked([heavier, lighter], WEIGHTED, OF_200) == [lighter, heavier]


def test_near_ties_do_not_chain():
    """The third is two items behind the first: it waits until the first is taken."""
    first, second, third = (candidate(number, (190 - number) / 200, 500 - 100 * number) for number in range(3))
    by_error = searching(error_weight=1.0)
    assert ranked([first, second, third], by_error, OF_200) == [second, first, third]


def test_where_none_is_within_tolerance_one_item_does_not_decide_either():
    larger, smaller, worse = candidate(0, 161 / 200, 600), candidate(1, 160 / 200, 500), candidate(2, 150 / 200, 400)
    assert ranked([larger, smaller, worse], PARETO, YARDSTICK) == [larger, smaller, worse]
    assert ranked([larger, smaller, worse], PARETO, OF_200) == [smaller, larger, worse]


def test_an_item_of_the_rarest_class_is_worth_most_where_classes_count_the_same():
    assert worth_of_an_item((80, 20), balanced=False) == 1 / 100
    assert worth_of_an_item((80, 20), balanced=True) == 1 / 2 / 20


def test_equal_networks_of_other_numbers_rank_by_what_they_are():
    wide, long = (
        replace(candidate(number, 0.9, 500), architecture=Architecture(conv_blocks=[{"filters": 4, "kernel": kernel}]))
        for number, kernel in ((0, 5), (1, 3))
    )
    swapped = replace(wide, number=1), replace(long, number=0)
    assert winner([wide, long], WEIGHTED, OF_200).architecture == winner(swapped, WEIGHTED, OF_200).architecture


def test_pareto_asks_for_the_smallest_that_is_within_tolerance_of_the_original():
    best, enough, too_bad = candidate(0, 0.97, 5000), candidate(1, 0.945, 800), candidate(2, 0.93, 200)
    assert winner([best, enough, too_bad], PARETO, YARDSTICK) is enough
    assert winner([best, enough, too_bad], searching(objective="pareto", accuracy_tolerance=0), YARDSTICK) is best
    assert winner([best, enough, too_bad], searching(objective="pareto", accuracy_tolerance=0.1), YARDSTICK) is too_bad


def test_pareto_asks_for_the_most_accurate_where_none_is_within_tolerance():
    worse, best, larger = candidate(0, 0.8, 200), candidate(1, 0.9, 900), candidate(2, 0.9, 1200)
    assert winner([worse, larger, best], PARETO, YARDSTICK) is best


@pytest.mark.parametrize("original_accuracy", [0.94, 0.95, 0.83])
def test_one_that_is_exactly_as_far_below_the_original_as_allowed_is_good_enough(original_accuracy):
    yardstick = Yardstick(YARDSTICK.original, original_accuracy, YARDSTICK.cheapest, 3)
    edge = candidate(0, round(original_accuracy - 0.01, 6), 200)
    assert winner([edge, candidate(1, 0.99, 5000)], PARETO, yardstick) is edge


def test_the_front_is_what_no_other_beats_in_accuracy_weights_and_memory_smallest_first():
    large, good, dominated, tiny = (
        candidate(0, 0.96, 9000),
        candidate(1, 0.95, 1000),
        candidate(2, 0.90, 1500),
        candidate(3, 0.80, 100),
    )
    lean = candidate(4, 0.80, 2000, activation_bytes=1000)
    assert front([large, good, dominated, tiny, lean]) == [tiny, good, lean, large]


def test_equal_candidates_are_on_the_front_together():
    assert [c.number for c in front([candidate(0, 0.9, 500), candidate(1, 0.9, 500)])] == [0, 1]


@given(searches())
def test_the_front_is_sorted_and_holds_the_most_accurate_and_the_lightest(many):
    kept = front(many)
    sizes = [(c.costs.weight_bytes, c.costs.activation_bytes) for c in kept]
    assert sizes == sorted(sizes)
    assert max(c.validation_accuracy for c in kept) == max(c.validation_accuracy for c in many)
    assert kept[0].costs.weight_bytes == min(c.costs.weight_bytes for c in many)


YARDSTICKS = st.sampled_from([YARDSTICK, replace(YARDSTICK, item=0.01), replace(YARDSTICK, item=0.05)])


@given(
    searches(),
    st.sampled_from([WEIGHTED, PARETO, searching(error_weight=0.0), searching(error_weight=1.0)]),
    YARDSTICKS,
)
def test_the_winner_is_on_the_front(many, settings, yardstick):
    assert winner(many, settings, yardstick) in front(many)


@given(searches(), st.sampled_from([WEIGHTED, PARETO]), YARDSTICKS)
def test_no_rank_depends_on_the_order(many, settings, yardstick):
    assert ranked(many[::-1], settings, yardstick) == ranked(many, settings, yardstick)


def test_costs_are_measured_on_logarithmic_axes_from_the_cheapest_to_the_original():
    assert YARDSTICK.unit_costs(YARDSTICK.cheapest) == (0, 0)
    assert YARDSTICK.unit_costs(YARDSTICK.original) == pytest.approx((1, 1))
    halfway = Costs(1000, weight_bytes=1000, activation_bytes=round(sqrt(1000 * 16_000)), macs=1)
    assert YARDSTICK.unit_costs(halfway) == pytest.approx((0.5, 0.5), abs=1e-4)


def test_an_error_of_one_is_half_of_what_chance_would_do():
    assert YARDSTICK.unit_error(0) == 0
    assert YARDSTICK.unit_error((1 - 1 / 3) / 2) == pytest.approx(1)


def test_a_candidate_is_a_point_of_error_weights_and_memory():
    assert YARDSTICK.point(candidate(0, 0.9, 1000, 4000)) == pytest.approx((0.3, 0.5, 0.5))


def test_an_original_that_is_no_larger_than_the_cheapest_is_no_reason_to_fail():
    level = Yardstick(YARDSTICK.cheapest, 0.95, YARDSTICK.cheapest, 3)
    assert level.unit_costs(YARDSTICK.cheapest) == (0, 0)
    assert hypervolume_of([candidate(0, 0.9, 500)], level) == 0


@given(searches())
def test_what_candidates_command_is_what_their_front_commands_and_grows_with_them(many):
    found = hypervolume_of(many, YARDSTICK)
    assert 0 <= found <= 1
    assert hypervolume_of(front(many), YARDSTICK) == pytest.approx(found)
    assert hypervolume_of([*many, candidate(99, 0.99, 150, 1500)], YARDSTICK) > found
