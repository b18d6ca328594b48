"""The search space offers what params say, and refuses to begin where nothing fits."""

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.errors import FeatherlineError
from featherline.params import Space
from featherline.reduction import space

SPACE = Space(
    conv_blocks=(1, 2), poolings=(1, 3), filters=(4, 8), kernel=(3,), dense_blocks=(0, 1), units=(8,), head=("flatten",)
)


def test_candidates_stay_within_the_space():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    drawn = [space.suggest(study.ask(), SPACE, (128, 1, 3), dropout=0.1) for _ in range(60)]
    assert {len(a.conv_blocks) for a in drawn} == {1, 2}
    assert {len(a.dense_blocks) for a in drawn} == {0, 1}
    assert {b.poolings for a in drawn for b in a.conv_blocks} == {1, 2, 3}
    assert {b.filters for a in drawn for b in a.conv_blocks} == {4, 8}


def test_a_space_of_which_nothing_fits_the_input_is_refused():
    with pytest.raises(FeatherlineError, match="The search space holds no network for this input: conv_blocks 0"):
        space.check(SPACE.model_copy(update={"poolings": (5, 6)}), (16, 1, 3), 2)


@settings(max_examples=100, deadline=None)
@given(st.integers(8, 200), st.integers(1, 40), st.integers(0, 1000))
def test_poolings_are_cut_to_what_the_input_has_room_for(height, width, seed):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    deep = SPACE.model_copy(update={"conv_blocks": (3, 3), "poolings": (1, 3)})
    architecture = space.suggest(study.ask(), deep, (height, width, 1), dropout=0)
    assert space.fits(architecture, (height, width, 1), 2)


def test_what_asks_for_more_poolings_than_there_is_room_for_does_not_fit():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    deep = SPACE.model_copy(update={"conv_blocks": (2, 2), "poolings": (3, 3)})
    architecture = space.suggest(study.ask(), deep, (16, 1, 3), dropout=0)
    assert not space.fits(architecture, (16, 1, 3), 2)
    assert space.fits(architecture, (128, 1, 3), 2)
