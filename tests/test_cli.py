"""`python -m featherline` as somebody with a model from elsewhere would use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.cli import main

ROOT = Path(__file__).resolve().parents[1]

LAYERS = """
import keras


@keras.saving.register_keras_serializable()
class Erf(keras.layers.Layer):
    def call(self, x):
        return keras.ops.erf(x)
"""


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["operators", *map(str, arguments)])


def test_a_converted_model_is_told_with_its_operators(converted, invoke, tmp_path):
    result = invoke(converted.path("int8"), "--json", tmp_path / "operators.json")
    assert result.exit_code == 0
    assert "operator set: builtin" in result.output
    assert "runs on TFLM: yes" in result.output
    assert "CONV_2D          2      builtin" in result.output
    assert "no findings" in result.output
    [record] = json.loads((tmp_path / "operators.json").read_text()).values()
    assert record["operators"]["builtin"]["CONV_2D"] == 2
    assert record["tflm"] == {"runs": True, "reason": None}


def test_several_models_are_told_one_after_the_other(converted, invoke):
    result = invoke(converted.path("int8"), converted.path("dynamic_range"))
    assert result.output.count("operator set: builtin") == 2
    assert "runs on TFLM: no: FULLY_CONNECTED (operator 5, inputs float32, int8, float32)" in result.output


def test_a_converted_model_needs_no_tensorflow(converted, tmp_path):
    program = (
        "import sys; from featherline.cli import main\n"
        f"try: main(['operators', {str(converted.path('none'))!r}])\n"
        "finally: assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    (tmp_path / "program.py").write_text(
        f"if __name__ == '__main__':\n    {program.replace(chr(10), chr(10) + '    ')}"
    )
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "runs on TFLM: yes" in done.stdout


def test_a_network_is_told_with_the_layers_and_the_cure(converted, invoke, tmp_path):
    from featherline.networks.backend import keras

    entry = keras.Input((16, 2), name="input")
    x = keras.layers.Conv1D(4, 3, name="conv")(entry)
    keras.Model(entry, keras.ops.erf(x), name="network").save(tmp_path / "network.keras")
    result = invoke("network.keras", "--json", "operators.json")
    assert result.exit_code == 0
    assert "operator set: select" in result.output
    assert "FlexErf   1      select   erf" in result.output
    assert "runs on TFLM: no: Failed to get registration from op code CUSTOM (FlexErf)." in result.output
    assert "one_dimension, conv: Conv1D is converted" in result.output
    record = json.loads(Path("operators.json").read_text())["network.keras"]
    assert record["findings"][0]["cure"].startswith("Use Conv2D with a (k, 1) kernel")
    assert record["layers"].keys() == {"FlexErf"}


def test_layers_of_ones_own_come_from_a_file(converted, invoke, tmp_path):
    (tmp_path / "my_layers.py").write_text(LAYERS)
    program = (
        "import keras, my_layers\n"
        "keras.Sequential([keras.Input((4,)), my_layers.Erf(name='mine')], name='own').save('own.keras')"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True)
    result = invoke("own.keras")
    assert result.exit_code == 2
    assert "own.keras has a layer of the class Erf" in result.stderr
    assert "--layers" in result.stderr
    assert "FlexErf   1      select  mine" in invoke("own.keras", "--layers", "my_layers.py").output


def test_what_the_converter_stumbles_over_is_told_before_its_words(converted, invoke, tmp_path):
    from featherline.networks.backend import keras

    first = keras.layers.Conv1D(2, 3, data_format="channels_first", name="first")
    keras.Sequential([keras.Input((4, 8)), first], name="turned").save(tmp_path / "turned.keras")
    result = invoke("turned.keras")
    assert result.exit_code == 2
    assert "channels_first, first: The converter refuses" in result.stdout
    assert "turned could not be converted" in result.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.keras", None, "absent.keras is missing."),
        ("absent.tflite", None, "absent.tflite is missing."),
        (
            "text.keras",
            b"not a model",
            "text.keras is no Keras model, or was cut short: save it again with model.save.",
        ),
        ("text.tflite", b"not a model", "text.tflite is not a .tflite file (it has no TFL3 mark): convert it again."),
        ("model.h5", b"", "model.h5 is no HDF5 file, or was cut short: save it again with model.save."),
        (
            "model.txt",
            b"",
            "model.txt is neither a .tflite file nor a network (.keras, .h5, a SavedModel folder).",
        ),
    ],
)
def test_what_is_no_model_ends_in_one_sentence_and_status_2(invoke, tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = invoke(name)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {message}\n")


def test_files_cut_short_end_in_one_sentence_and_status_2(converted, invoke, tmp_path):
    converted.network.save(tmp_path / "whole.keras")
    (tmp_path / "cut.keras").write_bytes((tmp_path / "whole.keras").read_bytes()[:-100])
    (tmp_path / "cut.tflite").write_bytes(converted.path("int8").read_bytes()[:1000])
    for name in ("cut.keras", "cut.tflite"):
        result = invoke(name)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert result.stderr.startswith(f"Error: {name} is ")


def test_the_help_shows_examples(invoke):
    assert "python -m featherline operators network.keras" in invoke("--help").output
