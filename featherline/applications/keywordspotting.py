"""KeywordSpotting: one wake word against everything else that a microphone hears.

Recordings of Warden, "Speech Commands" (arXiv 1804.03209): one-second clips of single
words by volunteers, with lists that hold out the clips of some speakers.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from featherline import params
from featherline.applications import keyword_scenes
from featherline.applications.sources import Archive, Inventory
from featherline.core.arrays import Rows
from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.params import Block, PositiveInt
from featherline.signals import audio, scenes, sound_files, splits
from featherline.signals.dataset import SPLITS, Dataset, Disturb, Items
from featherline.simulation import speech as simulated_speech

if TYPE_CHECKING:
    from featherline.importing.overlaps import Comparable

TITLE = "KeywordSpotting"
LICENCE = {
    "simulated": "none: spoken by eSpeak NG voices, computed by Featherline",
    "public": "CC BY 4.0 (Speech Commands, Google)",
}

OTHER = "other"
LISTS = simulated_speech.SPLIT_LISTS
BACKGROUND_FOLDER = simulated_speech.BACKGROUND_FOLDER
BATCH_CLIPS = 256  # audio that is held at once; the features of all clips are small
SHA256 = {
    "v0.01": "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d",
    "v0.02": "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
}

# It names a folder and is spoken by eSpeak NG, which is silent where there is no letter or digit.
SPEAKABLE = re.compile(r"[^\W_]+(?:[ '-]+[^\W_]+)*")

Share = Annotated[float, Field(ge=0, lt=1)]


class Simulation(Block):
    """How much is simulated: each speaker says the keyword and other words some times."""

    speakers: Annotated[int, Field(ge=3)]
    keyword: str
    keyword_clips: PositiveInt
    other_clips: PositiveInt

    @field_validator("keyword")
    @classmethod
    def _can_be_spoken(cls, keyword: str) -> str:
        if not SPEAKABLE.fullmatch(keyword):
            raise ValueError("must be made of letters and digits, with blanks, hyphens and apostrophes only inside")
        return keyword


class Fetch(params.Fetch):
    """What `keywordspotting.fetch` holds."""

    version: Literal["v0.01", "v0.02"]
    simulation: Simulation


class Split(params.Folding):
    """`official` follows the archive's lists; the fractions then divide the background noises alone."""

    protocol: Literal["official", "group", "folds", "item"] = "official"


class Augmentation(Block):
    """Additional training items: copies that are shifted in time and mixed with background noise.

    The volume of the noise is drawn between 0 and `background_volume`.
    """

    copies: Annotated[int, Field(ge=0)]
    time_shift_ms: Annotated[float, Field(ge=0, le=500)]
    background_volume: Annotated[float, Field(ge=0, le=1)]


class Preprocess(params.Preprocess):
    """What `keywordspotting.preprocess` holds.

    For each clip of the keyword there are `other_per_keyword` other items, if the archive has
    as many: `background_share` of them are cut from the background noises, `silence_share` are
    nearly silent, the rest are other words.
    """

    front_end_keys: ClassVar[tuple[str, ...]] = ("features",)

    keyword: Annotated[str, Field(min_length=1)]
    other_per_keyword: Annotated[float, Field(gt=0)]
    background_share: Share
    silence_share: Share
    features: audio.Features
    augmentation: Augmentation
    scenes: keyword_scenes.Scenes | None = None
    bad_recordings: sound_files.BadRecordings = "error"
    split: Split

    @model_validator(mode="after")
    def _other_words_remain(self) -> "Preprocess":
        if self.background_share + self.silence_share >= 1:
            raise ValueError("background_share + silence_share must be below 1, or no other words are left")
        return self


def archives(settings: Fetch) -> tuple[Archive, ...]:
    """The official archive of the version that is asked for."""
    name = f"speech_commands_{settings.version}"
    return (
        Archive(
            url=f"http://download.tensorflow.org/data/{name}.tar.gz",
            checksum=f"sha256:{SHA256[settings.version]}",
            patterns=(f"{name}*.tar.gz", f"{name}*.zip"),
        ),
    )


def simulate(folder: Path, settings: Fetch, seed: int) -> None:
    """Writes simulated speech in the layout of the official archive."""
    simulated_speech.simulate(folder, seed=seed, **settings.simulation.model_dump())


# --- what a raw folder holds -------------------------------------------------------------------


