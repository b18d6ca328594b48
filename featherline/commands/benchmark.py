"""`benchmark`: what any .tflite file costs and gets right, and where it would run."""

from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Output
from featherline.core import outputs
from featherline.emulator.cores import CORES, DEFAULT


@click.command(
    epilog="""\b
Examples:
  python -m featherline benchmark model.tflite
  python -m featherline benchmark one.tflite other.tflite --data test.npz --classes no,yes --json both.json
"""
)
@click.argument("models", metavar="MODEL...", nargs=-1, required=True, type=Input())
@click.option(
    "--data",
    type=Input(),
    help="An .npz of `inputs` (or inputs_0, inputs_1, ...) and `labels`, or a folder of .npy, .csv or .wav files in "
    "folders named by class.",
)
@click.option("--classes", help="Names of the classes in the order of the outputs, with commas.")
@click.option("--runs", type=click.IntRange(1), default=100, show_default=True, help="Inferences that count.")
@click.option("--warmup", type=click.IntRange(0), default=10, show_default=True, help="Inferences before them.")
@click.option("--threads", type=click.IntRange(1, 256), default=1, show_default=True, help="Of LiteRT.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=2_000_000_000,
    show_default=True,
    help="Instructions of the emulated core that an inference may take; 0 leaves it out.",
)
@click.option(
    "--core",
    type=click.Choice(tuple(CORES)),
    default=DEFAULT,
    show_default=True,
    help="The core that is emulated.",
)
@click.option(
    "--optimize",
    type=click.Choice(("size", "speed", "ram")),  # `codegen.settings.OPTIMIZATIONS`, which takes long to import
    default="size",
    show_default=True,
    help="What the C for that core is written and compiled for.",
)
@click.option("--boards", "boards_file", type=Input(), help="A YAML file of more boards.")
@click.option("--json", "json_file", type=Output(outputs.File), help="Write everything to this file.")
@click.option("--xlsx", "xlsx_file", type=Output(outputs.File), help="Write a workbook.")
@click.option("--html", "html_file", type=Output(outputs.File), help="Write a page.")
@in_one_sentence
def benchmark(
    models: tuple[Path, ...],
    data: Path | None,
    classes: str | None,
    runs: int,
    warmup: int,
    threads: int,
    limit: int,
    core: str,
    optimize: str,
    boards_file: Path | None,
    json_file: outputs.File | None,
    xlsx_file: outputs.File | None,
    html_file: outputs.File | None,
) -> None:
    """Measures .tflite models: latency on this host, memory, operators, accuracy where there is data."""
    from featherline.commands import benchmark_text
    from featherline.core.files import as_json, finite
    from featherline.evaluation import several_models
    from featherline.records.base import plain

    if xlsx_file:
        from featherline.reports import comparison_workbook
    if html_file:
        from featherline.reports import comparison_page

    measurement = several_models.Measurement(runs, warmup, threads, limit, core, optimize, boards_file)
    records = several_models.measure(models, data, classes, measurement, click.echo)
    click.echo("\n".join(benchmark_text.pages(records)))
    if json_file:
        json_file.write(as_json(finite({"models": [plain(record) for record in records]})))
    if xlsx_file:
        xlsx_file.write(comparison_workbook.render(records))
    if html_file:
        html_file.write(comparison_page.render(records))
