import numpy as np
import pandas as pd
import pytest

from featherline import params_file
from featherline.applications import recordings
from featherline.core.errors import FeatherlineError
from featherline.signals import motion, sound_files
from featherline.signals.dataset import check

LABELS = ("circle", "shake", "still")
PEOPLE = ("anna", "ben", "cem", "dana", "eva")
MOTION = {
    "source": "simulated",
    "title": "Gestures",
    "kind": "motion",
    "native_rate_hz": 50,
    "columns": ["ax", "ay", "az"],
    "unit": "g",
    "group": "person",
}
WINDOWS = {
    "classes": LABELS,
    "sample_rate_hz": 25,
    "window_seconds": 1.28,
    "overlap": 0.5,
    "channels": ["x", "y", "z"],
    "split": {"validation": 0.2, "test": 0.2},
}
AUDIO = {"source": "own", "title": "Claps", "kind": "audio", "native_rate_hz": 8000}
SEGMENTS = {
    "classes": LABELS,
    "segment_seconds": 0.5,
    "overlap": 0.5,
    "features": {
        "kind": "log_mel",
        "sample_rate_hz": 8000,
        "frame_samples": 256,
        "hop_samples": 256,
        "coefficients": 10,
        "highest_hz": 4000,
        "log_floor": 0.001,
    },
    "split": {"validation": 0.2, "test": 0.2},
}


def write_manifest(folder, rows, columns=("file", "label", "group")):
    pd.DataFrame(rows, columns=list(columns)).to_csv(folder / "manifest.csv", index=False)


def lines(suffix):
    return [(f"{who}/{label}{suffix}", label, who) for who in PEOPLE for label in LABELS]


@pytest.fixture
def csvs(tmp_path):
    """A folder of made-up accelerations: 5 people, 3 gestures, 6 s each."""
    rng = np.random.default_rng(1)
    folder = tmp_path / "gestures"
    for file, _, _ in lines(".csv"):
        motion.write_columns(folder / file, ["ax", "ay", "az"], rng.normal([0, 0, 1], 0.1, (300, 3)), digits=4)
    write_manifest(folder, lines(".csv"))
    return folder


@pytest.fixture
def wavs(tmp_path):
    """A folder of noises: 5 people, 3 kinds, 1 s each."""
    rng = np.random.default_rng(1)
    folder = tmp_path / "claps"
    for file, _, _ in lines(".wav"):
        sound_files.write_clip(folder / file, rng.uniform(-0.5, 0.5, 8000), 8000)
    write_manifest(folder, lines(".wav"))
    return folder


def fetched(folder, raw, block=MOTION, **changes):
    raw.mkdir()
    return recordings.take(raw, recordings.Fetch(folder=str(folder), **{**block, **changes}))


def preprocessed(raw, block=WINDOWS, **changes):
    tree = {"own": {"preprocess": {**block, **changes}}}
    settings = params_file.block(tree, "own.preprocess", recordings.Preprocess)
    return recordings.preprocess(raw, settings, seed=1)


def test_a_folder_of_csv_becomes_windows_whose_people_stand_in_one_split(csvs, tmp_path):
    provenance = fetched(csvs, tmp_path / "raw")
    assert provenance.application == "Gestures" and provenance.source == "simulated"
    assert (provenance.groups, provenance.items) == (5, 15)
    assert provenance.hours == round(15 * 6 / 3600, 3)
    made = preprocessed(tmp_path / "raw")
    check(made)
    assert made.classes == LABELS and made.disjoint
    assert made.splits["train"].inputs.shape[1:] == (32, 1, 3)
    assert {group for items in made.splits.values() for group in items.groups} == set(PEOPLE)
    assert made.frontend["group"] == "person" and made.frontend["native_rate_hz"] == 50


