"""Audio clips as a small device hears them: as log-mel or MFCC frames.

The features are those of `librosa.feature.melspectrogram(center=False)` and
`librosa.feature.mfcc`, in the definition that a microcontroller can follow to the last
step: a power-of-two FFT without padding, the power spectrum, triangular mel filters of
height 1, the natural logarithm of power plus a floor. `constants` tells all of it.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from featherline.core.arrays import Rows
from featherline.core.errors import FeatherlineError
from featherline.core.numerics import on_grid
from featherline.core.parsing import Tree
from featherline.core.progress import track
from featherline.params import Block, PositiveInt
from featherline.signals.dataset import Disturb
from featherline.signals.sound_files import BadRecordings, read_clips

FULL_SCALE = 32768  # an int16 sample divided by this lies in -1..1

# Steps of what is stored (`featherline.core.numerics`). A feature is a logarithm, or a sum of some: 1/4096 is 0.02 % of
# the power, a hundredth of the step of an int8 network. All of them fit a float32 without a further rounding.
FEATURE_STEP = 2.0**-12
TABLE_STEP = 2.0**-20  # of window, mel filters and cosines, none of which is above 1
# What statistics are computed from, and the variance below which they see none: a device keeps frames in 16 bits.
STATISTICS_STEP = 2.0**-8
STATISTICS_FLOOR = 0.01
STATISTICS = 3  # mean, variance, change


class Features(Block):
    """Which features a clip is turned into.

    A frame is windowed by a Hann window of its own length, a power of two, so that the FFT
    needs no padding. `log_mel` has one mel band for each coefficient; `mfcc` takes the
    first coefficients of the cosine transform of `mel_bands` bands. The network is given the frames
    of a clip, or, as `statistics`, three figures of each coefficient over all of them: the mean, the
    logarithm of the variance, and the logarithm of the mean square of the step from a frame to the next.
    """

    kind: Literal["log_mel", "mfcc"]
    sample_rate_hz: PositiveInt
    frame_samples: Annotated[int, Field(ge=32)]
    hop_samples: PositiveInt
    coefficients: PositiveInt
    mel_bands: PositiveInt = 40
    lowest_hz: Annotated[float, Field(ge=0)] = 20.0
    highest_hz: Annotated[float, Field(gt=0)]
    log_floor: Annotated[float, Field(gt=0)]
    summary: Literal["frames", "statistics"] = "frames"

    @model_validator(mode="after")
    def _can_be_computed(self) -> "Features":
        if self.frame_samples & (self.frame_samples - 1):
            raise ValueError(f"frame_samples must be a power of two, not {self.frame_samples}")
        if not self.lowest_hz < self.highest_hz <= self.sample_rate_hz / 2:
            raise ValueError(
                f"lowest_hz < highest_hz <= half of sample_rate_hz must hold, not {self.lowest_hz:g} < "
                f"{self.highest_hz:g} <= {self.sample_rate_hz / 2:g}"
            )
        if self.kind == "mfcc" and self.coefficients > self.mel_bands:
            raise ValueError(f"mfcc cannot have more coefficients ({self.coefficients}) than mel_bands")
        return self


@dataclass(frozen=True)
class FrontEnd:
    """The tables that turn a clip of a fixed length into features: float64, multiples of `TABLE_STEP`.

    Attributes:
        settings: what was asked for.
        clip_samples: length of a clip.
        window: shape (frame_samples,).
        mel: shape (bands, frame_samples / 2 + 1).
        dct: shape (coefficients, bands), or None for `log_mel`.
    """

    settings: Features
    clip_samples: int
    window: np.ndarray
    mel: np.ndarray
    dct: np.ndarray | None

    @property
    def frames(self) -> int:
        """Frames of a clip; samples after the last whole frame are not looked at."""
        return 1 + (self.clip_samples - self.settings.frame_samples) // self.settings.hop_samples

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of a clip's features."""
        if self.settings.summary == "statistics":
            return 1, STATISTICS * self.settings.coefficients, 1
        return self.frames, self.settings.coefficients, 1


