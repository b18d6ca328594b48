"""Items with labels that somebody brings for a model: an .npz archive."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.errors import FeatherlineError


@dataclass(frozen=True)
class TestData:
    """Labelled items.

    Attributes:
        inputs: one array for each input of the model, shape (items, ...).
        labels: int64, shape (items,), not negative.
    """

    inputs: list[np.ndarray]
    labels: np.ndarray


def read(path: Path) -> TestData:
    """Reads an .npz of `labels` and `inputs`; for several inputs, `inputs_0`, `inputs_1` and so on.

    Raises:
        FeatherlineError: where it is missing, broken, or its arrays do not belong together.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing.") from None
    except Exception as error:  # zipfile, zlib and numpy each have their own for a broken archive
        raise FeatherlineError(f"{path} is no .npz archive that can be read ({error}).") from None
    inputs = [arrays["inputs"]] if "inputs" in arrays else []
    while f"inputs_{len(inputs)}" in arrays:
        inputs.append(arrays[f"inputs_{len(inputs)}"])
    labels = arrays.get("labels")
    if not inputs or labels is None:
        raise FeatherlineError(
            f"{path} has the arrays {', '.join(arrays) or 'none'}: it needs `labels` and `inputs` (for several inputs "
            "`inputs_0`, `inputs_1`, ...)."
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or not len(labels):
        raise FeatherlineError(
            f"{path}: labels are {labels.dtype} of shape {list(labels.shape)}: give integers of shape [items]."
        )
    if labels.min() < 0:
        raise FeatherlineError(f"{path}: a label is {labels.min()}: number classes from 0.")
    for array in inputs:
        if array.ndim == 0 or len(array) != len(labels):
            raise FeatherlineError(f"{path} has {len(labels)} labels and inputs of shape {list(array.shape)}.")
    return TestData(inputs, labels.astype(np.int64))
