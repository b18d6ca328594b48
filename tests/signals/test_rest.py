"""Windows at rest hold gravity and a sensor's noise, and stand in training and validation alone."""

import numpy as np

from featherline.applications import carsensor
from featherline.signals import motion, rest
from featherline.signals.dataset import Dataset, Items

SETTINGS = carsensor.Preprocess(
    sample_rate_hz=25,
    window_seconds=2.56,
    overlap=0.5,
    channels=["vertical", "horizontal", "magnitude"],
    split={"protocol": "group", "validation": 0.2, "test": 0.3},
)
FRONT = motion.front_end(SETTINGS, 50)
TABLE = [(0.1, rest.on_a_table)]


def of(group: str, count: int) -> Items:
    return Items(np.ones((count, 64, 1, 3), np.float32), np.ones(count, np.int32), np.full(count, group))


def divided() -> Dataset:
    splits = {"train": of("a", 20), "validation": of("b", 10), "test": of("c", 10)}
    folds = [{"train": of("b", 10), "validation": of("a", 20)}]
    return Dataset(carsensor.CLASSES, splits, 3, {}, folds=folds)


def test_what_lies_on_a_table_shows_gravity_any_side_up_and_little_else():
    rng = np.random.default_rng(0)
    lying = np.array([rest.on_a_table(512, rng) for _ in range(200)])
    gravity = np.linalg.norm(lying.mean(axis=1), axis=1)
    assert gravity.min() > 0.96 and gravity.max() < 1.04
    noise_g = lying.std(axis=1)
    assert noise_g.min() > 0.8 * rest.NOISE_G[0] and noise_g.max() < 1.2 * rest.NOISE_G[1]
    up = lying.mean(axis=1) / gravity[:, None]
    np.testing.assert_allclose(up.T @ up / len(up), np.eye(3) / 3, atol=0.1)


def test_windows_come_out_of_the_front_end():
    windows = rest.windows(5, FRONT, rest.on_a_table, np.random.default_rng(1))
    assert windows.shape == (5, 64, 1, 3)
    assert np.abs(windows[..., :2]).max() < 0.01  # vertical and horizontal: no motion
    assert np.abs(windows[..., 2] - 1).max() < 0.04


def test_training_and_validation_get_a_share_and_the_test_split_stays_as_recorded():
    made = rest.with_rest(divided(), TABLE, 0, FRONT, seed=1)
    assert {name: len(items) for name, items in made.splits.items()} == {"train": 22, "validation": 11, "test": 10}
    assert [len(fold["train"]) for fold in made.folds] == [11]
    added = made.splits["train"].where(made.splits["train"].labels == 0)
    assert len(added) == 2 and set(added.groups) == {"a"}  # no group comes to another split
    assert not np.array_equal(added.inputs[0], added.inputs[1])


def test_the_seed_decides_and_nothing_is_added_where_no_share_is_asked_for():
    first, again, other = (
        rest.with_rest(divided(), TABLE, 0, FRONT, seed).splits["train"].inputs for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    dataset = divided()
    assert rest.with_rest(dataset, [(0.0, rest.on_a_table)], 0, FRONT, seed=1) is dataset


def test_kinds_of_rest_have_a_share_each():
    def tilted(samples, rng):
        return np.tile([0.6, 0.0, 0.8], (samples, 1)) + 0.1 * rng.normal(size=(samples, 3))

    made = rest.with_rest(divided(), [*TABLE, (0.2, tilted)], 0, FRONT, seed=1)
    added = made.splits["train"].where(made.splits["train"].labels == 0)
    shaken = added.inputs[:, :, 0, 0].std(axis=1) > 0.05
    assert shaken.tolist() == [False] * 2 + [True] * 4


def test_carsensor_has_windows_of_people_who_sit_and_stand_among_those_of_no_ride(tmp_path):
    asked = {"source": "simulated", "simulation": {"persons": 3, "recordings": 2, "recording_seconds": 12}}
    carsensor.simulate(tmp_path, carsensor.Fetch(dataset="physionet", **asked), 1)
    plain, more = (
        carsensor.preprocess(tmp_path, SETTINGS.model_copy(update={"sitting": share}), 1).splits for share in (0.0, 0.5)
    )
    count = len(plain["train"])
    added = more["train"].inputs[count:]
    assert len(added) == round(count / 2) and (more["train"].labels[count:] == 0).all()
    assert len(more["test"]) == len(plain["test"])
    assert np.median(np.abs(added[..., 0])) < 0.05  # vertical: nobody walks
    assert np.median(np.abs(added[..., 2] - 1)) < 0.1
