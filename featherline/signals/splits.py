"""Train, validation and test: by group, so that a score speaks of people never seen in training."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.params import FoldCount, Folding, Fractions, Split
from featherline.signals.dataset import SPLITS, fold_folders, read_items

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
    if split.of_groups:
        return _as_dealt(groups, split.of_groups[0])
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


def divisions(
    labels: np.ndarray, groups: np.ndarray, split: Split, seed: int, by_group: np.ndarray | None = None
) -> list[np.ndarray]:
    """The division of `assign`, or with the protocol `folds` one for each validation fold.

    Args:
        labels, groups, split, seed: as of `assign`.
        by_group: what the protocol `group` assigns, where that is not `assign`'s; its test split is that of the folds.

    Returns:
        One array or more, as of `assign`; the test split is the same in all. The first is the one whose validation
        split is most like the whole, for it becomes that of the network that is kept.

    Raises:
        FeatherlineError: where there are fewer groups than folds.
    """
    if split.of_groups:
        return [_as_dealt(groups, of_group) for of_group in split.of_groups]
    if split.protocol != "folds":
        return [assign(labels, groups, split, seed) if by_group is None else by_group]
    is_test = _is_test(labels, groups, split, seed, by_group)
    dealt = np.full(len(labels), -1)
    dealt[~is_test] = fold_of_items(labels[~is_test], groups[~is_test], split.folds, seed)
    return [
        np.where(is_test, "test", np.where(dealt == fold, "validation", "train"))
        for fold in _most_alike_first(labels[~is_test], dealt[~is_test])
    ]


def _as_dealt(groups: np.ndarray, of_group: Mapping[str, str]) -> np.ndarray:
    """The split of each item by that of its group; one of which nobody knew until now may be trained on."""
    dealt: np.ndarray = np.array([of_group.get(group, SPLITS[0]) for group in groups.tolist()], dtype="U10")
    return dealt


def groups_of(folder: Path) -> list[dict[str, str]]:
    """Group -> its split, for each validation fold of a folder of features that share no group."""
    divided = []
    test = {group: SPLITS[2] for group in np.unique(read_items(folder / f"{SPLITS[2]}.npz").groups).tolist()}
    for fold in fold_folders(folder):
        of_fold = dict(test)
        for name in SPLITS[:2]:
            of_fold |= dict.fromkeys(np.unique(read_items(fold / f"{name}.npz").groups).tolist(), name)
        divided.append(of_fold)
    return divided


def _is_test(
    labels: np.ndarray, groups: np.ndarray, split: Folding, seed: int, by_group: np.ndarray | None
) -> np.ndarray:
    if split.test_fold is None:
        if by_group is None:
            by_group = assign(labels, groups, Split(validation=split.validation, test=split.test), seed)
        is_test: np.ndarray = by_group == "test"
        return is_test
    dealt = fold_of_items(labels, groups, split.test_fold.folds, seed)
    if split.test_fold.number > dealt.max() + 1:
        raise FeatherlineError(
            f"split.test_fold.number is {split.test_fold.number}, and there are {dealt.max() + 1} folds: take one of "
            "them."
        )
    in_fold: np.ndarray = dealt == split.test_fold.number - 1
    return in_fold


def fold_of_items(labels: np.ndarray, groups: np.ndarray, folds: FoldCount, seed: int) -> np.ndarray:
    """Deals groups into folds of much the same share of every class.

    Large groups come first, those of one size in random order; each goes where it evens out the classes best, to the
    fold of the fewest items among equals. Sums are exact, so that the order of summation decides nothing.

    Args:
        labels: int, shape (items,). groups: str, shape (items,).
        folds: how many; `groups` gives each group a fold of its own.
        seed: the same seed deals the same.

    Returns:
        int, shape (items,): the fold of each item, from 0.

    Raises:
        FeatherlineError: where there are fewer groups than folds.
    """
    names, membership = np.unique(groups, return_inverse=True)
    count = len(names) if folds == "groups" else folds
    if len(names) < count or count < 2:
        raise FeatherlineError(
            f"There are {len(names)} groups to deal into {max(count, 2)} folds: add recordings of other people, or "
            "lower split.folds in params.yaml."
        )
    of_group = np.zeros((len(names), int(labels.max()) + 1), dtype=np.int64)
    np.add.at(of_group, (membership, labels), 1)
    totals = np.maximum(of_group.sum(axis=0), 1)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    in_turn = shuffled[np.argsort(-of_group[shuffled].sum(axis=1), kind="stable")]

    of_fold = np.zeros((count, of_group.shape[1]), dtype=np.int64)
    fold_of_group = np.empty(len(names), dtype=np.int64)
    for group in in_turn.tolist():
        # What the sum of squared shares grows by; squares of whole numbers below 2^53 are exact.
        growth = [math.fsum((2 * fold * of_group[group] + of_group[group] ** 2) / totals**2) for fold in of_fold]
        chosen = min(range(count), key=lambda fold: (growth[fold], of_fold[fold].sum(), fold))
        of_fold[chosen] += of_group[group]
        fold_of_group[group] = chosen
    dealt: np.ndarray = fold_of_group[membership]
    return dealt


def _most_alike_first(labels: np.ndarray, dealt: np.ndarray) -> list[int]:
    """Folds, those first that have most classes, then those whose share of every class is nearest to that of all."""
    folds = range(int(dealt.max()) + 1)
    totals = np.bincount(labels)
    shares = {fold: np.bincount(labels[dealt == fold], minlength=len(totals)) / np.maximum(totals, 1) for fold in folds}
    even = 1 / len(folds)

    def unlikeness(fold: int) -> tuple[int, float, int]:
        present = totals > 0
        return int((shares[fold][present] == 0).sum()), math.fsum(np.abs(shares[fold] - even)[present]), fold

    return sorted(folds, key=unlikeness)


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
