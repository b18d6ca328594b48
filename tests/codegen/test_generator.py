"""The proof of the C generator: TensorFlow Lite Micro, the host and the emulated core answer alike, to the byte."""

import contextlib
import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline import codegen
from featherline.codegen import words
from featherline.core.errors import FeatherlineError
from featherline.evaluation import proof
from featherline.interpreters.values import quantize
from featherline.signals.dataset import read_items
from featherline.tflite import model as tflite
from tests import emulators
from tests.codegen import any_ends, directed_networks, random_networks
from tests.codegen.any_ends import Stream
from tests.codegen.programs import Case, c_files, expected, on_device, on_host
from tests.tflite.handmade import classifier

ROOT = Path(__file__).resolve().parents[2]
APPS = ("motionsense", "carsensor", "keywordspotting", "musicclassifier")
PUBLISHED = ROOT.parent / "shared/models"
BATCH = 50


def agree(cases: list[Case], optimize: str = "Os", core: str = "m4") -> None:
    with tempfile.TemporaryDirectory() as folder:
        host = on_host(cases, Path(folder))
    for place, (case, answer, device) in enumerate(zip(cases, host, on_device(cases, optimize, core), strict=True)):
        tflm_outputs = expected(case)
        names = [operator.name for operator in tflite.parse(case.content, "the case").operators]
        np.testing.assert_array_equal(answer, tflm_outputs, f"host, network {place}: {names}")
        np.testing.assert_array_equal(device, tflm_outputs, f"{core}, network {place}: {names}")


def agree_at_all_ends(streams: list[Stream], folder: Path) -> None:
    for runtime, answers in (("host", any_ends.on_host(streams, folder)), ("Cortex-M4", any_ends.on_device(streams))):
        for stream, answer in zip(streams, answers, strict=True):
            names = [operator.name for operator in tflite.parse(stream.content, stream.title).operators]
            assert answer == any_ends.expected(stream), f"{runtime}, {stream.title}: {names}"


_batches = st.lists(random_networks.cases(), min_size=BATCH, max_size=BATCH, unique_by=lambda case: case.content)


def agree_in_batches(streams: list[Stream], folder: Path) -> None:
    for first in range(0, len(streams), BATCH):
        batch = folder / str(first)
        batch.mkdir()
        agree_at_all_ends(streams[first : first + BATCH], batch)
        shutil.rmtree(batch)


