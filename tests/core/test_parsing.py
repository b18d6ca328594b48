"""YAML and JSON are read in one way, and a conflict of a merge is called one."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from featherline import params_file
from featherline.core import files, parsing
from featherline.core.errors import FeatherlineError
from featherline.evaluation import boards

ROOT = Path(__file__).resolve().parents[2]
CONFLICT = "seed: 1\n<<<<<<< HEAD\nwidth: 2\n=======\nwidth: 3\n>>>>>>> fewer filters\n"


@pytest.mark.parametrize("read", [params_file.read, files.read_json, boards.read], ids=["params", "json", "boards"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_conflict_is_named_with_its_line_and_the_cure(tmp_path, read, end):
    (tmp_path / "merged").write_bytes(CONFLICT.replace("\n", end).encode())
    with pytest.raises(FeatherlineError) as error:
        read(tmp_path / "merged")
    assert str(error.value) == (
        f"{tmp_path}/merged, line 2: a conflict of a merge stands there (<<<<<<< HEAD): resolve it, then `git add` "
        "the file."
    )


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "||||||| 1a2b3c4", "=======", ">>>>>>> main", "<<<<<<<"])
def test_a_marker_that_was_forgotten_is_a_conflict_too(marker):
    with pytest.raises(FeatherlineError, match="params.yaml of main, line 3: a conflict"):
        params_file.parse(f"seed: 1\nwidth: 2\n{marker}\nheight: 3\n".encode(), "params.yaml of main")


def test_a_line_that_only_resembles_a_marker_is_none():
    text = 'a: "<<<<<<< HEAD"\nb: |\n  =======\n  >>>>>>> x\n# ======= \nc: 1\n'
    assert params_file.parse(text.encode(), "params.yaml") == {"a": "<<<<<<< HEAD", "b": "=======\n>>>>>>> x\n", "c": 1}


def test_yaml_is_that_of_dvc():
    tree = parsing.from_yaml(b"word: on\nrate: 1e-3\ncount: 010\nclock: 12:30:00\noctal: 0o10\n", "params.yaml")
    assert tree == {"word": "on", "rate": 0.001, "count": 10, "clock": "12:30:00", "octal": 8}


def test_a_text_that_asks_for_yaml_1_1_is_refused():
    with pytest.raises(FeatherlineError, match=r"^params\.yaml asks for YAML 1\.1, by which 010 is 8"):
        parsing.from_yaml(b"%YAML 1.1\n---\ncount: 010\n", "params.yaml")
    assert parsing.from_yaml(b"%YAML 1.2\n---\ncount: 010\n", "params.yaml") == {"count": 10}


LAUGHS = "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n"
OVERSIZED = [
    ("a: 1\n" + "# \n" * 400_000, "above 1,000,000 bytes, which no settings need"),
    ("a: " + "[" * 2_000, "line 1: more than 50 levels are nested there"),
    ("".join(f"{' ' * level}a:\n" for level in range(60)), "line 51: more than 50 levels are nested there"),
    (LAUGHS, r"line 2: \*a is an alias: write out what it stands for"),
    ("a: &a {b: 1}\nc:\n  <<: *a\n", r"line 3: \*a is an alias"),
    ("a: !!python/object/apply:os.system [ls]\n", "line 1: .* is a tag: remove it"),
    ("a: !!int 3\n", "line 1: .* is a tag: remove it"),
]


@pytest.mark.parametrize(("text", "sentence"), OVERSIZED)
def test_settings_that_would_keep_dvc_busy_are_refused(tmp_path, text, sentence):
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(FeatherlineError, match=rf"params\.yaml.*{sentence}"):
        params_file.read(tmp_path / "params.yaml")
    with pytest.raises(FeatherlineError, match=rf"^params\.yaml of main.*{sentence}"):
        params_file.parse(text.encode(), "params.yaml of main")


def test_fifty_levels_and_a_megabyte_are_settings():
    assert params_file.parse(b"a: " + b"[" * 49 + b"]" * 49, "params.yaml")
    assert params_file.parse(b"a: 1\n#" + b" " * (parsing.LARGEST_SETTINGS_BYTES - 6), "params.yaml") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"a: 1\na: 2\n", "1 and 2"),
        (b"a: 1\n'a': 1\n", "1 and 2"),
        (b"b: 1\ntoy: {a: 1, a: 2}\n", "2 and 2"),
        (b"a: 1\ntoys:\n- b: 1\n- a: 1\n  b: 2\n  a: 3\n", "4 and 6"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_both_lines(text, lines):
    with pytest.raises(FeatherlineError) as raised:
        parsing.from_yaml(text, "own.yaml")
    assert str(raised.value) == f"own.yaml: the key 'a' stands twice (lines {lines}): remove one."


def test_nothing_else_of_the_project_reads_yaml():
    modules = [*(ROOT / "featherline").rglob("*.py"), *(ROOT / "stages").rglob("*.py")]
    readers = [path.name for path in modules if re.search(r"import.* (YAML|yaml)\b", path.read_text())]
    assert readers == ["parsing.py"]


@pytest.mark.parametrize("content", [b"a: [", b"a: 2024-13-45", b"\xff\xfe", b"[" * 9999, b"a: \x00", b"? {b: 1}\n: 2"])
def test_what_is_no_yaml_is_told_in_one_sentence(content):
    with pytest.raises(FeatherlineError, match=r"^own\.yaml is not valid YAML: [^\n]+\.$"):
        parsing.from_yaml(content, "own.yaml")


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 99999])
def test_what_is_no_json_is_told_in_one_sentence(content):
    with pytest.raises(FeatherlineError, match=r"^own\.json is not valid JSON \([^\n]+\): make it again\.$"):
        parsing.from_json(content, "own.json", ": make it again")


def merged(folder: Path) -> subprocess.CompletedProcess:
    """What `make repro` asks first."""
    environment = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "stages.merged"], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_make_repro_names_a_conflict_before_dvc_does(tmp_path):
    paths = ["dvc.lock", "dvc.yaml", "params.yaml", "policy.yaml", "metrics/doors/int8.json", "models/doors/front.csv"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("fine\n")
    done = merged(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for path in paths:
        (tmp_path / path).write_text(CONFLICT)
        done = merged(tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith(f"merged: {path}, line 2: a conflict of a merge stands there (<<<<<<< HEAD)")
        (tmp_path / path).write_text("fine\n")
    recipe = (ROOT / "Makefile").read_text().split("\nrepro:")[1]
    assert recipe.index("stages.merged") < recipe.index("featherline repro")


@pytest.mark.parametrize("command", [["stages.merged"], ["featherline", "repro"], ["stages.fetch", "motionsense"]])
def test_whatever_comes_before_dvc_refuses_such_settings(tmp_path, command):
    """`make repro` runs the first two; DVC is never begun."""
    (tmp_path / "params.yaml").write_text(LAUGHS)
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert done.stderr.strip().endswith("params.yaml, line 2: *a is an alias: write out what it stands for.")
    assert len(done.stderr.strip().splitlines()) == 1
