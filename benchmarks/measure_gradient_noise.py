"""Measures how often the order of sums moves a gradient across the middle between two places of its grid.

Of batches of an application's training split, gradients are computed with the items in two orders. An entry that
differs by d crosses with the probability d / step of the grid; added up over all entries this is the expected number
of crossings in a step, and times the steps that `dvc repro` trains, in a whole run. Another processor adds in another
order, too, and differs by as much. A training that crosses nowhere is equal to the last bit.

Run it in the project's folder, after `dvc repro quantize@APP`.

Examples:
    python benchmarks/measure_gradient_noise.py motionsense musicclassifier keywordspotting carsensor
"""

import csv
import math
import os
import sys
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params, params_file  # noqa: E402
from featherline.signals.dataset import read_items  # noqa: E402

BATCHES = 40
RUN_IN_EPOCHS = 2


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("apps", nargs=-1, required=True)
def main(apps: tuple[str, ...]) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tree = params_file.read()
    print("| application | network | largest difference / step of the grid | crossings a step | steps | crossings |")
    print("| :-- | :-- | --: | --: | --: | --: |")
    total = 0.0
    for app in apps:
        train = params_file.block(tree, f"{app}.train", params.Train)
        reduce = params_file.block(tree, f"{app}.reduce", params.Reduce)
        tuning = params_file.block(tree, f"{app}.quantize", params.Quantize).fine_tuning
        models = Path("models", app)
        items = read_items(Path("data/processed", app, "train.npz"))
        epochs = {
            "original": {train.batch_size: rows(models / "original_history.csv")},
            "reduced": {reduce.batch_size: searched(models, reduce)},
        }
        for path in sorted((models / "quantized").glob("*_history.csv")):
            name = path.name.removesuffix("_history.csv")
            epochs[f"quantized/{name}"] = {tuning.batch_size: rows(path)}
        for network, [(batch_size, count)] in ((name, list(held.items())) for name, held in epochs.items()):
            largest, crossings = noise(models / f"{network}.keras", items, batch_size)
            steps = count * math.ceil(len(items) / batch_size)
            total += crossings * steps
            print(f"| {app} | {network} | {largest:.1e} | {crossings:.1e} | {steps:,} | {crossings * steps:.1e} |")
    print(f"\n{total:.1e} crossings are expected in all of these trainings together.")


def rows(path: Path) -> int:
    with path.open(newline="") as stream:
        return sum(1 for _ in csv.DictReader(stream))


def searched(models: Path, reduce: params.Reduce) -> int:
    """Epochs of all candidates, of what the search is compared with, and of the finalists at their full length."""
    count = 0
    for name in ("trials.csv", "baselines.csv"):
        with (models / name).open(newline="") as stream:
            count += sum(int(row["epochs"]) for row in csv.DictReader(stream))
    return count + reduce.finalists * rows(models / "reduced_history.csv")


def noise(path: Path, items, batch_size: int) -> tuple[float, float]:
    """The largest difference in steps of the grid, and the expected crossings of a step."""
    from featherline.networks import storage
    from featherline.networks.equal_training import Trainer, cosine

    steps = math.ceil(len(items) / batch_size)
    trainer = Trainer(
        storage.load(path),
        items.inputs,
        items.labels,
        batch_size=batch_size,
        rates=cosine(1e-3, RUN_IN_EPOCHS * steps),
        seed=1,
    )
    for _ in range(RUN_IN_EPOCHS):
        trainer.epoch()
    rng = np.random.default_rng(2)

    largest, crossings = 0.0, 0.0
    for _ in range(BATCHES):
        batch = rng.choice(len(items), min(batch_size, len(items)), replace=False).astype(np.int32)
        (one, step), (other, _) = (
            trainer.laid_out(trainer.gradients(order, 7)[0]) for order in (batch, rng.permutation(batch))
        )
        difference = np.abs(one - other) / step
        largest, crossings = max(largest, difference.max()), crossings + difference.sum() / BATCHES
    return float(largest), float(crossings)


if __name__ == "__main__":
    main()
