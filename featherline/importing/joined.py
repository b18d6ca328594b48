"""A recording of several files, one a sensor and each at its own rate: joined by time onto one grid."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.files import plain_files
from featherline.importing import archives, clock, containers, resampling, unpacked_size
from featherline.importing.settings import Time
from featherline.importing.tables import Table, of_arrays

SUFFIXES = (".csv", ".txt", ".tsv")
# What phones write beside the sensors.
NO_SENSOR = {"metadata", "annotation", "studymetadata", "device", "time", "readme"}


@contextmanager
def opened(path: Path, unpacked_gb: float) -> Iterator[Path]:
    """The folder of a recording: itself, or what a zip unpacks to while it is read."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                members = archives.Members(path, Path(folder), unpacked_gb, "fetch.checks.unpacked_gb")
                tables = [member for member in archives.plain_members(archive, path) if _is_table(member.filename)]
                unpacked_size.check_members(path, tables)
                for member in tables:
                    members.write(Path(member.filename).name, member.file_size, partial(archive.open, member))
        except archives.BROKEN as error:
            raise FeatherlineError(f"{path} is no whole zip file ({error}): get it again.") from None
        yield Path(folder)


def _is_table(member: str) -> bool:
    name = Path(member).name
    return (
        Path(name).suffix.lower() in SUFFIXES
        and not name.startswith(".")
        and "/meta/" not in f"/{member}"
        and "__MACOSX" not in member
    )


def table(
    path: Path,
    columns: tuple[str, ...] | Callable[[tuple[str, ...]], tuple[str, ...]],
    open_table: Callable[[Path], Table],
    settings: Time,
    rate_hz: float | None,
    unpacked_gb: float,
) -> Table:
    """The sensors of a folder or zip as one table; a column is named `<file>.<column>`.

    Args:
        path: of the folder or zip.
        columns: which columns are needed, or what chooses them from all names: others are not read.
        open_table: opens one of its files.
        settings: of the times of each file.
        rate_hz: of the common grid; None for that of the fastest sensor.
        unpacked_gb: what the files of a zip may take on the disk, in 10^9 bytes.

    Raises:
        FeatherlineError: where a file has no times, or the files have no time in common.
    """
    with opened(path, unpacked_gb) as folder:
        try:
            return _table(path, folder, columns, open_table, settings, rate_hz)
        except FeatherlineError as error:  # the user knows the zip, and not where it was unpacked
            raise FeatherlineError(str(error).replace(str(folder), str(path))) from None


def _table(
    path: Path,
    folder: Path,
    columns: tuple[str, ...] | Callable[[tuple[str, ...]], tuple[str, ...]],
    open_table: Callable[[Path], Table],
    settings: Time,
    rate_hz: float | None,
) -> Table:
    files = [
        file
        for file in plain_files(folder)
        if file.suffix.lower() in (*SUFFIXES, *containers.CONTAINERS)
        and file.stem.lower() not in NO_SENSOR
        and "meta" not in file.relative_to(folder).parts[:-1]
    ]
    if not files:
        raise FeatherlineError(f"{path} holds no table of a sensor ({', '.join(SUFFIXES)}): export it again.")
    if len(files) == 1:
        single = open_table(files[0])
        return _renamed(single, path, files[0], folder)
    stems = [file.stem for file in files]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        raise FeatherlineError(
            f"{path} holds {stems.count(twice)} files {twice!r} of different folders or kinds: give each sensor a "
            "name of its own, or remove the copies."
        )
    tables = {file.stem: open_table(file) for file in files}
    names = tuple(f"{stem}.{name}" for stem, part in tables.items() for name in part.names)
    if callable(columns):
        columns = columns(names)
    used = [stem for stem in tables if any(column.startswith(f"{stem}.") for column in columns)]
    if not used:
        listed = "; ".join(f"{stem} ({part.described})" for stem, part in tables.items())
        raise FeatherlineError(
            f"{path} has no column {columns[0] if columns else ''!r}; it holds {listed}: set fetch.columns to "
            "names such "
            f"as {names[-1]!r}."
        )
    streams = {stem: _stream(path, stem, tables[stem], columns, settings) for stem in used}
    return _on_one_grid(path, streams, rate_hz, [f"{used[0] if len(used) == 1 else ', '.join(used)} were joined"])


def _renamed(part: Table, path: Path, file: Path, folder: Path) -> Table:
    """A table whose file is named by the folder or zip that the user has; its content is read while it is there."""
    piece_columns = part.names
    texts = tuple(name for name in piece_columns if _is_text(part, name))
    numbers = tuple(name for name in piece_columns if name not in texts)
    content = part.read(numbers, texts)
    arrays = {name: content.numbers[:, place] for place, name in enumerate(numbers)} | content.texts
    made = of_arrays(path / file.relative_to(folder), {name: arrays[name] for name in piece_columns}, units=part.units)
    made.place = part.place if path.is_dir() else made.place
    made.remarks = part.remarks
    return made


def _is_text(part: Table, name: str) -> bool:
    first = next(part.pieces((), (name,)), None)
    if first is None or not len(first.texts[name]):
        return False
    return not all(_floats(value) for value in first.texts[name][:20])


