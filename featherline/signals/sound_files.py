"""Clips of sound in files: written, read whole at the rate asked for, and refused where they are broken."""

import io
import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import soundfile

from featherline.core.errors import FeatherlineError
from featherline.core.numerics import SAMPLE_STEP, on_grid, step_below
from featherline.signals.dataset import Disturb

FILTER_BITS = 20  # of a resampling filter, below its largest tap
FILTER_PERIODS = 10  # of the slower rate, on each side of the filter's middle
FILTER_KAISER_BETA = 5.0
HIGHEST_RATE_HZ = 1_000_000  # of a recording; a filter between rates grows with them
# Speech in Opus takes a fiftieth of its samples; what takes a hundredth is silence that stands for any number of them.
MOST_TIMES = 100
LEAST_BOMB_BYTES = 64 << 20
UNKNOWN_LENGTH = 0xFFFFFFFF  # what programs that stream write as the length of the data

BadRecordings = Literal["error", "skip"]


def write_clip(path: Path, samples: np.ndarray, sample_rate_hz: int) -> None:
    """Writes samples in -1..1, shape (samples,), as a WAV file of 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = io.BytesIO()
    soundfile.write(encoded, np.rint(samples * 32767).astype(np.int16), sample_rate_hz, "PCM_16", format="WAV")
    path.write_bytes(encoded.getvalue())  # libsndfile would not say that the disk is full


def hours(paths: Iterable[Path]) -> float:
    """How long clips last together, by their headers; a broken one, which reading refuses, adds nothing."""
    seconds = 0.0
    for path in paths:
        try:
            header = soundfile.info(path)
        except soundfile.LibsndfileError:
            continue
        seconds += header.frames / header.samplerate
    return seconds / 3600


def read_clip(path: Path, sample_rate_hz: int) -> np.ndarray:
    """Reads a clip as mono float32 in -1..1 at the rate asked for.

    Raises:
        FeatherlineError: where the file is no audio, is cut short, or holds nothing but one value.
    """
    check_header(path)
    with decoding(path):
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if not len(samples):
        raise FeatherlineError(f"{path} holds no samples: {_fix()}")
    mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1)
    check_finite(path, mono)
    if mono.min() == mono.max():
        raise FeatherlineError(f"{path} is silent (every sample is {mono[0]:g}): {_fix()}")
    return resample(mono, rate, sample_rate_hz)


def check_header(path: Path) -> None:
    """Raises `FeatherlineError` where a file is no audio, is cut short, or has a rate that no recording has.

    The same where a few bytes stand for more samples than the memory may hold: all of a file is decoded at once.
    """
    _check_whole(path)
    with decoding(path):
        header = soundfile.info(path)
    if header.samplerate > HIGHEST_RATE_HZ:
        raise FeatherlineError(
            f"{path} says that it has {header.samplerate:,} samples a second, as no recording has: {_fix()}"
        )
    most_bytes = max(path.stat().st_size * MOST_TIMES, LEAST_BOMB_BYTES)
    if header.frames * header.channels * 2 > most_bytes:  # as a WAV file of 16 bits
        raise FeatherlineError(
            f"{path} holds {header.frames:,} samples in {path.stat().st_size:,} bytes, more than {MOST_TIMES} times "
            "what its size can tell: if you trust it, convert it to WAV, or to several files."
        )


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Raises `FeatherlineError` where libsndfile cannot go on with a file."""
    try:
        yield
    except soundfile.LibsndfileError as error:
        raise FeatherlineError(f"{path} is not a readable audio file ({_reason(error)}): {_fix()}") from None


def check_finite(path: Path, samples: np.ndarray) -> None:
    """Raises `FeatherlineError` where a sample of a file is no number."""
    if not np.isfinite(samples).all():
        raise FeatherlineError(f"{path} holds samples that are NaN or infinite: {_fix()}")


def read_clips(
    paths: Iterable[Path],
    sample_rate_hz: int,
    bad_recordings: BadRecordings,
    disturb: Disturb | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """Yields the place in `paths` and the samples of one clip after the other, disturbed where that is asked for.

    With `skip`, clips that cannot be used are left out; with `error` the first one raises
    `FeatherlineError`.

    Args:
        paths, sample_rate_hz: as of `read_clip`.
        bad_recordings: `skip` or `error`.
        disturb: what is done to the samples; None leaves them.
        names: of the user's own files that clips were made of, for messages.
    """
    for place, path in enumerate(paths):
        try:
            clip = read_clip(path, sample_rate_hz)
        except FeatherlineError as error:
            if bad_recordings == "skip":
                continue
            raise FeatherlineError(str(error).replace(str(path), names[place] if names else str(path))) from None
        yield place, disturb(clip, sample_rate_hz) if disturb else clip


def resample(samples: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """Resamples along the last axis by a polyphase filter; float32."""
    if from_hz == to_hz:
        return samples
    from scipy.signal import firwin, resample_poly  # takes a second or two to import, and most recordings need none

    common = math.gcd(from_hz, to_hz)
    up, down = to_hz // common, from_hz // common
    slower = max(up, down)
    taps = firwin(2 * FILTER_PERIODS * slower + 1, 1 / slower, window=("kaiser", FILTER_KAISER_BETA))
    taps = on_grid(taps, step_below(np.abs(taps).max(), FILTER_BITS))
    resampled = resample_poly(samples.astype(np.float64), up, down, axis=-1, window=taps)
    return on_grid(resampled, SAMPLE_STEP).astype(np.float32)


def _reason(error: soundfile.LibsndfileError) -> str:
    reason = str(error.error_string).strip().rstrip(".")
    # What libsndfile says of a header without a rate or channels.
    return (
        "its header tells no rate or no channels that audio can have" if reason.startswith("Internal error") else reason
    )


def _fix() -> str:
    return "get it again, remove it, or set preprocess.bad_recordings to skip."


def _check_whole(path: Path) -> None:
    """libsndfile reads what is left of a file that was cut short and says nothing about it."""
    with path.open("rb") as stream:
        stated = _stated_end(stream)
    file_bytes = path.stat().st_size
    if stated is not None and stated > file_bytes:
        raise FeatherlineError(
            f"{path} is cut short ({file_bytes:,} bytes of the {stated:,} its header tells): {_fix()}"
        )


def _stated_end(stream: BinaryIO) -> int | None:
    """Where the samples end by the header of a WAV or AU file; None where it does not say."""
    magic = stream.read(4)
    if magic == b".snd":
        fields = stream.read(8)
        if len(fields) < 8:
            return None
        offset, size = struct.unpack(">II", fields)
        return None if size == UNKNOWN_LENGTH else offset + size
    if magic != b"RIFF":
        return None
    stream.seek(12)
    while len(chunk := stream.read(8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            return None if size == UNKNOWN_LENGTH else stream.tell() + size
        stream.seek(size + size % 2, 1)
    return None
