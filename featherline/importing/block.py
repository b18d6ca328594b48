"""What the `fetch` block of one's own recordings says of their reading: where they are, and what is in them."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from featherline.importing.presets import PRESETS, PresetName
from featherline.importing.quality import UNITS_IN_G
from featherline.importing.settings import Checks, Csv, Time
from featherline.params import Block, Listed, PositiveInt


def _quoted(value: object) -> object:
    """YAML reads 1 as a number and on, off, yes and no as truths; a label is a text."""
    if isinstance(value, bool):
        words = "on, yes or true" if value else "off, no or false"
        raise ValueError(
            f"is a truth of YAML, written {words} there: put the word in quotes, such as {words.split(',')[0]!r}"
        )
    if isinstance(value, int | float):
        raise ValueError(f"is a number of YAML: write {str(value)!r} in quotes")
    return value


Label = Annotated[str, BeforeValidator(_quoted), Field(min_length=1)]
Column = Annotated[str, Field(min_length=1)]


def _column(value: object) -> object:
    """The number of a column, for files without a header, may stand without quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


ColumnName = Annotated[Column, BeforeValidator(_column)]
Rate = PositiveInt | Annotated[float, Field(gt=0)]


class Spellings(Block):
    """A label or group, and how else it is written in the recordings."""

    name: Label
    spellings: Annotated[Listed[Label], Field(min_length=1)]


class Reading(Block):
    """Which recordings are read, and how; docs/own-recordings.md tells all keys.

    `folder` is a path, from the project's top folder unless it is absolute. `columns` are three for the kind motion, in
    the order x, y, z, and any number for the kind sensor; a column may be a sum of columns, `a + b`.
    """

    folder: Annotated[str, Field(min_length=1)]
    kind: Literal["motion", "sensor", "audio"]
    native_rate_hz: Rate | None = None
    preset: PresetName | None = None
    columns: Annotated[Listed[ColumnName], Field(min_length=1)] | None = None
    unit: Annotated[str, Field(min_length=1)] | None = None
    axes: dict[str, Annotated[Listed[ColumnName], Field(min_length=3, max_length=3)]] = {}
    scale: Annotated[Listed[float], Field(min_length=1)] | float | None = None
    offset: Annotated[Listed[float], Field(min_length=1)] | float | None = None
    channel: PositiveInt | None = None
    pattern: Column | None = None
    labels: Column | None = None
    label_column: ColumnName | None = None
    group_column: ColumnName | None = None
    id_column: ColumnName | None = None
    label_spellings: Listed[Spellings] = ()
    group_spellings: Listed[Spellings] = ()
    ignored_labels: Listed[Label] = ()
    rows: Literal["samples", "windows"] = "samples"
    window_order: Literal["samples", "channels"] | None = None
    array: Column | None = None
    annotations: Column | None = None
    around_seconds: Annotated[tuple[float, float], Field(strict=False)] = (0.25, 0.4)
    csv: Csv = Csv()
    time: Time = Time()
    checks: Checks = Checks()

    @model_validator(mode="after")
    def _columns_and_unit_by_kind(self) -> Self:
        preset = PRESETS[self.preset] if self.preset else None
        if self.kind == "audio":
            for key in ("columns", "unit", "preset", "id_column", "label_column", "array", "annotations"):
                if getattr(self, key) is not None:
                    raise ValueError(
                        f"the kind motion needs columns and unit, and the kind audio has none: remove {key}"
                    )
            if isinstance(self.scale, tuple):
                raise ValueError("scale of the kind audio is one number")
        if self.kind == "motion":
            for key in ("columns", "unit"):
                if getattr(self, key) is None and preset is None:
                    raise ValueError(f"the kind motion needs {key}, and the kind audio has none")
            if self.unit is not None and self.unit not in UNITS_IN_G:
                raise ValueError(f"unit of the kind motion is one of {', '.join(UNITS_IN_G)}, not {self.unit}")
            if self.columns is not None and len(self.columns) != 3:
                raise ValueError("columns of the kind motion are three, in the order x, y, z")
        if self.kind == "sensor" and self.columns is None and preset is None:
            raise ValueError("the kind sensor needs columns")
        if self.columns and len(set(self.columns)) < len(self.columns):
            raise ValueError(
                "columns must name three different ones, in the order x, y, z"
                if self.kind == "motion"
                else "columns names one twice"
            )
        if self.kind != "audio" and self.channel is not None:
            raise ValueError("channel belongs to the kind audio")
        if self.native_rate_hz is None and (preset is None or preset.rate_hz is None):
            raise ValueError("native_rate_hz is missing: say how many samples a second the device will take")
        if self.kind == "audio" and not isinstance(self.native_rate_hz, int):
            raise ValueError("native_rate_hz of the kind audio is a whole number")
        return self

    @model_validator(mode="after")
    def _one_number_for_each_column(self) -> Self:
        for key in ("scale", "offset"):
            value = getattr(self, key)
            if isinstance(value, tuple) and self.columns is not None and len(value) != len(self.columns):
                raise ValueError(f"{key} has {len(value)} numbers, and columns {len(self.columns)}")
        for name, axes in self.axes.items():
            if self.kind != "sensor":
                raise ValueError("axes belong to the kind sensor")
            unknown = [axis for axis in axes if axis not in (self.columns or ())]
            if unknown:
                raise ValueError(f"axes.{name} names {unknown[0]!r}, which is none of the columns")
        return self

    @property
    def rate_hz(self) -> int | float:
        """The native rate, by the settings or by the preset; whole numbers as int."""
        rate = self.native_rate_hz if self.native_rate_hz is not None else PRESETS[self.preset].rate_hz  # type: ignore[index]
        assert rate is not None
        return int(rate) if float(rate).is_integer() else float(rate)

    @property
    def unit_or_default(self) -> str:
        """The unit of the columns; of a preset where none is named."""
        if self.unit is not None:
            return self.unit
        return PRESETS[self.preset].unit if self.preset and self.kind == "motion" else "raw"
