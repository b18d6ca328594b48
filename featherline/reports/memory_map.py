"""The memory map of a model over time: tensors as bars, from left to right as operators run, upwards as they lie."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from featherline.records.model import PipelineModel
from featherline.records.structure import ModelStructure, Tensor
from featherline.reports import canvas

_COLOURS = {"input": "#2f81f7", "activation": "#d9730d", "output": "#a371f7"}
_OPACITY = 0.45
_SHADE = (canvas.GREY, 0.28)
_HEAD: canvas.LineStyle = {"color": canvas.GREY, "linewidth": 1.2, "linestyle": "--"}
# Above these nobody could read a name below each operator, or a figure in each bar.
_MOST_NAMED_OPERATORS = 24
_MOST_LABELLED_TENSORS = 40
_LABEL_POINTS = 7.5

A = TypeVar("A", bound=ModelStructure)


class Bar(NamedTuple):
    """A tensor that has a place: between which operators it is alive, and between which bytes of the arena it lies."""

    tensor: Tensor
    left: int
    right: int
    low: int
    high: int


def bars(model: ModelStructure) -> list[Bar]:
    """The tensors that have a place in the head of the arena; none where the plan cannot be told."""
    placed = []
    for tensor in model.tensors:
        first, last, offset = tensor.first_operator, tensor.last_operator, tensor.offset_bytes
        if first is not None and last is not None and offset is not None and tensor.bytes:
            placed.append(Bar(tensor, first, last + 1, offset, offset + tensor.bytes))
    return placed


def alike(models: Iterable[A]) -> dict[tuple[object, ...], list[A]]:
    """Models by what is inside them: equal operators, and equal tensors in equal places; the order stays."""
    groups: dict[tuple[object, ...], list[A]] = {}
    for model in models:
        steps = tuple((step.name, step.subgraph, step.macs, step.tflm, step.live_bytes) for step in model.steps)
        tensors = tuple(
            (tensor.shape, tensor.type, tensor.bytes, tensor.first_operator, tensor.last_operator, tensor.offset_bytes)
            for tensor in model.tensors_in_ram
        )
        groups.setdefault((steps, tensors, model.memory.peak_operator), []).append(model)
    return groups


def plot_name(model: PipelineModel) -> str:
    """The name of the plot of a model of the pipeline."""
    return f"memory-{model.name}"


def memory_map(model: ModelStructure) -> Figure | None:
    """Draws the tensors of a model over its operators, each at its offset in TFLM's arena; the peak is shaded.

    Operators of further subgraphs stand right of a line; what is alive at the operator that runs them stays
    so meanwhile. Of more than 24 operators only numbers are written.

    Returns:
        The figure; None where no tensor has a place, because sizes are open or the file brings a plan of its own.
    """
    placed = bars(model)
    if not placed:
        return None
    figure, axes = canvas.blank(4.3)
    count, memory = len(model.steps), model.memory
    top = max(memory.arena_head_bytes or 0, max(bar.high for bar in placed))
    roles = [_role(bar.tensor) for bar in placed]
    axes.add_collection(
        PolyCollection(
            [_corners(bar) for bar in placed],
            facecolors=[(_COLOURS[role], _OPACITY) for role in roles],
            edgecolors=[_COLOURS[role] for role in roles],
            linewidths=0.8,
        )
    )
    if len(placed) <= _MOST_LABELLED_TENSORS:
        _label(axes, placed, count, top)
    handles: list[Artist] = [
        Patch(facecolor=(colour, _OPACITY), edgecolor=colour, label=role)
        for role, colour in _COLOURS.items()
        if role in roles
    ]
    if memory.peak_operator is not None:
        axes.axvspan(memory.peak_operator, memory.peak_operator + 1, zorder=0, facecolor=_SHADE, edgecolor="none")
        label = f"peak: {memory.peak_bytes:,} bytes alive"
        handles.append(Patch(label=label, facecolor=_SHADE, edgecolor="none"))
    if memory.arena_head_bytes:
        axes.axhline(memory.arena_head_bytes, **_HEAD)
        handles.append(Line2D([], [], label=f"planned: {memory.arena_head_bytes:,} bytes", **_HEAD))
    for before, step in zip(model.steps, model.steps[1:], strict=False):
        if before.subgraph != step.subgraph:
            axes.axvline(step.index, color=canvas.INK, linewidth=1.0)
    axes.set_xlim(0, count)
    axes.set_ylim(0, top * 1.06)
    axes.grid(False, axis="x")
    _name_operators(axes, model)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_ylabel("arena, bytes")
    canvas.legend_below(figure, handles, columns=2)
    return figure


def _role(tensor: Tensor) -> str:
    if tensor.written_by is None:
        return "input"
    return "activation" if tensor.read_by else "output"


def _corners(bar: Bar) -> list[tuple[int, int]]:
    return [(bar.left, bar.low), (bar.right, bar.low), (bar.right, bar.high), (bar.left, bar.high)]


def _label(axes: Axes, placed: Sequence[Bar], operators: int, top: int) -> None:
    """Writes the size of a tensor into its bar where it has the room."""
    wide_points = 0.8 * 72 * canvas.WIDTH_INCHES / operators
    for tensor, left, right, low, _ in placed:
        text = f"{tensor.bytes:,}"
        room_points = wide_points * (right - left)
        if tensor.bytes > 0.06 * top and 0.6 * _LABEL_POINTS * len(text) < room_points:
            axes.text(
                (left + right) / 2,
                low + tensor.bytes / 2,
                text,
                ha="center",
                va="center",
                fontsize=_LABEL_POINTS,
            )


def _name_operators(axes: Axes, model: ModelStructure) -> None:
    if len(model.steps) > _MOST_NAMED_OPERATORS:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("operator, as it runs")
        return
    names = [f"{step.name.lower()[:24]} {step.index}" for step in model.steps]
    axes.set_xticks([step.index + 0.5 for step in model.steps], names, rotation=40, ha="right", fontsize=8.5)
    axes.tick_params(axis="x", length=0)
