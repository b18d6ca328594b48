"""Where the buffers of a C program lie: one block of memory, planned over lifetimes, outputs over inputs where safe."""

from collections.abc import Container
from dataclasses import dataclass, field

from featherline.codegen.layers import Layer, Network
from featherline.codegen.layout import band_of, plane_of
from featherline.codegen.settings import Add, Conv, DepthwisePlane, Lookup

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
    """Places every buffer but the model's inputs and outputs, which are the caller's.

    Where an output lies over its input, both stay in one place for as long as either lives, which may stand in the way
    of others: the plan that needs least is taken, with all that may, and without one kind of kernel.
    """
    able = {layer.settings.kernel for layer in network.layers if may_overwrite(layer)}
    choices = [able, *(able - {kernel} for kernel in sorted(able)), set()]
    return min((_planned(network, choice) for choice in choices), key=lambda memory: memory.bytes)


def _planned(network: Network, overwriting: Container[str]) -> Memory:
    """The plan in which layers of some kernels write over their input."""
    unit_bytes = 8 if any(kind in _WIDE for kind in network.kinds.values()) else 4
    last_layer: dict[int, int] = {}
    for layer_index, layer in enumerate(network.layers):
        for buffer in (*layer.inputs, layer.output):
            if isinstance(buffer, int):
                last_layer[buffer] = layer_index
    block_of: dict[int, int] = {}
    profiles: dict[int, Profile] = {}
    for layer_index, layer in enumerate(network.layers):
        if layer.output in network.outputs or layer.output in network.states:
            continue
        source = layer.inputs[0] if layer.inputs else None
        if layer.output not in block_of:
            block_of[layer.output] = layer.output
            if (
                isinstance(source, int)
                and source in block_of
                and last_layer[source] == layer_index
                and layer.settings.kernel in overwriting
                and may_overwrite(layer)
            ):
                block_of[layer.output] = block_of[source]
        profile = profiles.setdefault(block_of[layer.output], {})
        for alive_index in range(layer_index, last_layer[layer.output] + 1):
            profile[alive_index] = max(profile.get(alive_index, 0), network.sizes[layer.output])
    scratch = {
        layer_index: {layer_index: layer.scratch_bytes}
        for layer_index, layer in enumerate(network.layers)
        if layer.scratch_bytes
    }
    blocks = [*profiles.values(), *scratch.values()]
    offsets = _place(blocks, unit_bytes)
    block_offsets = dict(zip(profiles, offsets[: len(profiles)], strict=True))
    block_ends = (offset + max(block.values()) for offset, block in zip(offsets, blocks, strict=True))
    states, state_bytes = {}, 0
    for buffer in network.states:
        states[buffer] = state_bytes
        state_bytes += _aligned(network.sizes[buffer], unit_bytes)
    return Memory(
        _aligned(max(block_ends, default=0), unit_bytes),
        {buffer: block_offsets[block] for buffer, block in block_of.items()},
        dict(zip(scratch, offsets[len(profiles) :], strict=True)),
        states,
        state_bytes,
        unit_bytes,
    )


def _place(blocks: list[Profile], unit_bytes: int = _ALIGNMENT_BYTES) -> list[int]:
    """The offset of each block: the largest first, each at the lowest place where it never meets another."""
    offsets: dict[int, int] = {}
    for index in sorted(range(len(blocks)), key=lambda block: (-max(blocks[block].values()), block)):
        block = blocks[index]
        earlier_blocks = [(offset, blocks[earlier]) for earlier, offset in offsets.items()]
        candidate_ends = {
            _aligned(other_offset + profile[layer_index], unit_bytes)
            for other_offset, profile in earlier_blocks
            for layer_index in block
            if layer_index in profile
        }
        offsets[index] = next(
            candidate_offset
            for candidate_offset in sorted({0, *candidate_ends})
            if all(
                candidate_offset + block[layer_index] <= other_offset
                or other_offset + profile[layer_index] <= candidate_offset
                for other_offset, profile in earlier_blocks
                for layer_index in block
                if layer_index in profile
            )
        )
    return [offsets[index] for index in range(len(blocks))]


def _aligned(size_bytes: int, unit_bytes: int) -> int:
    return -(-size_bytes // unit_bytes) * unit_bytes


def may_overwrite(layer: Layer) -> bool:
    """Whether a layer may write its output to where its input begins.

    A table is read and written value by value, and so is a sum. Of a depthwise convolution whose plane is for all rows,
    each channel is copied before it is written, and meets no other channel. Another convolution copies what a stretch
    of outputs sees before it writes them, so its writes must only stay behind all that is read later.
    """
    settings = layer.settings
    if isinstance(settings, Add):
        return settings.counts.first == settings.counts.result
    if isinstance(settings, DepthwisePlane) and layer.times == 1:
        return settings.multiplier == 1 and plane_of(settings).stripe >= settings.output.height
    if not isinstance(settings, Conv) or layer.times > 1:
        return isinstance(settings, Lookup)
    source, output, band_outputs = settings.input, settings.output, band_of(settings).stretch
    pool, stride, padding = settings.pool, settings.stride, settings.padding
    row_elements = source.width * source.channels
    reads, writes, elements_written = [], [], 0
    for y in range(output.height):
        for x in range(0, output.width, band_outputs):
            row = max(y * pool.height * stride.height - padding.height, 0)
            column = max(x * pool.width * stride.width - padding.width, 0)
            reads.append(row * row_elements + column * source.channels)
            elements_written += min(band_outputs, output.width - x) * output.channels
            writes.append(elements_written)
    lowest_later_read = len(reads) * row_elements * source.height  # behind the last stretch nothing is read
    for read, end in zip(reversed(reads), reversed(writes), strict=True):
        if end > lowest_later_read:
            return False
        lowest_later_read = min(lowest_later_read, read)
    return True
