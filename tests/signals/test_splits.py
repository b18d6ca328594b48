"""Splits keep groups together, classes in proportion, and depend on nothing but the seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.params import Split
from featherline.signals import splits
from featherline.signals.dataset import SPLITS, check_disjoint

BY_GROUP = Split(protocol="group", validation=0.2, test=0.2)
BY_ITEM = Split(protocol="item", validation=0.2, test=0.2)


def recordings(people: int, items_each: int = 30, classes: int = 3):
    groups = np.repeat([f"subject-{i}" for i in range(people)], items_each)
    return np.arange(len(groups)) % classes, groups


@settings(max_examples=30, deadline=None)
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
