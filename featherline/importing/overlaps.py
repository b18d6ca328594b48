"""Recordings of two splits that share a stretch, though one is shifted, scaled, resampled or encoded anew.

Windows are cut wherever a recording happens to begin, so that those of a shifted copy equal none of its original. Here
a stretch is found by its own peaks instead: of every recording, below a fifth of the rate at which it is looked at,
the largest deviations within a radius are anchors, and what lies around them is compared with what lies around the
anchors of the other splits. What is alike there is aligned to a fraction of a sample and correlated over a longer
stretch. Gain, offset, the place in the file, the rate and the encoding change none of it by much.

Silence and rest have no anchors, and stretches of a few tones or a slope alone say nothing: any two of those are alike.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.interpolate import CubicSpline
from scipy.ndimage import map_coordinates, maximum_filter1d, uniform_filter1d

from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.signals import motion
from featherline.signals.dataset import SPLITS, Dataset
from featherline.signals.sound_files import read_clips

CORRELATION = 0.98
_OF_MANY_TONES = 0.87  # the same of stretches that no chance makes as alike: what an encoding adds is forgiven
_PASS = 0.2  # of the rate at which recordings are looked at: smooth enough to compare peaks that lie between samples
_LEAST_MOVEMENT = 0.05  # of the largest deviation of a recording: below it is silence or rest
_COMMON = 0.95  # of all deviations lie below the one that stands for the largest
_LEAST_OF_ALL = 0.005  # the same of all recordings
_ALIKE = 0.9  # from which the surroundings of two anchors are looked at closely
_NEAR = 0.85  # the same of their stretches, aligned to a sample
_CLOSEST = 8  # of the anchors that are alike
_TRIES = 5  # of two recordings that are alike at many anchors, as two walks are
_LAGS = 4  # samples to either side in which the best alignment is sought
_ANCHORS = 64  # of a recording, about; more of a long one
_MOST_ANCHORS = 50_000  # of all recordings, about
_MOST_AT_ONCE = 512  # samples of a stretch, before it is looked at as a whole
_PAIRS_AT_ONCE = 1 << 22  # of anchors; 16 MB of their likeness
_STRETCHES_AT_ONCE = 1024
_MOST_BYTES = 64_000_000  # of recordings that are compared without being asked to


@dataclass(frozen=True)
class Scale:
    """At which rate recordings are looked at, and how long their stretches are.

    Attributes:
        every: which samples are looked at; their rate is what all else here is counted in.
        around: samples of the surroundings of an anchor.
        stretch: samples over which two recordings are correlated.
        radius, most_radius: samples to either side in which an anchor is the largest deviation, in a short recording
            and in a long one.
        lowest: edge of the band that is looked at, as a share of the rate; 0 for none.
        least_tones: of how many equally strong tones a stretch is made at least, or says nothing.
        many_tones: of how many a stretch is made that may be less alike, for an encoding of few bits adds noise.
    """

    every: int
    around: int
    stretch: int
    radius: int
    most_radius: int
    lowest: float
    least_tones: float
    many_tones: float


@dataclass(frozen=True)
class Heard:
    """A recording as it is compared.

    Attributes:
        name, group, split: of the recording.
        samples: float32, shape (samples, channels), at the rate of a `Scale`, in its band.
        anchors: places of its anchors.
        surroundings: shape (anchors, values), each of length 1 and mean 0.
    """

    name: str
    group: str
    split: str
    samples: np.ndarray
    anchors: np.ndarray
    surroundings: np.ndarray


@dataclass(frozen=True)
class Overlap:
    """Two recordings of two splits that share a stretch: its middle in each in samples, and the correlation."""

    earlier: Heard
    other: Heard
    places: tuple[int, int]
    correlation: float


def of_sensor(window: int, samples: int) -> Scale:
    """The scale for recordings of a sensor.

    Args:
        window: how many samples a network sees at once.
        samples: of all recordings together; of many, only the largest deviations are anchors.
    """
    around = 2 * int(np.clip(window // 8, 8, 32))
    radius = max(around // 2, samples // _MOST_ANCHORS)
    return Scale(2, around, 8 * around, radius, radius, 0.0, 2.3, np.inf)


def of_sound(rate_hz: int) -> Scale:
    """The scale for sound: its band from 120 to 800 Hz, a sixteenth of a second around each anchor, and two seconds."""
    return Scale(max(rate_hz // 4000, 1), 256, 8192, 60, 256, 0.03, 5.0, 40.0)


def heard(name: str, group: str, samples: np.ndarray, scale: Scale, split: str = "") -> Heard:
    """A recording as it is compared.

    Args:
        name, group: of the recording.
        samples: shape (samples, channels).
        scale: of all recordings.
        split: of the recording, where it is known.
    """
    return _with_anchors(name, group, _in_band(samples, scale), scale, split)


def _with_anchors(name: str, group: str, values: np.ndarray, scale: Scale, split: str = "") -> Heard:
    """The same of what `_in_band` left of it."""
    deviation = np.square(values - uniform_filter1d(values, scale.around, axis=0)).sum(axis=1)
    radius = max(scale.radius, min(len(values) // _ANCHORS, scale.most_radius))
    moves = _LEAST_MOVEMENT**2 * np.quantile(deviation, _COMMON)  # one blow does not make rest of all else
    peaks = _peaks(deviation, radius, float(moves))
    half = scale.around // 2
    peaks = peaks[(peaks >= half) & (peaks + half <= len(values))]
    places = np.rint(peaks).astype(int)
    where = peaks[:, None] + np.arange(-half, half)
    around = np.stack([map_coordinates(column, where[None], mode="nearest") for column in values.T], axis=2)
    around = (around - around.mean(axis=1, keepdims=True)).reshape(len(places), scale.around * values.shape[1])
    length = np.linalg.norm(around, axis=1, keepdims=True)
    return Heard(name, group, split, values, places, around / np.maximum(length, np.finfo(np.float32).tiny))


def _peaks(deviation: np.ndarray, radius: int, least: float) -> np.ndarray:
    """Places of the peaks that none within a radius is higher than; both place and height lie between the samples.

    A copy has its samples elsewhere, so that of two peaks that are nearly as high another one would hold the highest.
    """
    before, at, after = deviation[:-2], deviation[1:-1], deviation[2:]
    places = np.flatnonzero((at > before) & (at >= after) & (at > least))
    rise, curve = (after - before)[places], (2 * at - before - after)[places]
    heights = np.zeros_like(deviation)
    curve = np.maximum(curve, np.finfo(np.float32).tiny)
    heights[places + 1] = at[places] + rise**2 / (8 * curve)
    highest = (heights > 0) & (heights == maximum_filter1d(heights, 2 * radius + 1))
    return np.asarray((places + 1 + np.clip(rise / (2 * curve), -0.5, 0.5))[highest[places + 1]])


def _in_band(samples: np.ndarray, scale: Scale) -> np.ndarray:
    """The band of a recording that is looked at, float32; filtered in the frequency domain, so that nothing is late."""
    centred = samples - samples.mean(axis=0)
    room = min(2 * scale.around * scale.every, max(len(centred) - 1, 0))
    wide = np.pad(centred, ((room, room), (0, 0)), "reflect", reflect_type="odd")
    size = next_fast_len(len(wide) + room, real=True)
    share = np.fft.rfftfreq(size) * scale.every  # of the rate that is looked at
    gain = _slope((1.25 * _PASS - share) / (0.5 * _PASS))
    if scale.lowest:
        gain *= _slope((share - 0.5 * scale.lowest) / scale.lowest)
    filtered = irfft(rfft(wide, size, axis=0) * gain[:, None], size, axis=0)
    return np.asarray(filtered[room : room + len(centred) : scale.every], np.float32)


def _slope(position: np.ndarray) -> np.ndarray:
    """From 0 to 1 as half a cosine, for positions from 0 to 1."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(position, 0, 1)))


