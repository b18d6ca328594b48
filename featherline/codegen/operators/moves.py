"""Operators that compute nothing: what they write stands in their input, at places known beforehand.

Most of them are one copy of a block of up to eight axes, each with its own step in the input and in the output;
several copies may write the parts of one output. Where places follow no step, tables say them.
"""

from collections.abc import Sequence
from math import prod

import numpy as np

from featherline.codegen.layers import Layer
from featherline.codegen.operators.indexing import Index, strided
from featherline.codegen.operators.step import Step
from featherline.tflite.model import Tensor
from featherline.tflite.options import (
    ConcatenationOptions,
    DepthToSpaceOptions,
    GatherOptions,
    MirrorPadOptions,
    PackOptions,
    ResizeNearestNeighborOptions,
    SpaceToDepthOptions,
    UnpackOptions,
)

_MOST_AXES = 8


def steps_of(shape: Sequence[int]) -> list[int]:
    """How many numbers lie from one place along each axis to the next."""
    return [prod(shape[axis + 1 :]) for axis in range(len(shape))]


def copied(
    step: Step,
    source: Tensor,
    result: Tensor,
    lengths: Sequence[int],
    source_steps: Sequence[int],
    result_steps: Sequence[int],
    source_start: int = 0,
    result_start: int = 0,
) -> Layer:
    """One block of numbers from a tensor to another; lengths, steps and starts are in numbers."""
    size = step.itemsize(result)
    axes = [list(axis) for axis in zip(lengths, source_steps, result_steps, strict=True) if axis[0] != 1]
    run = 1
    while axes and axes[-1][1] == axes[-1][2] == run:
        run *= axes.pop()[0]
    merged: list[list[int]] = []
    for length, there, here in axes:
        if merged and merged[-1][1] == length * there and merged[-1][2] == length * here:
            merged[-1] = [merged[-1][0] * length, there, here]
        else:
            merged.append([length, there, here])
    if len(merged) > _MOST_AXES:
        raise step.error(f"it walks over more than {_MOST_AXES} axes")
    table = np.array([[length, there * size, here * size] for length, there, here in merged or [[1, 0, 0]]], np.int32)
    fields = {"rank": len(table), "run": run * size, "from": source_start * size, "to": result_start * size}
    return step.loops("move", fields, {"axes": table}, operands=[source], result=result)


def copied_whole(step: Step, source: Tensor, result: Tensor) -> Layer:
    """All numbers of a tensor as they are."""
    return copied(step, source, result, (source.elements,), (1,), (1,))


def filled(step: Step, result: Tensor, value: int | float) -> Layer:
    """The same number everywhere."""
    pattern = np.frombuffer(np.array([value], np.dtype(result.type)).tobytes(), np.uint8)
    fields = {"size": len(pattern), "number": result.elements}
    return step.loops("fill", fields, {"pattern": pattern}, operands=[], result=result)


def picked(step: Step, source: Tensor, result: Tensor, places: Sequence[Sequence[int]]) -> Layer:
    """A number from the sum of the places that the tables of all axes of the output have, in numbers."""
    size, run = step.itemsize(result), 1
    tables = [list(table) for table in places]
    while len(tables) > 1 and tables[-1] == [place * run for place in range(len(tables[-1]))]:
        run *= len(tables.pop())
    tables = [table for table in tables if table != [0]] or [[0]]
    if len(tables) > _MOST_AXES:
        raise step.error(f"it walks over more than {_MOST_AXES} axes")
    arrays = {
        "lengths": np.array([len(table) for table in tables], np.int32),
        "places": np.array([place * size for table in tables for place in table], np.int32),
    }
    return step.loops("pick", {"rank": len(tables), "run": run * size}, arrays, operands=[source], result=result)


