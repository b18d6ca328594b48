import numpy as np
import pandas as pd
import pytest

from featherline.applications import carsensor, sources
from featherline.core.errors import FeatherlineError
from featherline.signals import motion
from featherline.signals.dataset import check

SIMULATION = {"persons": 5, "recordings": 4, "recording_seconds": 12}
FETCH = carsensor.Fetch(dataset="physionet", simulation=SIMULATION)


def settings(**changes) -> carsensor.Preprocess:
    values = {
        "sample_rate_hz": 25,
        "window_seconds": 2.0,
        "overlap": 0.5,
        "channels": ["vertical", "horizontal"],
        "split": {"validation": 0.2, "test": 0.2},
    }
    return carsensor.Preprocess(**{**values, **changes})


@pytest.fixture
def simulated(tmp_path):
    carsensor.simulate(tmp_path, FETCH, seed=1)
    return tmp_path


def edit_manifest(folder, change) -> None:
    manifest = pd.read_csv(folder / "manifest.csv")
    change(manifest).to_csv(folder / "manifest.csv", index=False)


def test_the_simulation_is_half_rides_for_each_person(simulated):
    manifest = pd.read_csv(simulated / "manifest.csv")
    assert list(manifest.columns) == ["file", "label", "activity", "group", "seconds", "native_hz"]
    assert manifest.groupby("group")["label"].value_counts().unique().tolist() == [2]
    assert carsensor.inventory(simulated) == sources.Inventory(groups=5, items=20, hours=20 * 12 / 3600)


def test_the_same_seed_gives_the_same_files(simulated, tmp_path_factory):
    again = tmp_path_factory.mktemp("again")
    carsensor.simulate(again, FETCH, seed=1)
    for path in simulated.rglob("*.csv"):
        assert path.read_bytes() == (again / path.relative_to(simulated)).read_bytes()


def test_windows_of_one_person_stand_in_one_split(simulated):
    made = carsensor.preprocess(simulated, settings(), seed=1)
    check(made)
    assert made.classes == ("other", "vehicle")
    assert made.splits["train"].inputs.shape[1:] == (50, 1, 2)
    assert made.frontend["group"] == "person"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m.drop(columns="group"), "is no manifest with file, label and group"),
        (lambda m: m.assign(label="boat"), "as 'boat': it must be other or vehicle"),
        (lambda m: m.assign(group=""), "names no group for recordings/001.csv"),
        (lambda m: m.assign(file="../../secret.csv"), "lies outside of its folder"),
        (lambda m: m.assign(file="recordings/999.csv"), "999.csv is missing"),
    ],
)
def test_a_wrong_manifest_is_told_in_a_sentence(simulated, change, sentence):
    edit_manifest(simulated, change)
    with pytest.raises(FeatherlineError, match=sentence):
        carsensor.preprocess(simulated, settings(), seed=1)


def test_nan_in_a_recording_is_told_with_its_file(simulated):
    path = simulated / "recordings" / "002.csv"
    path.write_text(path.read_text() + "12.0,nan,0,1\n")
    with pytest.raises(FeatherlineError, match="002.csv holds NaN or infinity in 1 rows, first in row 601"):
        carsensor.preprocess(simulated, settings(), seed=1)


@pytest.mark.parametrize(
    ("rate_hz", "unit", "sentence"),
    [(100, 1, r"003.csv .* every 10 ms .* 20 ms of 50 Hz: resample it"), (50, 1000, "003.csv .* t in seconds")],
)
def test_a_recording_of_another_rate_is_refused(simulated, rate_hz, unit, sentence):
    path = simulated / "recordings" / "003.csv"
    table = pd.read_csv(path)
    table.assign(t=np.arange(len(table)) / rate_hz * unit).to_csv(path, index=False)
    for read in (carsensor.inventory, lambda folder: carsensor.preprocess(folder, settings(), seed=1)):
        with pytest.raises(FeatherlineError, match=sentence):
            read(simulated)


def test_times_may_jitter(simulated):
    path = simulated / "recordings" / "003.csv"
    table = pd.read_csv(path)
    jitter = np.random.default_rng(1).normal(0, 0.002, len(table))
    table.assign(t=np.arange(len(table)) / 49.5 + jitter).to_csv(path, index=False)
    assert carsensor.inventory(simulated).items == 20


def test_a_recording_of_one_sample_has_no_rate(simulated):
    path = simulated / "recordings" / "003.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:2]))
    assert carsensor.inventory(simulated).items == 20


