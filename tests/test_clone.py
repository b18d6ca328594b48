"""A clone has the bytes that were committed, on machines that turn line endings too."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from featherline import params_file

ROOT = Path(__file__).resolve().parent.parent


def git(*arguments: str, folder: Path = ROOT) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def clones(tmp_path_factory) -> dict[str, Path]:
    """The project as git leaves it alone, and as git for Windows clones it by default."""
    if not (ROOT / ".git").exists():
        pytest.skip("no repository: what was unpacked from an archive has no clone")
    folder = tmp_path_factory.mktemp("clones")
    for autocrlf in ("false", "true"):
        git("-c", f"core.autocrlf={autocrlf}", "clone", "--quiet", "--depth=1", ROOT.as_uri(), str(folder / autocrlf))
    return {autocrlf: folder / autocrlf for autocrlf in ("false", "true")}


def test_autocrlf_changes_no_byte(clones):
    paths = git("ls-files", "-z", folder=clones["true"]).rstrip("\0").split("\0")
    changed = [path for path in paths if (clones["true"] / path).read_bytes() != (clones["false"] / path).read_bytes()]
    assert "dvc.lock" in paths and changed == []


def test_manifests_hold_in_a_clone_with_autocrlf(clones):
    manifests = sorted(clones["true"].glob("models/*/c/*/manifest.json"))
    assert manifests
    for manifest in manifests:
        for name, expected in json.loads(manifest.read_bytes())["files"].items():
            assert hashlib.sha256((manifest.parent / name).read_bytes()).hexdigest() == expected, manifest.parent / name


APPS = params_file.read(ROOT / "params.yaml")["apps"]


def headline_c(clone: Path, app: str) -> Path:
    """The committed C of the model that leads the tables of an application."""
    return clone / "models" / app / "c" / params_file.read(clone / "params.yaml")[app]["benchmark"]["headline"]


@pytest.mark.parametrize("app", APPS)
def test_a_clone_that_has_run_nothing_builds_and_checks_the_headline_program(clones, app, tmp_path):
    folder = headline_c(clones["false"], app)
    sources = [folder / "model.c", folder / "model_check.c"]
    zig = [sys.executable, "-m", "ziglang", "cc", "-std=c99", "-DMODEL_CHECK_MAIN", "-I", folder]
    subprocess.run([*zig, *sources, "-o", tmp_path / "check"], check=True, capture_output=True)
    assert re.fullmatch(r"model_check: (\d+) of \1 items right", printed(tmp_path / "check"))
    model = clones["false"] / f"models/{app}/tflite/{folder.name}.tflite"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["model_sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()


def printed(program: Path) -> str:
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("sketch", ["sketch", "tflm_sketch"])
def test_the_sketches_of_the_headline_are_complete(clones, app, sketch):
    folder = headline_c(clones["false"], app) / sketch
    files = {path.name for path in folder.iterdir()}
    assert f"{sketch}.ino" in files
    included = {name for path in folder.iterdir() for name in re.findall(r'^#include "(.+)"', path.read_text(), re.M)}
    assert included - files == set()


def test_git_holds_the_c_of_no_other_model(clones):
    models = {path for path in git("ls-files", "models", folder=clones["false"]).splitlines() if path.endswith(".c")}
    leading = [headline_c(clones["false"], app).relative_to(clones["false"]).as_posix() for app in APPS]
    assert {path for path in models if not path.startswith(tuple(f"{folder}/" for folder in leading))} == set()


@pytest.mark.parametrize(
    ("path", "generated"),
    [("models/motionsense/c/reduced-int8/model.c", True), ("dvc.lock", True), ("featherline/core/files.py", False)],
)
def test_reviews_fold_away_what_the_pipeline_wrote(path, generated):
    told = git("check-attr", "linguist-generated", "--", path).strip()
    assert told.endswith(": set" if generated else ": unspecified")
