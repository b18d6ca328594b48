"""Recordings of one's own: any folder of tables or sound, without a line of Python.

A block of params.yaml that says `application: recordings` is read by this module, under whatever
name the block has; there may be several. `<app>.fetch` says where the files are and what is in them,
`<app>.preprocess` what a network is shown:

    kind: motion   a table a recording; three columns are total acceleration, gravity included
    kind: sensor   a table a recording; any columns of any sensor
    kind: audio    an audio file a recording

`featherline.importing` reads what loggers write; windows and features are those of `featherline.signals`.
"""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import soundfile
from pydantic import Field, PlainValidator, field_validator

from featherline import params
from featherline.applications.sources import sha256
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json, write_json
from featherline.core.parsing import Tree
from featherline.core.progress import track
from featherline.importing import leaks
from featherline.importing.block import Label, Reading
from featherline.params import Listed
from featherline.records.provenance import Origin, Recordings
from featherline.signals import audio, motion, sensor, sound_files, splits
from featherline.signals.dataset import SPLITS, Dataset, Disturb, Items, divide

if TYPE_CHECKING:
    from featherline.importing.collection import Collected
    from featherline.importing.overlaps import Comparable

FORMAT = "format.json"
MANIFEST = "manifest.csv"
REMARKS = "remarks.txt"
GROUPS_OF_A_CLASS = len(SPLITS)


class Fetch(Reading):
    """What `<app>.fetch` holds: how recordings are read, and how tables speak of them.

    `source` has no default: `own` for what a sensor recorded, `simulated` for what a program computed,
    which every table then says. `title` names tables and the workbook; `group` says what a group is.
    """

    source: Literal["own", "simulated"]
    title: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]*$", max_length=40)]
    licence: Annotated[str, Field(min_length=1)] = "not stated"
    group: Annotated[str, Field(min_length=1)] = "group"


class _Classes(params.Preprocess):
    """Labels of the recordings, in the order of the network's outputs; recordings of others are left out."""

    classes: Annotated[Listed[Label], Field(min_length=2)]
    leak_correlation: Annotated[float, Field(gt=0, le=1)] | None = leaks.CORRELATION

    @field_validator("classes")
    @classmethod
    def _each_once(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(classes)) < len(classes):
            raise ValueError("lists a class twice")
        return classes


class Motion(_Classes, motion.MotionPreprocess):
    """What `<app>.preprocess` holds for the kind motion: how windows are cut."""


class Sensor(_Classes, sensor.SensorPreprocess):
    """What `<app>.preprocess` holds for the kind sensor: how windows are cut, and whether spectra are taken."""


class Audio(_Classes):
    """What `<app>.preprocess` holds for the kind audio: how segments are cut and described."""

    front_end_keys: ClassVar[tuple[str, ...]] = ("segment_seconds", "features")

    segment_seconds: Annotated[float, Field(gt=0)]
    overlap: Annotated[float, Field(ge=0, lt=1)]
    features: audio.Features
    bad_recordings: sound_files.BadRecordings = "error"
    split: params.Split


def _by_keys(value: Any) -> Motion | Audio | Sensor:
    """Only audio has segments, and channels of motion have names of their own. Not a plain union, whose errors name
    all branches."""
    if isinstance(value, dict) and ("segment_seconds" in value or isinstance(value.get("features"), dict)):
        return Audio.model_validate(value)
    channels = value.get("channels") if isinstance(value, dict) else None
    named = isinstance(channels, list | tuple) and any(channel not in motion.CHANNELS for channel in channels)
    if isinstance(value, dict) and ("features" in value or "spectrum" in value or named):
        return Sensor.model_validate(value)
    return Motion.model_validate(value)


Preprocess = Annotated[Motion | Audio | Sensor, PlainValidator(_by_keys)]


# --- fetch -----------------------------------------------------------------------------------


def take(folder: Path, settings: Fetch) -> Recordings:
    """Reads all recordings, checks them, and writes them to `folder` at the native rate; returns their provenance.

    Args:
        folder: an existing, empty folder.
        settings: where the recordings are and what is in them, which is written beside them.

    Returns:
        The same that `sources.fetch` does. What was mended or told stands in `remarks.txt`, a line each.

    Raises:
        FeatherlineError: where the listing or a recording is wrong; the sentence names the user's own file.
    """
    from featherline.importing import collection  # its readers take half a second to import

    source = Path(settings.folder).expanduser()
    if not source.is_dir():
        raise FeatherlineError(
            f"fetch.folder is {settings.folder!r}, and that is not a folder: put the recordings there."
        )
    plan = collection.Sources(source, settings)
    seconds, groups = 0.0, set()
    entries: list[tuple[str, str, str, str]] = []
    written = folder / "recordings"
    try:
        for item in plan.recordings():
            entries.append(_write(folder, item, len(entries) + 1, settings))
            seconds += item.seconds
            groups.add(item.group)
        remarks = plan.finish()
    except BaseException:
        shutil.rmtree(written, ignore_errors=True)  # nothing half-taken stays
        raise
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["file", "label", "group", "source"])
        writer.writerows(entries)
    (folder / REMARKS).write_text("".join(f"{remark}\n" for remark in remarks), encoding="utf-8")
    columns = plan.columns()
    write_json(
        folder / FORMAT,
        {
            "kind": settings.kind,
            "native_rate_hz": settings.rate_hz,
            "columns": list(columns),
            "unit": "g" if settings.kind == "motion" else settings.unit_or_default,
            "axes": {name: list(axes) for name, axes in settings.axes.items()},
            "group": settings.group,
        },
    )
    return Recordings(
        application=settings.title,
        source=settings.source,
        archives=(Origin(url=None, file=plan.listing, sha256=plan.digest(sha256), complete=None),),
        licence=settings.licence,
        groups=len(groups),
        items=len(entries),
        hours=round(seconds / 3600, 3),
    )


