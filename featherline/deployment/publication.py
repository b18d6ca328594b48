"""Writes what a conversion publishes, all of it or nothing."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from featherline.core.files import new_folder, read_json, write_json
from featherline.deployment import programs
from featherline.deployment.conversion import Converted
from featherline.deployment.proof import Proven
from featherline.deployment.published import (
    DIGESTS,
    FOLDERS,
    HEADLINE_C,
    MODELS,
    NO_PROGRAM,
    PROGRAMS,
    Folders,
    digest,
)
from featherline.params import Variant
from featherline.records import frontend_files
from featherline.records.base import plain
from featherline.records.frontend import FrontEndFile
from featherline.tflite import model as tflite
from featherline.tflite.plan import Planned
from featherline.tflite.wording import findings


@contextmanager
def new_folders(application: Path) -> Iterator[Folders]:
    """Yields three empty folders that take the place of the published ones if the block ends well.

    Args:
        application: `models/<app>`.
    """
    with (
        new_folder(application / PROGRAMS) as program_folder,
        new_folder(application / HEADLINE_C) as headline_c,
        new_folder(application / MODELS) as models,
    ):
        folders = Folders(models, headline_c, program_folder)
        yield folders
        digests = {
            name: digest(folder) for name, folder in zip(FOLDERS, (models, headline_c, program_folder), strict=True)
        }
        remark = read_json(headline_c / DIGESTS) if (headline_c / DIGESTS).exists() else {}
        for folder in (models, headline_c, program_folder):
            write_json(folder / DIGESTS, digests | remark)


def write_models(
    folders: Folders,
    converted: Mapping[Planned, Converted],
    proven: Mapping[Planned, Proven],
    headline: str,
    frontends: Mapping[Variant, FrontEndFile],
) -> None:
    """Writes every model with its reports, and the C of those that have any.

    Args:
        folders: where to.
        converted: the models as they were converted.
        proven: the same after they ran.
        headline: name of the model whose C is for all to read.
        frontends: what computes the input of each variant.
    """
    for name, frontend in frontend_files.named(frontends).items():
        write_json(folders.models / name, plain(frontend))  # what whoever feeds the models must compute
    for entry, model in proven.items():
        file = folders.models / entry.file
        file.write_bytes(model.forms.content)
        if model.forms.tables:
            (folders.models / entry.tables_file).write_bytes(model.forms.tables)
        written: dict[str, str | None] = {"reason": model.program.reason}
        files = model.program.files
        if entry.name == headline and files:
            written["sketches_reason"] = model.program.sketches_reason
        programs.write_files(folders.of_program(entry.name, headline), files)
        if entry.name == headline and not files:
            sentence = f"{entry.name} leads the tables of this application, and has no C: {model.program.reason}"
            write_json(folders.headline_c / DIGESTS, {NO_PROGRAM: sentence})
        report = _report(file, converted[entry], model) | {"c": written}
        write_json(folders.models / f"{entry.name}.operators.json", report)
        write_json(folders.models / f"{entry.name}.loss.json", plain(model.layer_errors))


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
        | {"lint": [finding.plain() for finding in converted.findings if not finding.elsewhere]}
        | {"findings": findings(model)}
        | {"deployment": forms | {"file_bytes": len(published.content), "tables_bytes": tables_bytes}}
    )
