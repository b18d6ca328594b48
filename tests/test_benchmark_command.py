"""`python -m featherline benchmark` as somebody with a model from elsewhere would use it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from click.testing import CliRunner

from featherline.cli import main
from featherline.core import isolation
from tests.codegen import single_operators
from tests.tflite import handmade
from tests.tflite.handmade import FLOAT, INT8, OPERATORS, Handmade

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(
        main, ["benchmark", "--runs", "5", "--limit", "0", *map(str, arguments)]
    )


@pytest.fixture
def classifier(tmp_path) -> Path:
    path = tmp_path / "classifier.tflite"
    path.write_bytes(handmade.classifier(np.random.default_rng(0)))
    return path


def told(result) -> str:
    """The one sentence of a command that refused its input."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr


def test_a_model_is_measured_and_everything_is_in_the_json(invoke, classifier, tmp_path):
    result = invoke(classifier, "--json", "out.json")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 100
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    assert record["tflm"]["deployable"]
    assert record["memory"]["arena_head_bytes"] == record["tflm"]["activation_bytes"]
    assert record["latency"]["runs"] == 5
    assert record["latency"]["min_us"] <= record["latency"]["p50_us"] <= record["latency"]["p99_us"]
    assert all(step["us"] > 0 and step["tflm"] for step in record["steps"])
    assert sum(entry["bytes"] for entry in record["weights"]) == record["size"]["weight_bytes"]
    assert all(board["holds"] for board in record["boards"])


def test_accuracy_is_counted_where_there_is_data(converted, invoke, tmp_path):
    np.savez(tmp_path / "test.npz", inputs=converted.inputs, labels=converted.labels)
    paths = [converted.path("none"), converted.path("dynamic_range")]
    result = invoke(*paths, "--data", "test.npz", "--classes", "a,b,c", "--json", "out.json")
    assert result.exit_code == 0, result.output
    first, second = json.loads((tmp_path / "out.json").read_text())["models"]
    assert (first["accuracy"]["runtime"], second["accuracy"]["runtime"]) == ("tflm", "litert")
    assert first["accuracy"]["accuracy_pct"] == 100
    assert first["accuracy"]["precision_pct"] == first["accuracy"]["recall_pct"] == [100, 100, 100]
    assert first["accuracy"]["classes"] == ["a", "b", "c"]
    assert not any(board["holds"] for board in second["boards"])
    assert "* best of these models" in result.output


def test_data_of_another_scale_is_told_beside_the_accuracy(converted, invoke, tmp_path):
    for scale, warning in ((1, None), (255, "divide by 255"), (1 / 255, "multiply by 255")):
        np.savez(tmp_path / "test.npz", inputs=converted.inputs * np.float32(scale), labels=converted.labels)
        result = invoke(
            converted.path("int8"), converted.path("none"), "--data", "test.npz", "--json", "o.json", "--html", "o.html"
        )
        assert result.exit_code == 0, result.output
        quantized, plain = json.loads((tmp_path / "o.json").read_text())["models"]
        data = quantized["inputs"][0]["data"]
        assert plain["inputs"][0]["data"] is None
        shares = f"{data['clipped_pct']} % of the values clipped, {data['used_steps']} of 256 steps used"
        assert f"  data         {shares}" in result.output
        assert ("  WARNING      the values go from" in result.output) == (warning is not None)
        assert warning is None or warning in " ".join(result.output.split())
        assert ("Warning</span>" in (tmp_path / "o.html").read_text()) == (warning is not None)
    assert data["clipped_pct"] == 0 and data["used_steps"] < 5


