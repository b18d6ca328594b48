"""What operators with bounds take of their input, as an index of NumPy."""

from collections.abc import Sequence

from featherline.codegen.operators.step import Step
from featherline.tflite.options import StridedSliceOptions

Index = tuple[slice | None | int, ...]


def strided(step: Step, begin: Sequence[int], end: Sequence[int], every: Sequence[int]) -> Index:
    """What STRIDED_SLICE takes of its input, as NumPy writes it.

    Args:
        step: the operator.
        begin, end, every: its other inputs.
    """
    options = step.options(StridedSliceOptions)
    index: list[slice | None | int] = []
    left = len(step.source.shape) - sum(
        not (options.new_axis_mask >> place & 1 or options.ellipsis_mask >> place & 1) for place in range(len(begin))
    )
    axis = 0
    for place, (first, beyond, by) in enumerate(zip(begin, end, every, strict=True)):
        if options.ellipsis_mask >> place & 1:
            index += [slice(None)] * max(left, 0)
            axis += max(left, 0)
        elif options.new_axis_mask >> place & 1:
            index.append(None)
        elif options.shrink_axis_mask >> place & 1:
            index.append(step.source.shape[axis] - 1 if first == -1 else first)
            axis += 1
        else:
            beyond = first + beyond if options.offset else beyond
            # An end before the first element, which NumPy would count from the last.
            side = step.source.shape[axis]
            last = beyond + side if beyond < 0 else beyond
            stop = None if options.end_mask >> place & 1 or (by < 0 and last < 0) else beyond
            index.append(slice(None if options.begin_mask >> place & 1 else first, stop, by))
            axis += 1
    return tuple(index)
