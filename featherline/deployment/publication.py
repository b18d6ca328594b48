"""The three folders that a conversion writes: models, C of the headline, programs of the others.

They are renamed into place one after another. Each holds a list of the digests of all three, so that whoever reads
them sees where a run was killed between two renames.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.files import new_folder, read_json, write_json
from featherline.deployment import programs
from featherline.deployment.conversion import Converted
from featherline.deployment.proof import Proven
from featherline.tflite import model as tflite
from featherline.tflite.plan import Planned

MODELS, HEADLINE_C, PROGRAMS = "tflite", "c", "programs"
FOLDERS = (MODELS, HEADLINE_C, PROGRAMS)
DIGESTS = "published.json"
NO_PROGRAM = "no-program.txt"


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


@contextmanager
def new_folders(application: Path) -> Iterator[Folders]:
    """Yields three empty folders that take the place of the published ones if the block ends well.

    Args:
        application: `models/<app>`.
    """
    with (
        new_folder(application / PROGRAMS) as others,
        new_folder(application / HEADLINE_C) as headline_c,
        new_folder(application / MODELS) as models,
    ):
        folders = Folders(models, headline_c, others)
        yield folders
        digests = {name: digest(folder) for name, folder in zip(FOLDERS, (models, headline_c, others), strict=True)}
        for folder in (models, headline_c, others):
            write_json(folder / DIGESTS, digests)


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
        c_files = {} if reason else programs.read_c(folders.of_program(entry.name, headline))
        published[entry.name] = Published(report["deployment"], layer_errors, c_files, reason)
    return published


def write_models(
    folders: Folders,
    converted: Mapping[Planned, Converted],
    proven: Mapping[Planned, Proven],
    headline: str,
    items: np.ndarray,
    frontend: dict[str, Any],
) -> None:
    """Writes every model with its reports, and the C of those that have any.

    Args:
        folders: where to.
        converted: the models as they were converted.
        proven: the same after they ran.
        headline: name of the model whose C is for all to read; it gets sketches too.
        items: the test split, float32, shape (items, height, width, channels).
        frontend: content of `frontend.json`.
    """
    write_json(folders.models / "frontend.json", frontend)  # what whoever feeds the models must compute
    for entry, model in proven.items():
        file = folders.models / entry.file
        file.write_bytes(model.forms.content)
        if model.forms.tables:
            (folders.models / entry.tables_file).write_bytes(model.forms.tables)
        written: dict[str, str | None] = {"reason": model.program.reason}
        files = model.program.files
        if entry.name == headline and files:
            sketches = programs.write_sketches(file, items, frontend)
            files, written["sketches_reason"] = programs.joined(files, sketches.files), sketches.reason
        programs.write_files(folders.of_program(entry.name, headline), files)
        if entry.name == headline and not files:
            sentence = f"{entry.name} leads the tables of this application, and has no C: {model.program.reason}\n"
            (folders.headline_c / NO_PROGRAM).write_text(sentence, encoding="utf-8")
        report = _report(file, converted[entry], model) | {"c": written}
        write_json(folders.models / f"{entry.name}.operators.json", report)
        write_json(folders.models / f"{entry.name}.loss.json", model.layer_errors)


def write_origins(folders: Folders, paths: Sequence[Path]) -> None:
    """Writes the SHA-256 of what the models were made from, for whoever asks which it was."""
    digests = {path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    write_json(folders.models / "made_from.json", digests)


def _report(file: Path, converted: Converted, proven: Proven) -> dict[str, Any]:
    model, published = tflite.read(file), proven.forms
    forms = {key: value for key, value in asdict(published).items() if key not in ("content", "tables")}
    tables_bytes = len(published.tables) if published.tables else None
    return (
        {"file": file.name, "operator_set": tflite.operator_set(model)}
        | tflite.operator_counts(model)
        # The converter fixes the batch at one item: what costs elsewhere alone is left out.
        | {"lint": [asdict(finding) for finding in converted.findings if not finding.elsewhere]}
        | {"findings": tflite.findings(model)}
        | {"deployment": forms | {"file_bytes": len(published.content), "tables_bytes": tables_bytes}}
    )
