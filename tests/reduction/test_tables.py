"""A search leaves plain tables behind: every candidate, the front, the comparison of methods."""

import json
from collections.abc import Sequence
from dataclasses import replace
from math import isnan

import pytest

from featherline.core.files import as_json
from featherline.params import Architecture, Budget, Budgets, Reduce, Space
from featherline.records.base import parse, plain
from featherline.records.search import Search
from featherline.reduction import tables
from featherline.reduction.costs import Costs
from featherline.reduction.objective import Candidate, Yardstick, score_of

BUDGET = Budget(trials=1, epochs=1, final_epochs=1)
SETTINGS = Reduce(
    budget=Budgets(simulated=BUDGET, recordings=BUDGET),
    space=Space(conv_blocks=1, poolings=1, filters=4, kernel=3, dense_blocks=0, units=8),
    error_weight=0.8,
    max_weight_bytes=1500,
)
YARDSTICK = Yardstick(
    original=Costs(weights=9000, weight_bytes=10_000, activation_bytes=16_000, macs=10**6),
    original_accuracy=0.95,
    cheapest=Costs(weights=90, weight_bytes=100, activation_bytes=1000, macs=1000),
    classes=3,
)


def candidate(number: int, accuracy: float, weight_bytes: int, stopped: bool = False) -> Candidate:
    architecture = Architecture(conv_blocks=[{"filters": 4}, {"filters": 8}], dense_blocks=[{"units": 8}])
    curve = (0.4,) if stopped else (0.4, 0.6, accuracy)
    return Candidate(number, {}, architecture, Costs(weight_bytes - 50, weight_bytes, 2000, 5000), curve, stopped)


LARGE, WINNER, BEATEN, TINY = (
    candidate(0, 0.96, 9000),
    candidate(1, 0.95, 1000),
    candidate(2, 0.9, 1500, stopped=True),
    candidate(3, 0.8, 100),
)
SEARCH = [LARGE, WINNER, BEATEN, TINY]


def summary(methods: dict[str, list[Candidate]], finalists: Sequence[Candidate] = (WINNER,)) -> Search:
    return tables.summary(methods, SETTINGS, YARDSTICK, finalists, Budget(trials=4, epochs=2, final_epochs=5))


def test_a_table_has_a_row_for_each_candidate_in_the_order_of_the_study():
    table = tables.table(SEARCH, SETTINGS, YARDSTICK)
    assert tuple(table.columns) == tables.COLUMNS
    assert list(table["number"]) == [0, 1, 2, 3]


def test_a_row_says_what_a_candidate_is_what_it_costs_and_how_it_did():
    row = tables.table(SEARCH, SETTINGS, YARDSTICK).iloc[1].to_dict()
    assert isnan(row.pop("final_validation_accuracy"))
    assert Architecture(**json.loads(row.pop("architecture"))) == WINNER.architecture
    assert row == {
        "number": 1,
        "score": pytest.approx(score_of(WINNER, SETTINGS, YARDSTICK), abs=1e-6),
        "validation_accuracy": 0.95,
        "epochs": 3,
        "stopped": False,
        "weights": 950,
        "weight_bytes": 1000,
        "activation_bytes": 2000,
        "macs": 5000,
        "conv_blocks": 2,
        "dense_blocks": 1,
        "pareto": True,
        "winner": True,
    }


def test_one_that_was_stopped_has_as_many_epochs_as_it_was_given():
    row = tables.table(SEARCH, SETTINGS, YARDSTICK).iloc[2]
    assert (row["stopped"], row["epochs"], row["validation_accuracy"]) == (True, 1, 0.4)


def test_exactly_one_wins_and_the_front_is_marked():
    table = tables.table(SEARCH, SETTINGS, YARDSTICK)
    assert list(table["winner"]) == [False, True, False, False]
    assert list(table["pareto"]) == [True, True, False, True]


