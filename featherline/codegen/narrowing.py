"""Which layers work on fewer outputs at a time: those whose copies decide how much memory the program takes.

Convolutions copy what a stretch of outputs sees into 16 bits and sum it up in 32. A stretch of 8 keeps what surrounds
the inner loops small; of 4 or 2 it takes less memory and a few instructions more. The busiest layer is narrowed, then
the next one, for as long as that makes the lower bound of the plan smaller and stays within a share of instructions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from featherline.codegen import memory
from featherline.codegen.layers import Layer, Network
from featherline.codegen.layout import band_of, banded
from featherline.codegen.settings import Conv

_WINDOWS = (8, 4, 2)
_STRETCH_INSTRUCTIONS = 150  # of the calls around a stretch
_COPY_INSTRUCTIONS = 3  # of a number that a stretch copies again
_UNPACKING_INSTRUCTIONS = 4  # of a word of weights of few bits, which a stretch unpacks for itself
_MAC_INSTRUCTIONS = 1.5  # of the cheapest kernels
_SHARES = {"size": 0.01, "speed": 0.01, "ram": 0.1}
"""Of an inference's instructions, that narrowing may add."""


def narrowed(network: Network, optimize: str, others: Sequence[Layer] = ()) -> Network:
    """A network with the layers that decide its memory worked on in smaller parts.

    Args:
        network: laid out.
        optimize: one of `OPTIMIZATIONS`.
        others: each layer as another kernel computes it, in the same order; none where there are none.
    """
    left = _SHARES[optimize] * _MAC_INSTRUCTIONS * sum(layer.macs for layer in network.layers)
    loads = memory.loads_of(network)
    while loads:
        busiest = loads.index(max(loads))
        layer = network.layers[busiest]
        other = [others[busiest]] if others and others[busiest] is not layer else []
        for choice in (*other, *_narrower(layer)):
            added = _stretch_instructions(choice) - _stretch_instructions(layer)
            layers = (*network.layers[:busiest], choice, *network.layers[busiest + 1 :])
            narrower = replace(network, layers=layers)
            loads_then = memory.loads_of(narrower)
            if added <= left and loads_then[busiest] < loads[busiest]:
                network, loads, left = narrower, loads_then, left - max(added, 0)
                break
        else:
            break
    return network


def _narrower(layer: Layer) -> Iterator[Layer]:
    """A convolution with the next smaller stretch, if there is one."""
    settings = layer.settings
    if isinstance(settings, Conv):
        for windows in _WINDOWS:
            narrower = banded(layer, settings, windows)
            if isinstance(narrower.settings, Conv) and band_of(narrower.settings).stretch < band_of(settings).stretch:
                yield narrower
                return


def _stretch_instructions(layer: Layer) -> float:
    """What surrounds the stretches of a convolution takes; 0 of other layers."""
    settings = layer.settings
    if not isinstance(settings, Conv):
        return 0.0
    band = band_of(settings)
    stretches = settings.output.height * -(-settings.output.width // band.stretch) * settings.pool.height
    again = max(settings.kernel_size.width - settings.stride.width, 0) * band.column
    pairs = -(-settings.output.channels // 2)
    words = settings.packing.room * pairs if settings.packing else 0
    each = _STRETCH_INSTRUCTIONS + _COPY_INSTRUCTIONS * again + _UNPACKING_INSTRUCTIONS * words
    return float(layer.times * stretches * each)
