"""The files of the project as a revision of git has them, or as they lie in the working tree."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from featherline import params_file
from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.records.base import parse
from featherline.records.model import Headline, PipelineModel


@dataclass(frozen=True)
class Snapshot:
    """One state of the project; paths are relative to its top folder, with slashes.

    Attributes:
        name: how to speak of it: `main`, or `the working tree`.
        commit: 40 hexadecimal digits; None for the working tree.
        read: content of a file, None where there is none.
        files: paths of the files below a folder, sorted.
    """

    name: str
    commit: str | None
    read: Callable[[str], bytes | None]
    files: Callable[[str], list[str]]

    @property
    def short_commit(self) -> str:
        """The first digits of the commit; empty for the working tree."""
        return (self.commit or "")[:7]


def working_tree() -> Snapshot:
    """What lies in the current folder."""

    def read(path: str) -> bytes | None:
        return Path(path).read_bytes() if Path(path).is_file() else None

    def files(folder: str) -> list[str]:
        return sorted(path.as_posix() for path in Path(folder).rglob("*") if path.is_file())

    return Snapshot("the working tree", None, read, files)


def committed(revision: str) -> Snapshot:
    """What git has for the current folder at a revision.

    Args:
        revision: anything that git understands: a branch, a tag, a commit, `HEAD~2`.

    Raises:
        FeatherlineError: where this is no repository, or the revision is unknown.
    """
    if _git("rev-parse", "--git-dir") is None:
        raise FeatherlineError(f"{Path.cwd()} is not in a git repository: run from a clone of the project.")
    resolved = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if resolved is None:
        raise FeatherlineError(f"git knows no revision {revision!r} here: fetch it, or name another one.")
    commit = resolved.decode().strip()

    def read(path: str) -> bytes | None:
        return _git("show", f"{commit}:./{path}", "--")  # or git takes what is not there for a pattern

    def files(folder: str) -> list[str]:
        listed = _git("ls-tree", "-r", "-z", "--name-only", commit, f"{folder}/") or b""
        return sorted(filter(None, listed.decode().split("\0")))

    return Snapshot(revision, commit, read, files)


def model_path(app: str, name: str) -> str:
    """Where the metrics of a model are."""
    return f"metrics/{app}/{name}.json"


def headline_path(app: str) -> str:
    """Where the headline metrics of an application are."""
    return f"metrics/{app}.json"


def model(snapshot: Snapshot, app: str, name: str) -> PipelineModel | None:
    """The metrics of a model in a snapshot, None where there are none.

    Raises:
        FeatherlineError: where the file is broken, or of a version that is not known here.
    """
    path = model_path(app, name)
    content = json_table(snapshot, path)
    return None if content is None else parse(PipelineModel, content, f"{path} of {snapshot.name}", _remedy(app))


def models(snapshot: Snapshot, app: str) -> dict[str, PipelineModel]:
    """The metrics of every model of an application in a snapshot, by name `<variant>-<scheme>`, sorted."""
    names = [Path(path).stem for path in snapshot.files(f"metrics/{app}") if path.endswith(".json")]
    records = {name: model(snapshot, app, name) for name in names}
    return {name: record for name, record in records.items() if record is not None}


def headline(snapshot: Snapshot, app: str) -> Headline | None:
    """The headline metrics of an application in a snapshot, None where there are none.

    Raises:
        FeatherlineError: where the file is broken, or has no table of this application.
    """
    path = headline_path(app)
    content = json_table(snapshot, path)
    if content is None:
        return None
    table = content.get(app)
    if not isinstance(table, dict):
        raise FeatherlineError(f"{path} of {snapshot.name} has no table {app}: {_remedy(app)}.")
    return parse(Headline, table, f"{path} of {snapshot.name}", _remedy(app))


def _remedy(app: str) -> str:
    return f"run `dvc repro benchmark@{app}` there, or compare with a later revision"


def json_table(snapshot: Snapshot, path: str) -> dict[str, object] | None:
    """A JSON file as it is in a snapshot, None where there is none; raises `FeatherlineError` where it is broken."""
    content = snapshot.read(path)
    if content is None:
        return None
    table = parsing.from_json(content, f"{path} of {snapshot.name}")
    if not isinstance(table, dict):
        raise FeatherlineError(f"{path} of {snapshot.name} is JSON, but no table of metrics by name.")
    return table


def applications(snapshot: Snapshot) -> list[str]:
    """Names of the applications that a snapshot's params.yaml lists."""
    return params_file.applications(_params(snapshot), f"params.yaml of {snapshot.name}")


def parameters(snapshot: Snapshot) -> dict[str, object]:
    """Everything that a snapshot's params.yaml sets: dotted key -> value; a list is one value."""
    return dict(parsing.dotted(_params(snapshot)))


def _params(snapshot: Snapshot) -> dict[str, object]:
    content = snapshot.read("params.yaml")
    if content is None:
        raise FeatherlineError(f"params.yaml is missing from {snapshot.name}: run from the project's top folder.")
    return params_file.parse(content, f"params.yaml of {snapshot.name}")


def _git(*arguments: str) -> bytes | None:
    """What git prints; None where it refuses."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True)
    except FileNotFoundError:
        raise FeatherlineError("git is not installed, or not on the PATH: install it.") from None
    return done.stdout if done.returncode == 0 else None