@pytest.mark.parametrize("kind", ["npy", "csv"])
def test_items_may_be_files_in_folders_of_their_classes(invoke, tmp_path, kind):
    made = handmade.Handmade()
    entry, result = (made.tensor((1, 3), FLOAT) for _ in range(2))
    made.operator(OPERATORS.NEG, [entry], [result])
    (tmp_path / "negative.tflite").write_bytes(made.content([entry], [result]))
    items = {"down": [[0, 1, 1], [0, 5, 9]], "middle": [[3, 1, 2], [0, 7, 7]], "up": [[4, 4, 0]]}
    for name, values in items.items():
        (tmp_path / "data" / name).mkdir(parents=True)
        for number, item in enumerate(np.float32(values)):
            path = tmp_path / "data" / name / f"{number}.{kind}"
            np.save(path, item) if kind == "npy" else np.savetxt(path, item, delimiter=",")
    result = invoke("negative.tflite", "--data", "data", "--json", "out.json")
    assert result.exit_code == 0, result.output
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    assert record["accuracy"]["confusion"] == [[2, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert record["accuracy"]["classes"] == ["down", "middle", "up"]
    assert "does not name" in told(invoke("negative.tflite", "--data", "data", "--classes", "down,middle,left"))


def test_open_dimensions_are_those_that_were_run(invoke, tmp_path):
    made = handmade.Handmade()
    one, other, result = (made.tensor((1, 4), FLOAT) for _ in range(3))
    made.operator(OPERATORS.ADD, [one, other], [result], schema.AddOptionsT())
    for tensor in made.tensors:
        tensor.shapeSignature = [-1, 4]
    (tmp_path / "open.tflite").write_bytes(made.content([one, other], [result]))
    assert invoke("open.tflite", "--json", "out.json").exit_code == 0
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    assert (record["shapes"], record["memory"]["peak_bytes"]) == ("run", 48)
    assert [one["signature"] for one in record["inputs"]] == [[-1, 4], [-1, 4]]


def test_an_operator_that_nobody_has_is_a_finding_and_no_error(invoke, tmp_path):
    made = handmade.Handmade()
    entry, result = (made.tensor((1, 4), FLOAT) for _ in range(2))
    made.operator(OPERATORS.CUSTOM, [entry], [result], custom_code="Unheard")
    (tmp_path / "custom.tflite").write_bytes(made.content([entry], [result]))
    result = invoke("custom.tflite", "--json", "out.json")
    assert result.exit_code == 0, result.output
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    assert (record["latency"], record["litert"]["runs"], record["tflm"]["deployable"]) == (None, False, False)
    assert record["steps"][0]["macs"] is None and "Unheard" in record["litert"]["reason"]


def test_a_model_that_kills_the_microcontroller_runtime_is_reported(converted, invoke, tmp_path):
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(converted.path("int8").read_bytes(), 0))
    pool = next(i for i, t in enumerate(tree.subgraphs[0].tensors) if tuple(t.shape) == (1, 16, 1, 8))
    tree.subgraphs[0].tensors[pool].shape = [1, 1, 1, 1]  # LiteRT works shapes out itself, TFLM trusts the file
    builder = flatbuffers.Builder()
    builder.Finish(tree.Pack(builder), b"TFL3")
    (tmp_path / "crashing.tflite").write_bytes(builder.Output())
    result = invoke("crashing.tflite")
    assert result.exit_code == 0
    assert "crashed" in result.output


def test_a_model_that_hangs_its_runtimes_is_reported_within_their_limits(invoke, tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "LIMIT_S", 1)
    (tmp_path / "endless.tflite").write_bytes(handmade.endless())
    result = invoke("endless.tflite", "--json", "out.json")
    assert result.exit_code == 0, result.output
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    late = "The runtime gave no answer within 1 s."
    assert record["tflm"]["reason"] == record["litert"]["reason"] == late
    assert record["latency"] is None and late in " ".join(result.output.split())


def test_an_input_that_no_device_could_hold_is_told(invoke, tmp_path):
    made = handmade.Handmade()
    entry, result = made.tensor((1, 2**31 - 1, 3), FLOAT), made.tensor((1, 4), FLOAT)
    made.operator(OPERATORS.NEG, [entry], [result])
    (tmp_path / "vast.tflite").write_bytes(made.content([entry], [result]))
    result = invoke("vast.tflite")
    assert result.exit_code == 0
    assert "does not run: input" in result.output and "takes 6,442,450,941 values" in result.output


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 1), (1, 0)])
def test_a_model_without_an_end_can_be_read_and_not_be_run(invoke, tmp_path, inputs, outputs):
    made = Handmade()
    entry, result = made.tensor((1, 4), INT8, scale=0.1), made.tensor((1, 4), INT8, scale=0.1)
    made.operator(OPERATORS.RELU, [entry], [result])
    (tmp_path / "open.tflite").write_bytes(made.content([entry][:inputs], [result][:outputs]))
    result = invoke("open.tflite")
    assert result.exit_code == 0
    assert "does not run: It has no input or no output" in result.output
    assert CliRunner().invoke(main, ["operators", "open.tflite"]).exit_code == 0


def test_two_hundred_cuts_end_in_one_sentence_each(invoke, classifier, tmp_path):
    content = classifier.read_bytes()
    for end in np.linspace(0, len(content) - 4, 200).astype(int):  # the last 3 bytes may be padding
        (tmp_path / "cut.tflite").write_bytes(content[:end])
        assert "cut.tflite" in told(invoke("cut.tflite"))


