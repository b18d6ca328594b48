"""Which parts of a recording show what: by the manifest, a labels file, or annotations of an ECG."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing import containers
from featherline.importing.listing import Row
from featherline.importing.settings import Csv


class Segmentation(Protocol):
    """What of a plan says how recordings are divided; `plan.Plan` is one."""

    @property
    def rate_hz(self) -> float: ...
    @property
    def ignored_labels(self) -> tuple[str, ...]: ...
    @property
    def annotations(self) -> str | None: ...
    @property
    def around_s(self) -> tuple[float, float]: ...
    @property
    def csv(self) -> Csv: ...


@dataclass(frozen=True)
class Recording:
    """An uninterrupted recording of one label.

    Attributes:
        source: the user's file, and which part of it: for messages.
        samples: float64, shape (samples, channels), at the plan's rate, in g or the unit of the columns.
        label, group: what it shows and who was recorded; None where nothing says so.
        where: the line of the manifest, or of the labels file, that says so.
    """

    source: str
    samples: np.ndarray
    label: str | None
    group: str | None
    where: str


Part = tuple[float, float, str, str]
"""Start and end in seconds, label, and where that is written."""


def labelled(
    row: Row,
    name: str,
    samples: np.ndarray,
    seconds: np.ndarray,
    label: str | None,
    group: str | None,
    plan: Segmentation,
    parts: list[Part] | None,
    raw_start: float,
) -> list[Recording]:
    if label == "" or (label is not None and label in plan.ignored_labels):
        return []
    shown = name if seconds[0] < 1 / plan.rate_hz else f"{name}, from {seconds[0]:.3f} s on"
    if plan.annotations is not None:
        return _annotated(row, samples, seconds, group, plan)
    if row.start_s is not None or row.end_s is not None:
        parts = [(row.start_s or 0.0, row.end_s if row.end_s is not None else float("inf"), label or "", row.where)]
    if parts is None:
        return [Recording(shown, samples, label, group, row.where)]
    # Times of a labels file count from the first sample, or are those of the file's own clock.
    offset = raw_start if parts and parts[0][0] >= raw_start - 1 and raw_start > seconds[-1] else 0.0
    made = []
    for start, end, label_of_part, where in parts:
        inside = (seconds + offset >= start) & (seconds + offset < end)
        if inside.any():
            made.append(
                Recording(f"{name}, {start:g} to {end:g} s", samples[inside], label_of_part or label, group, where)
            )
    return made


def check_parts(row: Row, parts: list[Part], length_s: float, raw_start: float = 0.0) -> None:
    """Raises `FeatherlineError` where a part of a labels file lies behind the end of its recording."""
    for start, _, _, where in parts:
        if start - (raw_start if start >= raw_start - 1 and raw_start > length_s else 0.0) > length_s:
            raise FeatherlineError(
                f"{where} begins at {start:g} s, and {row.path} lasts {length_s:.4g} s: correct the line, or name "
                "another file."
            )


def _annotated(
    row: Row, samples: np.ndarray, seconds: np.ndarray, group: str | None, plan: Segmentation
) -> list[Recording]:
    """A stretch around each annotation of a WFDB record: a beat of an ECG."""
    assert plan.annotations is not None
    before, after = plan.around_s
    marks = containers.annotations(row.path, plan.annotations)
    header_rate = containers.read(row.path, plan.csv).rate_hz or plan.rate_hz
    length = round((before + after) * plan.rate_hz)
    made = []
    for sample, symbol in marks:
        first = round((sample / header_rate - before - seconds[0]) * plan.rate_hz)
        if symbol in plan.ignored_labels or first < 0 or first + length > len(samples):
            continue
        name = f"{row.path}, annotation {symbol!r} at sample {sample}"
        made.append(Recording(name, samples[first : first + length], symbol, group, str(row.path)))
    return made
