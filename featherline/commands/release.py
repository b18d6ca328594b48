"""`release`: writes zoo/, the models made from real recordings, out of a run on a folder of archives."""

from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input
from featherline.core.errors import FeatherlineError

ZOO = Path("zoo")
CLONE = Path(".featherline/release")


@click.command(
    epilog="""\b
Examples:
  python -m featherline release --mirror ~/archives
  python -m featherline release --run ../finished-clone
  python -m featherline release --run ../finished-clone --app carsensor
"""
)
@click.option("--mirror", type=Input(), help="The folder of archives that the pipeline is run on, in a clone of HEAD.")
@click.option("--run", "finished", type=Input(), help="A clone whose run on real recordings is finished, instead.")
@click.option("--app", "chosen", multiple=True, metavar="APPLICATION", help="This one alone; others of zoo/ stay.")
@in_one_sentence
def release(mirror: Path | None, finished: Path | None, chosen: tuple[str, ...]) -> None:
    """Writes zoo/: models of real recordings, their C, cards and checksums, and nothing of the recordings.

    Run it at the top of the project. Nothing is written where the project has changes that no commit has, a model
    stands on simulated recordings, or one is not deployable.
    """
    from featherline.core import isolation
    from featherline.release import contents
    from featherline.release import run as runs

    if (mirror is None) == (finished is None):
        raise FeatherlineError("Give --mirror, a folder of archives, or --run, a finished clone: one of the two.")
    project = Path.cwd()
    if not (project / "dvc.yaml").is_file():
        raise FeatherlineError(f"{project} is not the top of the project: run it there.")
    runs.check_clean(project)
    folder = finished
    if mirror is not None:
        if not mirror.is_dir():
            raise FeatherlineError(f"{mirror} is no folder: name the one that holds the archives.")
        folder = CLONE
        runs.make(project, folder, mirror)
    assert folder is not None
    run = runs.of_apps(runs.read(folder, project), chosen)
    for app in run.apps:
        contents.check(run, app)
    runs.disturb(run)
    calls = [isolation.Call(contents.files, (run, app)) for app in run.apps]
    made: dict[str, dict[str, bytes]] = {}
    for app, files in zip(run.apps, isolation.run(calls, "release"), strict=True):
        if isinstance(files, isolation.Crashed):
            raise FeatherlineError(f"{app}: {isolation.CRASH}")
        made[app] = files
    contents.write(ZOO, made, keep=bool(chosen))
    click.echo(f"Wrote {sum(map(len, made.values()))} files of {len(made)} applications to {ZOO}/.")