def _views(step: Step, source: Tensor, result: Tensor, index: Index) -> Layer:
    """The part of a tensor that an index of NumPy takes."""
    if source.elements >= 1 << 24:
        raise step.error("its input is too large")
    places = np.arange(source.elements).reshape(source.shape)
    try:
        view = places[index]
    except IndexError:
        raise step.error("it takes what its input does not have") from None
    if view.size != result.elements or not view.size:
        raise step.error(f"its result has {result.elements} values in the file and {view.size} by its inputs")
    inner = [number // places.itemsize for number in view.strides]
    return copied(step, source, result, view.shape, inner, steps_of(view.shape), int(view.ravel()[0]))


def strided_slice(step: Step) -> Layer:
    """STRIDED_SLICE of constant bounds."""
    step.check_same_types([step.source, step.result])
    return _views(step, step.source, step.result, strided(step, *(step.integers(place) for place in (1, 2, 3))))


def slice_(step: Step) -> Layer:
    """SLICE of constant bounds."""
    step.check_same_types([step.source, step.result])
    begin, sizes = step.integers(1), step.integers(2)
    ends = [first + size if size >= 0 else None for first, size in zip(begin, sizes, strict=False)]
    return _views(step, step.source, step.result, tuple(map(slice, begin, ends)))


def split(step: Step) -> list[Layer]:
    """SPLIT: equal parts along an axis, which is the first input."""
    return _parts(step, step.operand(1), step.integers(0)[0])


def split_v(step: Step) -> list[Layer]:
    """SPLIT_V: parts of the lengths that the outputs have."""
    return _parts(step, step.operand(0), step.integers(2)[0])


def _parts(step: Step, source: Tensor, axis: int) -> list[Layer]:
    axis = step.axis(axis, len(source.shape))
    layers, start = [], 0
    for result in step.operator.outputs:
        if result is None or len(result.shape) != len(source.shape):
            raise step.error("its outputs have not the axes of its input")
        step.check_same_types([source, result])
        length = result.shape[axis]
        index = (*[slice(None)] * axis, slice(start, start + length))
        layers.append(_views(step, source, result, index))
        start += length
    return layers


def unpack(step: Step) -> list[Layer]:
    """UNPACK: one output for each place along an axis."""
    axis = step.axis(step.options(UnpackOptions).axis)
    layers = []
    for place, result in enumerate(step.operator.outputs):
        if result is None:
            raise step.error("one of its outputs is missing")
        step.check_same_types([step.source, result])
        layers.append(_views(step, step.source, result, (*[slice(None)] * axis, place)))
    return layers


def concatenation(step: Step) -> list[Layer]:
    """CONCATENATION along an axis; the numbers stay as they are."""
    options = step.options(ConcatenationOptions)
    if options.fused_activation_function != "NONE":
        raise step.error(f"its activation {options.fused_activation_function} is unknown")
    tensors = [tensor for tensor in step.operator.inputs if tensor is not None]
    for tensor in tensors:
        if tensor.type == "int8" and (tensor.scale, tensor.zero_point) != (step.result.scale, step.result.zero_point):
            raise step.error("its inputs have not the scale and zero point of its output, which no runtime takes")
    return _joined(step, step.axis(options.axis), tensors)


def pack(step: Step) -> list[Layer]:
    """PACK: tensors side by side along a new axis."""
    tensors = [tensor for tensor in step.operator.inputs if tensor is not None]
    axis = step.axis(step.options(PackOptions).axis, len(step.result.shape))
    outer = prod(step.result.shape[:axis])
    layers, result = [], step.result
    for place, tensor in enumerate(tensors):
        step.check_same_types([result, tensor])
        inner = tensor.elements // max(outer, 1)
        if outer * inner * len(tensors) != result.elements:
            raise step.error("its inputs do not fill its output")
        layers.append(
            copied(step, tensor, result, (outer, inner), (inner, 1), (inner * len(tensors), 1), 0, place * inner)
        )
    return layers


def _joined(step: Step, axis: int, tensors: list[Tensor]) -> list[Layer]:
    result, layers, start = step.result, [], 0
    line = prod(result.shape[axis:])
    for tensor in tensors:
        step.check_same_types([result, tensor])
        if len(tensor.shape) != len(result.shape):
            raise step.error("its inputs have not the axes of its output")
        inner = prod(tensor.shape[axis:])
        if tensor.shape[:axis] != result.shape[:axis]:
            raise step.error("its inputs do not fit beside each other")
        if inner:
            outer = prod(result.shape[:axis])
            layers.append(copied(step, tensor, result, (outer, inner), (inner, 1), (line, 1), 0, start))
        start += inner
    if start != line:
        raise step.error("its inputs do not fill its output")
    return layers


def transpose(step: Step) -> Layer:
    """TRANSPOSE: axes in another order."""
    order, source, result = step.integers(1), step.source, step.result
    step.check_same_types([source, result])
    order = [step.axis(axis) for axis in order]
    if sorted(order) != list(range(len(source.shape))):
        raise step.error(f"its axes {order} are not those of its input")
    inner = steps_of(source.shape)
    shape = [source.shape[axis] for axis in order]
    step.check_elements(result, shape)
    return copied(step, source, result, shape, [inner[axis] for axis in order], steps_of(shape))


def pad(step: Step) -> list[Layer]:
    """PAD and PADV2: a border of the zero point, or of a constant."""
    source, result = step.source, step.result
    step.check_same_types([source, result])
    borders = np.array(step.integers(1)).reshape(-1, 2)
    if len(borders) != len(source.shape) or borders.min(initial=0) < 0:
        raise step.error("its borders do not fit its input")
    shape = [side + int(before) + int(after) for side, (before, after) in zip(source.shape, borders, strict=True)]
    step.check_elements(result, shape)
    value: int | float = result.zero_point[0] if result.zero_point else 0
    if step.operator.name == "PADV2":
        value = step.values(step.operand(2)).ravel()[0].item()
    outer = steps_of(shape)
    start = sum(int(before) * inner for (before, _), inner in zip(borders, outer, strict=True))
    inside = copied(step, source, result, source.shape, steps_of(source.shape), outer, 0, start)
    return [inside] if source.elements == result.elements else [filled(step, result, value), inside]


def mirror_pad(step: Step) -> Layer:
    """MIRROR_PAD: a border that repeats what is inside, backwards."""
    source, result = step.source, step.result
    step.check_same_types([source, result])
    borders = np.array(step.integers(1)).reshape(-1, 2)
    # The edge itself is repeated, or not.
    skipped = {"REFLECT": 1, "SYMMETRIC": 0}.get(step.options(MirrorPadOptions).mode)
    if skipped is None or len(borders) != len(source.shape) or borders.min(initial=0) < 0:
        raise step.error("its borders do not fit its input")
    places = []
    for side, (before, after), inner in zip(source.shape, borders.tolist(), steps_of(source.shape), strict=True):
        if max(before, after) > side - skipped:
            raise step.error("its border is wider than its input")
        table = [*range(skipped, skipped + before)][::-1] + [*range(side)]
        table += [*range(side - skipped - after, side - skipped)][::-1]
        places.append([place * inner for place in table])
    step.check_elements(result, [len(table) for table in places])
    return picked(step, source, result, places)


def gather(step: Step) -> Layer:
    """GATHER of constant indices."""
    options, source, result = step.options(GatherOptions), step.source, step.result
    step.check_same_types([source, result])
    axis = step.axis(options.axis)
    if options.batch_dims:
        raise step.error("its indices have a batch")
    step.check_types([step.operand(1)], ("int32",))
    indices = step.integers(1)
    side = source.shape[axis]
    if not indices or not all(0 <= index < side for index in indices):
        raise step.error("its indices are outside of its input")
    inner = steps_of(source.shape)
    places = [[place * inner[at] for place in range(length)] for at, length in enumerate(source.shape)]
    places[axis] = [index * inner[axis] for index in indices]
    if prod(map(len, places)) != result.elements:
        raise step.error("its output has another shape")
    return picked(step, source, result, places)


def reverse(step: Step) -> Layer:
    """REVERSE_V2: some axes backwards."""
    axes = {step.axis(axis) for axis in step.integers(1)}
    index = tuple(slice(None, None, -1) if axis in axes else slice(None) for axis in range(len(step.source.shape)))
    step.check_same_types([step.source, step.result])
    return _views(step, step.source, step.result, index)


def broadcast_to(step: Step) -> Layer:
    """BROADCAST_TO: axes of length one are repeated."""
    source, result = step.source, step.result
    step.check_same_types([source, result])
    shape = (*[1] * (len(result.shape) - len(source.shape)), *source.shape)
    if len(shape) != len(result.shape) or any(a not in (1, b) for a, b in zip(shape, result.shape, strict=True)):
        raise step.error("its input cannot be spread over its output")
    inner = [0 if side == 1 else number for side, number in zip(shape, steps_of(shape), strict=True)]
    return copied(step, source, result, result.shape, inner, steps_of(result.shape))


def fill(step: Step) -> Layer:
    """FILL with one number, which may be computed."""
    result, value = step.result, step.operand(1)
    step.check_same_types([value, result])
    return copied(step, value, result, (result.elements,), (0,), (1,))


def zeros_like(step: Step) -> Layer:
    """ZEROS_LIKE."""
    return filled(step, step.result, 0)


def depth_to_space(step: Step) -> Layer:
    """DEPTH_TO_SPACE: channels become blocks of the image."""
    block = step.options(DepthToSpaceOptions).block_size
    return _blocks(step, step.result, step.source, block, to_space=True)


def space_to_depth(step: Step) -> Layer:
    """SPACE_TO_DEPTH: blocks of the image become channels."""
    return _blocks(step, step.source, step.result, step.options(SpaceToDepthOptions).block_size, to_space=False)


def _blocks(step: Step, wide: Tensor, deep: Tensor, block: int, to_space: bool) -> Layer:
    step.check_same_types([wide, deep])
    step.image(wide), step.image(deep)
    batch, rows, columns, depth = deep.shape
    channels = wide.shape[3]
    if block < 1 or wide.shape != (batch, rows * block, columns * block, channels) or depth != channels * block**2:
        raise step.error(f"its block of {block} does not fit its shapes")
    lengths = (batch * rows, block, columns, block, channels)
    of_wide = (block * columns * block * channels, columns * block * channels, block * channels, channels, 1)
    of_deep = (columns * depth, block * channels, depth, channels, 1)
    if to_space:
        return copied(step, deep, wide, lengths, of_deep, of_wide)
    return copied(step, wide, deep, lengths, of_wide, of_deep)


def space_to_batch(step: Step) -> list[Layer]:
    """SPACE_TO_BATCH_ND: each place of a block becomes a batch of its own."""
    source, result = step.source, step.result
    block, borders = step.integers(1), np.array(step.integers(2)).reshape(-1, 2)
    return _batches(step, source, result, block, borders, to_batch=True)


def batch_to_space(step: Step) -> list[Layer]:
    """BATCH_TO_SPACE_ND: the way back, with a border cut off."""
    source, result = step.source, step.result
    block, borders = step.integers(1), np.array(step.integers(2)).reshape(-1, 2)
    return _batches(step, result, source, block, borders, to_batch=False)


def _batches(
    step: Step, image: Tensor, batches: Tensor, block: Sequence[int], borders: np.ndarray, to_batch: bool
) -> list[Layer]:
    """Copies between an image and its blocks: for each place in a block those places that lie within the image."""
    step.check_same_types([image, batches])
    spatial = len(block)
    if len(image.shape) != len(batches.shape) or len(image.shape) < spatial + 1 or len(borders) != spatial:
        raise step.error("its blocks do not fit its shapes")
    rest = prod(image.shape[1 + spatial :])
    of_image, of_batches = steps_of(image.shape), steps_of(batches.shape)
    if batches.shape[0] != image.shape[0] * prod(block) or min(block) < 1:
        raise step.error("its blocks do not fit its shapes")
    layers: list[Layer] = []
    for number, offsets in enumerate(np.ndindex(*block)):
        lengths, image_steps, batch_steps = [image.shape[0]], [of_image[0]], [of_batches[0]]
        image_start, batch_start = 0, number * image.shape[0] * of_batches[0]
        for axis, (offset, by, (before, _)) in enumerate(zip(offsets, block, borders.tolist(), strict=True), 1):
            first = max(-((offset - before) // by), 0)
            last = min((image.shape[axis] - 1 + before - offset) // by, batches.shape[axis] - 1)
            lengths.append(last - first + 1)
            image_steps.append(by * of_image[axis])
            batch_steps.append(of_batches[axis])
            image_start += (first * by + offset - before) * of_image[axis]
            batch_start += first * of_batches[axis]
        if min(lengths) < 1:
            continue
        lengths, image_steps, batch_steps = [*lengths, rest], [*image_steps, 1], [*batch_steps, 1]
        ends = [(image, image_steps, image_start), (batches, batch_steps, batch_start)]
        (source, there, first), (result, here, to) = ends if to_batch else ends[::-1]
        layers.append(copied(step, source, result, lengths, there, here, first, to))
    if to_batch and borders.any():
        raise step.error("TensorFlow Lite Micro fills its border with whatever lies in memory: pad with PAD before it")
    if not layers:
        raise step.error("nothing of its input is left")
    return layers


def resize_nearest(step: Step) -> Layer:
    """RESIZE_NEAREST_NEIGHBOR."""
    options, source, result = step.options(ResizeNearestNeighborOptions), step.source, step.result
    step.check_same_types([source, result])
    step.image(source), step.image(result)
    places = []
    for axis, inner in enumerate(steps_of(source.shape)):
        side, length = source.shape[axis], result.shape[axis]
        table = list(range(length))
        if axis in (1, 2):
            table = _nearest(side, length, options.align_corners, options.half_pixel_centers)
        elif side != length:
            raise step.error("its output has another shape")
        places.append([place * inner for place in table])
    return picked(step, source, result, places)


def _nearest(side: int, length: int, align_corners: bool, half_pixel_centers: bool) -> list[int]:
    """The place of the input that each place of the output repeats; in float32, as TensorFlow Lite has it."""
    spread = align_corners and length > 1
    scale = np.float32(side - 1) / np.float32(length - 1) if spread else np.float32(side) / np.float32(length)
    offset = np.float32(0.5) if half_pixel_centers else np.float32(0)
    table = []
    for place in range(length):
        exact = (np.float32(place) + offset) * scale
        # Halves are rounded away from zero.
        nearest = int(np.floor(exact + np.float32(0.5))) if align_corners else int(np.floor(exact))
        table.append(max(min(nearest, side - 1), 0))
    return table
