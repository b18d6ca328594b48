"""What one file of recordings holds, told without any settings: read once, in pieces, whatever its size."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from featherline.core.errors import FeatherlineError
from featherline.importing import clock, containers, listing, opening, quality, reading
from featherline.importing.plan import Plan, with_preset
from featherline.importing.presets import AXES, PRESETS, PresetName
from featherline.importing.settings import Time
from featherline.importing.tables import Table
from featherline.signals import sound_files

LABEL_COLUMNS = listing.SPELLINGS["label"]
GROUP_COLUMNS = listing.SPELLINGS["group"]
ID_COLUMNS = ("id", "recording_id", "sequence_id", "series_id", "trial", "recording")
FEWEST_OF_A_WINDOW, FEWEST_OF_ONE_CHANNEL = 16, 100  # samples
BEATS = frozenset("NLRBAaJSVrFejnE/fQ?")  # symbols of heart beats among those of WFDB annotations


@dataclass
class File:
    """What was told of one file.

    Attributes:
        path: of the file, or of the folder or zip of several. label, group: where the listing says them.
        names: its columns. time: its column of times. rate_hz: measured; None where nothing tells it.
        rows, seconds, gaps: how much there is, and how often it is interrupted.
        lowest, highest: of each column of numbers.
        steady: the length of the mean of a second over known axes, in the numbers of the file; None without axes.
        labels, groups: counts of rows by columns that name them; of a labels file seconds, of annotations their count.
        window_samples: how long the windows are, of a table or an array with one window a row; None for samples.
        window_columns: the channels of these windows.
        annotations: the extension of the annotations of a WFDB record.
        notes: what a reader should know. error: why it cannot be read.
    """

    path: Path
    label: str | None = None
    group: str | None = None
    names: tuple[str, ...] = ()
    time: str | None = None
    rate_hz: float | None = None
    rows: int = 0
    seconds: float = 0.0
    gaps: int = 0
    lowest: dict[str, float] = field(default_factory=dict)
    highest: dict[str, float] = field(default_factory=dict)
    steady: float | None = None
    axes: tuple[str, ...] = ()
    labels: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    label_column: str | None = None
    group_column: str | None = None
    id_column: str | None = None
    disorder: bool = False
    uneven: bool = False
    window_samples: int | None = None
    window_columns: tuple[str, ...] = ()
    annotations: str | None = None
    notes: list[str] = field(default_factory=list)
    error: str | None = None


def look(file: File, kind: str, preset: PresetName | None) -> None:
    """Tells what a file holds, in place; where it cannot be read, why.

    Args:
        file: with its path, and label and group where the listing says them.
        kind: `audio` or `table`.
        preset: the known source that it is from.
    """
    try:
        if kind == "audio":
            _sound(file)
        elif not _array_of_windows(file):
            _table(file, preset)
    except FeatherlineError as error:
        file.error = str(error)


def _array_of_windows(file: File) -> bool:
    """Whether a file is an array of the shape windows, samples, channels, which then is told of it."""
    if file.path.suffix.lower() not in (".npy", ".npz"):
        return False
    arrays = containers.named_arrays(file.path)
    cubes = [
        name for name, values in arrays.items() if values.ndim == 3 and values.size and containers.holds_numbers(values)
    ]
    if len(cubes) != 1:
        return False
    cube = arrays[cubes[0]]
    file.rows, file.window_samples = cube.shape[0], cube.shape[1]
    file.window_columns = tuple(str(channel + 1) for channel in range(cube.shape[2]))
    file.names = tuple(arrays)
    for channel in file.window_columns:
        values = cube[:, :, int(channel) - 1]
        file.lowest[channel], file.highest[channel] = float(values.min()), float(values.max())
    beside = {name.lower(): name for name, values in arrays.items() if values.shape == (len(cube),)}
    file.label_column = next((beside[name] for name in (*LABEL_COLUMNS, "y") if name in beside), None)
    file.group_column = next((beside[name] for name in (*GROUP_COLUMNS, "groups", "subjects") if name in beside), None)
    for column, counter in ((file.label_column, file.labels), (file.group_column, file.groups)):
        if column is not None:
            counter.update(arrays[column].astype(str).tolist())
    return True


def _sound(file: File) -> None:
    sound_files.check_header(file.path)
    header = soundfile.info(file.path)
    file.rate_hz, file.rows = float(header.samplerate), header.frames
    file.seconds = header.frames / header.samplerate
    peak, power, blocks = 0.0, [], soundfile.blocks(file.path, blocksize=1 << 16, dtype="float32", always_2d=True)
    with sound_files.decoding(file.path):
        for block in blocks:
            sound_files.check_finite(file.path, block)
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            power.append(float((block.astype(np.float64) ** 2).mean()) if len(block) else 0.0)
    file.lowest, file.highest = {"amplitude": -peak}, {"amplitude": peak}
    if peak > 1.0:
        file.error = (
            f"{file.path} has amplitudes up to {peak:,.6g}, and float audio lies within -1 and 1: set fetch.scale."
        )
    if header.channels > 1:
        file.notes.append(f"{header.channels} channels, whose mean is taken")
    if power and 10 * np.log10(np.mean(power) + 1e-30) < -60:
        file.notes.append("silence")


def _plan(preset: PresetName | None, rate_hz: float) -> Plan:
    plan = Plan(accelerations=False, rate_hz=rate_hz)
    return with_preset(plan, PRESETS[preset]) if preset else plan


def _table(file: File, preset: PresetName | None) -> None:
    plan = _plan(preset, 50.0)
    table = opening.open_table(file.path, plan)
    file.names = table.names
    file.notes += [remark.rstrip(".") for remark in table.remarks]
    settings = plan.time
    file.time = clock.find(table, settings)
    if table.path != file.path and clock.TIME_COLUMN in table.names:
        file.time = clock.TIME_COLUMN
    if not table.has_header:
        file.notes.append(f"no header; its columns are 1 to {len(table.names)}")
        file.time = file.time or _counting_up(table)
    first = next(table.pieces((), table.names), None)
    if first is None:
        raise FeatherlineError(f"{file.path} holds no samples below its header: record it again, or remove it.")
    texts = [name for name in table.names if not _numeric(first.texts[name])]
    _named_columns(file, table, texts, preset)
    named = (file.label_column, file.group_column, file.id_column, *table.beside)
    numeric = tuple(name for name in table.names if name not in texts and name not in named and name != file.time)
    of_clock = file.time in first.texts and reading.is_clock_of(first.texts[str(file.time)], settings)
    del first
    file.axes = _axes(table, preset)
    if file.path.suffix.lower() == ".hea" and file.label is None:
        _annotated(file)
    if file.time is None and _row_is_window(file, numeric):
        _windows(file, table)
        return
    _pieces(file, table, numeric, settings, preset, of_clock)


def _annotated(file: File) -> None:
    """Beats by their symbols, if the record has annotations beside it."""
    for extension in ("atr", "ecg", "ari", "qrs", "ann"):
        if file.path.with_suffix(f".{extension}").is_file():
            symbols = Counter(symbol for _, symbol in containers.annotations(file.path, extension))
            file.labels.update({symbol: count for symbol, count in symbols.items() if symbol in BEATS})
            file.annotations = extension
            return


def _row_is_window(file: File, numeric: tuple[str, ...]) -> bool:
    """Whether a row is a window: its columns are numbered, as many of each channel."""
    found_channels = Counter(map(_channel_of, numeric))
    lengths = set(found_channels.values())
    if None in found_channels or len(lengths) != 1:
        return False
    length = lengths.pop()
    # Electrodes are numbered, too.
    if length < (FEWEST_OF_ONE_CHANNEL if len(found_channels) == 1 else FEWEST_OF_A_WINDOW):
        return False
    file.window_samples, file.window_columns = length, tuple(str(channel) for channel in found_channels)
    return True


def _channel_of(name: str) -> str | None:
    """The channel of a column such as ax_17; None where its name does not end in a number."""
    numbered = re.fullmatch(r"(.*?[^\s_.\[(\-\d])[\s_.\[(-]*\d+[\])]*", name)
    return numbered[1] if numbered else None


def _windows(file: File, table: Table) -> None:
    assert file.window_samples is not None
    of_window = {
        channel: [name for name in table.names if _channel_of(name) == channel] for channel in file.window_columns
    }
    named = tuple(name for name in (file.label_column, file.group_column) if name is not None)
    numbers = tuple(name for names in of_window.values() for name in names)
    axes = next((choice for choice in AXES if tuple(map(str.casefold, file.window_columns)) == choice), None)
    steady = []
    for piece in table.pieces(numbers, named):
        file.rows += len(piece.numbers)
        cube = piece.numbers.reshape(len(piece.numbers), len(file.window_columns), -1)
        for place, channel in enumerate(file.window_columns):
            file.lowest[channel] = min(file.lowest.get(channel, np.inf), float(np.nanmin(cube[:, place])))
            file.highest[channel] = max(file.highest.get(channel, -np.inf), float(np.nanmax(cube[:, place])))
        steady.append(float(np.median(np.linalg.norm(cube.mean(axis=2), axis=1))))
        for column, counter in ((file.label_column, file.labels), (file.group_column, file.groups)):
            if column is not None:
                counter.update(piece.texts[column].astype(str).tolist())
    if axes is not None:
        file.axes, file.steady = file.window_columns, float(np.median(steady))


def _numeric(values: np.ndarray) -> bool:
    from featherline.importing import dialect

    shown = [str(value) for value in values[:200]]
    return all(map(dialect.is_number, shown)) and any(any(map(str.isdigit, value)) for value in shown)


def _counting_up(table: Table) -> str | None:
    """The first column of a table without header, if it rises evenly as times do."""
    first = next(table.pieces((table.names[0],), ()), None) if len(table.names) > 1 else None
    if first is None or len(first.numbers) < 8:
        return None
    steps = np.diff(first.numbers[:, 0])
    return table.names[0] if np.isfinite(steps).all() and (steps > 0).mean() > 0.95 else None


def _named_columns(file: File, table: Table, texts: list[str], preset: PresetName | None) -> None:
    if preset is not None:
        file.label_column, file.group_column = PRESETS[preset].label_column, PRESETS[preset].group_column
        return
    lower = {name.lower().replace(" ", "_"): name for name in reversed(table.names)}
    file.label_column = next((lower[name] for name in LABEL_COLUMNS if name in lower), None)
    file.group_column = next((lower[name] for name in GROUP_COLUMNS if name in lower), None)
    file.id_column = next((lower[name] for name in ID_COLUMNS if name in lower), None)
    for name in texts:
        if name not in (file.label_column, file.group_column, file.id_column, file.time):
            file.notes.append(f"the column {name!r} holds texts, and is passed over")


def _axes(table: Table, preset: PresetName | None) -> tuple[str, ...]:
    known = {name.casefold(): name for name in table.names}
    for choice in PRESETS[preset].columns if preset else AXES:
        if all(part.casefold() in known for column in choice for part in column.split(" + ")):
            return tuple(" + ".join(known[part.casefold()] for part in column.split(" + ")) for column in choice)
    return ()


def _pieces(
    file: File, table: Table, numeric: tuple[str, ...], settings: Time, preset: PresetName | None, of_clock: bool
) -> None:
    named = [name for name in (file.label_column, file.group_column) if name is not None]
    numbers = (*numeric, *([file.time] if file.time is not None and not of_clock else []))
    texts = (*dict.fromkeys(named), *([file.time] if of_clock and file.time is not None else []))
    rates, lengths, steady, before = [], 0.0, [], None
    parts = [part for column in file.axes for part in column.split(" + ")]
    for piece in table.pieces(tuple(numbers), tuple(texts)):
        file.rows += len(piece.numbers)
        values = piece.numbers[:, : len(numeric)]
        with np.errstate(invalid="ignore"):
            for place, name in enumerate(numeric):
                finite = values[np.isfinite(values[:, place]), place]
                if len(finite):
                    file.lowest[name] = min(file.lowest.get(name, np.inf), float(finite.min()))
                    file.highest[name] = max(file.highest.get(name, -np.inf), float(finite.max()))
        for column, counter in ((file.label_column, file.labels), (file.group_column, file.groups)):
            if column is not None:
                found_texts, counts = np.unique(piece.texts[column].astype(str), return_counts=True)
                counter.update(dict(zip(found_texts.tolist(), counts.tolist(), strict=True)))
                if column == file.label_column and preset is not None and PRESETS[preset].labels is not None:
                    _by_codes(counter, PRESETS[preset].labels or {})
        seconds = _piece_seconds(file, table, piece.numbers, piece.texts, of_clock, settings)
        if seconds is not None and len(seconds) > 1:
            if before is not None and seconds[0] - before > 0:
                lengths += seconds[0] - before if seconds[0] - before < 1 else 0.0
            before = float(seconds[-1])
            line = clock.timeline(
                np.sort(seconds), values, settings.model_copy(update={"order": "sort"}), lambda row: "", file.path
            )
            file.disorder |= bool((np.diff(seconds) < 0).any())
            file.gaps += len(line.parts) - 1
            file.uneven |= line.changes is not None
            if line.rate_hz:
                rates.append(line.rate_hz)
            lengths += sum(float(line.seconds[part.stop - 1] - line.seconds[part.start]) for part in line.parts)
        if file.axes and all(part in numeric for part in parts):
            rate = rates[-1] if rates else table.rate_hz or 50.0
            steady.append(_steady(values, numeric, file.axes, rate))
    if not file.rows:
        raise FeatherlineError(f"{file.path} holds no samples below its header: record it again, or remove it.")
    file.rate_hz = float(np.median(rates)) if rates else table.rate_hz
    file.seconds = lengths if rates else file.rows / file.rate_hz if file.rate_hz else 0.0
    file.steady = float(np.nanmedian(steady)) if steady and not np.isnan(steady).all() else None
    file.notes += [note.rstrip(".") for note in table.remarks if note.rstrip(".") not in file.notes]


def _by_codes(counter: Counter[str], labels: dict[str, str]) -> None:
    """Puts the labels that codes stand for in their place; what stands for none is left out, as on reading."""
    counted = dict(counter)
    counter.clear()
    for code, count in counted.items():
        label = labels.get(re.sub(r"\.0*$", "", code.strip())) or (code if code in labels.values() else None)
        if label is not None:
            counter[label] += count


def _piece_seconds(
    file: File, table: Table, numbers: np.ndarray, texts: dict[str, np.ndarray], of_clock: bool, settings: Time
) -> np.ndarray | None:
    if file.time is None:
        return None
    if of_clock:
        return clock.of_clock(table, file.time, texts[file.time])
    raw = numbers[:, -1]
    raw = raw[np.isfinite(raw)]
    unit = clock.stated_unit(file.time, settings, table.units) or clock.unit_by_values(raw, None)
    if unit is None or unit == "clock":
        return None
    return np.asarray((raw - raw[0]) * clock.SECONDS[unit])


def _steady(values: np.ndarray, numeric: tuple[str, ...], axes: tuple[str, ...], rate_hz: float) -> float:
    """The median length of the mean of a second, in the numbers of the file."""
    channels = [np.sum([values[:, numeric.index(part)] for part in column.split(" + ")], axis=0) for column in axes]
    samples = np.stack(channels, axis=1)
    samples = samples[np.isfinite(samples).all(axis=1)]
    per_second = max(min(round(rate_hz), len(samples)), 1)
    count = len(samples) // per_second
    if not count:
        return float("nan")
    means = samples[: count * per_second].reshape(count, per_second, 3).mean(axis=1)
    return float(np.median(np.linalg.norm(means, axis=1)))


def unit_of(steady: float | None) -> str | None:
    """The unit in which the mean of a second is 1 g long; None where there is none."""
    low, high = 0.5, 1.6
    fitting = [unit for unit, factor in quality.UNITS_IN_G.items() if steady and low <= steady * factor <= high]
    return fitting[0] if fitting else None
