"""What lies in zoo/ is what its cards say, runs as it says, and holds nothing of the recordings."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from featherline import applications, params_file
from featherline.applications.sources import find_in_mirror, unpack
from featherline.codegen import program as c_program
from featherline.core.files import read_json
from featherline.emulator import host_program
from featherline.interpreters.values import quantize
from featherline.prediction import models
from featherline.prediction.program import Program
from featherline.prediction.recordings import UNITS_PER_G
from featherline.release import card, golden
from featherline.signals import motion, rest
from featherline.signals.dataset import Normalization

ROOT = Path(__file__).resolve().parents[2]
ZOO = ROOT / "zoo"
APPS = sorted(path.parent.name for path in ZOO.glob("*/metrics.json"))
MODELS = [(app, path.stem) for app in APPS for path in sorted((ZOO / app).glob("*.tflite"))]
SANITIZED = ("-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-fsanitize=address,undefined")


def test_the_zoo_has_the_four_applications_with_two_models_each():
    assert APPS == ["carsensor", "keywordspotting", "motionsense", "musicclassifier"]
    assert {name for _, name in MODELS} == {"reduced-int8", "reduced-int4"} and len(MODELS) == 8


@pytest.mark.parametrize("app", APPS)
def test_checksums_are_those_of_all_files(app):
    listed = dict(line.split("  ")[::-1] for line in (ZOO / app / "SHA256SUMS").read_text().splitlines())
    found = {
        path.relative_to(ZOO / app).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ZOO / app).rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert listed == found


@pytest.mark.parametrize(("app", "name"), MODELS)
def test_each_program_is_right_on_its_golden_vectors_under_sanitizers(app, name, tmp_path):
    folder = ZOO / app / "c" / name
    sources = [str(folder / "model.c"), str(folder / "model_check.c")]
    built = ["gcc", *SANITIZED, "-DMODEL_CHECK_MAIN", *sources, "-o", "check"]
    subprocess.run(built, cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run([tmp_path / "check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "model_check: 4 of 4 items right\n")
    manifest = read_json(folder / "manifest.json")
    assert manifest["model_sha256"] == hashlib.sha256((ZOO / app / f"{name}.tflite").read_bytes()).hexdigest()
    for file, digest in manifest["files"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize(("app", "name"), MODELS)
def test_predict_answers_as_the_c_of_the_zoo_does(app, name):
    fitted = models.find(f"{app}/{name}")
    folder = ZOO / app / "c" / name
    sources = {path.name: path.read_bytes() for path in folder.glob("*.[ch]") if path.name != "model_check.c"}
    rate_hz, _, values = c_program.stream(fitted.front_end)
    rng = np.random.default_rng(0)
    samples = np.cumsum(rng.normal(scale=300, size=(30 * rate_hz, values)), axis=0)
    samples = (samples - samples.mean(axis=0)).clip(-32768, 32767).astype(np.int16).squeeze()
    classes, outputs = host_program.decisions(host_program.load(sources), samples, 64, len(fitted.classes))
    windows = Program(fitted.model, fitted.front_end).run(samples)
    assert len(classes) > 2
    np.testing.assert_array_equal(windows.outputs, outputs)
    np.testing.assert_array_equal(windows.decisions, classes)


@pytest.mark.parametrize("name", [name for app, name in MODELS if app == "carsensor"])
def test_a_phone_on_a_table_is_no_ride(name):
    fitted = models.find(str(ZOO / "carsensor" / f"{name}.tflite"))
    program = Program(fitted.model, fitted.front_end)
    for seed in range(40):
        lying_g = rest.on_a_table(25 * 50, np.random.default_rng(seed))
        windows = program.run(motion.to_int16(lying_g, UNITS_PER_G))
        assert {fitted.classes[place] for place in windows.outputs.argmax(axis=1)} == {"other"}, seed


def _numbers(content) -> set[float]:
    if isinstance(content, dict):
        return set().union(*map(_numbers, content.values()))
    if isinstance(content, list):
        return set().union(*map(_numbers, content), {float(len(content))})
    return {float(content)} if isinstance(content, (int, float)) and not isinstance(content, bool) else set()


@pytest.mark.parametrize("app", APPS)
def test_every_figure_of_a_card_is_one_of_its_metrics(app):
    metrics = json.loads((ZOO / app / "metrics.json").read_text())
    text = (ZOO / app / "README.md").read_text()
    assert text == card.render(metrics)
    assert (ZOO / app / "NOTICE").read_text() == card.notice(metrics)
    told = text[text.index("## Figures") : text.index("## Limits")]
    told = re.sub(
        r"SHA-256|`[^`]*`|https?://\S+|v0\.0\d|64-bit|Cortex-M4|95 %|reduced-int\d|ODC-By 1\.0|CC BY 4\.0", "", told
    )
    for row in metrics["robustness"]:
        told = told.replace(row["disturbance"], "")
    figures = {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", told)}
    places = {float(place) for place in range(1, len(metrics["per_group"]["groups"]) + 1)}
    unknown = figures - {round(abs(number), 4) for number in _numbers(metrics)} - places
    assert not unknown


def test_the_table_of_all_prints_only_their_metrics():
    every = {app: json.loads((ZOO / app / "metrics.json").read_text()) for app in APPS}
    assert (ZOO / "README.md").read_text() == card.overview(every)


@pytest.mark.parametrize("app", APPS)
def test_all_stand_on_real_recordings_and_are_told_so(app):
    metrics = json.loads((ZOO / app / "metrics.json").read_text())
    assert metrics["data"]["source"] in ("mirror", "public")
    assert len(metrics["commit"]) == 40
    assert ("research only" in (ZOO / app / "NOTICE").read_text()) == (app == "musicclassifier")
    assert ("research only" in (ZOO / app / "README.md").read_text()) == (app == "musicclassifier")


def windows_of_recordings(app, mirror, tmp_path):
    """Every window of the archives, quantized as the model takes it: one array for each split."""
    tree = params_file.read(ROOT / "params.yaml")
    if app == "keywordspotting":
        tree[app]["preprocess"]["keyword"] = "happy"
    module = applications.find(app)
    fetch = params_file.block(tree, f"{app}.fetch", module.Fetch)
    raw = tmp_path / app
    raw.mkdir()
    for archive in find_in_mirror(module.archives(fetch), mirror).values():
        unpack(archive, raw)
    made = module.preprocess(raw, params_file.block(tree, f"{app}.preprocess", module.Preprocess), tree["seed"])
    fitted = models.find(app)
    stated = fitted.frontend["normalization"]
    apply = Normalization(stated["axis"], *(np.array(stated[key], np.float32) for key in ("mean", "scale"))).apply
    return [quantize(apply(items.inputs), fitted.model.inputs[0]) for items in made.splits.values()]


@pytest.mark.parametrize("app", ["motionsense", *(pytest.param(app, marks=pytest.mark.soak) for app in APPS)])
def test_no_array_is_a_window_of_the_recordings(app, mirror, tmp_path):
    windows = windows_of_recordings(app, mirror, tmp_path)
    files = {str(path): path.read_bytes() for path in (ZOO / app).rglob("*.[ch]")}
    assert any(name.endswith("model_check.c") for name in files)
    assert golden.recorded(files, windows) == []
    # What the test would have found: the second of two windows in a file of golden vectors.
    listed = ", ".join(map(str, [*windows[0][0].ravel().tolist(), *windows[2][5].ravel().tolist()]))
    assert golden.recorded(files | {"x.c": f"static const int8_t a[] = {{{listed}}};".encode()}, windows) == ["x.c"]


def test_nothing_in_the_zoo_names_a_path_of_somebody():
    here = re.escape(f"{ROOT.parent}/")
    for path in ZOO.rglob("*"):
        if path.is_file() and path.suffix != ".tflite":
            assert not re.search(rf"({here}|/home/|/root/|/Users/|[A-Z]:\\)", path.read_text()), path


def test_golden_vectors_come_again(tmp_path):
    """They are computed: the same simulation and seed give the bytes that are committed."""
    shutil.copytree(ZOO / "motionsense", tmp_path / "motionsense")
    fitted = models.find(str(tmp_path / "motionsense"))
    vectors = golden.vectors(fitted, "motionsense")
    committed = (ZOO / "motionsense" / "c" / "reduced-int8" / "model_check.c").read_text()
    array = re.search(r"model_check_inputs\[\] = \{([^}]*)\}", committed)[1]
    numbers = np.array([int(number) for number in re.findall(r"-?\d+", array)], np.int8)
    np.testing.assert_array_equal(numbers, vectors.inputs.ravel())
