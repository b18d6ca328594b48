"""Runs every converted model over the test split and records what it gets right and what it costs."""

from pathlib import Path
from typing import get_args

import click

from featherline import features
from featherline.core.files import new_folder, write_csv, write_json
from featherline.deployment import published
from featherline.evaluation import application
from featherline.evaluation.pipeline_model import confusion_rows, front_rows
from featherline.params import Benchmark, Convert, Variant
from featherline.prediction.models import find
from featherline.records.base import load, plain
from featherline.records.search import Search
from featherline.signals.dataset import read_items
from featherline.streaming.measure import at_95_recall
from featherline.tflite import plan
from stages.command import Run, stage


@stage
def benchmark(run: Run) -> None:
    settings = run.stage_settings("benchmark", Benchmark)
    headline, optimize = settings.headline, run.stage_settings("convert", Convert).c.optimize
    models = Path("models", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    conversions = published.read(models, planned, headline)
    measured = application.measure(
        run.app,
        application.Models(
            files={entry: models / "tflite" / entry.file for entry in planned},
            conversions={
                name: {"deployment": model.forms, "loss": model.layer_errors} for name, model in conversions.items()
            },
            c_files={name: model.c_files for name, model in conversions.items()},
            c_reasons={name: model.c_reason for name, model in conversions.items()},
        ),
        fed=_fed(run),
        headline=headline,
        optimize=optimize,
    )
    for warning in measured.warnings:
        click.secho(f"benchmark: the test split does not fit {warning}.", fg="yellow", err=True)

    leading = measured.headline
    search = load(Search, models / "search.json", "reduce")
    if search.refit and headline.startswith("reduced-"):
        # It has learnt from the validation split since it was chosen: what it had before says what it is worth.
        leading = leading.model_copy(update={"validation_pct": 100 * search.winner.validation_accuracy})
    if settings.stream_hours is not None and leading.program_bytes is not None:
        fitted = find(str(models / "tflite" / f"{headline}.tflite"))
        preprocess = features.with_values(
            run.stage_settings("preprocess", run.application.Preprocess), fitted.frontend.get("chosen") or {}
        )
        clips = run.application.stream_clips(Path("data/raw", run.app), preprocess, run.seed)
        leading = leading.model_copy(update=at_95_recall(fitted, **clips, hours=settings.stream_hours, seed=run.seed))

    with new_folder(Path("metrics", run.app)) as folder:
        for name, metrics in measured.metrics.items():
            write_json(folder / f"{name}.json", plain(metrics))
    with new_folder(Path("metrics/plots", run.app)) as folder:
        write_csv(folder / "confusion.csv", confusion_rows(measured.metrics[headline]))
        write_csv(folder / "front.csv", front_rows(measured.metrics))
    # The application's name makes each metric's name unique, so `dvc exp show` needs no path before it.
    write_json(Path("metrics", f"{run.app}.json"), {run.app: plain(leading)})


def _fed(run: Run) -> dict[Variant, application.Fed]:
    """What both networks are measured with; the same where the search chose no other features."""
    folders = {variant: features.folder_of(run.app, variant) for variant in get_args(Variant)}
    of_folder: dict[Path, application.Fed] = {}
    for variant, folder in folders.items():
        if folder not in of_folder:
            test, validation = (read_items(folder / f"{name}.npz") for name in ("test", "validation"))
            of_folder[folder] = application.Fed(test, validation, features.front_end_of(run.app, variant))
    return {variant: of_folder[folder] for variant, folder in folders.items()}


if __name__ == "__main__":
    benchmark()