def front_end(settings: Features, clip_samples: int) -> FrontEnd:
    """Builds the tables of a front end.

    Raises:
        FeatherlineError: where a clip is shorter than a frame (or than two, of which statistics are to be made), or
            a mel band holds no bin of the FFT.
    """
    # librosa compiles with numba on first use of much of it; its filters alone need none of that.
    from librosa.filters import mel as mel_filters

    if clip_samples < settings.frame_samples:
        raise FeatherlineError(
            f"preprocess.features.frame_samples is {settings.frame_samples}, and a clip has {clip_samples} samples: "
            "take a shorter frame or longer clips."
        )
    if settings.summary == "statistics" and clip_samples < settings.frame_samples + settings.hop_samples:
        raise FeatherlineError(
            f"preprocess.features.summary is statistics, and a clip of {clip_samples} samples has a single frame: take "
            "shorter frames or longer clips."
        )
    length = settings.frame_samples
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    bands = settings.mel_bands if settings.kind == "mfcc" else settings.coefficients
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # librosa warns of an empty filter; here that is an error
        mel = mel_filters(
            sr=settings.sample_rate_hz,
            n_fft=length,
            n_mels=bands,
            fmin=settings.lowest_hz,
            fmax=settings.highest_hz,
            norm=None,
            dtype=np.float64,
        )
    mel = on_grid(mel, TABLE_STEP)
    empty = np.flatnonzero(mel.max(axis=1) == 0)
    if len(empty):
        raise FeatherlineError(
            f"Mel band {empty[0]} of {bands} holds no bin of an FFT of {length} samples: set fewer bands or a longer "
            "frame_samples in preprocess.features."
        )
    dct = None
    if settings.kind == "mfcc":
        order, band = np.arange(settings.coefficients)[:, None], np.arange(bands)
        dct = np.cos(np.pi * order * (2 * band + 1) / (2 * bands)) * np.sqrt(2 / bands)
        dct[0] /= np.sqrt(2)
        dct = on_grid(dct, TABLE_STEP)
    return FrontEnd(settings, clip_samples, on_grid(window, TABLE_STEP), mel, dct)


def to_int16(clip: np.ndarray) -> np.ndarray:
    """Samples in -1..1 as a microphone of 16 bits gives them: halves to even, cut off at its range."""
    limits = np.iinfo(np.int16)
    samples: np.ndarray = np.clip(np.rint(clip * FULL_SCALE), limits.min, limits.max).astype(np.int16)
    return samples


def features(clips: np.ndarray, tables: FrontEnd) -> np.ndarray:
    """Features of clips of equal length.

    Args:
        clips: float32 in -1..1, shape (items, clip_samples).
        tables: what `front_end` built.

    Returns:
        float32, shape (items, *tables.shape), multiples of `FEATURE_STEP`, not normalized.
    """
    settings = tables.settings
    frames = np.lib.stride_tricks.sliding_window_view(clips, settings.frame_samples, axis=-1)
    frames = frames[:, :: settings.hop_samples]
    spectrum = np.fft.rfft(frames * tables.window)
    power = spectrum.real**2 + spectrum.imag**2
    logarithms = np.log(power @ tables.mel.T + settings.log_floor)
    values = logarithms if tables.dct is None else logarithms @ tables.dct.T
    if settings.summary == "statistics":
        values = statistics(values)
    return on_grid(values, FEATURE_STEP).astype(np.float32)[..., None]


