"""`python -m featherline verify` on a pipeline of three small stages."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.regression import repetition

# Listed from the last to the first: the order of the pipeline is that of its dependencies.
PIPELINE = """
stages:
  report:
    cmd: python make.py report
    deps: [make.py, metrics]
    outs:
      - reports/index.html: {cache: false}
  measure:
    cmd: python make.py measure
    deps: [make.py, data]
    outs:
      - models/c: {cache: false}
    metrics:
      - metrics: {cache: false}
  features:
    cmd: python make.py features
    deps: [make.py]
    outs:
      - data
      - models/network.npz
"""
MAKE = """
import sys
from pathlib import Path

import numpy as np

SCALE = 1
ACCURACY = 90.5
PAGE = "<html>"


def write(path, content):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(content)


def features():
    write("data/labels.csv", "label")
    np.savez("data/train.npz", inputs=np.arange(6) * SCALE)
    Path("models").mkdir(exist_ok=True)
    np.savez("models/network.npz", kernel=np.ones(4) * SCALE)


def measure():
    inputs = np.load("data/train.npz")["inputs"]
    write("metrics/doors.json", '{"accuracy_pct": %s, "sum": %d}' % (ACCURACY, inputs.sum()))
    write("models/c/model.c", "int x;")


def report():
    write("reports/index.html", PAGE + Path("metrics/doors.json").read_text())


globals()[sys.argv[1]]()
"""


def verify(*arguments):
    return CliRunner().invoke(main, ["verify", *arguments])


def dvc(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def kept_run(tmp_path_factory) -> Path:
    """Where the first test leaves the project after its run for all others."""
    return tmp_path_factory.mktemp("pipeline") / "run"


@pytest.fixture
def pipeline(empty_project, kept_run, monkeypatch):
    """A project with a pipeline of DVC and the outputs that it gives, committed."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    if kept_run.exists():
        shutil.copytree(kept_run, empty_project.folder, dirs_exist_ok=True)
        return empty_project
    empty_project.write(".dvc/config", "[core]\n    analytics = false\n")
    empty_project.write(".dvc/.gitignore", "/config.local\n/tmp\n/cache\n")
    empty_project.write(".gitignore", "/repeated/\n__pycache__/\n")
    empty_project.write("dvc.yaml", PIPELINE)
    empty_project.write("make.py", MAKE)
    dvc(empty_project.folder, "repro")
    empty_project.commit("Record a run")
    shutil.copytree(empty_project.folder, kept_run)
    return empty_project


def test_outputs_that_come_out_again_are_the_same(pipeline):
    result = verify()
    assert (result.exit_code, result.stderr) == (0, "")
    head = pipeline.git("rev-parse", "HEAD")[:7]
    compared, recorded, here, verdict = result.stdout.splitlines()
    assert compared == (
        f"Compared 3 stages of HEAD ({head}) to the byte: 3 files that git has, and 2 outputs of the DVC cache by "
        "their hashes in dvc.lock."
    )
    assert recorded == "Nobody recorded where the committed files were made (docs/made-on.json)."
    assert here.startswith("This is ")
    assert verdict == "Everything is the same to the byte, and git status is clean, dvc.lock included."


def test_the_first_stage_that_differs_is_told_with_what_differs_in_it(pipeline):
    pipeline.write("make.py", MAKE.replace("SCALE = 1", "SCALE = 2"))
    pipeline.commit("Change features, and record no run")
    result = verify("--folder", "repeated")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[3:] == [
        "The first stage that differs is features:",
        "  data/train.npz: array inputs: 5 of 6 values differ, most at [5]: 5 committed, 10 now; 1 of 1 arrays differ",
        "  models/network.npz: array kernel: 4 of 4 values differ, most at [0]: 1.0 committed, 2.0 now; "
        "1 of 1 arrays differ",
        "After it: measure (1), report (1).",
        "3 of 3 stages differ.",
    ]
    again = verify("--folder", "repeated")
    assert (again.exit_code, again.stderr) == (
        2,
        "Error: repeated is not empty: name another folder, or remove it.\n",
    )


