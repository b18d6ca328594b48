"""Clips put one behind the other, so that they are a stream as a microphone gives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.files import plain_files
from featherline.prediction.models import Fitted
from featherline.prediction.recordings import Options, read
from featherline.signals import audio

GAINS = (0.3, 1.0)
NOISE_STEPS = (1.0, 30.0)  # standard deviation, in steps of 16 bits: a quiet room
SHORTEST_S = 0.1  # of a clip: hours of background made of shorter ones would be endless work, and no sound
BETWEEN_S = 2.0  # of background before each positive clip
ANSWER_S = 1.0  # a detection so long after the end of a clip still belongs to it
SPEAKER_MARK = "_nohash_"  # behind the speaker, in the file names of Speech Commands


@dataclass(frozen=True)
class Clip:
    """One clip, int16 at the model's rate, and who is heard in it."""

    samples: np.ndarray
    group: str


@dataclass(frozen=True)
class Stream:
    """A stream of samples.

    Attributes:
        samples: int16, shape (samples,).
        events: first and last sample in which each positive clip may be detected.
        distinct_s: seconds of different recordings in it; the rest is repetition.
    """

    samples: np.ndarray
    events: list[tuple[int, int]]
    distinct_s: float


def clips(folder: Path, fitted: Fitted) -> list[Clip]:
    """All wav files below a folder.

    Raises:
        FeatherlineError: where there is none, they are all of one group, or one is broken or too short.
    """
    if not folder.is_dir():
        raise FeatherlineError(f"{folder} is no folder: name one with wav files.")
    paths = [path for path in plain_files(folder) if path.suffix.lower() == ".wav"]
    if not paths:
        raise FeatherlineError(f"{folder} holds no .wav file: put recordings there, or name another folder.")
    loaded = [Clip(read(path, fitted, Options()).samples, path.stem.partition(SPEAKER_MARK)[0]) for path in paths]
    for path, clip in zip(paths, loaded, strict=True):
        lasts_s = len(clip.samples) / fitted.rate_hz
        if lasts_s < SHORTEST_S:
            raise FeatherlineError(f"{path} lasts {lasts_s:.3f} s: leave out what is shorter than {SHORTEST_S} s.")
    if len({clip.group for clip in loaded}) < 2:
        raise FeatherlineError(
            f"{folder} holds recordings of one speaker ({loaded[0].group}): one chooses the threshold and another "
            "tests it, so add some of a second one."
        )
    return loaded


def halves(clips_of_all: Sequence[Clip], rng: np.random.Generator) -> tuple[list[Clip], list[Clip]]:
    """Clips of half of the groups, and those of the others: one chooses a threshold, the other tests it."""
    groups = sorted({clip.group for clip in clips_of_all})
    choosing_groups = {groups[index] for index in rng.permutation(len(groups))[: len(groups) // 2]}
    choosing = [clip for clip in clips_of_all if clip.group in choosing_groups]
    return choosing, [clip for clip in clips_of_all if clip.group not in choosing_groups]


def background(clips_to_repeat: Sequence[Clip], seconds: float, rate_hz: int, rng: np.random.Generator) -> Stream:
    """Clips in random order, each time with another gain and noise, repeated until it is long enough."""
    wanted_samples, parts, samples_so_far = round(seconds * rate_hz), [], 0
    while samples_so_far < wanted_samples:
        for index in rng.permutation(len(clips_to_repeat)):
            parts.append(_heard(clips_to_repeat[index].samples, rng))
            samples_so_far += len(parts[-1])
            if samples_so_far >= wanted_samples:
                break
    return Stream(
        np.concatenate(parts)[:wanted_samples], [], sum(len(clip.samples) for clip in clips_to_repeat) / rate_hz
    )


def positives(
    keyword_clips: Sequence[Clip], background_clips: Sequence[Clip], rate_hz: int, rng: np.random.Generator
) -> Stream:
    """Each positive clip once, with background before it and behind the last one."""
    gap_s = BETWEEN_S + ANSWER_S
    filler = background(background_clips, gap_s * (len(keyword_clips) + 1), rate_hz, rng).samples
    gap_samples, parts, events, start_sample = round(gap_s * rate_hz), [], [], 0
    for number, clip in enumerate(keyword_clips):
        clip_samples = _heard(clip.samples, rng)
        parts += [filler[number * gap_samples : (number + 1) * gap_samples], clip_samples]
        events.append(
            (start_sample + gap_samples, start_sample + gap_samples + len(clip_samples) + round(ANSWER_S * rate_hz))
        )
        start_sample += gap_samples + len(clip_samples)
    parts.append(filler[len(keyword_clips) * gap_samples :])
    return Stream(np.concatenate(parts), events, sum(len(clip.samples) for clip in keyword_clips) / rate_hz)


def _heard(samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gain, noise = rng.uniform(*GAINS), rng.uniform(*NOISE_STEPS)
    return audio.to_int16((gain * samples + rng.normal(0, noise, len(samples))) / audio.FULL_SCALE)
