"""Ranges of activations for quantization after training, the same on every processor.

TensorFlow's calibrator takes them with kernels that it chooses by processor, so that scales
differ in their last bits and integers near a half with them. Here the reference kernels give
the smallest and largest value of each tensor, rounded to so few bits that no other C library
can show either, and the quantizer finds them in the model as if its calibrator had been there.
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.tflite import reference
from featherline.tflite.flatbuffer import pack, unpack
from featherline.tflite.model import parse

# A bound moves by at most 2^-13 of itself, a 32nd of the step of an int8 tensor.
SIGNIFICANT_BITS = 12


def with_ranges(content: bytes, items: np.ndarray) -> bytes:
    """Writes the range of each activation into a model of floats.

    Args:
        content: of a .tflite file of one input, for a batch of one.
        items: float32, shape (items, height, width, channels), one or more: the representative dataset.

    Returns:
        The same model with `min` and `max` at every tensor that is computed or fed.
    """
    model = parse(content, "the model to calibrate")
    computed = [tensor for operator in model.operators for tensor in operator.outputs]
    indices = sorted({tensor.index for tensor in [*model.inputs, *computed] if tensor and tensor.type == "float32"})
    low, high = np.full(len(indices), np.inf), np.full(len(indices), -np.inf)
    for values in reference.activations(content, items.astype(np.float32), indices):
        low = np.minimum(low, [activation.min() for activation in values])
        high = np.maximum(high, [activation.max() for activation in values])
    tree = unpack(content, "the model to calibrate")
    for index, *bounds in zip(indices, rounded(low), rounded(high), strict=True):
        tensor = tree.subgraphs[0].tensors[index]
        tensor.quantization = tensor.quantization or schema.QuantizationParametersT()
        tensor.quantization.min, tensor.quantization.max = ([float(bound)] for bound in bounds)
    return pack(tree)


def rounded(values: np.ndarray) -> np.ndarray:
    """Values with no more than `SIGNIFICANT_BITS`, the nearest ones.

    The nearest and not the next outward: what a feature or a clipped ReLU reaches often is such a
    value already, and noise at it must not move the range.

    Example:
        >>> rounded(np.array([0.0, 6.0, 3.1415926, -1000.3]))
        array([    0.    ,     6.    ,     3.1416015625, -1000.25  ])
    """
    mantissa, exponent = np.frexp(values)
    return np.asarray(np.ldexp(np.round(np.ldexp(mantissa, SIGNIFICANT_BITS)), exponent - SIGNIFICANT_BITS))
