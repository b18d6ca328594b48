"""Which long tests last ran on which commit: interrupted parts go on, and a summary tells how each ended.

    pytest -p tests.soak.record -m soak     records each test as it ends, and leaves out what passed on this commit
    python -m tests.soak.record             prints the summary

A part is a module of tests. Where files differ from the commit, nothing that passed before is left out. The record is
`tmp/soak.jsonl`, a line a test, for whoever ran them: git ignores it.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "tmp" / "soak.jsonl"
_SHORT = 10  # digits of a commit
_CHANGED = " with changes"


def commit(folder: Path = ROOT) -> str:
    """The commit of a folder, and whether its tracked files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "HEAD")[:_SHORT] + _CHANGED * bool(changed)


def entries(record: Path) -> list[dict[str, Any]]:
    """What is recorded, the oldest first; a line that was cut short is left out, with what was written behind it."""
    known = []
    for line in record.read_text().splitlines() if record.exists() else []:
        with suppress(ValueError):
            known.append(json.loads(line))
    return known


def passed(record: Path, on: str) -> set[str]:
    """Names of the tests that passed on a commit, when they last ran on it; none where files differ from it."""
    last = {entry["test"]: entry["outcome"] for entry in entries(record) if entry["commit"] == on}
    return set() if on.endswith(_CHANGED) else {test for test, outcome in last.items() if outcome == "passed"}


def summary(recorded: Iterable[dict[str, Any]]) -> list[str]:
    """A line for each part: how its tests ended on the commit that it last ran on, when, and how long they took."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for entry in recorded:
        parts.setdefault(entry["test"].partition("::")[0], []).append(entry)
    lines = []
    for part, told in sorted(parts.items()):
        last = {entry["test"]: entry for entry in told if entry["commit"] == told[-1]["commit"]}
        counts = [
            f"{sum(e['outcome'] == kind for e in last.values())} {kind}" for kind in ("passed", "failed", "skipped")
        ]
        minutes = sum(entry["seconds"] for entry in last.values()) / 60
        on = f"{told[-1]['commit']}, {told[-1]['ended']}"
        lines.append(f"{part}: {', '.join(count for count in counts if count[0] != '0')} on {on}, {minutes:.1f} min")
    return lines


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what passed on this commit already."""
    known = passed(RECORD, commit())
    done = [item for item in items if item.nodeid in known]
    if done:
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if item.nodeid not in known]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Records a test as it ends: its call, or what kept it from one. Workers of xdist leave that to their master."""
    if report.when != "call" and report.outcome == "passed":
        return
    if hasattr(report, "node") or not _in_worker():
        write(RECORD, report.nodeid, report.outcome, report.duration)


def _in_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def write(record: Path, test: str, outcome: str, seconds: float) -> None:
    """Adds a line to the record."""
    record.parent.mkdir(parents=True, exist_ok=True)
    ended = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    entry = {"test": test, "commit": commit(), "outcome": outcome, "seconds": round(seconds, 1), "ended": ended}
    with record.open("a") as stream:
        stream.write(json.dumps(entry) + "\n")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Nothing to run because all passed is no failure."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and passed(RECORD, commit()):
        session.exitstatus = pytest.ExitCode.OK


def main(recorded: Sequence[dict[str, Any]]) -> None:
    """Prints the summary."""
    print("\n".join(summary(recorded)) or "No long test was recorded here: make soak runs them.")


if __name__ == "__main__":
    main(entries(RECORD))
