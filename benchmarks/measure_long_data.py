"""Measures what each stage takes of time and memory as recordings grow: simulated people, and so many times as many.

Works on a clone of the committed project in a temporary folder, with one epoch and two trials, and prints a Markdown
table. Memory is that of all processes of a stage together; what several share counts once. Time is that of the
processors, of all of them together: other programs on the machine lengthen it less than the time on the wall. Each
stage runs several times, and the median counts: the heap of one process differs by megabytes between two runs.

Examples:
    python benchmarks/measure_long_data.py
    python benchmarks/measure_long_data.py --app carsensor --people 60 --times 4
"""

import shutil
import statistics
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
KEPT = dict.fromkeys(STAGES, ()) | {"reduce": (".featherline/studies",), "quantize": ("models/{app}/quantized",)}
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


def measure(clone: Path, app: str, people: int, repeats: int) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes of every stage of an application, one after the other, each the median of its runs."""
    measure_pipeline.edit(clone, lambda tree: shorten(tree, app, people))
    figures = {}
    for stage in STAGES:
        runs = []
        for _ in range(repeats):
            for kept in KEPT[stage]:  # what a second run would take as it is
                shutil.rmtree(clone / kept.format(app=app), ignore_errors=True)
            runs.append(measure_pipeline.measure(clone, sys.executable, "-m", f"stages.{stage}", app))
        figures[stage] = (
            statistics.median(run.processor_seconds for run in runs),
            statistics.median(run.peak_bytes for run in runs) / 1e6,
        )
    return figures


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--app", type=click.Choice(list(PEOPLE)), default="motionsense", show_default=True)
@click.option("--people", default=12, show_default=True, help="How many at first.")
@click.option("--times", default=16, show_default=True, help="How many times as many people.")
@click.option("--repeats", default=3, show_default=True, help="How often each stage runs.")
def main(app: str, people: int, times: int, repeats: int) -> None:
    measured, split_mb = {}, {}
    for factor in (1, times):
        with tempfile.TemporaryDirectory() as temporary:
            clone = Path(temporary) / "clone"
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
            measured[factor] = measure(clone, app, factor * people, repeats)
            train = read_items(clone / "data/processed" / app / "train.npz").inputs
            split_mb[factor] = np.prod(train.shape) * train.itemsize / 1e6
    print(f"Training split: {split_mb[1]:,.1f} MB, and {split_mb[times]:,.1f} MB of {times} times the people.\n")
    print(f"| {app} | once: s | MB | {times} times: s | MB | time, ratio | memory, ratio | memory, more by MB |")
    print("| :-- |" + " --: |" * 7)
    for stage in STAGES:
        seconds, megabytes = zip(measured[1][stage], measured[times][stage], strict=True)
        print(
            f"| {stage} | {seconds[0]:.1f} | {megabytes[0]:,.0f} | {seconds[1]:.1f} | {megabytes[1]:,.0f} | "
            f"{seconds[1] / seconds[0]:.1f} | {megabytes[1] / megabytes[0]:.2f} | {megabytes[1] - megabytes[0]:,.0f} |"
        )


if __name__ == "__main__":
    main()
