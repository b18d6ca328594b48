"""One file of a user to recordings at the native rate: times, unit, checks, gaps and segments, in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing import clock, names, opening, quality, resampling, segments
from featherline.importing.listing import Row
from featherline.importing.plan import Plan
from featherline.importing.presets import PRESETS
from featherline.importing.segments import Part, Recording
from featherline.importing.settings import Checks, Time
from featherline.importing.tables import Table

LEAST_SAMPLES = 2


@dataclass
class Reading:
    """What a file gave, and what was told of it."""

    recordings: list[Recording]
    remarks: list[str]


def read(row: Row, plan: Plan, parts: list[Part] | None = None) -> Reading:
    """The recordings of one file.

    Args:
        row: which file, and what is known of it.
        plan: how it is read.
        parts: of a labels file; None where there is none.

    Raises:
        FeatherlineError: where the file cannot be read rightly; the sentence names it, its line, and what to do.
    """
    table = opening.open_table(row.path, plan)
    columns = opening.expressions(table, plan)
    flat = tuple(table.column(part, "fetch.columns") for column in columns for part in column.split(" + "))
    time = clock.find(table, plan.time)
    if table.path != row.path and time is None and clock.TIME_COLUMN in table.names:
        time = clock.TIME_COLUMN
    texts = tuple(
        dict.fromkeys(
            table.column(name, f"fetch.{key}")
            for key, name in (
                ("id_column", plan.id_column),
                ("label_column", plan.label_column),
                ("group_column", plan.group_column),
            )
            if name is not None
        )
    )
    seconds: np.ndarray | None = None
    raw_start = 0.0
    of_clock = time is not None and is_clock(table, time, plan.time)
    wanted_texts = (*texts, time) if of_clock and time is not None else texts
    wanted = (*flat, time) if time is not None and not of_clock else flat
    content = table.read(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(wanted_texts)))
    place_of = {name: place for place, name in enumerate(dict.fromkeys(wanted))}
    numbers = np.stack([content.numbers[:, place_of[name]] for name in flat], axis=1)
    if time is not None and of_clock:
        seconds = clock.of_clock(table, time, content.texts[time])
    elif time is not None:
        raw = content.numbers[:, place_of[time]]
        seconds, raw_start = _seconds(table, time, raw, plan)
    samples = _channels(numbers, columns, plan)
    source = quality.Source(row.path, columns, table.place)
    checked = parts
    if row.start_s is not None:
        checked = [(row.start_s, row.end_s if row.end_s is not None else float("inf"), "", row.where)]
    if checked:
        rate = table.rate_hz or plan.rate_hz
        length = float(np.nanmax(seconds)) if seconds is not None else len(samples) / rate
        segments.check_parts(row, checked, length, raw_start)
    length_s = None if seconds is None else float(np.nanmax(seconds))
    remarks = [*table.remarks]
    rows = np.arange(len(samples))
    recordings: list[Recording] = []
    for stretch, label, group, name in _stretches(row, table, plan, content.texts, rows):
        more = _part(
            source, samples[stretch], stretch, None if seconds is None else seconds[stretch], plan, remarks, table
        )
        for values, times in more:
            recordings += segments.labelled(row, name, values, times, label, group, plan, parts, raw_start, length_s)
    if time is None and table.rate_hz is None and (plan.preset is None or plan.preset.rate_hz is None):
        remarks.append(f"It has no column of times, and was taken to have {plan.rate_hz:g} samples a second.")
    return Reading(recordings, [f"{row.path}: {remark}" for remark in remarks])


def is_clock(table: Table, time: str, settings: Time) -> bool:
    """Whether a column of times holds texts such as 12:30:05, by the settings or by its first piece."""
    if settings.unit is not None:
        return settings.unit == "clock"
    first = next(table.pieces((), (time,)), None)
    return first is not None and is_clock_of(first.texts[time], settings)


def is_clock_of(texts: np.ndarray, settings: Time) -> bool:
    """The same of the first texts of a column."""
    return settings.unit == "clock" if settings.unit is not None else clock.is_clock(texts)


def _seconds(table: Table, time: str, raw: np.ndarray, plan: Plan) -> tuple[np.ndarray, float]:
    """Seconds from the first row on, and the first time itself in seconds."""
    unit = clock.stated_unit(time, plan.time, table.units) or clock.unit_by_values(raw, plan.rate_hz)
    finite = raw[np.isfinite(raw)]
    if unit is None:
        steps = np.abs(np.diff(finite))
        raise FeatherlineError(
            f"{table.path} has samples every {float(np.median(steps)):g} by its column {time!r}, which in no unit is "
            f"near the {plan.rate_hz:g} Hz of fetch.native_rate_hz: set fetch.time.unit, correct the rate, or set "
            "fetch.time.column to none."
            if len(steps)
            else f"{table.path} has no times in its column {time!r}: set fetch.time.column."
        )
    factor = clock.SECONDS[unit]
    start = float(finite[0]) if len(finite) else 0.0
    return (raw - start) * factor, start * factor


def _channels(numbers: np.ndarray, columns: tuple[str, ...], plan: Plan) -> np.ndarray:
    """Sums of columns, scaled: float64, shape (rows, channels)."""
    channels, place = [], 0
    for column in columns:
        count = len(column.split(" + "))
        total = numbers[:, place]
        for more in range(1, count):
            total = total + numbers[:, place + more]
        channels.append(total)
        place += count
    samples = np.stack(channels, axis=1)
    if plan.offset is not None:
        samples = samples - np.array(plan.offset)
    if plan.scale is not None:
        samples = samples * np.array(plan.scale)
    return samples


def _stretches(
    row: Row, table: Table, plan: Plan, texts: dict[str, np.ndarray], rows: np.ndarray
) -> Iterator[tuple[np.ndarray, str | None, str | None, str]]:
    """Rows of one id, group and label, with these and a name."""
    keys = []
    for column in (plan.id_column, plan.group_column):
        if column is not None:
            keys.append(texts[table.column(column, "fetch.id_column")])
    label_texts = (
        texts[table.column(plan.label_column, "fetch.label_column")] if plan.label_column is not None else None
    )
    if keys:
        joint = np.array(["\x1f".join(map(str, key)) for key in zip(*keys, strict=True)], object)
        _, first, owner = np.unique(joint, return_index=True, return_inverse=True)
        blocks = [np.flatnonzero(owner == number) for number in np.argsort(first)]
    else:
        blocks = [rows]
    if label_texts is not None:  # each change of a label cuts: spellings that alternate would leave nothing
        written, first_rows, of_row = np.unique(label_texts.astype(str), return_index=True, return_inverse=True)
        spelled = np.array([plan.label_spellings.get(text.strip(), text.strip()) for text in written.tolist()], object)
        first_uses = sorted(zip(first_rows.tolist(), spelled.tolist(), strict=True))
        names.check(
            ((label, f"{row.path}, {_where(table, at)},") for at, label in first_uses),
            "label",
            "set fetch.label_spellings",
        )
        label_texts = spelled[of_row]
    for block in blocks:
        name = str(row.path)
        if plan.id_column is not None:
            name += f" ({plan.id_column} {texts[table.column(plan.id_column, 'fetch.id_column')][block[0]]})"
        group = row.group
        if plan.group_column is not None:
            group = str(texts[table.column(plan.group_column, "fetch.group_column")][block[0]])
        if label_texts is None:
            yield block, row.label, group, name
            continue
        labels = label_texts[block].astype(str)
        for run in np.split(np.arange(len(block)), np.flatnonzero(labels[1:] != labels[:-1]) + 1):
            label: str | None = str(labels[run[0]]).strip()
            if plan.preset is not None and plan.preset.labels is not None:
                label = plan.preset.labels.get(re.sub(r"\.0*$", "", str(label)))
            yield block[run], label or "", group, f"{name}, from {_where(table, block[run[0]])}"


def _where(table: Table, row: np.integer | int) -> str:
    return f"row {int(row) + 1}"


def _part(
    source: quality.Source,
    samples: np.ndarray,
    rows: np.ndarray,
    seconds: np.ndarray | None,
    plan: Plan,
    remarks: list[str],
    table: Table,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Checks one stretch and brings it to the plan's rate; its uninterrupted parts with seconds of each sample."""
    checks, place = plan.checks, source.place
    whole, remark = quality.missing(source, samples, rows, checks, plan.accelerations)
    if remark:
        remarks.append(remark)
    factor = quality.UNITS_IN_G[plan.unit] if plan.accelerations else 1.0
    bound = checks.largest if checks.largest is not None else quality.LARGEST_G / factor if plan.accelerations else None
    within = quality.largest(
        source, np.where(whole[:, None], samples, 0.0), rows, bound, plan.unit, checks.missing == "cut"
    )
    if (lost := int((~within & whole).sum())) > 0:
        remarks.append(f"{lost:,} samples beyond {bound:g} {plan.unit} were cut out")
    kept = whole & within
    if seconds is not None and plan.preset is PRESETS["wisdm"]:
        # Its phones wrote the time 0 now and then.
        at_zero = np.isclose(seconds, seconds.min()) & (seconds < np.median(seconds) - 1e6)
        if at_zero.any():
            remarks.append(f"{int(at_zero.sum()):,} readings at the time 0 were left out")
            kept &= ~at_zero
    measured = table.rate_hz or plan.rate_hz
    if seconds is None:
        seconds = np.arange(len(samples)) / measured
    samples, rows, seconds = samples[kept], rows[kept], seconds[kept]
    if not len(samples):
        return []

    def place_of(row: int) -> str:
        return place(int(rows[row]))

    line = clock.timeline(seconds, samples, plan.time, place_of, source.path)
    remarks += line.remarks
    samples, seconds, rows = samples[line.order], line.seconds, rows[line.order]
    _check_rate(source, line, plan, rows, measured)
    refuse_frozen = checks.constant or ("error" if plan.accelerations else "tell")
    remarks += quality.constant(source, samples, refuse_frozen == "error")
    rate = line.rate_hz or measured
    stuck = quality.frozen(samples, rate, checks.frozen_seconds)
    parts = line.parts
    if stuck.any():
        first = place(int(rows[np.flatnonzero(stuck)[0]]))
        length = f"{stuck.sum() / rate:.3g} s from {first} on in which nothing changes"
        if plan.accelerations:
            parts = [piece for part in parts for piece in _without(part, stuck)]
            remarks.append(f"{length} were cut out")
        else:
            remarks.append(f"it has {length}")
    if len(line.parts) > 1:
        remarks.append(
            f"{len(line.parts) - 1} gaps of {line.gap_seconds:.4g} s together cut it into {len(line.parts)} recordings"
        )
        if len(line.parts) > 1 + len(samples) / 20:
            raise FeatherlineError(
                f"{source.path}: {len(line.parts) - 1} gaps in {len(samples)} samples: its times come in bursts, as "
                "a radio delivers samples; set fetch.time.column to none if samples are evenly apart, or "
                "fetch.time.gap_seconds."
            )
    if plan.accelerations:
        samples = samples * factor
        everything = np.concatenate([samples[part] for part in parts]) if parts else samples
        quality.gravity(source, everything, rate, plan.unit, checks.gravity_g)
    single = sum(part.stop - part.start < LEAST_SAMPLES for part in parts)
    if single:
        remarks.append(f"{single:,} stretches of a single sample were left out")
    return [
        made
        for part in parts
        if part.stop - part.start >= LEAST_SAMPLES
        for made in [_at_rate(samples[part], seconds[part], rate, plan, remarks)]
    ]


