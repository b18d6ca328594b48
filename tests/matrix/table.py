"""The table that `make soak` ends with: what each row compiled, executed and answered."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

PROPERTY = "matrix"
"""The property of a test that holds a `Line` as plain data."""

_HEAD = ("compiler", "core", "standard", "programs", "compiled", "executed", "right", "result")


@dataclass(frozen=True)
class Line:
    """What became of one row.

    Attributes:
        programs, compiled, executed, right: how many.
        result: in words.
    """

    compiler: str
    core: str
    standard: str
    programs: int
    compiled: int
    executed: int
    right: int
    result: str

    def recorded(self) -> dict:
        return asdict(self)


def lines(reports: Iterable) -> list[Line]:
    """The lines of tests that have one, from their reports."""
    held = [value for report in reports for name, value in report.user_properties if name == PROPERTY]
    return [Line(**value) for value in held]


def markdown(all_lines: Iterable[Line]) -> str:
    """The table, one row a line."""
    texts = [_HEAD, *(tuple(str(getattr(line, column)) for column in _HEAD) for line in all_lines)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(_HEAD))]
    rows = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in texts
    ]
    return "\n".join([rows[0], "| " + " | ".join("-" * width for width in widths) + " |", *rows[1:], ""])


def write(reports: Iterable, path: Path) -> str | None:
    """Writes the table of the tests that ran; returns it, or None where none of them has a line."""
    found = lines(reports)
    if not found:
        return None
    found.sort(key=lambda line: (line.compiler, line.core, line.standard))
    path.parent.mkdir(exist_ok=True)
    text = markdown(found)
    path.write_text(text)
    return text
