"""Search for the smallest network that is good enough, and train the best candidates at full length.

A search that was interrupted goes on from its finished trials. With reduce.storage, any
number of machines that run this stage share one search.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import click
import pandas as pd

from featherline import features, params
from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file, new_folder, write_json
from featherline.core.live import live
from featherline.networks.histories import best_accuracy, write_history
from featherline.records import frontend_files
from featherline.records.base import load, plain
from featherline.records.provenance import Recordings
from featherline.reduction import finalists, front_ends, methods, tables, worker_pool
from featherline.reduction.costs import costs_of, excess
from featherline.reduction.front_ends import FrontEnd
from featherline.reduction.objective import Candidate, within_tolerance
from featherline.reduction.whole_program import Beside
from stages.command import Run, stage

STUDIES = Path(".featherline/studies")
SCRATCH = Path(".featherline/front_ends")


@stage
@click.option("--join", is_flag=True, help="Only help with the search in reduce.storage, and write nothing.")
def reduce(run: Run, join: bool) -> None:
    settings = run.stage_settings("reduce", params.Reduce)
    if join and not settings.storage:
        raise FeatherlineError(
            f"params.yaml: {run.app}.reduce.storage is null: --join needs the storage URL of the search to help with."
        )
    with front_ends.scratch(SCRATCH / run.app) as folder:
        _search(run, settings, join, folder)


def _search(run: Run, settings: params.Reduce, join: bool, scratch: Path) -> None:
    task = task_of(run, settings, scratch)
    by_original = settings.distillation.share > 0 and settings.distillation.teacher == "original"
    if task.folds > 1 and by_original:
        raise FeatherlineError(
            f"params.yaml: {run.app}.reduce.distillation.share is {settings.distillation.share:g}, and with "
            "preprocess.split.protocol folds the original has learnt from the validation splits of all folds but the "
            "first: set the share to 0, or the protocol to group."
        )
    models = Path("models") / run.app
    optimize = run.stage_settings("convert", params.Convert).c.optimize
    with worker_pool.workers(task, min(settings.workers, _budget(run, settings).trials)) as pool:
        beside: dict[str, Beside] = {}
        measure = None
        if settings.weighs_program:
            from featherline.deployment import whole_program  # takes a second to import, in every worker too

            beside, measure = whole_program.measuring(settings, task, optimize, run.seed, pool)
        setting = setting_of(run, settings, task, beside)
        if join:
            methods.compare(setting, pool)
            return
        with live(models / "live" / "search") as log:
            by_method, yardstick = methods.compare(setting, pool, lambda *finished: log(_figures(*finished)))
        candidates = by_method[methods.SEARCH]
        original = (models / "original.keras").read_bytes() if by_original else None
        decided = finalists.decide(
            *(candidates, settings, yardstick, setting.budget.final_epochs, pool, original),
            folds=setting.task.folds,
            measure=measure,
        )
        best = decided[0].candidate
        if settings.objective == "pareto" and not within_tolerance(best, settings, yardstick):
            click.secho(
                f"No candidate is within {settings.accuracy_tolerance} of the original's validation accuracy of "
                f"{yardstick.original_accuracy:.4f}: the most accurate one, {best.validation_accuracy:.4f}, is taken.",
                fg="yellow",
                err=True,
            )
        _warn_of_limits(best, settings)

    in_order = [finalist.candidate for finalist in decided]
    table = tables.table(candidates, settings, yardstick, in_order)
    with new_file(models / "reduced.keras") as partial:
        partial.write_bytes(decided[0].trained.network)
    write_history(models / "reduced_history.csv", decided[0].trained.history)
    _write_table(models / "trials.csv", table)
    _write_table(models / "front.csv", tables.front_of(table, settings.cost))
    _write_table(models / "baselines.csv", tables.baselines(by_method, settings, yardstick))
    write_json(models / "search.json", plain(tables.summary(by_method, settings, yardstick, in_order, setting.budget)))
    with new_folder(features.reduced_folder(run.app)) as folder:
        chosen = task.front_end(best.front_end)
        if chosen.data == task.data:
            shutil.copyfile(task.data / frontend_files.FRONT_END, folder / frontend_files.FRONT_END)
        else:
            shutil.copytree(chosen.data, folder, dirs_exist_ok=True)


def _warn_of_limits(best: Candidate, settings: params.Reduce) -> None:
    for key, share in excess(best.costs, settings).items():
        click.secho(
            f"The network that was taken is {100 * share:.1f} % over {key}: the search holds estimates of whole "
            "programs to it, and no program that was measured meets it. Lower the limit by as much, or raise "
            "finalists.",
            fg="yellow",
            err=True,
        )


def _figures(candidate: Candidate, best_score: float) -> dict[str, float]:
    return {
        "best_score": best_score,
        "validation_accuracy": candidate.validation_accuracy,
        "weight_bytes": candidate.costs.weight_bytes,
    }


def _budget(run: Run, settings: params.Reduce) -> params.Budget:
    recordings = load(Recordings, Path("data/raw") / run.app / "provenance.json", "fetch")
    return settings.budget.simulated if recordings.provenance.simulated else settings.budget.recordings


def task_of(run: Run, settings: params.Reduce, scratch: Path) -> worker_pool.Task:
    """What all candidates of an application learn from.

    Args:
        scratch: a folder for the features of front ends that the search may choose.
    """
    frontend = features.front_end_of(run.app, "original")
    height, width, channels = frontend.input_shape
    preprocessed = FrontEnd(features.folder_of(run.app, "original"), (height, width, channels))
    preprocess = run.stage_settings("preprocess", run.application.Preprocess)
    origin = front_ends.Origin(run.app, run.application, Path("data/raw", run.app), preprocess, run.seed)
    return methods.task_of(
        settings,
        preprocessed,
        len(frontend.classes),
        balanced=run.stage_settings("train", params.Train).class_weights == "balanced",
        seed=run.seed,
        searched=front_ends.compute(settings.space, origin, preprocessed, scratch),
    )


def setting_of(
    run: Run, settings: params.Reduce, task: worker_pool.Task, beside: Mapping[str, Beside]
) -> methods.Setting:
    """What the search of an application shares, from params.yaml and what earlier stages wrote."""
    original = run.stage_settings("train", params.Train)
    costs = costs_of(original, task.input_shape, task.classes, settings.scheme, beside.get(front_ends.OF_PREPROCESS))
    return methods.Setting(
        app=run.app,
        settings=settings,
        budget=_budget(run, settings),
        task=task,
        original=costs,
        original_accuracy=best_accuracy(Path("models") / run.app / "original_history.csv"),
        validation_items=methods.validation_items(task),
        studies=STUDIES,
        beside=beside,
    )


def _write_table(path: Path, table: pd.DataFrame) -> None:
    with new_file(path) as partial:
        table.to_csv(partial, index=False, lineterminator="\n")


if __name__ == "__main__":
    reduce()
