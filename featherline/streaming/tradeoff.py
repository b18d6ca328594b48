"""Recall against false accepts an hour, for every threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from featherline.core.parsing import Tree
from featherline.prediction.program import detected

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Heard:
    """What a program made of a stream.

    Attributes:
        sums: of the event's class after each window, int, shape (windows,).
        places: which sample completed each window, int, shape (windows,).
        hours: how long the stream is.
        events: as of `streams.Stream`.
        distinct_s: as of `streams.Stream`.
    """

    sums: np.ndarray
    places: np.ndarray
    hours: float
    events: Sequence[tuple[int, int]]
    distinct_s: float


@dataclass(frozen=True)
class Point:
    """One threshold: events heard, and false accepts in a stream without events."""

    threshold: int
    heard: int
    events: int
    false_accepts: int
    hours: float

    @property
    def recall(self) -> float:
        """Share of the events."""
        return self.heard / self.events

    @property
    def per_hour(self) -> float:
        """False accepts an hour."""
        return self.false_accepts / self.hours

    def plain(self) -> Tree:
        """As plain data, with Wilson's interval of the recall and the exact Poisson interval of the rate, 95 %."""
        from featherline.core.statistics import wilson_interval

        low, high = wilson_interval(self.heard, self.events, CONFIDENCE)
        least, most = poisson_interval(self.false_accepts)
        return {
            "threshold": self.threshold,
            "events": self.events,
            "heard": self.heard,
            "recall_pct": round(100 * self.recall, 2),
            "recall_low_pct": round(100 * low, 2),
            "recall_high_pct": round(100 * high, 2),
            "hours": round(self.hours, 4),
            "false_accepts": self.false_accepts,
            "false_accepts_per_hour": round(self.per_hour, 3),
            "per_hour_low": round(least / self.hours, 3),
            "per_hour_high": round(most / self.hours, 3),
        }


def poisson_interval(count: int) -> tuple[float, float]:
    """The exact interval of an expected count, 95 % (Garwood 1936).

    >>> [round(end, 2) for end in poisson_interval(0)]
    [0.0, 3.69]
    """
    from scipy.stats import chi2

    tail = (1 - CONFIDENCE) / 2
    return (float(chi2.ppf(tail, 2 * count) / 2) if count else 0.0), float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def point(positive: Heard, negative: Heard, threshold: int, refractory_windows: int) -> Point:
    """What one threshold gives: detections within an event count once, those in the background are all false."""
    detections = positive.places[detected(positive.sums, threshold, refractory_windows)]
    heard = sum(bool(((detections >= first) & (detections <= last)).any()) for first, last in positive.events)
    wrong = len(detected(negative.sums, threshold, refractory_windows))
    return Point(threshold, heard, len(positive.events), wrong, negative.hours)


def curve(positive: Heard, negative: Heard, refractory_windows: int) -> list[Point]:
    """Every threshold that changes something, the lowest first."""
    thresholds = np.unique(np.concatenate([positive.sums, negative.sums]))
    return [point(positive, negative, int(threshold), refractory_windows) for threshold in thresholds]


def for_rate(points: Sequence[Point], per_hour: float) -> Point:
    """The point of the highest recall with at most so many false accepts an hour; the strictest one where none has."""
    fitting = [point for point in points if point.per_hour <= per_hour]
    return max(fitting, key=lambda point: (point.recall, -point.per_hour, point.threshold)) if fitting else points[-1]


def for_recall(points: Sequence[Point], share: float) -> Point | None:
    """The point of the fewest false accepts that hears at least this share of the events; None where none does."""
    fitting = [point for point in points if point.recall >= share]
    return min(fitting, key=lambda point: (point.per_hour, -point.recall, -point.threshold)) if fitting else None
