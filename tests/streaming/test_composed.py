"""A wake word on composed scenes: what is heard, what is false, and that scenes are heard as a device would."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import measure_wake_word_stream
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.signals import sound_files
from featherline.signals.scenes import Composer, Material
from featherline.streaming import composed
from featherline.streaming.composed import Listened, Listener, scored

RATE_HZ = 16_000


def chirp(hz, seconds=1.0):
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.5 * np.sin(2 * np.pi * hz * t * (1 + t)) * np.sin(np.pi * t / seconds)).astype(np.float32)


@pytest.fixture(scope="module")
def material():
    return Material([chirp(200), chirp(300)], [chirp(900), chirp(1200)], [chirp(60, 5)], [chirp(2000, 5)])


@pytest.fixture(scope="module")
def fitted():
    return models.find("keywordspotting")


def test_scenes_are_heard_as_one_stream_whatever_they_are_cut_into(fitted, material):
    composer = Composer(material, RATE_HZ, np.random.default_rng(0))
    scenes = [composer.scene("words", True), composer.scene("silence", False)]
    heard = Listener(fitted).hear(scenes)
    device = Program(fitted.model, fitted.front_end).run(np.concatenate([scene.samples for scene in scenes]))
    np.testing.assert_array_equal(heard.places, device.places)
    # The C computes features in float32: here and there one is a step of int8 beside.
    assert (np.abs(heard.outputs.astype(int) - device.outputs) <= 8).mean() > 0.99
    assert heard.events[0].tolist() == list(scenes[0].events[0])
    assert heard.kind_at(heard.places[[0, -1]]).tolist() == ["words", "silence"]


@pytest.fixture
def stream():
    """Ten windows, one a second: a keyword from second 2 to 3 in noise, then music."""
    outputs = np.array([[-100, 100]] * 10, np.int8)
    outputs[[3, 5, 8], 0] = 90, 50, 70
    return Listened(
        outputs=outputs,
        places=np.arange(10) * RATE_HZ,
        kinds=np.array(["noise", "music"]),
        starts=np.array([0, 6 * RATE_HZ]),
        events=np.array([[2 * RATE_HZ, 3 * RATE_HZ]]),
        hop_s=1.0,
        rate_hz=RATE_HZ,
    )


def test_a_detection_up_to_a_second_behind_a_keyword_answers_it_and_all_others_are_false(stream):
    scores = scored(stream, 0, smoothing=1)
    heard, wrong = scores.detections(60, 0)
    assert (heard.tolist(), wrong.tolist()) == ([True], [8])
    heard, wrong = scores.detections(40, 0)
    assert (heard.tolist(), wrong.tolist()) == ([True], [5, 8])
    figures = scores.figures(60, 0)
    assert (figures["kinds"]["noise"]["false_accepts"], figures["kinds"]["music"]["false_accepts"]) == (0, 1)
    assert figures["kinds"]["music"]["false_accepts_per_hour"] == 900  # 1 in 4 s
    assert (figures["events"], figures["recall_pct"]) == (1, 100)
    assert "recall_pct" not in figures["kinds"]["music"]


def test_a_threshold_is_chosen_for_a_recall_or_for_a_rate(stream):
    scores = scored(stream, 0, smoothing=1)
    assert scores.for_recall(0.95, 0) == 90
    assert scores.for_rate(0, 0) == 71  # the loudest false window is 70
    assert scores.for_rate(1e6, 0) == -100


def test_both_splits_are_measured_and_the_table_tells_what_is_behind_it(fitted, material):
    measured = composed.measure(fitted, material, material, hours=0.02)
    assert set(measured["points"]) == {"95 % recall", "90 % recall", "1 false accepts an hour"}
    rate = measured["points"]["1 false accepts an hour"]["validation"]
    assert rate["false_accepts"] == 0
    assert rate["hours"] == pytest.approx(0.02, abs=0.01)
    assert measured["distinct_minutes"]["test"] == pytest.approx(
        {"keyword": 0.03, "words": 0.03, "noise": 0.08, "music": 0.08}, abs=0.01
    )


def test_the_benchmark_reads_folders_and_writes_a_table(tmp_path):
    lists = {"validation": [], "testing": []}
    for number, split in enumerate(("validation", "testing")):
        for word, hz in (("on", 200), ("off", 900)):
            name = f"{word}/s{number}_nohash_0.wav"
            sound_files.write_clip(tmp_path / "speech" / name, chirp(hz + 30 * number), RATE_HZ)
            lists[split].append(name)
    for split, names in lists.items():
        (tmp_path / "speech" / f"{split}_list.txt").write_text("\n".join(names))
    for number in range(3):
        sound_files.write_clip(tmp_path / "speech" / "_background_noise_" / f"n{number}.wav", chirp(60, 2), RATE_HZ)
        sound_files.write_clip(tmp_path / "music" / "jazz" / f"t{number}.wav", chirp(2000, 2), RATE_HZ)
    tracks = measure_wake_word_stream.dealt(tmp_path / "music", seed=1)
    assert {split: len(files) for split, files in tracks.items()} == {"validation": 1, "test": 2}
    # The zoo's word is another one, of which the clips here have none: only that it runs is looked at.
    arguments = ["zoo/keywordspotting", "--speech", tmp_path / "speech", "--music", tmp_path / "music"]
    arguments += ["--keyword", "on", "--hours", 0.01, "--json", tmp_path / "out.json"]
    result = CliRunner().invoke(measure_wake_word_stream.main, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    assert "| keywordspotting/reduced-int8 | 95 % recall | " in result.output
    assert "Minutes of distinct recordings, test: keyword 0.0, words 0.0" in result.output
    assert json.loads((tmp_path / "out.json").read_text())[0]["event"] == "happy"
