"""Computed windows of a device at rest, which few record, because nothing happens.

A network that has learnt from what happens alone calls a ride what does not shake.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from featherline.core.numerics import SAMPLE_STEP, on_grid
from featherline.signals import motion
from featherline.signals.dataset import Dataset, Items, joined
from featherline.signals.turns import turned, unit_quaternions

NOISE_G = (0.0002, 0.001)
"""Root mean square of an axis, from the quietest sensor to the loudest: phones have 0.1 to 0.2 mg a root of Hz."""
GRAVITY_G = (0.97, 1.03)
"""What sensors give for gravity: their scale and offset are right to a few percent."""

AtRest = Callable[[int, np.random.Generator], np.ndarray]
"""Acceleration of one kind of rest: from a count of samples to float64 of shape (samples, 3), in g."""
Shares = Sequence[tuple[float, AtRest]]


def on_a_table(samples: int, rng: np.random.Generator) -> np.ndarray:
    """Acceleration of a device that lies still, some side up; float64, shape (samples, 3), in g."""
    up = turned(np.array([[0.0, 0.0, rng.uniform(*GRAVITY_G)]]), unit_quaternions(rng.normal(size=(1, 4))))
    quietest, loudest = np.log(NOISE_G)
    noise_g = np.exp(rng.uniform(quietest, loudest))
    noisy: np.ndarray = up + noise_g * rng.normal(size=(samples, 3))
    return noisy


def windows(count: int, front: motion.FrontEnd, at_rest: AtRest, rng: np.random.Generator) -> np.ndarray:
    """What a front end makes of devices at rest: float32, shape (count, window, 1, channels)."""
    # The filter reads as many samples as it has taps before its first output, and as many again after its last.
    samples = (front.window * front.decimation + 2 * len(front.taps)) // front.interpolation + 1
    cut = [motion.resample(on_grid(at_rest(samples, rng), SAMPLE_STEP), front)[: front.window] for _ in range(count)]
    stacked = np.reshape(cut, (count, front.window, 3)).astype(np.float32)
    return motion.channels(stacked, front.channels, front.companding_g)[:, :, None, :]


def with_rest(dataset: Dataset, shares: Shares, label: int, front: motion.FrontEnd, seed: int) -> Dataset:
    """A data set whose training and validation splits have windows at rest as well; the test split stays as recorded.

    Args:
        shares: of each kind of rest, of the windows that a split has without them.
        label: the class of theirs.
        front: what made the others.
        seed: of what is drawn.
    """
    if not any(share for share, _ in shares):
        return dataset
    streams = np.random.default_rng([seed, label]).spawn(1 + len(dataset.folds))
    first, *others = (
        _with_windows(fold, shares, label, front, rng)
        for fold, rng in zip([dataset.splits, *dataset.folds], streams, strict=True)
    )
    return replace(dataset, splits=first, folds=others)


def _with_windows(
    fold: dict[str, Items], shares: Shares, label: int, front: motion.FrontEnd, rng: np.random.Generator
) -> dict[str, Items]:
    return {name: items if name == "test" else _more(items, shares, label, front, rng) for name, items in fold.items()}


def _more(items: Items, shares: Shares, label: int, front: motion.FrontEnd, rng: np.random.Generator) -> Items:
    """Those of a split and windows at rest, of groups that it has: a device at rest is somebody's."""
    parts = [items]
    for share, at_rest in shares:
        if count := round(share * len(items)):
            groups = items.groups[rng.integers(len(items), size=count)]
            made = windows(count, front, at_rest, rng)
            parts.append(Items(made, np.full(count, label, np.int32), groups))
    return joined(parts) if parts[1:] else items
