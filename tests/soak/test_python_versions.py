"""The package under the versions of Python that the pipeline itself does not take: installed as a user installs it.

Packages come from the index, so this is a part of `make soak` alone: `make soak PART=python_versions`.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from featherline.signals import motion

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., str]


def interpreter(version: str) -> str | None:
    """A Python of that version on the path, if it starts; a shim of pyenv may not."""
    program = shutil.which(f"python{version}")
    if program and subprocess.run([program, "-c", ""], capture_output=True).returncode == 0:
        return program
    return None


@pytest.fixture(scope="module", params=["3.12", "3.13"])
def featherline(request, tmp_path_factory) -> Run:
    """Runs the command `featherline` of an environment of that version, in a folder of its own."""
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"python{request.param} is not installed: put one on the path")
    folder = tmp_path_factory.mktemp(f"python-{request.param}")
    environment = folder / "environment"
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", python, environment], check=True)
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", environment / "bin/python", f"{ROOT}[c]"], check=True, cwd=folder
    )

    def run(*arguments: object) -> str:
        command = [environment / "bin/featherline", *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run.folder = folder  # type: ignore[attr-defined]
    return run


def test_a_recording_of_a_walk_is_told_as_every_version_tells_it(featherline):
    t = np.arange(1500) / 50
    swing = np.outer(np.sin(4 * np.pi * t), [0.2, 0.4, 0.6]) + [0, 0, 1]
    motion.write_columns(featherline.folder / "walk.csv", ["t", "x", "y", "z"], np.column_stack([t, swing]), 4)
    featherline("predict", "motionsense", "walk.csv", "--json", "there.json")
    here = [sys.executable, "-m", "featherline", "predict", "motionsense", featherline.folder / "walk.csv"]
    here += ["--json", featherline.folder / "here.json"]
    subprocess.run(here, check=True, cwd=ROOT, capture_output=True)
    there, expected = (json.loads((featherline.folder / name).read_text()) for name in ("there.json", "here.json"))
    windows = [[recording["windows"] for recording in answers["recordings"]] for answers in (there, expected)]
    assert windows[0] == windows[1] and len(windows[0][0]) == 6


def test_a_model_is_looked_into_and_its_c_is_equal_to_tflm(featherline):
    model = ROOT / "zoo/carsensor/reduced-int8.tflite"
    assert "runs on TFLM: yes" in featherline("operators", model)
    written = featherline("to-c", model, "--out", "c")
    assert "The C on an emulated Cortex-M4 gave the outputs of TensorFlow Lite Micro on 20 of 20" in written
    assert (featherline.folder / "c" / "model.c").is_file()
