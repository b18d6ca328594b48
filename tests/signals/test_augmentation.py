"""Further training windows of motion."""

import numpy as np
import pytest
from pydantic import ValidationError

from featherline.signals import augmentation, motion
from featherline.signals.augmentation import Augmentation
from tests.signals.test_motion import recording, settings


def windows(count: int = 6) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(0, 0.1, (count, 40, 3)) + [0.2, 0.0, 1.0]).astype(np.float32)


def test_a_gain_scales_gravity_and_motion_alike():
    cut = windows()
    scaled = augmentation.scaled(cut, Augmentation(copies=1, gain=(0.5, 0.5)), np.random.default_rng(1))
    np.testing.assert_allclose(scaled, 0.5 * cut, atol=2e-6)


def test_a_livelier_person_moves_more_about_the_same_gravity():
    cut = windows()
    scaled = augmentation.scaled(cut, Augmentation(copies=1, motion=(2.0, 2.0)), np.random.default_rng(1))
    np.testing.assert_allclose(scaled.mean(axis=1), cut.mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=1), 2 * cut.std(axis=1), rtol=1e-4)


def test_each_window_has_factors_of_its_own_whatever_comes_at_once():
    cut, asked = windows(), Augmentation(copies=1, gain=(0.8, 1.2), motion=(0.5, 2.0))
    whole = augmentation.scaled(cut, asked, np.random.default_rng(1))
    rng = np.random.default_rng(1)
    parts = [augmentation.scaled(cut[part], asked, rng) for part in (slice(0, 1), slice(1, 4), slice(4, 6))]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert len(np.unique((whole.std(axis=1) / cut.std(axis=1)).round(4))) > 1


def test_lost_samples_are_the_last_one_before_them():
    samples = np.arange(1000.0)[:, np.newaxis].repeat(3, axis=1)
    lossy = augmentation.with_losses(samples, 50, np.random.default_rng(3), 0.2, 0.2)
    changed = (lossy != samples).any(axis=1)
    assert 0.1 < changed.mean() < 0.3
    assert (np.diff(lossy[:, 0]) >= 0).all() and (lossy[~changed] == samples[~changed]).all()


def test_copies_join_the_training_split_of_their_recordings_and_no_other():
    recordings = [recording(name, 300 + 10 * place, place % 2) for place, name in enumerate("abcdefgh")]
    plain = motion.dataset(recordings, ("rest", "move"), 50, settings(), seed=1)
    asked = settings(augmentation={"copies": 2, "gain": [0.9, 1.1], "lost": 0.1})
    made = motion.dataset(recordings, ("rest", "move"), 50, asked, seed=1)
    for name in ("validation", "test"):
        np.testing.assert_array_equal(made.splits[name].inputs, plain.splits[name].inputs)
    train, before = made.splits["train"], plain.splits["train"]
    assert len(train) == 3 * len(before)
    np.testing.assert_array_equal(train.inputs[: len(before)], before.inputs)
    for copy in (1, 2):
        of_copy = slice(copy * len(before), (copy + 1) * len(before))
        np.testing.assert_array_equal(train.labels[of_copy], before.labels)
        np.testing.assert_array_equal(train.groups[of_copy], before.groups)
        assert (train.inputs[of_copy] != before.inputs).any()


def test_copies_join_the_training_splits_of_all_folds():
    recordings = [recording(name, 300, place % 2) for place, name in enumerate("abcdefghij")]
    folds = {"protocol": "folds", "folds": 3, "validation": 0.2, "test": 0.2}
    plain = motion.dataset(recordings, ("rest", "move"), 50, settings(split=folds), seed=1)
    made = motion.dataset(recordings, ("rest", "move"), 50, settings(split=folds, augmentation={"copies": 1}), seed=1)
    for fold, before in zip(made.folds, plain.folds, strict=True):
        assert len(fold["train"]) == 2 * len(before["train"]) and len(fold["validation"]) == len(before["validation"])
        assert not set(fold["train"].groups) & set(fold["validation"].groups)


def test_the_same_seed_gives_the_same_copies():
    recordings = [recording(name, 300, place % 2) for place, name in enumerate("abcdef")]
    asked = settings(augmentation={"copies": 1, "motion": [0.5, 2.0], "lost": 0.2})
    one, other, third = (motion.dataset(recordings, ("rest", "move"), 50, asked, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.splits["train"].inputs, other.splits["train"].inputs)
    assert (
        sorted(set(one.splits["train"].groups)) != sorted(set(third.splits["train"].groups))
        or (one.splits["train"].inputs != third.splits["train"].inputs).any()
    )


def test_disturbed_recordings_have_no_copies():
    recordings = [recording(name, 300, place % 2) for place, name in enumerate("abcdef")]
    asked = settings(augmentation={"copies": 3})
    made = motion.dataset(recordings, ("rest", "move"), 50, asked, 1, disturb=lambda samples, rate_hz: samples)
    plain = motion.dataset(recordings, ("rest", "move"), 50, settings(), 1)
    assert len(made.splits["train"]) == len(plain.splits["train"])


def test_factors_go_from_the_smaller_to_the_larger():
    with pytest.raises(ValidationError, match="gain goes from 1.2 down to 0.8"):
        Augmentation(copies=1, gain=(1.2, 0.8))


def test_a_turned_copy_moves_as_much_as_the_recording():
    recordings = [recording(name, 600, place % 2) for place, name in enumerate("abcdef")]
    plain = motion.dataset(recordings, ("rest", "move"), 50, settings(channels=["magnitude"]), 1)
    asked = settings(channels=["magnitude"], augmentation={"copies": 1, "turn_seconds": 5})
    made = motion.dataset(recordings, ("rest", "move"), 50, asked, 1)
    before = plain.splits["train"].inputs
    copies = made.splits["train"].inputs[len(before) :]
    assert (np.abs(copies - before) < 1e-4).mean() > 0.8  # the filter between rates sees a turn as it comes
    assert np.abs(copies - before).max() < 0.1
    asked = settings(channels=["vertical"], augmentation={"copies": 1, "turn_seconds": 5})
    turned = motion.dataset(recordings, ("rest", "move"), 50, asked, 1).splits["train"].inputs
    assert np.abs(turned[len(before) :] - turned[: len(before)]).max() > 0.1
