import numpy as np
import pytest
from pydantic import ValidationError

from featherline.applications import keywordspotting as app
from featherline.applications import sources
from featherline.core.errors import FeatherlineError
from featherline.params_file import block
from featherline.signals import dataset
from featherline.simulation.speech import BACKGROUNDS

FETCH = {
    "version": "v0.01",
    "simulation": {"speakers": 15, "keyword": "on", "keyword_clips": 2, "other_clips": 5},
}
PREPROCESS = {
    "keyword": "on",
    "other_per_keyword": 2.0,
    "background_share": 0.2,
    "silence_share": 0.1,
    "features": {
        "kind": "log_mel",
        "sample_rate_hz": 16_000,
        "frame_samples": 1024,
        "hop_samples": 640,
        "coefficients": 16,
        "lowest_hz": 60,
        "highest_hz": 7600,
        "log_floor": 0.001,
    },
    "augmentation": {"copies": 1, "time_shift_ms": 100, "background_volume": 0.1},
    "split": {"protocol": "official", "validation": 0.2, "test": 0.2},
}


def noises(split):
    """Groups of the items that nobody spoke."""
    return {*BACKGROUNDS, f"silence ({split})"}


def preprocess(folder, seed=1, **changes):
    return app.preprocess(folder, app.Preprocess(**{**PREPROCESS, **changes}), seed)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keywordspotting")
    app.simulate(folder, app.Fetch(**FETCH), seed=1)
    return folder


@pytest.fixture
def archive(simulated, tmp_path):
    """A copy that a test may spoil; files are links to the original ones."""
    for path in simulated.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(simulated)
            target.parent.mkdir(exist_ok=True)
            target.symlink_to(path)
    return tmp_path


def test_inventory_counts_speakers_and_clips_of_words(simulated):
    counted = app.inventory(simulated)
    assert (counted.groups, counted.items) == (15, 15 * 7)
    assert counted.hours == pytest.approx(15 * 7 / 3600)


def test_speakers_of_the_official_lists_are_held_out(simulated):
    made = preprocess(simulated)
    dataset.check(made)
    assert made.classes == ("on", "other")
    for split, file in app.LISTS.items():
        listed = {name.split("/")[1].partition("_")[0] for name in (simulated / file).read_text().split()}
        speakers = set(made.splits[split].groups.tolist()) - noises(split)
        assert speakers <= listed
        assert made.splits[split].inputs.shape[1:] == (24, 16, 1)
        assert made.splits[split].inputs.dtype == np.float32


def test_other_items_are_words_noise_and_silence_in_the_shares_asked_for(simulated):
    validation = preprocess(simulated).splits["validation"]
    keyword, other = np.bincount(validation.labels)
    assert (keyword, other) == (3 * 2, 3 * 2 * 2)
    groups = [group for group in validation.groups.tolist() if group in noises("validation")]
    assert groups.count("silence (validation)") == 1
    assert len(groups) == 1 + 2


def test_only_the_training_split_is_augmented(simulated):
    augmented = preprocess(simulated)
    none = preprocess(simulated, augmentation={"copies": 0, "time_shift_ms": 100, "background_volume": 0.1})
    words = [
        [group for group in made.splits["train"].groups.tolist() if group not in noises("train")]
        for made in (augmented, none)
    ]
    assert len(words[0]) == 2 * len(words[1])
    for split in ("validation", "test"):
        np.testing.assert_array_equal(augmented.splits[split].inputs, none.splits[split].inputs)


def backgrounds(folder, seed=1, **fractions):
    split = {**PREPROCESS["split"], **fractions}
    return app._backgrounds(folder, app.Preprocess(**{**PREPROCESS, "split": split}), seed)


def names(parts):
    return [[name for name, _ in parts[split]] for split in dataset.SPLITS]


def keep_noises(folder, count):
    for path in sorted((folder / app.BACKGROUND_FOLDER).iterdir())[count:]:
        path.unlink()


def test_a_background_noise_is_in_one_split_as_a_whole(simulated):
    parts = backgrounds(simulated)
    assert [len(own) for own in names(parts)] == [4, 1, 1]
    assert sorted(sum(names(parts), [])) == sorted(BACKGROUNDS)
    assert all(len(noise) == 20 * 16_000 for split in dataset.SPLITS for _, noise in parts[split])
    assert names(backgrounds(simulated)) == names(parts)
    assert any(names(backgrounds(simulated, seed)) != names(parts) for seed in (2, 3))


@pytest.mark.parametrize("count", [3, 4, 5, 6])
@pytest.mark.parametrize("fractions", [(0.2, 0.2), (0.49, 0.49), (0.01, 0.01), (0.01, 0.9)])
def test_every_split_has_a_background_noise(archive, count, fractions):
    keep_noises(archive, count)
    found = names(backgrounds(archive, validation=fractions[0], test=fractions[1]))
    assert all(found) and len(sum(found, [])) == count