def between(recordings: Sequence[Heard], scale: Scale, limit: float = CORRELATION) -> list[Overlap]:
    """The overlaps between recordings of different splits, one for each pair at most, the most alike first."""
    level = max((float(np.abs(r.samples).max(initial=0)) for r in recordings if len(r.anchors)), default=0.0)
    loud = [r for r in recordings if len(r.anchors) and float(np.abs(r.samples).max(initial=0)) > _LEAST_OF_ALL * level]
    strongest: dict[tuple[int, int], Overlap] = {}
    for place, split in enumerate(SPLITS):
        for later in SPLITS[place + 1 :]:
            earlier_ones, others = ([r for r in loud if r.split == name] for name in (split, later))
            if earlier_ones and others:
                for overlap in _pairs(earlier_ones, others, scale, limit):
                    key = (id(overlap.earlier), id(overlap.other))
                    if key not in strongest or strongest[key].correlation < overlap.correlation:
                        strongest[key] = overlap
    return sorted(strongest.values(), key=lambda overlap: -overlap.correlation)


@dataclass(frozen=True)
class Comparable:
    """Raw recordings that a dataset is made of.

    Attributes:
        recordings: name, group and samples of each, shape (samples, channels).
        scale_of: gives the scale of as many samples.
    """

    recordings: Iterable[tuple[str, str, np.ndarray]]
    scale_of: Callable[[int], Scale]


