"""Which types of activations TensorFlow Lite Micro runs each of its built-in operators with.

Tried by `tests.codegen.operator_forms`, which prints the lines below: a model of each operator alone for each type, on
the interpreter of `tflite_micro` as requirements.txt pins it. int16 has weights of int8 (int16x8). Real numbers, which
most operators take, are left out; an operator without a type takes them alone.
"""

from featherline.tflite.model import Operator
from featherline.tflite.tflm_operators import registers

FORMS = ("int8", "uint8", "int16", "bool", "int32")
"""The types that were tried."""

_RUN = """
    ABS int8 int16
    ADD int8 int16 int32
    ADD_N int8
    ARG_MAX int8
    ARG_MIN int8
    ASSIGN_VARIABLE int8 uint8 int16 bool int32
    AVERAGE_POOL_2D int8 int16
    BATCH_MATMUL int8 int16
    BATCH_TO_SPACE_ND int8
    BROADCAST_ARGS int32
    BROADCAST_TO int8 uint8 int16 bool int32
    CAST int8 int16 bool int32
    CEIL
    CONCATENATION int8 int16 bool int32
    CONV_2D int8 int16
    COS
    CUMSUM int8
    DEPTHWISE_CONV_2D int8 int16
    DEPTH_TO_SPACE int8
    DEQUANTIZE int8 uint8 int16
    DIV int8 int32
    DYNAMIC_UPDATE_SLICE int8 int16 int32
    ELU int8
    EMBEDDING_LOOKUP int8
    EQUAL int8 bool int32
    EXP
    EXPAND_DIMS int8 int16
    FILL int8 int32
    FLOOR
    FLOOR_DIV
    FLOOR_MOD
    FULLY_CONNECTED int8 int16
    GATHER int8
    GATHER_ND int8
    GREATER int8 int16 int32
    GREATER_EQUAL int8 int32
    HARD_SWISH int8
    L2_NORMALIZATION int8
    L2_POOL_2D
    LEAKY_RELU int8 int16
    LESS int8 int32
    LESS_EQUAL int8 int32
    LOG
    LOGICAL_AND int8 uint8 int16 bool int32
    LOGICAL_NOT bool
    LOGICAL_OR int8 uint8 int16 bool int32
    LOGISTIC int8 int16
    LOG_SOFTMAX int8
    MAXIMUM int8 int16 int32
    MAX_POOL_2D int8 int16
    MEAN int8 int16
    MINIMUM int8 int16 int32
    MIRROR_PAD int8
    MUL int8 int16 int32
    NEG
    NOT_EQUAL int8 bool int32
    PACK int8 int16 int32
    PAD int8 int16 int32
    PADV2 int8 int16 int32
    PRELU int8
    QUANTIZE int8 uint8 int16 int32
    READ_VARIABLE int8 uint8 int16 bool int32
    REDUCE_ALL bool
    REDUCE_MAX int8
    REDUCE_MIN int8
    RELU int8 int16
    RELU6 int8 int16
    RESHAPE int8 uint8 int16 bool int32
    RESIZE_BILINEAR int8
    RESIZE_NEAREST_NEIGHBOR int8 int16
    REVERSE_V2 int8 uint8 int16 bool int32
    ROUND
    RSQRT int8
    SELECT_V2 int8 int16
    SHAPE int8 uint8 int16 bool int32
    SIN
    SLICE int8 int16 bool int32
    SOFTMAX int8 int16
    SPACE_TO_BATCH_ND int8
    SPACE_TO_DEPTH int8
    SPLIT int8 int16 int32
    SPLIT_V int8 int16 int32
    SQRT
    SQUARE
    SQUARED_DIFFERENCE int8 int16 int32
    SQUEEZE int8 uint8 int16 bool int32
    STRIDED_SLICE int8 int16 bool int32
    SUB int8 int16 int32
    SUM int8 int16
    SVDF int8
    TANH int8 int16
    TRANSPOSE int8 int16
    TRANSPOSE_CONV int8 int16
    UNIDIRECTIONAL_SEQUENCE_LSTM int8 int16
    UNPACK int8 int16 int32
    VAR_HANDLE int8 uint8 int16 bool int32
    ZEROS_LIKE int8 int32
"""
RUN: dict[str, tuple[str, ...]] = {name: tuple(forms) for name, *forms in map(str.split, _RUN.strip().splitlines())}
"""Name of an operator -> the types that it runs with. CALL_ONCE, IF and WHILE compute nothing of their own."""
_WEIGHTED = ("BATCH_MATMUL", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "SVDF", "TRANSPOSE_CONV")


def has_kernel(operator: Operator) -> bool:
    """Whether the interpreter has a kernel of the name and the types of an operator.

    Its shapes and options have their say too: `featherline.interpreters.tflm` tries.
    """
    tensors = [tensor for tensor in (*operator.inputs, *operator.outputs) if tensor is not None]
    types = {tensor.type for tensor in tensors if not tensor.constant}
    if not registers(operator) or is_hybrid(operator):
        return False
    of_integers = bool(types) and types <= set(FORMS)
    return operator.name not in RUN or not of_integers or bool(types & set(RUN[operator.name]))


def is_hybrid(operator: Operator) -> bool:
    """Whether an operator computes with weights of few bits and activations in real numbers."""
    constants = {tensor.type for tensor in operator.inputs if tensor is not None and tensor.constant}
    real = all(tensor.type == "float32" for tensor in operator.outputs if tensor is not None)
    return operator.name in _WEIGHTED and real and bool(constants & {"int4", "int8"})