def statistics(frames: np.ndarray) -> np.ndarray:
    """What `summary: statistics` gives of frames.

    Sums are those of whole numbers, as a device takes them, so that no order of them makes a difference.

    Args:
        frames: shape (items, frames, coefficients), two frames or more.

    Returns:
        float64, shape (items, 1, 3 * coefficients): mean, logarithm of the variance and logarithm of the mean square
        of the steps between neighbours, each of all coefficients.
    """
    limits = np.iinfo(np.int16)
    whole = np.clip(np.rint(frames / STATISTICS_STEP), limits.min, limits.max).astype(np.int64)
    count, steps = whole.shape[1], np.diff(whole, axis=1)
    sums = whole.sum(axis=1)
    variance = (count * (whole**2).sum(axis=1) - sums**2) * (STATISTICS_STEP / count) ** 2
    change = (steps**2).sum(axis=1) * (STATISTICS_STEP**2 / (count - 1))
    logarithms = (np.log(power + STATISTICS_FLOOR) for power in (variance, change))
    return np.concatenate([sums * (STATISTICS_STEP / count), *logarithms], axis=1)[:, np.newaxis]


def read_segments(
    paths: Sequence[Path],
    hop: int,
    tables: FrontEnd,
    bad_recordings: BadRecordings,
    disturb: Disturb | None = None,
    names: Sequence[str] | None = None,
) -> tuple[np.ndarray, list[int]]:
    """Cuts recordings into segments and computes their features.

    Args:
        paths: of the recordings.
        hop: samples from one segment to the next.
        tables: of a segment, at the rate to which recordings are resampled.
        bad_recordings: whether one that is broken or shorter than a segment is an error, or left out.
        disturb: what is done to the samples before; None leaves them.
        names: of the user's own files that recordings were made of, for messages.

    Returns:
        The features of all segments, as of `features`, mapped; and of each segment the place of its recording.

    Raises:
        FeatherlineError: naming the recording that is broken or too short.
    """
    rate_hz = tables.settings.sample_rate_hz
    made = Rows(tables.shape)
    recording_of_segment: list[int] = []
    tracked = track(paths, "read recordings", unit="file")
    for index, samples in read_clips(tracked, rate_hz, bad_recordings, disturb, names):
        if len(samples) < tables.clip_samples:
            if bad_recordings == "skip":
                continue
            name = names[index] if names else paths[index]
            raise FeatherlineError(
                f"{name} lasts {len(samples) / rate_hz:.2f} s, less than one segment: set preprocess.segment_seconds "
                "lower, remove it, or set preprocess.bad_recordings to skip."
            )
        segments = np.lib.stride_tricks.sliding_window_view(samples, tables.clip_samples)[::hop]
        made.add_of(partial(features, tables=tables), segments)
        recording_of_segment += [index] * len(segments)
    return made.mapped(), recording_of_segment


def constants(tables: FrontEnd) -> Tree:
    """Everything that a device needs to compute the same features, as plain JSON data.

    A mel filter is told by the first FFT bin that it looks at and its weights from there on.
    """
    settings = tables.settings
    first_bins = [int(np.flatnonzero(row)[0]) for row in tables.mel]
    weights = [np.trim_zeros(row) for row in tables.mel]
    return {
        "kind": settings.kind,
        "sample_rate_hz": settings.sample_rate_hz,
        "full_scale": FULL_SCALE,
        "clip_samples": tables.clip_samples,
        "frame_samples": settings.frame_samples,
        "hop_samples": settings.hop_samples,
        "frames": tables.frames,
        "coefficients": settings.coefficients,
        "window": {"kind": "hann, periodic", "formula": "0.5 - 0.5 * cos(2 * pi * n / frame_samples)"},
        "spectrum": "power: re^2 + im^2 of the FFT of the windowed frame, not scaled",
        "mel": {
            "bands": len(tables.mel),
            "lowest_hz": settings.lowest_hz,
            "highest_hz": settings.highest_hz,
            "scale": "slaney",
            "first_bins": first_bins,
            "weights": [row.tolist() for row in weights],
        },
        "log": {"base": "e", "floor": settings.log_floor},
        "dct": None if tables.dct is None else tables.dct.tolist(),
        "statistics": {"step": STATISTICS_STEP, "floor": STATISTICS_FLOOR}
        if settings.summary == "statistics"
        else None,
    }
