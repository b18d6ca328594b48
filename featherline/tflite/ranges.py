"""Ranges of activations for quantization after training, the same on every processor.

TensorFlow's calibrator takes them with kernels that it chooses by processor, so that scales
differ in their last bits and integers near a half with them. Here the reference kernels give
the smallest and largest value of each tensor, rounded to so few bits that no other C library
can show either, and the quantizer finds them in the model as if its calibrator had been there.
"""

from collections.abc import Mapping

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError
from featherline.tflite import reference
from featherline.tflite.flatbuffer import pack, unpack
from featherline.tflite.model import Model, parse

# A bound moves by at most 2^-13 of itself, a 32nd of the step of an int8 tensor.
SIGNIFICANT_BITS = 12


def with_ranges(content: bytes, items: np.ndarray | Mapping[str, np.ndarray]) -> bytes:
    """Writes the range of each activation into a model of floats.

    Args:
        content: of a .tflite file, for a batch of one.
        items: the representative dataset, one item or more: float32, shape (items, height, width, channels); of a model
            of several inputs an array (items, ...) for each, by the name that it had in the signature.

    Returns:
        The same model with `min` and `max` at every tensor that is computed or fed.

    Raises:
        FeatherlineError: where an input of the model has no items.
    """
    model = parse(content, "the model to calibrate")
    arrays = in_order(model, items)
    computed = [tensor for operator in model.operators for tensor in operator.outputs]
    indices = sorted({tensor.index for tensor in [*model.inputs, *computed] if tensor and tensor.type == "float32"})
    low, high = np.full(len(indices), np.inf), np.full(len(indices), -np.inf)
    feeds = (
        [values[np.newaxis].astype(tensor.type) for values, tensor in zip(feed, model.inputs, strict=True)]
        for feed in zip(*arrays, strict=True)
    )
    for values in reference.activations_of_feeds(content, feeds, indices):
        low = np.minimum(low, [activation.min() for activation in values])
        high = np.maximum(high, [activation.max() for activation in values])
    tree = unpack(content, "the model to calibrate")
    for index, *bounds in zip(indices, rounded(low), rounded(high), strict=True):
        tensor = tree.subgraphs[0].tensors[index]
        tensor.quantization = tensor.quantization or schema.QuantizationParametersT()
        tensor.quantization.min, tensor.quantization.max = ([float(bound)] for bound in bounds)
    return pack(tree)


def in_order(model: Model, items: np.ndarray | Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """Items for each input of a model, which stand in the file in another order than in the network.

    Args:
        model: as the converter wrote it: an input `window` is called `serving_default_window:0` in it.
        items: as of `with_ranges`.
    """
    if isinstance(items, np.ndarray):
        return [items]
    if len(items) == 1:
        return list(items.values())
    arrays = []
    for tensor in model.inputs:
        name = tensor.name.removeprefix("serving_default_").partition(":")[0]
        if name not in items:
            raise FeatherlineError(f"Input {tensor.name} of the converted model is none of {', '.join(items)}.")
        arrays.append(items[name])
    return arrays


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
