import hashlib
import json
from dataclasses import replace
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
import yaml
from ai_edge_litert import schema_py_generated as schema
from click.testing import CliRunner

from featherline import params_file
from featherline.codegen import lower
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json, write_json
from featherline.evaluation import pipeline_model as benchmark
from featherline.evaluation.scores import scored
from featherline.interpreters import tflm
from featherline.records.base import plain
from featherline.records.frontend import FrontEndFile
from featherline.signals.dataset import Items, read_items, write_items
from featherline.tflite import model as tflite
from featherline.tflite.plan import Planned
from featherline.tflite.wording import findings
from tests.records import examples

FRONTEND = {
    "application": "MotionSense",
    "classes": ["stairs", "walking", "standing"],
    "input_shape": [32, 1, 4],
    "normalization": {"axis": 3, "mean": [0.0] * 4, "scale": [1.0] * 4},
    "frontend": {"group": "person"},
    "protocol": "group",
    "splits": {},
    "provenance": {
        "source": "simulated",
        "groups": 5,
        "items": 60,
        "hours": 0.1,
        "licence": "none",
        "complete": None,
    },
}
ROOT = Path(__file__).resolve().parents[2]
QUANTIZE = {"calibration_items": 10, "original": [], "reduced": ["int8"]}
_RECORD = examples.content("pipeline-model-2")
CONVERSION = {key: _RECORD[key] for key in ("deployment", "loss", "firmware", "firmware_reason")}
SCHEMES = ["none", "dynamic_range", "int8"]


@pytest.fixture(scope="module")
def test_split(converted):
    # One label in ten is wrong, so that no accuracy is 100 %.
    labels = converted.labels.copy()
    labels[::10] = (labels[::10] + 1) % 3
    return Items(converted.inputs, labels, np.array([f"person {n % 5}" for n in range(60)]))


@pytest.fixture(scope="module")
def runs(converted):
    paths = [converted.path(scheme) for scheme in SCHEMES]
    return dict(zip(SCHEMES, benchmark.run_all(paths, converted.inputs, 3), strict=True))


def measured(run: benchmark.Run, items: Items, scheme: str = "int8", unquantized=None, frontend=FRONTEND) -> dict:
    """The metrics of a model as its file holds them."""
    record = benchmark.metrics(
        "motionsense",
        Planned("reduced", scheme),
        FrontEndFile.model_validate(frontend),
        items,
        run,
        benchmark.Conversion.model_validate(CONVERSION),
        unquantized,
    )
    return plain(record)


@pytest.fixture(scope="module")
def results(runs, test_split):
    return {
        f"reduced-{scheme}": measured(runs[scheme], test_split, scheme, None if scheme == "none" else runs["none"])
        for scheme in SCHEMES
    }


def test_metrics_say_what_was_measured_on_what(results, converted):
    result = results["reduced-int8"]
    assert (result["application"], result["title"], result["variant"], result["scheme"], result["file"]) == (
        "motionsense",
        "MotionSense",
        "reduced",
        "int8",
        "reduced-int8.tflite",
    )
    assert result["sha256"] == hashlib.sha256(converted.path("int8").read_bytes()).hexdigest()
    assert result["provenance"] == FRONTEND["provenance"]
    assert (result["protocol"], result["group"]) == ("group", "person")
    assert result["test"] == {"items": 60, "groups": 5}
    assert result["findings"] == findings(tflite.read(converted.path("int8")))


def test_quantized_models_are_held_against_the_unquantized_one(results):
    assert results["reduced-none"]["mcnemar"] is None
    compared = results["reduced-int8"]["mcnemar"]
    lost = results["reduced-none"]["accuracy"]["correct"] - results["reduced-int8"]["accuracy"]["correct"]
    assert compared["lost_items"] - compared["won_items"] == lost
    assert 0 < compared["p_value"] <= 1


def test_what_the_conversion_recorded_is_handed_on(results):
    assert {key: results["reduced-int8"][key] for key in CONVERSION} == CONVERSION


def test_tensors_without_a_name_are_called_after_their_operator(converted, test_split, tmp_path):
    from featherline.tflite.minify import minify

    path = tmp_path / "reduced-int8.tflite"
    path.write_bytes(minify(converted.path("int8").read_bytes()))
    [run] = benchmark.run_all([path], converted.inputs, 3)
    result = measured(run, test_split)
    names = {tensor["name"] for tensor in result["tensors"]}
    assert {"input", "CONV_2D 0 kernel", "CONV_2D 0 bias", "CONV_2D 0", "RESHAPE 4 constant 1", "SOFTMAX 7"} <= names
    assert len(names) == len(result["tensors"])


