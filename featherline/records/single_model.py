"""What the command `benchmark` records of any .tflite file: what --json holds and its workbook and page are made of."""

from typing import ClassVar

from pydantic import model_validator

from featherline.records.base import Record
from featherline.records.model import Accuracy, Compiled, MeasuredModel, RangeFit
from featherline.records.structure import TimedStep


class LiteRtRun(Record):
    """Whether LiteRT runs a model, or the reason why not."""

    runs: bool
    reason: str | None


class Latency(Record):
    """Latency of LiteRT on the host, in microseconds.

    Attributes:
        runs, warmup_runs: inferences that count, and those before them. threads: of LiteRT.
        initialisation_us, first_inference_us: once each. warmup_average_us: mean of those that do not count.
        average_us, std_us, min_us, p50_us, p90_us, p99_us: of those that count.
    """

    runs: int
    warmup_runs: int
    threads: int
    initialisation_us: float
    first_inference_us: float
    warmup_average_us: float
    average_us: float
    std_us: float
    min_us: float
    p50_us: float
    p90_us: float
    p99_us: float


class Host(Record):
    """Where latency was measured."""

    processor: str
    cores: int
    system: str


class ClassAccuracy(Accuracy):
    """Accuracy, with the names of the classes in the order of the confusion matrix."""

    classes: tuple[str, ...]

    @model_validator(mode="after")
    def _matrix_is_square(self) -> "ClassAccuracy":
        if [len(row) for row in self.confusion] != [len(self.classes)] * len(self.classes):
            raise ValueError("the confusion matrix has not one row and column for each class")
        return self


class Port(Record):
    """An output of a model.

    Attributes:
        name, shape, type: of the tensor. signature: its shape with -1 where it is open.
        scale, zero_point: as of a tensor; None where it is not quantized.
    """

    name: str
    shape: tuple[int, ...]
    signature: tuple[int, ...]
    type: str
    scale: tuple[float, ...] | None
    zero_point: tuple[int, ...] | None


class InputPort(Port):
    """An input of a model.

    Attributes:
        data: how what it was fed lies in its range; None where it is not quantized, or nothing was fed.
    """

    data: RangeFit | None = None


class Weight(Record):
    """A constant that counts as weights.

    Attributes:
        subgraph, index, name, type: of the tensor. number: of its elements. bytes: of its size.
    """

    subgraph: int
    index: int
    name: str
    type: str
    number: int
    bytes: int


class WeightSum(Record):
    """Weights of one type: how many numbers, in how many bytes."""

    number: int
    bytes: int


class OperatorShare(Record):
    """What one kind of operator takes on the emulated core.

    Attributes:
        operators: the kind, several names where they are one function of the C.
        instructions: of an inference. share_pct: of all of them.
    """

    operators: str
    instructions: int
    share_pct: float


class CoreFigures(Compiled):
    """The C of a single model on the emulated Cortex-M4.

    Attributes:
        instructions: of an inference on seeded numbers.
        kinds: of operators, the costliest first.
    """

    instructions: int
    kinds: tuple[OperatorShare, ...]


class CoreRun(Record):
    """The figures of the emulated core, or the reason why there are none."""

    figures: CoreFigures | None
    reason: str | None


class SingleModel(MeasuredModel):
    """What the command `benchmark` records of one .tflite file.

    Attributes:
        schema_version: of this record.
        name: of the file without its ending.
        weights: each tensor of weights. weights_by_type: their sums by type.
        inputs, outputs: in the order of the file.
        operator_set: builtin, select or custom.
        shapes: `file`, or `run` where open ones are those that LiteRT ran.
        litert: whether LiteRT runs it. latency: on this host, None where it does not.
        accuracy: None without data.
        core: what its C takes on an emulated core.
        state_bytes: what it keeps from one inference to the next.
        machine, versions: what it was measured on and with, package -> version.
    """

    key_order: ClassVar[tuple[str, ...]] = (
        *("schema_version", "name", "file", "sha256", "size", "weights", "weights_by_type", "inputs", "outputs"),
        *("operator_set", "operators", "findings", "memory", "shapes", "tensors", "steps"),
        *("tflm", "litert", "latency", "accuracy", "core", "state_bytes", "boards", "machine", "versions"),
    )

    schema_version: int = 1
    name: str
    weights: tuple[Weight, ...]
    weights_by_type: dict[str, WeightSum]
    inputs: tuple[InputPort, ...]
    outputs: tuple[Port, ...]
    operator_set: str
    shapes: str
    steps: tuple[TimedStep, ...]
    litert: LiteRtRun
    latency: Latency | None
    accuracy: ClassAccuracy | None
    core: CoreRun = CoreRun(figures=None, reason="It was not asked for.")
    state_bytes: int = 0
    machine: Host
    versions: dict[str, str | None]
