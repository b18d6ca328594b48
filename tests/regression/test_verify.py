"""`python -m featherline verify` on a pipeline of one small stage."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.regression import repetition

PIPELINE = """
stages:
  make:
    cmd: python make.py
    deps:
      - make.py
    outs:
      - models:
          cache: false
    metrics:
      - metrics:
          cache: false
"""
MAKE = """
from pathlib import Path

results = {
    "models/a.tflite": "weights",
    "models/c/model.c": "int x;",
    "models/c/sketch/sketch.ino": "void setup() {}",
    "metrics/doors.json": "{}",
    "metrics/plots/doors/front.csv": "weight_bytes",
}
for path, content in results.items():
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(content)
"""


def verify(*arguments):
    return CliRunner().invoke(main, ["verify", *arguments])


@pytest.fixture
def pipeline(empty_project):
    """A project with a pipeline of DVC and the results that it gives."""
    empty_project.write(".dvc/config", "[core]\n    analytics = false\n")
    empty_project.write("dvc.yaml", PIPELINE)
    empty_project.write("make.py", MAKE)
    subprocess.run([sys.executable, "make.py"], cwd=empty_project.folder, check=True)
    empty_project.commit("Record a run")
    return empty_project


def test_results_that_come_out_again_are_the_same(pipeline):
    result = verify()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "All 5 .tflite, C and metrics files of HEAD (" in result.stdout


def test_results_that_come_out_otherwise_are_told_one_a_line(pipeline):
    pipeline.write("models/a.tflite", "wEights!")
    pipeline.write("models/gone.tflite", "nobody writes this")
    pipeline.commit()
    result = verify("--folder", "repeated")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "models/a.tflite differs from byte 1 on (8 bytes committed, 7 now)",
        "models/gone.tflite is committed, and no stage wrote it again",
        f"2 files of HEAD ({pipeline.git('rev-parse', 'HEAD')[:7]}) differ.",
    ]
    assert (pipeline.folder / "repeated/models/a.tflite").read_text() == "weights"
    again = verify("--folder", "repeated")
    assert (again.exit_code, again.stderr) == (
        2,
        "Error: repeated is not empty: name another folder, or remove it.\n",
    )


def test_a_stage_that_fails_is_told(pipeline):
    pipeline.write("make.py", "raise SystemExit(3)")
    pipeline.commit()
    result = verify()
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: dvc repro --force failed with status 255: what it said stands above.\n",
    )


def test_a_file_that_nobody_committed_is_a_difference(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models/new.tflite").write_bytes(b"weights")
    (tmp_path / "models/host_latency.json").write_bytes(b"differs on every machine")
    assert repetition.differences({}, tmp_path) == ["models/new.tflite is written, and not committed"]


def test_a_revision_without_results_is_told(empty_project):
    assert "HEAD has no results below models and metrics" in verify().stderr
