"""Whether anything of a space meets its limits is known before anything is trained."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from featherline import params, params_file
from featherline.core.errors import FeatherlineError
from featherline.params import Reduce
from featherline.reduction import space
from featherline.reduction.costs import Costs, costs_of, excess
from featherline.reduction.feasibility import Field, Proposal, survey

ROOT = Path(__file__).resolve().parents[2]
BUDGET = {"trials": 1, "epochs": 1, "final_epochs": 1}
SPACE = {
    "conv_blocks": [1, 2],
    "poolings": [1, 3],
    "filters": [2, 4, 8],
    "kernel": [3, 5],
    "stride": [1, 2],
    "convolution": ["plain", "separable"],
    "dense_blocks": [0, 1],
    "units": [8],
    "head": ["flatten", "global_average"],
}
SHAPES = [(192, 1, 3), (53, 20, 1), (24, 16, 1)]


def field(input_shape=(192, 1, 3), changes: dict | None = None, **limits) -> Field:
    budget = {"simulated": BUDGET, "recordings": BUDGET}
    return Field(Reduce(budget=budget, space=SPACE | (changes or {}), **limits), input_shape, 3)


def everything(of: Field) -> list[Proposal]:
    """Every candidate of a small space that fits its input."""
    searched, found = of.settings.space, []
    blocks = (range(low, high + 1) for low, high in (searched.conv_blocks, searched.dense_blocks))
    for conv_blocks, dense_blocks in itertools.product(*blocks):
        options = space.dimensions(searched, conv_blocks, dense_blocks)
        options |= {"conv_blocks": (conv_blocks,), "dense_blocks": (dense_blocks,)}
        found += [
            of.proposal(dict(zip(options, values, strict=True))) for values in itertools.product(*options.values())
        ]
    return [proposal for proposal in found if proposal]


def draws(of: Field, count: int, seed: int = 0) -> list[space.Values]:
    rng = np.random.default_rng(seed)
    return [space.draw(of.settings.space, rng) for _ in range(count)]


def test_a_proposal_knows_its_costs_and_its_network():
    (values,) = draws(field(), 1)
    proposal = field().proposal(values)
    assert proposal.values == values
    assert proposal.costs == costs_of(proposal.architecture, (192, 1, 3), 3, "int8")
    assert field().proposal(values).key == proposal.key


def test_costs_are_those_of_the_scheme_that_params_name():
    (values,) = draws(field(), 1)
    at_int8, at_none = (field(scheme=scheme).proposal(values).costs for scheme in ("int8", "none"))
    assert at_none.weight_bytes == 4 * at_none.weights > at_int8.weight_bytes


def test_values_that_do_not_fit_the_input_are_no_proposal():
    (values,) = draws(field(changes={"conv_blocks": 1, "poolings": 3, "stride": 1}), 1)
    assert field(changes={"poolings": 3}, input_shape=(4, 1, 3)).proposal(values) is None


def test_feasible_are_those_that_meet_every_limit():
    limits = {"max_weight_bytes": 600, "max_arena_bytes": 2000, "max_macs": 30_000}
    many = draws(field(), 200)
    found = field(**limits).feasible(many, known=set())
    expected = {
        proposal.key
        for proposal in map(field().proposal, many)
        if proposal.costs.weight_bytes <= 600
        and proposal.costs.activation_bytes <= 2000
        and proposal.costs.macs <= 30_000
    }
    assert 0 < len(expected) < 200
    assert {proposal.key for proposal in found} == expected


def test_each_network_is_feasible_once_and_none_that_is_known():
    many = draws(field(), 100)
    found = field().feasible([*many, *many], known=set())
    keys = [proposal.key for proposal in found]
    assert len(keys) == len(set(keys))
    assert [proposal.key for proposal in field().feasible(many, known=set(keys[:10]))] == keys[10:]


def test_what_is_known_is_left_as_it_was():
    known: set[str] = set()
    field().feasible(draws(field(), 5), known)
    assert known == set()


@pytest.mark.parametrize("input_shape", SHAPES)
def test_the_cheapest_costs_at_most_what_any_draw_costs(input_shape):
    cheapest = survey(field(input_shape), seed=1).cheapest
    many = [proposal.costs for proposal in map(field(input_shape).proposal, draws(field(), 400, seed=7)) if proposal]
    for cost in cheapest.figures():
        assert getattr(cheapest, cost) <= min(getattr(costs, cost) for costs in many)


@pytest.mark.parametrize(("app", "input_shape"), [("motionsense", (192, 1, 3)), ("keywordspotting", (24, 16, 1))])
def test_the_cheapest_of_the_shipped_spaces_is_the_same_for_every_seed(app, input_shape):
    shipped = params_file.block(params_file.read(ROOT / "params.yaml"), f"{app}.reduce", params.Reduce)
    settings = shipped.model_copy(update={"max_program_bytes": None})  # nothing stands beside these networks
    found = {survey(Field(settings, input_shape, 3), seed).cheapest for seed in range(5)}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("input_shape", "changes"),
    [
        ((24, 16, 1), {"filters": [2, 4], "head": "flatten"}),
        ((192, 1, 3), {"filters": [2, 4], "kernel": [3, 7], "units": [4, 16], "head": "flatten"}),
        ((53, 20, 1), {"filters": [4, 8], "kernel": [5, 7], "poolings": [0, 2], "units": [4, 16], "head": "flatten"}),
    ],
)
def test_the_cheapest_is_the_least_that_the_whole_space_has(input_shape, changes):
    small = field(input_shape, changes)
    costs = np.array([[*proposal.costs.figures().values()] for proposal in everything(small)])
    assert survey(small, seed=1).cheapest == Costs(*costs.min(axis=0).tolist())


def test_the_example_meets_every_limit():
    limits = {"max_weight_bytes": 120, "max_arena_bytes": 1200, "max_macs": 5000}
    example = survey(field(**limits), seed=1).example
    assert not excess(example.costs, field(**limits).settings)


@pytest.mark.parametrize("input_shape", SHAPES)
def test_limits_that_few_candidates_meet_together_are_within_reach(input_shape):
    small = {"filters": [2, 4]}
    costs = np.array([[*proposal.costs.figures().values()] for proposal in everything(field(input_shape, small))])
    wanted = costs[np.log(costs).sum(axis=1).argmin()]
    limits = dict(zip(("max_weight_bytes", "max_arena_bytes", "max_macs"), wanted[1:].tolist(), strict=True))
    assert (costs[:, 1:] <= wanted[1:]).all(axis=1).sum() < 10
    tight = field(input_shape, small, **limits)
    assert not excess(survey(tight, seed=1).example.costs, tight.settings)


def refusal(**limits) -> str:
    with pytest.raises(FeatherlineError) as refused:
        survey(field(**limits), seed=1)
    return str(refused.value)


@pytest.mark.parametrize(("limit", "value"), [("max_weight_bytes", 20), ("max_arena_bytes", 100), ("max_macs", 50)])
def test_a_limit_that_nothing_meets_is_named_alone(limit, value):
    generous = {"max_weight_bytes": 10**6, "max_arena_bytes": 10**6, "max_macs": 10**9}
    sentence = refusal(**generous | {limit: value})
    assert f"params.yaml: no network of reduce.space meets {limit}: {value};" in sentence
    assert all(other not in sentence for other in generous if other != limit)
    assert sentence.endswith("raise the limit or widen the space.")


def test_the_nearest_candidate_tells_how_far_a_limit_must_be_raised():
    cheapest = survey(field(), seed=1).cheapest
    assert f"takes {cheapest.weight_bytes:,} weight bytes" in refusal(max_weight_bytes=cheapest.weight_bytes - 1)
    assert f"{cheapest.activation_bytes:,} bytes of arena" in refusal(max_arena_bytes=cheapest.activation_bytes - 1)
    assert f"{cheapest.macs:,} multiply-accumulates" in refusal(max_macs=cheapest.macs - 1)
    survey(field(max_weight_bytes=cheapest.weight_bytes), seed=1)


def test_the_nearest_candidate_is_described():
    blocks = r"\(\d+ (plain|separable) filters with \d poolings( and .*)?, \d dense blocks, (flatten|global_average)\)"
    assert re.search(rf"the nearest {blocks} takes 44 weight bytes", refusal(max_weight_bytes=20))


def test_limits_that_nothing_meets_together_are_named_together():
    every = everything(field())
    leanest = min(every, key=lambda proposal: proposal.costs.macs).costs
    lightest = min(every, key=lambda proposal: (proposal.costs.weight_bytes, proposal.costs.macs)).costs
    assert lightest.macs > leanest.macs
    limits = {"max_weight_bytes": lightest.weight_bytes, "max_macs": leanest.macs}
    for key, value in limits.items():
        survey(field(**{key: value}), seed=1)  # each alone is met
    together = " and ".join(f"{key}: {value}" for key, value in limits.items())
    assert f"no network of reduce.space meets {together} together; the nearest (" in refusal(**limits)


def test_an_input_that_is_too_small_for_the_space_is_said():
    with pytest.raises(
        FeatherlineError, match=r"reduce\.space holds no network for this input: conv_blocks 0: pooling 4 of 4 finds"
    ):
        survey(field(input_shape=(8, 1, 3), changes={"poolings": [4, 5]}), seed=1)


def test_the_same_seed_sees_the_same():
    limits = {"max_weight_bytes": 300, "max_arena_bytes": 1500}
    assert survey(field(**limits), seed=3) == survey(field(**limits), seed=3)
