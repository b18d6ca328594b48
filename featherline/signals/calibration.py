"""The representative dataset: training items that show the converter every class and every group."""

from collections.abc import Hashable, Sequence
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.signals.dataset import Items


def representative(items: Items, count: int, seed: int) -> Items:
    """Draws items evenly over classes and, within a class, over groups.

    Classes take turns; within a class its groups take turns; within a group items are in
    random order. So each class has the same share until it is used up, and a person with
    many recordings does not drown the others.

    Args:
        items: the training split.
        count: how many to draw; all of them where there are fewer.
        seed: the same seed draws the same items.

    Raises:
        FeatherlineError: where there is nothing to draw from, or fewer than one item a class.
    """
    classes = np.unique(items.labels)
    if not len(items):
        raise FeatherlineError("The representative dataset has zero items: the training split is empty.")
    if count < len(classes):
        raise FeatherlineError(
            f"quantize.calibration_items is {count}, and {len(classes)} classes need at least one item each."
        )
    rng = np.random.default_rng(seed)
    # The rank of an item within its group, and of that within its class, put everything in turns.
    order = rng.permutation(len(items))
    turn_in_group = _turns(list(zip(items.labels[order].tolist(), items.groups[order].tolist(), strict=True)))
    order = order[np.argsort(turn_in_group, kind="stable")]
    turn_in_class = _turns(items.labels[order].tolist())
    order = order[np.argsort(turn_in_class, kind="stable")][:count]
    return Items(items.inputs[order], items.labels[order], items.groups[order])


def check(items: Items, path: Path | str) -> None:
    """Raises `FeatherlineError` where a representative dataset would make quantized models worthless.

    Args:
        items: the dataset.
        path: of the file that holds it or that it was drawn from.
    """
    if len(np.unique(items.labels)) < 2:
        raise FeatherlineError(
            f"{path} has items of one class alone: the ranges of activations need every class, run the stages from "
            "preprocess on again."
        )


def _turns(keys: Sequence[Hashable]) -> np.ndarray:
    """For each place, how often its key has stood there before."""
    count_of: dict[Hashable, int] = {}
    turns = np.empty(len(keys), int)
    for place, key in enumerate(keys):
        turns[place] = count_of.get(key, 0)
        count_of[key] = count_of.get(key, 0) + 1
    return turns
