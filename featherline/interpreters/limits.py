"""How long a runtime may take for a model before it is taken to hang."""

from dataclasses import replace

from featherline.core import isolation
from featherline.tflite import macs
from featherline.tflite.model import Model, Operator

_MACS_PER_S = 20e6  # the reference kernels of both runtimes do five times as many, or more
_MOST_S = 600


def limit_s(model: Model) -> float:
    """Seconds that a runtime may take from one inference to the next.

    What tells a large model from one that hangs are its multiply-accumulates, those of the shapes in the file.
    """
    inferred = sum(macs.macs(_closed(operator)) or 0 for operator in model.operators)
    return isolation.LIMIT_S + min(inferred / _MACS_PER_S, _MOST_S)


def _closed(operator: Operator) -> Operator:
    """An operator of which no dimension is open."""
    inputs, outputs = (
        tuple(tensor and replace(tensor, dynamic=False) for tensor in tensors)
        for tensors in (operator.inputs, operator.outputs)
    )
    return replace(operator, inputs=inputs, outputs=outputs)
