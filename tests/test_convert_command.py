"""`python -m featherline convert` as somebody with a Keras network from elsewhere would use it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from featherline.cli import main

SHARED = Path(__file__).resolve().parents[2] / "shared/models"


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["convert", *map(str, arguments)])


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("[!.]*") if path.is_file())


@pytest.mark.soak
def test_a_network_of_two_inputs_becomes_models_c_and_figures(invoke, tmp_path):
    from featherline.networks.backend import keras

    window, age = keras.Input((8, 1, 2), name="window"), keras.Input((3,), name="age")
    x = keras.layers.Flatten()(keras.layers.Conv2D(3, (3, 1), activation="relu")(window))
    x = keras.layers.Concatenate()([x, keras.layers.Dense(2)(age)])
    keras.Model([window, age], keras.layers.Dense(2)(x)).save("network.keras")
    rng = np.random.default_rng(0)
    shapes = (20, 8, 1, 2), (20, 3)
    np.savez("calibration.npz", **{f"inputs_{n}": rng.normal(size=shape) for n, shape in enumerate(shapes)})
    result = invoke("network.keras", "--data", "calibration.npz", "--out", "both", "--name", "both")
    assert result.exit_code == 0, result.output
    assert "equal on TensorFlow Lite Micro to the byte" in result.output
    assert "gave the outputs of TensorFlow Lite Micro on 20 of 20 seeded inputs" in result.output
    files = ["both.c", "both.h", "both.tflite", "both_check.c", "manifest.json"]
    assert written(tmp_path / "both") == ["benchmark.json", *(f"int8/{name}" for name in files), "operators.json"]
    [record] = json.loads((tmp_path / "both/benchmark.json").read_text())["models"]
    assert record["file"] == "both/int8/both.tflite"
    assert record["tflm"]["deployable"] and record["core"]["figures"]["instructions"] > 0
    assert json.loads((tmp_path / "both/operators.json").read_text())["operator_set"] == "builtin"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("missing.keras",), "missing.keras is missing"),
        (("letter.txt",), "letter.txt is no network: give a .keras or .h5 file, or a SavedModel folder"),
        (("network.keras", "--name", "../up"), "The name '../up' is no name for a program"),
        (("network.keras", "--name", "x" * 65), "The name of 65 letters is too long for files and symbols: take 64"),
        (("network.keras",), "Scheme int8 needs a representative dataset"),
        (("network.keras", "--data", "empty.npz"), "empty.npz has the arrays labels: it needs `inputs`"),
        (("network.keras", "--data", "text.npz"), "text.npz cannot be read as npz (File is not a zip file)"),
        (("network.keras", "--data", "objects.npz"), "(it holds no arrays of numbers alone)"),
        (("network.keras", "--data", "broken.npz"), "broken.npz has inputs that are no finite numbers"),
    ],
)
def test_what_cannot_be_converted_is_told_in_one_sentence(invoke, tmp_path, arguments, sentence):
    for name in ("network.keras", "letter.txt"):
        Path(name).write_text("a letter")
    Path("text.npz").write_text("t,x\n1,2\n")
    np.savez("empty.npz", labels=[1])
    np.savez("objects.npz", inputs=np.array([{}]))
    np.savez("broken.npz", inputs=[[np.nan]])
    result = invoke(*arguments, "--out", "out")
    assert result.exit_code == 2
    assert sentence in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.soak
@pytest.mark.skipif(not SHARED.exists(), reason="the models of others are not here")
def test_an_lstm_that_kills_the_converter_is_offered_unrolled_with_its_size(invoke, tmp_path):
    from featherline.deployment import opening

    shape = opening.load(SHARED / "18-lstm.keras").input_shape[1:]
    np.savez("calibration.npz", inputs=np.random.default_rng(0).normal(size=(20, *shape)))
    arguments = (SHARED / "18-lstm.keras", "--data", "calibration.npz", "--out", "out")
    died = invoke(*arguments)
    assert died.exit_code == 2
    offered = re.search(r"--unroll, int8 ([\d,]+) bytes", died.stderr)
    assert offered, died.stderr
    assert "--scheme none" in died.stderr and not (tmp_path / "out").exists()
    unrolled = invoke(*arguments, "--unroll")
    assert unrolled.exit_code == 0, unrolled.output
    assert f"({offered[1]} as converted), equal on TensorFlow Lite Micro" in unrolled.output
    assert "20 of 20 seeded inputs" in unrolled.output


def test_an_input_of_open_length_is_told_with_the_cure(invoke):
    from featherline.networks.backend import keras

    keras.Sequential([keras.Input((None, 3)), keras.layers.Conv1D(2, 3)]).save("open.keras")
    np.savez("calibration.npz", inputs=np.zeros((4, 9, 3), np.float32))
    result = invoke("open.keras", "--data", "calibration.npz", "--out", "open")
    assert result.exit_code == 2
    assert "has the open shape [None, None, 3]" in result.stderr
    assert "such as keras.Input((50, 3,))" in result.stderr


def test_an_elu_becomes_c_that_is_equal_to_tflm(invoke):
    from featherline.networks.backend import keras

    keras.Sequential([keras.Input((4, 4, 2)), keras.layers.Conv2D(2, 3, activation="elu")]).save("elu.keras")
    np.savez("calibration.npz", inputs=np.random.default_rng(0).normal(size=(8, 4, 4, 2)).astype(np.float32))
    result = invoke("elu.keras", "--data", "calibration.npz", "--out", "elu")
    assert result.exit_code == 0, result.output
    assert "gave the outputs of TensorFlow Lite Micro on 20 of 20 seeded inputs" in result.output
    assert "DEQUANTIZE + ELU + QUANTIZE" in result.output
