"""Spoken words that need no recording: eSpeak NG voices in simulated rooms.

A speaker is an accent, a voice variant, a pitch, a rate and a room; every word is then
said with its own gain, onset and noise. The folder that `simulate` writes has the layout
of the official Speech Commands archive, the two lists included.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.signals import sound_files
from featherline.simulation import espeak

SAMPLE_RATE_HZ = 16_000
CLIP_SAMPLES = 16_000
BACKGROUND_FOLDER = "_background_noise_"
BACKGROUND_SECONDS = 20
ROOM_NOISE_SECONDS = 4
FFT_SAMPLES = 32_768  # holds a clip and the longest echo
SPLIT_LISTS = {"validation": "validation_list.txt", "test": "testing_list.txt"}

# fmt: off
WORDS = (
    "bed", "bird", "cat", "dog", "down", "eight", "five", "four", "go", "happy", "house", "left", "marvin", "nine",
    "no", "off", "on", "one", "right", "seven", "sheila", "six", "stop", "three", "tree", "two", "up", "wow", "yes",
    "zero",
)
# fmt: on
ACCENTS = ("en", "en-us", "en-us-nyc", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029")


@dataclass(frozen=True)
class Speaker:
    """Who speaks, and in which room.

    Attributes:
        name: 8 hexadecimal digits, which also decide the split.
        voice: accent, variant, pitch and rate.
        reverberation_s: time in which the room's echo falls by 60 dB.
        direct_share: how much of the sound comes straight from the mouth, 0..1.
        tilt_db: level at 8 kHz against 100 Hz, by the microphone and the mouth.
        noise_db: level of the room's noise against the voice.
    """

    name: str
    voice: espeak.Voice
    reverberation_s: float
    direct_share: float
    tilt_db: float
    noise_db: float


def simulate(folder: Path, *, keyword: str, speakers: int, keyword_clips: int, other_clips: int, seed: int) -> None:
    """Writes clips of 1 s, background noises and the lists of the two held-out splits.

    Args:
        folder: an existing folder.
        keyword: a word of `WORDS`, or any other English word, that each speaker says `keyword_clips` times.
        speakers: how many voices; a fifth of them is in each of the two lists.
        keyword_clips: clips of the keyword for each speaker.
        other_clips: clips of other words for each speaker, drawn from `WORDS`.
        seed: the same seed gives the same bytes.

    Raises:
        FeatherlineError: where eSpeak NG has no sound for the keyword, or needs too long to say it.
    """
    rng = np.random.default_rng([seed, 1])
    held_out = max(speakers // 5, 1)
    splits = ["validation"] * held_out + ["test"] * held_out + ["train"] * (speakers - 2 * held_out)
    variants = rng.permutation(espeak.variants()).tolist()
    people = [
        _speaker(variants[number % len(variants)], split, rng)  # each variant once before one comes again
        for number, split in enumerate(rng.permutation(splits).tolist())
    ]
    others = [word for word in WORDS if word != keyword]
    script = [
        (person, [keyword] * keyword_clips + rng.choice(others, other_clips, replace=True).tolist())
        for person in people
    ]
    spoken = espeak.speak([(person.voice, words) for person, words in script])

    lists: dict[str, list[str]] = {"validation": [], "test": [], "train": []}
    for number, ((person, words), utterances) in enumerate(
        track(list(zip(script, spoken, strict=True)), "simulate speakers", unit="speaker")
    ):
        speaker_rng = np.random.default_rng([seed, 2, number])
        room = _room(person, speaker_rng)
        clips_of: dict[str, int] = {}
        for word, utterance in zip(words, utterances, strict=True):
            heard = _trim(utterance)
            if len(heard) > FFT_SAMPLES:
                raise FeatherlineError(
                    f"The simulated word {word!r} takes {len(heard) / espeak.SAMPLE_RATE_HZ:.1f} s to say, and a "
                    "clip holds one second: choose a shorter keyword."
                )
            clip = _record(heard, room, speaker_rng)
            name = f"{word}/{person.name}_nohash_{clips_of.get(word, 0)}.wav"
            clips_of[word] = clips_of.get(word, 0) + 1
            sound_files.write_clip(folder / name, clip, SAMPLE_RATE_HZ)
            lists[split_of(person.name)].append(name)
    for split, file in SPLIT_LISTS.items():
        (folder / file).write_text("".join(f"{name}\n" for name in sorted(lists[split])), encoding="utf-8")
    for number, kind in enumerate(BACKGROUNDS):
        noise = BACKGROUNDS[kind](BACKGROUND_SECONDS * SAMPLE_RATE_HZ, np.random.default_rng([seed, 3, number]))
        path = folder / BACKGROUND_FOLDER / f"{kind}.wav"
        sound_files.write_clip(path, noise / np.abs(noise).max() * 0.7, SAMPLE_RATE_HZ)


def split_of(speaker: str, validation_pct: float = 20, test_pct: float = 20) -> str:
    """The split of a speaker by the rule of Speech Commands: a hash of the name as a percentage.

    The rule is that of Warden, "Speech Commands" (arXiv 1804.03209), which holds out 10 % twice.
    """
    most = 2**27 - 1
    percentage = int(hashlib.sha1(speaker.encode()).hexdigest(), 16) % (most + 1) * (100 / most)
    if percentage < validation_pct:
        return "validation"
    return "test" if percentage < validation_pct + test_pct else "train"


def _speaker(variant: str, split: str, rng: np.random.Generator) -> Speaker:
    # The rule would deal few speakers out unevenly; a name that it puts into the wanted split keeps the shares.
    while True:
        name = f"{rng.integers(2**32):08x}"
        if split_of(name) == split:
            break
    accent = ACCENTS[int(rng.integers(len(ACCENTS)))]
    return Speaker(
        name=name,
        voice=espeak.Voice(
            name=f"{accent}+{variant}",
            pitch=int(rng.integers(20, 81)),
            pitch_range=int(rng.integers(20, 81)),
            rate_wpm=int(rng.integers(110, 231)),
        ),
        reverberation_s=float(rng.uniform(0.05, 0.5)),
        direct_share=float(rng.uniform(0.4, 0.95)),
        tilt_db=float(rng.uniform(-15, 6)),
        noise_db=float(rng.uniform(-40, -10)),
    )


# --- the room and the microphone ---------------------------------------------------------------


@dataclass(frozen=True)
class _Room:
    """A speaker's room as every clip meets it: spectrum of its echo, spectrum of the microphone, its noise."""

    echo: np.ndarray
    microphone: np.ndarray
    noise: np.ndarray
    noise_db: float


