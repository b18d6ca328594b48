"""What a stage wrote before stays where the stage fails or is killed, with DVC in between."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.pipeline.workspace import ROOT, edit

STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
OUTPUTS = [
    pytest.param(output, id=f"{name}: {output if isinstance(output, str) else next(iter(output))}")
    for name, stage in STAGES.items()
    for kind in ("outs", "metrics", "plots")
    for output in stage.get(kind, [])
]
TARGET = "fetch@motionsense"


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output_persists(output):
    assert isinstance(output, dict)
    assert all(options.get("persist") is True for options in output.values())


def dvc(*words: str, **options) -> subprocess.Popen:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        [sys.executable, "-m", "dvc", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **options,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_wrong_value_and_a_kill_leave_the_earlier_recordings(workspace):
    """`fetch` as dvc.yaml has it, but for its code, which stays where it is."""
    stage = STAGES["fetch"] | {"deps": ["recordings"], "matrix": {"app": ["motionsense"]}}
    Path("dvc.yaml").write_text(yaml.safe_dump({"stages": {"fetch": stage}}))
    Path("recordings").mkdir()
    assert dvc("init", "--no-scm", "--quiet").wait() == 0
    first = dvc("repro", TARGET)
    said, _ = first.communicate()
    assert first.returncode == 0, said
    raw = workspace / "data/raw/motionsense"
    earlier = contents(raw)
    assert "provenance.json" in earlier

    edit("motionsense.fetch.simulation.subjects", "many")
    wrong = dvc("repro", TARGET)
    said, _ = wrong.communicate()
    assert wrong.returncode != 0
    assert "motionsense.fetch.simulation.subjects is 'many'" in said
    assert contents(raw) == earlier

    edit("motionsense.fetch.simulation.subjects", 500)
    killed = dvc("repro", TARGET)
    partial = raw.with_name(".partial-motionsense")
    while not list(partial.rglob("*.csv")) and killed.poll() is None:
        time.sleep(0.05)
    assert killed.poll() is None
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert contents(raw) == earlier

    edit("motionsense.fetch.simulation.subjects", 3)
    shutil.rmtree(".dvc/tmp")  # the lock of the DVC that was killed, as its next message advises
    again = dvc("repro", TARGET)
    said, _ = again.communicate()
    assert again.returncode == 0, said
    assert not partial.exists()
    subjects = {Path(name).name for name in contents(raw)} - {"provenance.json"}
    assert {"sub_1.csv", "sub_3.csv"} <= subjects
    assert "sub_4.csv" not in subjects
