"""dvc.yaml tells the truth of what stages import; test_simulated holds it against what they open."""

from pathlib import Path

import pytest

from tests.imports import ROOT
from tests.pipeline.dependencies import covered, dependencies, imported, stages

USED_IN_PART = {
    "featherline/firmware/frontend",  # no Python: what is opened is told by test_simulated
    "featherline/firmware/program",
    "featherline/firmware/sketches",
    "featherline/simulation",  # loaded by the application's name
    "recordings",
}


@pytest.mark.parametrize("stage", stages())
def test_a_stage_depends_on_all_that_it_imports(stage):
    assert sorted(path for path in imported(stage) if not covered(path, dependencies(stage))) == []


@pytest.mark.parametrize("stage", stages())
def test_a_stage_depends_on_nothing_that_it_does_not_import(stage):
    modules = imported(stage)
    for path in set(dependencies(stage)) - USED_IN_PART:
        if (ROOT / path).is_dir():
            room = {file.relative_to(ROOT).as_posix() for file in Path(ROOT, path).rglob("*.py")}
            room = {file for file in room if not file.endswith("__init__.py")}
            assert len(room & modules) * 2 > len(room), f"{stage} uses less than half of {path}: list its files"
        elif path.endswith(".py"):
            assert path in modules, f"{stage} does not import {path}"


@pytest.mark.parametrize("stage", stages())
def test_a_dependency_is_a_file_or_a_folder_of_the_project(stage):
    assert [path for path in dependencies(stage) if not (ROOT / path).exists()] == []
