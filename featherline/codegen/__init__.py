"""From a .tflite file in int8 to plain C without an interpreter, equal to TensorFlow Lite Micro to the byte."""

from collections.abc import Sequence

from featherline.codegen.generator import Golden, check_file
from featherline.codegen.lowering import Program, lower
from featherline.tflite import model as tflite

__all__ = ["Golden", "Program", "check_file", "generate", "lower"]


def generate(
    model: tflite.Model | bytes, name: str = "model", classes: Sequence[str] = (), golden: Golden | None = None
) -> dict[str, bytes]:
    """The files of a model that is lowered for them alone; arguments, result and errors as `lower` and `Program.files`.

    Args:
        model: as read from its file, or the content of that.
    """
    parsed = tflite.parse(model, name) if isinstance(model, bytes) else model
    return lower(parsed).files(name, classes, golden)
