"""MusicClassifier: the genre of a piece of music from a few seconds of it.

Recordings of Tzanetakis and Cook, "Musical genre classification of audio signals" (2002),
known as GTZAN: 100 tracks of 30 s in each of ten genres, 22,050 Hz.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from featherline import params
from featherline.applications.sources import Archive, Inventory
from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.params import Block, Listed
from featherline.signals import audio, sound_files, splits
from featherline.signals.dataset import Dataset, Disturb, Items, divide
from featherline.simulation.genres import BORROWED

if TYPE_CHECKING:
    from featherline.importing.overlaps import Comparable

TITLE = "MusicClassifier"
LICENCE = {
    "simulated": "none: played from rules through the SoundFont TimGM6mb (GPL-2.0), computed by Featherline",
    "public": "none stated (GTZAN, Tzanetakis and Cook): commercial recordings, research use only",
}

ROOTS = ("genres", "Data/genres_original", "genres_original")  # the official archive, and its copy on Kaggle
SUFFIXES = (".au", ".wav")

Genre = Literal["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"]


class Simulation(Block):
    """How much is simulated, and how like each other genres are: `featherline.simulation.music.simulate`."""

    tracks: Annotated[int, Field(ge=3)]
    track_seconds: Annotated[float, Field(ge=1)]
    borrowed: Annotated[float, Field(ge=0, le=1)] = BORROWED
    muffled: Annotated[float, Field(ge=0, le=1)] = 0.0


class Fetch(params.Fetch):
    """What `musicclassifier.fetch` holds."""

    dataset: Literal["official", "kaggle"]
    simulation: Simulation


class Preprocess(params.Preprocess):
    """What `musicclassifier.preprocess` holds: the genres, and how segments are cut and described."""

    front_end_keys: ClassVar[tuple[str, ...]] = ("segment_seconds", "features")

    classes: Annotated[Listed[Genre], Field(min_length=2)]
    segment_seconds: Annotated[float, Field(gt=0)]
    overlap: Annotated[float, Field(ge=0, lt=1)]
    features: audio.Features
    bad_recordings: sound_files.BadRecordings = "error"
    split: params.Split


def archives(settings: Fetch) -> tuple[Archive, ...]:
    """The archive of GTZAN's authors, or its copy on Kaggle."""
    official = Archive(
        url="http://opihi.cs.uvic.ca/sound/genres.tar.gz",
        checksum="sha256:24347e0223d2ba798e0a558c4c172d9d4a19c00bb7963fe055d183dadb4ef2c6",
        patterns=("genres*.tar.gz", "genres*.zip"),
    )
    kaggle = Archive(
        url="kaggle:andradaolteanu/gtzan-dataset-music-genre-classification",
        checksum=None,
        patterns=("gtzan-dataset-music-genre-classification*", "gtzan*.zip"),
    )
    return (official,) if settings.dataset == "official" else (kaggle,)


def simulate(folder: Path, settings: Fetch, seed: int) -> None:
    """Writes simulated music in the layout of the official archive."""
    from featherline.simulation import music  # real recordings need none of it

    music.simulate(folder, seed=seed, **settings.simulation.model_dump())


def _tracks(folder: Path) -> list[Path]:
    """Tracks, sorted: <root>/<genre>/<track>.wav or .au, in the first layout that is there."""
    for root in ROOTS:
        files = sorted(path for path in (folder / root).glob("*/*") if path.suffix in SUFFIXES)
        if files:
            return files
    raise FeatherlineError(
        f"{folder} holds no {ROOTS[0]}/<genre>/<track>.au or .wav: run the stage fetch again, or check the archive."
    )


def inventory(folder: Path) -> Inventory:
    """Counts tracks and their hours."""
    tracks = _tracks(folder)
    return Inventory(len(tracks), len(tracks), sound_files.hours(track(tracks, "count tracks", unit="track")))


def preprocess(folder: Path, settings: Preprocess, seed: int, disturb: Disturb | None = None) -> Dataset:
    """Features of segments; groups are tracks.

    Raises:
        FeatherlineError: where a genre has no usable track, or a track is broken or shorter than a
            segment and not to be skipped.
    """
    tracks = [path for path in _tracks(folder) if path.parent.name in settings.classes]
    missing = [genre for genre in settings.classes if genre not in {path.parent.name for path in tracks}]
    if missing:
        raise FeatherlineError(
            f"{folder} has no track of the genre {missing[0]!r}: add some, or take it out of preprocess.classes."
        )
    length = round(settings.segment_seconds * settings.features.sample_rate_hz)
    hop = max(round(length * (1 - settings.overlap)), 1)
    tables = audio.front_end(settings.features, clip_samples=length)

    features, track_of_segment = audio.read_segments(tracks, hop, tables, settings.bad_recordings, disturb)
    used_tracks = sorted(set(track_of_segment))
    usable_genres = {tracks[track_index].parent.name for track_index in used_tracks}
    unusable_genres = [genre for genre in settings.classes if genre not in usable_genres]
    if unusable_genres:
        raise FeatherlineError(
            f"{folder} has no usable track of the genre {unusable_genres[0]!r}, all are broken or shorter than a "
            "segment: set preprocess.bad_recordings to error to see why."
        )
    labels = np.array([settings.classes.index(path.parent.name) for path in tracks], np.int32)
    groups = np.array([_group(path) for path in tracks])
    if settings.split.protocol == "item":
        divisions = [splits.assign(labels[track_of_segment], groups[track_of_segment], settings.split, seed)]
    else:
        # A track has one genre, so dealing out the tracks of each genre keeps the shares exact.
        deal_tracks = settings.split.model_copy(update={"protocol": "item"})
        dealt = splits.assign(labels[used_tracks], groups[used_tracks], deal_tracks, seed)
        of_tracks = splits.divisions(labels[used_tracks], groups[used_tracks], settings.split, seed, by_group=dealt)
        places = np.searchsorted(used_tracks, track_of_segment)
        divisions = [of_track[places] for of_track in of_tracks]
    items = Items(features, labels[track_of_segment], groups[track_of_segment], np.array(track_of_segment, np.int32))
    items_of_split, folds = divide(items, divisions)
    frontend = {
        **audio.constants(tables),
        "segment_hop_samples": hop,
        "group": "track",
        "skipped_recordings": len(tracks) - len(used_tracks),
    }
    return Dataset(
        classes=settings.classes,
        splits=items_of_split,
        feature_axis=2,
        frontend=frontend,
        disjoint=settings.split.protocol != "item",
        folds=folds,
    )


def comparable(folder: Path, settings: Preprocess) -> "Comparable":
    """The recordings that `preprocess` reads, to be compared with each other."""
    from featherline.importing import overlaps  # takes a second or two to import

    rate_hz = settings.features.sample_rate_hz
    tracks = [path for path in _tracks(folder) if path.parent.name in settings.classes]
    return overlaps.of_files(tracks, [_group(path) for path in tracks], rate_hz)


def _group(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"
