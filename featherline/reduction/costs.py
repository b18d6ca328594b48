"""What a candidate will cost, known before it is trained: weights, memory, arithmetic.

Nothing is built or converted for it; tests hold these figures against converted models
and against what TensorFlow Lite Micro says of its own arena. What its whole program takes is
an estimate (`featherline.reduction.whole_program`), and there where the search asks for it.
"""

from dataclasses import dataclass, fields
from math import prod

from featherline.networks.shapes import Layer, Shape, layers, mac_count, weight_bytes, weight_count
from featherline.params import Architecture, Reduce
from featherline.reduction import whole_program
from featherline.reduction.whole_program import Beside
from featherline.tflite.arena import Buffer, head_bytes

_ACTIVATION_BYTES = {"none": 4, "int8": 1, "int16x8": 2}
_INT32_BYTES = 4
_MEAN_BYTES = 16


@dataclass(frozen=True)
class Costs:
    """What a network takes at a scheme.

    Attributes:
        weights: kernel and bias values, batch normalization folded.
        weight_bytes: what these take.
        activation_bytes: the head of TFLM's tensor arena, where activations live at their peak.
        macs: multiply-accumulates of one inference.
        program_bytes: flash, static RAM and stack of front end, network and smoothing; None where nobody asks for it.
        instructions_per_second: of the same on a Cortex-M4, for each second of recording; None as before.
    """

    weights: int
    weight_bytes: int
    activation_bytes: int
    macs: int
    program_bytes: int | None = None
    instructions_per_second: int | None = None

    def figures(self) -> dict[str, int]:
        """Name -> what is known of it."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in known.items() if value is not None}


LIMITS = {
    "max_weight_bytes": "weight_bytes",
    "max_arena_bytes": "activation_bytes",
    "max_macs": "macs",
    "max_program_bytes": "program_bytes",
    "max_instructions_per_second": "instructions_per_second",
}
"""Keys of `Reduce` that limit a candidate -> the attribute of `Costs` that each limits."""
PROGRAM_LIMITS = ("max_program_bytes", "max_instructions_per_second")
"""Those of `LIMITS` that concern the whole program."""


WEIGHED = {
    "weight_bytes": ("weight_bytes", "activation_bytes"),
    "program_bytes": ("program_bytes", "instructions_per_second"),
    "instructions_per_second": ("instructions_per_second", "program_bytes"),
}
"""`Reduce.cost` -> the two costs of a front, the one that the score weighs first."""


def weighed(costs: Costs, cost: str) -> tuple[int, int]:
    """Both costs that the objective looks at, the one that the score weighs first; `cost` as of `Reduce`."""
    first, second = (getattr(costs, name) for name in WEIGHED[cost])
    return first, second


def costs_of(
    architecture: Architecture, input_shape: Shape, classes: int, scheme: str, beside: Beside | None = None
) -> Costs:
    """The costs of an architecture for an input of (height, width, channels).

    Args:
        beside: what stands beside the network in its program; None leaves out the costs of the whole program.

    Raises:
        FeatherlineError: where a pooling has nothing left to pool.
    """
    plan = layers(architecture, input_shape, classes)
    activation_bytes = head_bytes(_buffers(plan, scheme))
    program_bytes, instructions_per_second = whole_program.estimate(plan, beside) if beside else (None, None)
    return Costs(
        weights=weight_count(plan),
        weight_bytes=weight_bytes(plan, scheme),
        activation_bytes=activation_bytes,
        macs=mac_count(plan),
        program_bytes=program_bytes,
        instructions_per_second=instructions_per_second,
    )


def excess(costs: Costs, settings: Reduce) -> dict[str, float]:
    """How far a candidate is over each limit that it breaks, as a share of the limit; empty where it meets all."""
    limits = {key: getattr(settings, key) for key in LIMITS}
    return {
        key: getattr(costs, LIMITS[key]) / limit - 1
        for key, limit in limits.items()
        if limit is not None and getattr(costs, LIMITS[key]) > limit
    }


def _buffers(plan: list[Layer], scheme: str) -> list[Buffer]:
    """Every tensor that is alive in the arena, over the operators of the converted model.

    Each layer is one operator, activation included, and the softmax is one of its own;
    flattening what is a vector already is none.
    """
    width = _ACTIVATION_BYTES[scheme]
    operators = [layer for layer in plan if not (layer.kind == "flatten" and layer.input_shape == layer.output_shape)]
    sizes = [prod(operators[0].input_shape), *(prod(layer.output_shape) for layer in operators)]
    sizes.append(sizes[-1])
    last = len(operators)
    tensors = [Buffer(size * width, max(0, i - 1), min(i, last)) for i, size in enumerate(sizes)]
    # A mean keeps its place and its axes in scratch buffers; one of integers sums up in a third.
    scratch = [
        Buffer(size, i, i)
        for i, layer in enumerate(operators)
        if layer.kind == "global_average"
        for size in (_MEAN_BYTES, _MEAN_BYTES, layer.output_shape[2] * _INT32_BYTES if scheme != "none" else 0)
        if size
    ]
    return tensors + scratch
