"""`python -m featherline latency`: host latency of the pipeline's models, outside of the pipeline."""

import json
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from featherline import params_file
from featherline.cli import main

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = [
    "Latency (us) - Init",
    "Latency (us) - 1st Inference",
    "Latency (us) - Avg Warmup",
    "Latency (us) - Avg Inference",
]


def latency(*arguments):
    return CliRunner().invoke(main, ["latency", "--runs", "5", "--warmup", "2", *arguments])


@pytest.fixture
def project(converted, tmp_path, monkeypatch):
    """A folder with two models of one application, and the params.yaml that lists them."""
    monkeypatch.chdir(tmp_path)
    tree = params_file.read(ROOT / "params.yaml") | {"apps": ["motionsense"]}
    tree["motionsense"]["quantize"] |= {"original": ["none"], "reduced": ["int8"]}
    Path("params.yaml").write_text(yaml.safe_dump(tree))
    folder = Path("models/motionsense/tflite")
    folder.mkdir(parents=True)
    shutil.copy(converted.path("none"), folder / "original-none.tflite")
    shutil.copy(converted.path("int8"), folder / "reduced-int8.tflite")
    return tmp_path


def test_every_model_of_the_pipeline_is_measured(project):
    result = latency()
    assert result.exit_code == 0, result.output
    assert "Wrote the latency of 2 models on " in result.output
    measured = json.loads((project / "latency/host_latency.json").read_text())
    assert (measured["runs"], measured["warmup_runs"], measured["threads"]) == (5, 2, 1)
    assert list(measured["models"]["motionsense"]) == ["original-none", "reduced-int8"]
    assert measured["models"]["motionsense"]["reduced-int8"]["average_us"] > 0
    assert measured["machine"]["processor"]


def test_the_workbook_has_the_published_columns(project):
    latency("--out", "elsewhere")
    table = pd.read_excel(project / "elsewhere/Latency.xlsx")
    assert list(table.columns[:7]) == ["Application", "Model", "Quantization", *PUBLISHED]
    assert list(table["Quantization"]) == ["none", "int8"]
    measured = json.loads((project / "elsewhere/host_latency.json").read_text())["models"]["motionsense"]
    assert list(table["Latency (us) - Init"]) == [one["initialisation_us"] for one in measured.values()]
    machine = openpyxl.load_workbook(project / "elsewhere/Latency.xlsx")["Machine"]
    assert machine["A2"].value == "processor"


def test_a_model_that_is_not_there_is_named(project):
    Path("models/motionsense/tflite/reduced-int8.tflite").unlink()
    result = latency()
    assert result.exit_code == 2
    assert "models/motionsense/tflite/reduced-int8.tflite is missing: run the stage that writes it" in result.stderr
    assert not (project / "latency").exists()


def test_no_stage_knows_it_and_git_ignores_it():
    assert "latency" not in (ROOT / "dvc.yaml").read_text()
    assert "/latency/" in (ROOT / ".gitignore").read_text().splitlines()
