import json

import pytest

from featherline.errors import FeatherlineError
from featherline.reports.results import load


def test_models_come_in_the_order_of_the_plan(example):
    root = example()
    plan = {"original": ["int8", "none"], "reduced": ["int8"]}
    (root / "models/motionsense/quantized/plan.json").write_text(json.dumps(plan))
    results = load("motionsense", "reduced-int8", root)
    assert [model.name for model in results.models] == ["original-int8", "original-none", "reduced-int8"]


def test_a_stale_model_file_is_not_read(example):
    root = example()
    (root / "metrics/motionsense/reduced-int4.json").write_text("left from another plan")
    assert load("motionsense", "reduced-int8", root).model("reduced-int4") is None


@pytest.mark.parametrize(
    "path",
    [
        "models/motionsense/quantized/plan.json",
        "metrics/motionsense/original-int8.json",
        "models/motionsense/host_latency.json",
        "models/motionsense/reduced_history.csv",
        "models/motionsense/trials.csv",
    ],
)
def test_a_missing_file_is_named(example, path):
    root = example()
    (root / path).unlink()
    with pytest.raises(FeatherlineError, match=f"{path} is missing"):
        load("motionsense", "reduced-int8", root)


def test_a_metrics_file_without_a_key_is_named_with_the_key(example):
    root = example()
    path = root / "metrics/motionsense/reduced-int8.json"
    content = json.loads(path.read_text())
    del content["size"]["weight_bytes"]
    path.write_text(json.dumps(content))
    with pytest.raises(FeatherlineError, match=r"reduced-int8.json: size.weight_bytes: .*run the benchmark stage"):
        load("motionsense", "reduced-int8", root)


def test_a_table_without_a_column_is_named_with_the_column(example):
    root = example()
    (root / "models/motionsense/trials.csv").write_text("number,weight_bytes\n0,800\n")
    with pytest.raises(FeatherlineError, match="trials.csv has no column 'validation_accuracy'"):
        load("motionsense", "reduced-int8", root)


def test_a_model_without_latency_is_named(example):
    root = example()
    path = root / "models/motionsense/host_latency.json"
    content = json.loads(path.read_text())
    del content["models"]["reduced-int16x8"]
    path.write_text(json.dumps(content))
    with pytest.raises(FeatherlineError, match="no latency of reduced-int16x8"):
        load("motionsense", "reduced-int8", root)


def test_a_headline_outside_the_plan_is_refused_with_what_is_there(example):
    with pytest.raises(FeatherlineError, match="no model reduced-int4.*motionsense.benchmark.headline.*-int8"):
        load("motionsense", "reduced-int4", example())
