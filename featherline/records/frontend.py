"""What whoever feeds a model computes: data/processed/<application>/frontend.json and its copy beside the models."""

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
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
from featherline.records.limits import (
    MOST_CLIP_SAMPLES,
    MOST_SAMPLES,
    MOST_TAPS,
    RATE_TOLERANCE,
    Count,
    Finite,
    Frame,
    Positive,
    Rate,
    Tap,
    check_count,
    check_once,
)
from featherline.records.provenance import Provenance

AUDIO_KINDS = ("log_mel", "mfcc")
STATISTICS = 3  # of each coefficient over all frames

MotionChannel = Literal["x", "y", "z", "magnitude", "vertical", "horizontal"]
_OPTIONAL = ("smoothing", "detection", "chosen")  # which the files of most front ends are without
SensorChannelKind = Literal["column", "magnitude", "vertical", "horizontal", "jerk"]


class Normalization(Record):
    """A feature is `(value - mean) / scale`, with one mean and one scale for each index along an axis of the input.

    Attributes:
        axis: of the input, the batch counted as axis 0.
        mean, scale: fitted on the training split alone.
    """

    axis: Annotated[int, Field(ge=1)]
    mean: tuple[Finite, ...]
    scale: tuple[Positive, ...]


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
        companding_g: from where `vertical` and `horizontal` grow with their logarithm; None leaves them as they are.
        smallest_gravity_g: below which no direction is taken from a window's mean.
    """

    kind: str
    unit: str
    native_rate_hz: Rate
    sample_rate_hz: Rate
    interpolation: Count
    decimation: Count
    taps: Annotated[tuple[Tap, ...], Field(min_length=1, max_length=MOST_TAPS)]
    window_samples: Count
    hop_samples: Count
    channels: Annotated[tuple[MotionChannel, ...], Field(min_length=1)]
    companding_g: Positive | None = None
    smallest_gravity_g: Positive

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        _check_times(self)
        check_once(self.channels, "channels")
        return self


class SensorChannel(Record):
    """A channel of any sensor: its name, `column` or what is derived of three, and the places of its columns."""

    name: str
    kind: SensorChannelKind
    columns: tuple[Annotated[int, Field(ge=0)], ...]

    @model_validator(mode="after")
    def _has_its_columns(self) -> Self:
        needed = 1 if self.kind == "column" else 3
        if len(self.columns) != needed:
            raise ValueError(f"the channel {self.name!r} has {len(self.columns)} columns, and its kind takes {needed}")
        return self


class SpectrumConstants(Record):
    """Bands of a spectrum; further constants are kept.

    Attributes:
        fft_samples: of a frame. edges: first bin of each band, and the one behind the last.
        floor: below which no magnitude is told apart.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    fft_samples: Frame
    edges: Annotated[tuple[Count, ...], Field(min_length=2)]
    floor: Positive

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if any(left >= right for left, right in pairwise(self.edges)) or self.edges[-1] > self.fft_samples // 2 + 1:
            raise ValueError(f"edges must rise, and end within the {self.fft_samples // 2 + 1} bins of the FFT")
        return self


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
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    steps: tuple[Positive, ...]
    zeros: tuple[Finite, ...]
    native_rate_hz: Rate
    sample_rate_hz: Rate
    interpolation: Count
    decimation: Count
    taps: Annotated[tuple[Tap, ...], Field(min_length=1, max_length=MOST_TAPS)]
    window_samples: Count
    hop_samples: Count
    channels: Annotated[tuple[SensorChannel, ...], Field(min_length=1)]
    spectrum: SpectrumConstants | None

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        _check_times(self)
        check_once([channel.name for channel in self.channels], "channels")
        check_count(self.steps, len(self.columns), "steps", "one for each of the columns")
        check_count(self.zeros, len(self.columns), "zeros", "one for each of the columns")
        for channel in self.channels:
            if max(channel.columns) >= len(self.columns):
                raise ValueError(f"the channel {channel.name!r} takes a column that is not among {len(self.columns)}")
        if self.spectrum is not None and self.spectrum.fft_samples > self.window_samples:
            raise ValueError("spectrum.fft_samples is above window_samples")
        return self


class Mel(Record):
    """The mel filters of an audio front end.

    Attributes:
        bands: how many. lowest_hz, highest_hz: edges of the first and the last.
        scale: of the mel, such as slaney.
        first_bins: of the FFT that each filter weighs first. weights: from there on, for each filter.
    """

    bands: Count
    lowest_hz: Annotated[float, Field(ge=0)]
    highest_hz: Positive
    scale: str
    first_bins: tuple[Annotated[int, Field(ge=0)], ...]
    weights: tuple[tuple[Finite, ...], ...]

    @model_validator(mode="after")
    def _one_filter_a_band(self) -> Self:
        check_count(self.first_bins, self.bands, "first_bins", "one for each of the bands")
        check_count(self.weights, self.bands, "weights", "one list for each of the bands")
        if not self.lowest_hz < self.highest_hz:
            raise ValueError("lowest_hz must be below highest_hz")
        return self


class Logarithm(Record):
    """The logarithm of an audio front end: of what is at least `floor`, which is a power."""

    base: str
    floor: Positive


