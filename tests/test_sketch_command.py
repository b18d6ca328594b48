"""`sketch` writes the sketches of any model of the pipeline, from what a clone has."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def clone(tmp_path, monkeypatch) -> Path:
    """A folder with the models of one application, as the current one."""
    shutil.copytree(ROOT / "models/motionsense/tflite", tmp_path / "models/motionsense/tflite")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_sketches_of_a_model_are_folders_that_hold_all_they_include(clone):
    done = CliRunner().invoke(main, ["sketch", "motionsense", "--model", "reduced-int4"])
    assert done.exit_code == 0, done.output
    folder = clone / "sketches/motionsense/reduced-int4"
    assert {path.name for path in folder.iterdir()} == {".featherline", "sketch", "tflm_sketch"}
    assert (folder / "sketch/sketch.ino").is_file() and (folder / "sketch/model.c").is_file()
    assert (folder / "tflm_sketch/model_tflm.cpp").is_file()


def test_the_arena_is_the_one_that_was_measured_on_the_test_split(clone):
    assert CliRunner().invoke(main, ["sketch", "motionsense"]).exit_code == 0
    written = clone / "sketches/motionsense/reduced-int8/tflm_sketch/model_tflm.h"
    committed = ROOT / "models/motionsense/c/reduced-int8/tflm_sketch/model_tflm.h"
    assert written.read_bytes() == committed.read_bytes()


def test_a_model_that_has_no_c_has_no_sketch(clone):
    refused = CliRunner().invoke(main, ["sketch", "motionsense", "--model", "reduced-none"])
    assert refused.exit_code == 2
    assert "There is no sketch of models/motionsense/tflite/reduced-none.tflite: " in refused.output
    assert not (clone / "sketches").exists()
