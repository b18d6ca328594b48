"""Accelerometer recordings to windows: the way from raw samples to what a network sees.

A device computes the same thing from a stream of samples: a short FIR filter and decimation,
a buffer of one window, then channels from nothing but that window. `FrontEnd.constants` holds
every number that this takes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction as Ratio
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar, Literal, get_args

import numpy as np
from pydantic import Field

from featherline.core.arrays import Rows
from featherline.core.errors import FeatherlineError
from featherline.core.numerics import on_grid, step_below
from featherline.core.parsing import Tree
from featherline.params import Listed, PositiveInt, Preprocess, Split
from featherline.signals import augmentation
from featherline.signals.augmentation import Augmentation
from featherline.signals.dataset import Dataset, Disturb, Items, divide
from featherline.signals.splits import divisions

Channel = Literal["x", "y", "z", "magnitude", "vertical", "horizontal"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)

FILTER_PERIODS = 4  # of the slower rate, on each side of the filter's middle
FILTER_CUTOFF = 0.8  # of the slower rate's Nyquist frequency
FILTER_KAISER_BETA = 5.0
FILTER_BITS = 20  # of a tap, below the largest: what should be 0 is nothing but noise before it is rounded
LARGEST_INTERPOLATION = 5
LARGEST_DENOMINATOR = 1000  # of a rate that is no whole number of samples a second
SMALLEST_GRAVITY_G = 1e-3


class MotionPreprocess(Preprocess):
    """What the `preprocess` block of every accelerometer application has.

    Attributes:
        companding_g: from where `vertical` and `horizontal` grow with their logarithm; null leaves them as they are.
    """

    front_end_keys: ClassVar[tuple[str, ...]] = ("sample_rate_hz", "window_seconds", "channels", "companding_g")

    sample_rate_hz: PositiveInt | Annotated[float, Field(gt=0)]
    window_seconds: Annotated[float, Field(gt=0)]
    overlap: Annotated[float, Field(ge=0, lt=1)]
    channels: Annotated[Listed[Channel], Field(min_length=1)]
    companding_g: Annotated[float, Field(ge=1e-4, le=100)] | None = None
    augmentation: Augmentation = augmentation.NONE
    split: Split


@dataclass(frozen=True)
class Recording:
    """One uninterrupted recording of one activity.

    Attributes:
        name: the file it was read from, for messages.
        acceleration: shape (samples, 3), total acceleration in g, gravity included.
        label: index into the classes.
        group: who was recorded.
    """

    name: str
    acceleration: np.ndarray
    label: int
    group: str


@dataclass(frozen=True)
class FrontEnd:
    """Every constant between raw samples and a window.

    Attributes:
        native_rate_hz: rate of the recordings, and of the sensor on a device.
        sample_rate_hz: rate of the windows: native * interpolation / decimation.
        taps: float32 FIR low-pass that runs at native * interpolation; [1] where the rate stays.
        window, hop: lengths in samples at `sample_rate_hz`.
        channels: names, in the order of the last axis.
        companding_g: as of `companded`; None where channels are as they are.
    """

    native_rate_hz: int | float
    sample_rate_hz: int | float
    interpolation: int
    decimation: int
    taps: np.ndarray
    window: int
    hop: int
    channels: tuple[Channel, ...]
    companding_g: float | None = None

    def constants(self) -> Tree:
        """The constants as plain JSON data."""
        companding = {} if self.companding_g is None else {"companding_g": self.companding_g}
        return {
            "kind": "motion",
            "unit": "g",
            "native_rate_hz": self.native_rate_hz,
            "sample_rate_hz": self.sample_rate_hz,
            "interpolation": self.interpolation,
            "decimation": self.decimation,
            "taps": [float(tap) for tap in self.taps],
            "window_samples": self.window,
            "hop_samples": self.hop,
            "channels": list(self.channels),
            **companding,
            "gravity": "mean of the window",
            "smallest_gravity_g": SMALLEST_GRAVITY_G,
        }


def front_end(settings: MotionPreprocess, native_rate_hz: int | float) -> FrontEnd:
    """Works out filter and lengths for recordings of a native rate.

    Raises:
        FeatherlineError: where the sample rate is above the native one or no simple fraction of
            it (a device has no use for a filter of a thousand taps), or the window has less
            than two samples.
    """
    up, down, taps = rate_filter(settings.sample_rate_hz, native_rate_hz)
    window = round(settings.window_seconds * settings.sample_rate_hz)
    if window < 2:
        raise FeatherlineError(
            f"preprocess.window_seconds is {settings.window_seconds}, and that is less than two samples at "
            f"{settings.sample_rate_hz} Hz: make the window longer."
        )
    return FrontEnd(
        native_rate_hz=native_rate_hz,
        sample_rate_hz=settings.sample_rate_hz,
        interpolation=up,
        decimation=down,
        taps=taps,
        window=window,
        hop=max(round(window * (1 - settings.overlap)), 1),
        channels=settings.channels,
        companding_g=settings.companding_g,
    )


def rate_filter(sample_rate_hz: int | float, native_rate_hz: int | float) -> tuple[int, int, np.ndarray]:
    """Interpolation, decimation and the taps between a native rate and that of windows; both may be fractions.

    Raises:
        FeatherlineError: where the sample rate is above the native one or no simple fraction of it.
    """
    native = Ratio(native_rate_hz).limit_denominator(LARGEST_DENOMINATOR)
    ratio = Ratio(sample_rate_hz).limit_denominator(LARGEST_DENOMINATOR) / native
    if ratio > 1 or ratio.numerator > LARGEST_INTERPOLATION:
        whole = {
            native * up / down
            for down in range(1, int(native) + 1)
            for up in range(1, LARGEST_INTERPOLATION + 1)
            if up <= down and (native * up / down).denominator == 1
        }
        simple = {native / down for down in (1, 2, 4, 5)}  # of a rate that is no whole number
        fitting = sorted(whole or simple)
        raise FeatherlineError(
            f"preprocess.sample_rate_hz is {sample_rate_hz}, and recordings of {native_rate_hz} Hz cannot be "
            f"brought to that with a short filter: choose one of {', '.join(f'{float(rate):g}' for rate in fitting)}."
        )
    return ratio.numerator, ratio.denominator, _low_pass(ratio.numerator, ratio.denominator)


def _low_pass(interpolation: int, decimation: int) -> np.ndarray:
    if decimation == 1:
        return np.ones(1, np.float32)
    from scipy.signal import firwin  # takes a second to import

    taps = firwin(
        2 * FILTER_PERIODS * decimation + 1, FILTER_CUTOFF / decimation, window=("kaiser", FILTER_KAISER_BETA)
    )
    return on_grid(taps * interpolation, step_below(np.abs(taps * interpolation).max(), FILTER_BITS)).astype(np.float32)


def resample(acceleration: np.ndarray, front: FrontEnd) -> np.ndarray:
    """Brings samples to the front end's rate with a polyphase FIR filter.

    Only outputs whose filter lies wholly within the recording are kept, so nothing is padded.

    Args:
        acceleration: shape (samples, 3).

    Returns:
        float32, shape (fewer samples, 3); empty where the recording is shorter than the filter.
    """
    return filtered(acceleration, front.interpolation, front.decimation, front.taps)


def filtered(samples: np.ndarray, interpolation: int, decimation: int, taps: np.ndarray) -> np.ndarray:
    """As `resample`, of any number of columns: shape (samples, columns)."""
    if decimation == 1:
        return samples.astype(np.float32)
    last = (len(samples) - 1) * interpolation // decimation
    first = -(-(len(taps) - 1) // decimation)
    if last < first:
        return np.empty((0, samples.shape[1]), np.float32)
    from scipy.signal import upfirdn  # takes a second to import

    kept = upfirdn(taps.astype(np.float64), samples, interpolation, decimation, axis=0)
    resampled: np.ndarray = kept[first : last + 1].astype(np.float32)
    return resampled


def windows(samples: np.ndarray, window: int, hop: int) -> np.ndarray:
    """Cuts one recording into windows: shape (samples, 3) to (windows, window, 3)."""
    if len(samples) < window:
        return np.empty((0, window, samples.shape[1]), samples.dtype)
    return np.lib.stride_tricks.sliding_window_view(samples, window, axis=0)[::hop].transpose(0, 2, 1)


def channels(cut: np.ndarray, names: tuple[Channel, ...], companding_g: float | None = None) -> np.ndarray:
    """Computes channels, each from its own window alone.

    `x`, `y`, `z` are total acceleration as the sensor gives it, `magnitude` its length, whatever
    the orientation. `vertical` and `horizontal` are motion alone, whatever the orientation: the
    mean of the window stands for gravity (Mizell, ISWC 2003), is subtracted, and what is left is
    split into the part along it (signed) and the length of the part across it.

    Args:
        cut: shape (windows, window, 3), in g.
        names: of the channels wanted.
        companding_g: of `vertical` and `horizontal`, as of `companded`; None leaves them as they are.

    Returns:
        float32, shape (windows, window, channels).
    """
    mean = cut.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    motion = cut - mean
    down = mean / np.maximum(np.linalg.norm(mean, axis=2, keepdims=True), SMALLEST_GRAVITY_G)
    along = (motion * down).sum(axis=2)

    def moved(values: np.ndarray) -> np.ndarray:
        return values if companding_g is None else companded(values, companding_g)

    compute: dict[Channel, Callable[[], np.ndarray]] = {
        "x": lambda: cut[..., 0],
        "y": lambda: cut[..., 1],
        "z": lambda: cut[..., 2],
        "magnitude": lambda: np.linalg.norm(cut, axis=2),
        "vertical": lambda: moved(along),
        "horizontal": lambda: moved(np.linalg.norm(motion - along[..., None] * down, axis=2)),
    }
    return np.stack([compute[name]() for name in names], axis=-1).astype(np.float32, copy=False)


def companded(acceleration_g: np.ndarray, companding_g: float) -> np.ndarray:
    """Acceleration that grows as it is below `companding_g`, and with its logarithm above; the sign stays.

    What shakes a smooth ride is a hundredth of what shakes somebody who runs, and eight bits hold both only so. It is
    log2(1 + |a| / companding_g) with straight lines between powers of two, which the bits of a float32 are, but for
    their offset: a device needs no logarithm, and every processor gives the same.

    Returns:
        float32 of the same shape.
    """
    above = np.float32(1) + np.abs(acceleration_g).astype(np.float32) * np.float32(1 / companding_g)
    bits = above.view(np.int32) - np.float32(1).view(np.int32)
    size = bits.astype(np.float32) * np.finfo(np.float32).eps
    signed: np.ndarray = np.where(acceleration_g < 0, -size, size)
    return signed


def to_int16(acceleration_g: np.ndarray, units_per_g: int) -> np.ndarray:
    """Acceleration as a sensor of 16 bits gives it: halves to even, cut off at its range."""
    limits = np.iinfo(np.int16)
    samples: np.ndarray = np.clip(np.rint(acceleration_g * units_per_g), limits.min, limits.max).astype(np.int16)
    return samples


def read_columns(path: Path, columns: list[str]) -> np.ndarray:
    """Reads columns of a CSV as float64, shape (rows, columns), in the order asked for.

    Raises:
        FeatherlineError: where the file is empty or broken, lacks a column, has no rows, or holds
            a value that is not a finite number.
    """
    import pandas as pd  # takes a second to import

    try:
        values = pd.read_csv(path, usecols=columns, dtype=np.float64)[columns].to_numpy()
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage fetch again.") from None
    except (ValueError, pd.errors.EmptyDataError) as error:
        missing = _missing_columns(path, columns)
        if missing:
            raise FeatherlineError(
                f"{path} has no column {missing[0]!r}: get the file again, or remove it from the archive."
            ) from None
        raise FeatherlineError(f"{path} is no CSV of numbers ({' '.join(str(error).split())}): get it again.") from None
    if not len(values):
        raise FeatherlineError(f"{path} holds no samples: get it again, or remove it from the archive.")
    wrong = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(wrong):
        raise FeatherlineError(
            f"{path} holds NaN or infinity in {len(wrong)} rows, first in row {wrong[0] + 1}: repair or remove it."
        )
    return values


def write_columns(path: Path, columns: list[str], values: np.ndarray, digits: int, index: bool = False) -> None:
    """Writes a CSV of numbers with `digits` decimals; `index` puts row numbers first, under no name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = ",".join(([""] if index else []) + columns)
    row = ",".join([f"%.{digits}f"] * len(columns)) + "\n"
    if index:
        row = "%d," + row
        values = np.column_stack([np.arange(len(values)), values])
    # One format for the whole table: several times faster than row by row.
    path.write_text(header + "\n" + row * len(values) % tuple(values.ravel().tolist()), encoding="utf-8")


