"""Bad input ends a stage with one clear sentence, status 1 and no half-written output."""

import importlib
import signal
import time
import wave
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from click.testing import CliRunner

from featherline.core import files
from featherline.signals.dataset import Items, write_items
from tests.pipeline.workspace import edit, fails, passes, started


@pytest.mark.parametrize(
    ("key", "value", "stage", "sentence"),
    [
        ("motionsense.quantize.calibration_items", -1, "quantize", "motionsense.quantize.calibration_items is -1"),
        (
            "motionsense.quantize.calibration_items",
            None,
            "quantize",
            "motionsense.quantize.calibration_items is missing",
        ),
        ("motionsense.quantize", None, "quantize", "params.yaml: motionsense.quantize is missing"),
        (
            "motionsense.quantize.reduced",
            ["int3"],
            "quantize",
            "motionsense.quantize.reduced.0 is 'int3': should be 'none'",
        ),
        ("data.source", "cloud", "fetch", "data.source is 'cloud': should be 'simulated', 'public' or 'mirror'"),
        ("motionsense.fetch.source", "web", "fetch", "motionsense.fetch.source is 'web'"),
        ("seed", "lucky", "fetch", "seed is 'lucky'"),
        ("seed", -1, "fetch", "seed is -1: should be greater than or equal to 0"),
        ("apps", ["carsensor"], "fetch", "apps does not list motionsense"),
    ],
)
def test_a_wrong_or_missing_key(workspace, key, value, stage, sentence):
    edit(key, value)
    fails(stage, "motionsense", sentence)


def test_an_unknown_application(workspace):
    fails("fetch", "doorbell", "There is no application 'doorbell': it must be one of carsensor,")


def test_one_application_may_have_a_source_of_its_own(workspace, tmp_path_factory):
    edit("motionsense.fetch.source", "mirror")
    edit("data.mirror", str(tmp_path_factory.mktemp("empty")))
    fails("fetch", "motionsense", "holds none of: A_DeviceMotion_data")
    passes("fetch", "carsensor")


def test_an_archive_with_a_wrong_checksum(workspace, tmp_path_factory):
    mirror = tmp_path_factory.mktemp("mirror")
    (mirror / "carsensor_recordings.zip").write_bytes(b"changed on the way")
    (mirror / "SHA256SUMS").write_text(f"{'0' * 64}  carsensor_recordings.zip\n")
    edit("data.source", "mirror")
    edit("data.mirror", str(mirror))
    fails("fetch", "carsensor", "carsensor_recordings.zip has another checksum than")


def any_clip(keyword: str = "on") -> Path:
    return sorted(Path("data/raw/keywordspotting").rglob(f"{keyword}/*.wav"))[0]


def test_a_truncated_clip(workspace):
    passes("fetch", "keywordspotting")
    clip = any_clip()
    clip.write_bytes(clip.read_bytes()[:10_000])
    fails("preprocess", "keywordspotting", clip.name)


def test_a_silent_clip(workspace):
    passes("fetch", "keywordspotting")
    clip = any_clip()
    with wave.open(str(clip), "wb") as silent:
        silent.setparams((1, 2, 16_000, 0, "NONE", ""))
        silent.writeframes(np.zeros(16_000, np.int16).tobytes())
    fails("preprocess", "keywordspotting", clip.name)


def test_a_keyword_that_nobody_says(workspace):
    passes("fetch", "keywordspotting")
    edit("keywordspotting.preprocess.keyword", "abracadabra")
    fails("preprocess", "keywordspotting", "abracadabra")


def test_a_clip_in_both_lists(workspace):
    passes("fetch", "keywordspotting")
    lists = [next(Path("data/raw/keywordspotting").rglob(f"{name}_list.txt")) for name in ("validation", "testing")]
    lists[1].write_text(lists[1].read_text() + lists[0].read_text().splitlines()[0] + "\n")
    fails("preprocess", "keywordspotting", lists[0].read_text().splitlines()[0])


def test_a_csv_without_a_column(workspace):
    passes("fetch", "motionsense")
    recording = next(Path("data/raw/motionsense").rglob("sub_2.csv"))
    table = pd.read_csv(recording).drop(columns="gravity.y")
    table.to_csv(recording, index=False)
    fails("preprocess", "motionsense", "gravity.y")


def test_nan_in_a_recording(workspace):
    passes("fetch", "motionsense")
    recording = next(Path("data/raw/motionsense").rglob("sub_2.csv"))
    table = pd.read_csv(recording)
    table.loc[5, "gravity.x"] = np.nan
    table.to_csv(recording, index=False)
    fails("preprocess", "motionsense", "sub_2.csv")


def test_a_class_without_items(workspace):
    passes("fetch", "motionsense")
    flying = [{"name": "flying", "activities": ["fly"]}, {"name": "walking", "activities": ["wlk"]}]
    edit("motionsense.preprocess.classes", flying)
    fails("preprocess", "motionsense", "fly")


