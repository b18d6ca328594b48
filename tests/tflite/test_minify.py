import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from hypothesis import given, settings
from hypothesis import strategies as st
from tflite_micro.python.tflite_micro.runtime import Interpreter as MicroInterpreter

from featherline.core.errors import FeatherlineError
from featherline.deployment.equality import check_equal
from featherline.interpreters import litert
from featherline.interpreters.values import quantize
from featherline.tflite import model
from featherline.tflite.flatbuffer import unpack
from featherline.tflite.minify import BUFFER_ALIGNMENT_BYTES, minify
from featherline.tflite.weights import Weights, count_weights
from tests.tflite.handmade import FLOAT, INT4, INT8, INT16, INT32, ITEM, OPERATORS, Handmade, classifier, written

SCHEMES = ["none", "float16", "dynamic_range", "int8", "int16x8"]


def tree(content: bytes) -> schema.ModelT:
    return unpack(content, "model")


def interpreter(content: bytes) -> Interpreter:
    opened = Interpreter(
        model_content=content, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    opened.allocate_tensors()
    return opened


def subtraction() -> Handmade:
    """Two inputs of which the second comes first, two outputs, and a tensor that nothing uses."""
    made = Handmade()
    first, unused, second, difference, negative = (made.tensor((1, 4), FLOAT) for _ in range(5))
    made.tensors[unused].buffer = made.tensors[made.tensor((1, 4), FLOAT, np.ones((1, 4), np.float32))].buffer
    made.operator(OPERATORS.SUB, [second, first], [difference], schema.SubOptionsT())
    made.operator(OPERATORS.NEG, [difference], [negative], schema.NegOptionsT())
    return made


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_no_runtime_reads_is_gone_and_the_weights_are_all_there(converted, tmp_path, scheme):
    path = tmp_path / "small.tflite"
    path.write_bytes(minify(converted.path(scheme).read_bytes()))
    before, after = model.read(converted.path(scheme)), model.read(path)
    assert after.file_bytes < before.file_bytes - 1000
    assert count_weights(after) == count_weights(before)
    assert model.operator_counts(after) == model.operator_counts(before)
    assert {tensor.name for tensor in after.tensors} == {""}
    root = tree(path.read_bytes())
    assert (root.description, root.metadata, root.signatureDefs) == (None, None, None)
    ranges = [t.quantization for t in root.subgraphs[0].tensors if t.quantization is not None]
    assert all(entry.min is None and entry.max is None for entry in ranges)


@pytest.mark.parametrize("scheme", ["none", "int8", "int16x8"])
def test_outputs_are_equal_on_tflm(converted, scheme):
    content = converted.path(scheme).read_bytes()
    values = quantize(converted.inputs, model.parse(content, "model").inputs[0])
    check_equal(content, minify(content), values)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_outputs_are_equal_on_litert(converted, tmp_path, scheme):
    path = tmp_path / "small.tflite"
    path.write_bytes(minify(converted.path(scheme).read_bytes()))
    values = quantize(converted.inputs, model.read(path).inputs[0])
    before, after = litert.outputs(converted.path(scheme), values), litert.outputs(path, values)
    assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_minified_model_gives_itself(converted, scheme):
    once = minify(converted.path(scheme).read_bytes())
    assert minify(once) == once == minify(converted.path(scheme).read_bytes())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_constants_lie_where_a_device_can_read_them_in_place(converted, scheme):
    content = minify(converted.path(scheme).read_bytes())
    assert all(t.offset % BUFFER_ALIGNMENT_BYTES == 0 for t in model.parse(content, "model").tensors if t.constant)
    start = np.frombuffer(content, np.uint8).ctypes.data
    for tensor in tree(content).subgraphs[0].tensors:
        if tensor.quantization is not None:
            assert (tensor.quantization.scale.ctypes.data - start) % 4 == 0
            assert (tensor.quantization.zeroPoint.ctypes.data - start) % 8 == 0


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    levels=st.sampled_from([1, 3, 7, 127]),
    filters=st.lists(st.integers(1, 8), max_size=3),
    units=st.lists(st.integers(1, 8), min_size=1, max_size=3),
    activations=st.sampled_from([INT8, INT16]),
    kernels=st.sampled_from([INT8, INT4]),
    depthwise=st.booleans(),
)
def test_any_quantized_classifier_answers_the_same_to_the_byte(
    seed, levels, filters, units, activations, kernels, depthwise
):
    if kernels == INT4:
        levels, activations = min(levels, 7), INT8  # TFLM has no int4 weights beside int16 activations
    rng = np.random.default_rng(seed)
    content = classifier(rng, levels, tuple(filters), tuple(units), activations, kernels, depthwise)
    small = minify(content)
    items = rng.integers(-128, 128, (4, *ITEM[1:])).astype("int8" if activations == INT8 else "int16")
    check_equal(content, small, items)
    assert len(small) < len(content)
    assert minify(small) == small


def test_inputs_outputs_and_operators_keep_their_order():
    made = subtraction()
    content = made.content([0, 2], [4, 3])
    small = minify(content)
    names = [operator.name for operator in model.parse(small, "model").operators]
    assert names == ["SUB", "NEG"]
    first, second = np.float32([[1, 2, 3, 4]]), np.float32([[10, 20, 30, 40]])
    phone = interpreter(small)
    for entry, values in zip(phone.get_input_details(), (first, second), strict=True):
        phone.set_tensor(entry["index"], values)
    phone.invoke()
    negative, difference = (phone.get_tensor(entry["index"]) for entry in phone.get_output_details())
    np.testing.assert_array_equal(difference, second - first)
    np.testing.assert_array_equal(negative, first - second)
    board = MicroInterpreter.from_bytes(small)
    board.set_input(first, 0)
    board.set_input(second, 1)
    board.invoke()
    np.testing.assert_array_equal(board.get_output(0), first - second)


