"""How the search for the reduced network went: models/<application>/search.json."""

from collections.abc import Collection
from typing import Literal

from pydantic import Field, JsonValue, SerializerFunctionWrapHandler, model_serializer

from featherline.records.base import Record, RecordFile, Share


class Costs(Record):
    """What a network scores on the validation split, from 0 to 1, and what it takes.

    Attributes:
        weights: how many. weight_bytes: of the search's target scheme.
        activation_bytes: the head of TFLM's arena as calculated.
        macs: multiply-accumulates of an inference.
        program_bytes, instructions_per_second: of the whole program with its front end; None where it is not weighed.
            Estimates, but of finalists.
    """

    validation_accuracy: Share
    weights: int
    weight_bytes: int
    activation_bytes: int
    macs: int
    program_bytes: int | None = None
    instructions_per_second: int | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        return without_nothing(handler(self), ("program_bytes", "instructions_per_second", "front_end"))


def without_nothing(content: dict[str, object], optional: Collection[str]) -> dict[str, object]:
    """Leaves out optional keys that have no value: most searches do without them."""
    return {key: value for key, value in content.items() if key not in optional or value is not None}


class _Scored(Record):
    score: float


class _Numbered(Record):
    number: int


class Candidate(Costs, _Scored):
    """A trained candidate; `score` is what the objective `weighted` minimizes."""


class Finalist(Candidate, _Numbered):
    """A candidate that was trained again at full length.

    `number` is that of its trial, `front_end` the values that its front end has in place of those of preprocess, by
    dotted key; None where none was searched.
    """

    front_end: dict[str, JsonValue] | None = None


class Method(Record):
    """One way of choosing a network.

    Attributes:
        method: its name.
        trained: how many candidates. stopped: how many of these were given up early.
        hypervolume: the share of the possible gain over the original that its front reaches, from 0 to 1.
        best: its best candidate.
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
    max_program_bytes: int | None = None
    max_instructions_per_second: int | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        return without_nothing(handler(self), ("max_program_bytes", "max_instructions_per_second"))


class Search(RecordFile):
    """The search beside its baselines.

    Attributes:
        objective: how candidates are compared. error_weight: of the error in the score.
        accuracy_tolerance: how far below the original a candidate may be, from 0 to 1.
        scheme: for which sizes are counted.
        limits: of every candidate. original: what is to be made smaller.
        methods: the search itself first.
        finalists: trained again at full length, the winner first.
        epochs: of each candidate. final_epochs: of each finalist.
        distillation_share: of a teacher's answers in the last trainings. teacher: who that is; None for the original.
        taught_epochs: of what finalists teach; None for as many as of each finalist.
        cost: what the score weighs; None for weight bytes.
        refit: whether the reduced network was trained anew on the training and the validation split together, after it
            was chosen; None for no.
    """

    objective: Literal["weighted", "pareto"]
    error_weight: float
    accuracy_tolerance: float
    scheme: str
    limits: Limits
    original: Costs
    methods: tuple[Method, ...] = Field(min_length=1)
    finalists: tuple[Finalist, ...] = Field(min_length=1)
    epochs: int
    final_epochs: int
    distillation_share: Share
    teacher: Literal["finalists"] | None = None
    taught_epochs: int | None = None
    cost: Literal["program_bytes", "instructions_per_second"] | None = None
    refit: Literal[True] | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        return without_nothing(handler(self), ("teacher", "taught_epochs", "cost", "refit"))

    @property
    def winner(self) -> Finalist:
        """The finalist that became the reduced network, with its accuracy at full length."""
        return self.finalists[0]
