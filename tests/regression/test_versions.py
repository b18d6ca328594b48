"""A base whose records are of an earlier version, or of one that nobody knows."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main
from tests.records.examples import changed, content


@pytest.fixture
def earlier_base(project):
    """A base with records as commit a14b373 has them, and a working tree with records of today."""
    headline = content("headline")
    first, second = content("pipeline-model-1"), content("pipeline-model-2")
    project.write("params.yaml", "apps:\n- motionsense\n")
    project.write("metrics/motionsense.json", json.dumps({"motionsense": headline}))
    project.write("metrics/motionsense/reduced-int8.json", json.dumps(first))
    project.commit("Record what was measured at a14b373")
    correct = first["accuracy"]["correct"] - 100
    accuracy = {"correct": correct, "accuracy_pct": round(correct / 3, 2), "low_pct": 0.0, "high_pct": 100.0}
    worse = changed(second, accuracy=accuracy)
    project.write("metrics/motionsense/reduced-int8.json", json.dumps(worse))
    figures = {"accuracy_pct": round(correct / 3, 2)}
    project.write("metrics/motionsense.json", json.dumps({"motionsense": headline | figures}))
    return project


def test_records_of_version_1_are_compared_with_those_of_today(earlier_base):
    result = CliRunner().invoke(main, ["check", "--base", "main"])
    [line] = [line for line in result.stdout.splitlines() if " accuracy_pct " in line]
    assert (result.exit_code, result.stderr) == (1, "")
    assert "points at least" in line
    report = CliRunner().invoke(main, ["pr-report", "--base", "main", "--out", "report.md"])
    assert (report.exit_code, report.stderr) == (0, "")
    assert "| `reduced-int8` |" in Path("report.md").read_text()


@pytest.mark.parametrize(
    "command", [["check", "--base", "main"], ["pr-report", "--base", "main", "--out", "report.md"]]
)
def test_a_version_that_nobody_knows_is_one_sentence(earlier_base, command):
    path = "metrics/motionsense/reduced-int8.json"
    now = (earlier_base.folder / path).read_text()
    earlier_base.write(path, json.dumps(content("pipeline-model-2") | {"schema_version": 9}))
    earlier_base.git("add", path)
    earlier_base.git("commit", "--quiet", "--message", "Record by a later Featherline", path)
    earlier_base.write(path, now)
    result = CliRunner().invoke(main, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: {path} of main: schema_version is 9, and this Featherline reads 1 and 2: use the Featherline that "
        "wrote it, or run `dvc repro benchmark@motionsense` there, or compare with a later revision.\n"
    )