def test_another_version_of_the_schema_is_refused(invoke, tmp_path):
    made = handmade.Handmade()
    entry, result = (made.tensor((1, 4), FLOAT) for _ in range(2))
    made.operator(OPERATORS.NEG, [entry], [result])
    tree = made.tree([entry], [result])
    tree.version = 4
    (tmp_path / "new.tflite").write_bytes(handmade.written(tree))
    assert "version 4 of the schema" in told(invoke("new.tflite"))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"inputs": np.zeros((2, 12, 1, 3), "f4")}, "it needs `labels` and `inputs`"),
        ({"inputs": np.zeros((2, 5), "f4"), "labels": [0, 1]}, "has items of shape [5]"),
        ({"inputs": np.zeros((2, 12, 1, 3), "i4"), "labels": [0, 1]}, "items of type int32"),
        ({"inputs": np.full((2, 12, 1, 3), np.nan, "f4"), "labels": [0, 1]}, "not finite"),
        ({"inputs": np.zeros((2, 12, 1, 3), "f4"), "labels": [0, 3]}, "the data has 4 classes"),
        ({"inputs": np.zeros((2, 12, 1, 3), "f4"), "labels": [0, -1]}, "a label is -1"),
        ({"inputs": np.zeros((2, 12, 1, 3), "f4"), "labels": [0]}, "has 1 labels"),
    ],
)
def test_data_that_does_not_fit_is_told(invoke, classifier, tmp_path, arrays, message):
    np.savez(tmp_path / "test.npz", **arrays)
    assert message in told(invoke(classifier, "--data", "test.npz"))


def test_labels_beyond_the_named_classes_are_told(invoke, classifier, tmp_path):
    np.savez(tmp_path / "test.npz", inputs=np.zeros((2, 12, 1, 3), "f4"), labels=[0, 2])
    assert "a label is 2" in told(invoke(classifier, "--data", "test.npz", "--classes", "no,yes"))


def test_outputs_are_tried_before_the_work(invoke, classifier, tmp_path):
    (tmp_path / "boards.yaml").write_text("boards:\n- {name: x, mcu: y, flash_bytes: -1, ram_bytes: 1, clock_mhz: 1}")
    assert "boards.yaml is no folder" in told(invoke(classifier, "--json", "boards.yaml/out.json"))
    assert "named twice" in told(invoke(classifier, "--json", "out", "--html", "../" + tmp_path.name + "/out"))
    assert "is a folder" in told(invoke(classifier, "--json", tmp_path))
    assert "boards.0.flash_bytes is -1" in told(invoke(classifier, "--boards", "boards.yaml"))


def test_the_c_of_a_model_is_measured_on_the_emulated_core(invoke, classifier):
    result = invoke(classifier, "--limit", "1000000", "--json", "out.json")
    [model] = json.loads(Path("out.json").read_text())["models"]
    figures = model["core"]["figures"]
    assert figures["flash_bytes"] == sum(figures[f"{part}_bytes"] for part in ("code", "weight", "table", "data"))
    assert 0 < sum(kind["instructions"] for kind in figures["kinds"]) <= figures["instructions"] < 1000000
    assert f"{figures['instructions']:,} instructions an inference" in " ".join(result.output.split())
    assert "an inference takes more than the 10 instructions of --limit" in " ".join(
        invoke(classifier, "--limit", "10").output.split()
    )


def test_a_scale_that_is_no_number_is_none_in_the_json(invoke, tmp_path):
    made = Handmade()
    entry, result = made.tensor((1, 4), INT8, scale=0.1), made.tensor((1, 4), INT8, scale=float("nan"))
    made.operator(OPERATORS.RELU, [entry], [result])
    (tmp_path / "nan.tflite").write_bytes(made.content([entry], [result]))
    assert invoke("nan.tflite", "--json", "out.json").exit_code == 0
    assert json.loads(Path("out.json").read_text())["models"][0]["outputs"][0]["scale"] == [None]


def test_what_git_lfs_leaves_is_said_to_be_such(invoke, tmp_path):
    (tmp_path / "model.tflite").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    assert "run git lfs pull" in told(invoke("model.tflite"))


def test_an_operator_that_tflm_stumbles_over_is_not_said_to_run_there(invoke, tmp_path):
    made = Handmade()
    entry, result = made.tensor((1, 4), FLOAT), made.tensor((1, 2), FLOAT)
    weights = made.tensor((2, 4), INT8, np.ones((2, 4), np.int8), 0.1)
    made.operator(OPERATORS.FULLY_CONNECTED, [entry, weights], [result], schema.FullyConnectedOptionsT())
    (tmp_path / "hybrid.tflite").write_bytes(made.content([entry], [result]))
    assert invoke("hybrid.tflite", "--json", "out.json").exit_code == 0
    [model] = json.loads(Path("out.json").read_text())["models"]
    assert "FULLY_CONNECTED (operator 0" in model["tflm"]["reason"]
    assert not model["steps"][0]["tflm"]


