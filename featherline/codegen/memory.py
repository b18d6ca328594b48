"""Where the buffers of a C program lie: one block of memory, planned over lifetimes."""

from dataclasses import dataclass

from featherline.codegen.layers import Network
from featherline.tflite import arena

_ALIGNMENT_BYTES = 4
_PARTS = arena.ALIGNMENT_BYTES // _ALIGNMENT_BYTES


@dataclass(frozen=True)
class Memory:
    """Offsets in bytes, multiples of 4: of buffers by number, of a layer's scratch memory by its place."""

    bytes: int
    buffers: dict[int, int]
    scratch: dict[int, int]


def plan(network: Network) -> Memory:
    """Places every buffer but the model's input and output, which are the caller's."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, layer in enumerate(network.layers):
        first.setdefault(layer.output, place)
        for buffer in (*layer.inputs, layer.output):
            if isinstance(buffer, int):
                last[buffer] = place
    held = [buffer for buffer in first if buffer != network.output]
    working = [place for place, layer in enumerate(network.layers) if layer.scratch_bytes]
    # The planner of the tensor arena counts in its own alignment: bytes are enlarged for it and shrunk again.
    blocks = [arena.Buffer(_PARTS * network.sizes[one], first[one], last[one]) for one in held]
    blocks += [arena.Buffer(_PARTS * network.layers[one].scratch_bytes, one, one) for one in working]
    offsets = [offset // _PARTS for offset in arena.place(blocks)]
    return Memory(
        arena.head_bytes(blocks) // _PARTS,
        dict(zip(held, offsets[: len(held)], strict=True)),
        dict(zip(working, offsets[len(held) :], strict=True)),
    )
