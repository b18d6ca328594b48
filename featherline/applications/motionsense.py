"""MotionSense: what a person does, from the accelerometer of a phone in the front trouser pocket.

Recordings of Malekzadeh et al. (IoTDI 2019): 24 subjects, 15 trials of six activities, 50 Hz.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from featherline import params
from featherline.applications.sources import Archive, Inventory
from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.params import Block, Listed
from featherline.signals import motion
from featherline.signals.dataset import Dataset, Disturb

if TYPE_CHECKING:
    from featherline.importing.overlaps import Comparable

TITLE = "MotionSense"
LICENCE = {
    "simulated": "none: computed by Featherline",
    "public": "MIT (MotionSense, Malekzadeh et al.)",
}

NATIVE_RATE_HZ = 50
FOLDER = "A_DeviceMotion_data"
GRAVITY = ["gravity.x", "gravity.y", "gravity.z"]
ATTITUDE = ["attitude.roll", "attitude.pitch", "attitude.yaw"]
ROTATION_RATE = ["rotationRate.x", "rotationRate.y", "rotationRate.z"]
USER_ACCELERATION = ["userAcceleration.x", "userAcceleration.y", "userAcceleration.z"]
COLUMNS = ATTITUDE + GRAVITY + ROTATION_RATE + USER_ACCELERATION
TRIALS = (
    *("dws_1", "dws_2", "dws_11", "ups_3", "ups_4", "ups_12", "wlk_7", "wlk_8", "wlk_15"),
    *("jog_9", "jog_16", "std_6", "std_14", "sit_5", "sit_13"),
)

Activity = Literal["dws", "ups", "wlk", "jog", "sit", "std"]


class Simulation(Block):
    """How much is simulated: 15 trials of `trial_seconds` for each subject."""

    subjects: Annotated[int, Field(ge=3)]
    trial_seconds: Annotated[float, Field(ge=1)]


class Fetch(params.Fetch):
    """What `motionsense.fetch` holds."""

    simulation: Simulation


class ActivityClass(Block):
    """A class of the network, and the activities that belong to it."""

    name: Annotated[str, Field(min_length=1)]
    activities: Annotated[Listed[Activity], Field(min_length=1)]


class Preprocess(motion.MotionPreprocess):
    """What `motionsense.preprocess` holds: the classes, and how windows are cut."""

    # A list, not a map: `dvc exp run -S` merges maps, and takes no key with a slash.
    classes: Annotated[Listed[ActivityClass], Field(min_length=2)]

    @model_validator(mode="after")
    def _each_name_once(self) -> "Preprocess":
        names = [activity_class.name for activity_class in self.classes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"the class {twice[0]} stands there twice")
        return self

    @model_validator(mode="after")
    def _each_activity_in_one_class(self) -> "Preprocess":
        listed = [activity for activity_class in self.classes for activity in activity_class.activities]
        twice = sorted({activity for activity in listed if listed.count(activity) > 1})
        if twice:
            raise ValueError(f"the activity {twice[0]} may stand in one class only")
        return self


def archives(settings: Fetch) -> tuple[Archive, ...]:
    """The one archive of the official repository, at the commit that its checksum belongs to."""
    return (
        Archive(
            url="https://github.com/mmalekzadeh/motion-sense/raw/"
            "261cb0d60611a049ab38127738e42cc510ed50f4/data/A_DeviceMotion_data.zip",
            checksum="git:78f9957d9f4d0a4b6457461009e1f2e0453a872d",
            patterns=("A_DeviceMotion_data*.zip",),
        ),
    )


def simulate(folder: Path, settings: Fetch, seed: int) -> None:
    """Writes a simulated archive in the official layout, one random stream for each subject."""
    from featherline.simulation import motion as simulated  # takes a second to import

    streams = np.random.default_rng(seed).spawn(settings.simulation.subjects)
    for subject, rng in enumerate(track(streams, "simulate subjects", unit="subject"), start=1):
        who = simulated.person(rng)
        for trial in TRIALS:
            gravity, user = simulated.pocket_trial(rng, who, trial.split("_")[0], settings.simulation.trial_seconds)
            values = np.column_stack([_attitude(gravity), gravity, _rotation_rate(gravity), user])
            motion.write_columns(folder / FOLDER / trial / f"sub_{subject}.csv", COLUMNS, values, 5, index=True)


def _attitude(gravity: np.ndarray) -> np.ndarray:
    """Roll, pitch and yaw of Core Motion for the direction of gravity; the heading is taken as 0."""
    x, y, z = gravity.T
    return np.column_stack([np.arctan2(x, -z), -np.arcsin(np.clip(y, -1, 1)), np.zeros(len(gravity))])


def _rotation_rate(gravity: np.ndarray) -> np.ndarray:
    """The rotation in rad/s that moves the direction of gravity as seen; none about it."""
    return np.cross(np.gradient(gravity, 1 / NATIVE_RATE_HZ, axis=0), gravity)


def _files(folder: Path) -> list[tuple[Path, str, int]]:
    """Recordings as (file, activity, subject), sorted; other files of the archive are passed over."""
    files = []
    for path in sorted(folder.glob(f"{FOLDER}/*/sub_*.csv")):
        trial = re.fullmatch(r"([a-z]+)_\d+", path.parent.name)
        subject = re.fullmatch(r"sub_(\d+)", path.stem)
        if trial and subject:
            files.append((path, trial[1], int(subject[1])))
    if not files:
        raise FeatherlineError(
            f"{folder} holds no {FOLDER}/<trial>/sub_<n>.csv: run the stage fetch again, or check the archive."
        )
    return files


def inventory(folder: Path) -> Inventory:
    """Counts subjects, recordings and hours."""
    files = _files(folder)
    rows = sum(_count_rows(path) for path, _, _ in files)
    return Inventory(len({subject for _, _, subject in files}), len(files), rows / NATIVE_RATE_HZ / 3600)


def _count_rows(path: Path) -> int:
    return max(path.read_bytes().count(b"\n") - 1, 0)


def preprocess(folder: Path, settings: Preprocess, seed: int, disturb: Disturb | None = None) -> Dataset:
    """Windows of total acceleration, gravity + userAcceleration; groups are subjects.

    Raises:
        FeatherlineError: where an activity of a class has no recording, or a file is broken.
    """
    classes = tuple(activity_class.name for activity_class in settings.classes)
    made = motion.dataset(_recordings(folder, settings), classes, NATIVE_RATE_HZ, settings, seed, disturb)
    made.frontend["group"] = "subject"
    return made


def comparable(folder: Path, settings: Preprocess) -> "Comparable":
    """The recordings that `preprocess` reads, to be compared with each other."""
    from featherline.importing import overlaps  # takes a second or two to import

    return overlaps.of_motion(_recordings(folder, settings), round(settings.window_seconds * NATIVE_RATE_HZ))


def _recordings(folder: Path, settings: Preprocess) -> Iterator[motion.Recording]:
    label_of = {
        activity: label
        for label, activity_class in enumerate(settings.classes)
        for activity in activity_class.activities
    }
    files = [(path, activity, subject) for path, activity, subject in _files(folder) if activity in label_of]
    missing = sorted(set(label_of) - {activity for _, activity, _ in files})
    if missing:
        raise FeatherlineError(
            f"{folder / FOLDER} has no recording of the activity {missing[0]!r}: add its trials, or take it out of "
            "preprocess.classes."
        )

    for path, activity, subject in track(files, "read recordings", unit="file"):
        values = motion.read_columns(path, GRAVITY + USER_ACCELERATION)
        yield motion.Recording(str(path), values[:, :3] + values[:, 3:], label_of[activity], f"subject-{subject}")
