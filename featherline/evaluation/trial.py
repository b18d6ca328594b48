"""One model of any origin on both runtimes, and as C: what it answers, how long it takes, what it needs.

Every function here may meet a file that kills its runtime: call them through `featherline.core.isolation`.
A runtime that refuses a model is a finding, not an error.
"""

import importlib.util
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from featherline import codegen
from featherline.codegen.settings import COMPILER_FLAGS, OPTIMIZATIONS
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.progress import bar
from featherline.emulator import cores
from featherline.evaluation.feeds import Feed, random
from featherline.interpreters import litert, operator_times, tflm
from featherline.records.single_model import CoreFigures, CoreRun, OperatorShare
from featherline.tflite import model as tflite
from featherline.tflite import reference
from featherline.tflite.lifetimes import Key

_C_PACKAGES = ("ziglang", "unicorn", "elftools", "numba")
_NO_C_PACKAGES = "It takes the extra c: pip install featherline[c]."
_UNREADABLE = ("resource", "variant", "string")


@dataclass(frozen=True)
class LiteRt:
    """What LiteRT made of a model.

    Attributes:
        reason: why it does not run it; None where it does, and everything else is None where it does not.
        latency: the figures of `litert.Latency`, as plain data.
        shapes: of every activation as it was run, by subgraph and index.
        operator_us: mean time of each operator alone; None where that cannot be told.
        outputs: of each item the output that was asked for, on LiteRT's reference kernels.
    """

    reason: str | None
    latency: dict[str, float] | None = None
    shapes: dict[Key, tuple[int, ...]] | None = None
    operator_us: list[float | None] | None = None
    outputs: np.ndarray | None = None

    def timed(self, latency: dict[str, float] | None, reason: str | None) -> "LiteRt":
        """The same with what a call of `latency` gave, and the reason where its process did not live to the end."""
        return replace(self, latency=latency, reason=reason or self.reason)


def latency(path: Path, feed: Feed, runs: int, warmup_runs: int, threads: int) -> dict[str, float] | None:
    """The figures of `litert.latency` as plain data; None where LiteRT does not run the model.

    It is a call of its own: what is read of a model afterwards may end the process.
    """
    try:
        return asdict(litert.latency(path, feed, runs, warmup_runs, threads))
    except (FeatherlineError, ValueError, RuntimeError):
        return None


def on_litert(path: Path, feed: Feed, threads: int, items: list[np.ndarray] | None, output: int) -> LiteRt:
    """Runs a model on LiteRT: everything but its latency.

    Args:
        path: a .tflite file.
        feed: one array for each input.
        threads: as of `litert.latency`.
        items: for each input an array of shape (items, ...), for accuracy; None for none.
        output: which output tells the class.
    """
    model = tflite.read(path)
    try:
        kept = litert.interpreter_of(path, reference.KERNELS, 1, feed, preserve=True)
        values = _activations(kept, model, feed)
        times = operator_times.measure(model, path.read_bytes(), values, threads)
        outputs = None
        if items is not None:
            plain = litert.interpreter_of(path, reference.KERNELS, 1, tuple(array[0] for array in items))
            outputs = _answers(plain, items, output)
    except FeatherlineError as error:
        return LiteRt(str(error).removeprefix(f"{path}: "))
    except (ValueError, RuntimeError) as error:
        return LiteRt(f"LiteRT cannot run it ({' '.join(str(error).split())}).")
    shapes = {(0, index): tuple(array.shape) for index, array in values.items()}
    return LiteRt(None, None, shapes, times, outputs)


def _activations(interpreter: Interpreter, model: tflite.Model, feed: Feed) -> dict[int, np.ndarray]:
    for entry, values in zip(interpreter.get_input_details(), feed, strict=True):
        interpreter.set_tensor(entry["index"], values)
    interpreter.invoke()
    isolation.alive()
    activations = {}
    for tensor in model.tensors:
        # Reading a variable or its handle ends the process.
        if tensor.subgraph == 0 and not tensor.constant and not tensor.variable and tensor.type not in _UNREADABLE:
            try:
                activations[tensor.index] = interpreter.get_tensor(tensor.index)
            except (ValueError, RuntimeError):  # nothing has written it
                continue
    return activations


