"""`featherline`: for any model and recording, also those that did not come from this pipeline."""

import importlib
import os
import signal

import click

import featherline

COMMANDS = {
    "benchmark": "benchmark",
    "check": "check",
    "convert": "convert",
    "crossval": "crossval",
    "export": "export",
    "inspect": "inspect",
    "latency": "latency",
    "made-on": "made_on",
    "operators": "operators",
    "pr-report": "pr_report",
    "predict": "predict",
    "release": "release",
    "remove": "remove",
    "repro": "repro",
    "robustness": "robustness",
    "sketch": "sketch",
    "stream": "stream",
    "to-c": "to_c",
    "verify": "verify",
}
"""Name of each command -> its module in `featherline.commands`, and its function there."""


class _Lazy(click.Group):
    """Imports a command when it is asked for: what another one needs may not be installed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"featherline.commands.{name}"), name)
        return command


@click.group(
    cls=_Lazy, help="Looks into models for microcontrollers, Keras networks (.keras) and converted ones (.tflite)."
)
@click.version_option(featherline.__version__, prog_name="featherline")
def main() -> None:
    # A command that is killed must leave nothing half-written, as one that is interrupted does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Read by TensorFlow when it is imported: errors only, and the same kernels everywhere.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