def _missing_columns(path: Path, columns: list[str]) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as stream:
        header = [name.strip().strip('"') for name in stream.readline().split(",")]
    return [column for column in columns if column not in header]


def dataset(
    recordings: Iterable[Recording],
    classes: tuple[str, ...],
    native_rate_hz: int | float,
    settings: MotionPreprocess,
    seed: int,
    disturb: Disturb | None = None,
) -> Dataset:
    """Cuts recordings into windows, none of which crosses two recordings, and divides them.

    Recordings shorter than a window are left out; `disturb` is done to samples before anything else. Training splits
    have the copies of `settings.augmentation` as well, unless recordings are disturbed, with which nobody trains.

    Returns:
        A `Dataset` with inputs of shape (items, window, 1, channels).

    Raises:
        FeatherlineError: where no recording is as long as a window.
    """
    front = front_end(settings, native_rate_hz)
    copies = 0 if disturb else settings.augmentation.copies
    parts = [_Windows(front) for _ in range(1 + copies)]
    longest_seconds = 0.0
    for place, recording in enumerate(recordings):
        longest_seconds = max(longest_seconds, len(recording.acceleration) / native_rate_hz)
        samples = recording.acceleration
        samples = disturb(samples, float(native_rate_hz)) if disturb else samples
        parts[0].add(windows(resample(samples, front), front.window, front.hop), recording)
        for copy, part in enumerate(parts[1:]):
            rng = np.random.default_rng([seed, copy, place])
            received = augmentation.received(samples, float(native_rate_hz), settings.augmentation, rng)
            cut = windows(resample(received, front), front.window, front.hop)
            part.add(cut, recording, partial(augmentation.scaled, settings=settings.augmentation, rng=rng))
    if not len(parts[0].inputs):
        raise too_short(settings.window_seconds, longest_seconds)
    items, *further = (part.items() for part in parts)
    return divided(items, classes, settings.split, front.constants(), seed, further)