def test_100_directed_networks_try_every_option_of_every_operator_and_answer_alike_on_three_runtimes(tmp_path):
    streams, tally = directed_networks.networks(100)
    assert directed_networks.untried(tally, least=5) == {}
    assert all(count >= 100 // 3 for count in (tally.shapes[name] for name in directed_networks.SHAPES))
    agree_in_batches(streams, tmp_path)


@pytest.mark.soak
def test_2000_directed_networks_try_every_option_and_answer_alike_on_three_runtimes(tmp_path):
    streams, tally = directed_networks.networks(2000, seed=1)
    assert directed_networks.untried(tally, least=30) == {}
    agree_in_batches(streams, tmp_path)


@pytest.mark.soak
@settings(max_examples=6, **random_networks.ONCE)
@given(_batches)
def test_300_random_networks_answer_alike_on_three_runtimes(cases):
    agree(cases)


@pytest.mark.soak
@pytest.mark.parametrize("core", ["m0", "m3", "m55", "rv32"])
@settings(max_examples=1, **random_networks.ONCE)
@given(_batches)
def test_50_random_networks_answer_alike_on_another_core(core, cases):
    emulators.needs(core)
    agree(cases, core=core)


@pytest.mark.soak
@pytest.mark.parametrize("core", ["m0", "m55", "rv32"])
@pytest.mark.parametrize("optimize", ["size", "speed"])
def test_published_models_answer_alike_on_another_core(core, optimize):
    emulators.needs(core)
    if not PUBLISHED.is_dir():
        pytest.skip(f"there is no {PUBLISHED}")
    proven = {}
    for file in sorted(PUBLISHED.glob("*.tflite")):
        with contextlib.suppress(FeatherlineError):  # no C of it: said by the tests of the lowering
            codegen.lower(tflite.read(file))
            proven[file.stem] = proof.prove(file, "model", optimize, core)
    assert len(proven) > 10
    assert {name: one.equal for name, one in proven.items()} == {name: one.items for name, one in proven.items()}


@settings(max_examples=1, **random_networks.ONCE)
@given(_batches)
def test_weights_of_few_bits_are_unpacked_to_the_same(cases):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_UNPACKING_BYTES", -(1 << 20))  # whether it pays or not
        packed = [case for case in cases if b"#define MODEL_PACKED 1" in c_files(case.content)["model.c"]]
        assert len(packed) > BATCH // 2
        agree(packed)


def test_speed_changes_no_answer():
    rng = np.random.default_rng(3)
    inputs = rng.integers(-128, 128, (4, 12, 1, 3)).astype(np.int8)
    agree([Case(classifier(rng, depthwise=depthwise), inputs) for depthwise in (False, True)], optimize="O2")


@pytest.mark.parametrize("app", APPS)
def test_models_of_the_pipeline_answer_alike_on_the_whole_test_split(app):
    items, folder = ROOT / f"data/processed/{app}/test.npz", ROOT / f"models/{app}/tflite"
    files = [folder / f"reduced-{scheme}.tflite" for scheme in ("int8", "int2")]
    files = [file for file in files if file.exists()]
    if not items.exists() or not files:
        pytest.skip("the pipeline has not been run here")
    inputs = read_items(items).inputs
    agree([Case(file.read_bytes(), quantize(inputs, tflite.read(file).inputs[0])) for file in files])


def test_golden_vectors_find_a_program_that_computes_something_else(tmp_path):
    rng = np.random.default_rng(1)
    case = Case(classifier(rng), rng.integers(-128, 128, (4, 12, 1, 3)).astype(np.int8))
    right = expected(case)

    def check(outputs: np.ndarray) -> subprocess.CompletedProcess:
        files = c_files(case.content, golden=codegen.Golden(case.inputs, outputs))
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        command = [
            "gcc",
            "-std=c99",
            "-Wall",
            "-Werror",
            "-DMODEL_CHECK_MAIN",
            "model.c",
            "model_check.c",
            "-o",
            "check",
        ]
        subprocess.run(command, cwd=tmp_path, check=True)
        return subprocess.run([tmp_path / "check"], capture_output=True, text=True)

    good, bad = check(right), check(np.bitwise_xor(right, [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]))
    assert (good.returncode, good.stdout) == (0, "model_check: 4 of 4 items right\n")
    assert (bad.returncode, bad.stdout) == (1, "model_check: 2 of 4 items right\n")


def test_header_and_manifest_say_what_the_program_is():
    content = classifier(np.random.default_rng(2))
    files = c_files(content, "gesture", classes=("up", "down", "none"))
    header = files["gesture.h"].decode()
    digest = hashlib.sha256(content).hexdigest()
    assert f'#define GESTURE_SHA256 "{digest}"' in header
    assert "#define GESTURE_INPUT_SHAPE {1, 12, 1, 3}" in header
    assert "#define GESTURE_OUTPUT_BYTES 3" in header
    assert '#define GESTURE_CLASS_NAMES {"up", "down", "none"}' in header
    manifest = json.loads(files["manifest.json"])
    assert manifest["model_sha256"] == digest
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in ("gesture.c", "gesture.h")}
    assert manifest["files"] == digests
    assert c_files(content, "gesture", classes=("up", "down", "none")) == files


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2nd net", "'2nd net' is no name for a program"),
        ("a__b", "single underscores"),
        ("string", "would give a file string.h, which C has already"),
        ("gesture_program", "ends in _program, as a file of a model named 'gesture'"),
    ],
)
def test_a_name_that_no_program_can_have_is_refused(name, sentence):
    with pytest.raises(FeatherlineError, match=sentence):
        c_files(classifier(np.random.default_rng(0)), name)


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (("up", "down"), "2 classes for 3 outputs"),
        (("up", "down", "left", "right"), "4 classes for 3 outputs"),
        (("up", " ", "none"), "Class 2 of 3 has no name"),
        (("up", "none", "up"), "'up' is there twice"),
    ],
)
def test_classes_that_the_outputs_do_not_have_are_refused(classes, sentence):
    with pytest.raises(FeatherlineError, match=sentence):
        c_files(classifier(np.random.default_rng(0)), classes=classes)
