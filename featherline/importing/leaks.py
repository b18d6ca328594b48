"""Windows of two splits that are nearly equal: one recording that stands in both, whatever its file is called."""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.signals.dataset import SPLITS, Dataset

CORRELATION = 0.999
LEAST_MOVEMENT = 0.02  # of the largest deviation of all windows: below it a window is noise at rest
BLOCK = 2048


def check(dataset: Dataset, limit: float) -> None:
    """Raises `FeatherlineError` where a window correlates with one of another split by `limit` or more.

    Args:
        dataset: not yet normalized.
        limit: of the correlation of all values of two windows, their means by channel taken out.
    """
    shapes = {name: _shapes(dataset.splits[name].inputs) for name in SPLITS}
    largest = max((float(deviation.max(initial=0.0)) for _, deviation in shapes.values()), default=0.0)
    for place, name in enumerate(SPLITS):
        for other in SPLITS[place + 1 :]:
            (a, moves_a), (b, moves_b) = shapes[name], shapes[other]
            at_a, at_b = (np.flatnonzero(moves > LEAST_MOVEMENT * largest) for moves in (moves_a, moves_b))
            for start in range(0, len(at_a), BLOCK):
                rows = at_a[start : start + BLOCK]
                correlation = a[rows] @ b[at_b].T if len(at_b) else np.zeros((len(rows), 0), np.float32)
                near = np.argwhere(correlation >= limit)
                if len(near):
                    row, column = near[0]
                    groups = (
                        dataset.splits[name].groups[rows[row]],
                        dataset.splits[other].groups[at_b[column]],
                    )
                    raise FeatherlineError(
                        f"{len(near):,} windows of the {name} split are nearly equal to one of the {other} split "
                        f"(correlation {float(correlation[row, column]):.4f}), first of the groups {groups[0]} and "
                        f"{groups[1]}: the same recording stands in both; remove one, give both the same group, or set "
                        "preprocess.leak_correlation."
                    )


def _shapes(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Windows without their means, of length 1, float32; and how far each moves."""
    flat = inputs.astype(np.float32) - inputs.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(np.float32)
    flat = flat.reshape(len(inputs), -1)
    length = np.linalg.norm(flat, axis=1)
    return flat / np.maximum(length, np.finfo(np.float32).tiny)[:, None], length / np.sqrt(max(flat.shape[1], 1))
