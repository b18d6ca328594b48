"""How the C of a model is called that takes or gives more or other than one tensor of int8."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.codegen import Golden, lower
from featherline.core.errors import FeatherlineError
from featherline.tflite import model as tflite
from tests.codegen.any_ends import Stream, drawn, expected, on_device, on_host
from tests.codegen.single_operators import FLOAT, INT8, INT16, INT32, Single

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT.parent / "shared" / "models"
OPERATORS = schema.BuiltinOperator


def bordered() -> Stream:
    """Real numbers around a RELU of int8."""
    m = Single(7)
    x = m.activation((1, 6), FLOAT)
    inner, active = m.output((1, 6), INT8, 0.05, -3), m.output((1, 6), INT8, 0.04, 2)
    m.operator(OPERATORS.QUANTIZE, [x], [inner])
    m.operator(OPERATORS.RELU, [inner], [active], version=2)
    return m.stream("", "DEQUANTIZE", [active], [m.output((1, 6), FLOAT)])


def files_of(case: Stream, **options) -> dict[str, bytes]:
    return lower(tflite.parse(case.content, "net.tflite")).files("net", **options)


def test_the_header_tells_both_ends_of_a_border():
    header = files_of(bordered())["net.h"].decode()
    assert "void net_invoke(const float *input, float *output);" in header
    assert "void net_invoke_quantized(const int8_t *input, int8_t *output);" in header
    assert '#define NET_INPUT_NAME "tensor_0"' in header
    assert "#define NET_INPUT_BYTES 24\n#define NET_INPUT_ELEMENTS 6\n#define NET_INPUT_SHAPE {1, 6}" in header
    assert "#define NET_QUANTIZED_INPUT_SCALE 5e-02f\n#define NET_QUANTIZED_INPUT_ZERO_POINT -3" in header


def test_the_core_of_a_border_links_no_real_number(tmp_path):
    text = files_of(bordered())["net.c"].decode()
    core = text[text.index("void net_invoke_quantized") :].split("}")[0]
    assert "quantize(" not in core and "float" not in core
    assert on_host([bordered()], tmp_path) == [expected(bordered())]


def test_golden_vectors_of_any_ends_find_what_is_wrong(tmp_path):
    case = bordered()
    inputs = [np.stack([item[0].ravel() for item in case.items])]
    right = np.stack([np.frombuffer(answer, np.float32) for answer in expected(case)])

    def check(outputs: np.ndarray) -> str:
        for name, content in files_of(case, golden=Golden(inputs, [outputs])).items():
            (tmp_path / name).write_bytes(content)
        command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-DNET_CHECK_MAIN", "net.c", "net_check.c"]
        subprocess.run([*command, "-o", "check"], cwd=tmp_path, check=True)
        return subprocess.run([tmp_path / "check"], capture_output=True, text=True).stdout

    assert check(right) == "net_check: 3 of 3 items right\n"
    assert check(right + np.float32([[0], [1], [0]])) == "net_check: 2 of 3 items right\n"


def test_shapes_that_are_known_beforehand_are_no_layer():
    m = Single(1)
    x = m.activation((1, 4, 3))
    shape, first = m.output((3,), INT32), m.output((), INT32)
    target, flat = m.output((2,), INT32), m.like((1, 12), x)
    bounds = [m.constant([value]) for value in (0, 1, 1)]
    m.operator(OPERATORS.SHAPE, [x], [shape], schema.ShapeOptionsT())
    m.operator(OPERATORS.STRIDED_SLICE, [shape, *bounds], [first], schema.StridedSliceOptionsT(shrinkAxisMask=1))
    m.operator(OPERATORS.PACK, [first, m.constant(12)], [target], schema.PackOptionsT(valuesCount=2))
    m.operator(OPERATORS.RESHAPE, [x, target], [flat], schema.ReshapeOptionsT())
    case = m.stream("", "RELU6", [flat], [m.like((1, 12), x)], version=2)
    [layer] = lower(tflite.parse(case.content, "net.tflite")).network.layers
    assert layer.operators == ("RELU6",)


def test_all_operators_that_are_not_there_are_named():
    m = Single(1)
    x = m.activation((1, 4), FLOAT)
    y = m.output((1, 4), FLOAT)
    m.operator(OPERATORS.COS, [x], [y])
    case = m.stream("", "SIN", [y], [m.output((1, 4), FLOAT)])
    with pytest.raises(FeatherlineError, match="no C can be written for COS and SIN, which Featherline does not know"):
        files_of(case)


def test_the_audio_front_end_of_tflm_is_told_apart_from_what_nobody_knows():
    m = Single(1)
    x = m.activation((1, 480), INT16)
    y = m.output((1, 480), INT16)
    m.operator(OPERATORS.CUSTOM, [x], [y], custom_code="SignalWindow")
    case = Stream(m.content([x], [y]), [])
    with pytest.raises(
        FeatherlineError, match="SignalWindow.*the audio front end of TensorFlow Lite Micro.*front end of"
    ):
        files_of(case)


@pytest.mark.parametrize("name", ["mww-vad", "tflm-keyword_scrambled_8bit", "17-int8-float-io"])
def test_models_of_others_answer_alike_over_a_sequence(name, tmp_path):
    if not MODELS.is_dir():
        pytest.skip("the models of others are not here")
    case = drawn((MODELS / f"{name}.tflite").read_bytes(), 5, title=name)
    assert on_host([case], tmp_path) == [expected(case)]


@pytest.mark.soak
@pytest.mark.parametrize("path", sorted(MODELS.glob("*.tflite")), ids=lambda path: path.stem)
def test_all_models_of_others_answer_alike_over_100_inferences(path, tmp_path):
    case = drawn(path.read_bytes(), 100, title=path.stem)
    try:
        lower(tflite.read(path))
    except FeatherlineError:
        pytest.skip("no C can be written for it")
    assert on_host([case], tmp_path) == [expected(case)]
    few = Stream(case.content, case.items[:3], case.title)
    assert on_device([few], "O2") == [expected(few)]
