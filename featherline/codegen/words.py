"""How weights lie in words: two channels in a word or more in a halfword, and in few bits where they fit these."""

from dataclasses import replace

import numpy as np

from featherline.codegen.layers import Layer
from featherline.codegen.layout import band_of
from featherline.codegen.settings import Conv, Dense, Packing

_UNPACKING_BYTES = 200  # of code and of settings
_PAIRED_SUM = 1 << 16  # of absolute weights, that inputs of int8 take to 2^23
_PACKED_INPUTS = 512  # of a dense layer with weights of few bits, from which on its sums are parted


def of_convolution(weights: np.ndarray, settings: Conv) -> np.ndarray:
    """Weights of a convolution in words of two halfwords: each 256 times the second of two channels, plus the first.

    Args:
        weights: int8, shape (output channels, columns, rows, input channels).
        settings: of the convolution, laid out.

    Returns:
        uint32, flat.
    """
    outputs, columns, rows, depth = weights.shape
    band = band_of(settings)
    row = np.zeros((outputs, columns, max(band.column, rows * depth)), np.int8)
    row[:, :, : rows * depth] = weights.reshape(outputs, columns, rows * depth)
    flat = row.reshape(outputs, -1)
    numbers = 4 * band.words
    flat = np.pad(flat, ((0, 0), (0, max(numbers - flat.shape[1], 0))))[:, :numbers]
    flat = np.pad(flat, ((0, outputs % 2), (0, 0)))
    wide = flat.reshape(len(flat) // 2, 2, -1).astype(np.int16)
    pairs = np.ascontiguousarray(256 * wide[:, 1] + wide[:, 0]).view("<u4")
    if settings.packing is None or settings.packing.bits == 8:
        return pairs.ravel()
    bits = settings.packing.bits
    pairs = np.pad(pairs, ((0, 0), (0, settings.packing.room - pairs.shape[1])))
    raised = (np.ascontiguousarray(pairs).view(np.int8) + (1 << (bits - 1))).astype(np.uint8).view("<u4")
    shared = raised.reshape(len(pairs), -1, 8 // bits)
    joined = np.bitwise_or.reduce(shared << np.arange(0, 8, bits, dtype=np.uint32), axis=2)
    return np.asarray(joined).ravel()


def dense_groups(outputs: int, together: int) -> list[int]:
    """How many channels of a dense layer are worked on at a time, from the first to the last.

    Args:
        outputs: how many there are.
        together: as of `Dense`.

    Returns:
        Of each group 4, 2 or 1; the last 4 stand for three channels too.
    """
    groups: list[int] = []
    left = outputs
    while left > 0:
        groups.append(min(together, left if left < 3 else 4))
        left -= groups[-1]
    return groups


def of_dense(weights: np.ndarray, together: int, bits: int | None = None) -> np.ndarray:
    """Weights of a dense layer in words, of which two channels share the halfwords; four channels take turns.

    Args:
        weights: int8, shape (output channels, ...), a multiple of four a channel.
        together, bits: as of `Dense`.

    Returns:
        uint32, flat, of one of the `dense_groups` behind another. Of four channels there are, for four inputs after
        another, the first and the third input and the second and the fourth of the first two channels, and the same of
        the others; of two channels these alone; of one a byte for each input. Of 4 bits four channels share each
        halfword, of 2 bits eight.
    """
    flat = weights.reshape(len(weights), -1)
    if bits in (2, 4):
        return _fields(flat, bits)
    parts, first = [], 0
    for channels in dense_groups(len(flat), together):
        group = flat[first : first + channels]
        parts.append(_by_turns(group.astype(np.int16), channels) if channels > 1 else group.ravel().view("<u4"))
        first += channels
    return np.concatenate(parts)


def _by_turns(weights: np.ndarray, channels: int) -> np.ndarray:
    """The words of some channels, of which so many take turns."""
    padded = np.pad(weights, ((0, -len(weights) % channels), (0, 0)))
    # Groups of channels, pairs of them, the channel of a pair; fours of inputs, their halves, even or odd within.
    parts = padded.reshape(len(padded) // channels, channels // 2, 2, padded.shape[1] // 4, 2, 2)
    shared = 256 * parts[:, :, 1] + parts[:, :, 0]
    return np.ascontiguousarray(shared.transpose(0, 2, 1, 4, 3)).view("<u4").ravel()


def _fields(weights: np.ndarray, bits: int) -> np.ndarray:
    """The words of channels that share a halfword, each in few bits."""
    channels, half = 16 // bits, 1 << (bits - 1)
    raised = np.pad(weights.astype(np.uint32), ((0, -len(weights) % channels), (0, 0))) + half
    raised[channels - 1 :: channels] ^= half  # the highest one keeps its sign
    # Groups of channels, the channel; fours of inputs, their halves, even or odd within.
    parts = (raised & (2 * half - 1)).reshape(len(raised) // channels, channels, -1, 2, 2)
    places = np.arange(0, 16, bits, dtype=np.uint32).reshape(-1, 1, 1, 1)
    halves = np.bitwise_or.reduce(parts << places, axis=1)
    return np.asarray(halves[:, :, 0] | halves[:, :, 1] << 16, np.uint32).ravel()


def is_parted(layer: Layer, settings: Dense) -> bool:
    """Whether the sums of a dense layer may grow too far to be told apart at the end alone."""
    return settings.inputs >= _PACKED_INPUTS if settings.packed else is_long(layer.weights)


def pairable(weights: np.ndarray) -> bool:
    """Whether two channels always fit a halfword together: -128 above a negative weight does not.

    Args:
        weights: int8, shape (output channels, ...).
    """
    flat = weights.reshape(len(weights), -1)
    first, second = flat[: len(flat) // 2 * 2 : 2], flat[1::2]
    return not bool(((second == -128) & (first < 0)).any())


def is_long(weights: np.ndarray) -> bool:
    """Whether sums of a channel of int8 weights, output channels first, might reach 2^23."""
    most = int(np.abs(weights.reshape(len(weights), -1).astype(np.int64)).sum(1).max(initial=0))
    return most >= _PAIRED_SUM


def packed(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Layers, laid out, whose weights fit 2 or 4 bits (3 take 4), in these, if that is less in total."""
    in_few_bits: list[Layer] = []
    saved_bytes = room_bytes = 0
    few_bits: set[type] = set()  # whose kernels unpack
    for layer in layers:
        settings = layer.settings
        if isinstance(settings, Conv):
            bits, packing = _bits(of_convolution(layer.weights, settings).view(np.int8)), Packing(8, 0)
            if bits < 8:
                per_word = 8 // bits
                band = band_of(settings)
                room = -(-2 * band.words // per_word) * per_word
                pairs = -(-settings.output.channels // 2)
                saved_bytes += pairs * 4 * (2 * band.words - room // per_word)
                room_bytes = max(room_bytes, 4 * room)
                packing = Packing(bits, room)
                few_bits.add(Conv)
            layer = replace(
                layer,
                settings=replace(settings, packing=packing),
                scratch_bytes=layer.scratch_bytes + 4 * packing.room,
            )
        elif isinstance(settings, Dense):
            bits = _bits(layer.weights)
            saved = of_dense(layer.weights, settings.together).nbytes
            saved -= of_dense(layer.weights, settings.together, bits).nbytes
            if bits < 8 and saved >= 0:
                saved_bytes += saved
                settings = replace(settings, together=16 // bits, bits=bits)
                few_bits.add(Dense)
            else:
                settings = replace(settings, bits=8)
            layer = replace(layer, settings=settings)
        in_few_bits.append(layer)
    if saved_bytes <= room_bytes + _UNPACKING_BYTES:
        return layers
    return tuple(
        layer if type(layer.settings) in few_bits else plain for plain, layer in zip(layers, in_few_bits, strict=True)
    )


def _bits(weights: np.ndarray) -> int:
    """Bits that hold each byte of the words of a convolution: 2, 4 or 8."""
    lowest, highest = int(weights.min()), int(weights.max())
    return next((bits for bits in (2, 4) if -(1 << (bits - 1)) <= lowest and highest < 1 << (bits - 1)), 8)
