"""`robustness`: what a deployed model loses where recordings are turned, noisy, clipped or full of gaps."""

from pathlib import Path

import click

from featherline import features, params, params_file
from featherline.commands.application import module_of
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input
from featherline.core import isolation
from featherline.core.files import write_report
from featherline.records import frontend_files
from featherline.records.base import load
from featherline.records.frontend import FrontEndFile


@click.command(
    epilog="""\b
Examples:
  python -m featherline robustness carsensor
  python -m featherline robustness motionsense --model reduced-int4 --folder results/robustness
"""
)
@click.argument("app", metavar="APPLICATION")
@click.option("--model", "name", help="Which of its models; else the headline model of params.yaml.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of what is random in disturbances.")
@click.option("--folder", type=Input(), default="robustness", show_default=True, help="Of the tables, by application.")
@in_one_sentence
def robustness(app: str, name: str | None, seed: int, folder: Path) -> None:
    """Measures accuracy on the test split under disturbances of the raw recordings, each seeded.

    Turns (accelerometers), another rate, a wrong clock, gain, clipping, noise at 20, 10 and 5 dB, lost samples; of
    carsensor also what it says of a phone that lies on a table. Needs
    data/raw/APPLICATION (stage fetch) and models/APPLICATION/tflite (stage convert), and data/processed/APPLICATION
    where the search chose the front end; writes FOLDER/APPLICATION.md and .json.
    """
    tree = params_file.read()
    application = module_of(tree, app)
    chosen = name or params_file.block(tree, f"{app}.benchmark", params.Benchmark).headline
    preprocess = params_file.block(tree, f"{app}.preprocess", application.Preprocess)
    split_seed = params_file.block(tree, "seed", params.Seed)
    models = Path("models", app, "tflite")
    frontend = load(FrontEndFile, frontend_files.of_model(models, chosen), "convert")
    if frontend.chosen:
        from featherline.reduction import front_ends  # imports the search

        preprocess = features.with_values(preprocess, frontend.chosen)
        preprocess = front_ends.divided_as(Path("data/processed", app), preprocess)

    from featherline.robustness import disturbances, measure

    measured = application, Path("data/raw", app), preprocess, frontend, models / f"{chosen}.tflite"
    with isolation.shared_workers():
        rows = measure.measure(*measured, disturbances.of_kind(frontend.frontend.kind), split_seed, seed)
        rest = measure.measure_at_rest(*measured, seed)
    source = frontend.provenance.source
    text = measure.markdown(app, chosen, source, rows, rest)
    content = {"application": app, "model": chosen, "source": source, "seed": seed, "rows": rows}
    if rest:
        content["at_rest"] = rest
    write_report(folder, app, content, text)
    click.echo(text)
    click.echo(f"Written to {folder / app}.md and .json.", err=True)
