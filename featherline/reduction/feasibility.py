"""Which candidates of a space meet every limit, and whether any does: asked before anything is trained."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.networks.shapes import Shape
from featherline.params import Architecture, Reduce
from featherline.reduction import front_ends, space
from featherline.reduction.costs import LIMITS, Costs, costs_of, excess
from featherline.reduction.front_ends import FrontEnd
from featherline.reduction.space import Values
from featherline.reduction.whole_program import Beside

_SURVEYED = 500
_DESCENTS = 8


@dataclass(frozen=True)
class Proposal:
    """A candidate whose costs are known, and whose error is not."""

    values: Values
    architecture: Architecture
    costs: Costs

    @property
    def front_end(self) -> str:
        """The name of its front end."""
        return front_ends.name_of(self.values)

    @property
    def key(self) -> str:
        """What two proposals of the same network behind the same front end share."""
        return front_ends.key_of(self.architecture, self.front_end)


@dataclass(frozen=True)
class Field:
    """Where proposals come from: the space, its limits, and the input that they must fit.

    Attributes:
        input_shape: of the features of preprocess.
        front_ends: by name, where the space has any; None where a candidate gets the features of preprocess.
        beside: what stands beside the network in the program of each front end, where whole programs are weighed.
    """

    settings: Reduce = field(hash=False)  # it has maps within, as front_ends and beside are
    input_shape: Shape
    classes: int
    front_ends: Mapping[str, FrontEnd] | None = field(default=None, hash=False)
    beside: Mapping[str, Beside] = field(default_factory=dict, hash=False)

    def proposal(self, values: Values) -> Proposal | None:
        """What values mean; None where a pooling has nothing left to pool."""
        try:
            return self._proposal(values)
        except FeatherlineError:
            return None

    def feasible(self, candidates: Iterable[Values], known: set[str]) -> list[Proposal]:
        """Those that fit and meet every limit, each network once and none whose key is known."""
        known = set(known)
        feasible = []
        for proposal in map(self.proposal, candidates):
            if proposal and not excess(proposal.costs, self.settings) and proposal.key not in known:
                known.add(proposal.key)
                feasible.append(proposal)
        return feasible

    def _proposal(self, values: Values) -> Proposal:
        settings, front_end = self.settings, front_ends.name_of(values)
        input_shape = self.shape_of(front_end)
        architecture = space.architecture(values, input_shape, settings.space, settings.dropout, settings.l2)
        costs = costs_of(architecture, input_shape, self.classes, settings.scheme, self.beside.get(front_end))
        return Proposal(values, architecture, costs)

    def shape_of(self, front_end: str) -> Shape:
        """The shape of an item that a front end makes."""
        return self.front_ends[front_end].input_shape if self.front_ends else self.input_shape


@dataclass(frozen=True)
class Survey:
    """What a look at a space found.

    Attributes:
        cheapest: the least of each cost, not of one network.
        example: a candidate that meets every limit.
    """

    cheapest: Costs
    example: Proposal


def survey(field: Field, seed: int) -> Survey:
    """Looks at a space before anything is trained: draws from it, and descends from the best draws.

    Raises:
        FeatherlineError: where nothing fits the input, or nothing meets the limits: which
            limit, and what the candidate that comes nearest takes.
    """
    rng = np.random.default_rng([seed, 0])
    searched = field.settings.space
    drawn = [field.proposal(space.draw(searched, rng)) for _ in range(_SURVEYED)]
    fitting = [proposal for proposal in drawn if proposal]
    if not fitting:
        fitting = [_fewest(field)]

    def least(cost: Callable[[Costs], float]) -> Proposal:
        starts = sorted(fitting, key=lambda proposal: cost(proposal.costs))[:_DESCENTS]
        return min((descend(cost, start) for start in starts), key=lambda proposal: cost(proposal.costs))

    def descend(cost: Callable[[Costs], float], best: Proposal) -> Proposal:
        while True:
            around = map(field.proposal, space.neighbours(best.values, searched, rng))
            nearest = min((p for p in around if p), key=lambda proposal: cost(proposal.costs), default=best)
            if cost(nearest.costs) >= cost(best.costs):
                return best
            best = nearest

    names = list(fitting[0].costs.figures())
    cheapest = Costs(**{name: getattr(least(attrgetter(name)).costs, name) for name in names})
    set_limits = [key for key in LIMITS if getattr(field.settings, key) is not None]
    for key in set_limits:
        nearest = least(attrgetter(LIMITS[key]))
        if key in excess(nearest.costs, field.settings):
            raise _out_of_reach([key], nearest, field.settings)
    example = least(lambda c: sum(excess(c, field.settings).values()))
    if excess(example.costs, field.settings):
        raise _out_of_reach(set_limits, example, field.settings)
    return Survey(cheapest, example)


def _fewest(field: Field) -> Proposal:
    try:
        return field._proposal(space.smallest(field.settings.space))
    except FeatherlineError as error:
        raise FeatherlineError(f"params.yaml: reduce.space holds no network for this input: {error}") from None


def _out_of_reach(keys: list[str], nearest: Proposal, settings: Reduce) -> FeatherlineError:
    limits = " and ".join(f"{key}: {getattr(settings, key)}" for key in keys) + " together" * (len(keys) > 1)
    costs, architecture = nearest.costs, nearest.architecture
    blocks = " and ".join(
        f"{b.filters} {b.convolution} filters with {b.poolings} poolings" for b in architecture.conv_blocks
    )
    takes = (
        f"{costs.weight_bytes:,} weight bytes, {costs.activation_bytes:,} bytes of arena and {costs.macs:,} "
        "multiply-accumulates"
    )
    if costs.program_bytes is not None:
        takes += (
            f", the whole program some {costs.program_bytes:,} bytes and {costs.instructions_per_second:,} "
            "instructions a second"
        )
    return FeatherlineError(
        f"params.yaml: no network of reduce.space meets {limits}; the nearest ({blocks}, "
        f"{len(architecture.dense_blocks)} dense blocks, {architecture.head}) takes {takes}: "
        "raise the limit or widen the space."
    )
