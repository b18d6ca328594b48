"""The representative dataset is even over classes, and over groups within a class."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.signals.calibration import check, representative
from featherline.signals.dataset import Items


def items_of(labels, groups) -> Items:
    return Items(np.arange(len(labels), dtype=np.float32).reshape(-1, 1, 1, 1), np.array(labels), np.array(groups))


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abcd")), min_size=30, max_size=120),
    st.integers(3, 60),
    st.integers(0, 99),
)
def test_no_class_and_no_group_is_drawn_twice_as_long_as_another_waits(pairs, count, seed):
    items = items_of([label for label, _ in pairs], [group for _, group in pairs])
    if len(np.unique(items.labels)) > count:
        return
    drawn = representative(items, count, seed)
    assert len(drawn) == min(count, len(items))
    assert len(np.unique(drawn.inputs)) == len(drawn)
    taken = np.bincount(drawn.labels, minlength=3)
    there = np.bincount(items.labels, minlength=3)
    waiting = taken < there
    if waiting.any():
        assert taken.max() <= taken[waiting].min() + 1
    for label in np.unique(drawn.labels):
        names, turns = np.unique(drawn.groups[drawn.labels == label], return_counts=True)
        for group in np.unique(items.groups[items.labels == label]):
            have = dict(zip(names, turns, strict=True)).get(group, 0)
            if have < np.sum((items.labels == label) & (items.groups == group)):
                assert turns.max() <= have + 1


def test_a_person_with_many_recordings_does_not_drown_the_others():
    items = items_of([0] * 100 + [0] * 5 + [1] * 5, ["loud"] * 100 + ["shy"] * 5 + ["shy"] * 5)
    drawn = representative(items, 15, seed=0)
    assert np.sum((drawn.groups == "loud") & (drawn.labels == 0)) == 5


def test_fewer_items_than_classes_are_refused():
    with pytest.raises(FeatherlineError, match=r"quantize\.calibration_items is 1, and 2 classes"):
        representative(items_of([0, 1], ["a", "b"]), 1, seed=0)


def test_nothing_to_draw_from_is_refused():
    with pytest.raises(FeatherlineError, match="zero items"):
        representative(items_of([], []), 10, seed=0)


def test_a_representative_dataset_of_one_class_is_refused():
    check(items_of([0, 1], ["a", "b"]), "train.npz")
    with pytest.raises(FeatherlineError, match="train.npz has items of one class alone"):
        check(items_of([1, 1], ["a", "b"]), "train.npz")
