"""Operators that make one value of many, in windows or over axes.

MAX_POOL_2D, AVERAGE_POOL_2D, REDUCE_MAX and MEAN have kernels of their own for one image of int8 and for axes that
lie side by side; plain loops take the rest.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from featherline.codegen import fixed_point, settings
from featherline.codegen.layers import Layer
from featherline.codegen.operators.moves import steps_of
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Axes, Requantization, Tile
from featherline.tflite.options import Pool2DOptions, ResizeBilinearOptions

_LARGEST_SIDE, _LARGEST_PLACE = 255, 65535  # in the 8 and 16 bits of the fast kernels' structs


def pool(step: Step) -> Layer:
    """MAX_POOL_2D or AVERAGE_POOL_2D by itself; `lowering` fuses what it can of the former."""
    options = step.options(Pool2DOptions)
    source, result = step.image(step.source), step.image(step.result)
    output, window = Tile(result.height, result.width), Tile(options.filter_height, options.filter_width)
    if source.channels != result.channels or step.source.shape[0] != step.result.shape[0]:
        raise step.error("its output has another shape")
    sides = max(window.height, window.width, options.stride_h, options.stride_w)
    if min(window.height, window.width, options.stride_h, options.stride_w) < 1:
        raise step.error("its window or its stride is empty")
    if step.source.type != "int8" or step.source.shape[0] != 1 or sides > _LARGEST_SIDE:
        return _pool_any(step, options)
    return step.layer(
        settings.Pool(
            input=source,
            output=output,
            window=window,
            stride=Tile(options.stride_h, options.stride_w),
            padding=step.padding(options, output, window, Tile(source.height, source.width)),
            average=step.operator.name == "AVERAGE_POOL_2D",
            activation=step.activation(),
        )
    )


def reduce_max(step: Step) -> Layer:
    """REDUCE_MAX: input and output share one quantization."""
    if step.source.type != "int8" or not _side_by_side(step):
        return _reduce(step, 1)
    axes = _axes(step)
    if axes.outer * axes.inner != step.result.elements:
        raise step.error("its output has another shape")
    return step.layer(settings.ReduceMax(axes=axes))


def mean(step: Step) -> Layer:
    """MEAN: the division by the number of values is part of the multiplier."""
    if step.source.type != "int8" or not _side_by_side(step):
        return _reduce(step, 0, mean=True)
    axes = _axes(step)
    if axes.outer * axes.inner != step.result.elements:
        raise step.error("its output has another shape")
    multiplier, shift = fixed_point.quantized(step.scale(step.source) / step.scale(step.result))
    down = min(axes.reduced.bit_length() - 1, 32, 31 + shift)
    multiplier, shift = (multiplier << down) // axes.reduced, shift - down
    bias, zero_point = -step.zero_point(step.source) * axes.reduced, step.zero_point(step.result)
    factors = Requantization((multiplier,), (bias,), (shift,), 256 * axes.reduced)
    return step.layer(settings.Mean(axes=axes, output_zero_point=zero_point, requantization=factors))


def rescaled(layers: Sequence[Layer]) -> list[Layer]:
    """Layers with a kernel of its own for each mean over one value whose wide factor all others would have to share."""
    wide = {
        place
        for place, layer in enumerate(layers)
        if not isinstance(layer.settings, settings.Add)
        and not all(factors.narrow for factors in layer.settings.requantizations().values())
    }
    means = {place for place in wide if _is_single_mean(layers[place])}
    return [_rescale(layer) if place in means and wide == means else layer for place, layer in enumerate(layers)]


def _is_single_mean(layer: Layer) -> bool:
    return isinstance(layer.settings, settings.Mean) and layer.settings.axes.reduced == 1


def _rescale(layer: Layer) -> Layer:
    """A mean over one value as what it is: numbers of one scale and zero point in those of another."""
    made = layer.settings
    assert isinstance(made, settings.Mean)
    factors = made.requantization
    [multiplier], [bias], [shift] = factors.multipliers, factors.biases, factors.shifts
    fields = {
        "number": made.axes.outer * made.axes.inner,
        "input_zero": -bias,
        "multiplier": multiplier,
        "shift": shift,
        "output_zero": made.output_zero_point,
        **made.activation.numbers(),
    }
    types = {"value": "int8_t", "result": "int8_t"}
    return replace(layer, settings=settings.Loops(source="rescale", fields=fields, types=types))


def is_of_single_values(step: Step) -> bool:
    """Whether each mean is of one value and has its scale, as behind a network that has pooled all away before."""
    source, result = step.source, step.result
    alike = (source.type, source.scale, source.zero_point) == (result.type, result.scale, result.zero_point)
    return alike and source.type == "int8" and prod(source.shape[axis] for axis in _reduced_axes(step)) == 1


def reduce_min(step: Step) -> Layer:
    """REDUCE_MIN: input and output share one quantization."""
    return _reduce(step, 2)


def reduce_all(step: Step) -> Layer:
    """REDUCE_ALL: the smallest of some truths."""
    step.check_types([step.source, step.result], ("bool",))
    return _reduce(step, 2)


def total(step: Step) -> Layer:
    """SUM, requantized."""
    return _reduce(step, 0)


def arg(step: Step) -> Layer:
    """ARG_MAX and ARG_MIN."""
    step.check_types([step.result], ("int32", "int64"))
    [axis] = step.integers(1)[:1] or [0]
    axis, shape = step.axis(axis), step.source.shape
    fields = {
        "outer": prod(shape[:axis]),
        "length": shape[axis],
        "inner": prod(shape[axis + 1 :]),
        "largest": int(step.operator.name == "ARG_MAX"),
    }
    if step.result.elements != fields["outer"] * fields["inner"] or not shape[axis]:
        raise step.error("its output has another shape")
    return step.loops("arg", fields, types={"value": step.source.type, "result": step.result.type})


def resize_bilinear(step: Step) -> Layer:
    """RESIZE_BILINEAR, in whole numbers."""
    options, source, result = step.options(ResizeBilinearOptions), step.source, step.result
    step.check_types([source, result], ("int8",))
    image, shown = step.image(source), step.image(result)
    if image.channels != shown.channels or source.shape[0] != result.shape[0]:
        raise step.error("its output has another shape")
    fields = {
        "batch": source.shape[0],
        "input_height": image.height,
        "input_width": image.width,
        "channels": image.channels,
        "output_height": shown.height,
        "output_width": shown.width,
    }
    arrays = {
        "rows": _mixed(image.height, shown.height, options),
        "columns": _mixed(image.width, shown.width, options),
    }
    return step.loops("bilinear", fields, arrays, {"value": source.type})


def _mixed(side: int, length: int, options: ResizeBilinearOptions) -> np.ndarray:
    """The two places that each place of the output mixes, and the share of the second one in 1024ths."""
    scale = (1024 * side + length // 2) // length
    if options.align_corners and length > 1:
        scale = (1024 * (side - 1) + (length - 1) // 2) // (length - 1)
    rows = []
    for place in range(length):
        exact = place * scale + (scale // 2 - 512 if options.half_pixel_centers else 0)
        first = max(int(exact / 1024), 0)
        second = min(int((exact + 1023) / 1024), side - 1)
        rows.append([first, second, exact - 1024 * first])
    return np.array(rows, np.int32)


def _pool_any(step: Step, options: Pool2DOptions) -> Layer:
    source, result = step.image(step.source), step.image(step.result)
    step.check_same_types([step.source, step.result])
    output, window = Tile(result.height, result.width), Tile(options.filter_height, options.filter_width)
    pad = step.padding(options, output, window, Tile(source.height, source.width))
    fields = {
        "batch": step.source.shape[0],
        "input_height": source.height,
        "input_width": source.width,
        "channels": source.channels,
        **output.numbers("output"),
        **window.numbers("window"),
        "stride_height": options.stride_h,
        "stride_width": options.stride_w,
        "pad_top": pad.height,
        "pad_left": pad.width,
        "average": int(step.operator.name == "AVERAGE_POOL_2D"),
    }
    return step.loops("pool_any", fields, types={"value": step.source.type}, activation=step.activation())


def _reduce(step: Step, operation: int, mean: bool = False) -> Layer:
    """A reduction in plain loops: 0 for a sum, 1 for the largest and 2 for the smallest value."""
    source, result = step.source, step.result
    step.check_same_types([source, result])
    axes = _reduced_axes(step)
    shape, inner = source.shape, steps_of(source.shape)
    kept = [[shape[axis], inner[axis], 0] for axis in range(len(shape)) if axis not in axes and shape[axis] != 1]
    reduced = [[shape[axis], inner[axis], 0] for axis in axes if shape[axis] != 1]
    number = prod(shape[axis] for axis in axes)
    if result.elements * number != source.elements or not number:
        raise step.error("its output has another shape")
    fields = dict.fromkeys(("multiplier", "shift", "bias", "output_zero", "lowest", "highest"), 0)
    if operation == 0:
        multiplier, shift = fixed_point.quantized(step.scale(source) / step.scale(result))
        if mean:
            down = min(number.bit_length() - 1, 32, 31 + shift)
            multiplier, shift = (multiplier << down) // number, shift - down
        limits = np.iinfo(result.type)
        fields = {"multiplier": multiplier, "shift": shift, "bias": -step.zero_point(source) * number}
        fields |= {"output_zero": step.zero_point(result), "lowest": int(limits.min), "highest": int(limits.max)}
    kept, reduced = kept or [[1, 0, 0]], reduced or [[1, 0, 0]]
    fields |= {"kept_rank": len(kept), "reduced_rank": len(reduced), "operation": operation}
    arrays = {"kept": np.array(kept, np.int32), "reduced": np.array(reduced, np.int32)}
    return step.loops("reduce", fields, arrays, {"value": source.type})


def _reduced_axes(step: Step) -> list[int]:
    return sorted({step.axis(axis) for axis in step.integers(1)})


def _side_by_side(step: Step) -> bool:
    """Whether the axes that are reduced lie side by side, but for those of length one, and are short enough."""
    axes, shape = _reduced_axes(step), step.source.shape
    long = [axis for axis in range(len(shape)) if shape[axis] > 1]
    reduced = [axis for axis in long if axis in axes]
    between = [axis for axis in long if reduced and reduced[0] <= axis <= reduced[-1]]
    return between == reduced and max(prod(shape[: axis + 1]) for axis in range(len(shape))) <= _LARGEST_PLACE


def _axes(step: Step) -> Axes:
    """The reduced axes, which lie side by side, as the middle one of three."""
    shape = step.source.shape
    axes = _reduced_axes(step)
    # An axis of length one between two others, or beside them, changes nothing.
    long = [axis for axis in range(len(shape)) if shape[axis] > 1]
    reduced = [axis for axis in long if axis in axes]
    if not reduced:
        return Axes(outer=step.source.elements, reduced=1, inner=1)
    first, last = reduced[0], reduced[-1]
    return Axes(outer=prod(shape[:first]), reduced=prod(shape[first : last + 1]), inner=prod(shape[last + 1 :]))
