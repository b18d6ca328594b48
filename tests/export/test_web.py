"""The page of a model: its WebAssembly is the model, to the byte, and docs/try/ is what the zoo gives today."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from featherline.cli import main
from featherline.export import exported, web
from featherline.export.web import gallery
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.records.frontend import SensorConstants
from tests.export import pages

ROOT = Path(__file__).resolve().parents[2]
TRY = ROOT / "docs" / "try"
APPS = models.names()
LARGEST_BYTES = 60_000
SECONDS = {True: 20, False: 12}  # of motion, of sound: two windows or more


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return gallery.files()


def golden(app: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and outputs of the golden vectors that the zoo has for a model: int8, shape (items, values)."""
    source = (ROOT / "zoo" / app / "c" / name / "model_check.c").read_text()
    arrays = [
        np.array(re.findall(r"-?\d+", array), dtype=np.int8)
        for array in re.findall(r"model_check_(?:in|out)puts\[\] = \{(.*?)\}", source, re.S)
    ]
    [count] = re.findall(r"#define MODEL_CHECK_ITEMS (\d+)", source)
    inputs, outputs = (array.reshape(int(count), -1) for array in arrays)
    return inputs, outputs


def check_golden(program: pages.Program, app: str, name: str) -> None:
    inputs, outputs = golden(app, name)
    assert len(inputs) >= 4
    for item, answer in zip(inputs, outputs, strict=True):
        np.testing.assert_array_equal(program.answer(item), answer)


def test_docs_try_holds_the_pages_of_the_zoo(made):
    pages_and_notices = {f"{app}/{file}" for app in APPS for file in ("index.html", "NOTICE")}
    assert set(made) == {"index.html", *pages_and_notices} and len(APPS) == 4
    for path, content in made.items():
        assert (TRY / path).read_bytes() == content, f"docs/try/{path} is not as its sources: run make try."
    there = {path.relative_to(TRY).as_posix() for path in TRY.rglob("*") if path.is_file()}
    assert there == {*made, ".featherline"}


@pytest.mark.parametrize("app", APPS)
def test_a_page_is_small_and_loads_nothing(made, app):
    html = made[f"{app}/index.html"].decode()
    assert len(html.encode()) <= LARGEST_BYTES
    loads = r"""(?:src|href|action)=(?!"data:,")|https?://|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|import\("""
    assert re.findall(loads, html) == []


@pytest.mark.parametrize("app", APPS)
def test_the_webassembly_equals_the_golden_vectors_to_the_byte(made, app):
    headline = models.find(app).model.path.stem
    check_golden(pages.Program(made[f"{app}/index.html"].decode()), app, headline)


@pytest.mark.parametrize("app", APPS)
def test_a_stream_gives_what_predict_says(made, app):
    # WebAssembly has no fused multiply-add: a feature may be cut off one step lower or higher.
    fitted = models.find(app)
    rng = np.random.default_rng(0)
    values = () if not fitted.is_motion else (3,)
    samples = np.cumsum(rng.normal(scale=300, size=(SECONDS[fitted.is_motion] * fitted.rate_hz, *values)), axis=0)
    samples = (samples - samples.mean(axis=0)).clip(-32768, 32767).astype(np.int16)
    program = Program(fitted.model, fitted.front_end)
    features, windows = program.features(samples), program.run(samples)
    streamed = list(pages.Program(made[f"{app}/index.html"].decode()).stream(samples))
    assert len(streamed) == len(features) > 1
    error = np.array([one for one, _, _ in streamed]).astype(int) - features
    assert np.abs(error).max() <= 1 and np.mean(error != 0) < 0.001
    same = [index for index in range(len(features)) if not error[index].any()]
    assert same
    np.testing.assert_array_equal(np.array([output for _, output, _ in streamed])[same], windows.outputs[same])
    if len(same) == len(features):
        assert [decision for _, _, decision in streamed] == windows.decisions.tolist()


def test_the_figures_of_the_page_are_those_of_the_zoo(made):
    html = made["motionsense/index.html"].decode()
    program = json.loads((ROOT / "zoo/motionsense/metrics.json").read_text())["models"]["reduced-int8"]["program"]
    instructions = program["front_end_instructions"] + program["model_instructions"]
    for figure in (program["flash_bytes"], program["ram_bytes"], instructions):
        assert f"{figure:,}" in html
    for told in ("99.1 %", "4 subjects", "MIT (MotionSense"):
        assert told in html


