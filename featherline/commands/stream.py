"""`stream`: how often a wake word is heard in a continuous stream, and how often something else is taken for it."""

from pathlib import Path

import click

from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Number, Output
from featherline.core import outputs
from featherline.core.parsing import Tree
from featherline.core.pictures import Picture


@click.command(
    epilog="""\b
Examples:
  featherline stream keywordspotting --positives clips/happy --background clips/others
  featherline stream keywordspotting --positives happy --background other --per-hour 0.5 --out wake_word
  featherline stream keywordspotting --positives happy --background other --plot tradeoff.png
"""
)
@click.argument("model")
@click.option("--positives", required=True, type=Input(), help="A folder of wav files with the event.")
@click.option("--background", required=True, type=Input(), help="A folder of wav files without it.")
@click.option("--event", help="The class that is waited for; else the keyword of frontend.json.")
@click.option("--hours", type=Number(0, min_open=True), default=2.0, show_default=True, help="Of background.")
@click.option("--per-hour", type=Number(0), default=1.0, show_default=True, help="Wanted false accepts.")
@click.option("--refractory", type=Number(0, 3600), default=1.0, show_default=True, help="Seconds between two.")
@click.option("--seed", type=click.IntRange(0), default=42, show_default=True, help="Of order, gains and noise.")
@click.option("--json", "json_file", type=Output(outputs.File), help="Write everything, the whole curve too.")
@click.option("--plot", "picture", type=Output(Picture), help="Draw the whole curve, as .png or .html.")
@click.option("--out", type=Output(outputs.Folder), help="Write the model, its front end and its C with the threshold.")
@in_one_sentence
def stream(
    model: str,
    positives: Path,
    background: Path,
    event: str | None,
    hours: float,
    per_hour: float,
    refractory: float,
    seed: int,
    json_file: outputs.File | None,
    picture: Picture | None,
    out: outputs.Folder | None,
) -> None:
    """Measures recall against false accepts an hour, as the device hears a stream: hop, smoothing, refractory time.

    Half of the speakers choose the threshold for the wanted rate, the other half test it. Clips are repeated in random
    order with other gains and noise until the background is long enough. Leave recordings of the model's training out.
    """
    from featherline.codegen import lower, program
    from featherline.core.files import as_json
    from featherline.prediction import models
    from featherline.records import frontend_files
    from featherline.records.base import parse
    from featherline.records.frontend import FrontEnd
    from featherline.streaming.measure import event_of, measure

    fitted = models.find(model)
    measured = measure(fitted, event_of(fitted, event), positives, background, hours, per_hour, refractory, seed)
    click.echo("\n".join(_lines(measured)))
    if json_file:
        json_file.write(as_json(measured))
    if picture:
        from featherline.streaming import plot

        picture.draw(plot.tradeoff(measured), plot.title(measured), plot.EXPLANATION)
    if out:
        frontend = fitted.frontend | {"detection": measured["detection"]}
        out.write(
            program.sources(lower(fitted.model), parse(FrontEnd, frontend, frontend_files.FRONT_END, "measure again"))
            | {
                frontend_files.FRONT_END: as_json(frontend).encode(),
                Path(fitted.model.path).name: Path(fitted.model.path).read_bytes(),
            }
        )
        click.echo(f"{out.path}: the model, frontend.json and C that wait for {measured['event']!r}")


def _lines(measured: Tree) -> list[str]:
    chosen, test, sure = measured["validation"], measured["test"], measured["at_95_recall"]
    distinct = measured["distinct_s"]["test"]
    lines = [
        f"{measured['model']} waits for {measured['event']!r}, a window each {measured['hop_s']:.3g} s.",
        f"Threshold {chosen['threshold']}, chosen on speakers that are not tested: {_figures(chosen)}.",
        f"On the speakers that are: {_figures(test)}.",
        f"That background repeats {distinct['background']:,} distinct seconds, events last {distinct['positives']:,}.",
    ]
    if chosen["false_accepts_per_hour"] > measured["wanted_false_accepts_per_hour"]:
        lines.append("No threshold has as few false accepts as were wanted: this is the strictest one.")
    if sure is None:
        lines.append("No threshold hears 95 % of the events that choose it.")
    else:
        lines.append(
            f"At the threshold that hears 95 % of those that choose it ({sure['threshold']}): {_figures(sure)}."
        )
    return lines


def _figures(point: Tree) -> str:
    return (
        f"recall {point['recall_pct']:.2f} % [{point['recall_low_pct']:.2f}, {point['recall_high_pct']:.2f}] of "
        f"{point['events']:,}, {point['false_accepts']:,} false accepts in {point['hours']:.2f} hours, "
        f"{point['false_accepts_per_hour']:.2f} an hour [{point['per_hour_low']:.2f}, {point['per_hour_high']:.2f}]"
    )