def _words(folder: Path) -> list[Path]:
    """Clips of words, sorted: <word>/<speaker>_nohash_<n>.wav."""
    clips = sorted(path for path in folder.glob("*/*.wav") if not path.parent.name.startswith((".", "_")))
    if not clips:
        raise FeatherlineError(
            f"{folder} holds no <word>/<speaker>_nohash_<n>.wav: run the stage fetch again, or check the archive."
        )
    return clips


def _speaker(clip: Path) -> str:
    return clip.stem.partition("_nohash_")[0]


def inventory(folder: Path) -> Inventory:
    """Counts speakers, clips of words and their hours."""
    clips = _words(folder)
    hours = sound_files.hours(track(clips, "count clips", unit="clip"))
    return Inventory(len({_speaker(clip) for clip in clips}), len(clips), hours)


# --- preprocess --------------------------------------------------------------------------------


def preprocess(folder: Path, settings: Preprocess, seed: int, disturb: Disturb | None = None) -> Dataset:
    """Features of one second each; groups are speakers and background noises.

    Raises:
        FeatherlineError: where the keyword, a list or the background noises are missing, a clip
            is in both lists, or a clip is broken.
    """
    clips = _words(folder)
    words = sorted({clip.parent.name for clip in clips})
    if settings.keyword not in words:
        raise FeatherlineError(
            f"preprocess.keyword is {settings.keyword!r}, and {folder} has no such word: it must be one of "
            f"{', '.join(words)}."
        )
    is_keyword = np.array([clip.parent.name == settings.keyword for clip in clips])
    first, *others = _divisions(folder, clips, is_keyword, settings.split, seed)
    tables = audio.front_end(settings.features, clip_samples=settings.features.sample_rate_hz)
    backgrounds = _backgrounds(folder, settings, seed, disturb)
    made, skipped = _items(clips, is_keyword, first, SPLITS, tables, backgrounds, settings, seed, disturb)
    folds = [
        _items(clips, is_keyword, assigned, SPLITS[:2], tables, backgrounds, settings, seed, disturb)[0]
        for assigned in others
    ]
    frontend = {
        **audio.constants(tables),
        "keyword": settings.keyword,
        "group": "speaker",
        "skipped_recordings": skipped,
    }
    return Dataset(
        classes=(settings.keyword, OTHER),
        splits=made,
        feature_axis=2,
        frontend=frontend,
        disjoint=settings.split.protocol != "item",
        folds=folds,
    )


def comparable(folder: Path, settings: Preprocess) -> "Comparable":
    """The clips of all words, to be compared with each other."""
    from featherline.importing import overlaps  # takes a second or two to import

    rate_hz = settings.features.sample_rate_hz
    words = _words(folder)
    return overlaps.of_files(words, [_speaker(path) for path in words], rate_hz)


def _items(
    clips: list[Path],
    is_keyword: np.ndarray,
    assigned: np.ndarray,
    wanted_splits: Sequence[str],
    tables: audio.FrontEnd,
    backgrounds: dict[str, list[tuple[str, np.ndarray]]],
    settings: Preprocess,
    seed: int,
    disturb: Disturb | None,
) -> tuple[dict[str, Items], int]:
    """Items of the wanted splits of one division, and how many clips were skipped."""
    rate_hz = settings.features.sample_rate_hz
    made: dict[str, Items] = {}
    skipped = 0
    for number, split in enumerate(wanted_splits):
        rng = np.random.default_rng([seed, number])
        keyword = np.flatnonzero((assigned == split) & is_keyword)
        wanted = round(settings.other_per_keyword * len(keyword))
        background, silence = (round(wanted * share) for share in (settings.background_share, settings.silence_share))
        others = np.flatnonzero((assigned == split) & ~is_keyword)
        others = np.sort(rng.permutation(others)[: wanted - background - silence])
        chosen = [clips[place] for place in (*keyword, *others)]
        copies = settings.augmentation.copies if split == "train" else 0

        features, labels, groups = _Batches(tables), [], []
        used: list[int] = []
        for place, samples in sound_files.read_clips(
            track(chosen, f"{split} clips", unit="clip"), rate_hz, settings.bad_recordings, disturb
        ):
            used.append(place)
            clip = _one_second(samples, rate_hz)
            features.add(clip)
            for _ in range(copies):
                features.add(_augment(clip, backgrounds[split], settings.augmentation, rng))
            labels += [int(place >= len(keyword))] * (1 + copies)
            groups += [_speaker(chosen[place])] * (1 + copies)
        skipped += len(chosen) - len(used)
        for _ in range(background):
            name, noise = backgrounds[split][int(rng.integers(len(backgrounds[split])))]
            features.add(_cut(noise, rate_hz, rng) * rng.uniform(0.1, 1))
            groups.append(name)
        for _ in range(silence):
            # A microphone in a quiet room: noise of one to thirty steps of its converter.
            level = rng.uniform(1, 30)
            features.add(np.rint(rng.normal(0, level, rate_hz)) / audio.FULL_SCALE)
            groups.append(f"silence ({split})")
        labels += [1] * (background + silence)
        if settings.scenes and split != "test" and disturb is None:  # only the test split is looked at disturbed
            spoken = [[chosen[place] for place in used if (place < len(keyword)) == wanted] for wanted in (True, False)]
            noises = [noise for _, noise in backgrounds[split]]
            windows = keyword_scenes.windows(spoken[0], spoken[1], noises, rate_hz, split, settings.scenes, seed)
            for label, shown in enumerate(windows):
                for window in shown:
                    features.add(window / audio.FULL_SCALE)
                labels += [label] * len(shown)
                groups += [f"scenes ({split})"] * len(shown)
        made[split] = Items(features.all(), np.array(labels, np.int32), np.array(groups, dtype=str))
    return made, skipped


