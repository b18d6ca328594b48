"""What a folder of recordings holds, told without any settings: each file once, in pieces, whatever its size."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from numpy.lib.npyio import NpzFile

from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.importing import clock, containers, listing, opening, placing, presets, quality, reading, sound
from featherline.importing.plan import Plan, with_preset
from featherline.importing.presets import AXES, PRESETS, PresetName
from featherline.importing.settings import Time
from featherline.importing.tables import Table

LABEL_COLUMNS = listing.SPELLINGS["label"]
GROUP_COLUMNS = listing.SPELLINGS["group"]
ID_COLUMNS = ("id", "recording_id", "sequence_id", "series_id", "trial", "recording")
PASSED_OVER = ("readme", "license", "licence", "about", "features", "activity_labels", "provenance")
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


@dataclass
class Survey:
    """What a folder holds.

    Attributes:
        folder: that was looked at. kind: `audio` or `table`.
        preset: a known source, if its layout or its columns are those of one.
        pattern: where label and group stand in paths; None with a manifest, or where tables name them.
        pattern_reason: why the pattern was taken.
        files: each with what was told of it.
        labels: the labels file, if there is one.
    """

    folder: Path
    kind: str
    preset: PresetName | None
    pattern: str | None
    pattern_reason: str
    files: list[File]
    labels: str | None = None


def look(folder: Path, rate_hz: float | None = None) -> Survey:
    """Looks at all recordings of a folder.

    Args:
        folder: to look at.
        rate_hz: of recordings that do not say theirs.

    Raises:
        FeatherlineError: where it holds none, or tables and sound at once.
    """
    if not folder.is_dir():
        raise FeatherlineError(f"{folder} is no folder: name the one that holds the recordings.")
    preset = _known_layout(folder)
    everything = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _is_hidden(path, folder)]
    labels = _labels_file(folder)
    audio = [path for path in everything if path.suffix.lower() in sound.SUFFIXES]
    tables = [
        path
        for path in everything
        if path.suffix.lower() in (*containers.SUFFIXES, ".zip")
        and path.name != listing.NAME
        and path.name != labels
        and not path.stem.lower().startswith(PASSED_OVER)
    ]
    if not audio and not tables:
        raise FeatherlineError(
            f"{folder} holds no recording: tables end in {', '.join(containers.SUFFIXES)} or .zip, sound in "
            f"{', '.join(sound.SUFFIXES)}."
        )
    kind = "audio" if len(audio) > len(tables) else "table"
    files, pattern, reason = _listed(folder, audio if kind == "audio" else tables, kind, preset, labels)
    survey = Survey(folder, kind, preset, pattern, reason, files, labels)
    if preset == "uci_har":
        survey.files = []
        return survey
    if rate_hz is None and preset is not None:
        rate_hz = PRESETS[preset].rate_hz
    for file in track(files, "inspect recordings", unit="file"):
        try:
            if kind == "audio":
                _sound(file)
            elif not _array_of_windows(file):
                _table(file, preset)
        except FeatherlineError as error:
            file.error = str(error)
        if file.rate_hz is None and rate_hz is not None:
            file.rate_hz = rate_hz
            file.seconds = file.rows * (file.window_samples or 1) / rate_hz
    if labels is not None:
        _of_labels_file(survey, folder / labels)
    return survey


def _labels_file(folder: Path) -> str | None:
    """A table at the top of a folder that begins with file, start, end and label."""
    for path in sorted(folder.glob("*.csv")):
        with path.open("rb") as stream:
            header = stream.readline(300).decode("utf-8-sig", errors="replace").lower()
        if set(listing.LABEL_FILE) <= {field.strip() for field in re.split("[,;\t]", header)}:
            return path.name if path.name != listing.NAME else None
    return None


def _of_labels_file(survey: Survey, path: Path) -> None:
    """Puts seconds by label into the files that a labels file names."""
    of_file = {file.path.resolve(): file for file in survey.files}
    for name, parts in listing.parts(path).items():
        file = of_file.get((survey.folder / name).resolve())
        for start, end, label, _ in parts if file is not None else []:
            assert file is not None
            file.labels[label] += max(round(min(end, start + file.seconds) - start), 1)


def _array_of_windows(file: File) -> bool:
    """Whether a file is an array of the shape windows, samples, channels, which then is told of it."""
    if file.path.suffix.lower() not in (".npy", ".npz"):
        return False
    try:
        loaded = np.load(file.path, mmap_mode="r", allow_pickle=False)
        arrays = {name: loaded[name] for name in loaded.files} if isinstance(loaded, NpzFile) else {"array": loaded}
    except Exception:  # `_table` says what is wrong with it
        return False
    cubes = [name for name, values in arrays.items() if values.ndim == 3]
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


def _is_hidden(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return any(part.startswith((".", "__MACOSX")) for part in parts)


def _known_layout(folder: Path) -> PresetName | None:
    if next(folder.rglob("activity_labels.txt"), None) and next(folder.rglob("Inertial Signals"), None):
        return "uci_har"
    if next(folder.rglob("subject1*.dat"), None):
        return "pamap2"
    if next(folder.rglob("*_*/sub_*.csv"), None):
        return "motionsense"
    tables = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in containers.SUFFIXES
        and path.name != listing.NAME
        and not path.stem.lower().startswith(PASSED_OVER)
    ]
    only_lines = all(path.suffix.lower() in (".txt", ".log") for path in tables)
    if tables and only_lines and all(map(presets.is_serial, tables[:3])):
        return "arduino"
    for path in sorted(folder.rglob("*.txt"))[:50]:
        with path.open("rb") as stream:
            line = stream.readline(300).decode("utf-8", errors="replace").strip()
        fields = line.split(";")[0].rstrip(",").split(",")  # two readings may stand on the line
        if line.endswith(";") and len(fields) == 6 and fields[0].isdigit() and not fields[1][:1].isdigit():
            return "wisdm"
    return None


def _listed(
    folder: Path, paths: list[Path], kind: str, preset: PresetName | None, labels: str | None
) -> tuple[list[File], str | None, str]:
    """Files with what the listing says of them, the pattern, and its reason."""
    suffixes = sound.SUFFIXES if kind == "audio" else (*containers.SUFFIXES, ".zip")
    if (folder / listing.NAME).is_file():
        rows = listing.read(folder, suffixes, ("file",))
        return [File(row.path, row.label, row.group) for row in rows], None, f"{listing.NAME} lists them"
    if preset is not None:
        pattern = PRESETS[preset].pattern
        if pattern is None:
            return [File(path) for path in paths], None, f"the layout is that of {preset}"
        rows, _ = listing.by_pattern(folder, pattern, suffixes, ())
        return [File(row.path, row.label, row.group) for row in rows], pattern, f"the layout is that of {preset}"
    if labels is not None:
        (suffix,) = {path.suffix for path in paths} if len({path.suffix for path in paths}) == 1 else (".*",)
        pattern = f"{{group}}{suffix}"
        rows, _ = listing.by_pattern(folder, pattern, suffixes, (), labels)
        reason = f"{labels} says labels, and each file is a group: put {{group}} where who was recorded stands"
        return [File(row.path, None, row.group) for row in rows], pattern, reason
    guess = placing.guess([path.relative_to(folder).as_posix() for path in paths])
    if guess is None:
        return [File(path) for path in paths], None, "neither a manifest nor the paths say labels"
    rows, _ = listing.by_pattern(folder, guess.pattern, suffixes, ())
    return [File(row.path, row.label, row.group) for row in rows], guess.pattern, guess.reason


# --- one file ------------------------------------------------------------------------------------


def _sound(file: File) -> None:
    try:
        header = soundfile.info(file.path)
    except soundfile.LibsndfileError as error:
        raise FeatherlineError(f"{file.path} is not a readable audio file ({error.error_string.strip()}).") from None
    file.rate_hz, file.rows = float(header.samplerate), header.frames
    file.seconds = header.frames / header.samplerate
    peak, power, blocks = 0.0, [], soundfile.blocks(file.path, blocksize=1 << 16, dtype="float32", always_2d=True)
    for block in blocks:
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
