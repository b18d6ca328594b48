"""The typed, validated face of params.yaml.

Every block is read through a pydantic model (`params_file.block`), so that a wrong value is refused
before any work, with the path of its key, what was found and what is allowed. Blocks that all
applications share are here; what only one application knows (its front end, its
simulation) is declared beside that application as a subclass.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal, Self, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    Strict,
    model_validator,
)

from featherline.core import parsing

Source = Literal["simulated", "public", "mirror"]
Variant = Literal["original", "reduced"]
Scheme = Literal["none", "float16", "dynamic_range", "int8", "int16x8", "int8_qat", "int4", "int2"]
KERNEL_BITS: dict[Scheme, int] = {"int8_qat": 8, "int4": 4, "int2": 2}
"""Schemes whose networks are fine-tuned with fake quantization -> bits of a kernel; activations have 8."""

T = TypeVar("T")
Listed = Annotated[tuple[T, ...], Strict(False)]
"""A list of YAML, which is a tuple here."""
PositiveInt = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Pair = Annotated[tuple[PositiveInt, PositiveInt], Strict(False)]


class Block(BaseModel):
    """A block of params.yaml: immutable, and a key that it does not know is an error.

    Types are strict: `true` and `"4"` are no numbers. A whole number may stand where a float belongs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


UNPACKED_GB = 20.0
"""What one archive may take on the disk where nobody says otherwise, in 10^9 bytes."""


class Data(Block):
    """Where recordings come from, for every application that does not say otherwise.

    `unpacked_gb` is what one archive may take on the disk, in 10^9 bytes: one that takes more is refused.
    """

    source: Source
    mirror: str | None = None
    unpacked_gb: Annotated[float, Field(gt=0)] = UNPACKED_GB


class Fetch(Block):
    """What each application's `fetch` block has; applications add their simulation."""

    source: Literal["default", "simulated", "public", "mirror"] = "default"


