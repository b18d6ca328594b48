"""The three folders that a conversion publishes: models, C of the headline, programs of the others.

They are renamed into place one after another. Each holds a list of the digests of all three, so that whoever reads
them sees where a run was killed between two renames.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json
from featherline.tflite.plan import Planned

MODELS, HEADLINE_C, PROGRAMS = "tflite", "c", "programs"
FOLDERS = (MODELS, HEADLINE_C, PROGRAMS)
DIGESTS = "published.json"
NO_PROGRAM = "no_program"
"""Key beside the digests where the headline has no C; a file of its own would be left over after `git restore`."""


@dataclass(frozen=True)
class Folders:
    """Where to write, or where it was written: .tflite files, the C of the headline, the programs of all others."""

    models: Path
    headline_c: Path
    programs: Path

    def of_program(self, name: str, headline: str) -> Path:
        """The folder of the C of a model."""
        return (self.headline_c if name == headline else self.programs) / name


def folders_of(application: Path) -> Folders:
    """The published folders below `models/<app>`."""
    return Folders(*(application / name for name in FOLDERS))


def digest(folder: Path) -> str:
    """SHA-256 of the names and contents of all files in a folder but its list of digests."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n"
        for name, path in sorted(files.items())
        if name != DIGESTS
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check(application: Path, names: Sequence[str] = FOLDERS) -> None:
    """Refuses folders that were not published by one run.

    Args:
        application: `models/<app>`.
        names: the folders to be read, of `FOLDERS`.

    Raises:
        FeatherlineError: where their lists of digests differ.
    """
    lists = {name: _digests(application / name / DIGESTS) for name in names}
    first = lists[names[0]]
    for name, digests in lists.items():
        if digests != first:
            raise FeatherlineError(
                f"{application / names[0]} and {application / name} were not published together: the stage convert was "
                "killed before it had published all. Run it again."
            )


def _digests(path: Path) -> dict[str, Any] | None:
    return read_json(path) if path.exists() else None


@dataclass(frozen=True)
class Published:
    """What is known of a model since its conversion.

    Attributes:
        forms: which forms of it were made, as `operators.json` has it.
        layer_errors: the quantization error of each layer, as `loss.json` has it.
        c_files: its C by file name; empty where there is none.
        c_reason: why there is none; None where there is one.
    """

    forms: dict[str, Any]
    layer_errors: dict[str, Any]
    c_files: dict[str, bytes]
    c_reason: str | None


def read(application: Path, planned: Sequence[Planned], headline: str) -> dict[str, Published]:
    """Reads what the conversion published of every model, by the model's name.

    Args:
        application: `models/<app>`.
        planned: the models.
        headline: name of the model that leads.

    Raises:
        FeatherlineError: where a file is missing or broken, or the folders are of two runs.
    """
    check(application)
    folders = folders_of(application)
    published = {}
    for entry in planned:
        report = read_json(folders.models / f"{entry.name}.operators.json")
        layer_errors = read_json(folders.models / f"{entry.name}.loss.json")
        reason = report["c"]["reason"]
        c_files = {} if reason else _c_files(folders.of_program(entry.name, headline))
        published[entry.name] = Published(report["deployment"], layer_errors, c_files, reason)
    return published


def _c_files(folder: Path) -> dict[str, bytes]:
    """The C of a model without what checks it and runs it."""
    name = read_json(folder / "manifest.json")["name"]
    try:
        return {file: (folder / file).read_bytes() for file in (f"{name}.c", f"{name}.h")}
    except FileNotFoundError as error:
        raise FeatherlineError(f"{error.filename} is missing: run the stage convert again.") from None
