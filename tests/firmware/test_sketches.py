"""Sketches run on a board that does not exist, and compile against headers that say what they use."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from featherline.codegen import frontend as c_frontend
from featherline.codegen import naming, program
from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.emulator import host_program
from featherline.records.frontend import FrontEnd
from featherline.signals import audio, motion, sensor
from featherline.tflite.model import Tensor
from tests.matrix.rows import WARNINGS

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in"
LIBRARIES = STAND_IN / "libraries"
CORE = STAND_IN / "hardware/featherline/host/cores/board"
CLASSES = ("low", "high", "spread")

# Stands for a network: how many features are low, how many high, how many neither.
MODEL_C = b"""
#include "model.h"
void model_invoke(const int8_t *input, int8_t *output)
{
    int counts[3] = {0, 0, 0};
    for (int i = 0; i < MODEL_INPUT_BYTES; ++i) {
        ++counts[input[i] < -20 ? 0 : input[i] > 20 ? 1 : 2];
    }
    for (int i = 0; i < 3; ++i) {
        output[i] = (int8_t)(counts[i] * 127 / MODEL_INPUT_BYTES);
    }
}
"""
MODEL_H = """
#include <stdint.h>
#define MODEL_INPUT_BYTES {inputs}
#define MODEL_OUTPUT_BYTES 3
#define MODEL_CLASS_NAMES {{"low", "high", "spread"}}
#ifdef __cplusplus
extern "C"
#endif
void model_invoke(const int8_t *input, int8_t *output);
"""


def content(constants, shape, axis):
    places = shape[2] if axis == 3 else shape[1]
    return {
        "application": "Example",
        "classes": list(CLASSES),
        "input_shape": shape,
        "normalization": {"axis": axis, "mean": [0.0] * places, "scale": [1.0] * places},
        "frontend": constants,
    }


@pytest.fixture(scope="module")
def of_motion():
    settings = motion.MotionPreprocess(
        sample_rate_hz=25,
        window_seconds=1,
        overlap=0.5,
        channels=("x", "vertical"),
        split={"protocol": "group", "validation": 0.2, "test": 0.2},
    )
    return content(motion.front_end(settings, 50).constants(), [25, 1, 2], 3)


def audio_constants(sample_rate_hz: int) -> dict:
    settings = audio.Features(
        kind="log_mel",
        sample_rate_hz=sample_rate_hz,
        frame_samples=512,
        hop_samples=512,
        coefficients=10,
        lowest_hz=60,
        highest_hz=7000,
        log_floor=0.001,
    )
    return audio.constants(audio.front_end(settings, 8000))


@pytest.fixture(scope="module")
def of_audio():
    return content(audio_constants(16000), [15, 10, 1], 2)


def sources(frontend, scale):
    tensor = Tensor(0, 0, "input", (1, *frontend["input_shape"]), "int8", 0, False, 1, (scale,), (0,))
    return (
        c_frontend.sources(FrontEnd.model_validate(frontend), tensor)
        | {f"model_{file}": naming.source(f"program/{file}", "model") for file in ("program.c", "program.h")}
        | {"model.c": MODEL_C, "model.h": MODEL_H.format(inputs=int(np.prod(frontend["input_shape"]))).encode()}
    )


def compiled(folder, *arguments):
    zig = [sys.executable, "-m", "ziglang", "cc", *WARNINGS, "-I.", f"-I{CORE}"]
    # An Arduino core is built without exceptions and without locks around static variables.
    plain = ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-O1"]
    done = subprocess.run([*zig, *plain, *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def found_libraries(source):
    """Where the builder of Arduino looks for the headers of a source: a library is found by a header at its top
    alone, and the first header that is found nowhere ends the search."""
    found = []
    for header in re.findall("^#include <(.+)>", source, re.MULTILINE):
        at_top = [folder for folder in LIBRARIES.glob("*/src") if (folder / header).is_file() and "/" not in header]
        found += [folder for folder in at_top if folder not in found]
        if "/" in header and not any((folder / header).is_file() for folder in found):
            break
    return found


def run(folder, files, name, samples, sample_us):
    """Builds a sketch with the board and lets it run to the last sample; returns the lines that it printed."""
    for file, held in files.items():
        (folder / file).write_bytes(held)
    (folder / "samples").write_bytes(samples.tobytes())
    sketch = [folder / file for file in sorted(files) if file.endswith((".ino", ".c", ".cpp"))]
    libraries = found_libraries("".join(source.read_text() for source in sketch if source.suffix != ".c"))
    units = []
    for source in [*sketch, CORE / "board.cpp", *(file for library in libraries for file in library.glob("*.cpp"))]:
        units.append(f"{len(units)}.o")
        language = "c" if source.suffix == ".c" else "c++"
        include = ["-include", "Arduino.h", "-std=c++14"] if language == "c++" else ["-std=c99"]
        include += [f"-I{library}" for library in libraries]
        compiled(folder, *include, "-x", language, "-c", str(source), "-o", units[-1])
    compiled(folder, *units, "-o", "board")
    done = subprocess.run(
        ["./board", "samples", str(sample_us)], cwd=folder, capture_output=True, text=True, timeout=60
    )
    return done.stdout.splitlines()


def test_the_motion_sketch_prints_the_classes_of_what_the_sensor_measures(of_motion, tmp_path):
    rng = np.random.default_rng(0)
    acceleration = np.concatenate([np.full((150, 3), -0.9), np.full((150, 3), 0.9), rng.normal(size=(150, 3))])
    acceleration = (acceleration + rng.normal(scale=0.02, size=acceleration.shape)).clip(-4, 4).astype(np.float32)
    files = program.sketch(sources(of_motion, 0.02), FrontEnd.model_validate(of_motion), "Example")
    *printed, leds = run(tmp_path, files, "Example", acceleration, 1_000_000 // 50)
    samples = np.trunc(acceleration * np.float32(UNITS_PER_G)).astype(np.int16)
    library = host_program.load({file: held for file, held in files.items() if file.endswith((".c", ".h"))})
    expected, _ = host_program.decisions(library, samples, 1, 3)
    assert printed == [CLASSES[found] for found in expected]
    assert set(printed) == set(CLASSES)
    assert leds == f"LEDs {''.join(str(int(expected[-1]) + 1 >> bit & 1) for bit in range(4))}"


def test_the_audio_sketch_prints_the_classes_of_what_the_microphone_hears(of_audio, tmp_path):
    rng = np.random.default_rng(0)
    loudness = np.repeat([3, 8000, 40], 16000)
    samples = rng.normal(scale=loudness).clip(-32768, 32767).astype(np.int16)
    files = program.sketch(sources(of_audio, 0.1), FrontEnd.model_validate(of_audio), "Example")
    *printed, _ = run(tmp_path, files, "Example", samples, 0)
    library = host_program.load({file: held for file, held in files.items() if file.endswith((".c", ".h"))})
    expected, _ = host_program.decisions(library, samples, 512, 3)
    assert len(printed) > 10
    # The last samples wait in the ring for one more.
    assert printed == [CLASSES[found] for found in expected][: len(printed)]
    assert len(expected) - len(printed) <= 1
    assert len(set(printed)) > 1


ANALOG = b"""
#include <Arduino.h>
#include "board.h"
static struct Clock {
  Clock() { board_before_loop(board_wait); }
} clock;
int analogRead(int)
{
  int16_t value;
  if (!board_read(&value, sizeof value)) {
    board_end();
  }
  return value;
}
"""


def test_the_sketch_of_any_sensor_prints_the_classes_of_what_its_user_reads(tmp_path):
    settings = sensor.SensorPreprocess(
        sample_rate_hz=50,
        window_seconds=1,
        overlap=0.5,
        channels=("v",),
        split={"protocol": "group", "validation": 0.2, "test": 0.2},
    )
    front = sensor.front_end(settings, 50, sensor.Columns(("v", "w"), "counts", {}))
    front = sensor.in_range(front, np.array([-2000.0, 0]), np.array([2000.0, 9]))
    described = content(front.constants(), [50, 1, 1], 3)
    described["normalization"] |= {"mean": [0.0], "scale": [500.0]}
    rng = np.random.default_rng(0)
    values = np.concatenate([np.full(150, -1900), np.full(150, 1900), rng.normal(0, 80, 150)]).astype(np.int16)
    samples = np.column_stack([values, np.ones_like(values)])
    files = program.sketch(sources(described, 0.03), FrontEnd.model_validate(described), "Example")
    *printed, _ = run(tmp_path, files | {"analog.cpp": ANALOG}, "Example", samples, 1_000_000 // 50)
    library = host_program.load({file: held for file, held in files.items() if file.endswith((".c", ".h"))})
    expected, _ = host_program.decisions(library, sensor.to_int16(samples, front.steps, front.zeros), 1, 3)
    assert printed == [CLASSES[found] for found in expected]
    assert set(printed) == set(CLASSES)


def of_tflm(frontend):
    """The files of a sketch of TensorFlow Lite Micro with every operator that it knows."""
    files = program.sketch(sources(frontend, 0.02), FrontEnd.model_validate(frontend), "Example")
    del files["model.c"]
    every = " ".join(f"resolver.{added}();" for added in sorted(program.RESOLVED.values()))
    files["model_tflm.cpp"] = naming.source("sketches/tflm_model.cpp", "model")
    files["model_tflm.h"] = (
        f"#define MODEL_TFLM_ARENA_BYTES 4096\n#define MODEL_TFLM_OPERATORS {len(program.RESOLVED)}\n"
        f"#define MODEL_TFLM_ADD_OPERATORS(resolver) {every}\n"
        "alignas(16) static const unsigned char model_tflm_model[] = {0};\n"
    ).encode()
    return files


def test_the_sketch_of_tflm_finds_the_library_and_runs(of_motion, tmp_path):
    samples = np.zeros((300, 3), np.float32)
    *printed, leds = run(tmp_path, of_tflm(of_motion), "Example", samples, 1_000_000 // 50)
    assert printed and set(printed) == {CLASSES[0]}  # the stand-in answers the same for all classes
    assert leds == "LEDs 1000"


def test_a_library_is_found_by_its_own_header_alone():
    below = "#include <tensorflow/lite/micro/micro_interpreter.h>\n"
    own = "#include <TensorFlowLite.h>\n"
    assert found_libraries(own + below) == [LIBRARIES / "Arduino_TensorFlowLite" / "src"]
    assert found_libraries(below) == found_libraries(below + own) == []


def test_the_music_sketch_compiles_at_the_other_rate_of_the_microphone(of_audio, tmp_path):
    faster = of_audio | {"frontend": of_audio["frontend"] | {"sample_rate_hz": 22050}}
    faster["frontend"]["mel"] = audio_constants(22050)["mel"]
    rng = np.random.default_rng(0)
    samples = rng.normal(scale=1000, size=41667).astype(np.int16)
    files = program.sketch(sources(faster, 0.1), FrontEnd.model_validate(faster), "Example")
    *printed, _ = run(tmp_path, files, "Example", samples, 0)
    frames, hop = 22050 // 512, 15 // 8
    assert len(printed) == 1 + (frames - 15) // hop
