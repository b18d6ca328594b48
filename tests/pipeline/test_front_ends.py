"""A search that chooses the front end as well: from raw recordings to the C of the headline model."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from featherline.commands.robustness import robustness
from featherline.reduction import worker_pool
from featherline.robustness import disturbances
from featherline.signals import dataset
from featherline.signals.dataset import read_items
from tests.pipeline.workspace import edit, fails, passes, take_trained
from tests.reduction.machine import pretended, workers_here

MODELS = Path("models/carsensor")
FEATURES = MODELS / "reduced_features"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder in which everything before the search is done; copied for each test."""
    return tmp_path_factory.mktemp("trained")


@pytest.fixture
def ready(workspace, trained, monkeypatch):
    """The simulated CarSensor, ready for a search that pretends to train its candidates."""
    edit("carsensor.train.epochs", 1)
    edit("carsensor.reduce.budget.simulated", {"trials": 5, "epochs": 1, "final_epochs": 1})
    edit("carsensor.reduce.finalists", 1)
    edit("carsensor.reduce.workers", 1)
    edit("carsensor.reduce.max_arena_bytes", 4000)
    edit("carsensor.reduce.baselines", {"random_search": False, "by_hand": None})
    take_trained(trained, "carsensor")
    monkeypatch.setattr(worker_pool, "workers", workers_here)
    monkeypatch.setattr(worker_pool, "train_candidate", pretended)
    return workspace


def choose(**choices) -> None:
    edit("carsensor.reduce.space.frontend", choices)


def test_without_choices_the_features_are_those_of_preprocess(ready):
    passes("reduce", "carsensor")
    assert [path.name for path in FEATURES.iterdir()] == ["frontend.json"]
    assert (FEATURES / "frontend.json").read_bytes() == Path("data/processed/carsensor/frontend.json").read_bytes()
    assert "front_end" not in pd.read_csv(MODELS / "trials.csv").columns
    assert not Path(".featherline/front_ends/carsensor").exists()


def test_the_winner_brings_its_own_features_to_every_later_stage(ready, monkeypatch):
    choose(sample_rate_hz=[12.5], window_seconds=[5.12, 6.4])
    edit("carsensor.quantize.original", ["none", "int8"])
    edit("carsensor.quantize.reduced", ["none", "int8", "int4"])
    edit("carsensor.quantize.fine_tuning.epochs", 1)
    edit("carsensor.quantize.calibration_items", 20)
    for stage in ("reduce", "quantize", "convert", "benchmark"):
        passes(stage, "carsensor")

    frontend = json.loads((FEATURES / "frontend.json").read_text())
    assert frontend["chosen"]["sample_rate_hz"] == 12.5
    window = round(12.5 * frontend["chosen"]["window_seconds"])
    assert frontend["input_shape"] == [window, 1, 2]
    assert read_items(FEATURES / "test.npz").inputs.shape[1] == window
    own = json.loads(Path("data/processed/carsensor/frontend.json").read_text())
    assert own["input_shape"] == [256, 1, 2]
    for name in ("train", "validation", "test"):  # nobody changes sides
        groups = [
            set(read_items(place / f"{name}.npz").groups) for place in (FEATURES, Path("data/processed/carsensor"))
        ]
        assert groups[0] == groups[1]
    summary = json.loads((MODELS / "search.json").read_text())
    assert summary["finalists"][0]["front_end"] == frontend["chosen"]

    beside = {path.name for path in (MODELS / "tflite").glob("*frontend.json")}
    assert beside == {"original.frontend.json", "reduced.frontend.json"}
    for model, shape in (("reduced-int8", [1, window, 1, 2]), ("original-int8", [1, 256, 1, 2])):
        assert json.loads(Path(f"metrics/carsensor/{model}.json").read_text())["input"]["shape"] == shape
    assert f"MODEL_INPUT_SHAPE {{1, {window}, 1, 2}}" in (MODELS / "c/reduced-int8/model.h").read_text()
    headline = json.loads(Path("metrics/carsensor.json").read_text())["carsensor"]
    assert headline["test_items"] == len(read_items(FEATURES / "test.npz"))

    monkeypatch.setattr(disturbances, "of_kind", lambda kind: ())
    done = CliRunner().invoke(robustness, ["carsensor"])
    assert done.exit_code == 0, done.output
    [undisturbed] = json.loads(Path("robustness/carsensor.json").read_text())["rows"]
    assert undisturbed["accuracy_pct"] == headline["accuracy_pct"]  # the same people, the same windows

    frontend["normalization"]["mean"][0] += 0.5
    (FEATURES / "frontend.json").write_text(json.dumps(frontend))
    fails("quantize", "carsensor", "normalization.mean[0] is")