def test_too_few_groups_to_keep_them_apart(workspace):
    edit("motionsense.fetch.simulation.subjects", 3)
    passes("fetch", "motionsense")
    for file in Path("data/raw/motionsense").rglob("sub_3.csv"):
        file.unlink()
    fails("preprocess", "motionsense", "three splits need at least three")


@pytest.mark.parametrize(("constant", "found"), [("mean", 0.25), ("scale", 1.5)])
def test_a_planted_front_end_that_does_not_follow_from_the_training_split(workspace, constant, found):
    passes("fetch", "motionsense")
    passes("preprocess", "motionsense")
    frontend = Path("data/processed/motionsense/frontend.json")
    tree = files.read_json(frontend)
    tree["normalization"][constant][1] = found
    files.write_json(frontend, tree)
    fails("train", "motionsense", f"frontend.json: normalization.{constant}[1] is {found}, but that of the training")


def test_a_representative_dataset_of_zero_items(workspace):
    processed = workspace / "data/processed/motionsense"
    write_items(
        processed / "train.npz", Items(np.zeros((0, 8, 1, 3), np.float32), np.zeros(0, np.int32), np.array([], str))
    )
    fails("quantize", "motionsense", "representative dataset has zero items")


def test_a_stage_before_its_input(workspace):
    fails("preprocess", "carsensor", "provenance.json is missing: run the stage that writes it first")
    fails("quantize", "carsensor", "train.npz is missing: run the stage that writes it first")


def test_no_space_on_the_disk(workspace, monkeypatch):
    passes("fetch", "carsensor")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.zipfile, "ZipFile", full)
    fails("preprocess", "carsensor", "no space is left on the disk; nothing is left half-written")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_stage(workspace, number):
    edit("musicclassifier.fetch.simulation.tracks", 1000)
    partial = workspace / "data/raw/.partial-musicclassifier"
    with started("fetch", "musicclassifier") as stage:
        while not list(partial.rglob("*.wav")) and stage.poll() is None:
            time.sleep(0.05)
        stage.send_signal(number)
        _, said = stage.communicate(timeout=60)
    assert stage.returncode == 1
    assert said.strip() == "fetch: interrupted; nothing is left half-written, run it again."
    assert list((workspace / "data/raw").iterdir()) == []


def test_an_interrupted_search_takes_its_workers_along(workspace):
    edit("carsensor.train.epochs", 1)
    edit("carsensor.reduce.budget.simulated", {"trials": 400, "epochs": 5, "final_epochs": 5})
    passes("fetch", "carsensor")
    passes("preprocess", "carsensor")
    passes("train", "carsensor")
    with started("reduce", "carsensor") as stage:
        # Two workers, and the tracker that multiprocessing starts beside them.
        while len(workers := psutil.Process(stage.pid).children()) < 3:
            time.sleep(0.05)
        time.sleep(1)
        stage.send_signal(signal.SIGINT)
        _, said = stage.communicate(timeout=60)
    assert stage.returncode == 1
    assert said.strip() == "reduce: interrupted; nothing is left half-written, run it again."
    assert psutil.wait_procs(workers, timeout=10)[1] == []
    assert {path.name for path in (workspace / "models/carsensor").iterdir()} == {
        "live",  # what there was to see until then
        "original.keras",
        "original_history.csv",
    }


def test_a_mistake_in_a_late_stage_of_another_application_is_told_before_the_first(workspace):
    edit("carsensor.benchmark.headline", "original-int4")
    fails("fetch", "motionsense", "carsensor.benchmark.headline is 'original-int4': it must be one of the models")


def test_an_application_that_waits_for_no_keyword_has_no_stream(workspace):
    edit("carsensor.benchmark.stream_hours", 1)
    fails("fetch", "motionsense", "carsensor.benchmark.stream_hours is 1, and CarSensor waits for no keyword")


def test_a_wake_word_keeps_its_validation_split_for_the_threshold(workspace):
    edit("keywordspotting.reduce.refit", True)
    fails("fetch", "keywordspotting", "keywordspotting.reduce.refit is true, and a wake word has its threshold from")


def test_debug_shows_the_traceback(workspace):
    from stages.fetch import fetch

    outcome = CliRunner().invoke(fetch, ["doorbell", "--debug"])
    assert "There is no application" in str(outcome.exception)


@pytest.mark.parametrize("stage", ["fetch", "preprocess", "train", "reduce", "quantize", "convert", "benchmark"])
def test_help_has_an_example(stage):
    outcome = CliRunner().invoke(getattr(importlib.import_module(f"stages.{stage}"), stage), ["--help"])
    assert outcome.exit_code == 0
    assert f"python -m stages.{stage} motionsense" in outcome.output
