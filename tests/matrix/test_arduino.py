"""Sketches of the committed models, built by arduino-builder as the Arduino IDE builds them.

The boards of `tests/firmware/stand_in/hardware` do not exist; one of them runs here. The core of
Arduino's own AVR boards comes from Debian. Of libraries there are stand-ins, laid out as the real
ones are, so that they are found, or not, as on a desk.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from featherline.codegen import lower, program
from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.core.errors import FeatherlineError
from featherline.emulator import host_program
from featherline.records.frontend import FrontEnd
from featherline.tflite import model as tflite
from tests.matrix import builds, programs, table

STAND_IN = programs.ROOT / "tests/firmware/stand_in"
SYSTEM = Path("/usr/share/arduino/hardware")
CTAGS = Path("/usr/share/arduino-builder")
ARENA_BYTES = 16384
SECONDS = 20


@dataclass(frozen=True)
class Board:
    """A board by its name in arduino-builder.

    Attributes:
        programs: that must be installed, and the Debian packages that have them.
    """

    name: str
    standard: str
    programs: dict[str, str]
    runs: bool = False


_BUILDER = {"arduino-builder": "arduino-builder", "g++": "g++"}
BOARDS = (
    Board("featherline:host:host", "c++14", _BUILDER, runs=True),
    Board("featherline:host:without_leds", "c++14", _BUILDER, runs=True),
    Board("featherline:host:cortex_m4", "c++14", _BUILDER | {"arm-none-eabi-g++": "gcc-arm-none-eabi"}),
    Board("arduino:avr:mega:cpu=atmega2560", "gnu++11", _BUILDER | {"avr-g++": "gcc-avr arduino-core-avr"}),
)


def missing(board: Board) -> str | None:
    absent = [package for word, package in board.programs.items() if shutil.which(word) is None]
    if board.name.startswith("arduino:") and not (SYSTEM / "arduino/avr").is_dir():
        absent.append("arduino-core-avr")
    return f"needs the Debian packages {' '.join(absent)}" if absent else None


@dataclass(frozen=True)
class Sketched:
    """An application with both sketches of its model."""

    app: str
    frontend: FrontEnd
    files: dict[str, bytes]

    def sources(self, kind: str) -> dict[str, bytes]:
        return {name.removeprefix(f"{kind}/"): held for name, held in self.files.items() if name.startswith(f"{kind}/")}


@pytest.fixture(scope="module")
def sketched() -> list[Sketched]:
    found = []
    for one in programs.committed():
        if one.model == programs.SMALL and not one.in_zoo:
            files = program.sketches(lower(tflite.read(one.file)), one.frontend, ARENA_BYTES)
            found.append(Sketched(one.app, one.frontend, files))
    return found


def built(board: Board, sources: dict[str, bytes], name: str, folder: Path, *libraries: Path) -> Path:
    """The executable of a sketch, or FeatherlineError with what the builder says; `libraries` are more folders of
    libraries beside the stand-ins."""
    sketch, target = folder / name, folder / "build"
    for made in (sketch, target):
        made.mkdir(parents=True)
    for file, content in sources.items():
        (sketch / file).write_bytes(content)
    hardware = [word for place in (STAND_IN / "hardware", SYSTEM, CTAGS) for word in ("-hardware", str(place))]
    command = ["arduino-builder", "-compile", *hardware, "-tools", str(CTAGS), "-fqbn", board.name]
    # Debian's compiler for AVR does not have this in C++, and Debian's core of Arduino uses it.
    command += ["-prefs", "compiler.cpp.extra_flags=-DDECIMAL_DIG=__DECIMAL_DIG__"]
    command += [word for place in (STAND_IN / "libraries", *libraries) for word in ("-libraries", str(place))]
    command += ["-build-path", str(target), str(sketch / f"{name}.ino")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise FeatherlineError((done.stderr + done.stdout)[-3000:])
    return target / f"{name}.ino.elf"


def printed(executable: Path, frontend: FrontEnd, folder: Path) -> tuple[list[str], np.ndarray]:
    """What a sketch prints of noise, and the noise as the front end gets it."""
    rate_hz, _, values = program.stream(frontend)
    rng = np.random.default_rng(0)
    if values == 3:
        sensed = rng.normal(scale=0.7, size=(SECONDS * rate_hz, values)).clip(-3.9, 3.9).astype(np.float32)
        samples = np.trunc(sensed * np.float32(UNITS_PER_G)).astype(np.int16)
    else:
        sensed = samples = rng.normal(scale=2000, size=SECONDS * rate_hz).astype(np.int16)
    (folder / "samples").write_bytes(sensed.tobytes())
    command = [executable, folder / "samples", str(1_000_000 // rate_hz)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120).stdout.splitlines(), samples


def expected(one: Sketched, samples: np.ndarray) -> list[str]:
    """The classes of the whole program, compiled as a library, of the same samples."""
    files = {name: held for name, held in one.sources("sketch").items() if name[-2:] in (".c", ".h")}
    classes, (_, chunk, _) = one.frontend.classes, program.stream(one.frontend)
    found, _ = host_program.decisions(host_program.load(files), samples, chunk, len(classes))
    return [classes[place] for place in found]


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sketch", "tflm_sketch"])
@pytest.mark.parametrize("board", BOARDS, ids=[board.name for board in BOARDS])
def test_sketches_build_and_run(board, kind, sketched, tmp_path, record_property):
    def line(compiled: int, executed: int, right: int, result: str) -> None:
        told = table.Line(
            "arduino-builder", f"{board.name} {kind}", board.standard, len(sketched), compiled, executed, right, result
        )
        record_property(table.PROPERTY, told.recorded())

    reason = missing(board)
    if reason is not None:
        line(0, 0, 0, f"skipped: {reason}")
        pytest.skip(reason)
    compiled = executed = right = 0
    failures, too_large = [], []
    for one in sketched:
        folder = tmp_path / one.app
        try:
            executable = built(board, one.sources(kind), kind, folder)
        except FeatherlineError as error:
            large = builds.TOO_LARGE.search(str(error))
            (too_large if large else failures).append(f"{one.app}: {error}")
            continue
        compiled += 1
        # At 22,050 Hz the sketch makes its samples itself, out of those of the microphone.
        if not board.runs or program.stream(one.frontend)[0] == 22050:
            continue
        lines, samples = printed(executable, one.frontend, folder)
        executed += 1
        lines = [text for text in lines if not text.startswith("LEDs ")]
        wanted = expected(one, samples)
        if kind == "tflm_sketch":  # the stand-in of the interpreter gives all classes the same
            wanted = [one.frontend.classes[0]] * len(wanted)
        # The last samples of sound wait for one more.
        same = lines == wanted[: len(lines)] and len(wanted) - len(lines) <= 1 and len(lines) > 1
        right += same
        failures += [f"{one.app}: printed {lines}, and not {wanted}"] * (not same)
    words = [f"{len(failures)} failed"] * bool(failures) + [f"{len(too_large)} too large for it"] * bool(too_large)
    line(compiled, executed, right, ", ".join(words) or "right")
    assert not failures, "\n".join(failures)
    assert compiled


@pytest.mark.soak
def test_the_builder_does_not_find_the_library_without_its_header(sketched, tmp_path):
    board = BOARDS[0]
    if missing(board):
        pytest.skip(missing(board))
    sources = sketched[0].sources("tflm_sketch")
    text = sources["model_tflm.cpp"]
    without = {**sources, "model_tflm.cpp": text.replace(b"#include <TensorFlowLite.h>", b"")}
    assert without["model_tflm.cpp"] != text
    with pytest.raises(FeatherlineError, match="micro_interpreter.h: No such file"):
        built(board, without, "tflm_sketch", tmp_path)
