"""Proof that a rewritten model is still the same model: TensorFlow Lite Micro answers for both, byte by byte.

A model that kills the runtime kills the process: call `check_equal` through
`featherline.core.isolation`, which gives `Crashed` instead of an answer.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.interpreters import tflm
from featherline.tflite import model as tflite


class Unequal(FeatherlineError):
    """The rewritten model is another one than its source."""


class Unproven(FeatherlineError):
    """TensorFlow Lite Micro does not run the source, so nothing is known of what became of it.

    Attributes:
        reason: why it does not, in its own words.
    """

    def __init__(self, sentence: str, reason: str) -> None:
        # Both are arguments of the exception, so that it finds its way from one process to another.
        super().__init__(sentence, reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.args[0])


def check_equal(before: Path | bytes, after: Path | bytes, inputs: np.ndarray | Sequence[np.ndarray]) -> None:
    """Returns if two models give the same output for every item of a batch, to the byte.

    Input and output must agree too in shape, type, scale and zero point: equal bytes stand
    for equal numbers only then.

    Args:
        before, after: .tflite files, or their content.
        inputs: shape (items, ...), one item or more, in the type of the input tensor; of a model of several inputs such
            an array for each. Items follow one another: what a model keeps goes from one to the next.

    Raises:
        Unequal: where outputs or interfaces differ, or TensorFlow Lite Micro runs the first
            and refuses the second.
        Unproven: where it refuses the first.
        FeatherlineError: where a file is missing or broken, or there is no item.
    """
    arrays = [inputs] if isinstance(inputs, np.ndarray) else list(inputs)
    if not arrays or len(arrays[0]) == 0:
        raise FeatherlineError("Two models cannot be compared on zero items: give one or more.")
    (source, source_content), (result, result_content) = _opened(before, "the source"), _opened(after, "the result")
    for model in (source, result):
        if len(model.inputs) != len(arrays) or not model.outputs:
            reason = (
                f"{model.path} has {len(model.inputs)} inputs and {len(model.outputs)} outputs: it cannot be compared."
            )
            raise Unproven(reason, reason)
    for end in ("inputs", "outputs"):
        old, new = ("; ".join(map(_interface, getattr(model, end))) for model in (source, result))
        if old != new:
            raise Unequal(f"{result.path}: its {end[:-1]} is {new}, and that of {source.path} is {old}.")
    expected, refusal = _answers(source, source_content, arrays)
    if expected is None:
        raise Unproven(
            f"{source.path} does not run on TensorFlow Lite Micro, so {result.path} cannot be compared with it: "
            f"{refusal}",
            refusal,
        )
    actual, refusal = _answers(result, result_content, arrays)
    if actual is None:
        raise Unequal(f"{result.path} does not run on TensorFlow Lite Micro, and {source.path} does: {refusal}")
    differing = sum(old != new for old, new in zip(expected, actual, strict=True))
    if differing:
        raise Unequal(f"{result.path} answers {differing} of {len(arrays[0])} items differently from {source.path}.")


def _answers(model: tflite.Model, content: bytes, arrays: list[np.ndarray]) -> tuple[list[bytes] | None, str]:
    """The bytes of all outputs for each item, or None and why TensorFlow Lite Micro does not run the model.

    Bytes, not numbers: NaN is not equal to itself, and 0 is equal to -0.
    """
    if (len(model.inputs), len(model.outputs)) == (1, 1):
        ran = tflm.run(content, model, arrays[0])
        return (None, str(ran.reason)) if ran.outputs is None else ([row.tobytes() for row in ran.outputs], "")
    feeds = [[values[np.newaxis] for values in item] for item in zip(*arrays, strict=True)]
    outputs, refusal = tflm.sequence_or_refusal(content, model, feeds)
    if outputs is None:
        return None, refusal
    return [b"".join(values.tobytes() for values in row) for row in outputs], ""


def _opened(model: Path | bytes, name: str) -> tuple[tflite.Model, bytes]:
    if isinstance(model, bytes):
        return tflite.parse(model, name), model
    return tflite.read(model), Path(model).read_bytes()


def _interface(tensor: tflite.Tensor) -> str:
    quantized = "" if tensor.scale is None else f" with scale {tensor.scale} and zero point {tensor.zero_point}"
    return f"{tensor.type} of shape {list(tensor.shape)}{quantized}"
