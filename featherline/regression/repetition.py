"""Repeats the pipeline in a clean clone and compares its results with what is committed, byte by byte."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from featherline.errors import FeatherlineError
from featherline.regression.snapshots import Snapshot

# Nothing below these folders is written by hand.
_ENDINGS = {"models": (".tflite", ".c", ".h", ".ino", ".cpp"), "metrics": (".json", ".csv")}


def committed_results(snapshot: Snapshot) -> dict[str, bytes]:
    """Path -> content of every .tflite, C and metrics file that a revision holds."""
    paths = (path for folder, endings in _ENDINGS.items() for path in snapshot.files(folder) if path.endswith(endings))
    return {path: snapshot.read(path) for path in paths}


def repeat(commit: str, results: Iterable[str], folder: Path, project: Path) -> None:
    """Clones a project into an empty folder, without its results, and runs every stage there.

    Args:
        commit: what to check out.
        results: paths of committed files; they are removed from the clone, so that what is there afterwards
            was written by a stage.
        folder: must not exist or be empty.
        project: a folder in the repository's working tree, its top.

    Raises:
        FeatherlineError: where the clone or a stage fails.
    """
    _run("git", "clone", "--quiet", "--no-checkout", str(project), str(folder))
    _run("git", "checkout", "--quiet", "--detach", commit, cwd=folder)
    for path in results:
        (folder / path).unlink()
    # Stages call `python`: it must be the one that has the packages. --force leaves nothing to DVC's run cache.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    _run(sys.executable, "-m", "dvc", "repro", "--force", cwd=folder, env=os.environ | {"PATH": path})


def differences(results: dict[str, bytes], folder: Path) -> list[str]:
    """Compares committed results with those in a folder; one line for each file that is not the same, sorted."""
    lines = {}
    for path, expected in results.items():
        file = folder / path
        if not file.is_file():
            lines[path] = "is committed, and no stage wrote it again"
        elif (content := file.read_bytes()) != expected:
            place = _first_difference(expected, content)
            sizes = f"{len(expected):,} bytes committed, {len(content):,} now"
            lines[path] = f"differs from byte {place:,} on ({sizes})"
    for top, endings in _ENDINGS.items():
        written = (path.relative_to(folder).as_posix() for path in (folder / top).rglob("*") if path.suffix in endings)
        lines |= {path: "is written, and not committed" for path in written if path not in results}
    return [f"{path} {lines[path]}" for path in sorted(lines)]


def _first_difference(first: bytes, second: bytes) -> int:
    pairs = zip(first, second, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _run(*command: str, **options) -> None:
    done = subprocess.run(command, **options)
    if done.returncode:
        shown = " ".join(command[-3:] if command[0] == sys.executable else command[:2])
        raise FeatherlineError(f"{shown} failed with status {done.returncode}: what it said stands above.")
