"""Models of which the FlatBuffers themselves are hostile: offsets that lead anywhere, cycles, sizes of 2^31 and more.

How tables, vectors and offsets lie in a file: https://flatbuffers.dev/internals. Every place that a reader follows or
believes is known here by the schema, so that each of the faults hits one.
"""

import struct
from dataclasses import dataclass, field

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.tflite.handmade import written

# Fields of the schema that are offsets, by table and slot: to a table, to a vector of tables, or to plain bytes.
_TABLES = {
    "Model": {1: ["OperatorCode"], 2: ["SubGraph"], 3: "", 4: ["Buffer"], 5: "", 6: ["Metadata"], 7: ["Signature"]},
    "OperatorCode": {1: ""},
    "SubGraph": {0: ["Tensor"], 1: "", 2: "", 3: ["Operator"], 4: ""},
    "Tensor": {0: "", 3: "", 4: "Quantization", 7: ""},
    "Quantization": {0: "", 1: "", 2: "", 3: ""},
    "Operator": {1: "", 2: "", 4: "Options", 5: "", 8: ""},
    "Options": {},
    "Buffer": {0: ""},
    "Metadata": {0: ""},
    "Signature": {0: ["Map"], 1: ["Map"], 2: ""},
    "Map": {0: ""},
}
_LENGTHS = (0, 2**16, 2**31 - 1, 2**31, 2**32 - 1)


@dataclass
class Places:
    """Where in a file something stands that a reader follows or believes.

    Attributes:
        offsets: to tables, vectors and strings, 4 bytes each, unsigned and forwards.
        lengths: of vectors and strings, 4 bytes each.
        tables: the beginnings of tables: 4 bytes, signed, back to the vtable.
        vtables: the words of the vtables, 2 bytes each.
    """

    offsets: list[int] = field(default_factory=lambda: [0])
    lengths: list[int] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    vtables: list[int] = field(default_factory=list)


def places(content: bytes) -> Places:
    """All places of a whole .tflite file."""
    found = Places()
    _table(content, _followed(content, 0), "Model", found)
    return found


def _followed(content: bytes, place: int) -> int:
    return place + struct.unpack_from("<I", content, place)[0]


def _table(content: bytes, start: int, name: str, found: Places) -> None:
    found.tables.append(start)
    vtable = start - struct.unpack_from("<i", content, start)[0]
    size = struct.unpack_from("<H", content, vtable)[0]
    found.vtables += range(vtable, vtable + size, 2)
    for slot, kind in _TABLES[name].items():
        entry = vtable + 4 + 2 * slot
        inside = struct.unpack_from("<H", content, entry)[0] if entry < vtable + size else 0
        if not inside:
            continue
        found.offsets.append(start + inside)
        target = _followed(content, start + inside)
        if isinstance(kind, str) and kind:
            _table(content, target, kind, found)
            continue
        found.lengths.append(target)
        if isinstance(kind, list):
            count = struct.unpack_from("<I", content, target)[0]
            for element in range(target + 4, target + 4 + 4 * count, 4):
                found.offsets.append(element)
                _table(content, _followed(content, element), kind[0], found)


def hostile(content: bytes, rng: np.random.Generator) -> bytes:
    """A file with one to three such faults.

    Raises:
        ValueError, TypeError, AttributeError, struct.error: where the fault cannot be written into this file.
    """
    if rng.random() < 0.3:
        return _of_the_tree(content, rng)
    changed, found = bytearray(content), places(content)
    for _ in range(int(rng.integers(1, 4))):
        match int(rng.integers(5)):
            case 0:  # anywhere, itself included
                place = int(rng.choice(found.offsets))
                far = [0, 1, 4, len(content) - place, len(content) - place - 4, 2**31 - 1, 2**31, 2**32 - 4]
                struct.pack_into("<I", changed, place, int(rng.choice(far)))
            case 1:
                struct.pack_into("<I", changed, int(rng.choice(found.lengths)), int(rng.choice(_LENGTHS)))
            case 2:
                place = int(rng.choice(found.tables))
                back = [0, 1, -1, place, place - len(content), 2**31 - 1, -(2**31)]
                struct.pack_into("<i", changed, place, int(rng.choice(back)))
            case 3:
                struct.pack_into("<H", changed, int(rng.choice(found.vtables)), int(rng.choice([0, 2, 4, 5, 65535])))
            case _:  # two that should be two are one, or one is of another kind
                place, target = int(rng.choice(found.offsets)), int(rng.choice(found.tables + found.lengths))
                struct.pack_into("<I", changed, place, max(target - place, 0))
    return bytes(changed)


def _of_the_tree(content: bytes, rng: np.random.Generator) -> bytes:
    """Faults that FlatBuffers can say rightly: what calls itself, what needs its own result, sizes beyond the file."""
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    graph = tree.subgraphs[0]
    operator = graph.operators[int(rng.integers(len(graph.operators)))]
    match int(rng.integers(5)):
        case 0:
            operator.outputs = np.array(operator.inputs, np.int32)[: len(operator.outputs)]
        case 1:
            other = graph.operators[int(rng.integers(len(graph.operators)))]
            operator.outputs = other.outputs
        case 2:
            name = str(rng.choice(["While", "If", "CallOnce"]))
            options = getattr(schema, f"{name}OptionsT")()
            for key in vars(options):
                setattr(options, key, int(rng.choice([0, len(tree.subgraphs), 2**31 - 1])))
            operator.builtinOptions = options
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, f"{name}Options")
            code = tree.operatorCodes[operator.opcodeIndex]
            names = {"While": "WHILE", "If": "IF", "CallOnce": "CALL_ONCE"}
            code.builtinCode = getattr(schema.BuiltinOperator, names[name])
            code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        case 3:
            buffer = tree.buffers[int(rng.integers(len(tree.buffers)))]
            buffer.data = None
            buffer.offset, buffer.size = (int(rng.choice([2, len(content) - 1, 2**31, 2**63])) for _ in range(2))
        case _:
            tensor = graph.tensors[int(rng.integers(len(graph.tensors)))]
            tensor.buffer = int(rng.choice([len(tree.buffers), 2**31, 2**32 - 1]))
    return written(tree)
