"""What the whole program of a candidate takes: measured of two networks behind a front end, estimated of all others.

Flash and instructions of a network are sums over its operators, with factors fitted to compiled programs
(`benchmarks/measure_program_costs.py` fits them, and says how far off they are). What stands beside the network is the
same for all candidates of a front end: it is what is left of the measured programs when their networks are subtracted.
RAM is what the front end needs in any case, or what the network's largest tensor asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod
from statistics import fmean

from featherline.networks.shapes import Layer, Shape

FLASH_BYTES = {
    "weights": 0.99,
    "conv channels": 8.8,
    "depthwise channels": 11.0,
    "dense channels": 10.3,
    "convs": 105.0,
    "second conv": 280.0,
    "depthwises": 210.0,
    "first depthwise": 80.0,
    "denses": 94.0,
    "mean": 24.0,
}
"""Part of a network -> bytes of flash that each takes, as compiled for size."""
INSTRUCTIONS = {
    "conv macs": 0.84,
    "conv places": 20.3,
    "conv sums": 12.0,
    "conv outputs": 23.2,
    "depthwise macs": 7.3,
    "depthwise outputs": 13.4,
    "dense macs": 2.0,
    "mean inputs": 19.4,
    "operators": 326.0,
}
"""Part of a network -> instructions that each takes on a Cortex-M4."""


@dataclass(frozen=True)
class ProgramCosts:
    """What front end, network and smoothing take together on a Cortex-M4.

    Attributes:
        flash_bytes, ram_bytes, stack_bytes: of which the second is static.
        front_end_instructions, model_instructions: from one window to the next.
        seconds: of recording from one window to the next.
    """

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int
    front_end_instructions: int
    model_instructions: int
    seconds: float

    @property
    def program_bytes(self) -> int:
        """Flash, static RAM and stack, as all tables count a program."""
        return self.flash_bytes + self.ram_bytes + self.stack_bytes

    @property
    def instructions_per_second(self) -> int:
        return round((self.front_end_instructions + self.model_instructions) / self.seconds)


@dataclass(frozen=True)
class Beside:
    """What stands beside the network in all programs of a front end.

    Attributes:
        flash_bytes, instructions: of front end and smoothing, less or more what estimates are off.
        least_ram_bytes: of the smallest program. ram_bytes: beside a network whose largest tensor decides.
        stack_bytes: of the deepest.
        seconds: from one window to the next.
    """

    flash_bytes: float
    least_ram_bytes: int
    ram_bytes: float
    stack_bytes: int
    instructions: float
    seconds: float


def beside(measured: Sequence[tuple[list[Layer], ProgramCosts]]) -> Beside:
    """What is left of measured programs of one front end without their networks; of one program or more."""
    plans, costs = zip(*measured, strict=True)
    return Beside(
        flash_bytes=fmean(c.flash_bytes - flash_bytes(plan) for plan, c in measured),
        least_ram_bytes=min(c.ram_bytes for c in costs),
        ram_bytes=min(c.ram_bytes - largest_tensor(plan) for plan, c in measured),
        stack_bytes=max(c.stack_bytes for c in costs),
        instructions=fmean(
            c.front_end_instructions + c.model_instructions - instructions(plan) for plan, c in measured
        ),
        seconds=costs[0].seconds,
    )


def estimate(plan: list[Layer], around: Beside) -> tuple[int, int]:
    """Bytes of the whole program of a network, and its instructions for each second of recording."""
    ram_bytes = max(around.least_ram_bytes, around.ram_bytes + largest_tensor(plan))
    total_bytes = around.flash_bytes + flash_bytes(plan) + ram_bytes + around.stack_bytes
    return round(total_bytes), round((around.instructions + instructions(plan)) / around.seconds)


def flash_bytes(plan: list[Layer]) -> float:
    """The estimated flash of a network alone."""
    return sum(FLASH_BYTES[part] * count for part, count in flash_parts(plan).items())


def instructions(plan: list[Layer]) -> float:
    """The estimated instructions of one inference."""
    return sum(INSTRUCTIONS[part] * count for part, count in instruction_parts(plan).items())


def flash_parts(plan: list[Layer]) -> dict[str, int]:
    """How many there are of each key of `FLASH_BYTES`."""
    kinds = [layer.kind for layer in plan]
    convs, depthwises = kinds.count("conv"), kinds.count("depthwise")
    return {
        "weights": sum(layer.weights for layer in plan),
        "conv channels": sum(layer.biases for layer in plan if layer.kind == "conv"),
        "depthwise channels": sum(layer.biases for layer in plan if layer.kind == "depthwise"),
        "dense channels": sum(layer.biases for layer in plan if layer.kind in ("dense", "output")),
        "convs": convs,
        "second conv": int(convs > 1),
        "depthwises": depthwises,
        "first depthwise": int(depthwises > 0),
        "denses": int("dense" in kinds),
        "mean": int("global_average" in kinds),
    }


def instruction_parts(plan: list[Layer]) -> dict[str, int]:
    """How many there are of each key of `INSTRUCTIONS`; a pooling is part of the convolution before it."""
    parts = dict.fromkeys(INSTRUCTIONS, 0)
    for layer, output_shape in fused(plan):
        parts["operators"] += 1
        height, width, channels = layer.output_shape
        if layer.kind == "conv":
            # Two channels at once: an odd one costs as much as two.
            parts["conv macs"] += height * width * 2 * ceil(channels / 2) * layer.weights // channels
            parts["conv places"] += height * width * min(layer.window)
            parts["conv sums"] += height * width * channels
            parts["conv outputs"] += prod(output_shape)
        elif layer.kind == "depthwise":
            parts["depthwise macs"] += layer.macs
            parts["depthwise outputs"] += prod(output_shape)
        elif layer.kind == "global_average":
            parts["mean inputs"] += prod(layer.input_shape)
        else:
            parts["dense macs"] += layer.macs
    return parts


def largest_tensor(plan: list[Layer]) -> int:
    """Values of the largest tensor between operators of the program, its input left out."""
    return max(prod(output_shape) for _, output_shape in fused(plan))


def fused(plan: list[Layer]) -> list[tuple[Layer, Shape]]:
    """The operators of the program with the shape that each writes: poolings are part of what they pool."""
    operators: list[tuple[Layer, Shape]] = []
    for layer in plan:
        if layer.kind == "pool" and operators:
            operators[-1] = operators[-1][0], layer.output_shape
        elif layer.kind != "flatten":
            operators.append((layer, layer.output_shape))
    return operators
