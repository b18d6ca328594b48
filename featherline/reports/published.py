"""Reference figures that others published for the same applications, with what stood behind them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from featherline.core import parsing
from featherline.core.statistics import wilson_interval


@dataclass(frozen=True)
class Reference:
    """One published model.

    Attributes:
        variant: `original` or `reduced`.
        scheme: its quantization.
        accuracy_pct: test accuracy in percent, on a split that is not group-disjoint.
        interval_pct: its 95 % Wilson interval, which nobody published; None where the items are not known.
        weights: number of weights.
        weight_bytes: what they take, as published.
        arena_bytes: the tensor arena that TFLM needs for the published file; None where it does not run.
    """

    variant: str
    scheme: str
    accuracy_pct: float
    interval_pct: tuple[float, float] | None
    weights: int
    weight_bytes: int
    arena_bytes: int | None


@dataclass(frozen=True)
class Published:
    """What was published for one application: its models and what their accuracy was counted on."""

    models: tuple[Reference, ...]
    split: str

    def model(self, variant: str, scheme: str) -> Reference | None:
        """The published model of that variant and scheme, or None."""
        return next((model for model in self.models if (model.variant, model.scheme) == (variant, scheme)), None)

    @property
    def leading(self) -> list[Reference]:
        """The reduced models to compare with: that which TFLM runs, and the smallest one."""
        reduced = [model for model in self.models if model.variant == "reduced"]
        smallest = min(reduced, key=lambda model: model.weight_bytes)
        return [model for model in reduced if model.arena_bytes is not None or model is smallest]


class _Model(BaseModel):
    accuracy_pct: float
    weights: int
    weights_kb: float
    arena_bytes: int | None = None


class _Application(BaseModel):
    split: str
    items: int | None = None
    original: dict[str, _Model] = {}
    reduced: dict[str, _Model] = {}


class _File(BaseModel):
    source: str
    applications: dict[str, _Application]


@cache
def _file() -> _File:
    path = Path(__file__).with_name("published.yaml")
    return _File.model_validate(parsing.from_yaml(path.read_bytes(), path.name))


def source() -> str:
    """Where the figures were published."""
    return _file().source


def applications() -> list[str]:
    """The applications of which figures were published, in their order."""
    return list(_file().applications)


def find(app: str) -> Published | None:
    """The published figures of an application; None for one that was not in the collection.

    >>> find("motionsense").model("reduced", "none").weights
    4997
    """
    entry = _file().applications.get(app)
    if entry is None:
        return None
    models = tuple(
        Reference(
            variant=variant,
            scheme=scheme,
            accuracy_pct=model.accuracy_pct,
            interval_pct=_interval_pct(model.accuracy_pct, entry.items),
            weights=model.weights,
            weight_bytes=round(model.weights_kb * 1000),
            arena_bytes=model.arena_bytes,
        )
        for variant, schemes in (("original", entry.original), ("reduced", entry.reduced))
        for scheme, model in schemes.items()
    )
    return Published(models, entry.split)


def _interval_pct(accuracy_pct: float, items: int | None) -> tuple[float, float] | None:
    if items is None:
        return None
    low, high = wilson_interval(round(accuracy_pct / 100 * items), items)
    return 100 * low, 100 * high
