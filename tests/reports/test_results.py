import json

import pytest

from featherline.core.errors import FeatherlineError
from featherline.reports.results import load


def test_models_come_in_the_order_of_the_plan(example):
    root = example()
    plan = {"original": ["int8", "none"], "reduced": ["int8"]}
    (root / "models/motionsense/quantized/plan.json").write_text(json.dumps(plan))
    results = load("motionsense", "reduced-int8", root)
    assert [model.name for model in results.models] == ["original-int8", "original-none", "reduced-int8"]


def test_a_stale_model_file_is_not_read(example):
    root = example()
    (root / "metrics/motionsense/original-int4.json").write_text("left from another plan")
    assert load("motionsense", "reduced-int8", root).model("original-int4") is None


@pytest.mark.parametrize(
    "path",
    [
        "models/motionsense/quantized/plan.json",
        "metrics/motionsense/original-int8.json",
        "models/motionsense/reduced_history.csv",
        "models/motionsense/trials.csv",
        "models/motionsense/search.json",
        "models/motionsense/baselines.csv",
    ],
)
def test_a_missing_file_is_named(example, path):
    root = example()
    (root / path).unlink()
    with pytest.raises(FeatherlineError, match=f"{path} is missing"):
        load("motionsense", "reduced-int8", root)


@pytest.mark.parametrize(
    ("name", "block", "key"), [("reduced-int8", "size", "weight_bytes"), ("reduced-int2", "loss", "worst")]
)
def test_a_metrics_file_without_a_key_is_named_with_the_key(example, name, block, key):
    root = example()
    path = root / f"metrics/motionsense/{name}.json"
    content = json.loads(path.read_text())
    del content[block][key]
    path.write_text(json.dumps(content))
    with pytest.raises(FeatherlineError, match=rf"{name}.json: {block}.{key}: Field required; run the benchmark stage"):
        load("motionsense", "reduced-int8", root)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda model: model["memory"].update(peak_operator=4), "there is no operator 4: the model has 4"),
        (lambda model: model["tensors"][1].update(last=9), "there is no operator 9"),
        (lambda model: model["tensors"][1].update(first=1, last=0), "conv/Relu;conv/BiasAdd lives from 1 to 0"),
        (lambda model: model["tensors"][1].update(offset_bytes=-16), "tensors.1.offset_bytes: .* found -16"),
        (lambda model: model["steps"].pop(0), "steps are not numbered from 0 on"),
        (lambda model: model["boards"][0].pop("holds"), "boards.0.holds: Field required"),
    ],
)
def test_an_anatomy_that_cannot_be_is_named(example, change, said):
    root = example()
    path = root / "metrics/motionsense/reduced-int8.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(FeatherlineError, match=f"reduced-int8.json: .*{said}.*; run the benchmark stage"):
        load("motionsense", "reduced-int8", root)


def test_a_table_without_a_column_is_named_with_the_column(example):
    root = example()
    (root / "models/motionsense/trials.csv").write_text("number,score\n0,0.1\n")
    with pytest.raises(FeatherlineError, match="trials.csv has no column 'validation_accuracy'"):
        load("motionsense", "reduced-int8", root)


@pytest.mark.parametrize(
    "broken", ["", "number,score\n0,low\n", "number,winner\n0,perhaps\n", "number\n0,1,2\n1,2\n3,4,5,6"]
)
def test_a_table_of_something_else_is_named_with_the_stage_to_run(example, broken):
    root = example()
    (root / "models/motionsense/trials.csv").write_text(broken)
    with pytest.raises(
        FeatherlineError, match=r"^\S*trials.csv is not a table as expected.*run the reduce stage again"
    ):
        load("motionsense", "reduced-int8", root)


def test_the_search_stands_beside_its_baselines(example):
    results = load("motionsense", "reduced-int8", example(trials=30))
    search = results.search
    assert [method.method for method in search.methods] == ["search", "random search", "by hand"]
    assert [method.trained for method in search.methods] == [30, 30, 1]
    assert search.winner == search.finalists[0]
    assert search.limits.max_arena_bytes is None
    (winner,) = results.trials[results.trials["winner"]].to_dict("records")
    assert winner["weight_bytes"] == search.winner.weight_bytes
    assert list(results.baselines["method"].unique()) == ["random search", "by hand"]


def test_baselines_that_are_switched_off_leave_a_table_without_rows(example):
    results = load("motionsense", "reduced-int8", example(baselines=()))
    assert len(results.baselines) == 0
    # A filter by a column of truth values must work all the same.
    assert len(results.baselines[~results.baselines["stopped"]]) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"objective": "best"}, r"objective: .*'weighted' or 'pareto', found \"best\""),
        ({"distillation_share": 95.1}, r"distillation_share: .*less than or equal to 1, found 95.1"),
        ({"finalists": []}, r"finalists: .*at least 1 item"),
        ({"limits": {"max_weight_bytes": 2000}}, r"limits.max_arena_bytes: Field required"),
        ({"methods": []}, r"methods: .*at least 1 item"),
        ({"methods": [{"method": "search"}]}, r"methods.0.trained: Field required"),
    ],
)
def test_a_search_record_that_is_wrong_is_named_with_the_key_and_the_stage_to_run(example, changes, said):
    root = example(search=changes)
    with pytest.raises(FeatherlineError, match=rf"motionsense/search.json: {said}.*; run the reduce stage again.$"):
        load("motionsense", "reduced-int8", root)


def test_a_garbled_search_record_is_named(example):
    root = example()
    path = root / "models/motionsense/search.json"
    path.write_text(path.read_text()[:100])
    with pytest.raises(FeatherlineError, match="search.json is not valid JSON .*run the stage that writes it again"):
        load("motionsense", "reduced-int8", root)


def test_a_headline_outside_the_plan_is_refused_with_what_is_there(example):
    with pytest.raises(FeatherlineError, match="no model original-int4.*motionsense.benchmark.headline.*-int8"):
        load("motionsense", "original-int4", example())
