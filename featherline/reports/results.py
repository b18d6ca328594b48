"""What the stages left of one application, read and checked: the only input of every report."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pandas as pd

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json
from featherline.params import Scheme, Variant
from featherline.records.base import load as load_record
from featherline.records.model import PipelineModel
from featherline.records.provenance import Provenance
from featherline.records.search import Search
from featherline.records.tables import BASELINE_COLUMNS, HISTORY_COLUMNS, TRIAL_COLUMNS
from featherline.tflite import plan


@dataclass(frozen=True)
class Results:
    """All results of one application.

    Attributes:
        app: its name in params.yaml.
        models: in the order of the plan, originals first.
        headline: the model whose figures lead every table; one of `models`.
        histories: variant -> training history, columns `HISTORY_COLUMNS`, accuracies from 0 to 1.
        search: the search beside its baselines, in a few figures.
        trials: every candidate of the search, columns `TRIAL_COLUMNS`, accuracies from 0 to 1.
        baselines: every candidate of the other methods, columns `BASELINE_COLUMNS`; no row where
            params.yaml asks for none.
    """

    app: str
    models: tuple[PipelineModel, ...]
    headline: PipelineModel
    histories: dict[str, pd.DataFrame]
    search: Search
    trials: pd.DataFrame
    baselines: pd.DataFrame

    @property
    def title(self) -> str:
        return self.headline.title

    @property
    def classes(self) -> tuple[str, ...]:
        return self.headline.classes

    @property
    def provenance(self) -> Provenance:
        return self.headline.provenance

    @property
    def simulated(self) -> bool:
        return self.provenance.simulated

    def model(self, name: str) -> PipelineModel | None:
        """The model of that name (`<variant>-<scheme>`), or None."""
        return next((model for model in self.models if model.name == name), None)


def load(app: str, headline: str, root: Path) -> Results:
    """Reads what earlier stages wrote about an application.

    Args:
        app: its name in params.yaml.
        headline: name of the headline model, `<variant>-<scheme>`.
        root: the folder that holds `models/` and `metrics/`.

    Raises:
        FeatherlineError: naming the file that is missing or lacks something, and the stage to run.
    """
    plan_path = root / "models" / app / "quantized" / "plan.json"
    names = [planned.name for planned in plan.read(plan_path)]
    if headline not in names:
        raise FeatherlineError(
            f"{plan_path} has no model {headline}, which params.yaml names as {app}.benchmark.headline: "
            f"set it to one of {', '.join(names)}."
        )
    return _read(app, names, headline, root)


def kept(listed: Collection[str], root: Path) -> list[str]:
    """Applications with results that params.yaml does not list (any more), by name: they stay in every report."""
    headlines = sorted((root / "metrics").glob("*.json"))
    return [path.stem for path in headlines if path.stem not in listed and (root / "metrics" / path.stem).is_dir()]


def load_kept(app: str, root: Path) -> Results:
    """Reads the results of an application that params.yaml does not list, of what git has alone.

    Its plan is in DVC's cache, and may be gone: its models are those with metrics, in the usual order.

    Raises:
        FeatherlineError: where they are not whole; the sentence says how to make them again, and how to remove them.
    """
    order = [f"{variant}-{scheme}" for variant in get_args(Variant) for scheme in get_args(Scheme)]
    measured = {path.stem for path in (root / "metrics" / app).glob("*.json")}
    names = [name for name in order if name in measured]
    try:
        table = read_json(root / "metrics" / f"{app}.json").get(app)
        headline = table.get("model") if isinstance(table, dict) else None
        if headline not in names:
            raise FeatherlineError(
                f"metrics/{app}.json tells of the model {headline}, and metrics/{app} has none such."
            )
        return _read(app, names, headline, root)
    except FeatherlineError as error:
        raise FeatherlineError(
            f"{str(error).rstrip('.')}. params.yaml does not list {app}, whose results are kept: list it there and "
            f"run the pipeline, or remove them (featherline remove {app})."
        ) from None


def check_titles(all_results: Iterable[Results]) -> None:
    """Raises `FeatherlineError` where two applications have one title, which names their workbooks."""
    known: dict[str, str] = {}
    for result in all_results:
        other = known.setdefault(result.title.casefold(), result.app)
        if other != result.app:
            raise FeatherlineError(
                f"{other} and {result.app} have the same title, {result.title!r}, which names their workbooks: change "
                "fetch.title of one and run it again, or remove one that is not listed (featherline remove)."
            )


def _read(app: str, names: list[str], headline: str, root: Path) -> Results:
    models = tuple(load_record(PipelineModel, root / "metrics" / app / f"{name}.json", "benchmark") for name in names)
    folder = root / "models" / app
    return Results(
        app=app,
        models=models,
        headline=models[names.index(headline)],
        histories={
            "original": _table(folder / "original_history.csv", HISTORY_COLUMNS, "train"),
            "reduced": _table(folder / "reduced_history.csv", HISTORY_COLUMNS, "reduce"),
        },
        search=load_record(Search, folder / "search.json", "reduce"),
        trials=_table(folder / "trials.csv", TRIAL_COLUMNS, "reduce"),
        baselines=_table(folder / "baselines.csv", BASELINE_COLUMNS, "reduce"),
    )


def _table(path: Path, columns: Mapping[str, type[int | float | str]], stage: str) -> pd.DataFrame:
    try:
        # Without types, a column of a table that has no row would be neither numbers nor truth values.
        table = pd.read_csv(path, dtype=dict(columns))
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).") from None
    except ValueError as error:  # pandas' own for a broken table, and what a value of another type raises
        why = " ".join(str(error).split())
        raise FeatherlineError(f"{path} is not a table as expected ({why}): run the {stage} stage again.") from None
    for column in columns:
        if column not in table:
            raise FeatherlineError(f"{path} has no column {column!r}: run the {stage} stage again.")
    return table
