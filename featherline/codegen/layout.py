"""How convolutions lie in memory: the band that a stretch of inputs is copied into, weights in words or in few bits."""

from dataclasses import replace

import numpy as np

from featherline.codegen.layers import Layer

_UNPACKING_BYTES = 200  # of code and of settings
_WINDOWS = 8  # of a row that are worked on at a time, where pooling windows allow it


def laid_out(layers: list[Layer]) -> tuple[Layer, ...]:
    """The layers of a network, with the settings of each convolution that say how it lies in memory.

    Settings are `column`, `step`, `words` and `stretch`, and where weights are packed `bits` and `room`.
    """
    return _packed(tuple(_sized(layer) for layer in layers))


def _sized(layer: Layer) -> Layer:
    """A convolution with the layout of its band."""
    if layer.kind != "conv":
        return layer
    held = _line(layer.settings) if layer.settings["kernel_height"] == 1 else layer.settings
    depth = held["input_channels"]
    column = held["kernel_height"] * depth
    column += held["stride_width"] * column % 2  # windows begin at a pair of numbers
    stretch = min(max(_WINDOWS // held["pool_width"], 1), held["output_width"])
    words = -(-((held["kernel_width"] - 1) * column + held["kernel_height"] * depth) // 4)
    windows = min(stretch * held["pool_width"], held["columns"])
    step = held["stride_width"] * column
    numbers = (windows - 1) * step + max(4 * words, held["kernel_width"] * column)
    sums = stretch * (held["output_channels"] + held["output_channels"] % 2)
    return replace(
        layer,
        settings=held | {"column": column, "step": step, "words": words, "stretch": stretch},
        weights=layer.weights.reshape(len(layer.weights), held["kernel_width"], -1, depth),
        scratch_bytes=4 * sums + 2 * (numbers + numbers % 2),
    )


def _line(held: dict[str, int]) -> dict[str, int]:
    """A convolution along one row, as one of a single channel whose windows are as much longer and further apart."""
    depth = held["input_channels"]
    if held["stride_width"] * depth % 2:
        return held
    wider = ("input_width", "kernel_width", "stride_width", "pad_left")
    return held | {name: held[name] * depth for name in wider} | {"input_channels": 1}


def words(layer: Layer) -> np.ndarray:
    """Weights of a convolution as words of four, the first and the third in its even bytes; two channels take turns."""
    outputs, columns, rows, depth = layer.weights.shape
    column = layer.settings["column"]
    row = np.zeros((outputs, columns, max(column, rows * depth)), np.int8)
    row[:, :, : rows * depth] = layer.weights.reshape(outputs, columns, rows * depth)
    flat = row.reshape(outputs, -1)
    numbers = 4 * layer.settings["words"]
    flat = np.pad(flat, ((0, 0), (0, max(numbers - flat.shape[1], 0))))[:, :numbers]
    flat = np.pad(flat, ((0, outputs % 2), (0, 0)))
    words = flat.reshape(-1, 4)[:, [0, 2, 1, 3]].ravel().view("<u4")
    pairs = words.reshape(len(flat) // 2, 2, -1).transpose(0, 2, 1).reshape(len(flat) // 2, -1)
    bits = layer.settings.get("bits", 8)
    if bits == 8:
        return pairs.ravel()
    pairs = np.pad(pairs, ((0, 0), (0, layer.settings["room"] - pairs.shape[1])))
    raised = (np.ascontiguousarray(pairs).view(np.int8) + (1 << (bits - 1))).astype(np.uint8).view("<u4")
    shared = raised.reshape(len(pairs), -1, 8 // bits)
    return np.bitwise_or.reduce(shared << np.arange(0, 8, bits, dtype=np.uint32), axis=2).ravel()


def _packed(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Convolutions and dense layers whose weights fit 2 or 4 bits (3 take 4) in these, if that is less in total."""
    packed, saved, room_bytes = [], 0, 0
    for layer in layers:
        bits = _bits(layer)
        if bits < 8:
            held = layer.settings
            per_word = 8 // bits
            room = -(-2 * held["words"] // per_word) * per_word
            pairs = -(-held["output_channels"] // 2)
            gain = pairs * 4 * (2 * held["words"] - room // per_word)
            layer = replace(
                layer, settings=held | {"bits": bits, "room": room}, scratch_bytes=layer.scratch_bytes + 4 * room
            )
            saved, room_bytes = saved + gain, max(room_bytes, 4 * room)
        elif layer.kind == "conv":
            layer = replace(layer, settings=layer.settings | {"bits": 8, "room": 0})
        packed.append(layer)
    return tuple(packed) if saved > room_bytes + _UNPACKING_BYTES else layers


def _bits(layer: Layer) -> int:
    """Bits that hold each weight of a convolution: 2, 4 or 8."""
    if layer.kind != "conv":
        return 8
    lowest, highest = int(layer.weights.min()), int(layer.weights.max())
    return next((bits for bits in (2, 4) if -(1 << (bits - 1)) <= lowest and highest < 1 << (bits - 1)), 8)
