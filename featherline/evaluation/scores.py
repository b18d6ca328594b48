"""What a classifier gets right, in percent with two decimals."""

import math
from typing import Literal

import numpy as np

from featherline.core import statistics
from featherline.records.accuracy import Accuracy


def percent(share: float) -> float:
    """A share in percent."""
    return round(100 * float(share), 2)


def scored(labels: np.ndarray, predictions: np.ndarray, classes: int, runtime: Literal["tflm", "litert"]) -> Accuracy:
    """Accuracy with its 95 % Wilson interval, recall and precision of each class, and the confusion matrix.

    Args:
        labels, predictions: true and predicted classes, int, shape (items,).
        classes: how many there are.
        runtime: which answered.
    """
    result = statistics.accuracy(labels, predictions, classes)
    return Accuracy(
        runtime=runtime,
        items=result.items,
        correct=result.correct,
        accuracy_pct=percent(result.share),
        low_pct=percent(result.low),
        high_pct=percent(result.high),
        balanced_pct=percent(result.balanced),
        recall_pct=_of_classes(result.recall),
        precision_pct=_of_classes(statistics.precision_per_class(result.confusion)),
        confusion=result.confusion.tolist(),
    )


def _of_classes(shares: np.ndarray) -> tuple[float | None, ...]:
    """In percent; None for NaN, where a class does not occur or is never answered."""
    return tuple(None if math.isnan(share) else percent(share) for share in shares)
