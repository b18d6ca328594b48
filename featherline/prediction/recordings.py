"""Somebody's recordings as a device would have got them: 16 bits at the model's native rate.

Files are read by the readers of the stage fetch (`featherline.importing`, `signals.sound_files.read_clips`).
What a file does not say is told from its values, and each such guess is a remark.
"""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.core.errors import FeatherlineError
from featherline.importing import containers, reading, resampling
from featherline.importing.listing import Row
from featherline.importing.plan import Plan
from featherline.importing.quality import PLAUSIBLE_G, UNITS_IN_G
from featherline.importing.settings import Checks, Csv, Time
from featherline.importing.tables import Table
from featherline.prediction.models import Fitted
from featherline.records.frontend import SensorConstants
from featherline.signals import audio, motion, sensor, sound_files

TIME_COLUMNS = ("t", "time", "timestamp", "seconds", "seconds_elapsed", "time_s", "elapsed (s)", "time (s)")
AXES = (
    (("x",), ("y",), ("z",)),
    (("acc_x",), ("acc_y",), ("acc_z",)),
    (("ax",), ("ay",), ("az",)),
    (("accx",), ("accy",), ("accz",)),
    (("accelerometer_x",), ("accelerometer_y",), ("accelerometer_z",)),
    (("acceleration_x",), ("acceleration_y",), ("acceleration_z",)),
    # Core Motion of iOS: both together are total acceleration.
    tuple((f"gravity.{axis}", f"useracceleration.{axis}") for axis in "xyz"),
)
TIME_UNITS_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
SLOWEST_HZ = 5.0  # a logger that gives fewer samples a second is no accelerometer log
LARGEST_GAP = 5.0  # of the median step between two samples
RATE_TOLERANCE = 0.02
CLIPPED_SHARE = 0.001


@dataclass(frozen=True)
class Options:
    """What the user says of the recordings; None is told from the data.

    Attributes:
        unit: of acceleration, a key of `UNITS_IN_G`.
        rate_hz: samples a second, of recordings without times.
        columns: three names, in the order x, y, z.
        time: the column of times.
        label: what all recordings show.
        label_column: the column of a CSV that says what each sample shows.
    """

    unit: str | None = None
    rate_hz: float | None = None
    columns: tuple[str, ...] | None = None
    time: str | None = None
    label: str | None = None
    label_column: str | None = None


@dataclass(frozen=True)
class Recording:
    """What a device would have got.

    Attributes:
        path: of the file.
        samples: int16, shape (samples, 3) of motion, (samples,) of sound, at the model's native rate.
        labels: index of the class that each sample shows, int, shape (samples,); None without labels.
        remarks: what was told from the data, a sentence each.
    """

    path: Path
    samples: np.ndarray
    labels: np.ndarray | None
    remarks: list[str] = field(default_factory=list)


def read(path: Path, fitted: Fitted, options: Options) -> Recording:
    """Reads one recording for a model.

    Raises:
        FeatherlineError: where the file is missing, broken, of the other kind, of a lower rate, of another unit, or
            labelled with what is no class.
    """
    if not path.is_file():
        raise FeatherlineError(f"{path} is missing, or no file.")
    if isinstance(fitted.front_end.frontend, SensorConstants):
        return _sensor(path, fitted, fitted.front_end.frontend, options)
    kind, suffix = ("an accelerometer", ".csv") if fitted.is_motion else ("a microphone", ".wav")
    if path.suffix.lower() != suffix:
        raise FeatherlineError(
            f"{path} does not end in {suffix}, and {fitted.name} listens to {kind}: give it a recording of that kind."
        )
    return (_motion if fitted.is_motion else _sound)(path, fitted, options)


# --- any sensor ------------------------------------------------------------------------------