def test_candidates_and_finalists_read_no_test_split(ready, monkeypatch):
    choose(window_seconds=[5.12])
    edit("carsensor.reduce.max_program_bytes", 6000)  # so that programs of candidates are made, too
    read = []
    monkeypatch.setattr(dataset, "read_items", lambda path: read.append(Path(path).name) or read_items(path))
    passes("reduce", "carsensor")
    assert set(read) == {"train.npz", "validation.npz"}


def test_whole_programs_are_weighed_and_those_of_finalists_measured(ready):
    choose(window_seconds=[5.12, 10.24])
    edit("carsensor.reduce.cost", "program_bytes")
    edit("carsensor.reduce.max_program_bytes", 6000)
    edit("carsensor.quantize.original", ["none"])
    edit("carsensor.quantize.reduced", ["none", "int8"])
    for stage in ("reduce", "quantize", "convert", "benchmark"):
        passes(stage, "carsensor")
    trials = pd.read_csv(MODELS / "trials.csv")
    assert trials["program_bytes"].max() <= 6000
    summary = json.loads((MODELS / "search.json").read_text())
    assert summary["cost"] == "program_bytes"
    [finalist] = summary["finalists"]
    headline = json.loads(Path("metrics/carsensor.json").read_text())["carsensor"]
    assert finalist["program_bytes"] == headline["program_bytes"]
    estimated = trials.loc[trials["winner"], "program_bytes"].item()
    assert estimated == pytest.approx(headline["program_bytes"], rel=0.12)


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (
            {"overlap": [0.5]},
            "carsensor.reduce.space.frontend.overlap is nothing that this front end computes: sample_",
        ),
        ({"window_seconds": ["long"]}, 'has {"window_seconds": "long"}. params.yaml: preprocess.window_seconds is'),
        (
            {"window_seconds": []},
            "carsensor.reduce.space.frontend is {'window_seconds': []}: window_seconds should be a l",
        ),
        ({"window_seconds": [5, 5]}, "window_seconds lists a choice twice"),
        ({"window_seconds": 5}, "window_seconds should be a list of one choice or more"),
        (
            {"window_seconds": list(range(2, 30))},
            "has 28 combinations, and each is a data set of its own: leave at most",
        ),
        (
            {"sample_rate_hz": [49]},
            'has {"sample_rate_hz": 49}, which cannot be computed. preprocess.sample_rate_hz is',
        ),
    ],
)
def test_choices_that_no_front_end_has(ready, choices, sentence):
    choose(**choices)
    fails("reduce", "carsensor", sentence)


def test_what_does_not_go_with_it(ready):
    choose(window_seconds=[5.12])
    edit("carsensor.reduce.distillation.share", 0.5)
    fails("reduce", "carsensor", "distillation.share must be 0 with space.frontend")
    edit("carsensor.reduce.distillation.share", 0.0)
    edit("carsensor.reduce.cost", "program_bytes")
    edit("carsensor.reduce.scheme", "int16x8")
    fails("reduce", "carsensor", "need scheme: int8")
    edit("carsensor.reduce.scheme", "int8")
    edit("carsensor.convert.integer_io", False)
    fails("reduce", "carsensor", "carsensor.convert.integer_io is false, and whole programs")


def test_the_same_search_gives_the_same_bytes(ready):
    choose(window_seconds=[5.12, 10.24])
    passes("reduce", "carsensor")
    first = {path.name: path.read_bytes() for path in (*MODELS.glob("*.csv"), *FEATURES.iterdir()) if path.is_file()}
    shutil.rmtree(".featherline/studies")
    passes("reduce", "carsensor")
    again = {path.name: path.read_bytes() for path in (*MODELS.glob("*.csv"), *FEATURES.iterdir()) if path.is_file()}
    assert again == first
    assert np.all(np.isfinite(read_items(Path("data/processed/carsensor/train.npz")).inputs))