def test_tensors_buffers_and_operator_codes_that_nothing_uses_are_left_out():
    made = subtraction()
    made.codes.append(schema.OperatorCodeT(customCode="Unused", builtinCode=OPERATORS.CUSTOM))
    small = tree(minify(made.content([0, 2], [4, 3])))
    assert (len(small.subgraphs[0].tensors), len(small.operatorCodes), len(small.buffers)) == (4, 2, 1)


def test_equal_weights_lie_at_one_place_and_still_count_as_two():
    made = Handmade()
    entry, middle, result = (made.tensor((1, 4), FLOAT) for _ in range(3))
    ones = np.ones((4, 4), np.float32)
    for before, after in ((entry, middle), (middle, result)):
        kernel = made.tensor((4, 4), FLOAT, ones)
        made.operator(OPERATORS.FULLY_CONNECTED, [before, kernel, -1], [after], schema.FullyConnectedOptionsT())
    content = made.content([entry], [result])
    small = model.parse(minify(content), "small")
    kernels = [tensor for tensor in small.tensors if tensor.constant]
    assert kernels[0].offset == kernels[1].offset
    assert count_weights(small) == Weights(number=32, bytes=64, scale_bytes=0, packed_bytes=64)
    assert [operator.inputs[2] for operator in small.operators] == [None, None]  # no bias
    check_equal(content, minify(content), np.float32([[1, 2, 3, 4]]))


def test_subgraphs_keep_their_order_and_share_what_is_equal():
    root = subtraction().tree([0, 2], [4, 3])
    branch = subtraction().tree([2, 0], [3]).subgraphs[0]
    for step in branch.operators:
        step.inputs = step.inputs[::-1]
    root.subgraphs.append(branch)
    small = minify(written(root))
    first, second = tree(small).subgraphs
    assert [list(graph.inputs) for graph in (first, second)] == [[0, 1], [1, 0]]
    assert [list(graph.operators[0].inputs) for graph in (first, second)] == [[1, 0], [0, 1]]
    interpreter(small)


def test_an_offline_memory_plan_stays_with_the_tensors_that_it_counts():
    root = subtraction().tree([0, 2], [4, 3])
    plan = np.int32([1, 0, 6, 0, -1, 16, 32, 48, -1])  # version, subgraph, tensors, an offset for each or -1
    entry, buffer = schema.MetadataT(), schema.BufferT()
    buffer.data = plan.view(np.uint8)
    entry.name, entry.buffer = "OfflineMemoryAllocation", len(root.buffers)
    root.metadata.append(entry)
    root.buffers.append(buffer)
    small = tree(minify(written(root)))
    [kept] = small.metadata
    assert kept.name == b"OfflineMemoryAllocation"
    np.testing.assert_array_equal(small.buffers[kept.buffer].data.view(np.int32), plan)
    assert len(small.subgraphs[0].tensors) == 6


def test_a_constant_without_elements_stays_a_constant():
    made = Handmade()
    entry, result = made.tensor((1, 1), FLOAT), made.tensor((), FLOAT)
    shape = made.tensor((0,), INT32, np.empty(0, np.int32))
    made.operator(OPERATORS.RESHAPE, [entry, shape], [result])
    small = minify(made.content([entry], [result]))
    opened = interpreter(small)
    opened.set_tensor(opened.get_input_details()[0]["index"], np.float32([[5]]))
    opened.invoke()
    assert opened.get_tensor(opened.get_output_details()[0]["index"]) == 5


def test_custom_codes_options_and_versions_stay():
    made = Handmade()
    entry, result = made.tensor((1, 4), INT8, scale=0.1), made.tensor((1, 4), INT8, scale=0.1)
    made.operator(OPERATORS.CUSTOM, [entry], [result], custom_code="Spectrogram", version=7)
    made.operators[0].customOptions = np.uint8([1, 2, 3])
    small = tree(minify(made.content([entry], [result])))
    assert (small.operatorCodes[0].customCode, small.operatorCodes[0].version) == (b"Spectrogram", 7)
    np.testing.assert_array_equal(small.subgraphs[0].operators[0].customOptions, [1, 2, 3])


def test_a_model_cut_short_anywhere_is_refused():
    content = classifier(np.random.default_rng(0))
    for end in np.linspace(0, len(content) - 5, 100).astype(int):
        with pytest.raises(FeatherlineError, match="model to minify"):
            minify(content[:end])


@settings(max_examples=60)
@given(data=st.data())
def test_damage_anywhere_ends_in_one_sentence_or_in_a_model(data):
    content = bytearray(classifier(np.random.default_rng(0)))
    for place in data.draw(st.lists(st.integers(8, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        minify(bytes(content))
    except FeatherlineError as error:
        assert "model to minify" in str(error)


def test_a_model_with_constants_behind_the_flatbuffer_is_refused():
    root = subtraction().tree([0, 2], [4, 3])
    root.buffers[2].offset, root.buffers[2].size = 4096, 16
    with pytest.raises(FeatherlineError, match="behind the flatbuffer"):
        minify(written(root))
