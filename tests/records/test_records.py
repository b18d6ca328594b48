"""Records that are read, typed, and become plain data again."""

import json
import subprocess
from pathlib import Path

import pytest

from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json
from featherline.records import schemas
from featherline.records.base import load, parse, plain
from featherline.records.frontend import AudioConstants, FrontEndFile, MotionConstants, OtherConstants, constants
from featherline.records.model import Headline, PipelineModel
from featherline.records.provenance import Origin, Recordings
from featherline.records.search import Search
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
    motion = parse(FrontEndFile, content("frontend-motion"), "frontend.json", "run it again").frontend
    audio = parse(FrontEndFile, content("frontend-audio"), "frontend.json", "run it again").frontend
    assert isinstance(motion, MotionConstants) and motion.native_rate_hz == 50
    assert isinstance(audio, AudioConstants) and audio.mel.bands == audio.coefficients


def test_a_constant_that_an_application_leaves_out_is_named():
    of_motion = content("frontend-motion")["frontend"]
    assert as_json(plain(constants(of_motion, "toy"))) == as_json(of_motion)
    with pytest.raises(
        FeatherlineError, match=r"^The front end of toy: motion\.taps: Field required; correct what its"
    ):
        constants({key: value for key, value in of_motion.items() if key != "taps"}, "toy")


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
