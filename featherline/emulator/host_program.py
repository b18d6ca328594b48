"""C of this project as a library of the host: recordings are streamed through it sample by sample.

It is the same C that a device runs, compiled for this machine by the pinned compiler. Native code
that is broken takes its process along: where the C is not this project's own, use
`featherline.core.isolation`.
"""

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError

NOT_DUE = -1  # MODEL_PROGRAM_NOT_DUE
_NAME = "model"
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


def features(library: ctypes.CDLL, samples: np.ndarray, chunk: int, count: int) -> np.ndarray:
    """Pushes one recording into a new stream and gathers the features of each window that was due.

    Args:
        library: a front end that `load` compiled.
        samples: int16, shape (samples,) of sound, (samples, 3) of motion.
        chunk: how many samples are pushed at once.
        count: how many features a window has.

    Returns:
        int8, shape (windows, count).
    """
    due = _INT8_POINTER()
    windows = [
        np.ctypeslib.as_array(due, (count,)).copy() for _ in _pushed(library, "frontend", samples, chunk, due) if due
    ]
    return np.array(windows, np.int8).reshape(-1, count)


def decisions(library: ctypes.CDLL, samples: np.ndarray, chunk: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Pushes one recording into a whole program and gathers what it says of each window.

    Args:
        library: a program that `load` compiled from `featherline.codegen.program.sources`.
        samples, chunk: as for `features`.
        outputs: of the model.

    Returns:
        The classes of the recent windows together, shape (windows,), and the model's output for
        each window alone, int8, shape (windows, outputs).
    """
    output = getattr(library, f"{_NAME}_program_output")
    output.restype = _INT8_POINTER
    decided = ctypes.c_int32()
    windows = [
        (decided.value, np.ctypeslib.as_array(output(), (outputs,)).copy())
        for _ in _pushed(library, "program", samples, chunk, decided)
        if decided.value != NOT_DUE
    ]
    classes, outputs_by_window = [label for label, _ in windows], [scores for _, scores in windows]
    return np.array(classes, int), np.array(outputs_by_window, np.int8).reshape(-1, outputs)


def _pushed(
    library: ctypes.CDLL,
    what: str,
    samples: np.ndarray,
    chunk: int,
    result: "ctypes.c_int32 | ctypes._Pointer[ctypes.c_int8]",
) -> Iterator[int]:
    """Resets a stream and pushes samples; after each push, `result` holds what it wrote."""
    getattr(library, f"{_NAME}_{what}_reset")()
    push = getattr(library, f"{_NAME}_{what}_push")
    push.argtypes, push.restype = [_INT16_POINTER, ctypes.c_int32, ctypes.POINTER(type(result))], ctypes.c_int32
    samples = np.ascontiguousarray(samples)
    for start in range(0, len(samples), chunk):
        part = samples[start : start + chunk]
        while len(part):
            consumed = push(ctypes.cast(part.ctypes.data, _INT16_POINTER), len(part), ctypes.byref(result))
            part = part[consumed:]
            yield consumed
