"""What whoever feeds a model computes: data/processed/<application>/frontend.json and its copy beside the models."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import (
    ConfigDict,
    Discriminator,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    Tag,
    TypeAdapter,
    ValidationError,
    model_serializer,
    model_validator,
)

from featherline.records.base import Content, Record, RecordFile, refusal
from featherline.records.provenance import Provenance

AUDIO_KINDS = ("log_mel", "mfcc")


class Normalization(Record):
    """A feature is `(value - mean) / scale`, with one mean and one scale for each index along an axis of the input.

    Attributes:
        axis: of the input, the batch counted as axis 0.
        mean, scale: fitted on the training split alone.
    """

    axis: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]


class OtherConstants(Record):
    """Constants of a front end that there is no C for, of whatever form the application gave them.

    Attributes:
        kind: what computes the features; None where the application does not say.
        group: what a group of recordings is.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str | None = None
    group: str = "group"
    # Cards list the constants as the application ordered them.
    _keys: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_keys(cls, content: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        constants = handler(content)
        if isinstance(content, Mapping):
            constants._keys = tuple(content)
        return constants

    @model_serializer(mode="wrap")
    def _in_order(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        content: dict[str, object] = handler(self)
        return {key: content[key] for key in self._keys}


class MotionConstants(OtherConstants):
    """Constants of the accelerometer front end; further ones of the application are kept.

    Attributes:
        kind: `motion`.
        unit: of the recordings, such as g.
        native_rate_hz: at which samples come. sample_rate_hz: of the features.
        interpolation, decimation: factors from the one to the other. taps: of the low-pass filter between.
        window_samples, hop_samples: of a window, and from one to the next, at sample_rate_hz.
        channels: what is computed of the three axes.
        smallest_gravity_g: below which no direction is taken from a window's mean.
    """

    kind: str
    unit: str
    native_rate_hz: int | float
    sample_rate_hz: int | float
    interpolation: int
    decimation: int
    taps: tuple[float, ...]
    window_samples: int
    hop_samples: int
    channels: tuple[str, ...]
    smallest_gravity_g: float


class SensorChannel(Record):
    """A channel of any sensor: its name, `column` or what is derived of three, and the places of its columns."""

    name: str
    kind: str
    columns: tuple[int, ...]


class SpectrumConstants(Record):
    """Bands of a spectrum; further constants are kept.

    Attributes:
        fft_samples: of a frame. edges: first bin of each band, and the one behind the last.
        floor: below which no magnitude is told apart.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    fft_samples: int
    edges: tuple[int, ...]
    floor: float


class SensorConstants(OtherConstants):
    """Constants of the front end of any sensor; further ones are kept.

    Attributes:
        kind: `sensor`.
        unit: of the columns. columns: their names, in the order of a sample.
        steps, zeros: of each column, what one unit of a sample of 16 bits is worth, and what 0 of it stands for.
        native_rate_hz, sample_rate_hz, interpolation, decimation, taps, window_samples, hop_samples: as of
            `MotionConstants`.
        channels: what is computed of the columns. spectrum: how bands are taken of them; None for windows.
    """

    kind: str
    unit: str
    columns: tuple[str, ...]
    steps: tuple[float, ...]
    zeros: tuple[float, ...]
    native_rate_hz: int | float
    sample_rate_hz: int | float
    interpolation: int
    decimation: int
    taps: tuple[float, ...]
    window_samples: int
    hop_samples: int
    channels: tuple[SensorChannel, ...]
    spectrum: SpectrumConstants | None


class Mel(Record):
    """The mel filters of an audio front end.

    Attributes:
        bands: how many. lowest_hz, highest_hz: edges of the first and the last.
        scale: of the mel, such as slaney.
        first_bins: of the FFT that each filter weighs first. weights: from there on, for each filter.
    """

    bands: int
    lowest_hz: float
    highest_hz: float
    scale: str
    first_bins: tuple[int, ...]
    weights: tuple[tuple[float, ...], ...]


class Logarithm(Record):
    """The logarithm of an audio front end: of what is at least `floor`, which is a power."""

    base: str
    floor: float


class Statistics(Record):
    """Statistics over frames: whole multiples of `step` enter their sums, and `floor` is added to a power."""

    step: float
    floor: float


class AudioConstants(OtherConstants):
    """Constants of the audio front end; further ones of the application are kept.

    Attributes:
        kind: `log_mel` or `mfcc`.
        sample_rate_hz: of the recordings. full_scale: of a sample as integer.
        clip_samples, frame_samples, hop_samples: of a clip, of a frame, and from one frame to the next.
        frames, coefficients: of a clip.
        statistics: where the features are those of each coefficient over all frames; None where they are the frames.
        mel, log: filters and logarithm.
        dct: the cosine transform, one row a coefficient; None for log-mel features.
        segment_hop_samples: from one clip to the next; None where the application does not say.
    """

    kind: str
    sample_rate_hz: int
    full_scale: int
    clip_samples: int
    frame_samples: int
    hop_samples: int
    frames: int
    coefficients: int
    mel: Mel
    log: Logarithm
    dct: tuple[tuple[float, ...], ...] | None
    statistics: Statistics | None = None
    segment_hop_samples: int | None = None


def _tag(content: Content | OtherConstants) -> str:
    kind = content.kind if isinstance(content, OtherConstants) else content.get("kind")
    if kind in ("motion", "sensor"):
        return str(kind)
    return "audio" if kind in AUDIO_KINDS else "other"


Constants = Annotated[
    Annotated[MotionConstants, Tag("motion")]
    | Annotated[SensorConstants, Tag("sensor")]
    | Annotated[AudioConstants, Tag("audio")]
    | Annotated[OtherConstants, Tag("other")],
    Discriminator(_tag),
]
_CONSTANTS: TypeAdapter[Constants] = TypeAdapter(Constants)


def constants(content: Content, application: str) -> Constants:
    """Types the constants that an application gives of its front end.

    Args:
        content: plain data.
        application: its name in params.yaml, for messages.

    Raises:
        FeatherlineError: naming the constant that is missing or wrong.
    """
    try:
        return _CONSTANTS.validate_python(content)
    except ValidationError as error:
        where = f"The front end of {application}"
        raise refusal(error, where, "correct what its application's preprocess returns") from None


class Detection(Record):
    """How a program waits for one class, as `featherline stream` chooses it.

    Attributes:
        event: name of the class.
        threshold: what the sum of its outputs over recent windows has to reach.
        refractory_windows: for so many windows after an event there is no other.
    """

    event: str
    threshold: int
    refractory_windows: int


class FrontEnd(RecordFile):
    """What a device computes before the model.

    Attributes:
        application: its name for people.
        classes: in the order of the model's outputs.
        input_shape: of one item.
        normalization: of its features.
        frontend: constants of the front end.
        detection: the class that a program waits for; None where it gives the best class of each window.
    """

    application: str
    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    normalization: Normalization
    frontend: Constants
    detection: Detection | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        content: dict[str, object] = handler(self)
        return {key: value for key, value in content.items() if key != "detection" or value is not None}


class SplitCounts(Record):
    """How many items, groups, and items of each class a split has."""

    items: int
    groups: int
    items_per_class: tuple[int, ...]


class FrontEndFile(FrontEnd):
    """The whole of `frontend.json`: the front end, and what it was fitted on.

    Attributes:
        protocol: how recordings were split: group, folds, item or official.
        splits: train, validation and test.
        provenance: of the recordings.
    """

    protocol: str
    splits: dict[str, SplitCounts]
    provenance: Provenance
