"""Recordings of one's own: any folder of CSV or wav files with a manifest.csv, without a line of Python.

A block of params.yaml that says `application: recordings` is read by this module, under whatever
name the block has; there may be several. `<app>.fetch` says where the files are and what is in them,
`<app>.preprocess` what a network is shown:

    kind: motion   one CSV a recording; three columns are total acceleration, gravity included
    kind: audio    one wav a recording

Windows and features are those of `featherline.signals.motion` and `featherline.signals.audio`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import soundfile
from pydantic import Field, PlainValidator, field_validator, model_validator

from featherline import params
from featherline.applications import manifest
from featherline.applications.sources import sha256
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json, write_json
from featherline.core.parsing import Tree
from featherline.core.progress import track
from featherline.params import Listed, PositiveInt
from featherline.records.provenance import Origin, Recordings
from featherline.signals import audio, motion, splits
from featherline.signals.dataset import SPLITS, Dataset, Items

FORMAT = "format.json"
SUFFIX = {"motion": ".csv", "audio": ".wav"}
UNITS_IN_G = {"g": 1.0, "mg": 0.001, "m/s2": 1 / 9.80665}
PLAUSIBLE_G = (0.25, 4.0)  # the median length of total acceleration, which is 1 at rest
GROUPS_OF_A_CLASS = len(SPLITS)

Label = Annotated[str, Field(min_length=1)]


class Fetch(params.Block):
    """What `<app>.fetch` holds: where the recordings are, and what is in them.

    `source` has no default: `own` for what a sensor recorded, `simulated` for what a program computed,
    which every table then says. `title` names tables and the workbook; `group` says what a group is.
    `folder` is a path, from the project's top folder unless it is absolute. `columns` (three, in the
    order x, y, z) and `unit` belong to the kind `motion` alone.
    """

    source: Literal["own", "simulated"]
    title: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]*$", max_length=40)]
    folder: Annotated[str, Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)] = "not stated"
    group: Annotated[str, Field(min_length=1)] = "group"
    kind: Literal["motion", "audio"]
    native_rate_hz: PositiveInt
    columns: Annotated[Listed[Label], Field(min_length=3, max_length=3)] | None = None
    unit: Literal["g", "mg", "m/s2"] | None = None

    @model_validator(mode="after")
    def _columns_and_unit_of_motion_alone(self) -> "Fetch":
        for key in ("columns", "unit"):
            if (getattr(self, key) is not None) != (self.kind == "motion"):
                raise ValueError(f"the kind motion needs {key}, and the kind audio has none")
        if self.columns and len(set(self.columns)) < len(self.columns):
            raise ValueError("columns must name three different ones, in the order x, y, z")
        return self


class _Classes(params.Preprocess):
    """Labels of the manifest, in the order of the network's outputs; recordings of others are left out."""

    classes: Annotated[Listed[Label], Field(min_length=2)]

    @field_validator("classes")
    @classmethod
    def _each_once(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(classes)) < len(classes):
            raise ValueError("lists a class twice")
        return classes


class Motion(_Classes, motion.MotionPreprocess):
    """What `<app>.preprocess` holds for the kind motion: how windows are cut."""


class Audio(_Classes):
    """What `<app>.preprocess` holds for the kind audio: how segments are cut and described."""

    segment_seconds: Annotated[float, Field(gt=0)]
    overlap: Annotated[float, Field(ge=0, lt=1)]
    features: audio.Features
    bad_recordings: audio.BadRecordings = "error"
    split: params.Split


def _by_features(value: Any) -> Motion | Audio:
    """Only audio has features. Not a plain union, whose errors name both branches."""
    return (Audio if isinstance(value, dict) and "features" in value else Motion).model_validate(value)


Preprocess = Annotated[Motion | Audio, PlainValidator(_by_features)]


# --- fetch -----------------------------------------------------------------------------------


def take(folder: Path, settings: Fetch) -> Recordings:
    """Copies what the manifest names into `folder`, and returns its provenance.

    Args:
        folder: an existing, empty folder.
        settings: where the recordings are and what is in them, which is written beside them.

    Returns:
        The same that `sources.fetch` does.

    Raises:
        FeatherlineError: where the manifest or a recording is wrong, two recordings are the same, a wav
            has another rate, or accelerations cannot be in the unit that is named.
    """
    source = Path(settings.folder).expanduser()
    if not source.is_dir():
        raise FeatherlineError(
            f"fetch.folder is {settings.folder!r}, and that is not a folder: put the recordings there."
        )
    rows = manifest.read(source, SUFFIX[settings.kind])
    manifest.check_copies(rows, source)
    hours = (_hours_of_motion if settings.kind == "motion" else _hours_of_audio)(rows, settings)
    for name in (manifest.NAME, *(row.file for row in rows)):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target)
    write_json(folder / FORMAT, settings.model_dump(include={"kind", "native_rate_hz", "columns", "unit", "group"}))
    digest = sha256(source / manifest.NAME)
    return Recordings(
        application=settings.title,
        source=settings.source,
        archives=(Origin(url=None, file=manifest.NAME, sha256=digest, complete=None),),
        licence=settings.licence,
        groups=len({row.group for row in rows}),
        items=len(rows),
        hours=round(hours, 3),
    )


