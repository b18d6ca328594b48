"""The plots of an application before and after a change, side by side on one set of axes."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.regression import snapshots
from featherline.regression.snapshots import Snapshot
from featherline.reports import canvas

_VARIANTS = ("original", "reduced")
# A comment is read on white and on black: the picture brings its own paper.
_STYLE = canvas.STYLE | {"figure.facecolor": "white", "axes.facecolor": "white"}
_DOTS_PER_INCH = 100


def draw_all(apps: Iterable[str], base: Snapshot, now: Snapshot) -> dict[str, bytes]:
    """Draws a picture of each application whose plotted figures differ.

    Each has three plots: accuracy with its interval by weight bytes of every model, validation accuracy
    by epoch of both networks, and the front that the search found; grey is the base.

    Returns:
        Application -> content of a PNG.

    Raises:
        FeatherlineError: where a file that is plotted is broken.
    """
    pictures = {}
    for app in apps:
        before, after = _plotted(app, base), _plotted(app, now)
        if before != after:
            drawn = io.BytesIO()
            with canvas.drawing(_STYLE):
                # The name of matplotlib's version would change the bytes with every update.
                _draw(app, before, after).savefig(drawn, dpi=_DOTS_PER_INCH, metadata={"Software": None}, format="png")
            pictures[app] = drawn.getvalue()
    return pictures


_Models = dict[str, tuple[str, int, float, float, float]]


@dataclass(frozen=True)
class _Plotted:
    """Everything that the picture of an application shows of one side.

    Attributes:
        source: of the recordings.
        models: name -> variant, weight bytes, accuracy and the bounds of its interval in percent.
        histories: variant -> epoch and validation accuracy from 0 to 1.
        front: weight bytes and validation accuracy from 0 to 1.
    """

    source: str | None
    models: _Models
    histories: dict[str, list[tuple[float, float]]]
    front: list[tuple[float, float]]


def _plotted(app: str, snapshot: Snapshot) -> _Plotted:
    headline = snapshots.headline(snapshot, app)
    return _Plotted(
        source=headline.source if headline else None,
        models={
            name: (
                model.variant,
                model.size.weight_bytes,
                model.accuracy.accuracy_pct,
                model.accuracy.low_pct,
                model.accuracy.high_pct,
            )
            for name, model in snapshots.models(snapshot, app).items()
        },
        histories={
            variant: _columns(snapshot, f"models/{app}/{variant}_history.csv", "epoch", "val_accuracy")
            for variant in _VARIANTS
        },
        front=sorted(_columns(snapshot, f"models/{app}/front.csv", "weight_bytes", "validation_accuracy")),
    )


def _columns(snapshot: Snapshot, path: str, first: str, second: str) -> list[tuple[float, float]]:
    """Two columns of a CSV file; empty where there is no file."""
    content = snapshot.read(path)
    if content is None:
        return []
    try:
        text = content.decode()
        parsing.check_merged(text, f"{path} of {snapshot.name}")
        return [(float(row[first]), float(row[second])) for row in csv.DictReader(io.StringIO(text))]
    except (KeyError, TypeError, ValueError):
        raise FeatherlineError(
            f"{path} of {snapshot.name} has no numbers in its columns {first} and {second}: run the stage again."
        ) from None


def _draw(app: str, before: _Plotted, after: _Plotted) -> Figure:
    figure = Figure(figsize=(12, 3.8), layout="constrained")
    size, training, front = figure.subplots(1, 3)
    _sizes(size, before.models, after.models)
    for (side, colours), style in zip(((before, _greys()), (after, canvas.COLOURS)), ("--", "-"), strict=True):
        for variant, history in side.histories.items():
            if history:
                epochs, shares = zip(*history, strict=True)
                training.plot(epochs, [100 * share for share in shares], style, color=colours[variant])
    training.xaxis.set_major_locator(MaxNLocator(integer=True))
    training.set_xlabel("epoch")
    training.set_ylabel("validation accuracy, %")
    for points, colour in ((before.front, canvas.GREY), (after.front, canvas.COLOURS["reduced"])):
        if points:
            sizes, shares = zip(*points, strict=True)
            front.plot(sizes, [100 * share for share in shares], "o", color=colour, markersize=5)
    front.set_xlabel("weights of the search's front, bytes")
    front.set_ylabel("validation accuracy, %")
    recordings = "SIMULATED" if after.source == "simulated" else "real"
    figure.suptitle(f"{app}, {recordings} recordings", fontsize=11, x=0.01, ha="left")
    handles = [Line2D([], [], color=canvas.GREY, linestyle="--", label="base")]
    handles += [Line2D([], [], color=canvas.COLOURS[variant], label=f"now, {variant}") for variant in _VARIANTS]
    canvas.legend_below(figure, handles, columns=3)
    return figure


def _sizes(axes: Axes, before: _Models, after: _Models) -> None:
    """Accuracy by size; a model that moved leaves an arrow."""
    for models, colours in ((before, _greys()), (after, canvas.COLOURS)):
        for variant, weight_bytes, share, low, high in models.values():
            interval = [[share - low], [high - share]]
            axes.errorbar(
                weight_bytes, share, interval, fmt="o", markersize=5, elinewidth=0.8, color=colours.get(variant)
            )
    for name in before.keys() & after.keys():
        old, new = before[name][1:3], after[name][1:3]
        if old != new:
            axes.annotate("", new, old, arrowprops={"arrowstyle": "->", "color": canvas.INK, "linewidth": 0.8})
    canvas.bytes_axis(axes)
    axes.set_ylabel("test accuracy, %")


def _greys() -> dict[str, str]:
    return dict.fromkeys(_VARIANTS, canvas.GREY)
