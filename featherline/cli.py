"""`python -m featherline`: for any model, also one that did not come from this pipeline."""

import os
import signal

import click

from featherline.commands.benchmark import benchmark
from featherline.commands.check import check
from featherline.commands.latency import latency
from featherline.commands.made_on import made_on
from featherline.commands.operators import operators
from featherline.commands.pr_report import pr_report
from featherline.commands.sketch import sketch
from featherline.commands.to_c import to_c
from featherline.commands.verify import verify


@click.group(help="Looks into models for microcontrollers: Keras networks (.keras) and converted ones (.tflite).")
def main() -> None:
    # A command that is killed must leave nothing half-written, as one that is interrupted does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Read by TensorFlow when it is imported: errors only, and the same kernels everywhere.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


for command in (benchmark, check, latency, made_on, operators, pr_report, sketch, to_c, verify):
    main.add_command(command)