def _check_rate(source: quality.Source, line: clock.Timeline, plan: Plan, rows: np.ndarray, measured: float) -> None:
    if len(line.seconds) < LEAST_SAMPLES:
        return
    place = source.place(int(rows[0]))
    rate = line.rate_hz or measured
    of_one = rate / line.repeats
    if line.repeats > 1 and abs(of_one / plan.rate_hz - 1) <= clock.RATE_TOLERANCE:
        raise FeatherlineError(
            f"{source.path} has each time {line.repeats} times with other samples, first in {place}, and "
            f"{of_one:.4g} of these times a second: rows of several sensors follow each other; set fetch.id_column "
            "to the column that tells them apart, or give each a file of its own."
        )
    if plan.time.rate == "resample":
        return
    if abs(rate / plan.rate_hz - 1) > clock.RATE_TOLERANCE:
        raise FeatherlineError(
            f"{source.path} has {rate:.4g} samples a second from {place} on, and fetch.native_rate_hz is "
            f"{plan.rate_hz:g}: correct that, or set fetch.time.rate to resample, which brings all files to it; "
            "where its column of times holds no times, set fetch.time.column."
        )
    if line.changes is not None:
        change = min(line.changes, len(rows) - 1)
        raise FeatherlineError(
            f"{source.path}, {source.place(int(rows[change]))}: the rate changes there, away from {rate:.4g} samples a "
            "second: cut the file there, or set fetch.time.rate to resample, which brings all of it to "
            "fetch.native_rate_hz."
        )