def test_a_folder_of_wav_becomes_features(wavs, tmp_path):
    provenance = fetched(wavs, tmp_path / "raw", AUDIO)
    assert provenance.source == "own" and provenance.hours == round(15 / 3600, 3)
    made = preprocessed(tmp_path / "raw", SEGMENTS)
    check(made)
    assert made.splits["train"].inputs.shape[1:] == (15, 10, 1)
    assert sum(map(len, made.splits.values())) == 15 * 3
    assert made.frontend["segment_hop_samples"] == 2000 and made.frontend["skipped_recordings"] == 0


def test_of_none_of_the_classes_there_is_nothing_to_compare(wavs, tmp_path):
    fetched(wavs, tmp_path / "raw", AUDIO)
    tree = {"own": {"preprocess": {**SEGMENTS, "classes": ["clap", "snap"]}}}
    settings = params_file.block(tree, "own.preprocess", recordings.Preprocess)
    assert list(recordings.comparable(tmp_path / "raw", settings).recordings) == []


def test_wav_of_one_rate_may_be_brought_to_another(wavs, tmp_path):
    fetched(wavs, tmp_path / "raw", AUDIO)
    features = SEGMENTS["features"] | {"sample_rate_hz": 4000, "highest_hz": 2000}
    assert preprocessed(tmp_path / "raw", SEGMENTS, features=features).splits["train"].inputs.shape[1:] == (7, 10, 1)


@pytest.mark.parametrize(("unit", "of_one_g"), [("mg", 1000), ("m/s2", 9.80665)])
def test_units_are_brought_to_g(csvs, tmp_path, unit, of_one_g):
    fetched(csvs, tmp_path / "raw")
    for path in csvs.glob("*/*.csv"):
        motion.write_columns(
            path, ["ax", "ay", "az"], motion.read_columns(path, ["ax", "ay", "az"]) * of_one_g, digits=4
        )
    fetched(csvs, tmp_path / "scaled", unit=unit)
    one, other = (preprocessed(tmp_path / name).splits["train"].inputs for name in ("raw", "scaled"))
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_unit_that_cannot_be_is_told(csvs, tmp_path):
    with pytest.raises(FeatherlineError, match=r"0\.00\d+ g long on the median if fetch.unit is 'mg'.*with gravity"):
        fetched(csvs, tmp_path / "raw", unit="mg")


def test_only_what_the_manifest_names_is_taken_and_other_labels_are_left_out(csvs, tmp_path):
    (csvs / "notes.txt").write_text("Dana is left-handed")
    fetched(csvs, tmp_path / "raw")
    assert not (tmp_path / "raw" / "notes.txt").exists()
    made = preprocessed(tmp_path / "raw", classes=["still", "shake"])
    assert made.classes == ("still", "shake")
    assert sum(map(len, made.splits.values())) == 10 * 7


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("anna/gone.csv", "circle", "anna"), r"line 17, names 'anna/gone.csv', and there is no such file"),
        (("../other.csv", "circle", "anna"), r"line 17, names '../other.csv', which is no path below its folder"),
        (("x/../../gestures/anna/circle.csv", "circle", "anna"), r"which is no path below its folder"),
        (("/etc/passwd", "circle", "anna"), r"names '/etc/passwd', which is no path below its folder"),
        (("anna/circle.csv", "circle", "anna"), r"line 17, names 'anna/circle.csv' as line 2 does"),
        (("anna//circle.csv", "circle", "anna"), r"as line 2 does"),
        (("anna/circle.wav", "circle", "anna"), r"a recording of this kind ends in .csv"),
        (("anna/circle.csv", "circle", " "), r"line 17, has no group: say who or what was recorded"),
        (("anna/circle.csv", "", "anna"), r"line 17, has no label"),
        (("", "circle", "anna"), r"line 17, has no file"),
    ],
)
def test_a_wrong_line_of_the_manifest_is_named(csvs, tmp_path, row, sentence):
    write_manifest(csvs, [*lines(".csv"), row])
    with pytest.raises(FeatherlineError, match=sentence):
        fetched(csvs, tmp_path / "raw")


