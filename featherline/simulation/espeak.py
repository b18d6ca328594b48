"""The voices of eSpeak NG, in a process of their own.

eSpeak NG carries state from word to word, past even its own reset; only a new process
says the same words in the same samples. So `speak` runs this module as a program: a
script as JSON on its standard input, the samples as .npz on its standard output.
"""

import ctypes
import io
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError

SAMPLE_RATE_HZ = 22_050
SYNCHRONOUS, UTF8 = 2, 1  # output mode and text encoding of speak_lib.h
RATE, PITCH, PITCH_RANGE = 1, 3, 4  # espeak_PARAMETER of speak_lib.h


@dataclass(frozen=True)
class Voice:
    """A voice as eSpeak NG knows it.

    Attributes:
        name: accent and variant, as in `en-us+Alex`.
        pitch: 0..100.
        pitch_range: 0..100, from monotone to lively.
        rate_wpm: words a minute, 80..450.
    """

    name: str
    pitch: int
    pitch_range: int
    rate_wpm: int


def variants() -> list[str]:
    """Names of the voice variants that can follow an accent, sorted."""
    import espeakng_loader

    return sorted(path.name for path in Path(espeakng_loader.get_data_path(), "voices", "!v").iterdir())


def speak(script: list[tuple[Voice, list[str]]]) -> list[list[np.ndarray]]:
    """Speaks the words of each voice, one by one.

    Returns:
        for each entry of the script its words: float32 in -1..1 at `SAMPLE_RATE_HZ`, each as
        long as it takes to say.

    Raises:
        FeatherlineError: where eSpeak NG fails, or has no sound for a word.
    """
    package = Path(__file__).resolve().parents[2]
    process = subprocess.run(
        [sys.executable, "-m", "featherline.simulation.espeak"],
        input=json.dumps([(asdict(voice), words) for voice, words in script]).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(package)},
    )
    if process.returncode:
        reason = process.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1] or "it said nothing"
        raise FeatherlineError(
            f"eSpeak NG stopped with status {process.returncode} ({reason}): install requirements.txt again."
        )
    with np.load(io.BytesIO(process.stdout), allow_pickle=False) as spoken:
        words = iter(np.split(spoken["samples"].astype(np.float32) / 32768, np.cumsum(spoken["lengths"])[:-1]))
    spoken = [[next(words) for _ in own_words] for _, own_words in script]
    for (_, own_words), utterances in zip(script, spoken, strict=True):
        for word, utterance in zip(own_words, utterances, strict=True):
            if not utterance.any():
                raise FeatherlineError(f"eSpeak NG says nothing for {word!r}: choose a keyword that can be spoken.")
    return spoken


def _program() -> None:
    """Reads a script from standard input and writes what was spoken to standard output."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(espeakng_loader.get_data_path()), 0)
    chunks: list[np.ndarray] = []

    def collect(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count:
            chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    # The library keeps no reference: the variable keeps the callback alive.
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)(collect)
    library.espeak_SetSynthCallback(callback)
    library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # breath and whisper are random; by default the clock seeds them
    spoken = []
    for voice, words in json.load(sys.stdin):
        voice = Voice(**voice)
        library.espeak_SetVoiceByName(voice.name.encode())
        for parameter, value in ((RATE, voice.rate_wpm), (PITCH, voice.pitch), (PITCH_RANGE, voice.pitch_range)):
            library.espeak_SetParameter(parameter, value, 0)
        for word in words:
            chunks.clear()
            text = word.encode()
            library.espeak_Synth(text, len(text) + 1, 0, 0, 0, UTF8, None, None)
            library.espeak_Synchronize()
            spoken.append(np.concatenate([np.empty(0, np.int16), *chunks]))
    output = io.BytesIO()
    np.savez(output, samples=np.concatenate(spoken), lengths=np.array([len(samples) for samples in spoken]))
    sys.stdout.buffer.write(output.getvalue())


if __name__ == "__main__":
    _program()
