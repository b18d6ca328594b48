"""CarSensor: whether a phone rides a vehicle, from its accelerometer.

Three layouts of recordings are recognized:
    recordings  manifest.csv (file,label,activity,group,seconds,native_hz) and recordings/<n>.csv
                (t in seconds, x,y,z at 50 Hz, in g; native_hz is the phone's rate before that);
                the simulation writes this one too;
    physionet   "Labeled raw accelerometry data captured during walking, stair climbing and
                driving" 1.0.0 (Karas et al. 2021): 32 adults, 100 Hz, in g; the left hip is used;
    kaggle      claudiobottari/mobile-accelerometer-car-12k, behind the published CarSensor model:
                windows of 100 rows without times, persons or a stated sample rate.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from featherline import params
from featherline.applications.sources import Archive, Inventory
from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.params import Block
from featherline.signals import motion, rest
from featherline.signals.dataset import Dataset, Disturb

if TYPE_CHECKING:
    from featherline.importing.overlaps import Comparable

TITLE = "CarSensor"
LICENCE = {
    "simulated": "none: computed by Featherline",
    "public": "that of the archive: ODC-By 1.0 for PhysioNet's, what the publisher states for any other",
}

CLASSES = ("other", "vehicle")
AT_REST = "other"
RECORDINGS_RATE_HZ = 50
RATE_TOLERANCE = 0.05

PHYSIONET_RATE_HZ = 100
PHYSIONET_VEHICLE = 4
PHYSIONET_OTHER = (1, 2, 3, 77)  # walking, down and up stairs, clapping; 99 is what was not asked for

KAGGLE_FILE = "mobile_accelerometer_car_12K.csv"
KAGGLE_WINDOW = 100
KAGGLE_BLOCK = 100  # windows to a group
KAGGLE_RATE_HZ = 50  # the publisher gives none; the usual rate of phones
KAGGLE_CLASSES = {"Other": "other", "Car": "vehicle"}
STANDARD_GRAVITY = 9.80665

SIMULATED_RIDES = ("car", "bus", "train", "tram")
SIMULATED_OTHER = ("walk", "run", "stairs", "bike", "sit", "stand")

Layout = Literal["recordings", "physionet", "kaggle"]


class Simulation(Block):
    """How much is simulated: `recordings` of `recording_seconds` for each person, half of them rides."""

    persons: Annotated[int, Field(ge=3)]
    recordings: Annotated[int, Field(ge=2)]
    recording_seconds: Annotated[float, Field(ge=1)]


class Fetch(params.Fetch):
    """What `carsensor.fetch` holds; `dataset` is what the source public downloads."""

    dataset: Literal["physionet", "kaggle"]
    simulation: Simulation


class Preprocess(motion.MotionPreprocess):
    """What `carsensor.preprocess` holds.

    Attributes:
        at_rest: computed windows of a phone that lies on a table, which is no ride, in training and validation, as a
            share of the others.
        sitting: the same of a phone of somebody who sits or stands.
    """

    at_rest: Annotated[float, Field(ge=0, le=1)] = 0.0
    sitting: Annotated[float, Field(ge=0, le=1)] = 0.0


def archives(settings: Fetch) -> tuple[Archive, ...]:
    """The chosen public dataset, and recordings that only a mirror folder can hold."""
    physionet = Archive(
        url="https://physionet.org/static/published-projects/accelerometry-walk-climb-drive/"
        "labeled-raw-accelerometry-data-captured-during-walking-stair-climbing-and-driving-1.0.0.zip",
        checksum=None,
        patterns=("labeled-raw-accelerometry-data-*.zip", "accelerometry-walk-climb-drive*.zip"),
    )
    kaggle = Archive(
        url="kaggle:claudiobottari/mobile-accelerometer-car-12k",
        checksum=None,
        patterns=("mobile-accelerometer-car-12k*.zip", KAGGLE_FILE),
    )
    recordings = Archive(url=None, checksum=None, patterns=("carsensor_recordings*.zip",))
    return (physionet if settings.dataset == "physionet" else kaggle), recordings


def simulate(folder: Path, settings: Fetch, seed: int) -> None:
    """Writes simulated recordings with their manifest, one random stream for each person."""
    import pandas as pd  # takes a second to import

    from featherline.simulation import motion as people  # so does this
    from featherline.simulation import rides

    simulation = settings.simulation
    rows: list[tuple[str, str, str, str, float, int]] = []
    streams = np.random.default_rng(seed).spawn(simulation.persons)
    for person, rng in enumerate(track(streams, "simulate persons", unit="person"), start=1):
        gait = people.person(rng, pocket=False)
        ridden = _evenly_drawn(rng, SIMULATED_RIDES, simulation.recordings // 2)
        for activity in ridden + _evenly_drawn(rng, SIMULATED_OTHER, simulation.recordings - len(ridden)):
            file = f"recordings/{len(rows) + 1:03d}.csv"
            samples = rides.carried_phone(rng, gait, activity, simulation.recording_seconds)
            times = np.arange(len(samples)) / RECORDINGS_RATE_HZ
            motion.write_columns(folder / file, ["t", "x", "y", "z"], np.column_stack([times, samples]), digits=5)
            label = "vehicle" if activity in SIMULATED_RIDES else "other"
            rows.append((file, label, activity, f"person-{person}", times[-1], RECORDINGS_RATE_HZ))
    columns = ["file", "label", "activity", "group", "seconds", "native_hz"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "manifest.csv", index=False)


def _evenly_drawn(rng: np.random.Generator, activities: tuple[str, ...], count: int) -> list[str]:
    """`count` activities in random order, as evenly as `count` allows."""
    rounds = [rng.permutation(activities) for _ in range(-(-count // len(activities)))]
    drawn: list[str] = np.concatenate(rounds)[:count].tolist()
    return drawn


# --- reading a raw folder ---------------------------------------------------------------------


def _layout(folder: Path) -> Layout:
    patterns: dict[Layout, str] = {
        "recordings": "manifest.csv",
        "physionet": "raw_accelerometry_data/*.csv",
        "kaggle": KAGGLE_FILE,
    }
    layouts = [layout for layout, pattern in patterns.items() if next(folder.rglob(pattern), None)]
    if not layouts:
        raise FeatherlineError(
            f"{folder} holds none of {', '.join(patterns.values())}: run the stage fetch again, or check the archive."
        )
    if len(layouts) > 1:
        raise FeatherlineError(
            f"{folder} holds the datasets {' and '.join(layouts)}, which do not mix: leave one archive in the mirror."
        )
    return layouts[0]


def _recordings(folder: Path) -> Iterator[motion.Recording]:
    import pandas as pd

    path = min(folder.rglob("manifest.csv"))
    try:
        manifest = pd.read_csv(path, usecols=["file", "label", "group"], dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.EmptyDataError) as error:
        reason = " ".join(str(error).split())
        raise FeatherlineError(f"{path} is no manifest with file, label and group ({reason}): get it again.") from None
    manifest_folder = path.parent.resolve()
    rows: list[list[str]] = manifest[["file", "label", "group"]].to_numpy().tolist()
    for name, label, group in track(rows, "read recordings", unit="file"):
        if label not in CLASSES:
            raise FeatherlineError(f"{path} labels {name} as {label!r}: it must be {' or '.join(CLASSES)}.")
        if not group:
            raise FeatherlineError(f"{path} names no group for {name}: say who was recorded.")
        file = (manifest_folder / name).resolve()
        if not file.is_relative_to(manifest_folder):
            raise FeatherlineError(f"{path} names {name!r}, which lies outside of its folder.")
        values = motion.read_columns(file, ["t", "x", "y", "z"])
        _check_rate(file, values[:, 0])
        yield motion.Recording(name, values[:, 1:], CLASSES.index(label), group)


def _check_rate(file: Path, times: np.ndarray) -> None:
    sample_period_s = np.median(np.diff(times)) if len(times) > 1 else 1 / RECORDINGS_RATE_HZ
    if abs(sample_period_s * RECORDINGS_RATE_HZ - 1) > RATE_TOLERANCE:
        raise FeatherlineError(
            f"{file} has samples every {sample_period_s * 1000:g} ms by its column t, not every "
            f"{1000 / RECORDINGS_RATE_HZ:g} ms of {RECORDINGS_RATE_HZ} Hz: resample it, with t in seconds."
        )


def _physionet(folder: Path) -> Iterator[motion.Recording]:
    files = sorted(folder.rglob("raw_accelerometry_data/*.csv"))
    for path in track(files, "read recordings", unit="file"):
        values = motion.read_columns(path, ["activity", "lh_x", "lh_y", "lh_z"])
        activity = values[:, 0].astype(int)
        for bout in np.split(np.arange(len(values)), np.flatnonzero(np.diff(activity)) + 1):
            code = activity[bout[0]]
            if code == PHYSIONET_VEHICLE or code in PHYSIONET_OTHER:
                label = CLASSES.index("vehicle" if code == PHYSIONET_VEHICLE else "other")
                yield motion.Recording(path.name, values[bout, 1:], label, path.stem)


def _kaggle(folder: Path) -> Iterator[motion.Recording]:
    import pandas as pd

    path = min(folder.rglob(KAGGLE_FILE))
    samples = motion.read_columns(path, ["acc_x", "acc_y", "acc_z"])
    if np.median(np.linalg.norm(samples, axis=1)) > STANDARD_GRAVITY / 2:
        samples = samples / STANDARD_GRAVITY  # it was in m/s2
    try:
        targets = pd.read_csv(path, usecols=["target"])["target"].astype(str).to_numpy()
    except ValueError:
        raise FeatherlineError(f"{path} has no column 'target': get the file again.") from None
    unknown = sorted(set(targets) - set(KAGGLE_CLASSES))
    if unknown:
        raise FeatherlineError(f"{path} has the target {unknown[0]!r}: it must be {' or '.join(KAGGLE_CLASSES)}.")
    for window in range(len(samples) // KAGGLE_WINDOW):
        rows = slice(window * KAGGLE_WINDOW, (window + 1) * KAGGLE_WINDOW)
        target = targets[rows.start]
        if (targets[rows] != target).any():
            raise FeatherlineError(
                f"{path} changes its target within rows {rows.start} to {rows.stop}: {KAGGLE_WINDOW} rows are a window."
            )
        group = f"{target.lower()}-block-{window // KAGGLE_BLOCK}"
        label = CLASSES.index(KAGGLE_CLASSES[target])
        yield motion.Recording(f"{path.name}, window {window}", samples[rows], label, group)


_READERS = {
    "recordings": (_recordings, RECORDINGS_RATE_HZ, "person"),
    "physionet": (_physionet, PHYSIONET_RATE_HZ, "person"),
    "kaggle": (_kaggle, KAGGLE_RATE_HZ, f"block of {KAGGLE_BLOCK} consecutive windows (persons are not named)"),
}


def inventory(folder: Path) -> Inventory:
    """Counts groups, uninterrupted recordings and hours."""
    read, rate_hz, _ = _READERS[_layout(folder)]
    groups, items, samples = set(), 0, 0
    for recording in read(folder):
        groups.add(recording.group)
        items += 1
        samples += len(recording.acceleration)
    return Inventory(len(groups), items, samples / rate_hz / 3600)


def preprocess(folder: Path, settings: Preprocess, seed: int, disturb: Disturb | None = None) -> Dataset:
    """Windows of total acceleration; what a group is stands in `frontend["group"]`."""
    read, rate_hz, group_kind = _READERS[_layout(folder)]
    dataset = motion.dataset(read(folder), CLASSES, rate_hz, settings, seed, disturb)
    dataset.frontend["group"] = group_kind
    front = motion.front_end(settings, rate_hz)
    shares = [] if disturb else _at_rest(settings, rate_hz)
    return rest.with_rest(dataset, shares, CLASSES.index(AT_REST), front, seed)


def _at_rest(settings: Preprocess, rate_hz: int) -> list[tuple[float, rest.AtRest]]:
    shares: list[tuple[float, rest.AtRest]] = [(settings.at_rest, rest.on_a_table)]
    if settings.sitting:
        from featherline.simulation import rides  # takes a second to import

        shares.append((settings.sitting, partial(rides.sitting_phone, rate_hz=rate_hz)))
    return shares


def at_rest(folder: Path, settings: Preprocess, count: int, seed: int) -> tuple[np.ndarray, str]:
    """Computed windows of a phone that lies on a table, not yet normalized, and the class that they are of."""
    _, rate_hz, _ = _READERS[_layout(folder)]
    front = motion.front_end(settings, rate_hz)
    return rest.windows(count, front, rest.on_a_table, np.random.default_rng([seed, count])), AT_REST


def comparable(folder: Path, settings: Preprocess) -> "Comparable":
    """The recordings that `preprocess` reads, to be compared with each other."""
    from featherline.importing import overlaps  # takes a second or two to import

    read, rate_hz, _ = _READERS[_layout(folder)]
    return overlaps.of_motion(read(folder), round(settings.window_seconds * rate_hz))
