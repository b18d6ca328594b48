"""No broken model or network brings a traceback or hangs a command; C is made of what TFLM runs alone."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT.parent / "shared" / "models"
COUNT, LIMIT_MINUTES = 20_000, 40
NETWORKS, NETWORKS_LIMIT_MINUTES = 2_000, 40


@pytest.mark.soak
@pytest.mark.skipif(not MODELS.is_dir(), reason="the models of others are not here")
def test_20000_mutants_end_in_a_verdict_or_a_sentence():
    """What is not done within the limit, the next run goes on with: delete tmp/mutants.jsonl to begin anew."""
    _all_end_well("tests.soak.mutants", MODELS, "--count", COUNT, "--minutes", LIMIT_MINUTES)


@pytest.mark.soak
def test_2000_broken_networks_end_in_a_network_or_a_sentence():
    """What is not done within the limit, the next run goes on with: delete tmp/network_mutants.jsonl to begin anew."""
    _all_end_well("tests.soak.network_mutants", "--count", NETWORKS, "--minutes", NETWORKS_LIMIT_MINUTES)


def _all_end_well(module: str, *arguments: object) -> None:
    # A process of its own: workers are forked from it, and this one has threads.
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    *wrong, last = done.stdout.splitlines()
    assert wrong == []
    count = arguments[arguments.index("--count") + 1]
    assert int(last.split()[0]) == count, f"{last}: run it again to go on"
