"""How long each operator of a model takes, by running it alone.

Neither `ai_edge_litert` nor `tflite_micro` gives the times of single operators to Python. So each becomes a
model of one operator, with the values that its inputs have within the whole model, and is timed like any other.
What XNNPACK gains by running neighbours together is lost, and each figure has the cost of one call in it (a
microsecond or two): the sum is not the latency of the model, but it tells where the time goes.
"""

import time

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import OpResolverType

from featherline.core import isolation
from featherline.core.quiet import captured_output
from featherline.tflite import reference
from featherline.tflite.flatbuffer import BROKEN, pack, unpack
from featherline.tflite.model import Model, Operator

_BUDGET_S = 0.02  # for one operator, the first run apart
_MOST_RUNS = 200
_MOST_BYTES = 1 << 26  # of constants that are copied for one operator


def measure(model: Model, content: bytes, values: dict[int, np.ndarray], threads: int) -> list[float | None]:
    """The mean time of each operator of a model in microseconds.

    Args:
        model: what `content` holds.
        content: of the .tflite file.
        values: of the activations in the main subgraph when the whole model ran, by index of the tensor.
        threads: of the interpreter.

    Returns:
        One for each operator; None for one that cannot run alone: outside of the main subgraph, not built
        in, running others, sharing a resource, or of inputs that nobody knows.
    """
    tree = unpack(content, model.path)
    places = [place for place, operator in enumerate(model.operators) if operator.subgraph == 0]
    times: list[float | None] = [None] * len(model.operators)
    for number, place in enumerate(places):
        isolation.alive()
        if _stands_alone(model.operators[place], values):
            try:
                times[place] = _time_us(_alone(tree, number), model.operators[place], values, threads)
            except (*BROKEN, RuntimeError):  # LiteRT refuses what it only takes within the model
                continue
    return times


def _stands_alone(operator: Operator, values: dict[int, np.ndarray]) -> bool:
    used = [tensor for tensor in (*operator.inputs, *operator.outputs) if tensor is not None]
    return (
        operator.kind == "builtin"
        and not operator.calls
        and bool(operator.outputs)
        and not any(tensor.type in ("resource", "variant", "string") for tensor in used)
        and all(index in values for index in _fed(operator))
        and sum(tensor.bytes for tensor in used if tensor.constant) <= _MOST_BYTES
    )


def _fed(operator: Operator) -> list[int]:
    """Indices of the activations that an operator reads, each once; a state it keeps by itself."""
    tensors = [tensor for tensor in operator.inputs if tensor is not None]
    return list(dict.fromkeys(tensor.index for tensor in tensors if not tensor.constant and not tensor.variable))


def _alone(tree: schema.ModelT, number: int) -> bytes:
    """A model of one operator of the main subgraph, its activations as inputs."""
    source = tree.subgraphs[0]
    operator = source.operators[number]
    single, alone, step = schema.ModelT(), schema.SubGraphT(), schema.OperatorT()
    single.version, single.operatorCodes = tree.version, [tree.operatorCodes[operator.opcodeIndex]]
    single.buffers, alone.tensors, inputs = [schema.BufferT()], [], []
    for name, value in vars(operator).items():
        setattr(step, name, value)
    step.opcodeIndex, step.debugMetadataIndex = 0, -1
    places: dict[int, int] = {-1: -1}

    def moved(old: int) -> int:
        if old not in places:
            places[old] = len(alone.tensors)
            tensor = schema.TensorT()
            for name, value in vars(source.tensors[old]).items():
                setattr(tensor, name, value)
            stored = tree.buffers[tensor.buffer]
            tensor.buffer = 0
            if stored.data is not None and len(stored.data):
                tensor.buffer = len(single.buffers)
                single.buffers.append(stored)
            elif not tensor.isVariable and old in {int(place) for place in operator.inputs}:
                inputs.append(places[old])
            alone.tensors.append(tensor)
        return places[old]

    step.inputs = [moved(int(place)) for place in operator.inputs]
    step.outputs = [moved(int(place)) for place in operator.outputs]
    step.intermediates = None if operator.intermediates is None else [moved(int(p)) for p in operator.intermediates]
    alone.operators, alone.inputs, alone.outputs = [step], inputs, step.outputs
    single.subgraphs = [alone]
    return pack(single)


def _time_us(content: bytes, operator: Operator, values: dict[int, np.ndarray], threads: int) -> float:
    with captured_output():
        interpreter = reference.interpreter(content, OpResolverType.AUTO, threads)
        entries, indices = interpreter.get_input_details(), _fed(operator)
        for entry, index in zip(entries, indices, strict=True):
            if tuple(entry["shape"]) != values[index].shape:
                interpreter.resize_tensor_input(entry["index"], values[index].shape)
        interpreter.allocate_tensors()
        for entry, index in zip(entries, indices, strict=True):
            interpreter.set_tensor(entry["index"], values[index])
        interpreter.invoke()
    runs, start = 0, time.perf_counter()
    while runs < _MOST_RUNS and (runs == 0 or time.perf_counter() - start < _BUDGET_S):
        interpreter.invoke()
        runs += 1
    return round(1e6 * (time.perf_counter() - start) / runs, 2)
