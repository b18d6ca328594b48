"""What the C of any model takes on an emulated Cortex-M4: flash, RAM, stack, instructions of each kind of operator."""

import importlib.util
from pathlib import Path

from featherline import codegen
from featherline.core.errors import FeatherlineError
from featherline.evaluation.feeds import random
from featherline.records.single_model import CoreFigures, CoreRun, OperatorShare
from featherline.tflite import model as tflite

_PACKAGES = ("ziglang", "unicorn", "elftools", "numba")
_MISSING = "It takes the extra c: pip install featherline[c]."


def measure(path: Path, limit: int) -> CoreRun:
    """Compiles the C of a model and runs one inference.

    Native code of others runs here: call it through `featherline.core.isolation`.

    Args:
        path: of a .tflite file.
        limit: how many instructions the inference may take; 0 where it is not to be run.
    """
    if not limit:
        return CoreRun(figures=None, reason="It was not asked for.")
    if any(importlib.util.find_spec(package) is None for package in _PACKAGES):
        return CoreRun(figures=None, reason=_MISSING)
    try:
        return CoreRun(figures=_figures(tflite.read(path), limit), reason=None)
    except FeatherlineError as error:
        return CoreRun(figures=None, reason=str(error).removeprefix(f"{path}: "))


def _figures(model: tflite.Model, limit: int) -> CoreFigures:
    from featherline.emulator import firmware, toolchain
    from featherline.emulator.cortex_m4 import Machine

    lowered = codegen.lower(model)
    functions = lowered.functions()
    image = toolchain.compile(lowered.files(), [firmware.INVOKE], firmware.OPTIMIZE)
    feed = random(model)
    sizes = [values.nbytes for values in feed] + [tensor.elements * tensor.bits // 8 for tensor in model.outputs]
    machine = Machine(image, [firmware.INVOKE, *functions], buffer_bytes=max(1 << 22, sum(sizes) + 8 * len(sizes)))
    places = [machine.place(size) for size in sizes]
    for address, values in zip(places, feed, strict=False):
        machine.write(address, values)
    call = machine.call(firmware.INVOKE, *places, limit=limit)
    kinds: dict[str, int] = {}
    for function, layer in functions.items():
        kind = " + ".join(layer.operators)
        kinds[kind] = kinds.get(kind, 0) + call.by_function.get(function, 0)
    return CoreFigures.model_validate(
        firmware.memory(image)
        | {"compiler": firmware.compiler(), "optimize": firmware.OPTIMIZE}
        | {"stack_bytes": call.stack_bytes, "io_bytes": sum(sizes), "instructions": call.instructions}
        | {
            "kinds": [
                OperatorShare(
                    operators=kind, instructions=count, share_pct=round(100 * count / max(call.instructions, 1), 1)
                )
                for kind, count in sorted(kinds.items(), key=lambda entry: -entry[1])
            ]
        }
    )


def state_bytes(model: tflite.Model) -> int:
    """What a model keeps from one inference to the next: variable tensors, and resource variables by what they hold."""
    variables = {
        (tensor.subgraph, tensor.index): tensor.bytes
        for tensor in model.tensors
        if tensor.variable and not tensor.constant
    }
    assigned: dict[str, int] = {}
    names: dict[tuple[int, int], str] = {}
    for operator in model.operators:
        if operator.name == "VAR_HANDLE" and operator.outputs and operator.outputs[0] is not None:
            handle = operator.outputs[0]
            names[handle.subgraph, handle.index] = getattr(operator.options, "shared_name", "")
        if operator.name == "ASSIGN_VARIABLE" and len(operator.inputs) > 1:
            variable, value = operator.inputs[:2]
            if variable is not None and value is not None:
                key = variable.subgraph, variable.index
                assigned[names.get(key, str(key))] = value.bytes
    return sum(variables.values()) + sum(assigned.values())
