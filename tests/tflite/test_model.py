import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from featherline.core.errors import FeatherlineError
from featherline.tflite import compression, model, plan
from featherline.tflite.minify import minify
from featherline.tflite.values import constant_values
from featherline.tflite.weights import Weights, count_weights
from featherline.tflite.wording import findings
from tests.tflite import handmade

# conv 3x4x8 and 3x8x16, dense 128x16 and 16x3, a bias for each
KERNELS = 96 + 384 + 2048 + 48
BIASES = 8 + 16 + 16 + 3


@pytest.fixture
def write_model(tmp_path):
    """Writes a model of one operator from (type, shape, content or None) of each tensor."""

    def write(operator, tensors, custom_code=None):
        buffers, entries = [schema.BufferT()], []
        for kind, shape, content in tensors:
            buffer, tensor = schema.BufferT(), schema.TensorT()
            buffer.data = None if content is None else list(content)
            tensor.name, tensor.type, tensor.shape, tensor.buffer = f"t{len(entries)}", kind, shape, len(buffers)
            buffers.append(buffer)
            entries.append(tensor)
        step, code, subgraph, tree = schema.OperatorT(), schema.OperatorCodeT(), schema.SubGraphT(), schema.ModelT()
        code.builtinCode, code.deprecatedBuiltinCode, code.customCode = operator, min(operator, 127), custom_code
        step.inputs, step.outputs = list(range(len(entries) - 1)), [len(entries) - 1]
        subgraph.tensors, subgraph.operators = entries, [step]
        subgraph.inputs, subgraph.outputs = [0], [len(entries) - 1]
        tree.version, tree.operatorCodes, tree.subgraphs, tree.buffers = 3, [code], [subgraph], buffers
        builder = flatbuffers.Builder()
        builder.Finish(tree.Pack(builder), b"TFL3")
        path = tmp_path / "model.tflite"
        path.write_bytes(builder.Output())
        return path

    return write


FLOAT, INT4, INT8 = schema.TensorType.FLOAT32, schema.TensorType.INT4, schema.TensorType.INT8


@pytest.mark.parametrize(
    ("scheme", "kernel_bytes", "bias_bytes"), [("none", 4, 4), ("float16", 2, 2), ("int8", 1, 4), ("int16x8", 1, 8)]
)
def test_weights_are_counted_as_stored(converted, scheme, kernel_bytes, bias_bytes):
    weights = count_weights(model.read(converted.path(scheme)))
    assert weights.number == KERNELS + BIASES
    assert weights.bytes == KERNELS * kernel_bytes + BIASES * bias_bytes


def test_dynamic_range_stores_only_the_large_kernel_as_int8(converted):
    weights = count_weights(model.read(converted.path("dynamic_range")))
    assert weights.bytes == 4 * (KERNELS + BIASES) - 3 * 2048


def test_the_shape_of_a_reshape_is_a_constant_and_no_weight(converted):
    read = model.read(converted.path("int8"))
    reshape = next(operator for operator in read.operators if operator.name == "RESHAPE")
    shape = reshape.inputs[1]
    assert shape.constant
    assert sum(t.elements for t in read.tensors if t.constant) == count_weights(read).number + shape.elements


def test_tensors_tell_shape_type_bytes_and_quantization(converted):
    read = model.read(converted.path("int8"))
    entry = read.inputs[0]
    assert (entry.shape, entry.type, entry.bytes, entry.constant) == ((1, 32, 1, 4), "int8", 128, False)
    assert len(entry.scale) == len(entry.zero_point) == 1
    kernel = next(t for t in read.tensors if t.shape == (16, 3, 1, 8))
    assert (kernel.bytes, len(kernel.scale), set(kernel.zero_point)) == (384, 16, {0})  # a scale for each channel
    assert model.read(converted.path("none")).inputs[0].scale is None


def test_two_weights_of_four_bits_make_one_byte(write_model):
    path = write_model(
        schema.BuiltinOperator.FULLY_CONNECTED,
        [(INT8, [1, 5], None), (INT4, [3, 5], bytes(8)), (INT8, [1, 3], None)],
    )
    assert count_weights(model.read(path)) == Weights(number=15, bytes=8, scale_bytes=0, packed_bytes=4)


