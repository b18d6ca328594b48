"""`python -m featherline check` as a person or a workflow runs it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main

ROOT = Path(__file__).resolve().parents[2]


def check(*arguments):
    return CliRunner().invoke(main, ["check", "--base", "main", *arguments])


def verdict(output: str, metric: str) -> str:
    [line] = [line for line in output.splitlines() if line.split()[1:2] == [metric]]
    return line


def test_unchanged_metrics_keep_to_the_policy(project):
    result = check()
    assert (result.exit_code, result.output.count("unchanged")) == (0, 5)
    assert "All 5 metrics keep to policy.yaml, against main" in result.output


def test_a_fall_within_the_noise_is_told_apart_from_one_beyond(project):
    project.measure((86, 80))
    result = check()
    assert result.exit_code == 0
    assert "85.00 %  83.00 %  ▼ 2.00 points  within the noise of 200 items" in verdict(result.output, "accuracy_pct")
    project.measure((60, 70))
    result = check()
    assert result.exit_code == 1
    assert "▼ 20.00 points  worse, by 12.96" in verdict(result.output, "accuracy_pct")
    assert "worse, by 12.98" in verdict(result.output, "balanced_pct")
    assert "2 of 5 metrics break policy.yaml" in result.output


def test_a_policy_may_let_noise_break_it(project):
    project.measure((86, 80))
    project.write("strict.yaml", "default: {accuracy_pct: {direction: higher, tolerance: 0.5, noise: breaks}}")
    assert check("--policy", "strict.yaml").exit_code == 1


def test_a_fall_whose_items_nobody_recorded_is_worse(project):
    project.measure((86, 80))
    (project.folder / "metrics/doors/reduced-int8.json").unlink()
    assert verdict(check().output, "accuracy_pct").endswith("worse")


def test_a_fall_that_the_recorded_items_do_not_show_is_worse(project):
    project.measure(accuracy_pct=83.0)
    assert verdict(check().output, "accuracy_pct").endswith("worse")


def test_tolerance_is_in_the_metrics_unit_or_in_percent(project):
    project.measure(weight_bytes=620)
    result = check()
    assert "600 B    620 B  ▲ 20 B (3.3 %)  worse" in verdict(result.output, "weight_bytes")
    assert "worse, within tolerance" in verdict(result.output, "file_bytes")
    assert result.exit_code == 1
    project.measure((91, 80), weight_bytes=500)
    result = check()
    assert (result.exit_code, result.output.count("better")) == (0, 4)


def test_a_budget_holds_whatever_the_base_was(project):
    project.write(
        "policy.yaml",
        "default:\n  weight_bytes: {direction: lower, budget: 599}\n  accuracy_pct: {direction: higher, budget: 85}\n",
    )
    result = check()
    assert result.exit_code == 1
    assert verdict(result.output, "weight_bytes").endswith("unchanged, over its budget of 599")
    assert verdict(result.output, "accuracy_pct").endswith("unchanged")


def test_a_missing_metric_breaks_the_policy_on_either_side(project):
    project.measure(instructions=9000, arena_bytes=None)
    project.write("policy.yaml", "default: {instructions: {direction: lower}, arena_bytes: {direction: lower}}")
    result = check("--json", "verdicts.json")
    assert result.exit_code == 1
    assert verdict(result.output, "instructions").endswith("missing from main")
    assert verdict(result.output, "arena_bytes").endswith("missing from the working tree")
    told = json.loads(Path("verdicts.json").read_text())
    assert told["broken"] == 2
    assert told["base"] == {"revision": "main", "commit": project.git("rev-parse", "main").strip()}
    assert told["metrics"][0] == {
        "application": "doors",
        "metric": "instructions",
        "base": None,
        "now": 9000.0,
        "verdict": "missing from main",
        "broken": True,
        "change": None,
    }


def test_an_application_that_goes_takes_its_metrics_along(project):
    project.write("params.yaml", "apps: []\n")
    (project.folder / "metrics/doors.json").unlink()
    result = check()
    assert (result.exit_code, result.output.count("missing from the working tree")) == (1, 5)


def test_an_application_that_is_left_out_keeps_its_metrics(project):
    project.write("params.yaml", "apps: []\n")
    result = check()
    assert (result.exit_code, result.output.count("missing")) == (0, 0)


def test_a_new_application_is_held_to_its_budgets_alone(project):
    project.write("params.yaml", "apps: [doors, windows]\n")
    project.measure(app="windows")
    result = check()
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: metrics/windows.json is missing from main: list windows under new in policy.yaml if it is new.\n"
    )
    policy = (project.folder / "policy.yaml").read_text()
    own = "new: [windows]\napplications: {windows: {weight_bytes: {budget: 500}}}\n"
    project.write("policy.yaml", policy + own)
    result = check()
    assert (result.exit_code, result.output.count(" new")) == (1, 5)
    assert "new, over its budget of 500" in result.output


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("metrics/doors.json", "{", "metrics/doors.json of the working tree is not valid JSON ("),
        ("metrics/doors.json", "[]", "metrics/doors.json of the working tree is JSON, but no table of metrics"),
        (
            "metrics/doors.json",
            '{"accuracy_pct": 85}',
            "metrics/doors.json of the working tree has no table doors",
        ),
        ("params.yaml", "apps: 3", "params.yaml of the working tree: apps is 3"),
        ("policy.yaml", "default: {model: {direction: lower}}", "it is 'reduced-int8', which is no number."),
        ("policy.yaml", "default: {a: {direction: lower}}\nnew: [walls]", "params.yaml lists no such application."),
        ("policy.yaml", "default: {a: {direction: lower}}\nnew: [doors]", "new lists doors, which main has"),
    ],
)
def test_what_cannot_be_compared_ends_in_one_sentence_and_status_2(project, path, content, message):
    project.write(path, content)
    result = check()
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert message in result.stderr


def test_metrics_of_other_recordings_are_not_compared(project):
    project.measure(source="mirror")
    result = check()
    assert result.exit_code == 2
    assert "stands on mirror recordings, and on simulated ones at main" in result.stderr


def test_metrics_that_are_gone_and_revisions_that_are_unknown_are_told(project):
    (project.folder / "metrics/doors.json").unlink()
    assert "metrics/doors.json is missing from the working tree: run the pipeline" in check().stderr
    result = check("--base", "mian")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: git knows no revision 'mian' here: fetch it, or name another one.\n",
    )


def test_a_folder_without_git_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("policy.yaml").write_text("default: {a: {direction: lower}}")
    result = check()
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr


def test_it_is_quick_and_loads_nothing_heavy(project):
    program = (
        "import sys\nfrom featherline.cli import main\n"
        "try: main(['check', '--base', 'main'])\n"
        "finally: assert not {'tensorflow', 'pandas', 'scipy', 'matplotlib'} & set(sys.modules)"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0
    assert time.monotonic() - began < 10  # about 0.5 s where nothing else runs
