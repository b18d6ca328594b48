"""The search space offers what params say, all of it and nothing else."""

from pathlib import Path

import numpy as np
import optuna
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from featherline import params, params_file
from featherline.core.errors import FeatherlineError
from featherline.networks.shapes import layers
from featherline.params import Space
from featherline.reduction import space
from featherline.reduction.feasibility import Field
from tests.reduction.spaces import WIDE

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {
    "motionsense": (192, 1, 3),
    "musicclassifier": (1, 60, 1),
    "keywordspotting": (24, 16, 1),
    "carsensor": (256, 1, 2),
}
SPACE = WIDE

spaces = st.builds(
    Space,
    conv_blocks=st.sampled_from([(0, 0), (0, 2), (1, 1), (1, 3), (2, 2)]),
    poolings=st.sampled_from([(0, 3), (1, 2), (1, 3), (2, 2)]),
    filters=st.just((4, 8)),
    kernel=st.just((3, 5)),
    stride=st.sampled_from([(1,), (2,), (1, 2)]),
    convolution=st.just(("plain", "separable")),
    dense_blocks=st.sampled_from([(0, 0), (0, 2), (1, 1)]),
    units=st.just((8, 16)),
)
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def belongs(values: space.Values, searched: Space) -> bool:
    options = space.dimensions(searched, values["conv_blocks"], values["dense_blocks"])
    return values.keys() == options.keys() and all(values[name] in options[name] for name in values)


def fits(architecture: params.Architecture, input_shape: tuple[int, int, int]) -> bool:
    try:
        return bool(layers(architecture, input_shape, 3))
    except FeatherlineError:
        return False


def changed(before: space.Values, after: space.Values) -> set[str]:
    return {name for name in before.keys() & after.keys() if before[name] != after[name]}


def test_a_candidate_has_one_value_for_each_dimension_of_its_blocks():
    assert space.dimensions(SPACE, conv_blocks=1, dense_blocks=1) == {
        "conv_blocks": (1, 2, 3),
        "dense_blocks": (0, 1, 2),
        "head": ("flatten", "global_average"),
        "filters_1": (4, 8),
        "kernel_1": (3, 5),
        "stride_1": (1, 2),
        "convolution_1": ("plain", "separable"),
        "poolings_1": (0, 1, 2, 3),
        "units_1": (8, 16),
    }


def test_values_mean_an_architecture():
    values = {
        "conv_blocks": 2,
        "dense_blocks": 1,
        "head": "global_average",
        "filters_1": 4,
        "kernel_1": 5,
        "stride_1": 2,
        "convolution_1": "plain",
        "poolings_1": 2,
        "filters_2": 8,
        "kernel_2": 3,
        "stride_2": 1,
        "convolution_2": "separable",
        "poolings_2": 0,
        "units_1": 16,
    }
    assert space.architecture(values, (128, 1, 3), SPACE, dropout=0.1, l2=0.01) == params.Architecture(
        conv_blocks=[
            {"filters": 4, "kernel": 5, "stride": 2, "poolings": 2},
            {"filters": 8, "kernel": 3, "convolution": "separable", "poolings": 0},
        ],
        dense_blocks=[{"units": 16, "dropout": 0.1, "l2": 0.01}],
        head="global_average",
    )


@given(spaces, seeds)
def test_what_is_drawn_belongs_to_the_space(searched, rng):
    assert belongs(space.draw(searched, rng), searched)


def test_every_value_of_every_dimension_is_drawn():
    rng = np.random.default_rng(0)
    drawn = [space.draw(SPACE, rng) for _ in range(400)]
    for name, options in space.dimensions(SPACE, conv_blocks=3, dense_blocks=2).items():
        assert {values[name] for values in drawn if name in values} == set(options), name


def test_the_same_seed_draws_the_same():
    once, again = (np.random.default_rng(5) for _ in range(2))
    assert [space.draw(SPACE, once) for _ in range(20)] == [space.draw(SPACE, again) for _ in range(20)]


@given(spaces)
def test_the_smallest_has_the_fewest_blocks_and_the_first_of_every_choice(searched):
    values = space.smallest(searched)
    assert belongs(values, searched)
    assert (values["conv_blocks"], values["dense_blocks"]) == (searched.conv_blocks[0], searched.dense_blocks[0])
    if searched.conv_blocks[0]:
        assert (values["filters_1"], values["poolings_1"]) == (searched.filters[0], searched.poolings[0])


@given(spaces, seeds)
def test_neighbours_differ_in_one_dimension_and_in_the_blocks_that_come_with_it(searched, rng):
    values = space.draw(searched, rng)
    for neighbour in space.neighbours(values, searched, rng):
        assert belongs(neighbour, searched)
        (name,) = changed(values, neighbour)
        if name not in ("conv_blocks", "dense_blocks"):
            assert neighbour.keys() == values.keys()


