"""C of this project as a library of the host: recordings are streamed through it sample by sample.

It is the same C that a device runs, compiled for this machine by the pinned compiler. Native code
that is broken takes its process along: where the C is not this project's own, use
`featherline.runtimes.isolation`.
"""

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from featherline.errors import FeatherlineError

INT16 = np.iinfo(np.int16)
NOT_DUE = -1  # PROGRAM_NOT_DUE of firmware/program/program.h
# Undefined behaviour stops the program instead of passing for a result.
_FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-fsanitize-trap=undefined") + (
    "-shared",
    "-fPIC",
)
_INT16_POINTER = ctypes.POINTER(ctypes.c_int16)
_INT8_POINTER = ctypes.POINTER(ctypes.c_int8)


def load(sources: Mapping[str, bytes], defines: Mapping[str, str] | None = None) -> ctypes.CDLL:
    """Compiles C99 and loads it; the library's variables start anew with each call.

    Args:
        sources: file name -> content; files that end in .c are compiled.
        defines: macros, name -> value.

    Raises:
        FeatherlineError: where the compiler refuses, in its own words.
    """
    with tempfile.TemporaryDirectory(prefix="featherline-") as name:
        folder = Path(name)
        for file, content in sources.items():
            (folder / file).write_bytes(content)
        units = sorted(file for file in sources if file.endswith(".c"))
        macros = [f"-D{macro}={value}" for macro, value in sorted((defines or {}).items())]
        command = [sys.executable, "-m", "ziglang", "cc", *_FLAGS, *macros, *units, "-o", "program.so"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise FeatherlineError(f"The C compiler of this machine refuses {', '.join(units)}: {done.stderr.strip()}")
        return ctypes.CDLL(str(folder / "program.so"))


def samples_of_motion(acceleration_g: np.ndarray, units_per_g: int) -> np.ndarray:
    """Acceleration as a sensor of 16 bits gives it: int16, halves to even, cut off at its range."""
    return np.clip(np.rint(acceleration_g * units_per_g), INT16.min, INT16.max).astype(np.int16)


def samples_of_audio(clip: np.ndarray) -> np.ndarray:
    """Samples in -1..1 as a microphone of 16 bits gives them."""
    return np.clip(np.rint(clip * (INT16.max + 1)), INT16.min, INT16.max).astype(np.int16)


def features_of_motion(library: ctypes.CDLL, samples: np.ndarray, count: int) -> np.ndarray:
    """Pushes one recording into a new stream and gathers the features of each window that was due.

    Args:
        library: a front end that `load` compiled.
        samples: int16, shape (samples, 3).
        count: how many features a window has.

    Returns:
        int8, shape (windows, count).
    """
    push = _push(library, "frontend", _INT8_POINTER, 1)
    return _gathered((push(_pointer(row)) for row in np.ascontiguousarray(samples)), count)


def features_of_audio(library: ctypes.CDLL, samples: np.ndarray, hop_samples: int, count: int) -> np.ndarray:
    """The same for audio: int16 of shape (samples,), pushed by `hop_samples`."""
    push = _push(library, "frontend", _INT8_POINTER, 2)
    return _gathered((push(_pointer(part), len(part)) for part in _parts(samples, hop_samples)), count)


def decisions_of_motion(library: ctypes.CDLL, samples: np.ndarray, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Pushes one recording into a whole program and gathers what it says of each window.

    Args:
        library: a program that `load` compiled from `featherline.codegen.program.sources`.
        samples: int16, shape (samples, 3).
        outputs: of the model.

    Returns:
        The classes of the recent windows together, shape (windows,), and the model's output for
        each window alone, int8, shape (windows, outputs).
    """
    push = _push(library, "program", ctypes.c_int, 1)
    return _decided(library, (push(_pointer(row)) for row in np.ascontiguousarray(samples)), outputs)


def decisions_of_audio(
    library: ctypes.CDLL, samples: np.ndarray, hop_samples: int, outputs: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same for audio: int16 of shape (samples,), pushed by `hop_samples`."""
    push = _push(library, "program", ctypes.c_int, 2)
    return _decided(library, (push(_pointer(part), len(part)) for part in _parts(samples, hop_samples)), outputs)


def _push(library: ctypes.CDLL, what: str, result: type, arguments: int) -> Callable:
    getattr(library, f"{what}_reset")()
    push = getattr(library, f"{what}_push")
    push.argtypes, push.restype = [_INT16_POINTER, ctypes.c_int][:arguments], result
    return push


def _pointer(values: np.ndarray) -> ctypes._Pointer:
    return ctypes.cast(values.ctypes.data, _INT16_POINTER)


def _parts(samples: np.ndarray, hop_samples: int) -> Iterator[np.ndarray]:
    return (samples[start : start + hop_samples] for start in range(0, len(samples), hop_samples))


def _gathered(pushed: Iterable, count: int) -> np.ndarray:
    found = [np.ctypeslib.as_array(due, (count,)).copy() for due in pushed if due]
    return np.array(found, np.int8).reshape(-1, count)


def _decided(library: ctypes.CDLL, pushed: Iterable[int], outputs: int) -> tuple[np.ndarray, np.ndarray]:
    library.program_output.restype = _INT8_POINTER
    found = [
        (decided, np.ctypeslib.as_array(library.program_output(), (outputs,)).copy())
        for decided in pushed
        if decided != NOT_DUE
    ]
    classes, said = [decided for decided, _ in found], [output for _, output in found]
    return np.array(classes, int), np.array(said, np.int8).reshape(-1, outputs)
