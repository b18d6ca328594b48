"""How a text table is written: encoding, separator, decimal mark, and where its header and first row stand.

Told from the beginning of a file; what `fetch.csv` says goes before what is told.
"""

import codecs
import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

from featherline.core.errors import FeatherlineError
from featherline.importing.settings import Csv

SAMPLE_BYTES = 1 << 16
SAMPLE_LINES = 160
SEPARATOR_LINES = 40
REMEMBERED = 4096
SEPARATORS = {",": ",", ";": ";", "tab": "\t", "|": "|", "blank": " "}
COMMENTS = ("#", "%", "//")
MISSING = frozenset({"", "nan", "null", "none", "na", "n/a", "-nan", "nil", "?"})

_NUMBER = re.compile(r"[+-]?(?:\d[\d'\u00a0\u202f]*)?(?:[.,]\d*)*(?:[eE][+-]?\d+)?$")
_CLOCK = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}.*)?$|\d{1,2}:\d{2}(:\d{2}.*)?$")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+$")
_UNIT = re.compile(r"[\[(]?(s|ms|us|µs|ns|sec|seconds|g|mg|m/s\^?2|m/s²|rad/s|deg/s|°/s|ut|µt|hpa|a|v|mv|hz|-|)[\])]?$")


@dataclass(frozen=True)
class Dialect:
    """How one file is written.

    Attributes:
        encoding: a codec of Python.
        separator: one character; a blank stands for any run of blanks and tabs.
        decimal: `.` or `,`. thousands: what is taken out of numbers, or empty.
        header_line: number of the header's line, from 1; 0 where there is none.
        names: of the columns; their numbers from 1 where there is no header.
        first_line: number of the first line that may be a row.
        trailing: whether rows end in a separator behind which nothing stands.
        compressed: whether it is gzip.
        units: what a line below the header says of columns.
        plain: whether lines end as a parser expects, and not in a lone carriage return.
        remarks: what is unusual of it, a part of a sentence each.
    """

    encoding: str
    separator: str
    decimal: str
    thousands: str
    header_line: int
    names: tuple[str, ...]
    first_line: int
    trailing: bool
    compressed: bool
    units: dict[str, str]
    plain: bool
    remarks: tuple[str, ...]

    @property
    def header(self) -> str:
        """How messages show the header."""
        return ", ".join(self.names) if self.header_line else f"none, but {len(self.names)} columns"


def is_number(field: str) -> bool:
    """Whether a field is a number in any dialect, or a mark of a missing one."""
    stripped = field.strip().strip('"')
    return (bool(_NUMBER.match(stripped)) and any(map(str.isdigit, stripped))) or stripped.lower() in MISSING


def is_clock(field: str) -> bool:
    """Whether a field is a date or a time of day."""
    return bool(_CLOCK.match(field.strip().strip('"')))


def open_bytes(path: Path, compressed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path)) if compressed else path.open("rb")


def sniff(path: Path, settings: Csv) -> Dialect:
    """Tells how a file is written; of a file that did not change it is remembered.

    Raises:
        FeatherlineError: where it is empty, no text, or holds no row of numbers, or where it could be read in two
            ways.
    """
    state = path.stat()
    return _sniffed(path, settings, state.st_mtime_ns, state.st_size)


@lru_cache(REMEMBERED)
def _sniffed(path: Path, settings: Csv, changed_ns: int, size: int) -> Dialect:
    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    try:
        with open_bytes(path, compressed) as stream:
            sample = stream.read(SAMPLE_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise FeatherlineError(f"{path} is no whole gzip file ({error}): get it again.") from None
    if not sample.strip():
        raise FeatherlineError(f"{path} is empty: record it again, or remove it.")
    encoding = settings.encoding or _encoding(path, sample)
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        text = decoder.decode(sample)
    except (LookupError, UnicodeError) as error:
        raise FeatherlineError(f"{path} is no text in {encoding} ({error}): set fetch.csv.encoding.") from None
    lone_returns = re.search(r"\r(?!\n|$)", text) is not None
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(sample) == SAMPLE_BYTES and len(lines) > 1:
        lines = lines[:-1]  # cut within a line
    lines = lines[:SAMPLE_LINES]
    separator = SEPARATORS[settings.separator] if settings.separator else _separator(lines)
    made = _structure(path, lines, encoding, separator, compressed, settings)
    return replace(made, plain=not lone_returns)


def split(line: str, separator: str) -> list[str]:
    """The fields of a line, without blanks around them and without quotes."""
    if separator == " ":
        return line.split()
    return [field.strip() for field in next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])]


