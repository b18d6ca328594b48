"""What makes one trained candidate better than another: the score, the front, the winner."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from featherline.params import Architecture, Reduce
from featherline.reduction.costs import Costs
from featherline.reduction.front import hypervolume, non_dominated
from featherline.reduction.space import Values


@dataclass(frozen=True)
class Candidate:
    """A trained candidate.

    Attributes:
        number: its place in the study.
        curve: the best validation accuracy up to each epoch, 0 to 1; shorter where training stopped early.
        stopped: whether it was stopped early as a bad one.
    """

    number: int
    values: Values
    architecture: Architecture
    costs: Costs
    curve: tuple[float, ...]
    stopped: bool

    @property
    def validation_accuracy(self) -> float:
        return self.curve[-1]


@dataclass(frozen=True)
class Yardstick:
    """What costs and errors are measured against.

    Attributes:
        original: costs of the original network.
        original_accuracy: its validation accuracy, 0 to 1.
        cheapest: costs of the cheapest network of the space, each the least that was found.
        classes: how many there are.
    """

    original: Costs
    original_accuracy: float
    cheapest: Costs
    classes: int

    def unit_costs(self, costs: Costs) -> tuple[float, float]:
        """Weight bytes and activation bytes on logarithmic axes, 0 the cheapest's, 1 the original's."""
        return tuple(
            log(getattr(costs, name) / getattr(self.cheapest, name))
            / max(log(getattr(self.original, name) / getattr(self.cheapest, name)), 1e-9)
            for name in ("weight_bytes", "activation_bytes")
        )

    def unit_error(self, error: float) -> float:
        """A validation error of which 1 is half of what chance would do: nobody wants a worse network."""
        return error / (0.5 * (1 - 1 / self.classes))

    def point(self, candidate: Candidate) -> tuple[float, float, float]:
        """Where a candidate lies in the unit cube; less is better on each axis."""
        return self.unit_error(1 - candidate.validation_accuracy), *self.unit_costs(candidate.costs)


def score(settings: Reduce, error: float, weight_bytes: int, yardstick: Yardstick) -> float:
    """w * validation error + (1 - w) * weight bytes / the original's weight bytes; less is better."""
    w = settings.error_weight
    return w * error + (1 - w) * weight_bytes / yardstick.original.weight_bytes


def score_of(candidate: Candidate, settings: Reduce, yardstick: Yardstick) -> float:
    """The score of a trained candidate."""
    return score(settings, 1 - candidate.validation_accuracy, candidate.costs.weight_bytes, yardstick)


def ranked(candidates: Sequence[Candidate], settings: Reduce, yardstick: Yardstick) -> list[Candidate]:
    """Candidates in the order of the objective; the smaller and then the earlier one first among equals.

    `weighted`: by score. `pareto`: those whose validation accuracy is within
    `accuracy_tolerance` of the original's, the smallest first; then all others, the most
    accurate first.
    """

    def size(candidate: Candidate) -> tuple:
        return (
            candidate.costs.weight_bytes,
            candidate.costs.activation_bytes,
            -candidate.validation_accuracy,
            candidate.number,
        )

    def rank(candidate: Candidate) -> tuple:
        if settings.objective == "weighted":
            return (score_of(candidate, settings, yardstick), *size(candidate))
        if within_tolerance(candidate, settings, yardstick):
            return (0, *size(candidate))
        return (1, -candidate.validation_accuracy, *size(candidate))

    return sorted(candidates, key=rank)


def winner(candidates: Sequence[Candidate], settings: Reduce, yardstick: Yardstick) -> Candidate:
    """The candidate that the objective asks for, the first of `ranked`."""
    return ranked(candidates, settings, yardstick)[0]


def within_tolerance(candidate: Candidate, settings: Reduce, yardstick: Yardstick) -> bool:
    """Whether a candidate is as accurate as the objective `pareto` asks for."""
    return candidate.validation_accuracy >= yardstick.original_accuracy - settings.accuracy_tolerance


def front(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that no other one beats in validation accuracy, weight bytes and activation bytes, smallest first."""
    points = [(-c.validation_accuracy, c.costs.weight_bytes, c.costs.activation_bytes) for c in candidates]
    kept = [c for c, on_front in zip(candidates, non_dominated(points), strict=True) if on_front]
    return sorted(kept, key=lambda c: (c.costs.weight_bytes, c.costs.activation_bytes, c.number))


def commanded(candidates: Sequence[Candidate], yardstick: Yardstick) -> float:
    """The hypervolume of a front, 0 to 1, between the original's costs and those of the cheapest network."""
    return hypervolume([yardstick.point(candidate) for candidate in candidates])
