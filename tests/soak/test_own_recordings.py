"""Two commands from a folder to a deployable model: inspect --write, then everything that make repro runs."""

import json

import pytest

from tests.importing.examples import write_folder
from tests.pipeline.conftest import TINY_SPACE, clone

pytestmark = pytest.mark.soak


def test_a_folder_becomes_a_deployable_model(tmp_path):
    project = clone(tmp_path / "project")
    write_folder(project.folder / "recordings/moves", seconds=12)
    project.run("python", "-m", "featherline", "inspect", "recordings/moves", "--write", "moves")
    # Unedited but for how long it trains.
    project.edit(
        moves__train__epochs=2,
        moves__reduce__budget__recordings={"trials": 2, "epochs": 1, "final_epochs": 2},
        moves__reduce__space=TINY_SPACE,
    )
    project.run("git", "add", "--all")
    project.run("git", "commit", "--quiet", "--message", "One's own")
    project.run("python", "-m", "featherline", "repro", "moves")
    headline = json.loads((project.folder / "metrics/moves.json").read_text())["moves"]
    assert headline["deployable"] is True and headline["source"] == "own"
    assert (project.folder / "results/moves/index.html").is_file()
    assert (project.folder / "models/moves/c").is_dir()
