"""Proposals keep to the limits, never repeat themselves, and learn from what was trained."""

from collections import Counter
from functools import cache, partial
from itertools import pairwise
from math import log2

import numpy as np
import pytest

from featherline.core.pareto import non_dominated
from featherline.params import Budget, Budgets, Reduce, Space
from featherline.reduction import proposals, space
from featherline.reduction.costs import Costs, excess
from featherline.reduction.feasibility import Field, Proposal, survey
from featherline.reduction.objective import Candidate, Yardstick, hypervolume_of, score_of
from tests.reduction.spaces import WIDE

BUDGET = Budget(trials=1, epochs=1, final_epochs=1)
SPACE = WIDE.model_copy(update={"poolings": (1, 3), "filters": (4, 8, 16), "dense_blocks": (0, 1)})
INPUT_SHAPE = (192, 1, 3)
ORIGINAL = Costs(weights=50_000, weight_bytes=50_000, activation_bytes=12_288, macs=10**6)
BATCH = 4
TRIALS = 20
SEEDS = (1, 2, 3)


def field_of(searched: Space = SPACE, **changes) -> Field:
    return Field(Reduce(budget=Budgets(simulated=BUDGET, recordings=BUDGET), space=searched, **changes), INPUT_SHAPE, 3)


FIELD = field_of(max_weight_bytes=4000)


@cache
def proposer(method: str, field: Field = FIELD, seed: int = 1):
    seen = survey(field, seed)
    if method == "at_random":
        return partial(proposals.at_random, field, example=seen.example, seed=seed)
    yardstick = Yardstick(ORIGINAL, 0.95, seen.cheapest, 3)
    return partial(proposals.guided, field, example=seen.example, seed=seed, yardstick=yardstick)


def trained(number: int, proposal: Proposal, error: float) -> Candidate:
    return Candidate(number, proposal.values, proposal.architecture, proposal.costs, (1 - error,), stopped=False)


def smooth_error(proposal: Proposal) -> float:
    """Networks of some 400 bytes err least, and of these deep separable ones that average at the end."""
    blocks = proposal.architecture.conv_blocks
    plain = sum(block.convolution == "plain" for block in blocks) / len(blocks)
    strided = sum(block.stride == 2 for block in blocks) / len(blocks)
    size = (log2(proposal.costs.weight_bytes) - log2(400)) / 3
    flat = proposal.architecture.head == "flatten"
    dense = len(proposal.architecture.dense_blocks)
    shallow = 3 - len(blocks)
    return min(0.6, 0.03 + 0.1 * size**2 + 0.08 * plain + 0.06 * strided + 0.05 * flat + 0.04 * dense + 0.03 * shallow)


def searched(propose, count: int, error=smooth_error, done: list[Candidate] | None = None) -> list[Candidate]:
    """A search whose candidates err as `error` says, without training any."""
    done = list(done or [])
    while len(done) < count:
        batch = propose(done, [], min(BATCH, count - len(done)))
        if not batch:
            break
        done += [trained(len(done) + place, proposal, error(proposal)) for place, proposal in enumerate(batch)]
    return done


@cache
def search(method: str, seed: int) -> list[Candidate]:
    """A whole search."""
    return searched(proposer(method, seed=seed), TRIALS)


def networks(many) -> list[str]:
    return [one.architecture.model_dump_json() for one in many]


METHODS = pytest.mark.parametrize("method", ["at_random", "guided"])


@METHODS
@pytest.mark.parametrize("finished", [0, 12])
def test_the_same_seed_proposes_the_same(method, finished):
    done = search(method, 1)[:finished]
    propose, other = (proposer(method, seed=seed) for seed in (1, 2))
    first = propose(done, [], BATCH)
    assert propose(done, [], BATCH) == first
    assert other(done, [], BATCH) != first


@METHODS
def test_a_search_that_goes_on_proposes_what_it_would_have_proposed(method):
    assert networks(searched(proposer(method), 16, done=search(method, 1)[:8])) == networks(search(method, 1)[:16])


@METHODS
def test_no_network_is_proposed_twice(method):
    for seed in SEEDS:
        assert len(set(networks(search(method, seed)))) == TRIALS


@METHODS
@pytest.mark.parametrize("finished", [0, 4, 12])
def test_what_is_under_way_is_not_proposed_again(method, finished):
    done, propose = search(method, 1)[:finished], proposer(method)
    pending = propose(done, [], BATCH)
    after = propose(done, pending, BATCH)
    assert len(after) == BATCH
    assert not set(networks(after)) & set(networks([*done, *pending]))


@METHODS
def test_every_proposal_fits_and_meets_every_limit(method):
    limited = field_of(max_weight_bytes=600, max_arena_bytes=2000, max_macs=25_000)
    for candidate in searched(proposer(method, limited), 16):
        assert not excess(candidate.costs, limited.settings)
        assert limited.proposal(candidate.values).costs == candidate.costs