def numbered_lines(path: Path, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """All lines of a file with their numbers, from 1: for messages, which have to name the place."""
    with (
        open_bytes(path, dialect.compressed) as stream,
        TextIOWrapper(stream, dialect.encoding, errors="replace") as text,
    ):
        for number, line in enumerate(text, start=1):
            yield number, line.rstrip("\r\n").lstrip("\ufeff")


def is_comment(line: str) -> bool:
    return line.lstrip().startswith(COMMENTS)


def _encoding(path: Path, sample: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(mark):
            return name
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) / 4 and even < odd / 8:
        return "utf-16-le"
    if even > len(sample) / 4 and odd < even / 8:
        return "utf-16-be"
    if b"\0" in sample:
        raise FeatherlineError(
            f"{path} is no text, for it holds bytes that are 0: give a table as text, or name its kind by its suffix."
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(lines: list[str]) -> str:
    """The one by which most fields are numbers, in rows of equal length."""
    rows = [line for line in lines if line.strip() and not is_comment(line)]
    rows = rows[-max(len(rows) * 3 // 4, 1) :][:SEPARATOR_LINES]
    best, best_score = ",", (-1.0, 0)
    for separator in SEPARATORS.values():
        fields = [split(line, separator) for line in rows]
        counts = Counter(map(len, fields))
        width, frequency = counts.most_common(1)[0] if counts else (0, 0)
        values = [field for row in fields if len(row) == width for field in row]
        # The blank within a clock's date and time separates nothing.
        share = sum(is_number(value) or is_clock(value) for value in values) / max(len(values), 1)
        # Of rows that loggers close with a separator the last field is empty.
        score = (round(share * frequency / max(len(rows), 1), 2), width)
        if width > 1 and score > best_score:
            best, best_score = separator, score
    return best


def _structure(path: Path, lines: list[str], encoding: str, separator: str, compressed: bool, settings: Csv) -> Dialect:
    rows = [
        (number, split(line, separator), line)
        for number, line in enumerate(lines, start=1)
        if line.strip() and not is_comment(line)
    ]
    kept = [row for row in rows if settings.header is None or settings.header == "none" or row[0] > settings.header]
    first = _first_row(kept)
    if first is None:
        shown = rows[0][2][:60] if rows else lines[0][:60]
        raise FeatherlineError(
            f"{path} holds no samples, for no line of it is a row of numbers; it begins with {shown!r}: record it "
            "again, "
            "remove it, or set fetch.csv."
        )
    before = [row for row in rows if row[0] < first[0]]
    data = [fields for number, fields, _ in rows if number >= first[0]]
    width = Counter(map(len, data)).most_common(1)[0][0]
    header_line, names, units = _header(lines, before, width, separator, settings)
    if not header_line and settings.header is None and _is_counting(first[1]) and not _is_counting(data[-1]):
        header_line, names = first[0], first[1]  # numbers that count columns are their names
        first = kept[1] if len(kept) > 1 else first
        data = data[1:]
    trailing = separator != " " and _trailing(data, names)
    if trailing and not names:
        width -= 1
    if names and not names[-1] and len(names) > 1 and (trailing or all(len(row) == len(names) - 1 for row in data)):
        names = names[:-1]  # the header ends in a separator, too
        trailing = trailing or any(len(row) > len(names) for row in data)
    values = [field for row in data for field in row if is_number(field)]
    decimal, thousands = _marks(path, values, separator, settings)
    first_line = (max(header_line, units) if header_line else first[0] - 1) + 1
    remarks = []
    if encoding not in ("utf-8", "utf-8-sig"):
        remarks.append(f"encoding {encoding}")
    if separator != ",":
        remarks.append(f"separator {next(name for name, mark in SEPARATORS.items() if mark == separator)!r}")
    if decimal == ",":
        remarks.append("decimal comma")
    if thousands:
        remarks.append(f"thousands marked by {thousands!r}")
    if header_line > 1:
        remarks.append(f"header in line {header_line}")
    if not header_line:
        remarks.append("no header")
    if trailing:
        remarks.append("a separator at the end of rows")
    below = next((fields for number, fields, _ in before if units and number == units), [])
    of_column = {name: unit.strip("()[]") for name, unit in zip(names, below, strict=False)}
    columns = tuple(names) if header_line else tuple(str(place + 1) for place in range(width))
    return Dialect(
        encoding,
        separator,
        decimal,
        thousands,
        header_line,
        columns,
        first_line,
        trailing,
        compressed,
        of_column,
        True,
        tuple(remarks),
    )


def _share(fields: list[str]) -> float:
    return sum((is_number(field) and field != "") or is_clock(field) for field in fields) / max(len(fields), 1)


def _first_row(rows: list[tuple[int, list[str], str]]) -> tuple[int, list[str], str] | None:
    """The first row of samples: as many of its fields are numbers as of those that follow."""
    later = rows[len(rows) // 2 :] or rows
    usual = sorted(_share(fields) for _, fields, _ in later)[len(later) // 2] if later else 0.0
    if not usual:
        return None
    width = Counter(len(fields) for _, fields, _ in later).most_common(1)[0][0]
    for row in rows:
        # A line of a preamble may end in a number ("Sample rate, 50"), and has fewer fields.
        if _share(row[1]) >= 0.5 * usual and (len(row[1]) >= width - 1 or width <= 2) and len(row[1]) * 2 > width:
            return row
    return None


def _header(
    lines: list[str], before: list[tuple[int, list[str], str]], width: int, separator: str, settings: Csv
) -> tuple[int, list[str], int]:
    """Line and names of the header, and the line of units below it; 0 where there is none."""
    if settings.header == "none":
        return 0, [], 0
    if settings.header is not None:
        return settings.header, split(lines[settings.header - 1].lstrip("#% "), separator), 0
    candidates = [row for row in before if len(row[1]) > 1 or width <= 2]
    if candidates:
        number, fields, _ = candidates[-1]
        of_units = len(candidates) > 1 and len(candidates[-2][1]) == len(fields)
        if of_units and all(_UNIT.match(field.lower()) for field in fields):
            return candidates[-2][0], candidates[-2][1], number
        if abs(len(fields) - width) <= max(2, width // 2):
            return number, fields, 0
    # A comment right above the rows may be the header.
    above_rows = before[-1][0] if before else 0
    for number in range(len(lines), above_rows, -1):
        line = lines[number - 1]
        if is_comment(line):
            fields = split(line.lstrip("#%/ "), separator)
            if len(fields) == width and width > 1 and not any(map(is_number, fields)):
                return number, fields, 0
    return 0, [], 0


def _is_counting(fields: list[str]) -> bool:
    return len(fields) > 1 and fields in (
        [str(place) for place in range(len(fields))],
        [str(place + 1) for place in range(len(fields))],
    )


def _trailing(data: list[list[str]], names: list[str]) -> bool:
    """Whether rows end in a separator: an empty last field is no field, if it is one more than names."""
    if not names:
        return all(len(row) > 1 and not row[-1] for row in data)
    return any(len(row) == len(names) + 1 and not row[-1] for row in data) or (
        not names[-1] and all(len(row) == len(names) and not row[-1] for row in data)
    )


def _marks(path: Path, values: list[str], separator: str, settings: Csv) -> tuple[str, str]:
    """The decimal mark, and what marks thousands."""
    marks = {"blank": "\u00a0", None: ""}
    thousands = marks.get(settings.thousands, settings.thousands or "")
    if settings.decimal:
        return settings.decimal, thousands
    for mark in ("'", "\u00a0", "\u202f"):
        if any(mark in value for value in values):
            thousands = mark
    with_comma = [value for value in values if "," in value]
    if not with_comma:
        return ".", thousands
    if any("." in value and value.rindex(".") > value.rindex(",") for value in with_comma):
        return ".", ","
    if any("." in value for value in values):
        return ",", "."
    if thousands != "," and all(_AMBIGUOUS.match(value) for value in with_comma):
        raise FeatherlineError(
            f"{path} holds {with_comma[0]!r}, which may be {with_comma[0].replace(',', '.', 1)} or "
            f"{with_comma[0].replace(',', '')}: set fetch.csv.decimal to ',' or, for thousands, fetch.csv.decimal to "
            "'.' and fetch.csv.thousands to ','."
        )
    if thousands == ",":
        return ".", ","
    return ",", thousands
