"""What makes one trained candidate better than another: the score, the front, the winner.

Nothing is decided by the last bits of a number: accuracies have six decimals, sums of a few numbers in a fixed order
come out the same everywhere, and logarithms are put on a grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from featherline.core.numerics import on_grid
from featherline.core.pareto import hypervolume, non_dominated
from featherline.params import Architecture, Reduce
from featherline.reduction import front_ends
from featherline.reduction.costs import WEIGHED, Costs, weighed
from featherline.reduction.space import Values

# Of a logarithmic axis from 0 to 1: a millionth of the way from the cheapest to the original, far below a byte.
UNIT_STEP = 2.0**-20
# By so much the difference of two accuracies of six decimals may be off.
_ROUNDING = 2e-6


@dataclass(frozen=True)
class Candidate:
    """A trained candidate.

    Attributes:
        number: its place in the study.
        curve: the best validation accuracy up to each epoch, 0 to 1, the mean over the validation folds; shorter
            where training stopped early.
        stopped: whether it was stopped early as a bad one.
        of_first_fold: the curve of the first fold; empty where there is but one.
    """

    number: int
    values: Values
    architecture: Architecture
    costs: Costs
    curve: tuple[float, ...]
    stopped: bool
    of_first_fold: tuple[float, ...] = ()

    @property
    def validation_accuracy(self) -> float:
        return self.curve[-1]

    @property
    def first_curve(self) -> tuple[float, ...]:
        """The curve of the first validation fold, which every candidate has been trained on."""
        return self.of_first_fold or self.curve

    @property
    def front_end(self) -> str:
        """The name of its front end."""
        return front_ends.name_of(self.values)

    def size(self, settings: Reduce) -> tuple[int, int, float, str, int]:
        """Sorts the smaller candidate first, of equal ones the more accurate; no two networks are equal."""
        first, second = weighed(self.costs, settings.cost)
        network = front_ends.key_of(self.architecture, self.front_end)
        return first, second, -self.validation_accuracy, network, self.number


@dataclass(frozen=True)
class Yardstick:
    """What costs and errors are measured against.

    Attributes:
        original: costs of the original network.
        original_accuracy: its validation accuracy, 0 to 1.
        cheapest: costs of the cheapest network of the space, each the least that was found.
        classes: how many there are.
        item: by how much the validation accuracy moves, at the most, where one item is told otherwise; 0 where
            nothing is known of the items.
        cost: as of `Reduce`.
    """

    original: Costs
    original_accuracy: float
    cheapest: Costs
    classes: int
    item: float = 0.0
    cost: str = "weight_bytes"

    def unit_costs(self, costs: Costs) -> tuple[float, float]:
        """Both weighed costs on logarithmic axes, 0 the cheapest's, 1 the original's."""
        first, second = WEIGHED[self.cost]
        return self._unit_cost(costs, first), self._unit_cost(costs, second)

    def _unit_cost(self, costs: Costs, name: str) -> float:
        ratio = getattr(costs, name) / getattr(self.cheapest, name)
        return float(on_grid(log(ratio) / self._span(name), UNIT_STEP))

    def _span(self, name: str) -> float:
        return max(log(getattr(self.original, name) / getattr(self.cheapest, name)), 1e-9)

    def unit_error(self, error: float) -> float:
        """A validation error of which 1 is half of what chance would do: nobody wants a worse network."""
        return error / (0.5 * (1 - 1 / self.classes))

    def point(self, candidate: Candidate) -> tuple[float, float, float]:
        """Where a candidate lies in the unit cube; less is better on each axis."""
        return self.unit_error(1 - candidate.validation_accuracy), *self.unit_costs(candidate.costs)


def worth_of_an_item(items: Sequence[int], balanced: bool) -> float:
    """By how much one item moves a validation accuracy at the most.

    Args:
        items: how many there are of each class, one at least of one class.
        balanced: whether the accuracy is the mean over classes; an item of the rarest class then counts most.
    """
    present = [count for count in items if count]
    return 1 / (len(present) * min(present)) if balanced else 1 / sum(present)


def score(settings: Reduce, error: float, cost: int, yardstick: Yardstick) -> float:
    """w * validation error + (1 - w) * cost / the original's cost, as of `settings.cost`; less is better."""
    w = settings.error_weight
    return w * error + (1 - w) * cost / weighed(yardstick.original, settings.cost)[0]


def score_of(candidate: Candidate, settings: Reduce, yardstick: Yardstick) -> float:
    """The score of a trained candidate."""
    cost = weighed(candidate.costs, settings.cost)[0]
    return score(settings, 1 - candidate.validation_accuracy, cost, yardstick)


def ranked(candidates: Sequence[Candidate], settings: Reduce, yardstick: Yardstick) -> list[Candidate]:
    """Candidates in the order of the objective; where one item of validation makes the difference, the smaller first.

    `weighted`: by score. `pareto`: those whose validation accuracy is within
    `accuracy_tolerance` of the original's, the smallest first; then all others, the most
    accurate first.
    """
    if settings.objective == "weighted":
        near = settings.error_weight * (yardstick.item + _ROUNDING)
        return _least_first(candidates, lambda candidate: score_of(candidate, settings, yardstick), near, settings)
    good: list[Candidate] = []
    others: list[Candidate] = []
    for candidate in candidates:
        (good if within_tolerance(candidate, settings, yardstick) else others).append(candidate)
    good.sort(key=lambda candidate: candidate.size(settings))
    near = yardstick.item + _ROUNDING
    return good + _least_first(others, lambda candidate: 1 - candidate.validation_accuracy, near, settings)


def _least_first(
    candidates: Sequence[Candidate], cost: Callable[[Candidate], float], near: float, settings: Reduce
) -> list[Candidate]:
    """Takes, again and again, the smallest of those whose cost is no more than `near` above the least that is left."""
    left = sorted(
        ((cost(candidate), candidate.size(settings), candidate) for candidate in candidates), key=lambda row: row[:2]
    )
    order = []
    while left:
        equal = [place for place, (least, *_) in enumerate(left) if least <= left[0][0] + near]
        order.append(left.pop(min(equal, key=lambda place: left[place][1]))[2])
    return order


def winner(candidates: Sequence[Candidate], settings: Reduce, yardstick: Yardstick) -> Candidate:
    """The candidate that the objective asks for, the first of `ranked`."""
    return ranked(candidates, settings, yardstick)[0]


def within_tolerance(candidate: Candidate, settings: Reduce, yardstick: Yardstick) -> bool:
    """Whether a candidate is as accurate as the objective `pareto` asks for, on the fold that the original has seen."""
    return candidate.first_curve[-1] >= yardstick.original_accuracy - settings.accuracy_tolerance


def front(candidates: Sequence[Candidate], cost: str = "weight_bytes") -> list[Candidate]:
    """Candidates that no other one beats in validation accuracy and both weighed costs, smallest first."""
    points = [(-c.validation_accuracy, *weighed(c.costs, cost)) for c in candidates]
    kept = [c for c, on_front in zip(candidates, non_dominated(points), strict=True) if on_front]
    return sorted(kept, key=lambda c: (*weighed(c.costs, cost), c.number))


def hypervolume_of(candidates: Sequence[Candidate], yardstick: Yardstick) -> float:
    """The hypervolume of a front, 0 to 1, between the original's costs and those of the cheapest network."""
    return hypervolume([yardstick.point(candidate) for candidate in candidates])
