"""Splits keep groups together, classes in proportion, and depend on nothing but the seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.params import Split, TestFold
from featherline.signals import splits
from featherline.signals.dataset import SPLITS, check_disjoint

BY_GROUP = Split(protocol="group", validation=0.2, test=0.2)
BY_ITEM = Split(protocol="item", validation=0.2, test=0.2)


def recordings(people: int, items_each: int = 30, classes: int = 3):
    groups = np.repeat([f"subject-{i}" for i in range(people)], items_each)
    return np.arange(len(groups)) % classes, groups


@settings(max_examples=30)
@given(st.integers(3, 40), st.integers(0, 10_000))
def test_no_group_is_in_two_splits_and_no_split_is_empty(people, seed):
    labels, groups = recordings(people)
    assigned = splits.assign(labels, groups, BY_GROUP, seed)
    assert set(assigned) == set(SPLITS)
    check_disjoint({name: groups[assigned == name] for name in SPLITS})


def test_the_shares_are_those_asked_for():
    labels, groups = recordings(people=20)
    assigned = splits.assign(labels, groups, BY_GROUP, seed=1)
    assert [np.mean(assigned == name) for name in SPLITS] == pytest.approx([0.6, 0.2, 0.2])


def test_a_class_of_few_groups_is_in_every_split_where_that_can_be():
    groups = np.array([f"person-{i}" for i in range(10)])
    labels = np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 1])
    assigned = splits.assign(labels, groups, BY_GROUP, seed=3)
    assert {name: set(labels[assigned == name]) for name in SPLITS} == dict.fromkeys(SPLITS, {0, 1})


def test_the_same_seed_gives_the_same_division():
    labels, groups = recordings(people=12)
    first, again, other = (splits.assign(labels, groups, BY_GROUP, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_published_protocol_lets_a_person_stand_in_two_splits():
    labels, groups = recordings(people=4)
    assigned = splits.assign(labels, groups, BY_ITEM, seed=1)
    assert [np.mean(assigned == name) for name in SPLITS] == pytest.approx([0.6, 0.2, 0.2])
    with pytest.raises(FeatherlineError, match="a group may be in one only"):
        check_disjoint({name: groups[assigned == name] for name in SPLITS})


def test_two_people_are_too_few():
    with pytest.raises(FeatherlineError, match="2 groups, and three splits need at least three"):
        splits.assign(*recordings(people=2), BY_GROUP, seed=1)


@pytest.mark.parametrize("protocol", ["group", "item"])
def test_large_held_out_splits_leave_something_to_train_on(protocol):
    groups = np.array(["anna", "ben", "cleo", "dan"])
    split = Split(protocol=protocol, validation=0.4, test=0.45)
    assigned = splits.assign(np.zeros(4, int), groups, split, seed=1)
    assert set(assigned) == set(SPLITS)


@given(st.integers(0, 200), st.floats(0.01, 0.98), st.floats(0.01, 0.98))
def test_every_split_gets_a_place_where_there_are_three(count, validation, share_of_rest):
    split = Split(validation=validation, test=(1 - validation) * share_of_rest * 0.99)
    dealt = splits.deal(count, split).tolist()
    assert len(dealt) == count
    assert set(dealt) == set(SPLITS[:count])
    assert dealt == sorted(dealt, key=SPLITS.index)


BY_FOLDS = Split(protocol="folds", validation=0.2, test=0.2, folds=4)


def division_groups(labels, groups, split, seed=1, **options):
    """Groups of each split, in each division."""
    divisions = splits.divisions(labels, groups, split, seed, **options)
    return [{name: set(groups[assigned == name]) for name in SPLITS} for assigned in divisions]


def test_folds_leave_the_test_split_of_the_protocol_group_and_validate_everybody_else_once():
    labels, groups = recordings(people=20)
    test_groups = set(groups[splits.assign(labels, groups, BY_GROUP, 1) == "test"])
    divided = division_groups(labels, groups, BY_FOLDS)
    assert [division["test"] for division in divided] == [test_groups] * 4
    validated = [group for division in divided for group in division["validation"]]
    assert sorted(validated) == sorted(set(groups) - test_groups)
    assert all(len(division["train"]) == 12 for division in divided)


@settings(max_examples=30)
@given(st.integers(2, 6), st.integers(0, 30), st.integers(0, 10_000))
def test_no_fold_is_empty_and_classes_are_even(folds, more_people, seed):
    labels, groups = recordings(people=folds + more_people, classes=2)
    dealt = splits.fold_of_items(labels, groups, folds, seed)
    sizes = np.bincount(dealt, minlength=folds)
    assert sizes.min() >= 30 * ((folds + more_people) // folds)
    assert [len(set(dealt[groups == group])) for group in set(groups)] == [1] * (folds + more_people)


def test_groups_of_one_class_are_dealt_class_by_class():
    labels = np.repeat(np.arange(5), 4)  # tracks, each of one genre
    dealt = splits.fold_of_items(labels, np.array([f"track-{i}" for i in range(20)]), 4, seed=1)
    assert [np.bincount(labels[dealt == fold]).tolist() for fold in range(4)] == [[1] * 5] * 4


def test_the_limit_is_to_leave_out_one_group_at_a_time():
    labels, groups = recordings(people=6)
    left_out = [
        division_groups(labels, groups, BY_FOLDS.model_copy(update={"folds": "groups", "test_fold": fold}))
        for fold in (TestFold(folds="groups", number=number) for number in range(1, 7))
    ]
    tested = [group for divided in left_out for group in divided[0]["test"]]
    assert sorted(tested) == sorted(set(groups))
    assert all(len(divided) == 5 and len(divided[0]["validation"]) == 1 for divided in left_out)


def test_the_first_fold_is_one_that_has_every_class():
    groups = np.array(["a", "b", "c", "d", "e"]).repeat(4)
    labels = np.array([0] * 8 + [0, 0, 1, 1] * 3)  # a and b have no item of class 1
    for seed in range(5):
        for first in splits.divisions(labels, groups, BY_FOLDS.model_copy(update={"folds": "groups"}), seed)[:1]:
            assert set(labels[first == "validation"]) == {0, 1}


def test_more_folds_than_groups_are_refused():
    with pytest.raises(FeatherlineError, match="There are 3 groups to deal into 4 folds: add .* or lower split.folds"):
        splits.divisions(*recordings(people=4), BY_FOLDS, seed=1)
