"""The tree of tables that a .tflite file is: unpacked, and packed again."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

IDENTIFIER = b"TFL3"
_OPERATORS = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}


def unpack(content: bytes) -> schema.ModelT:
    """The tables of a .tflite file as objects that can be changed."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))


def pack(tree: schema.ModelT) -> bytes:
    """The content of a .tflite file; equal trees give equal bytes."""
    builder = flatbuffers.Builder(1 << 16)
    builder.Finish(tree.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def operator_name(tree: schema.ModelT, operator: schema.OperatorT) -> str:
    """The name of an operator as the schema spells it, such as CONV_2D; CUSTOM for any custom one."""
    code = tree.operatorCodes[operator.opcodeIndex]
    # Codes above 127 do not fit the old field, which old files alone fill.
    builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
    return _OPERATORS.get(builtin, f"BUILTIN_{builtin}")


def packed_int4(values: np.ndarray) -> np.ndarray:
    """Integers from -8 to 7 as TensorFlow Lite packs them: two in a byte, the first in the low half."""
    nibbles = values.astype(np.int8).ravel().view(np.uint8) & 0x0F
    nibbles = np.append(nibbles, np.zeros(len(nibbles) % 2, np.uint8))
    return nibbles[::2] | (nibbles[1::2] << 4)