@pytest.mark.parametrize(
    ("integers", "bits"),
    [
        ([0, 0, 0], 2),
        ([-1, 0, 1], 2),
        ([-2, 1], 2),
        ([2], 3),
        ([-4, 3], 3),
        ([-7, 7], 4),
        ([8], 8),
        ([-127, 0, 127], 8),
        ([-300], 16),
        ([40_000], 32),
    ],
)
def test_integers_need_the_smallest_range_that_holds_them_all(tmp_path, integers, bits):
    made = handmade.Handmade()
    entry, result = made.tensor((1, 64), handmade.INT32, scale=1), made.tensor((1, 64), handmade.INT32, scale=1)
    constant = made.tensor((1, 64), handmade.INT32, np.resize(np.int32(integers), (1, 64)), scale=1)
    made.operator(schema.BuiltinOperator.ADD, [entry, constant], [result])
    (tmp_path / "m.tflite").write_bytes(made.content([entry], [result]))
    assert count_weights(model.read(tmp_path / "m.tflite")) == Weights(64, 256, 12, 64 * bits // 8)


def test_scales_are_counted_apart_one_and_a_zero_point_for_each_channel(converted):
    weights = count_weights(model.read(converted.path("int8")))
    assert weights.scale_bytes == 2 * 12 * (8 + 16 + 16 + 3)  # of kernels and biases
    assert weights.packed_bytes < weights.bytes
    assert count_weights(model.read(converted.path("none"))).scale_bytes == 0


def test_floats_need_what_they_are_stored_in(converted):
    weights = count_weights(model.read(converted.path("float16")))
    assert weights.packed_bytes == weights.bytes


def test_weights_behind_a_look_up_table_count_as_what_they_are_decoded_to(tmp_path):
    content = handmade.classifier(np.random.default_rng(3), levels=1, filters=(32, 32))
    plain, small = tmp_path / "plain.tflite", tmp_path / "small.tflite"
    plain.write_bytes(content)
    compressed = compression.compress(content)
    small.write_bytes(compressed.content)
    before, after = count_weights(model.read(plain)), count_weights(model.read(small))
    assert (after.number, after.scale_bytes) == (before.number, before.scale_bytes)
    saved = sum(table.saved_bytes for table in compressed.tables)
    assert saved > 2000
    assert after.bytes == before.bytes - saved
    assert after.packed_bytes <= after.bytes


def test_values_are_read_as_they_are_stored(converted):
    read = model.read(converted.path("none"))
    kernel = next(t for t in read.tensors if t.shape == (3, 16))
    expected = converted.network.get_layer("output").kernel.numpy().T
    np.testing.assert_array_equal(constant_values(read, kernel), expected)


@pytest.mark.parametrize("kind", [INT4, schema.TensorType.UINT4, schema.TensorType.INT2])
def test_the_first_of_two_small_integers_is_in_the_lower_bits(write_model, kind):
    tensors = [(INT8, [1, 5], None), (kind, [5], bytes([0b1110_0001, 0b0000_0110, 0b1001])), (INT8, [1, 5], None)]
    read = model.read(write_model(schema.BuiltinOperator.ADD, tensors))
    expected = {
        INT4: [1, -2, 6, 0, -7],
        schema.TensorType.UINT4: [1, 14, 6, 0, 9],
        schema.TensorType.INT2: [1, 0, -2, -1, -2],
    }
    assert constant_values(read, read.tensors[1]).tolist() == expected[kind]


def test_values_of_what_is_no_constant_or_has_changed_are_refused(converted, tmp_path):
    read = model.read(converted.path("int8"))
    with pytest.raises(FeatherlineError, match=r"tensor \d+ .* has no values"):
        constant_values(read, read.inputs[0])
    (tmp_path / "m.tflite").write_bytes(converted.path("int8").read_bytes())
    read = model.read(tmp_path / "m.tflite")
    (tmp_path / "m.tflite").unlink()
    with pytest.raises(FeatherlineError, match="m.tflite is gone"):
        constant_values(read, next(t for t in read.tensors if t.constant))


@pytest.mark.parametrize(
    ("operator", "code", "kind", "name"),
    [
        (schema.BuiltinOperator.SOFTMAX, None, "builtin", "SOFTMAX"),
        (schema.BuiltinOperator.GELU, None, "builtin", "GELU"),  # beyond 127, which old readers miss
        (schema.BuiltinOperator.CUSTOM, "FlexErf", "select", "FlexErf"),
        (schema.BuiltinOperator.CUSTOM, "Spectrogram", "custom", "Spectrogram"),
    ],
)
def test_operators_are_built_in_select_or_custom(write_model, operator, code, kind, name):
    read = model.read(write_model(operator, [(FLOAT, [1, 3], None), (FLOAT, [1, 3], None)], code))
    assert model.operator_counts(read) == {"builtin": {}, "select": {}, "custom": {}} | {kind: {name: 1}}


def test_a_batch_normalization_that_stays_is_a_finding(write_model, converted):
    path = write_model(
        schema.BuiltinOperator.MUL, [(FLOAT, [1, 9, 1, 2], None), (FLOAT, [2], bytes(8)), (FLOAT, [1, 9, 1, 2], None)]
    )
    [finding] = findings(model.read(path))
    assert "MUL of 2 constants" in finding
    assert findings(model.read(converted.path("int8"))) == []


def test_a_file_that_is_missing_or_something_else_is_refused(tmp_path):
    with pytest.raises(FeatherlineError, match="absent.tflite is missing"):
        model.read(tmp_path / "absent.tflite")
    (tmp_path / "text.tflite").write_text("not a model at all")
    with pytest.raises(FeatherlineError, match="text.tflite is not a .tflite file"):
        model.read(tmp_path / "text.tflite")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_short_anywhere_is_refused(converted, tmp_path, data):
    content = converted.path("int8").read_bytes()
    (tmp_path / "cut.tflite").write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(FeatherlineError, match="cut.tflite"):
        model.read(tmp_path / "cut.tflite")


@pytest.mark.parametrize("rewrite", [bytes, minify])
def test_a_small_file_is_refused_wherever_it_ends(tmp_path, rewrite):
    content = rewrite(handmade.classifier(np.random.default_rng(0)))
    for end in np.linspace(0, len(content) - 4, 100).astype(int):  # the last 3 bytes may be padding
        (tmp_path / "cut.tflite").write_bytes(content[:end])
        with pytest.raises(FeatherlineError, match="cut.tflite"):
            model.read(tmp_path / "cut.tflite")


@pytest.mark.parametrize("place", ["tensor", "buffer", "code", "output"])
def test_an_index_of_nothing_is_refused(tmp_path, place):
    made = handmade.Handmade()
    entry, result = made.tensor((1, 4), FLOAT), made.tensor((1, 4), FLOAT)
    made.operator(schema.BuiltinOperator.NEG, [99 if place == "tensor" else entry], [result])
    made.tensors[0].buffer = 99 if place == "buffer" else 0
    made.operators[0].opcodeIndex = 99 if place == "code" else 0
    content = made.content([entry], [99 if place == "output" else result])
    (tmp_path / "broken.tflite").write_bytes(content)
    with pytest.raises(FeatherlineError, match="broken.tflite is broken"):
        model.read(tmp_path / "broken.tflite")
    with pytest.raises(FeatherlineError, match="is broken"):
        minify(content)


def test_constants_behind_the_flatbuffer_are_read_there_and_nowhere_else(tmp_path):
    made = handmade.Handmade()
    entry, kernel, result = (made.tensor((1, 4), FLOAT) for _ in range(3))
    made.operator(schema.BuiltinOperator.ADD, [entry, kernel], [result])
    made.buffers[made.tensors[kernel].buffer].size = 16
    made.buffers[made.tensors[kernel].buffer].offset = end = 4096
    content = made.content([entry], [result]).ljust(end, b"\0") + np.float32([1, 2, 3, 4]).tobytes()
    (tmp_path / "large.tflite").write_bytes(content)
    read = model.read(tmp_path / "large.tflite")
    assert constant_values(read, read.tensors[kernel]).tolist() == [[1, 2, 3, 4]]
    (tmp_path / "large.tflite").write_bytes(content[:-1])
    with pytest.raises(FeatherlineError, match="large.tflite is broken or cut short"):
        model.read(tmp_path / "large.tflite")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_ends_in_one_sentence_or_in_a_model(converted, tmp_path, data):
    content = bytearray(converted.path("int8").read_bytes())
    for place in data.draw(st.lists(st.integers(8, len(content) - 1), min_size=1, max_size=5)):
        content[place] = data.draw(st.integers(0, 255))
    (tmp_path / "damaged.tflite").write_bytes(content)
    try:
        count_weights(model.read(tmp_path / "damaged.tflite"))
    except FeatherlineError as error:
        assert "damaged.tflite" in str(error)


def test_a_tensor_with_too_few_bytes_is_named(write_model):
    path = write_model(
        schema.BuiltinOperator.MUL,
        [(FLOAT, [1, 4], None), (FLOAT, [4], np.zeros(3, "f4").tobytes()), (FLOAT, [1, 4], None)],
    )
    with pytest.raises(FeatherlineError, match=r"tensor 1 \(t1\) has 12 bytes of 16"):
        model.read(path)


def test_a_plan_lists_models_in_a_fixed_order(tmp_path):
    (tmp_path / "plan.json").write_text('{"reduced": ["int8", "none"], "original": ["none"]}')
    assert [entry.name for entry in plan.read(tmp_path / "plan.json")] == [
        "original-none",
        "reduced-int8",
        "reduced-none",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"reduced": ["int7"]}', "scheme 'int7'"),
        ('{"tiny": ["int8"]}', "variant 'tiny'"),
        ('{"original": []}', "plans no model"),
    ],
)
def test_a_plan_that_nobody_can_follow_is_refused(tmp_path, content, message):
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(FeatherlineError, match=message):
        plan.read(tmp_path / "plan.json")


def test_a_model_parsed_from_memory_needs_no_file_for_its_values(converted):
    content = converted.path("int8").read_bytes()
    parsed, read = model.parse(content, "in memory"), model.read(converted.path("int8"))
    assert parsed.content == content
    assert read.content is None
    assert count_weights(parsed) == count_weights(read)
    for tensor in parsed.tensors:
        if tensor.constant:
            np.testing.assert_array_equal(constant_values(parsed, tensor), constant_values(read, tensor))
