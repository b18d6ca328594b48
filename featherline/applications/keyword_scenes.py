"""Items of a keyword that are cut from composed scenes, so that a network is trained on what a stream is like."""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from featherline.core.progress import track
from featherline.params import Block, PositiveInt
from featherline.signals import audio, scenes, sound_files
from featherline.signals.dataset import SPLITS

MUSIC_S = 15.0  # of a simulated track
VALIDATION_PART = 0.25  # of scenes: validation against training
OTHER_SHARES = {"words": 0.4, "noise": 0.15, "music": 0.35, "silence": 0.1}  # of the windows without the keyword


class Scenes(Block):
    """Windows of composed scenes (`featherline.signals.scenes`) as further items of training and validation.

    Validation takes a quarter of the hours, of `other_windows` and of `music_tracks`.

    Attributes:
        hours: of scenes that windows are cut from.
        windows_a_keyword: that show one keyword, each shifted otherwise by up to `time_shift_ms`.
        other_windows: that show none, of all scenes together.
        music_tracks: simulated ones, of all genres; 0 for scenes without music.
        time_shift_ms: how far the window of a keyword lies beside that of its clip at the most.
        varied: whether those of training are (`signals.scenes.Composer`): clips and tracks at other speeds, and more.
    """

    hours: Annotated[float, Field(gt=0, le=100)]
    windows_a_keyword: PositiveInt
    other_windows: PositiveInt
    music_tracks: Annotated[int, Field(ge=0)]
    time_shift_ms: Annotated[float, Field(ge=0, le=500)] = 160.0
    varied: bool = False


class _Read(Sequence[np.ndarray]):
    """Clips that are read when they are wanted: those of a whole archive are more than memory holds."""

    def __init__(self, paths: Sequence[Path], rate_hz: int) -> None:
        self._paths, self._rate_hz = paths, rate_hz

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, place: Any) -> Any:
        return sound_files.read_clip(self._paths[place], self._rate_hz)


def _part(split: str) -> float:
    """Of what the settings say, how much one split has."""
    return VALIDATION_PART if split == "validation" else 1.0


@cache
def _music(rate_hz: int, seed: int, split: str, settings: Scenes) -> list[np.ndarray]:
    """Simulated tracks, all genres in turn: no recording of music is needed, and none can be that of a test."""
    from featherline.simulation import music
    from featherline.simulation.genres import GENRES

    genres, tracks = list(GENRES), math.ceil(_part(split) * settings.music_tracks)
    made = []
    for number in track(range(tracks), f"{split} music", unit="track"):
        rng = np.random.default_rng([seed, SPLITS.index(split), number])
        recorded = music.record(genres[number % len(genres)], MUSIC_S, rng)
        whole = audio.to_int16(recorded) / audio.FULL_SCALE  # a grid above what processors differ by
        made.append(sound_files.resample(whole.astype(np.float32), music.SAMPLE_RATE_HZ, rate_hz))
    return made


def windows(
    keyword: Sequence[Path],
    words: Sequence[Path],
    noises: Sequence[np.ndarray],
    rate_hz: int,
    split: str,
    settings: Scenes,
    seed: int,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Windows of the keyword and others of scenes composed for one split, int16, one second each.

    Args:
        keyword, words: the split's clips, which are read when a scene wants them.
        noises: the split's, in -1..1, float32, shape (samples,).
        rate_hz: of the noises and the windows.
        split: train or validation.
        seed: as of the pipeline.
    """
    material = scenes.Material(
        _Read(keyword, rate_hz), _Read(words, rate_hz), noises, _music(rate_hz, seed, split, settings)
    )
    rng = np.random.default_rng([seed, SPLITS.index(split), 1])
    part = _part(split)
    kinds = material.kinds
    shares = {kind: OTHER_SHARES[kind] / sum(OTHER_SHARES[each] for each in kinds) for kind in kinds}
    of_kind = {kind: 0 for kind in kinds}
    number_of_scenes = scenes.scenes_in(part * settings.hours)
    with_keyword: list[np.ndarray] = []
    without: list[np.ndarray] = []
    varied = settings.varied and split == "train"  # validation is of voices and tracks as they are
    composed = scenes.Composer(material, rate_hz, rng, varied).stream(part * settings.hours)
    for scene in track(composed, f"{split} scenes", number_of_scenes, unit="scene"):
        # So many by now, so that each scene gives its part.
        of_kind[scene.kind] += 1
        scenes_of_kind = len(range(kinds.index(scene.kind), number_of_scenes, len(kinds)))
        wanted = part * settings.other_windows * shares[scene.kind] / scenes_of_kind
        count = round(wanted * of_kind[scene.kind]) - round(wanted * (of_kind[scene.kind] - 1))
        shift = round(settings.time_shift_ms * rate_hz / 1000)
        shown = scenes.windows(scene, rate_hz, settings.windows_a_keyword, count, shift, rng)
        with_keyword += shown[0]
        without += shown[1]
    return with_keyword, without
