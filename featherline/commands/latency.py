"""`latency`: how long the models of the pipeline take on this host, outside of the pipeline."""

from dataclasses import asdict
from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Output
from featherline.core import outputs
from featherline.core.errors import FeatherlineError


@click.command(
    epilog="""\b
Examples:
  python -m featherline latency
  python -m featherline latency --runs 1000 --threads 2 --out /tmp/latency
"""
)
@click.option("--runs", type=click.IntRange(1), default=200, show_default=True, help="Inferences that count.")
@click.option("--warmup", type=click.IntRange(0), default=50, show_default=True, help="Inferences before them.")
@click.option("--threads", type=click.IntRange(1, 256), default=1, show_default=True, help="Of LiteRT.")
@click.option(
    "--out",
    type=Output(outputs.Folder),
    default="latency",
    show_default=True,
    help="The folder for host_latency.json and Latency.xlsx.",
)
@in_one_sentence
def latency(runs: int, warmup: int, threads: int, out: outputs.Folder) -> None:
    """Measures every model that params.yaml names with LiteRT, on this host, one after another.

    The figures are a property of this machine at this moment: no stage reads them, and git ignores the folder.
    """
    from featherline.core import machine
    from featherline.core.files import as_json
    from featherline.core.progress import track
    from featherline.evaluation import feeds
    from featherline.interpreters import litert
    from featherline.reports import latency_sheet
    from featherline.tflite import model as tflite

    paths = _models()
    measured: dict[str, dict[str, dict[str, float]]] = {}
    for (app, name), path in track(paths.items(), "measure latency", len(paths), "model"):
        timed = litert.latency(path, feeds.random(tflite.read(path)), runs, warmup, threads)
        measured.setdefault(app, {})[name] = asdict(timed)
    host = machine.host()
    record: latency_sheet.HostLatency = {
        "machine": host,
        "runs": runs,
        "warmup_runs": warmup,
        "threads": threads,
        "models": measured,
    }
    out.write({"host_latency.json": as_json(record).encode(), "Latency.xlsx": latency_sheet.content(record)})
    click.echo(f"Wrote the latency of {len(paths)} models on {host['processor']} to {out.path}.")


def _models() -> dict[tuple[str, str], Path]:
    """The file of each model by application and name, as params.yaml lists them."""
    from featherline import params, params_file

    tree = params_file.read()
    paths = {
        (app, name): Path("models", app, "tflite", f"{name}.tflite")
        for app in params_file.applications(tree)
        for name in params_file.block(tree, f"{app}.quantize", params.Quantize).models
    }
    for path in paths.values():
        if not path.is_file():
            raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).")
    return paths
