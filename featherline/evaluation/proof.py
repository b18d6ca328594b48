"""Whether the C of a model answers as its runtimes do, with what is installed here.

The C is compiled for a core and run on an emulated one, if the extra `c` is there; if not, the layers that it
is made of run in NumPy. It is held against TensorFlow Lite Micro (TFLM), which it equals to the byte, or, where TFLM
has no wheel, against LiteRT's reference kernels, which round a dense layer otherwise now and then.
"""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.codegen.settings import COMPILER_FLAGS
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.emulator import cores
from featherline.emulator.cores import CORES
from featherline.interpreters import litert, tflm
from featherline.prediction import network
from featherline.tflite import macs
from featherline.tflite import model as tflite

ITEMS = 20
"""How long TensorFlow Lite Micro may think about one inference."""

_GOLDEN_ITEMS = 4
_REACH = 1000  # of whole numbers that stand for themselves
_MOST_MACS = 40_000_000  # of all items together: some seconds on the emulated core
_C_PACKAGES = ("ziglang", "unicorn", "elftools", "numba")


@dataclass(frozen=True)
class Cost:
    """What the C takes on a core.

    Attributes:
        core: of `cores.CORES`.
        flash_bytes, ram_bytes: of the program, whose memory has room for inputs and outputs.
        stack_bytes: the deepest.
        instructions: of an inference, in the mean over all inputs.
        cycles: the same, by the timing tables of the core's manual; None of a core without them.
        plan: a sentence on the plan of its memory.
    """

    core: str
    flash_bytes: int
    ram_bytes: int
    stack_bytes: int
    instructions: int
    cycles: int | None
    plan: str

    @property
    def sentence(self) -> str:
        cycles = "" if self.cycles is None else f" in some {self.cycles:,} cycles"
        return (
            f"There it takes {self.flash_bytes:,} bytes of flash, {self.ram_bytes:,} of RAM, {self.stack_bytes:,} of "
            f"stack, and {self.instructions:,} instructions an inference{cycles}. {self.plan}"
        )


@dataclass(frozen=True)
class Proof:
    """What came out.

    Attributes:
        items: how many seeded inputs were tried.
        equal: how many of them gave the same bytes.
        one_step: how many of their values differ by one step.
        farthest: the largest difference of a value, in steps; None where outputs are real numbers.
        against_tflm: whether they were held against TFLM, else against LiteRT's reference kernels.
        cost: of the C itself; None where its layers ran in NumPy.
        left_out: why they did, in a sentence; None where the C itself ran.
        golden: of the first items, for each input and for each output an array (items, ...), as the runtime has them.
    """

    items: int
    equal: int
    one_step: int
    farthest: int | None
    against_tflm: bool
    cost: Cost | None
    left_out: str | None = None
    golden: tuple[list[np.ndarray], list[np.ndarray]] = field(default_factory=lambda: ([], []), repr=False)

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
        ran = "The layers of the C, in NumPy,"
        if self.cost:
            ran = f"The C on an emulated {CORES[self.cost.core].title}"
        runtime = "TensorFlow Lite Micro" if self.against_tflm else "LiteRT's reference kernels"
        parts = [f"{ran} gave the outputs of {runtime} on {self.equal} of {self.items} seeded inputs."]
        if self.equal < self.items and self.farthest is not None:
            parts.append(f"{self.one_step} values differ by one step, none by more than {self.farthest}.")
        if self.cost:
            parts.append(self.cost.sentence)
        if self.left_out:
            parts.append(self.left_out)
        if not self.against_tflm:
            parts.append(
                "The proof against TensorFlow Lite Micro was left out: its package tflite-micro, for Linux on x86-64 "
                "alone, is not installed."
            )
        return " ".join(parts)


def refusal(path: Path) -> str | None:
    """Why no C is to be written for a model, because TensorFlow Lite Micro does not run it; None where it does.

    It is asked in a process of its own, which has `isolation.LIMIT_S` seconds. None too where it is not installed.

    Raises:
        FeatherlineError: where the file is missing or broken.
    """
    if not tflm.available():
        return None
    call = isolation.Call(tflm.refusal, (path,), isolation.LIMIT_S)
    [answer] = isolation.run([call], "ask TFLM", workers=1)
    if isinstance(answer, isolation.Crashed):
        answer = answer.reason
    return None if answer is None else no_c(answer)


def no_c(reason: str) -> str:
    """The sentence on a model that TensorFlow Lite Micro refuses for a reason."""
    return f"TensorFlow Lite Micro does not run it, so there is no C of it: {reason}"


