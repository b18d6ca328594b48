"""What a C program is made of: layers, each with every constant, and the buffers between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from featherline.codegen.settings import Settings
from featherline.tflite.model import Tensor


@dataclass(frozen=True)
class Layer:
    """One function of the C program.

    Attributes:
        operators: names of the operators of the model that it stands for, in order.
        inputs: buffers that it reads, or arrays that the program holds.
        output: the buffer that it writes, or a part of.
        settings: of the kernel that computes it.
        weights: int8, shape (output channels, columns, rows, input channels) for `conv`, (rows, columns,
            channels) for `depthwise`, a table for `lookup`; empty where it has none.
        scratch_bytes: memory that it needs while it runs.
        macs: multiply-accumulates of the model's operator, whatever the program leaves out.
        states: buffers that outlive an inference, which it reads and writes.
        times: how often the kernel runs, each time on the next part of input and output: a batch.
    """

    operators: tuple[str, ...]
    inputs: tuple[int | np.ndarray, ...]
    output: int
    settings: Settings
    weights: np.ndarray
    scratch_bytes: int = 0
    macs: int = 0
    states: tuple[int, ...] = ()
    times: int = 1


NO_WEIGHTS = np.empty(0, np.int8)


@dataclass(frozen=True)
class Network:
    """A model as layers.

    Attributes:
        layers: in order.
        sizes: bytes of each buffer, by number.
        inputs, outputs: buffers of the model's ends, tensors `sources` and `results`.
        kinds: the type of the numbers of each buffer that does not hold int8, by number.
        states: buffers that keep their values from one inference to the next, by number: what they begin with.
        entry_layers, exit_layers: how many of the first and of the last layers only turn what the caller has into
            what the network computes with, and back.
        core_inputs, core_outputs: for each end of the model the tensor between these and the layers within;
            `core_input_buffers` and `core_output_buffers` are where it lies.
        ends_within: whether the program's memory has room for inputs and outputs too, which the caller may use.
        inputs_within: whether it has room for inputs alone, which whoever shares the memory fills.
    """

    layers: tuple[Layer, ...]
    sizes: dict[int, int]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    sources: tuple[Tensor, ...]
    results: tuple[Tensor, ...]
    kinds: Mapping[int, str] = field(default_factory=dict)
    states: Mapping[int, np.ndarray] = field(default_factory=dict)
    entry_layers: int = 0
    exit_layers: int = 0
    core_inputs: tuple[Tensor, ...] = ()
    core_outputs: tuple[Tensor, ...] = ()
    core_input_buffers: tuple[int, ...] = ()
    core_output_buffers: tuple[int, ...] = ()
    ends_within: bool = False
    inputs_within: bool = False

    @property
    def input(self) -> int:
        """The buffer of the first input."""
        return self.inputs[0]

    @property
    def output(self) -> int:
        """The buffer of the first output."""
        return self.outputs[0]

    @property
    def source(self) -> Tensor:
        """The first input."""
        return self.sources[0]

    @property
    def result(self) -> Tensor:
        """The first output."""
        return self.results[0]

    @property
    def plain(self) -> bool:
        """Whether it takes one tensor of int8 and gives one, and keeps nothing: all that the oldest interface knows."""
        ends = (*self.sources, *self.results)
        return len(ends) == 2 and all(tensor.type == "int8" for tensor in ends) and not (self.states or self.bordered)

    @property
    def bordered(self) -> bool:
        """Whether layers stand between the caller's numbers and those that the network computes with."""
        return self.entry_layers + self.exit_layers > 0

    def kind(self, buffer: int) -> str:
        """The type of the numbers of a buffer."""
        return self.kinds.get(buffer, "int8")
