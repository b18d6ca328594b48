"""The comment under a pull request, as Markdown: what became of the metrics, models and plots."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from featherline.core.markdown import code, text
from featherline.records.model import PipelineModel
from featherline.regression import figures, snapshots
from featherline.regression.snapshots import Snapshot
from featherline.regression.verdicts import Row

# What a device pays for a model, by the name of the metric.
_COSTS: dict[str, Callable[[PipelineModel], float | None]] = {
    "accuracy_pct": lambda model: model.accuracy.accuracy_pct,
    "weight_bytes": lambda model: model.size.weight_bytes,
    "file_bytes": lambda model: model.size.file_bytes,
    "arena_bytes": lambda model: model.tflm.arena_bytes,
    "flash_bytes": lambda model: model.firmware.flash_bytes if model.firmware else None,
    "ram_bytes": lambda model: model.firmware.ram_bytes if model.firmware else None,
    "stack_bytes": lambda model: model.firmware.stack_bytes if model.firmware else None,
    "instructions": lambda model: model.firmware.instructions if model.firmware else None,
}
_UNSET = object()


def compose(rows: Sequence[Row], base: Snapshot, now: Snapshot, pictures: dict[str, Path]) -> str:
    """The whole comment.

    Args:
        rows: what the policy says, of every application.
        base, now: the two sides.
        pictures: of applications whose plots differ, by name, relative to where the comment is kept.

    Raises:
        FeatherlineError: where a metrics file is broken.
    """
    apps = list(dict.fromkeys(row.application for row in rows))
    sections = [_verdict(rows, base), _sources(apps, now), *_parameters(base, now), *_headlines(apps, base, now)]
    sections += _metrics(rows, base)
    sections += ["#### Deployable models", *(section for app in apps for section in _models(app, base, now))]
    sections += ["#### Plots"]
    sections += [
        f"![{text(app)}: {text(base.name)} and this change]({quote(path.as_posix())})" for app, path in pictures.items()
    ]
    same = [app for app in apps if app not in pictures]
    sections += [f"No plot differs: {', '.join(map(text, same))}."] if same else []
    return "\n\n".join(sections) + "\n"


def _verdict(rows: Sequence[Row], base: Snapshot) -> str:
    broken = sum(row.broken for row in rows)
    count = f"{broken} of {len(rows)} metrics break the policy" if broken else f"all {len(rows)} metrics keep to it"
    verdict = "broken" if broken else "kept"
    return f"### Policy {verdict}: {count}\n\nAgainst {code(base.name)} ({base.short_commit})."


def _sources(apps: Sequence[str], now: Snapshot) -> str:
    by_source: dict[str, list[str]] = {}
    for app in apps:
        headline = snapshots.headline(now, app)
        if headline and headline.source:
            by_source.setdefault(headline.source, []).append(app)
    sources = [
        f"{'SIMULATED' if source == 'simulated' else text(source)}: {', '.join(map(text, of))}"
        for source, of in by_source.items()
    ]
    return f"Recordings: {'; '.join(sources) or 'none'}."


def _parameters(base: Snapshot, now: Snapshot) -> list[str]:
    """A table of what params.yaml sets otherwise; nothing where it sets the same."""
    before, after = snapshots.parameters(base), snapshots.parameters(now)
    keys = [key for key in {**before, **after} if before.get(key, _UNSET) != after.get(key, _UNSET)]
    if not keys:
        return []
    lines = [(code(key), *(_setting(side.get(key, _UNSET)) for side in (before, after))) for key in keys]
    return ["#### Parameters", _table(("key of params.yaml", code(base.name), "now"), "lll", lines)]


def _setting(value: object) -> str:
    """A value as JSON, fit for a cell of a table."""
    return "-" if value is _UNSET else code(json.dumps(value, ensure_ascii=False))


def _headlines(apps: Sequence[str], base: Snapshot, now: Snapshot) -> list[str]:
    """A sentence for each application whose metrics are now those of another model."""
    sentences = []
    for app in apps:
        headlines = (snapshots.headline(side, app) for side in (base, now))
        before, after = (headline.model if headline else None for headline in headlines)
        if None not in (before, after) and before != after:
            sentences.append(
                f"The metrics of {text(app)} were those of {code(before)}, and are those of {code(after)}."
            )
    return sentences


def _metrics(rows: Sequence[Row], base: Snapshot) -> list[str]:
    """A table of what moved or breaks the policy, and one that is folded away of what did not."""
    moved = [row for row in rows if row.broken or row.base != row.now]
    still = [row for row in rows if row not in moved]
    sections = ["#### Metrics", _metrics_table(moved, base) if moved else "No metric moved."]
    if still:
        sections.append(_folded(f"unchanged: {figures.counted(len(still), 'metric')}", _metrics_table(still, base)))
    return sections


def _metrics_table(rows: Sequence[Row], base: Snapshot) -> str:
    lines = [
        (
            text(row.application),
            text(figures.name(row.metric)),
            figures.value(row.metric, row.base),
            figures.value(row.metric, row.now),
            figures.change(row.metric, row.base, row.now),
            f"**{row.verdict}**" if row.broken else row.verdict,
        )
        for row in rows
    ]
    return _table(("application", "metric", code(base.name), "now", "change", "verdict"), "llrrll", lines)


def _models(app: str, base: Snapshot, now: Snapshot) -> list[str]:
    """A table of the application's deployable models; columns that no model has a figure for are left out."""
    before, after = snapshots.models(base, app), snapshots.models(now, app)
    costs = {}
    for name, model in after.items():
        if model.tflm.deployable:
            earlier = before.get(name)
            costs[name] = {metric: (_earlier(metric, earlier, model), cost(model)) for metric, cost in _COSTS.items()}
    gone = [name for name in before if name not in costs and before[name].tflm.deployable]
    lost = [f"{code(name)} of {text(app)} is no longer deployable." for name in gone if name in after]
    unmade = [code(name) for name in gone if name not in after]
    lost += [f"No longer made for {text(app)}: {', '.join(unmade)}."] if unmade else []
    if not costs:
        return [*lost, f"{text(app)} has no deployable model."]
    shown = [metric for metric in _COSTS if any(figure[metric][1] is not None for figure in costs.values())]
    lines = [(code(name), *(_cost(metric, *figure[metric]) for metric in shown)) for name, figure in costs.items()]
    changed = sum(before != after for figure in costs.values() for before, after in figure.values())
    title = f"{app}: {figures.counted(len(costs), 'model')}, {figures.counted(changed, 'figure')} changed"
    heads = ("model", *map(figures.name, shown))
    return [*lost, _folded(title, _table(heads, "l" + "r" * len(shown), lines), unfolded=changed > 0)]


def _earlier(metric: str, earlier: PipelineModel | None, model: PipelineModel) -> float | None:
    """What a figure was; instructions that were counted on other items are no change."""
    if earlier is None:
        return None
    counted_before, counted_now = earlier.firmware, model.firmware
    if metric == "instructions" and counted_before:
        if counted_now is None:
            return None
        if counted_before.items != counted_now.items:
            return counted_now.instructions
    return _COSTS[metric](earlier)


def _cost(metric: str, before: float | None, after: float | None) -> str:
    if before is None and after is not None:
        return f"{figures.value(metric, after)} new"
    return f"{figures.value(metric, after)} {figures.change(metric, before, after)}".strip()


def _folded(title: str, content: str, unfolded: bool = False) -> str:
    return f"<details{' open' if unfolded else ''}><summary>{title}</summary>\n\n{content}\n\n</details>"


def _table(head: Sequence[str], places: str, rows: Sequence[Sequence[str]]) -> str:
    rule = ["--:" if place == "r" else ":--" for place in places]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *rows])
