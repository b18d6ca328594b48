"""The FlatBuffers tree of a .tflite file: opened for who reads or rewrites it, and written back."""

import struct
from pathlib import Path

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError

IDENTIFIER = b"TFL3"
_LFS_POINTER = b"version https://git-lfs"

# The reader has no verifier: what a broken offset leads to decides which of these is raised.
BROKEN = (struct.error, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, MemoryError)


def unpack(content: bytes, path: Path | str) -> schema.ModelT:
    """The objects of the schema that the content of a .tflite file stands for.

    Vectors of numbers are views of `content`, not copies.

    Args:
        content: all of the file.
        path: where it is, or what to call it in errors.

    Raises:
        FeatherlineError: where it is no .tflite file, or is cut short.
    """
    if content.startswith(_LFS_POINTER):
        raise FeatherlineError(
            f"{path} is what Git LFS leaves in place of a file, not the model: run git lfs pull where it comes from."
        )
    if content[4:8] != IDENTIFIER:
        raise FeatherlineError(
            f"{path} is not a .tflite file (it has no {IDENTIFIER.decode()} mark): convert it again."
        )
    try:
        return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    except BROKEN:
        raise FeatherlineError(f"{path} is broken or cut short: convert or copy it again.") from None


def pack(tree: schema.ModelT, builder: flatbuffers.Builder | None = None) -> bytes:
    """The content of a .tflite file.

    Args:
        tree: the objects of the schema.
        builder: what writes them; None for FlatBuffers' own.
    """
    builder = flatbuffers.Builder(1024) if builder is None else builder
    builder.Finish(tree.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())
