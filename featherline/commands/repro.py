"""`repro`: `dvc repro` that says what it will do, how far it is and how long is left, and what came out."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from featherline import params, params_file
from featherline.commands.columns import aligned
from featherline.commands.failing import in_one_sentence
from featherline.core.errors import FeatherlineError
from featherline.core.failures import INTERRUPTED

if TYPE_CHECKING:
    from featherline.pipeline.repro import Outcome

FAILED = 1


@click.command(
    epilog="""\b
Examples:
  python -m featherline repro
  python -m featherline repro motionsense
  python -m featherline repro --plan
"""
)
@click.argument("apps", nargs=-1, metavar="[APPLICATION]...")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be done, and do nothing.")
@in_one_sentence
def repro(apps: tuple[str, ...], only_plan: bool) -> None:
    """Runs every stage that is out of date, of all applications or of those that are named.

    Without names it does what `dvc repro` does, reports/ and Models_Analysis/ included. With names it leaves the files
    of other applications and the reports over all of them alone, and writes a page and a workbook of each application
    to results/APPLICATION.

    Ends with status 1 where a stage fails or somebody interrupts; what was done before is kept, and the next run goes
    on from there.
    """
    listed = _applications()
    for app in apps:
        if app not in listed:
            raise FeatherlineError(f"params.yaml: apps does not list {app}; name one of {', '.join(listed)}.")
    chosen = list(dict.fromkeys(apps))
    # Imported late: what is wrong with the arguments is told at once.
    from featherline.pipeline import display, durations, plan
    from featherline.pipeline import repro as dvc_repro

    click.echo("Looking at what is out of date ...", err=True)
    targets = [f"benchmark@{app}" for app in chosen]
    steps = plan.make(targets)
    clock = durations.Clock(durations.read())
    click.echo(display.announcement(steps, clock))
    if only_plan:
        return
    if any(step.action != plan.Action.SKIP for step in steps):
        plan.restore(steps)
        shown = display.Display(steps, clock, sys.stdout)
        with tempfile.TemporaryDirectory(prefix="featherline-repro-") as folder:
            outcome = dvc_repro.run(targets, Path(folder), shown.show)
        shown.close()
        if clock.measured:
            durations.note(clock.measured)
        if outcome.status or outcome.interrupted:
            _end(outcome)
    _conclude(chosen, listed)


def _applications() -> list[str]:
    if not Path("dvc.yaml").is_file():
        raise FeatherlineError("dvc.yaml is missing: run this in the project's folder, a clone of Featherline.")
    return params_file.applications(params_file.read())


def _end(outcome: "Outcome") -> None:
    where = f" in {outcome.failed}" if outcome.failed else ""
    if outcome.interrupted:
        click.secho(f"Interrupted{where}: the stages before are kept; run it again to go on.", fg="red", err=True)
        sys.exit(INTERRUPTED)
    click.secho(
        f"dvc repro failed{where}: what it says stands above; the stages before are kept.",
        fg="red",
        err=True,
    )
    sys.exit(FAILED)


def _conclude(chosen: list[str], listed: list[str]) -> None:
    from featherline.pipeline import outcome
    from featherline.reports import results

    tree = params_file.read()
    loaded = [
        results.load(app, params_file.block(tree, f"{app}.benchmark", params.Benchmark).headline, Path("."))
        for app in chosen or listed
    ]
    for result in loaded if chosen else []:
        outcome.write_page(result, outcome.PAGES / result.app)
    for sentence in outcome.sources(loaded):
        click.echo(f"\n{sentence}\n")
    click.echo("\n".join(aligned(outcome.COLUMNS, outcome.rows(loaded))))
    click.echo("\nWhere to look:")
    for apps in [[app] for app in chosen] or [listed]:
        click.echo(outcome.places(apps, outcome.PAGES / apps[0] if chosen else Path("reports")))