def _room(person: Speaker, rng: np.random.Generator) -> _Room:
    length = int(person.reverberation_s * SAMPLE_RATE_HZ)
    seconds = np.arange(length) / SAMPLE_RATE_HZ
    tail = rng.normal(size=length) * 10 ** (-3 * seconds / person.reverberation_s)
    tail[: SAMPLE_RATE_HZ // 500] = 0  # nothing is reflected before 2 ms
    response = tail * np.sqrt((1 - person.direct_share) / np.sum(tail**2))
    response[0] = np.sqrt(person.direct_share)
    # The microphone: a straight slope over the octaves from 100 Hz to 8 kHz, and nothing below 60 Hz.
    frequency_hz = np.fft.rfftfreq(FFT_SAMPLES, 1 / SAMPLE_RATE_HZ)
    octaves = np.log2(np.maximum(frequency_hz, 100) / 100) / np.log2(80)
    microphone = 10 ** (person.tilt_db * octaves / 20) * (frequency_hz > 60)
    kinds = list(BACKGROUNDS)
    noise = BACKGROUNDS[kinds[int(rng.integers(len(kinds)))]](ROOM_NOISE_SECONDS * SAMPLE_RATE_HZ, rng)
    return _Room(np.fft.rfft(response, FFT_SAMPLES), microphone, noise / noise.std(), person.noise_db)


def _record(utterance: np.ndarray, room: _Room, rng: np.random.Generator) -> np.ndarray:
    """One clip: the word at its own speed and onset, the room, its noise, the microphone, the gain."""
    step = rng.uniform(0.88, 1.14) * espeak.SAMPLE_RATE_HZ / SAMPLE_RATE_HZ  # the speed, and the change of rate
    word = np.interp(np.arange(0, len(utterance) - 1, step), np.arange(len(utterance)), _lowpass(utterance))
    onset = int(np.clip(rng.normal(0.25, 0.12), -0.05, 0.6) * SAMPLE_RATE_HZ)
    heard = word[max(-onset, 0) :][: CLIP_SAMPLES - max(onset, 0)]
    dry = np.zeros(FFT_SAMPLES)
    dry[max(onset, 0) : max(onset, 0) + len(heard)] = heard
    start = int(rng.integers(len(room.noise) - CLIP_SAMPLES))
    level = np.sqrt(np.mean(heard**2) + 1e-12) * 10 ** ((room.noise_db + rng.normal(0, 4)) / 20)
    noise = room.noise[start : start + CLIP_SAMPLES] * level
    spectrum = np.fft.rfft(dry) * room.echo + np.fft.rfft(noise, FFT_SAMPLES)
    clip = np.fft.irfft(spectrum * room.microphone)[:CLIP_SAMPLES]
    recorded: np.ndarray = clip / np.abs(clip).max() * 10 ** (rng.uniform(-26, -1) / 20)
    return recorded


def _trim(samples: np.ndarray) -> np.ndarray:
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def _lowpass(utterance: np.ndarray) -> np.ndarray:
    """Takes away what the lower rate of the clip cannot hold."""
    spectrum = np.fft.rfft(utterance, FFT_SAMPLES)
    spectrum[int(len(spectrum) * 0.9 * SAMPLE_RATE_HZ / espeak.SAMPLE_RATE_HZ) :] = 0
    return np.fft.irfft(spectrum)[: len(utterance)]


# --- background noises -------------------------------------------------------------------------


def _coloured(samples: int, rng: np.random.Generator, exponent: float) -> np.ndarray:
    """Noise whose power falls with frequency to the `exponent`, of unit deviation."""
    spectrum = np.fft.rfft(rng.normal(size=samples))
    spectrum *= np.maximum(np.arange(len(spectrum)), 1) ** (-exponent / 2)
    noise: np.ndarray = np.fft.irfft(spectrum, samples)
    noise = noise / noise.std()
    return noise


def _engine(samples: int, rng: np.random.Generator) -> np.ndarray:
    """Harmonics of a slowly wandering speed, over brown noise."""
    seconds = np.arange(samples) / SAMPLE_RATE_HZ
    base_hz = rng.uniform(60, 180) * (1 + 0.05 * np.sin(2 * np.pi * rng.uniform(0.1, 0.5) * seconds))
    phase = 2 * np.pi * np.cumsum(base_hz) / SAMPLE_RATE_HZ
    tones = np.zeros(samples)
    for order in range(1, 20):
        tones += np.sin(order * phase + rng.uniform(0, 6)) / order
    sound: np.ndarray = tones / tones.std() + 0.5 * _coloured(samples, rng, 1.5)
    return sound


def _clatter(samples: int, rng: np.random.Generator) -> np.ndarray:
    """Short ringing strokes, some a second, as of dishes."""
    noise = 0.03 * rng.normal(size=samples)
    for _ in range(max(rng.poisson(6 * samples / SAMPLE_RATE_HZ), 1)):
        start = int(rng.integers(samples))
        seconds = np.arange(min(samples - start, SAMPLE_RATE_HZ // 4)) / SAMPLE_RATE_HZ
        ring = np.sin(2 * np.pi * rng.uniform(600, 6000) * seconds) * np.exp(-seconds * rng.uniform(15, 90))
        noise[start : start + len(seconds)] += rng.exponential(1) * ring
    return noise


def _babble(samples: int, rng: np.random.Generator) -> np.ndarray:
    """Noise in the band and at the pace of several people who talk at once."""
    frequency_hz = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE_HZ)
    total = np.zeros(samples)
    for _ in range(4):
        centre_hz = rng.uniform(300, 2500)
        shape = np.exp(-(np.log2(np.maximum(frequency_hz, 1) / centre_hz) ** 2) / 0.5)
        voice = np.fft.irfft(np.fft.rfft(rng.normal(size=samples)) * shape, samples)
        seconds = np.arange(samples) / SAMPLE_RATE_HZ
        syllables = 0.5 - 0.5 * np.cos(2 * np.pi * rng.uniform(2.5, 5) * seconds + rng.uniform(0, 6))
        total += voice / voice.std() * syllables
    return total


BACKGROUNDS = {
    "white_noise": lambda samples, rng: rng.normal(size=samples),
    "pink_noise": lambda samples, rng: _coloured(samples, rng, 1.0),
    "brown_noise": lambda samples, rng: _coloured(samples, rng, 2.0),
    "engine": _engine,
    "clatter": _clatter,
    "babble": _babble,
}
