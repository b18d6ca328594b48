"""Which operators of a model become one layer of its program, and what is said where none can be written."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.codegen import lower
from featherline.codegen.settings import OPTIMIZATIONS, Dense, Tile
from featherline.core.errors import FeatherlineError
from featherline.emulator import firmware
from featherline.interpreters import tflm
from featherline.tflite import model as tflite
from tests.codegen.any_ends import Stream, expected, on_host
from tests.codegen.random_networks import NONE, SAME, VALID, Network
from tests.codegen.single_operators import Single
from tests.tflite.handmade import FLOAT, INT8, INT32, OPERATORS, Handmade, mean_of_single_values, written

CONV, POOL = "CONV_2D", "MAX_POOL_2D"


def lowered(content):
    return lower(tflite.parse(content, "model.tflite")).network


def operators(content):
    return [layer.operators for layer in lowered(content).layers]


def pooled(window, stride, padding, side):
    """A convolution with a square output, and a pooling behind it."""
    network = Network(0, (1, side, side, 2))
    network.conv(4, (1, 1), 1, VALID, NONE, 8)
    network.pool(True, window, stride, padding)
    return network.content()


@pytest.mark.parametrize("padding", [VALID, SAME])
def test_a_convolution_takes_in_the_pooling_behind_it(padding):
    network = lowered(pooled((2, 2), 2, padding, side=9))
    (layer,) = network.layers
    assert layer.operators == (CONV, POOL)
    assert layer.settings.pool == Tile(2, 2)
    assert network.sizes == {network.input: 9 * 9 * 2, network.output: 4 * (4 if padding == VALID else 5) ** 2}


def test_windows_that_overlap_lie_apart_or_are_cut_at_their_beginning_stay_a_layer():
    apart = [(CONV,), (POOL,)]
    assert operators(pooled((2, 2), 1, VALID, side=9)) == apart
    assert operators(pooled((2, 2), 3, VALID, side=9)) == apart
    assert operators(pooled((3, 3), 3, SAME, side=7)) == apart


def bordered(value=None, right=1):
    """A convolution of 3 x 3 behind a border, above and below 1 and to the left 2."""
    m = Single(3)
    x = m.activation((1, 5, 5, 2), INT8)
    widths = m.constant([[0, 0], [1, 1], [2, right], [0, 0]])
    y = m.like((1, 7, 7 + right, 2), x)
    fill = [] if value is None else [m.constant([value], INT8, 0.05)]
    if fill:
        m.tensors[fill[0]].quantization = m.tensors[x].quantization
    options = schema.PadOptionsT() if value is None else schema.PadV2OptionsT()
    m.operator(OPERATORS.PAD if value is None else OPERATORS.PADV2, [x, widths, *fill], [y], options)
    weights = m.constant(m.rng.integers(-127, 128, (4, 3, 3, 2)), INT8, 0.01)
    bias = m.constant(m.rng.integers(-99, 99, 4), INT32, np.float32(0.05) * np.float32(0.01))
    options = schema.Conv2DOptionsT(padding=VALID, strideW=1, strideH=1)
    return m.stream(
        "", "CONV_2D", [y, weights, bias], [m.activation((1, 5, 5 + right, 4), INT8, entry=False)], options, 3
    )


def test_a_convolution_takes_in_the_border_of_zeros_before_it(tmp_path):
    cases = [bordered(), bordered(right=0)]
    for case in cases:
        (layer,) = lowered(case.content).layers
        assert (layer.operators, layer.settings.padding) == (("PAD", CONV), Tile(1, 2))
    assert on_host(cases, tmp_path) == [expected(case) for case in cases]


def test_a_border_of_another_value_or_as_wide_as_the_window_stays():
    assert operators(bordered(value=77).content) == [("PADV2",), ("PADV2",), (CONV,)]
    assert operators(bordered(right=3).content) == [("PAD",), ("PAD",), (CONV,)]


def test_a_reshape_is_no_layer_and_its_buffer_that_of_its_input():
    network = Network(0, (1, 3, 3, 2))
    network.relu()
    network.flatten()
    network.dense(4, NONE)
    first, second = lowered(network.content()).layers
    assert (first.operators, second.operators) == (("RELU",), ("FULLY_CONNECTED",))
    assert second.inputs == (first.output,)


@pytest.mark.parametrize(("scale", "layers"), [(0.1, 1), (0.2, 2)])
def test_a_mean_over_one_value_in_the_same_scale_is_no_layer(scale, layers):
    made = Handmade()
    entry, last = (made.tensor((1, 1, 1, 4), INT8, scale=0.1) for _ in range(2))
    result = made.tensor((1, 4), INT8, scale=scale)
    axes = made.tensor((2,), INT32, np.array([1, 2], np.int32))
    made.operator(OPERATORS.RELU, [entry], [last])
    made.operator(OPERATORS.MEAN, [last, axes], [result], schema.ReducerOptionsT())
    assert len(operators(made.content([entry], [result]))) == layers


@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
def test_a_mean_over_one_value_whose_factor_alone_is_wide_leaves_all_others_narrow(tmp_path, optimize):
    path = tmp_path / "model.tflite"
    path.write_bytes(mean_of_single_values())
    program = lower(tflite.read(path), optimize)
    assert program.network.layers[-1].settings.source == "rescale"
    assert b"#define MODEL_NARROW 1" in program.files()["model.c"]
    inputs = np.random.default_rng(0).integers(-128, 128, (64, 1, 1, 4)).astype(np.int8)
    layers = [firmware.LayerCode(name, one.operators, one.macs) for name, one in program.functions().items()]
    told = firmware.measure(program.files(), layers, inputs, tflm.examine(path, inputs).outputs)
    assert told["equal_items"] == len(inputs)


def test_an_operator_that_is_not_there_is_named():
    made = Handmade()
    entry, result = (made.tensor((1, 4), INT8, scale=0.1) for _ in range(2))
    made.operator(OPERATORS.COS, [entry], [result])
    with pytest.raises(FeatherlineError, match=r"no C can be written for COS \(operator 0\)"):
        lowered(made.content([entry], [result]))


@pytest.mark.parametrize(
    ("inputs", "outputs", "reason"),
    [([], [1], "it has no input 0"), ([0], [], "it has no output"), ([-1], [1], "it has no input 0")],
)
def test_an_operator_without_an_end_is_refused_in_a_sentence(inputs, outputs, reason):
    made = Handmade()
    entry, result = (made.tensor((1, 4), INT8, scale=0.1) for _ in range(2))
    made.operator(OPERATORS.RELU, inputs, outputs)
    with pytest.raises(FeatherlineError, match=rf"RELU \(operator 0\): {reason}"):
        lowered(made.content([entry], [result]))


def test_a_pooling_without_options_is_refused_in_a_sentence():
    made = Handmade()
    entry, result = (made.tensor((1, 4, 4, 1), INT8, scale=0.1) for _ in range(2))
    made.operator(OPERATORS.MAX_POOL_2D, [entry], [result])
    with pytest.raises(FeatherlineError, match="MAX_POOL_2D .*: its options are missing"):
        lowered(made.content([entry], [result]))


@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf"), (0.1, 0.2, 0.1, 0.2)])
def test_an_activation_whose_scale_is_no_positive_number_is_refused(scale):
    made = Handmade()
    entry, result = made.tensor((1, 4), INT8, scale=scale), made.tensor((1, 4), INT8, scale=0.1)
    made.operator(OPERATORS.RELU, [entry], [result])
    with pytest.raises(FeatherlineError, match=r"tensor 0 \(tensor_0\) has the scale"):
        lowered(made.content([entry], [result]))


def test_weights_whose_scale_is_no_number_are_refused():
    made = Handmade()
    entry, result = (made.tensor((1, 2), INT8, scale=0.1) for _ in range(2))
    kernel = made.tensor((2, 2), INT8, np.ones((2, 2), np.int8), scale=(0.1, float("nan")))
    made.operator(OPERATORS.FULLY_CONNECTED, [entry, kernel], [result])
    with pytest.raises(FeatherlineError, match="tensor 2 .* has a scale that is no positive number"):
        lowered(made.content([entry], [result]))


def test_an_operator_that_writes_over_values_of_the_file_is_refused():
    made = Handmade()
    entry, result = made.tensor((1, 4), INT8, scale=0.1), made.tensor((1, 4), INT8, np.ones(4, np.int8), scale=0.1)
    last = made.tensor((1, 4), INT8, scale=0.1)
    made.operator(OPERATORS.RELU, [entry], [result])
    made.operator(OPERATORS.RELU, [result], [last])
    with pytest.raises(FeatherlineError, match=r"RELU \(operator 0\): tensor 1 .* has values of its own"):
        lowered(made.content([entry], [last]))


@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
def test_a_window_over_all_of_its_input_is_a_dense_layer(tmp_path, optimize):
    m = Single(5)
    x = m.activation((1, 3, 2, 4), INT8)
    weights = m.constant(m.rng.integers(-127, 128, (5, 3, 2, 4)), INT8, 0.01)
    bias = m.constant(m.rng.integers(-99, 99, 5), INT32, np.float32(0.05) * np.float32(0.01))
    options = schema.Conv2DOptionsT(padding=VALID, strideW=1, strideH=1)
    result = m.activation((1, 1, 1, 5), INT8, entry=False)
    case = m.stream("", CONV, [x, weights, bias], [result], options, 3)
    [layer] = lower(tflite.parse(case.content, "model.tflite"), optimize).network.layers
    assert isinstance(layer.settings, Dense)
    assert on_host([case], tmp_path) == [expected(case)]


def test_constants_where_a_kernel_reads_memory_are_refused():
    made = Handmade()
    entry, result = (made.tensor((1, 4), INT8, scale=0.1) for _ in range(2))
    values = made.tensor((1, 4), INT8, np.ones((1, 4), np.int8), scale=0.1)
    made.operator(OPERATORS.SOFTMAX, [values], [result], schema.SoftmaxOptionsT(beta=1))
    made.tensors[result].quantization.scale, made.tensors[result].quantization.zeroPoint = [1 / 256], [-128]
    with pytest.raises(FeatherlineError, match=r"SOFTMAX \(operator 0\): its input tensor 2 has values of its own"):
        lowered(made.content([entry], [result]))


def test_an_end_that_holds_no_numbers_is_refused():
    made = Handmade()
    entry, result = (made.tensor((1, 4), INT8, scale=0.1) for _ in range(2))
    held = made.tensor((1,), schema.TensorType.RESOURCE)
    made.operator(OPERATORS.RELU, [entry], [result])
    with pytest.raises(FeatherlineError, match=r"tensor 2 \(tensor_2\), an end of the model, is resource"):
        lowered(made.content([entry, held], [result]))


def test_a_state_larger_than_any_memory_is_refused_before_it_is_made():
    made = Handmade()
    entry, result = (made.tensor((1, 4), INT8, scale=0.1) for _ in range(2))
    made.tensor((1, 2**31 - 1), INT8, scale=0.1)
    made.operator(OPERATORS.RELU, [entry], [result])
    with pytest.raises(FeatherlineError, match=r"tensor 2 \(tensor_2\) has 2,147,483,647 values, more than a"):
        lowered(made.content([entry], [result]))


def test_an_activation_in_too_small_a_scale_for_its_limit_is_refused():
    network = Network(0, (1, 3, 3, 2))
    network.conv(4, (1, 1), 1, VALID, schema.ActivationFunctionType.RELU6, 8)
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network.content(), 0))
    tree.subgraphs[0].tensors[tree.subgraphs[0].outputs[0]].quantization.scale = [1e-40]
    with pytest.raises(
        FeatherlineError, match=r"the scale of its output, .*e-41, is too small for its activation RELU6"
    ):
        lowered(written(tree))


def test_one_program_gives_files_functions_and_memory():
    network = Network(0, (1, 3, 3, 2))
    network.relu()
    network.flatten()
    network.dense(4, NONE)
    program = lower(tflite.parse(network.content(), "model.tflite"))
    files = program.files("gesture", classes="abcd")
    assert list(program.functions("gesture")) == ["gesture_0_relu", "gesture_1_fully_connected"]
    assert all(f"void {function}(".encode() in files["gesture.c"] for function in program.functions("gesture"))
    assert f"gesture_memory[{program.memory().bytes // 4}]".encode() in files["gesture.c"]


def test_a_type_that_is_not_there_is_named():
    made = Handmade()
    entry, result = made.tensor((1, 4), INT32, scale=0.1), made.tensor((1, 4), INT32, scale=0.1)
    made.operator(OPERATORS.RELU, [entry], [result])
    with pytest.raises(FeatherlineError, match="RELU .* is int32 instead of int8 or int16"):
        lowered(made.content([entry], [result]))


def elu_of_real_numbers(seed: int, read_elsewhere: bool = False) -> bytes:
    """DEQUANTIZE, ELU, QUANTIZE, as the converter leaves an ELU in a network of int8."""
    made = Single(seed)
    entry = made.activation((1, 256), scale=float(np.random.default_rng(seed).uniform(0.001, 0.1)))
    real, curve = made.output((1, 256), FLOAT), made.output((1, 256), FLOAT)
    made.operator(OPERATORS.DEQUANTIZE, [entry], [real])
    made.operator(OPERATORS.ELU, [real], [curve])
    made.operator(OPERATORS.QUANTIZE, [curve], [result := made.output((1, 256))])
    return made.content(made.entries, [result, curve] if read_elsewhere else [result])


@pytest.mark.parametrize("seed", range(40))
def test_an_elu_of_real_numbers_between_int8_is_the_table_that_tflm_follows(seed):
    content = elu_of_real_numbers(seed)
    every_value = np.arange(-128, 128, dtype=np.int8)
    [layer] = lowered(content).layers
    assert layer.operators == ("DEQUANTIZE", "ELU", "QUANTIZE")
    assert layer.weights.astype(np.int8).tobytes() == expected(Stream(content, [[every_value[np.newaxis]]]))[0]


def test_an_elu_of_real_numbers_that_are_read_elsewhere_too_is_refused():
    with pytest.raises(FeatherlineError, match="ELU .* is float32 instead of int8"):
        lowered(elu_of_real_numbers(0, read_elsewhere=True))


@pytest.mark.parametrize(
    ("axes", "refused"), [(5, "STRIDED_SLICE .* it has 5 axes, and .* takes 4 of them"), (4, None)]
)
def test_more_axes_than_tflm_takes_are_refused(axes, refused):
    made = Single(1)
    entry, result = made.activation((2,) * axes), made.tensor((1,) * axes, INT8)
    made.tensors[result].quantization = made.tensors[entry].quantization
    bounds = [made.constant([number] * axes) for number in (0, 1, 1)]
    made.operator(OPERATORS.STRIDED_SLICE, [entry, *bounds], [result], schema.StridedSliceOptionsT())
    content = made.content([entry], [result])
    if refused:
        with pytest.raises(FeatherlineError, match=refused):
            lowered(content)
        with pytest.raises(RuntimeError, match="failed to allocate"):
            expected(Stream(content, []))
    else:
        assert operators(content) == [("STRIDED_SLICE",)]


def test_an_operator_that_c_is_never_written_for_has_its_reason_and_tflm_as_a_cure_only_where_it_runs_there():
    made = Single(1)
    entry = made.activation((1, 4))
    made.operator(OPERATORS.LOG_SOFTMAX, [entry], [result := made.output((1, 4), scale=16 / 256, zero=127)])
    with pytest.raises(
        FeatherlineError, match=r"run it with TensorFlow Lite Micro\. LOG_SOFTMAX: .* take the logits\.$"
    ):
        lowered(made.content([entry], [result]))
    made.operator(OPERATORS.EXP, [result], [last := made.output((1, 4))])
    with pytest.raises(
        FeatherlineError, match=r"LOG_SOFTMAX and EXP, .* without them\. LOG_SOFTMAX: .* EXP: .* alone\.$"
    ):
        lowered(made.content([entry], [last]))
