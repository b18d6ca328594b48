"""How convolutions lie in memory: the kernel of each, and the band or plane that a stretch of inputs is copied into."""

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import TypeVar

import numpy as np

from featherline.codegen.layers import Layer
from featherline.codegen.settings import (
    OPTIMIZATIONS,
    SINGLE,
    Band,
    Conv,
    ConvolutionSettings,
    Dense,
    Depthwise,
    DepthwiseFours,
    DepthwisePlane,
    Plane,
    Tile,
)

_Turnable = TypeVar("_Turnable", Conv, DepthwisePlane)

_PLANE_SHARE = 4  # of the bytes of an input, that a copy of one channel may take
_FEW_OUTPUTS = 4  # of a channel: it is not worth a copy of its inputs
_FEW_OUTPUTS_OF_FOURS = 9  # neither is it where four channels are worked on at a time and windows are small
_FEW_TAPS = 10  # of such a window; along a line it is worth no copy however many outputs there are
_LARGEST_ROW = 65535  # numbers, in the 16 bits of the kernel's struct
_DENSE_SHARE = 0.05  # of the multiply-accumulates, from which on dense layers get a kernel of their own
_DENSE_BYTES = 512  # of scratch memory with a copy of inputs, that a kernel of its own saves
_SUMS_BEYOND = 3  # the last sums of a row are made together with so many that nobody needs
_BATCH_SUMS = 64  # of a channel that are made before they are stored
_WINDOWS = 8  # of a row that are worked on at a time, where pooling windows allow it


def laid_out(layers: list[Layer], optimize: str = OPTIMIZATIONS[0], copied: bool | None = None) -> tuple[Layer, ...]:
    """The layers of a network as they lie in memory.

    Args:
        layers: in order.
        optimize: one of `OPTIMIZATIONS`.
        copied: whether depthwise convolutions copy a channel at a time, where that is worth it; for speed they do, if
            nothing is said.

    Returns:
        The layers with the kernel of each depthwise convolution and dense layer, and the `band` or `plane` of each
        convolution.
    """
    copied = optimize == "speed" if copied is None else copied
    return _densed(_widened(tuple(map(_sized, _chosen(layers, copied)))), optimize)


def _densed(layers: tuple[Layer, ...], optimize: str) -> tuple[Layer, ...]:
    """The layers with the kernel for dense layers, where it replaces that of convolutions or is worth its code."""
    convolutions = [layer for layer in layers if isinstance(layer.settings, Conv)]
    fit = [layer for layer in convolutions if isinstance(layer.settings, Conv) and _is_dense(layer.settings)]
    others = [layer for layer in convolutions if layer not in fit]
    share = sum(layer.macs for layer in fit) / max(sum(layer.macs for layer in convolutions), 1)
    copied_bytes = max((layer.scratch_bytes for layer in fit), default=0)
    worth = optimize == "speed" or copied_bytes >= _DENSE_BYTES
    worth = worth or (optimize == "ram" and share >= _DENSE_SHARE)
    # A compiler puts the numbers of a kernel's only layer into the kernel.
    worth = worth or len(others) == 1
    if not fit or not (worth or len(fit) == len(convolutions)):
        return layers
    # One kernel for all of them: four channels at a time take hardly more code than two, unless some are left over.
    even = all(len(layer.weights) % 4 == 0 for layer in fit)
    together = 4 if optimize == "speed" or even else 2
    return tuple(
        _by_channels(layer, layer.settings, together)
        if isinstance(layer.settings, Conv) and _is_dense(layer.settings)
        else layer
        for layer in layers
    )


def _is_dense(settings: Conv) -> bool:
    numbers = settings.input.height * settings.input.width * settings.input.channels
    window_numbers = settings.kernel_size.height * settings.kernel_size.width * settings.input.channels
    alone = settings.sums == settings.pool == SINGLE and settings.padding == Tile(0, 0)
    return alone and numbers == window_numbers and numbers % 4 == 0 and numbers <= _LARGEST_ROW


def _by_channels(layer: Layer, settings: Conv, together: int) -> Layer:
    given = {field.name: getattr(settings, field.name) for field in dataclass_fields(ConvolutionSettings)}
    dense = Dense(**given, together=together)
    # A convolution reads its window column by column, a dense layer all numbers as they lie.
    return replace(layer, settings=dense, weights=layer.weights.swapaxes(1, 2), scratch_bytes=0)


