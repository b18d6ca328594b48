"""A picture of a few recordings of each class, so that somebody sees what a network will."""

import base64
import io
from collections.abc import Mapping, Sequence

import numpy as np

_WIDTH_IN, _HEIGHT_IN, _DPI = 3.2, 1.8, 90
_COLUMNS = 3


def png(samples: Mapping[str, Sequence[np.ndarray]]) -> bytes:
    """One row a class, up to three recordings each; arrays of shape (samples, channels) or (samples,)."""
    from matplotlib.figure import Figure

    rows = max(len(samples), 1)
    figure = Figure(figsize=(_WIDTH_IN * _COLUMNS, _HEIGHT_IN * rows), layout="constrained")
    panels = figure.subplots(rows, _COLUMNS, squeeze=False)
    for row, (label, listed) in zip(panels, sorted(samples.items()), strict=False):
        for place, panel in enumerate(row):
            if place < len(listed):
                panel.plot(listed[place], linewidth=0.8)
                panel.set(title=label if place == 0 else "", xlabel="samples")
            else:
                panel.axis("off")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=_DPI, metadata={"Software": None})
    return content.getvalue()


def page(samples: Mapping[str, Sequence[np.ndarray]]) -> str:
    """The same as one HTML file that needs no other."""
    picture = base64.b64encode(png(samples)).decode()
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Recordings by class</title>'
        f'<h1>Recordings by class</h1><img alt="Recordings by class" src="data:image/png;base64,{picture}"></html>\n'
    )
