"""`export`: a model as what somebody's own build takes."""

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Output, Prefix
from featherline.core import outputs
from featherline.export import KINDS


@click.command(
    epilog="""\b
Examples:
  featherline export motionsense --as arduino --out motionsense-arduino
  featherline export zoo/keywordspotting --as cmake --out wakeword --name wakeword
  featherline export models/carsensor/tflite/reduced-int4.tflite --as zephyr --out modules/carsensor
  featherline export motionsense --as web --out motionsense-page
"""
)
@click.argument("model")
@click.option("--as", "kind", type=click.Choice(list(KINDS)), required=True, help="What to make of it.")
@click.option(
    "--out", required=True, type=Output(outputs.Folder), help="Folder to write; it must hold nothing of others."
)
@click.option(
    "--name",
    type=Prefix(),
    help="What each file and symbol of the C begins with; else the application's name.",
)
@in_one_sentence
def export(model: str, kind: str, out: outputs.Folder, name: str | None) -> None:
    """Writes a model with its front end as a library for Arduino, CMake or Zephyr, or as a page for the browser.

    MODEL is a .tflite file beside its frontend.json, a folder of the zoo, or a name of the zoo. All or none of the
    files are written. Models of different names fit into one program. docs/export.md tells more.
    """
    from featherline import export as kinds
    from featherline.export import exported

    made = exported.read(model, name)
    files = kinds.files(kind, made)
    out.write(files)
    chosen = KINDS[kind]
    # A page has nothing that is named.
    content = "index.html" if kind == "web" else f"{len(files)} files, all names begin with {made.name}"
    click.echo(f"{out.path}: {chosen.title} of {made.fitted.name}, {content}.")
    click.echo(chosen.opens.format(out=out.path, name=made.name))
