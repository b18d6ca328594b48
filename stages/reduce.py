"""Search for the smallest network that is good enough, and train the best candidates at full length.

A search that was interrupted goes on from its finished trials. With reduce.storage, any
number of machines that run this stage share one search.
"""

from pathlib import Path

import click
import pandas as pd

from featherline import params
from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file, write_json
from featherline.core.live import live
from featherline.networks.histories import best_accuracy, write_history
from featherline.records.base import load, plain
from featherline.records.frontend import FrontEndFile
from featherline.reduction import finalists, methods, tables, worker_pool
from featherline.reduction.costs import costs_of
from featherline.reduction.objective import Candidate, within_tolerance
from stages.command import Run, stage

STUDIES = Path(".featherline/studies")


@stage
@click.option("--join", is_flag=True, help="Only help with the search in reduce.storage, and write nothing.")
def reduce(run: Run, join: bool) -> None:
    settings = run.stage_settings("reduce", params.Reduce)
    if join and not settings.storage:
        raise FeatherlineError(
            f"params.yaml: {run.app}.reduce.storage is null: --join needs the storage URL of the search to help with."
        )
    setting = setting_of(run, settings)
    if setting.task.folds > 1 and settings.distillation.share:
        raise FeatherlineError(
            f"params.yaml: {run.app}.reduce.distillation.share is {settings.distillation.share:g}, and with "
            "preprocess.split.protocol folds the original has learnt from the validation splits of all folds but the "
            "first: set the share to 0, or the protocol to group."
        )
    models = Path("models") / run.app
    with worker_pool.workers(setting.task, min(settings.workers, setting.budget.trials)) as pool:
        if join:
            methods.compare(setting, pool)
            return
        with live(models / "live" / "search") as log:
            by_method, yardstick = methods.compare(setting, pool, lambda *finished: log(_figures(*finished)))
        candidates = by_method[methods.SEARCH]
        teacher = models / "original.keras" if settings.distillation.share else None
        decided = finalists.decide(
            *(candidates, settings, yardstick, setting.budget.final_epochs, pool, teacher), folds=setting.task.folds
        )
        best = decided[0].candidate
        if settings.objective == "pareto" and not within_tolerance(best, settings, yardstick):
            click.secho(
                f"No candidate is within {settings.accuracy_tolerance} of the original's validation accuracy of "
                f"{yardstick.original_accuracy:.4f}: the most accurate one, {best.validation_accuracy:.4f}, is taken.",
                fg="yellow",
                err=True,
            )

    in_order = [finalist.candidate for finalist in decided]
    table = tables.table(candidates, settings, yardstick, in_order)
    with new_file(models / "reduced.keras") as partial:
        partial.write_bytes(decided[0].trained.network)
    write_history(models / "reduced_history.csv", decided[0].trained.history)
    _write_table(models / "trials.csv", table)
    _write_table(models / "front.csv", tables.front_of(table))
    _write_table(models / "baselines.csv", tables.baselines(by_method, settings, yardstick))
    write_json(models / "search.json", plain(tables.summary(by_method, settings, yardstick, in_order, setting.budget)))


def _figures(candidate: Candidate, best_score: float) -> dict[str, float]:
    return {
        "best_score": best_score,
        "validation_accuracy": candidate.validation_accuracy,
        "weight_bytes": candidate.costs.weight_bytes,
    }


def setting_of(run: Run, settings: params.Reduce) -> methods.Setting:
    """What the search of an application shares, from params.yaml and what earlier stages wrote."""
    data, models = Path("data/processed") / run.app, Path("models") / run.app
    original = run.stage_settings("train", params.Train)
    frontend = load(FrontEndFile, data / "frontend.json", "preprocess")
    height, width, channels = frontend.input_shape
    input_shape, classes = (height, width, channels), len(frontend.classes)
    return methods.Setting(
        app=run.app,
        settings=settings,
        budget=settings.budget.simulated if frontend.provenance.simulated else settings.budget.recordings,
        task=worker_pool.Task(
            data,
            input_shape,
            classes,
            settings.batch_size,
            settings.learning_rate,
            balanced=original.class_weights == "balanced",
            seed=run.seed,
            distillation=settings.distillation,
        ),
        original=costs_of(original, input_shape, classes, settings.scheme),
        original_accuracy=best_accuracy(models / "original_history.csv"),
        validation_items=methods.validation_items(data, classes),
        studies=STUDIES,
    )


def _write_table(path: Path, table: pd.DataFrame) -> None:
    with new_file(path) as partial:
        table.to_csv(partial, index=False, lineterminator="\n")


if __name__ == "__main__":
    reduce()
