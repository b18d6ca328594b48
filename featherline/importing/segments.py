"""Which parts of a recording show what: by the manifest, a labels file, or annotations of an ECG."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing import containers
from featherline.importing.listing import Row
from featherline.importing.settings import Csv

CLOCK_START_S = 1.0  # a clock that begins later than this is one of its own


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
    length_s: float | None = None,
) -> list[Recording]:
    """The recordings of one uninterrupted stretch: all of it, or the parts of it that have a label.

    Args:
        row, label, group: what is known of it. name: of the stretch, for messages.
        samples, seconds: shape (samples, channels) and (samples,); seconds from the first row of the file on.
        plan: how recordings are divided. parts: of a labels file.
        raw_start: the first time of the file's own clock. length_s: of the file; of the stretch where it is left out.
    """
    if label == "" or (label is not None and label in plan.ignored_labels):
        return []
    shown = name if seconds[0] < 1 / plan.rate_hz else f"{name}, from {seconds[0]:.3f} s on"
    if plan.annotations is not None:
        return _annotated(row, samples, seconds, group, plan)
    if row.start_s is not None or row.end_s is not None:
        parts = [(row.start_s or 0.0, row.end_s if row.end_s is not None else float("inf"), label or "", row.where)]
    if parts is None:
        return [Recording(shown, samples, label, group, row.where)]
    offset = (
        raw_start if _of_own_clock(parts, float(length_s if length_s is not None else seconds[-1]), raw_start) else 0.0
    )
    made = []
    for start, end, label_of_part, where in parts:
        inside = (seconds + offset >= start) & (seconds + offset < end)
        if inside.any():
            made.append(
                Recording(f"{name}, {start:g} to {end:g} s", samples[inside], label_of_part or label, group, where)
            )
    return made


def _of_own_clock(parts: list[Part], length_s: float, raw_start: float) -> bool:
    """Whether times of a labels file are those of the recording's own clock, and do not count from its first sample."""
    if abs(raw_start) < CLOCK_START_S or not parts:
        return False
    first, last = parts[0][0], max((end for _, end, _, _ in parts if math.isfinite(end)), default=parts[-1][0])
    return first >= raw_start - CLOCK_START_S and (raw_start > length_s or last > length_s + CLOCK_START_S)


def check_parts(row: Row, parts: list[Part], length_s: float, raw_start: float = 0.0) -> None:
    """Raises `FeatherlineError` where a part of a labels file lies behind the end of its recording.

    So it does where its times may be those of the recording's own clock, or count from the first sample.
    """
    own_clock = _of_own_clock(parts, length_s, raw_start)
    if not own_clock and CLOCK_START_S <= raw_start <= parts[0][0]:
        raise FeatherlineError(
            f"{parts[0][3]} begins at {parts[0][0]:g} s, and the times of {row.path} at {raw_start:g} s: the line may "
            "mean that clock, or seconds from the first sample; let the times of the file begin at 0."
        )
    for start, _, _, where in parts:
        if start - (raw_start if own_clock else 0.0) > length_s:
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
