"""`crossval`: cross-validation over groups, with the search repeated in each outer fold."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from featherline import params, params_file
from featherline.commands.application import module_of
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input
from featherline.core.errors import FeatherlineError
from featherline.core.files import write_report
from featherline.core.progress import bar
from featherline.records.base import load
from featherline.records.provenance import Recordings

if TYPE_CHECKING:
    from featherline.crossvalidation.unit import Plan, Unit
    from featherline.crossvalidation.units import Units

_POLL_SECONDS = 5.0


class _FoldCount(click.ParamType["params.FoldCount"]):
    """A number of folds, or `groups`."""

    name = "number|groups"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "params.FoldCount":
        if value == "groups":
            return "groups"
        if str(value).isdigit() and int(str(value)) >= 2:
            return int(str(value))
        self.fail(f"{value} is neither groups nor a number of folds from 2 on.", param, ctx)


@click.command(
    epilog="""\b
Examples:
  python -m featherline crossval carsensor --folds groups --validation-folds 3 --trials 6
  python -m featherline crossval musicclassifier --folds 5 --trials 10 --seeds 1
  python -m featherline crossval motionsense --folder /mnt/shared/crossval   # the same on a second machine
"""
)
@click.argument("app", metavar="APPLICATION")
@click.option("--folds", type=_FoldCount(), default=5, show_default=True, help="Outer folds over all groups.")
@click.option("--validation-folds", type=_FoldCount(), default=3, show_default=True, help="Folds within each of them.")
@click.option("--trials", type=click.IntRange(1), help="Of each search; else those of params.yaml.")
@click.option("--epochs", type=click.IntRange(1), help="Of each trial; else those of params.yaml.")
@click.option("--final-epochs", type=click.IntRange(1), help="Of each finalist; else those of params.yaml.")
@click.option("--finalists", type=click.IntRange(1), help="Of each search; else those of params.yaml.")
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="How many, from params.yaml's on.")
@click.option("--folder", type=Input(), default="crossval", show_default=True, help="Of the searches, old and new.")
@in_one_sentence
def crossval(
    app: str,
    folds: params.FoldCount,
    validation_folds: params.FoldCount,
    trials: int | None,
    epochs: int | None,
    final_epochs: int | None,
    finalists: int | None,
    seeds: int,
    folder: Path,
) -> None:
    """Measures what the whole way from recordings to an int8 model is worth on groups that it never saw.

    Each outer fold of the groups is a test split once; the search, normalization, class weights and ranges are made
    anew from the other groups alone. Beside it stands the network that the pipeline chose, trained anew in each fold:
    its architecture has seen the groups, so its figure is optimistic, and the searched network on items shuffled over
    all groups, as many publications split them. Needs data/raw/APPLICATION (stage fetch).

    Every search (one seed, one fold) is written to FOLDER/APPLICATION/ as it ends. A second start goes on with the
    missing ones, also on another machine that shares the folder. The tables are FOLDER/APPLICATION.md and .json.
    """
    from featherline.crossvalidation import summary, unit
    from featherline.crossvalidation.units import Units
    from featherline.reduction import identity

    of_budget = {"trials": trials, "epochs": epochs, "final_epochs": final_epochs}
    plan = _plan(app, folds, validation_folds, finalists, of_budget)
    made_with = plan.made_with()
    units = Units(folder / app / identity.short(made_with))
    wanted = [
        unit.Unit(seed, fold)
        for seed in range(plan.seed, plan.seed + seeds)
        for fold in range(1, unit.outer_folds(plan) + 1)
    ]
    _finish(plan, units, wanted)
    summed = {
        "application": app,
        "source": _recordings(app).source,
        **summary.summarize([units.read(each) for each in wanted]),
        "made_with": made_with,
    }
    text = summary.markdown(app, summed["source"], summed)
    write_report(folder, app, summed, text)
    click.echo(text)
    click.echo(f"Written to {folder / app}.md and .json.", err=True)


def _plan(
    app: str,
    folds: params.FoldCount,
    validation_folds: params.FoldCount,
    finalists: int | None,
    of_budget: Mapping[str, int | None],
) -> "Plan":
    from featherline.networks.histories import best_accuracy
    from featherline.reduction import front_ends
    from featherline.reduction.tables import chosen_network

    tree = params_file.read()
    application = module_of(tree, app)
    reduce = params_file.block(tree, f"{app}.reduce", params.Reduce)
    budget = reduce.budget.simulated if _recordings(app).provenance.simulated else reduce.budget.recordings
    budget = budget.model_copy(update={key: value for key, value in of_budget.items() if value})
    if finalists:
        reduce = reduce.model_copy(update={"finalists": finalists})
    models = Path("models", app)
    fixed, fixed_front_end = None, front_ends.OF_PREPROCESS
    if (models / "trials.csv").exists():
        fixed, fixed_front_end = chosen_network(models / "trials.csv")
    else:
        click.echo(f"{models / 'trials.csv'} is missing: the network of the pipeline is left out.", err=True)
    preprocess = params_file.block(tree, f"{app}.preprocess", application.Preprocess)
    searched = front_ends.settings_of(reduce.space, preprocess, app)
    if fixed_front_end not in (front_ends.OF_PREPROCESS, *searched):
        raise FeatherlineError(
            f"{models / 'trials.csv'} has a network of the front end {fixed_front_end}, which is none of "
            f"{app}.reduce.space.frontend: run dvc repro reduce@{app} first."
        )
    if reduce.objective == "pareto" and fixed is None:
        raise FeatherlineError(
            f"params.yaml: {app}.reduce.objective is pareto, which is measured against the original network of "
            f"{models}: run dvc repro reduce@{app} first."
        )
    from featherline.crossvalidation.unit import Plan

    return Plan(
        app=app,
        application=application,
        raw=Path("data/raw", app),
        preprocess=preprocess,
        train=params_file.block(tree, f"{app}.train", params.Train),
        reduce=reduce,
        budget=budget,
        outer=folds,
        inner=validation_folds,
        seed=params_file.block(tree, "seed", params.Seed),
        calibration_items=params_file.block(tree, f"{app}.quantize", params.Quantize).calibration_items,
        original_accuracy=best_accuracy(models / "original_history.csv") if reduce.objective == "pareto" else 0.0,
        fixed=fixed,
        fixed_front_end=fixed_front_end,
        optimize=params_file.block(tree, f"{app}.convert", params.Convert).c.optimize,
    )


def _recordings(app: str) -> Recordings:
    return load(Recordings, Path("data/raw", app, "provenance.json"), "fetch")


def _finish(plan: "Plan", units: "Units", wanted: "list[Unit]") -> None:
    """Computes what is missing and nobody else works on, until all is there."""
    from featherline.crossvalidation import unit

    missing = units.missing(wanted)
    finished = len(wanted) - len(missing)
    if not missing:
        return
    with (
        unit.workers_of(plan) as workers,
        bar(f"cross-validate {plan.app}", len(wanted), unit="search", initial=finished) as progress,
    ):
        while missing:
            worked = False
            for each in missing:
                if units.path(each).exists():
                    continue
                with units.claimed(each) as claimed:
                    if claimed and not units.path(each).exists():
                        units.write(each, unit.compute(plan, each, workers))
                        worked = True
                progress.n = len(wanted) - len(units.missing(wanted))
                progress.refresh()
            missing = units.missing(wanted)
            if missing and not worked:
                progress.set_postfix_str(f"waiting for {len(missing)} of other machines")
                time.sleep(_POLL_SECONDS)