def test_a_front_end_that_does_not_say_what_a_group_is_leaves_it_at_that(runs, test_split):
    result = measured(runs["int8"], test_split, frontend=FRONTEND | {"frontend": {}})
    assert result["group"] == "group"


def test_accuracy_is_that_of_the_microcontroller_where_it_ran(results, runs, test_split):
    accuracy = results["reduced-int8"]["accuracy"]
    predicted = runs["int8"].tflm.outputs.argmax(axis=1)
    assert accuracy["runtime"] == "tflm"
    assert accuracy["correct"] == (predicted == test_split.labels).sum()
    assert accuracy["accuracy_pct"] == round(100 * accuracy["correct"] / 60, 2)
    assert accuracy["low_pct"] < accuracy["accuracy_pct"] < accuracy["high_pct"]
    assert np.sum(accuracy["confusion"]) == 60
    assert np.sum(accuracy["confusion"], axis=1).tolist() == np.bincount(test_split.labels, minlength=3).tolist()
    assert results["reduced-none"]["accuracy"]["correct"] == 54


def test_a_device_tells_by_recent_windows_of_each_recording(results, runs, test_split):
    assert "decisions" not in results["reduced-int8"]  # where nobody says what is cut from what
    each = replace(test_split, recordings=np.arange(60, dtype=np.int32))
    assert "decisions" not in measured(runs["int8"], each)
    cut = replace(test_split, recordings=np.arange(60, dtype=np.int32) // 20)
    assert "decisions" not in measured(runs["none"], cut, "none")  # a device computes with int8
    assert "decisions" not in measured(runs["int8"], cut, frontend=FRONTEND | {"protocol": "item"})
    alone = measured(runs["int8"], cut, frontend=FRONTEND | {"smoothing": 1})["decisions"]
    assert (alone["smoothing"], alone["recordings"]) == (1, 3)
    assert alone["accuracy"] == results["reduced-int8"]["accuracy"]
    slow = measured(runs["int8"], cut, frontend=FRONTEND | {"smoothing": 254})["decisions"]
    decisions = [
        int(runs["int8"].outputs[start : place + 1].astype(int).sum(axis=0).argmax())
        for start in (0, 20, 40)
        for place in range(start, start + 20)
    ]
    correct = int((np.array(decisions) == test_split.labels).sum())
    assert abs(slow["accuracy"]["correct"] - correct) <= 2  # what is forgotten in 20 windows


def test_the_other_runtime_is_compared_item_by_item(results):
    assert results["reduced-none"]["litert"]["same_class_items"] == 60
    compared = results["reduced-int8"]["litert"]
    assert compared["same_class_items"] >= 58
    assert 40 <= compared["equal_output_items"] <= 60


def test_what_is_not_deployable_is_measured_on_litert_and_says_why(results):
    result = results["reduced-dynamic_range"]
    assert result["accuracy"]["runtime"] == "litert"
    assert result["accuracy"]["items"] == 60
    assert result["litert"] is None
    assert not result["tflm"]["deployable"]
    assert "FULLY_CONNECTED" in result["tflm"]["reason"]
    assert result["tflm"]["arena_bytes"] is None


def test_sizes_add_up(results, converted):
    result = results["reduced-int8"]
    constant = sum(tensor["bytes"] for tensor in result["tensors"] if tensor["constant"])
    assert result["size"]["file_bytes"] == converted.path("int8").stat().st_size
    assert result["size"]["tensor_bytes"] == constant + result["size"]["dynamic_tensor_bytes"]
    assert result["size"]["weight_bytes"] == constant - 8  # the shape of the RESHAPE: two integers
    assert result["input"]["type"] == "int8"
    assert isinstance(result["input"]["zero_point"], int)
    assert results["reduced-none"]["input"] == {
        "shape": [1, 32, 1, 4],
        "type": "float32",
        "scale": None,
        "zero_point": None,
        "data": None,
    }
    # It was calibrated on the same items; only the one at the end of the range, which is rounded, may lie outside.
    assert result["input"]["data"]["clipped_pct"] <= 0.01
    assert result["input"]["data"]["warning"] is None


def test_the_headline_is_flat_and_of_the_chosen_model(results):
    models = {name: benchmark.PipelineModel.model_validate(result) for name, result in results.items()}
    models["original-none"] = models["reduced-none"]
    validated = scored(np.arange(40) % 3, np.where(np.arange(40) < 2, 2, np.arange(40) % 3), 3, "tflm")
    headline = plain(benchmark.headline(models, "reduced-int8", validated))
    assert list(headline) == [
        *("model", "source", "validation_items", "validation_pct"),
        *("test_items", "original_pct", "original_weight_bytes"),
        *("accuracy_pct", "low_pct", "high_pct", "balanced_pct"),
        *("weight_bytes", "file_bytes", "arena_bytes", "flash_bytes", "ram_bytes", "stack_bytes"),
        *("instructions", "program_bytes", "deployable"),
    ]
    assert (headline["validation_items"], headline["validation_pct"]) == (40, 95.0)
    assert headline["original_pct"] == 90.0
    assert headline["accuracy_pct"] == results["reduced-int8"]["accuracy"]["accuracy_pct"]
    assert headline["deployable"] is True


def test_a_class_that_is_absent_from_the_test_split_has_no_recall(runs, test_split):
    labels = np.where(test_split.labels == 2, 0, test_split.labels).astype(np.int32)
    result = measured(runs["int8"], replace(test_split, labels=labels))
    assert result["accuracy"]["recall_pct"][2] is None
    json.dumps(result, allow_nan=False)


def test_models_must_fit_the_features_and_the_classes(converted):
    with pytest.raises(FeatherlineError, match=r"reduced-int8.tflite takes inputs of shape \[32, 1, 4\].*\[16, 1, 4\]"):
        benchmark.run_all([converted.path("int8")], converted.inputs[:, :16], 3)
    with pytest.raises(FeatherlineError, match="tells 3 classes apart, and the test split has 2"):
        benchmark.run_all([converted.path("int8")], converted.inputs, 2)


def test_a_model_that_crashes_the_microcontroller_runtime_is_reported(converted, tmp_path):
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(converted.path("int8").read_bytes(), 0))
    pool = next(i for i, t in enumerate(tree.subgraphs[0].tensors) if tuple(t.shape) == (1, 16, 1, 8))
    tree.subgraphs[0].tensors[pool].shape = [1, 1, 1, 1]  # LiteRT works shapes out itself, TFLM trusts the file
    builder = flatbuffers.Builder()
    builder.Finish(tree.Pack(builder), b"TFL3")
    crashing = tmp_path / "crashing.tflite"
    crashing.write_bytes(builder.Output())

    crashed, healthy = benchmark.run_all([crashing, converted.path("int8")], converted.inputs, 3)
    assert not crashed.tflm.deployable
    assert "crashed" in crashed.tflm.reason
    assert crashed.litert_outputs.shape == (60, 3)
    assert healthy.tflm.deployable