def test_a_folder_of_no_known_layout_is_refused(tmp_path):
    with pytest.raises(FeatherlineError, match="holds none of manifest.csv"):
        carsensor.inventory(tmp_path)


# --- the two public datasets, in small --------------------------------------------------------


def physionet(folder, persons: int) -> None:
    """Stretches of driving (4), something else (99), walking (1), climbing (3), at 100 Hz."""
    rng = np.random.default_rng(2)
    activity = np.repeat([4, 99, 1, 3], [800, 300, 500, 500])
    sensors = [f"{place}_{axis}" for place in ("lw", "lh", "la", "ra") for axis in "xyz"]
    for person in range(persons):
        values = np.column_stack([activity, np.arange(2100) / 100, rng.normal(0, 0.1, (2100, 12))])
        motion.write_columns(
            folder / "official-1.0.0" / "raw_accelerometry_data" / f"id{person}.csv",
            ["activity", "time_s", *sensors],
            values,
            digits=2,
        )


def test_physionet_takes_the_labelled_stretches_of_each_person(tmp_path):
    physionet(tmp_path, persons=4)
    assert carsensor.inventory(tmp_path) == sources.Inventory(groups=4, items=12, hours=4 * 18 / 3600)
    made = carsensor.preprocess(tmp_path, settings(), seed=1)
    check(made)
    assert made.frontend["native_rate_hz"] == 100 and made.frontend["decimation"] == 4
    vehicles = sum((items.labels == 1).sum() for items in made.splits.values())
    assert vehicles == 4 * (((800 - 33) // 4 + 1 - 50) // 25 + 1)


def kaggle(folder, windows: int, unit: float = 1.0, target: str = "Car") -> None:
    rng = np.random.default_rng(3)
    rows = windows * 100
    table = pd.DataFrame(unit * (rng.normal(0, 0.05, (rows, 3)) + [0, 0, 1]), columns=["acc_x", "acc_y", "acc_z"])
    table["target"] = np.where(np.arange(rows) < rows // 2, "Other", target)
    table.to_csv(folder / "mobile_accelerometer_car_12K.csv", index=False)


@pytest.mark.parametrize("unit", [1.0, 9.80665])
def test_kaggle_windows_are_grouped_in_blocks_and_brought_to_g(tmp_path, unit):
    kaggle(tmp_path, windows=1200, unit=unit)
    assert carsensor.inventory(tmp_path).groups == 12
    made = carsensor.preprocess(
        tmp_path, settings(sample_rate_hz=50, window_seconds=2, overlap=0, channels=["magnitude"]), seed=1
    )
    check(made)
    assert sum(map(len, made.splits.values())) == 1200
    assert np.median(made.splits["train"].inputs) == pytest.approx(1, abs=0.02)
    assert "persons are not named" in made.frontend["group"]


def test_kaggle_windows_are_shorter_than_the_default_window(tmp_path):
    kaggle(tmp_path, windows=6)
    with pytest.raises(FeatherlineError, match=r"longest recording has 2.00 s: choose a shorter window"):
        carsensor.preprocess(tmp_path, settings(window_seconds=5.12), seed=1)


def test_kaggle_with_an_unknown_target_is_refused(tmp_path):
    kaggle(tmp_path, windows=6, target="Boat")
    with pytest.raises(FeatherlineError, match="has the target 'Boat': it must be Other or Car"):
        carsensor.inventory(tmp_path)


def test_two_datasets_in_one_folder_do_not_mix(tmp_path):
    physionet(tmp_path, persons=1)
    kaggle(tmp_path, windows=2)
    with pytest.raises(FeatherlineError, match="physionet and kaggle, which do not mix"):
        carsensor.inventory(tmp_path)


@pytest.mark.parametrize("dataset", ["physionet", "kaggle"])
def test_public_downloads_the_chosen_dataset_alone(dataset):
    listed = carsensor.archives(carsensor.Fetch(dataset=dataset, simulation=SIMULATION))
    urls = [archive.url for archive in listed if archive.url]
    assert len(urls) == 1 and dataset in urls[0]


def test_real_recordings_are_read(mirror, tmp_path):
    provenance = sources.fetch(carsensor, FETCH, "mirror", str(mirror), tmp_path, tmp_path / "cache", seed=1)
    assert provenance.groups >= 3 and provenance.hours > 1
    assert provenance.archives[0].url is None
    check(carsensor.preprocess(tmp_path, settings(window_seconds=5.12), seed=1))
