"""The first screen: the README's table and picture are those of the zoo, and the page stays short."""

import json
import re
from pathlib import Path

import pytest

from featherline.core.errors import FeatherlineError
from featherline.release import comparison, comparison_plot
from featherline.reports import published
from featherline.reports.readme import embed

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def rows():
    return comparison.rows(ROOT / "zoo")


def test_the_readme_compares_the_four_models_of_the_zoo(rows):
    assert [row.app for row in rows] == ["motionsense", "musicclassifier", "keywordspotting", "carsensor"]
    assert embed(README, comparison.TABLE, comparison.table(rows)) == README, "run `make readme`"


def test_the_picture_is_drawn_from_the_same_rows(rows):
    assert comparison_plot.draw(rows) == (ROOT / comparison.PICTURE).read_text(), "run `make readme`"
    assert f"]({comparison.PICTURE})" in README


def test_each_figure_is_that_of_the_zoo_or_was_published(rows):
    for row in rows:
        metrics = json.loads((ROOT / "zoo" / row.app / "metrics.json").read_text())
        model = metrics["models"][metrics["headline"]]
        assert (row.accuracy_pct, row.items, row.groups) == (model["accuracy_pct"], *metrics["test"].values())
        assert (row.weight_bytes, row.program_bytes) == (model["weight_bytes"], model["program"]["total_bytes"])
        assert row.reference == published.find(row.app).model("reduced", "dynamic_range")


def test_a_published_file_that_tflm_refuses_is_not_called_deployable(rows):
    assert all(row.reference.arena_bytes is None for row in rows)
    lines = comparison.table(rows).splitlines()[2:]
    assert all(line.endswith("| no → yes |") for line in lines) and len(lines) == 4


def test_an_application_that_nobody_published_has_no_row(tmp_path):
    (tmp_path / "gestures").mkdir()
    (tmp_path / "gestures/metrics.json").write_text("{}")
    assert comparison.rows(tmp_path) == []


def test_broken_metrics_are_told_by_their_file(tmp_path):
    (tmp_path / "carsensor").mkdir()
    (tmp_path / "carsensor/metrics.json").write_text("{")
    with pytest.raises(FeatherlineError, match="carsensor/metrics.json is not valid JSON"):
        comparison.rows(tmp_path)


def test_the_readme_has_900_words_at_most_and_no_other_table_of_figures():
    assert len(README.split()) <= 900
    assert len(re.findall(r"<!-- \w+ -->", README)) == 1


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", "docs/pipeline.md", "docs/results.md", "docs/figures.md"]
)
def test_links_lead_somewhere(document):
    path = ROOT / document
    links = re.findall(r"\]\((?!http)([^)#]+)", path.read_text())
    assert links or document == "docs/results.md"
    assert [link for link in links if not (path.parent / link).exists()] == []
