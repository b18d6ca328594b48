"""Each operator that C can be written for, as a layer of the program or as several.

What moves nothing, such as RESHAPE, is none of them, and neither is what reads and assigns variables: `lowering`
leaves these out or knows them itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from featherline.codegen.layers import Layer
from featherline.codegen.operators import activations, arithmetic, border, convolutions, moves, reductions
from featherline.codegen.operators.step import Step

_INT8 = ("int8",)
_ANY = ("int8", "uint8", "int16", "int32", "int64", "bool", "float32")


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
    "ADD": Lowering(arithmetic.add),
    "AVERAGE_POOL_2D": Lowering(reductions.pool),
    "BATCH_TO_SPACE_ND": Lowering(moves.batch_to_space, _ANY),
    "BROADCAST_TO": Lowering(moves.broadcast_to, _ANY),
    "CONCATENATION": Lowering(moves.concatenation, _ANY),
    "CONV_2D": Lowering(convolutions.conv),
    "DEPTHWISE_CONV_2D": Lowering(convolutions.depthwise),
    "DEPTH_TO_SPACE": Lowering(moves.depth_to_space, _ANY),
    "DEQUANTIZE": Lowering(border.dequantize, _ANY),
    "FILL": Lowering(moves.fill, _ANY),
    "FULLY_CONNECTED": Lowering(convolutions.dense),
    "GATHER": Lowering(moves.gather, _ANY),
    "LOGISTIC": Lowering(activations.logistic),
    "MAX_POOL_2D": Lowering(reductions.pool),
    "MEAN": Lowering(reductions.mean),
    "MIRROR_PAD": Lowering(moves.mirror_pad, _ANY),
    "MUL": Lowering(arithmetic.mul),
    "PACK": Lowering(moves.pack, _ANY),
    "PAD": Lowering(moves.pad, _ANY),
    "PADV2": Lowering(moves.pad, _ANY),
    "QUANTIZE": Lowering(border.quantize, _ANY),
    "REDUCE_MAX": Lowering(reductions.reduce_max),
    "RELU": Lowering(activations.relu),
    "RESIZE_NEAREST_NEIGHBOR": Lowering(moves.resize_nearest, _ANY),
    "REVERSE_V2": Lowering(moves.reverse, _ANY),
    "SLICE": Lowering(moves.slice_, _ANY),
    "SOFTMAX": Lowering(activations.softmax),
    "SPACE_TO_BATCH_ND": Lowering(moves.space_to_batch, _ANY),
    "SPACE_TO_DEPTH": Lowering(moves.space_to_depth, _ANY),
    "SPLIT": Lowering(moves.split, _ANY),
    "SPLIT_V": Lowering(moves.split_v, _ANY),
    "STRIDED_SLICE": Lowering(moves.strided_slice, _ANY),
    "TRANSPOSE": Lowering(moves.transpose, _ANY),
    "UNPACK": Lowering(moves.unpack, _ANY),
    "ZEROS_LIKE": Lowering(moves.zeros_like, _ANY),
}
"""What lowers an operator, by its name."""

ELSEWHERE = ("ASSIGN_VARIABLE", "CALL_ONCE", "EXPAND_DIMS", "READ_VARIABLE", "RESHAPE", "SHAPE", "SQUEEZE", "VAR_HANDLE")
"""Operators that are no layer, or that need the whole model to be one."""

KNOWN = frozenset((*LOWER, *ELSEWHERE))