def _floats(value: object) -> bool:
    try:
        float(str(value).replace(",", ".") or "nan")
    except ValueError:
        return False
    return True


class _Stream:
    """One sensor: seconds, rising, and columns; its rate where no sample is missing."""

    def __init__(self, seconds: np.ndarray, columns: dict[str, np.ndarray], rate_hz: float, remarks: list[str]) -> None:
        self.seconds, self.columns, self.rate_hz, self.remarks = seconds, columns, rate_hz, remarks


def _stream(path: Path, stem: str, part: Table, columns: tuple[str, ...], settings: Time) -> _Stream:
    time = clock.find(part, settings.model_copy(update={"column": _own_name(settings.column, stem)}))
    if time is None:
        raise FeatherlineError(
            f"{path}, {stem} has no column of times that is known ({part.described}): name it in fetch.time.column, "
            "for "
            "sensors are joined by time."
        )
    names = tuple(column.removeprefix(f"{stem}.") for column in columns if column.startswith(f"{stem}."))
    names = tuple(part.column(name, "fetch.columns") for name in names)
    first = next(part.pieces((), (time,)), None)
    if first is not None and (settings.unit == "clock" if settings.unit else clock.is_clock(first.texts[time])):
        content = part.read(names, (time,))
        return _of_times(
            path, stem, part, names, content.numbers, clock.of_clock(part, time, content.texts[time]), settings
        )
    content = part.read((*names, time))
    unit = clock.stated_unit(time, settings, part.units) or clock.unit_by_values(content.numbers[:, -1], None)
    if unit is None or unit == "clock":
        raise FeatherlineError(f"{path}, {stem}: the unit of its times {time!r} cannot be told: set fetch.time.unit.")
    seconds = content.numbers[:, -1] * clock.SECONDS[unit]
    return _of_times(path, stem, part, names, content.numbers[:, :-1], seconds, settings)


def _of_times(
    path: Path,
    stem: str,
    part: Table,
    names: tuple[str, ...],
    samples: np.ndarray,
    seconds: np.ndarray,
    settings: Time,
) -> _Stream:
    line = clock.timeline(seconds, samples, settings, part.place, path / stem)
    values = samples[line.order]
    remarks = [f"{stem}: {remark}" for remark in line.remarks]
    return _Stream(
        line.seconds, {f"{stem}.{name}": values[:, i] for i, name in enumerate(names)}, line.rate_hz, remarks
    )


def _own_name(column: str | int | None, stem: str) -> str | int | None:
    return column.removeprefix(f"{stem}.") if isinstance(column, str) else column


def _on_one_grid(path: Path, streams: dict[str, _Stream], rate_hz: float | None, remarks: list[str]) -> Table:
    starts = {stem: float(stream.seconds[0]) for stem, stream in streams.items()}
    ends = {stem: float(stream.seconds[-1]) for stem, stream in streams.items()}
    start, end = max(starts.values()), min(ends.values())
    if end <= start:
        late, early = max(starts, key=lambda stem: starts[stem]), min(ends, key=lambda stem: ends[stem])
        raise FeatherlineError(
            f"{path}: {late} begins {start - end:.3g} s after {early} ends, so that they have no time in common: "
            "take files "
            "of one recording, whose clocks are the same."
        )
    rate = rate_hz or resampling.round_rate(max(stream.rate_hz for stream in streams.values()))
    grid = start + np.arange(int((end - start) * rate + 1e-6) + 1) / rate
    columns: dict[str, np.ndarray] = {clock.TIME_COLUMN: grid}
    present = np.ones(len(grid), bool)
    for stem, stream in streams.items():
        seconds, values = stream.seconds, np.column_stack(list(stream.columns.values()))
        period = 1 / stream.rate_hz
        # Where a sensor pauses, nothing is made up: the grid has a gap, too.
        after = np.clip(np.searchsorted(seconds, grid), 1, len(seconds) - 1)
        step = seconds[after] - seconds[after - 1]
        present &= step <= clock.GAP_PERIODS * max(period, 1 / rate)
        if stream.rate_hz > rate * (1 + clock.RATE_TOLERANCE):
            # On its own grid first, so that a filter can take out what the common rate cannot hold.
            even = resampling.round_rate(stream.rate_hz)
            begin = seconds[0]
            values = resampling.resample(resampling.even_grid(seconds, values, even), even, rate)
            seconds = begin + np.arange(len(values)) / rate
        for place, name in enumerate(stream.columns):
            columns[name] = np.interp(grid, seconds, values[:, place])
        lag, cut = starts[stem] - min(starts.values()), (start - starts[stem]) + (ends[stem] - end)
        remarks.append(
            f"{stem} has {stream.rate_hz:.4g} samples a second, starts {lag:.3g} s late, {cut:.3g} s of it were cut"
        )
        remarks += stream.remarks
    if not present.all():
        columns = {name: values[present] for name, values in columns.items()}
    return of_arrays(path, columns, word="sample of the common grid, row", remarks=[f"{'; '.join(remarks)}."])
