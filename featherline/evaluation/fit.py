"""Whether numbers lie in the range that a quantized input holds: those of another scale give wrong answers silently."""

import numpy as np

from featherline.interpreters.values import quantize, steps
from featherline.records.model import RANGE_PARTS as PARTS
from featherline.records.model import RangeFit
from featherline.tflite.model import Model, Tensor

MOST_CLIPPED_PCT = 5
LEAST_USED_PCT = 10
_FACTORS = (255, 32768)  # of pixels and of samples; a model that takes -1 to 1 of 127.5 is told by the first as well
_QUANTIZED_SPAN = 32  # whole numbers closer together may be counts, switches or classes


def fed(
    values: np.ndarray, tensor: Tensor, quantized_tensor: Tensor | None = None
) -> tuple[np.ndarray, RangeFit | None]:
    """What an input takes for numbers, and how they lie in its range.

    Args:
        values: floats; or integers of the input's type, which are taken as they are.
        tensor: an input of a model.
        quantized_tensor: the tensor whose range it is, as of `quantized`; the input itself by default.

    Returns:
        The same shape in the tensor's type; the fit is None where nothing is quantized.
    """
    stored = values if values.dtype == np.dtype(tensor.type) else quantize(values, tensor)
    if quantized_tensor is not None and quantized_tensor != tensor:  # to it, integers are numbers like all others
        values, tensor = stored, quantized_tensor
    if tensor.scale is None or not values.size:
        return stored, None
    clipped_pct, used = _shares(values, tensor)
    # A few numbers cannot take many steps.
    wrong = clipped_pct > MOST_CLIPPED_PCT or 100 * used < LEAST_USED_PCT * min(PARTS, values.size)
    warning = _cause(values, tensor, clipped_pct) if wrong else None
    return stored, RangeFit(
        clipped_pct=round(clipped_pct, 2), used_steps=used, used_pct=round(100 * used / PARTS, 2), warning=warning
    )


def quantized(model: Model, tensor: Tensor) -> Tensor:
    """The tensor that holds an input as integers: itself, or what the model makes of floats before anything else."""
    takers = [operator for operator in model.operators if tensor in operator.inputs]
    if tensor.scale is None and [operator.name for operator in takers] == ["QUANTIZE"]:
        return takers[0].outputs[0] or tensor
    return tensor


def _shares(values: np.ndarray, tensor: Tensor) -> tuple[float, int]:
    """Percent of the values that are clipped, and how many of the steps occur."""
    limits = np.iinfo(tensor.type)
    wanted = values if values.dtype == np.dtype(tensor.type) else steps(values, tensor)
    clipped = (wanted < limits.min) | (wanted > limits.max)
    width = (limits.max - limits.min + 1) // PARTS
    parts = (np.clip(wanted, limits.min, limits.max).astype(np.int64) - limits.min) // width
    return 100 * float(np.mean(clipped)), len(np.unique(parts))


def _cause(values: np.ndarray, tensor: Tensor, clipped_pct: float) -> str:
    """Why numbers do not fit, as far as they tell."""
    lowest, highest = float(values.min()), float(values.max())
    mismatch = f"the values go from {lowest:.4g} to {highest:.4g}, and the input holds {_range(tensor)}"
    if lowest == highest:
        return f"all values are {lowest + 0:.4g}: check what the items were made from"
    if values.dtype.kind in "iu":
        return (
            f"integers of {values.dtype} are taken as quantized already, and these go from {lowest:.0f} to "
            f"{highest:.0f} only: give floats where they are features"
        )
    limits = np.iinfo(tensor.type)
    if highest - lowest >= _QUANTIZED_SPAN and not np.any(values % 1):
        if limits.min <= lowest and highest <= limits.max:
            return (
                f"{mismatch}; whole numbers look quantized already: give the features, or store them as {tensor.type} "
                f"for an input of {tensor.type}"
            )
        if lowest >= 0 and highest <= 255:
            return (
                f"{mismatch}; whole numbers from 0 to 255 look like bytes, or quantized as uint8 already: scale them "
                "as in training, say by 1/255"
            )
    for factor in _FACTORS:
        for scaled, advice in ((1 / factor, f"divide by {factor}"), (factor, f"multiply by {factor}")):
            if (scaled < 1) == (clipped_pct > MOST_CLIPPED_PCT) and _fits(values * np.float32(scaled), tensor):
                return f"{mismatch}; they would fit {'1/' if scaled < 1 else ''}{factor} times as large: {advice}"
    if clipped_pct <= MOST_CLIPPED_PCT and len(np.unique(values)) <= 2:
        return f"{mismatch}; there are two values only, which is right for switches and wrong for anything else"
    return f"{mismatch}: normalize them as in training"


def _range(tensor: Tensor) -> str:
    if tensor.scale is None or tensor.zero_point is None:
        return f"numbers of {tensor.type}"
    limits = np.iinfo(tensor.type)
    low, high = ((limit - tensor.zero_point[0]) * tensor.scale[0] for limit in (limits.min, limits.max))
    return f"{low:.4g} to {high:.4g}"


def _fits(values: np.ndarray, tensor: Tensor) -> bool:
    clipped_pct, used = _shares(values, tensor)
    return clipped_pct <= MOST_CLIPPED_PCT and 100 * used >= LEAST_USED_PCT * min(PARTS, values.size)
