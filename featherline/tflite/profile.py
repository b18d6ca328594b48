"""What a model does, operator by operator, and the memory that this takes, without running it.

Figures are of the file's shapes. Where these are open, because a dimension is only known when the model runs,
whatever depends on them is None. `at` gives a model the shapes that a runtime found, and then it can be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import TypeVar

from featherline.records import structure
from featherline.tflite import lifetimes, tflm_forms
from featherline.tflite.arena import Buffer, aligned, place
from featherline.tflite.lifetimes import Key, Span, key
from featherline.tflite.macs import macs
from featherline.tflite.model import Model, Operator, Tensor

_NO_FIXED_SIZE = ("string", "variant")
_HANDLE_BYTES = 4  # of a variable, which TensorFlow Lite Micro keeps in the tail of the arena

_LSTM_CELL = 19  # its place among the inputs

T = TypeVar("T", Tensor, Tensor | None)


@dataclass(frozen=True)
class Step:
    """One operator of a model.

    Attributes:
        index: its place among the operators of all subgraphs.
        operator: what it is and what it reads and writes.
        macs: multiply-accumulates of one run; None where it is not known.
        tflm: whether the interpreter of TensorFlow Lite Micro has a kernel of its name and types.
        live_bytes: the tensors that are alive while it runs, those of calling subgraphs included.
            What TRANSPOSE_CONV, SVDF and LSTM need for themselves counts too; constants, states and gaps between
            tensors do not.
    """

    index: int
    operator: Operator
    macs: int | None
    tflm: bool
    live_bytes: int | None


@dataclass(frozen=True)
class Place:
    """The life of one tensor.

    Attributes:
        written_by: the operator that writes it; None for a constant, an input or a variable.
        read_by: the operators that read it.
        first, last: the operators of its own subgraph between which it is alive, both included. None for a
            constant, and for what no operator touches.
        offset_bytes: where TensorFlow Lite Micro's planner puts it in the head of the arena. None for a constant, for
            a variable, which is kept in the tail, and where the plan cannot be told.
    """

    written_by: int | None
    read_by: tuple[int, ...]
    first: int | None
    last: int | None
    offset_bytes: int | None


@dataclass(frozen=True)
class Profile:
    """What a model does and the memory that this takes.

    Attributes:
        steps: of all subgraphs, in the order of the file.
        places: of `model.tensors`, in their order.
        peak_bytes: the most that is alive at once in the main subgraph and those that it runs.
        peak_operator: the first operator at which it is; of two branches either.
        arena_head_bytes: what TensorFlow Lite Micro plans for these tensors; kernels that ask for memory of
            their own make its head larger. None where sizes are open, or the file brings a plan of its own.
        sum_tensor_bytes: all tensors together, constants included, open dimensions as the file has them.
    """

    steps: tuple[Step, ...]
    places: tuple[Place, ...]
    peak_bytes: int | None
    peak_operator: int | None
    arena_head_bytes: int | None
    sum_tensor_bytes: int


def at(model: Model, shapes: Mapping[Key, tuple[int, ...]]) -> Model:
    """The model with the shapes that its activations have when it runs.

    Args:
        model: as read from its file.
        shapes: by subgraph and index; tensors that are not in it stay as they are.
    """

    def shaped(tensor: T) -> T:
        if tensor is None or tensor.constant or key(tensor) not in shapes:
            return tensor
        shape = shapes[key(tensor)]
        bits = tensor.bits
        return replace(tensor, shape=shape, bytes=-(-prod(shape) * bits // 8), dynamic=False)

    def all_of(tensors: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(shaped(tensor) for tensor in tensors)

    return replace(
        model,
        operators=tuple(
            replace(operator, inputs=all_of(operator.inputs), outputs=all_of(operator.outputs))
            for operator in model.operators
        ),
        tensors=all_of(model.tensors),
        inputs=all_of(model.inputs),
        outputs=all_of(model.outputs),
        entries=tuple(map(all_of, model.entries)),
        results=tuple(map(all_of, model.results)),
    )


def examine(model: Model) -> Profile:
    """Examines every operator and every tensor of a model.

    Raises:
        FeatherlineError: where a subgraph runs itself.

    Example:
        >>> examine(read("reduced-int8.tflite")).peak_bytes
        1152
    """
    main = lifetimes.schedule(model)
    schedules = {number: lifetimes.schedule(model, number) for number in range(1, len(model.results))}
    tensors = {key(tensor): tensor for tensor in model.tensors}
    live: list[int | None] = []
    for index, operator in enumerate(model.operators):
        # What the main subgraph never runs is examined as if it stood alone.
        schedule = main if index in main.times else schedules[operator.subgraph]
        alive_bytes = _live_bytes(schedule, schedule.times[index], tensors)
        live.append(None if alive_bytes is None else alive_bytes + sum(_scratch_bytes(operator)))
    steps = tuple(
        Step(index, operator, macs(operator), tflm_forms.has_kernel(operator), live[index])
        for index, operator in enumerate(model.operators)
    )
    sizes = [(step.live_bytes, step.index) for step in steps if step.index in main.times]
    known_sizes = [(live_bytes, index) for live_bytes, index in sizes if live_bytes is not None]
    peak_bytes, peak_operator = None, None
    if sizes and len(known_sizes) == len(sizes):
        peak_bytes, peak_operator = max(known_sizes, key=lambda size: size[0])
    offsets, head_bytes = _arena(model, main, tensors)
    return Profile(
        steps,
        _places(model, schedules | {0: main}, offsets),
        peak_bytes,
        peak_operator,
        head_bytes,
        sum(tensor.bytes for tensor in model.tensors),
    )


def _size_bytes(tensor: Tensor) -> int | None:
    if tensor.type == "resource":
        return _HANDLE_BYTES
    return None if tensor.dynamic or tensor.type in _NO_FIXED_SIZE else tensor.bytes


def _scratch_bytes(operator: Operator) -> list[int]:
    """What the kernels of TensorFlow Lite Micro ask for beside their tensors, a number for each block."""
    used = [tensor for tensor in operator.inputs if tensor is not None]
    result = operator.outputs[0] if operator.outputs else None
    if operator.kind != "builtin" or result is None or result.dynamic or len(used) < 3:
        return []
    if operator.name == "TRANSPOSE_CONV":
        return [{"int8": 4, "int16": 8}.get(used[2].type, 0) * result.elements]
    if operator.name == "SVDF" and used[0].type == "int8" and used[0].shape and used[1].shape:
        return [4 * used[0].shape[0] * used[1].shape[0], 4 * result.elements]
    if operator.name == "UNIDIRECTIONAL_SEQUENCE_LSTM" and len(operator.inputs) > _LSTM_CELL:
        cell = operator.inputs[_LSTM_CELL]
        return [] if cell is None else [cell.bytes] * 4
    return []


def _live_bytes(schedule: lifetimes.Schedule, times: list[Span], tensors: dict[Key, Tensor]) -> int | None:
    """The most that is alive whenever an operator begins to run."""
    most = 0
    for time in {span.first for span in times}:
        live_bytes = 0
        for tensor_key, span in schedule.alive.items():
            if span.first <= time <= span.last and not tensors[tensor_key].variable:
                size = _size_bytes(tensors[tensor_key])
                if size is None:
                    return None
                live_bytes += size
        most = max(most, live_bytes)
    return most


def _arena(model: Model, main: lifetimes.Schedule, tensors: dict[Key, Tensor]) -> tuple[dict[Key, int], int | None]:
    planned = {tensor_key: span for tensor_key, span in main.alive.items() if not tensors[tensor_key].variable}
    sizes: dict[Key, int] = {}
    for tensor_key in planned:
        size = _size_bytes(tensors[tensor_key])
        if size is None:
            return {}, None
        sizes[tensor_key] = size
    if model.planned_offline:
        return {}, None
    buffers = [Buffer(sizes[tensor_key], span.first, span.last) for tensor_key, span in planned.items()]
    buffers += [
        Buffer(size, span.first, span.first)
        for index, spans in main.times.items()
        for span in spans
        for size in _scratch_bytes(model.operators[index])
        if size
    ]
    places = place(buffers)
    ends = (at + aligned(buffer.bytes) for at, buffer in zip(places, buffers, strict=True))
    return dict(zip(planned, places, strict=False)), max(ends, default=0)


def _places(model: Model, schedules: dict[int, lifetimes.Schedule], offsets: dict[Key, int]) -> tuple[Place, ...]:
    writers: dict[Key, int] = {}
    readers: dict[Key, list[int]] = {}
    operators_of: dict[int, list[int]] = {}
    for index, operator in enumerate(model.operators):
        operators_of.setdefault(operator.subgraph, []).append(index)
        for tensor in operator.outputs:
            if tensor is not None:
                writers.setdefault(key(tensor), index)
        for tensor in operator.inputs:
            if tensor is not None and index not in readers.setdefault(key(tensor), []):
                readers[key(tensor)].append(index)

    def life(tensor: Tensor) -> tuple[int | None, int | None]:
        span = schedules[tensor.subgraph].alive.get(key(tensor))
        times = schedules[tensor.subgraph].times
        if span is None or tensor.subgraph not in operators_of:
            return None, None
        during = [
            i
            for i in operators_of[tensor.subgraph]
            if times[i][0].first <= span.last and times[i][0].last >= span.first
        ]
        return (during[0], during[-1]) if during else (None, None)

    return tuple(
        Place(
            writers.get(key(tensor)),
            tuple(readers.get(key(tensor), ())),
            *life(tensor),
            offsets.get(key(tensor)),
        )
        for tensor in model.tensors
    )


def memory_record(profile: Profile) -> structure.Memory:
    """The figures of the whole model."""
    return structure.Memory(
        peak_bytes=profile.peak_bytes,
        peak_operator=profile.peak_operator,
        arena_head_bytes=profile.arena_head_bytes,
        sum_tensor_bytes=profile.sum_tensor_bytes,
    )


def step_records(profile: Profile) -> tuple[structure.Step, ...]:
    """The operators; tensors are named by their index in the operator's subgraph."""

    def indices(tensors: tuple[Tensor | None, ...]) -> tuple[int | None, ...]:
        return tuple(None if tensor is None else tensor.index for tensor in tensors)

    return tuple(
        structure.Step(
            index=step.index,
            name=step.operator.name,
            kind=step.operator.kind,
            subgraph=step.operator.subgraph,
            macs=step.macs,
            tflm=step.tflm,
            inputs=indices(step.operator.inputs),
            outputs=indices(step.operator.outputs),
            live_bytes=step.live_bytes,
        )
        for step in profile.steps
    )


def tensor_records(model: Model, profile: Profile, names: list[str]) -> tuple[structure.Tensor, ...]:
    """The tensors.

    Args:
        model: that was profiled.
        profile: of it.
        names: one for each tensor, as of `featherline.tflite.wording.tensor_labels`.
    """
    return tuple(
        structure.Tensor(
            index=tensor.index,
            subgraph=tensor.subgraph,
            name=name,
            shape=tensor.shape,
            type=tensor.type,
            bytes=tensor.bytes,
            constant=tensor.constant,
            dynamic=tensor.dynamic,
            scale=tensor.scale,
            zero_point=tensor.zero_point,
            written_by=place.written_by,
            read_by=place.read_by,
            first=place.first,
            last=place.last,
            offset_bytes=place.offset_bytes,
        )
        for tensor, place, name in zip(model.tensors, profile.places, names, strict=True)
    )
