"""Stage convert as its users meet it: every model of the plan, smaller and proven equal, or nothing at all."""

import hashlib
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json, write_json
from featherline.deployment import published
from featherline.interpreters import litert
from featherline.interpreters.values import quantize
from featherline.signals import motion
from featherline.signals.dataset import SPLITS, Items, write_items
from featherline.tflite import model
from stages import benchmark
from tests.pipeline.workspace import edit

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = {
    "application": "MotionSense",
    "classes": ["up", "walk", "sit"],
    "input_shape": [32, 1, 4],
    "normalization": {"axis": 3, "mean": [0.0] * 4, "scale": [1.0] * 4},
    "frontend": motion.FrontEnd(50, 50, 1, 1, np.ones(1), 32, 16, ("x", "y", "z", "magnitude")).constants(),
    "protocol": "group",
    "splits": {name: {"items": 60, "groups": 1, "items_per_class": [20, 20, 20]} for name in SPLITS},
    "provenance": {
        "source": "simulated",
        "groups": 3,
        "items": 180,
        "hours": 0.1,
        "licence": "none: computed by Featherline",
        "complete": None,
    },
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


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def run():
    from stages.convert import convert

    return CliRunner().invoke(convert, ["motionsense"])


def test_every_model_of_the_plan_has_its_file_and_its_reports(models, few_bit_network, windows):
    from featherline.tflite.converter import convert

    assert run().exit_code == 0
    folder = models / "tflite"
    names = {path.name for path in folder.iterdir()}
    of_models = {f"reduced-{s}{end}" for s in PLAN for end in (".tflite", ".operators.json", ".loss.json")}
    assert names == of_models | {"frontend.json", "made_from.json", "published.json"}

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

    assert {path.name for path in (models / "c").iterdir()} == {"reduced-int8", "published.json"}
    assert {path.name for path in (models / "programs").iterdir()} == {"reduced-int4", "published.json"}
    c_files = {"model.h", "model.c", "model_check.c", "manifest.json"}
    assert files_of(models / "programs/reduced-int4") == c_files
    assert files_of(models / "c/reduced-int8") == c_files | {"sketch", "tflm_sketch"}  # the headline
    for program in (models / "c/reduced-int8", models / "programs/reduced-int4"):
        listed = read_json(program / "manifest.json")["files"]
        written = {path.relative_to(program).as_posix(): path for path in program.rglob("*.*")}
        assert set(listed) == set(written) - {"manifest.json"}
        assert all(hashlib.sha256(written[file].read_bytes()).hexdigest() == digest for file, digest in listed.items())
        assert '{"up", "walk", "sit"}' in (program / "model.h").read_text()
    reasons = {scheme: read_json(folder / f"reduced-{scheme}.operators.json")["c"]["reason"] for scheme in PLAN}
    assert reasons["int8"] is None
    assert reasons["none"].endswith("is float32 instead of int8 or int16.")
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


def plan(models: Path, *schemes: str) -> None:
    write_json(models / "quantized/plan.json", {"original": [], "reduced": schemes})


def test_the_same_networks_give_the_same_files(models):
    plan(models, "int8", "int4")
    assert run().exit_code == 0
    first = {path.name: path.read_bytes() for path in (models / "tflite").iterdir()}
    assert run().exit_code == 0
    assert {path.name: path.read_bytes() for path in (models / "tflite").iterdir()} == first


def test_a_headline_without_c_leaves_a_sentence_in_its_place(models):
    edit("motionsense.benchmark.headline", "reduced-none")
    assert run().exit_code == 0
    assert files_of(models / "c") == {"published.json"}  # which git holds: `git restore` leaves nothing behind
    sentence = read_json(models / "c/published.json")["no_program"]
    assert sentence.startswith("reduced-none leads the tables of this application, and has no C: ")
    assert sentence.endswith("is float32 instead of int8 or int16.")
    assert files_of(models / "programs") == {"reduced-int8", "reduced-int4", "published.json"}


def test_a_run_that_is_killed_between_two_renames_is_noticed(models, monkeypatch):
    plan(models, "int8")
    assert run().exit_code == 0
    edit("motionsense.convert.temperature", 2.0)
    replace = os.replace

    def killed(source, target):
        if Path(target) == Path("models/motionsense/c"):
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        assert run().exit_code == 1
    said = "were not published together: the stage convert was killed before it had published all"
    with pytest.raises(FeatherlineError, match=said):
        published.check(Path("models/motionsense"))
    refused = CliRunner().invoke(benchmark.benchmark, ["motionsense"])
    assert refused.exit_code == 1 and said in refused.output
    assert run().exit_code == 0
    published.check(Path("models/motionsense"))


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
