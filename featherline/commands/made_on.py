"""`made-on`: records the machine that results were made on."""

from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence

RECORD = Path("docs/made-on.json")
NOTE = Path(".featherline/made-on.json")


@click.command(
    epilog="""\b
Examples:
  python -m featherline made-on
  python -m featherline made-on --note
"""
)
@click.option(
    "--note",
    "in_ignored_file",
    is_flag=True,
    help="Write to .featherline/made-on.json, which git ignores (make repro does).",
)
@in_one_sentence
def made_on(in_ignored_file: bool) -> None:
    """Writes processor, C library, packages and thread counts of this machine to docs/made-on.json.

    No stage writes them: what git tracks is the same on every machine. Where the committed files were made is recorded
    on purpose, with this command, by whoever has made them all. What each stage took here in runs of `make repro` then
    goes to docs/stage-seconds.json, from which others are told how long a run takes.
    """
    from featherline.core import machine, support
    from featherline.pipeline import durations

    file = NOTE if in_ignored_file else RECORD
    facts = machine.record(file, Path("dvc.lock"))
    click.echo(f"{file}: {machine.sentence(facts)}.")
    if not in_ignored_file and durations.publish():
        click.echo(f"{durations.RECORD}: seconds of each stage on this machine.")
    caution = support.caution(facts["instruction_sets"])
    if caution:
        click.echo(caution, err=True)