def _sensor(path: Path, fitted: Fitted, constants: SensorConstants, options: Options) -> Recording:
    """Columns by the names that the model was trained on, or by those that the user gives in their order."""
    if options.label_column is not None:
        raise FeatherlineError(f"{path}: say what a recording of this model shows with --label, not --label-column.")
    columns = options.columns or constants.columns
    if len(columns) != len(constants.columns):
        raise FeatherlineError(
            f"--columns names {len(columns)} columns, and {fitted.name} takes {len(constants.columns)}: "
            f"{', '.join(constants.columns)}."
        )
    settings = Time(column=options.time if options.rate_hz is None else "none", rate="resample")
    plan = Plan(
        accelerations=False,
        rate_hz=options.rate_hz or float(constants.native_rate_hz),
        columns=tuple(columns),
        unit=constants.unit,
        time=settings,
        checks=Checks(frozen_seconds=None),
    )
    read = reading.read(Row(path.name, path, options.label, "unknown", str(path)), plan)
    if not read.recordings:
        raise FeatherlineError(f"{path} holds no samples: record it again.")
    # The longest of the parts that gaps leave: a device has no gaps.
    longest = max((recording.samples for recording in read.recordings), key=len)
    if options.rate_hz is not None:
        longest = resampling.resample(longest, options.rate_hz, float(constants.native_rate_hz))
    samples = sensor.to_int16(longest, constants.steps, constants.zeros)
    remarks = [remark.removeprefix(f"{path}: ") for remark in read.remarks]
    if len(read.recordings) > 1:
        remarks.append("The longest of its uninterrupted parts was taken.")
    unclipped = np.rint((longest - np.array(constants.zeros)) / np.array(constants.steps))
    clipped = float(np.mean(samples != unclipped))
    if clipped > CLIPPED_SHARE:
        remarks.append(f"{clipped:.1%} of the values are beyond what the samples of a device hold, and cut off.")
    return Recording(path, samples, _labels(path, len(samples), fitted.classes, options), remarks)


# --- motion ----------------------------------------------------------------------------------


def _motion(path: Path, fitted: Fitted, options: Options) -> Recording:
    table = containers.read(path, Csv())
    header = list(table.names)
    axes = _axes(path, header, options)
    time = _time(path, header, options)
    wanted = [name for axis in axes for name in axis] + ([time] if time else [])
    values = _numbers(table, tuple(wanted))
    columns_per_axis = len(axes[0])
    acceleration = values[:, : 3 * columns_per_axis].reshape(len(values), 3, columns_per_axis).sum(axis=2)
    remarks: list[str] = []
    acceleration = acceleration * UNITS_IN_G[_unit(path, acceleration, options, remarks)]
    labels = _labels(path, len(values), fitted.classes, options)
    times = _seconds(path, values[:, -1], remarks) if time else None
    acceleration, kept = _at_native_rate(path, acceleration, times, fitted, options, remarks)
    samples = motion.to_int16(acceleration, UNITS_PER_G)
    clipped = float(np.mean(samples != np.rint(acceleration * UNITS_PER_G)))
    if clipped > CLIPPED_SHARE:
        remarks.append(
            f"{clipped:.1%} of the values are beyond the {audio.FULL_SCALE / UNITS_PER_G:g} g of a device and cut off."
        )
    return Recording(path, samples, None if labels is None else labels[kept], remarks)


def _numbers(table: Table, wanted: tuple[str, ...]) -> np.ndarray:
    values = table.read(wanted).numbers
    wrong = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(wrong):
        raise FeatherlineError(
            f"{table.path} holds NaN or infinity in {len(wrong)} rows, first in {table.place(int(wrong[0]))}: "
            "correct the "
            "file, or export it again."
        )
    return values


def _axes(path: Path, header: list[str], options: Options) -> tuple[tuple[str, ...], ...]:
    """The columns whose sum is total acceleration, for each axis."""
    if options.columns is not None:
        if len(options.columns) != 3:
            raise FeatherlineError(f"--columns names {len(options.columns)} columns: name three, as in ax,ay,az.")
        missing = [name for name in options.columns if name not in header]
        if missing:
            raise FeatherlineError(
                f"{path} has no column {missing[0]!r}: correct --columns, its columns are {', '.join(header)}."
            )
        return tuple((name,) for name in options.columns)
    known = {name.strip().lower(): name for name in header}
    for axes in AXES:
        if all(name in known for axis in axes for name in axis):
            return tuple(tuple(known[name] for name in axis) for axis in axes)
    raise FeatherlineError(
        f"{path} has no columns that are known for three axes ({', '.join(header) or 'it is empty'}): name those of "
        "total acceleration with --columns, as in --columns ax,ay,az."
    )


