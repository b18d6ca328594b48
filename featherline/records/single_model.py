"""What the command `benchmark` records of any .tflite file: what --json holds and its workbook and page are made of."""

from typing import ClassVar, Literal

from pydantic import model_validator

from featherline.records.accuracy import Accuracy
from featherline.records.base import Record
from featherline.records.firmware import Compiled
from featherline.records.model import MeasuredModel, RangeFit
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


class HostShare(Record):
    """What one kind of operator takes on this host, each operator run alone.

    Attributes:
        operators: the kind.
        mean_us: of all of its operators together. share_pct: of all operators that could be timed.
    """

    operators: str
    mean_us: float
    share_pct: float


class Reconstruction(Record):
    """How well an autoencoder gives back what it was given, and whether its error tells anomalies apart.

    Attributes:
        runtime: tflm or litert, whose answers were compared.
        items: how many there are. anomalies: of them with label 1.
        error: the mean squared difference of output and input, as real numbers, over all items.
        normal_error, anomaly_error: the same over items of either label; None where there are none.
        auc: the area under the receiver operating characteristic: how likely an anomaly has the larger error than a
            normal item; None where one of both is missing.
    """

    runtime: Literal["tflm", "litert"]
    items: int
    anomalies: int
    error: float
    normal_error: float | None
    anomaly_error: float | None
    auc: float | None


class CoreFigures(Compiled):
    """The C of a single model on an emulated core.

    Attributes:
        core: which, as its maker calls it.
        instructions: of an inference on seeded numbers.
        cycles: the same by the timing tables of the core's manual; None of a core without them.
        kinds: of operators, the costliest first.
        buffer_bytes: what the plan of memory takes for all that lasts for an inference at most, and
            buffer_bound_bytes, below which no plan is; None in records of before there was a bound.
    """

    core: str = "Cortex-M4"
    instructions: int
    kinds: tuple[OperatorShare, ...]
    cycles: int | None = None
    buffer_bytes: int | None = None
    buffer_bound_bytes: int | None = None


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
        accuracy: None without data, and of an autoencoder. reconstruction: of an autoencoder with data.
        host_kinds: share of each kind of operator in the time on this host, the costliest first.
        core: what its C takes on an emulated core.
        state_bytes: what it keeps from one inference to the next.
        machine, versions: what it was measured on and with, package -> version.
    """

    key_order: ClassVar[tuple[str, ...]] = (
        *("schema_version", "name", "file", "sha256", "size", "weights", "weights_by_type", "inputs", "outputs"),
        *("operator_set", "operators", "findings", "memory", "shapes", "tensors", "steps"),
        *(
            "tflm",
            "litert",
            "latency",
            "host_kinds",
            "accuracy",
            "reconstruction",
            "core",
            "state_bytes",
            "boards",
            "machine",
            "versions",
        ),
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
    host_kinds: tuple[HostShare, ...] = ()
    accuracy: ClassAccuracy | None
    reconstruction: Reconstruction | None = None
    core: CoreRun = CoreRun(figures=None, reason="It was not asked for.")
    state_bytes: int = 0
    machine: Host
    versions: dict[str, str | None]

    @property
    def untimed(self) -> tuple[str, ...]:
        """Kinds of operators whose time on this host is not known, where that of others is; `host_kinds` lacks them."""
        names = [step.name for step in self.steps if step.mean_us is None]
        return tuple(dict.fromkeys(names)) if self.host_kinds else ()
