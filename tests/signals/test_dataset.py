"""Features are refused where a later stage would lie about them; normalization sees training items alone."""

from dataclasses import replace

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.signals.dataset import (
    SPLITS,
    Dataset,
    Items,
    check,
    check_normalization,
    fit_normalization,
    joined,
    normalize,
    read_items,
    write_items,
)


def make(seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    return Dataset(
        classes=("still", "moving"),
        splits={
            name: Items(
                rng.normal(3 * i, 1 + i, (20, 8, 1, 3)).astype(np.float32),
                np.arange(20, dtype=np.int32) % 2,
                np.array([f"{name}-{n % 4}" for n in range(20)]),
            )
            for i, name in enumerate(SPLITS)
        },
        feature_axis=3,
        frontend={},
    )


def with_split(dataset: Dataset, name: str, **changes) -> Dataset:
    return replace(dataset, splits=dataset.splits | {name: replace(dataset.splits[name], **changes)})


def test_sound_features_pass():
    check(make())


def test_nan_in_a_window_is_named_with_its_group():
    dataset = make()
    dataset.splits["test"].inputs[5, 0, 0, 1] = np.nan
    with pytest.raises(FeatherlineError, match="window of group test-1 in the test split holds NaN"):
        check(dataset)


def test_a_class_without_items_is_named():
    dataset = with_split(make(), "validation", labels=np.zeros(20, np.int32))
    with pytest.raises(FeatherlineError, match="Class 'moving' has no items in the validation split"):
        check(dataset)


def test_a_group_in_two_splits_is_named():
    dataset = with_split(make(), "test", groups=np.array(["train-2"] * 20))
    with pytest.raises(FeatherlineError, match="Group train-2 is in the train split and in the test split"):
        check(dataset)


def test_an_empty_split_is_named():
    items = make().splits["test"]
    dataset = replace(
        make(), splits=make().splits | {"test": Items(items.inputs[:0], items.labels[:0], items.groups[:0])}
    )
    with pytest.raises(FeatherlineError, match="test split has no items"):
        check(dataset)


def test_normalization_is_fitted_on_train_alone():
    normalized, constants = normalize(make())
    train = normalized.splits["train"].inputs
    assert train.mean(axis=(0, 1, 2)) == pytest.approx(np.zeros(3), abs=3e-5)
    assert train.std(axis=(0, 1, 2)) == pytest.approx(np.ones(3), abs=3e-5)
    changed = make()
    changed.splits["test"].inputs[:] = 100
    assert np.array_equal(normalize(changed)[1].mean, constants.mean)


def test_a_feature_that_never_changes_becomes_zero():
    dataset = make()
    dataset.splits["train"].inputs[..., 1] = 0.3
    assert np.all(normalize(dataset)[0].splits["train"].inputs[..., 1] == 0)


def test_items_survive_the_disk(tmp_path):
    items = make().splits["train"]
    write_items(tmp_path / "train.npz", items)
    read = read_items(tmp_path / "train.npz")
    assert np.array_equal(read.inputs, items.inputs)
    assert read.groups.tolist() == items.groups.tolist() and read.recordings is None
    cut = replace(items, recordings=np.arange(20, dtype=np.int32) // 6)
    write_items(tmp_path / "cut.npz", cut)
    assert read_items(tmp_path / "cut.npz").recordings.tolist() == cut.recordings.tolist()


def test_recordings_stay_apart_where_items_are_chosen_and_joined():
    items = make().splits["train"]
    cut = replace(items, recordings=np.arange(20, dtype=np.int32) // 6)
    assert cut.where(np.arange(20) % 5 == 0).recordings.tolist() == [0, 0, 1, 2]
    together = joined([cut, items.where(np.arange(20) < 3), cut]).recordings
    assert together.tolist() == [n // 6 for n in range(20)] + [4, 5, 6] + [7 + n // 6 for n in range(20)]
    assert joined([items, items]).recordings is None


def test_a_file_of_other_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "train.npz", x=np.zeros(3))
    with pytest.raises(FeatherlineError, match="holds x where inputs, labels and groups belong"):
        read_items(tmp_path / "train.npz")


def test_constants_of_the_training_split_are_accepted():
    dataset = make()
    normalized, constants = normalize(dataset)
    check_normalization(dataset.splits["train"].inputs, normalized.splits["train"], constants, "frontend.json")


def test_constants_that_were_fitted_on_all_splits_are_refused():
    dataset = make()
    features = dataset.splits["train"].inputs
    everything = np.concatenate([features, dataset.splits["test"].inputs + 1])
    leaked = fit_normalization(everything, dataset.feature_axis)
    items = replace(dataset.splits["train"], inputs=leaked.apply(features))
    with pytest.raises(FeatherlineError, match=r"^frontend\.json: normalization\.mean\[0\] is .*training split is"):
        check_normalization(features, items, leaked, "frontend.json")


def test_a_split_that_was_normalized_otherwise_is_refused():
    dataset = make()
    _, constants = normalize(dataset)
    with pytest.raises(FeatherlineError, match="was not normalized with its mean and scale"):
        check_normalization(dataset.splits["train"].inputs, dataset.splits["train"], constants, "frontend.json")


def test_constants_of_another_number_of_features_are_refused():
    dataset = make()
    normalized, constants = normalize(dataset)
    short = replace(constants, mean=constants.mean[:1])
    with pytest.raises(FeatherlineError, match="has 1 means and"):
        check_normalization(dataset.splits["train"].inputs, normalized.splits["train"], short, "frontend.json")
