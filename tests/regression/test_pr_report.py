"""`python -m featherline pr-report` on a branch whose one commit changes one parameter."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main


def report(*arguments):
    return CliRunner().invoke(main, ["pr-report", "--base", "main", "--out", "out/report.md", *arguments])


@pytest.fixture
def fewer_filters(project):
    """A branch that halves the filters: a smaller model that finds fewer items."""
    project.git("switch", "--quiet", "--create", "fewer-filters")
    project.write("params.yaml", (project.folder / "params.yaml").read_text().replace("filters: 8", "filters: 4"))
    project.measure((60, 70), weight_bytes=300)
    project.commit("Halve the filters")
    return project


def test_a_change_is_told_with_its_metrics_models_verdict_and_picture(fewer_filters):
    result = report()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "out/report.md is written, with 1 picture in out/report.\n"
    text = Path("out/report.md").read_text()
    commit = fewer_filters.git("rev-parse", "main")[:7]
    assert text.startswith("### Policy broken: 2 of 5 metrics break the policy\n\n")
    assert f"Against `main` ({commit}).\n\nRecordings: SIMULATED: doors.\n" in text
    assert "| doors | accuracy | 85.00 % | 65.00 % | ▼ 20.00 points | **worse, by 12.96 points at least** |" in text
    assert "| doors | weights | 600 B | 300 B | ▼ 300 B (50.0 %) | better |" in text
    assert "<summary>unchanged: 1 metric</summary>" in text
    assert "<details open><summary>doors: 1 model, 3 figures changed</summary>" in text
    assert "| `reduced-int8` | 65.00 % ▼ 20.00 points | 300 B ▼ 300 B (50.0 %) |" in text
    assert "![doors: main and this change](report/doors.png)" in text
    assert Path("out/report/doors.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_is_the_same_to_the_byte_each_time(fewer_filters):
    report()
    first = Path("out/report/doors.png").read_bytes()
    report()
    assert Path("out/report/doors.png").read_bytes() == first


def test_unchanged_work_has_no_pictures_and_leaves_none_of_an_earlier_run(fewer_filters):
    report()
    fewer_filters.git("switch", "--quiet", "main")
    result = report()
    text = Path("out/report.md").read_text()
    assert "with no pictures" in result.stdout
    assert text.startswith("### Policy kept: all 5 metrics keep to it")
    assert "No metric moved." in text
    assert "No plot differs: doors." in text
    assert list(Path("out/report").iterdir()) == []


def test_firmware_is_told_where_it_was_measured(project):
    path = project.folder / "metrics/doors/reduced-int8.json"
    path.write_text(path.read_text()[:-1] + ', "firmware": {"flash_bytes": 3200, "instructions": 51000}}')
    report()
    text = Path("out/report.md").read_text()
    assert "| model | accuracy | weights | file | arena | flash | instructions |" in text
    assert "| 3,200 B new | 51,000 new |" in text


def test_a_model_that_is_deployable_no_longer_is_named(project):
    path = project.folder / "metrics/doors/reduced-int8.json"
    path.write_text(path.read_text().replace('"deployable": true', '"deployable": false'))
    report()
    text = Path("out/report.md").read_text()
    assert "`reduced-int8` of doors is no longer deployable.\n\ndoors has no deployable model." in text


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("models/doors/front.csv", "weight_bytes\n3\n", "models/doors/front.csv of the working tree has no numbers"),
        ("metrics/doors/reduced-int8.json", "{", "metrics/doors/reduced-int8.json of the working tree is not valid"),
    ],
)
def test_a_broken_file_is_told_and_nothing_is_written(project, path, content, message):
    project.write(path, content)
    result = report()
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert message in result.stderr
    assert not Path("out/report.md").exists()
    assert not Path("out/report").exists()