def test_a_clone_without_the_cache_knows_the_hashes_alone(pipeline, tmp_path, monkeypatch):
    pipeline.write("make.py", MAKE.replace("SCALE = 1", "SCALE = 2"))
    pipeline.commit("Change features, and record no run")
    clone = tmp_path / "repeated/clone"
    pipeline.git("clone", "--quiet", ".", str(clone))
    monkeypatch.chdir(clone)
    lines = verify().stdout.splitlines()
    assert lines[3] == "The first stage that differs is features:"
    assert lines[4].startswith("  data has another hash (") and lines[4].endswith("DVC cache has no list of its files")
    assert lines[5].startswith("  models/network.npz has another hash (")
    assert lines[5].endswith("this clone's DVC cache has no content")


def test_a_tracked_file_is_told_with_its_key_and_what_was_edited_by_hand(pipeline):
    pipeline.write("metrics/doors.json", '{"accuracy_pct": 95.5, "sum": 15}')
    pipeline.write("models/c/gone.c", "nobody writes this")
    (pipeline.folder / "models/c/model.c").unlink()
    pipeline.commit()
    result = verify()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[3:] == [
        "The first stage that differs is measure:",
        "  metrics/doors.json: key accuracy_pct: 95.5 committed, 90.5 now; 1 of 2 keys differ",
        "  models/c/gone.c is committed, and no stage wrote it again",
        "  models/c/model.c is written, and not committed",
        "1 of 3 stages differ.",
    ]


def test_what_is_no_output_must_be_clean_too(pipeline):
    pipeline.write("make.py", f"{MAKE}\nwrite('log.txt', 'written beside')\n")
    dvc(pipeline.folder, "repro")
    (pipeline.folder / "log.txt").unlink()
    pipeline.commit()
    result = verify()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[3:] == [
        "Every output is the same, and git status is not clean:",
        "  log.txt is written, and not committed",
    ]


def test_the_machine_that_was_recorded_is_told(pipeline):
    assert CliRunner().invoke(main, ["made-on"]).exit_code == 0
    path = pipeline.folder / "docs/made-on.json"
    known = json.loads(path.read_text()) | {"processor": "A processor", "instruction_sets": {"AVX2": True}}
    path.write_text(json.dumps(known | {"c_library": "glibc 2.36"}))
    pipeline.commit("Record the machine")
    assert "made on A processor with AVX2, glibc 2.36 (docs/made-on.json).\n" in verify().stdout
    path.write_text(json.dumps(known | {"dvc_lock": "another"}))
    pipeline.commit("Record another one")
    assert "(docs/made-on.json, recorded for another dvc.lock).\n" in verify().stdout


def test_a_stage_that_fails_is_told(pipeline):
    pipeline.write("make.py", "raise SystemExit(3)")
    pipeline.commit()
    result = verify()
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: dvc repro --force failed with status 255: what it said stands above.\n",
    )


def test_a_revision_without_a_lock_is_told(empty_project):
    assert "HEAD has no dvc.lock: run the pipeline (dvc repro) and commit it first." in verify().stderr


def test_a_broken_lock_is_told(empty_project):
    empty_project.write("dvc.lock", "stages: []\n")
    empty_project.commit()
    assert "dvc.lock of HEAD is no lock file of DVC" in verify().stderr


def test_stages_come_in_the_order_of_the_pipeline():
    lock = (Path(__file__).resolve().parents[2] / "dvc.lock").read_bytes()
    stages = list(dict.fromkeys(output.stage for output in repetition.outputs(lock, "dvc.lock")))
    verbs = [stage.partition("@")[0] for stage in stages]
    assert list(dict.fromkeys(verbs)) == [
        *("fetch", "preprocess", "train", "reduce", "quantize", "convert", "benchmark", "report")
    ]
    assert verbs == sorted(verbs, key=list(dict.fromkeys(verbs)).index)