FOUND = {"validation_accuracy": 0.913, "weights": 90, "weight_bytes": 90, "activation_bytes": 500, "macs": 4000}
FINALIST = FOUND | {"score": 0.1, "number": 1}
SEARCH = {
    "objective": "weighted",
    "error_weight": 0.8,
    "accuracy_tolerance": 0.01,
    "scheme": "int8",
    "limits": {"max_weight_bytes": None, "max_arena_bytes": None, "max_macs": None},
    "original": FOUND,
    "methods": [{"method": "search", "trained": 1, "stopped": 0, "hypervolume": 0.5, "best": FOUND | {"score": 0.1}}],
    "finalists": [FINALIST],
    "epochs": 1,
    "final_epochs": 1,
    "distillation_share": 0.0,
}
"""What `reduce` leaves of its search."""


@pytest.fixture
def project(converted, test_split, tmp_path, monkeypatch):
    """A project folder as the stages before leave it; returns a function that sets the headline."""
    monkeypatch.chdir(tmp_path)
    models, processed = tmp_path / "models/motionsense", tmp_path / "data/processed/motionsense"
    write_items(processed / "test.npz", test_split)
    # Of the first forty, a tenth has another label than in the test split.
    labels = np.where(np.arange(40) % 10 == 0, (test_split.labels[:40] + 1) % 3, test_split.labels[:40])
    held_out = Items(test_split.inputs[:40], labels.astype(np.int32), test_split.groups[:40])
    write_items(processed / "validation.npz", held_out)
    write_json(processed / "frontend.json", FRONTEND)
    write_json(models / "quantized/plan.json", {"original": [], "reduced": ["int8"]})
    write_json(models / "search.json", SEARCH)
    (models / "tflite").mkdir()
    (models / "tflite/reduced-int8.tflite").write_bytes(converted.path("int8").read_bytes())
    report = {"deployment": CONVERSION["deployment"], "c": {"reason": None}}
    write_json(models / "tflite/reduced-int8.operators.json", report)
    (models / "c/reduced-int8").mkdir(parents=True)
    for name, content in lower(tflite.read(converted.path("int8"))).files().items():
        (models / "c/reduced-int8" / name).write_bytes(content)
    write_json(models / "tflite/reduced-int8.loss.json", CONVERSION["loss"])
    # A file that an earlier plan left behind is nobody's business.
    (models / "tflite/reduced-int4.tflite").write_text("stale")

    def set_headline(name):
        settings = {"headline": name}
        # Every stage checks every block, so the project has all of them.
        tree = params_file.read(ROOT / "params.yaml") | {"apps": ["motionsense"]}
        tree["motionsense"] |= {"benchmark": settings, "quantize": QUANTIZE}
        (tmp_path / "params.yaml").write_text(yaml.safe_dump(tree))
        return tmp_path

    return set_headline


