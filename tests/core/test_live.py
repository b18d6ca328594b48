"""Whoever looks while work goes on sees every step that is done."""

import json
import subprocess

import pandas as pd
import pytest

from featherline.core.live import live


def test_each_step_is_there_as_soon_as_it_is_done(tmp_path):
    with live(tmp_path / "train") as log:
        log({"loss": 0.5, "val_accuracy": 0.75})
        log({"loss": 0.25, "val_accuracy": 0.5})
        curve = pd.read_csv(tmp_path / "train/plots/metrics/val_accuracy.tsv", sep="\t")
        assert curve.val_accuracy.tolist() == [0.75, 0.5]
    assert json.loads((tmp_path / "train/metrics.json").read_text())["loss"] == 0.25


def test_equal_work_leaves_equal_files_and_nothing_of_the_work_before(tmp_path):
    for _ in range(2):
        with live(tmp_path / "train") as log:
            log({"loss": 0.5})
        written = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert sorted(written) == ["train/metrics.json", "train/plots/metrics/loss.tsv"]
        assert written["train/plots/metrics/loss.tsv"] == b"step\tloss\n0\t0.5\n"


def test_a_repository_without_a_commit_is_no_obstacle_and_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], check=True)
    with live("train") as log:
        log({"loss": 0.5})
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "train"]


def test_work_that_fails_before_its_first_step_leaves_what_was_there(tmp_path):
    with live(tmp_path / "train") as log:
        log({"loss": 0.5})
    before = (tmp_path / "train/metrics.json").read_bytes()
    with pytest.raises(ZeroDivisionError), live(tmp_path / "train"):
        raise ZeroDivisionError
    assert (tmp_path / "train/metrics.json").read_bytes() == before
