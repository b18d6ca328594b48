"""What of a model need not be computed at each inference: shapes, constants, operators whose results nobody reads.

TensorFlow Lite Micro takes every shape from the file. So SHAPE has the same values each time, and so has whatever
is computed from constants alone; a shape that goes into RESHAPE is not even needed, because the result has it.
"""

from collections.abc import Callable
from math import prod

import numpy as np

from featherline.codegen.operators import indexing, reductions
from featherline.codegen.operators.step import Step
from featherline.tflite.model import Model, Operator, Tensor
from featherline.tflite.options import ConcatenationOptions, GatherOptions, PackOptions
from featherline.tflite.values import TYPES

READ_FIRST_ALONE = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS")
"""Operators that move nothing: the shape of their result says all that their other inputs do."""

_EFFECTS = ("ASSIGN_VARIABLE", "CALL_ONCE")


def steps(model: Model, subgraph: int = 0) -> list[Step]:
    """The operators of a subgraph that have to run at each inference, in order.

    Raises:
        FeatherlineError: naming an operator whose constants do not fit it.
    """
    folded: dict[int, np.ndarray] = {}
    waiting = []
    for place, operator in enumerate(entry for entry in model.operators if entry.subgraph == subgraph):
        step = Step(operator, model, place, folded)
        if not _fold(step, folded):
            waiting.append(step)
    needed = {tensor.index for tensor in model.results[subgraph]}
    live = []
    for step in reversed(waiting):
        results = [tensor.index for tensor in step.operator.outputs if tensor is not None]
        if needed.intersection(results) or step.operator.name in _EFFECTS or not results:
            live.append(step)
            needed.update(tensor.index for tensor in reads(step.operator))
    return live[::-1]


def is_copy(step: Step) -> bool:
    """Whether the result of a step is its first input, value by value and in the same order."""
    return step.operator.name in READ_FIRST_ALONE or (
        step.operator.name == "MEAN" and reductions.is_of_single_values(step)
    )


def reads(operator: Operator) -> list[Tensor]:
    """The inputs that an operator needs the values of."""
    used = operator.inputs[:1] if operator.name in READ_FIRST_ALONE else operator.inputs
    return [tensor for tensor in used if tensor is not None]


def _fold(step: Step, folded: dict[int, np.ndarray]) -> bool:
    """Computes a step where its inputs are known, and says whether it did."""
    name, outputs = step.operator.name, step.operator.outputs
    if name not in _VALUES or step.operator.kind != "builtin" or len(outputs) != 1:
        return False
    sources = reads(step.operator)
    known = name == "SHAPE" or all(step.is_constant(tensor) for tensor in sources)
    if not sources or not known or any(tensor.type not in TYPES for tensor in (*sources, step.result)):
        return False
    inputs = [] if name == "SHAPE" else [step.values(tensor) for tensor in sources]
    try:
        values = np.asarray(_VALUES[name](step, inputs))
    except (ValueError, IndexError, TypeError, OverflowError):
        raise step.error("its constants do not fit each other") from None
    if values.size != prod(step.result.shape):
        raise step.error(f"its result has {prod(step.result.shape)} values in the file and {values.size} by its inputs")
    if not np.can_cast(values.dtype, TYPES[step.result.type], "same_kind"):
        raise step.error(f"its result is {step.result.type} in the file and {values.dtype} by its inputs")
    folded[step.result.index] = values.reshape(step.result.shape).astype(TYPES[step.result.type])
    return True


def _strided_slice(step: Step, inputs: list[np.ndarray]) -> np.ndarray:
    begin, end, every = (values.ravel().tolist() for values in inputs[1:4])
    return np.asarray(inputs[0][indexing.strided(step, begin, end, every)])


def _slice(step: Step, inputs: list[np.ndarray]) -> np.ndarray:
    begin, sizes = (values.ravel().tolist() for values in inputs[1:3])
    ends = [first + size if size >= 0 else None for first, size in zip(begin, sizes, strict=True)]
    return inputs[0][tuple(slice(first, end) for first, end in zip(begin, ends, strict=True))]


def _arithmetic(
    compute: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[[Step, list[np.ndarray]], np.ndarray]:
    def values(step: Step, inputs: list[np.ndarray]) -> np.ndarray:
        if step.result.scale is not None and step.result.type != "int32" and step.result.type != "int64":
            raise step.error("it computes with constants alone: let the converter fold it")
        if step.activation_name() != "NONE":
            raise step.error("it computes with constants alone: let the converter fold it")
        return compute(inputs[0], inputs[1])

    return values


_VALUES: dict[str, Callable[[Step, list[np.ndarray]], np.ndarray]] = {
    "SHAPE": lambda step, inputs: np.array(step.source.shape),
    "RESHAPE": lambda step, inputs: inputs[0],
    "SQUEEZE": lambda step, inputs: inputs[0],
    "EXPAND_DIMS": lambda step, inputs: inputs[0],
    "STRIDED_SLICE": _strided_slice,
    "SLICE": _slice,
    "PACK": lambda step, inputs: np.stack(inputs, step.options(PackOptions).axis),
    "CONCATENATION": lambda step, inputs: np.concatenate(inputs, step.options(ConcatenationOptions).axis),
    "GATHER": lambda step, inputs: np.take(inputs[0], inputs[1], step.options(GatherOptions).axis),
    "TRANSPOSE": lambda step, inputs: np.transpose(inputs[0], inputs[1].ravel()),
    "BROADCAST_TO": lambda step, inputs: np.broadcast_to(inputs[0], inputs[1].ravel()),
    "BROADCAST_ARGS": lambda step, inputs: np.array(
        np.broadcast_shapes(*(tuple(shape.ravel().tolist()) for shape in inputs))
    ),
    "FILL": lambda step, inputs: np.full(inputs[0].ravel(), inputs[1].ravel()[0]),
    "ZEROS_LIKE": lambda step, inputs: np.zeros_like(inputs[0]),
    "CAST": lambda step, inputs: inputs[0],
    "ADD": _arithmetic(np.add),
    "SUB": _arithmetic(np.subtract),
    "MUL": _arithmetic(np.multiply),
    "MAXIMUM": _arithmetic(np.maximum),
    "MINIMUM": _arithmetic(np.minimum),
}
