"""What is measured in the same way of a model of the pipeline and of any other model."""

from featherline.interpreters import tflm
from featherline.records.model import Operators, Size, Tflm
from featherline.tflite import model as tflite
from featherline.tflite.weights import count_weights


def size_of(model: tflite.Model, shaped: tflite.Model) -> Size:
    """What a model takes.

    Args:
        model: as its file has it.
        shaped: the same with the shapes that it is run with.
    """
    weights = count_weights(model)
    return Size(
        file_bytes=model.file_bytes,
        weights=weights.number,
        weight_bytes=weights.bytes,
        packed_bytes=weights.packed_bytes,
        scale_bytes=weights.scale_bytes,
        tensor_bytes=sum(tensor.bytes for tensor in shaped.tensors),
        dynamic_tensor_bytes=sum(tensor.bytes for tensor in shaped.tensors if not tensor.constant),
    )


def operators_of(model: tflite.Model) -> Operators:
    """How often each operator occurs."""
    return Operators.model_validate(tflite.operator_counts(model))


def tflm_of(examination: tflm.Examination) -> Tflm:
    """What TensorFlow Lite Micro made of a model."""
    return Tflm.model_validate(examination, from_attributes=True)
