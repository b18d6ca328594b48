"""All that is measured of the models of one application, as its metrics files have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from featherline.core import isolation
from featherline.core.parsing import Tree
from featherline.evaluation import pipeline_model, programs
from featherline.evaluation.pipeline_model import Conversion, Run
from featherline.params import Variant
from featherline.records.frontend import FrontEndFile
from featherline.records.model import Headline, PipelineModel
from featherline.signals.dataset import Items
from featherline.tflite.plan import Planned


@dataclass(frozen=True)
class Models:
    """The models of an application as they were published.

    Attributes:
        files: the .tflite file of each model of the plan.
        conversions: {"deployment": ..., "loss": ...} of each, as convert recorded it, by name.
        c_files: the C of each by file name, by the model's name.
        c_reasons: why a model has no C; None where it has.
    """

    files: Mapping[Planned, Path]
    conversions: Mapping[str, Tree]
    c_files: Mapping[str, Mapping[str, bytes]]
    c_reasons: Mapping[str, str | None]


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes:
        metrics: of each model, by name.
        headline: the figures that lead every table.
        warnings: a sentence for each model whose input the test split does not fit.
    """

    metrics: dict[str, PipelineModel]
    headline: Headline
    warnings: list[str]


@dataclass(frozen=True)
class Fed:
    """What a variant of the network is fed: both splits, and the front end that computes them."""

    test: Items
    validation: Items
    frontend: FrontEndFile


def measure(app: str, models: Models, fed: Mapping[Variant, Fed], headline: str, optimize: str) -> Measured:
    """Runs every model over the test split and its C in the emulator, and the headline over the validation split.

    Args:
        app: key of the application in params.yaml.
        models: what to measure.
        fed: what each variant takes; variants without a model may be missing.
        headline: name of the model that leads.
        optimize: what the C was written for, as of `codegen.lower`.

    Raises:
        FeatherlineError: where a model or its C cannot be run or does not fit the splits.
    """
    of_headline = next(fed[entry.variant] for entry in models.files if entry.name == headline)
    classes = len(of_headline.frontend.classes)
    with isolation.shared_workers():
        runs = _run(models, fed, classes)
        [leading] = pipeline_model.run_all([runs[headline].model.path], of_headline.validation.inputs, classes)
        inputs = {entry.name: fed[entry.variant].test.inputs for entry in models.files}
        code = programs.measure_all(
            runs, models.c_files, models.c_reasons, headline, inputs, of_headline.frontend, optimize
        )
    metrics = {}
    for entry in models.files:
        test, frontend = fed[entry.variant].test, fed[entry.variant].frontend
        unquantized = None if entry.scheme == "none" else runs.get(f"{entry.variant}-none")
        conversion = Conversion.model_validate(models.conversions[entry.name] | code[entry.name])
        metrics[entry.name] = pipeline_model.metrics(
            app, entry, frontend, test, runs[entry.name], conversion, unquantized
        )
    warnings = [f"{name}: {run.fit.warning}" for name, run in runs.items() if run.fit and run.fit.warning]
    validated = pipeline_model.validation(of_headline.validation, leading, classes)
    return Measured(metrics, pipeline_model.headline(metrics, headline, validated), warnings)


def _run(models: Models, fed: Mapping[Variant, Fed], classes: int) -> dict[str, Run]:
    """Runs every model on the test split of its variant; variants that share one run together."""
    batches: dict[int, list[Planned]] = {}
    for entry in models.files:
        batches.setdefault(id(fed[entry.variant].test), []).append(entry)
    runs: dict[str, Run] = {}
    for entries in batches.values():
        inputs = fed[entries[0].variant].test.inputs
        ran = pipeline_model.run_all([models.files[entry] for entry in entries], inputs, classes)
        runs |= {entry.name: run for entry, run in zip(entries, ran, strict=True)}
    return {entry.name: runs[entry.name] for entry in models.files}
