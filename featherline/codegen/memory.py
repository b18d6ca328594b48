"""Where the buffers of a C program lie: one block of memory, planned over lifetimes, outputs over inputs where safe.

A lower bound tells how good a plan is: what lies in memory at the busiest layer, with outputs over inputs as far as
their kernels allow, and what a chain of layers takes of which each has to begin before the one that it lies over.
Orders of placing are tried until a plan reaches it, or for a number of tries: never for a time, so that the same model
always gets the same plan.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, permutations

from featherline.codegen.layers import Network
from featherline.codegen.overlap import Lead, lead, written_end

_ALIGNMENT_BYTES = 4
_WIDE = ("int64",)
_TRIES = 300  # of orders that are changed at random, where none of the plain ones reaches the bound
_FEW_BLOCKS = 6  # that have few orders enough to try them all


@dataclass(frozen=True)
class Memory:
    """Offsets in bytes, multiples of the unit: of buffers by number, of a layer's scratch memory by its place.

    Attributes:
        bytes: of all buffers that last for an inference at most.
        states: offsets of the buffers that outlive an inference, which have a block of their own.
        state_bytes: of that block.
        unit_bytes: what the widest number takes: 4, or 8.
        bound_bytes: no plan of these buffers takes less.
        shared: whether other files of the program use the block too, between inferences.
    """

    bytes: int
    buffers: dict[int, int]
    scratch: dict[int, int]
    states: dict[int, int] = field(default_factory=dict)
    state_bytes: int = 0
    unit_bytes: int = 4
    bound_bytes: int = 0
    shared: bool = False

    @property
    def sentence(self) -> str:
        """What the plan takes, and how far from the best one it may be."""
        if self.bytes <= self.bound_bytes:
            return f"Its buffers take {self.bytes:,} bytes, and no plan of them takes less."
        return f"Its buffers take {self.bytes:,} bytes, and no plan of them less than {self.bound_bytes:,}."


@dataclass(frozen=True)
class Block:
    """A buffer, or a layer's scratch memory.

    Attributes:
        bytes: a multiple of the unit.
        first, last: the layers by their place, from which to which it is needed.
        over: how it may lie over others that are needed for the last time where it is written, by their place among
            the blocks.
    """

    bytes: int
    first: int
    last: int
    over: dict[int, Lead] = field(default_factory=dict)


def plan(network: Network) -> Memory:
    """Places every buffer; the model's inputs and outputs only where the network has them within."""
    unit_bytes = _unit_bytes(network)
    places, blocks = _blocks(network, unit_bytes)
    bound_bytes = bound(blocks, unit_bytes)
    offsets = place_all(blocks, unit_bytes, bound_bytes)
    states, state_bytes = {}, 0
    for buffer in network.states:
        states[buffer] = state_bytes
        state_bytes += _aligned(network.sizes[buffer], unit_bytes)
    by_buffer = dict(zip(places, offsets, strict=False))
    scratches = (place for place, layer in enumerate(network.layers) if layer.scratch_bytes)
    return Memory(
        height(blocks, offsets),
        by_buffer,
        dict(zip(scratches, offsets[len(places) :], strict=True)),
        states,
        state_bytes,
        unit_bytes,
        bound_bytes,
    )


def _unit_bytes(network: Network) -> int:
    return 8 if any(kind in _WIDE for kind in network.kinds.values()) else _ALIGNMENT_BYTES


def _blocks(network: Network, unit_bytes: int) -> tuple[list[int], list[Block]]:
    """The buffers that are to be placed, and a block for each of them and then for each scratch memory."""
    firsts: dict[int, int] = {}
    lasts: dict[int, int] = {}
    for place, layer in enumerate(network.layers):
        for buffer in (*layer.inputs, layer.output):
            if isinstance(buffer, int):
                lasts[buffer] = place
        firsts.setdefault(layer.output, place)
    outside = {*network.states}
    if network.ends_within or network.inputs_within:  # filled before the first layer
        firsts = dict.fromkeys(network.inputs, 0) | firsts
        lasts = dict.fromkeys(network.inputs, 0) | lasts
    if network.ends_within:  # the caller reads outputs behind the last layer
        lasts |= dict.fromkeys(network.outputs, len(network.layers) - 1)
    else:
        outside |= {*network.outputs}
    buffers = [buffer for buffer in firsts if buffer not in outside]
    place_of = {buffer: place for place, buffer in enumerate(buffers)}
    blocks = [
        Block(
            _aligned(network.sizes[buffer], unit_bytes),
            firsts[buffer],
            lasts[buffer],
            {place_of[source]: way for source, way in _ways(network, buffer, lasts).items() if source in place_of},
        )
        for buffer in buffers
    ]
    for place, layer in enumerate(network.layers):
        if layer.scratch_bytes:
            blocks.append(Block(_aligned(layer.scratch_bytes, unit_bytes), place, place))
    return buffers, blocks


