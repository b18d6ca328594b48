"""`verify`: repeats the pipeline in a clean clone and compares its outputs with the committed ones to the byte."""

import hashlib
import sys
import tempfile
from pathlib import Path

import click

from featherline.commands.check import BROKEN
from featherline.commands.failing import in_one_sentence
from featherline.commands.made_on import RECORD
from featherline.commands.paths import Output
from featherline.core import machine, outputs, support
from featherline.core.errors import FeatherlineError
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
@in_one_sentence
def verify(revision: str, folder: outputs.NewFolder | None) -> None:
    """Repeats every stage of a revision, and tells the first stage whose outputs come out otherwise, and where in them.

    Takes as long as the whole pipeline. Ends with status 1 where something differs, with 2 where a stage fails. What
    is not committed has no part in it.
    """
    snapshot = snapshots.committed(revision)
    lock = snapshot.read(repetition.LOCK)
    if lock is None:
        raise FeatherlineError(
            f"{revision} has no {repetition.LOCK}: run the pipeline (dvc repro) and commit it first."
        )
    listed = None if snapshot.read("params.yaml") is None else snapshots.applications(snapshot)
    made = repetition.outputs(lock, f"{repetition.LOCK} of {revision}", listed)
    with tempfile.TemporaryDirectory(prefix="featherline-verify-") as temporary:
        clone = folder.path if folder else Path(temporary, "clone")
        repetition.repeat(snapshot, made, clone, Path.cwd())
        comparison = repetition.compare(snapshot, made, clone, repetition.cache_of(Path.cwd()))
    click.echo(
        f"Compared {len(comparison.stages):,} stages of {revision} ({(snapshot.commit or '')[:7]}) to the byte: "
        f"{comparison.tracked:,} files that git has, and "
        f"{comparison.cached:,} outputs of the DVC cache by their hashes in {repetition.LOCK}."
    )
    _tell_machines(snapshot, hashlib.sha256(lock).hexdigest())
    differing = comparison.differing
    if differing:
        first, *later = differing
        click.secho(f"The first stage that differs is {first}:", fg="red")
        for changed in differing[first]:
            click.secho(f"  {changed}", fg="red")
        if later:
            click.secho(f"After it: {', '.join(f'{stage} ({len(differing[stage]):,})' for stage in later)}.", fg="red")
        click.echo(f"{len(differing):,} of {len(comparison.stages):,} stages differ.")
    elif comparison.elsewhere:
        click.secho("Every output is the same, and git status is not clean:", fg="red")
        for changed in comparison.elsewhere:
            click.secho(f"  {changed}", fg="red")
    else:
        click.echo(f"Everything is the same to the byte, and git status is clean, {repetition.LOCK} included.")
    if differing or comparison.elsewhere:
        sys.exit(BROKEN)


def _tell_machines(snapshot: snapshots.Snapshot, lock: str) -> None:
    """On which processor the committed files were made, as far as it was recorded, and which one this is."""
    recorded = snapshots.json_table(snapshot, RECORD.as_posix())
    here = machine.facts()
    if recorded is None:
        click.echo(f"Nobody recorded where the committed files were made ({RECORD}).")
    else:
        earlier = "" if recorded.get("dvc_lock") == lock else f", recorded for another {repetition.LOCK}"
        click.echo(f"The committed files were made on {machine.sentence(recorded)} ({RECORD}{earlier}).")
    click.echo(f"This is {machine.sentence(here)}.")
    caution = support.caution(here["instruction_sets"])
    if caution:
        click.echo(caution)