def test_an_operator_behind_the_one_that_tflm_stumbles_over_is_not_said_to_run_there_either(invoke, tmp_path):
    made = Handmade()
    places = [made.tensor((1, 4), INT8, scale=0.1) for _ in range(4)]
    for code, entry, result in zip(("GELU", "EXP", "TANH"), places[:-1], places[1:], strict=True):
        made.operator(getattr(OPERATORS, code), [entry], [result])
    (tmp_path / "curves.tflite").write_bytes(made.content(places[:1], places[-1:]))
    assert invoke("curves.tflite", "--json", "out.json").exit_code == 0
    [model] = json.loads(Path("out.json").read_text())["models"]
    assert [step["tflm"] for step in model["steps"]] == [False, False, True]


def test_no_figures_of_c_are_told_where_tflm_alone_refuses_the_model(invoke):
    path = ROOT.parent / "shared/models/broken/mutant-tflm-refuses-to-c-accepts.tflite"
    if not path.exists():
        pytest.skip("the models of others are not here")
    output = " ".join(invoke(path, "--limit", "1000000").output.split())
    assert "core not measured: TensorFlow Lite Micro does not run it, so there is no C of it" in output


@pytest.mark.parametrize("stream", [s for s in single_operators.sequences() if s.title.startswith("SVDF")], ids=str)
def test_a_state_is_kept_beside_the_activations_and_does_not_cost_the_latency(invoke, tmp_path, stream):
    (tmp_path / "svdf.tflite").write_bytes(stream.content)
    result = invoke("svdf.tflite", "--json", "out.json")
    assert "not measured: The runtime" not in result.output
    [model] = json.loads(Path("out.json").read_text())["models"]
    assert model["latency"]["average_us"] > 0 and model["steps"][0]["us"] > 0
    assert model["memory"]["arena_head_bytes"] == model["tflm"]["activation_bytes"]
    assert model["memory"]["peak_bytes"] <= model["tflm"]["activation_bytes"]
    assert model["state_bytes"] in (30, 60)


def test_no_tensorflow_is_imported(classifier, tmp_path):
    (tmp_path / "program.py").write_text(
        "import sys\nfrom featherline.cli import main\n"
        "if __name__ == '__main__':\n"
        f"    try: main(['benchmark', {str(classifier)!r}])\n"
        "    finally: assert not {'tensorflow', 'keras', 'statsmodels'} & set(sys.modules)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_autoencoder_is_judged_by_its_error_and_not_as_a_classifier(invoke, tmp_path):
    made = handmade.Handmade()
    entry, result = (made.tensor((1, 3), FLOAT) for _ in range(2))
    made.operator(OPERATORS.RELU, [entry], [result])  # gives back what is positive
    (tmp_path / "relu.tflite").write_bytes(made.content([entry], [result]))
    inputs = np.float32([[1, 2, 3], [3, 1, 0.5], [-3, 1, 1], [2, 2, -0.5]])
    np.savez(tmp_path / "test.npz", inputs=inputs, labels=[0, 0, 1, 1])
    outcome = invoke("relu.tflite", "--data", "test.npz", "--json", "out.json", "--html", "out.html")
    assert outcome.exit_code == 0, outcome.output
    assert "AUC 1.0000; mean squared error of its output to its input 0.770833 over 4 items" in " ".join(
        outcome.output.split()
    )
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    assert record["accuracy"] is None
    assert record["reconstruction"]["anomaly_error"] == pytest.approx(9.25 / 6, rel=1e-5)
    assert "<h3>Reconstruction</h3>" in (tmp_path / "out.html").read_text()
    np.savez(tmp_path / "test.npz", inputs=inputs, labels=[0, 1, 2, 1])
    assert "label normal items 0 and anomalies 1" in told(invoke("relu.tflite", "--data", "test.npz"))


def test_options_shares_and_the_graph_are_told(invoke, classifier, tmp_path):
    outcome = invoke(classifier, "--json", "out.json", "--html", "out.html", "--xlsx", "out.xlsx")
    assert outcome.exit_code == 0, outcome.output
    [record] = json.loads((tmp_path / "out.json").read_text())["models"]
    convolution = next(step for step in record["steps"] if step["name"] == "CONV_2D")
    assert (convolution["stride"], convolution["padding"], convolution["dilation"]) == ([1, 1], "SAME", [1, 1])
    assert "stride 1x1, SAME" in outcome.output
    assert sum(kind["share_pct"] for kind in record["host_kinds"]) == pytest.approx(100, abs=0.5)
    page = (tmp_path / "out.html").read_text()
    graph = page.partition('class="graph"')[2].partition("</svg>")[0]
    assert graph.count("<rect ") == len(record["steps"]) and 'aria-label="Graph of classifier' in page