def prove(path: Path, name: str, optimize: str, core: str = cores.DEFAULT) -> Proof:
    """Runs seeded inputs through the C of a model and through a runtime, one after another.

    Native code of others runs here: call it through `featherline.core.isolation`.

    Args:
        path: of a .tflite file that C can be written for.
        name: as of `codegen.Program.files`.
        optimize: as of `codegen.lower`; it chooses the flag of the compiler too.
        core: of `cores.CORES`.

    Raises:
        FeatherlineError: where the C does not compile, or the runtime refuses the model.
    """
    model = tflite.read(path)
    lowered = codegen.lower(model, optimize)
    inferred = sum(macs.macs(operator) or 0 for operator in model.operators)
    number = int(np.clip(_MOST_MACS // max(inferred, 1), 1, ITEMS))
    feeds = _feeds(model, number)
    left_out = _left_out(core)
    if left_out and not network.knows(lowered.network):
        raise FeatherlineError(f"{path}: its C can be proven only where it runs: {left_out[0].lower()}{left_out[1:]}")
    cost = None
    if left_out is None:
        outputs, cost = _on_core(lowered, name, feeds, core, COMPILER_FLAGS[optimize])
    else:
        flat = np.stack([feed[0].ravel() for feed in feeds])
        outputs = [[row] for row in network.run(lowered.network, flat)]
    answers = None
    if tflm.available():
        answers = tflm.sequence(path.read_bytes(), model, feeds)
    expected = litert.sequence(path, feeds) if answers is None else answers
    pairs = [list(zip(row, known, strict=True)) for row, known in zip(outputs, expected, strict=True)]
    equal = sum(all(given.tobytes() == right.tobytes() for given, right in pair) for pair in pairs)
    whole = all(given.dtype.kind != "f" for pair in pairs for given, _ in pair)
    apart = np.concatenate([_steps_apart(*values) for pair in pairs for values in pair]) if whole else None
    return Proof(
        items=number,
        equal=equal,
        one_step=0 if apart is None else int((apart == 1).sum()),
        farthest=None if apart is None else int(apart.max(initial=0)),
        against_tflm=answers is not None,
        cost=cost,
        left_out=left_out,
        golden=(_by_end(feeds[:_GOLDEN_ITEMS]), _by_end(expected[:_GOLDEN_ITEMS])),
    )


def _left_out(core: str) -> str | None:
    """Why the C cannot run on an emulated core, in a sentence that says what is to be installed; None where it can."""
    if any(importlib.util.find_spec(package) is None for package in _C_PACKAGES):
        return "The C was not compiled: that takes the extra c (pip install featherline[c])."
    from featherline.emulator import qemu_processor

    if CORES[core].emulator == "qemu" and not qemu_processor.available():
        return f"The C was not run on a {CORES[core].title}: {qemu_processor.NEEDED}"
    return None


def _by_end(items: list[list[np.ndarray]]) -> list[np.ndarray]:
    """Of each input, or of each output, what all items have."""
    return [np.stack([values.ravel() for values in end]) for end in zip(*items, strict=True)]


def _feeds(model: tflite.Model, number: int) -> list[list[np.ndarray]]:
    """Seeded values for each input of a model, for so many inferences."""
    rng = np.random.default_rng(0)

    def values(tensor: tflite.Tensor) -> np.ndarray:
        if tensor.type == "float32":
            return rng.uniform(-4, 4, tensor.shape).astype(np.float32)
        if tensor.type == "bool":
            return rng.integers(0, 2, tensor.shape).astype(bool)
        limits = np.iinfo(tensor.type)
        reach = _REACH if tensor.scale is None and tensor.type in ("int32", "int64") else limits.max
        lowest = max(int(limits.min), -reach - 1)
        return rng.integers(lowest, reach, tensor.shape, endpoint=True).astype(tensor.type)

    return [[values(tensor) for tensor in model.inputs] for _ in range(number)]


def _steps_apart(given: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How far whole numbers are from each other."""
    return np.asarray(np.abs(given.ravel().astype(int) - right.ravel().astype(int)))


def _on_core(
    lowered: codegen.Program, name: str, feeds: list[list[np.ndarray]], core: str, flag: str
) -> tuple[list[list[np.ndarray]], Cost]:
    """What the C of a model gives on the emulated core for each inference, one after another, and takes."""
    from featherline.emulator import toolchain
    from featherline.emulator.machine import Machine

    invoke = f"{name}_invoke"
    results = lowered.model.outputs
    sizes = [values.nbytes for values in feeds[0]] + [_bytes(tensor) for tensor in results]
    image = toolchain.compile(lowered.files(name), [invoke], flag, core=core)
    machine = Machine(image, buffer_bytes=max(1 << 22, sum(sizes) + 8 * len(sizes)), core=core)
    places = [machine.place(size) for size in sizes]
    if lowered.network.ends_within:
        offsets, begin = lowered.memory().buffers, machine.address_of(f"{name}_memory")
        places = [begin + offsets[buffer] for buffer in (*lowered.network.inputs, *lowered.network.outputs)]
    answers, counts, cycles, stack_bytes = [], [], [], 0
    for feed in feeds:
        for address, values in zip(places, feed, strict=False):
            machine.write(address, values)
        call = machine.call(invoke, *places)
        counts.append(call.instructions)
        cycles += [] if call.cycles is None else [call.cycles]
        stack_bytes = max(stack_bytes, call.stack_bytes)
        answers.append(
            [
                np.frombuffer(machine.read(address, _bytes(tensor)), np.dtype(tensor.type))
                for address, tensor in zip(places[len(feed) :], results, strict=True)
            ]
        )
    cost = Cost(
        core,
        image.flash_bytes,
        image.ram_bytes,
        stack_bytes,
        instructions=round(sum(counts) / len(counts)),
        cycles=round(sum(cycles) / len(cycles)) if cycles else None,
        plan=lowered.memory().sentence,
    )
    return answers, cost


def _bytes(tensor: tflite.Tensor) -> int:
    return tensor.elements * tensor.bits // 8
