"""The workflows of .github: what actionlint says, pinned actions, and no more rights than they need."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
COMMENTS = {"pull-request.yml": {"contents": "read", "pull-requests": "write"}}
"""The workflow that writes a comment; the others only read."""


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_finds_nothing(workflow):
    program = shutil.which("actionlint", path=Path(sys.executable).parent) or shutil.which("actionlint")
    if not program:
        pytest.skip("actionlint is not installed: install requirements.txt")
    done = subprocess.run([program, "-no-color", workflow], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(workflow):
    used = re.findall(r"uses:\s*(\S+)(.*)", workflow.read_text())
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_have_the_rights_that_they_name_and_no_others(workflow):
    tree = yaml.safe_load(workflow.read_text())
    assert tree["permissions"] == {}
    for job in tree["jobs"].values():
        assert job["permissions"] == COMMENTS.get(workflow.name, {"contents": "read"})


def test_pushes_and_pull_requests_are_tested_and_parts_of_the_long_tests_exist():
    tree = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    assert {"push", "pull_request"} <= set(tree[True])  # `on` is true to YAML 1.1
    commands = [step.get("run", "") for step in tree["jobs"]["test"]["steps"]]
    assert "make test" in commands
    parts = [entry["part"] for entry in tree["jobs"]["soak"]["strategy"]["matrix"]["include"]]
    soaked = [path.as_posix() for path in (ROOT / "tests").rglob("test_*.py") if "mark.soak" in path.read_text()]
    for part in parts:
        assert any(part in path for path in soaked), part


def test_every_target_of_make_that_a_workflow_calls_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {name for path in WORKFLOWS for name in re.findall(r"^(?! *#).*\bmake ([a-z-]+)", path.read_text(), re.M)}
    assert called
    assert called <= targets
