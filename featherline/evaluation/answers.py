"""What a converted model answers on TensorFlow Lite Micro, and nothing else of it."""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.evaluation.fit import fed, quantized
from featherline.interpreters import tflm
from featherline.tflite import model as tflite


def answers(content: bytes, inputs: np.ndarray) -> np.ndarray:
    """What a model gives for normalized features: float64, shape (items, classes), as its output stores it.

    The process may die of a model that the interpreter cannot run: call it in one of its own.

    Args:
        content: of a .tflite file with one input and one output.
        inputs: float32, shape (items, height, width, channels).

    Raises:
        FeatherlineError: where TensorFlow Lite Micro is not installed, or refuses the model.
    """
    model = tflite.parse(content, "the model")
    values, _ = fed(inputs, model.inputs[0], quantized(model, model.inputs[0]))
    ran = tflm.run(content, model, values)
    if ran.outputs is None:
        raise FeatherlineError(f"TensorFlow Lite Micro refuses the model ({ran.reason}): measure one that it runs.")
    outputs: np.ndarray = ran.outputs.reshape(len(inputs), -1).astype(np.float64)
    return outputs