def _chosen(layers: list[Layer], copied: bool) -> list[Layer]:
    """The layers with depthwise convolutions that copy nothing, where copies are not asked for or not worth it."""
    return [
        _in_place(layer, layer.settings)
        if isinstance(layer.settings, DepthwisePlane) and not (copied and _is_worth_copies(layer.settings))
        else layer
        for layer in layers
    ]


def _is_worth_copies(settings: DepthwisePlane) -> bool:
    """Whether a channel has so many outputs, each of so many taps, that a copy of its inputs is worth it."""
    kernel, outputs = settings.kernel_size, settings.sums.height * settings.sums.width
    in_line = kernel.height == 1 or settings.input.width == kernel.width == 1
    by_fours = settings.multiplier == 1 and settings.input.channels % 4 == 0
    if by_fours and kernel.height * kernel.width <= _FEW_TAPS:
        return outputs > _FEW_OUTPUTS_OF_FOURS and not in_line
    return outputs > _FEW_OUTPUTS


def _in_place(layer: Layer, settings: DepthwisePlane) -> Layer:
    """A depthwise convolution that reads its input where it lies, and leaves out what is beyond its border.

    Where there is no border, the input's zero point stays a part of the biases.
    """
    settings, layer = _along_rows(settings, layer)
    given = {field.name: getattr(settings, field.name) for field in dataclass_fields(DepthwiseFours)}
    if _is_bordered(settings):
        factors = settings.requantization
        zeros = settings.zero_points.input * layer.weights.astype(np.int64).sum((0, 1))
        biases = tuple(bias + int(zero) for bias, zero in zip(factors.biases, zeros, strict=True))
        given["requantization"] = replace(factors, biases=biases)
    else:
        given["zero_points"] = replace(settings.zero_points, input=0)
    if settings.multiplier == 1 and settings.input.channels % 4 == 0:
        return replace(layer, settings=DepthwiseFours(**given))
    return replace(layer, settings=Depthwise(**given, multiplier=settings.multiplier))


def _is_bordered(settings: DepthwisePlane) -> bool:
    """Whether a window sees something beyond the input."""
    spans = (
        (settings.input.height, settings.sums.height, settings.kernel_size.height, settings.stride.height),
        (settings.input.width, settings.sums.width, settings.kernel_size.width, settings.stride.width),
    )
    beyond = any((sums - 1) * stride + kernel > side for side, sums, kernel, stride in spans)
    return beyond or settings.padding != Tile(0, 0)


def _along_rows(settings: DepthwisePlane, layer: Layer) -> tuple[DepthwisePlane, Layer]:
    """The settings and the layer of a depthwise convolution of width 1, with height for width."""
    if not settings.input.width == settings.kernel_size.width == 1:
        return settings, layer
    return turned(settings), replace(layer, weights=np.ascontiguousarray(layer.weights.transpose(1, 0, 2)))


def _sized(layer: Layer) -> Layer:
    """A convolution with the layout of its band or plane."""
    if isinstance(layer.settings, DepthwisePlane):
        return _planed(layer, layer.settings)
    if not isinstance(layer.settings, Conv):
        return layer
    return banded(layer, layer.settings, _WINDOWS)