def test_of_few_background_noises_each_split_has_a_part(archive):
    keep_noises(archive, 2)
    parts = backgrounds(archive)
    assert [len(parts[split][0][1]) / 16_000 for split in dataset.SPLITS] == pytest.approx([12, 4, 4], abs=0.01)
    assert names(parts)[1] == ["babble (validation)", "brown_noise (validation)"]
    dataset.check(preprocess(archive))


def test_a_time_shift_moves_the_clip_and_loses_nothing_else():
    clip = np.zeros(16_000, np.float32)
    clip[8000] = 0.5
    settings = app.Augmentation(copies=1, time_shift_ms=100, background_volume=0)
    places = [int(app._augment(clip, [], settings, np.random.default_rng(seed)).argmax()) for seed in range(30)]
    assert 8000 - 1600 <= min(places) < 7500 and 8500 < max(places) <= 8000 + 1600


def test_the_same_seed_gives_the_same_features(simulated):
    one, again, other = preprocess(simulated), preprocess(simulated), preprocess(simulated, seed=2)
    np.testing.assert_array_equal(one.splits["train"].inputs, again.splits["train"].inputs)
    assert not np.array_equal(one.splits["train"].inputs, other.splits["train"].inputs)


@pytest.mark.parametrize(("protocol", "disjoint"), [("group", True), ("item", False)])
def test_other_protocols_divide_speakers_or_clips(simulated, protocol, disjoint):
    made = preprocess(simulated, split={"protocol": protocol, "validation": 0.3, "test": 0.3})
    dataset.check(made)
    shared = set(made.splits["train"].groups) & set(made.splits["test"].groups)
    assert made.disjoint is disjoint
    assert bool(shared) is not disjoint


def test_a_clip_in_both_lists_is_an_error(archive):
    name = (archive / "testing_list.txt").read_text().split()[0]
    path = archive / "validation_list.txt"
    content = path.read_text()
    path.unlink()
    path.write_text(f"{content}{name}\n")
    with pytest.raises(FeatherlineError, match=f"{name} is in validation_list.txt and in testing_list.txt"):
        preprocess(archive)


def test_lists_may_name_clips_that_are_absent(archive):
    path = archive / "testing_list.txt"
    content = path.read_text()
    path.unlink()
    path.write_text(f"{content}on/ffffffff_nohash_0.wav\n")
    np.testing.assert_array_equal(preprocess(archive).splits["test"].labels, preprocess(archive).splits["test"].labels)


def test_a_list_may_name_words_with_blanks(tmp_path):
    (tmp_path / "list.txt").write_text("hey snips/0a_nohash_0.wav\r\n\non/0b_nohash_0.wav\n", newline="")
    assert app._read_list(tmp_path / "list.txt") == {"hey snips/0a_nohash_0.wav", "on/0b_nohash_0.wav"}


def test_a_list_in_another_encoding_is_named(archive):
    (archive / "testing_list.txt").unlink()
    (archive / "testing_list.txt").write_bytes("grün/0a_nohash_0.wav\n".encode("latin-1"))
    with pytest.raises(FeatherlineError, match="testing_list.txt is not UTF-8"):
        preprocess(archive)


@pytest.mark.parametrize("keyword", ["on", "hey snips", "grün", "x-ray", "don't", "7 up"])
def test_a_simulated_keyword_is_a_word_or_a_few(keyword):
    assert app.Simulation(**{**FETCH["simulation"], "keyword": keyword}).keyword == keyword


@pytest.mark.parametrize("keyword", ["", "_", "-", " ", "..", "on ", " on", "a/b", "../on", "a_b", "on\n"])
def test_any_other_simulated_keyword_is_refused(keyword):
    wrong = {"k": {"fetch": {**FETCH, "simulation": {**FETCH["simulation"], "keyword": keyword}}}}
    with pytest.raises(FeatherlineError, match=r"k\.fetch\.simulation\.keyword.*letters and digits"):
        block(wrong, "k.fetch", app.Fetch)


def test_a_keyword_of_two_words_goes_the_whole_way(tmp_path):
    simulation = {"speakers": 6, "keyword": "hey snips", "keyword_clips": 1, "other_clips": 2}
    app.simulate(tmp_path, app.Fetch(version="v0.01", simulation=simulation), seed=1)
    made = preprocess(tmp_path, keyword="hey snips")
    dataset.check(made)
    assert made.classes == ("hey snips", "other")


def test_a_missing_list_says_what_to_do(archive):
    (archive / "testing_list.txt").unlink()
    with pytest.raises(FeatherlineError, match="testing_list.txt is missing: .*protocol to group"):
        preprocess(archive)


