"""Each operator that C can be written for, as a layer of the program or as several.

What moves nothing, such as RESHAPE, is none of them, and neither is what reads and assigns variables: `lowering`
leaves these out or knows them itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from featherline.codegen.layers import Layer
from featherline.codegen.operators import (
    activations,
    arithmetic,
    border,
    convolutions,
    moves,
    products,
    reductions,
    sequences,
)
from featherline.codegen.operators.step import Step

_INT8 = ("int8",)
_BOTH = ("int8", "int16")
_NUMBERS = ("int8", "int16", "int32", "float32")
_WHOLE = ("int8", "int16", "int32", "int64")
_ANY = ("int8", "uint8", "int16", "int32", "int64", "bool", "float32")
_COMPARED = tuple(kind for kind in _ANY if kind != "int16")


@dataclass(frozen=True)
class Lowering:
    """What lowers an operator.

    Attributes:
        function: from the operator to its layers.
        kinds: the types that its activations may have.
    """

    function: Callable[[Step], Layer | Sequence[Layer]]
    kinds: tuple[str, ...] = _INT8


LOWER: dict[str, Lowering] = {
    "ABS": Lowering(activations.absolute, ("int8", "float32")),
    "ADD": Lowering(arithmetic.add, _NUMBERS),
    "ARG_MAX": Lowering(reductions.arg, ("int8", "int32", "int64")),
    "ARG_MIN": Lowering(reductions.arg, ("int8", "int32", "int64")),
    "AVERAGE_POOL_2D": Lowering(reductions.pool, _BOTH),
    "BATCH_MATMUL": Lowering(products.batch_matmul, _BOTH),
    "BATCH_TO_SPACE_ND": Lowering(moves.batch_to_space, _ANY),
    "BROADCAST_TO": Lowering(moves.broadcast_to, _ANY),
    "CAST": Lowering(border.cast, _ANY),
    "CONCATENATION": Lowering(moves.concatenation, _ANY),
    "CONV_2D": Lowering(convolutions.conv, _BOTH),
    "DEPTHWISE_CONV_2D": Lowering(convolutions.depthwise, _BOTH),
    "DEPTH_TO_SPACE": Lowering(moves.depth_to_space, _ANY),
    "DEQUANTIZE": Lowering(border.dequantize, _ANY),
    "DIV": Lowering(arithmetic.divide, ("int8", "float32")),
    "ELU": Lowering(activations.elu),
    "EQUAL": Lowering(arithmetic.compare, _COMPARED),
    "FILL": Lowering(moves.fill, _ANY),
    "FULLY_CONNECTED": Lowering(convolutions.dense, _BOTH),
    "GATHER": Lowering(moves.gather, _ANY),
    "GREATER": Lowering(arithmetic.compare, _COMPARED),
    "GREATER_EQUAL": Lowering(arithmetic.compare, _COMPARED),
    "HARD_SWISH": Lowering(activations.hard_swish),
    "LEAKY_RELU": Lowering(activations.leaky_relu, _BOTH),
    "LESS": Lowering(arithmetic.compare, _COMPARED),
    "LESS_EQUAL": Lowering(arithmetic.compare, _COMPARED),
    "LOGICAL_AND": Lowering(arithmetic.logical, ("bool",)),
    "LOGICAL_NOT": Lowering(activations.logical_not, ("bool",)),
    "LOGICAL_OR": Lowering(arithmetic.logical, ("bool",)),
    "LOGISTIC": Lowering(activations.logistic, _BOTH),
    "MAXIMUM": Lowering(arithmetic.maximum, _WHOLE),
    "MAX_POOL_2D": Lowering(reductions.pool, _BOTH),
    "MEAN": Lowering(reductions.mean, _BOTH),
    "MINIMUM": Lowering(arithmetic.minimum, _WHOLE),
    "MIRROR_PAD": Lowering(moves.mirror_pad, _ANY),
    "MUL": Lowering(arithmetic.mul, _NUMBERS),
    "NEG": Lowering(activations.negated, ("float32",)),
    "NOT_EQUAL": Lowering(arithmetic.compare, _COMPARED),
    "PACK": Lowering(moves.pack, _ANY),
    "PAD": Lowering(moves.pad, _ANY),
    "PADV2": Lowering(moves.pad, _ANY),
    "PRELU": Lowering(arithmetic.prelu),
    "QUANTIZE": Lowering(border.quantize, _ANY),
    "REDUCE_ALL": Lowering(reductions.reduce_all, ("bool",)),
    "REDUCE_MAX": Lowering(reductions.reduce_max),
    "REDUCE_MIN": Lowering(reductions.reduce_min),
    "RELU": Lowering(activations.relu, _BOTH),
    "RELU6": Lowering(activations.relu6, _BOTH),
    "RESIZE_BILINEAR": Lowering(reductions.resize_bilinear),
    "RESIZE_NEAREST_NEIGHBOR": Lowering(moves.resize_nearest, _ANY),
    "REVERSE_V2": Lowering(moves.reverse, _ANY),
    "RSQRT": Lowering(activations.inverse_root),
    "SELECT_V2": Lowering(arithmetic.select, _ANY),
    "SLICE": Lowering(moves.slice_, _ANY),
    "SOFTMAX": Lowering(activations.softmax, _BOTH),
    "SPACE_TO_BATCH_ND": Lowering(moves.space_to_batch, _ANY),
    "SPACE_TO_DEPTH": Lowering(moves.space_to_depth, _ANY),
    "SPLIT": Lowering(moves.split, _ANY),
    "SPLIT_V": Lowering(moves.split_v, _ANY),
    "SQUARE": Lowering(activations.squared, ("float32",)),
    "SQUARED_DIFFERENCE": Lowering(arithmetic.squared_difference, _BOTH),
    "STRIDED_SLICE": Lowering(moves.strided_slice, _ANY),
    "SUB": Lowering(arithmetic.subtract, _NUMBERS),
    "SUM": Lowering(reductions.total, _BOTH),
    "SVDF": Lowering(sequences.svdf, _BOTH),
    "TANH": Lowering(activations.tanh, _BOTH),
    "TRANSPOSE": Lowering(moves.transpose, ("int8", "int16")),
    "TRANSPOSE_CONV": Lowering(convolutions.transposed, ("int8", "int16", "int32")),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": Lowering(sequences.lstm, _BOTH),
    "UNPACK": Lowering(moves.unpack, _ANY),
    "ZEROS_LIKE": Lowering(moves.zeros_like, _ANY),
}
"""What lowers an operator, by its name."""

ELSEWHERE = (
    "ASSIGN_VARIABLE",
    "BROADCAST_ARGS",
    "CALL_ONCE",
    "EXPAND_DIMS",
    "READ_VARIABLE",
    "RESHAPE",
    "SHAPE",
    "SQUEEZE",
    "VAR_HANDLE",
)
"""Operators that are no layer, or that need the whole model to be one."""

ONE_TO_ONE = frozenset(
    ("ABS", "CAST", "DEQUANTIZE", "ELU", "HARD_SWISH", "LEAKY_RELU", "LOGICAL_NOT", "LOGISTIC", "NEG", "QUANTIZE")
    + ("RELU", "RELU6", "RSQRT", "SOFTMAX", "SQUARE", "TANH")
)
"""Operators that have as many outputs as inputs."""

KNOWN = frozenset((*LOWER, *ELSEWHERE))

_REAL_ALONE = "TensorFlow Lite Micro has it for real numbers alone"
LEFT_OUT = {
    "ADD_N": "the converter writes ADD in its place",
    "CUMSUM": "no layer of Keras converts to it",
    "DYNAMIC_UPDATE_SLICE": "where it writes is only known when the model runs",
    "EMBEDDING_LOOKUP": "it reads rows by indices that are only known when the model runs",
    "GATHER_ND": "it reads by indices that are only known when the model runs",
    "IF": "what it runs is only known when the model runs",
    "L2_NORMALIZATION": "the converter writes SQUARE, SUM and RSQRT in its place",
    "LOG_SOFTMAX": "classifiers end in SOFTMAX; take the logits",
    "WHILE": "how often it runs is only known when the model runs: unroll the layer",
} | dict.fromkeys(
    (*("CEIL", "COS", "EXP", "FLOOR", "FLOOR_DIV", "FLOOR_MOD", "L2_POOL_2D", "LOG", "ROUND", "SIN"), "SQRT"),
    _REAL_ALONE,
)
"""Operators that TensorFlow Lite Micro registers and C is not written for, each with the reason."""

FORMS_LEFT_OUT: dict[str, tuple[tuple[str, ...], str]] = {
    "ABS": (("int16",), "no layer of Keras converts to it"),
    "DIV": (("int32",), "Keras divides real numbers"),
    "GREATER": (("int16",), "TensorFlow Lite Micro does not refuse it, and leaves the result unwritten"),
    "LOGICAL_AND": (("int8", "uint8", "int16", "int32"), "the converter writes it for bool alone"),
    "LOGICAL_OR": (("int8", "uint8", "int16", "int32"), "the converter writes it for bool alone"),
    "SQUARED_DIFFERENCE": (("int32",), "LayerNormalization has it in int8 and int16"),
}
"""Types with which TensorFlow Lite Micro runs an operator and C is not written for it, and the reason."""

RESTRICTIONS = {
    "BATCH_TO_SPACE_ND": "blocks and borders constant",
    "CAST": "not from real numbers to whole ones",
    "CONCATENATION": "int8 of one scale and zero point",
    "CONV_2D": "weights int8, int4 constant; one scale, or one for each output channel",
    "DEPTHWISE_CONV_2D": "weights int8, int4 constant; one scale, or one for each output channel",
    "ELU": "of real numbers too, between DEQUANTIZE of int8 and QUANTIZE to int8",
    "FULLY_CONNECTED": "weights int8, constant or computed",
    "GATHER": "indices constant, without a batch",
    "MIRROR_PAD": "borders constant",
    "PAD": "borders constant",
    "PADV2": "borders and value constant",
    "READ_VARIABLE": "no copy where the variable is assigned only behind the last use",
    "RESHAPE": "no code: the shape of the file counts",
    "RESIZE_BILINEAR": "size constant",
    "RESIZE_NEAREST_NEIGHBOR": "size constant",
    "SHAPE": "folded, with STRIDED_SLICE, PACK and what else has constants for inputs",
    "SLICE": "bounds constant",
    "SPACE_TO_BATCH_ND": "without a border, which TensorFlow Lite Micro fills with whatever lies in memory",
    "SPLIT": "axis constant",
    "STRIDED_SLICE": "bounds constant",
    "SVDF": "int8; weights of time and state int8 or int16",
    "TRANSPOSE": "order of axes constant",
    "TRANSPOSE_CONV": "weights int8 constant",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "without peepholes, projection and layer normalization; cell int16",
}
"""What C asks of an operator beside the types of its activations."""
