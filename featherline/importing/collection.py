"""All recordings of a folder, one after the other, and what holds between them: spellings, copies, remarks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.files import plain_files
from featherline.core.progress import track
from featherline.importing import containers, listing, names, opening, reading, sound, windows
from featherline.importing.block import Reading
from featherline.importing.copies import Copies
from featherline.importing.listing import Row
from featherline.importing.plan import Plan, with_preset
from featherline.importing.presets import PRESETS
from featherline.importing.segments import Part
from featherline.signals import sound_files

MOST_REMARKS_ALIKE = 3


@dataclass(frozen=True)
class Collected:
    """A recording with all that is known of it.

    Attributes:
        source: the user's file, and which part of it.
        path: the user's file.
        samples: at the native rate; None where an audio file is taken as it is.
        seconds: how long it is.
        label, group: what it shows, and who was recorded.
    """

    source: str
    path: Path
    samples: np.ndarray | None
    seconds: float
    label: str
    group: str


class Sources:
    """The recordings of a folder as a `fetch` block describes them.

    Args:
        folder: that holds them.
        settings: the block.
    """

    def __init__(self, folder: Path, settings: Reading) -> None:
        self.folder, self.settings = folder, settings
        self.remarks: list[str] = []
        self.listing = listing.NAME
        self._columns: tuple[str, ...] | None = settings.columns
        self._labels: list[tuple[str, str]] = []
        self._groups: dict[str, str] = {}
        self._copies = Copies()
        self._ignored = 0
        self._files: list[Path] = []
        self._spelled = {
            "label": _by_spelling(settings.label_spellings, "fetch.label_spellings"),
            "group": _by_spelling(settings.group_spellings, "fetch.group_spellings"),
        }

    def columns(self) -> tuple[str, ...]:
        """The columns that were read, known from the first recording on."""
        return self._columns or ()

    def digest(self, of_file: Callable[[Path], str]) -> str:
        """SHA-256 of the manifest, or of the names of all files where there is none."""
        manifest = self.folder / listing.NAME
        if manifest.is_file() and self.listing == listing.NAME:
            return of_file(manifest)
        digest = sha256()
        for path in self._files:
            digest.update(
                path.resolve().relative_to(self.folder.resolve()).as_posix().encode() + of_file(path).encode()
            )
        return digest.hexdigest()

    def recordings(self) -> Iterator[Collected]:
        """All recordings; raises `FeatherlineError` at the first that cannot be read rightly."""
        if self.settings.preset == "uci_har":
            for item in self._uci_har():
                yield from self._kept(item)
            return
        rows, parts = self._rows(), self._parts()
        names.check(((row.label, row.where) for row in rows if row.label), "label", "set fetch.label_spellings")
        names.check(((row.group, row.where) for row in rows if row.group), "group", "set fetch.group_spellings")
        for row in track(rows, "read recordings", unit="file"):
            named = None if parts is None else parts.pop(row.file.replace("\\", "/"), [])
            for item in self._of_row(row, named):
                yield from self._kept(item)
        if parts:
            left = next(iter(parts.values()))[0]
            raise FeatherlineError(
                f"{left[3]} names the file {next(iter(parts))!r}, which is no recording: correct it."
            )
        if not self._labels:
            raise FeatherlineError(
                f"{self.folder} gave no recording with a label that is longer than a sample: look at "
                "featherline inspect."
            )

    def finish(self) -> list[str]:
        """Checks names over all recordings; returns what was told, where many files say the same a few of them.

        Raises:
            FeatherlineError: where two labels or groups differ in spelling alone.
        """
        names.check(self._labels, "label", "set fetch.label_spellings")
        names.check(self._groups.items(), "group", "set fetch.group_spellings")
        labels = [label for label, _ in self._labels]
        remarks = names.likely_typing_errors(labels, self.settings.checks.rare_label)
        if self._copies.left_out:
            remarks.append(
                f"{self._copies.left_out:,} recordings hold the same samples as another of their group and label, "
                "and were left out."
            )
        if self._ignored:
            remarks.append(
                f"{self._ignored:,} parts without a label, or with one of fetch.ignored_labels, were left out."
            )
        return [*remarks, *_summed(self.remarks)]

    def _kept(self, item: Collected) -> Iterator[Collected]:
        if not self._is_copy(item):
            self._labels.append((item.label, item.source))
            self._groups.setdefault(item.group, item.source)
            yield item

    # --- which recordings ------------------------------------------------------------------------

    def _rows(self) -> tuple[Row, ...]:
        settings = self.settings
        preset = PRESETS[settings.preset] if settings.preset else None
        suffixes = sound.SUFFIXES if settings.kind == "audio" else (*containers.SUFFIXES, ".zip")
        plan = self._plan() if settings.kind != "audio" else None
        needs = ["file"]
        if settings.labels is None and settings.annotations is None and (plan is None or plan.label_column is None):
            needs.append("label")
        if plan is None or plan.group_column is None:
            needs.append("group")
        pattern = settings.pattern or (preset.pattern if preset else None)
        if pattern is not None:
            wanted = tuple(
                name for name in needs if settings.pattern is None or name != "group" or "{group}" in pattern
            )
            rows, others = listing.by_pattern(self.folder, pattern, suffixes, tuple(wanted), settings.labels)
            self.listing = pattern
            if others:
                self.remarks.append(f"{others:,} files do not fit fetch.pattern, and were passed over.")
            if "group" in needs and "{group}" not in pattern:
                self.remarks.append(
                    "fetch.pattern names no group, so each file is one: if one person or machine gave several, the "
                    "accuracy "
                    "flatters; put {group} into it."
                )
                rows = tuple(replace(row, group=row.file) for row in rows)
        elif preset is not None and preset.label_column and not (self.folder / listing.NAME).exists():
            files = [
                path for path in plain_files(self.folder) if path.suffix.lower() in (".txt", ".csv", ".gz", ".data")
            ]
            rows = tuple(
                Row(path.relative_to(self.folder).as_posix(), path, None, None, str(path))
                for path in files
                if "readme" not in path.name.lower() and "about" not in path.name.lower()
            )
            self.listing = ", ".join(row.file for row in rows[:MOST_REMARKS_ALIKE])
            if not rows:
                raise FeatherlineError(f"{self.folder} holds no file of {settings.preset}: unpack its archive there.")
        else:
            rows = listing.read(self.folder, suffixes, tuple(needs))
        self._files = [row.path for row in rows]
        return tuple(self._spelling(row) for row in rows)

    def _spelling(self, row: Row) -> Row:
        return replace(
            row,
            label=self._spelled["label"].get(row.label, row.label) if row.label else row.label,
            group=self._spelled["group"].get(row.group, row.group) if row.group else row.group,
        )

    def _parts(self) -> dict[str, list[Part]] | None:
        if self.settings.labels is None:
            return None
        path = self.folder / self.settings.labels
        if not path.is_file():
            raise FeatherlineError(
                f"fetch.labels is {self.settings.labels!r}, and {path} is no file: write file,start,end,label."
            )
        return listing.parts(path)

    def _plan(self) -> Plan:
        settings = self.settings
        count = len(settings.columns) if settings.columns else 3
        plan = Plan(
            accelerations=settings.kind == "motion",
            columns=settings.columns,
            unit=settings.unit_or_default,
            scale=_each(settings.scale, count),
            offset=_each(settings.offset, count),
            rate_hz=float(settings.rate_hz),
            csv=settings.csv,
            time=settings.time,
            checks=settings.checks,
            array=settings.array,
            id_column=settings.id_column,
            label_column=settings.label_column,
            group_column=settings.group_column,
            label_spellings=self._spelled["label"],
            ignored_labels=settings.ignored_labels,
            annotations=settings.annotations,
            around_s=settings.around_seconds,
        )
        return with_preset(plan, PRESETS[settings.preset]) if settings.preset else plan

    # --- their samples ---------------------------------------------------------------------------

    def _of_row(self, row: Row, parts: list[Part] | None) -> Iterator[Collected]:
        settings = self.settings
        if settings.kind == "audio":
            scale = settings.scale if isinstance(settings.scale, float | int) else None
            of_sound = sound.Plan(
                int(settings.rate_hz), settings.time.rate == "resample", scale, settings.channel, settings.checks
            )
            for clip in sound.read(row, of_sound, parts, self.remarks):
                yield from self._named(
                    clip.source, row.path, clip.samples, clip.seconds, clip.label, clip.group, clip.where
                )
            return
        if settings.rows == "windows":
            yield from self._windows(row)
            return
        plan = self._plan()
        read = reading.read(row, plan, parts)
        if self._columns is None:
            self._columns = tuple(opening.expressions(opening.open_table(row.path, plan), plan))
        self.remarks += read.remarks
        for made in read.recordings:
            yield from self._named(
                made.source,
                row.path,
                made.samples,
                len(made.samples) / plan.rate_hz,
                made.label,
                made.group,
                made.where,
            )

    def _windows(self, row: Row) -> Iterator[Collected]:
        settings, plan = self.settings, self._plan()
        channels = plan.columns or ()
        beside = tuple(dict.fromkeys(name for name in (plan.label_column, plan.group_column) if name is not None))
        if row.path.suffix.lower() in (".npy", ".npz"):
            cut = windows.of_array(row.path, plan.array, channels, beside)
        else:
            cut = windows.of_table(opening.open_table(row.path, plan), channels, beside, settings.window_order)
        yield from self._of_windows(cut, row, plan, lambda number: f"{row.path}, window {number + 1}")

    def _of_windows(
        self, cut: windows.Windows, row: Row, plan: Plan, named: Callable[[int], str]
    ) -> Iterator[Collected]:
        labels = cut.texts.get(plan.label_column or "label")
        groups = cut.texts.get(plan.group_column or "group")
        samples = reading.checked_windows(cut.samples, plan, row.path)
        for number in range(len(samples)):
            label = row.label if labels is None else str(labels[number])
            group = row.group if groups is None else str(groups[number])
            yield from self._named(
                named(number), row.path, samples[number], samples.shape[1] / plan.rate_hz, label, group, named(number)
            )

    def _uci_har(self) -> Iterator[Collected]:
        """The windows of UCI HAR, which come in a layout of their own."""
        cut, places = windows.uci_har(self.folder, "total_acc")
        plan = replace(self._plan(), label_column="label", group_column="group")
        self._columns = plan.columns or PRESETS["uci_har"].columns[0]
        self.listing = "UCI HAR"
        row = Row("", self.folder, None, None, str(self.folder))
        yield from self._of_windows(cut, row, plan, lambda number: f"{self.folder}, {places[number]}")

    def _named(
        self,
        source: str,
        path: Path,
        samples: np.ndarray | None,
        seconds: float,
        label: str | None,
        group: str | None,
        where: str,
    ) -> Iterator[Collected]:
        label = self._spelled["label"].get(label, label) if label else label
        group = self._spelled["group"].get(group, group) if group else group
        if not label or label in self.settings.ignored_labels:
            self._ignored += 1
            return
        if not group:
            raise FeatherlineError(f"{where} has no group: say who or what was recorded, or set fetch.group_column.")
        yield Collected(source, path, samples, seconds, label, group)

    def _is_copy(self, item: Collected) -> bool:
        """Whether the same samples were there already; raises `FeatherlineError` under another label or group."""
        samples = item.samples
        content = _decoded(item.path) if samples is None else np.ascontiguousarray(samples, np.float32).tobytes()
        if self._copies.is_known(content, item.label, item.group, item.source):
            return True
        # Windows that are given as such, and stretches around annotations, overlap by their nature.
        if samples is not None and samples.ndim == 2 and not self._overlapping():
            self._copies.check_stretches(samples, item.label, item.group, item.source)
        return False

    def _overlapping(self) -> bool:
        settings = self.settings
        return settings.rows == "windows" or settings.annotations is not None or settings.preset == "uci_har"


def _decoded(path: Path) -> bytes:
    """What an audio file sounds like, as bytes; its content where it cannot be decoded."""
    import soundfile

    try:
        sound_files.check_header(path)
        samples, _ = soundfile.read(path, dtype="float32")
    except (FeatherlineError, soundfile.LibsndfileError, RuntimeError):
        return path.read_bytes()
    return bytes(samples.tobytes())


def _by_spelling(listed: tuple[object, ...], key: str) -> dict[str, str]:
    of_spelling: dict[str, str] = {}
    for entry in listed:
        name, spellings = getattr(entry, "name"), getattr(entry, "spellings")  # noqa: B009  # of block.Spellings
        for spelling in spellings:
            if of_spelling.setdefault(spelling, name) != name:
                raise FeatherlineError(
                    f"{key} gives {spelling!r} to {of_spelling[spelling]!r} and to {name!r}: correct it."
                )
    return of_spelling


def _each(value: tuple[float, ...] | float | None, count: int) -> tuple[float, ...] | None:
    return None if value is None else value if isinstance(value, tuple) else (float(value),) * count


def _summed(remarks: list[str]) -> list[str]:
    """Remarks that differ in file and numbers alone: a few of them, and how many more there are."""
    kinds = Counter(_kind(remark) for remark in remarks)
    shown: Counter[str] = Counter()
    kept = []
    for remark in remarks:
        kind = _kind(remark)
        shown[kind] += 1
        if shown[kind] < MOST_REMARKS_ALIKE or kinds[kind] <= MOST_REMARKS_ALIKE:
            kept.append(remark)
        elif shown[kind] == MOST_REMARKS_ALIKE:
            kept.append(f"{remark} (and {kinds[kind] - MOST_REMARKS_ALIKE:,} more files)")
    return kept


def _kind(remark: str) -> str:
    _, _, sentence = remark.partition(": ")
    return re.sub(r"\d[\d.,]*", "#", sentence or remark)
