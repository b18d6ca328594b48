"""`sketch`: a model of the pipeline as Arduino sketches, each a folder that the IDE opens as it is."""

from pathlib import Path

import click
import numpy as np

from featherline import codegen
from featherline.commands.failing import in_one_sentence
from featherline.core import outputs
from featherline.core.errors import FeatherlineError
from featherline.deployment import programs
from featherline.records import frontend_files
from featherline.records.base import load
from featherline.records.frontend import FrontEnd
from featherline.tflite import model as tflite


@click.command(
    epilog="""\b
Examples:
  python -m featherline sketch motionsense
  python -m featherline sketch carsensor --model reduced-int4
"""
)
@click.argument("app", metavar="APPLICATION")
@click.option("--model", "name", default="reduced-int8", show_default=True, help="Which of its models.")
@in_one_sentence
def sketch(app: str, name: str) -> None:
    """Writes two Arduino sketches of a quantized model to sketches/APPLICATION/MODEL, both with all that they need.

    `sketch` runs the model as C, `tflm_sketch` on TensorFlow Lite Micro. They are made from the .tflite file and
    `frontend.json` in models/APPLICATION/tflite.
    """
    folder = Path("models", app, "tflite")
    file = folder / f"{name}.tflite"
    frontend = load(FrontEnd, frontend_files.of_model(folder, name), "convert")
    model = tflite.read(file)
    # The arena is what one inference needs, whatever the numbers: a clone has no recordings.
    random_inputs = np.random.default_rng(0).uniform(-1, 1, (1, *model.inputs[0].shape[1:])).astype(np.float32)
    try:
        sketches = programs.sketches(file.read_bytes(), codegen.lower(model), random_inputs, frontend)
    except FeatherlineError as error:
        raise FeatherlineError(f"There is no sketch of {file}: {error}") from None
    target = Path("sketches", app, name)
    outputs.Folder(target).write(sketches)
    click.echo(f"Open {target / 'sketch' / 'sketch.ino'} in the Arduino IDE, or {target / 'tflm_sketch'} for TFLM.")
