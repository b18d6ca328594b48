"""Where TensorFlow Lite Micro puts tensors: its greedy memory planner, calculated without it.

The planner places the largest buffer first, each at the lowest offset where nothing that
is alive at the same time stands in the way (GreedyMemoryPlanner of tflite-micro). What it
needs at its peak is the head of the tensor arena. The tail, where the runtime keeps its
own records, comes on top and depends on the device.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ALIGNMENT_BYTES = 16


@dataclass(frozen=True, order=True)
class Buffer:
    """A block of memory that is alive from operator `first` to operator `last`, both included."""

    bytes: int
    first: int
    last: int


def aligned(size_bytes: int) -> int:
    """The next multiple of `ALIGNMENT_BYTES`."""
    return -(-size_bytes // ALIGNMENT_BYTES) * ALIGNMENT_BYTES


def place(buffers: Sequence[Buffer]) -> list[int]:
    """The offset of each buffer in bytes, in the order given.

    >>> place([Buffer(16, 0, 0), Buffer(64, 0, 1), Buffer(32, 1, 2)])
    [64, 0, 64]
    """
    offsets: dict[int, int] = {}
    for index in sorted(range(len(buffers)), key=lambda i: (-aligned(buffers[i].bytes), -i)):
        buffer = buffers[index]
        offset = 0
        for start, neighbour in sorted((offsets[i], buffers[i]) for i in offsets if _together(buffers[i], buffer)):
            if start - offset >= aligned(buffer.bytes):
                break
            offset = max(offset, start + aligned(neighbour.bytes))
        offsets[index] = offset
    return [offsets[index] for index in range(len(buffers))]


def head_bytes(buffers: Sequence[Buffer]) -> int:
    """What the planner needs for all buffers: the end of the one that reaches highest."""
    return max(
        (offset + aligned(buffer.bytes) for offset, buffer in zip(place(buffers), buffers, strict=True)), default=0
    )


def _together(a: Buffer, b: Buffer) -> bool:
    return a.first <= b.last and b.first <= a.last
