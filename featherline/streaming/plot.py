"""A picture of the trade-off of a wake word: recall against false accepts an hour, and the chosen threshold."""

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from featherline.core.parsing import Tree

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXPLANATION = (
    "Each step is a threshold. One half of the speakers chose the marked one, the other half test it: the cross spans "
    "the 95 % intervals of its recall (Wilson) and of its rate (exact Poisson). A rate of 0 is what was heard in the "
    "hours of this stream, not what a year would bring."
)
_WIDTH_IN, _HEIGHT_IN = 8.0, 4.8
_COLOURS = {"validation": "#6b7683", "test": "#1f77b4"}
_LABELS = {"validation": "speakers that choose the threshold", "test": "speakers that test it"}
_CHOSEN = "#d9480f"


def title(measured: Tree) -> str:
    """Which model, and what it waits for.

    Args:
        measured: as of `measure.measure`.
    """
    return f"{measured['model']} waits for {measured['event']!r}"


def tradeoff(measured: Tree) -> Figure:
    """Both curves on a logarithmic axis of rates, and the chosen threshold on each.

    Args:
        measured: as of `measure.measure`.
    """
    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), layout="constrained")
    axes = figure.subplots()
    none_per_hour = _none_per_hour(measured)
    furthest = max(point["false_accepts_per_hour"] for points in measured["curve"].values() for point in points)
    for name, points in measured["curve"].items():
        rates, recalls = _front(points)
        # Whoever bears more false accepts can take the same threshold.
        shown = [max(rate, none_per_hour) for rate in [*rates, furthest]]
        heard = [*recalls, recalls[-1]]
        axes.step(shown, heard, where="post", color=_COLOURS[name], linewidth=1.6, label=_LABELS[name])
    chosen, tested = measured["validation"], measured["test"]
    wanted = measured["wanted_false_accepts_per_hour"]
    if wanted >= none_per_hour:
        axes.axvline(wanted, color="#9aa7b8", linestyle=":", linewidth=1.2, label=f"wanted: {wanted:g} an hour")
    at = max(chosen["false_accepts_per_hour"], none_per_hour)
    axes.plot(at, chosen["recall_pct"], "o", color=_CHOSEN, markerfacecolor="white", markersize=8, zorder=4)
    rate = max(tested["false_accepts_per_hour"], none_per_hour)
    axes.errorbar(
        rate,
        tested["recall_pct"],
        xerr=[[rate - max(tested["per_hour_low"], none_per_hour)], [tested["per_hour_high"] - rate]],
        yerr=[
            [tested["recall_pct"] - tested["recall_low_pct"]],
            [tested["recall_high_pct"] - tested["recall_pct"]],
        ],
        fmt="o",
        color=_CHOSEN,
        markersize=8,
        elinewidth=1.2,
        capsize=3,
        zorder=5,
        label=f"threshold {chosen['threshold']}, hollow where it was chosen",
    )
    _rate_axis(axes, none_per_hour)
    axes.set_ylabel(f"recall, % of {tested['events']:,} events (those that choose: {chosen['events']:,})")
    axes.set_ylim(-3, 103)
    axes.set_title(f"{title(measured)}; {tested['hours']:.3g} hours without it")
    axes.grid(True, alpha=0.3)
    axes.legend(loc="lower right", frameon=True, framealpha=0.9, edgecolor="none")
    return figure


def _none_per_hour(measured: Tree) -> float:
    """Where a logarithmic axis shows a rate of 0: half of one false accept in the stream."""
    return 0.5 / float(measured["test"]["hours"])


def _front(points: list[Tree]) -> tuple[list[float], list[float]]:
    """Rates and recalls of a curve by rate, without thresholds that have more false accepts and no more recall."""
    rates: list[float] = []
    recalls: list[float] = []
    for point in sorted(points, key=lambda point: (point["false_accepts_per_hour"], -point["recall_pct"])):
        if not recalls or point["recall_pct"] > recalls[-1]:
            rates.append(point["false_accepts_per_hour"])
            recalls.append(point["recall_pct"])
    return rates, recalls


def _rate_axis(axes: "Axes", none_per_hour: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(left=none_per_hour / 1.3)
    _, furthest = axes.get_xlim()
    powers = [10.0**power for power in range(-4, 6) if 1.5 * none_per_hour < 10.0**power <= furthest]
    axes.set_xticks([none_per_hour, *powers])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: "0" if rate == none_per_hour else f"{rate:,g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("false accepts an hour, logarithmic")
