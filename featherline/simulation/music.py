"""Music that needs no recording: rules per genre, played through a General MIDI SoundFont.

A genre is a tempo, a swing, drum patterns, chord progressions, bass lines, instruments and
a sound; a track draws one of each, a key and a mix. Now and then a part is borrowed from
another genre, as musicians do, so that no classifier can be right always. The folder that
`simulate` writes has the layout of the official GTZAN archive.
"""

import io
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import soundfile

from featherline.core.progress import track
from featherline.signals import sound_files
from featherline.simulation.genres import BORROWED, GENRES, Style, chord_notes

if TYPE_CHECKING:
    from pretty_midi import Instrument

T = TypeVar("T")

SAMPLE_RATE_HZ = 22_050
STEPS = 16  # a bar of 4/4 in sixteenths
DRUM_NOTES = {"kick": 36, "snare": 38, "rim": 37, "clap": 39, "hat": 42, "open": 46, "ride": 51, "shaker": 70}


def simulate(
    folder: Path, *, tracks: int, track_seconds: float, seed: int, borrowed: float = BORROWED, muffled: float = 0.0
) -> None:
    """Writes `tracks` tracks of each of the ten genres; the same seed gives the same bytes.

    Args:
        folder: gets `genres/<genre>/<genre>.<number>.wav`.
        tracks: of each genre.
        track_seconds: of each track.
        seed: of all of them.
        borrowed: how often a part comes from another genre, 0 to 1.
        muffled: how often a record has lost most of its treble, as old ones have, 0 to 1.
    """
    work = [
        (folder / "genres" / genre / f"{genre}.{number:05d}.wav", genre, [seed, place, number])
        for place, genre in enumerate(GENRES)
        for number in range(tracks)
    ]
    write = partial(_write_track, track_seconds, borrowed, muffled)
    # The renderer keeps Python's lock, so only a second process takes the second core.
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as processes:
        try:
            for _ in track(processes.map(write, work, chunksize=4), "simulate tracks", len(work), unit="track"):
                pass
        except BaseException:  # an interrupt: those that are under way write into the folder, the others are left
            processes.shutdown(cancel_futures=True)
            raise


def _write_track(seconds: float, borrowed: float, muffled: float, work: tuple[Path, str, list[int]]) -> None:
    path, genre, seed = work
    recorded = record(genre, seconds, np.random.default_rng(seed), borrowed=borrowed, muffled=muffled)
    sound_files.write_clip(path, recorded, SAMPLE_RATE_HZ)


def record(
    genre: str, seconds: float, rng: np.random.Generator, *, borrowed: float = BORROWED, muffled: float = 0.0
) -> np.ndarray:
    """One track of a genre: float64 in -1..1, shape (seconds * SAMPLE_RATE_HZ,); shares as of `simulate`."""
    import midirenderer

    style = GENRES[genre]
    wave = midirenderer.render_wave_from(_soundfont(), _compose(style, seconds, rng, borrowed))
    samples, rate_hz = soundfile.read(io.BytesIO(wave), always_2d=True)
    mono = np.zeros(int(seconds * rate_hz))
    heard = samples.mean(axis=1)[: len(mono)]
    mono[: len(heard)] = heard
    sound = _maybe_other(style, rng, borrowed)
    return _master(mono, rate_hz, int(seconds * SAMPLE_RATE_HZ), sound, rng, muffled)


@cache
def _soundfont() -> bytes:
    import pretty_midi

    return (Path(pretty_midi.__file__).parent / "TimGM6mb.sf2").read_bytes()


# --- composing -------------------------------------------------------------------------------


def _maybe_other(style: Style, rng: np.random.Generator, borrowed: float) -> Style:
    if rng.random() < borrowed:
        return list(GENRES.values())[int(rng.integers(len(GENRES)))]
    return style


def _pick(rng: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(rng.integers(len(choices)))]


def _compose(style: Style, seconds: float, rng: np.random.Generator, borrowed: float) -> bytes:
    """A MIDI file of one track."""
    import pretty_midi

    rhythm, harmony, bass_style, lead_style, drummer = (_maybe_other(style, rng, borrowed) for _ in range(5))
    step_s = 60 / rng.uniform(*rhythm.tempo_bpm) / 4
    swing = rhythm.swing * rng.uniform(0.6, 1.2)
    bars = int(np.ceil(seconds / (STEPS * step_s)))
    chords = _pick(rng, harmony.chords).split()
    first_chord = int(rng.integers(len(chords)))
    chords = [chords[(first_chord + bar) % len(chords)] for bar in range(bars)]
    key = int(rng.integers(-5, 7))
    band = _Band(pretty_midi, seconds, step_s, swing, float(rng.uniform(0.002, 0.012)), rng)

    comp, bass, lead = _pick(rng, harmony.comp), _pick(rng, bass_style.bass), _pick(rng, lead_style.lead)
    comp_program, bass_program, lead_program = (
        _pick(rng, programs) for programs in (harmony.comp_programs, bass_style.bass_programs, lead_style.lead_programs)
    )
    levels = rng.uniform(0.55, 1.0, 4)
    kit = {name: _pick(rng, patterns) for name, patterns in drummer.drums.items()}
    pads = rng.random() < harmony.pad_share
    melody = _Melody(lead_style.scale, rng)
    for bar, chord in enumerate(chords):
        notes = [key + note for note in chord_notes(chord)]
        start = bar * STEPS
        for step, length, mark in _marks(comp):
            played = notes if mark in "xX" else [_chord_tone(notes, mark)]
            for note in played:
                band.play(comp_program, 60 + note, start + step, length, 85 * levels[0])
        if pads:
            for note in notes:
                band.play(_pick(rng, harmony.pad_programs), 60 + note, start, STEPS, 50)
        for step, length, mark in _marks(bass):
            band.play(bass_program, 36 + _chord_tone(notes, mark), start + step, length, 105 * levels[1])
        for step, length, _ in _marks(lead):
            if rng.random() < lead_style.lead_density:
                band.play(lead_program, 72 + key + melody.next(), start + step, length, 95 * levels[2])
        for name, pattern in kit.items():
            for step, _, mark in _marks(pattern):
                band.strike(DRUM_NOTES[name], start + step, (112 if mark == "X" else 80) * levels[3])
    return band.midi()


