"""A clone has the bytes that were committed, on machines that turn line endings too."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("path", "generated"),
    [("models/motionsense/c/reduced-int8/model.c", True), ("dvc.lock", True), ("featherline/core/files.py", False)],
)
def test_reviews_fold_away_what_the_pipeline_wrote(path, generated):
    told = git("check-attr", "linguist-generated", "--", path).strip()
    assert told.endswith(": set" if generated else ": unspecified")
