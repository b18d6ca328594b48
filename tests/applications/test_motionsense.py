import shutil

import numpy as np
import pandas as pd
import pytest

from featherline import params_file
from featherline.applications import motionsense, sources
from featherline.core.errors import FeatherlineError
from featherline.signals.dataset import check

FETCH = motionsense.Fetch(simulation={"subjects": 6, "trial_seconds": 8})


def listed(classes: dict[str, list[str]]) -> list[dict]:
    """Classes as params.yaml has them."""
    return [{"name": name, "activities": activities} for name, activities in classes.items()]


CLASSES = listed({"stairs": ["ups", "dws"], "moving": ["wlk", "jog"], "still": ["std", "sit"]})


def settings(**changes) -> motionsense.Preprocess:
    values = {
        "classes": CLASSES,
        "sample_rate_hz": 25,
        "window_seconds": 2.56,
        "overlap": 0.5,
        "channels": ["x", "y", "z", "magnitude"],
        "split": {"validation": 0.2, "test": 0.2},
    }
    return motionsense.Preprocess(**{**values, **changes})


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("motionsense")
    motionsense.simulate(folder, FETCH, seed=1)
    return folder


@pytest.fixture
def copy(simulated, tmp_path):
    """A copy of the simulated archive that a test may damage."""
    return shutil.copytree(simulated, tmp_path / "raw")


def test_the_simulation_has_the_layout_of_the_official_archive(simulated):
    assert motionsense.inventory(simulated) == sources.Inventory(groups=6, items=90, hours=90 * 8 / 3600)
    trial = pd.read_csv(simulated / "A_DeviceMotion_data" / "wlk_7" / "sub_1.csv")
    assert list(trial.columns)[0] == "Unnamed: 0" and list(trial.columns)[1:] == motionsense.COLUMNS
    gravity = trial[motionsense.GRAVITY].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(gravity, axis=1), 1, atol=1e-3)
    # Attitude and gravity tell of the same orientation.
    np.testing.assert_allclose(-np.sin(trial["attitude.pitch"]), trial["gravity.y"], atol=1e-3)


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path):
    small = motionsense.Fetch(simulation={"subjects": 3, "trial_seconds": 2})
    written = []
    for name, seed in (("one", 7), ("same", 7), ("other", 8)):
        motionsense.simulate(tmp_path / name, small, seed)
        written.append((tmp_path / name / "A_DeviceMotion_data" / "ups_3" / "sub_2.csv").read_bytes())
    assert written[0] == written[1] != written[2]


def test_windows_of_one_subject_stand_in_one_split(simulated):
    made = motionsense.preprocess(simulated, settings(), seed=1)
    check(made)
    assert made.classes == ("stairs", "moving", "still")
    assert made.splits["train"].inputs.shape[1:] == (64, 1, 4)
    assert set(made.splits["test"].groups) <= {f"subject-{n}" for n in range(1, 7)}
    assert made.frontend["window_samples"] == 64 and made.frontend["decimation"] == 2


def test_the_six_single_activities_are_one_edit_away(simulated):
    single = {activity: [activity] for activity in ("dws", "ups", "wlk", "jog", "sit", "std")}
    made = motionsense.preprocess(simulated, settings(classes=listed(single)), seed=1)
    check(made)
    assert made.classes == tuple(single)


def test_activities_outside_of_the_classes_are_left_out(simulated):
    made = motionsense.preprocess(simulated, settings(classes=listed({"up": ["ups"], "down": ["dws"]})), seed=1)
    cut_of_a_trial = ((400 - 17) // 2 + 1 - 64) // 32 + 1
    assert sum(map(len, made.splits.values())) == 6 * 6 * cut_of_a_trial


def test_total_acceleration_is_gravity_plus_user_acceleration(simulated):
    made = motionsense.preprocess(simulated, settings(classes=listed({"sit": ["sit"], "std": ["std"]})), seed=1)
    magnitude = made.splits["train"].inputs[..., 3]
    assert np.median(magnitude) == pytest.approx(1, abs=0.02)


def test_an_activity_without_recordings_is_named(copy):
    for trial in copy.glob("A_DeviceMotion_data/jog_*"):
        shutil.rmtree(trial)
    with pytest.raises(FeatherlineError, match="no recording of the activity 'jog'"):
        motionsense.preprocess(copy, settings(), seed=1)


def test_a_subject_or_trial_that_is_missing_does_no_harm(copy):
    shutil.rmtree(copy / "A_DeviceMotion_data" / "jog_16")
    (copy / "A_DeviceMotion_data" / "sit_5" / "sub_3.csv").unlink()
    (copy / "A_DeviceMotion_data" / "notes.txt").write_text("not a recording")
    check(motionsense.preprocess(copy, settings(), seed=1))


def test_a_recording_without_a_column_is_named(copy):
    path = copy / "A_DeviceMotion_data" / "wlk_7" / "sub_2.csv"
    pd.read_csv(path, index_col=0).drop(columns="gravity.y").to_csv(path)
    with pytest.raises(FeatherlineError, match="sub_2.csv has no column 'gravity.y'"):
        motionsense.preprocess(copy, settings(), seed=1)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(FeatherlineError, match=r"holds no A_DeviceMotion_data/<trial>/sub_<n>.csv"):
        motionsense.inventory(tmp_path)


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (listed({"a": ["wlk"], "b": ["swim"]}), r"classes\.1\.activities\.0 is 'swim'.*'dws'"),
        (listed({"a": ["wlk"], "b": ["wlk"]}), "the activity wlk may stand in one class only"),
        (listed({"a": ["wlk"]}) + listed({"a": ["jog"]}), "the class a stands there twice"),
        (listed({"a": ["wlk"]}), "at least 2 items"),
        (listed({"a": ["wlk"], "b": []}), "at least 1 item"),
    ],
)
def test_wrong_classes_are_refused(classes, sentence):
    tree = {"motionsense": {"preprocess": settings().model_dump(mode="json") | {"classes": classes}}}
    with pytest.raises(FeatherlineError, match=sentence):
        params_file.block(tree, "motionsense.preprocess", motionsense.Preprocess)


def test_real_recordings_of_every_subject_are_read(mirror, tmp_path):
    provenance = sources.fetch(motionsense, FETCH, "mirror", str(mirror), tmp_path, tmp_path / "cache", seed=1)
    assert provenance.groups >= 3 and provenance.hours > 1
    made = motionsense.preprocess(tmp_path, settings(window_seconds=5.12), seed=1)
    check(made)
    assert len({group for items in made.splits.values() for group in items.groups}) == provenance.groups
    assert np.median(made.splits["train"].inputs[..., 3]) == pytest.approx(1, abs=0.05)