def _write(folder: Path, item: "Collected", number: int, settings: Fetch) -> tuple[str, str, str, str]:
    """Writes one recording, and returns its line of the manifest."""
    suffix = (
        item.path.suffix
        if settings.kind == "audio" and item.samples is None
        else ".wav"
        if settings.kind == "audio"
        else ".npy"
    )
    name = f"recordings/{number:05d}{suffix}"
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    if item.samples is None:
        shutil.copyfile(item.path, target)
    elif settings.kind == "audio":
        soundfile.write(target, item.samples, int(settings.rate_hz), "FLOAT")
    else:
        with target.open("wb") as stream:
            np.save(stream, item.samples, allow_pickle=False)
    return name, item.label, item.group, item.source


# --- preprocess ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One recording as `take` left it: where it is, what it shows, who was recorded, and the user's own file."""

    path: Path
    label: str
    group: str
    source: str


def preprocess(folder: Path, settings: Motion | Audio | Sensor, seed: int, disturb: Disturb | None = None) -> Dataset:
    """Windows of a sensor, or features of audio segments, of the recordings that `take` put there.

    Raises:
        FeatherlineError: where the settings are of another kind, a class has no recording or too few
            groups for three disjoint splits, or a recording is broken or too short.
    """
    known = read_json(folder / FORMAT)
    settings = _of_kind(known["kind"], settings)
    rows = _rows(folder)
    counts = Counter(row.label for row in rows)
    for name in settings.classes:
        if name not in counts:
            raise FeatherlineError(
                f"{folder} has no recording of the class {name!r}: record some, or take it out of "
                f"preprocess.classes; its labels are {', '.join(sorted(counts))}."
            )
    kept = [row for row in rows if row.label in settings.classes]
    if settings.split.protocol != "item":
        _check_groups(kept, settings.classes, known["group"])
    if isinstance(settings, Audio):
        made = _audio(kept, known, settings, seed, disturb)
    elif isinstance(settings, Sensor):
        made = _sensor(kept, known, settings, seed, disturb)
    else:
        made = _motion(kept, known, settings, seed, disturb)
    made.frontend["group"] = known["group"]
    left_out = {label: count for label, count in sorted(counts.items()) if label not in settings.classes}
    if left_out:
        listed = ", ".join(f"{label} {count:,}" for label, count in left_out.items())
        made.remarks.append(f"Left out were recordings of labels that are no class: {listed}.")
    return made


def comparable(folder: Path, settings: Motion | Audio | Sensor) -> "Comparable":
    """The recordings of the classes, to be compared with each other."""
    from featherline.importing import overlaps  # takes a second or two to import

    known = read_json(folder / FORMAT)
    settings = _of_kind(known["kind"], settings)
    rows = [row for row in _rows(folder) if row.label in settings.classes]
    if isinstance(settings, Audio):
        groups, names = [row.group for row in rows], [row.source for row in rows]
        return overlaps.of_files([row.path for row in rows], groups, settings.features.sample_rate_hz, names)
    raw = ((row.source, row.group, np.load(row.path, mmap_mode="r", allow_pickle=False)) for row in rows)
    window = round(settings.window_seconds * known["native_rate_hz"])
    return overlaps.Comparable(raw, partial(overlaps.of_sensor, window))


def _rows(folder: Path) -> list[Row]:
    import pandas as pd  # takes a second to import

    table = pd.read_csv(folder / MANIFEST, dtype=str, keep_default_na=False)
    return [Row(folder / file, label, group, source) for file, label, group, source in table.itertuples(index=False)]


