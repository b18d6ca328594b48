"""Which recordings a folder holds, what each shows, and who was recorded: by a manifest, or by where files lie.

    file,label,group
    anna/circle-1.csv,circle,anna

`file` is a path below the folder of the manifest, `label` what the recording shows, `group` who or what it comes from:
recordings that share a group are never in training and in test at once. `start` and `end`, in seconds, take a part of a
recording. Other columns are passed over, as are files that the manifest does not name.
"""

import csv
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.core.files import check_plain, plain_files

NAME = "manifest.csv"
COLUMNS = ("file", "label", "group")
SPELLINGS = {
    "file": ("file", "filename", "file_name", "path", "filepath", "file_path", "recording", "audio", "wav", "clip"),
    "label": ("label", "labels", "class", "classname", "class_name", "activity", "target", "gesture", "category"),
    "group": (
        *("group", "person", "subject", "user", "participant", "speaker", "speaker_id", "subject_id", "user_id"),
        *("person_id", "who", "patient", "patient_id", "machine", "device", "track", "session"),
    ),
    "start": ("start", "start_s", "begin", "onset", "from"),
    "end": ("end", "end_s", "stop", "offset", "to"),
}
LABEL_FILE = ("file", "start", "end", "label")


@dataclass(frozen=True)
class Row:
    """One recording, or a part of one.

    Attributes:
        file: its path as the manifest writes it. path: the file itself.
        label, group: None where the file itself says so.
        where: what messages name: `manifest.csv, line 3`.
        start_s, end_s: which part of it; None for all.
    """

    file: str
    path: Path
    label: str | None
    group: str | None
    where: str
    start_s: float | None = None
    end_s: float | None = None


def read(folder: Path, suffixes: tuple[str, ...], needs: tuple[str, ...] = COLUMNS) -> tuple[Row, ...]:
    """Reads and checks the manifest of a folder, in its own order.

    Args:
        folder: holds manifest.csv.
        suffixes: of recordings, such as `.csv`; a folder or a zip of several files is one where `.zip` is among them.
        needs: the columns without which a recording is of no use.

    Raises:
        FeatherlineError: where the manifest is missing, broken or empty or lacks a column, or where a row
            lacks a value, names a file twice, one outside of the folder, of another kind or one that is
            not there.
    """
    path = folder / NAME
    rows: list[Row] = []
    first: dict[tuple[Path, float | None], int] = {}
    for line, values in _table(path, needs, SPELLINGS):
        where = f"{path}, line {line},"
        for column in needs:
            if not values.get(column):
                raise FeatherlineError(f"{where} has no {column}: {_fix(column)}")
        start, end = _part(where, values)
        resolved = _file(folder, values["file"], where, suffixes)
        known = first.setdefault((resolved, start), line)
        if known != line:
            raise FeatherlineError(f"{where} names {values['file']!r} as line {known} does: remove one of them.")
        label, group = values.get("label") or None, values.get("group") or None
        rows.append(Row(values["file"], resolved, label, group, f"{path}, line {line}", start, end))
    if not rows:
        raise FeatherlineError(f"{path} lists no recording: write one line for each.")
    return tuple(rows)


def by_pattern(
    folder: Path, pattern: str, suffixes: tuple[str, ...], needs: tuple[str, ...], labels: str | None = None
) -> tuple[tuple[Row, ...], int]:
    """Recordings whose path says label and group, and how many other files of that kind there are.

    `{label}` and `{group}` stand for a part of a name, `*` for whatever may stand there, `**` for folders as well. The
    manifest and the labels file are no recordings.

    >>> by_pattern(Path("gestures"), "{group}/{label}-*.csv", (".csv",), ("label", "group"))

    Raises:
        FeatherlineError: where the pattern lacks what is needed, or fits no file.
    """
    for name in needs:
        if name != "file" and "{" + name + "}" not in pattern:
            raise FeatherlineError(
                f"fetch.pattern is {pattern!r}, which does not say where the {name} stands: put {{{name}}} into it."
            )
    expression = re.compile(_expression(pattern))
    rows, others = [], []
    for path in plain_files(folder):
        name = path.relative_to(folder).as_posix()
        if (
            path.suffix.lower() not in suffixes
            or name in (NAME, labels)
            or any(part.startswith(".") for part in Path(name).parts)
        ):
            continue
        match = expression.fullmatch(name)
        if match is None:
            others.append(name)
            continue
        parts = match.groupdict()
        rows.append(Row(name, path.resolve(), parts.get("label"), parts.get("group"), str(path)))
    if not rows:
        shown = (
            f"; its files are such as {others[0]!r}"
            if others
            else f", and it holds no file that ends in {_or(suffixes)}"
        )
        raise FeatherlineError(f"{folder} has no file that fits fetch.pattern {pattern!r}{shown}: correct the pattern.")
    return tuple(rows), len(others)


def parts(path: Path) -> dict[str, list[tuple[float, float, str, str]]]:
    """A labels file: file -> its parts as (start, end, label, where), in seconds, in the order of time.

    Raises:
        FeatherlineError: where a line lacks a value, ends before it starts, or overlaps another of its file.
    """
    of_file: dict[str, list[tuple[float, float, str, str]]] = {}
    for line, values in _table(path, LABEL_FILE, SPELLINGS):
        where = f"{path}, line {line}"
        for column in LABEL_FILE:
            if not values[column]:
                raise FeatherlineError(f"{where} has no {column}: complete or remove the line.")
        start, end = _part(f"{where},", values)
        assert start is not None and end is not None
        of_file.setdefault(values["file"].replace("\\", "/"), []).append((start, end, values["label"], where))
    for listed in of_file.values():
        listed.sort()
        for before, after in zip(listed[:-1], listed[1:], strict=True):
            if after[0] < before[1]:
                raise FeatherlineError(
                    f"{after[3]} begins at {after[0]:g} s, before the part of {before[3]} ends ({before[1]:g} s): "
                    "correct one."
                )
    return of_file