def _answers(interpreter: Interpreter, items: list[np.ndarray], output: int) -> np.ndarray:
    places = [entry["index"] for entry in interpreter.get_input_details()]
    result = interpreter.get_output_details()[output]["index"]
    collected = []
    for number in range(len(items[0])):
        for place, values in zip(places, items, strict=True):
            interpreter.set_tensor(place, values[number])
        interpreter.invoke()
        isolation.alive()
        collected.append(interpreter.get_tensor(result).ravel())
    return np.stack(collected)


def on_tflm(path: Path, feed: Feed, items: list[np.ndarray] | None, output: int) -> tflm.Examination:
    """Runs a model on TensorFlow Lite Micro; arguments as of `on_litert`.

    Its outputs are those of the items, or of `feed` where there are none.
    """
    model = tflite.read(path)
    batch = [array[np.newaxis] for array in feed] if items is None else items
    for tensor, values in zip(model.inputs, batch, strict=True):
        if values.shape[1:] != tensor.shape:
            return tflm.Examination(
                f"It takes {list(tensor.shape)} alone, which the file has, and was given {list(values.shape[1:])}."
            )
    return tflm.examine_any(path, batch, output)


def on_core(path: Path, limit: int, core: str = cores.DEFAULT, optimize: str = OPTIMIZATIONS[0]) -> CoreRun:
    """Compiles the C of a model and runs one inference.

    Native code of others runs here: call it through `featherline.core.isolation`.

    Args:
        path: of a .tflite file.
        limit: how many instructions the inference may take; 0 where it is not to be run.
        core: of `cores.CORES`.
        optimize: what the C is written and compiled for, as of `codegen.lower`.
    """
    if not limit:
        return CoreRun(figures=None, reason="It was not asked for.")
    if any(importlib.util.find_spec(package) is None for package in _C_PACKAGES):
        return CoreRun(figures=None, reason=_NO_C_PACKAGES)
    try:
        return CoreRun(figures=_figures(tflite.read(path), limit, core, optimize), reason=None)
    except FeatherlineError as error:
        return CoreRun(figures=None, reason=str(error).removeprefix(f"{path}: "))


def _figures(model: tflite.Model, limit: int, core: str, optimize: str) -> CoreFigures:
    from featherline.emulator import firmware, toolchain
    from featherline.emulator.machine import BeyondLimit, Machine

    lowered, flag = codegen.lower(model, optimize), COMPILER_FLAGS[optimize]
    functions, planned = lowered.functions(), lowered.memory()
    image = toolchain.compile(lowered.files(), [firmware.INVOKE], flag, core=core)
    feed = random(model)
    sizes = [values.nbytes for values in feed] + [tensor.elements * tensor.bits // 8 for tensor in model.outputs]
    buffer_bytes = max(1 << 22, sum(sizes) + 8 * len(sizes))
    machine = Machine(image, [firmware.INVOKE, *functions], buffer_bytes=buffer_bytes, core=core)
    places = [machine.place(size) for size in sizes]
    for address, values in zip(places, feed, strict=False):
        machine.write(address, values)
    with bar(f"emulate {model.path.name}", limit, unit="instruction", unit_scale=True, delay_s=2) as progress:

        def watch(instructions: int) -> None:
            progress.update(instructions - progress.n)

        try:
            for _ in range(2 if lowered.network.states else 1):  # the first one fills states, which no later one does
                call = machine.call(firmware.INVOKE, *places, limit=limit, watch=watch)
        except BeyondLimit:
            raise FeatherlineError(
                f"an inference takes more than the {limit:,} instructions of --limit: give it more of them."
            ) from None
    kinds: dict[str, int] = {}
    for function, layer in functions.items():
        kind = " + ".join(layer.operators)
        kinds[kind] = kinds.get(kind, 0) + call.by_function.get(function, 0)
    return CoreFigures.model_validate(
        firmware.memory(image)
        | {"core": cores.CORES[core].title, "compiler": firmware.compiler(), "optimize": flag}
        | {"stack_bytes": call.stack_bytes, "io_bytes": sum(sizes), "instructions": call.instructions}
        | {"cycles": call.cycles}
        | {"buffer_bytes": planned.bytes, "buffer_bound_bytes": planned.bound_bytes}
        | {
            "kinds": [
                OperatorShare(
                    operators=kind, instructions=count, share_pct=round(100 * count / max(call.instructions, 1), 1)
                )
                for kind, count in sorted(kinds.items(), key=lambda entry: -entry[1])
            ]
        }
    )
