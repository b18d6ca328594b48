"""What every plot shares: colours and style, its canvas, the axis of bytes and the legend below."""

from collections.abc import Sequence

import matplotlib

matplotlib.use("Agg")

from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: E402

# Stands for the colour of the text around a plot; replaced in the finished SVG.
INK = "#010203"
GREY = "#8b949e"
COLOURS = {"original": "#2f81f7", "reduced": "#d9730d", "by hand": "#a371f7"}
STYLE = {
    "svg.hashsalt": "featherline",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": GREY,
    "grid.alpha": 0.3,
    "grid.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 10.5,
    "lines.linewidth": 1.6,
}
_WIDTH_INCHES = 4.9


def blank(height_inches: float) -> tuple[Figure, Axes]:
    """A figure with one pair of axes; all plots are equally wide."""
    figure = Figure(figsize=(_WIDTH_INCHES, height_inches), layout="constrained")
    return figure, figure.subplots()


def legend_below(figure: Figure, handles: Sequence[Line2D], columns: int) -> None:
    """Puts the legend where it hides nothing."""
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, handletextpad=0.3, columnspacing=1.0)


def bytes_axis(axes: Axes) -> None:
    """Makes the horizontal axis one of weight bytes, logarithmic."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(_bytes))
    axes.set_xlabel("weights, bytes (KB = 1,000 bytes)")


def _bytes(value: float, _position: int) -> str:
    return f"{value:g} B" if value < 1000 else f"{value / 1000:g} KB" if value < 1e6 else f"{value / 1e6:g} MB"