def test_the_stage_writes_metrics_of_the_plan_and_no_latency(project, results, runs):
    from stages.benchmark import benchmark as stage

    folder = project("reduced-int8")
    assert CliRunner().invoke(stage, ["motionsense"]).exit_code == 0
    written = sorted(path.name for path in (folder / "metrics/motionsense").iterdir())
    assert written == ["reduced-int8.json"]
    assert sorted(path.name for path in (folder / "metrics/plots/motionsense").iterdir()) == [
        "confusion.csv",
        "front.csv",
    ]
    alone = results["reduced-int8"] | {"mcnemar": None}  # the plan has no unquantized model
    written = read_json(folder / "metrics/motionsense/reduced-int8.json")
    code = written["firmware"]
    assert (code["items"], code["equal_items"], written["firmware_reason"]) == (60, 60, None)
    # The front end of this split is of no kind that there is C for.
    assert code["program"] is None
    assert "there is C for motion" in code["program_reason"]
    assert written == alone | {"firmware": code}
    headline = read_json(folder / "metrics/motionsense.json")["motionsense"]
    assert headline["original_pct"] is None
    held_out = read_items(folder / "data/processed/motionsense/validation.npz")
    right = (runs["int8"].outputs[:40].argmax(axis=1) == held_out.labels).sum()
    assert (headline["validation_items"], headline["validation_pct"]) == (40, 100 * right / 40)
    assert not [*folder.rglob("*latency*")]


def test_a_network_that_learnt_from_the_validation_split_has_the_figure_that_it_was_chosen_by(project):
    from stages.benchmark import benchmark as stage

    folder = project("reduced-int8")
    write_json(folder / "models/motionsense/search.json", SEARCH | {"refit": True})
    assert CliRunner().invoke(stage, ["motionsense"]).exit_code == 0
    headline = read_json(folder / "metrics/motionsense.json")["motionsense"]
    assert (headline["validation_items"], headline["validation_pct"]) == (40, 91.3)


def test_a_headline_outside_of_the_plan_is_refused_before_any_work(project):
    from stages.benchmark import benchmark as stage

    folder = project("reduced-int4")
    failed = CliRunner().invoke(stage, ["motionsense"])
    assert failed.exit_code == 1
    assert "motionsense.benchmark.headline is 'reduced-int4': it must be one of" in failed.output
    assert not (folder / "metrics").exists()


def test_a_model_without_c_says_why(project):
    from stages.benchmark import benchmark as stage

    folder = project("reduced-int8")
    report = folder / "models/motionsense/tflite/reduced-int8.operators.json"
    write_json(report, read_json(report) | {"c": {"reason": "no C can be written for CUMSUM"}})
    assert CliRunner().invoke(stage, ["motionsense"]).exit_code == 0
    written = read_json(folder / "metrics/motionsense/reduced-int8.json")
    assert (written["firmware"], written["firmware_reason"]) == (None, "no C can be written for CUMSUM")
    assert read_json(folder / "metrics/motionsense.json")["motionsense"]["flash_bytes"] is None


def test_c_that_is_gone_is_told(project):
    from stages.benchmark import benchmark as stage

    (project("reduced-int8") / "models/motionsense/c/reduced-int8/model.c").unlink()
    result = CliRunner().invoke(stage, ["motionsense"])
    assert result.exit_code == 1
    assert "models/motionsense/c/reduced-int8/model.c is missing: run the stage convert again." in result.output


def test_a_crash_of_the_microcontroller_runtime_leaves_no_answers_to_hold_c_against(project, monkeypatch):
    import stages.benchmark as stage

    folder = project("reduced-int8")
    run_all = benchmark.run_all

    def crashing(*arguments):
        return [replace(run, tflm=tflm.Examination(reason=isolation.CRASH)) for run in run_all(*arguments)]

    monkeypatch.setattr(benchmark, "run_all", crashing)
    result = CliRunner().invoke(stage.benchmark, ["motionsense"])
    assert (result.exit_code, result.exception) == (0, None), result.output
    written = read_json(folder / "metrics/motionsense/reduced-int8.json")
    assert written["firmware"] is None
    assert written["firmware_reason"].endswith(isolation.CRASH)
    assert (written["tflm"]["deployable"], written["accuracy"]["runtime"]) == (False, "litert")
