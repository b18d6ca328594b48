"""What every plot shares: colours and style, its canvas, the axis of bytes, fronts, the legend below and its SVG."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypedDict

import matplotlib
import matplotlib.style

from featherline.core.pareto import non_dominated

matplotlib.use("Agg")

from matplotlib.artist import Artist  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: E402
from matplotlib.typing import ColorType, LineStyleType, MarkerType  # noqa: E402


class LineStyle(TypedDict, total=False):
    """How a line is drawn, as matplotlib names it."""

    color: ColorType
    linewidth: float
    linestyle: LineStyleType


class MarkerStyle(TypedDict, total=False):
    """How points without a line are drawn, as matplotlib names it."""

    marker: MarkerType
    markersize: float
    color: ColorType
    markerfacecolor: ColorType
    markeredgewidth: float
    alpha: float


# Stands for the colour of the text around a plot; replaced in the finished SVG.
INK = "#010203"
GREY = "#8b949e"
COLOURS = {"original": "#2f81f7", "reduced": "#d9730d", "by hand": "#a371f7"}
STYLE = {
    "svg.hashsalt": "featherline",
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar in somebody's class name begins no formula
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
_COORDINATES = r'\b(?:d|x|y|width|height|points|transform)="[^"]*"'
FRONT: LineStyle = {"color": GREY, "linewidth": 1.2, "linestyle": "--"}
WIDTH_INCHES = 4.9


@contextmanager
def drawing(style: Mapping[str, object] = STYLE) -> Iterator[None]:
    """Draws in a style upon matplotlib's defaults, whatever the user's own settings and fonts are."""
    with matplotlib.style.context(dict(style), after_reset=True):
        yield


def blank(height_inches: float) -> tuple[Figure, Axes]:
    """A figure with one pair of axes; all plots are equally wide."""
    figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
    return figure, figure.subplots()


def legend_below(figure: Figure, handles: Sequence[Artist], columns: int) -> None:
    """Puts the legend where it hides nothing."""
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, handletextpad=0.3, columnspacing=1.0)


def bytes_axis(axes: Axes) -> None:
    """Makes the horizontal axis one of weight bytes, logarithmic, once everything is drawn."""
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 3) if high < 2000 * low else (1,)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(_bytes))
    axes.set_xlabel("weights, bytes (KB = 1,000 bytes)")


def _bytes(value: float, _position: int) -> str:
    return f"{value:g} B" if value < 1000 else f"{value / 1000:g} KB" if value < 1e6 else f"{value / 1e6:g} MB"


def front(
    axes: Axes, points: Iterable[tuple[int, float]], furthest: int, style: LineStyle = FRONT, layer: int = 1
) -> None:
    """Draws the Pareto front of points (bytes, per cent), in steps that end at `furthest` bytes.

    Args:
        axes: where to.
        points: the candidates or models.
        furthest: the right end of the axis.
        style: of the line. layer: matplotlib's zorder.
    """
    best = undominated(points)
    if best:
        sizes, heights = zip(*best, (furthest, best[-1][1]), strict=True)
        # A step leads on to the right: whoever can afford more bytes can take the smaller network, too.
        axes.step(sizes, heights, where="post", zorder=layer, **style)


def undominated(points: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    """The points (bytes, accuracy) that no other one beats in both, smallest first.

    >>> undominated([(900, 95.0), (300, 80.0), (500, 79.0)])
    [(300, 80.0), (900, 95.0)]
    """
    distinct = sorted(set(points))
    kept = non_dominated([(size, -accuracy) for size, accuracy in distinct])
    return [point for point, on_front in zip(distinct, kept, strict=True) if on_front]


def svg(figure: Figure, name: str) -> str:
    """The SVG text of a figure, to stand inside a page.

    Args:
        figure: drawn within `drawing`.
        name: begins all ids; no two plots of a page may share it.
    """
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # Inside a page this rule would be the whole page's.
    text = re.sub(r"<defs>\s*<style.*?</defs>", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text, count=2)
    # A hundredth of a point is finer than any screen; six decimals would double the page. matplotlib has rounded to
    # six: what a processor's last bit changes is gone before digits are cut off.
    text = re.sub(_COORDINATES, lambda match: re.sub(r"(\.\d\d)\d+", r"\1", match[0]), text)
    # Ids of markers and clips are digests of coordinates at full length, the last bit included.
    for number, digest in enumerate(dict.fromkeys(re.findall(r'\bid="([a-z][0-9a-f]{10})"', text))):
        text = text.replace(digest, f"{digest[0]}{number}")
    # Several plots share a page: their ids must not.
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    return text.replace(INK, "currentColor")