@pytest.fixture
def waiting(tmp_path) -> Path:
    """A model that waits for one class, whose name would end a script."""
    folder = tmp_path / "waiting"
    folder.mkdir()
    for name in ("reduced-int8.tflite", "metrics.json"):
        (folder / name).write_bytes((ROOT / "zoo/carsensor" / name).read_bytes())
    frontend = (ROOT / "zoo/carsensor/frontend.json").read_text().replace('"vehicle"', '"</script>"')
    detection = '"detection": {"event": "</script>", "threshold": 150, "refractory_windows": 2}, "classes"'
    (folder / "frontend.json").write_text(frontend.replace('"classes"', detection, 1))
    return folder


def test_a_model_may_wait_for_one_class_of_any_name(waiting):
    html = web.page(exported.read(str(waiting)))
    assert pages.model_of(html)["classes"] == ["other", "</script>"]
    samples = np.random.default_rng(1).integers(-8192, 8192, (1500, 3)).astype(np.int16)
    fitted = models.find(str(waiting))
    expected = Program(fitted.model, fitted.front_end).run(samples).decisions.tolist()
    assert [decision for _, _, decision in pages.Program(html).stream(samples)] == expected


@pytest.mark.soak
def test_a_model_without_metrics_is_measured(waiting):
    (waiting / "metrics.json").unlink()
    html = web.page(exported.read(str(waiting)))
    shown = {name: int(figure.replace(",", "")) for name, figure in re.findall(r"<dt>(\w+)</dt><dd>([\d,]+)", html)}
    assert 2_000 < shown["Flash"] < 6_000 and 1_500 < shown["RAM"] < 4_000 and "Accuracy" not in shown


def test_the_command_writes_the_page_and_nothing_over_what_is_not_its_own(made, tmp_path):
    run = CliRunner().invoke
    done = run(main, ["export", "carsensor", "--as", "web", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0 and "index.html" in done.output
    assert (tmp_path / "out" / "index.html").read_bytes() == made["carsensor/index.html"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("mine")
    done = run(main, ["export", "carsensor", "--as", "web", "--out", str(tmp_path / "other")])
    assert done.exit_code == 2 and "was not written by Featherline" in done.output
    assert (tmp_path / "other" / "index.html").read_text() == "mine"


def test_without_the_compiler_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(web.util, "find_spec", lambda name: None)
    with pytest.raises(web.FeatherlineError, match=r"ziglang, which is not installed: pip install 'featherline\[c\]'"):
        web.page(exported.read("carsensor"))


def test_a_model_of_another_sensor_is_refused_in_one_sentence():
    car = exported.read("carsensor")
    stated = car.fitted.front_end.frontend.model_dump()
    channel = {"name": "flow", "kind": "column", "columns": (0,)}
    more = {"columns": ("flow", "pressure"), "steps": (1.0, 1.0), "zeros": (0.0, 0.0), "spectrum": None}
    more["channels"] = (channel,)
    constants = SensorConstants.model_validate(stated | {"kind": "sensor"} | more)
    front_end = car.fitted.front_end.model_copy(update={"frontend": constants})
    other = replace(car, fitted=replace(car.fitted, front_end=front_end))
    with pytest.raises(web.FeatherlineError, match="neither a phone nor a browser has that: take --as cmake"):
        web.files(other)


@pytest.mark.soak
@pytest.mark.parametrize("app", APPS)
def test_the_weights_of_four_bits_equal_their_golden_vectors_too(app):
    check_golden(pages.Program(web.page(exported.read(f"{app}/reduced-int4"))), app, "reduced-int4")


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and what its scripts hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))


def test_names_of_classes_and_titles_change_no_tag_of_the_page(monkeypatch):
    """Titles and classes are text, and text within the JSON that the script reads."""
    monkeypatch.setattr(web, "module", lambda exported: b"")
    plain = exported.read("motionsense")
    hostile = ("</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7 * 7 }}\n'\"`${1}")
    front_end = plain.fitted.front_end.model_copy(
        update={
            "application": hostile[0],
            "classes": tuple(hostile[n % 3] + str(n) for n, _ in enumerate(plain.fitted.classes)),
        }
    )
    named = replace(plain, fitted=replace(plain.fitted, front_end=front_end))
    expected, found = (Tags(web.page(model)) for model in (plain, named))
    assert found.tags == expected.tags
    script = re.search(r"<script[^>]*json[^>]*>(.*?)</script>", web.page(named), re.S)
    assert script and json.loads(script[1])["classes"] == list(front_end.classes)
