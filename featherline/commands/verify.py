"""`verify`: repeats the pipeline in a clean clone and compares its results with the committed ones to the byte."""

import sys
import tempfile
from pathlib import Path

import click

from featherline import outputs
from featherline.commands.check import BROKEN
from featherline.commands.paths import Output
from featherline.commands.told import told
from featherline.errors import FeatherlineError
from featherline.regression import repetition, snapshots


@click.command(
    epilog="""\b
Examples:
  python -m featherline verify
  python -m featherline verify --revision v1.0 --folder /tmp/repeated
"""
)
@click.option("--revision", default="HEAD", show_default=True, help="The revision to repeat.")
@click.option("--folder", type=Output(outputs.NewFolder), help="Where to clone to, and keep it; else it is removed.")
@told
def verify(revision: str, folder: outputs.NewFolder | None) -> None:
    """Repeats every stage of a revision, and prints a line for each .tflite, C or metrics file that came out otherwise.

    Takes as long as the whole pipeline. Ends with status 1 where a file differs, with 2 where a stage fails. What
    is not committed has no part in it.
    """
    snapshot = snapshots.committed(revision)
    committed = repetition.committed_results(snapshot)
    if not committed:
        raise FeatherlineError(f"{revision} has no results below models and metrics to compare with.")
    with tempfile.TemporaryDirectory(prefix="featherline-verify-") as temporary:
        clone = folder.path if folder else Path(temporary, "clone")
        repetition.repeat(snapshot.commit, committed, clone, Path.cwd())
        lines = repetition.differences(committed, clone)
    for line in lines:
        click.secho(line, fg="red")
    told_of = f"{revision} ({snapshot.commit[:7]})"
    if lines:
        click.echo(f"{len(lines)} files of {told_of} differ.")
        sys.exit(BROKEN)
    click.echo(f"All {len(committed)} .tflite, C and metrics files of {told_of} are the same to the byte.")
