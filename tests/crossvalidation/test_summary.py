"""Mean, spread, every group and intervals are those of the items; nothing is averaged twice."""

from copy import deepcopy

import numpy as np
import pytest

from featherline.core.statistics import wilson_interval
from featherline.crossvalidation import summary
from featherline.crossvalidation.unit import FIXED, SEARCHED


def network(
    groups: list[str], labels: list[int], predictions: list[int], votes: dict[str, int], weight_bytes: int = 500
) -> dict:
    return {
        "groups": groups,
        "labels": labels,
        "architecture": {},
        "weight_bytes": weight_bytes,
        "validation_accuracy": 0.9,
        "predictions": predictions,
        "votes": votes,
        "decisions": None,
    }


def unit(seed: int, fold: int, groups: list[str], labels: list[int], searched: list[int], votes: dict) -> dict:
    return {
        "seed": seed,
        "fold": fold,
        "classes": ["rock", "jazz"],
        "group_kind": "track",
        "trials": 4,
        "shuffled": {"labels": [0, 1, 0, 1], "predictions": [0, 1, 0, fold % 2]},
        "networks": {
            SEARCHED: network(groups, labels, searched, votes, 400 + 10 * fold),
            FIXED: network(groups, labels, labels, votes),
        },
    }


# Fold 1 has two tracks of one class each, fold 2 one: a is right in half of the seeds, b always, c never.
CONTENTS = [
    unit(1, 1, ["a", "a", "b", "b"], [0, 0, 1, 1], [0, 0, 1, 1], {"a": 0, "b": 1}),
    unit(1, 2, ["c", "c"], [0, 0], [1, 1], {"c": 1}),
    unit(2, 1, ["a", "a", "b", "b"], [0, 0, 1, 1], [1, 1, 1, 1], {"a": 1, "b": 1}),
    unit(2, 2, ["c", "c"], [0, 0], [1, 1], {"c": 1}),
]


def test_the_mean_is_that_of_folds_and_seeds():
    searched = summary.summarize(CONTENTS)["networks"][SEARCHED]
    assert searched["accuracy_pct_mean"] == pytest.approx((100 + 0 + 50 + 0) / 4, abs=0.01)
    assert searched["accuracy_pct_spread"] == pytest.approx(np.std([100, 0, 50, 0], ddof=1), abs=0.01)
    assert [row["accuracy_pct_mean"] for row in searched["per_seed"]] == [50, 25]
    assert searched["weight_bytes"] == [410, 420]


def test_every_group_and_all_items_count_once_for_each_seed():
    searched = summary.summarize(CONTENTS)["networks"][SEARCHED]
    assert [(row["group"], row["accuracy_pct"]) for row in searched["per_group"]] == [("a", 50), ("b", 100), ("c", 0)]
    assert (searched["items"], searched["groups"], searched["all_items_pct"]) == (6, 3, 50)
    assert searched["wilson_pct"] == [round(100 * bound, 2) for bound in wilson_interval(3, 6)]
    assert searched["group_bootstrap_pct"] == [0, 100]  # three groups tell little
    assert searched["vote_pct"] == pytest.approx(100 * 3 / 6)


def test_other_items_of_another_seed_count_as_much_as_those_of_the_first():
    units = [
        unit(1, 1, ["a", "a", "b", "b"], [0, 0, 1, 1], [0, 0, 1, 1], {"a": 0, "b": 1}),
        unit(2, 1, ["a", "b"], [0, 1], [1, 1], {"a": 1, "b": 1}),  # of longer windows
    ]
    searched = summary.summarize(units)["networks"][SEARCHED]
    assert [(row["group"], row["accuracy_pct"]) for row in searched["per_group"]] == [("a", 66.67), ("b", 100)]
    assert (searched["items"], searched["all_items_pct"]) == (3, 83.33)


def test_a_vote_needs_groups_of_one_class():
    mixed = deepcopy(CONTENTS)
    for content in mixed:
        content["networks"][SEARCHED]["labels"][:2] = [0, 1]
    assert "vote_pct" not in summary.summarize(mixed)["networks"][SEARCHED]


def test_what_a_device_tells_stands_beside_what_windows_say():
    heard = deepcopy(CONTENTS)
    for content in heard:
        for of_network in content["networks"].values():
            of_network["decisions"] = list(of_network["labels"])
    heard[0]["networks"][SEARCHED]["decisions"][0] = 1  # one of the two windows of a, in one of two seeds
    decided = summary.summarize(heard)["networks"][SEARCHED]["decisions"]
    assert [(row["group"], row["accuracy_pct"]) for row in decided["per_group"]] == [
        ("a", 75),
        ("b", 100),
        ("c", 100),
    ]
    assert decided["accuracy_pct_mean"] == pytest.approx((75 + 3 * 100) / 4)
    text = summary.markdown("carsensor", "mirror", summary.summarize(heard))
    assert "| told by a device over recent windows: accuracy | 93.8 % | 100.0 % |" in text
    assert "| a | 2 | 75.0 % (75.0 %) | 100.0 % (100.0 %) |" in text
    assert "decisions" not in summary.summarize(CONTENTS)["networks"][SEARCHED]


def test_the_bootstrap_draws_groups_and_not_items():
    groups = np.repeat([f"person-{i}" for i in range(20)], 50)
    right = np.repeat(np.arange(20) % 2, 50)  # whole persons are right or wrong
    low, high = summary.group_bootstrap(groups, right)
    wilson_low, wilson_high = wilson_interval(500, 1000)
    assert low < 0.35 < wilson_low < 0.5 < wilson_high < 0.65 < high
    assert summary.group_bootstrap(groups, right) == (low, high)


def test_the_table_calls_the_fixed_network_optimistic_and_names_every_group():
    text = summary.markdown("musicclassifier", "mirror", summary.summarize(CONTENTS))
    assert "| fixed network (optimistic) |" in text.splitlines()[4]
    assert "| accuracy, mean over folds and seeds | 37.5 % | 100.0 % |" in text
    assert "| a | 2 | 50.0 % (50.0 %) | 100.0 % (100.0 %) |" in text
    assert "by vote over a track" in text


def test_the_published_protocol_stands_beside_it_and_is_marked():
    summed = summary.summarize(CONTENTS)
    assert summed["shuffled"] == {"items": 4, "accuracy_pct_mean": 87.5, "accuracy_pct": [75, 100]}
    text = summary.markdown("musicclassifier", "mirror", summed)
    assert (
        "items shuffled, parts of one track in train and test**, the searched networks have 87.5 % of 4 items" in text
    )
