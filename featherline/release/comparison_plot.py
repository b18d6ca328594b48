"""The picture of the README: weight bytes and accuracy of the zoo against the published models."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from featherline.release.comparison import Row
from featherline.reports import canvas, plots

_PUBLISHED, _FEATHERLINE = canvas.COLOURS["original"], canvas.COLOURS["reduced"]
_OFFSET = 0.16
"""How far above and below the line of an application its two marks stand."""


def draw(compared: Sequence[Row]) -> str:
    """An SVG file that follows the reader's colour scheme, equal to the byte for equal rows."""
    with canvas.drawing():
        figure = Figure(figsize=(9.2, 0.62 * len(compared) + 1.5), layout="constrained")
        weights, accuracy = figure.subplots(1, 2, sharey=True)
        _bytes(weights, compared)
        _accuracy(accuracy, compared)
        weights.set_yticks(range(len(compared)), [row.title for row in compared])
        weights.set_ylim(len(compared) - 0.5, -0.5)
        handles, labels = weights.get_legend_handles_labels()
        figure.suptitle("Real recordings; Featherline's test split: people and tracks never seen", fontsize=10)
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
        return plots.standalone(canvas.svg(figure, "comparison"))


def _bytes(axes: Axes, compared: Sequence[Row]) -> None:
    places = range(len(compared))
    published = [row.reference.weight_bytes for row in compared]
    above, below = [place - _OFFSET for place in places], [place + _OFFSET for place in places]
    axes.plot(
        published, above, "o", color=_PUBLISHED, markerfacecolor="none", label="published weights (not deployable)"
    )
    axes.plot([row.weight_bytes for row in compared], below, "D", color=_FEATHERLINE, label="Featherline: weights")
    axes.plot(
        [row.program_bytes for row in compared],
        below,
        "|",
        color=_FEATHERLINE,
        markersize=12,
        markeredgewidth=2,
        label="Featherline: whole program on the device",
    )
    for row, place in zip(compared, places, strict=True):
        axes.annotate(
            f"{row.weight_bytes:,}", (row.weight_bytes, place + _OFFSET), (-8, 0), textcoords="offset points",
            ha="right", va="center", fontsize=9,
        )  # fmt: skip
        axes.annotate(
            f"{row.reference.weight_bytes:,}", (row.reference.weight_bytes, place - _OFFSET), (8, 0),
            textcoords="offset points", ha="left", va="center", fontsize=9,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(100, 200_000)
    axes.xaxis.set_major_locator(LogLocator(10))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlabel("bytes")


def _accuracy(axes: Axes, compared: Sequence[Row]) -> None:
    for place, row in enumerate(compared):
        axes.plot(row.reference.accuracy_pct, place - _OFFSET, "o", color=_PUBLISHED, markerfacecolor="none")
        axes.errorbar(
            row.accuracy_pct,
            place + _OFFSET,
            xerr=[[row.accuracy_pct - row.low_pct], [row.high_pct - row.accuracy_pct]],
            fmt="D",
            color=_FEATHERLINE,
            capsize=3,
        )
    axes.set_xlim(0, 101)
    axes.set_xlabel("test accuracy %, 95 % interval")
