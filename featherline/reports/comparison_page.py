"""What the command `benchmark` found of models, side by side, as one HTML page that needs nothing beside itself."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from featherline.records.single_model import SingleModel
from featherline.reports import canvas, graph_picture, memory_map, templates, wording

# Figures of the table that are the better the smaller they are; of accuracy, more is better.
_SMALLER: dict[str, Callable[[SingleModel], float | None]] = {
    "Weight bytes": lambda model: model.size.weight_bytes,
    "File bytes": lambda model: model.size.file_bytes,
    "Weights": lambda model: model.size.weights,
    "MACs": lambda model: model.macs,
    "Peak bytes of activations": lambda model: model.memory.peak_bytes,
    "TFLM arena bytes": lambda model: model.tflm.arena_bytes,
    "Latency on this host, us": lambda model: model.latency.average_us if model.latency else None,
}
# Of lengths without a common divisor, so that colour and marker together repeat late.
_COLOURS = ("#2f81f7", "#d9730d", "#3fb950", "#a371f7", "#e5534b")
_MARKERS = ("o", "s", "^", "D", "v", "P")
_ACCURACY = "Accuracy, %"


def render(models: Sequence[SingleModel]) -> str:
    """The text of the page.

    Args:
        models: the records of one model or more.
    """
    with canvas.drawing():
        drawn = _front(models)
        front = None if drawn is None else templates.named(canvas.svg(drawn, "front"), "Accuracy against weight bytes")
        sections = [_section(model, number) for number, model in enumerate(models, start=1)]
    return (
        templates.environment()
        .get_template("comparison.html.jinja")
        .render(
            models=sections, table=_table(models), front=front, machine=models[0].machine, versions=models[0].versions
        )
    )


def _table(models: Sequence[SingleModel]) -> dict[str, list[tuple[float | None, bool]]]:
    """Title of a column -> of each model its figure, and whether it is the best of several; empty ones are left out."""
    columns = {title: [figure(model) for model in models] for title, figure in _SMALLER.items()}
    columns = {_ACCURACY: [model.accuracy.accuracy_pct if model.accuracy else None for model in models], **columns}
    table = {}
    for title, figures in columns.items():
        there = [figure for figure in figures if figure is not None]
        if not there:
            continue
        best = max(there) if title == _ACCURACY else min(there)
        # A column of equal figures has no best one.
        marked = len(set(there)) > 1
        table[title] = [(figure, marked and figure == best) for figure in figures]
    return table


def _section(model: SingleModel, number: int) -> dict[str, object]:
    figure = memory_map.memory_map(model)
    caption = f"Memory of {model.name}, operator by operator: where TFLM's planner puts each tensor."
    if model.shapes == "run":
        caption += " For the shapes that LiteRT ran."
    svg = None if figure is None else templates.named(canvas.svg(figure, f"model-{number}"), caption)
    kinds = (model.operators.builtin, model.operators.select, model.operators.custom)
    return {
        "operators": ", ".join(f"{number:,} {name}" for kind in kinds for name, number in kind.items()) or "none",
        "id": f"model-{number}",
        "record": model,
        "reason": wording.reason(model),
        "map": svg,
        "graph": _graph(model),
        "caption": wording.NO_MAP if svg is None else caption,
    }


def _graph(model: SingleModel) -> str | None:
    """The picture of the main subgraph; None where it has no operators or too many."""
    drawn = graph_picture.svg(model)
    return None if drawn is None else templates.named(drawn, f"Graph of {model.name}, operator by operator")


def _front(models: Sequence[SingleModel]) -> Figure | None:
    """Accuracy with its 95 % interval against weight bytes, and the front; None without data or with one model."""
    scored = [(model, model.accuracy) for model in models if model.accuracy and model.size.weight_bytes]
    if len(scored) < 2:
        return None
    figure, axes = canvas.blank(3.3 + 0.2 * (len(scored) + 1) // 2)
    for place, (model, accuracy) in enumerate(scored):
        colour = _COLOURS[place % len(_COLOURS)]
        axes.errorbar(
            model.size.weight_bytes,
            accuracy.accuracy_pct,
            yerr=[[accuracy.accuracy_pct - accuracy.low_pct], [accuracy.high_pct - accuracy.accuracy_pct]],
            fmt=_MARKERS[place % len(_MARKERS)],
            color=colour,
            markerfacecolor=colour if model.tflm.deployable else "none",
            elinewidth=0.8,
            label=model.name[:26],
        )
    points = [(model.size.weight_bytes, accuracy.accuracy_pct) for model, accuracy in scored]
    canvas.front(axes, points, furthest=max(size for size, _ in points))
    canvas.bytes_axis(axes)
    axes.set_ylabel("accuracy, %")
    canvas.legend_below(figure, axes.get_legend_handles_labels()[0], columns=2)
    return figure
