"""What each operator of a model gives, by LiteRT's reference kernels: the same floats on every processor.

These kernels are plain loops with one order of sums. The optimized ones, with or without
XNNPACK, choose among forms for AVX, AVX2 and AVX-512 at run time, and each form sums in
another order.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from featherline.core.errors import FeatherlineError
from featherline.core.quiet import captured_output
from featherline.tflite.flatbuffer import pack, unpack
from featherline.tflite.model import parse

KERNELS = OpResolverType.BUILTIN_REF
_ALL_KERNELS = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
_MISSING = "Didn't find op"
_SVDF_TIME, _SVDF_STATE = 2, 4  # places among its inputs


def interpreter(
    content: bytes, kernels: OpResolverType = KERNELS, threads: int = 1, preserve: bool = False
) -> Interpreter:
    """An interpreter of LiteRT whose tensors are still to be allocated.

    The reference kernels lack a few operators (ELU, TILE of int8): a model of these has the optimized ones without
    XNNPACK, all of them.

    Args:
        content: of a .tflite file.
        kernels: the reference ones, or the fastest with XNNPACK before them.
        threads: how many it may use.
        preserve: whether activations can be read after a run.

    Raises:
        ValueError, RuntimeError: where LiteRT refuses the model.
    """
    for choice in (kernels, _ALL_KERNELS):
        try:
            return Interpreter(
                model_content=with_wide_states(content),
                experimental_op_resolver_type=choice,
                experimental_preserve_all_tensors=preserve,
                num_threads=threads,
            )
        except (ValueError, RuntimeError) as error:
            if choice is not KERNELS or _MISSING not in str(error):
                raise
    raise AssertionError("the last choice returns or raises")


def with_wide_states(content: bytes) -> bytes:
    """A model as LiteRT can run it: its SVDF of int8 keeps states of 16 bits, and writes past those of 8.

    TensorFlow Lite Micro has a kernel for either. Answers are the same but where a state of 8 bits is cut off.
    """
    try:
        model = parse(content, "the model to run")
    except FeatherlineError:  # LiteRT says what it thinks of it
        return content
    places = {
        (operator.subgraph, tensor.index)
        for operator in model.operators
        if operator.name == "SVDF" and len(operator.inputs) > _SVDF_STATE
        for tensor in (operator.inputs[_SVDF_TIME], operator.inputs[_SVDF_STATE])
        if tensor is not None and tensor.type == "int8"
    }
    if not places:
        return content
    tree = unpack(content, "the model to run")
    for subgraph, index in places:
        _widen(tree, tree.subgraphs[subgraph].tensors[index])
    return pack(tree)


def _widen(tree: schema.ModelT, tensor: schema.TensorT) -> None:
    tensor.type = schema.TensorType.INT16
    stored = tree.buffers[tensor.buffer].data
    if stored is not None and len(stored):
        wide, tensor.buffer = schema.BufferT(), len(tree.buffers)
        wide.data = np.asarray(stored, np.uint8).view(np.int8).astype("<i2").view(np.uint8)
        tree.buffers.append(wide)


def activations(content: bytes, items: np.ndarray, tensors: Sequence[int]) -> Iterator[list[np.ndarray]]:
    """Runs a model of one input on items one after another.

    Args:
        content: of a .tflite file for a batch of one.
        items: shape (items, height, width, channels), in the type of the input.
        tensors: which ones to read, by their indices.

    Yields:
        For each item the values of these tensors, in their order.
    """
    yield from activations_of_feeds(content, ((item[np.newaxis],) for item in items), tensors)


def activations_of_feeds(
    content: bytes, feeds: Iterable[Sequence[np.ndarray]], tensors: Sequence[int]
) -> Iterator[list[np.ndarray]]:
    """As `activations`, of a model of any inputs; each of `feeds` has an array for each input, the batch included."""
    with captured_output():
        runner = interpreter(content, preserve=True)
        runner.allocate_tensors()
    entries = [entry["index"] for entry in runner.get_input_details()]
    for feed in feeds:
        for entry, values in zip(entries, feed, strict=True):
            runner.set_tensor(entry, values)
        runner.invoke()
        yield [runner.get_tensor(tensor) for tensor in tensors]
