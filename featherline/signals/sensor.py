"""Recordings of any sensor to windows or spectra: the way from raw samples to what a network sees.

A device computes the same from a stream of 16-bit samples, one number a column: resampling by the filter of
`featherline.signals.motion`, a buffer of one window, then channels from nothing but that window, and of the kind
`spectrum` their magnitude in bands. `FrontEnd.constants` holds every number that this takes.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from featherline.core.arrays import Rows
from featherline.core.errors import FeatherlineError
from featherline.core.numerics import on_grid
from featherline.core.parsing import Tree
from featherline.params import Block, Listed, PositiveInt, Preprocess, Split
from featherline.signals import motion
from featherline.signals.dataset import Dataset, Disturb, Items

DERIVED = ("magnitude", "vertical", "horizontal", "jerk")
Features = Literal["window", "spectrum"]
FEATURE_STEP = 2.0**-12  # of a logarithm: 0.02 % of a magnitude
HEADROOM = 2.0  # between the largest sample of the recordings and what 16 bits hold
LARGE_MEAN = 4.0  # times half the range: 16 bits hold such a column about its middle
SMALLEST_REACH = 1e-30
INT16_LARGEST = 32767


class Spectrum(Block):
    """How a window becomes the magnitude of bands.

    Frames of `fft_samples`, a power of two, overlap by half; their power is averaged over the window (Welch 1967) and
    summed in `bands` between `lowest_hz` and `highest_hz`, which are equally wide in octaves but hold one bin at least.
    A feature is the logarithm of the magnitude, above `floor` in the unit of its channel.
    """

    fft_samples: Annotated[int, Field(ge=16, le=32768)]
    bands: Annotated[int, Field(ge=2)]
    lowest_hz: Annotated[float, Field(ge=0)] = 0.0
    highest_hz: Annotated[float, Field(gt=0)] | None = None
    floor: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        if self.fft_samples & (self.fft_samples - 1):
            raise ValueError(f"fft_samples must be a power of two, not {self.fft_samples}")
        return self


class SensorPreprocess(Preprocess):
    """What the `preprocess` block of recordings of any sensor has.

    `channels` are columns, or `<axes>.magnitude`, `vertical`, `horizontal` and `jerk` of three that belong together.
    """

    front_end_keys: ClassVar[tuple[str, ...]] = ("sample_rate_hz", "window_seconds", "channels", "spectrum")

    sample_rate_hz: PositiveInt | Annotated[float, Field(gt=0)]
    window_seconds: Annotated[float, Field(gt=0)]
    overlap: Annotated[float, Field(ge=0, lt=1)]
    channels: Annotated[Listed[str], Field(min_length=1)]
    features: Features = "window"
    spectrum: Spectrum | None = None
    split: Split

    @model_validator(mode="after")
    def _spectrum_where_it_is_asked_for(self) -> Self:
        if (self.spectrum is not None) != (self.features == "spectrum"):
            raise ValueError("features: spectrum needs spectrum with fft_samples, bands and floor, and window has none")
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("channels lists one twice")
        return self


@dataclass(frozen=True)
class Columns:
    """What recordings hold: names of their columns, a unit, and which three columns belong together."""

    names: tuple[str, ...]
    unit: str
    axes: dict[str, tuple[str, str, str]]

    @classmethod
    def of(cls, known: Tree) -> "Columns":
        """From what the stage fetch wrote beside the recordings."""
        axes = {name: (three[0], three[1], three[2]) for name, three in known["axes"].items()}
        return cls(tuple(known["columns"]), known["unit"], axes)


@dataclass(frozen=True)
class Channel:
    """A channel: its name, `column` or one of `DERIVED`, and the places of its columns."""

    name: str
    kind: str
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Recording:
    """One uninterrupted recording of one label.

    Attributes:
        name: the user's file, for messages.
        samples: shape (samples, columns).
        label: index into the classes. group: who or what was recorded.
    """

    name: str
    samples: np.ndarray
    label: int
    group: str


@dataclass(frozen=True)
class FrontEnd:
    """Every constant between raw samples and features.

    Attributes:
        native_rate_hz, sample_rate_hz: of the recordings and the device, and of windows.
        interpolation, decimation, taps: between the two, as of `motion.FrontEnd`.
        window, hop: lengths in samples at `sample_rate_hz`.
        columns: of a raw sample. channels: what is computed of them.
        steps, zeros: of each column, what one unit of a 16-bit sample is worth, and what 0 of it stands for.
        spectrum: how bands are taken; None for windows as they are.
        edges: first bin of each band, and the one behind the last.
    """

    native_rate_hz: int | float
    sample_rate_hz: int | float
    interpolation: int
    decimation: int
    taps: np.ndarray
    window: int
    hop: int
    columns: Columns
    channels: tuple[Channel, ...]
    steps: tuple[float, ...]
    zeros: tuple[float, ...]
    spectrum: Spectrum | None
    edges: tuple[int, ...]

    def count(self, samples: int) -> int:
        """How many windows a recording of so many native samples has."""
        if self.decimation > 1:
            last = (samples - 1) * self.interpolation // self.decimation
            samples = last - -(-(len(self.taps) - 1) // self.decimation) + 1
        return max((samples - self.window) // self.hop + 1, 0) if samples >= self.window else 0

    def constants(self) -> Tree:
        """The constants as plain JSON data."""
        spectrum = None
        if self.spectrum is not None:
            spectrum = {
                "fft_samples": self.spectrum.fft_samples,
                "window": "hann, periodic",
                "edges": list(self.edges),
                "floor": self.spectrum.floor,
                "formula": "ln sqrt(sum of power in band + floor^2), power 4 |X|^2 / fft_samples^2, mean over frames",
            }
        return {
            "kind": "sensor",
            "unit": self.columns.unit,
            "columns": list(self.columns.names),
            "steps": list(self.steps),
            "zeros": list(self.zeros),
            "native_rate_hz": self.native_rate_hz,
            "sample_rate_hz": self.sample_rate_hz,
            "interpolation": self.interpolation,
            "decimation": self.decimation,
            "taps": [float(tap) for tap in self.taps],
            "window_samples": self.window,
            "hop_samples": self.hop,
            "channels": [
                {"name": channel.name, "kind": channel.kind, "columns": list(channel.columns)}
                for channel in self.channels
            ],
            "spectrum": spectrum,
        }


def front_end(settings: SensorPreprocess, native_rate_hz: int | float, columns: Columns) -> FrontEnd:
    """Works out filter, lengths and channels; `steps` are those of a range of 1 until `dataset` knows better.

    Raises:
        FeatherlineError: where the rate cannot be reached by a short filter, a channel is not known, or a window is
            shorter than two samples or than a frame of the FFT.
    """
    up, down, taps = motion.rate_filter(settings.sample_rate_hz, native_rate_hz)
    window = round(settings.window_seconds * settings.sample_rate_hz)
    if window < 2:
        raise FeatherlineError(
            f"preprocess.window_seconds is {settings.window_seconds}, and that is less than two samples at "
            f"{settings.sample_rate_hz:g} Hz: make the window longer."
        )
    edges: tuple[int, ...] = ()
    if settings.spectrum is not None:
        if settings.spectrum.fft_samples > window:
            raise FeatherlineError(
                f"preprocess.spectrum.fft_samples is {settings.spectrum.fft_samples}, and a window has {window} "
                "samples: "
                "make the window longer, or the FFT shorter."
            )
        edges = band_edges(settings.spectrum, settings.sample_rate_hz)
    return FrontEnd(
        native_rate_hz,
        settings.sample_rate_hz,
        up,
        down,
        taps,
        window,
        max(round(window * (1 - settings.overlap)), 1),
        columns,
        tuple(_channel(name, columns) for name in settings.channels),
        (1 / INT16_LARGEST,) * len(columns.names),
        (0.0,) * len(columns.names),
        settings.spectrum,
        edges,
    )


def _channel(name: str, columns: Columns) -> Channel:
    if name in columns.names:
        return Channel(name, "column", (columns.names.index(name),))
    axes, _, kind = name.rpartition(".")
    if kind in DERIVED and axes in columns.axes:
        return Channel(name, kind, tuple(columns.names.index(axis) for axis in columns.axes[axes]))
    derived = [f"{three}.{kind}" for three in columns.axes for kind in DERIVED]
    more = "" if columns.axes else "; three columns that belong together get a name in fetch.axes"
    raise FeatherlineError(
        f"preprocess.channels has {name!r}: it must be one of {', '.join((*columns.names, *derived))}{more}."
    )


def band_edges(settings: Spectrum, sample_rate_hz: float) -> tuple[int, ...]:
    """First bin of each band and the one behind the last: equally wide in octaves, one bin at least.

    Raises:
        FeatherlineError: where there are fewer bins than bands.
    """
    width_hz = sample_rate_hz / settings.fft_samples
    first = max(round(settings.lowest_hz / width_hz), 1)
    highest_hz = sample_rate_hz / 2 if settings.highest_hz is None else settings.highest_hz
    behind = min(math.floor(highest_hz / width_hz + 1e-9) + 1, settings.fft_samples // 2)
    if behind - first < settings.bands:
        raise FeatherlineError(
            f"preprocess.spectrum has {settings.bands} bands between {settings.lowest_hz:g} and {highest_hz:g} Hz, "
            "where an "
            f"FFT of {settings.fft_samples} samples at {sample_rate_hz:g} Hz has {max(behind - first, 0)} bins: take "
            "fewer "
            "bands, or a larger fft_samples."
        )
    edges = [first]
    for left in range(settings.bands, 0, -1):
        # As wide as the octaves that are left allow, but no band without a bin.
        even = edges[-1] * (behind / edges[-1]) ** (1 / left)
        edges.append(min(max(round(even), edges[-1] + 1), behind - (left - 1)))
    return tuple(edges)


def in_range(front: FrontEnd, lowest: np.ndarray, highest: np.ndarray) -> FrontEnd:
    """The front end whose 16-bit samples hold twice the range of the recordings.

    A step is a power of two. 0 stands for 0, but of a column that moves little about a large mean, as pressure does,
    for the middle of its range.
    """
    steps, zeros = [], []
    for low, high in zip(lowest.tolist(), highest.tolist(), strict=True):
        middle, half = (low + high) / 2, (high - low) / 2
        shifted = abs(middle) > LARGE_MEAN * half
        reach = max(HEADROOM * (half if shifted else max(abs(low), abs(high))), abs(middle) * 2.0**-20, SMALLEST_REACH)
        steps.append(float(2.0 ** math.ceil(math.log2(reach / INT16_LARGEST))))
        zeros.append(round(middle / steps[-1]) * steps[-1] if shifted else 0.0)
    return replace(front, steps=tuple(steps), zeros=tuple(zeros))


def to_int16(samples: np.ndarray, steps: Sequence[float], zeros: Sequence[float]) -> np.ndarray:
    """Samples as a device gives them: int16, halves to even, cut off at the range."""
    limits = np.iinfo(np.int16)
    units = np.rint((samples - np.array(zeros)) / np.array(steps))
    scaled: np.ndarray = np.clip(units, limits.min, limits.max).astype(np.int16)
    return scaled


def channels(cut: np.ndarray, front: FrontEnd) -> np.ndarray:
    """Computes channels, each from its own window alone.

    `vertical` and `horizontal` are as of `motion.channels`; `jerk` is the length of the change from the sample before,
    a second, and of a window's first sample that of its second.

    Args:
        cut: shape (windows, window, columns).

    Returns:
        float64, shape (windows, window, channels).
    """
    values = cut.astype(np.float64)
    made = []
    for channel in front.channels:
        three = values[..., list(channel.columns)]
        if channel.kind == "column":
            made.append(three[..., 0])
        elif channel.kind == "magnitude":
            made.append(np.sqrt((three * three).sum(axis=-1)))
        elif channel.kind == "jerk":
            change = np.diff(three, axis=1, prepend=2 * three[:, :1] - three[:, 1:2]) * float(front.sample_rate_hz)
            made.append(np.sqrt((change * change).sum(axis=-1)))
        else:
            mean = three.mean(axis=1, keepdims=True)
            moved = three - mean
            smallest = max(front.steps[place] for place in channel.columns)
            down = mean / np.maximum(np.sqrt((mean * mean).sum(axis=-1, keepdims=True)), smallest)
            along = (moved * down).sum(axis=-1)
            across = np.sqrt(np.maximum((moved * moved).sum(axis=-1) - along * along, 0.0))
            made.append(along if channel.kind == "vertical" else across)
    return np.stack(made, axis=-1)


def spectra(values: np.ndarray, front: FrontEnd) -> np.ndarray:
    """The logarithm of the magnitude in bands.

    Args:
        values: of channels, shape (windows, window, channels).

    Returns:
        float64, multiples of `FEATURE_STEP`, shape (windows, bands, channels).
    """
    assert front.spectrum is not None
    length = front.spectrum.fft_samples
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    still = values - values.mean(axis=1, keepdims=True)
    frames = np.lib.stride_tricks.sliding_window_view(still, length, axis=1)[:, :: length // 2]
    spectrum = np.fft.rfft(frames * hann, axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=1) * (4 / length**2)  # (windows, channels, bins)
    bands = np.add.reduceat(power[..., : front.edges[-1]], list(front.edges[:-1]), axis=-1)
    return on_grid(0.5 * np.log(bands + front.spectrum.floor**2), FEATURE_STEP).transpose(0, 2, 1)


def features(samples: np.ndarray, front: FrontEnd) -> np.ndarray:
    """Features of all windows of a recording: float32, shape (windows, window or bands, 1, channels)."""
    return _of_windows(_cut(samples, front), front)


def _cut(samples: np.ndarray, front: FrontEnd) -> np.ndarray:
    """Windows of a recording, shape (windows, window, columns)."""
    resampled = motion.filtered(samples, front.interpolation, front.decimation, front.taps)
    return motion.windows(resampled, front.window, front.hop)


def _of_windows(cut: np.ndarray, front: FrontEnd) -> np.ndarray:
    values = channels(cut, front)
    if front.spectrum is not None:
        values = spectra(values, front)
    return values.astype(np.float32)[:, :, None, :]


def dataset(
    recordings: Callable[[], Iterable[Recording]],
    classes: tuple[str, ...],
    front: FrontEnd,
    settings: SensorPreprocess,
    seed: int,
    disturb: Disturb | None = None,
) -> Dataset:
    """Cuts recordings into windows, none of which crosses two recordings, and divides them.

    `recordings` is called twice: the first time for the range of the samples, so that one recording is held at once.
    Recordings shorter than a window are left out; `disturb` is done to samples before features.

    Returns:
        A `Dataset` with inputs of shape (items, window or bands, 1, channels).

    Raises:
        FeatherlineError: where no recording is as long as a window.
    """
    ranges = [(recording.samples.min(axis=0), recording.samples.max(axis=0)) for recording in recordings()]
    front = in_range(front, *(pick([r[at] for r in ranges], axis=0) for at, pick in enumerate((np.min, np.max))))
    height = front.window if front.spectrum is None else front.spectrum.bands
    inputs = Rows((height, 1, len(front.channels)))
    labels: list[np.ndarray] = []
    groups: list[np.ndarray] = []
    numbers: list[np.ndarray] = []
    longest_seconds = 0.0
    for recording in recordings():
        longest_seconds = max(longest_seconds, len(recording.samples) / front.native_rate_hz)
        samples = recording.samples
        samples = disturb(samples, float(front.native_rate_hz)) if disturb else samples
        cut = _cut(samples, front)
        inputs.add_of(lambda block: _of_windows(block, front), cut)
        labels.append(np.full(len(cut), recording.label, np.int32))
        groups.append(np.full(len(cut), recording.group))
        numbers.append(np.full(len(cut), len(numbers), np.int32))
    if not len(inputs):
        raise motion.too_short(settings.window_seconds, longest_seconds)
    items = Items(inputs.mapped(), *(np.concatenate(each) for each in (labels, groups, numbers)))
    return motion.divided(items, classes, settings.split, front.constants(), seed)
