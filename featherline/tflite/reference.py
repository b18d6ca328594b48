"""What each operator of a model gives, by LiteRT's reference kernels: the same floats on every processor.

These kernels are plain loops with one order of sums. The optimized ones, with or without
XNNPACK, choose among forms for AVX, AVX2 and AVX-512 at run time, and each form sums in
another order.
"""

from collections.abc import Iterator, Sequence

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
    with captured_output():
        interpreter = Interpreter(
            model_content=content,
            experimental_op_resolver_type=KERNELS,
            experimental_preserve_all_tensors=True,
            num_threads=1,
        )
        interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]["index"]
    for item in items:
        interpreter.set_tensor(entry, item[np.newaxis])
        interpreter.invoke()
        yield [interpreter.get_tensor(tensor) for tensor in tensors]
