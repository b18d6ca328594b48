"""What the stages left of one application, read and checked: the only input of every report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from featherline.core.errors import FeatherlineError
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
