"""One recording in two splits, whatever its file is called."""

import numpy as np
import pytest

from featherline.core import arrays
from featherline.core.errors import FeatherlineError
from featherline.importing import leaks
from featherline.importing.copies import Copies
from featherline.signals.dataset import Dataset, Items
from tests.importing.examples import as_csv, movement, write_folder


def dataset(train, test):
    splits = {}
    for name, inputs in (("train", train), ("validation", train[:0]), ("test", test)):
        groups = np.array([f"{name}-{place}" for place in range(len(inputs))])
        splits[name] = Items(inputs.astype(np.float32), np.zeros(len(inputs), np.int32), groups)
    return Dataset(("a",), splits, 3, {})


def test_windows_that_are_nearly_equal_across_splits_are_refused():
    rng = np.random.default_rng(0)
    train, test = rng.normal(size=(20, 32, 1, 3)), rng.normal(size=(9, 32, 1, 3))
    leaks.check(dataset(train, test), 0.999)
    test[4] = 0.98 * train[7] + rng.normal(scale=0.01, size=test[4].shape) + 3
    with pytest.raises(FeatherlineError, match="^1 windows of the train split .* of the groups train-7 and test-4"):
        leaks.check(dataset(train, test), 0.999)


def test_windows_that_are_nearly_equal_are_counted_once_each_wherever_they_stand(monkeypatch):
    rng = np.random.default_rng(0)
    train, test = rng.normal(size=(20, 32, 1, 3)), rng.normal(size=(9, 32, 1, 3))
    test[[0, 4, 8]] = train[[2, 7, 7]]
    monkeypatch.setattr(arrays, "BLOCK_BYTES", 4 * train[0].nbytes)
    with pytest.raises(FeatherlineError, match="^2 windows of the train split .* of the groups train-2 and test-0"):
        leaks.check(dataset(train, test), 0.999)


def test_windows_at_rest_are_not_compared():
    rng = np.random.default_rng(0)
    train, test = rng.normal(size=(20, 32, 1, 3)), rng.normal(size=(9, 32, 1, 3))
    train[3] = test[4] = 1 + 1e-4 * np.arange(96).reshape(32, 1, 3)
    leaks.check(dataset(train, test), 0.999)


def test_a_stretch_that_two_groups_share_is_refused_wherever_it_stands(refused, tmp_path):
    folder = write_folder(tmp_path / "moves")
    shared = movement("slow", "p")[37:]
    shared[:, 0] -= shared[0, 0]
    (folder / "q-slow.csv").write_text(as_csv(shared))
    assert "which hold the same samples in part, have the groups 'q' and 'p'" in refused(folder)


def test_a_sensor_at_rest_shares_nothing():
    copies, toggling = Copies(), (np.arange(999) % 3 == 0).astype(float)[:, None]
    copies.check_stretches(toggling, "off", "a", "one")
    copies.check_stretches(toggling, "off", "b", "other")