def of_motion(recordings: Iterable[motion.Recording], window: int) -> Comparable:
    """Recordings of an acceleration; `window` as of `of_sensor`."""
    raw = ((recording.name, recording.group, recording.acceleration) for recording in recordings)
    return Comparable(raw, partial(of_sensor, window))


def of_files(
    paths: Sequence[Path], groups: Sequence[str], rate_hz: int, names: Sequence[str] | None = None
) -> Comparable:
    """Files of sound, looked at as of `of_sound`; broken ones, which `preprocess` tells of, are left out.

    Args:
        paths, groups: of each file.
        rate_hz: at which they are read.
        names: of the user's own files that they were made of; their paths if None.
    """
    clips = read_clips(track(paths, "compare clips", unit="clip"), rate_hz, "skip")
    named = names or [str(path) for path in paths]
    raw = ((named[place], groups[place], samples[:, None]) for place, samples in clips)
    return Comparable(raw, lambda _: of_sound(rate_hz))


def report(raw: Comparable, dataset: Dataset, wanted: bool | None) -> None:
    """Compares the recordings of the splits of a dataset, and adds what it finds to its remarks.

    Args:
        raw: no more of them are read than are compared.
        dataset: its groups say which split a recording is of.
        wanted: compares them however many they are, and refuses what None tells alone.

    Raises:
        FeatherlineError: where `wanted` is true and two recordings share a stretch.
    """
    in_band, samples, kept_bytes = [], 0, 0
    for name, group, values in raw.recordings:
        in_band.append((name, group, _in_band(values, raw.scale_of(0))))
        samples += len(values)
        kept_bytes += in_band[-1][2].nbytes
        if not wanted and kept_bytes > _MOST_BYTES:
            dataset.remarks.append(
                "Recordings of different splits were not compared with each other, for they are long: set "
                "preprocess.compare_recordings to true, which takes memory and minutes, or to false."
            )
            return
    scale = raw.scale_of(samples)
    split_of = {str(group): name for name in SPLITS for group in np.unique(dataset.splits[name].groups)}
    remark = sentence_on((_with_anchors(*recording, scale) for recording in in_band), split_of, scale)
    if remark is not None and wanted:
        raise FeatherlineError(remark)
    if remark is not None:
        dataset.remarks.append(remark)


def sentence_on(recordings: Iterable[Heard], split_of: Mapping[str, str], scale: Scale) -> str | None:
    """Which recordings of two splits share a stretch, and the cure; None where none do.

    Args:
        recordings: of any split; those of which no group is in `split_of` are left out.
        split_of: the split of each group.
        scale: of all recordings.
    """
    known = [replace(r, split=split_of[r.group]) for r in recordings if r.group in split_of]
    overlaps = between(known, scale)
    if not overlaps:
        return None
    first = overlaps[0]
    more = f" ({len(overlaps):,} pairs of recordings do so)" if len(overlaps) > 1 else ""
    return (
        f"{first.earlier.name!r} of the {first.earlier.split} split and {first.other.name!r} of the "
        f"{first.other.split} split, of the groups {first.earlier.group!r} and {first.other.group!r}, "
        f"share a stretch, shifted, scaled, resampled or encoded anew (correlation {first.correlation:.4f}){more}: "
        "remove one, give both the same group, or, where both are steady vibration, which is alike without being a "
        "copy, set preprocess.compare_recordings to false."
    )


