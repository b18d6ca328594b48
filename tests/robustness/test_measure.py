"""The command runs the published model on recordings that were disturbed before the front end."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from featherline import params
from featherline.applications import carsensor
from featherline.commands import robustness as command
from featherline.core import isolation
from featherline.signals.dataset import Dataset, Items
from tests.pipeline.workspace import ROOT

MODELS = "models/carsensor/tflite"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The committed CarSensor, with recordings that are drawn: what disturbs them reaches the inputs."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", "params.yaml")
    shutil.copytree(ROOT / MODELS, MODELS)
    frontend = json.loads(Path(MODELS, "frontend.json").read_text())
    count = 12
    frontend["splits"]["test"]["items"] = count
    Path(MODELS, "frontend.json").write_text(json.dumps(frontend))

    def preprocess(folder: Path, settings: params.Preprocess, seed: int, disturb=None) -> Dataset:
        rng = np.random.default_rng(0)
        samples, _, channels = frontend["input_shape"]
        recordings = [rng.normal(size=(samples, 3)).astype(np.float32) for _ in range(count)]
        disturbed = [disturb(recording, 50.0) if disturb else recording for recording in recordings]
        inputs = np.stack(disturbed)[:, :, None, :channels]
        items = Items(inputs, (np.arange(count) % 2).astype(np.int32), np.repeat(["a", "b"], count // 2))
        return Dataset(("other", "vehicle"), {"test": items}, 3, {})

    def run_here(calls: list[isolation.Call], description: str) -> list:
        return [call.function(*call.arguments) for call in calls]

    monkeypatch.setattr(isolation, "run", run_here)  # the model is known to run; a process would cost seconds

    def at_rest(folder: Path, settings: params.Preprocess, count: int, seed: int) -> tuple[np.ndarray, str]:
        return np.zeros((count, *frontend["input_shape"]), np.float32), "other"

    drawn = SimpleNamespace(Preprocess=carsensor.Preprocess, preprocess=preprocess, at_rest=at_rest)
    monkeypatch.setattr(command, "module_of", lambda tree, app: drawn)
    return tmp_path


def run(*options: str):
    return CliRunner().invoke(command.robustness, ["carsensor", *options])


def test_a_row_for_each_disturbance_and_the_same_again(project):
    done = run()
    assert done.exit_code == 0, done.output
    content = json.loads(Path("robustness/carsensor.json").read_text())
    rows = content["rows"]
    assert (rows[0]["disturbance"], rows[0]["lost_points"], rows[0]["items"]) == ("as recorded", 0, 12)
    assert len({row["disturbance"] for row in rows}) == len(rows) == 13
    assert all(
        row["lost_points"] == pytest.approx(rows[0]["accuracy_pct"] - row["accuracy_pct"], abs=0.01) for row in rows
    )
    assert (content["at_rest"]["class"], content["at_rest"]["windows"]) == ("other", 1000)
    said = f"{content['at_rest']['accuracy_pct']:.1f} % [{content['at_rest']['low_pct']:.1f}, "
    assert said in Path("robustness/carsensor.md").read_text()
    written = Path("robustness/carsensor.md").read_bytes()
    assert run().exit_code == 0
    assert Path("robustness/carsensor.md").read_bytes() == written


def test_a_model_that_is_missing_and_recordings_of_another_run(project):
    refused = run("--model", "reduced-int1")
    assert (refused.exit_code, "reduced-int1.tflite is missing: run the stage convert" in refused.output) == (2, True)
    frontend = json.loads(Path(MODELS, "frontend.json").read_text())
    frontend["splits"]["test"]["items"] = 13
    Path(MODELS, "frontend.json").write_text(json.dumps(frontend))
    refused = run()
    assert refused.exit_code == 2
    assert "gives 12 test items, and the model was tested on 13: run the stages from preprocess on" in refused.output
    assert not Path("robustness").exists()
