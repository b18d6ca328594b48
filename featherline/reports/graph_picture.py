"""The graph of a model as one SVG: a box for each operator, its inputs above and what reads its output below.

Operators stand in ranks, each below the last of those that it reads from; within a rank they are moved under their
neighbours, so that lines cross seldom. A line that passes ranks bends around the boxes there.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from featherline.records.structure import ModelStructure, Step, Tensor

_BOX_WIDTH, _BOX_HEIGHT, _PITCH_X, _PITCH_Y, _MARGIN = 168, 40, 190, 74, 12
_LANE_WIDTH = 26  # of a line that passes a rank
_SWEEPS = 4
_MOST_OPERATORS = 400


@dataclass(frozen=True)
class _Node:
    """A place in a rank: an operator, or (`step` None) a line that passes."""

    rank: int
    step: Step | None


Edge = tuple[_Node, _Node]


def svg(model: ModelStructure, subgraph: int = 0) -> str | None:
    """The picture of one subgraph.

    Args:
        model: with its operators and tensors.
        subgraph: which one.

    Returns:
        SVG text, or None where it has no operators or so many that nobody could read it.
    """
    steps = [step for step in model.steps if step.subgraph == subgraph]
    if not steps or len(steps) > _MOST_OPERATORS:
        return None
    tensors = {tensor.index: tensor for tensor in model.tensors if tensor.subgraph == subgraph}
    ranks, edges = _ranked(steps)
    _untangle(ranks, edges)
    centres = _centres(ranks)
    width = max(max(x for x, _ in centres.values()) + _BOX_WIDTH / 2, _BOX_WIDTH) + 2 * _MARGIN
    height = len(ranks) * _PITCH_Y - (_PITCH_Y - _BOX_HEIGHT) + 2 * _MARGIN
    lines = [_line(centres[upper], centres[lower], upper, lower) for upper, lower in edges]
    boxes = [_box(node.step, centres[node], tensors) for rank in ranks for node in rank if node.step is not None]
    return (
        f'<svg class="graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width:{width:.0f}px" font-family="sans-serif" font-size="11">'
        f'<g fill="none" stroke="currentColor" stroke-opacity="0.55">{"".join(lines)}</g>{"".join(boxes)}</svg>'
    )


def _ranked(steps: Sequence[Step]) -> tuple[list[list[_Node]], list[Edge]]:
    """The nodes of each rank, and lines from one rank to the next."""
    writers: dict[int, int] = {}
    sources: list[list[int]] = []
    for place, step in enumerate(steps):
        read = [writers[index] for index in step.inputs if index is not None and index in writers]
        sources.append(list(dict.fromkeys(read)))
        writers |= {index: place for index in step.outputs if index is not None}
    rank_of: list[int] = []
    for read in sources:
        rank_of.append(max((rank_of[place] + 1 for place in read), default=0))
    nodes = [_Node(rank, step) for rank, step in zip(rank_of, steps, strict=True)]
    ranks: list[list[_Node]] = [[] for _ in range(max(rank_of) + 1)]
    for node in nodes:
        ranks[node.rank].append(node)
    edges: list[Edge] = []
    for node, read in zip(nodes, sources, strict=True):
        for place in read:
            upper = nodes[place]
            for rank in range(upper.rank + 1, node.rank):
                passing = _Passing(rank, None)
                ranks[rank].append(passing)
                edges.append((upper, passing))
                upper = passing
            edges.append((upper, node))
    return ranks, edges


class _Passing(_Node):
    """Each line that passes a rank is a node of its own there: equal to itself alone."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def _untangle(ranks: list[list[_Node]], edges: Sequence[Edge]) -> None:
    """Sorts each rank by the mean place of its neighbours above, then below, a few times over."""
    above: dict[_Node, list[_Node]] = defaultdict(list)
    below: dict[_Node, list[_Node]] = defaultdict(list)
    for upper, lower in edges:
        above[lower].append(upper)
        below[upper].append(lower)
    for sweep in range(_SWEEPS):
        neighbours, order = (above, ranks) if sweep % 2 == 0 else (below, ranks[::-1])
        for rank in order:
            places = {node: place - (len(rank) - 1) / 2 for rank in ranks for place, node in enumerate(rank)}

            def mean(
                node: _Node, places: dict[_Node, float] = places, near: dict[_Node, list[_Node]] = neighbours
            ) -> float:
                linked = near[node]
                return sum(places[other] for other in linked) / len(linked) if linked else places[node]

            rank.sort(key=mean)


def _centres(ranks: Sequence[Sequence[_Node]]) -> dict[_Node, tuple[float, float]]:
    """Where the middle of each node is; every rank is centred."""

    def width(node: _Node) -> int:
        return _LANE_WIDTH if node.step is None else _PITCH_X

    widest = max(sum(width(node) for node in rank) for rank in ranks)
    centres = {}
    for number, rank in enumerate(ranks):
        x = _MARGIN + (widest - sum(width(node) for node in rank)) / 2
        for node in rank:
            centres[node] = (x + width(node) / 2, _MARGIN + number * _PITCH_Y + _BOX_HEIGHT / 2)
            x += width(node)
    return centres


def _line(start: tuple[float, float], end: tuple[float, float], upper: _Node, lower: _Node) -> str:
    top = start[1] + _BOX_HEIGHT / 2
    bottom = end[1] - _BOX_HEIGHT / 2
    middle = (top + bottom) / 2
    curve = f"M{start[0]:.1f} {top:.1f}C{start[0]:.1f} {middle:.1f} {end[0]:.1f} {middle:.1f} {end[0]:.1f} {bottom:.1f}"
    # A line that passes goes straight on through the rank.
    return f'<path d="{curve}{f"V{end[1] + _BOX_HEIGHT / 2:.1f}" if lower.step is None else ""}"/>'


def _box(step: Step, centre: tuple[float, float], tensors: dict[int, Tensor]) -> str:
    x, y = centre[0] - _BOX_WIDTH / 2, centre[1] - _BOX_HEIGHT / 2
    results = [tensors[index] for index in step.outputs if index is not None and index in tensors]
    shapes = ", ".join("×".join(map(str, tensor.shape)) or "scalar" for tensor in results)
    shapes = f"{results[0].type} {shapes}" if results else ""
    colour = "currentColor" if step.tflm else "#e5534b"
    return (
        f"<g><title>{escape(_hint(step, results))}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="5" fill="none" '
        f'stroke="{colour}"/>'
        f'<text x="{centre[0]:.1f}" y="{y + 16:.1f}" text-anchor="middle" fill="{colour}" font-weight="600">'
        f"{step.index} {escape(_short(step.name, 22))}</text>"
        f'<text x="{centre[0]:.1f}" y="{y + 31:.1f}" text-anchor="middle" fill="currentColor" fill-opacity="0.75">'
        f"{escape(_short(shapes, 28))}</text></g>"
    )


def _hint(step: Step, results: Sequence[Tensor]) -> str:
    """What a pointer that rests on the box is told."""
    macs = "" if step.macs is None else f", {step.macs:,} MACs"
    names = ", ".join(tensor.label for tensor in results)
    return f"operator {step.index} {step.name}{macs}; writes {names or 'nothing'}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
