"""Measures what equal bytes cost: an epoch of `equal_training` against the same in float32, and against Keras' own fit.

Networks and items are made up, of the sizes of the applications. All three take turns, epoch by epoch, so that other
programs on the machine slow all alike; the table has the median epoch of each and its ratio to Keras.

Examples:
    python benchmarks/measure_training.py
    python benchmarks/measure_training.py --epochs 9
"""

import os
import sys
import time
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
    print("| network | Keras, float32, s | float32, s | float64 on a grid, s | of float32 | of Keras |")
    print("| :-- | --: | --: | --: | --: | --: |")
    for name, setting in NETWORKS.items():
        keras, single, double = (float(np.median(seconds)) for seconds in measured(*setting, epochs))
        print(f"| {name} | {keras:.2f} | {single:.2f} | {double:.2f} | {double / single:.2f} | {double / keras:.2f} |")


def measured(architecture, shape, batch_size: int, count: int, epochs: int) -> tuple[list[float], ...]:
    """Seconds of each epoch by Keras in float32, by us in float32, and by us in float64; first epochs, which trace,
    are left out."""
    from featherline.networks.backend import keras
    from featherline.networks.builder import build
    from featherline.networks.equal_training import Trainer, cosine

    rng = np.random.default_rng(1)
    labels = rng.integers(0, CLASSES, count)
    inputs = rng.normal(size=(count, *shape)).astype(np.float32)
    inputs[..., 0] += labels.reshape(-1, *[1] * (inputs.ndim - 2)) * 0.3
    rates = cosine(3e-3, (epochs + 1) * -(-count // batch_size))
    network = build(architecture, shape, CLASSES, 1)
    network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    options = {"batch_size": batch_size, "rates": rates, "seed": 1}
    trainers = [
        Trainer(build(architecture, shape, CLASSES, 1), inputs, labels, dtype=dtype, **options)
        for dtype in ("float32", "float64")
    ]
    turns = (
        lambda: network.fit(inputs, labels, batch_size=batch_size, verbose=0),
        trainers[0].epoch,
        trainers[1].epoch,
    )
    seconds: tuple[list[float], ...] = ([], [], [])
    for epoch in range(epochs + 1):
        for turn, taken in zip(turns, seconds, strict=True):
            begun = time.perf_counter()
            turn()
            if epoch:
                taken.append(time.perf_counter() - begun)
    return seconds


if __name__ == "__main__":
    main()
