"""Audio files of any container: what is checked of them, and parts that a labels file names."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from featherline.core.errors import FeatherlineError
from featherline.importing.listing import Row
from featherline.importing.segments import Part
from featherline.importing.settings import Checks
from featherline.signals import sound_files

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".au", ".aiff", ".aif")
LOUDNESS_SECONDS = 0.1
SILENT_SHARE = 0.5
FULL_SCALE = 32768


@dataclass(frozen=True)
class Clip:
    """A clip that is ready to be written.

    Attributes:
        source: the user's file, and which part of it.
        samples: float32, shape (samples,); None where the file is taken as it is.
        seconds: how long it is; 0 where it cannot be read.
        label, group, where: as of `segments.Recording`.
    """

    source: str
    samples: np.ndarray | None
    seconds: float
    label: str | None
    group: str | None
    where: str


@dataclass(frozen=True)
class Plan:
    """How sound is read: its rate, whether another is resampled, a factor of amplitudes, one channel of several."""

    rate_hz: int
    resample: bool
    scale: float | None
    channel: int | None
    checks: Checks


def read(row: Row, plan: Plan, parts: list[Part] | None, remarks: list[str]) -> list[Clip]:
    """The clips of one audio file.

    A file that is broken is taken as it is: the stage preprocess refuses it, or skips it if it is to.

    Raises:
        FeatherlineError: where the rate is another, amplitudes cannot be, or channels are out of phase.
    """
    try:
        sound_files.check_header(row.path)
        header = soundfile.info(row.path)
        samples, rate = soundfile.read(row.path, dtype="float32", always_2d=True)
        sound_files.check_finite(row.path, samples)
    except (FeatherlineError, soundfile.LibsndfileError, RuntimeError):
        return [Clip(str(row.path), None, 0.0, row.label, row.group, row.where)]
    if rate != plan.rate_hz and not plan.resample:
        raise FeatherlineError(
            f"{row.path} has {rate:,} samples a second, and fetch.native_rate_hz is {plan.rate_hz:,}: set "
            "fetch.time.rate "
            "to resample, which brings all recordings to one rate, for else a network learns the difference."
        )
    as_it_is = rate == plan.rate_hz and plan.scale is None and plan.channel is None
    if plan.scale is not None:
        samples = samples * np.float32(plan.scale)
    peak = float(np.abs(samples[np.isfinite(samples)]).max(initial=0.0))
    if (
        plan.checks.amplitude is not None
        and peak > plan.checks.amplitude * (1 + 1e-6)
        and header.subtype in ("FLOAT", "DOUBLE")
    ):
        integers = " the numbers are those of 16-bit integers, so" if 256 < peak <= FULL_SCALE else ""
        raise FeatherlineError(
            f"{row.path} has amplitudes up to {peak:,.6g}, and float audio lies within -1 and 1:{integers} set "
            "fetch.scale "
            f"to {1 / FULL_SCALE:.11g} for 16-bit numbers, or to what brings it there, or raise fetch.checks.amplitude."
        )
    mono = _mono(row.path, samples, plan)
    _tell_silence(row.path, mono, rate, plan.checks, remarks)
    if rate != plan.rate_hz:
        remarks.append(f"{row.path}: its {rate:,} samples a second were brought to {plan.rate_hz:,}.")
        mono = sound_files.resample(mono, rate, plan.rate_hz)
    seconds = len(mono) / plan.rate_hz
    if row.start_s is not None or row.end_s is not None:
        parts = [(row.start_s or 0.0, seconds if row.end_s is None else row.end_s, row.label or "", row.where)]
    if parts is None:
        return [Clip(str(row.path), None if as_it_is else mono, seconds, row.label, row.group, row.where)]
    clips = []
    for start, end, label, where in parts:
        if start >= seconds:
            raise FeatherlineError(
                f"{where} begins at {start:g} s, and {row.path} lasts {seconds:.4g} s: correct the line."
            )
        part = mono[round(start * plan.rate_hz) : round(end * plan.rate_hz)]
        name = f"{row.path}, {start:g} to {end:g} s"
        clips.append(Clip(name, part, len(part) / plan.rate_hz, label or row.label, row.group, where))
    return clips


def _mono(path: Path, samples: np.ndarray, plan: Plan) -> np.ndarray:
    count = samples.shape[1]
    if plan.channel is not None:
        if plan.channel > count:
            raise FeatherlineError(f"{path} has {count} channels, and fetch.channel is {plan.channel}: correct it.")
        return np.asarray(samples[:, plan.channel - 1])
    if count == 1:
        return np.asarray(samples[:, 0])
    if plan.checks.opposite is not None and count == 2 and len(samples) > 1:
        left, right = (samples[:, place] - samples[:, place].mean() for place in range(2))
        power = float(np.sqrt((left * left).sum(dtype=np.float64) * (right * right).sum(dtype=np.float64)))
        correlation = float((left * right).sum(dtype=np.float64)) / power if power > 0 else 0.0
        if correlation < plan.checks.opposite:
            raise FeatherlineError(
                f"{path} has two channels out of phase (correlation {correlation:.2f}), whose mean is next to "
                "silence: set "
                "fetch.channel to 1 or 2, or fetch.checks.opposite."
            )
    return np.asarray(samples.mean(axis=1))


def _tell_silence(path: Path, mono: np.ndarray, rate: int, checks: Checks, remarks: list[str]) -> None:
    length = max(round(LOUDNESS_SECONDS * rate), 1)
    count = len(mono) // length
    if checks.silence_dbfs is None or not count:
        return
    power = (mono[: count * length].reshape(count, length).astype(np.float64) ** 2).mean(axis=1)
    silent = float((10 * np.log10(power + 1e-30) < checks.silence_dbfs).mean())
    if silent > SILENT_SHARE:
        remarks.append(f"{path}: {silent:.0%} of it are below {checks.silence_dbfs:g} dBFS, which is silence.")
