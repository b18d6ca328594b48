"""What each operator of a model gives, by LiteRT's reference kernels: the same floats on every processor.

These kernels are plain loops with one order of sums. The optimized ones, with or without
XNNPACK, choose among forms for AVX, AVX2 and AVX-512 at run time, and each form sums in
another order.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from featherline.core.quiet import captured_output

KERNELS = OpResolverType.BUILTIN_REF


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
        interpreter = Interpreter(
            model_content=content,
            experimental_op_resolver_type=KERNELS,
            experimental_preserve_all_tensors=True,
            num_threads=1,
        )
        interpreter.allocate_tensors()
    entries = [entry["index"] for entry in interpreter.get_input_details()]
    for feed in feeds:
        for entry, values in zip(entries, feed, strict=True):
            interpreter.set_tensor(entry, values)
        interpreter.invoke()
        yield [interpreter.get_tensor(tensor) for tensor in tensors]
