"""Weights of few values behind look-up tables, where that makes the file smaller.

The compressor is that of TensorFlow Lite Micro: a weight becomes an index of 1 to 4 bits
into a table, one for each scale of its tensor, and a DECODE operator in front of the layer
writes the plain weights into the arena. That costs an operator, a header of 16 bytes and
the tables of each tensor in the file, RAM for the weights of one layer, and decoding at
every inference. LiteRT has no such operator and refuses the file.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tflite_micro.tensorflow.lite.micro.compression import compress as write_tables
from tflite_micro.tensorflow.lite.micro.compression import spec
from tflite_micro.tensorflow.lite.micro.compression.compressor import CompressionError

from featherline.core.quiet import captured_output
from featherline.tflite.minify import minify
from featherline.tflite.model import Model, Tensor, bytes_of, parse
from featherline.tflite.values import constant_values

MOST_BITS = 4
_HEADER_BYTES = 16


@dataclass(frozen=True)
class Table:
    """A tensor of few values.

    Attributes:
        subgraph, index: its place in the source.
        name: its name in the source.
        buffer: what holds its values.
        weights: how many it has.
        bits: of one index.
        axis: the dimension that has a table for each of its places; None where one table serves all.
        saved_bytes: what its values need less than before, tables and header counted.
    """

    subgraph: int
    index: int
    name: str
    buffer: int
    weights: int
    bits: int
    axis: int | None
    saved_bytes: int


@dataclass(frozen=True)
class Compression:
    """What look-up tables make of a model.

    Attributes:
        content: of the smallest .tflite file, minified; without tables where these do not pay.
        bytes_before: of the file minified alone.
        bytes_after: of `content`.
        tables: the tensors that have one.
        reason: why none has, in a sentence; None where the file became smaller.
    """

    content: bytes
    bytes_before: int
    bytes_after: int
    tables: tuple[Table, ...]
    reason: str | None


def compress(content: bytes) -> Compression:
    """Puts int8 weights of up to 16 values behind look-up tables if the minified file is smaller for it.

    The tensor that saves most comes first, and each next one is tried on top of those before.
    Nothing here runs the result: compare it with its source by
    `featherline.evaluation.equality.check_equal` before it is used.

    Args:
        content: of a .tflite file.

    Raises:
        FeatherlineError: where it is no .tflite file, or is broken.
    """
    plain = minify(content)
    model = parse(content, "the model to compress")
    tables = _tables(model)
    # Tensors that share their values must all be compressed, or the values would stay.
    buffers = sorted({table.buffer for table in tables}, key=lambda buffer: (-_saved(tables, buffer), buffer))
    if not buffers:
        return Compression(plain, len(plain), len(plain), (), _why_none(model))
    attempts: list[tuple[bytes, tuple[Table, ...]]] = []
    try:
        for count in range(1, len(buffers) + 1):
            chosen = tuple(table for table in tables if table.buffer in buffers[:count])
            attempts.append((minify(_written(content, chosen)), chosen))
    except CompressionError as error:
        if not attempts:
            return Compression(plain, len(plain), len(plain), (), f"The compressor refuses: {error}.")
    smallest, tables_of_smallest = min(attempts, key=lambda attempt: len(attempt[0]))
    growth = len(smallest) - len(plain)
    if growth >= 0:
        reason = f"The file would grow by {growth:,} bytes." if growth else "The file would not become smaller."
        return Compression(plain, len(plain), len(plain), (), reason)
    return Compression(smallest, len(plain), len(smallest), tables_of_smallest, None)


def _saved(tables: list[Table], buffer: int) -> int:
    return max(table.saved_bytes for table in tables if table.buffer == buffer)


def _tables(model: Model) -> list[Table]:
    """Tensors that indices and tables make smaller, together with every other tensor on their buffers."""
    tables, plain_buffers = [], set()
    for tensor in model.tensors:
        table = _table(model, tensor)
        if table is None:
            plain_buffers.add(tensor.buffer)
        else:
            tables.append(table)
    return [table for table in tables if table.buffer not in plain_buffers]


def _table(model: Model, tensor: Tensor) -> Table | None:
    if tensor.type != "int8" or tensor.sparse or not tensor.constant or tensor.scale is None:
        return None
    # The runtime takes one table for each scale, whatever axis the compressor writes down: a single
    # table for a tensor of many scales gives a model that runs and answers wrong.
    axis = tensor.quantized_dimension if len(tensor.scale) > 1 else None
    if axis not in (None, 0, len(tensor.shape) - 1):
        return None
    values = constant_values(model, tensor)
    channels = [values] if axis is None else list(np.moveaxis(values, axis, 0))
    length = max(len(np.unique(channel)) for channel in channels)
    bits = max(1, (length - 1).bit_length())
    weights = tensor.elements
    saved_bytes = weights - bytes_of(weights, bits) - length * len(channels) - _HEADER_BYTES
    if bits > MOST_BITS or saved_bytes <= 0:
        return None
    return Table(tensor.subgraph, tensor.index, tensor.name, tensor.buffer, weights, bits, axis, saved_bytes)


def _why_none(model: Model) -> str:
    few = "no tensor of int8 weights has so few values that indices and tables would be smaller"
    if any(tensor.type == "int4" for tensor in model.tensors):
        return f"The compressor does not take int4 weights, and {few}."
    return f"{few.capitalize()}."


def _written(content: bytes, tables: Sequence[Table]) -> bytes:
    requests = [
        spec.Tensor(
            table.subgraph,
            table.index,
            [
                spec.LookUpTableCompression(
                    table.bits, spec.PerTensor() if table.axis is None else spec.PerChannel(table.axis)
                )
            ],
        )
        for table in tables
    ]
    with captured_output(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a tensor grows is seen by the size of the file
        return bytes(write_tables(content, requests))
