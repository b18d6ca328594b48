"""Copies planted between splits are all found in real recordings; none is reported in those and in simulated ones.

`make soak PART=leakage`
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from featherline import params_file
from featherline.applications import find
from featherline.importing import overlaps
from tests.importing.planting import PLANTINGS, planted

pytestmark = pytest.mark.soak

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
PLANTED = 50  # of each of four sets
LEAST_MOVEMENT = 0.02  # of the largest of a set: below, a copy is one of silence or rest
SPLITS = 3 * ["train"] + ["validation", "test"]

Recording = tuple[str, str, np.ndarray]
ARCHIVES = {
    "motionsense": "A_DeviceMotion_data.zip",
    "carsensor": "carsensor_recordings.zip",
    "keywordspotting": "speech_commands_v0.01_subset.tar.gz",
    "musicclassifier": "genres_excerpts.tar.gz",
}
RATES_HZ = {"keywordspotting": 16_000, "musicclassifier": 22_050}
CODECS = {
    "VORBIS": "OGG",
    "OPUS": "OGG",
    "MPEG_LAYER_III": "MP3",
    "ULAW": "WAV",
    "ALAW": "WAV",
    "IMA_ADPCM": "WAV",
    "MS_ADPCM": "WAV",
}
ENCODED = 40  # copies in each format
SECOND_OF_SPEECH = "speech_commands_v0.02_subset.tar.gz"


def recordings(app: str, folder: Path) -> Iterator[Recording]:
    """Name, group and samples of shape (samples, channels)."""
    if app == "motionsense":
        for path in sorted(folder.glob("A_DeviceMotion_data/*/sub_*.csv")):
            table = pd.read_csv(path)
            total = sum(
                table[[f"{kind}.{axis}" for axis in "xyz"]].to_numpy() for kind in ("gravity", "userAcceleration")
            )
            yield f"{path.parent.name}/{path.stem}", path.stem, total
    elif app == "carsensor":
        for row in pd.read_csv(folder / "manifest.csv").itertuples():
            yield row.file, str(row.group), pd.read_csv(folder / row.file)[["x", "y", "z"]].to_numpy()
    else:
        for path in sorted(folder.rglob("*.wav")):
            if not path.parent.name.startswith("_"):
                samples, _ = soundfile.read(path, always_2d=True)
                yield f"{path.parent.name}/{path.stem}", path.stem.partition("_nohash_")[0], samples


def compared(app: str, made: list[Recording]) -> tuple[list[overlaps.Heard], overlaps.Scale]:
    """The recordings of a set with their groups dealt out to splits."""
    groups = {group: SPLITS[place % len(SPLITS)] for place, group in enumerate(sorted({group for _, group, _ in made}))}
    if app in RATES_HZ:
        scale = overlaps.of_sound(RATES_HZ[app])
    else:
        scale = overlaps.of_sensor(128, sum(len(samples) for *_, samples in made))
    return [overlaps.heard(name, group, samples, scale, groups[group]) for name, group, samples in made], scale


def unpacked(archive: str, folder: Path) -> Path:
    with zipfile.ZipFile(SHARED / archive) if archive.endswith(".zip") else tarfile.open(SHARED / archive) as opened:
        opened.extractall(folder)
    return folder


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings are not here")
@pytest.mark.parametrize("app", ARCHIVES)
def test_copies_planted_in_real_recordings_are_found_and_no_others(app, tmp_path):
    made = list(recordings(app, unpacked(ARCHIVES[app], tmp_path)))
    known, scale = compared(app, made)
    assert overlaps.between(known, scale) == []
    rng = np.random.default_rng(1)
    strength = [float(heard.samples.std()) for heard in known]
    moving = [
        n for n, heard in enumerate(known) if heard.split == "train" and strength[n] > LEAST_MOVEMENT * max(strength)
    ]
    chosen = rng.choice(moving, PLANTED, replace=len(moving) < PLANTED)
    shift = 0.08 if app == "keywordspotting" else 0.2
    copies = [
        overlaps.heard(f"{place}", "planted", planted(made[n][2], PLANTINGS[place % 4], shift, rng), scale, "test")
        for place, n in enumerate(chosen)
    ]
    found = {
        (overlap.earlier.name, overlap.other.name)
        for overlap in overlaps.between([*(heard for heard in known if heard.split == "train"), *copies], scale)
    }
    missed = {(made[n][0], f"{place}") for place, n in enumerate(chosen)} - found
    assert missed == set(), [(name, PLANTINGS[int(place) % 4]) for name, place in missed]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings are not here")
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("app", RATES_HZ)
def test_copies_in_a_lossy_format_are_found(app, codec, tmp_path):
    made = list(recordings(app, unpacked(ARCHIVES[app], tmp_path)))
    chosen = np.random.default_rng(2).choice(len(made), ENCODED, replace=False)
    scale = overlaps.of_sound(RATES_HZ[app])
    known = [overlaps.heard(*made[n], scale, "train") for n in chosen]
    missed = []
    for n in chosen:
        name, _, samples = made[n]
        file = io.BytesIO()
        rate_hz = 16_000 if codec == "OPUS" else RATES_HZ[app]  # of five rates that Opus has
        soundfile.write(file, samples[len(samples) // 20 :, 0], rate_hz, format=CODECS[codec], subtype=codec)
        file.seek(0)
        copy = overlaps.heard("copy", "planted", soundfile.read(file, always_2d=True)[0], scale, "test")
        if name not in [overlap.earlier.name for overlap in overlaps.between([*known, copy], scale)]:
            missed.append(name)
    assert missed == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings are not here")
def test_nothing_is_reported_in_the_second_set_of_speech(tmp_path):
    known, scale = compared(
        "keywordspotting", list(recordings("keywordspotting", unpacked(SECOND_OF_SPEECH, tmp_path)))
    )
    assert overlaps.between(known, scale) == []


@pytest.mark.parametrize("app", ARCHIVES)
def test_nothing_is_reported_in_simulated_recordings(app, tmp_path):
    tree = params_file.read(ROOT / "params.yaml")
    application = find(app)
    settings = params_file.block(tree, f"{app}.fetch", application.Fetch)
    application.simulate(tmp_path, settings, tree["seed"])
    known, scale = compared(app, list(recordings(app, tmp_path)))
    assert overlaps.between(known, scale) == []
