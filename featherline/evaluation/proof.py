"""Whether the C of a model answers as its runtimes do, with what is installed here.

The C is compiled for a Cortex-M4 and run on an emulated one, if the extra `c` is there; if not, the layers that it
is made of run in NumPy. It is held against TensorFlow Lite Micro (TFLM), which it equals to the byte, or, where TFLM
has no wheel, against LiteRT's reference kernels, which round a dense layer otherwise now and then.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.interpreters import litert, tflm
from featherline.prediction import network
from featherline.tflite import macs
from featherline.tflite import model as tflite

ITEMS = 20
_MOST_MACS = 40_000_000  # of all items together: some seconds on the emulated core
_C_PACKAGES = ("ziglang", "unicorn", "elftools", "numba")


@dataclass(frozen=True)
class Proof:
    """What came out.

    Attributes:
        items: how many seeded inputs were tried.
        equal: how many of them gave the same bytes.
        one_step: how many of their values differ by one step.
        farthest: the largest difference of a value, in steps.
        against_tflm: whether they were held against TFLM, else against LiteRT's reference kernels.
        compiled: whether the C itself ran, else its layers in NumPy.
    """

    items: int
    equal: int
    one_step: int
    farthest: int
    against_tflm: bool
    compiled: bool

    @property
    def refusal(self) -> str | None:
        """Why the C must not be used: it is not what TFLM computes. None where nothing speaks against it."""
        if self.against_tflm and self.equal < self.items:
            return (
                f"the C differs from TensorFlow Lite Micro on {self.items - self.equal} of {self.items} seeded inputs: "
                "nothing was written, report the model to Featherline."
            )
        return None

    @property
    def sentence(self) -> str:
        """What was proven, and in one more sentence each what was left out."""
        ran = "The C on an emulated Cortex-M4" if self.compiled else "The layers of the C, in NumPy,"
        runtime = "TensorFlow Lite Micro" if self.against_tflm else "LiteRT's reference kernels"
        parts = [f"{ran} gave the outputs of {runtime} on {self.equal} of {self.items} seeded inputs."]
        if self.equal < self.items:
            parts.append(f"{self.one_step} values differ by one step, none by more than {self.farthest}.")
        if not self.compiled:
            parts.append("The C was not compiled: that takes the extra c (pip install featherline[c]).")
        if not self.against_tflm:
            parts.append(
                "The proof against TensorFlow Lite Micro was left out: its package tflite-micro, for Linux on x86-64 "
                "alone, is not installed."
            )
        return " ".join(parts)


def prove(path: Path, name: str) -> Proof:
    """Runs seeded inputs through the C of a model and through a runtime.

    Native code of others runs here: call it through `featherline.core.isolation`.

    Args:
        path: of a .tflite file that C can be written for.
        name: as of `codegen.Program.files`.

    Raises:
        FeatherlineError: where the C does not compile, or the runtime refuses the model.
    """
    model = tflite.read(path)
    shape = model.inputs[0].shape
    inferred = sum(macs.macs(operator) or 0 for operator in model.operators)
    number = int(np.clip(_MOST_MACS // max(inferred, 1), 1, ITEMS))
    inputs = np.random.default_rng(0).integers(-128, 128, (number, *shape[1:])).astype(np.int8)
    compiled = all(importlib.util.find_spec(package) is not None for package in _C_PACKAGES)
    outputs = (
        _on_core(model, name, inputs) if compiled else network.run(network.lowered(model), inputs.reshape(number, -1))
    )
    answers = None
    if tflm.available():
        answers = tflm.run(path.read_bytes(), model, inputs).outputs
    expected = litert.outputs(path, inputs) if answers is None else answers
    apart = np.abs(outputs.astype(int) - expected.reshape(number, -1).astype(int))
    return Proof(
        items=number,
        equal=int((apart == 0).all(axis=1).sum()),
        one_step=int((apart == 1).sum()),
        farthest=int(apart.max()),
        against_tflm=answers is not None,
        compiled=compiled,
    )


def _on_core(model: tflite.Model, name: str, inputs: np.ndarray) -> np.ndarray:
    from featherline.emulator import toolchain
    from featherline.emulator.cortex_m4 import Machine

    invoke = f"{name}_invoke"
    machine = Machine(toolchain.compile(codegen.lower(model).files(name), [invoke]))
    values = model.outputs[0].elements
    source, target = machine.place(inputs[0].size), machine.place(values)
    answers = []
    for item in inputs:
        machine.write(source, item)
        machine.call(invoke, source, target)
        answers.append(np.frombuffer(machine.read(target, values), np.int8))
    return np.stack(answers)
