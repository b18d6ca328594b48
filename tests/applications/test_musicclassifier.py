import numpy as np
import pytest
import soundfile

from featherline.applications import musicclassifier as app
from featherline.applications import sources
from featherline.core.errors import FeatherlineError
from featherline.signals import dataset
from featherline.simulation.genres import GENRES

FETCH = {"dataset": "official", "simulation": {"tracks": 3, "track_seconds": 2.2}}
PREPROCESS = {
    "classes": ["blues", "jazz", "metal"],
    "segment_seconds": 1,
    "overlap": 0.0,
    "features": {
        "kind": "mfcc",
        "sample_rate_hz": 22_050,
        "frame_samples": 2048,
        "hop_samples": 2048,
        "coefficients": 13,
        "lowest_hz": 40,
        "highest_hz": 10_000,
        "log_floor": 0.001,
    },
    "split": {"protocol": "group", "validation": 0.33, "test": 0.33},
}


def preprocess(folder, **changes):
    return app.preprocess(folder, app.Preprocess(**{**PREPROCESS, **changes}), seed=1)


def write_archive(folder, tracks=3, seconds=2.2, suffix=".wav", root="genres"):
    """Noise of another colour for each genre, in the layout of the archive."""
    rng = np.random.default_rng(0)
    for genre in PREPROCESS["classes"]:
        for number in range(tracks):
            path = folder / root / genre / f"{genre}.{number:05d}{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, rng.normal(0, 0.1, int(seconds * 22_050)), 22_050, subtype="PCM_16")
    return folder


@pytest.mark.parametrize(("root", "suffix"), [("genres", ".wav"), ("genres", ".au"), ("Data/genres_original", ".wav")])
def test_the_layouts_of_both_archives_are_read(tmp_path, root, suffix):
    write_archive(tmp_path, root=root, suffix=suffix)
    counted = app.inventory(tmp_path)
    assert (counted.groups, counted.items) == (9, 9)
    assert counted.hours == pytest.approx(9 * 2.2 / 3600)
    made = preprocess(tmp_path)
    dataset.check(made)
    assert made.splits["train"].inputs.shape == (3 * 2, 10, 13, 1)


def test_every_genre_has_a_track_in_each_split_and_no_track_is_in_two(tmp_path):
    made = preprocess(write_archive(tmp_path, tracks=5))
    dataset.check(made)
    assert made.disjoint
    for split, tracks in (("train", 1), ("validation", 2), ("test", 2)):
        items = made.splits[split]
        assert [len(set(items.groups[items.labels == genre].tolist())) for genre in range(3)] == [tracks] * 3


def test_segments_of_one_track_may_be_divided_for_comparison(tmp_path):
    made = preprocess(write_archive(tmp_path), split={"protocol": "item", "validation": 0.3, "test": 0.3})
    assert not made.disjoint
    assert set(made.splits["train"].groups) & set(made.splits["test"].groups)


def test_overlap_gives_more_segments(tmp_path):
    write_archive(tmp_path)
    items = [sum(map(len, preprocess(tmp_path, overlap=o).splits.values())) for o in (0.0, 0.5)]
    assert items == [9 * 2, 9 * 3]


def test_a_lower_rate_resamples(tmp_path):
    write_archive(tmp_path)
    features = {**PREPROCESS["features"], "sample_rate_hz": 11_025, "highest_hz": 5000}
    assert preprocess(tmp_path, features=features).splits["train"].inputs.shape[1:] == (5, 13, 1)


def test_a_track_shorter_than_a_segment_is_an_error(tmp_path):
    with pytest.raises(FeatherlineError, match="blues.00000.wav lasts 2.20 s, less than one segment"):
        preprocess(write_archive(tmp_path), segment_seconds=5)


def test_a_track_shorter_than_a_segment_can_be_skipped(tmp_path):
    write_archive(tmp_path, tracks=4)
    short = tmp_path / "genres" / "blues" / "blues.00003.wav"
    soundfile.write(short, np.random.default_rng(0).normal(0, 0.1, 2000), 22_050)
    made = preprocess(tmp_path, bad_recordings="skip")
    assert made.frontend["skipped_recordings"] == 1


def test_a_genre_of_which_every_track_is_skipped_is_an_error(tmp_path):
    write_archive(tmp_path)
    with pytest.raises(FeatherlineError, match="no usable track of the genre 'blues'"):
        preprocess(tmp_path, bad_recordings="skip", segment_seconds=5)
    for track in (tmp_path / "genres" / "metal").iterdir():
        track.write_bytes(b"")
    with pytest.raises(FeatherlineError, match="no usable track of the genre 'metal'"):
        preprocess(tmp_path, bad_recordings="skip")


def test_tracks_of_two_genres_may_have_the_same_name(tmp_path):
    write_archive(tmp_path)
    for path in (tmp_path / "genres").glob("*/*.wav"):
        path.rename(path.with_name(path.name.split(".", 1)[1]))
    made = preprocess(tmp_path)
    dataset.check(made)
    assert len({group for items in made.splits.values() for group in items.groups.tolist()}) == 9


def test_a_genre_without_tracks_is_an_error(tmp_path):
    with pytest.raises(FeatherlineError, match="no track of the genre 'pop'"):
        preprocess(write_archive(tmp_path), classes=["blues", "pop"])


def test_the_corrupt_track_of_the_kaggle_copy_can_be_skipped(tmp_path):
    write_archive(tmp_path, tracks=4)
    corrupt = tmp_path / "genres" / "jazz" / "jazz.00002.wav"
    corrupt.write_bytes(b"\0" * 5000)
    assert app.inventory(tmp_path).items == 12
    with pytest.raises(FeatherlineError, match="jazz.00002.wav is not a readable audio file .*bad_recordings to skip"):
        preprocess(tmp_path)
    made = preprocess(tmp_path, bad_recordings="skip")
    assert made.frontend["skipped_recordings"] == 1
    assert "jazz/jazz.00002" not in {group for items in made.splits.values() for group in items.groups.tolist()}


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(FeatherlineError, match="run the stage fetch again"):
        preprocess(tmp_path)


def test_simulated_music_goes_the_same_way(tmp_path):
    app.simulate(tmp_path, app.Fetch(**FETCH), seed=1)
    made = preprocess(tmp_path, classes=list(GENRES))
    dataset.check(made)
    assert made.classes == tuple(GENRES)


def test_each_dataset_has_its_own_archive():
    official, kaggle = (app.archives(app.Fetch(**{**FETCH, "dataset": name}))[0] for name in ("official", "kaggle"))
    assert official.checksum.startswith("sha256:")
    assert kaggle.url.startswith("kaggle:")


def test_real_recordings_go_the_same_way(mirror, tmp_path):
    found = sources.find_in_mirror(app.archives(app.Fetch(**FETCH)), mirror)
    for archive, path in found.items():
        sources.unpack(path, tmp_path / archive.folder)
    made = preprocess(tmp_path, classes=["blues", "classical", "metal"], segment_seconds=5)
    dataset.check(made)
    assert made.frontend["skipped_recordings"] == 0
