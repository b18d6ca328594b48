"""`python -m featherline to-c` as somebody with a model from elsewhere would use it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.emulator import qemu_processor
from featherline.evaluation import proof, trial
from tests.tflite.handmade import FLOAT, OPERATORS, Handmade, classifier


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "gesture.tflite"
    path.write_bytes(classifier(np.random.default_rng(0)))
    return path


def to_c(*arguments):
    return CliRunner().invoke(main, ["to-c", *map(str, arguments)])


def test_a_model_becomes_a_folder_of_c(model, tmp_path):
    out = tmp_path / "c"
    for optimize in ("size", "speed"):  # what it wrote itself is replaced
        options = ("--name", "gesture", "--classes", "up, down, none", "--optimize", optimize)
        result = to_c(model, "--out", out, *options)
        assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.glob("[!.]*")) == ["gesture.c", "gesture.h", "manifest.json"]
    assert "void gesture_invoke(const int8_t *input, int8_t *output);" in (out / "gesture.h").read_text()
    assert '{"up", "down", "none"}' in (out / "gesture.h").read_text()
    assert json.loads((out / "manifest.json").read_text())["name"] == "gesture"


def test_a_model_of_another_type_is_refused_and_nothing_is_written(tmp_path):
    made = Handmade()
    entry, result = made.tensor((1, 4), FLOAT), made.tensor((1, 4), FLOAT)
    made.operator(OPERATORS.RELU, [entry], [result])
    path = tmp_path / "float.tflite"
    path.write_bytes(made.content([entry], [result]))
    refused = to_c(path, "--out", tmp_path / "c")
    assert refused.exit_code == 2
    assert "no C can be written for RELU (operator 0): tensor 0 (tensor_0) is float32 instead of int8" in refused.output
    assert len(refused.output.strip().splitlines()) == 1
    assert not (tmp_path / "c").exists()


def test_a_folder_with_something_else_is_left_alone(model, tmp_path):
    out = tmp_path / "c"
    out.mkdir()
    (out / "letters.txt").write_text("mine")
    refused = to_c(model, "--out", out)
    assert refused.exit_code == 2
    assert "holds letters.txt, which was not written by Featherline" in refused.output
    assert (out / "letters.txt").read_text() == "mine"


def test_a_core_whose_emulator_is_not_installed_is_left_out_with_a_reason(model, monkeypatch):
    monkeypatch.setattr(qemu_processor, "available", lambda: False)
    proven = proof.prove(model, "gesture", "size", "m55")
    assert proven.cost is None and proven.equal == proven.items
    assert "The C was not run on a Cortex-M55: that takes qemu-system-arm (Debian: apt-get" in proven.sentence
    figures = trial.on_core(model, 1000, "m55")
    assert figures.figures is None
    assert figures.reason.endswith("which emulates a Cortex-M55: install the Debian package qemu-system-arm.")


def test_a_missing_model_is_named(tmp_path):
    refused = to_c(tmp_path / "nothing.tflite", "--out", tmp_path / "c")
    assert refused.exit_code == 2
    assert "nothing.tflite" in refused.output


@pytest.mark.parametrize("classes", ["up,down", "up,,none", "up,up,none"])
def test_classes_that_do_not_fit_the_model_are_refused_and_nothing_is_written(model, tmp_path, classes):
    refused = to_c(model, "--out", tmp_path / "c", "--classes", classes)
    assert refused.exit_code == 2
    assert len(refused.output.strip().splitlines()) == 1
    assert not (tmp_path / "c").exists()
