"""Well-known sources: what names their columns, units and times have, and which faults their files are known for."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from featherline.importing.settings import Time
from featherline.importing.text import Mend

PresetName = Literal[
    "sensor_logger",
    "phyphox",
    "physics_toolbox",
    "edge_impulse",
    "arduino",
    "wisdm",
    "uci_har",
    "pamap2",
    "motionsense",
]


@dataclass(frozen=True)
class Preset:
    """What is known of a source.

    Attributes:
        columns: of total acceleration in the order x, y, z, each a column or a sum of columns (`a + b`); of several
            choices the first that a file has.
        unit: of acceleration.
        time: its column and unit, and whether disorder and other rates, which its files are known for, are mended.
        rate_hz: of a public set; None where each recording tells its own.
        names: of the columns of files without a header.
        mend: takes known faults out of lines.
        pattern: where label and group stand in the paths of a public set.
        label_column, group_column: where they stand in the table itself.
        labels: what a label of the files means; what is not listed there is left out.
        missing: what is done with samples that lack a number.
        without_gravity: columns of linear acceleration, so that a message can tell it.
    """

    columns: tuple[tuple[str, ...], ...]
    unit: str
    time: Time = field(default_factory=Time)
    rate_hz: float | None = None
    names: tuple[str, ...] | None = None
    mend: Mend | None = None
    pattern: str | None = None
    label_column: str | None = None
    group_column: str | None = None
    labels: dict[str, str] | None = None
    missing: Literal["error", "cut"] = "error"
    without_gravity: tuple[tuple[str, ...], ...] = ()


def _axes(template: str) -> tuple[str, ...]:
    return tuple(template.replace("?", axis) for axis in "xyz")


# Spellings of three axes of total acceleration, where `fetch.columns` names none; capitals do not matter.
AXES = (
    *(_axes(name) for name in ("?", "acc_?", "a?", "acc?", "accel_?", "accel?", "accelerometer_?", "acceleration_?")),
    *(
        _axes(name)
        for name in ("accelerometer?", "acceleration?", "acc.?", "accelerometer.?", "?acc", "?_acc", "?-axis")
    ),
    *(_axes(name) for name in ("? (g)", "acceleration ? (g)", "accelerometer ? (g)", "acc ? (g)", "gf?", "a? (g)")),
    *(_axes(name) for name in ("acceleration ? (m/s^2)", "a? (m/s^2)", "? (m/s^2)", "? [g]", "acc_? [g]", "acc ? [g]")),
    *(_axes(name) for name in ("totalacceleration.?", "gravity.? + accelerometer.?", "gravity.? + userAcceleration.?")),
)


def _each_reading(text: str) -> str:
    """WISDM ends a reading with `;`, sometimes with `,;` or `;;`, sometimes twice on a line, sometimes not at all."""
    lines = []
    for reading in re.split(r"[;\n]", text):
        stripped = reading.strip().rstrip(",").strip()
        if stripped:
            fields = [field.strip() for field in stripped.split(",")]
            lines.append(",".join(fields + [""] * (6 - len(fields))))
    return "\n".join(lines) + "\n" if lines else ""


_ARROW = re.compile(r"^\s*(\d{1,2}:\d{2}:\d{2}(?:\.\d+)?)\s*->\s*(.*)$")
_LABELLED = re.compile(r"([A-Za-z_][\w .]*?)\s*[:=]\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def serial_lines(text: str) -> tuple[str, tuple[str, ...] | None]:
    """Lines of a serial monitor as a table, and the names of its columns.

    A line may begin with the clock of the monitor (`12:00:01.020 -> `), and its values may have names
    (`ax:0.1 ay:0.2`). What has another number of values than most is left as it is, to be told by its line.
    """
    names: tuple[str, ...] | None = None
    lines = []
    for line in text.splitlines():
        arrow = _ARROW.match(line)
        content = arrow[2] if arrow else line
        pairs = _LABELLED.findall(content)
        if pairs and names is None:
            names = (("clock",) if arrow else ()) + tuple(name.strip() for name, _ in pairs)
        values = [value for _, value in pairs] if pairs else re.split(r"[,;\t ]+", content.strip())
        lines.append(",".join(([arrow[1]] if arrow else []) + values))
    return "\n".join(lines) + "\n", names


def is_serial(path: Path) -> bool:
    """Whether a file holds lines of a serial monitor, with its clock or with names of values."""
    with path.open("rb") as stream:
        lines = stream.read(1 << 12).decode("utf-8", errors="replace").splitlines()[1:9]
    return bool(lines) and all(_ARROW.match(line) or len(_LABELLED.findall(line)) > 1 for line in lines[:-1] or lines)


_PAMAP2_SENSORS = (
    "temperature",
    *_axes("acc16_?"),
    *_axes("acc6_?"),
    *_axes("gyro_?"),
    *_axes("mag_?"),
    "q1",
    "q2",
    "q3",
    "q4",
)

PRESETS: dict[str, Preset] = {
    "sensor_logger": Preset(
        (
            _axes("TotalAcceleration.?"),
            _axes("Gravity.? + Accelerometer.?"),
            _axes("TotalAcceleration_?"),
            _axes("?"),
        ),
        "m/s2",
        Time(column=None, unit=None),
        without_gravity=(_axes("Accelerometer.?"),),
    ),
    "phyphox": Preset(
        (
            _axes("Acceleration ? (m/s^2)"),
            _axes("a? (m/s^2)"),
            _axes("Acceleration ? (m/s²)"),
            _axes("Beschleunigung ? (m/s^2)"),
        ),
        "m/s2",
        without_gravity=(_axes("Linear Acceleration ? (m/s^2)"), _axes("Linear Acceleration ? (m/s²)")),
    ),
    "physics_toolbox": Preset((_axes("gF?"),), "g", without_gravity=(_axes("a?"),)),
    "edge_impulse": Preset((_axes("acc?"), _axes("a?"), _axes("accel ?"), _axes("?")), "m/s2", Time(unit=None)),
    "arduino": Preset((_axes("a?"), _axes("acc?"), _axes("?"), ("1", "2", "3"), ("2", "3", "4")), "g", mend=None),
    "wisdm": Preset(
        (_axes("?"),),
        "m/s2",
        Time(column="timestamp", unit="ns", order="sort", rate="resample"),
        rate_hz=20.0,
        names=("user", "activity", "timestamp", "x", "y", "z"),
        mend=_each_reading,
        label_column="activity",
        group_column="user",
        missing="cut",
    ),
    "pamap2": Preset(
        (_axes("hand_acc16_?"),),
        "m/s2",
        Time(column="timestamp", unit="s", rate="resample"),
        rate_hz=100.0,
        names=(
            "timestamp",
            "activity",
            "heart_rate",
            *(f"{part}_{name}" for part in ("hand", "chest", "ankle") for name in _PAMAP2_SENSORS),
        ),
        pattern="**/subject{group}.dat",
        label_column="activity",
        labels={
            "1": "lying",
            "2": "sitting",
            "3": "standing",
            "4": "walking",
            "5": "running",
            "6": "cycling",
            "7": "nordic walking",
            "9": "watching TV",
            "10": "computer work",
            "11": "car driving",
            "12": "ascending stairs",
            "13": "descending stairs",
            "16": "vacuum cleaning",
            "17": "ironing",
            "18": "folding laundry",
            "19": "house cleaning",
            "20": "playing soccer",
            "24": "rope jumping",
        },
        missing="cut",
    ),
    "motionsense": Preset(
        (_axes("gravity.? + userAcceleration.?"),),
        "g",
        Time(column="none"),
        rate_hz=50.0,
        pattern="**/{label}_*/sub_{group}.csv",
    ),
    "uci_har": Preset((("total_acc_x", "total_acc_y", "total_acc_z"),), "g", Time(column="none"), rate_hz=50.0),
}
