"""How good a classifier is, and how sure that is: confusion, accuracy, its interval, recall."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from featherline.core.errors import FeatherlineError


@dataclass(frozen=True)
class Accuracy:
    """What a classifier got right; shares from 0 to 1.

    Attributes:
        items, correct: counts.
        share: correct / items.
        low, high: 95 % Wilson interval of the share.
        recall: of each class; NaN for a class without items.
        balanced: mean recall of the classes that have items.
        confusion: int, shape (classes, classes), rows true and columns predicted.
    """

    items: int
    correct: int
    share: float
    low: float
    high: float
    recall: np.ndarray
    balanced: float
    confusion: np.ndarray


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Counts items by true class (rows) and predicted class (columns).

    Args:
        labels, predictions: int, shape (items,), from 0 to classes - 1.
        classes: how many classes there are.
    """
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def wilson_interval(correct: int, items: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a share (E. B. Wilson, 1927): honest at few items and near 0 or 1.

    Args:
        correct, items: counts, at least one item.
        confidence: that the share lies between both bounds. Each bound alone holds with (1 + confidence) / 2.
    """
    share = correct / items
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    scale = 1 + z**2 / items
    centre = (share + z**2 / (2 * items)) / scale
    half = z * math.sqrt(share * (1 - share) / items + z**2 / (4 * items**2)) / scale
    # With none or all correct, a bound is the share itself, and rounding puts it a hair beside it.
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


@dataclass(frozen=True)
class Disagreement:
    """How two classifiers differ on the same items.

    Attributes:
        first_alone, second_alone: items that one of them got right and the other did not.
        p_value: of McNemar's exact test: how likely so uneven a split would be if both were equally good.
    """

    first_alone: int
    second_alone: int
    p_value: float


def compare(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> Disagreement:
    """McNemar's test (Q. McNemar, 1947) of two classifiers, exact by the binomial distribution.

    Args:
        labels, first, second: true and predicted classes, int, shape (items,).
    """
    from scipy.stats import binom  # takes a second to import

    first_correct, second_correct = first == labels, second == labels
    first_alone = int((first_correct & ~second_correct).sum())
    second_alone = int((second_correct & ~first_correct).sum())
    tail = float(binom.cdf(min(first_alone, second_alone), first_alone + second_alone, 0.5))
    return Disagreement(first_alone, second_alone, min(2 * tail, 1.0))


def recall_per_class(confusion: np.ndarray) -> np.ndarray:
    """Share of each class's items that were predicted as such; NaN for a class without items."""
    items = confusion.sum(axis=1)
    return np.where(items > 0, np.diag(confusion) / np.maximum(items, 1), np.nan)


def precision_per_class(confusion: np.ndarray) -> np.ndarray:
    """Share of the items predicted as a class that are of it; NaN for a class that was never predicted."""
    predicted = confusion.sum(axis=0)
    return np.where(predicted > 0, np.diag(confusion) / np.maximum(predicted, 1), np.nan)


def accuracy(labels: np.ndarray, predictions: np.ndarray, classes: int) -> Accuracy:
    """Everything at once, from true and predicted classes of shape (items,).

    Raises:
        FeatherlineError: where there are no items.
    """
    if not len(labels):
        raise FeatherlineError("The test split has no items: run the stage preprocess again.")
    confusion = confusion_matrix(labels, predictions, classes)
    items, correct = int(confusion.sum()), int(np.trace(confusion))
    recall = recall_per_class(confusion)
    return Accuracy(
        items, correct, correct / items, *wilson_interval(correct, items), recall, float(np.nanmean(recall)), confusion
    )
