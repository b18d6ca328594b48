"""`python -m featherline`: for any model, also one that did not come from this pipeline."""

import os

import click

from featherline.commands.operators import operators
from featherline.commands.to_c import to_c


@click.group(help="Looks into models for microcontrollers: Keras networks (.keras) and converted ones (.tflite).")
def main() -> None:
    # Read by TensorFlow when it is imported: errors only, and the same kernels everywhere.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


for command in (operators, to_c):
    main.add_command(command)
