"""Measures a wake word on hours of composed scenes: recall, and false accepts an hour by what was heard.

Clips of the validation split choose the thresholds, those of the test split are what figures are of: speakers, noises
and tracks of music are in one of the two alone, and none in the training of a model that this pipeline made of the
same folder with the same splits.

Examples:
    python benchmarks/measure_wake_word_stream.py zoo/keywordspotting --speech data/raw/keywordspotting \
        --music data/raw/musicclassifier/genres --keyword happy
    python benchmarks/measure_wake_word_stream.py reduced-int8.tflite other.tflite --speech ... --music ... --hours 1
"""

import json
import sys
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params, params_file  # noqa: E402
from featherline.applications import keywordspotting  # noqa: E402
from featherline.core.parsing import Tree  # noqa: E402
from featherline.prediction import models  # noqa: E402
from featherline.streaming import composed  # noqa: E402

TEST_SHARE = 0.6  # of the tracks of each folder: training hears none of them


def dealt(folder: Path | None, seed: int) -> dict[str, list[Path]]:
    """Tracks of music for validation and for test; those of one folder, such as a genre, are spread over both."""
    tracks: dict[str, list[Path]] = {"validation": [], "test": []}
    if folder is None:
        return tracks
    rng = np.random.default_rng(seed)
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".wav", ".au"))
    for parent in sorted({path.parent for path in files}):
        own = [path for path in files if path.parent == parent]
        order = [own[place] for place in rng.permutation(len(own))]
        ends = round(TEST_SHARE * len(order))
        tracks["test"] += order[:ends]
        tracks["validation"] += order[ends:]
    return tracks


def rows(measured: Tree) -> list[str]:
    """Lines of a Markdown table: the figures of the test split at each threshold, of all and of each kind."""
    lines = []
    for of, point in measured["points"].items():
        if point is None:
            lines.append(f"| {measured['model']} | {of} | no threshold reaches it | | | | | |")
            continue
        for kind, figures in (("all", point["test"]), *point["test"]["kinds"].items()):
            recall = "–"
            if figures["events"]:
                low, high = figures["recall_low_pct"], figures["recall_high_pct"]
                recall = f"{figures['recall_pct']:.1f} [{low:.1f}, {high:.1f}] of {figures['events']:,}"
            rate = f"{figures['false_accepts_per_hour']:.2f}"
            interval = f"[{figures['per_hour_low']:.2f}, {figures['per_hour_high']:.2f}]"
            lines.append(
                f"| {measured['model']} | {of} | {kind} | {recall} | {figures['hours']:.2f} | "
                f"{figures['false_accepts']:,} | {rate} {interval} |"
            )
    return lines


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("model", nargs=-1, required=True)
@click.option("--speech", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--music", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--keyword", help="The word that is waited for; else that of params.yaml.")
@click.option("--hours", type=click.FloatRange(0, min_open=True), default=10.0, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=42, show_default=True, help="Of the scenes.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write everything.")
def main(
    model: tuple[str, ...],
    speech: Path,
    music: Path | None,
    keyword: str | None,
    hours: float,
    seed: int,
    json_file: Path | None,
) -> None:
    tree = params_file.read(ROOT / "params.yaml")
    settings = params_file.block(tree, "keywordspotting.preprocess", keywordspotting.Preprocess)
    if keyword:
        settings = settings.model_copy(update={"keyword": keyword})
    seed_of_splits = params_file.block(tree, "seed", params.Seed)
    tracks = dealt(music, seed_of_splits)
    validation, test = (
        keywordspotting.material(speech, settings, seed_of_splits, split, tracks[split])
        for split in ("validation", "test")
    )
    all_measured = [composed.measure(models.find(each), validation, test, hours, seed=seed) for each in model]
    click.echo("| model | threshold for, on validation | heard | recall % | hours | false accepts | an hour |")
    click.echo("| :-- | :-- | :-- | :-- | --: | --: | :-- |")
    for measured in all_measured:
        click.echo("\n".join(rows(measured)))
    minutes = all_measured[0]["distinct_minutes"]
    for name, of_sorts in minutes.items():
        told = ", ".join(f"{sort} {value:.1f}" for sort, value in of_sorts.items())
        click.echo(f"\nMinutes of distinct recordings, {name}: {told}.")
    if json_file:
        json_file.write_text(json.dumps(all_measured, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