def _ways(network: Network, buffer: int, lasts: Mapping[int, int]) -> dict[int, Lead]:
    """How a buffer may lie over the inputs of the layers that write it, where they are needed for the last time.

    Several layers may write it, one part after another, such as those of CONCATENATION. An input of a later one must
    lie behind all that the earlier ones write.
    """
    ways: dict[int, Lead] = {}
    written_bytes: int | None = 0
    for place, layer in enumerate(network.layers):
        if layer.output != buffer or written_bytes is None:
            continue
        for source in dict.fromkeys(operand for operand in layer.inputs if isinstance(operand, int)):
            leads = [lead(network, layer, operand) for operand, other in enumerate(layer.inputs) if other is source]
            if source != buffer and lasts[source] == place and None not in leads:
                way = _both([*(entry for entry in leads if entry is not None), Lead(written_bytes)])
                ways[source] = way if written_bytes else _both([entry for entry in leads if entry is not None])
        ends = written_end(layer)
        written_bytes = None if ends is None else max(written_bytes, ends)
    return ways


def _both(leads: Sequence[Lead]) -> Lead:
    """What all of some ways to lie over the same input allow."""
    return Lead(max(entry.bytes for entry in leads), max(entry.multiple_bytes for entry in leads))


def loads_of(network: Network) -> list[int]:
    """What lies in memory at each layer of a network, as of `loads`."""
    unit_bytes = _unit_bytes(network)
    return loads(_blocks(network, unit_bytes)[1], unit_bytes)


def loads(blocks: Sequence[Block], unit_bytes: int = _ALIGNMENT_BYTES) -> list[int]:
    """Bytes that lie in memory at each layer at least.

    An output that may lie over inputs counts with as much as must stick out of them.
    """
    alive_bytes = []
    for step in range(max((block.last for block in blocks), default=-1) + 1):
        alive = {place for place, block in enumerate(blocks) if block.first <= step <= block.last}
        hidden_bytes = 0
        for block in (blocks[place] for place in alive):
            under = ((blocks[place], way) for place, way in block.over.items() if place in alive)
            hidden_bytes += min(block.bytes, sum(_hidden_bytes(block, other, way, unit_bytes) for other, way in under))
        alive_bytes.append(sum(blocks[place].bytes for place in alive) - hidden_bytes)
    return alive_bytes


def bound(blocks: Sequence[Block], unit_bytes: int = _ALIGNMENT_BYTES) -> int:
    """Bytes below which no plan of some blocks is.

    No plan is below the largest of `loads`. In a plan that has no room for an output and its input side by side the one
    lies over the other, and begins its distance before it. Along a chain of such pairs distances add up: either the
    plan has room for the last input of the chain behind all of them, or for one of the pairs side by side.
    """
    least_bytes = max(loads(blocks, unit_bytes), default=0)
    while True:
        needed_bytes, apart_bytes = _of_chains(blocks, least_bytes, unit_bytes)
        if min(needed_bytes, apart_bytes) <= least_bytes:
            return least_bytes
        least_bytes = min(needed_bytes, apart_bytes)


def _of_chains(blocks: Sequence[Block], room_bytes: int, unit_bytes: int) -> tuple[int, int]:
    """What the chains of pairs take that do not lie side by side in some room; and what the smallest pair of them would
    take side by side."""
    lowest = [0] * len(blocks)
    apart_bytes = 1 << 62
    # What lies over another is needed longer: from the last to the first, all that lies over a block is known.
    for place in sorted(range(len(blocks)), key=lambda place: (-blocks[place].last, -blocks[place].first)):
        block = blocks[place]
        for source, way in block.over.items():
            together_bytes = block.bytes + blocks[source].bytes
            if together_bytes > room_bytes:
                apart_bytes = min(apart_bytes, together_bytes)
                distance_bytes = _aligned(_aligned(way.bytes, way.multiple_bytes), unit_bytes)
                lowest[source] = max(lowest[source], lowest[place] + distance_bytes)
    return max((offset + block.bytes for offset, block in zip(lowest, blocks, strict=True)), default=0), apart_bytes


def _hidden_bytes(output: Block, source: Block, way: Lead, unit_bytes: int) -> int:
    """How many bytes an output and an input may share at most."""
    distance_bytes = max(_aligned(_aligned(way.bytes, way.multiple_bytes), unit_bytes), 0)
    return min(max(output.bytes - distance_bytes, 0), source.bytes)


def height(blocks: Sequence[Block], offsets: Sequence[int]) -> int:
    """Bytes of a plan."""
    return max((offset + block.bytes for offset, block in zip(offsets, blocks, strict=True)), default=0)