def _marks(pattern: str) -> list[tuple[int, int, str]]:
    """Onset, length in steps and mark of each note of a pattern; `-` holds, `.` rests."""
    notes = []
    for step, mark in enumerate(pattern):
        if mark not in ".-":
            held_steps = len(pattern[step + 1 :]) - len(pattern[step + 1 :].lstrip("-"))
            notes.append((step, 1 + held_steps, mark))
    return notes


def _chord_tone(notes: list[int], digit: str) -> int:
    """A note of a chord by its digit: 1 root, 3 third, 5 fifth, 7 the last, 8 the octave; x is the root."""
    tone_index = {"1": 0, "x": 0, "X": 0, "3": 1, "5": 2, "7": -1, "8": 0}[digit]
    return notes[min(tone_index, len(notes) - 1)] + (12 if digit == "8" else 0)


class _Melody:
    """A walk up and down a scale that turns at its ends."""

    def __init__(self, scale: tuple[int, ...], rng: np.random.Generator) -> None:
        self.scale = [note + octave for octave in (-12, 0, 12) for note in scale]
        self.place = len(self.scale) // 2
        self.rng = rng

    def next(self) -> int:
        self.place += int(self.rng.integers(-2, 3))
        self.place = min(max(self.place, 2), len(self.scale) - 3)
        return self.scale[self.place]


class _Band:
    """Players who share a tempo, a swing and a small unsteadiness, and write down what they play."""

    def __init__(
        self,
        pretty_midi: ModuleType,
        seconds: float,
        step_s: float,
        swing: float,
        unsteady_s: float,
        rng: np.random.Generator,
    ) -> None:
        self.pretty_midi, self.seconds, self.rng = pretty_midi, seconds, rng
        self.step_s, self.swing, self.unsteady_s = step_s, swing, unsteady_s
        self.players: dict[int, Instrument] = {}
        self.drums = pretty_midi.Instrument(program=0, is_drum=True)

    def play(self, program: int, pitch: int, step: int, length: int, velocity: float) -> None:
        player = self.players.setdefault(program, self.pretty_midi.Instrument(program=program))
        self._note(player, pitch, step, length, velocity)

    def strike(self, drum: int, step: int, velocity: float) -> None:
        self._note(self.drums, drum, step, 1, velocity)

    def _note(self, player: "Instrument", pitch: int, step: int, length: int, velocity: float) -> None:
        late = self.swing * 2 if step % 4 == 2 else 0  # the second eighth of a beat comes late
        start = max((step + late) * self.step_s + self.rng.normal(0, self.unsteady_s), 0)
        loudness = int(np.clip(velocity + self.rng.normal(0, 6), 1, 127))
        end = min(start + 0.95 * length * self.step_s, self.seconds)
        if start < end:
            player.notes.append(self.pretty_midi.Note(loudness, pitch, start, end))

    def midi(self) -> bytes:
        song = self.pretty_midi.PrettyMIDI()
        song.instruments = [player for player in (*self.players.values(), self.drums) if player.notes]
        written = io.BytesIO()
        song.write(written)
        return written.getvalue()


# --- the sound -------------------------------------------------------------------------------


def _master(
    mono: np.ndarray, rate_hz: int, length: int, style: Style, rng: np.random.Generator, muffled: float
) -> np.ndarray:
    """Drive, equalizer and hiss of a record, at the archive's rate."""
    mono = mono / (np.abs(mono).max() + 1e-9)
    drive = style.drive * rng.uniform(0.5, 1.5)
    if drive:
        mono = np.tanh(mono * (1 + 6 * drive)) / np.tanh(1 + 6 * drive)
    spectrum = np.fft.rfft(mono)
    frequency_hz = np.fft.rfftfreq(len(mono), 1 / rate_hz)
    octaves = np.log2(np.maximum(frequency_hz, 40) / 1000)
    tilt_db = rng.normal(0, 0.7)
    colour_db = sum(rng.normal(0, 2) * np.exp(-((octaves - centre) ** 2)) for centre in rng.uniform(-4, 3.4, 3))
    cutoff_hz = rng.uniform(*style.bandwidth_hz)
    if muffled and rng.random() < muffled:  # no draw where none is: later ones stay
        cutoff_hz *= rng.uniform(0.3, 0.6)
    spectrum *= 10 ** ((tilt_db * octaves + colour_db) / 20) / np.sqrt(1 + (frequency_hz / cutoff_hz) ** 8)
    # The spectrum of the slower rate is the lower part of this one.
    played = np.fft.irfft(spectrum[: length // 2 + 1], length) * length / len(mono)
    played += played.std() * 10 ** (rng.uniform(-60, -28) / 20) * rng.normal(size=length)
    mastered: np.ndarray = played / np.abs(played).max() * rng.uniform(0.35, 0.98)
    return mastered
