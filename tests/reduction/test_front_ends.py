"""Candidate front ends: their names, what of preprocess they may change, and that nobody changes sides with them."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from featherline import features
from featherline.core.errors import FeatherlineError
from featherline.params import Space, Split
from featherline.records.provenance import Recordings
from featherline.reduction import front_ends
from featherline.reduction.front_ends import FrontEnd
from featherline.signals import motion
from featherline.signals.dataset import Dataset, read_items
from featherline.signals.splits import groups_of
from tests.reduction.spaces import WIDE

RECORDINGS = {"application": "Made", "source": "simulated", "archives": [], "licence": "none"}
RECORDINGS |= {"groups": 9, "items": 18, "hours": 0.1}


def block(**changes) -> motion.MotionPreprocess:
    settings = {"sample_rate_hz": 25, "window_seconds": 2, "overlap": 0.5, "channels": ["x", "y"]}
    return motion.MotionPreprocess(**settings | {"split": Split(validation=0.3, test=0.3)} | changes)


def preprocess(folder, settings: motion.MotionPreprocess, seed: int, disturb=None) -> Dataset:
    """Nine people, whose recordings last from 6.2 to 22 s: their share of the windows depends on the window."""
    rng = np.random.default_rng(0)
    recordings = [
        motion.Recording(
            f"{person}-{label}", rng.normal(size=(310 + 100 * (person * (3 + label) % 9), 3)), label, f"p{person}"
        )
        for person in range(9)
        for label in range(2)
    ]
    return motion.dataset(recordings, ("left", "right"), 50, settings, seed)


@pytest.fixture
def preprocessed(tmp_path) -> FrontEnd:
    (tmp_path / "own").mkdir()
    recordings = Recordings.model_validate(RECORDINGS)
    (tmp_path / "provenance.json").write_text(json.dumps(RECORDINGS))
    made = features.process(preprocess(None, block(), 1), recordings, "group", "made")
    features.write(tmp_path / "own", made)
    return FrontEnd(tmp_path / "own", (50, 1, 2))


def computed(preprocessed: FrontEnd, settings=None, **choices) -> dict[str, FrontEnd]:
    raw = preprocessed.data.parent
    application = SimpleNamespace(preprocess=preprocess)
    origin = front_ends.Origin("made", application, raw, settings or block(), seed=1)
    space = WIDE.model_copy(update={"frontend": choices})
    return front_ends.compute(space, origin, preprocessed, raw / "front_ends")


def test_a_space_without_choices_computes_nothing(preprocessed):
    assert computed(preprocessed) == {}
    assert not (preprocessed.data.parent / "front_ends").exists()


def test_every_combination_has_features_of_its_own_and_that_of_preprocess_none(preprocessed):
    made = computed(preprocessed, window_seconds=(2, 1), channels=(["x", "y"], ["magnitude"]))
    names = ['{"channels": ["x", "y"], "window_seconds": 2}', '{"channels": ["magnitude"], "window_seconds": 1}']
    assert made[names[0]] is preprocessed
    assert made[names[1]].input_shape == (25, 1, 1)
    assert made[names[1]].record.chosen == {"channels": ["magnitude"], "window_seconds": 1}
    assert len(made) == 4
    for front_end in made.values():
        features.check(front_end.data, read_items(front_end.data / "train.npz"), "reduce")


def test_people_stay_in_their_split_whatever_the_window(preprocessed):
    anew = preprocess(None, block(window_seconds=6), 1).splits
    dealt = [set(read_items(preprocessed.data / f"{name}.npz").groups) for name in anew]
    assert [set(items.groups) for items in anew.values()] != dealt  # what dealing anew would do
    for front_end in computed(preprocessed, window_seconds=(0.5, 1, 2, 4)).values():
        assert [set(read_items(front_end.data / f"{name}.npz").groups) for name in anew] == dealt


def test_people_stay_in_their_folds_too(preprocessed, tmp_path):
    folded = block(split=Split(validation=0.3, test=0.3, protocol="folds", folds=3))
    (tmp_path / "folds").mkdir()
    made = features.process(preprocess(None, folded, 1), Recordings.model_validate(RECORDINGS), "folds", "made")
    features.write(tmp_path / "folds", made)
    of_folds = groups_of(tmp_path / "folds")
    assert len(of_folds) == 3
    for front_end in computed(FrontEnd(tmp_path / "folds", (50, 1, 2)), folded, window_seconds=(1, 0.5)).values():
        assert groups_of(front_end.data) == of_folds


def test_a_name_tells_the_values():
    name = front_ends.name_of({"filters_1": 4, "frontend.window_seconds": "5.12", "frontend.channels": '["x"]'})
    assert front_ends.values_of(name) == {"channels": ["x"], "window_seconds": 5.12}
    assert front_ends.name_of({"filters_1": 4}) == front_ends.OF_PREPROCESS
    with pytest.raises(FeatherlineError, match="names no front end of a search"):
        front_ends.values_of("nan,")


def test_nested_keys_of_params_are_dotted_ones_here():
    space = Space.model_validate(WIDE.model_dump() | {"frontend": {"features": {"coefficients": [10, 16]}}})
    assert space.frontend == {"features.coefficients": (10, 16)}
