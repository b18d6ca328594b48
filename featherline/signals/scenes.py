"""What a microphone hears for hours, made of clips: words one behind the other, noise, music, a quiet room.

A scene is half a minute of one kind. It draws gains, gaps, overlaps and a room, and may have the keyword in it at
places that it tells. A stream of hours is one scene after another, so that no more than one is ever held.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from featherline.signals import audio

KINDS = ("words", "noise", "music", "silence")
SCENE_S = 30.0
KEYWORD_SHARE = 0.2  # of the scenes of a stream that have the keyword in them
KEYWORD_EVERY_S = 4.0  # in such a scene
KEYWORD_ABOVE_DB = (8.0, 30.0)  # what is behind it
WORD_GAIN_DB = (-14.0, 0.0)
WORD_GAP_S = (-0.3, 1.0)  # behind another word; below zero they overlap
NOISE_BELOW_WORDS_DB = (12.0, 40.0)
NOISE_GAIN_DB = (-25.0, 0.0)
MUSIC_GAIN_DB = (-25.0, 0.0)
MICROPHONE_STEPS = (1.0, 30.0)  # standard deviation of its own noise, in steps of 16 bits
ROOM_SHARE = 0.5
ROOM_DECAY_S = (0.15, 0.5)  # until its echo is 60 dB below
ROOM_ECHO_DB = (-14.0, -3.0)  # energy of the echo against that of the direct sound
SPOKEN_SPEED = (0.77, 1.3)  # this and what follows of varied scenes alone
MUSIC_SPEED = (0.7, 1.4)
MUSIC_TILT = (-0.6, 0.6)  # of each sample, that is added to the next: more of low or of high sounds
TWO_TRACKS_SHARE = 0.35  # of scenes of music that have a second track beside the first
SECOND_TRACK_DB = (-12.0, 0.0)
_FADE_S = 0.02
_FRAME_S = 0.02  # in which the loudness of a clip is taken
_QUIETEST = 1e-4


@dataclass(frozen=True)
class Material:
    """What scenes are made of: clips in -1..1, float32, shape (samples,), at one rate; each of them is used as often.

    Attributes:
        keyword, words: of one word each.
        noise, music: of any length. Where there are none there are no scenes of that kind.
    """

    keyword: Sequence[np.ndarray]
    words: Sequence[np.ndarray]
    noise: Sequence[np.ndarray]
    music: Sequence[np.ndarray]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of scenes that can be made of it."""
        return tuple(kind for kind in KINDS if kind == "silence" or len(getattr(self, kind)))

    def minutes(self, rate_hz: int) -> dict[str, float]:
        """Minutes of distinct recordings of each sort."""
        return {each.name: sum(len(clip) for clip in getattr(self, each.name)) / rate_hz / 60 for each in fields(self)}


@dataclass(frozen=True)
class Scene:
    """Half a minute of a stream.

    Attributes:
        kind: one of `KINDS`.
        samples: int16, shape (samples,).
        events: first sample and end of each clip of the keyword.
    """

    kind: str
    samples: np.ndarray
    events: list[tuple[int, int]]


