"""How far an accuracy fell for sure, and how much of its fall may be chance.

A test split is a sample: another split of the same size would give other figures. Two shares
of items are compared by Newcombe's hybrid score interval for their difference (R. G.
Newcombe, "Interval estimation for the difference between independent proportions", Statistics
in Medicine 17, 1998, method 10), which keeps its promise at few items and near 0 and 1. A
balanced accuracy is a mean of one share a class; the same construction holds for any weighted
sum of shares (G. Y. Zou and A. Donner, "Construction of confidence limits about effect
measures", Statistics in Medicine 27, 2008).

Both take the two samples as independent. Where both models saw the same items, their answers
agree more often than that, and the bound is on the cautious side: what it calls a fall would
show on another split too.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from featherline.core.statistics import wilson_interval

CONFIDENCE = 0.95


class Sample(NamedTuple):
    """How many items of a sample were classified rightly."""

    correct: int
    items: int

    @property
    def share(self) -> float:
        return self.correct / self.items


def wilson_bounds(sample: Sample) -> tuple[float, float]:
    """Wilson's score bounds of a share (E. B. Wilson, 1927), each one-sided at 95 %."""
    return wilson_interval(sample.correct, sample.items, 2 * CONFIDENCE - 1)


def sure_fall(base: Sequence[Sample], now: Sequence[Sample]) -> float:
    """By how much a mean of shares fell at least, at 95 % confidence; 0 or less where it may not have fallen.

    Args:
        base, now: one sample for an accuracy over all items, one for each class for a balanced
            accuracy; at least one, each with items.

    Returns:
        A lower bound of the fall, from -1 to 1.
    """
    fall = mean(base) - mean(now)
    downwards = sum(((sample.share - wilson_bounds(sample)[0]) / len(base)) ** 2 for sample in base)
    upwards = sum(((wilson_bounds(sample)[1] - sample.share) / len(now)) ** 2 for sample in now)
    return fall - math.sqrt(downwards + upwards)


def mean(samples: Sequence[Sample]) -> float:
    """The mean of shares, each counting the same: an accuracy from one sample, a balanced one from one a class."""
    return sum(sample.share for sample in samples) / len(samples)
