"""manifest.csv: which recordings of one's own a folder holds, what each shows, and who was recorded.

    file,label,group
    anna/circle-1.csv,circle,anna

`file` is a path below the folder of the manifest, `label` what the recording shows, `group` who or what it
comes from: recordings that share a group are never in training and in test at once. Other columns are
passed over, as are files that the manifest does not name.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from featherline.applications.sources import sha256
from featherline.core.errors import FeatherlineError

NAME = "manifest.csv"
COLUMNS = ("file", "label", "group")


@dataclass(frozen=True)
class Row:
    """One recording: its path as the manifest writes it, the file itself, its label and its group."""

    file: str
    path: Path
    label: str
    group: str


def read(folder: Path, suffix: str) -> tuple[Row, ...]:
    """Reads and checks the manifest of a folder, in its own order.

    Args:
        folder: holds manifest.csv.
        suffix: of every recording, such as `.csv`; capitals do not matter.

    Raises:
        FeatherlineError: where the manifest is missing, broken or empty or lacks a column, or where a row
            lacks a value, names a file twice, one outside of the folder, of another kind or one that is
            not there.
    """
    path = folder / NAME
    top = folder.resolve()
    rows: list[Row] = []
    line_of: dict[Path, int] = {}
    for line, values in enumerate(_table(path), start=2):
        where = f"{path}, line {line},"
        for column, value in zip(COLUMNS, values, strict=True):
            if not value:
                raise FeatherlineError(f"{where} has no {column}: {_fix(column)}")
        file, label, group = values
        resolved = (top / file).resolve()
        below = resolved.is_relative_to(top) and not Path(file).is_absolute() and ".." not in Path(file).parts
        if not below:
            raise FeatherlineError(
                f"{where} names {file!r}, which is no path below its folder: put the recording there."
            )
        if resolved.suffix.lower() != suffix:
            raise FeatherlineError(f"{where} names {file!r}, and a recording of this kind ends in {suffix}.")
        if not resolved.is_file():
            raise FeatherlineError(f"{where} names {file!r}, and there is no such file: add it, or remove the line.")
        if resolved in line_of:
            raise FeatherlineError(f"{where} names {file!r} as line {line_of[resolved]} does: remove one of them.")
        line_of[resolved] = line
        rows.append(Row(file, top / file, label, group))
    if not rows:
        raise FeatherlineError(f"{path} lists no recording: write one line for each.")
    return tuple(rows)


def check_copies(rows: tuple[Row, ...], folder: Path) -> None:
    """Raises `FeatherlineError` where two recordings are the same to the byte: one may be in train, one in test."""
    first: dict[str, str] = {}
    for row in rows:
        digest = sha256(row.path)
        if digest in first:
            raise FeatherlineError(
                f"{folder / NAME} names {row.file!r} and {first[digest]!r}, which hold the same bytes: remove one."
            )
        first[digest] = row.file


def _table(path: Path) -> list[tuple[str, ...]]:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True, encoding="utf-8-sig")
    except FileNotFoundError:
        raise FeatherlineError(
            f"{path} is missing: write one with the columns {','.join(COLUMNS)} and a line for each recording."
        ) from None
    except (ValueError, pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise FeatherlineError(f"{path} is no CSV table ({' '.join(str(error).split())}): correct it.") from None
    table.columns = table.columns.str.strip()
    for column in COLUMNS:
        if column not in table.columns:
            raise FeatherlineError(f"{path} has no column {column!r}: its first line must be {','.join(COLUMNS)}.")
    return [tuple(value.strip() for value in row) for row in table[list(COLUMNS)].itertuples(index=False)]


def _fix(column: str) -> str:
    return {
        "file": "name the recording.",
        "label": "say what the recording shows, or remove the line.",
        "group": "say who or what was recorded; recordings without one cannot be kept out of training.",
    }[column]
