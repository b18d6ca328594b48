"""What goes into a model of any number of inputs: one array for each, with the shape that it is run with."""

import math

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.evaluation.fit import fed, quantized
from featherline.records.model import RangeFit
from featherline.tflite.model import Model, Tensor

_MOST_VALUES = 1 << 26  # as float64 half a gigabyte

Feed = tuple[np.ndarray, ...]


def random(model: Model, seed: int = 0) -> Feed:
    """Numbers that any model takes, the same each time; open dimensions are 1 unless the file has a size for them.

    Floats are uniform from -1 to 1, quantized integers uniform over their type. Integers that stand
    for themselves may be indices, and booleans may be switches: those are 0.

    Raises:
        FeatherlineError: where an input is no tensor of numbers, or larger than any device could hold.
    """
    rng = np.random.default_rng(seed)
    return tuple(_random(model, tensor, rng) for tensor in model.inputs)


def _random(model: Model, tensor: Tensor, rng: np.random.Generator) -> np.ndarray:
    shape = tuple(max(side, 1) for side in tensor.shape)
    kind = numpy_type(model, tensor)
    if (values := math.prod(shape)) > _MOST_VALUES:
        raise FeatherlineError(
            f"{model.path}: input {tensor.name or tensor.index} takes {values:,} values, more than any device could "
            f"hold (at most {_MOST_VALUES:,} are tried): make its shape {list(tensor.shape)} smaller."
        )
    if kind.kind == "f":
        return rng.uniform(-1, 1, shape).astype(kind)
    if kind.kind in "iu" and tensor.scale is not None:
        limits = np.iinfo(kind)
        return rng.integers(limits.min, limits.max, shape, kind, endpoint=True)
    return np.zeros(shape, kind)


def numpy_type(model: Model, tensor: Tensor) -> np.dtype:
    """The type of arrays that a tensor takes.

    Raises:
        FeatherlineError: where it takes none that NumPy has.
    """
    try:
        kind = np.dtype(tensor.type)
    except TypeError:
        kind = np.dtype(object)
    if kind.kind not in "fiubc":
        raise FeatherlineError(
            f"{model.path}: input {tensor.name or tensor.index} takes {tensor.type}, not numbers: it cannot be run."
        )
    return kind


def of_items(model: Model, arrays: list[np.ndarray], source: str) -> tuple[list[np.ndarray], list[RangeFit | None]]:
    """Items as the inputs of a model take them, one array for each input.

    Numbers that are no integers are quantized where the input is; integers are taken as they are if they are of
    its type. An open dimension takes what the items have.

    Args:
        model: to be fed.
        arrays: one for each input, shape (items, ...) without the batch of 1.
        source: the file of the items, for errors.

    Returns:
        Of each input the items, shape (items, 1, ...), in its type; and how they lie in its range.

    Raises:
        FeatherlineError: where number, shape, type or values do not fit.
    """
    if len(arrays) != len(model.inputs):
        raise FeatherlineError(
            f"{source} has items for {len(arrays)} inputs, and {model.path} has {len(model.inputs)} inputs."
        )
    fitted = [
        fed(_fitting(model, tensor, array, source), tensor, quantized(model, tensor))
        for tensor, array in zip(model.inputs, arrays, strict=True)
    ]
    return [items for items, _ in fitted], [fit for _, fit in fitted]


def _fitting(model: Model, tensor: Tensor, array: np.ndarray, source: str) -> np.ndarray:
    """Items in the shape of an input, of numbers that it takes or that can be quantized for it."""
    # Some models have no dimension for the batch.
    fits = [shape for shape in (array.shape[1:], (1, *array.shape[1:])) if _fits(tensor, shape)]
    if not fits:
        raise FeatherlineError(
            f"{source} has items of shape {list(array.shape[1:])}, and input {tensor.name or tensor.index} of "
            f"{model.path} takes {list(tensor.shape)}, the batch included."
        )
    kind = numpy_type(model, tensor)
    array = array.reshape(len(array), *fits[-1])
    if array.dtype == kind and kind.kind != "f":
        return array
    if array.dtype.kind != "f" and kind.kind != "f" or array.dtype.kind not in "fiub":
        raise FeatherlineError(
            f"{source} has items of type {array.dtype}, and input {tensor.name or tensor.index} of {model.path} takes "
            f"{tensor.type}: give that type, or floats where the input is quantized."
        )
    if not np.isfinite(array).all():
        raise FeatherlineError(f"{source} has values that are not finite: no model can be judged by them.")
    if tensor.scale is None and kind.kind != "f":
        raise FeatherlineError(
            f"{source} has items of type {array.dtype}, and input {tensor.name or tensor.index} of {model.path} takes "
            f"{tensor.type} without a scale: give that type."
        )
    return array


def _fits(tensor: Tensor, shape: tuple[int, ...]) -> bool:
    if not tensor.dynamic:
        return shape == tensor.shape
    sides = tensor.signature if len(tensor.signature) == len(shape) else None
    if sides is None:
        return not tensor.shape
    return all(side in (-1, actual) for side, actual in zip(sides, shape, strict=True))
