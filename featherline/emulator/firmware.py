"""What a model in C costs on a core: flash, RAM, stack and instructions, and whether it is right.

The C is compiled for the core and items go through it in the emulator; its answers are held
against those of TensorFlow Lite Micro. The whole program, front end included, is measured on a
stream of noise: recordings change which way a branch goes here and there, not what there is to
do. All figures are deterministic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.emulator import cores, toolchain
from featherline.emulator.machine import Machine

INVOKE = "model_invoke"
PUSH = "model_program_push"
OUTPUT = "model_program_output"
OPTIMIZE = "Os"
ITEMS_BESIDE_HEADLINE = 50
"""How many items of the test split models run that are not the headline."""

_NOT_DUE = (-1).to_bytes(4, "little", signed=True)
_LONGEST_STREAM_S = 120
_NOISE_LARGEST = 8192


@dataclass(frozen=True)
class LayerCode:
    """A function of the program that does one or more operators of the model.

    Attributes:
        macs: multiply-accumulates that the operators stand for.
    """

    function: str
    operators: tuple[str, ...]
    macs: int


def measure(
    sources: Mapping[str, bytes],
    layers: Sequence[LayerCode],
    inputs: np.ndarray,
    expected: np.ndarray,
    optimize: str = OPTIMIZE,
) -> dict[str, object]:
    """Compiles a model in C, runs items through it and returns what it took, as plain data.

    Native code of others runs here: call it through `featherline.core.isolation`.

    Args:
        sources: the C by file name; it defines `INVOKE` of one input and one output.
        layers: its functions, one after another.
        inputs: in the type of the input, shape (items, ...), one item or more.
        expected: in the type of the output, shape (items, classes): what TensorFlow Lite Micro answers.
        optimize: one of `toolchain.OPTIMIZATIONS`.

    Returns:
        Bytes of flash by what they hold, of static RAM, of stack, and of input and output, for which static RAM may
        have room. Instructions an inference, in the mean, at least and at most, and of each layer in the mean.

    Raises:
        FeatherlineError: where it does not compile, link or run.
    """
    ran = run(toolchain.compile(sources, [INVOKE], optimize), layers, inputs, expected)
    del ran["cycles"]  # an estimate, which the records of the pipeline do not hold
    return {"compiler": compiler(), "optimize": optimize} | ran


def run(
    image: toolchain.Image,
    layers: Sequence[LayerCode],
    inputs: np.ndarray,
    expected: np.ndarray,
    core: str = cores.DEFAULT,
) -> dict[str, object]:
    """As `measure`, of a program that is linked already, by whichever compiler, and `cycles` in the mean.

    Args:
        image: the program.
        layers, inputs, expected: as for `measure`.
        core: of `cores.CORES`.

    Raises:
        FeatherlineError: where it does not run.
    """
    # A compiler leaves a layer out that it finds to change nothing, such as a mean of one value; it takes nothing then.
    kept = [layer.function for layer in layers if layer.macs or layer.function in image.symbols]
    machine = Machine(image, layers=[INVOKE, *kept], core=core)
    source, target = machine.place(inputs[0].nbytes), machine.place(expected[0].nbytes)
    counts, cycles, stack_bytes, equal, by_layer = [], [], 0, 0, dict.fromkeys((layer.function for layer in layers), 0)
    for item, answer in zip(inputs, expected, strict=True):
        machine.write(source, item)
        machine.write(target, bytes(answer.nbytes))
        call = machine.call(INVOKE, source, target)
        equal += machine.read(target, answer.nbytes) == answer.tobytes()
        counts.append(call.instructions)
        cycles.append(call.cycles)
        stack_bytes = max(stack_bytes, call.stack_bytes)
        for layer in by_layer:
            by_layer[layer] += call.by_function.get(layer, 0)
    macs = sum(layer.macs for layer in layers)
    timed = [number for number in cycles if number is not None]
    return (
        memory(image)
        | {"stack_bytes": stack_bytes, "io_bytes": inputs[0].nbytes + expected[0].nbytes}
        | {"items": len(counts), "equal_items": equal}
        | {"instructions": round(sum(counts) / len(counts))}
        | {"instructions_min": min(counts), "instructions_max": max(counts)}
        | {"cycles": round(sum(timed) / len(timed)) if timed else None}
        | {"macs": macs, "layers": [_layer(layer, by_layer[layer.function] / len(counts)) for layer in layers]}
    )


def measure_program(
    sources: Mapping[str, bytes], rate_hz: int | float, chunk: int, values: int, optimize: str = OPTIMIZE
) -> dict[str, object]:
    """Compiles a whole program, streams noise into it until a window is due twice, and returns what it took.

    Call it through `featherline.core.isolation`.

    Args:
        sources: the C by file name; it defines `PUSH`, `OUTPUT` and `INVOKE`.
        rate_hz: samples a second.
        chunk: how many samples come at once.
        values: numbers of a sample.
        optimize: one of `toolchain.OPTIMIZATIONS`.

    Returns:
        Bytes as of `measure`, with all buffers of the program; `total_bytes` is flash, static RAM
        and stack together. Instructions from one window to the next: of the front end and what
        smooths the answers, and of the model. Samples and seconds from one to the next.

    Raises:
        FeatherlineError: where it does not compile, link or run, or no window is ever due.
    """
    image = toolchain.compile(sources, [PUSH, OUTPUT], optimize)
    machine = Machine(image, layers=[PUSH, INVOKE])
    noise = np.random.default_rng(0)
    buffer, decision = machine.place(2 * chunk * values), machine.place(4)
    stack_bytes, windows, samples, waiting, counted = 0, 0, 0, 0, {PUSH: 0, INVOKE: 0}
    pushed = 0
    while windows < 2:
        if pushed > _LONGEST_STREAM_S * rate_hz:
            raise FeatherlineError(f"The program had no window due twice within {_LONGEST_STREAM_S} s of samples.")
        if not waiting:
            drawn = noise.integers(-_NOISE_LARGEST, _NOISE_LARGEST, chunk * values)
            machine.write(buffer, drawn.astype("<i2"))
            waiting = chunk
        call = machine.call(PUSH, buffer + 2 * values * (chunk - waiting), waiting, decision)
        if not 0 < call.result <= waiting:
            raise FeatherlineError(f"The program took {call.result} of {waiting} samples.")
        waiting, pushed = waiting - call.result, pushed + call.result
        stack_bytes = max(stack_bytes, call.stack_bytes)
        if windows:
            samples += call.result
            counted = {name: number + call.by_function.get(name, 0) for name, number in counted.items()}
        windows += machine.read(decision, 4) != _NOT_DUE
    return (
        {"optimize": optimize}
        | memory(image)
        | {"stack_bytes": stack_bytes, "total_bytes": image.flash_bytes + image.ram_bytes + stack_bytes}
        | {"front_end_instructions": counted[PUSH], "model_instructions": counted[INVOKE]}
        | {"samples": samples, "seconds": round(samples / rate_hz, 3)}
    )


def compiler() -> str:
    """The pinned compiler and its version."""
    return f"ziglang {version('ziglang')}"


def memory(image: toolchain.Image) -> dict[str, int]:
    """Bytes of flash by what they hold, and of static RAM."""
    weight_bytes = sum(
        symbol.bytes
        for symbol in image.symbols.values()
        if symbol.section == "constants" and symbol.name.endswith("_weights")
    )
    return {
        "flash_bytes": image.flash_bytes,
        "code_bytes": image.code_bytes,
        "weight_bytes": weight_bytes,
        "table_bytes": image.constant_bytes - weight_bytes,
        "data_bytes": image.data_bytes,
        "ram_bytes": image.ram_bytes,
    }


def _layer(layer: LayerCode, instructions: float) -> dict[str, object]:
    return {
        "function": layer.function,
        "operators": list(layer.operators),
        "macs": layer.macs,
        "instructions": round(instructions),
        "instructions_per_mac": round(instructions / layer.macs, 2) if layer.macs else None,
    }