def test_the_winner_is_the_first_finalist_and_finalists_have_the_accuracy_of_full_length():
    full_length = [replace(TINY, curve=(0.9, 0.97)), replace(WINNER, curve=(0.9, 0.96))]
    table = tables.table(SEARCH, SETTINGS, YARDSTICK, full_length)
    assert list(table["winner"]) == [False, False, False, True]
    assert list(table["validation_accuracy"]) == [0.96, 0.95, 0.4, 0.8]
    assert list(table["final_validation_accuracy"].fillna(0)) == [0, 0.96, 0, 0.97]
    finalists = summary({"search": SEARCH}, full_length).finalists
    assert [(finalist.number, finalist.validation_accuracy) for finalist in finalists] == [(3, 0.97), (1, 0.96)]


def test_the_front_of_a_table_comes_smallest_first():
    front = tables.front_of(tables.table(SEARCH, SETTINGS, YARDSTICK))
    assert list(front["number"]) == [3, 1, 0]
    assert list(front["weight_bytes"]) == [100, 1000, 9000]
    assert tuple(front.columns) == tables.COLUMNS


def test_the_front_of_a_table_that_was_written_and_read_is_the_same(tmp_path):
    import pandas as pd

    table = tables.table(SEARCH, SETTINGS, YARDSTICK)
    table.to_csv(tmp_path / "trials.csv", index=False)
    read = pd.read_csv(tmp_path / "trials.csv")
    pd.testing.assert_frame_equal(tables.front_of(read), tables.front_of(table))


def test_baselines_are_the_candidates_of_every_method_but_the_search():
    methods = {"search": SEARCH, "random search": [LARGE, TINY], "by hand": [WINNER]}
    table = tables.baselines(methods, SETTINGS, YARDSTICK)
    assert tuple(table.columns) == ("method", *tables.COLUMNS)
    assert list(table["method"]) == ["random search", "random search", "by hand"]
    assert list(table["number"]) == [0, 3, 1]
    # Each method has a winner and a front of its own.
    assert list(table["winner"]) == [False, True, True]
    assert list(table["pareto"]) == [True, True, True]


def test_a_search_without_baselines_leaves_a_header(tmp_path):
    table = tables.baselines({"search": SEARCH}, SETTINGS, YARDSTICK)
    table.to_csv(tmp_path / "baselines.csv", index=False)
    assert (tmp_path / "baselines.csv").read_text() == ",".join(("method", *tables.COLUMNS)) + "\n"


def test_a_summary_tells_what_was_asked_for_and_of_what():
    content = plain(summary({"search": SEARCH}))
    assert [method["method"] for method in content.pop("methods")] == ["search"]
    assert [finalist["number"] for finalist in content.pop("finalists")] == [1]
    assert content == {
        "objective": "weighted",
        "error_weight": 0.8,
        "accuracy_tolerance": 0.01,
        "scheme": "int8",
        "limits": {"max_weight_bytes": 1500, "max_arena_bytes": None, "max_macs": None},
        "original": {
            "validation_accuracy": 0.95,
            "weights": 9000,
            "weight_bytes": 10_000,
            "activation_bytes": 16_000,
            "macs": 10**6,
        },
        "epochs": 2,
        "final_epochs": 5,
        "distillation_share": 0.0,
    }


def test_a_summary_compares_methods_in_the_order_in_which_they_ran():
    compared = summary({"search": SEARCH, "random search": [LARGE, TINY], "by hand": [WINNER]}).methods
    assert [method.method for method in compared] == ["search", "random search", "by hand"]
    assert [(method.trained, method.stopped) for method in compared] == [(4, 1), (2, 0), (1, 0)]
    assert [method.best.weight_bytes for method in compared] == [1000, 100, 1000]
    volumes = [method.hypervolume for method in compared]
    assert 1 > volumes[0] > max(volumes[1:]) > 0


def test_the_best_of_a_method_has_its_figures():
    (method,) = summary({"search": SEARCH}).methods
    assert plain(method.best) == {
        "score": pytest.approx(score_of(WINNER, SETTINGS, YARDSTICK), abs=1e-6),
        "validation_accuracy": 0.95,
        "weights": 950,
        "weight_bytes": 1000,
        "activation_bytes": 2000,
        "macs": 5000,
    }


def test_a_summary_that_was_written_and_read_is_the_same():
    search = summary({"search": SEARCH, "by hand": [WINNER]})
    assert parse(Search, json.loads(as_json(plain(search))), "search.json", "run it again") == search
