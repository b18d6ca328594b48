"""Tables of samples, read column by column in pieces, whatever the file is: one face for text and for containers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from featherline.core.errors import FeatherlineError

PIECE_ROWS = 1 << 17


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of a table.

    Attributes:
        numbers: float64, shape (rows, columns asked for); NaN where a number is missing.
        texts: each column of text that was asked for, object, shape (rows,).
    """

    numbers: np.ndarray
    texts: dict[str, np.ndarray]


@dataclass
class Table:
    """A table whose columns have names.

    Attributes:
        path: of the user's own file.
        names: of its columns, in its order.
        pieces: gives rows of columns, numbers and texts, by their names.
        place: says where a row, from 0, stands in the file: `line 17`.
        described: how messages show the header.
        has_header: whether the names are the file's own, and not numbers of columns.
        rate_hz: what the file itself says; None where it does not.
        units: what the file says of columns.
        remarks: what was told or mended on reading, a sentence each.
        beside: columns that say something of a whole recording, and are no channels.
    """

    path: Path
    names: tuple[str, ...]
    pieces: Callable[[tuple[str, ...], tuple[str, ...]], Iterator[Piece]]
    place: Callable[[int], str]
    described: str
    has_header: bool = True
    rate_hz: float | None = None
    units: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    beside: tuple[str, ...] = ()

    def column(self, name: str, key: str) -> str:
        """The column that is meant by a name, or by a number where there is no header.

        Capitals and blanks do not matter where that leaves one column.

        Raises:
            FeatherlineError: where there is none, or several; the sentence names `key`.
        """
        if self.names.count(name) > 1:
            raise FeatherlineError(
                f"{self.path} has {self.names.count(name)} columns {name!r} ({self.described}): give each a name of "
                "its own."
            )
        if name in self.names:
            return name
        alike = [column for column in self.names if _plain(column) == _plain(name)]
        if len(alike) == 1:
            return alike[0]
        fix = f"set {key} to one of these"
        if not self.has_header:
            fix = f"it has no header, so name columns by their numbers, '1' to '{len(self.names)}', in {key}"
        raise FeatherlineError(f"{self.path} has no column {name!r}; its header is: {self.described}. {_upper(fix)}.")

    def read(self, numbers: tuple[str, ...], texts: tuple[str, ...] = ()) -> Piece:
        """All rows at once; raises `FeatherlineError` where there is none."""
        pieces = list(self.pieces(numbers, texts))
        if not sum(len(piece.numbers) for piece in pieces):
            raise FeatherlineError(f"{self.path} holds no samples below its header: record it again, or remove it.")
        return Piece(
            np.concatenate([piece.numbers for piece in pieces]),
            {name: np.concatenate([piece.texts[name] for piece in pieces]) for name in texts},
        )


class Column(Protocol):
    """Numbers or texts of which stretches can be taken: an array, or what reads them from a file."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> np.ndarray: ...


def of_arrays(
    path: Path,
    columns: Mapping[str, Column],
    *,
    word: str = "row",
    has_header: bool = True,
    rate_hz: float | None = None,
    units: dict[str, str] | None = None,
    remarks: list[str] | None = None,
) -> Table:
    """A table of columns that are in memory, or mapped into it: each of shape (rows,), numbers or text."""

    def pieces(numbers: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Piece]:
        rows = len(next(iter(columns.values()))) if columns else 0
        for start in range(0, rows, PIECE_ROWS):
            part = slice(start, min(start + PIECE_ROWS, rows))
            values = np.empty((part.stop - start, len(numbers)))
            for place, name in enumerate(numbers):
                try:
                    values[:, place] = columns[name][part].astype(np.float64)
                except (ValueError, TypeError):
                    raise FeatherlineError(
                        f"{path} holds {_first_text(columns[name][part])!r} in its column {name!r}, which is no "
                        "number: correct it, or name another column."
                    ) from None
            yield Piece(values, {name: _texts(columns[name][part]) for name in texts})

    return Table(
        path,
        tuple(columns),
        pieces,
        lambda row: f"{word} {row + 1}",
        ", ".join(columns),
        has_header,
        rate_hz,
        units or {},
        remarks or [],
    )


def _texts(values: np.ndarray) -> np.ndarray:
    """Values as texts, object; of objects each by itself, for an array of text is as wide as its longest."""
    if values.dtype != object:
        return values.astype(str).astype(object)
    return np.array([value.decode() if isinstance(value, bytes) else str(value) for value in values], object)


def matrix_columns(values: np.ndarray, names: tuple[str, ...] | None = None) -> dict[str, np.ndarray]:
    """Columns of a matrix of shape (rows,), (rows, columns) or (columns, rows): samples are the longer side."""
    if values.ndim == 1:
        values = values[:, None]
    if values.shape[0] < values.shape[1]:
        values = values.T
    labels = names or tuple(str(place + 1) for place in range(values.shape[1]))
    return {label: values[:, place] for place, label in enumerate(labels)}


def _first_text(values: np.ndarray) -> str:
    for value in values:
        try:
            float(value)
        except (ValueError, TypeError):
            return str(value)
    return ""


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def is_rate(name: str, value: np.ndarray) -> bool:
    """Whether a single value, by its name, is the rate of samples."""
    return name.rsplit(".", 1)[-1].lower() in (
        "fs",
        "rate",
        "sample_rate",
        "samplerate",
        "sampling_rate",
        "sr",
        "fs_hz",
    ) and (value.dtype.kind in "iuf" and value.item() > 0)