def _part(where: str, values: dict[str, str]) -> tuple[float | None, float | None]:
    seconds: list[float | None] = []
    for column in ("start", "end"):
        text = values.get(column, "")
        try:
            seconds.append(float(text.replace(",", ".")) if text else None)
        except ValueError:
            raise FeatherlineError(
                f"{where} has the {column} {text!r}, which is no number of seconds: correct it."
            ) from None
    start, end = seconds
    if start is not None and end is not None and not (math.isfinite(start) and start < end):
        raise FeatherlineError(f"{where} ends at {end:g} s, which is not after its start at {start:g} s: correct it.")
    return start, end


def _file(folder: Path, file: str, where: str, suffixes: tuple[str, ...]) -> Path:
    """The file of a line, below the folder and of a kind that can be read."""
    top = folder.resolve()
    written = file.replace("\\", "/")
    resolved = (top / written).resolve()
    below = resolved.is_relative_to(top) and not Path(written).is_absolute() and ".." not in Path(written).parts
    if not below:
        raise FeatherlineError(f"{where} names {file!r}, which is no path below its folder: put the recording there.")
    if resolved.is_dir() and ".zip" in suffixes and resolved != top:
        return resolved
    if resolved.suffix.lower() not in suffixes:
        raise FeatherlineError(f"{where} names {file!r}, and a recording of this kind ends in {_or(suffixes)}.")
    check_plain(resolved)
    if not resolved.is_file():
        raise FeatherlineError(f"{where} names {file!r}, and there is no such file: add it, or remove the line.")
    return resolved


def _table(
    path: Path, needs: tuple[str, ...], spellings: dict[str, tuple[str, ...]]
) -> list[tuple[int, dict[str, str]]]:
    """Lines of a table of texts by the project's own names of columns, with the number of each line."""
    check_plain(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FeatherlineError(
            f"{path} is missing: write one with the columns {','.join(needs)} and a line for each recording, or set "
            "fetch.pattern where folders and file names say it; featherline inspect proposes one."
        ) from None
    text = _decoded(path, content)
    lines = text.splitlines()
    beginning = next((line for line in lines if line.strip()), "")
    separator = max((",", ";", "\t"), key=beginning.count)
    if not beginning:
        raise FeatherlineError(f"{path} is no CSV table (it is empty): write the columns {','.join(needs)} first.")
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    header: list[str] = []
    table: list[tuple[int, dict[str, str]]] = []
    try:
        for fields in reader:
            stripped = [field.strip() for field in fields]
            if not any(stripped):
                continue
            if not header:
                header = stripped[: len(stripped) - (stripped[-1] == "")]
                places = _places(path, header, needs, spellings)
                continue
            if len(stripped) > len(header) and not any(stripped[len(header) :]):
                stripped = stripped[: len(header)]
            if len(stripped) != len(header):
                raise FeatherlineError(
                    f"{path}, line {reader.line_num} has {len(stripped)} fields, and the header has {len(header)} "
                    f"({', '.join(header)}): put a field that holds {separator!r} in quotes."
                )
            table.append((reader.line_num, {name: stripped[place] for name, place in places.items()}))
    except csv.Error as error:
        raise FeatherlineError(f"{path} is no CSV table ({error}): correct it.") from None
    return table


def _decoded(path: Path, content: bytes) -> str:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FeatherlineError(f"{path} is no CSV table in UTF-8 ({error}): save it as UTF-8.") from None


def _places(
    path: Path, header: list[str], needs: tuple[str, ...], spellings: dict[str, tuple[str, ...]]
) -> dict[str, int]:
    lower = [name.lower().replace(" ", "_") for name in header]
    places = {}
    for name, known in spellings.items():
        found_spelling = next((spelling for spelling in known if spelling in lower), None)
        if found_spelling is not None:
            if lower.count(found_spelling) > 1:
                raise FeatherlineError(f"{path} has two columns {found_spelling!r}: remove one.")
            places[name] = lower.index(found_spelling)
    for name in needs:
        if name not in places:
            raise FeatherlineError(
                f"{path} has no column {name!r}; its first line is {','.join(header)!r}, and it must have "
                f"{','.join(needs)}."
            )
    return places


def _expression(pattern: str) -> str:
    made = ""
    for part in re.split(r"(\{\w+\}|\*\*/?|\*)", pattern):
        if part.startswith("{"):
            name = part[1:-1]
            if name not in ("label", "group"):
                raise FeatherlineError(
                    f"fetch.pattern has {part}, and knows {{label}} and {{group}} alone: use * there."
                )
            made += f"(?P={name})" if f"<{name}>" in made else f"(?P<{name}>[^/]+?)"
        elif part.startswith("**"):
            made += "(?:.*/)?" if part.endswith("/") else ".*"
        elif part == "*":
            made += "[^/]*"
        else:
            made += re.escape(part)
    return made


def _or(suffixes: tuple[str, ...]) -> str:
    return ", ".join(suffixes[:-1]) + f" or {suffixes[-1]}" if len(suffixes) > 1 else suffixes[0]


def _fix(column: str) -> str:
    return {
        "file": "name the recording.",
        "label": "say what the recording shows, or remove the line.",
        "group": "say who or what was recorded; recordings without one cannot be kept out of training.",
    }[column]
