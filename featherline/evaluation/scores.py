"""What a classifier gets right, as plain data in percent with two decimals."""

import math

import numpy as np

from featherline.core import statistics


def percent(share: float) -> float | None:
    """A share in percent; None for NaN."""
    return None if math.isnan(share) else round(100 * float(share), 2)


def scored(labels: np.ndarray, predictions: np.ndarray, classes: int) -> dict:
    """Accuracy with its 95 % Wilson interval, recall and precision of each class, and the confusion matrix.

    Args:
        labels, predictions: true and predicted classes, int, shape (items,).
        classes: how many there are.
    """
    result = statistics.accuracy(labels, predictions, classes)
    return {
        "items": result.items,
        "correct": result.correct,
        "accuracy_pct": percent(result.share),
        "low_pct": percent(result.low),
        "high_pct": percent(result.high),
        "balanced_pct": percent(result.balanced),
        "recall_pct": [percent(share) for share in result.recall],
        "precision_pct": [percent(share) for share in statistics.precision_per_class(result.confusion)],
        "confusion": result.confusion.tolist(),
    }
