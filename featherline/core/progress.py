"""One look for every progress bar; silent where nobody watches.

Where a program runs inside another that shows the progress of several, it writes how far it is to a file instead.
"""

import io
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from tqdm import tqdm

T = TypeVar("T")

FILE_VARIABLE = "FEATHERLINE_PROGRESS_FILE"
"""The environment variable by which `featherline repro` tells a stage where to write how far it is."""

_watched: Path | None = None


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        description: what is being done, `search motionsense`.
        finished: how many units are done.
        total: of how many; None where nobody knows.
        unit: what is counted, `trial`.
    """

    description: str
    finished: int
    total: int | None
    unit: str

    def __str__(self) -> str:
        if self.total is None:
            return f"{self.description} {self.finished:,} {self.unit}"
        return f"{self.description} {self.finished:,}/{self.total:,} {self.unit}"


def write_to(path: str | Path | None) -> None:
    """From now on the bars of this process are not drawn but written to a file, the last one whole; None draws them."""
    global _watched
    _watched = Path(path) if path else None


def read(path: Path) -> Progress | None:
    """What a process wrote last of how far it is, or None."""
    try:
        return Progress(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


class _Written(tqdm):  # type: ignore[type-arg]  # subscripts are for its stubs alone
    """Writes to the watched file what it would draw."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"disable": False, "file": io.StringIO(), "mininterval": 0.5})

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        if _watched is None:
            return
        progress = {"description": self.desc.removesuffix(": "), "finished": int(self.n)}
        progress |= {"total": None if self.total is None else int(self.total), "unit": self.unit}
        partial = _watched.with_name(f"{_watched.name}.{os.getpid()}")
        try:
            partial.write_text(json.dumps(progress), encoding="utf-8")
            partial.replace(_watched)
        except OSError:  # whoever watched has gone, or the disk is full: the work itself goes on
            partial.unlink(missing_ok=True)


def bar(
    description: str,
    total: int | None = None,
    unit: str = "item",
    *,
    unit_scale: bool = False,
    initial: int = 0,
    delay_s: float = 0,
) -> "tqdm[NoReturn]":
    """A progress bar with the time left, drawn on stderr when that is a terminal, once `delay_s` seconds are over."""
    kind: type[tqdm[NoReturn]] = _Written if _watched else tqdm
    return kind(
        desc=description,
        total=total,
        unit=unit,
        disable=None,
        dynamic_ncols=True,
        unit_scale=unit_scale,
        initial=initial,
        delay=delay_s,
    )


def track(items: Iterable[T], description: str, total: int | None = None, unit: str = "item") -> Iterable[T]:
    """Yields `items` while a progress bar counts them."""
    kind: type[tqdm[T]] = _Written if _watched else tqdm
    return kind(items, desc=description, total=total, unit=unit, disable=None, dynamic_ncols=True)