def material(folder: Path, settings: Preprocess, seed: int, split: str, music: Sequence[Path]) -> scenes.Material:
    """What a stream of one split is composed of: all its clips, its background noises, and tracks of music.

    Args:
        folder: raw recordings.
        settings: what the model was made with, so that the splits are the same ones.
        seed: as of the pipeline.
        split: validation or test.
        music: tracks that training has not heard.

    Raises:
        FeatherlineError: as of `preprocess`, or where the split has no clip of the keyword.
    """
    rate_hz = settings.features.sample_rate_hz
    of_split = _clips_of_splits(folder, settings, seed)[split]
    if not of_split[0]:
        raise FeatherlineError(
            f"{folder} has no clip of {settings.keyword!r} in the {split} split: add some, or set "
            "preprocess.keyword to another word."
        )
    tracked = [track(paths, f"{split} clips", unit="clip") for paths in (*of_split, music)]
    read = [
        [samples for _, samples in sound_files.read_clips(paths, rate_hz, settings.bad_recordings)] for paths in tracked
    ]
    noises = [noise for _, noise in _backgrounds(folder, settings, seed)[split]]
    return scenes.Material(read[0], read[1], noises, read[2])


def stream_clips(folder: Path, settings: Preprocess, seed: int) -> dict[str, dict[str, list[np.ndarray]]]:
    """What a stream of each of the splits `validation` and `test` is made of.

    Returns:
        {"words": ..., "others": ...}, each {split: clips}, int16 at the front end's rate: all clips of the keyword;
        all of other words, and the background noises.
    """
    rate_hz = settings.features.sample_rate_hz
    backgrounds = _backgrounds(folder, settings, seed)
    of_splits = _clips_of_splits(folder, settings, seed)
    heard: dict[str, dict[str, list[np.ndarray]]] = {"words": {}, "others": {}}
    for split in SPLITS[1:]:
        for kind, paths in zip(heard, of_splits[split], strict=True):
            tracked = track(paths, f"{split} {kind}", unit="clip")
            read = sound_files.read_clips(tracked, rate_hz, settings.bad_recordings)
            heard[kind][split] = [audio.to_int16(samples) for _, samples in read]
        heard["others"][split] += [audio.to_int16(samples) for _, samples in backgrounds[split]]
    return heard


def _clips_of_splits(folder: Path, settings: Preprocess, seed: int) -> dict[str, tuple[list[Path], list[Path]]]:
    """The clips of the keyword and those of other words of each split, of the first of several divisions."""
    clips = _words(folder)
    is_keyword = np.array([clip.parent.name == settings.keyword for clip in clips])
    assigned = _divisions(folder, clips, is_keyword, settings.split, seed)[0]

    def chosen(which: np.ndarray) -> list[Path]:
        return [clips[place] for place in np.flatnonzero(which)]

    return {
        split: (chosen((assigned == split) & is_keyword), chosen((assigned == split) & ~is_keyword)) for split in SPLITS
    }


class _Batches:
    """Turns clips into features batch by batch, so that little audio is held at once."""

    def __init__(self, tables: audio.FrontEnd) -> None:
        self.tables = tables
        self.waiting: list[np.ndarray] = []
        self.done = Rows(tables.shape)

    def add(self, clip: np.ndarray) -> None:
        self.waiting.append(clip.astype(np.float32))
        if len(self.waiting) == BATCH_CLIPS:
            self._flush()

    def _flush(self) -> None:
        if self.waiting:
            self.done.add(audio.features(np.stack(self.waiting), self.tables))
            self.waiting = []

    def all(self) -> np.ndarray:
        """Features of everything added, float32, shape (items, *tables.shape), mapped."""
        self._flush()
        return self.done.mapped()


