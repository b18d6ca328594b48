from dataclasses import replace
from pathlib import Path

import pytest

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json
from featherline.regression import policy, snapshots, verdicts

ROOT = Path(__file__).resolve().parents[2]


def read(tmp_path, text):
    (tmp_path / "policy.yaml").write_text(text)
    return policy.read(tmp_path / "policy.yaml")


def test_an_application_changes_single_keys_and_drops_metrics(tmp_path):
    rules = read(
        tmp_path,
        "default:\n  weight_bytes: {direction: lower, tolerance: 2 %}\n  arena_bytes: {direction: lower}\n"
        "applications:\n  doors:\n    weight_bytes: {budget: 600}\n    arena_bytes: null\n",
    )
    assert list(rules.rules("windows")) == ["weight_bytes", "arena_bytes"]
    [weights] = rules.rules("doors").values()
    assert (weights.direction, weights.tolerance.allowed(500), weights.budget) == ("lower", 10, 600)


def test_the_committed_policy_is_valid():
    assert policy.read(ROOT / "policy.yaml").default["accuracy_pct"].tolerance.allowed(90) == 0.5


def test_the_committed_metrics_keep_to_the_committed_policy(monkeypatch):
    """A budget that main itself breaks would make every pull request red."""
    monkeypatch.chdir(ROOT)
    tree = snapshots.working_tree()
    committed = replace(policy.read(ROOT / "policy.yaml"), new=())
    assert [row for row in verdicts.compare(committed, tree, tree, ROOT / "policy.yaml") if row.broken] == []


def test_the_committed_budgets_hold_the_zoo_too():
    for folder in sorted(path.parent for path in ROOT.glob("zoo/*/metrics.json")):
        metrics = read_json(folder / "metrics.json")
        model = metrics["models"][metrics["headline"]]
        whole = {"weight_bytes": model["weight_bytes"], "program_bytes": model["program"]["total_bytes"]}
        rules = policy.read(ROOT / "policy.yaml").rules(folder.name)
        assert [name for name, value in whole.items() if value > (rules[name].budget or value)] == [], folder.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("default: {a: {direction: up}}", "default.a.direction is 'up': should be 'higher' or 'lower'."),
        ("default: {a: {tolerance: 1}}", "default.a.direction is missing."),
        (
            "default: {a: {direction: lower, tolerance: -1}}",
            "default.a.tolerance is -1: should be 0 or more in the metric's unit, or a percentage such as 2 %.",
        ),
        ("default: {a: {direction: lower, limit: 3}}", "default.a.limit is not a key that is known here"),
        ("applications: {doors: {a: {budget: 3}}}", "applications.doors.a.direction is missing."),
        ("defaults: {}", "defaults is not a key that is known here; there are default, applications, new."),
        ("default: {}", "holds no metric to anything"),
        ("default: [", "is not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path, text, message):
    with pytest.raises(FeatherlineError) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "policy.yaml") in str(caught.value)
    assert message in str(caught.value)
