"""What a C program is made of: layers, each with every constant, and the buffers between them."""

from dataclasses import dataclass, field

import numpy as np

from featherline.tflite.model import Tensor

_SUM_LIMIT = 1 << 30  # what the narrow requantization takes; int32 itself is left to wide factors
_BIAS_LIMIT = 1 << 26


@dataclass(frozen=True)
class Channels:
    """Requantization of some sums: factor = `multipliers` / 2**31 * 2**`shifts`, after `biases` were added."""

    multipliers: tuple[int, ...]
    biases: tuple[int, ...]
    shifts: tuple[int, ...]
    largest_sum: int

    @property
    def narrow(self) -> bool:
        """Whether the short form holds them: right shifts of 1 or more, and room for each sum to be doubled."""
        right = all(-31 <= shift <= -1 for shift in self.shifts)
        return right and self.largest_sum < _SUM_LIMIT and all(abs(bias) < _BIAS_LIMIT for bias in self.biases)


@dataclass(frozen=True)
class Layer:
    """One function of the C program.

    Attributes:
        kind: the kernel that computes it.
        operators: names of the operators of the model that it stands for, in order.
        inputs: buffers that it reads, or arrays of int8 that the program holds.
        output: the buffer that it writes.
        settings: fields of the kernel's struct, by name.
        channels: requantization, by field; `channels` is an array beside the struct, others lie in it.
        weights: shape (output channels, columns, rows, input channels) for `conv`, (rows, columns,
            channels) for `depthwise`, a table for `lookup`; None where it has none.
        scratch_bytes: memory that it needs while it runs.
        macs: multiply-accumulates of the model's operator, whatever the program leaves out.
    """

    kind: str
    operators: tuple[str, ...]
    inputs: tuple[int | np.ndarray, ...]
    output: int
    settings: dict[str, int] = field(default_factory=dict)
    channels: dict[str, Channels] = field(default_factory=dict)
    weights: np.ndarray | None = None
    scratch_bytes: int = 0
    macs: int = 0


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
