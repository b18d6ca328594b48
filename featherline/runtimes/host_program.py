"""C of this project as a library of the host: recordings are streamed through it sample by sample.

It is the same C that a device runs, compiled for this machine by the pinned compiler. Native code
that is broken takes its process along: where the C is not this project's own, use
`featherline.runtimes.isolation`.
"""

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from featherline.errors import FeatherlineError

INT16 = np.iinfo(np.int16)
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
        command = [sys.executable, "-m", "ziglang", "cc", "-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-shared"]
        done = subprocess.run(
            [*command, "-fPIC", *macros, *units, "-o", "program.so"], cwd=folder, capture_output=True, text=True
        )
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
    push = _push(library, [_INT16_POINTER])
    library.frontend_reset()
    return _gathered((push(_pointer(row)) for row in np.ascontiguousarray(samples)), count)


def features_of_audio(library: ctypes.CDLL, samples: np.ndarray, hop_samples: int, count: int) -> np.ndarray:
    """The same for audio: int16 of shape (samples,), pushed by `hop_samples`."""
    push = _push(library, [_INT16_POINTER, ctypes.c_int])
    library.frontend_reset()
    parts = (samples[start : start + hop_samples] for start in range(0, len(samples), hop_samples))
    return _gathered((push(_pointer(part), len(part)) for part in parts), count)


def _push(library: ctypes.CDLL, arguments: list) -> ctypes._CFuncPtr:
    push = library.frontend_push
    push.argtypes, push.restype = arguments, _INT8_POINTER
    return push


def _pointer(values: np.ndarray) -> ctypes.POINTER:
    return ctypes.cast(values.ctypes.data, _INT16_POINTER)


def _gathered(pushed, count: int) -> np.ndarray:
    found = [np.ctypeslib.as_array(due, (count,)).copy() for due in pushed if due]
    return np.array(found, np.int8).reshape(-1, count)
