"""docs/new-application.md and docs/remote.md keep their word, one after the other, in one clone."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.docs.guides import follow
from tests.pipeline.conftest import Project, clone

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "new-application.md", DOCS / "remote.md"]


@pytest.fixture(scope="module")
def guided(tmp_path_factory) -> Project:
    """A clone in which all of docs/new-application.md was done."""
    folder = tmp_path_factory.mktemp("guides") / "first"
    folder.mkdir()
    project = clone(folder)
    project.commit("the project")
    assert follow(PAGES[0], project) >= 5
    return project


@pytest.mark.soak
@pytest.mark.parametrize(("app", "title"), [("wrist", "Wrist"), ("gestures", "Gestures")])
def test_both_ways_end_in_windows_of_three_gestures(guided, app, title):
    frontend = json.loads((guided.folder / f"data/processed/{app}/frontend.json").read_text())
    assert frontend["application"] == title and frontend["classes"] == ["circle", "shake", "still"]
    assert frontend["provenance"]["source"] == "simulated"
    assert all(split["groups"] >= 1 for split in frontend["splits"].values())


@pytest.mark.soak
def test_the_last_stage_names_a_deployable_model(guided):
    headline = json.loads((guided.folder / "metrics/gestures.json").read_text())["gestures"]
    assert headline["deployable"] is True and headline["source"] == "simulated"
    assert (guided.folder / "Models_Analysis/Gestures.xlsx").is_file()


@pytest.mark.soak
def test_no_table_calls_made_up_recordings_real(guided):
    table = (guided.folder / "reports/results.md").read_text()
    assert "Simulated recordings" in table and "Real recordings" not in table


@pytest.mark.soak
def test_the_file_and_the_manifest_cut_the_same_windows(guided):
    shapes = [
        np.load(guided.folder / f"data/processed/{app}/train.npz")["inputs"].shape for app in ("wrist", "gestures")
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.soak
def test_a_second_clone_pulls_and_runs_nothing(guided):
    assert follow(PAGES[1], guided) >= 6
    second = Project(guided.folder.parent / "second")
    assert "Running stage" not in second.run("dvc", "repro").stdout
    assert second.run("git", "status", "--porcelain").stdout == ""
    # What was pulled is what was pushed, recordings included.
    for path in (
        "recordings/wrist/p1/circle-1.csv",
        "data/processed/gestures/test.npz",
        "models/gestures/reduced.keras",
    ):
        assert (second.folder / path).read_bytes() == (guided.folder / path).read_bytes()


@pytest.mark.soak
def test_dvc_notices_a_recording_that_was_added(guided):
    name = "recordings/wrist/p1/circle-1.csv"
    second = guided.folder / name.replace("-1", "-2")
    second.write_text("".join((guided.folder / name).read_text().splitlines(keepends=True)[:-1]))
    with (guided.folder / "recordings/wrist/manifest.csv").open("a") as manifest:
        manifest.write("p1/circle-2.csv,circle,p1\n")
    guided.edit(apps=["wrist", "gestures"])
    guided.run("dvc", "repro", "--quiet", "fetch@wrist")
    assert json.loads((guided.folder / "data/raw/wrist/provenance.json").read_text())["items"] == 19


@pytest.mark.soak
def test_a_page_that_shows_something_else_is_noticed(guided, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo yes\nno\n```\n")
    with pytest.raises(AssertionError, match="prints\nyes"):
        follow(page, guided)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link.replace("\\", "")).exists(), link