def _hours_of_motion(rows: tuple[manifest.Row, ...], settings: Fetch) -> float:
    """Reads every recording, so that a mistake is told by the name of the user's own file."""
    if settings.columns is None or settings.unit is None:
        raise FeatherlineError("fetch.kind is motion, which needs fetch.columns and fetch.unit: name them.")
    samples, medians = 0, []
    for row in track(rows, "check recordings", unit="file"):
        values = motion.read_columns(row.path, list(settings.columns))
        samples += len(values)
        medians.append(np.median(np.linalg.norm(values, axis=1)) * UNITS_IN_G[settings.unit])
    median_g, (low, high) = float(np.median(medians)), PLAUSIBLE_G
    if not low <= median_g <= high:
        raise FeatherlineError(
            f"{settings.folder}: accelerations are {median_g:.3g} g long on the median if fetch.unit is "
            f"{settings.unit!r}, and a sensor at rest shows 1 g: correct the unit, or give total acceleration, with "
            "gravity."
        )
    return samples / settings.native_rate_hz / 3600


def _hours_of_audio(rows: tuple[manifest.Row, ...], settings: Fetch) -> float:
    """By the headers; a clip that cannot be read is for `preprocess` to refuse or to skip."""
    for row in track(rows, "check recordings", unit="file"):
        try:
            rate_hz = soundfile.info(row.path).samplerate
        except soundfile.LibsndfileError:
            continue
        if rate_hz != settings.native_rate_hz:
            raise FeatherlineError(
                f"{row.path} has {rate_hz:,} samples a second, and fetch.native_rate_hz is "
                f"{settings.native_rate_hz:,}: bring all recordings to one rate, or a network learns the difference."
            )
    return audio.hours(row.path for row in rows)


# --- preprocess ------------------------------------------------------------------------------


def preprocess(folder: Path, settings: Motion | Audio, seed: int) -> Dataset:
    """Windows of accelerations, or features of audio segments, of the recordings that `take` put there.

    Raises:
        FeatherlineError: where the settings are of the other kind, a class has no recording or too few
            groups for three disjoint splits, or a recording is broken or too short.
    """
    known = read_json(folder / FORMAT)
    if (known["kind"] == "audio") != isinstance(settings, Audio):
        raise FeatherlineError(
            f"fetch.kind is {known['kind']}, and preprocess is for the other one: audio has preprocess.features, "
            "motion has preprocess.channels."
        )
    rows = manifest.read(folder, SUFFIX[known["kind"]])
    labels = sorted({row.label for row in rows})
    for name in settings.classes:
        if name not in labels:
            raise FeatherlineError(
                f"{folder / manifest.NAME} has no recording of the class {name!r}: record some, or take it out of "
                f"preprocess.classes; its labels are {', '.join(labels)}."
            )
    kept = [row for row in rows if row.label in settings.classes]
    if settings.split.protocol == "group":
        _check_groups(kept, settings.classes, known["group"], folder)
    made = _audio(kept, known, settings, seed) if isinstance(settings, Audio) else _motion(kept, known, settings, seed)
    made.frontend["group"] = known["group"]
    return made


def _check_groups(rows: list[manifest.Row], classes: tuple[str, ...], kind: str, folder: Path) -> None:
    for name in classes:
        groups = sorted({row.group for row in rows if row.label == name})
        if len(groups) < GROUPS_OF_A_CLASS:
            raise FeatherlineError(
                f"{folder / manifest.NAME} has the class {name!r} from {len(groups)} groups ({', '.join(groups)}), and "
                f"train, validation and test share none, so it takes {GROUPS_OF_A_CLASS}: record it from more (a group "
                f"is one {kind}), or set preprocess.split.protocol to item and do not trust the accuracy."
            )


def _motion(rows: list[manifest.Row], recorded_format: Tree, settings: Motion, seed: int) -> Dataset:
    def read() -> Iterator[motion.Recording]:
        for row in track(rows, "read recordings", unit="file"):
            values = motion.read_columns(row.path, recorded_format["columns"]) * UNITS_IN_G[recorded_format["unit"]]
            yield motion.Recording(row.file, values, settings.classes.index(row.label), row.group)

    return motion.dataset(read(), settings.classes, recorded_format["native_rate_hz"], settings, seed)


def _audio(rows: list[manifest.Row], recorded_format: Tree, settings: Audio, seed: int) -> Dataset:
    length = round(settings.segment_seconds * settings.features.sample_rate_hz)
    hop = max(round(length * (1 - settings.overlap)), 1)
    tables = audio.front_end(settings.features, clip_samples=length)

    features, row_of_segment = audio.read_segments([row.path for row in rows], hop, tables, settings.bad_recordings)
    if not row_of_segment:
        raise FeatherlineError(
            "All recordings are broken or shorter than a segment: set preprocess.bad_recordings to error to see why."
        )
    inputs = np.concatenate(features)
    labels = np.array([settings.classes.index(rows[row_index].label) for row_index in row_of_segment], np.int32)
    groups = np.array([rows[row_index].group for row_index in row_of_segment])
    assigned = splits.assign(labels, groups, settings.split, seed)
    items_of_split = {
        name: Items(inputs[assigned == name], labels[assigned == name], groups[assigned == name]) for name in SPLITS
    }
    constants = {
        **audio.constants(tables),
        "segment_hop_samples": hop,
        "skipped_recordings": len(rows) - len(set(row_of_segment)),
    }
    return Dataset(settings.classes, items_of_split, 2, constants, disjoint=settings.split.protocol == "group")