def test_a_link_that_leads_elsewhere_is_refused(csvs, tmp_path):
    (tmp_path / "secret.csv").write_text("ax,ay,az\n0,0,1\n")
    (csvs / "link.csv").symlink_to(tmp_path / "secret.csv")
    write_manifest(csvs, [*lines(".csv"), ("link.csv", "circle", "anna")])
    with pytest.raises(FeatherlineError, match="no path below its folder"):
        fetched(csvs, tmp_path / "raw")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, r"manifest.csv is missing: write one with the columns file,label,group"),
        ("", "manifest.csv is no CSV table"),
        ("file,label\na.csv,circle\n", "manifest.csv has no column 'group'"),
        ("file,label,group\n", "manifest.csv lists no recording"),
        ("file,label,group\na,b,c,d,e\n", "manifest.csv"),
        ("file,label,group\na.csv,gr\xfc\xdfen,c\n".encode("latin-1"), "manifest.csv is no CSV table"),
    ],
)
def test_a_manifest_that_is_none_is_refused(csvs, tmp_path, text, sentence):
    path = csvs / "manifest.csv"
    path.unlink()
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FeatherlineError, match=sentence):
        fetched(csvs, tmp_path / "raw")


def test_a_manifest_as_a_spreadsheet_writes_it_is_read(csvs, tmp_path):
    text = (csvs / "manifest.csv").read_text().replace("file,label,group", "file, label ,group").replace("\n", "\r\n")
    (csvs / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert fetched(csvs, tmp_path / "raw").items == 15


def test_the_same_recording_under_two_names_is_refused(csvs, tmp_path):
    (csvs / "ben" / "circle.csv").write_bytes((csvs / "anna" / "circle.csv").read_bytes())
    with pytest.raises(
        FeatherlineError,
        match="ben/circle.csv' and '.*anna/circle.csv', which hold the same samples, have the groups 'ben' and 'anna'",
    ):
        fetched(csvs, tmp_path / "raw")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ax,ay,az\n0,0,1\n0,,1\n", r"circle.csv holds NaN or infinity in 1 rows, first in line 3"),
        ("ax,ay\n0,0\n", r"circle.csv has no column 'az'"),
        ("ax,ay,az\n", r"circle.csv holds no samples"),
        ("ax,ay,az\n0,zero,1\n", r"circle.csv, line 2: 'zero' in the column 'ay' is no number"),
    ],
)
def test_a_broken_csv_is_named_before_anything_is_copied(csvs, tmp_path, text, sentence):
    (csvs / "cem" / "circle.csv").write_text(text)
    with pytest.raises(FeatherlineError, match=sentence):
        fetched(csvs, tmp_path / "raw")
    assert not list((tmp_path / "raw").iterdir())


def test_a_wav_of_another_rate_is_named(wavs, tmp_path):
    sound_files.write_clip(wavs / "cem" / "shake.wav", np.random.default_rng(2).uniform(-0.5, 0.5, 8000), 16_000)
    with pytest.raises(FeatherlineError, match=r"shake.wav has 16,000 samples a second, .*native_rate_hz is 8,000"):
        fetched(wavs, tmp_path / "raw", AUDIO)


def test_a_wav_that_is_too_short_or_broken_is_named_or_skipped(wavs, tmp_path):
    sound_files.write_clip(wavs / "cem" / "shake.wav", np.random.default_rng(2).uniform(-0.5, 0.5, 800), 8000)
    (wavs / "ben" / "still.wav").write_bytes(b"no sound")
    fetched(wavs, tmp_path / "raw", AUDIO)
    with pytest.raises(FeatherlineError, match="still.wav is not a readable audio file"):
        preprocessed(tmp_path / "raw", SEGMENTS)
    made = preprocessed(tmp_path / "raw", SEGMENTS, bad_recordings="skip")
    assert made.frontend["skipped_recordings"] == 2
    (wavs / "ben" / "still.wav").write_bytes((wavs / "ben" / "circle.wav").read_bytes()[:-2])
    fetched(wavs, tmp_path / "again", AUDIO)
    with pytest.raises(FeatherlineError, match="still.wav is cut short"):
        preprocessed(tmp_path / "again", SEGMENTS)
    with pytest.raises(FeatherlineError, match="All recordings are broken or shorter than a segment"):
        preprocessed(tmp_path / "again", SEGMENTS, segment_seconds=2, bad_recordings="skip")


