"""What is measured of a model: what each record of a model shares, and the record of a model of the pipeline."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import ConfigDict, Field, model_validator

from featherline.records.accuracy import Accuracy, Agreement, Counts, Decisions, Disagreement
from featherline.records.base import Content, Record, RecordFile
from featherline.records.firmware import Firmware
from featherline.records.provenance import Provenance
from featherline.records.structure import ModelStructure

RANGE_PARTS = 256
"""The steps of an input of 8 bits; the range of a wider one is counted in as many equal parts."""


class Size(Record):
    """What a model takes.

    Attributes:
        file_bytes: of the .tflite file.
        weights: how many numbers its weights are.
        weight_bytes: of the weights as the file stores them.
        packed_bytes: what the weights need as information.
        scale_bytes: of their scales and zero points.
        tensor_bytes: of all tensors; dynamic_tensor_bytes: of those that are not constant.
    """

    file_bytes: int
    weights: int
    weight_bytes: int
    packed_bytes: int
    scale_bytes: int
    tensor_bytes: int
    dynamic_tensor_bytes: int


class Operators(Record):
    """How often each operator occurs, by name: built in, of TensorFlow itself, and written by somebody."""

    builtin: dict[str, int]
    select: dict[str, int]
    custom: dict[str, int]


class Tflm(Record):
    """What TensorFlow Lite Micro made of a model.

    Attributes:
        deployable: whether it ran all items.
        reason: why it did not; None where it did.
        arena_bytes: of the tensor arena that it needs, measured on a 64-bit host; activation_bytes: of the head of the
            arena; bookkeeping_bytes: of the rest. None where they are not known.
    """

    deployable: bool
    reason: str | None
    arena_bytes: int | None
    activation_bytes: int | None
    bookkeeping_bytes: int | None


class RangeFit(Record):
    """How numbers lie in the range of a quantized input.

    Attributes:
        clipped_pct: share of the numbers that are beyond what scale and zero point hold, in percent.
        used_steps: how many of its 256 steps, or equal parts of its range, occur.
        used_pct: the same as a share of the 256, in percent.
        warning: why they are likely to be of another scale; None where they look right.
    """

    clipped_pct: float
    used_steps: int
    used_pct: float
    warning: str | None

    def sentence(self) -> str:
        """Both shares."""
        return (
            f"{self.clipped_pct} % of the values clipped, {self.used_steps} of {RANGE_PARTS} steps used "
            f"({self.used_pct} %)"
        )


class MeasuredModel(ModelStructure):
    """What is recorded of every model, whoever made it.

    Attributes:
        file: of the model. sha256: of its content.
        findings: sentences on what may go wrong with the file.
    """

    file: str
    sha256: str
    size: Size
    operators: Operators
    findings: tuple[str, ...]
    tflm: Tflm


class Deployment(Record):
    """What a model became after its conversion.

    Attributes:
        reason: why TFLM does not run it; None where it does.
        converted_bytes: of the file that the converter wrote; file_bytes: of the file as it is kept.
        packed: whether kernels are stored as INT4.
        tables_bytes: of a further file with weights behind look-up tables; tables_reason: why there is none.
    """

    reason: str | None
    converted_bytes: int
    packed: bool
    tables_reason: str | None
    file_bytes: int
    tables_bytes: int | None


class LayerError(Record):
    """The quantization error of one operator's output, against the float network.

    Attributes:
        operator: its name. place: which operator it is, conversions between types not counted.
        shape: of its output for one item.
        snr_db: signal-to-noise ratio in dB; None where nothing differs.
    """

    operator: str
    place: int
    shape: tuple[int, ...]
    snr_db: float | None

    @property
    def label(self) -> str:
        return f"{self.operator} {self.place}"


class QuantizationError(Record):
    """Where quantization errs, on the calibration set.

    Attributes:
        items: on how many it was measured.
        layers: every operator in order.
        worst: places of the noisiest layers, the worst first.
    """

    items: int
    layers: tuple[LayerError, ...]
    worst: tuple[int, ...]

    @model_validator(mode="after")
    def _worst_layers_are_noisy(self) -> "QuantizationError":
        noisy = [place for place, layer in enumerate(self.layers) if layer.snr_db is not None]
        for place in self.worst:
            if place not in noisy:
                raise ValueError(f"worst names the place {place}, where nothing differs from the float network")
        return self

    @property
    def worst_layers(self) -> tuple[LayerError, ...]:
        return tuple(self.layers[place] for place in self.worst)


class Interface(Record):
    """What comes out of a model of the pipeline.

    Attributes:
        shape, type: of the tensor.
        scale, zero_point: `real = scale * (stored - zero_point)`; None where it is not quantized.
    """

    shape: tuple[int, ...]
    type: str
    scale: float | None
    zero_point: int | None


class InputInterface(Interface):
    """What goes into a model of the pipeline.

    Attributes:
        data: how the test split lies in its range; None where it is not quantized.
    """

    data: RangeFit | None


def _with_range_fit(content: Content) -> Content:
    """Version 1 of commits before the range of an input was checked has no `input.data`."""
    entry = content.get("input")
    return {**content, "input": {"data": None, **entry}} if isinstance(entry, Mapping) else content


class PipelineModel(MeasuredModel):
    """Everything that is deterministic about one model of the pipeline: metrics/<application>/<variant>-<scheme>.json.

    Attributes:
        schema_version: of this record.
        application: its key in params.yaml. title: its name for people.
        variant: original or reduced. scheme: of quantization.
        provenance: of the recordings. protocol: how they were split.
        group: what a group is, such as `subject`.
        classes: in the order of the outputs.
        test: what the test split has.
        accuracy: on it. decisions: of a device that hears it recording by recording; None where each item is one, where
            those of one are in several splits, and for outputs that are not int8.
        litert: the other runtime on it, None where TFLM did not run.
        mcnemar: against the unquantized model of the variant, None for that one itself.
        quantization_error: by layer; the key of the file is `loss`.
        firmware: the model in C; None where none was written or measured, and firmware_reason says why.
    """

    version: ClassVar[int] = 2
    upgrades = {1: _with_range_fit}
    key_order = (
        *("schema_version", "application", "title", "variant", "scheme", "file", "sha256"),
        *("provenance", "protocol", "group", "classes", "test", "accuracy", "decisions", "litert", "mcnemar"),
        *("size", "deployment", "loss", "firmware", "firmware_reason", "operators", "findings"),
        *("input", "output", "memory", "steps", "tensors", "tflm", "boards"),
    )

    optional_keys = ("decisions",)

    schema_version: int = 2
    application: str
    title: str
    variant: str
    scheme: str
    provenance: Provenance
    protocol: str
    group: str
    classes: tuple[str, ...]
    test: Counts
    accuracy: Accuracy
    decisions: Decisions | None = None
    litert: Agreement | None
    mcnemar: Disagreement | None
    deployment: Deployment
    quantization_error: QuantizationError = Field(alias="loss")
    firmware: Firmware | None
    firmware_reason: str | None
    input: InputInterface
    output: Interface

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.scheme}"


class Headline(RecordFile):
    """The few figures of an application that lead every table: metrics/<application>.json.

    A figure that was not measured is None. A base may know others, which are kept: a policy may name them.

    Attributes:
        model: name of the model that the figures are of. source: of its recordings.
        validation_items, validation_pct: items of the validation split, and accuracy on them in percent; of a network
            that has learnt from them since (`reduce.refit`) what it was chosen by.
        test_items: items of the test split.
        original_pct, original_weight_bytes: accuracy and size of the unquantized original.
        accuracy_pct, low_pct, high_pct, balanced_pct: on the test split, in percent.
        weight_bytes, file_bytes, arena_bytes: of weights, .tflite file and tensor arena.
        flash_bytes, ram_bytes, stack_bytes, instructions: of the model in C on the Cortex-M4.
        program_bytes: flash, static RAM and stack of the whole program.
        deployable: whether TFLM ran the whole test split.
        stream_hours, stream_events: how long a wake word listened to everything else, and how many keywords it
            waited for; stream_recall_pct: the share that it heard, at the threshold that hears 95 % of those of the
            validation split.
        false_accepts_per_hour_at_95_recall: what it took for the keyword at that threshold; false_accepts_per_hour_low
            and _high: bounds of the exact 95 % Poisson interval. Files of other applications have none of these keys.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    optional_keys = (
        *("stream_hours", "stream_events", "stream_recall_pct"),
        *("false_accepts_per_hour_at_95_recall", "false_accepts_per_hour_low", "false_accepts_per_hour_high"),
    )

    model: str | None = None
    source: str | None = None
    validation_items: int | None = None
    validation_pct: float | None = None
    test_items: int | None = None
    original_pct: float | None = None
    original_weight_bytes: int | None = None
    accuracy_pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None
    balanced_pct: float | None = None
    weight_bytes: int | None = None
    file_bytes: int | None = None
    arena_bytes: int | None = None
    flash_bytes: int | None = None
    ram_bytes: int | None = None
    stack_bytes: int | None = None
    instructions: int | None = None
    program_bytes: int | None = None
    deployable: bool | None = None
    stream_hours: float | None = None
    stream_events: int | None = None
    stream_recall_pct: float | None = None
    false_accepts_per_hour_at_95_recall: float | None = None
    false_accepts_per_hour_low: float | None = None
    false_accepts_per_hour_high: float | None = None
