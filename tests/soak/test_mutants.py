"""No broken model brings a traceback, hangs a command, or becomes C that TensorFlow Lite Micro does not run."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT.parent / "shared" / "models"
COUNT, LIMIT_MINUTES = 20_000, 60


@pytest.mark.soak
@pytest.mark.skipif(not MODELS.is_dir(), reason="the models of others are not here")
def test_20000_mutants_end_in_a_verdict_or_a_sentence():
    """What is not done within the limit, the next run goes on with: delete tmp/mutants.jsonl to begin anew."""
    command = [sys.executable, "-m", "tests.soak.mutants", MODELS, "--count", str(COUNT)]
    # A process of its own: workers are forked from it, and this one has threads.
    done = subprocess.run(
        [*command, "--minutes", str(LIMIT_MINUTES)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *wrong, last = done.stdout.splitlines()
    assert wrong == []
    assert int(last.split()[0]) == COUNT, f"{last}: run it again to go on"
