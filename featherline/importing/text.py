"""Text tables of any dialect and any size: rows are counted, converted and checked in pieces."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from featherline.core.errors import FeatherlineError
from featherline.importing import dialect as dialects
from featherline.importing.dialect import MISSING, Dialect
from featherline.importing.settings import Csv
from featherline.importing.tables import Piece, Table

BLOCK_BYTES = 1 << 20
SHOWN = 60

Mend = Callable[[str], str]
"""Changes a stretch of whole lines, as a preset does that knows the faults of its source."""


def read(path: Path, settings: Csv, mend: Mend | None = None, names: tuple[str, ...] | None = None) -> Table:
    """A text table.

    Args:
        path: of the file, plain or gzip.
        settings: what is known of its dialect.
        mend: changes lines before they are read, if given.
        names: of its columns, for files that have no header.

    Raises:
        FeatherlineError: where the file is empty, no text, or no table.
    """
    found_dialect = dialects.sniff(path, settings) if mend is None else _mended_dialect(path, settings, mend)
    if names is not None:
        found_dialect = _named(path, found_dialect, names)
    remark = f"It was read with {_listed(found_dialect.remarks)}." if found_dialect.remarks else None
    table = Table(
        path,
        found_dialect.names,
        lambda numbers, texts: iter(()),
        lambda row: _place(path, found_dialect, row, mend),
        found_dialect.header,
        bool(found_dialect.header_line) or names is not None,
        units=dict(found_dialect.units),
        remarks=[remark] if remark else [],
    )
    table.pieces = lambda numbers, texts: _pieces(table, found_dialect, numbers, texts, mend)
    return table


def _named(path: Path, dialect: Dialect, names: tuple[str, ...]) -> Dialect:
    from dataclasses import replace

    if len(dialect.names) != len(names):
        raise FeatherlineError(
            f"{path} has {len(dialect.names)} fields in a row, and its kind has {len(names)} ({', '.join(names)}): "
            "get the file again, or correct fetch.preset."
        )
    return replace(dialect, names=names)


def _mended_dialect(path: Path, settings: Csv, mend: Mend) -> Dialect:
    """The dialect of the lines that `mend` leaves, told from the first of them."""
    import tempfile

    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    with dialects.open_bytes(path, compressed) as stream, tempfile.TemporaryDirectory() as folder:
        text = stream.read(dialects.SAMPLE_BYTES).decode("utf-8", errors="replace").replace("\r\n", "\n")
        whole = text if len(text) < dialects.SAMPLE_BYTES // 2 else text[: text.rindex("\n") + 1]
        beginning = Path(folder, path.name)
        beginning.write_text(mend(whole), encoding="utf-8")
        try:
            sniffed = dialects.sniff(beginning, settings)
        except FeatherlineError as error:
            raise FeatherlineError(str(error).replace(str(beginning), str(path))) from None
    from dataclasses import replace

    return replace(sniffed, compressed=compressed, trailing=False)


# --- rows --------------------------------------------------------------------------------------


class _Lines(io.RawIOBase):
    """The rows of a file as UTF-8 with one separator, for a parser that knows nothing else."""

    def __init__(self, stream: BinaryIO, dialect: Dialect, mend: Mend | None) -> None:
        self._stream, self._dialect, self._mend = stream, dialect, mend
        self._decoder = codecs.getincrementaldecoder(dialect.encoding)(errors="replace")
        self._rest, self._ready, self._ended = "", b"", False
        self._to_skip = dialect.first_line - 1 if mend is None else 0
        width, separator = len(dialect.names), re.escape(dialect.separator)
        self._trailing = re.compile(
            f"^((?:[^{separator}\n]*{separator}){{{width - 1}}}[^{separator}\n]*){separator}[ \t]*$", re.MULTILINE
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            self._fill()
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _fill(self) -> None:
        raw = self._stream.read(BLOCK_BYTES)
        text = self._rest + self._decoder.decode(raw, final=not raw)
        self._ended = not raw
        if "\r" in text:
            carried = "\r" if text.endswith("\r") and raw else ""
            text = text[: len(text) - len(carried)].replace("\r\n", "\n").replace("\r", "\n") + carried
        cut = len(text) if self._ended else text.rfind("\n") + 1
        text, self._rest = text[:cut], text[cut:]
        while self._to_skip and text:
            _, _, text = text.partition("\n")
            self._to_skip -= 1
        if self._mend is not None and text:
            text = self._mend(text)
        if self._dialect.separator == " ":
            text = re.sub("[ \t]+", " ", text)
            text = re.sub("(?m)^ | $", "", text)
        elif self._dialect.trailing:
            text = self._trailing.sub(r"\1", text)
        self._ready = text.encode("utf-8")


def _pieces(
    table: Table, dialect: Dialect, numbers: tuple[str, ...], texts: tuple[str, ...], mend: Mend | None
) -> Iterator[Piece]:
    path, names = table.path, tuple(f"c{place}" for place in range(len(dialect.names)))
    of_name = dict(zip(dialect.names, names, strict=False))
    skipped: dict[str, int] = {}

    def wrong_width(row: arrow_csv.InvalidRow) -> str:
        if dialects.is_comment(row.text):
            skipped["comments"] = skipped.get("comments", 0) + 1
            return "skip"
        return "error"

    wanted = list(dict.fromkeys((*numbers, *texts)))
    # A comment shows in the first column alone, whether it is asked for or not.
    watched = list(dict.fromkeys((dialect.names[0], *wanted)))
    done_rows = 0
    with dialects.open_bytes(path, dialect.compressed) as stream:
        plain = (
            dialect.plain
            and dialect.encoding == "utf-8"
            and dialect.separator != " "
            and not dialect.trailing
            and mend is None
        )
        if plain:
            for _ in islice(stream, dialect.first_line - 1):
                pass
        source = stream if plain else io.BufferedReader(_Lines(stream, dialect, mend), BLOCK_BYTES)
        try:
            reader = arrow_csv.open_csv(
                pa.PythonFile(source, "r"),
                read_options=arrow_csv.ReadOptions(column_names=list(names), use_threads=False, block_size=BLOCK_BYTES),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=dialect.separator, invalid_row_handler=wrong_width, double_quote=True
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=[of_name[name] for name in watched],
                    strings_can_be_null=False,
                ),
            )
            for batch in reader:
                columns = {name: batch.column(place) for place, name in enumerate(watched)}
                keep = _rows_of_samples(columns, skipped, first=done_rows == 0)
                offset = done_rows
                done_rows += batch.num_rows
                if keep is not None:
                    columns = {name: column.filter(keep) for name, column in columns.items()}
                values = np.empty((len(next(iter(columns.values()))), len(numbers)))
                for place, name in enumerate(numbers):
                    values[:, place] = _numbers(table, dialect, columns[name], name, offset)
                yield Piece(
                    values,
                    {name: pc.utf8_trim_whitespace(columns[name]).to_numpy(zero_copy_only=False) for name in texts},
                )
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            raise _wrong_row(path, dialect, mend, str(error)) from None
    for what, count in skipped.items():
        remark = f"{count:,} {what} between its rows were passed over."
        if remark not in table.remarks:
            table.remarks.append(remark)


def _rows_of_samples(columns: dict[str, pa.Array], skipped: dict[str, int], first: bool) -> pa.Array | None:
    """Which rows are samples, and neither the header again nor a comment; None where all are."""
    mask = None
    for name, column in columns.items():
        if not name or name.isdigit():
            continue
        same = pc.equal(pc.utf8_trim_whitespace(column), name)
        if pc.any(same).as_py():
            mask = same if mask is None else pc.and_(mask, same)
        else:
            mask = None
            break
    head = next(iter(columns.values()), None)
    commented = None
    if head is not None:
        starts = pc.match_substring_regex(head, r"^\s*(#|%|//)")
        if pc.any(starts).as_py():
            commented = starts
    if mask is None and commented is None:
        return None
    if mask is not None:
        skipped["repetitions of the header"] = skipped.get("repetitions of the header", 0) + pc.sum(mask).as_py()
    if commented is not None:
        skipped["comments"] = skipped.get("comments", 0) + pc.sum(commented).as_py()
    out = mask if commented is None else commented if mask is None else pc.or_(mask, commented)
    return pc.invert(out)


def _numbers(table: Table, dialect: Dialect, column: pa.Array, name: str, offset: int) -> np.ndarray:
    if dialect.decimal == "." and not dialect.thousands:
        try:
            return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False))
        except pa.ArrowInvalid:
            pass
    column = pc.utf8_trim_whitespace(column)
    if dialect.thousands:
        column = _without_thousands(table, dialect, column, name, offset)
    if dialect.decimal == ",":
        _refuse(
            table,
            column,
            pc.match_substring(column, "."),
            name,
            offset,
            "has a decimal point, and the rest of the file a decimal comma",
        )
        column = pc.replace_substring(column, ",", ".")
    column = pc.replace_substring_regex(column, r"^\+", "")
    missing = pc.is_in(pc.utf8_lower(column), value_set=pa.array(sorted(MISSING)))
    column = pc.if_else(missing, pa.scalar(None, pa.string()), column)
    try:
        return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    except pa.ArrowInvalid:
        wrong = pc.invert(
            pc.match_substring_regex(column, r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(?i:inf(inity)?)$")
        )
        _refuse(table, column, wrong, name, offset, "is no number")
        raise


def _without_thousands(table: Table, dialect: Dialect, column: pa.Array, name: str, offset: int) -> pa.Array:
    mark, decimal = re.escape(dialect.thousands), re.escape(dialect.decimal)
    grouped = rf"^[+-]?\d{{1,3}}({mark}\d{{3}})+({decimal}\d*)?$"
    has_mark = pc.match_substring(column, dialect.thousands)
    wrong = pc.and_(has_mark, pc.invert(pc.match_substring_regex(column, grouped)))
    _refuse(
        table,
        column,
        wrong,
        name,
        offset,
        f"has {dialect.thousands!r} where it marks no thousands (the rest of the file has the decimal mark "
        f"{dialect.decimal!r})",
    )
    return pc.replace_substring(column, dialect.thousands, "")


def _refuse(table: Table, column: pa.Array, wrong: pa.Array, name: str, offset: int, why: str) -> None:
    places = np.flatnonzero(pc.fill_null(wrong, False).to_numpy(zero_copy_only=False))
    if len(places):
        shown = str(column[int(places[0])].as_py())[:SHOWN]
        raise FeatherlineError(
            f"{table.path}, {table.place(offset + int(places[0]))}: {shown!r} in the column {name!r} {why}: correct "
            "the line, name another column, or set fetch.csv."
        )


# --- where a row stands ------------------------------------------------------------------------


def _data_lines(path: Path, dialect: Dialect, mend: Mend | None) -> Iterator[tuple[int, str]]:
    for number, line in dialects.numbered_lines(path, dialect):
        if number < dialect.first_line or not line.strip() or dialects.is_comment(line):
            continue
        fields = dialects.split(line, dialect.separator)
        if dialect.header_line and tuple(fields[: len(dialect.names)]) == dialect.names:
            continue
        # A preset may make several rows of a line.
        for _ in range(max(len(mend(line + "\n").splitlines()), 1) if mend else 1):
            yield number, line


def _place(path: Path, dialect: Dialect, row: int, mend: Mend | None) -> str:
    place = next(islice(_data_lines(path, dialect, mend), row, row + 1), None)
    return f"line {place[0]}" if place else f"row {row + 1}"


def _wrong_row(path: Path, dialect: Dialect, mend: Mend | None, reason: str) -> FeatherlineError:
    """The first row that has more or fewer fields than there are columns, told with both counts."""
    width = len(dialect.names)
    for number, line in _data_lines(path, dialect, None):
        for row in mend(line + "\n").splitlines() if mend else [line]:
            fields = dialects.split(row, dialect.separator)
            count = len(fields) - (dialect.trailing and len(fields) == width + 1 and not fields[-1])
            if count != width:
                against = (
                    f"the header in line {dialect.header_line} ({dialect.header}) has {width}"
                    if dialect.header_line
                    else f"the other rows have {width}"
                )
                fix = "name every column in the header, or correct the line"
                if dialect.separator == "," and count in (2 * width, 2 * width - 1):
                    fix = "the decimal mark is a comma as the separator is: export it with another separator"
                return FeatherlineError(
                    f"{path}, line {number} has {count} fields ({line[:SHOWN]}), and {against}: {fix}."
                )
    return FeatherlineError(f"{path} is no table that can be read ({' '.join(reason.split())[:120]}): set fetch.csv.")


def _listed(parts: tuple[str, ...]) -> str:
    return ", ".join(parts)
