"""Repeats the pipeline in a clean clone and compares its outputs with those of a revision, byte by byte."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.regression import contents
from featherline.regression.snapshots import Snapshot

LOCK = "dvc.lock"


@dataclass(frozen=True)
class Output:
    """An output of a stage, as dvc.lock lists it; the digest is an MD5, and ends with `.dir` for a folder."""

    stage: str
    path: str
    digest: str

    def holds(self, path: str) -> bool:
        """Whether it is the path, or a folder above it."""
        return path == self.path or path.startswith(f"{self.path}/")


@dataclass(frozen=True)
class Changed:
    """A file of an output that came out otherwise; a content is None where there is no file, or nobody has it.

    Attributes:
        path: relative to the top of the project.
        committed: its content at the revision.
        repeated: its content in the clone.
        note: what is known where `committed` is not; empty elsewhere.
    """

    path: str
    committed: bytes | None
    repeated: bytes | None
    note: str = ""

    def __str__(self) -> str:
        if self.note:
            return f"{self.path} {self.note}"
        if self.repeated is None:
            return f"{self.path} is committed, and no stage wrote it again"
        if self.committed is None:
            return f"{self.path} is written, and not committed"
        return f"{self.path}: {contents.difference(self.path, self.committed, self.repeated)}"


@dataclass(frozen=True)
class Comparison:
    """What a repetition gave.

    Attributes:
        stages: every stage in the order of the pipeline -> what of its outputs came out otherwise.
        tracked: how many files of outputs git has.
        cached: how many outputs only the DVC cache has, compared by their hashes in dvc.lock.
        elsewhere: what `git status` lists below no output, dvc.lock among it.
    """

    stages: dict[str, list[Changed]]
    tracked: int
    cached: int
    elsewhere: list[Changed]

    @property
    def differing(self) -> dict[str, list[Changed]]:
        """The stages whose outputs are not all the same."""
        return {stage: changed for stage, changed in self.stages.items() if changed}


def outputs(lock: bytes, name: str, listed: Collection[str] | None = None) -> list[Output]:
    """Every output of a dvc.lock, a stage after all those that it depends on; else as the file lists them.

    Args:
        lock: content of the file.
        name: of the file, for errors.
        listed: the applications that params.yaml lists: DVC keeps stages of others in the file, and does not run them.

    Raises:
        FeatherlineError: where it is broken.
    """
    try:
        tree = parsing.from_yaml(lock, name)
        if not isinstance(tree, dict):
            raise TypeError("it is no mapping")
        stages = tree["stages"]
        outputs_of = {
            stage: [Output(stage, out["path"], out["md5"]) for out in block["outs"]]
            for stage, block in stages.items()
            if listed is None or "@" not in stage or stage.partition("@")[2] in listed
        }
        dependencies_of = {stage: [dep["path"] for dep in stages[stage].get("deps", [])] for stage in outputs_of}
    except (AttributeError, KeyError, TypeError) as error:
        raise FeatherlineError(f"{name} is no lock file of DVC ({' '.join(str(error).split())}).") from None
    upstream = {
        stage: [
            earlier
            for earlier in outputs_of
            if earlier != stage and any(_meet(path, outputs_of[earlier]) for path in paths)
        ]
        for stage, paths in dependencies_of.items()
    }
    depths: dict[str, int] = {}

    def depth(stage: str) -> int:
        if stage not in depths:
            depths[stage] = 1 + max((depth(earlier) for earlier in upstream[stage]), default=0)
        return depths[stage]

    return [output for stage in sorted(outputs_of, key=depth) for output in outputs_of[stage]]


def _meet(path: str, outputs: Iterable[Output]) -> bool:
    return any(output.holds(path) or output.path.startswith(f"{path}/") for output in outputs)


def repeat(snapshot: Snapshot, outputs_before: list[Output], folder: Path, project: Path) -> None:
    """Clones a project into an empty folder, without its results, and runs every stage there.

    Args:
        snapshot: the revision to check out.
        outputs_before: its outputs; what git has of them is removed from the clone, so that what is there afterwards
            was written by a stage.
        folder: must not exist or be empty.
        project: a folder in the repository's working tree, its top.

    Raises:
        FeatherlineError: where the clone or a stage fails.
    """
    _run("git", "clone", "--quiet", "--no-checkout", str(project), str(folder))
    _run("git", "checkout", "--quiet", "--detach", snapshot.commit or "HEAD", cwd=folder)
    for path in _tracked(folder, outputs_before):
        (folder / path).unlink()
    # Stages call `python`: it must be the one that has the packages. --force leaves nothing to DVC's run cache.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    _run(sys.executable, "-m", "dvc", "repro", "--force", cwd=folder, env=os.environ | {"PATH": path})


def compare(snapshot: Snapshot, outputs_before: list[Output], folder: Path, cache: Path) -> Comparison:
    """Holds what the stages wrote in a clone against the revision.

    Args:
        snapshot: the revision.
        outputs_before: its outputs, in the order of the pipeline.
        folder: the clone, as `repeat` leaves it.
        cache: the project's DVC cache, for contents that git does not have; a hash is enough to see a difference.
    """
    tracked, status = _tracked(folder, outputs_before), _status(folder)
    repeated_digests = {output.path: output.digest for output in outputs((folder / LOCK).read_bytes(), LOCK)}
    stages: dict[str, list[Changed]] = {output.stage: [] for output in outputs_before}
    cached = 0
    for output in outputs_before:
        changed = [path for path in status if output.holds(path)]
        if changed or any(output.holds(path) for path in tracked):
            stages[output.stage] += [Changed(path, *_contents(snapshot, folder, path)) for path in changed]
            continue
        cached += 1
        if repeated_digests.get(output.path) != output.digest:
            stages[output.stage] += _changed_in_cache(output, repeated_digests.get(output.path), folder, cache)
    paths_elsewhere = [path for path in status if not any(output.holds(path) for output in outputs_before)]
    elsewhere = [Changed(path, *_contents(snapshot, folder, path)) for path in paths_elsewhere]
    ordered = {stage: sorted(files, key=lambda file: file.path) for stage, files in stages.items()}
    return Comparison(ordered, len(tracked), cached, elsewhere)


def _contents(snapshot: Snapshot, folder: Path, path: str) -> tuple[bytes | None, bytes | None]:
    file = folder / path
    return snapshot.read(path), file.read_bytes() if file.is_file() else None


def _tracked(folder: Path, outputs_before: list[Output]) -> list[str]:
    """The files of outputs that git has."""
    tracked = _captured("git", "ls-files", "-z", cwd=folder).split("\0")
    return [path for path in tracked if path and any(output.holds(path) for output in outputs_before)]


def _status(folder: Path) -> list[str]:
    """What `git status` would list, sorted."""
    porcelain = _captured("git", "status", "--porcelain", "--no-renames", "--untracked-files=all", "-z", cwd=folder)
    return sorted(entry[3:] for entry in porcelain.split("\0") if entry)


def _changed_in_cache(output: Output, digest: str | None, folder: Path, cache: Path) -> list[Changed]:
    """The files of an output that git does not have, by the listing of the folder or as the file itself."""
    hashes = f"has another hash ({output.digest} committed, {digest or 'none'} now)"
    if not output.digest.endswith(".dir"):
        committed = {output.path: output.digest}
    elif (listing := _object(cache, output.digest)) is not None:
        committed = {f"{output.path}/{entry['relpath']}": entry["md5"] for entry in json.loads(listing)}
    else:
        return [Changed(output.path, None, None, f"{hashes}; this clone's DVC cache has no list of its files")]
    output_path = folder / output.path
    files = [output_path] if output_path.is_file() else [path for path in output_path.rglob("*") if path.is_file()]
    repeated = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    changed = []
    for path in sorted(committed.keys() | repeated.keys()):
        content = repeated.get(path)
        if content is None:
            changed.append(Changed(path, _object(cache, committed[path]), None))
        elif path not in committed:
            changed.append(Changed(path, None, content))
        elif (repeated_digest := hashlib.md5(content).hexdigest()) != committed[path]:
            before = _object(cache, committed[path])
            hashes = f"has another hash ({committed[path]} committed, {repeated_digest} now)"
            note = f"{hashes}; this clone's DVC cache has no content"
            changed.append(Changed(path, before, content, "" if before is not None else note))
    return changed


def _object(cache: Path, digest: str) -> bytes | None:
    """A content by its MD5 from a DVC cache; None where it is not there."""
    file = cache / "files" / "md5" / digest[:2] / digest[2:]
    return file.read_bytes() if file.is_file() else None


def cache_of(project: Path) -> Path:
    """The folder of a project's DVC cache."""
    return project / _captured(sys.executable, "-m", "dvc", "cache", "dir", cwd=project).strip()


def _captured(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise FeatherlineError(f"{_shown(command)} failed: {' '.join((done.stderr or done.stdout).split())}")
    return done.stdout


def _run(*command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env)
    if done.returncode:
        raise FeatherlineError(f"{_shown(command)} failed with status {done.returncode}: what it said stands above.")


def _shown(command: tuple[str, ...]) -> str:
    return " ".join(command[2:] if command[0] == sys.executable else command[:2])
