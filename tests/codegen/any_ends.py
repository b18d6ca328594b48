"""Models of any inputs and outputs, and with a memory: the same sequence through TFLM, C on the host and on the M4."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from featherline.codegen import lower
from featherline.codegen.operators.step import C_TYPES
from featherline.core.quiet import captured_output
from featherline.emulator import toolchain
from featherline.emulator.machine import Machine
from featherline.interpreters import tflm
from featherline.tflite import model as tflite
from tests.codegen.programs import as_one_unit

ARENA_BYTES = 1 << 22
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wdouble-promotion", "-Werror", "-O0", "-g0"]
# A trap compiles in two thirds of the time that a message takes; without the second flag there is one.
SANITIZERS = ["-fsanitize=address,undefined", "-fsanitize-undefined-trap-on-error"]


@dataclass(frozen=True)
class Stream:
    """A model's content, and for each inference, one after another, an array for each input."""

    content: bytes = field(repr=False)
    items: Sequence[Sequence[np.ndarray]] = field(repr=False)
    title: str = ""


def drawn(content: bytes, number: int = 3, seed: int = 0, title: str = "") -> Stream:
    """Random inputs of the types that the model takes."""
    rng = np.random.default_rng(seed)
    model = tflite.parse(content, "the case")

    def values(tensor):
        if tensor.type == "float32":
            return rng.uniform(-4, 4, tensor.shape).astype(np.float32)
        if tensor.type == "bool":
            return rng.integers(0, 2, tensor.shape).astype(bool)
        limits = np.iinfo(tensor.type)
        reach = 1000 if tensor.type in ("int32", "int64") and tensor.scale is None else limits.max
        return rng.integers(max(limits.min, -reach - 1), reach, tensor.shape, endpoint=True).astype(tensor.type)

    return Stream(content, [[values(tensor) for tensor in model.inputs] for _ in range(number)], title)


def expected(case: Stream) -> list[bytes]:
    """All outputs of TFLM after each inference, one behind another; raises `RuntimeError` where it refuses."""
    model = tflite.parse(case.content, "the case")
    with captured_output() as captured:
        try:
            interpreter = tflm.Interpreter.from_bytes(case.content, arena_size=ARENA_BYTES)
            answers = []
            for item in case.items:
                for place, values in enumerate(item):
                    interpreter.set_input(values, place)
                interpreter.invoke()
                outputs = [np.array(interpreter.get_output(place)) for place in range(len(model.outputs))]
                answers.append(b"".join(np.ascontiguousarray(output).tobytes() for output in outputs))
        except (RuntimeError, ValueError, TypeError) as error:
            raise RuntimeError(f"{error} {captured.text}") from None
    return answers


def sources(cases: Sequence[Stream]) -> dict[str, bytes]:
    """The C of all programs in one flat folder; the files and symbols of each begin with its place."""
    files = {}
    for place, case in enumerate(cases):
        written = lower(tflite.parse(case.content, case.title or "the case")).files(f"n{place}")
        files |= {name: content for name, content in written.items() if name != "manifest.json"}
    return files


def _ends(case: Stream):
    model = tflite.parse(case.content, "the case")
    return model.inputs, model.outputs


def _bytes(tensor) -> int:
    return tensor.elements * tensor.bits // 8


def on_host(cases: Sequence[Stream], folder: Path) -> list[list[bytes]]:
    """Outputs of each program, compiled with the address and undefined-behaviour sanitizers."""
    for name, content in as_one_unit(sources(cases)).items():
        (folder / name).write_bytes(content)
    lines, fed = ['#include "batch.c"', "#include <stdio.h>", "#include <stdlib.h>", "int main(void) {"], b""
    for place, case in enumerate(cases):
        inputs, outputs = _ends(case)
        lines.append(f"for (int i = 0; i < {len(case.items)}; ++i) {{")
        for title, tensors in (("x", inputs), ("y", outputs)):
            for number, tensor in enumerate(tensors):
                kind = C_TYPES[tensor.type]
                lines.append(f"{kind} *{title}{number} = ({kind} *)malloc({_bytes(tensor)});")
                if title == "x":
                    lines.append(f"if (fread(x{number}, 1, {_bytes(tensor)}, stdin) != {_bytes(tensor)}) exit(1);")
        names = [f"x{number}" for number in range(len(inputs))] + [f"y{number}" for number in range(len(outputs))]
        lines.append(f"n{place}_invoke({', '.join(names)});")
        lines += [f"fwrite(y{number}, 1, {_bytes(tensor)}, stdout);" for number, tensor in enumerate(outputs)]
        lines += [f"free({name});" for name in names] + ["}"]
        fed += b"".join(np.ascontiguousarray(values).tobytes() for item in case.items for values in item)
    (folder / "main.c").write_text("\n".join([*lines, "return 0; }"]))
    command = ["gcc", *FLAGS, *SANITIZERS, "-Wno-unused-result", "main.c", "-o", "program"]
    built = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[:4000]
    ran = subprocess.run([folder / "program"], input=fed, capture_output=True, env=os.environ)
    assert ran.returncode == 0 and not ran.stderr, ran.stderr.decode()[:4000]
    answers, at = [], 0
    for case in cases:
        size = sum(map(_bytes, _ends(case)[1]))
        answers.append([ran.stdout[at + size * item : at + size * (item + 1)] for item in range(len(case.items))])
        at += size * len(case.items)
    assert at == len(ran.stdout)
    return answers


def on_device(cases: Sequence[Stream], optimize: str = "Os") -> list[list[bytes]]:
    """Outputs of each program on the emulated core."""
    entries = [f"n{place}_invoke" for place in range(len(cases))]
    image = toolchain.compile(as_one_unit(sources(cases)), entries, optimize)
    answers = []
    for entry, case in zip(entries, cases, strict=True):
        machine = Machine(image)
        inputs, outputs = _ends(case)
        places = [machine.place(_bytes(tensor)) for tensor in (*inputs, *outputs)]
        rows = []
        for item in case.items:
            for address, values in zip(places, item, strict=False):
                machine.write(address, values)
            machine.call(entry, *places)
            results = zip(places[len(inputs) :], outputs, strict=True)
            rows.append(b"".join(machine.read(address, _bytes(tensor)) for address, tensor in results))
        answers.append(rows)
    return answers
