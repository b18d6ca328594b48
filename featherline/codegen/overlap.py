"""How far a layer's output may lie over its input: the steps in which each kernel reads and writes.

A kernel goes through its output from the lowest address to the highest. What a step of it writes may hit an input that
no later step reads, and an output that begins a little before its input stays behind all that is still read. How many
bytes that takes is computed here from the settings of the layer, for the order of the loops in `kernels/`; a kernel
whose loops change changes here too. Cores differ in how much one step is: the steps here are the smallest of all, as
one that reads more before it writes only reads earlier.
"""

from dataclasses import dataclass

import numpy as np

from featherline.codegen.layers import Layer, Network
from featherline.codegen.layout import band_of, plane_of
from featherline.codegen.settings import (
    Add,
    Conv,
    Dense,
    Depthwise,
    DepthwiseFours,
    DepthwisePlane,
    Dimensions,
    Lookup,
    Loops,
    Mean,
    Mul,
    Pool,
    ReduceMax,
    Softmax,
    Tile,
)

_ITEM_BYTES = {"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "int32": 4, "float32": 4, "int64": 8}
_MOST_STEPS = 1 << 21  # of a layer whose steps are gone through
_ONE_BY_ONE = ("cast", "curve", "dequantize", "quantize", "real_unary", "rescale", "slopes")
_SPREAD = ("blend", "choose", "compare", "product", "quotient", "real", "squared", "whole")


@dataclass(frozen=True)
class Lead:
    """Where an output may begin that lies over an input.

    Attributes:
        bytes: how far before the input at least; below 0 it may begin behind the input's beginning.
        multiple_bytes: only multiples of this distance will do.
    """

    bytes: int
    multiple_bytes: int = 1

    def allows(self, distance_bytes: int) -> bool:
        """Whether an output may begin so many bytes before the input."""
        return distance_bytes >= self.bytes and distance_bytes % self.multiple_bytes == 0


@dataclass(frozen=True)
class Steps:
    """What a kernel does to one input and to its output, a step after another; a step reads before it writes.

    Attributes:
        reads: the lowest byte of the input that each step reads.
        ends: the byte of the output behind all that each step writes.
    """

    reads: np.ndarray
    ends: np.ndarray

    def lead_bytes(self) -> int | None:
        """How far before the input the output has to begin; None where nothing is read after something was written."""
        if self.reads.size < 2:
            return None
        written = np.maximum.accumulate(self.ends.ravel())[:-1]
        read_later = np.minimum.accumulate(self.reads.ravel()[::-1])[::-1][1:]
        return int((written - read_later).max())


def lead(network: Network, layer: Layer, operand: int) -> Lead | None:
    """How the output of a layer may lie over one of its inputs; None where it may not.

    Args:
        network: whose layer it is.
        layer: laid out; of one that is not, nothing is known.
        operand: place of the input among `layer.inputs`.
    """
    source = layer.inputs[operand]
    if not isinstance(source, int) or not _of_one_type(network.kind(source), network.kind(layer.output)):
        return None
    settings = layer.settings
    if isinstance(settings, DepthwisePlane):
        return _plane_lead(settings) if layer.times == 1 and settings.plane else None
    numbers = network.sizes[layer.output] // _ITEM_BYTES[network.kind(layer.output)]
    if numbers > _MOST_STEPS:
        return None
    steps = _steps(network, layer, operand)
    if steps is None:
        return None
    if layer.times > 1:
        steps = _repeated(steps, layer.times, network.sizes[source], network.sizes[layer.output])
    bytes_before = steps.lead_bytes()
    return Lead(-network.sizes[source] if bytes_before is None else bytes_before)


def written_end(layer: Layer) -> int | None:
    """The byte of the output behind all that a copy writes; None of a layer that is no copy."""
    settings = layer.settings
    if not isinstance(settings, Loops) or settings.source != "move" or "axes" not in settings.arrays:
        return None
    return int(copied_bytes(settings)[1].max()) + 1 if layer.times == 1 else None


def _of_one_type(kind: str, other: str) -> bool:
    """Whether a compiler has to expect that writes to the one change the other."""
    return kind == other or _ITEM_BYTES.get(kind) == _ITEM_BYTES.get(other) == 1


def _repeated(steps: Steps, times: int, input_bytes: int, output_bytes: int) -> Steps:
    """The steps of a batch, in which the kernel runs on one part after another."""
    parts = np.arange(times)[:, np.newaxis]
    return Steps(
        steps.reads.ravel() + parts * (input_bytes // times), steps.ends.ravel() + parts * (output_bytes // times)
    )


def _steps(network: Network, layer: Layer, operand: int) -> Steps | None:
    """The steps of one run of a kernel; None where they are not known."""
    match layer.settings:
        case Conv() as settings:
            return _convolution(settings) if settings.band else None
        case Dense() as settings:
            ends = np.minimum(np.arange(0, settings.output.channels, settings.together) + settings.together, 1 << 30)
            return Steps(np.zeros(len(ends), int), np.minimum(ends, settings.output.channels))
        case Depthwise() as settings:
            channels = np.arange(settings.output.channels)
            moves = Tile(settings.pool.height * settings.stride.height, settings.pool.width * settings.stride.width)
            read, ends = channels // settings.multiplier, channels + 1
            return _windows(settings.input, settings.output, moves, settings.padding, read, ends)
        case DepthwiseFours() as settings:
            channels = np.arange(0, settings.input.channels, 4)
            moves = Tile(settings.pool.height * settings.stride.height, settings.pool.width * settings.stride.width)
            return _windows(settings.input, settings.output, moves, settings.padding, channels, channels + 4)
        case Pool() as settings:
            output = Dimensions(settings.output.height, settings.output.width, settings.input.channels)
            channels = np.arange(output.channels)
            return _windows(settings.input, output, settings.stride, settings.padding, channels, channels + 1)
        case Mean() | ReduceMax() as settings:
            outer, inner = np.arange(settings.axes.outer)[:, np.newaxis], np.arange(settings.axes.inner)
            reads = outer * settings.axes.reduced * settings.axes.inner + inner
            return Steps(reads, outer * settings.axes.inner + inner + 1)
        case Lookup() as settings:
            return _in_turn(settings.count)
        case Softmax() as settings:
            return _in_turn(settings.rows * settings.classes)
        case Add() | Mul() as settings:
            count = settings.counts.first if operand == 0 else settings.counts.second
            return _in_turn(count) if count == settings.counts.result else None
        case Loops() as settings:
            kinds = (
                network.kind(buffer) for buffer in (layer.inputs[operand], layer.output) if isinstance(buffer, int)
            )
            input_bytes, output_bytes = (_ITEM_BYTES[kind] for kind in kinds)
            return _loops(settings, operand, input_bytes, output_bytes)
    return None


def _loops(settings: Loops, operand: int, input_bytes: int, output_bytes: int) -> Steps | None:
    """The steps of a kernel in plain loops, of numbers of so many bytes."""
    if settings.source == "move" and "axes" in settings.arrays:
        reads, writes = copied_bytes(settings)
        return Steps(reads, writes + 1)
    if settings.source in _ONE_BY_ONE and "number" in settings.fields:
        return _in_turn(int(settings.fields["number"]), input_bytes, output_bytes)
    if settings.source in _SPREAD and "axes" in settings.arrays:
        places = _places(settings.arrays["axes"], 1 + operand)
        return Steps(input_bytes * places, output_bytes * (np.arange(len(places)) + 1))
    return None


def _in_turn(number: int, input_bytes: int = 1, output_bytes: int = 1) -> Steps:
    """One number after another, each read and written once."""
    places = np.arange(number)
    return Steps(places * input_bytes, (places + 1) * output_bytes)


def _places(axes: np.ndarray, column: int) -> np.ndarray:
    """The offsets that a walk over some axes takes, one after another; `column` says of which of its two ends."""
    offsets = np.zeros(1, int)
    for axis in axes.reshape(-1, 3).astype(int):
        offsets = (offsets[:, np.newaxis] + np.arange(axis[0]) * axis[column]).ravel()
    return offsets


def copied_bytes(settings: Loops) -> tuple[np.ndarray, np.ndarray]:
    """The bytes that a copy reads and those that it writes, one after another."""
    run = np.arange(int(settings.fields["run"]))
    ends = [
        (int(settings.fields[field]) + _places(settings.arrays["axes"], column))[:, np.newaxis] + run
        for field, column in (("from", 1), ("to", 2))
    ]
    return ends[0].ravel(), ends[1].ravel()


def _convolution(settings: Conv) -> Steps:
    """A stretch of outputs of a row at a time: all that it sees is copied before it is written."""
    source, output, stretch = settings.input, settings.output, band_of(settings).stretch
    xs = np.arange(0, output.width, stretch)
    rows = np.maximum(
        np.arange(output.height) * settings.pool.height * settings.stride.height - settings.padding.height, 0
    )
    columns = np.maximum(xs * settings.pool.width * settings.stride.width - settings.padding.width, 0)
    reads = (rows[:, np.newaxis] * source.width + columns) * source.channels
    ends = np.arange(output.height)[:, np.newaxis] * output.width + np.minimum(xs + stretch, output.width)
    return Steps(reads, ends * output.channels)


def _windows(
    source: Dimensions, output: Dimensions, moves: Tile, padding: Tile, channels: np.ndarray, ends: np.ndarray
) -> Steps:
    """One place of the output after another, and there some channels after others.

    Args:
        source, output: of the layer.
        moves: rows and columns of the input from one place of the output to the next.
        padding: rows above and columns to the left of the input.
        channels: the lowest one of the input that each step sees.
        ends: the channel of the output behind those that it writes.
    """
    rows = np.maximum(np.arange(output.height) * moves.height - padding.height, 0)
    columns = np.maximum(np.arange(output.width) * moves.width - padding.width, 0)
    corners = (rows[:, np.newaxis] * source.width + columns) * source.channels
    places = np.arange(output.height * output.width).reshape(output.height, output.width) * output.channels
    return Steps(corners[..., np.newaxis] + channels, places[..., np.newaxis] + ends)


def _plane_lead(settings: DepthwisePlane) -> Lead | None:
    """A stripe of rows at a time, and of it one channel after another, each copied before it is written.

    Of channels that come later nothing is written as long as both tensors lie a multiple of all channels apart. What
    the next stripe sees of the rows above it must not be written by then.
    """
    source, output, stripe = settings.input, settings.output, plane_of(settings).stripe
    if settings.multiplier != 1:
        return None
    firsts = np.arange(stripe, output.height, stripe)
    rows = np.maximum(firsts * settings.pool.height * settings.stride.height - settings.padding.height, 0)
    behind = firsts * output.width - rows * source.width
    return Lead(int(behind.max(initial=0)) * source.channels, source.channels)
