"""What a model costs operator by operator, held against what TensorFlow Lite Micro itself says."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.interpreters import tflm
from featherline.tflite import model, profile, tflm_operators
from tests.tflite import handmade
from tests.tflite.handmade import FLOAT, OPERATORS


@pytest.mark.parametrize("options", [{}, {"depthwise": True}, {"filters": (8, 2, 6), "units": (5, 3)}])
def test_the_arena_is_that_of_the_runtime(tmp_path, options):
    path = tmp_path / "model.tflite"
    path.write_bytes(handmade.classifier(np.random.default_rng(1), **options))
    examined = profile.examine(model.read(path))
    ran = tflm.examine(path, np.zeros((1, *handmade.ITEM[1:]), np.int8))
    assert examined.arena_head_bytes == ran.activation_bytes
    assert examined.peak_bytes <= examined.arena_head_bytes <= examined.sum_tensor_bytes


def test_work_and_lives_are_those_of_the_layers():
    read = model.parse(handmade.classifier(np.random.default_rng(0)), "model.tflite")
    examined = profile.examine(read)
    # 12 places by 4 kernels of 3 x 3, then by 6 kernels of 3 x 4, then 72 by 3.
    assert [step.macs for step in examined.steps] == [12 * 4 * 9, 12 * 6 * 12, 0, 72 * 3]
    assert [step.live_bytes for step in examined.steps] == [36 + 48, 48 + 72, 72 + 72, 72 + 3]
    assert (examined.peak_bytes, examined.peak_operator) == (144, 2)
    entry = examined.places[read.inputs[0].index]
    assert (entry.written_by, entry.read_by, entry.first, entry.last) == (None, (0,), 0, 0)
    kernel = examined.places[read.operators[0].inputs[1].index]
    assert (kernel.read_by, kernel.first, kernel.offset_bytes) == ((0,), None, None)


def two_paths(branch: int = 1) -> bytes:
    """An IF whose branches are one operator each; `branch` is what it runs where the condition holds."""
    made = handmade.Handmade()
    condition, entry, result = made.tensor((1,), schema.TensorType.BOOL), *(made.tensor((1, 8), FLOAT) for _ in "ab")
    options = schema.IfOptionsT()
    options.thenSubgraphIndex, options.elseSubgraphIndex = branch, 2
    made.operator(OPERATORS.IF, [condition, entry], [result], options)
    tree = made.tree([condition, entry], [result])
    for code in (OPERATORS.NEG, OPERATORS.ABS):
        inner = handmade.Handmade()
        first, middle, last = (inner.tensor((1, 8), FLOAT) for _ in range(3))
        inner.operator(code, [first], [middle])
        inner.operator(code, [middle], [last])
        graph = inner.tree([first], [last]).subgraphs[0]
        for tensor in graph.tensors:
            tensor.buffer = 0
        for step in graph.operators:
            step.opcodeIndex = len(tree.operatorCodes)
        tree.operatorCodes.append(inner.codes[0])
        tree.subgraphs.append(graph)
    return handmade.written(tree)


def test_memory_of_branches_comes_on_top_of_their_callers(tmp_path):
    (tmp_path / "two.tflite").write_bytes(two_paths())
    read = model.read(tmp_path / "two.tflite")
    examined = profile.examine(read)
    assert [step.operator.subgraph for step in examined.steps] == [0, 1, 1, 2, 2]
    assert examined.steps[0].macs is None
    assert [step.live_bytes for step in examined.steps][1:] == [1 + 32 * 4] * 4
    feed = [np.ones((1, 1), bool), np.ones((1, 1, 8), np.float32)]
    [ran] = isolation.run([isolation.Call(tflm.examine_any, (read.path, feed, 0))], "run", workers=1)
    assert ran.activation_bytes == examined.arena_head_bytes


def test_a_subgraph_that_runs_itself_is_refused():
    with pytest.raises(FeatherlineError, match="runs itself"):
        profile.examine(model.parse(two_paths(0), "loop.tflite"))
    with pytest.raises(FeatherlineError, match="broken"):
        model.parse(two_paths(9), "nowhere.tflite")


def test_what_depends_on_an_open_dimension_is_not_told():
    made = handmade.Handmade()
    entry, result = (made.tensor((1, 4), FLOAT) for _ in range(2))
    kernel = made.tensor((2, 4), FLOAT, np.ones((2, 4), np.float32))
    made.operator(OPERATORS.FULLY_CONNECTED, [entry, kernel, -1], [result], schema.FullyConnectedOptionsT())
    made.tensors[entry].shapeSignature = [-1, 4]
    read = model.parse(made.content([entry], [result]), "open.tflite")
    examined = profile.examine(read)
    assert (examined.steps[0].macs, examined.peak_bytes, examined.arena_head_bytes) == (None, None, None)
    fixed = profile.examine(profile.at(read, {(0, entry): (3, 4), (0, result): (3, 2)}))
    assert (fixed.steps[0].macs, fixed.peak_bytes) == (3 * 2 * 4, 48 + 24)


def knows(name: str, code: int, custom: str | None) -> bool:
    made = handmade.Handmade()
    entry, result = (made.tensor((1, 4), FLOAT) for _ in range(2))
    made.operator(code, [entry], [result], custom_code=custom)
    examination = tflm.run(
        made.content([entry], [result]), model.parse(made.content([entry], [result]), name), np.ones((1, 4))
    )
    return (
        examination.deployable
        or "find op for builtin" not in examination.reason
        and "registration" not in examination.reason
    )


@pytest.mark.parametrize("name", ["CONV_3D", "GELU", "TOPK_V2", "POW", "TILE", "ONE_HOT", "RANGE", "WHERE", "SELECT"])
def test_operators_without_a_kernel_are_told(name):
    assert name not in tflm_operators.BUILTIN
    assert not knows(name, getattr(OPERATORS, name), None)


@pytest.mark.parametrize("name", ["CONV_2D", "SVDF", "PRELU", "CUMSUM", "GATHER_ND", "EMBEDDING_LOOKUP", "SLICE"])
def test_operators_with_a_kernel_are_told(name):
    assert name in tflm_operators.BUILTIN
    assert knows(name, getattr(OPERATORS, name), None)
