"""A picture of what a model says of recordings: the scores over time, and the decisions below them."""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np

from featherline.prediction.answers import Answer
from featherline.prediction.models import Fitted

_WIDTH_IN, _HEIGHT_IN, _DPI = 10.0, 3.2, 110


def png(fitted: Fitted, answers: Sequence[Answer]) -> bytes:
    """One panel for each recording."""
    from matplotlib.figure import Figure

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
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_DPI, metadata={"Software": None})
    return content.getvalue()


def page(fitted: Fitted, answers: Sequence[Answer]) -> str:
    """The same as one HTML file that needs no other."""
    picture = base64.b64encode(png(fitted, answers)).decode()
    title = html.escape(f"{fitted.name}: {', '.join(answer.path.name for answer in answers)}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>Scores of each window; squares below are the decisions over the recent windows.</p>"
        f'<img alt="{title}" src="data:image/png;base64,{picture}"></html>\n'
    )
