"""Where Featherline can be installed, and where equal bytes are promised."""

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from featherline.core import support
from stages.command import guarded

ROOT = Path(__file__).resolve().parents[2]
NEHALEM = "processor\t: 0\nflags\t\t: fpu sse sse2 ssse3 sse4_1 sse4_2\nflags\t\t: fpu sse sse2\n"
SANDY_BRIDGE = "processor\t: 0\nflags\t\t: fpu sse2 sse4_2 avx aes\n"
HASWELL = "processor\t: 0\nflags\t\t: fpu sse2 sse4_2 avx fma avx2 aes\n"


@pytest.mark.parametrize(
    ("text", "there"),
    [(NEHALEM, set()), (SANDY_BRIDGE, {"AVX"}), (HASWELL, {"AVX", "FMA", "AVX2"}), ("no flags here", set())],
)
def test_the_flags_of_a_processor_are_read(text, there):
    assert {name for name, found in support.of_cpuinfo(text).items() if found} == there


def test_glibc_and_proc_agree_on_this_processor():
    ask = getattr(ctypes.CDLL(None), "__x86_get_cpuid_feature_leaf", None)
    if ask is None or not os.path.exists("/proc/cpuinfo"):
        pytest.skip("no glibc 2.33 on x86-64 here")
    assert support.instruction_sets() == support.of_cpuinfo(Path("/proc/cpuinfo").read_text())


@pytest.mark.parametrize(
    ("version", "system", "machine", "text", "said"),
    [
        ((3, 11), "Linux", "x86_64", HASWELL, ""),
        ((3, 11), "Linux", "x86_64", SANDY_BRIDGE, ""),
        ((3, 11), "Linux", "x86_64", "nobody can tell", ""),
        ((3, 11), "Linux", "x86_64", NEHALEM, "TensorFlow's wheel needs a processor with AVX, and this one has none"),
        ((3, 11), "Linux", "aarch64", "", "Linux on x86-64 alone, .* and this is Linux on aarch64"),
        ((3, 11), "Darwin", "arm64", "", "Linux on x86-64 alone, .* and this is Darwin on arm64"),
        ((3, 11), "Windows", "AMD64", "", "Linux on x86-64 alone, .* and this is Windows on AMD64"),
        (
            (3, 12),
            "Linux",
            "x86_64",
            HASWELL,
            "needs Python 3.11, and python9 is 3.12: name another one with make PYTHON=",
        ),
    ],
)
def test_where_it_cannot_be_installed_one_sentence_says_why(version, system, machine, text, said):
    sentence = support.refusal(version, system, machine, support.of_cpuinfo(text), "python9")
    assert sentence.count("\n") == 0
    assert re.search(said, sentence) and bool(sentence) == bool(said)


def test_without_avx2_a_stage_works_and_says_what_is_not_promised(monkeypatch):
    monkeypatch.setattr(support, "instruction_sets", lambda: support.of_cpuinfo(SANDY_BRIDGE))
    stage = click.Command("train", callback=lambda: guarded(lambda: click.echo("trained"), "train", debug=False))
    result = CliRunner().invoke(stage)
    assert (result.exit_code, result.stdout) == (0, "trained\n")
    assert result.stderr == f"train: {support.NO_AVX2}\n"


def test_with_avx2_nothing_is_said():
    assert support.caution(support.of_cpuinfo(HASWELL)) == ""
    assert support.caution({}) == ""


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """`make setup` in a copy of what it needs, so that it would install into a folder of its own."""
    (folder / "featherline" / "core").mkdir(parents=True)
    for name in (
        "Makefile",
        "requirements.lock",
        "requirements-uv.lock",
        "featherline/__init__.py",
        "featherline/core/__init__.py",
        "featherline/core/support.py",
    ):
        (folder / name).write_text((ROOT / name).read_text())
    return subprocess.run(["make", "setup", *arguments], cwd=folder, capture_output=True, text=True)


def test_make_says_so_before_it_installs_anything(tmp_path):
    python = tmp_path / "python9"
    # A Python of another platform: the same interpreter, told that it is on a Mac.
    program = (
        "import platform, runpy, sys; platform.system, platform.machine = lambda: 'Darwin', lambda: 'arm64'; "
        "sys.argv = sys.argv[2:]; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=False)"
    )
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{program}" "$@"\n')
    python.chmod(0o755)
    done = run_make(tmp_path, f"PYTHON={python}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("Featherline runs on Linux on x86-64 alone")
    assert not (tmp_path / ".venv").exists()
