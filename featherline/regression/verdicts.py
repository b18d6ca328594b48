"""Holds the metrics of two snapshots against a policy: one row for each metric, with its verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.records.model import Headline
from featherline.regression import noise, snapshots
from featherline.regression.policy import Policy, Rule
from featherline.regression.snapshots import Snapshot

_ROUNDING = 0.0051  # percentages are kept with two digits


@dataclass(frozen=True)
class Row:
    """What became of one metric.

    Attributes:
        application, metric: as in metrics/<application>.json.
        base, now: values; None where one is missing. Truth counts as 1.
        verdict: in a few words.
        broken: whether the policy is.
    """

    application: str
    metric: str
    base: float | None
    now: float | None
    verdict: str
    broken: bool

    @property
    def change(self) -> float | None:
        return None if self.base is None or self.now is None else round(self.now - self.base, 10)


@dataclass(frozen=True)
class _Side:
    """One application in one snapshot: its headline metrics, and the snapshot to find more in."""

    snapshot: Snapshot
    app: str
    metrics: Headline

    def value(self, metric: str) -> float | None:
        value = self.metrics.model_dump().get(metric)
        if value is None or isinstance(value, int | float):
            return None if value is None else float(value)
        raise FeatherlineError(
            f"The policy holds {metric} to something, and in {snapshots.headline_path(self.app)} of "
            f"{self.snapshot.name} it is {value!r}, which is no number."
        )

    def samples(self, metric: str) -> list[noise.Sample] | None:
        """The test items behind a share; None where the metric is none, or other items or none are recorded."""
        share = self.value(metric)
        if metric not in ("accuracy_pct", "balanced_pct") or share is None or self.metrics.model is None:
            return None
        model = snapshots.model(self.snapshot, self.app, self.metrics.model)
        if model is None:
            return None
        accuracy = model.accuracy
        if metric == "accuracy_pct":
            samples = [noise.Sample(accuracy.correct, accuracy.items)]
        else:
            samples = [noise.Sample(row[place], sum(row)) for place, row in enumerate(accuracy.confusion)]
        samples = [sample for sample in samples if sample.items]
        # Figures of another run in the model's file would explain a fall that they do not know of.
        same_run = bool(samples) and abs(100 * noise.mean(samples) - share) <= _ROUNDING
        return samples if same_run else None


def compare(policy: Policy, base: Snapshot, now: Snapshot, policy_path: Path) -> list[Row]:
    """Holds every metric of every application of either snapshot against the policy.

    Raises:
        FeatherlineError: where an application has no metrics, two sides stand on different
            recordings, or the policy names an application that neither side has.
    """
    earlier, present = snapshots.applications(base), snapshots.applications(now)
    apps = list(dict.fromkeys([*present, *earlier]))
    for app in (*policy.overrides, *policy.new):
        if app not in apps:
            raise FeatherlineError(f"{policy_path} names {app}, and params.yaml lists no such application.")
    rows: list[Row] = []
    for app in apps:
        if app in policy.new and app in earlier:
            raise FeatherlineError(f"{policy_path}: new lists {app}, which {base.name} has: remove it there.")
        before = None if app in policy.new else _side(base, app, f"list {app} under new in {policy_path} if it is new")
        # One that is left out keeps its metrics until they are removed.
        is_there = app in present or snapshots.headline(now, app) is not None
        after = _side(now, app, "run the pipeline (dvc repro)") if is_there else _Side(now, app, Headline())
        if before and is_there:
            _check_source(before, after)
        rows += _rows(policy.rules(app), before, after)
    return rows


def _side(snapshot: Snapshot, app: str, remedy: str) -> _Side:
    metrics = snapshots.headline(snapshot, app)
    if metrics is None:
        raise FeatherlineError(f"{snapshots.headline_path(app)} is missing from {snapshot.name}: {remedy}.")
    return _Side(snapshot, app, metrics)


def _check_source(before: _Side, after: _Side) -> None:
    first, second = (side.metrics.source for side in (before, after))
    if first != second:
        raise FeatherlineError(
            f"{snapshots.headline_path(after.app)} stands on {second} recordings, and on {first} ones at "
            f"{before.snapshot.name}: figures of different recordings cannot be compared."
        )


def _rows(rules: dict[str, Rule], before: _Side | None, after: _Side) -> Iterable[Row]:
    for metric, rule in rules.items():
        base, now = before.value(metric) if before else None, after.value(metric)
        missing = [side.snapshot.name for side, value in ((before, base), (after, now)) if side and value is None]
        if missing or now is None:
            verdict, broken = f"missing from {' and '.join(missing)}", True
        else:
            verdict, broken = "new", False
            if before and base is not None:
                verdict, broken = _moved(rule, metric, (before, base), (after, now))
            if _over_budget(rule, now):
                bound = "over" if rule.direction == "lower" else "under"
                verdict, broken = f"{verdict}, {bound} its budget of {rule.budget:,g}", True
        yield Row(after.app, metric, base, now, verdict, broken)


def _over_budget(rule: Rule, now: float) -> bool:
    if rule.budget is None:
        return False
    return now > rule.budget if rule.direction == "lower" else now < rule.budget


def _moved(rule: Rule, metric: str, before: tuple[_Side, float], after: tuple[_Side, float]) -> tuple[str, bool]:
    """The verdict on a metric of both sides, and whether it breaks the policy."""
    (earlier_side, base), (present_side, now) = before, after
    decline = round(base - now if rule.direction == "higher" else now - base, 10)
    if decline == 0:
        return "unchanged", False
    if decline < 0:
        return "better", False
    if decline <= rule.tolerance.allowed(base):
        return "worse, within tolerance", False
    earlier, present = earlier_side.samples(metric), present_side.samples(metric)
    if rule.direction == "lower" or not earlier or not present:
        return "worse", True
    sure = noise.sure_fall(earlier, present)
    if sure > 0:
        return f"worse, by {100 * sure:.2f} points at least", True
    items = sum(sample.items for sample in present)
    return f"within the noise of {items:,} items", rule.noise == "breaks"
