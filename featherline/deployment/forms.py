"""What a converted model becomes before it is published: smaller, and proven to be the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from featherline.deployment import equality
from featherline.interpreters.values import quantize
from featherline.tflite import compression
from featherline.tflite import model as tflite
from featherline.tflite.minify import minify


@dataclass(frozen=True)
class Deployment:
    """The forms of a model that TensorFlow Lite Micro was found to run alike.

    Attributes:
        content: of the .tflite file to publish; as converted where the runtime refuses the model.
        reason: why it refuses it, in its own words; None where it runs.
        converted_bytes: how long the file was as converted.
        packed: whether kernels are stored as INT4.
        tables: content of a still smaller file whose weights are behind look-up tables, which
            TensorFlow Lite Micro alone can read; None where there is none.
        tables_reason: why there is none; None where there is one.
    """

    content: bytes
    reason: str | None
    converted_bytes: int
    packed: bool = False
    tables: bytes | None = None
    tables_reason: str | None = None


def refused(source: bytes, reason: str) -> Deployment:
    """A model that stays as it was converted, for nothing could be proven of any other form."""
    return Deployment(source, reason, len(source))


def deploy(source: bytes, packed: bytes | None, items: np.ndarray | Sequence[np.ndarray]) -> Deployment:
    """Makes a model as small as it can be, each form equal to the source on every item, to the byte.

    Args:
        source: a .tflite file as converted.
        packed: the same model with kernels stored as INT4; None where it has none that fit.
        items: float32, shape (items, height, width, channels); of a model of several inputs an array (items, ...) for
            each, in the order of the file.

    Raises:
        Unequal: where a form answers otherwise than the source: it must not be published.
    """
    arrays = [items] if isinstance(items, np.ndarray) else items
    entries = tflite.parse(source, "the converted model").inputs
    inputs = [quantize(values, tensor) for values, tensor in zip(arrays, entries, strict=True)]
    best, is_packed = minify(source), False
    try:
        equality.check_equal(source, best, inputs)
    except equality.Unproven as error:
        return refused(source, error.reason)
    if packed is not None:
        smaller = minify(packed)
        equality.check_equal(source, smaller, inputs)
        if len(smaller) < len(best):
            best, is_packed = smaller, True
    tables = compression.compress(source)
    if not tables.tables:
        return Deployment(best, None, len(source), is_packed, None, tables.reason)
    equality.check_equal(source, tables.content, inputs)
    if len(tables.content) >= len(best):
        why = (
            f"With look-up tables for {len(tables.tables)} kernels the file would have {len(tables.content):,} bytes, "
            f"and it has {len(best):,} without."
        )
        return Deployment(best, None, len(source), is_packed, None, why)
    return Deployment(best, None, len(source), is_packed, tables.content, None)
