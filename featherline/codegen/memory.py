"""Where the buffers of a C program lie: one block of memory, planned over lifetimes, outputs over inputs where safe."""

from dataclasses import dataclass, field

from featherline.codegen.layers import Layer, Network
from featherline.codegen.layout import band_of
from featherline.codegen.settings import Conv, Lookup

_ALIGNMENT_BYTES = 4
_WIDE = ("int64",)

Profile = dict[int, int]
"""How many bytes a block needs while each layer runs, by the layer's place; none where it is not alive."""


@dataclass(frozen=True)
class Memory:
    """Offsets in bytes, multiples of the unit: of buffers by number, of a layer's scratch memory by its place.

    Attributes:
        bytes: of all buffers that last for an inference at most.
        states: offsets of the buffers that outlive an inference, which have a block of their own.
        state_bytes: of that block.
        unit_bytes: what the widest number takes: 4, or 8.
    """

    bytes: int
    buffers: dict[int, int]
    scratch: dict[int, int]
    states: dict[int, int] = field(default_factory=dict)
    state_bytes: int = 0
    unit_bytes: int = 4


def plan(network: Network) -> Memory:
    """Places every buffer but the model's inputs and outputs, which are the caller's."""
    unit_bytes = 8 if any(kind in _WIDE for kind in network.kinds.values()) else 4
    last: dict[int, int] = {}
    for place, layer in enumerate(network.layers):
        for buffer in (*layer.inputs, layer.output):
            if isinstance(buffer, int):
                last[buffer] = place
    home: dict[int, int] = {}
    profiles: dict[int, Profile] = {}
    for place, layer in enumerate(network.layers):
        if layer.output in network.outputs or layer.output in network.states:
            continue
        source = layer.inputs[0] if layer.inputs else None
        if layer.output not in home:
            home[layer.output] = layer.output
            if isinstance(source, int) and source in home and last[source] == place and may_overwrite(layer):
                home[layer.output] = home[source]
        profile = profiles.setdefault(home[layer.output], {})
        for step in range(place, last[layer.output] + 1):
            profile[step] = max(profile.get(step, 0), network.sizes[layer.output])
    working = {place: {place: layer.scratch_bytes} for place, layer in enumerate(network.layers) if layer.scratch_bytes}
    blocks = [*profiles.values(), *working.values()]
    offsets = _place(blocks, unit_bytes)
    placed = dict(zip(profiles, offsets[: len(profiles)], strict=True))
    ends = (offset + max(block.values()) for offset, block in zip(offsets, blocks, strict=True))
    states, state_bytes = {}, 0
    for buffer in network.states:
        states[buffer] = state_bytes
        state_bytes += _aligned(network.sizes[buffer], unit_bytes)
    return Memory(
        _aligned(max(ends, default=0), unit_bytes),
        {buffer: placed[block] for buffer, block in home.items()},
        dict(zip(working, offsets[len(profiles) :], strict=True)),
        states,
        state_bytes,
        unit_bytes,
    )


def _place(blocks: list[Profile], unit_bytes: int = _ALIGNMENT_BYTES) -> list[int]:
    """The offset of each block: the largest first, each at the lowest place where it never meets another."""
    offsets: dict[int, int] = {}
    for index in sorted(range(len(blocks)), key=lambda block: (-max(blocks[block].values()), block)):
        block = blocks[index]
        placed = [(offset, blocks[earlier]) for earlier, offset in offsets.items()]
        ends = {_aligned(at + profile[step], unit_bytes) for at, profile in placed for step in block if step in profile}
        offsets[index] = next(
            start
            for start in sorted({0, *ends})
            if all(
                start + block[step] <= at or at + profile[step] <= start
                for at, profile in placed
                for step in block
                if step in profile
            )
        )
    return [offsets[index] for index in range(len(blocks))]


def _aligned(size_bytes: int, unit_bytes: int) -> int:
    return -(-size_bytes // unit_bytes) * unit_bytes


def may_overwrite(layer: Layer) -> bool:
    """Whether a layer may write its output to where its input begins.

    A table is read and written value by value. A convolution copies what a stretch of outputs
    sees before it writes them, so its writes must only stay behind all that is read later.
    """
    settings = layer.settings
    if not isinstance(settings, Conv) or layer.times > 1:
        return isinstance(settings, Lookup)
    source, output, stretch = settings.input, settings.output, band_of(settings).stretch
    pool, stride, padding = settings.pool, settings.stride, settings.padding
    line = source.width * source.channels
    reads, writes, written = [], [], 0
    for y in range(output.height):
        for x in range(0, output.width, stretch):
            row = max(y * pool.height * stride.height - padding.height, 0)
            column = max(x * pool.width * stride.width - padding.width, 0)
            reads.append(row * line + column * source.channels)
            written += min(stretch, output.width - x) * output.channels
            writes.append(written)
    later = len(reads) * line * source.height  # behind the last stretch nothing is read
    for read, end in zip(reversed(reads), reversed(writes), strict=True):
        if end > later:
            return False
        later = min(later, read)
    return True
