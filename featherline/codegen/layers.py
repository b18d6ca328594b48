"""What a C program is made of: layers, each with every constant, and the buffers between them."""

from dataclasses import dataclass

import numpy as np

from featherline.codegen.settings import Settings
from featherline.tflite.model import Tensor


@dataclass(frozen=True)
class Layer:
    """One function of the C program.

    Attributes:
        operators: names of the operators of the model that it stands for, in order.
        inputs: buffers that it reads, or arrays of int8 that the program holds.
        output: the buffer that it writes.
        settings: of the kernel that computes it.
        weights: int8, shape (output channels, columns, rows, input channels) for `conv`, (rows, columns,
            channels) for `depthwise`, a table for `lookup`; empty where it has none.
        scratch_bytes: memory that it needs while it runs.
        macs: multiply-accumulates of the model's operator, whatever the program leaves out.
    """

    operators: tuple[str, ...]
    inputs: tuple[int | np.ndarray, ...]
    output: int
    settings: Settings
    weights: np.ndarray
    scratch_bytes: int = 0
    macs: int = 0


NO_WEIGHTS = np.empty(0, np.int8)


@dataclass(frozen=True)
class Network:
    """A model as layers.

    Attributes:
        layers: in order.
        sizes: bytes of each buffer, by number.
        input, output: buffers of the model's ends, tensors `source` and `result`.
    """

    layers: tuple[Layer, ...]
    sizes: dict[int, int]
    input: int
    output: int
    source: Tensor
    result: Tensor