def test_an_unknown_keyword_lists_the_words_that_there_are(simulated):
    with pytest.raises(FeatherlineError, match="preprocess.keyword is 'sesame'.* on, "):
        preprocess(simulated, keyword="sesame")


def test_a_bad_clip_stops_the_stage_or_is_skipped_and_counted(archive):
    clip = next((archive / "on").glob("*.wav"))
    content = clip.read_bytes()
    clip.unlink()
    clip.write_bytes(content[:-500])
    with pytest.raises(FeatherlineError, match=f"{clip.name} is cut short"):
        preprocess(archive)
    made = preprocess(archive, bad_recordings="skip")
    assert made.frontend["skipped_recordings"] == 1


def test_missing_background_noises_are_an_error_only_where_they_are_needed(archive):
    for path in (archive / "_background_noise_").iterdir():
        path.unlink()
    with pytest.raises(FeatherlineError, match="_background_noise_ has no recording .*background_share"):
        preprocess(archive)
    quiet = {"copies": 1, "time_shift_ms": 50, "background_volume": 0}
    dataset.check(preprocess(archive, background_share=0, augmentation=quiet))


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(FeatherlineError, match="run the stage fetch again"):
        preprocess(tmp_path)


def test_settings_are_refused_with_the_path_of_their_key():
    with pytest.raises(ValidationError, match="no other words are left"):
        app.Preprocess(**{**PREPROCESS, "background_share": 0.6, "silence_share": 0.4})
    wrong = {"k": {"preprocess": {**PREPROCESS, "features": {**PREPROCESS["features"], "frame_samples": 1000}}}}
    with pytest.raises(FeatherlineError, match=r"k\.preprocess\.features.*power of two"):
        block(wrong, "k.preprocess", app.Preprocess)


def test_real_recordings_go_the_same_way(mirror, tmp_path):
    found = sources.find_in_mirror(app.archives(app.Fetch(**FETCH)), mirror)
    for archive, path in found.items():
        sources.unpack(path, tmp_path / archive.folder)
    assert app.inventory(tmp_path).groups > 100
    few = {"copies": 0, "time_shift_ms": 0, "background_volume": 0}
    made = preprocess(tmp_path, keyword="happy", other_per_keyword=0.5, augmentation=few)
    dataset.check(made)
    assert made.frontend["skipped_recordings"] == 0


SCENES = {"hours": 0.1, "windows_a_keyword": 2, "other_windows": 40, "music_tracks": 1}


def test_scenes_add_windows_to_training_and_validation_alone(simulated):
    plain, with_scenes = preprocess(simulated), preprocess(simulated, scenes=SCENES)
    dataset.check(with_scenes)
    for split, others in (("train", 40), ("validation", 10), ("test", 0)):
        before, after = plain.splits[split], with_scenes.splits[split]
        # What was there before stays as it was, to the byte: the draws of scenes are their own.
        np.testing.assert_array_equal(after.inputs[: len(before)], before.inputs)
        added = after.labels[len(before) :]
        assert (added == 1).sum() == others
        assert (added == 0).sum() % 2 == 0
        assert set(after.groups[len(before) :].tolist()) == ({f"scenes ({split})"} if others else set())
    assert (with_scenes.splits["train"].labels == 0).sum() > (plain.splits["train"].labels == 0).sum()
    again = preprocess(simulated, scenes=SCENES)
    np.testing.assert_array_equal(again.splits["train"].inputs, with_scenes.splits["train"].inputs)


def test_voices_are_varied_in_training_alone(simulated):
    plain, varied = (preprocess(simulated, scenes=SCENES | {"varied": on}).splits for on in (False, True))
    np.testing.assert_array_equal(varied["validation"].inputs, plain["validation"].inputs)
    assert (varied["train"].labels == 1).sum() == (plain["train"].labels == 1).sum()
    assert not np.array_equal(varied["train"].inputs[-100:], plain["train"].inputs[-100:])


def test_what_a_stream_is_composed_of_is_that_of_one_split(simulated):
    settings = app.Preprocess(**PREPROCESS)
    heard = {split: app.material(simulated, settings, 1, split, music=[]) for split in ("validation", "test")}
    for split, of_split in heard.items():
        listed = (simulated / app.LISTS[split]).read_text().split()
        assert len(of_split.keyword) == sum(name.startswith("on/") for name in listed)
        assert len(of_split.keyword) + len(of_split.words) == len(listed)
        assert of_split.kinds == ("words", "noise", "silence")
    with pytest.raises(FeatherlineError, match="no clip of 'happy' in the test split"):
        app.material(simulated, settings.model_copy(update={"keyword": "happy"}), 1, "test", music=[])
