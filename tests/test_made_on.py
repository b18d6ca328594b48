"""`python -m featherline made-on`: the machine that the committed files were made on, recorded on purpose."""

import hashlib
import json
import platform
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.core import support

ROOT = Path(__file__).resolve().parents[1]


def made_on(*arguments):
    return CliRunner().invoke(main, ["made-on", *arguments])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_processor_packages_c_library_and_threads_are_recorded():
    Path("dvc.lock").write_text("stages: {}\n")
    result = made_on()
    known = json.loads(Path("docs/made-on.json").read_text())
    assert (result.exit_code, result.stderr) == (0, "" if known["instruction_sets"]["AVX2"] else f"{support.NO_AVX2}\n")
    assert result.stdout.startswith(f"docs/made-on.json: {known['processor']}")
    assert known["packages"]["numpy"] and known["python"] == platform.python_version()
    assert known["c_library"].split()[0] in ("glibc", "musl", "")
    assert known["threads"]["usable"] >= 1 and known["cores"] >= 1
    assert known["dvc_lock"] == hashlib.sha256(b"stages: {}\n").hexdigest()


def test_what_chooses_kernels_is_recorded(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    made_on("--note")
    threads = json.loads(Path(".featherline/made-on.json").read_text())["threads"]
    assert threads["OPENBLAS_CORETYPE"] == "Haswell" and "OMP_NUM_THREADS" not in threads


def test_a_machine_without_avx2_is_told(monkeypatch):
    monkeypatch.setattr(support, "instruction_sets", lambda: {"AVX": True, "AVX2": False})
    result = made_on()
    assert result.exit_code == 0
    assert result.stderr == f"{support.NO_AVX2}\n"


def test_two_records_of_one_machine_are_equal():
    made_on()
    made_on("--note")
    assert Path("docs/made-on.json").read_bytes() == Path(".featherline/made-on.json").read_bytes()


def test_make_repro_records_it_where_git_does_not_look():
    recipe = (ROOT / "Makefile").read_text()
    assert "made-on --note" in recipe
    assert "/.featherline/" in (ROOT / ".gitignore").read_text().splitlines()
    assert "made-on" not in (ROOT / "dvc.yaml").read_text()