class Fractions(Block):
    """Which share of the items validation and test get; the rest is for training."""

    validation: Fraction
    test: Fraction

    @model_validator(mode="after")
    def _leaves_something_to_train_on(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError("validation + test must be below 1, or nothing is left to train on")
        return self


FoldCount = Annotated[int, Field(ge=2)] | Literal["groups"]
"""How many folds groups are dealt into; `groups` gives each group one of its own."""


class TestFold(Block):
    """Which of `folds` folds over all groups is the test split; `number` counts from 1."""

    __test__ = False  # no test of pytest

    folds: FoldCount
    number: PositiveInt

    @model_validator(mode="after")
    def _is_there(self) -> Self:
        if isinstance(self.folds, int) and self.number > self.folds:
            raise ValueError(f"number {self.number} is above the {self.folds} folds")
        return self


class Folding(Fractions):
    """What the protocol `folds` takes besides; other protocols leave it alone.

    The groups outside of the test split are dealt into `folds` folds, each of which is the validation split once. The
    test split is that of the protocol `group`, or one fold of all groups where `test_fold` names it.
    """

    folds: FoldCount = 4
    test_fold: TestFold | None = None


class Split(Folding):
    """How items are divided into train, validation and test.

    `group` keeps all items of a group (subject, speaker, track, person) in one split; `folds` does so, too, and
    judges candidates by their mean over several validation splits; `item` shuffles single items, as the published
    figures did, and serves comparison only.
    """

    protocol: Literal["group", "folds", "item"] = "group"
    _of_groups: tuple[Mapping[str, str], ...] = PrivateAttr(default=())

    @property
    def of_groups(self) -> tuple[Mapping[str, str], ...]:
        """Group -> its split, in each division, where others have divided the groups already; else empty."""
        return self._of_groups

    def dealt(self, of_groups: Sequence[Mapping[str, str]]) -> Self:
        """The same block, whose groups are divided as given: other windows are other items, of the same people."""
        split = self.model_copy()
        split._of_groups = tuple(of_groups)
        return split


class Preprocess(Block):
    """What each application's `preprocess` block has; applications add their front end.

    Attributes:
        compare_recordings: whether recordings of two splits that share a stretch are refused (true), told (where it is
            not given) or not looked for (false). Steady vibration of two machines is as alike as a copy.
        smoothing: the older windows weigh 1 - 1 / smoothing of each newer one in the sums by which a device decides;
            None for 2. It changes no feature: a larger one is surer and later.
        front_end_keys: keys of the block that `reduce.space.frontend` may vary: what a device computes, and nothing of
            classes, items or splits. A key of a block within stands for all below it.
    """

    front_end_keys: ClassVar[tuple[str, ...]] = ()

    compare_recordings: bool | None = None
    smoothing: Annotated[int, Field(ge=1, le=254)] | None = None


class ConvBlock(Block):
    """Conv -> batch normalization -> ReLU -> MaxPooling x `poolings`.

    A `separable` convolution is one kernel for each input channel (depthwise, which takes
    the stride), then 1 x 1 across channels; what stands between them is linear. A kernel,
    stride or pool of one number is square; a side of the input that is 1 long (the second
    of a motion window) keeps 1 there.
    """

    filters: PositiveInt
    kernel: PositiveInt | Pair = 3
    stride: PositiveInt | Pair = 1
    convolution: Literal["plain", "separable"] = "plain"
    poolings: Annotated[int, Field(ge=0)] = 1
    pool: Annotated[int, Field(ge=2)] | Pair = 2


class DenseBlock(Block):
    """Dense -> ReLU -> dropout, with an L2 penalty on its kernel."""

    units: PositiveInt
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    l2: Annotated[float, Field(ge=0)] = 0.0


class Architecture(Block):
    """(Conv -> pool x Pi) x N -> (Dense -> regularizer) x M -> output."""

    conv_blocks: Listed[ConvBlock]
    dense_blocks: Listed[DenseBlock] = ()
    head: Literal["flatten", "global_average"] = "flatten"
    batch_normalization: bool = True


class Fitting(Block):
    """How a network is trained: Adam on cross-entropy, the best epoch by validation kept."""

    epochs: PositiveInt
    batch_size: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.002
    patience: PositiveInt = 10
    class_weights: Literal["none", "balanced"] = "balanced"


class Train(Architecture, Fitting):
    """The original network and how it is trained."""


class Budget(Block):
    """How much a search may cost."""

    trials: PositiveInt
    epochs: PositiveInt
    final_epochs: PositiveInt


class Budgets(Block):
    """Search budgets: one for simulated recordings, one for real ones."""

    simulated: Budget
    recordings: Budget


def _as_range(value: object) -> object:
    """A fixed number is a range of one."""
    return [value, value] if isinstance(value, int) else value


_SERIES = "should be {from, to, step} of whole numbers, from at most to, and step at least 1"


def _as_choices(value: object) -> object:
    """A fixed value is a choice of one; `{from: 4, to: 16, step: 4}` is 4, 8, 12, 16."""
    if isinstance(value, dict):
        bounds = value.get("from"), value.get("to"), value.get("step", 1)
        if value.keys() - {"from", "to", "step"} or not all(type(bound) is int for bound in bounds):
            raise ValueError(_SERIES)
        low, high, step = map(int, bounds)
        if step < 1 or low > high:
            raise ValueError(_SERIES)
        return list(range(low, high + 1, step))
    return [value] if isinstance(value, int | str) else value


def _not_empty(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] > value[1]:
        raise ValueError(f"an empty range: {value[0]} is above {value[1]}")
    return value


def _distinct(value: tuple[object, ...]) -> tuple[object, ...]:
    if not value:
        raise ValueError("should name one choice or more")
    if len(set(value)) < len(value):
        raise ValueError(f"lists a choice twice: {', '.join(map(str, value))}")
    return value


def _each_once(schemes: tuple[Scheme, ...]) -> tuple[Scheme, ...]:
    repeated = [scheme for place, scheme in enumerate(schemes) if scheme in schemes[:place]]
    if repeated:
        raise ValueError(f"lists the scheme {repeated[0]} twice")
    return schemes


Schemes = Annotated[tuple[Scheme, ...], Strict(False), AfterValidator(_each_once)]


def _as_leaves(value: object) -> object:
    """Nested keys of the block preprocess as dotted ones, each with its choices; none where nothing stands there."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("should be a map of keys of preprocess to lists of choices, such as {window_seconds: [5, 10]}")
    leaves: dict[str, tuple[object, ...]] = {}
    for key, choices in parsing.dotted(value):
        if not isinstance(choices, list | tuple) or not choices:
            raise ValueError(f"{key} should be a list of one choice or more")
        if any(choice in choices[:place] for place, choice in enumerate(choices)):
            raise ValueError(f"{key} lists a choice twice")
        leaves[key] = tuple(choices)
    return leaves


FrontEndChoices = Annotated[dict[str, tuple[object, ...]], BeforeValidator(_as_leaves)]
"""Dotted key of the block preprocess -> the values that a search may choose from."""

Count = Annotated[int, Field(ge=0)]
Range = Annotated[tuple[Count, Count], Strict(False), BeforeValidator(_as_range), AfterValidator(_not_empty)]
Choices = Annotated[tuple[T, ...], Strict(False), BeforeValidator(_as_choices), AfterValidator(_distinct)]


class Space(Block):
    """What the search may vary: N, M and Pi as inclusive ranges, everything else as choices.

    A single value fixes a dimension; without conv blocks, what they are made of may be left out.
    Choices of numbers may be written as `{from: 4, to: 16, step: 4}`. `frontend` has values of the block preprocess in
    place of its own: each combination is a front end, which computes features from the recordings by itself.
    """

    conv_blocks: Range
    poolings: Range
    filters: Choices[PositiveInt]
    kernel: Choices[PositiveInt]
    stride: Choices[PositiveInt] = (1,)
    convolution: Choices[Literal["plain", "separable"]] = ("plain",)
    dense_blocks: Range
    units: Choices[PositiveInt]
    head: Choices[Literal["flatten", "global_average"]] = ("flatten",)
    frontend: FrontEndChoices = {}

    @model_validator(mode="before")
    @classmethod
    def _nothing_of_no_blocks(cls, value: object) -> object:
        if isinstance(value, dict) and value.get("conv_blocks") in (0, [0, 0]):
            return {"poolings": 0, "filters": 1, "kernel": 1} | value
        return value


class Distillation(Block):
    """What a network learns from another one that is trained already, by Hinton et al., arXiv:1503.02531.

    `share` of its loss is the distance to the other's answers, softened by `temperature`; the
    rest is the distance to the labels. A share of 0 leaves the other out.
    """

    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    temperature: Annotated[float, Field(ge=1)] = 2.0


class FinalDistillation(Distillation):
    """Who teaches: the original, or all trainings of the finalists together, after which the best one is trained anew.

    Trainings of small networks err at different items, so that their mean is right more often than any of them. What it
    answers takes a small network longer to learn than labels do (Beyer et al., arXiv:2106.05237): `epochs` of each
    training that finalists teach, by default as many as theirs.
    """

    teacher: Literal["original", "finalists"] = "original"
    epochs: PositiveInt | None = None

    @model_validator(mode="after")
    def _with_finalists(self) -> Self:
        if self.epochs is not None and self.teacher == "original":
            raise ValueError(
                "epochs are those of what finalists teach, and the teacher is the original: set teacher to finalists, "
                "or leave epochs out"
            )
        return self


class Baselines(Block):
    """What the search is compared with, each trained as its candidates are.

    `random_search` trains as many candidates, drawn at random; `by_hand` is one architecture
    that an engineer would try first.
    """

    random_search: bool = True
    by_hand: Architecture | None = None


class Reduce(Block):
    """The search for the smallest network that is good enough.

    Objective `weighted` minimizes the score, `error_weight` * validation error
    + (1 - `error_weight`) * cost / the original's cost. Objective `pareto`
    looks for the whole front of validation error, cost and a second cost, and
    takes the smallest network whose validation accuracy is at most `accuracy_tolerance`
    below the original's. `cost` is what is weighed: `weight_bytes`, beside activation memory; or, of the whole program
    with its front end, `program_bytes` or `instructions_per_second`, each beside the other one. Those of the program
    are estimated for candidates, and measured for finalists.

    Limits hold for every candidate, at the target `scheme`: `max_weight_bytes`,
    `max_arena_bytes` (the head of TFLM's arena, where activations live; its tail comes on
    top), `max_macs`, and of the whole program `max_program_bytes` and `max_instructions_per_second`.
    The `finalists`, as many of the best candidates, are trained at full length, each from
    `final_seeds` seeds, taught as `distillation` says, and the objective chooses among these. With `refit` the network
    that is chosen is trained anew on the training and the validation split together: where recordings are few, a fifth
    more of them is worth more than any search.
    Candidates' dense blocks have `dropout`, and `l2` as the factor of the penalty on their kernels.
    `storage` is an Optuna storage URL that several machines share, and `study` its name there (by
    default the application's).
    """

    objective: Literal["weighted", "pareto"] = "weighted"
    cost: Literal["weight_bytes", "program_bytes", "instructions_per_second"] = "weight_bytes"
    error_weight: Annotated[float, Field(ge=0, le=1)] = 0.8
    accuracy_tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.01
    scheme: Literal["none", "int8", "int16x8"] = "int8"
    max_weight_bytes: PositiveInt | None = None
    max_arena_bytes: PositiveInt | None = None
    max_macs: PositiveInt | None = None
    max_program_bytes: PositiveInt | None = None
    max_instructions_per_second: PositiveInt | None = None
    budget: Budgets
    finalists: PositiveInt = 3
    final_seeds: PositiveInt = 1
    workers: PositiveInt = 2
    stop_bad_trials: bool = True
    storage: str | None = None
    study: str | None = None
    batch_size: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.003
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    l2: Annotated[float, Field(ge=0)] = 0.0
    refit: bool = False
    distillation: FinalDistillation = FinalDistillation()
    baselines: Baselines = Baselines()
    space: Space

    @property
    def weighs_program(self) -> bool:
        """Whether anything of the search asks for the cost of whole programs."""
        limits = (self.max_program_bytes, self.max_instructions_per_second)
        return self.cost != "weight_bytes" or limits != (None, None)

    @model_validator(mode="after")
    def _can_be_searched(self) -> Self:
        if self.weighs_program and self.scheme != "int8":
            raise ValueError(
                "cost, max_program_bytes and max_instructions_per_second of whole programs need scheme: int8, in which "
                "programs are written"
            )
        if self.space.frontend and self.distillation.share:
            raise ValueError(
                "distillation.share must be 0 with space.frontend: a teacher knows the features of its own front end "
                "alone"
            )
        return self


class FineTuning(Block):
    """How networks are trained on with fake quantization, for the schemes of `KERNEL_BITS`.

    `distillation` lets each learn from the answers of the unquantized network that it starts from.
    """

    epochs: PositiveInt = 15
    batch_size: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.001
    distillation: Distillation = Distillation()


class Quantize(Block):
    """Which schemes each variant gets, how many training items calibrate them, and how few-bit ones are fine-tuned."""

    calibration_items: PositiveInt
    fine_tuning: FineTuning = FineTuning()
    original: Schemes
    reduced: Schemes

    @property
    def models(self) -> list[str]:
        """Names of all models, `<variant>-<scheme>`."""
        return [f"{variant}-{scheme}" for variant in get_args(Variant) for scheme in getattr(self, variant)]


def _renamed(word: object) -> object:
    """Refuses what `optimize` was called when it stood for the compiler alone."""
    word_of_flag = {"Os": "size", "O2": "speed"}
    if isinstance(word, str) and word in word_of_flag:
        raise ValueError(f"it is called {word_of_flag[word]} now, and chooses kernels and compiler flag together")
    return word


class C(Block):
    """What the C of a model is written and compiled for, in the words of `to-c --optimize`."""

    optimize: Annotated[Literal["size", "speed", "ram"], BeforeValidator(_renamed)] = "size"


class Convert(Block):
    """How networks become .tflite files and C.

    `temperature` divides the logits before the softmax, so that rounded answers tell sure from very sure.
    """

    integer_io: bool = True
    temperature: Annotated[float, Field(ge=1, le=64)] = 1.0
    c: C = C()


class Benchmark(Block):
    """How models are measured.

    Attributes:
        headline: the model whose figures lead every table.
        stream_hours: how long it listens to everything but its keyword; for applications that wait for one.
    """

    headline: str = "reduced-int8"
    stream_hours: Annotated[float, Field(gt=0)] | None = None


STAGES: dict[str, type[Block]] = {
    "train": Train,
    "reduce": Reduce,
    "quantize": Quantize,
    "convert": Convert,
    "benchmark": Benchmark,
}
"""The blocks that are the same for every application, by the stage that they belong to."""
