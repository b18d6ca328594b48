"""A .tflite file without what no runtime reads, written as tightly as its format allows.

Left out are names, the description, metadata, signatures, calibration ranges, tensors,
buffers and operator codes that nothing uses. What stays is written once: a flatbuffer is
read through offsets, so equal scales, shapes, options and weights can lie at one place.

TensorFlow Lite Micro reads weights where they lie, and its schema asks for them at
multiples of 16 bytes (`force_align`). FlatBuffers' own writer for Python passes that by;
the writer here does not.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError
from featherline.tflite.flatbuffer import BROKEN, pack, unpack
from featherline.tflite.model import DECODE, MEMORY_PLAN

BUFFER_ALIGNMENT_BYTES = 16


def minify(content: bytes) -> bytes:
    """Rewrites a model in fewer bytes; every runtime computes with it what it did before.

    Inputs, outputs, subgraphs and operators keep their order, operators their custom codes
    and versions. The same bytes give the same bytes, and a minified model gives itself.

    Args:
        content: of a .tflite file.

    Raises:
        FeatherlineError: where it is no .tflite file, is broken, or keeps constants behind the
            flatbuffer, as models of 2 GB do.
    """
    tree = unpack(content, "the model to minify")
    try:
        _strip(tree)
        return pack(tree, _SharingBuilder(len(content)))
    except BROKEN:
        raise FeatherlineError("The model to minify is broken: convert it again.") from None


def _strip(tree: schema.ModelT) -> None:
    plans = [entry for entry in tree.metadata or [] if entry.name == MEMORY_PLAN]
    tree.description = tree.metadataBuffer = tree.signatureDefs = None
    tree.metadata = plans or None
    for subgraph in tree.subgraphs:
        subgraph.name, subgraph.debugMetadataIndex = None, -1
        if not plans:
            _drop_unused_tensors(subgraph)
        for tensor in subgraph.tensors:
            _strip_tensor(tensor)
        for operator in subgraph.operators or []:
            operator.debugMetadataIndex = -1
            if tree.operatorCodes[operator.opcodeIndex].customCode == DECODE.encode():
                # Indices and tables are plain bytes; the compressor leaves them the scales of the weights.
                for place in operator.inputs:
                    subgraph.tensors[place].quantization = None
    _drop_unused_codes(tree)
    _drop_unused_buffers(tree)


def _drop_unused_tensors(subgraph: schema.SubGraphT) -> None:
    lists = [(subgraph, "inputs"), (subgraph, "outputs")]
    for operator in subgraph.operators or []:
        lists += [(operator, name) for name in ("inputs", "outputs", "intermediates")]
    lists = [(owner, name) for owner, name in lists if getattr(owner, name) is not None]
    used = sorted({int(place) for owner, name in lists for place in getattr(owner, name) if place >= 0})
    places = {old: new for new, old in enumerate(used)}
    for owner, name in lists:
        # An optional input that is left out is -1.
        renamed = [places.get(int(place), -1) for place in getattr(owner, name)]
        setattr(owner, name, np.array(renamed, np.int32))
    subgraph.tensors = [subgraph.tensors[old] for old in used]


def _strip_tensor(tensor: schema.TensorT) -> None:
    tensor.name = None
    if tensor.shapeSignature is not None and (tensor.shapeSignature >= 0).all():
        tensor.shapeSignature = None  # says nothing that the shape does not
    quantization = tensor.quantization
    if quantization is not None:
        quantization.min = quantization.max = None
        if quantization.details is None and (quantization.scale is None or not len(quantization.scale)):
            tensor.quantization = None


def _drop_unused_codes(tree: schema.ModelT) -> None:
    operators = [operator for subgraph in tree.subgraphs for operator in subgraph.operators or []]
    used = sorted({operator.opcodeIndex for operator in operators})
    for operator in operators:
        operator.opcodeIndex = used.index(operator.opcodeIndex)
    tree.operatorCodes = [tree.operatorCodes[old] for old in used]


def _drop_unused_buffers(tree: schema.ModelT) -> None:
    """Keeps the buffers that hold something; everything else refers to the first, which is empty by convention."""
    if any(buffer.offset or buffer.size for buffer in tree.buffers):
        raise FeatherlineError("The model to minify keeps constants behind the flatbuffer: only smaller models can be.")
    users = [tensor for subgraph in tree.subgraphs for tensor in subgraph.tensors] + (tree.metadata or [])
    kept, places = [schema.BufferT()], {}
    for user in users:
        stored = tree.buffers[user.buffer]
        # To LiteRT, a buffer with no bytes makes a constant, and a missing one does not.
        if stored.data is None or (len(stored.data) == 0 and (user.buffer == 0 or np.prod(user.shape or 1) > 0)):
            user.buffer = 0
        else:
            if user.buffer not in places:
                places[user.buffer] = len(kept)
                kept.append(_AlignedBuffer(stored.data))
            user.buffer = places[user.buffer]
    tree.buffers = kept


class _AlignedBuffer(schema.BufferT):  # type: ignore[misc]  # the schema is generated without types
    def Pack(self, builder: "_SharingBuilder") -> int:
        data = builder.aligned_bytes(self.data)
        schema.BufferStart(builder)
        schema.BufferAddData(builder, data)
        return int(schema.BufferEnd(builder))


class _Number(Protocol):
    """A type of numbers, as FlatBuffers describes it."""

    bytewidth: int


class _Field(NamedTuple):
    """A field of a table that is noted and not yet written; `type` is None for an offset."""

    width_bytes: int
    slot: int
    type: _Number | None
    value: float


class _SharingBuilder(flatbuffers.Builder):  # type: ignore[misc]  # flatbuffers has no types
    """Writes equal vectors, strings and tables once, and the fields of a table by falling size.

    Only the table of the model itself has a place of its own; offsets to all others may
    coincide, which readers do not notice. Fields by size leave no gaps between them.
    """

    __slots__ = ("_places", "_fields")

    def __init__(self, initial_size_bytes: int):
        super().__init__(initial_size_bytes)
        self._places: dict[tuple[object, ...], int] = {}
        self._fields: list[_Field] = []

    def CreateString(self, s: str | bytes, encoding: str = "utf-8", errors: str = "strict") -> int:
        return self._once(("string", s), lambda: super(_SharingBuilder, self).CreateString(s, encoding, errors))

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        key = ("vector", x.itemsize, x.tobytes())
        return self._once(key, lambda: super(_SharingBuilder, self).CreateNumpyVector(x))

    def aligned_bytes(self, x: np.ndarray) -> int:
        """A vector of bytes that begins at a multiple of 16 in the finished file."""
        payload = x.tobytes()

        def write() -> int:
            self.StartVector(1, len(payload), BUFFER_ALIGNMENT_BYTES)
            self.head -= len(payload)
            self.Bytes[self.head : self.head + len(payload)] = payload
            return int(self.EndVector())

        return self._once(("buffer", payload), write)

    def _once(self, key: tuple[object, ...], write: Callable[[], int]) -> int:
        if key not in self._places:
            self._places[key] = write()
        return self._places[key]

    # A table is written when it ends: until then its fields are only noted.

    def StartObject(self, numfields: int) -> None:
        super().StartObject(numfields)
        self._fields = []

    def PrependSlot(self, flags: _Number, o: int, x: float, d: float) -> None:
        if x != d:
            self._fields.append(_Field(flags.bytewidth, o, flags, x))

    def PrependUOffsetTRelativeSlot(self, o: int, x: int, d: int) -> None:
        if x != d:
            self._fields.append(_Field(flatbuffers.number_types.UOffsetTFlags.bytewidth, o, None, x))

    def EndObject(self) -> int:
        def write() -> int:
            for field in sorted(self._fields, key=lambda field: (-field.width_bytes, field.slot)):
                if field.type is None:
                    self.PrependUOffsetTRelative(field.value)
                else:
                    self.Prepend(field.type, field.value)
                self.Slot(field.slot)
            return int(super(_SharingBuilder, self).EndObject())

        end = self._once(("table", *self._fields), write)
        self.nested = False  # type: ignore[misc]  # a slot of the untyped base; a table that was there is left so
        self.current_vtable = None  # type: ignore[misc]  # as above
        return end
