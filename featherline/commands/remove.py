"""`remove`: takes away the results of an application that params.yaml does not list."""

from pathlib import Path

import click

from featherline import params_file
from featherline.commands.failing import in_one_sentence
from featherline.core import files
from featherline.core.errors import FeatherlineError

PLACES = ("data/raw/{app}", "data/processed/{app}", "models/{app}", "metrics/{app}.json")
OF_METRICS = ("metrics/{app}", "metrics/plots/{app}")


@click.command(
    epilog="""\b
Example:
  featherline remove carsensor
"""
)
@click.argument("apps", nargs=-1, required=True, metavar="APPLICATION...")
@in_one_sentence
def remove(apps: tuple[str, ...]) -> None:
    """Removes recordings, models and metrics of applications that params.yaml does not list under apps.

    An application that is left out of apps keeps its results, and stays in reports/ and Models_Analysis/: this command
    removes them, and the next run of the stage report leaves it out there. What git has can be had back by git restore.
    """
    listed = params_file.applications(params_file.read())
    removable: dict[str, list[Path]] = {}
    for app in dict.fromkeys(apps):
        if app in listed:
            raise FeatherlineError(f"params.yaml: apps lists {app}: take it out there first, then remove its results.")
        if Path(app).name != app or app in (".", ".."):
            raise FeatherlineError(f"{app!r} is no name of an application: give one without slashes, as apps has it.")
        removable[app] = [path for place in PLACES if (path := Path(place.format(app=app))).exists()]
        if not removable[app]:  # a folder of metrics alone may be one of all, as plots is
            raise FeatherlineError(f"There is no result of {app} here: correct its name, or leave it as it is.")
        removable[app] += [path for place in OF_METRICS if (path := Path(place.format(app=app))).exists()]
    for paths in removable.values():
        for path in paths:
            files.remove(path)
            click.echo(f"removed {path}")
    click.echo("reports/ and Models_Analysis/ leave it out from the next run of the stage report on: make repro.")
