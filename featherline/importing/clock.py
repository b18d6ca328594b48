"""When samples were taken: the column of times, its unit, its order and its gaps."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing import dialect
from featherline.importing.settings import Time
from featherline.importing.tables import Table

UNITS_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
"""Seconds of the units that values may be told to be in."""
SECONDS = {**UNITS_S, "min": 60.0, "h": 3600.0}
"""Those of the units that a column may say."""
SLOWEST_HZ, FASTEST_HZ, USUAL_HZ = 0.5, 100_000.0, 100.0
UNIT_RATIO = 20.0  # between the rate that is set and the one that a unit gives, at most
RATE_TOLERANCE = 0.02
GAP_PERIODS = 5.0
MIXTURE_TOLERANCE = 0.10
MIXTURE_SHARE = 0.05
STRETCH = 16  # steps whose mean shows a rate that holds for a while
STEADY = (0.6, 1.6)  # of the median step: no sample is missing or too many there
HALF_A_DAY_S = 43_200.0
TIME_COLUMN = "time (s)"  # of sensors that were joined

# Sensor Logger writes both: seconds that elapsed come first, for an epoch in ns does not fit a float64.
_NAMES = (
    *(
        "secondselapsed",
        "elapsed",
        "elapsedtime",
        "elapsedseconds",
        "t",
        "time",
        "times",
        "timestamp",
        "timestamps",
        "ts",
    ),
    *(
        "seconds",
        "sec",
        "second",
        "millis",
        "milliseconds",
        "micros",
        "microseconds",
        "nanoseconds",
        "epoch",
        "epochtime",
    ),
    *("unixtime", "datetime", "date", "clock", "zeit", "temps", "tiempo", "tempo", "sensortimestamp", "loggingtime"),
    *("systemtime", "sampletime", "uptime", "loctime", "datatime", "timeofday", "ticks"),
)
_SUFFIX = re.compile(
    r"(?:\s*[\[(]\s*(s|secs?|seconds|ms|msec|us|µs|μs|usec|ns|mins?|minutes|h|hrs?|hours)\s*[\])]"
    r"|[_\- ](s|sec|ms|us|ns))\s*$",
    re.IGNORECASE,
)
_UNIT_OF = {"sec": "s", "secs": "s", "seconds": "s", "msec": "ms", "usec": "us", "µs": "us", "μs": "us"}
_UNIT_OF |= {**dict.fromkeys(("mins", "minutes"), "min"), **dict.fromkeys(("hr", "hrs", "hours"), "h")}
_UNIT_OF_NAME = {
    **dict.fromkeys(("seconds", "sec", "second", "secondselapsed", "elapsedseconds"), "s"),
    **dict.fromkeys(("millis", "milliseconds"), "ms"),
    **dict.fromkeys(("micros", "microseconds"), "us"),
    "nanoseconds": "ns",
}
_DAY_TIME = re.compile(
    r"^\s*(?:(?P<date>\d[\d\-/.]*?\d)[T\s]+)?(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}(?:[.,:]\d+)?))?\s*(?P<half>[AaPp][Mm])?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Z]{3,4})?\s*$"
)


@dataclass(frozen=True)
class Times:
    """The times of a table.

    Attributes:
        column: its name. unit: of `UNITS_S`, or `clock`.
        seconds: float64, shape (rows,), from the first row on.
    """

    column: str
    unit: str
    seconds: np.ndarray


@dataclass
class Timeline:
    """What times say of a recording.

    Attributes:
        order: which rows are samples, in the order of time, int, shape (samples,).
        seconds: when each was taken, float64, shape (samples,), never twice the same.
        parts: the uninterrupted stretches, as slices of samples.
        rate_hz: how many samples a second there are where none is missing.
        remarks: what was mended, a sentence each without the name of the file.
        changes: the first sample from which on another rate holds; None where one rate holds throughout.
        gap_seconds: all that passed between the parts.
        repeats: how many samples each time of the file has, if all have as many.
    """

    order: np.ndarray
    seconds: np.ndarray
    parts: list[slice]
    rate_hz: float
    remarks: list[str] = field(default_factory=list)
    changes: int | None = None
    gap_seconds: float = 0.0
    repeats: int = 1


def find(table: Table, settings: Time) -> str | None:
    """The column of times: the one that is named, or the one whose name says so; None where there is none."""
    if settings.column == "none":
        return None
    if settings.column is not None:
        return table.column(str(settings.column), "fetch.time.column")
    return find_name(table.names) if table.has_header else None


def find_name(names: tuple[str, ...]) -> str | None:
    """The column of times, by its name; None where none says so."""
    ranks = {_plain(name): name for name in reversed(names)}
    return next((ranks[name] for name in _NAMES if name in ranks), None)


def stated_unit(name: str, settings: Time, units: dict[str, str]) -> str | None:
    """The unit by the settings, by what stands in brackets behind the name, or by the name itself."""
    if settings.unit is not None:
        return settings.unit
    below = units.get(name, "").lower()
    if below:
        unit = _UNIT_OF.get(below, below)
        return unit if unit in SECONDS else None
    suffix = _SUFFIX.search(name)
    if suffix:
        unit = (suffix[1] or suffix[2]).lower()
        return _UNIT_OF.get(unit, unit)
    return _UNIT_OF_NAME.get(_plain(name))


def is_clock(values: np.ndarray) -> bool:
    """Whether texts are dates or times of day."""
    return bool(len(values)) and dialect.is_clock(str(values[0])) and ":" in str(values[0])


def of_clock(table: Table, name: str, texts: np.ndarray) -> np.ndarray:
    """Seconds of dates and times of day; past midnight they go on.

    Raises:
        FeatherlineError: where one is no time; the sentence names its line.
    """
    import pandas as pd  # takes a second to import

    parts = pd.Series(texts, dtype=object).astype(str).str.extract(_DAY_TIME)
    wrong = np.flatnonzero(parts["h"].isna().to_numpy())
    if len(wrong):
        raise FeatherlineError(
            f"{table.path}, {table.place(int(wrong[0]))}: {texts[wrong[0]]!r} in the column {name!r} is no time of "
            "day as "
            "the others are: correct the line, or set fetch.time.column."
        )
    second = parts["s"].fillna("0").str.replace("[,:]", ".", regex=True).astype(float).to_numpy()
    hour = parts["h"].astype(float).to_numpy()
    half = parts["half"].fillna("").str.lower().to_numpy()
    hour = np.where(half == "pm", hour % 12 + 12, np.where(half == "am", hour % 12, hour))
    seconds: np.ndarray = hour * 3600 + parts["m"].astype(float).to_numpy() * 60 + second
    # Of clocks that are changed in the night, the offset to the universal time changes with them.
    offset = parts["zone"].str.extract(r"^([+-])(\d{2}):?(\d{2})$")
    minutes = offset[1].astype(float) * 60 + offset[2].astype(float)
    seconds = seconds - (minutes * 60 * offset[0].map({"+": 1.0, "-": -1.0})).fillna(0.0).to_numpy()
    dates = parts["date"]
    if dates.notna().all():
        kinds = sorted(set(dates))
        first_is_year = bool(re.match(r"\d{4}", kinds[0]))
        day_first = "." in kinds[0] or any(int(re.split(r"\D", date)[0]) > 12 for date in kinds)
        try:
            days = {date: pd.to_datetime(date, dayfirst=day_first and not first_is_year).toordinal() for date in kinds}
        except (ValueError, TypeError):
            raise FeatherlineError(
                f"{table.path} has a date in {name!r} that is none ({kinds[0]}): correct it."
            ) from None
        start = min(days.values())
        return seconds + 86_400.0 * np.array([days[date] - start for date in dates])
    # A clock without a date begins again at midnight.
    return seconds + 2 * HALF_A_DAY_S * np.cumsum(np.concatenate([[0], np.diff(seconds) < -HALF_A_DAY_S]))


def unit_by_values(values: np.ndarray, rate_hz: float | None) -> str | None:
    """The unit in which times are by their usual step; None where they can be in none."""
    every = np.abs(np.diff(values[np.isfinite(values)]))
    steps = every[every > 0]
    if not len(steps):
        return None
    # Within a step of a coarse clock there are several samples.
    step = float(np.median(steps)) * len(steps) / len(every)
    rates = {unit: 1 / (step * factor) for unit, factor in UNITS_S.items()}
    if rate_hz is not None:
        near = {unit: abs(np.log(rate / rate_hz)) for unit, rate in rates.items()}
        best = min(near, key=lambda unit: near[unit])
        return best if near[best] <= np.log(UNIT_RATIO) else None
    usual = {unit: rate for unit, rate in rates.items() if SLOWEST_HZ <= rate <= FASTEST_HZ}
    return min(usual, key=lambda unit: abs(np.log(usual[unit] / USUAL_HZ)), default=None)


def timeline(
    seconds: np.ndarray, samples: np.ndarray, settings: Time, place: Callable[[int], str], path: object
) -> Timeline:
    """Puts samples in order, takes copies out, spreads a coarse clock, and finds gaps.

    Args:
        seconds: float64, shape (rows,).
        samples: shape (rows, channels).
        settings: what is mended, and what is a gap.
        place: says where a row stands.
        path: of the file, for messages.

    Raises:
        FeatherlineError: where a time is missing or runs backwards and is not to be sorted.
    """
    wrong = np.flatnonzero(~np.isfinite(seconds))
    if len(wrong):
        raise FeatherlineError(f"{path}, {place(int(wrong[0]))} has no time: complete or remove the line.")
    remarks: list[str] = []
    order = np.arange(len(seconds))
    backwards = np.flatnonzero(np.diff(seconds) < 0)
    if len(backwards):
        row = int(backwards[0]) + 1
        if settings.order == "error":
            raise FeatherlineError(
                f"{path}, {place(row)}: time runs backwards, from {seconds[row - 1] - seconds[0]:.6g} to "
                f"{seconds[row] - seconds[0]:.6g} s after the first row ({len(backwards)} times in all): correct the "
                "file, "
                "cut it there where two recordings follow each other, or set fetch.time.order to sort."
            )
        order = np.argsort(seconds, kind="stable")
        remarks.append(f"{len(backwards):,} steps back in time were sorted")
    seconds, samples = seconds[order], samples[order]
    same = np.diff(seconds) == 0
    copies = np.flatnonzero(same & _equal_rows(samples)) + 1
    if len(copies):
        remarks.append(f"{len(copies):,} rows that repeat the one before them, time and sample, were taken once")
        keep = np.ones(len(seconds), bool)
        keep[copies] = False
        order, seconds, samples = order[keep], seconds[keep], samples[keep]
    repeats = 1
    if len(seconds) > 1 and (np.diff(seconds) == 0).any():
        counts = np.unique(seconds, return_counts=True)[1]
        repeats = int(counts[0]) if (counts[:-1] == counts[0]).all() and counts[-1] <= counts[0] else 1
        coarse = int((np.diff(seconds) == 0).sum())
        tick = float(np.median(np.diff(np.unique(seconds)))) if seconds[-1] > seconds[0] else 0.0
        if not tick:
            raise FeatherlineError(
                f"{path} has the same time in all rows: set fetch.time.column to another column, or to none."
            )
        seconds = spread(seconds)
        remarks.append(
            f"{coarse:,} samples have the time of the one before them: its clock has steps of {tick:.3g} s, within "
            "which "
            "samples were spread evenly"
        )
    made = _with_gaps(order, seconds, settings, remarks)
    made.repeats = repeats
    return made


def spread(seconds: np.ndarray) -> np.ndarray:
    """Times of a coarse clock, spread evenly between its ticks; float64, rising."""
    ticks, first, counts = np.unique(seconds, return_index=True, return_counts=True)
    if len(ticks) == 1:
        return seconds
    usual = float(np.median(np.diff(ticks)))
    widths = np.minimum(np.append(np.diff(ticks), usual), 1.5 * usual)
    place = np.arange(len(seconds)) - np.repeat(first, counts)
    step = np.repeat(widths / counts, counts)
    even: np.ndarray = np.repeat(ticks, counts) + place * step
    # The first tick may have begun before the recording, the last may end behind it: both take the usual step.
    full = counts[1:-1] if len(counts) > 2 else counts
    usual_step = usual / float(np.median(full))
    if counts[0] * usual_step < usual * 0.9:
        even[: counts[0]] = ticks[1] - usual_step * np.arange(counts[0], 0, -1)
    even[first[-1] :] = ticks[-1] + usual_step * np.arange(counts[-1])
    return even


def _with_gaps(order: np.ndarray, seconds: np.ndarray, settings: Time, remarks: list[str]) -> Timeline:
    if len(seconds) < 2:
        return Timeline(order, seconds, [slice(0, len(seconds))], 0.0, remarks)
    steps = np.diff(seconds)
    usual = float(np.median(steps))
    limit = settings.gap_seconds if settings.gap_seconds is not None else GAP_PERIODS * usual
    gaps = np.flatnonzero(steps > limit)
    edges = [0, *(gaps + 1).tolist(), len(seconds)]
    parts = [slice(start, stop) for start, stop in zip(edges[:-1], edges[1:], strict=True)]
    steady = steps[(steps >= STEADY[0] * usual) & (steps <= STEADY[1] * usual)]
    rate = 1 / float(steady.mean() if len(steady) else usual)
    made = Timeline(order, seconds, parts, rate, remarks, gap_seconds=float(steps[gaps].sum()))
    made.changes = _change(steps, usual, limit)
    return made


def _change(steps: np.ndarray, usual: float, limit: float) -> int | None:
    """The first sample from which on another rate holds than usual, if enough of the recording has it."""
    kept = np.flatnonzero(steps <= limit)
    stretches = len(kept) // STRETCH
    if stretches < 4:
        return None
    at = kept[: stretches * STRETCH].reshape(stretches, STRETCH)
    # A sample that is missing makes one long step; another rate makes most steps of a stretch others.
    steady = (steps[at] >= STEADY[0] * usual) & (steps[at] <= STEADY[1] * usual)
    means = (steps[at] * steady).sum(axis=1) / np.maximum(steady.sum(axis=1), 1)
    middle = float(np.median(means[steady.mean(axis=1) > 0.5])) if (steady.mean(axis=1) > 0.5).any() else usual
    other = (np.abs(means / middle - 1) > MIXTURE_TOLERANCE) | (steady.mean(axis=1) <= 0.5)
    if other.mean() <= MIXTURE_SHARE:
        return None
    return int(at[np.flatnonzero(np.diff(other))[0] + 1][0]) if np.diff(other).any() else 0


def _equal_rows(samples: np.ndarray) -> np.ndarray:
    before, after = samples[:-1], samples[1:]
    return np.asarray(((before == after) | (np.isnan(before) & np.isnan(after))).all(axis=1))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", _SUFFIX.sub("", name).lower())
