"""What preprocessing makes of recordings: features in three splits, and their contract."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from featherline.core.arrays import Rows, blocks, by_block, chosen_rows
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_arrays, write_arrays
from featherline.core.numerics import on_grid, step_below
from featherline.core.parsing import Tree

SPLITS = ("train", "validation", "test")
Disturb = Callable[[np.ndarray, float], np.ndarray]
"""(samples of a recording, shape (samples, ...), its rate in Hz) -> as many samples, as a worse sensor gives them."""
FOLDS = "folds"  # the folder of all validation folds but the first, which are numbered from 2
NORMALIZATION_BITS = 16  # of a scale, below the power of two above it; its mean has the same step


@dataclass(frozen=True)
class Items:
    """The items of one split.

    Attributes:
        inputs: float32, shape (items, height, width, channels); mapped where they come from a file.
        labels: int32, shape (items,), an index into the classes.
        groups: str, shape (items,), who or what an item comes from.
        recordings: int32, shape (items,), the number of the recording that an item is cut from; those of one follow
            each other in time. None where each item is a recording of its own.
    """

    inputs: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    recordings: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, chosen: np.ndarray) -> "Items":
        """The items at places where `chosen`, bool of shape (items,), is true."""
        recordings = None if self.recordings is None else self.recordings[chosen]
        return Items(chosen_rows(self.inputs, chosen), self.labels[chosen], self.groups[chosen], recordings)


def read_items(path: Path | str) -> Items:
    """Reads the items of a split; raises `FeatherlineError` where the file is missing or broken."""
    arrays = read_arrays(path)
    try:
        return Items(**arrays)
    except TypeError:
        raise FeatherlineError(
            f"{path} holds {', '.join(arrays) or 'nothing'} where inputs, labels and groups belong: "
            "run the stage that writes it again."
        ) from None


def fold_folders(folder: Path) -> list[Path]:
    """Folders with `train.npz` and `validation.npz` of each validation fold; the first fold is that of `folder`."""
    others = (folder / FOLDS).glob("*")
    return [folder, *sorted(others, key=lambda path: int(path.name))]


def read_for_training(folder: Path, refit: bool = False) -> tuple[Items, Items | None]:
    """Training and validation items of a folder; with `refit` all of them to train on, and nothing that validates.

    Raises `FeatherlineError` where a file is missing or broken.
    """
    train, validation = (read_items(folder / f"{name}.npz") for name in ("train", "validation"))
    return (joined([train, validation]), None) if refit else (train, validation)


def write_items(path: Path | str, items: Items) -> None:
    """Writes the items of a split; equal items give equal bytes."""
    arrays = {"inputs": items.inputs, "labels": items.labels, "groups": items.groups}
    write_arrays(path, **arrays, **({} if items.recordings is None else {"recordings": items.recordings}))


@dataclass(frozen=True)
class Dataset:
    """Features of one application, not yet normalized.

    Attributes:
        classes: names, in the order of the labels.
        splits: one `Items` for each name in `SPLITS`.
        feature_axis: the axis of `inputs` along which normalization differs: 3 for the
            channels of a motion window, 2 for the coefficients of audio frames.
        frontend: every constant that a device needs to compute the same features, as
            plain JSON data (rates in Hz, lengths in samples, tables as lists).
        disjoint: whether a group may stand in one split only.
        remarks: what the user should know of the recordings, a sentence each.
        folds: train and validation split of every validation fold but the first, which is that of `splits`.
    """

    classes: tuple[str, ...]
    splits: dict[str, Items]
    feature_axis: int
    frontend: Tree
    disjoint: bool = True
    remarks: list[str] = field(default_factory=list)
    folds: list[dict[str, Items]] = field(default_factory=list)


def write_folds(folder: Path, dataset: Dataset) -> None:
    """Writes all validation folds but the first where `fold_folders` looks for them."""
    for number, fold in enumerate(dataset.folds, start=2):
        place = folder / FOLDS / str(number)
        place.mkdir(parents=True)
        for name, items in fold.items():
            write_items(place / f"{name}.npz", items)


def divide(
    items: Items, divisions: Sequence[np.ndarray], further: Sequence[Items] = ()
) -> tuple[dict[str, Items], list[dict[str, Items]]]:
    """Splits and folds of a `Dataset`, from the split of each item in each division (`splits.divisions`).

    Training splits have the items of `further` as well, each of which is made of the one at the same place of `items`.
    """

    def chosen(assigned: np.ndarray, name: str) -> Items:
        parts = [part.where(assigned == name) for part in (items, *(further if name == SPLITS[0] else ()))]
        return parts[0] if len(parts) == 1 else joined(parts)

    first, *others = divisions
    splits = {name: chosen(first, name) for name in SPLITS}
    return splits, [{name: chosen(assigned, name) for name in SPLITS[:2]} for assigned in others]


def joined(parts: Sequence[Items]) -> Items:
    """Items one after another, those of each part in their order; recordings are numbered through."""
    inputs = Rows(parts[0].inputs.shape[1:])
    for part in parts:
        for block in blocks(part.inputs):
            inputs.add(block)
    return Items(
        inputs.mapped(),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.groups for part in parts]),
        _numbered_through(parts),
    )


def _numbered_through(parts: Sequence[Items]) -> np.ndarray | None:
    if all(part.recordings is None for part in parts):
        return None
    numbers, first = [], 0
    for part in parts:
        of_part = np.arange(len(part), dtype=np.int32) if part.recordings is None else part.recordings
        numbers.append(of_part + np.int32(first))
        first += int(of_part.max(initial=-1)) + 1
    return np.concatenate(numbers)


def check(dataset: Dataset, complete: Sequence[str] = SPLITS) -> None:
    """Raises `FeatherlineError` where features would make a later stage lie.

    That is: a split without items, one of the splits `complete` without a class, a value that is not finite, or a
    group that stands in two splits.
    """
    for name in SPLITS:
        items = dataset.splits[name]
        if not len(items):
            raise FeatherlineError(
                f"The {name} split has no items: add recordings or change the split fractions in params.yaml."
            )
        missing = sorted(set(range(len(dataset.classes))) - set(items.labels.tolist()))
        if missing and name in complete:
            raise FeatherlineError(
                f"Class {dataset.classes[missing[0]]!r} has no items in the {name} split: add recordings of it from "
                "more groups, merge it into another class, or change the split fractions in params.yaml."
            )
        finite = [np.isfinite(block).reshape(len(block), -1).all(axis=1) for block in blocks(items.inputs)]
        wrong = np.flatnonzero(~np.concatenate(finite))
        if len(wrong):
            raise FeatherlineError(
                f"A window of group {items.groups[wrong[0]]} in the {name} split holds NaN or infinity "
                f"({len(wrong)} windows in all): repair or remove that recording."
            )
    if dataset.disjoint:
        check_disjoint({name: dataset.splits[name].groups for name in SPLITS})
    for number, fold in enumerate(dataset.folds, start=2):
        _check_fold(dataset, fold, number)


def _check_fold(dataset: Dataset, fold: dict[str, Items], number: int) -> None:
    """A fold is validated on the classes that its groups have; it must be trained on all of them."""
    missing = sorted(set(range(len(dataset.classes))) - set(fold["train"].labels.tolist()))
    if missing:
        raise FeatherlineError(
            f"Class {dataset.classes[missing[0]]!r} has no items left to train on in validation fold {number}: add "
            "recordings of it from more groups, or raise split.folds in params.yaml."
        )
    check_disjoint({name: items.groups for name, items in (*fold.items(), ("test", dataset.splits["test"]))})


def check_disjoint(groups: dict[str, np.ndarray]) -> None:
    """Raises `FeatherlineError` where a group stands in two splits."""
    split_of: dict[str, str] = {}
    for name, members in groups.items():
        for group in np.unique(members).tolist():
            if group in split_of:
                raise FeatherlineError(
                    f"Group {group} is in the {split_of[group]} split and in the {name} split: a group may be in one "
                    "only."
                )
            split_of[group] = name


@dataclass(frozen=True)
class Normalization:
    """(feature - mean) / scale, one pair for each place along `axis`."""

    axis: int
    mean: np.ndarray
    scale: np.ndarray

    def apply(self, inputs: np.ndarray) -> np.ndarray:
        """Normalizes inputs of shape (items, height, width, channels); float32 as before."""
        shape = [1] * inputs.ndim
        shape[self.axis] = -1
        normalized: np.ndarray = ((inputs - self.mean.reshape(shape)) / self.scale.reshape(shape)).astype(np.float32)
        return normalized


def fit_normalization(inputs: np.ndarray, axis: int) -> Normalization:
    """Mean and standard deviation of `inputs` along `axis`, as float32.

    Both are sums over the whole split, and rounded to a hundred-thousandth of the deviation, whatever the unit is: the
    order of summation does not show. A feature that never changes gets the scale 1, so that it becomes 0 and not NaN.
    """
    others = tuple(i for i in range(inputs.ndim) if i != axis)
    count = inputs.size // inputs.shape[axis]
    mean = sum(block.sum(axis=others, dtype=np.float64) for block in blocks(inputs)) / count
    shape = [1 if at in others else -1 for at in range(inputs.ndim)]
    centred = (block - mean.reshape(shape) for block in blocks(inputs))
    scale = np.sqrt(sum(np.square(block).sum(axis=others) for block in centred) / count)
    constant = scale < 1e-8
    scale[constant] = 1.0
    step = step_below(scale, NORMALIZATION_BITS)
    mean = np.where(constant, mean, on_grid(mean, step))  # a constant is a float32, and is its own grid
    return Normalization(axis, mean.astype(np.float32), on_grid(scale, step).astype(np.float32))


def normalize(dataset: Dataset) -> tuple[Dataset, Normalization]:
    """Normalizes all splits with the constants of the training split alone, each further fold with those of its own."""
    normalization = fit_normalization(dataset.splits["train"].inputs, dataset.feature_axis)
    folds = [_normalized(fold, fit_normalization(fold["train"].inputs, dataset.feature_axis)) for fold in dataset.folds]
    return replace(dataset, splits=_normalized(dataset.splits, normalization), folds=folds), normalization


def _normalized(splits: dict[str, Items], normalization: Normalization) -> dict[str, Items]:
    return {name: replace(items, inputs=by_block(normalization.apply, items.inputs)) for name, items in splits.items()}


def check_normalization(
    features: np.ndarray, items: Items, stated: Normalization, name: str, stage: str = "preprocess"
) -> None:
    """Raises `FeatherlineError` where mean and scale do not follow from the training split.

    Whoever fits them on all splits lets the test split into the training; whoever changes them later makes a device
    compute other inputs than those that the network learnt from.

    Args:
        features: of the training split, not yet normalized, float32, shape (items, height, width, channels).
        items: the training split as networks get it.
        stated: mean and scale as a device gets them.
        name: of the file that states them.
        stage: which writes it.
    """
    remedy = f"run {stage} again, which fits them on the training split alone"
    places = features.shape[stated.axis] if 0 < stated.axis < features.ndim else 0
    if not len(stated.mean) == len(stated.scale) == places:
        raise FeatherlineError(
            f"{name}: normalization has {len(stated.mean)} means and {len(stated.scale)} scales along axis "
            f"{stated.axis} for features of shape {features.shape[1:]}: {remedy}."
        )
    fitted = fit_normalization(features, stated.axis)
    for what in ("mean", "scale"):
        fitted_values, stated_values = getattr(fitted, what), getattr(stated, what)
        wrong = np.flatnonzero(fitted_values != stated_values)
        if len(wrong):
            raise FeatherlineError(
                f"{name}: normalization.{what}[{wrong[0]}] is {stated_values[wrong[0]]:.9g}, but that of the training "
                f"split is {fitted_values[wrong[0]]:.9g}: {remedy}."
            )
    pairs = zip(blocks(features), blocks(items.inputs), strict=False)
    if features.shape != items.inputs.shape or not all(
        np.array_equal(stated.apply(raw), given) for raw, given in pairs
    ):
        raise FeatherlineError(f"{name}: the training split was not normalized with its mean and scale: {remedy}.")
