"""`dvc exp run -S` reaches every value of params.yaml, and every command that the documents show is a valid one."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from dvc.utils.hydra import apply_overrides, get_hydra_sweeps

from featherline import params_file
from featherline.regression import snapshots
from stages.command import open_run

ROOT = Path(__file__).resolve().parents[1]
TREE = params_file.read(ROOT / "params.yaml")


def written(value) -> str:
    """A value as one writes it after `-S key=`."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {written(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """A folder with a copy of params.yaml, as the current one."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copy(ROOT / "params.yaml", tmp_path))


def test_every_value_can_be_set(copy):
    values = snapshots.parameters(snapshots.working_tree())
    apply_overrides(copy, [f"{key}={written(value)}" for key, value in values.items()])
    assert params_file.read(copy) == TREE


def test_a_value_inside_of_a_list_can_be_set(copy):
    overrides = ["motionsense.train.conv_blocks.1.poolings=3", "motionsense.preprocess.classes.0.activities=[ups]"]
    apply_overrides(copy, overrides)
    own = params_file.read(copy)["motionsense"]
    assert own["train"]["conv_blocks"][1] == {"filters": 64, "kernel": 5, "poolings": 3}
    assert own["preprocess"]["classes"][0] == {"name": "upstairs/downstairs", "activities": ["ups"]}


def test_every_value_is_what_some_stage_depends_on(copy):
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"].values()
    named = {key.replace("${item.app}", app) for stage in stages for key in stage["params"] for app in TREE["apps"]}
    parts = [key.split(".") for key in snapshots.parameters(snapshots.working_tree())]
    assert [".".join(key) for key in parts if not any(".".join(key[: n + 1]) in named for n in range(len(key)))] == []


def commands() -> list:
    """What README and docs run with `dvc exp run`, as lists of what stands after each -S."""
    found = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for line in re.findall(r"^\$ (dvc exp run .*)$", path.read_text(), re.MULTILINE):
            words = shlex.split(line, comments=True)
            set_to = [word for before, word in zip(words, words[1:], strict=False) if before == "-S"]
            if set_to:
                found.append(pytest.param(set_to, id=f"{path.name}: {line}"))
    return found


@pytest.mark.parametrize("overrides", commands())
def test_what_the_documents_set_is_accepted_by_every_stage(copy, overrides):
    for one in get_hydra_sweeps({"params.yaml": overrides}):
        shutil.copy(ROOT / "params.yaml", copy)
        apply_overrides(copy, one["params.yaml"])
        assert params_file.read(copy) != TREE
        open_run("motionsense")