def _time(path: Path, header: list[str], options: Options) -> str | None:
    if options.time is not None:
        if options.time not in header:
            raise FeatherlineError(
                f"{path} has no column {options.time!r}: correct --time, its columns are {', '.join(header)}."
            )
        return options.time
    if options.rate_hz is not None:
        return None
    known = {name.strip().lower(): name for name in header}
    return next((known[name] for name in TIME_COLUMNS if name in known), None)


def _unit(path: Path, acceleration: np.ndarray, options: Options, remarks: list[str]) -> str:
    """The unit that was said, if the values can be in it; else the one that they can be in."""
    median = float(np.median(np.linalg.norm(acceleration, axis=1)))
    low, high = PLAUSIBLE_G
    fitting = [unit for unit, factor in UNITS_IN_G.items() if low <= median * factor <= high]
    if options.unit is None:
        # A sensor at rest shows 1 g: of several, the one whose median is nearest to that.
        fitting.sort(key=lambda unit: abs(math.log(median * UNITS_IN_G[unit])))
        if not fitting:
            raise FeatherlineError(
                f"{path}: accelerations are {median:.3g} long on the median, which is 1 g in no unit that is known "
                f"({', '.join(UNITS_IN_G)}): give total acceleration, with gravity, or say --unit."
            )
        remarks.append(
            f"Its unit was taken to be {fitting[0]}, by a median length of {median:.3g}; --unit says otherwise."
        )
        return fitting[0]
    if options.unit not in fitting:
        fix = f"it looks like {fitting[0]}" if fitting else "give total acceleration, with gravity"
        raise FeatherlineError(
            f"{path}: accelerations are {median * UNITS_IN_G[options.unit]:.3g} g long on the median in "
            f"{options.unit}, and a sensor at rest shows 1 g: correct --unit, {fix}."
        )
    return options.unit


def _seconds(path: Path, times: np.ndarray, remarks: list[str]) -> np.ndarray:
    """Times from the first sample on; they have to rise without a gap."""
    if len(times) < 2:
        raise FeatherlineError(f"{path} holds one sample: record for longer.")
    steps = np.diff(times)
    wrong = np.flatnonzero(steps <= 0)
    if len(wrong):
        raise FeatherlineError(
            f"{path}, line {wrong[0] + 3}: the time {times[wrong[0] + 1]:g} is not after the one before it "
            f"({times[wrong[0]]:g}): sort the rows and remove doubled ones, or say --rate to pass times over."
        )
    step = float(np.median(steps))
    fitting = [unit for unit, factor in TIME_UNITS_S.items() if 1 / (step * factor) >= SLOWEST_HZ]
    if not fitting:
        raise FeatherlineError(f"{path} has samples every {step:g} by its times, which is no unit: say --rate.")
    gaps = np.flatnonzero(steps > LARGEST_GAP * step)
    if len(gaps):
        raise FeatherlineError(
            f"{path}, line {gaps[0] + 3}: {steps[gaps[0]] * TIME_UNITS_S[fitting[0]]:.3g} s pass without a sample: cut "
            "the recording there into two files."
        )
    seconds: np.ndarray = (times - times[0]) * TIME_UNITS_S[fitting[0]]
    rate = (len(times) - 1) / float(seconds[-1])
    remarks.append(f"Its times were taken to be in {fitting[0]}: {rate:.4g} samples a second.")
    return seconds


