"""C programs of several models, run on this host under sanitizers and on the emulated Cortex-M4."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.emulator import toolchain
from featherline.emulator.machine import Machine
from featherline.interpreters import tflm
from featherline.tflite import model as tflite

_FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O0", "-g0", "-fsanitize=address,undefined"]

_MAIN = """#include <stdio.h>
#include <stdlib.h>

static void run(void (*invoke)(const int8_t *, int8_t *), size_t items, size_t input_bytes, size_t output_bytes)
{
  while (items-- > 0) {
    int8_t *input = malloc(input_bytes), *output = malloc(output_bytes);
    if (fread(input, 1, input_bytes, stdin) != input_bytes) {
      exit(1);
    }
    invoke(input, output);
    fwrite(output, 1, output_bytes, stdout);
    free(input);
    free(output);
  }
}

int main(void)
{
"""


@dataclass(frozen=True)
class Case:
    """A model's content and int8 inputs, shape (items, ...), and what its kernels are chosen for."""

    content: bytes = field(repr=False)
    inputs: np.ndarray = field(repr=False)
    kernels: str = "size"


def expected(case: Case) -> np.ndarray:
    """What TensorFlow Lite Micro answers, shape (items, values)."""
    ran = tflm.run(case.content, tflite.parse(case.content, "the case"), case.inputs)
    assert ran.reason is None, ran.reason
    return ran.outputs.reshape(len(case.inputs), -1)


def c_files(
    content: bytes,
    name: str = "model",
    classes: Sequence[str] = (),
    golden: codegen.Golden | None = None,
    kernels: str = "size",
) -> dict[str, bytes]:
    """The C of a model by file name."""
    return codegen.lower(tflite.parse(content, name), kernels).files(name, classes, golden)


def sources(cases: Sequence[Case]) -> dict[str, bytes]:
    """The C of all programs in one flat folder; the files and symbols of each begin with its place."""
    files = {}
    for place, case in enumerate(cases):
        written = c_files(case.content, f"n{place}", kernels=case.kernels)
        files |= {name: content for name, content in written.items() if name != "manifest.json"}
    return files


def as_one_unit(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same as one translation unit, which a compiler is done with sooner."""
    units = [name for name in files if name.endswith(".c")]
    batch = "".join(f'#include "{name}.inc"\n' for name in units).encode()
    return {f"{name}.inc" if name in units else name: content for name, content in files.items()} | {"batch.c": batch}


def _outputs(cases: Sequence[Case]) -> list[int]:
    return [tflite.parse(case.content, "the case").outputs[0].elements for case in cases]


def on_host(cases: Sequence[Case], folder: Path) -> list[np.ndarray]:
    """Outputs of each program, compiled with the address and undefined-behaviour sanitizers."""
    for name, content in as_one_unit(sources(cases)).items():
        (folder / name).write_bytes(content)
    sizes = _outputs(cases)
    calls = [
        f"  run(n{place}_invoke, {len(case.inputs)}, {case.inputs[0].size}, {size});\n"
        for place, (case, size) in enumerate(zip(cases, sizes, strict=True))
    ]
    main = '#include "batch.c"\n' + _MAIN + "".join(calls) + "  return 0;\n}\n"
    (folder / "main.c").write_text(main)
    built = subprocess.run(["gcc", *_FLAGS, "main.c", "-o", "program"], cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[:4000]
    fed = b"".join(np.ascontiguousarray(case.inputs, np.int8).tobytes() for case in cases)
    ran = subprocess.run([folder / "program"], input=fed, capture_output=True)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr.decode()[:4000]
    ends = np.cumsum([0, *(len(case.inputs) * size for case, size in zip(cases, sizes, strict=True))])
    answers = np.frombuffer(ran.stdout, np.int8)
    assert len(answers) == ends[-1]
    return [answers[a:b].reshape(-1, size) for a, b, size in zip(ends, ends[1:], sizes, strict=False)]


def on_device(cases: Sequence[Case], optimize: str = "Os", core: str = "m4") -> list[np.ndarray]:
    """Outputs of each program on an emulated core."""
    entries = [f"n{place}_invoke" for place in range(len(cases))]
    machine = Machine(toolchain.compile(as_one_unit(sources(cases)), entries, optimize, core=core), core=core)
    input_address = machine.place(max(case.inputs[0].size for case in cases))
    taken = machine.place(max(_outputs(cases)))
    outputs = []
    for entry, case, size in zip(entries, cases, _outputs(cases), strict=True):
        rows = []
        for item in case.inputs:
            machine.write(input_address, item)
            machine.call(entry, input_address, taken)
            rows.append(np.frombuffer(machine.read(taken, size), np.int8))
        outputs.append(np.stack(rows))
    return outputs
