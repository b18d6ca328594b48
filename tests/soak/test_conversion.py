"""Conversion on processors of other makers gives the same bytes; qemu-user is the other processor."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak import processor

ROOT = Path(__file__).resolve().parents[2]
# What qemu-user is asked to be, and how that processor names itself.
EMULATED = {"Haswell-noTSX": "GenuineIntel Intel Core Processor (Haswell", "EPYC-Milan": "AuthenticAMD AMD EPYC-Milan"}


def told(*emulator: str) -> dict:
    command = [*emulator, sys.executable, "-m", "tests.soak.conversion"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def native() -> dict:
    return told()


@pytest.mark.soak
@pytest.mark.parametrize("name", EMULATED)
def test_every_scheme_gives_the_same_bytes_and_figures_on_another_processor(native, name):
    if not shutil.which("qemu-x86_64"):
        pytest.skip("qemu-x86_64 is missing: apt-get install qemu-user")
    other = told("qemu-x86_64", "-cpu", name)
    assert other["processor"].startswith(EMULATED[name]), "the emulation was not in force"
    # What made bytes differ before is there to make them differ again.
    assert other["rsqrt"] != native["rsqrt"]
    assert other["results"] == native["results"]


@pytest.mark.soak
def test_two_runs_give_the_same_bytes(native):
    assert native["processor"] == processor.brand()
    assert told() == native
