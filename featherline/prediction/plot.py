"""A picture of what a model says of recordings: the scores over time, and the decisions below them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from featherline.prediction.answers import Answer
from featherline.prediction.models import Fitted

EXPLANATION = "Scores of each window; squares below are the decisions over the recent windows."
_WIDTH_IN, _HEIGHT_IN = 10.0, 3.2


def title(fitted: Fitted, answers: Sequence[Answer]) -> str:
    """Which model, and what it heard or felt."""
    return f"{fitted.name}: {', '.join(answer.path.name for answer in answers)}"


def scores(fitted: Fitted, answers: Sequence[Answer]) -> Figure:
    """One panel for each recording."""
    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN * len(answers)), layout="constrained")
    panels = np.atleast_1d(figure.subplots(len(answers), 1))
    for panel, answer in zip(panels, answers, strict=True):
        lines = [
            panel.plot(answer.ends_s, answer.scores[:, place], label=name, linewidth=1)[0]
            for place, name in enumerate(fitted.classes)
        ]
        for place, line in enumerate(lines):
            ends = answer.ends_s[answer.decisions == place]
            panel.plot(ends, np.full(len(ends), -0.06), "s", markersize=3, color=line.get_color())
        panel.set(title=answer.path.name, xlabel="time, s", ylabel="score", ylim=(-0.12, 1.05))
        panel.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    return figure
