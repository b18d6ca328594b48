"""Measures what equal bytes cost: epochs of `equal_training` (float64, gradients on a grid) against Keras' own `fit`.

Networks and items are made up, of the sizes of the applications. Both take turns, epoch by epoch, so that other
programs on the machine slow both alike; the table has the first epoch of each with what prepares it (a graph is traced,
for each candidate of a search anew), the median of the later ones, and the ratio to Keras of both.

Examples:
    python benchmarks/measure_training.py
    python benchmarks/measure_training.py --epochs 9
"""

import os
import sys
import time
from functools import partial
from pathlib import Path

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline.params import Architecture  # noqa: E402

# Name: architecture, input shape, batch size, items.
NETWORKS = {
    "motion, reduced": (
        Architecture(
            conv_blocks=[{"filters": 8, "kernel": 5}, {"filters": 16, "kernel": 5}],
            dense_blocks=[{"units": 16, "dropout": 0.1}],
        ),
        (192, 1, 3),
        64,
        1000,
    ),
    "motion, original": (
        Architecture(
            conv_blocks=[{"filters": 32, "kernel": 5}, {"filters": 64, "kernel": 5}],
            dense_blocks=[{"units": 32, "dropout": 0.4, "l2": 1e-4}],
        ),
        (192, 1, 3),
        64,
        1000,
    ),
    "audio, reduced": (
        Architecture(conv_blocks=[{"filters": 8}, {"filters": 12}, {"filters": 16}], head="global_average"),
        (25, 16, 1),
        128,
        3000,
    ),
    "audio, original": (
        Architecture(
            conv_blocks=[{"filters": 16}, {"filters": 32}, {"filters": 32}],
            dense_blocks=[{"units": 64, "dropout": 0.4, "l2": 1e-4}],
        ),
        (25, 16, 1),
        64,
        2000,
    ),
}
CLASSES = 3


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.option("--epochs", type=click.IntRange(2), default=5, show_default=True)
def main(epochs: int) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    print("| network | Keras, first epoch, s | ours, s | Keras, later epochs, s | ours, s | first | later |")
    print("| :-- | --: | --: | --: | --: | --: | --: |")
    for name, setting in NETWORKS.items():
        keras, own = measured(*setting, epochs)
        first, later = (keras[0], own[0]), (float(np.median(keras[1:])), float(np.median(own[1:])))
        figures = " | ".join(f"{seconds:.2f}" for seconds in (*first, *later, first[1] / first[0], later[1] / later[0]))
        print(f"| {name} | {figures} |")


def measured(architecture, shape, batch_size: int, count: int, epochs: int) -> tuple[list[float], list[float]]:
    """Seconds of each epoch by Keras in float32, and by us in float64; the first ones with what prepares them."""
    from featherline.networks.backend import keras
    from featherline.networks.builder import build
    from featherline.networks.equal_training import Trainer, cosine

    rng = np.random.default_rng(1)
    labels = rng.integers(0, CLASSES, count)
    inputs = rng.normal(size=(count, *shape)).astype(np.float32)
    inputs[..., 0] += labels.reshape(-1, *[1] * (inputs.ndim - 2)) * 0.3
    rates = cosine(3e-3, (epochs + 1) * -(-count // batch_size))
    seconds: tuple[list[float], list[float]] = ([], [])
    trainings = []
    for place in range(2):
        network = build(architecture, shape, CLASSES, 1)
        begun = time.perf_counter()
        if place:
            trainer = Trainer(network, inputs, labels, batch_size=batch_size, rates=rates, seed=1)
            trainings.append(trainer.epoch)
        else:
            optimizer = keras.optimizers.Adam(3e-3)
            network.compile(optimizer, "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
            trainings.append(partial(network.fit, inputs, labels, batch_size=batch_size, verbose=0))
        trainings[place]()
        seconds[place].append(time.perf_counter() - begun)
    for _ in range(epochs):
        for training, taken in zip(trainings, seconds, strict=True):
            begun = time.perf_counter()
            training()
            taken.append(time.perf_counter() - begun)
    return seconds


if __name__ == "__main__":
    main()
