"""When each tensor of a model is alive, in the order in which its operators run.

A tensor lives from the operator that writes it to the last one that reads it; inputs live from the first
operator of their subgraph, its outputs to the last. Where an operator runs other subgraphs, these take
their time while its own tensors stay alive (as the AllocationInfoBuilder of tflite-micro has it, so
that `featherline.tflite.arena` can place what this module finds). Of two branches both take time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model, Operator, Tensor

Key = tuple[int, int]  # subgraph and index


@dataclass(frozen=True)
class Span:
    """A stretch of time, both ends included."""

    first: int
    last: int


@dataclass
class Schedule:
    """When a model's operators run and its tensors are alive.

    Attributes:
        times: of each operator by its place in the model, when it runs and until when it has run; an
            operator that runs others takes as long as these. Where a subgraph runs several
            times, each is listed. Operators that nothing runs have none.
        alive: of each tensor that is no constant; tensors of what nothing runs are left out.
    """

    times: dict[int, list[Span]] = field(default_factory=dict)
    alive: dict[Key, Span] = field(default_factory=dict)


def key(tensor: Tensor) -> Key:
    """What tells a tensor from all others of its model."""
    return tensor.subgraph, tensor.index


def schedule(model: Model, entry: int = 0) -> Schedule:
    """Runs a subgraph in thought, and whatever it runs.

    Args:
        model: the model.
        entry: the subgraph to begin with.

    Raises:
        FeatherlineError: where a subgraph runs itself.
    """
    steps: dict[int, list[tuple[int, Operator]]] = {}
    for place, operator in enumerate(model.operators):
        steps.setdefault(operator.subgraph, []).append((place, operator))
    planned, now = Schedule(), 0

    def touch(tensors: Iterable[Tensor | None], until: int) -> None:
        for tensor in tensors:
            if tensor is not None and not tensor.constant:
                span = planned.alive.get(key(tensor))
                planned.alive[key(tensor)] = Span(span.first if span else until, until)

    def run(number: int, callers: tuple[int, ...]) -> None:
        nonlocal now
        if number in callers:
            raise FeatherlineError(f"{model.path}: subgraph {number} runs itself, without end: convert it again.")
        touch(model.entries[number], now)
        start = now
        for place, operator in steps.get(number, []):
            begun = now
            touch((*operator.inputs, *operator.outputs), now)
            for called in operator.calls:
                now += 1
                run(called, (*callers, number))
            touch((*operator.inputs, *operator.outputs), now)
            planned.times.setdefault(place, []).append(Span(begun, now))
            now += 1
        now = max(now - 1, start)  # the last operator is the one that is still running
        touch(model.results[number], now)

    run(entry, ())
    for tensor in model.tensors:
        if tensor.variable and key(tensor) in planned.alive:
            planned.alive[key(tensor)] = Span(0, now)
    return planned