def _without(part: slice, stuck: np.ndarray) -> Iterator[slice]:
    free = ~stuck[part]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        yield slice(part.start + int(start), part.start + int(stop))


def _at_rate(
    samples: np.ndarray, seconds: np.ndarray, rate: float, plan: Plan, remarks: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """One uninterrupted part at the plan's rate, with seconds of each sample."""
    start = seconds[0]
    if abs(rate / plan.rate_hz - 1) > clock.RATE_TOLERANCE:
        even = resampling.round_rate(rate)
        samples = resampling.resample(resampling.even_grid(seconds, samples, even), even, plan.rate_hz)
        remark = f"its {even:g} samples a second were brought to {plan.rate_hz:g}"
        if remark not in remarks:
            remarks.append(remark)
        return samples, start + np.arange(len(samples)) / plan.rate_hz
    if resampling.is_uneven(seconds, rate):
        lost = round((seconds[-1] - start) * rate) + 1 - len(samples)
        samples = resampling.even_grid(seconds, samples, rate)
        remarks.append(f"its times are uneven ({max(lost, 0):,} samples are missing); it was put on an even grid")
        return samples, start + np.arange(len(samples)) / rate
    return samples, seconds


def checked_windows(samples: np.ndarray, plan: Plan, path: Path) -> np.ndarray:
    """Windows in g or the unit of the columns, float64, of the shape given, after the checks of single samples.

    Raises:
        FeatherlineError: where a number is missing, no sample can be so, or there is no gravity in them.
    """
    count, length, width = samples.shape
    scaled = samples
    if plan.offset is not None:
        scaled = scaled - np.array(plan.offset)
    if plan.scale is not None:
        scaled = scaled * np.array(plan.scale)
    flat = scaled.reshape(count * length, width)
    names = plan.columns or tuple(str(place + 1) for place in range(width))
    source = quality.Source(path, names, lambda row: f"window {row // length + 1}")
    rows = np.arange(len(flat))
    quality.missing(source, flat, rows, replace_missing(plan.checks), plan.accelerations)
    if plan.accelerations:
        factor = quality.UNITS_IN_G[plan.unit]
        quality.largest(source, flat, rows, plan.checks.largest or quality.LARGEST_G / factor, plan.unit, cut=False)
        scaled = scaled * factor
        quality.gravity(source, scaled.reshape(-1, width), float(length), plan.unit, plan.checks.gravity_g)
    return scaled


def replace_missing(checks: Checks) -> Checks:
    """Checks under which a missing number is an error, for of a window nothing can be cut out."""
    return checks.model_copy(update={"missing": "error"})
