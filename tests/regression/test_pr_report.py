"""`python -m featherline pr-report` on a branch whose one commit changes one parameter."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.regression import snapshots
from tests.regression.conftest import POLICY
from tests.reports.test_injection import shown


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
    assert "| `doors.train.filters` | `8` | `4` |" in text
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


def test_unchanged_work_has_no_pictures_and_touches_none(fewer_filters):
    report()
    fewer_filters.git("switch", "--quiet", "main")
    result = report()
    text = Path("out/report.md").read_text()
    assert "with no pictures" in result.stdout
    assert text.startswith("### Policy kept: all 5 metrics keep to it")
    assert "No metric moved." in text
    assert "#### Parameters" not in text
    assert "No plot differs: doors." in text
    assert "report/" not in text
    assert Path("out/report/doors.png").exists()


def test_a_folder_of_the_name_of_the_comment_keeps_what_is_in_it(fewer_filters):
    fewer_filters.write("docs/guide.md", "mine")
    for base in ("main", "HEAD"):
        result = CliRunner().invoke(main, ["pr-report", "--base", base, "--out", "docs.md"])
        assert [path.name for path in Path("docs").iterdir()] == ["guide.md"]
        if base == "main":
            assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
            assert "docs holds guide.md, which was not written by Featherline" in result.stderr
            assert not Path("docs.md").exists()
        else:
            assert result.output == "docs.md is written, with no pictures.\n"


def test_firmware_is_told_where_it_was_measured(project):
    project.count(flash_bytes=3200, ram_bytes=600, stack_bytes=120, instructions=51000)
    report()
    text = Path("out/report.md").read_text()
    assert "| model | accuracy | weights | file | arena | flash | RAM | stack | instructions |" in text
    assert "| 3,200 B new | 600 B new | 120 B new | 51,000 new |" in text


def test_instructions_that_were_not_counted_before_are_new(project):
    project.count(items=50, flash_bytes=3200, instructions=51000)
    report()
    text = Path("out/report.md").read_text()
    assert "| 3,200 B new |" in text and "| 51,000 new |" in text


def test_a_model_that_is_deployable_no_longer_is_named(project):
    path = project.folder / "metrics/doors/reduced-int8.json"
    path.write_text(path.read_text().replace('"deployable": true', '"deployable": false'))
    report()
    text = Path("out/report.md").read_text()
    assert "`reduced-int8` of doors is no longer deployable.\n\ndoors has no deployable model." in text


def test_models_that_are_made_no_longer_are_told_from_those_that_do_not_run(project):
    project.write("metrics/doors/reduced-int4.json", (project.folder / "metrics/doors/reduced-int8.json").read_text())
    project.commit("Make int4 too")
    (project.folder / "metrics/doors/reduced-int4.json").unlink()
    report()
    text = Path("out/report.md").read_text()
    assert "No longer made for doors: `reduced-int4`." in text and "deployable." not in text


def test_another_headline_model_is_named(project):
    project.measure(model="reduced-int4")
    report()
    text = Path("out/report.md").read_text()
    assert "The metrics of doors were those of `reduced-int8`, and are those of `reduced-int4`." in text


def test_instructions_of_other_items_are_not_compared(project):
    project.count(items=50, flash_bytes=3200, instructions=51000)
    project.commit("Count")
    project.count(items=200, flash_bytes=3300, instructions=52000)
    report()
    text = Path("out/report.md").read_text()
    assert "| 3,300 B ▲ 100 B (3.1 %) |" in text and "| 52,000 |" in text


def test_a_parameter_that_came_or_went_has_a_dash(project):
    project.write("params.yaml", "apps:\n- doors\ndoors:\n  train:\n    word: on\n    filters: null\n")
    report()
    text = Path("out/report.md").read_text()
    assert '| `doors.train.word` | - | `"on"` |' in text and "| `doors.train.filters` | `8` | `null` |" in text


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


HOSTILE = "<img src=x> | [c](javascript:1) @somebody\n# b"


@pytest.mark.parametrize("name", [HOSTILE, "../doors", "doors [a]", "@somebody"])
def test_an_application_that_no_folder_can_be_called_is_refused(project, name):
    project.write("params.yaml", f"apps:\n  - doors\n  - {json.dumps(name)}\ndoors:\n  train:\n    filters: 8\n")
    result = report()
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "params.yaml of the working tree: apps lists" in result.stderr
    assert not Path("out").exists()


def test_a_file_that_git_does_not_have_is_no_pattern(project):
    assert snapshots.committed("main").read("params.[y]aml") is None


def test_what_a_policy_and_records_of_others_say_stays_text(project):
    project.write("params.yaml", "apps:\n  - doors\n  - gates\ndoors:\n  train:\n    filters: 8\n")
    made = []
    for name in ("plain", HOSTILE):
        policy = f"{POLICY}  {json.dumps(name)}: {{direction: lower}}\nnew:\n  - gates\n"
        project.write("policy.yaml", policy)
        project.measure(app="gates", source=name, model=name)
        project.git("add", "--all")
        assert report().exit_code == 0
        comment = Path("out/report.md").read_text()
        made.append(shown(comment).tags)
        assert name.split()[0] in shown(comment).text
        assert "@somebody" not in comment.replace("`", "")
    assert made[0] == made[1]
