"""The inside of a model as the benchmark recorded it, typed: operators, tensors, and the boards that hold it."""

from pydantic import BaseModel, ConfigDict, NonNegativeInt, model_validator


class Record(BaseModel):
    """A part of a metrics file; keys that no report reads are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Memory(Record):
    """What the tensors of a model take, in bytes; None where sizes are open, or the file brings a plan of its own.

    `peak_bytes` is the most that is alive at once, `peak_operator` where; `arena_head_bytes` is what TFLM's
    planner makes of it, gaps included.
    """

    peak_bytes: int | None
    peak_operator: NonNegativeInt | None
    arena_head_bytes: int | None
    sum_tensor_bytes: int


class Step(Record):
    """One operator; tensors are named by their index in its subgraph, None for an input that is left out.

    `us` is its time alone on the host, which only the command `benchmark` measures.
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
    us: float | None = None


class Tensor(Record):
    """One tensor of a model; one that is not constant takes RAM.

    `first` and `last` are the operators of its own subgraph between which it is alive, both included;
    `offset_bytes` is its place in the head of TFLM's arena.
    """

    index: int
    subgraph: int
    name: str
    shape: tuple[int, ...]
    type: str
    bytes: int
    constant: bool
    dynamic: bool
    written_by: int | None
    read_by: tuple[int, ...]
    first: NonNegativeInt | None
    last: NonNegativeInt | None
    offset_bytes: NonNegativeInt | None

    @property
    def label(self) -> str:
        return self.name or f"tensor {self.index}"

    @model_validator(mode="after")
    def _lives_forwards(self) -> "Tensor":
        if (self.first is None) != (self.last is None) or (self.first is not None and self.first > self.last):
            raise ValueError(f"the tensor {self.label} lives from {self.first} to {self.last}")
        return self


class Board(Record):
    """A board, and whether it would hold the model: an estimate."""

    name: str
    mcu: str
    flash_bytes: int
    ram_bytes: int
    clock_mhz: float
    holds: bool
    reason: str | None


class Anatomy(Record):
    """What is inside a model: `steps` of all subgraphs in the order of the file, and every tensor."""

    memory: Memory
    steps: tuple[Step, ...]
    tensors: tuple[Tensor, ...]
    boards: tuple[Board, ...]

    @model_validator(mode="after")
    def _operators_exist(self) -> "Anatomy":
        if [step.index for step in self.steps] != list(range(len(self.steps))):
            raise ValueError("steps are not numbered from 0 on")
        for place in (self.memory.peak_operator, *(tensor.last for tensor in self.tensors)):
            if place is not None and place >= len(self.steps):
                raise ValueError(f"there is no operator {place}: the model has {len(self.steps)}")
        known = {(tensor.subgraph, tensor.index) for tensor in self.tensors}
        for step in self.steps:
            if not {(step.subgraph, index) for index in step.outputs if index is not None} <= known:
                raise ValueError(f"operator {step.index} writes a tensor that is not listed")
        return self

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates of an inference; None where those of an operator are not known."""
        of_each = [step.macs for step in self.steps]
        return None if None in of_each else sum(of_each)

    @property
    def dynamic_tensors(self) -> tuple[Tensor, ...]:
        return tuple(tensor for tensor in self.tensors if not tensor.constant)

    def layers(self) -> list[tuple[Step, tuple[Tensor, ...]]]:
        """Every operator with the tensors that it writes."""
        tensors = {(tensor.subgraph, tensor.index): tensor for tensor in self.tensors}
        return [
            (step, tuple(tensors[step.subgraph, index] for index in step.outputs if index is not None))
            for step in self.steps
        ]
