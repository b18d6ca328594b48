"""What a classifier gets right, in percent with two decimals."""

import math
from typing import Literal

import numpy as np
from scipy.stats import rankdata

from featherline.core import statistics
from featherline.records.model import Accuracy
from featherline.records.single_model import Reconstruction


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


def reconstructed(
    labels: np.ndarray, inputs: np.ndarray, outputs: np.ndarray, runtime: Literal["tflm", "litert"]
) -> Reconstruction:
    """How well an autoencoder gives back its inputs, and how well its error tells anomalies apart.

    Args:
        labels: 0 of a normal item, 1 of an anomaly, shape (items,).
        inputs, outputs: real numbers, shape (items, values).
        runtime: which answered.
    """
    errors = np.mean(np.square(outputs.astype(np.float64) - inputs.astype(np.float64)), axis=1)
    normal, anomalous = errors[labels == 0], errors[labels == 1]
    return Reconstruction(
        runtime=runtime,
        items=len(labels),
        anomalies=len(anomalous),
        error=_digits(errors.mean()),
        normal_error=_digits(normal.mean()) if len(normal) else None,
        anomaly_error=_digits(anomalous.mean()) if len(anomalous) else None,
        auc=area_under_curve(normal, anomalous) if len(normal) and len(anomalous) else None,
    )


def area_under_curve(normal: np.ndarray, anomalous: np.ndarray) -> float:
    """How likely a value of the second kind is larger than one of the first, ties counted half: Mann-Whitney's U.

    >>> area_under_curve(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.875
    """
    ranks = rankdata(np.concatenate([normal, anomalous]))[len(normal) :]
    larger = ranks.sum() - len(anomalous) * (len(anomalous) + 1) / 2
    return round(float(larger / (len(normal) * len(anomalous))), 6)


def _digits(value: float) -> float:
    """As many digits as a mean of errors is worth."""
    return float(f"{value:.6g}")


def _of_classes(shares: np.ndarray) -> tuple[float | None, ...]:
    """In percent; None for NaN, where a class does not occur or is never answered."""
    return tuple(None if math.isnan(share) else percent(share) for share in shares)
