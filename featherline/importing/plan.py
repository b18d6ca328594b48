"""How recordings are to be read: by the settings, and by what a preset knows where they say nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from featherline.importing.presets import Preset
from featherline.importing.settings import Checks, Csv, Time


@dataclass(frozen=True)
class Plan:
    """How recordings are read.

    Attributes:
        accelerations: whether the columns are three axes of total acceleration, which are brought to g.
        columns: names or sums of columns (`a + b`); None for those that are known.
        unit: of the columns; of accelerations a key of `quality.UNITS_IN_G`.
        scale, offset: of each column: value = (number - offset) * scale.
        rate_hz: at which recordings are wanted.
        array: which array of a file that holds several.
        id_column, label_column, group_column: what divides and names the rows of a table.
        label_spellings: spelling of a label -> the label.
        ignored_labels: parts with these are left out, as well as those without any.
        annotations: extension of the WFDB annotations whose symbols are labels; None for none.
        around_s: how much before and after an annotation belongs to it, in seconds.
    """

    accelerations: bool
    rate_hz: float
    columns: tuple[str, ...] | None = None
    unit: str = "g"
    scale: tuple[float, ...] | None = None
    offset: tuple[float, ...] | None = None
    csv: Csv = field(default_factory=Csv)
    time: Time = field(default_factory=Time)
    checks: Checks = field(default_factory=Checks)
    preset: Preset | None = None
    array: str | None = None
    id_column: str | None = None
    label_column: str | None = None
    group_column: str | None = None
    label_spellings: Mapping[str, str] = field(default_factory=dict)
    ignored_labels: tuple[str, ...] = ()
    annotations: str | None = None
    around_s: tuple[float, float] = (0.25, 0.4)


def with_preset(plan: Plan, preset: Preset) -> Plan:
    """A plan with what a preset knows, where the settings say nothing."""
    time = plan.time
    for key in ("column", "unit", "order", "rate"):
        if key not in time.model_fields_set:
            time = time.model_copy(update={key: getattr(preset.time, key)})
    checks = plan.checks
    if "missing" not in checks.model_fields_set:
        checks = checks.model_copy(update={"missing": preset.missing})
    return replace(
        plan,
        preset=preset,
        time=time,
        checks=checks,
        label_column=plan.label_column or preset.label_column,
        group_column=plan.group_column or preset.group_column,
    )
