"""How many multiplications with addition an operator does: the usual measure of its work.

Counted are those of the layers that multiply by weights or multiply two activations, as their
definition has them: padding counts as if it were data, and an activation, a bias or a scale does
not count. Every other built-in operator has 0. What nobody can tell from the file alone, because
a size is open, the operator is not built in, or it runs other operators, has None.
"""

from collections.abc import Callable
from math import prod

from featherline.tflite.model import Operator, Tensor

# Operators that stand for others, which run as often as the data wants.
_CONTROL = ("IF", "WHILE", "CALL", "DELEGATE")  # CALL_ONCE runs before the first inference
_LSTM_KERNELS = (*range(1, 9), 16)  # of inputs and of the state, four gates each, and the projection
_SEQUENCES: dict[str, tuple[int, ...]] = {  # by place: the weights by which each step of each item is multiplied
    "RNN": (1, 2),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (1, 2),
    "LSTM": _LSTM_KERNELS,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _LSTM_KERNELS,
    "BIDIRECTIONAL_SEQUENCE_LSTM": (*_LSTM_KERNELS, *range(18, 26), 33),
    "BIDIRECTIONAL_SEQUENCE_RNN": (1, 2, 4, 5),
    "SVDF": (1, 2),
}


def macs(operator: Operator) -> int | None:
    """Multiply-accumulates of one run of an operator, for the shapes that its tensors have.

    >>> macs(operator)  # CONV_2D with 8 kernels of 3 x 1 x 4 on an output of (1, 32, 1, 8)
    3072
    """
    if operator.kind != "builtin" or operator.name in _CONTROL or operator.name.startswith("STABLEHLO_"):
        return None
    count = _COUNTS.get(operator.name)
    if operator.name in _SEQUENCES:
        count = _sequence
    if count is None:
        return 0
    if any(tensor is not None and tensor.dynamic for tensor in (*operator.inputs, *operator.outputs)):
        return None
    try:
        return count(operator)
    except (_MissingTensorError, IndexError, ZeroDivisionError):  # or its shape is none for this operator
        return None


class _MissingTensorError(Exception):
    """A tensor that an operator cannot do without is left out."""


def _operand(operator: Operator, place: int) -> Tensor:
    tensor = operator.inputs[place] if place < len(operator.inputs) else None
    if tensor is None:
        raise _MissingTensorError
    return tensor


def _result(operator: Operator) -> Tensor:
    tensor = operator.outputs[0] if operator.outputs else None
    if tensor is None:
        raise _MissingTensorError
    return tensor


def _convolution(operator: Operator) -> int:
    """Kernels are (outputs, height, width, inputs of the group)."""
    return _result(operator).elements * prod(_operand(operator, 1).shape[1:])


def _depthwise(operator: Operator) -> int:
    """Kernels are (1, height, width, outputs)."""
    return _result(operator).elements * prod(_operand(operator, 1).shape[1:3])


def _transposed(operator: Operator) -> int:
    """Each value of the input goes to (outputs, height, width) places."""
    return _operand(operator, 2).elements * prod(_operand(operator, 1).shape[:3])


def _volume(operator: Operator) -> int:
    """Kernels are (depth, height, width, inputs of the group, outputs)."""
    return _result(operator).elements * prod(_operand(operator, 1).shape[:4])


def _transposed_volume(operator: Operator) -> int:
    """Kernels are (depth, height, width, outputs, inputs)."""
    return _operand(operator, 2).elements * prod(_operand(operator, 1).shape[:4])


def _dense(operator: Operator) -> int:
    return _result(operator).elements * _operand(operator, 1).shape[-1]


def _product(operator: Operator) -> int:
    """(..., rows, depth) by (..., depth, columns), either of them transposed or not."""
    result, left = _result(operator), _operand(operator, 0)
    return result.elements * (prod(left.shape[-2:]) // result.shape[-2])


def _sequence(operator: Operator) -> int:
    entry = _operand(operator, 0)
    places = [place for place in _SEQUENCES[operator.name] if place < len(operator.inputs)]
    weights = [kernel.elements for place in places if (kernel := operator.inputs[place]) is not None]
    return entry.elements // entry.shape[-1] * sum(weights)


_COUNTS: dict[str, Callable[[Operator], int]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "TRANSPOSE_CONV": _transposed,
    "CONV_3D": _volume,
    "CONV_3D_TRANSPOSE": _transposed_volume,
    "FULLY_CONNECTED": _dense,
    "BATCH_MATMUL": _product,
}