@METHODS
def test_limits_that_draws_hardly_ever_meet_are_met_all_the_same(method):
    tight = field_of(max_weight_bytes=140, max_arena_bytes=1000, max_macs=4000)
    rng = np.random.default_rng(0)
    drawn = [tight.proposal(space.draw(SPACE, rng)) for _ in range(600)]
    assert sum(not excess(proposal.costs, tight.settings) for proposal in drawn if proposal) < 12
    found = searched(proposer(method, tight), 12)
    assert len(set(networks(found))) == 12
    assert not any(excess(candidate.costs, tight.settings) for candidate in found)


SMALL = Space(conv_blocks=1, poolings=2, filters=(4, 8), kernel=(3, 5), dense_blocks=0, units=8)


@METHODS
def test_a_space_that_is_exhausted_gives_fewer_and_then_none(method):
    propose = proposer(method, field_of(SMALL))
    first = propose([], [], 3)
    rest = propose([], first, 3)
    assert (len(first), len(rest)) == (3, 1)
    assert len(set(networks([*first, *rest]))) == 4
    assert propose([], [*first, *rest], 3) == []
    assert propose([trained(n, one, 0.1) for n, one in enumerate([*first, *rest])], [], 3) == []


@METHODS
def test_a_space_of_one_network_proposes_it_once(method):
    lone = SMALL.model_copy(update={"filters": (4,), "kernel": (3,)})
    assert len(searched(proposer(method, field_of(lone)), 5)) == 1


def test_random_proposals_have_as_many_blocks_as_often_as_any_other_number():
    drawn = [one for seed in range(6) for one in proposer("at_random", field_of(), seed)([], [], 120)]
    counts = Counter(len(one.architecture.conv_blocks) for one in drawn)
    assert sorted(counts) == [1, 2, 3]
    # Networks of one block are few, and each is drawn once.
    assert all(0.26 < count / len(drawn) < 0.40 for count in counts.values())


def test_random_proposals_learn_nothing():
    propose = proposer("at_random")
    done = search("at_random", 1)[:12]
    worse = [trained(candidate.number, FIELD.proposal(candidate.values), 0.5) for candidate in done]
    assert propose(done, [], BATCH) == propose(worse, [], BATCH)


def log_bytes(many) -> list[float]:
    return [log2(one.costs.weight_bytes) for one in many]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_proposals_are_spread_over_the_sizes_of_the_field(seed):
    rng = np.random.default_rng(seed)
    sizes = log_bytes(FIELD.feasible((space.draw(SPACE, rng) for _ in range(600)), set()))
    span = max(sizes) - min(sizes)
    first = search("guided", seed)[: proposals.START]
    assert max(log_bytes(first)) - min(log_bytes(first)) > 0.7 * span
    assert max(b - a for a, b in pairwise(sorted(log_bytes(first)))) < 0.4 * span
    # A first batch alone has small and large ones.
    assert max(log_bytes(first[:BATCH])) - min(log_bytes(first[:BATCH])) > 0.4 * span


def test_later_proposals_go_where_errors_are_low():
    def late_error(method: str) -> float:
        return np.mean([1 - c.validation_accuracy for seed in SEEDS for c in search(method, seed)[12:]])

    assert late_error("guided") < 0.75 * late_error("at_random")


def test_the_search_finds_a_better_score_than_chance():
    def best(method: str) -> float:
        yardstick = Yardstick(ORIGINAL, 0.95, survey(FIELD, 1).cheapest, 3)
        return np.mean([min(score_of(c, FIELD.settings, yardstick) for c in search(method, seed)) for seed in SEEDS])

    assert best("guided") < 0.9 * best("at_random")


def test_of_pareto_the_search_commands_more_than_chance():
    pareto = field_of(objective="pareto", max_weight_bytes=4000)
    yardstick = Yardstick(ORIGINAL, 0.95, survey(pareto, 1).cheapest, 3)

    def volume(method: str) -> float:
        found = [searched(proposer(method, pareto, seed), 16) for seed in SEEDS[:2]]
        return np.mean([hypervolume_of(one, yardstick) for one in found])

    assert volume("guided") > volume("at_random")


@pytest.mark.parametrize("objective", ["weighted", "pareto"])
@pytest.mark.parametrize("error", [0.0, 1.0])
def test_candidates_that_all_did_alike_do_not_end_a_search(objective, error):
    alike = field_of(objective=objective, max_weight_bytes=4000)
    assert len(searched(proposer("guided", alike), 12, error=lambda _: error)) == 12


def test_one_that_diverged_does_not_end_a_search():
    done = searched(proposer("guided"), 12, error=lambda one: 1.0 if one.costs.weight_bytes < 500 else 0.1)
    assert len(done) == 12


def test_what_is_proposed_together_is_not_all_alike():
    """Each of a batch is believed to turn out as predicted, so that the next one looks elsewhere."""
    pareto = field_of(objective="pareto", max_weight_bytes=4000)
    batch = proposer("guided", pareto)(search("guided", 1)[:12], [], BATCH)
    costs = [(one.costs.weight_bytes, one.costs.activation_bytes, smooth_error(one)) for one in batch]
    assert len({one[0] for one in costs}) > 1
    assert sum(non_dominated(costs)) > 1