def _of_kind(kind: str, settings: Motion | Audio | Sensor) -> Motion | Audio | Sensor:
    if kind == "sensor" and isinstance(settings, Motion):
        # Columns may be named x, y, z.
        of_motion = {"augmentation": settings.augmentation.copies, "companding_g": settings.companding_g}
        for key, asked in of_motion.items():
            if asked:
                raise FeatherlineError(f"preprocess.{key} is for accelerations (fetch.kind: motion): take it out.")
        return Sensor.model_validate(settings.model_dump(exclude=set(of_motion)))
    kinds: dict[str, type[Motion | Audio | Sensor]] = {"audio": Audio, "motion": Motion, "sensor": Sensor}
    of_kind = kinds[kind]
    if not isinstance(settings, of_kind):
        raise FeatherlineError(
            f"fetch.kind is {kind}, and preprocess is for the other one: audio has preprocess.segment_seconds and "
            f"features, motion has preprocess.channels of {', '.join(motion.CHANNELS)}, sensor has channels that are "
            "its "
            "columns."
        )
    return settings


def _check_groups(rows: list[Row], classes: tuple[str, ...], kind: str) -> None:
    for name in classes:
        groups = sorted({row.group for row in rows if row.label == name})
        if len(groups) < GROUPS_OF_A_CLASS:
            raise FeatherlineError(
                f"fetch gave the class {name!r} from {len(groups)} groups ({', '.join(groups)}), and "
                f"train, validation and test share none, so it takes {GROUPS_OF_A_CLASS}: record it from more (a group "
                f"is one {kind}), or set preprocess.split.protocol to item and do not trust the accuracy."
            )


def _motion(rows: list[Row], known: Tree, settings: Motion, seed: int, disturb: Disturb | None) -> Dataset:
    front = motion.front_end(settings, known["native_rate_hz"])
    _check_lengths(rows, settings, lambda samples: len(motion.resample(samples, front)) >= front.window)

    def read() -> Iterator[motion.Recording]:
        for row in track(rows, "read recordings", unit="file"):
            yield motion.Recording(
                row.source, np.load(row.path, allow_pickle=False), settings.classes.index(row.label), row.group
            )

    made = motion.dataset(read(), settings.classes, known["native_rate_hz"], settings, seed, disturb)
    return _without_leaks(made, settings)


def _sensor(rows: list[Row], known: Tree, settings: Sensor, seed: int, disturb: Disturb | None) -> Dataset:
    front = sensor.front_end(settings, known["native_rate_hz"], sensor.Columns.of(known))
    _check_lengths(rows, settings, lambda samples: front.count(len(samples)) > 0)

    def read() -> Iterator[sensor.Recording]:
        for row in track(rows, "read recordings", unit="file"):
            yield sensor.Recording(
                row.source, np.load(row.path, allow_pickle=False), settings.classes.index(row.label), row.group
            )

    made = sensor.dataset(read, settings.classes, front, settings, seed, disturb)
    return _without_leaks(made, settings)


def _check_lengths(rows: list[Row], settings: Motion | Sensor, fits: Any) -> None:
    """Raises `FeatherlineError` where all recordings of a class, but not of all classes, are too short for a window."""
    fitting = Counter(row.label for row in rows if fits(np.load(row.path, allow_pickle=False)))
    if not fitting:
        return  # of all classes: told with the longest recording
    for name in settings.classes:
        if not fitting[name]:
            raise FeatherlineError(
                f"All {sum(row.label == name for row in rows)} recordings of the class {name!r} are shorter than "
                f"preprocess.window_seconds ({settings.window_seconds:g}), as "
                f"{next(row.source for row in rows if row.label == name)}: "
                "choose a shorter window, or record for longer."
            )


def _without_leaks(made: Dataset, settings: Motion | Sensor) -> Dataset:
    if settings.leak_correlation is not None and made.disjoint:
        leaks.check(made, settings.leak_correlation)
    return made


def _audio(rows: list[Row], known: Tree, settings: Audio, seed: int, disturb: Disturb | None) -> Dataset:
    rate_hz = settings.features.sample_rate_hz
    length = round(settings.segment_seconds * rate_hz)
    hop = max(round(length * (1 - settings.overlap)), 1)
    tables = audio.front_end(settings.features, clip_samples=length)

    paths, names = [row.path for row in rows], [row.source for row in rows]
    inputs, places = audio.read_segments(paths, hop, tables, settings.bad_recordings, disturb, names)
    if not places:
        raise FeatherlineError(
            "All recordings are broken or shorter than a segment: set preprocess.bad_recordings to error to see why."
        )
    labels = np.array([settings.classes.index(rows[place].label) for place in places], np.int32)
    groups = np.array([rows[place].group for place in places])
    items = Items(inputs, labels, groups, np.array(places, np.int32))
    made, folds = divide(items, splits.divisions(labels, groups, settings.split, seed))
    constants = {
        **audio.constants(tables),
        "segment_hop_samples": hop,
        "skipped_recordings": len(rows) - len(set(places)),
    }
    return Dataset(settings.classes, made, 2, constants, disjoint=settings.split.protocol != "item", folds=folds)
