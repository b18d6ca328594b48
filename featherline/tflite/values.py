"""The values of constants, and the bytes of a whole file, of a model that was read or parsed."""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model, Tensor, bytes_of

TYPES = {
    name: np.dtype(name)
    for name in ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
    + ("float16", "float32", "float64", "complex64", "complex128")
}
"""NumPy's types by the names of tensor types; those of less than 8 bits and strings have none."""


def constant_values(model: Model, tensor: Tensor) -> np.ndarray:
    """The values of a constant, read from the file each time unless the model was parsed from memory.

    Returns:
        The tensor's shape and type; integers of less than 8 bits, of which the file has the
        first in the lowest bits of a byte, as int8 (uint4 as uint8).

    Raises:
        FeatherlineError: where the tensor is no constant of numbers, stored one by one, or the
            file is gone or another than was read.
    """
    bits = tensor.bits
    stored = np.dtype(np.uint8) if bits < 8 else TYPES.get(tensor.type)
    if tensor.offset is None or not bits or stored is None or tensor.bytes < bytes_of(tensor.elements, bits):
        raise FeatherlineError(
            f"{model.path}: tensor {tensor.index} ({tensor.name}) of type {tensor.type} has no values that can be read."
        )
    count = bytes_of(tensor.elements, bits) // stored.itemsize
    try:
        if model.content is None:
            read = np.fromfile(model.path, stored, count, offset=tensor.offset)
        else:
            read = np.frombuffer(model.content, stored, count, offset=tensor.offset)
    except (OSError, ValueError):
        read = np.empty(0)
    if read.size < count:
        raise FeatherlineError(f"{model.path} is gone or has changed since it was read: run again.")
    if bits < 8:
        read = _unpacked(read, bits, signed=tensor.type.startswith("int"))[: tensor.elements]
    return read.reshape(tensor.shape)


def content_of(model: Model) -> bytes:
    """All of the file of a model.

    Raises:
        FeatherlineError: where the file is gone.
    """
    if model.content is not None:
        return model.content
    try:
        return model.path.read_bytes()
    except OSError:
        raise FeatherlineError(f"{model.path} is gone or has changed since it was read: run again.") from None


def _unpacked(packed: np.ndarray, bits: int, signed: bool) -> np.ndarray:
    """Numbers of `bits` each from bytes, lowest bits first: int8 where they have a sign, uint8 otherwise."""
    fields = ((packed[:, np.newaxis] >> np.arange(0, 8, bits, dtype=np.uint8)) & ((1 << bits) - 1)).ravel()
    sign = 1 << bits - 1
    return (fields.astype(np.int8) ^ sign) - sign if signed else fields