def test_a_class_of_too_few_groups_is_named(csvs, tmp_path):
    write_manifest(csvs, [row for row in lines(".csv") if row[1] != "shake" or row[2] in ("anna", "ben")])
    fetched(csvs, tmp_path / "raw")
    with pytest.raises(FeatherlineError, match=r"class 'shake' from 2 groups \(anna, ben\).*a group is one person"):
        preprocessed(tmp_path / "raw")
    by_item = {"protocol": "item", "validation": 0.2, "test": 0.2}
    check(preprocessed(tmp_path / "raw", split=by_item))


def test_a_class_that_nobody_recorded_is_named(csvs, tmp_path):
    fetched(csvs, tmp_path / "raw")
    with pytest.raises(FeatherlineError, match="no recording of the class 'wave'.*its labels are circle, shake, still"):
        preprocessed(tmp_path / "raw", classes=["circle", "wave"])


def test_settings_of_the_other_kind_are_told(csvs, tmp_path):
    fetched(csvs, tmp_path / "raw")
    with pytest.raises(FeatherlineError, match="fetch.kind is motion, and preprocess is for the other one"):
        preprocessed(tmp_path / "raw", SEGMENTS)


@pytest.mark.parametrize("of_motion", [{"augmentation": {"copies": 1}}, {"companding_g": 0.01}])
def test_of_a_sensor_with_columns_x_y_and_z_what_is_for_accelerations_is_told(csvs, tmp_path, of_motion):
    for file in csvs.rglob("*/*.csv"):
        pd.read_csv(file).rename(columns={"ax": "x", "ay": "y", "az": "z"}).to_csv(file, index=False)
    fetched(csvs, tmp_path / "raw", kind="sensor", columns=["x", "y", "z"], unit="V")
    assert preprocessed(tmp_path / "raw").splits["train"].inputs.shape[1:] == (32, 1, 3)
    [key] = of_motion
    with pytest.raises(FeatherlineError, match=f"preprocess.{key} is for accelerations .*: take it out"):
        preprocessed(tmp_path / "raw", **of_motion)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FeatherlineError, match="fetch.folder is .*nowhere', and that is not a folder"):
        fetched(tmp_path / "nowhere", tmp_path / "raw")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": "default"}, r"own\.fetch\.source is 'default': should be 'own' or 'simulated'"),
        ({"source": "public"}, r"own\.fetch\.source is 'public'"),
        ({"columns": None}, "the kind motion needs columns"),
        ({"unit": None}, "the kind motion needs unit"),
        ({"kind": "audio"}, "the kind audio has none"),
        ({"columns": ["x", "y"]}, "columns of the kind motion are three"),
        ({"columns": ["x", "y", "y"]}, "three different ones"),
        ({"title": "a/b"}, r"own\.fetch\.title"),
    ],
)
def test_a_wrong_fetch_block_is_refused(changes, sentence):
    tree = {"own": {"fetch": {**MOTION, "folder": "recordings/gestures", **changes}}}
    with pytest.raises(FeatherlineError, match=sentence):
        params_file.block(tree, "own.fetch", recordings.Fetch)


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (WINDOWS | {"window_seconds": 0}, r"own\.preprocess\.window_seconds is 0"),
        (SEGMENTS | {"segment_seconds": 0}, r"own\.preprocess\.segment_seconds is 0"),
        (WINDOWS | {"classes": ["a", "a"]}, "lists a class twice"),
        (WINDOWS | {"classes": ["a"]}, "at least 2 items"),
        ([], r"own\.preprocess is \[\]"),
    ],
)
def test_a_wrong_preprocess_block_is_named_by_its_own_key(block, sentence):
    with pytest.raises(FeatherlineError, match=sentence):
        params_file.block({"own": {"preprocess": block}}, "own.preprocess", recordings.Preprocess)