def windows(
    scene: Scene, window_samples: int, a_keyword: int, others: int, most_shift: int, rng: np.random.Generator
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Cuts a scene as a device that listens does, at any place: through words, at both ends of one, between two.

    Args:
        scene: from which is cut.
        window_samples: how long a window is.
        a_keyword: windows that show the same keyword.
        others: windows that show no keyword, or at the most a fifth of a window of one.
        most_shift: samples by which the start of a keyword's window lies beside that of its clip at the most.
        rng: draws the places.

    Returns:
        Windows of the keyword and the others, int16, shape (window_samples,).
    """
    last = len(scene.samples) - window_samples
    starts = [
        np.clip(first + rng.integers(-most_shift, most_shift + 1, a_keyword), 0, last) for first, _ in scene.events
    ]
    free = np.ones(last + 1, bool)
    little = window_samples // 5
    for first, end in scene.events:
        free[max(first - window_samples + little, 0) : max(end - little, 0)] = False
    places = np.flatnonzero(free)
    chosen = places[rng.integers(len(places), size=others)] if len(places) else np.empty(0, int)
    keyword, other = (
        [scene.samples[start : start + window_samples] for start in first_samples.tolist()]
        for first_samples in (np.concatenate([np.empty(0, int), *starts]), chosen)
    )
    return keyword, other


class _Deck:
    """Draws in a random order, each once before any comes again; each at a speed out of `speeds`, where it has any."""

    def __init__(
        self, clips: Sequence[np.ndarray], rng: np.random.Generator, speeds: tuple[float, float] | None = None
    ) -> None:
        self._clips, self._rng, self._speeds = clips, rng, speeds
        self._left: list[int] = []

    def draw(self) -> np.ndarray:
        if not self._left:
            self._left = self._rng.permutation(len(self._clips)).tolist()
        clip = self._clips[self._left.pop()]
        return _played(clip, self._rng.uniform(*self._speeds)) if self._speeds else clip


def _played(clip: np.ndarray, speed: float) -> np.ndarray:
    """A clip at another speed, pitch and all, as a tape would: another voice says the same word."""
    places = np.arange(int((len(clip) - 1) / speed) + 1) * speed
    return np.asarray(np.interp(places, np.arange(len(clip)), clip), clip.dtype)


class Composer:
    """Makes scenes of a material; the same seed gives the same ones.

    Varied ones make more of few recordings: what is spoken is a little faster or slower, tracks of music are, too, and
    have another sound and now and then a second track beside them.
    """

    def __init__(self, material: Material, rate_hz: int, rng: np.random.Generator, varied: bool = False) -> None:
        self._material, self._rate_hz, self._rng, self._varied = material, rate_hz, rng, varied
        speeds = {"keyword": SPOKEN_SPEED, "words": SPOKEN_SPEED} if varied else {}
        self._decks = {
            each.name: _Deck(getattr(material, each.name), rng, speeds.get(each.name)) for each in fields(material)
        }

    def stream(self, hours: float, kinds: Sequence[str] | None = None) -> Iterator[Scene]:
        """Scenes of so many hours, the kinds in turn."""
        kinds = kinds or self._material.kinds
        for number in range(scenes_in(hours)):
            yield self.scene(kinds[number % len(kinds)], self._rng.random() < KEYWORD_SHARE)

    def scene(self, kind: str, has_keyword: bool) -> Scene:
        """One scene."""
        rng, length = self._rng, round(SCENE_S * self._rate_hz)
        behind = self._behind(kind, length)
        spoken = np.zeros(length)
        events: list[tuple[int, int]] = []
        if has_keyword:
            events = self._say_keyword(spoken, behind)
        if kind == "words":
            self._say_words(spoken, events)
        if rng.random() < ROOM_SHARE:
            spoken = self._in_room(spoken)
        heard = spoken + behind + rng.normal(0, rng.uniform(*MICROPHONE_STEPS) / audio.FULL_SCALE, length)
        return Scene(kind, audio.to_int16(heard), events)

    def _behind(self, kind: str, length: int) -> np.ndarray:
        """What is heard behind words, without the microphone's own noise."""
        rng = self._rng
        if kind == "noise":
            return _gain(rng, NOISE_GAIN_DB) * self._filled("noise", length)
        if kind == "music":
            return _gain(rng, MUSIC_GAIN_DB) * self._music(length)
        if kind == "words" and len(self._material.noise) and rng.random() < 0.5:
            noise = self._filled("noise", length)
            wanted = _gain(rng, WORD_GAIN_DB) * 0.1 / _gain(rng, NOISE_BELOW_WORDS_DB)
            return wanted / max(_loudness(noise, self._rate_hz), _QUIETEST) * noise
        return np.zeros(length)

    def _music(self, length: int) -> np.ndarray:
        """Tracks one behind the other; of varied scenes other than they were recorded."""
        if not self._varied:
            return self._filled("music", length)
        heard = self._other_track(length)
        if self._rng.random() < TWO_TRACKS_SHARE:
            heard = heard + _gain(self._rng, SECOND_TRACK_DB) * self._other_track(length)
            heard /= max(1.0, float(np.abs(heard).max()))
        return heard

    def _other_track(self, length: int) -> np.ndarray:
        """Tracks at another speed and with another balance of low and high sounds."""
        speed, tilt = self._rng.uniform(*MUSIC_SPEED), self._rng.uniform(*MUSIC_TILT)
        played = _played(self._filled("music", math.ceil(length * speed) + 1), speed)[:length]
        before = np.concatenate([[0.0], played[:-1]])
        return np.asarray((played + tilt * before) / (1 + abs(tilt)))

    def _filled(self, sort: str, length: int) -> np.ndarray:
        """Recordings from a random place on, one behind the other, faded at their ends."""
        parts, missing = [], length
        while missing > 0:
            clip = self._decks[sort].draw()
            start = int(self._rng.integers(max(len(clip) - missing, 0) + 1))
            part = clip[start : start + missing].astype(np.float64)
            fade = min(round(_FADE_S * self._rate_hz), len(part) // 2)
            ramp = np.arange(fade) / max(fade, 1)
            part[:fade] *= ramp
            part[len(part) - fade :] *= ramp[::-1]
            parts.append(part)
            missing -= len(part)
        return np.concatenate(parts)

    def _say_keyword(self, spoken: np.ndarray, behind: np.ndarray) -> list[tuple[int, int]]:
        """Puts the keyword into a scene, each time elsewhere in its share of the seconds and above what is behind."""
        rng, rate_hz = self._rng, self._rate_hz
        share = round(KEYWORD_EVERY_S * rate_hz)
        events = []
        for start in range(0, len(spoken) - share + 1, share):
            clip = self._decks["keyword"].draw()
            # A second behind it belongs to it, so that a late answer is no false one.
            place = start + int(rng.integers(max(share - len(clip) - rate_hz, 0) + 1))
            loudness, under = _loudness(clip, rate_hz), _rms(behind[place : place + len(clip)])
            level = max(_gain(rng, WORD_GAIN_DB) * loudness, under * _gain(rng, KEYWORD_ABOVE_DB))
            spoken[place : place + len(clip)] += min(level / max(loudness, _QUIETEST), 1 / np.abs(clip).max()) * clip
            events.append((place, place + len(clip)))
        return events

    def _say_words(self, spoken: np.ndarray, events: list[tuple[int, int]]) -> None:
        """Fills a scene with other words that leave the keyword room."""
        rng, rate_hz = self._rng, self._rate_hz
        loudest = _gain(rng, WORD_GAIN_DB)
        place = int(rng.integers(rate_hz))
        while place < len(spoken):
            clip = self._decks["words"].draw()
            end = place + len(clip)
            over = next((event for event in events if place < event[1] and event[0] < end), None)
            if over is None:
                part = clip[: len(spoken) - place]
                spoken[place : place + len(part)] += loudest * part
                place = max(end + round(rng.uniform(*WORD_GAP_S) * rate_hz), place + rate_hz // 4)
            else:
                place = over[1]

    def _in_room(self, spoken: np.ndarray) -> np.ndarray:
        """With the echo of a room: noise that dies away behind the direct sound (Moorer 1979)."""
        from scipy.signal import oaconvolve

        decay_s = self._rng.uniform(*ROOM_DECAY_S)
        times_s = np.arange(1, round(decay_s * self._rate_hz)) / self._rate_hz
        echo = self._rng.normal(0, 1, len(times_s)) * np.exp(-3 * np.log(10) * times_s / decay_s)
        echo *= _gain(self._rng, ROOM_ECHO_DB) / np.sqrt((echo**2).sum())
        room = np.concatenate([[1.0], echo])
        echoing: np.ndarray = oaconvolve(spoken, room)[: len(spoken)]
        return echoing


def scenes_in(hours: float) -> int:
    """How many scenes a stream of so many hours has, one at least."""
    return max(round(3600 * hours / SCENE_S), 1)


def _gain(rng: np.random.Generator, decibels: tuple[float, float]) -> float:
    return float(10 ** (rng.uniform(*decibels) / 20))


def _rms(samples: np.ndarray) -> float:
    return float(np.sqrt((samples.astype(np.float64) ** 2).mean())) if len(samples) else 0.0


def _loudness(samples: np.ndarray, rate_hz: int) -> float:
    """The root of the mean square of the louder half of its frames: silence around a word says nothing of it."""
    length = round(_FRAME_S * rate_hz)
    frames = samples[: len(samples) // length * length].reshape(-1, length).astype(np.float64)
    if not len(frames):
        return _rms(samples)
    powers = np.sort((frames**2).mean(axis=1))
    return float(np.sqrt(powers[len(powers) // 2 :].mean()))