def _pairs(earlier_ones: list[Heard], others: list[Heard], scale: Scale, limit: float) -> Iterable[Overlap]:
    """Overlaps between the recordings of two splits."""
    a, b = _Anchors(earlier_ones, scale), _Anchors(others, scale)
    block = max(_PAIRS_AT_ONCE // len(b.around), 1)
    for start in range(0, len(a.around), block):
        alike = a.around[start : start + block] @ b.around.T
        closest = min(_CLOSEST, alike.shape[1])
        columns = np.argpartition(-alike, closest - 1, axis=1)[:, :closest].ravel()
        rows = np.repeat(np.arange(len(alike)), closest)
        ordered = np.argsort(-alike[rows, columns])
        ordered = ordered[alike[rows, columns][ordered] >= _ALIKE]
        rows, columns = rows[ordered] + start, columns[ordered]
        tried: Counter[tuple[int, int]] = Counter()
        for part in range(0, len(rows), _STRETCHES_AT_ONCE):
            chunk = slice(part, part + _STRETCHES_AT_ONCE)
            best = np.max([_at_once(a, b, rows[chunk], columns[chunk], lag, scale) for lag in (-1, 0, 1)], axis=0)
            for place in np.flatnonzero(best >= _NEAR):
                row, column = rows[chunk][place], columns[chunk][place]
                pair = int(a.recording[row]), int(b.recording[column])
                tried[pair] += 1
                if tried[pair] > _TRIES:
                    continue
                earlier, other = earlier_ones[pair[0]], others[pair[1]]
                places = int(a.place[row]), int(b.place[column])
                correlation, tones = _correlation(earlier.samples, other.samples, places, scale)
                if correlation >= (min(limit, _OF_MANY_TONES) if tones >= scale.many_tones else limit):
                    yield Overlap(earlier, other, places, correlation)


class _Anchors:
    """The anchors of several recordings, one after another.

    Attributes:
        around: their surroundings, shape (anchors, values).
        recording, place: of each anchor, its recording and its place there.
        samples: of all recordings, with room for a stretch between any two.
        known: where `samples` are of a recording.
        offset: of each anchor in `samples`.
    """

    def __init__(self, recordings: list[Heard], scale: Scale) -> None:
        self.around = np.concatenate([r.surroundings for r in recordings])
        self.recording = np.repeat(np.arange(len(recordings)), [len(r.anchors) for r in recordings])
        self.place = np.concatenate([r.anchors for r in recordings])
        room = np.zeros((scale.stretch, recordings[0].samples.shape[1]), np.float32)
        parts, known, begin, at = [room], [np.zeros(len(room), bool)], [], len(room)
        for r in recordings:
            begin.append(at)
            parts += [r.samples, room]
            known += [np.ones(len(r.samples), bool), np.zeros(len(room), bool)]
            at += len(r.samples) + len(room)
        self.samples, self.known = np.concatenate(parts), np.concatenate(known)
        self.offset = np.array(begin)[self.recording] + self.place


def _at_once(a: _Anchors, b: _Anchors, rows: np.ndarray, columns: np.ndarray, lag: int, scale: Scale) -> np.ndarray:
    """The correlations of the stretches of many pairs of anchors, aligned to a sample."""
    half = min(scale.stretch, _MOST_AT_ONCE) // 2
    span = np.arange(-half, half)
    at_a, at_b = a.offset[rows, None] + span, b.offset[columns, None] + span + lag
    both = (a.known[at_a] & b.known[at_b])[..., None]
    count = np.maximum(both.sum(axis=1, keepdims=True), 1)
    earlier, other = a.samples[at_a] * both, b.samples[at_b] * both
    earlier, other = ((x - x.sum(axis=1, keepdims=True) / count) * both for x in (earlier, other))
    size = np.sqrt(np.square(earlier).sum(axis=(1, 2)) * np.square(other).sum(axis=(1, 2)))
    return np.asarray((earlier * other).sum(axis=(1, 2)) / np.maximum(size, np.finfo(np.float32).tiny))


def _correlation(earlier: np.ndarray, other: np.ndarray, places: tuple[int, int], scale: Scale) -> tuple[float, float]:
    """Of two recordings about two anchors, aligned as well as can be, 0 where that says nothing; and the tones."""
    before = min(*places, scale.stretch // 2)
    after = min(len(earlier) - places[0], len(other) - places[1], scale.stretch // 2)
    inner = slice(_LAGS, before + after - _LAGS)
    a, b = (x[p - before : p + after].astype(np.float64) for x, p in zip((earlier, other), places, strict=True))
    a = a[inner] - a[inner].mean(axis=0)
    shorter = min(len(earlier), len(other), scale.stretch)
    tones = _tones(a)
    if len(a) < shorter // 2 or tones < scale.least_tones:
        return 0.0, tones
    lags = np.arange(-_LAGS, _LAGS + 1)
    values = []
    for lag in lags:
        shifted = b[_LAGS + lag : _LAGS + lag + len(a)]
        shifted = shifted - shifted.mean(axis=0)
        size = np.linalg.norm(a) * np.linalg.norm(shifted)
        values.append(float((a * shifted).sum() / size) if size else 0.0)
    between_samples = CubicSpline(lags, values)(np.linspace(-_LAGS, _LAGS, 32 * _LAGS + 1))
    return float(min(between_samples.max(), 1.0)), tones


def _tones(stretch: np.ndarray) -> float:
    """How many equally strong tones would spread their power as a stretch does."""
    tapered = stretch * np.hanning(len(stretch))[:, None]
    power = np.square(np.abs(np.fft.rfft(tapered, axis=0))).sum(axis=1)
    return float(power.sum() ** 2 / max(np.square(power).sum(), np.finfo(float).tiny))
