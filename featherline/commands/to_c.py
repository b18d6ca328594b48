"""`to-c`: a model in int8 as plain C without an interpreter."""

from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output, program_names
from featherline.core import outputs
from featherline.emulator.cores import CORES, DEFAULT


@click.command(
    "to-c",
    epilog="""\b
Examples:
  python -m featherline to-c models/motionsense/tflite/reduced-int8.tflite --out firmware/motion
  python -m featherline to-c gesture.tflite --out gesture --name gesture --classes up,down,none
  python -m featherline to-c kws.tflite --out kws --optimize speed
  python -m featherline to-c kws.tflite --out kws --core m0
""",
)
@click.argument("file", metavar="MODEL.tflite", type=Input())
@click.option("--out", required=True, type=Output(outputs.Folder), help="Folder that the C takes the place of.")
@program_names
@click.option("--check", is_flag=True, help="Write NAME_check.c too: golden vectors that a board can try.")
@click.option(
    "--optimize",
    type=click.Choice(("size", "speed", "ram")),  # `codegen.settings.OPTIMIZATIONS`, which takes long to import
    default="size",
    show_default=True,
    help="What kernels and compiler flag are chosen for: the least flash, the fewest instructions, or the least RAM.",
)
@click.option(
    "--core",
    type=click.Choice(tuple(CORES)),
    default=DEFAULT,
    show_default=True,
    help="The emulated core that the C is proven on, and whose figures are told; the C is the same for all.",
)
@in_one_sentence
def to_c(file: Path, out: outputs.Folder, name: str, classes: str, check: bool, optimize: str, core: str) -> None:
    """Writes a quantized .tflite file as C without an interpreter, equal to TensorFlow Lite Micro to the byte.

    The folder gets NAME.h, NAME.c, with --check NAME_check.c, and a manifest with their SHA-256, all or
    none of them. A folder that was there before is replaced only if it holds nothing but what this
    command wrote. Where TensorFlow Lite Micro refuses the model, so does this command. Before it is
    written, the C answers seeded inputs on an emulated core, as far as what that takes is
    installed; a sentence says what it was held against, another what it takes there.
    """
    from featherline.deployment import proven_c

    names = [class_name.strip() for class_name in classes.split(",")] if classes.strip() else []
    proven = proven_c.write(file, name, names, check, optimize, core)
    out.write(proven.files)
    sizes = ", ".join(f"{written} ({len(content)} bytes)" for written, content in proven.files.items())
    click.echo(f"{out.path}: {sizes}")
    click.echo(proven.sentence)
