"""Windows of two splits that are nearly equal: one recording that stands in both, whatever its file is called."""

import math
from collections.abc import Iterator

import numpy as np

from featherline.core.arrays import blocks
from featherline.core.errors import FeatherlineError
from featherline.signals.dataset import SPLITS, Dataset

CORRELATION = 0.999
LEAST_MOVEMENT = 0.02  # of the largest deviation of all windows: below it a window is noise at rest


def check(dataset: Dataset, limit: float) -> None:
    """Raises `FeatherlineError` where a window correlates with one of another split by `limit` or more.

    Args:
        dataset: not yet normalized.
        limit: of the correlation of all values of two windows, their means by channel taken out.
    """
    deviations = {name: [_shapes(block)[1] for block in blocks(dataset.splits[name].inputs)] for name in SPLITS}
    largest = max((float(block.max(initial=0.0)) for parts in deviations.values() for block in parts), default=0.0)

    def moving(name: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Windows that move, as of `_shapes`, and the groups that they are of; some at a time."""
        start = 0
        for block in blocks(dataset.splits[name].inputs):
            shapes, deviation = _shapes(block)
            moves = deviation > LEAST_MOVEMENT * largest
            yield shapes[moves], dataset.splits[name].groups[start : start + len(block)][moves]
            start += len(block)

    for place, name in enumerate(SPLITS):
        for other in SPLITS[place + 1 :]:
            count, first = 0, ""
            for a, groups_a in moving(name):
                near = np.zeros(len(a), bool)
                for b, groups_b in moving(other):
                    correlation = a @ b.T
                    alike = correlation >= limit
                    near |= alike.any(axis=1)
                    if not first and alike.any():
                        row, column = np.argwhere(alike)[0]
                        first = (
                            f"(correlation {float(correlation[row, column]):.4f}), first of the groups "
                            f"{groups_a[row]} and {groups_b[column]}"
                        )
                count += int(near.sum())
            if count:
                raise FeatherlineError(
                    f"{count:,} windows of the {name} split are nearly equal to one of the {other} split {first}: the "
                    "same recording stands in both; remove one, give both the same group, or set "
                    "preprocess.leak_correlation."
                )


def _shapes(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Windows without their means, of length 1, float32; and how far each moves."""
    flat = inputs.astype(np.float32) - inputs.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    flat = flat.reshape(len(inputs), math.prod(inputs.shape[1:]))
    length = np.linalg.norm(flat, axis=1)
    return flat / np.maximum(length, np.finfo(np.float32).tiny)[:, None], length / np.sqrt(max(flat.shape[1], 1))
