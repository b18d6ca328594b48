"""policy.yaml: what a change may do to each metric of each application."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator

from featherline import params, params_file
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree


@dataclass(frozen=True)
class Tolerance:
    """How far a metric may move the wrong way: in its own unit, or in percent of what it was."""

    amount: float
    percent: bool = False

    def allowed(self, base: float) -> float:
        """The same in the metric's own unit."""
        return abs(base) * self.amount / 100 if self.percent else self.amount


def _as_tolerance(value: object) -> Tolerance:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return Tolerance(float(value))
    percentage = re.fullmatch(r"(\d+(?:\.\d+)?) ?%", value) if isinstance(value, str) else None
    if not percentage:
        raise ValueError("should be 0 or more in the metric's unit, or a percentage such as 2 %")
    return Tolerance(float(percentage.group(1)), percent=True)


class Rule(params.Block):
    """What may happen to one metric.

    Attributes:
        direction: which way is better.
        tolerance: how far it may move the other way.
        budget: what it may be at most where lower is better, at least where higher is; None for no budget.
        noise: whether a fall beyond the tolerance that may be chance passes; for shares of test items.
    """

    direction: Literal["higher", "lower"]
    tolerance: Annotated[Tolerance, BeforeValidator(_as_tolerance)] = Tolerance(0.0)
    budget: float | None = None
    noise: Literal["passes", "breaks"] = "passes"


@dataclass(frozen=True)
class Policy:
    """The rules of a policy file.

    Attributes:
        default: of every application that has none of its own, by metric.
        overrides: of the others, by metric, the default filled in.
        new: applications that the base does not have yet.
    """

    default: dict[str, Rule]
    overrides: dict[str, dict[str, Rule]]
    new: tuple[str, ...]

    def rules(self, app: str) -> dict[str, Rule]:
        """What holds for an application, by metric."""
        return self.overrides.get(app, self.default)


_Keys = dict[str, object]
_KEYS = ("default", "applications", "new")


def read(path: Path) -> Policy:
    """Reads a policy file; raises `FeatherlineError` with the key at fault, what was found and what is allowed."""
    if not path.is_file():
        raise FeatherlineError(f"{path} is missing: name the policy with --policy.")
    written = params_file.read(path)
    for key in written:
        if key not in _KEYS:
            raise FeatherlineError(f"{path}: {key} is not a key that is known here; there are {', '.join(_KEYS)}.")
    tree: Tree = {"default": {}, "applications": {}, "new": []} | written
    default = params_file.block(tree, "default", dict[str, Rule], path)
    changes = params_file.block(tree, "applications", dict[str, dict[str, _Keys | None]], path)
    whole = {app: _whole(tree["default"], changes[app]) for app in changes}
    overrides = {
        app: params_file.block({"applications": whole}, f"applications.{app}", dict[str, Rule], path) for app in whole
    }
    if not any([default, *overrides.values()]):
        raise FeatherlineError(f"{path} holds no metric to anything: give it a block default.")
    return Policy(default, overrides, tuple(params_file.block(tree, "new", list[str], path)))


def _whole(default: Mapping[str, _Keys], changes: Mapping[str, _Keys | None]) -> dict[str, _Keys]:
    """The default with what an application says differently, key by key; `null` drops a metric."""
    merged: dict[str, _Keys | None] = dict(default)
    for metric, change in changes.items():
        merged[metric] = None if change is None else default.get(metric, {}) | change
    return {metric: rule for metric, rule in merged.items() if rule is not None}
