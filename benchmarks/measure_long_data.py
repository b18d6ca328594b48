"""Measures what each stage takes of time and memory as recordings grow: simulated people, and so many times as many.

Works on a clone of the committed project in a temporary folder, with one epoch and two trials, and prints a Markdown
table. Memory is that of all processes of a stage together; what several share counts once. Time is that of the
processors, of all of them together: other programs on the machine lengthen it less than the time on the wall.

Examples:
    python benchmarks/measure_long_data.py
    python benchmarks/measure_long_data.py --app carsensor --people 60 --times 4
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import measure_pipeline  # noqa: E402
from featherline.signals.dataset import read_items  # noqa: E402

STAGES = ("fetch", "preprocess", "train", "reduce", "quantize", "convert", "benchmark")
PEOPLE = {"motionsense": "subjects", "carsensor": "persons", "keywordspotting": "speakers", "musicclassifier": "tracks"}


def shorten(tree: dict, app: str, people: int) -> None:
    """One epoch, two trials, and so many people."""
    block = tree[app]
    block["fetch"]["simulation"][PEOPLE[app]] = people
    block["train"]["epochs"] = 1
    budget = {"trials": 2, "epochs": 1, "final_epochs": 1}
    block["reduce"] |= {"budget": {kind: dict(budget) for kind in ("simulated", "recordings")}, "finalists": 1}
    block["reduce"]["baselines"] = {"random_search": False, "by_hand": None}
    block["quantize"]["fine_tuning"]["epochs"] = 1
    tree["apps"] = [app]


def measure(clone: Path, app: str, people: int) -> dict[str, measure_pipeline.Measured]:
    """Every stage of an application, one after the other."""
    measure_pipeline.edit(clone, lambda tree: shorten(tree, app, people))
    return {stage: measure_pipeline.measure(clone, sys.executable, "-m", f"stages.{stage}", app) for stage in STAGES}


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--app", type=click.Choice(list(PEOPLE)), default="motionsense", show_default=True)
@click.option("--people", default=12, show_default=True, help="How many at first.")
@click.option("--times", default=16, show_default=True, help="How many times as many people.")
def main(app: str, people: int, times: int) -> None:
    measured, split_mb = {}, {}
    for factor in (1, times):
        with tempfile.TemporaryDirectory() as temporary:
            clone = Path(temporary) / "clone"
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
            measured[factor] = measure(clone, app, factor * people)
            train = read_items(clone / "data/processed" / app / "train.npz").inputs
            split_mb[factor] = np.prod(train.shape) * train.itemsize / 1e6
    print(f"Training split: {split_mb[1]:,.1f} MB, and {split_mb[times]:,.1f} MB of {times} times the people.\n")
    print(f"| {app} | once: s | MB | {times} times: s | MB | time, ratio | memory, ratio | memory, more by MB |")
    print("| :-- |" + " --: |" * 7)
    for stage in STAGES:
        once, more = measured[1][stage], measured[times][stage]
        seconds = [each.processor_seconds for each in (once, more)]
        megabytes = [each.peak_bytes / 1e6 for each in (once, more)]
        print(
            f"| {stage} | {seconds[0]:.1f} | {megabytes[0]:,.0f} | {seconds[1]:.1f} | {megabytes[1]:,.0f} | "
            f"{seconds[1] / seconds[0]:.1f} | {megabytes[1] / megabytes[0]:.2f} | {megabytes[1] - megabytes[0]:,.0f} |"
        )


if __name__ == "__main__":
    main()
