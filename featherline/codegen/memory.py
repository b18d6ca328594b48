"""Where the buffers of a C program lie: one block of memory, planned over lifetimes, outputs over inputs where safe."""

from dataclasses import dataclass

from featherline.codegen.layers import Layer, Network

_ALIGNMENT_BYTES = 4

Profile = dict[int, int]
"""How many bytes a block needs while each layer runs, by the layer's place; none where it is not alive."""


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
    home: dict[int, int] = {}
    profiles: dict[int, Profile] = {}
    for place, layer in enumerate(network.layers):
        if layer.output == network.output:
            continue
        source = layer.inputs[0]
        over = isinstance(source, int) and source in home and last[source] == place and may_overwrite(layer)
        home[layer.output] = home[source] if over else layer.output
        profile = profiles.setdefault(home[layer.output], {})
        for step in range(place, last[layer.output] + 1):
            profile[step] = max(profile.get(step, 0), network.sizes[layer.output])
    working = {place: {place: layer.scratch_bytes} for place, layer in enumerate(network.layers) if layer.scratch_bytes}
    blocks = [*profiles.values(), *working.values()]
    offsets = _place(blocks)
    placed = dict(zip(profiles, offsets[: len(profiles)], strict=True))
    ends = (offset + max(block.values()) for offset, block in zip(offsets, blocks, strict=True))
    return Memory(
        _aligned(max(ends, default=0)),
        {buffer: placed[block] for buffer, block in home.items()},
        dict(zip(working, offsets[len(profiles) :], strict=True)),
    )


def _place(blocks: list[Profile]) -> list[int]:
    """The offset of each block: the largest first, each at the lowest place where it never meets another."""
    offsets: dict[int, int] = {}
    for index in sorted(range(len(blocks)), key=lambda one: (-max(blocks[one].values()), one)):
        block = blocks[index]
        others = [(offsets[one], blocks[one]) for one in offsets]
        ends = {_aligned(at + other[step]) for at, other in others for step in block if step in other}
        offsets[index] = next(
            start
            for start in sorted({0, *ends})
            if all(
                start + block[step] <= at or at + other[step] <= start
                for at, other in others
                for step in block
                if step in other
            )
        )
    return [offsets[index] for index in range(len(blocks))]


def _aligned(size_bytes: int) -> int:
    return -(-size_bytes // _ALIGNMENT_BYTES) * _ALIGNMENT_BYTES


def may_overwrite(layer: Layer) -> bool:
    """Whether a layer may write its output to where its input begins.

    A table is read and written value by value. A convolution copies what a stretch of outputs
    sees before it writes them, so its writes must only stay behind all that is read later.
    """
    if layer.kind == "lookup":
        return True
    if layer.kind != "conv":
        return False
    held = layer.settings
    line = held["input_width"] * held["input_channels"]
    reads, writes, written = [], [], 0
    for y in range(held["output_height"]):
        for x in range(0, held["output_width"], held["stretch"]):
            row = max(y * held["pool_height"] * held["stride_height"] - held["pad_top"], 0)
            column = max(x * held["pool_width"] * held["stride_width"] - held["pad_left"], 0)
            reads.append(row * line + column * held["input_channels"])
            written += min(held["stretch"], held["output_width"] - x) * held["output_channels"]
            writes.append(written)
    later = len(reads) * line * held["input_height"]  # behind the last stretch nothing is read
    for read, end in zip(reversed(reads), reversed(writes), strict=True):
        if end > later:
            return False
        later = min(later, read)
    return True