def _at_native_rate(
    path: Path,
    acceleration: np.ndarray,
    times: np.ndarray | None,
    fitted: Fitted,
    options: Options,
    remarks: list[str],
) -> tuple[np.ndarray, np.ndarray]:
    """Acceleration at the model's rate, and which row of the file each sample is next to."""
    native = fitted.rate_hz
    if times is None:
        rate = options.rate_hz or float(native)
        if options.rate_hz is None:
            remarks.append(
                f"It has no column of times and was taken to have {native} samples a second; --rate says otherwise."
            )
    else:
        rate = (len(times) - 1) / float(times[-1])
    if rate < native * (1 - RATE_TOLERANCE):
        raise FeatherlineError(
            f"{path} has {rate:.4g} samples a second, and {fitted.name} needs {native} or more: record faster."
        )
    if times is None:
        times = np.arange(len(acceleration)) / rate
    # Times of a logger jitter: a straight line between two of them gives samples that are evenly apart. The grid is
    # no coarser than they are, and only the filter behind it goes down to the native rate.
    even = native if rate <= native * (1 + RATE_TOLERANCE) else math.ceil(rate - RATE_TOLERANCE)
    grid = np.arange(int(times[-1] * even + 1e-6) + 1) / even
    if even != rate or not np.allclose(np.diff(times), 1 / even, rtol=1e-6, atol=0):
        acceleration = np.stack([np.interp(grid, times, axis) for axis in acceleration.T], axis=1)
    if even != native:
        acceleration = _filtered(acceleration, even, native)
    at = np.arange(len(acceleration)) / native
    return acceleration, np.clip(np.rint(np.interp(at, times, np.arange(len(times)))).astype(int), 0, len(times) - 1)


def _filtered(acceleration: np.ndarray, from_hz: int | float, to_hz: int | float) -> np.ndarray:
    """Down to the native rate; the ends go on as they are, so that gravity does not begin with a step."""
    if not isinstance(from_hz, int) or not isinstance(to_hz, int):
        return resampling.resample(acceleration, from_hz, to_hz)
    common = math.gcd(from_hz, to_hz)
    up, down = to_hz // common, from_hz // common
    periods = -(-sound_files.FILTER_PERIODS * max(up, down) // (up * down)) + 1
    padded = np.pad(acceleration, ((periods * down, periods * down), (0, 0)), mode="edge")
    resampled = sound_files.resample(padded.T, from_hz, to_hz).T
    return resampled[periods * up : periods * up + -(-len(acceleration) * up // down)]


# --- sound -----------------------------------------------------------------------------------


def _sound(path: Path, fitted: Fitted, options: Options) -> Recording:
    if options.label_column is not None:
        raise FeatherlineError(f"{path} is sound and has no columns: say what it shows with --label.")
    remarks: list[str] = []
    try:
        header = soundfile.info(path)
        if header.samplerate < fitted.rate_hz:
            raise FeatherlineError(
                f"{path} has {header.samplerate:,} samples a second, and {fitted.name} needs {fitted.rate_hz:,} or "
                "more: record faster."
            )
        if header.channels > 1:
            remarks.append(f"The mean of its {header.channels} channels was taken.")
        [(_, clip)] = sound_files.read_clips([path], int(fitted.rate_hz), "error")
    except soundfile.LibsndfileError as error:
        raise FeatherlineError(f"{path} is not a readable audio file ({error.error_string.strip(' .')}).") from None
    except FeatherlineError as error:
        if "preprocess." in str(error):
            raise FeatherlineError(_with_fix(error, "record it again, or leave it out.")) from None
        raise
    samples = audio.to_int16(clip)
    return Recording(path, samples, _labels(path, len(samples), fitted.classes, options), remarks)


# --- labels ----------------------------------------------------------------------------------


def _labels(path: Path, rows: int, classes: list[str], options: Options) -> np.ndarray | None:
    if options.label_column is None:
        if options.label is None:
            return None
        return np.full(rows, _class(options.label, classes, f"--label says {options.label!r}"))
    import pandas as pd

    try:
        column = pd.read_csv(path, usecols=[options.label_column], dtype=str, keep_default_na=False)
    except ValueError:
        raise FeatherlineError(f"{path} has no column {options.label_column!r}: correct --label-column.") from None
    names, places = np.unique(column[options.label_column].str.strip().to_numpy(dtype=str), return_inverse=True)
    numbers = [_class(str(name), classes, f"{path} says {str(name)!r} in {options.label_column}") for name in names]
    return np.array(numbers)[places]


def _class(name: str, classes: list[str], statement: str) -> int:
    if name not in classes:
        raise FeatherlineError(
            f"{statement}, and the model tells {', '.join(map(repr, classes))} apart: use one of these."
        )
    return classes.index(name)


def _with_fix(error: FeatherlineError, fix: str) -> str:
    """The sentence of a stage with a fix for somebody who runs no stages."""
    return f"{str(error).rpartition(': ')[0]}: {fix}"
