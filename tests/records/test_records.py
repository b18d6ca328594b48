"""Records that are read, typed, and become plain data again."""

import json
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from featherline.codegen.frontend import sensor as of_sensor
from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json
from featherline.records import schemas
from featherline.records.base import load, parse, plain
from featherline.records.frontend import (
    AudioConstants,
    FrontEndFile,
    MotionChannel,
    MotionConstants,
    OtherConstants,
    SensorChannelKind,
    constants,
)
from featherline.records.model import Headline, PipelineModel
from featherline.records.provenance import Origin, Recordings
from featherline.records.search import Search
from featherline.signals import motion, sensor
from tests.records.examples import GOLDEN, changed, content

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (PipelineModel, "pipeline-model-2"),
        (Search, "search"),
        (FrontEndFile, "frontend-motion"),
        (FrontEndFile, "frontend-audio"),
    ],
)
def test_a_record_is_written_as_it_was_read(kind, name):
    assert as_json(plain(load(kind, GOLDEN / f"{name}.json", "benchmark"))) == as_json(content(name))


def test_a_headline_is_written_as_it_was_read_and_keeps_what_it_does_not_know():
    headline = content("headline") | {"energy_uj": 12.5}
    assert as_json(plain(Headline.model_validate(headline))) == as_json(headline)


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").glob("*/*.json")), ids=lambda path: str(path.name))
def test_every_committed_record_is_read_and_written_again(path):
    text = path.read_text(encoding="utf-8")
    written = plain(load(PipelineModel, path, "benchmark"))
    if "schema_version" not in json.loads(text):
        del written["schema_version"]
    assert as_json(written) == text


def test_a_record_without_a_version_is_of_version_1_and_becomes_one_of_today():
    first = content("pipeline-model-1")
    assert "schema_version" not in first and "data" not in first["input"]
    record = parse(PipelineModel, first, "a file", "run it again")
    assert (record.schema_version, record.input.data) == (2, None)
    assert record.accuracy.accuracy_pct == first["accuracy"]["accuracy_pct"]


@pytest.mark.parametrize("version", [3, 0, "2", None, True])
def test_a_version_that_is_not_known_is_one_sentence(version):
    later = content("pipeline-model-2") | {"schema_version": version}
    with pytest.raises(FeatherlineError) as error:
        parse(PipelineModel, later, "metrics/x.json", "run it again")
    assert str(error.value) == (
        f"metrics/x.json: schema_version is {json.dumps(version)}, and this Featherline reads 1 and 2: "
        "use the Featherline that wrote it, or run it again."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"size": {"weight_bytes": "many"}}, 'size.weight_bytes: .*, found "many"'),
        ({"memory": {"peak_operator": 99}}, "there is no operator 99: the model has 8"),
        ({"accuracy": {"runtime": "a guess"}}, "accuracy.runtime: .*'tflm' or 'litert'"),
    ],
)
def test_a_record_that_is_wrong_is_named_with_the_key(changes, said):
    wrong = changed(content("pipeline-model-2"), **changes)
    with pytest.raises(FeatherlineError, match=f"^metrics/x.json: .*{said}.*; run it again.$"):
        parse(PipelineModel, wrong, "metrics/x.json", "run it again")


def test_what_is_no_table_is_told():
    with pytest.raises(FeatherlineError, match="metrics/x.json is JSON, but no table: run it again."):
        parse(PipelineModel, [], "metrics/x.json", "run it again")


def test_constants_of_a_front_end_are_typed_by_their_kind():
    of_motion = parse(FrontEndFile, content("frontend-motion"), "frontend.json", "run it again").frontend
    of_audio = parse(FrontEndFile, content("frontend-audio"), "frontend.json", "run it again").frontend
    assert isinstance(of_motion, MotionConstants) and of_motion.native_rate_hz == 50
    assert isinstance(of_audio, AudioConstants) and of_audio.mel.bands == of_audio.coefficients


def test_a_constant_that_an_application_leaves_out_is_named():
    of_motion = content("frontend-motion")["frontend"]
    assert as_json(plain(constants(of_motion, "toy"))) == as_json(of_motion)
    with pytest.raises(
        FeatherlineError, match=r"^The front end of toy: motion\.taps: Field required; correct what its"
    ):
        constants({key: value for key, value in of_motion.items() if key != "taps"}, "toy")


HUGE = 2**70
NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [
        *(("window_samples", wrong, "window_samples: Input should be") for wrong in (0, -1, HUGE, 10**9, NAN)),
        *(("hop_samples", wrong, "hop_samples") for wrong in (0, -5, HUGE, 193)),
        *(("decimation", wrong, "decimation") for wrong in (0, -1, HUGE, 3)),
        *(("interpolation", wrong, "interpolation") for wrong in (0, "linear", HUGE, 5)),
        *(("native_rate_hz", wrong, "native_rate_hz") for wrong in (0, -50, NAN, INFINITY, HUGE, 10**9, 49)),
        *(("sample_rate_hz", wrong, "sample_rate_hz") for wrong in (0, NAN, HUGE)),
        *(("taps", wrong, "taps") for wrong in ([], [NAN], [INFINITY], [1e300], [0.0] * 100_001)),
        ("channels", [], "channels: "),
        ("channels", ["vertical", "q", "x"], "channels.1: Input should be 'x', 'y', "),
        ("channels", ["x", "y", "x"], "channels has 'x' twice"),
        ("channels", ["x", "y"], r"input_shape \[192, 1, 3\] with 3 means is not what frontend makes: 384 features"),
        *(("smallest_gravity_g", wrong, "smallest_gravity_g") for wrong in (0, NAN, INFINITY)),
    ],
)
def test_a_constant_of_motion_that_no_device_can_have_is_named(key, wrong, said):
    frontend = changed(content("frontend-motion"), frontend={key: wrong})
    with pytest.raises(FeatherlineError, match=rf"^frontend\.json: [^\n]*{said}[^\n]*; copy it again\.$"):
        parse(FrontEndFile, frontend, "frontend.json", "copy it again")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        *(({"frame_samples": wrong}, "frame_samples") for wrong in (0, 1000, 65536, HUGE)),
        *(({"hop_samples": wrong}, "hop_samples") for wrong in (0, HUGE, 999)),
        ({"sample_rate_hz": 0}, "sample_rate_hz"),
        ({"sample_rate_hz": 8000}, "mel.highest_hz is above half of sample_rate_hz"),
        ({"frames": 10**6}, "are longer than clip_samples"),
        ({"coefficients": 17}, "coefficients is above mel.bands"),
        ({"mel": {"first_bins": [4]}}, "first_bins has 1 values, and must have 16, one for each of the bands"),
        ({"mel": {"first_bins": [513] * 16}}, "mel.weights lead beyond the 513 bins of a frame"),
        ({"mel": {"lowest_hz": 7600.0}}, "lowest_hz must be below highest_hz"),
        ({"log": {"floor": 0.0}}, "log.floor"),
        ({"dct": [[0.5] * 16]}, "dct has 1 values, and must have 16, a row for each of the coefficients"),
        ({"statistics": {"step": 0.0, "floor": 0.01}}, "statistics.step"),
        ({"statistics": {"step": 0.1, "floor": 0.01}}, "not what frontend makes: 48 features"),
    ],
)
def test_a_constant_of_sound_that_no_device_can_have_is_named(changes, said):
    frontend = changed(content("frontend-audio"), frontend=changes)
    with pytest.raises(FeatherlineError, match=f"^frontend.json: .*{said}.*; copy it again.$"):
        parse(FrontEndFile, frontend, "frontend.json", "copy it again")


OF_ANY_SENSOR = {
    **{"kind": "sensor", "unit": "bar", "columns": ["p", "q", "r"], "steps": [0.1] * 3, "zeros": [0.0] * 3},
    **{"native_rate_hz": 62.5, "sample_rate_hz": 62.5, "interpolation": 1, "decimation": 1, "taps": [1.0]},
    **{"window_samples": 64, "hop_samples": 32},
    "channels": [
        {"name": "p", "kind": "column", "columns": [0]},
        {"name": "pqr.jerk", "kind": "jerk", "columns": [0, 1, 2]},
    ],
    "spectrum": {"fft_samples": 32, "edges": [1, 3, 9, 17], "floor": 0.01},
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"steps": [0.1, 0.0, 0.1]}, "steps.1: Input should be greater than"),
        ({"steps": [0.1]}, "steps has 1 values, and must have 3, one for each of the columns"),
        ({"zeros": [0.0] * 4}, "zeros has 4 values"),
        ({"channels": [{"name": "p", "kind": "column", "columns": [3]}]}, "takes a column that is not among 3"),
        ({"channels": [{"name": "p", "kind": "column", "columns": []}]}, "has 0 columns, and its kind takes 1"),
        ({"channels": [{"name": "p", "kind": "sum", "columns": [0]}]}, "channels.0.kind: Input should be 'column', "),
        ({"channels": OF_ANY_SENSOR["channels"][:1] * 2}, "channels has 'p' twice"),
        ({"spectrum": {"fft_samples": 128}}, "spectrum.fft_samples is above window_samples"),
        ({"spectrum": {"fft_samples": 33}}, "must be a power of two"),
        ({"spectrum": {"edges": [1, 9, 9, 17]}}, "edges must rise"),
        ({"spectrum": {"edges": [1, 3, 9, 18]}}, "end within the 17 bins of the FFT"),
        ({"spectrum": {"floor": 0.0}}, "spectrum.floor"),
        ({"spectrum": None}, "not what frontend makes: 128 features"),
    ],
)
def test_a_constant_of_any_sensor_that_no_device_can_have_is_named(changes, said):
    frontend = content("frontend-motion") | {
        "frontend": changed(OF_ANY_SENSOR, **changes),
        "input_shape": [3, 1, 2],
        "normalization": {"axis": 3, "mean": [0.0] * 2, "scale": [1.0] * 2},
    }
    if said is None:
        parse(FrontEndFile, frontend, "frontend.json", "copy it again")
        return
    with pytest.raises(FeatherlineError, match=f"^frontend.json: .*{said}.*; copy it again.$"):
        parse(FrontEndFile, frontend, "frontend.json", "copy it again")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        *(
            ({"normalization": {"scale": [1.0, wrong, 1.0]}}, "normalization.scale.1")
            for wrong in (0, -1, NAN, INFINITY)
        ),
        *(({"normalization": {"mean": [1.0, wrong, 1.0]}}, "normalization.mean.1") for wrong in (NAN, INFINITY, "a")),
        ({"normalization": {"mean": [1.0]}}, "normalization.mean has 1 values, and must have 3, one for each place"),
        ({"normalization": {"scale": [1.0] * 4}}, "normalization.scale has 4 values"),
        ({"normalization": {"axis": 4}}, r"normalization.axis is 4, and input_shape \[192, 1, 3\] has 3 behind"),
        *(({"normalization": {"axis": wrong}}, "normalization.axis") for wrong in (0, -1, HUGE)),
        ({"normalization": {"axis": 1}}, "normalization.mean has 3 values, and must have 192"),
        *(({"input_shape": wrong}, "input_shape") for wrong in ([], [0, 1, 3], [192, HUGE, 3], [96, 1, 3])),
        ({"detection": {"event": "fly", "threshold": 1, "refractory_windows": 1}}, "'fly' is none of the classes"),
    ],
)
def test_what_does_not_fit_the_front_end_is_named(changes, said):
    with pytest.raises(FeatherlineError, match=f"^frontend.json: .*{said}.*; copy it again.$"):
        parse(FrontEndFile, changed(content("frontend-motion"), **changes), "frontend.json", "copy it again")


def test_channels_are_those_of_the_front_ends():
    assert get_args(MotionChannel) == get_args(motion.Channel)
    assert get_args(SensorChannelKind) == ("column", *sensor.DERIVED) == of_sensor.KINDS


@pytest.mark.parametrize(
    ("archives", "complete"), [([], None), ([True, True], True), ([True, False], False), ([False, None], None)]
)
def test_recordings_are_complete_where_every_archive_is(archives, complete):
    recordings = Recordings(
        application="Toy",
        source="mirror",
        archives=tuple(Origin(url=None, file="a.zip", sha256=None, complete=known) for known in archives),
        licence="MIT",
        groups=3,
        items=9,
        hours=0.5,
    )
    assert recordings.provenance.complete is complete


def test_a_front_end_of_somebody_else_is_kept_as_it_is():
    wavelets = {"steps": [1, 2], "kind": "wavelets", "levels": {"deep": 3}}
    frontend = content("frontend-motion") | {"frontend": wavelets}
    record = parse(FrontEndFile, frontend, "frontend.json", "run it again")
    assert isinstance(record.frontend, OtherConstants) and record.frontend.group == "group"
    assert as_json(plain(record)) == as_json(frontend)


def test_the_json_schemas_are_those_of_the_classes():
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / schemas.FOLDER).iterdir()}
    assert files == schemas.schemas(), "run `python -m featherline.records.schemas`"


@pytest.mark.parametrize("commit", ["a14b373", "6719660"])
def test_every_record_of_earlier_commits_is_taken(commit):
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    try:
        paths = git("ls-tree", "-r", "--name-only", commit, "metrics/").split()
    except subprocess.CalledProcessError:
        pytest.skip(f"the clone is too shallow for {commit}")
    models = [path for path in paths if path.endswith(".json") and path.count("/") == 2]
    assert len(models) == 52
    for path in models:
        record = parse(PipelineModel, json.loads(git("show", f"{commit}:{path}")), path, "run it again")
        assert Path(path).stem == record.name
