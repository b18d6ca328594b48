"""`featherline stream`: thresholds, their figures, and the C that applies them."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.codegen import lower
from featherline.codegen import program as c_program
from featherline.emulator import host_program
from featherline.prediction import models
from featherline.prediction.program import Detection, Program, decided, detected
from featherline.records.frontend import FrontEnd
from featherline.signals import audio, sound_files
from featherline.streaming import measure, plot, tradeoff
from featherline.streaming.tradeoff import Heard

SPEAKERS = {"validation": "01", "test": "23"}


def test_an_event_is_not_told_again_within_its_refractory_time():
    sums = np.array([0, 9, 9, 9, 9, 9, 0, 9])
    assert detected(sums, 9, 0) == [1, 2, 3, 4, 5, 7]
    assert detected(sums, 9, 2) == [1, 4, 7]
    assert detected(sums, 10, 2) == []


def test_of_other_windows_the_best_of_the_other_classes_is_told():
    sums = np.array([[50, 10, 20], [90, 10, 20], [95, 30, 20]])
    assert decided(sums, Detection(event=0, threshold=90, refractory_windows=1)).tolist() == [2, 0, 1]
    assert decided(sums, Detection(event=1, threshold=30, refractory_windows=0)).tolist() == [0, 0, 1]
    assert decided(sums, None).tolist() == [0, 0, 0]


def heard(sums, hours=0.5, events=()):
    return Heard(np.array(sums), 100 * np.arange(len(sums)), hours, list(events), 1.0)


def test_detections_within_an_event_count_once_and_all_of_the_background_are_false():
    positive = heard([0, 8, 0, 0, 8, 8, 0, 3], events=[(100, 150), (400, 550), (700, 750)])
    negative = heard([5, 0, 8, 5])
    found = tradeoff.point(positive, negative, 8, 0)
    assert (found.heard, found.events, found.false_accepts, found.per_hour) == (2, 3, 1, 2.0)
    assert [(one.threshold, one.heard, one.false_accepts) for one in tradeoff.curve(positive, negative, 0)] == [
        (0, 3, 4),
        (3, 3, 3),
        (5, 2, 3),
        (8, 2, 1),
    ]


def test_a_threshold_is_chosen_for_a_rate_or_for_a_recall():
    positive, negative = heard([1, 5, 9], events=[(0, 50), (100, 150), (200, 250)]), heard([1, 5, 5, 9])
    points = tradeoff.curve(positive, negative, 0)
    assert tradeoff.for_rate(points, 2).threshold == 9
    assert tradeoff.for_rate(points, 6).threshold == 5
    assert tradeoff.for_rate(points, 0).threshold == 9  # none is as strict as that
    assert tradeoff.for_recall(points, 0.6).threshold == 5
    assert tradeoff.for_recall(points, 0.95).threshold == 1


def test_the_interval_of_a_count_is_garwoods():
    np.testing.assert_allclose(tradeoff.poisson_interval(0), (0, 3.689), atol=1e-3)
    np.testing.assert_allclose(tradeoff.poisson_interval(10), (4.795, 18.390), atol=1e-3)


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """Tones that stand for words, of four speakers: the model knows neither, so recall is nothing to rely on."""
    folder = tmp_path_factory.mktemp("words")
    rng = np.random.default_rng(0)
    t = np.arange(16000) / 16000
    for kind, low, high in (("word", 200, 500), ("other", 1000, 3000)):
        for speaker in range(4):
            for take in range(2):
                tone = np.sin(2 * np.pi * rng.uniform(low, high) * t * (1 + t)) * np.sin(np.pi * t)
                sound_files.write_clip(folder / kind / f"s{speaker}_nohash_{take}.wav", 0.5 * tone, 16000)
    return folder


def stream(words, *arguments):
    folders = ("--positives", words / "word", "--background", words / "other")
    return CliRunner().invoke(main, ["stream", "keywordspotting", *map(str, (*folders, *arguments))])


@pytest.mark.parametrize("per_hour", [pytest.param(30, marks=pytest.mark.soak), 3000])
def test_the_c_with_the_chosen_threshold_decides_as_stream_does_hop_by_hop(words, tmp_path, per_hour):
    out = tmp_path / "wake"
    picture = tmp_path / "tradeoff.png" if per_hour == 30 else tmp_path / "tradeoff.html"
    result = stream(
        *(words, "--hours", 0.01, "--per-hour", per_hour, "--out", out, "--json", tmp_path / "out.json"),
        *("--plot", picture),
    )
    assert result.exit_code == 0, result.output
    assert picture.read_bytes().startswith(b"\x89PNG" if per_hour == 30 else b"<!doctype html>")
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["detection"]["threshold"] == found["test"]["threshold"]
    assert found["validation"]["hours"] == 0.01
    assert (
        f"#define MODEL_PROGRAM_THRESHOLD ({found['detection']['threshold']})" in (out / "model_program.h").read_text()
    )

    fitted = models.find(str(out))
    rng = np.random.default_rng(1)
    samples = np.concatenate(
        [sound_files.read_clip(path, 16000) for path in rng.permutation(sorted(words.glob("*/*.wav"))).tolist()]
    )
    pushed = audio.to_int16(samples)
    library = host_program.load({path.name: path.read_bytes() for path in out.glob("*.[ch]")})
    classes, _ = host_program.decisions(library, pushed, 320, 2)
    windows = Program(fitted.model, fitted.front_end).run(pushed)
    assert len(classes) > 40
    np.testing.assert_array_equal(windows.decisions, classes)


@pytest.mark.parametrize("event", [0, 1])
@pytest.mark.parametrize(("threshold", "refractory"), [(-400, 0), (-100, 3), (60, 2), (200, 7), (999, 1)])
def test_any_threshold_and_refractory_time_is_that_of_the_c(event, threshold, refractory):
    fitted = models.find("keywordspotting")
    detection = {"event": fitted.classes[event], "threshold": threshold, "refractory_windows": refractory}
    frontend = FrontEnd.model_validate(fitted.frontend | {"detection": detection})
    rng = np.random.default_rng(abs(threshold))
    envelope = np.repeat(rng.uniform(0, 9000, 60), 4000)
    samples = np.clip(rng.normal(size=len(envelope)) * envelope, -32768, 32767).astype(np.int16)
    library = host_program.load(c_program.sources(lower(fitted.model), frontend))
    for _ in range(2):  # a reset forgets the refractory time too
        classes, _ = host_program.decisions(library, samples, 320, 2)
        np.testing.assert_array_equal(Program(fitted.model, frontend).run(samples).decisions, classes)


def measured(points, chosen, wanted=2):
    """What `measure` returns of curves, as far as a picture shows it."""
    plain = [point.plain() for point in points]
    return {
        "model": "a-model",
        "event": "hello",
        "wanted_false_accepts_per_hour": wanted,
        "validation": chosen.plain(),
        "test": chosen.plain(),
        "curve": {"validation": plain, "test": plain},
    }


def test_the_trade_off_is_drawn_on_a_logarithmic_axis_with_the_chosen_threshold():
    positive = heard([1, 5, 9], events=[(0, 50), (100, 150), (200, 250)])
    points = tradeoff.curve(positive, heard([1, 5, 5, 0]), 0)
    (axes,) = plot.tradeoff(measured(points, tradeoff.for_rate(points, 2))).axes
    assert (axes.get_xscale(), axes.get_xlabel()) == ("log", "false accepts an hour, logarithmic")
    validation, test = (line for line in axes.lines if line.get_drawstyle() == "steps-post")
    # No false accept in half an hour is drawn left of one in it, and called 0.
    assert list(zip(*test.get_data(), strict=True)) == [(1.0, 33.33), (4.0, 66.67), (6.0, 100.0), (8.0, 100.0)]
    assert axes.xaxis.get_major_formatter()(1.0, 0) == "0"
    assert list(validation.get_xdata()) == list(test.get_xdata())
    assert [
        (x, y) for line in axes.lines if line.get_marker() == "o" for x, y in zip(*line.get_data(), strict=True)
    ] == [(1.0, 33.33)] * 2
    assert "threshold 9, hollow where it was chosen" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_thresholds_that_hear_no_more_and_err_more_are_left_out_of_the_picture():
    points = [{"false_accepts_per_hour": rate, "recall_pct": recall} for rate, recall in ((9, 80), (2, 50), (5, 40))]
    assert plot._front(points) == ([2, 9], [50, 80])


def test_the_same_seed_gives_the_same_figures(words):
    one, other = (stream(words, "--hours", 0.01, "--seed", 3) for _ in range(2))
    assert one.exit_code == 0 and one.output == other.output
    assert "false accepts in 0.01 hours" in one.output
    assert "distinct seconds" in one.output


def test_bad_folders_end_in_one_sentence_and_status_2(words, tmp_path):
    (tmp_path / "empty").mkdir()
    sound_files.write_clip(tmp_path / "lonely" / "a_nohash_0.wav", np.sin(np.arange(16000)), 16000)
    for speaker in "ab":
        sound_files.write_clip(tmp_path / "short" / f"{speaker}_nohash_0.wav", np.sin(np.arange(3)), 16000)
    for folder, sentence in (
        ("empty", "holds no .wav file"),
        ("none", "is no folder"),
        ("short", "a_nohash_0.wav lasts 0.000 s: leave out what is shorter than 0.1 s"),
        ("lonely", "recordings of one speaker (a)"),
    ):
        arguments = ["--positives", str(tmp_path / folder), "--background", str(words / "other")]
        result = CliRunner().invoke(main, ["stream", "keywordspotting", *arguments])
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert sentence in result.stderr
    result = CliRunner().invoke(main, ["stream", "motionsense", *arguments])
    assert "a stream is one of sound" in result.stderr
    assert "name one of" in stream(words, "--event", "hello").stderr
    result = stream(words, "--plot", tmp_path / "curve.gif", "--json", tmp_path / "curve.json")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "curve.gif ends in neither .png nor .html: name a picture or a page." in result.stderr
    assert not list(tmp_path.glob("curve.*"))


@pytest.mark.parametrize("share", ["word", "."])
def test_folders_that_share_recordings_are_refused(words, share):
    result = stream(words, "--background", words / share)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "share recordings, so that each event would be a false accept too: name two folders" in result.stderr


@pytest.mark.parametrize(
    ("option", "number", "sentence"),
    [
        ("--hours", 1e12, "--hours is 1e+12, and a background is kept in memory, 0.75 GB an hour: take 21 or fewer."),
        ("--hours", "nan", "nan is no finite number"),
        ("--per-hour", "inf", "inf is no finite number"),
        ("--refractory", 1e300, "is not in the range 0<=x<=3600"),
    ],
)
def test_numbers_without_an_end_are_refused(words, option, number, sentence):
    result = stream(words, option, number)
    assert result.exit_code == 2 and sentence in result.stderr and not result.stdout


def test_the_figures_of_a_keyword_name_how_long_it_listened_and_an_interval(words):
    fitted = models.find("keywordspotting")
    clips = {
        kind: {split: [audio.to_int16(sound_files.read_clip(path, 16000)) for path in paths] for split, paths in halves}
        for kind, halves in (
            (kind, [(split, sorted((words / kind).glob(f"s[{speakers}]_*"))) for split, speakers in SPEAKERS.items()])
            for kind in ("word", "other")
        )
    }
    figures = measure.at_95_recall(fitted, clips["word"], clips["other"], hours=0.01, seed=1)
    assert (figures["stream_hours"], figures["stream_events"]) == (0.01, 4)
    rate = figures["false_accepts_per_hour_at_95_recall"]
    assert figures["false_accepts_per_hour_low"] <= rate <= figures["false_accepts_per_hour_high"]
