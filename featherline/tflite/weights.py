"""How many weights a model has, and the bytes that they take: in its file, and as information."""

from dataclasses import dataclass

import numpy as np

from featherline.tflite.model import DECODE, Model, Tensor, bytes_of
from featherline.tflite.values import TYPES, constant_values

# Integers this wide that carry no scale are shapes, axes and paddings; a quantized bias carries one.
_SETTING_TYPES = ("bool", "int32", "int64", "uint32", "uint64", "string", "resource", "variant")
_PACKED_BITS = (2, 3, 4, 8, 16, 32)
_DECODE_HEADER_BYTES = 16


@dataclass(frozen=True)
class Weights:
    """How many weights a model has, and the bytes that they take.

    Attributes:
        number: weights and biases, as inference uses them.
        bytes: as the file stores them; of look-up-table weights, indices and tables.
        scale_bytes: their scales and zero points, not part of `bytes`: 4 bytes for a scale
            and 8 for a zero point, each tensor with its own (a minified file shares equal ones).
        packed_bytes: what they need as information. Each tensor of integers has the smallest
            of 2, 3, 4, 8, 16, 32 or 64 bits whose range in two's complement holds all its
            values, in whole bytes; floats are as stored, and nothing needs more than that.
    """

    number: int
    bytes: int
    scale_bytes: int
    packed_bytes: int


@dataclass(frozen=True)
class _Decoded:
    """A tensor that a DECODE writes: what it reads, and the plain weights that come out."""

    indices: Tensor
    table: Tensor
    weights: Tensor


def count_weights(model: Model) -> Weights:
    """Number of weights and biases of a model and the bytes that its file stores for them.

    A weight is a constant that inference calculates with. Constants that only set an
    operator (the shape of a RESHAPE, an axis, paddings) are left out: they are the
    integers of 32 or 64 bits without a scale. Values that tensors share count once, as
    they are stored once; two weights of 4 bits make one byte. Weights behind a look-up
    table count as the weights that DECODE makes of them, in the bytes of indices and table.
    """
    plain = {tensor.buffer: tensor for tensor in model.tensors if is_weight(tensor)}
    tables = {(entry.indices.buffer, entry.table.buffer): entry for entry in _decoded(model)}
    for buffer in {buffer for pair in tables for buffer in pair}:
        plain.pop(buffer, None)
    used = list(plain.values()) + [entry.weights for entry in tables.values()]
    # Two buffers of equal content may lie at one place.
    stored = {tensor.offset: tensor.bytes for tensor in plain.values()}
    stored |= {part.offset: part.bytes for entry in tables.values() for part in (entry.indices, entry.table)}
    packed = {tensor.offset: _packed_bytes(model, tensor) for tensor in plain.values()}
    packed_tables = {
        (entry.indices.offset, entry.table.offset): _packed_table_bytes(model, entry) for entry in tables.values()
    }
    return Weights(
        number=sum(tensor.elements for tensor in used),
        bytes=sum(stored.values()),
        scale_bytes=sum(12 * len(tensor.scale or ()) for tensor in used),
        packed_bytes=sum(packed.values()) + sum(packed_tables.values()),
    )


def is_weight(tensor: Tensor) -> bool:
    """Whether inference calculates with a constant, as `count_weights` counts them."""
    return tensor.constant and (tensor.type not in _SETTING_TYPES or tensor.scale is not None)


def _decoded(model: Model) -> list[_Decoded]:
    decoded = []
    for operator in model.operators:
        if operator.name == DECODE and operator.kind == "custom":
            for indices, table, plain in zip(
                operator.inputs[::2], operator.inputs[1::2], operator.outputs, strict=False
            ):
                if indices and table and plain and indices.constant and table.constant:
                    decoded.append(_Decoded(indices, table, plain))
    return decoded


def _packed_bytes(model: Model, tensor: Tensor) -> int:
    if "int" not in tensor.type or tensor.bytes < bytes_of(tensor.elements, tensor.bits):
        return tensor.bytes  # floats, and what is stored sparsely
    return min(tensor.bytes, bytes_of(tensor.elements, _smallest_bits(constant_values(model, tensor))))


def _packed_table_bytes(model: Model, entry: _Decoded) -> int:
    stored_bytes = entry.indices.bytes + entry.table.bytes
    content = constant_values(model, entry.table).tobytes()[_DECODE_HEADER_BYTES:]
    kind = TYPES.get(entry.weights.type)
    if kind is None or "int" not in entry.weights.type or len(content) % kind.itemsize:
        return stored_bytes
    # Short tables are filled up with zeros, which every range holds.
    return min(stored_bytes, bytes_of(entry.weights.elements, _smallest_bits(np.frombuffer(content, kind))))


def _smallest_bits(integers: np.ndarray) -> int:
    low, high = int(integers.min(initial=0)), int(integers.max(initial=0))
    return next((bits for bits in _PACKED_BITS if -(1 << bits - 1) <= low and high < 1 << bits - 1), 64)
