"""The records that earlier stages leave as JSON, typed: what a report may rely on."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from featherline.reports.anatomy import Anatomy, Record

Share = Annotated[float, Field(ge=0, le=1)]


class Provenance(Record):
    """Which recordings stand behind the figures; `complete` is None where nobody can tell."""

    source: str
    groups: int
    items: int
    hours: float
    licence: str
    complete: bool | None


class Counts(Record):
    """How many items and groups the test split has."""

    items: int
    groups: int


class Accuracy(Record):
    """Accuracy on the test split, in percent, with its 95 % Wilson interval.

    `confusion` has one row for each true class, one column for each predicted one.
    """

    runtime: str
    items: int
    correct: int
    accuracy_pct: float
    low_pct: float
    high_pct: float
    balanced_pct: float
    recall_pct: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]


class Agreement(Record):
    """LiteRT's reference kernels against TFLM, over the same items."""

    accuracy_pct: float
    same_class_items: int
    equal_output_items: int


class Size(Record):
    """What a model takes, in bytes.

    `weight_bytes` are as the file stores them, `scale_bytes` their scales and zero points on top;
    `packed_bytes` are what the weights need as information.
    """

    file_bytes: int
    weights: int
    weight_bytes: int
    packed_bytes: int
    scale_bytes: int
    tensor_bytes: int
    dynamic_tensor_bytes: int


class Deployment(Record):
    """What a model became after its conversion.

    `packed` says whether kernels are stored as INT4. `tables_bytes` is the size of a further file
    with weights behind look-up tables, `tables_reason` why there is none.
    """

    converted_bytes: int
    packed: bool
    tables_bytes: int | None
    tables_reason: str | None


class Disagreement(Record):
    """Test items on which a model and its unquantized variant are not both right or both wrong, and McNemar's test."""

    lost_items: int
    won_items: int
    p_value: Share


class LayerLoss(Record):
    """An operator and the signal-to-noise ratio of its output against the float network; None where nothing differs."""

    operator: str
    place: int
    shape: tuple[int, ...]
    snr_db: float | None

    @property
    def label(self) -> str:
        return f"{self.operator} {self.place}"


class Loss(Record):
    """Where quantization loses, on the calibration set; `worst` are the places of the noisiest layers, worst first."""

    items: int
    layers: tuple[LayerLoss, ...]
    worst: tuple[int, ...]

    @model_validator(mode="after")
    def _worst_layers_are_noisy(self) -> "Loss":
        noisy = [place for place, layer in enumerate(self.layers) if layer.snr_db is not None]
        for place in self.worst:
            if place not in noisy:
                raise ValueError(f"worst names the place {place}, where no layer loses anything")
        return self

    @property
    def worst_layers(self) -> tuple[LayerLoss, ...]:
        return tuple(self.layers[place] for place in self.worst)


class Operators(Record):
    """How often each operator occurs."""

    builtin: dict[str, int]
    select: dict[str, int]
    custom: dict[str, int]


class Interface(Record):
    """What goes into a model or comes out of it.

    `real = scale * (stored - zero_point)`; both are None where it is not quantized.
    """

    shape: tuple[int, ...]
    type: str
    scale: float | None
    zero_point: int | None


class Tflm(Record):
    """Whether TFLM ran the model on the whole test split, and in how much RAM."""

    deployable: bool
    reason: str | None
    arena_bytes: int | None
    activation_bytes: int | None
    bookkeeping_bytes: int | None


class Program(Record):
    """Front end, model and smoothing as one program; `total_bytes` is flash, static RAM and stack."""

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int
    total_bytes: int
    front_end_instructions: int
    model_instructions: int
    seconds: float


class Firmware(Record):
    """The model in C on the emulated Cortex-M4; `program` only of the model that leads.

    `instructions` is the mean over `items` of the test split, of which `equal_items` had TFLM's output.
    """

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int
    instructions: int
    items: int
    equal_items: int
    program: Program | None


class Model(Anatomy):
    """Everything that is deterministic about one model.

    `group` names what a group is, such as `subject`; `findings` are what `tflite.model.findings` objects to;
    `firmware` is None where no C was written, or none was measured; `firmware_reason` says why.
    """

    title: str
    variant: str
    scheme: str
    file: str
    sha256: str
    provenance: Provenance
    protocol: str
    group: str
    classes: tuple[str, ...]
    test: Counts
    accuracy: Accuracy
    litert: Agreement | None
    mcnemar: Disagreement | None
    size: Size
    deployment: Deployment
    loss: Loss
    operators: Operators
    findings: tuple[str, ...]
    input: Interface
    output: Interface
    tflm: Tflm
    firmware: Firmware | None = None
    firmware_reason: str | None = None

    @property
    def name(self) -> str:
        return f"{self.variant}-{self.scheme}"


class Costs(Record):
    """What a network scores on the validation split, from 0 to 1, and what it takes.

    `weight_bytes` are those of the search's target scheme, `activation_bytes` the head of TFLM's
    arena as calculated, `macs` the multiply-accumulates of an inference.
    """

    validation_accuracy: Share
    weights: int
    weight_bytes: int
    activation_bytes: int
    macs: int


class Candidate(Costs):
    """A trained candidate; `score` is what the objective `weighted` minimizes."""

    score: float


class Method(Record):
    """One way of choosing a network, and the best candidate that it found.

    `stopped` counts those of the `trained` that were given up early; `hypervolume` (0 to 1, more is
    better) is the share of the possible gain over the original that the method's front reaches.
    """

    method: str
    trained: int
    stopped: int
    hypervolume: Share
    best: Candidate


class Limits(Record):
    """What a candidate may take at most, None where nothing is set; the arena is its head, for activations."""

    max_weight_bytes: int | None
    max_arena_bytes: int | None
    max_macs: int | None


class Search(Record):
    """How the search for the reduced network went beside its baselines.

    Every candidate of every method was trained for `epochs`; `methods` begins with the search itself,
    whose best candidates were trained again for `final_epochs`: `finalists`, the winner first.
    """

    objective: Literal["weighted", "pareto"]
    error_weight: float
    accuracy_tolerance: float
    scheme: str
    limits: Limits
    original: Costs
    epochs: int
    final_epochs: int
    distillation_share: Share
    methods: tuple[Method, ...] = Field(min_length=1)
    finalists: tuple[Candidate, ...] = Field(min_length=1)

    @property
    def winner(self) -> Candidate:
        """The finalist that became the reduced network, with its accuracy at full length."""
        return self.finalists[0]
