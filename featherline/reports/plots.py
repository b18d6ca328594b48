"""The plots of an application as SVG that is equal to the byte for equal figures.

Backgrounds are transparent and text takes the colour of the page around it, so that a
plot reads in light and in dark mode; text stays text, so that it can be searched.
"""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from featherline.reports import canvas, memory_map, published
from featherline.reports.results import Results
from featherline.reports.search_plot import search
from featherline.reports.snr_plot import signal_to_noise

_MARKERS = {"none": "o", "float16": "s", "dynamic_range": "^", "int8": "D", "int16x8": "v"}
_MARKERS |= {"int8_qat": "P", "int4": "*", "int2": "h"}
_UNKNOWN = "8"
# A star fills less of its square than the others.
_SIZES = {"int4": 11, "int8": 6}
_STANDALONE_STYLE = "<style>:root{color:#1f2328}@media(prefers-color-scheme:dark){:root{color:#e6edf3}}</style>"


def plot_all(results: Results) -> dict[str, str]:
    """Draws every plot of an application.

    Returns:
        Name of the plot -> SVG text to stand inside a page; `standalone` makes a file of it. Models that are alike
        inside share a memory map, which has the name `memory_map.plot_name` of the first of them.
    """
    drawings = {
        "size": accuracy_by_size,
        "confusion": confusion,
        "training": training,
        "search": search,
        "loss": signal_to_noise,
    }
    with canvas.drawing():
        drawn = {name: draw(results) for name, draw in drawings.items()}
        for first, *_ in memory_map.alike(results.models).values():
            figure = memory_map.memory_map(first)
            if figure is not None:
                drawn[memory_map.plot_name(first)] = figure
        return {name: canvas.svg(_titled(figure, results), f"{results.app}-{name}") for name, figure in drawn.items()}


def standalone(svg: str) -> str:
    """The text of an SVG file that follows the reader's colour scheme by itself."""
    return svg.replace(">", f">{_STANDALONE_STYLE}", 1) + "\n"


def _titled(figure: Figure, results: Results) -> Figure:
    """A picture travels alone: it says itself what it stands on."""
    recordings = "SIMULATED" if results.simulated else "real"
    figure.suptitle(f"{results.title}, {recordings} recordings", fontsize=10, x=0.02, ha="left")
    return figure


def accuracy_by_size(results: Results) -> Figure:
    """Test accuracy with its 95 % interval against weight bytes, the front of the deployable models, and published
    models as grey crosses."""
    figure, axes = canvas.blank(4.3)
    deployable = [model for model in results.models if model.tflm.deployable]
    canvas.front(
        axes,
        [(model.size.weight_bytes, model.accuracy.accuracy_pct) for model in deployable],
        furthest=max(model.size.weight_bytes for model in results.models),
    )
    for model in results.models:
        accuracy = model.accuracy
        colour = canvas.COLOURS[model.variant]
        axes.errorbar(
            model.size.weight_bytes,
            accuracy.accuracy_pct,
            yerr=[[accuracy.accuracy_pct - accuracy.low_pct], [accuracy.high_pct - accuracy.accuracy_pct]],
            fmt=_MARKERS.get(model.scheme, _UNKNOWN),
            color=colour,
            markerfacecolor=colour if model.tflm.deployable else "none",
            # Models of nearly equal size and accuracy lie on each other: an outline keeps them apart.
            markeredgecolor=canvas.INK if model.tflm.deployable else colour,
            markeredgewidth=0.6 if model.tflm.deployable else 1.2,
            markersize=_SIZES.get(model.scheme, 7),
            elinewidth=0.8,
            alpha=0.85,
        )
    references = published.find(results.app)
    for reference in references.models if references else ():
        axes.plot(
            reference.weight_bytes,
            reference.accuracy_pct,
            "x",
            color=canvas.GREY,
            markersize=7,
            markeredgewidth=1.8,
        )
    canvas.bytes_axis(axes)
    axes.set_ylabel("test accuracy, %")

    def sample(marker: str, colour: str, label: str, face: str | None = None) -> Line2D:
        face = colour if face is None else face
        return Line2D([], [], linestyle="", marker=marker, color=colour, markerfacecolor=face, label=label)

    schemes = dict.fromkeys(model.scheme for model in results.models)
    handles = [sample(_MARKERS.get(scheme, _UNKNOWN), canvas.GREY, scheme) for scheme in schemes]
    handles += [sample("o", canvas.COLOURS[variant], variant) for variant in results.histories]
    handles.append(sample("o", canvas.GREY, "hollow: not deployable", face="none"))
    if deployable:
        handles.append(Line2D([], [], label="front, deployable", **canvas.FRONT))
    if references:
        handles.append(
            sample("x", canvas.GREY, "published, real data" if results.simulated else "published, other split")
        )
    canvas.legend_below(figure, handles, columns=3)
    return figure


def confusion(results: Results) -> Figure:
    """Confusion matrix of the headline model: items, shaded by their share of the true class."""
    accuracy, classes = results.headline.accuracy, results.classes
    count = len(classes)
    small = 11 if count < 6 else 8.5
    figure, axes = canvas.blank(2.0 + min(0.34 * count, 3.0))
    axes.grid(False)
    for row, line in enumerate(accuracy.confusion):
        for column, items in enumerate(line):
            share = items / max(sum(line), 1)
            axes.add_patch(
                Rectangle((column, row), 1, 1, facecolor=(canvas.COLOURS["original"], 0.75 * share), linewidth=0)
            )
            if items:
                axes.text(column + 0.5, row + 0.5, f"{items:,}", ha="center", va="center", fontsize=small)
    axes.set_xlim(0, count)
    axes.set_ylim(count, 0)
    places = [place + 0.5 for place in range(count)]
    turned = count > 4 or max(map(len, classes)) > 12
    axes.set_xticks(places, classes, rotation=30 if turned else 0, ha="right" if turned else "center")
    axes.set_yticks(places, classes)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    return figure


def training(results: Results) -> Figure:
    """Training and validation accuracy of both networks by epoch."""
    figure, axes = canvas.blank(3.6)
    handles = []
    for variant, history in results.histories.items():
        colour = canvas.COLOURS[variant]
        epochs = range(1, len(history) + 1)
        axes.plot(epochs, 100 * history["accuracy"], color=colour, linestyle=":")
        axes.plot(epochs, 100 * history["val_accuracy"], color=colour)
        handles.append(Line2D([], [], color=colour, linestyle=":", label=f"{variant}, training"))
        handles.append(Line2D([], [], color=colour, label=f"{variant}, validation"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.set_ylabel("accuracy, %")
    canvas.legend_below(figure, handles, columns=2)
    return figure
