"""What a model says of recordings, and how often that is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.interpreters.values import dequantize
from featherline.prediction.models import Fitted
from featherline.prediction.program import Program
from featherline.prediction.recordings import Recording


@dataclass(frozen=True)
class Answer:
    """What a device would say while it hears one recording.

    Attributes:
        path: of the recording.
        ends_s: when each window is complete, from the first sample on, shape (windows,).
        scores: of each class in each window alone, as probabilities, shape (windows, classes).
        decisions: the class of the recent windows together, int, shape (windows,).
        labels: what most samples of each window show, int, shape (windows,); None without labels.
        events: number of the stretch of one label that a window ends in, int, shape (windows,); None without labels.
        remarks: on the recording.
    """

    path: Path
    ends_s: np.ndarray
    scores: np.ndarray
    decisions: np.ndarray
    labels: np.ndarray | None
    events: np.ndarray | None
    remarks: list[str]


def answer(fitted: Fitted, program: Program, recording: Recording) -> Answer:
    """Streams one recording through a program.

    Raises:
        FeatherlineError: where the recording is shorter than a window.
    """
    windows = program.run(recording.samples)
    if not len(windows.decisions):
        raise FeatherlineError(
            f"{recording.path} lasts {len(recording.samples) / fitted.rate_hz:.2f} s, and {fitted.name} needs "
            f"{fitted.window_seconds:.2f} s and a few samples more: give it a longer recording."
        )
    labels = events = None
    if recording.labels is not None:
        length = round(fitted.window_seconds * fitted.rate_hz)
        changes = np.concatenate([[0], np.cumsum(np.diff(recording.labels) != 0)])
        labels = np.array(
            [np.bincount(recording.labels[max(place - length + 1, 0) : place + 1]).argmax() for place in windows.places]
        )
        events = changes[windows.places]
        # A window may mostly show the stretch before the one that it ends in: it counts there.
        before = labels != recording.labels[windows.places]
        events = np.where(before, np.maximum(events - 1, 0), events)
    scores = dequantize(windows.outputs, fitted.model.outputs[0])
    return Answer(
        recording.path,
        (windows.places + 1) / fitted.rate_hz,
        scores,
        windows.decisions,
        labels,
        events,
        recording.remarks,
    )


@dataclass(frozen=True)
class Share:
    """How much was right, with Wilson's interval of 95 %, which takes items as independent."""

    items: int
    correct: int
    low_pct: float
    high_pct: float

    @property
    def pct(self) -> float:
        """In percent."""
        return 100 * self.correct / self.items


def accuracy(answers: Sequence[Answer]) -> dict[str, Share] | None:
    """How much of labelled recordings was right; None where none has a label.

    Returns:
        `windows alone` by the scores of each window, `windows` by the smoothed decisions, `events` by the decision
        that most windows of an uninterrupted stretch of one label got.
    """
    alone, smoothed, events = [], [], []
    for answer in answers:
        if answer.labels is None or answer.events is None:
            continue
        alone += (answer.scores.argmax(axis=1) == answer.labels).tolist()
        smoothed += (answer.decisions == answer.labels).tolist()
        for event in np.unique(answer.events):
            in_event = answer.events == event
            events.append(
                bool(np.bincount(answer.decisions[in_event]).argmax() == np.bincount(answer.labels[in_event]).argmax())
            )
    if not alone:
        return None
    return {"windows alone": _share(alone), "windows": _share(smoothed), "events": _share(events)}


def _share(right: list[bool]) -> Share:
    from featherline.core.statistics import wilson_interval

    low, high = wilson_interval(sum(right), len(right))
    return Share(len(right), sum(right), 100 * low, 100 * high)


def rows(fitted: Fitted, answer: Answer) -> list[Tree]:
    """One row a window: start_s, end_s, class, score, window_class, window_score, label (where there is one), scores.

    `class` is the decision over the recent windows, `score` its probability in this window; `window_class` is that of
    the window alone.
    """
    classes = fitted.classes
    made = []
    for place, (end, scores, decision) in enumerate(zip(answer.ends_s, answer.scores, answer.decisions, strict=True)):
        best = int(scores.argmax())
        row: Tree = {
            "start_s": round(max(float(end) - fitted.window_seconds, 0.0), 3),
            "end_s": round(float(end), 3),
            "class": classes[decision],
            "score": round(float(scores[decision]), 4),
            "window_class": classes[best],
            "window_score": round(float(scores[best]), 4),
        }
        if answer.labels is not None:
            row["label"] = classes[answer.labels[place]]
        row["scores"] = {name: round(float(score), 4) for name, score in zip(classes, scores, strict=True)}
        made.append(row)
    return made