class _Windows:
    """Windows of many recordings with their channels."""

    def __init__(self, front: FrontEnd):
        self.inputs = Rows((front.window, 1, len(front.channels)))
        self._front = front
        self._labels: list[np.ndarray] = []
        self._groups: list[np.ndarray] = []
        self._recordings: list[np.ndarray] = []

    def add(
        self, cut: np.ndarray, recording: Recording, change: Callable[[np.ndarray], np.ndarray] = np.asarray
    ) -> None:
        """Adds those of one recording: shape (windows, window, 3), each changed before."""
        front = self._front
        self.inputs.add_of(
            lambda block: channels(change(block), front.channels, front.companding_g)[:, :, None, :], cut
        )
        self._labels.append(np.full(len(cut), recording.label, np.int32))
        self._groups.append(np.full(len(cut), recording.group))
        self._recordings.append(np.full(len(cut), len(self._recordings), np.int32))

    def items(self) -> Items:
        columns = (np.concatenate(each) for each in (self._labels, self._groups, self._recordings))
        return Items(self.inputs.mapped(), *columns)


def too_short(window_seconds: float, longest_seconds: float) -> FeatherlineError:
    """What is said where no recording is as long as a window."""
    return FeatherlineError(
        f"preprocess.window_seconds is {window_seconds}, and the longest recording has "
        f"{longest_seconds:.2f} s: choose a shorter window."
    )


def divided(
    items: Items, classes: tuple[str, ...], split: Split, constants: Tree, seed: int, further: Sequence[Items] = ()
) -> Dataset:
    """Windows of all recordings, in splits.

    Args:
        items: all windows; inputs of shape (items, window or bands, 1, channels).
        classes: names, in the order of the labels.
        split: how the splits are made.
        constants: of the front end.
        seed: of what is drawn.
        further: the same windows once more, otherwise: each joins the training splits that its first one is in.
    """
    splits, folds = divide(items, divisions(items.labels, items.groups, split, seed), further)
    return Dataset(classes, splits, 3, constants, disjoint=split.protocol != "item", folds=folds)
