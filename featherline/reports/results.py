"""What the benchmark left of one application, read and checked: the only input of every report."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from featherline.errors import FeatherlineError
from featherline.files import read_json
from featherline.tflite import plan

HISTORY_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy")
TRIAL_COLUMNS = ("validation_accuracy", "weight_bytes", "pareto", "winner")


class _Record(BaseModel):
    """A part of a metrics file; keys that no report reads are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Provenance(_Record):
    """Which recordings stand behind the figures; `complete` is None where nobody can tell."""

    source: str
    groups: int
    items: int
    hours: float
    licence: str
    complete: bool | None


class Counts(_Record):
    """How many items and groups the test split has."""

    items: int
    groups: int


class Accuracy(_Record):
    """Accuracy on the test split, in percent, with its 95 % Wilson interval.

    `confusion` has one row for each true class, one column for each predicted one.
    """

    runtime: str
    items: int
    correct: int
    accuracy_pct: float
    low_pct: float
    high_pct: float
    balanced_pct: float
    recall_pct: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]


class Agreement(_Record):
    """LiteRT's reference kernels against TFLM, over the same items."""

    accuracy_pct: float
    same_class_items: int
    equal_output_items: int


class Size(_Record):
    """What a model takes, in bytes."""

    file_bytes: int
    weights: int
    weight_bytes: int
    tensor_bytes: int
    dynamic_tensor_bytes: int


class Operators(_Record):
    """How often each operator occurs."""

    builtin: dict[str, int]
    select: dict[str, int]
    custom: dict[str, int]


class Tensor(_Record):
    """One tensor of a model; one that is not constant takes RAM."""

    index: int
    name: str
    shape: tuple[int, ...]
    type: str
    bytes: int
    constant: bool

    @property
    def label(self) -> str:
        return self.name or f"tensor {self.index}"


class Tflm(_Record):
    """Whether TFLM ran the model on the whole test split, and in how much RAM."""

    deployable: bool
    reason: str | None
    arena_bytes: int | None
    activation_bytes: int | None
    bookkeeping_bytes: int | None


class Model(_Record):
    """Everything that is deterministic about one model.

    `group` names what a group is, such as `subject`; `findings` are what `tflite.model.findings` objects to.
    """

    title: str
    variant: str
    scheme: str
    file: str
    sha256: str
    provenance: Provenance
    protocol: str
    group: str
    classes: tuple[str, ...]
    test: Counts
    accuracy: Accuracy
    litert: Agreement | None
    size: Size
    operators: Operators
    findings: tuple[str, ...]
    tensors: tuple[Tensor, ...]
    tflm: Tflm

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.scheme}"

    @property
    def dynamic_tensors(self) -> tuple[Tensor, ...]:
        return tuple(tensor for tensor in self.tensors if not tensor.constant)


class Latency(_Record):
    """Time on the host, in microseconds; the one figure that differs from run to run."""

    initialisation_us: float
    first_inference_us: float
    warmup_average_us: float
    average_us: float
    std_us: float


class Machine(_Record):
    """Where latency was measured."""

    processor: str
    cores: int
    system: str


class Latencies(_Record):
    """Latency of every model of an application, and how it was measured."""

    machine: Machine
    runs: int
    warmup_runs: int
    threads: int
    models: dict[str, Latency]


@dataclass(frozen=True)
class Results:
    """All results of one application.

    Attributes:
        app: its name in params.yaml.
        models: in the order of the plan, originals first.
        headline: the model whose figures lead every table; one of `models`.
        latencies: host latency, one entry for each model.
        histories: variant -> training history, columns `HISTORY_COLUMNS`, accuracies from 0 to 1.
        trials: the search, columns `TRIAL_COLUMNS` at least, accuracies from 0 to 1.
    """

    app: str
    models: tuple[Model, ...]
    headline: Model
    latencies: Latencies
    histories: dict[str, pd.DataFrame]
    trials: pd.DataFrame

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
        return self.provenance.source == "simulated"

    def model(self, name: str) -> Model | None:
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
    models = tuple(_read(root / "metrics" / app / f"{name}.json", Model, "benchmark") for name in names)
    latency_path = root / "models" / app / "host_latency.json"
    latencies = _read(latency_path, Latencies, "benchmark")
    for name in names:
        if name not in latencies.models:
            raise FeatherlineError(f"{latency_path} has no latency of {name}: run the benchmark stage again.")
    folder = root / "models" / app
    return Results(
        app=app,
        models=models,
        headline=models[names.index(headline)],
        latencies=latencies,
        histories={
            "original": _table(folder / "original_history.csv", HISTORY_COLUMNS, "train"),
            "reduced": _table(folder / "reduced_history.csv", HISTORY_COLUMNS, "reduce"),
        },
        trials=_table(folder / "trials.csv", TRIAL_COLUMNS, "reduce"),
    )


R = TypeVar("R", bound=_Record)


def _read(path: Path, kind: type[R], stage: str) -> R:
    content = read_json(path)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        found = "" if first["type"] == "missing" else f", found {json.dumps(first['input'], default=str)[:60]}"
        raise FeatherlineError(f"{path}: {place}: {first['msg']}{found}; run the {stage} stage again.") from None


def _table(path: Path, columns: tuple[str, ...], stage: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(path)
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise FeatherlineError(f"{path} is not a table ({error}): run the {stage} stage again.") from None
    for column in columns:
        if column not in table:
            raise FeatherlineError(f"{path} has no column {column!r}: run the {stage} stage again.")
    return table
