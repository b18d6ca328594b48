"""Measures the real FFT of featherline/firmware/frontend/audio.c against that of KISS FFT on the emulated Cortex-M4.

KISS FFT (BSD-3-Clause) comes from the npm package kissfft-js, which npm has to fetch; nothing of it
stays. Of both are counted: code and tables in flash, RAM beside the samples, and the instructions from
a frame of samples to the power of its bins. The tables of KISS FFT are computed at its start and kept
in RAM; that they could be constants in flash moves bytes from one column to the other.

Examples:
    python benchmarks/measure_fft.py
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline.codegen import frontend as c_frontend  # noqa: E402
from featherline.emulator.machine import Machine  # noqa: E402
from featherline.emulator.toolchain import compile  # noqa: E402
from featherline.records.frontend import FrontEnd  # noqa: E402
from featherline.signals import audio  # noqa: E402
from featherline.tflite.model import Tensor  # noqa: E402
from stages.command import guarded  # noqa: E402

PACKAGE = "kissfft-js@0.1.8"
KISS_FILES = ("kiss_fft.c", "kiss_fft.h", "_kiss_fft_guts.h", "tools/kiss_fftr.c", "tools/kiss_fftr.h")
LENGTHS = (1024, 2048)

# What KISS FFT asks of a C library at its start, and the same step to the power of each bin.
SUPPORT = b"""
#include <string.h>
#include "kiss_fftr.h"
static float window[%(length)d];
static kiss_fft_cpx bins[%(length)d / 2 + 1];
static char state[%(state)d];
void *malloc(size_t bytes) { (void)bytes; return 0; }
void free(void *memory) { (void)memory; }
static float series(float x) {
    float term = x, sum = x;
    for (int i = 1; i < 9; ++i) { term *= -x * x / (float)((2 * i) * (2 * i + 1)); sum += term; }
    return sum;
}
float kiss_sin(float x) {
    const float pi = 3.14159265f;
    while (x > pi) x -= 2 * pi;
    while (x < -pi) x += 2 * pi;
    return x > pi / 2 ? series(pi - x) : x < -pi / 2 ? -series(pi + x) : series(x);
}
float kiss_cos(float x) { return kiss_sin(x + 1.57079633f); }
static kiss_fftr_cfg config;
size_t start(void) {
    for (int i = 0; i < %(length)d; ++i) window[i] = 1 - kiss_cos(6.28318531f / %(length)d * (float)i);
    size_t bytes = 0;
    kiss_fftr_alloc(%(length)d, 0, 0, &bytes);
    if (bytes <= sizeof state) config = kiss_fftr_alloc(%(length)d, 0, state, &bytes);
    return bytes;
}
void transformed(const short *samples, float *power) {
    static float windowed[%(length)d];
    for (int i = 0; i < %(length)d; ++i) windowed[i] = window[i] * (float)samples[i];
    kiss_fftr(config, windowed, bins);
    for (int i = 0; i <= %(length)d / 2; ++i) power[i] = bins[i].r * bins[i].r + bins[i].i * bins[i].i;
}
"""
LIBRARY = {
    "stdlib.h": b"#include <stddef.h>\nvoid *malloc(size_t bytes);\nvoid free(void *memory);\n"
    b"#define exit(status) __builtin_trap()\n",
    "stdio.h": b"#define stderr 0\n#define fprintf(...) ((void)0)\n",
    "math.h": b"float kiss_sin(float);\nfloat kiss_cos(float);\n#define sin kiss_sin\n#define cos kiss_cos\n"
    b"#define floor(x) ((float)(int)(x))\n#define sqrt __builtin_sqrtf\n",
}


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
def main() -> None:
    guarded(measure, "measure_fft", debug=False)


def measure() -> None:
    kiss = fetched()
    print("| frame | FFT | code bytes | tables and state | working RAM | instructions | largest error |")
    print("| --: | :-- | --: | --: | --: | --: | --: |")
    for length in LENGTHS:
        samples = np.random.default_rng(0).normal(scale=3000, size=length).astype(np.int16)
        window = 1 - np.cos(2 * np.pi * np.arange(length) / length)
        power = np.abs(np.fft.rfft(samples * window)) ** 2
        show(length, "KISS FFT", *of_kiss(kiss, length, samples), power)
        show(length, "own", *own(length, samples), power)


def show(length: int, name: str, code: int, tables: int, ram: int, took: int, found: np.ndarray, power) -> None:
    error = np.abs(found[1:-1] / power[1:-1] - 1).max()
    print(f"| {length} | {name} | {code} | {tables} | {ram} | {took} | {error:.1e} |", flush=True)


def fetched() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        done = subprocess.run(
            ["npm", "pack", PACKAGE, "--silent"], cwd=name, capture_output=True, text=True, check=True
        )
        with tarfile.open(Path(name) / done.stdout.split()[-1]) as archive:
            return {file: archive.extractfile(f"package/src/{file}").read() for file in KISS_FILES}


def of_kiss(kiss: dict[str, bytes], length: int, samples: np.ndarray) -> tuple[int, int, int, int, np.ndarray]:
    names = {Path(file).name: held for file, held in kiss.items()}
    options = {"optimize": "Os", "defines": {"double": "float"}, "flags": ["-cl-single-precision-constant", "-w"]}
    state = 16 * length
    support = SUPPORT % {b"length": length, b"state": state}
    image = compile(names | LIBRARY | {"support.c": support}, ["start", "transformed"], **options)
    machine = Machine(image)
    state = machine.call("start").result
    address, target = machine.place(samples), machine.place(4 * (length // 2 + 1))
    called = machine.call("transformed", address, target)
    # Of the library at work, without its start.
    working = {name for name in called.by_function if name not in ("transformed", "memcpy", "memset")}
    code = sum(image.symbols[name].bytes for name in (*working, "transformed"))
    ram = 4 * length + 8 * (length // 2 + 1)
    power = np.frombuffer(machine.read(target, 4 * (length // 2 + 1)), np.float32)
    return code, state + 4 * length, ram, called.instructions, power


def own(length: int, samples: np.ndarray) -> tuple[int, int, int, int, np.ndarray]:
    settings = audio.Features(
        kind="log_mel",
        sample_rate_hz=16000,
        frame_samples=length,
        hop_samples=length,
        coefficients=16,
        lowest_hz=60,
        highest_hz=7600,
        log_floor=0.001,
    )
    frontend = {
        "application": "FFT",
        "classes": ["one", "other"],
        "input_shape": [1, 16, 1],
        "normalization": {"axis": 2, "mean": [0.0] * 16, "scale": [1.0] * 16},
        "frontend": audio.constants(audio.front_end(settings, length)),
    }
    tensor = Tensor(0, 0, "input", (1, 1, 16, 1), "int8", 0, False, 1, (0.1,), (0,))
    sources = c_frontend.sources(FrontEnd.model_validate(frontend), tensor)
    entries = ["model_frontend_push", "model_memory"]
    machine = Machine(compile(sources, entries, "Os", flags=["-fno-inline-functions", "-Dstatic=", "-Dinline="]))
    called = machine.call("model_frontend_push", machine.place(samples), length, machine.place(4))
    parts = [f"model_{part}" for part in ("load", "transform", "power", "turned")]
    parts = [name for name in parts if name in machine.image.symbols]
    code = sum(machine.image.symbols[name].bytes for name in parts)
    spectrum = np.frombuffer(machine.read(machine.address_of("model_memory"), 4 * length), np.float32)
    took = sum(called.by_function.get(name, 0) for name in parts)
    power = np.concatenate([[np.nan], spectrum[2::2] / 4, [np.nan]])
    return code, machine.image.symbols["model_sine"].bytes, 4 * length, took, power


if __name__ == "__main__":
    main()
