"""A recording that stands in two splits is found, though its copy is shifted, scaled, resampled or encoded anew."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.importing import overlaps
from featherline.signals import motion
from featherline.signals.dataset import SPLITS, Dataset, Items
from tests.importing.planting import PLANTINGS, planted, walk

SCALE = overlaps.of_sensor(window=128, samples=10_000)
SOUND = overlaps.of_sound(16_000)


def word(seed: int) -> np.ndarray:
    """A second of sound, shape (16000, 1): a few syllables of a voice that changes its pitch."""
    rng = np.random.default_rng(seed)
    t = np.arange(16_000) / 16_000
    pitch = (
        2 * np.pi * np.cumsum(rng.uniform(100, 220) * (1 + 0.3 * np.sin(2 * np.pi * rng.uniform(1, 3) * t))) / 16_000
    )
    voice = sum(rng.uniform(0.2, 1) * np.sin(harmonic * pitch + rng.uniform(0, 6)) for harmonic in range(1, 12))
    return (voice * np.exp(-((np.sin(np.pi * rng.uniform(1, 3) * t + rng.uniform(0, 3))) ** 2) * 4))[:, None] / 12


@pytest.mark.parametrize("planting", PLANTINGS)
@pytest.mark.parametrize(("scale", "recording", "shift"), [(SCALE, walk, 0.2), (SOUND, word, 0.08)])
def test_a_copy_in_another_split_is_found(planting, scale, recording, shift):
    rng = np.random.default_rng(5)
    known = [overlaps.heard(f"{n}", f"{n}", recording(n), scale, "train") for n in range(12)]
    copy = overlaps.heard("copy", "copy", planted(recording(7), planting, shift, rng), scale, "test")
    [found] = overlaps.between([*known, copy], scale)
    assert (found.earlier.name, found.other.name) == ("7", "copy")


def rustle(seed: int) -> np.ndarray:
    """A second of sound that no two things make alike, shape (16000, 1): noise that comes and goes."""
    rng = np.random.default_rng(seed)
    t = np.arange(16_000) / 16_000
    return (rng.normal(size=16_000) * np.sin(np.pi * 4 * t + rng.uniform(0, 3)) ** 8)[:, None] / 4


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_copy_with_the_noise_of_a_coarse_encoding_is_found(noise):
    """With it the correlation of the copy is 0.92 or so: more than chance gives such sound."""
    known = [overlaps.heard(f"{n}", f"{n}", rustle(n), SOUND, "train") for n in range(12)]
    samples = rustle(7)[800:] + noise * np.random.default_rng(5).normal(size=(15_200, 1))
    [found] = overlaps.between([*known, overlaps.heard("copy", "copy", samples, SOUND, "test")], SOUND)
    assert (found.earlier.name, found.correlation < 0.95) == ("7", noise > 0)


@pytest.mark.parametrize(("scale", "recording"), [(SCALE, walk), (SOUND, word), (SOUND, rustle)])
def test_recordings_of_their_own_are_not_reported(scale, recording):
    splits = ("train", "validation", "test")
    made = [overlaps.heard(f"{n}", f"{n}", recording(n), scale, splits[n % 3]) for n in range(24)]
    assert overlaps.between(made, scale) == []


def test_rest_and_slopes_say_nothing():
    rng = np.random.default_rng(0)
    slope = np.linspace(0, 3, 1500)[:, None] * [1, 2, 3]
    parts = {"train": slope, "test": 0.5 * slope[200:], "validation": 1e-5 * rng.normal(size=(1500, 3))}
    made = [overlaps.heard(name, name, samples, SCALE, name) for name, samples in parts.items()]
    assert overlaps.between([*made, overlaps.heard("walk", "walk", walk(1), SCALE, "train")], SCALE) == []


def test_a_recording_shorter_than_an_anchor_is_passed_over():
    assert len(overlaps.heard("short", "a", walk(1)[:9], SCALE).anchors) == 0
    assert len(overlaps.heard("one", "a", walk(1)[:1], SCALE).anchors) == 0


def test_the_sentence_names_both_recordings():
    copy = planted(walk(0), "resampled", 0.2, np.random.default_rng(0))
    made = [overlaps.heard("a.csv", "ann", walk(0), SCALE), overlaps.heard("b.csv", "bob", copy, SCALE)]
    told = overlaps.sentence_on(made, {"ann": "train", "bob": "test"}, SCALE)
    assert told.startswith("'a.csv' of the train split and 'b.csv' of the test split, of the groups 'ann' and 'bob'")
    assert overlaps.sentence_on(made, {"ann": "train", "bob": "train"}, SCALE) is None


def dataset(split_of: dict[str, str]) -> Dataset:
    """One whose groups are in these splits."""
    made = {}
    for name in SPLITS:
        groups = np.array([group for group, split in split_of.items() if split == name], dtype=str)
        made[name] = Items(np.zeros((len(groups), 1, 1, 1), np.float32), np.zeros(len(groups), np.int32), groups)
    return Dataset(("a", "b"), made, 3, {})


@pytest.mark.parametrize("split_of_bob", ["test", "train"])
def test_a_dataset_is_told_of_a_copy_or_refused(split_of_bob):
    copy = planted(walk(0), "resampled", 0.2, np.random.default_rng(0))
    read = [motion.Recording("a.csv", walk(0), 0, "ann"), motion.Recording("b.csv", copy, 0, "bob")]
    made = dataset({"ann": "train", "bob": split_of_bob})
    overlaps.report(overlaps.of_motion(read, 128), made, None)
    assert [remark[:7] for remark in made.remarks] == (["'a.csv'"] if split_of_bob == "test" else [])
    if made.remarks:
        with pytest.raises(FeatherlineError, match=r"'a.csv' of the train split and 'b.csv' of the test split"):
            overlaps.report(overlaps.of_motion(read, 128), made, True)


@pytest.mark.parametrize(("wanted", "sentence"), [(None, "were not compared with each other"), (True, None)])
def test_recordings_too_long_to_be_compared_are_told_unless_they_are_to_be(monkeypatch, wanted, sentence):
    monkeypatch.setattr(overlaps, "_MOST_BYTES", 1000)
    made = dataset({"ann": "train", "bob": "test"})
    read = (motion.Recording(f"{who}.csv", walk(seed), 0, who) for seed, who in enumerate(("ann", "bob")))
    overlaps.report(overlaps.of_motion(read, 128), made, wanted)
    assert len(list(read)) == (1 if sentence else 0), "no more are read than are compared"
    assert not made.remarks if sentence is None else sentence in made.remarks[0]
