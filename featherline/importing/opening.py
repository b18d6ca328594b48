"""The table of a file, a folder or a zip, and which of its columns are the sensor's."""

from functools import partial
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.importing import containers, dialect, joined, text
from featherline.importing.plan import Plan
from featherline.importing.presets import AXES, PRESETS, serial_lines
from featherline.importing.tables import Table


def open_table(path: Path, plan: Plan) -> Table:
    """The table of a file, a folder or a zip; raises `FeatherlineError` where it cannot be read."""
    preset = plan.preset
    opened = partial(_open_file, plan=plan)
    if path.is_dir() or path.suffix.lower() == ".zip":
        return joined.table(
            path, partial(_flat_columns, path, plan=plan), opened, plan.time, plan.rate_hz, plan.checks.unpacked_gb
        )
    if preset is not None and preset is PRESETS["arduino"]:
        return _serial(path, plan)
    return opened(path)


def _open_file(path: Path, plan: Plan) -> Table:
    preset = plan.preset
    if preset is not None and (preset.names is not None or preset.mend is not None):
        return text.read(path, plan.csv, preset.mend, preset.names)
    return containers.read(path, plan.csv, plan.array)


def _serial(path: Path, plan: Plan) -> Table:
    """Lines of a serial monitor: the first and the last may be cut, and are left out then."""
    lines = path.read_bytes().decode("utf-8", errors="replace").splitlines()
    made, names = serial_lines("\n".join(lines) + "\n")
    rows = made.splitlines()
    counts = [row.count(",") for row in rows if row.strip(",")]
    usual = max(set(counts), key=counts.count) if counts else 0
    cut = [place for place in (0, len(rows) - 1) if rows and rows[place].count(",") != usual]

    def mend(stretch: str) -> str:
        kept = [serial_lines(line + "\n")[0].rstrip("\n") if line.strip() else "" for line in stretch.splitlines()]
        # Only at the ends of the monitor a line is cut; elsewhere a wrong one is an error.
        ends = {lines[place] for place in cut}
        return (
            "\n".join("" if line in ends else row for line, row in zip(stretch.splitlines(), kept, strict=True)) + "\n"
        )

    csv = plan.csv.model_copy(update={"separator": ","}) if usual else plan.csv
    first_is_names = bool(rows) and not names and not any(map(dialect.is_number, rows[0].split(",")))
    table = text.read(path, csv, mend, names if names and not first_is_names else None)
    if cut:
        table.remarks.append(f"{len(cut)} lines that the serial monitor cut at its ends were passed over.")
    return table


def expressions(table: Table, plan: Plan) -> tuple[str, ...]:
    """The columns of a table, by the settings, by the preset, or by known spellings of three axes.

    Raises:
        FeatherlineError: where none is named and none is known.
    """
    if plan.columns is not None:
        return plan.columns
    return _chosen(table.path, table.names, table.described, plan)


def _chosen(path: Path, names: tuple[str, ...], described: str, plan: Plan) -> tuple[str, ...]:
    known = {name.casefold(): name for name in names}
    choices = plan.preset.columns if plan.preset is not None else AXES
    for choice in choices:
        if all(part.casefold() in known for column in choice for part in column.split(" + ")):
            return choice
    linear = plan.preset.without_gravity if plan.preset is not None else ()
    for choice in linear:
        if all(part.casefold() in known for part in choice):
            raise FeatherlineError(
                f"{path} has linear acceleration alone ({', '.join(choice)}), without gravity: record total "
                "acceleration as well, or name these columns in fetch.columns and set fetch.kind to sensor."
            )
    raise FeatherlineError(
        f"{path} has no columns that are known ({described}): name those of the sensor in fetch.columns."
    )


def _flat_columns(path: Path, names: tuple[str, ...], plan: Plan) -> tuple[str, ...]:
    chosen = plan.columns if plan.columns is not None else _chosen(path, names, ", ".join(names), plan)
    flat = tuple(part for column in chosen for part in column.split(" + "))
    for part in flat:
        if part.casefold() not in {name.casefold() for name in names}:
            raise FeatherlineError(f"{path} has no column {part!r}; it has {', '.join(names)}: correct fetch.columns.")
    return flat
