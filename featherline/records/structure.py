"""What is inside a model, operator by operator and tensor by tensor, and the boards that would hold it."""

from collections.abc import Sequence

from pydantic import Field, NonNegativeInt, model_validator

from featherline.records.base import Record, RecordFile


class Memory(Record):
    """What the tensors of a model take, in bytes; None where sizes are open, or the file brings a plan of its own.

    Attributes:
        peak_bytes: the most that is alive at once.
        peak_operator: the operator at which it is.
        arena_head_bytes: what TFLM's planner makes of it, gaps included.
        sum_tensor_bytes: all tensors together, constants included.
    """

    peak_bytes: int | None
    peak_operator: NonNegativeInt | None
    arena_head_bytes: int | None
    sum_tensor_bytes: int


class Step(Record):
    """One operator of a model.

    Attributes:
        index: its place among the operators of all subgraphs.
        name: as TensorFlow Lite calls it, such as CONV_2D.
        kind: builtin, select or custom.
        subgraph: to which it belongs.
        macs: multiply-accumulates of one run; None where they are not known.
        tflm: whether TFLM has a kernel of its name.
        inputs, outputs: tensors by their index in the subgraph; None for an input that is left out.
        live_bytes: what is alive while it runs; None where sizes are open.
    """

    index: int
    name: str
    kind: str
    subgraph: int
    macs: int | None
    tflm: bool
    inputs: tuple[int | None, ...]
    outputs: tuple[int | None, ...]
    live_bytes: int | None


class TimedStep(Step):
    """An operator that was run alone on the host, too.

    Attributes:
        mean_us: mean time of a run; None where it cannot be told.
        stride, dilation: height and width, in places of the input; padding: `SAME` or `VALID`; activation: the one that
            is fused, `NONE` included. None where the operator has no such option.
    """

    mean_us: float | None = Field(alias="us", title="Us")
    stride: tuple[int, int] | None = None
    padding: str | None = None
    dilation: tuple[int, int] | None = None
    activation: str | None = None

    @property
    def options(self) -> str:
        """Those that change what it computes, `stride 2x2, SAME, RELU`; empty where there are none."""
        parts = [f"stride {self.stride[0]}x{self.stride[1]}"] if self.stride else []
        parts += [self.padding] if self.padding else []
        parts += [f"dilation {self.dilation[0]}x{self.dilation[1]}"] if self.dilation not in (None, (1, 1)) else []
        parts += [self.activation] if self.activation not in (None, "NONE") else []
        return ", ".join(parts)


class Tensor(Record):
    """One tensor of a model; one that is not constant takes RAM.

    Attributes:
        index, subgraph: where it is.
        name: as in the file, or after the operator that writes it.
        shape: one number for each dimension; type: of an element, such as int8.
        bytes: its size.
        constant: whether the file holds its values.
        dynamic: whether a dimension is only known when the model runs.
        scale, zero_point: `real = scale * (stored - zero_point)`, one for all or one for each channel; None where it
            is not quantized.
        written_by: the operator that writes it; None for a constant, an input or a variable.
        read_by: the operators that read it.
        first_operator, last_operator: those of its own subgraph between which it is alive, both included.
        offset_bytes: its place in the head of TFLM's arena; None where it has none, or none is known.
    """

    index: int
    subgraph: int
    name: str
    shape: tuple[int, ...]
    type: str
    bytes: int
    constant: bool
    dynamic: bool
    scale: tuple[float, ...] | None
    zero_point: tuple[int, ...] | None
    written_by: int | None
    read_by: tuple[int, ...]
    first_operator: NonNegativeInt | None = Field(alias="first", title="First")
    last_operator: NonNegativeInt | None = Field(alias="last", title="Last")
    offset_bytes: NonNegativeInt | None

    @property
    def label(self) -> str:
        return self.name or f"tensor {self.index}"

    @model_validator(mode="after")
    def _lives_forwards(self) -> "Tensor":
        has_lifetime = self.first_operator is not None and self.last_operator is not None
        if (self.first_operator is None) != (self.last_operator is None) or (
            has_lifetime and (self.first_operator or 0) > (self.last_operator or 0)
        ):
            raise ValueError(f"the tensor {self.label} lives from {self.first_operator} to {self.last_operator}")
        return self


class BoardEstimate(Record):
    """A board, and whether it would hold the model: an estimate from its data sheet.

    Attributes:
        name, mcu: of the board and of its microcontroller.
        flash_bytes, ram_bytes: what the board has.
        clock_mhz: of the core.
        holds: whether the model and its arena fit beside what is left free for everything else.
        reason: why they do not, a sentence; None where they do.
    """

    name: str
    mcu: str
    flash_bytes: int
    ram_bytes: int
    clock_mhz: int | float
    holds: bool
    reason: str | None


class ModelStructure(RecordFile):
    """What is inside a model: `steps` of all subgraphs in the order of the file, every tensor, and the boards."""

    memory: Memory
    steps: tuple[Step, ...]
    tensors: tuple[Tensor, ...]
    boards: tuple[BoardEstimate, ...]

    @model_validator(mode="after")
    def _operators_exist(self) -> "ModelStructure":
        if [step.index for step in self.steps] != list(range(len(self.steps))):
            raise ValueError("steps are not numbered from 0 on")
        for operator_index in (self.memory.peak_operator, *(tensor.last_operator for tensor in self.tensors)):
            if operator_index is not None and operator_index >= len(self.steps):
                raise ValueError(f"there is no operator {operator_index}: the model has {len(self.steps)}")
        tensor_keys = {(tensor.subgraph, tensor.index) for tensor in self.tensors}
        for step in self.steps:
            if not {(step.subgraph, index) for index in step.outputs if index is not None} <= tensor_keys:
                raise ValueError(f"operator {step.index} writes a tensor that is not listed")
        return self

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates of an inference; None where those of an operator are not known."""
        return total_macs(self.steps)

    @property
    def tensors_in_ram(self) -> tuple[Tensor, ...]:
        """Those that are not constant: inputs, activations, outputs and variables."""
        return tuple(tensor for tensor in self.tensors if not tensor.constant)

    def layers(self) -> list[tuple[Step, tuple[Tensor, ...]]]:
        """Every operator with the tensors that it writes."""
        tensors = {(tensor.subgraph, tensor.index): tensor for tensor in self.tensors}
        return [
            (step, tuple(tensors[step.subgraph, index] for index in step.outputs if index is not None))
            for step in self.steps
        ]


def total_macs(steps: Sequence[Step]) -> int | None:
    """Multiply-accumulates of all operators together; None where those of one are not known."""
    total = 0
    for step in steps:
        if step.macs is None:
            return None
        total += step.macs
    return total
