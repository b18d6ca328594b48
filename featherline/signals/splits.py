"""Train, validation and test: by group, so that a score speaks of people never seen in training."""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.params import Fractions, Split
from featherline.signals.dataset import SPLITS

CANDIDATES = 500


def assign(labels: np.ndarray, groups: np.ndarray, split: Split, seed: int) -> np.ndarray:
    """Assigns each item to a split.

    With the protocol `group`, all items of a group go to one split. Of `CANDIDATES` random
    divisions the one is taken whose share of every class lies closest to the fractions
    asked for; nothing but labels and groups is looked at. With the protocol `item`, items
    are shuffled one by one within their class.

    Args:
        labels: int, shape (items,).
        groups: str, shape (items,).
        split: the protocol and the fractions.
        seed: the same seed gives the same division.

    Returns:
        str, shape (items,): `train`, `validation` or `test`.

    Raises:
        FeatherlineError: where there are fewer than three groups.
    """
    rng = np.random.default_rng(seed)
    fractions = np.array([1 - split.validation - split.test, split.validation, split.test])
    if split.protocol == "item":
        # Each item is its own group; dealing out the shuffled items of each class keeps the shares exact.
        assigned = np.empty(len(labels), dtype="U10")
        for label in np.unique(labels):
            members = rng.permutation(np.flatnonzero(labels == label))
            assigned[members] = deal(len(members), split)
        return assigned

    names, membership = np.unique(groups, return_inverse=True)
    if len(names) < len(SPLITS):
        raise FeatherlineError(
            f"There are {len(names)} groups, and three splits need at least three: add recordings of other "
            "people, or set split.protocol to item and do not trust the accuracy."
        )
    counts = np.zeros((len(names), int(labels.max()) + 1))
    np.add.at(counts, (membership, labels), 1)

    best, best_distance = np.empty(len(names), dtype="U10"), np.inf
    for _ in range(CANDIDATES):
        of_group = np.empty(len(names), dtype="U10")
        of_group[rng.permutation(len(names))] = deal(len(names), split)
        shares = np.stack([counts[of_group == name].sum(axis=0) for name in SPLITS]) / np.maximum(counts.sum(axis=0), 1)
        # A class that misses a split altogether is worse than any imbalance.
        distance = np.abs(shares - fractions[:, None]).mean() + (shares[:, counts.sum(axis=0) > 0] == 0).sum()
        if distance < best_distance:
            best, best_distance = of_group, distance
    return best[membership]


def deal(count: int, split: Fractions) -> np.ndarray:
    """Names of splits for `count` places, in blocks: train, validation, test.

    The held-out splits get the rounded fractions, one place at least, and leave one for training; where there are
    fewer places than splits, training comes first.

    Returns:
        str, shape (count,).
    """
    test = max(min(max(round(count * split.test), 1), count - 2), 0)
    validation = max(min(max(round(count * split.validation), 1), count - test - 1), 0)
    return np.repeat(np.array(SPLITS), [count - validation - test, validation, test])