def banded(layer: Layer, settings: Conv, windows_together: int) -> Layer:
    """A convolution with the layout of its band.

    Args:
        layer: whose settings these are, laid out or not.
        settings: of it.
        windows_together: how many windows of a row are worked on at a time, where pooling windows allow it.
    """
    packing_bytes = 4 * settings.packing.room if settings.packing else 0
    settings = _flat(settings)
    settings = _line(settings) if settings.kernel_size.height == 1 else settings
    depth, kernel, pool = settings.input.channels, settings.kernel_size, settings.pool
    column = kernel.height * depth
    column += settings.stride.width * column % 2  # windows begin at a pair of numbers
    stretch = min(max(windows_together // pool.width, 1), settings.output.width)
    words = -(-((kernel.width - 1) * column + kernel.height * depth) // 4)
    windows = min(stretch * pool.width, settings.sums.width)
    step = settings.stride.width * column
    numbers = (windows - 1) * step + max(4 * words, kernel.width * column)
    sums = stretch * (settings.output.channels + settings.output.channels % 2)
    return replace(
        layer,
        settings=replace(settings, band=Band(column, step, words, stretch)),
        weights=layer.weights.reshape(len(layer.weights), kernel.width, -1, depth),
        scratch_bytes=4 * sums + 2 * (numbers + numbers % 2) + packing_bytes,
    )


def _widened(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers with planes of one width where windows are of 3 by 3, so that it can stand in the kernel's code."""
    planes = [
        plane_of(layer.settings)
        for layer in layers
        if isinstance(layer.settings, DepthwisePlane) and layer.settings.of_threes
    ]
    width = max((plane.size.width for plane in planes), default=0)
    return tuple(
        _planed(layer, layer.settings, width)
        if isinstance(layer.settings, DepthwisePlane) and layer.settings.of_threes
        else layer
        for layer in layers
    )


def _planed(layer: Layer, settings: DepthwisePlane, least_width: int = 0) -> Layer:
    """A depthwise convolution with the layout of its plane: of the whole input, unless that takes much memory.

    Args:
        layer: whose settings these are, laid out or not.
        settings: of it.
        least_width: of the plane.
    """
    settings, layer = _along_rows(settings, layer)
    kernel, stride, pool, output = settings.kernel_size, settings.stride, settings.pool, settings.output
    width = max(_seen_columns(settings), least_width)
    most_rows = max(settings.input.height * settings.input.width * settings.input.channels // _PLANE_SHARE, 1024)
    most_rows = most_rows // (2 * width)

    def height(outputs: int) -> int:
        return (min(outputs * pool.height, settings.sums.height) - 1) * stride.height + kernel.height

    stripe = next((rows for rows in range(output.height, 1, -1) if height(rows) <= most_rows), 1)
    batch = min(max(_BATCH_SUMS // (settings.sums.width * pool.height), 1), stripe)
    sums = batch * pool.height * settings.sums.width + _SUMS_BEYOND
    taps = kernel.height * ((kernel.width + 2) & ~1)
    numbers = height(stripe) * width + _even(3 * stride.width + kernel.width + 1)
    return replace(
        layer,
        settings=replace(settings, plane=Plane(Tile(height(stripe), width), stripe, batch)),
        scratch_bytes=4 * sums + 2 * (taps + numbers),
    )


def turned(settings: _Turnable) -> _Turnable:
    """The same convolution with height for width: one of width 1 is worked on along its height."""
    return replace(
        settings,
        input=settings.input.turned(),
        output=settings.output.turned(),
        sums=settings.sums.turned(),
        kernel_size=settings.kernel_size.turned(),
        stride=settings.stride.turned(),
        padding=settings.padding.turned(),
        pool=settings.pool.turned(),
        turned=True,
    )


def _even(number: int) -> int:
    return number + number % 2


def _seen_columns(settings: DepthwisePlane) -> int:
    """Numbers of a row of a plane that windows see, an even number."""
    return _even((settings.sums.width - 1) * settings.stride.width + settings.kernel_size.width)


def lies_side_by_side(settings: DepthwisePlane) -> bool:
    """Whether planes of four channels fit beside each other, so that four are copied at a time."""
    fit = 4 * _seen_columns(settings) <= plane_of(settings).size.width
    return fit and settings.multiplier == 1 and settings.input.channels >= 4


def plane_of(settings: DepthwisePlane) -> Plane:
    """The plane of a depthwise convolution that is laid out."""
    if settings.plane is None:
        raise ValueError("the depthwise convolution is not laid out")
    return settings.plane


def _flat(settings: Conv) -> Conv:
    """A convolution that sees one place at a time, as one along a single row."""
    places = settings.sums.height * settings.sums.width
    alone = settings.kernel_size == settings.stride == settings.pool == SINGLE and settings.padding == Tile(0, 0)
    if not alone or places * settings.input.channels > _LARGEST_ROW:
        return settings
    return replace(
        settings,
        input=replace(settings.input, height=1, width=places),
        output=replace(settings.output, height=1, width=places),
        sums=Tile(1, places),
    )


def _line(settings: Conv) -> Conv:
    """A convolution along one row, as one of a single channel whose windows are as much longer and further apart."""
    depth = settings.input.channels
    if settings.stride.width * depth % 2:
        return settings
    return replace(
        settings,
        input=replace(settings.input, width=settings.input.width * depth, channels=1),
        kernel_size=replace(settings.kernel_size, width=settings.kernel_size.width * depth),
        stride=replace(settings.stride, width=settings.stride.width * depth),
        padding=replace(settings.padding, width=settings.padding.width * depth),
    )


def band_of(settings: Conv) -> Band:
    """The band of a convolution that is laid out."""
    if settings.band is None:
        raise ValueError("the convolution is not laid out")
    return settings.band