@given(spaces, seeds)
def test_the_neighbours_are_all_there_are(searched, rng):
    values = space.draw(searched, rng)
    options = space.dimensions(searched, values["conv_blocks"], values["dense_blocks"])
    expected = {(name, option) for name in options for option in options[name] if option != values[name]}
    neighbours = list(space.neighbours(values, searched, rng))
    assert {(name, one[name]) for one in neighbours for name in changed(values, one)} == expected
    assert len(neighbours) == len(expected)


@given(spaces, seeds)
def test_mutants_belong_to_the_space(searched, rng):
    assert belongs(space.mutant(space.draw(searched, rng), searched, rng), searched)


def test_a_mutant_differs_in_one_dimension_or_two():
    settled = SPACE.model_copy(update={"conv_blocks": (2, 2), "dense_blocks": (1, 1)})
    rng = np.random.default_rng(0)
    drawn = [space.draw(settled, rng) for _ in range(200)]
    assert {len(changed(values, space.mutant(values, settled, rng))) for values in drawn} == {1, 2}


@given(spaces, seeds, st.integers(4, 200), st.integers(1, 40))
def test_poolings_that_fit_are_left_alone(searched, rng, height, width):
    values = space.draw(searched, rng)
    asked = [values[f"poolings_{block}"] for block in range(1, values["conv_blocks"] + 1)]
    architecture = space.architecture(values, (height, width, 1), searched, dropout=0)
    uncut = architecture.model_copy(
        update={
            "conv_blocks": tuple(
                block.model_copy(update={"poolings": poolings})
                for block, poolings in zip(architecture.conv_blocks, asked, strict=True)
            )
        }
    )
    if fits(uncut, (height, width, 1)):
        assert architecture == uncut


@given(spaces, seeds, st.integers(4, 200), st.integers(1, 40))
def test_poolings_are_cut_until_there_is_room_for_them(searched, rng, height, width):
    """Whatever would fit with the fewest poolings everywhere fits, however many were drawn."""
    values = space.draw(searched, rng)
    fewest = {name: searched.poolings[0] for name in values if name.startswith("poolings_")}
    assume(fits(space.architecture(values | fewest, (height, width, 1), searched, dropout=0), (height, width, 1)))
    assert fits(space.architecture(values, (height, width, 1), searched, dropout=0), (height, width, 1))


def test_a_stride_takes_room_that_poolings_then_lack():
    def poolings(stride: int) -> list[int]:
        values = {name: 1 for name in ("filters_1", "kernel_1")} | {"stride_1": stride, "convolution_1": "plain"}
        values |= {"conv_blocks": 1, "dense_blocks": 0, "head": "flatten", "poolings_1": 3}
        architecture = space.architecture(values, (8, 1, 3), SPACE, dropout=0)
        assert fits(architecture, (8, 1, 3))
        return [block.poolings for block in architecture.conv_blocks]

    assert (poolings(1), poolings(2), poolings(4)) == ([3], [2], [1])


def test_poolings_are_never_fewer_than_the_space_allows():
    deep = SPACE.model_copy(update={"conv_blocks": (2, 2), "poolings": (3, 3)})
    values = space.draw(deep, np.random.default_rng(0)) | {"stride_1": 1, "stride_2": 1}
    assert not fits(space.architecture(values, (16, 1, 3), deep, dropout=0), (16, 1, 3))
    assert fits(space.architecture(values, (128, 1, 3), deep, dropout=0), (128, 1, 3))


@pytest.mark.parametrize(("app", "input_shape"), SHIPPED.items())
def test_what_the_shipped_spaces_draw_fits_its_input_or_is_left_out(app, input_shape):
    settings = params_file.block(params_file.read(ROOT / "params.yaml"), f"{app}.reduce", params.Reduce)
    rng = np.random.default_rng(0)
    drawn = [Field(settings, input_shape, 3).proposal(space.draw(settings.space, rng)) for _ in range(300)]
    assert all(fits(proposal.architecture, input_shape) for proposal in drawn if proposal)
    assert sum(proposal is not None for proposal in drawn) > 200


@given(spaces, seeds)
def test_a_study_takes_values_as_they_are(searched, rng):
    values = space.draw(searched, rng)
    distributions = space.distributions(values, searched)
    trial = optuna.trial.create_trial(params=values, distributions=distributions, value=0.5)
    assert trial.params == values


@given(spaces, seeds)
def test_candidates_of_one_study_agree_on_what_a_dimension_is(searched, rng):
    one, other = (space.distributions(space.draw(searched, rng), searched) for _ in range(2))
    assert all(one[name] == other[name] for name in one.keys() & other.keys())