class Statistics(Record):
    """Statistics over frames: whole multiples of `step` enter their sums, and `floor` is added to a power."""

    step: Positive
    floor: Positive


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
    sample_rate_hz: Count
    full_scale: Annotated[int, Field(ge=1, le=MOST_CLIP_SAMPLES)]
    clip_samples: Annotated[int, Field(ge=1, le=MOST_CLIP_SAMPLES)]
    frame_samples: Frame
    hop_samples: Count
    frames: Count
    coefficients: Count
    mel: Mel
    log: Logarithm
    dct: tuple[tuple[Finite, ...], ...] | None
    statistics: Statistics | None = None
    segment_hop_samples: Annotated[int, Field(ge=1, le=MOST_CLIP_SAMPLES)] | None = None

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        mel, bins = self.mel, self.frame_samples // 2 + 1
        if self.frame_samples + (self.frames - 1) * self.hop_samples > self.clip_samples:
            raise ValueError("frames, each hop_samples behind the one before it, are longer than clip_samples")
        if self.coefficients > mel.bands:
            raise ValueError("coefficients is above mel.bands")
        if mel.highest_hz > self.sample_rate_hz / 2:
            raise ValueError("mel.highest_hz is above half of sample_rate_hz")
        if any(first + len(of_band) > bins for first, of_band in zip(mel.first_bins, mel.weights, strict=True)):
            raise ValueError(f"mel.weights lead beyond the {bins} bins of a frame")
        if self.dct is not None:
            check_count(self.dct, self.coefficients, "dct", "a row for each of the coefficients")
            for row in self.dct:
                check_count(row, mel.bands, "a row of dct", "one for each of mel.bands")
        return self


def _check_times(constants: MotionConstants | SensorConstants) -> None:
    """Raises `ValueError` where one sample could give several, or the rates are not those that the filter makes."""
    if constants.interpolation > constants.decimation:
        raise ValueError("interpolation is above decimation, and a window has no higher rate than the sensor")
    made_rate_hz = constants.native_rate_hz * constants.interpolation / constants.decimation
    if abs(made_rate_hz / constants.sample_rate_hz - 1) > RATE_TOLERANCE:
        raise ValueError(
            f"native_rate_hz, interpolation and decimation make {made_rate_hz:g} Hz, and sample_rate_hz is "
            f"{constants.sample_rate_hz:g}"
        )
    if constants.hop_samples > constants.window_samples:
        raise ValueError("hop_samples is above window_samples, so that samples between two windows are lost")


def _features(constants: "Constants") -> tuple[int, int] | None:
    """How many features an item has, and how many of them are normalized alike; None where nobody knows."""
    if isinstance(constants, AudioConstants):
        statistics = STATISTICS * constants.coefficients
        kept = (1, statistics) if constants.statistics is not None else (constants.frames, constants.coefficients)
        return kept[0] * kept[1], kept[1]
    if isinstance(constants, MotionConstants):
        return constants.window_samples * len(constants.channels), len(constants.channels)
    if isinstance(constants, SensorConstants):
        spectrum = constants.spectrum
        rows = constants.window_samples if spectrum is None else len(spectrum.edges) - 1
        return rows * len(constants.channels), len(constants.channels)
    return None


def _tag(content: object) -> str:
    kind = content.get("kind") if isinstance(content, Mapping) else getattr(content, "kind", None)
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
    threshold: Annotated[int, Field(ge=-(2**31), lt=2**31)]
    refractory_windows: Annotated[int, Field(ge=0, le=MOST_SAMPLES)]


class FrontEnd(RecordFile):
    """What a device computes before the model.

    Attributes:
        application: its name for people.
        classes: in the order of the model's outputs.
        input_shape: of one item.
        normalization: of its features.
        frontend: constants of the front end.
        smoothing: NN_PROGRAM_SMOOTHING of the program; None for that of the firmware.
        detection: the class that a program waits for; None where it gives the best class of each window.
    """

    application: str
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    input_shape: Annotated[tuple[Count, ...], Field(min_length=1)]
    normalization: Normalization
    frontend: Constants
    smoothing: Annotated[int, Field(ge=1, le=254)] | None = None
    detection: Detection | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        fit, shape, needed = self.normalization, list(self.input_shape), _features(self.frontend)
        if fit.axis > len(shape):
            raise ValueError(
                f"normalization.axis is {fit.axis}, and input_shape {shape} has {len(shape)} behind the batch"
            )
        for name, values in (("mean", fit.mean), ("scale", fit.scale)):
            what = f"one for each place of axis {fit.axis} of input_shape {shape}"
            check_count(values, shape[fit.axis - 1], f"normalization.{name}", what)
        if needed is not None and (math.prod(shape), len(fit.mean)) != needed:
            raise ValueError(
                f"input_shape {shape} with {len(fit.mean)} means is not what frontend makes: {needed[0]} features, of "
                f"which {needed[1]} have a mean of their own"
            )
        if self.detection is not None and self.detection.event not in self.classes:
            raise ValueError(f"detection.event {self.detection.event!r} is none of the classes")
        return self

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        content: dict[str, object] = handler(self)
        return {key: value for key, value in content.items() if key not in _OPTIONAL or value is not None}


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
        chosen: dotted key of the block preprocess -> the value that a search chose in its place; None where all are as
            params.yaml has them.
    """

    protocol: str
    splits: dict[str, SplitCounts]
    provenance: Provenance
    chosen: dict[str, JsonValue] | None = None
