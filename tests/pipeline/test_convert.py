"""Stage convert as its users meet it: every model of the plan, smaller and proven equal, or nothing at all."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from featherline.core.files import read_json, write_json
from featherline.interpreters import litert
from featherline.interpreters.values import quantize
from featherline.signals import motion
from featherline.signals.dataset import Items, write_items
from featherline.tflite import model

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = {
    "application": "MotionSense",
    "classes": ["up", "walk", "sit"],
    "input_shape": [32, 1, 4],
    "normalization": {"axis": 3, "mean": [0.0] * 4, "scale": [1.0] * 4},
    "frontend": motion.FrontEnd(50, 50, 1, 1, np.ones(1), 32, 16, ("x", "y", "z", "magnitude")).constants(),
}
PLAN = ["none", "float16", "dynamic_range", "int8", "int4"]


@pytest.fixture
def models(few_bit_network, rounded_networks, windows, tmp_path, monkeypatch) -> Path:
    """The folder of a project's models as the stages before leave it."""
    from featherline.networks import storage

    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "params.yaml", tmp_path)
    models = tmp_path / "models/motionsense"
    storage.save(few_bit_network, models / "reduced.keras")
    storage.save(rounded_networks[4], models / "quantized/reduced-int4.keras")
    items = Items(windows, np.arange(len(windows), dtype=np.int32) % 3, np.full(len(windows), "1"))
    write_items(models / "quantized/calibration.npz", items)
    write_items(tmp_path / "data/processed/motionsense/test.npz", items)
    write_json(tmp_path / "data/processed/motionsense/frontend.json", FRONTEND)
    write_json(models / "quantized/plan.json", {"original": [], "reduced": PLAN})
    return models


def run():
    from stages.convert import convert

    return CliRunner().invoke(convert, ["motionsense"])


def test_every_model_of_the_plan_has_its_file_and_its_reports(models, few_bit_network, windows):
    from featherline.tflite.converter import convert

    assert run().exit_code == 0
    folder = models / "tflite"
    names = {path.name for path in folder.iterdir()}
    of_models = {f"reduced-{s}{end}" for s in PLAN for end in (".tflite", ".operators.json", ".loss.json")}
    assert names == of_models | {"frontend.json", "made_from.json"}

    source = convert(few_bit_network, "int8", windows)
    report = read_json(folder / "reduced-int8.operators.json")
    assert report["file"] == "reduced-int8.tflite"
    assert (report["operator_set"], report["builtin"]["CONV_2D"]) == ("builtin", 2)
    assert report["lint"] == []
    assert report["deployment"]["converted_bytes"] == len(source)
    assert report["deployment"]["file_bytes"] == (folder / "reduced-int8.tflite").stat().st_size < len(source)
    (models / "source.tflite").write_bytes(source)
    fed = quantize(windows, model.read(models / "source.tflite").inputs[0])
    before, after = (litert.outputs(path, fed) for path in (models / "source.tflite", folder / "reduced-int8.tflite"))
    np.testing.assert_array_equal(before, after)

    assert {path.name for path in (models / "c").iterdir()} == {"reduced-int8", "reduced-int4"}
    for program in (models / "c").iterdir():
        files = {path.name for path in program.iterdir()}
        assert files == {"model.h", "model.c", "model_check.c", "manifest.json", "sketch", "tflm_sketch"}
        listed = read_json(program / "manifest.json")["files"]
        held = {path.relative_to(program).as_posix(): path for path in program.rglob("*.*")}
        assert set(listed) == set(held) - {"manifest.json"}
        assert all(hashlib.sha256(held[file].read_bytes()).hexdigest() == digest for file, digest in listed.items())
        assert '{"up", "walk", "sit"}' in (program / "model.h").read_text()
    reasons = {scheme: read_json(folder / f"reduced-{scheme}.operators.json")["c"]["reason"] for scheme in PLAN}
    assert reasons["int8"] is None
    assert reasons["none"].endswith("is float32 instead of int8.")
    assert reasons["float16"].startswith("TensorFlow Lite Micro does not run it: DEQUANTIZE")

    # Its kernels are too small for it, and stay float.
    left = read_json(folder / "reduced-dynamic_range.operators.json")["lint"]
    assert left[0]["problem"].startswith("Dynamic range made nothing smaller")

    refused = read_json(folder / "reduced-float16.operators.json")["deployment"]
    assert refused["reason"].startswith("DEQUANTIZE")
    assert refused["converted_bytes"] == refused["file_bytes"]
    assert read_json(folder / "reduced-int4.operators.json")["deployment"]["packed"]
    losses = {scheme: read_json(folder / f"reduced-{scheme}.loss.json") for scheme in PLAN}
    assert losses["int8"]["items"] == len(windows)
    assert losses["none"]["worst"] == []
    assert losses["int4"]["layers"][0]["snr_db"] < losses["int8"]["layers"][0]["snr_db"]


def test_the_same_networks_give_the_same_files(models):
    assert run().exit_code == 0
    first = {path.name: path.read_bytes() for path in (models / "tflite").iterdir()}
    assert run().exit_code == 0
    assert {path.name: path.read_bytes() for path in (models / "tflite").iterdir()} == first


def spoil_network(models: Path) -> None:
    (models / "reduced.keras").write_bytes(b"no network at all")


def spoil_rounded_network(models: Path) -> None:
    shutil.copy(models / "reduced.keras", models / "quantized/reduced-int4.keras")


def spoil_weights(models: Path) -> None:
    from featherline.networks import storage

    network = storage.load(models / "reduced.keras")
    kernel = network.get_layer("output").kernel
    kernel.assign(kernel * np.nan)
    storage.save(network, models / "reduced.keras")


def spoil_output(models: Path) -> None:
    from featherline.networks import storage
    from featherline.networks.backend import keras

    network = storage.load(models / "reduced.keras")
    network.get_layer("output").activation = keras.activations.linear
    storage.save(network, models / "reduced.keras")


def spoil_calibration(models: Path) -> None:
    items = Items(np.zeros((4, 32, 1, 4), np.float32), np.ones(4, np.int32), np.full(4, "1"))
    write_items(models / "quantized/calibration.npz", items)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_network, "reduced.keras is not a Keras network"),
        (spoil_rounded_network, "was not trained with fake quantization: run the stage quantize again"),
        (spoil_weights, "Weight output/kernel of network network holds NaN or infinity"),
        (spoil_output, "is no classifier: its output"),
        (spoil_calibration, "calibration.npz has items of one class alone"),
    ],
)
def test_what_is_wrong_is_said_and_what_stood_there_stays(models, spoil, said):
    (models / "tflite").mkdir()
    (models / "tflite/before.txt").write_text("kept")
    spoil(models)
    failed = run()
    assert failed.exit_code == 1
    # What Keras prints before it goes to the descriptor that the stage captures, and here to click.
    assert said in failed.output.splitlines()[-1]
    assert [path.name for path in (models / "tflite").iterdir()] == ["before.txt"]
    assert not list(models.glob(".partial-*"))
