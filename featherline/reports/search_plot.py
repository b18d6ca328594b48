"""The plot of the search beside its baselines: what each candidate scores and weighs."""

from typing import Unpack

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from featherline.reports import canvas
from featherline.reports.results import Results

_STOPPED: canvas.MarkerStyle = {"alpha": 0.35}
_OF_METHOD: dict[str, canvas.MarkerStyle] = {
    "search": {"marker": "o", "color": canvas.COLOURS["reduced"], "markeredgewidth": 0, "alpha": 0.8},
    "random search": {"marker": "X", "color": canvas.GREY, "markeredgewidth": 0, "alpha": 0.8},
    "by hand": {"marker": "*", "color": canvas.COLOURS["by hand"], "markersize": 14, "markeredgewidth": 0},
}
_UNKNOWN_METHOD: canvas.MarkerStyle = {"marker": "P", "color": canvas.GREY, "markeredgewidth": 0}
_FRONT: canvas.LineStyle = {"color": canvas.COLOURS["reduced"], "linewidth": 1.2}
_WINNER: canvas.MarkerStyle = {"marker": "o", "color": canvas.INK, "markerfacecolor": "none", "markeredgewidth": 1.8}


def search(results: Results) -> Figure:
    """Validation accuracy of every candidate against its weight bytes, the search's front and its winner."""
    figure, axes = canvas.blank(4.0)
    methods = {results.search.methods[0].method: results.trials}
    methods |= {str(method): table for method, table in results.baselines.groupby("method", sort=False)}
    for method, candidates in reversed(methods.items()):  # the search comes last and lies on top
        style = _OF_METHOD.get(method, _UNKNOWN_METHOD)
        _points(axes, candidates[~candidates["stopped"]], **style)
        _points(axes, candidates[candidates["stopped"]], **(style | _STOPPED))

    # The column `pareto` keeps more: the front in activation bytes, too, which a plot of two axes cannot show.
    points = zip(results.trials["weight_bytes"], 100 * results.trials["validation_accuracy"], strict=True)
    furthest = max(candidates["weight_bytes"].max() for candidates in methods.values())
    canvas.front(axes, points, furthest, _FRONT, layer=2)
    _points(axes, results.trials[results.trials["winner"]], **(_WINNER | {"markersize": 13}))
    canvas.bytes_axis(axes)
    axes.set_ylabel("validation accuracy, %")
    handles = [_sample(name, **_OF_METHOD.get(name, _UNKNOWN_METHOD)) for name in methods]
    handles.append(Line2D([], [], label="front of the search", **_FRONT))
    handles.append(_sample("winner", **(_WINNER | {"markersize": 9})))
    if any(candidates["stopped"].any() for candidates in methods.values()):
        handles.append(_sample("faint: stopped early", **(_OF_METHOD["search"] | _STOPPED)))
    canvas.legend_below(figure, handles, columns=2)
    return figure


def _points(axes: Axes, candidates: pd.DataFrame, **style: Unpack[canvas.MarkerStyle]) -> None:
    axes.plot(candidates["weight_bytes"], 100 * candidates["validation_accuracy"], linestyle="", **style)


def _sample(label: str, **style: Unpack[canvas.MarkerStyle]) -> Line2D:
    """An entry of the legend."""
    return Line2D([], [], linestyle="", label=label, **style)
