"""Copies that a program need not make: copies of copies, and those of what a streaming model keeps.

A slice that is only sliced or joined again becomes one copy from where it came from. A variable that is read into the
front of a buffer, and assigned from what that buffer holds in the end, is the buffer itself: it outlives the inference,
and what was copied twice is moved once within it.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from featherline.codegen import memory
from featherline.codegen.layers import Layer, Network
from featherline.codegen.overlap import Steps, copied_bytes
from featherline.codegen.settings import Loops

_MOST_AXES = 8
_MOST_BYTES = 1 << 20  # of a copy that is looked into


def left_out(network: Network) -> Network:
    """A network without copies that it can do without, where that takes no more memory."""
    return _kept_in_place(_joined(network))


def copy_of(reads: np.ndarray, writes: np.ndarray) -> Loops | None:
    """The settings of a copy of some bytes, one after another; None where they follow no steps along few axes."""
    run = _regular(np.flatnonzero((np.diff(reads) != 1) | (np.diff(writes) != 1)) + 1, len(reads))
    there, here = reads[::run], writes[::run]
    axes: list[tuple[int, int, int]] = []
    while len(there) > 1:
        steps, others = np.diff(there), np.diff(here)
        length = _regular(np.flatnonzero((steps != steps[0]) | (others != others[0])) + 1, len(there))
        if length < 2 or len(axes) == _MOST_AXES:
            return None
        axes.insert(0, (length, int(steps[0]), int(others[0])))
        there, here = there[::length], here[::length]
    fields = {"rank": max(len(axes), 1), "run": run, "from": int(reads[0]), "to": int(writes[0])}
    settings = Loops(source="move", fields=fields, arrays={"axes": np.array(axes or [(1, 0, 0)], np.int32)})
    again = copied_bytes(settings)
    return settings if np.array_equal(again[0], reads) and np.array_equal(again[1], writes) else None


def _regular(breaks: np.ndarray, number: int) -> int:
    """The largest length of which all places where something changes, and the end, are multiples."""
    return int(np.gcd.reduce(np.append(breaks, number)))


def _is_copy(layer: Layer) -> bool:
    settings = layer.settings
    single = isinstance(settings, Loops) and settings.source == "move" and "axes" in settings.arrays
    return single and layer.times == 1 and isinstance(layer.inputs[0], int)


def _copied(layer: Layer) -> tuple[np.ndarray, np.ndarray] | None:
    """As `copied_bytes`, of a layer; None where it is no copy, or a very large one."""
    if not isinstance(layer.settings, Loops) or not _is_copy(layer):
        return None
    lengths = layer.settings.arrays["axes"].reshape(-1, 3)[:, 0].astype(np.int64)
    if int(layer.settings.fields["run"]) * int(lengths.prod()) > _MOST_BYTES:
        return None
    return copied_bytes(layer.settings)


def _uses(network: Network) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The places of the layers that read each buffer, and of those that write it."""
    readers: dict[int, list[int]] = {}
    writers: dict[int, list[int]] = {}
    for place, layer in enumerate(network.layers):
        for buffer in {operand for operand in (*layer.inputs, *layer.states) if isinstance(operand, int)}:
            readers.setdefault(buffer, []).append(place)
        for buffer in (layer.output, *layer.states):
            writers.setdefault(buffer, []).append(place)
    return readers, writers


def _total_bytes(network: Network) -> int:
    loads = memory.loads_of(network)
    return max(loads, default=0) + sum(-(-network.sizes[buffer] // 4) * 4 for buffer in network.states)


def _joined(network: Network) -> Network:
    """The network without buffers that hold a copy for other copies alone."""
    place = 0
    while place < len(network.layers):
        shorter = _without_copy(network, place)
        if shorter is None or _total_bytes(shorter) > _total_bytes(network):
            place += 1
        else:
            network, place = shorter, 0
    return network


def _without_copy(network: Network, place: int) -> Network | None:
    """The network without the copy at a place, which others make from where it comes; None where that cannot be."""
    layer, copied = network.layers[place], _copied(network.layers[place])
    readers, writers = _uses(network)
    buffer, source = layer.output, layer.inputs[0] if layer.inputs else None
    if copied is None or not isinstance(source, int) or buffer in (*network.outputs, *network.states):
        return None
    places = readers.get(buffer, [])
    if writers[buffer] != [place] or not places or len(copied[1]) != network.sizes[buffer]:
        return None
    if network.entry_layers > place or any(
        writer > place and writer < places[-1] for writer in writers.get(source, [])
    ):
        return None
    origins = np.zeros(network.sizes[buffer], int)
    origins[copied[1]] = copied[0]
    layers = list(network.layers)
    for reader in places:
        further = _copied(layers[reader])
        settings = None if further is None else copy_of(origins[further[0]], further[1])
        if settings is None or (layers[reader].output == source):
            return None
        layers[reader] = replace(layers[reader], settings=settings, inputs=(source,))
    del layers[place]
    return replace(network, layers=tuple(layers), sizes=_without(network.sizes, buffer))


def _without(mapping: Mapping[int, int], key: int) -> dict[int, int]:
    return {buffer: entry for buffer, entry in mapping.items() if buffer != key}


def _kept_in_place(network: Network) -> Network:
    """The network with each variable in the buffer that it is read into, where that takes no more memory."""
    for state in sorted(network.states, key=lambda buffer: -network.sizes[buffer]):
        shorter = _absorbed(network, state)
        if shorter is not None and _total_bytes(shorter) <= _total_bytes(network):
            network = shorter
    return network


def _absorbed(network: Network, state: int) -> Network | None:
    """The network with a variable in the buffer that it is read into; None where it is used in another way."""
    readers, writers = _uses(network)
    if len(readers.get(state, [])) != 1 or len(writers.get(state, [])) != 1:
        return None
    [first], [last] = readers[state], writers[state]
    read, assigned = _copied(network.layers[first]), _copied(network.layers[last])
    buffer = network.layers[first].output
    if read is None or assigned is None or network.layers[last].inputs != (buffer,):
        return None
    if buffer in (*network.inputs, *network.outputs, *network.states) or len(assigned[1]) != network.sizes[state]:
        return None
    if writers[buffer][0] != first or writers[buffer][-1] > last or first in readers.get(buffer, []):
        return None
    origins = np.zeros(network.sizes[state], int)
    origins[assigned[1]] = assigned[0]
    settings = copy_of(origins[read[0]], read[1])
    if settings is None:
        return None
    lead_bytes = Steps(origins[read[0]], read[1] + 1).lead_bytes()
    if lead_bytes is not None and lead_bytes > 0:  # it would read what it has written
        return None
    layers = list(network.layers)
    layers[first] = replace(layers[first], settings=settings, inputs=(buffer,))
    del layers[last]
    begun = np.ascontiguousarray(network.states[state]).view(np.int8).ravel()
    content = np.full(network.sizes[buffer], begun[0], np.int8)
    content[assigned[0]] = begun[assigned[1]]
    states = {buffer if kept == state else kept: values for kept, values in network.states.items()}
    states[buffer] = content.view(np.ascontiguousarray(network.states[state]).dtype)
    return replace(network, layers=tuple(layers), states=states, sizes=_without(network.sizes, state))
