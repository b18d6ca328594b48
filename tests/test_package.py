"""The wheel in an environment of its own, outside of the project: every command as somebody who installed it has it.

The environment holds nothing but the wheel; other packages come from the one that runs the tests, so no network is
needed. What is not part of a plain `pip install featherline` is kept from being imported where a test says so.
"""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from featherline.cli import COMMANDS
from featherline.signals import motion

ROOT = Path(__file__).resolve().parents[1]
TRAIN = ("tensorflow", "keras", "dvc", "dvclive", "optuna", "sklearn", "sqlalchemy", "espeakng_loader", "midirenderer")
TFLM = ("tflite_micro",)
C = ("ziglang", "unicorn", "elftools")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([*command, "-w", folder, ROOT], check=True, env=environment)
    [built] = folder.glob("featherline-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Runs the command `featherline` of the environment in a folder; `without` names packages that are not there."""
    top = tmp_path_factory.mktemp("environment")
    venv.create(top, with_pip=False)
    python = top / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, wheel], check=True)
    [packages] = top.glob("lib/python*/site-packages")
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (packages / "absent.py").write_text(
        "import os, sys\nfor name in os.environ.get('ABSENT', '').split():\n    sys.modules[name] = None\n"
    )
    (packages / "absent.pth").write_text("import absent\n")

    def run(folder, *arguments, without=()):
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(
            [top / "bin" / "featherline", *map(str, arguments)],
            cwd=folder,
            env=environment | {"ABSENT": " ".join(without)},
            capture_output=True,
            text=True,
        )

    run.zoo = packages / "featherline" / "zoo"
    return run


@pytest.fixture
def walk(tmp_path):
    t = np.arange(1500) / 50
    swing = np.outer(np.sin(4 * np.pi * t), [0.2, 0.4, 0.6]) + [0, 0, 1]
    motion.write_columns(tmp_path / "my.csv", ["t", "x", "y", "z"], np.column_stack([t, swing]), 4)
    return tmp_path / "my.csv"


def test_the_wheel_has_firmware_kernels_templates_and_the_zoo(installed):
    package = installed.zoo.parent
    for file in (
        "firmware/program/program.c",
        "firmware/sketches/motion.ino",
        "codegen/kernels/conv.c",
        "emulator/freestanding/memory.c",
        "evaluation/boards.yaml",
        "export/templates/cmake/CMakeLists.txt.jinja",
        "export/web/page.html.jinja",
        "export/web/page.js",
        "firmware/export/zephyr/check.cpp",
        "firmware/web/web.c",
        "reports/comparison.html.jinja",
        "zoo/motionsense/reduced-int8.tflite",
        "zoo/keywordspotting/c/reduced-int8/model_program.c",
    ):
        assert (package / file).is_file(), file


def test_the_wheel_has_licence_and_notice(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA")]
        for file in ("LICENSE", "NOTICE"):
            [text] = [archive.read(name) for name in names if name.endswith(f".dist-info/licenses/{file}")]
            assert text == (ROOT / file).read_bytes()
    assert "License-Expression: MIT\n" in metadata


def test_every_command_has_its_help_without_what_is_extra(installed, tmp_path):
    shown = installed(tmp_path, "--help", without=TRAIN + TFLM + C)
    assert shown.returncode == 0, shown.stderr
    assert installed(tmp_path, "--version").stdout == "featherline, version 1.0.0\n"
    for name in COMMANDS:
        assert f"  {name} " in shown.stdout


@pytest.mark.parametrize("without", [(), TRAIN + TFLM + C])
def test_a_model_of_the_zoo_hears_a_recording(installed, tmp_path, walk, without):
    done = installed(tmp_path, "predict", "motionsense", "my.csv", "--json", "out.json", without=without)
    assert done.returncode == 0, done.stderr
    [recording] = json.loads((tmp_path / "out.json").read_text())["recordings"]
    assert len(recording["windows"]) == 6


def test_without_tflm_each_command_says_which_proof_was_left_out(installed, tmp_path):
    model = installed.zoo / "carsensor" / "reduced-int8.tflite"
    absent = TRAIN + TFLM

    told = installed(tmp_path, "operators", model, without=absent)
    assert told.returncode == 0, told.stderr
    assert "runs on TFLM: not tried: The package tflite-micro is not installed" in told.stdout

    measured = installed(tmp_path, "benchmark", model, "--runs", 2, "--warmup", 0, without=absent)
    assert measured.returncode == 0, measured.stderr
    assert "not tried: The package tflite-micro is not installed" in " ".join(measured.stdout.split())

    written = installed(tmp_path, "to-c", model, "--out", "c", without=absent)
    assert written.returncode == 0, written.stderr
    assert "The C on an emulated Cortex-M4 gave the outputs of LiteRT's reference kernels on " in written.stdout
    assert "The proof against TensorFlow Lite Micro was left out" in written.stdout
    assert (tmp_path / "c" / "model.c").is_file()


@pytest.mark.parametrize(
    "command", [("operators", "gesture.h5"), ("convert", "gesture.h5", "--scheme", "none", "--out", "c")]
)
def test_a_network_takes_the_extra_train_and_says_so(installed, tmp_path, command):
    (tmp_path / "gesture.h5").write_bytes(b"whatever it holds")
    refused = installed(tmp_path, *command, without=TRAIN + TFLM + C)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert "which is not installed: pip install 'featherline[train]'" in refused.stderr


@pytest.mark.parametrize("kind", ["arduino", "cmake", "zephyr"])
def test_a_model_of_the_zoo_is_exported_without_what_is_extra(installed, tmp_path, kind):
    done = installed(tmp_path, "export", "motionsense", "--as", kind, "--out", "out", without=TRAIN + TFLM + C)
    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "out").rglob("motionsense_program.c"))


def test_a_page_is_exported_where_there_is_a_compiler(installed, tmp_path):
    refused = installed(tmp_path, "export", "motionsense", "--as", "web", "--out", "out", without=TRAIN + TFLM + C)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "ziglang, which is not installed: pip install 'featherline[c]'" in refused.stderr
    done = installed(tmp_path, "export", "motionsense", "--as", "web", "--out", "out", without=TRAIN + TFLM)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "index.html").is_file()


def test_without_a_compiler_the_layers_of_the_c_are_tried(installed, tmp_path):
    model = installed.zoo / "carsensor" / "reduced-int8.tflite"
    written = installed(tmp_path, "to-c", model, "--out", "c", without=C + TRAIN)
    assert written.returncode == 0, written.stderr
    assert "in NumPy, gave the outputs of TensorFlow Lite Micro on 20 of 20 seeded inputs" in written.stdout
    assert "The C was not compiled: that takes the extra c" in written.stdout


def test_with_everything_the_c_is_equal_to_tflm(installed, tmp_path):
    model = installed.zoo / "carsensor" / "reduced-int4.tflite"
    written = installed(tmp_path, "to-c", model, "--out", "c")
    assert written.returncode == 0, written.stderr
    assert "The C on an emulated Cortex-M4 gave the outputs of TensorFlow Lite Micro on 20 of 20" in written.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--base", "main"),
        ("latency",),
        ("pr-report", "--base", "main", "--out", "report.md"),
        ("verify",),
        ("release", "--run", "."),
        ("repro",),
    ],
)
def test_commands_of_the_pipeline_say_that_they_need_the_project(installed, tmp_path, arguments):
    done = installed(tmp_path, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith("Error: ")
