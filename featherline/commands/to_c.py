"""`to-c`: a model in int8 as plain C without an interpreter."""

from pathlib import Path

import click

from featherline import codegen
from featherline.commands.told import told
from featherline.errors import FeatherlineError
from featherline.files import new_folder
from featherline.tflite import model


@click.command(
    "to-c",
    epilog="""\b
Examples:
  python -m featherline to-c models/motionsense/tflite/reduced-int8.tflite --out firmware/motion
  python -m featherline to-c gesture.tflite --out gesture --name gesture --classes up,down,none
""",
)
@click.argument("file", metavar="MODEL.tflite", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder that the C takes the place of.")
@click.option("--name", default="model", show_default=True, help="What each file and symbol of the C begins with.")
@click.option("--classes", default="", help="Names of all classes for the header, with commas between them.")
@told
def to_c(file: Path, out: Path, name: str, classes: str) -> None:
    """Writes a .tflite file in int8 as C without an interpreter, equal to TensorFlow Lite Micro to the byte.

    The folder gets NAME.h, NAME.c and a manifest with their SHA-256, all or none of them. A folder
    that was there before is replaced only if it holds nothing else.
    """
    names = [one.strip() for one in classes.split(",")] if classes.strip() else []
    files = codegen.generate(model.read(file), name, classes=names)
    if out.is_file():
        raise FeatherlineError(f"{out} is a file: --out wants a folder.")
    foreign = sorted({path.name for path in out.iterdir()} - {*files, codegen.check_file(name)}) if out.exists() else []
    if foreign:
        raise FeatherlineError(f"{out} holds {foreign[0]}, which no to-c wrote: choose a folder of its own.")
    with new_folder(out) as folder:
        for written, content in files.items():
            (folder / written).write_bytes(content)
    sizes = ", ".join(f"{written} ({len(content)} bytes)" for written, content in files.items())
    click.echo(f"{out}: {sizes}")
