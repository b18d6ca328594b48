"""What the `fetch` block of one's own recordings may say of dialect, time, and limits of what is checked."""

from typing import Annotated, Literal

from pydantic import Field

from featherline.params import UNPACKED_GB, Block, PositiveInt

PositiveFloat = Annotated[float, Field(gt=0)]
Name = Annotated[str, Field(min_length=1)]


class Csv(Block):
    """How text tables are written; what is left out is told from each file.

    `separator` may be `tab` and `blank` as well, `header` is the number of its line or `none`.
    """

    separator: Literal[",", ";", "tab", "|", "blank"] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", "'", "blank"] | None = None
    header: PositiveInt | Literal["none"] | None = None
    encoding: Name | None = None


class Time(Block):
    """What says when samples were taken, and what is done where times are not even.

    `column` names it, `none` says that there is none; `unit` is told from the values where it is left out.
    `order` and `rate` say whether disorder and other rates are an error or mended; a gap above `gap_seconds` cuts a
    recording in two (5 sample periods where it is left out).
    """

    column: Name | PositiveInt | None = None
    unit: Literal["s", "ms", "us", "ns", "clock"] | None = None
    order: Literal["error", "sort"] = "error"
    rate: Literal["error", "resample"] = "error"
    gap_seconds: PositiveFloat | None = None


class Checks(Block):
    """Limits of what is checked; null switches a check off. docs/own-recordings.md has their measures.

    Attributes:
        missing: what is done with a sample that has no number: refused, or cut out as a gap is.
        sentinels: numbers that stand for a missing sample, such as -999.
        largest: above which no sample can be, in the recordings' unit; 20 g of accelerations where it is left out.
        frozen_seconds: how long all channels may stay the same while the recording moves elsewhere.
        gravity_g: between which lengths the mean of a second lies, on the median of a file of accelerations.
        constant: what is done where a channel never moves.
        amplitude: above which no sample of sound lies.
        silence_dbfs: below which sound counts as silence.
        opposite: the correlation of two channels of sound below which they are out of phase.
        leak_correlation: from which two windows that move are nearly equal.
        rare_label: share of the recordings below which a label may be a typing error.
        unpacked_gb: what the files of one zip may take on the disk while it is read, in 10^9 bytes.
    """

    missing: Literal["error", "cut"] = "error"
    sentinels: Annotated[tuple[float, ...], Field(strict=False)] = ()
    largest: PositiveFloat | None = None
    frozen_seconds: PositiveFloat | None = 1.0
    gravity_g: Annotated[tuple[float, float], Field(strict=False)] | None = (0.5, 1.6)
    constant: Literal["error", "tell"] | None = None
    amplitude: PositiveFloat | None = 1.0
    silence_dbfs: Annotated[float, Field(lt=0)] | None = -60.0
    opposite: Annotated[float, Field(ge=-1, lt=0)] | None = -0.5
    leak_correlation: Annotated[float, Field(gt=0, le=1)] | None = 0.999
    rare_label: Annotated[float, Field(ge=0, lt=1)] = 0.05
    unpacked_gb: PositiveFloat = UNPACKED_GB