def _divisions(folder: Path, clips: list[Path], is_keyword: np.ndarray, split: Split, seed: int) -> list[np.ndarray]:
    """The split of each clip: by the official lists, by speaker (with folds several divisions), or by clip."""
    if split.protocol != "official":
        speakers = np.array([_speaker(clip) for clip in clips])
        by_speaker = params.Split(**split.model_dump())
        return splits.divisions((~is_keyword).astype(int), speakers, by_speaker, seed)
    listed = {name: _read_list(folder / file) for name, file in LISTS.items()}
    both = sorted(listed["validation"] & listed["test"])
    if both:
        raise FeatherlineError(
            f"{both[0]} is in {LISTS['validation']} and in {LISTS['test']} of {folder}: a clip may be in one list "
            "only, take it out of the other."
        )
    # The lists of a whole archive name clips that a part of it does not hold; those do no harm.
    names = [f"{clip.parent.name}/{clip.name}" for clip in clips]
    return [np.array([next((split for split in LISTS if name in listed[split]), "train") for name in names])]


def _read_list(path: Path) -> set[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise FeatherlineError(f"{path} is not UTF-8: save it in that encoding, or get it again.") from None
    except FileNotFoundError:
        raise FeatherlineError(
            f"{path} is missing: put the archive's list there, or set preprocess.split.protocol to group."
        ) from None
    return {line.strip() for line in lines if line.strip()}


def _backgrounds(
    folder: Path, settings: Preprocess, seed: int, disturb: Disturb | None = None
) -> dict[str, list[tuple[str, np.ndarray]]]:
    """The background noises of each split, each with the name of its group.

    A recording goes to one split as a whole; where there are fewer recordings than splits, each
    is cut in three parts, one after the other.
    """
    rate_hz = settings.features.sample_rate_hz
    paths = sorted((folder / BACKGROUND_FOLDER).glob("*.wav"))
    noises = [
        (paths[place].stem, samples)
        for place, samples in sound_files.read_clips(paths, rate_hz, settings.bad_recordings, disturb)
        if len(samples) >= rate_hz
    ]
    parts: dict[str, list[tuple[str, np.ndarray]]] = {split: [] for split in SPLITS}
    if len(noises) >= len(SPLITS):
        order = np.random.default_rng([seed, len(SPLITS)]).permutation(len(noises))
        for place, split in zip(order.tolist(), splits.deal(len(noises), settings.split).tolist(), strict=True):
            parts[split].append(noises[place])
    else:
        validation, test = settings.split.validation, settings.split.test
        ends = np.cumsum([1 - (validation + test), validation])
        for name, samples in noises:
            for split, part in zip(SPLITS, np.split(samples, (ends * len(samples)).astype(int)), strict=True):
                if len(part) >= rate_hz:
                    parts[split].append((f"{name} ({split})", part))
    needed = settings.background_share > 0 or (settings.augmentation.copies and settings.augmentation.background_volume)
    empty = [split for split in SPLITS if not parts[split]]
    if needed and empty:
        raise FeatherlineError(
            f"{folder / BACKGROUND_FOLDER} has no recording that leaves one second for the {empty[0]} split: add "
            "longer ones, or set preprocess.background_share and preprocess.augmentation.background_volume to 0."
        )
    return parts


def _one_second(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Pads a shorter clip with zeros at its end, as the archive's own tools do; cuts a longer one."""
    return np.pad(samples[:rate_hz], (0, max(rate_hz - len(samples), 0)))


def _cut(noise: np.ndarray, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    start = int(rng.integers(len(noise) - rate_hz + 1))
    return noise[start : start + rate_hz]


def _augment(
    clip: np.ndarray, noises: list[tuple[str, np.ndarray]], settings: Augmentation, rng: np.random.Generator
) -> np.ndarray:
    """A clip moved in time, the gap filled with zeros, and mixed with noise of its own split."""
    rate_hz = len(clip)
    most = round(settings.time_shift_ms * rate_hz / 1000)
    shift = int(rng.integers(-most, most + 1))
    moved = np.pad(clip, most)[most - shift : most - shift + rate_hz]
    if settings.background_volume:
        _, noise = noises[int(rng.integers(len(noises)))]
        moved = moved + _cut(noise, rate_hz, rng) * rng.uniform(0, settings.background_volume)
    clipped: np.ndarray = np.clip(moved, -1, 1)
    return clipped
