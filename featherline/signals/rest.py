"""Windows of a device that lies on a table: gravity, and the noise of its sensor.

Nobody records them, because nothing happens; and a network that has learnt from what happens alone calls a ride what
does not shake.
"""

from dataclasses import replace

import numpy as np

from featherline.core.numerics import on_grid
from featherline.signals import motion
from featherline.signals.dataset import Dataset, Items, joined
from featherline.signals.turns import turned, unit_quaternions

NOISE_G = (0.0002, 0.001)
"""Root mean square of an axis, from the quietest sensor to the loudest: phones have 0.1 to 0.2 mg a root of Hz."""
GRAVITY_G = (0.97, 1.03)
"""What sensors give for gravity: their scale and offset are right to a few percent."""
SAMPLE_STEP = 2.0**-20
"""Samples lie on this grid, far below what a sensor resolves: every processor gives the same."""


def on_a_table(samples: int, rng: np.random.Generator) -> np.ndarray:
    """Acceleration of a device that lies still, some side up; float64, shape (samples, 3), in g."""
    up = turned(np.array([[0.0, 0.0, rng.uniform(*GRAVITY_G)]]), unit_quaternions(rng.normal(size=(1, 4))))
    quietest, loudest = np.log(NOISE_G)
    noise_g = np.exp(rng.uniform(quietest, loudest))
    return on_grid(up + noise_g * rng.normal(size=(samples, 3)), SAMPLE_STEP)


def windows(count: int, front: motion.FrontEnd, rng: np.random.Generator) -> np.ndarray:
    """What a front end makes of devices at rest: float32, shape (count, window, 1, channels)."""
    # The filter reads as many samples as it has taps before its first output, and as many again after its last.
    samples = (front.window * front.decimation + 2 * len(front.taps)) // front.interpolation + 1
    cut = [motion.resample(on_a_table(samples, rng), front)[: front.window] for _ in range(count)]
    stacked = np.reshape(cut, (count, front.window, 3)).astype(np.float32)
    return motion.channels(stacked, front.channels)[:, :, None, :]


def with_rest(dataset: Dataset, share: float, label: int, front: motion.FrontEnd, seed: int) -> Dataset:
    """A data set whose training and validation splits have windows at rest as well; the test split stays as recorded.

    Args:
        share: of the windows that a split has without them.
        label: the class of theirs.
        front: what made the others.
        seed: of what is drawn.
    """
    if not share:
        return dataset
    streams = np.random.default_rng([seed, label]).spawn(1 + len(dataset.folds))
    first, *others = (
        _with_windows(fold, share, label, front, rng)
        for fold, rng in zip([dataset.splits, *dataset.folds], streams, strict=True)
    )
    return replace(dataset, splits=first, folds=others)


def _with_windows(
    fold: dict[str, Items], share: float, label: int, front: motion.FrontEnd, rng: np.random.Generator
) -> dict[str, Items]:
    return {name: items if name == "test" else _more(items, share, label, front, rng) for name, items in fold.items()}


def _more(items: Items, share: float, label: int, front: motion.FrontEnd, rng: np.random.Generator) -> Items:
    """Those of a split and windows at rest, of groups that it has: a device on a table is somebody's."""
    count = round(share * len(items))
    if not count:
        return items
    groups = items.groups[rng.integers(len(items), size=count)]
    return joined([items, Items(windows(count, front, rng), np.full(count, label, np.int32), groups)])
