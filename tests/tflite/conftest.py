import sys

import flatbuffers
import pytest
from ai_edge_litert import schema_py_generated as schema


@pytest.fixture(autouse=True)
def _no_scope_is_left_behind():
    """A network that TensorFlow refuses to trace leaves its name in Keras' scopes, where the next one would find it."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].backend.clear_session()


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
