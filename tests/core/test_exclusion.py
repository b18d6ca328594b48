"""One process at a time: the next one waits, says so, and goes on as soon as the first has ended, or was killed."""

import subprocess
import sys

import pytest

from featherline.core import exclusion

TURN = """
import pathlib, sys
from featherline.core import exclusion
with exclusion.in_turn(pathlib.Path(sys.argv[1]), "quantize@motionsense"):
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def process(tmp_path):
    started = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-c", TURN, str(tmp_path / "turns" / "stage.lock")]
        pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        started.append(subprocess.Popen(command, text=True, **pipes))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.communicate()


@pytest.mark.parametrize("end", ["ends", "is killed"])
def test_a_second_process_waits_until_the_first(process, end):
    first = process()
    assert first.stdout.readline() == "begun\n"
    second = process()
    assert second.stderr.readline() == (
        "quantize@motionsense: another process still runs it, and this one waits until that ends.\n"
    )
    first.kill() if end == "is killed" else first.communicate("")
    assert second.stdout.readline() == "begun\n"


def test_a_lock_is_taken_once(tmp_path):
    first = exclusion.acquire(tmp_path / "lock")
    assert first is not None
    assert exclusion.acquire(tmp_path / "lock") is None  # each descriptor is a claim of its own, in one process too