def place_all(blocks: Sequence[Block], unit_bytes: int = _ALIGNMENT_BYTES, bound_bytes: int | None = None) -> list[int]:
    """The offset of each block, such that all of them together take as little as was reached.

    Of few blocks every order is tried where no other way reaches the bound, so that no order gives less.

    Args:
        blocks: with sizes that are multiples of the unit.
        unit_bytes: of which offsets are multiples.
        bound_bytes: where the search ends; as of `bound` where nothing else is said.
    """
    bound_bytes = bound(blocks, unit_bytes) if bound_bytes is None else bound_bytes
    tried = [(order, _placed(blocks, order, unit_bytes)) for order in _orders(blocks)]
    best_order, best = min(tried, key=lambda order_and_offsets: _cost(blocks, order_and_offsets[1]))
    chance = random.Random(0)  # noqa: S311, the same at each run
    for _ in range(_TRIES):
        if height(blocks, best) <= bound_bytes:
            break
        order = list(best_order)
        # What ends highest is what a better plan has to place earlier.
        highest = max(range(len(blocks)), key=lambda block: best[block] + blocks[block].bytes)
        mover = highest if chance.random() < 0.5 else chance.randrange(len(blocks))
        order.remove(mover)
        order.insert(chance.randrange(len(blocks)), mover)
        offsets = _placed(blocks, order, unit_bytes)
        if height(blocks, offsets) <= height(blocks, best):
            best, best_order = offsets, order
    if height(blocks, best) > bound_bytes and len(blocks) <= _FEW_BLOCKS:
        # Of equal plans the first stays: the one that was found above.
        every = (_placed(blocks, order, unit_bytes) for order in permutations(range(len(blocks))))
        best = min(chain([best], every), key=lambda offsets: height(blocks, offsets))
    return _at_the_beginning(blocks, best)


def _cost(blocks: Sequence[Block], offsets: Sequence[int]) -> tuple[int, int, int]:
    """What a plan takes of RAM, and then of flash: an offset of 0 needs no instruction, a small one a shorter one."""
    return height(blocks, offsets), sum(offset > 0 for offset in offsets), sum(offsets)


def _at_the_beginning(blocks: Sequence[Block], offsets: Sequence[int]) -> list[int]:
    """The same plan with each block at the beginning that may lie there as well."""
    moved = list(offsets)
    for place in range(len(blocks)):
        if all(is_allowed(blocks, place, 0, other, moved[other]) for other in _met(blocks, place, range(len(blocks)))):
            moved[place] = 0
    return moved


def _orders(blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Orders of placing: the largest first; those of the busiest layers first; as they are needed, and backwards."""
    places = range(len(blocks))
    yield sorted(places, key=lambda place: (-blocks[place].bytes, place))
    layers = range(max((block.last for block in blocks), default=0) + 1)
    loads = [sum(block.bytes for block in blocks if block.first <= step <= block.last) for step in layers]
    busiest = [max(loads[block.first : block.last + 1], default=0) for block in blocks]
    yield sorted(places, key=lambda place: (-busiest[place], -blocks[place].bytes, place))
    yield sorted(places, key=lambda place: (-blocks[place].last, -blocks[place].first))
    yield sorted(places, key=lambda place: (blocks[place].first, blocks[place].last))


def _placed(blocks: Sequence[Block], order: Sequence[int], unit_bytes: int) -> list[int]:
    """The offset of each block where each in turn gets the lowest place at which it disturbs none before it."""
    offsets: dict[int, int] = {}
    for place in order:
        block = blocks[place]
        met = _met(blocks, place, offsets)
        candidates = {0}
        for other in met:
            candidates.add(offsets[other] + blocks[other].bytes)
            if other in block.over:  # it may begin before its input, or so far behind the beginning
                way = block.over[other]
                candidates.add(_down(offsets[other] - way.bytes, unit_bytes))
                candidates.add(offsets[other] % way.multiple_bytes if way.multiple_bytes > 1 else 0)
            elif place in blocks[other].over:
                candidates.add(_aligned(offsets[other] + blocks[other].over[place].bytes, unit_bytes))
        offsets[place] = next(
            candidate
            for candidate in sorted(candidates)
            if candidate >= 0
            and candidate % unit_bytes == 0
            and all(is_allowed(blocks, place, candidate, other, offsets[other]) for other in met)
        )
    return [offsets[place] for place in range(len(blocks))]


def _met(blocks: Sequence[Block], place: int, others: Iterable[int]) -> list[int]:
    """Those of the other blocks that are needed at a time at which the block of that place is."""
    block = blocks[place]
    return [
        other
        for other in others
        if other != place and block.first <= blocks[other].last and blocks[other].first <= block.last
    ]


def is_allowed(blocks: Sequence[Block], place: int, offset: int, other: int, other_offset: int) -> bool:
    """Whether two blocks that are needed together may begin at two offsets."""
    if offset + blocks[place].bytes <= other_offset or other_offset + blocks[other].bytes <= offset:
        return True
    if other in blocks[place].over:
        return blocks[place].over[other].allows(other_offset - offset)
    return place in blocks[other].over and blocks[other].over[place].allows(offset - other_offset)


def _aligned(size_bytes: int, unit_bytes: int) -> int:
    return -(-size_bytes // unit_bytes) * unit_bytes


def _down(offset: int, unit_bytes: int) -> int:
    return offset // unit_bytes * unit_bytes
