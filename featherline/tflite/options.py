"""The options of operators, typed: one class for each table of the schema that Featherline reads.

Classes and fields are named as in the schema of TensorFlow Lite, fields in snake case. Paddings and
activations are the names that the schema gives them: `SAME`, `RELU6`.
"""

from dataclasses import dataclass, fields
from typing import Any

from ai_edge_litert import schema_py_generated as schema


@dataclass(frozen=True)
class Conv2DOptions:
    """Of CONV_2D. Strides and dilations are in places of the input, height and width apart."""

    padding: str
    stride_h: int
    stride_w: int
    dilation_h_factor: int
    dilation_w_factor: int
    fused_activation_function: str


@dataclass(frozen=True)
class DepthwiseConv2DOptions:
    """Of DEPTHWISE_CONV_2D; `depth_multiplier` is how many outputs each input channel has, 0 in newer files."""

    padding: str
    stride_h: int
    stride_w: int
    depth_multiplier: int
    dilation_h_factor: int
    dilation_w_factor: int
    fused_activation_function: str


@dataclass(frozen=True)
class Pool2DOptions:
    """Of AVERAGE_POOL_2D, MAX_POOL_2D and L2_POOL_2D; the filter is the pooling window."""

    padding: str
    stride_h: int
    stride_w: int
    filter_height: int
    filter_width: int
    fused_activation_function: str


@dataclass(frozen=True)
class FullyConnectedOptions:
    """Of FULLY_CONNECTED."""

    keep_num_dims: bool
    fused_activation_function: str


@dataclass(frozen=True)
class AddOptions:
    """Of ADD."""

    fused_activation_function: str


@dataclass(frozen=True)
class MulOptions:
    """Of MUL."""

    fused_activation_function: str


@dataclass(frozen=True)
class SoftmaxOptions:
    """Of SOFTMAX; `beta` is the factor of its inputs."""

    beta: float


@dataclass(frozen=True)
class IfOptions:
    """Of IF: the subgraphs of its branches."""

    then_subgraph_index: int
    else_subgraph_index: int


@dataclass(frozen=True)
class WhileOptions:
    """Of WHILE: the subgraphs of its condition and of its body."""

    cond_subgraph_index: int
    body_subgraph_index: int


@dataclass(frozen=True)
class CallOnceOptions:
    """Of CALL_ONCE: the subgraph that it runs at the first inference."""

    init_subgraph_index: int


@dataclass(frozen=True)
class SubOptions:
    """Of SUB."""

    fused_activation_function: str


@dataclass(frozen=True)
class DivOptions:
    """Of DIV."""

    fused_activation_function: str


@dataclass(frozen=True)
class L2NormOptions:
    """Of L2_NORMALIZATION."""

    fused_activation_function: str


@dataclass(frozen=True)
class ConcatenationOptions:
    """Of CONCATENATION: the axis along which the inputs lie one behind another."""

    axis: int
    fused_activation_function: str


@dataclass(frozen=True)
class TransposeConvOptions:
    """Of TRANSPOSE_CONV."""

    padding: str
    stride_h: int
    stride_w: int
    fused_activation_function: str


@dataclass(frozen=True)
class SVDFOptions:
    """Of SVDF."""

    rank: int
    fused_activation_function: str


@dataclass(frozen=True)
class UnidirectionalSequenceLSTMOptions:
    """Of UNIDIRECTIONAL_SEQUENCE_LSTM."""

    fused_activation_function: str
    cell_clip: float
    proj_clip: float
    time_major: bool


@dataclass(frozen=True)
class StridedSliceOptions:
    """Of STRIDED_SLICE, a bit for each axis in each mask."""

    begin_mask: int
    end_mask: int
    ellipsis_mask: int
    new_axis_mask: int
    shrink_axis_mask: int
    offset: bool


@dataclass(frozen=True)
class PackOptions:
    """Of PACK."""

    axis: int


@dataclass(frozen=True)
class UnpackOptions:
    """Of UNPACK."""

    axis: int


@dataclass(frozen=True)
class GatherOptions:
    """Of GATHER: the axis that is indexed, and how many axes before it the indices share."""

    axis: int
    batch_dims: int


@dataclass(frozen=True)
class ReducerOptions:
    """Of MEAN, SUM, REDUCE_MAX and REDUCE_MIN."""

    keep_dims: bool


@dataclass(frozen=True)
class LeakyReluOptions:
    """Of LEAKY_RELU."""

    alpha: float


@dataclass(frozen=True)
class BatchMatMulOptions:
    """Of BATCH_MATMUL."""

    adj_x: bool
    adj_y: bool


@dataclass(frozen=True)
class ResizeBilinearOptions:
    """Of RESIZE_BILINEAR."""

    align_corners: bool
    half_pixel_centers: bool


@dataclass(frozen=True)
class ResizeNearestNeighborOptions:
    """Of RESIZE_NEAREST_NEIGHBOR."""

    align_corners: bool
    half_pixel_centers: bool


@dataclass(frozen=True)
class MirrorPadOptions:
    """Of MIRROR_PAD."""

    mode: str


@dataclass(frozen=True)
class SpaceToDepthOptions:
    """Of SPACE_TO_DEPTH."""

    block_size: int


@dataclass(frozen=True)
class DepthToSpaceOptions:
    """Of DEPTH_TO_SPACE."""

    block_size: int


@dataclass(frozen=True)
class CumsumOptions:
    """Of CUMSUM."""

    exclusive: bool
    reverse: bool


@dataclass(frozen=True)
class VarHandleOptions:
    """Of VAR_HANDLE."""

    container: str
    shared_name: str


WindowOptions = Conv2DOptions | DepthwiseConv2DOptions | Pool2DOptions | TransposeConvOptions
"""Options of operators that move a window over height and width."""

ActivationOptions = (
    WindowOptions
    | FullyConnectedOptions
    | AddOptions
    | MulOptions
    | SubOptions
    | DivOptions
    | L2NormOptions
    | ConcatenationOptions
    | SVDFOptions
    | UnidirectionalSequenceLSTMOptions
)
"""Options of operators that may have an activation fused into them."""

Options = (
    ActivationOptions
    | SoftmaxOptions
    | IfOptions
    | WhileOptions
    | CallOnceOptions
    | StridedSliceOptions
    | PackOptions
    | UnpackOptions
    | GatherOptions
    | ReducerOptions
    | LeakyReluOptions
    | BatchMatMulOptions
    | ResizeBilinearOptions
    | ResizeNearestNeighborOptions
    | MirrorPadOptions
    | SpaceToDepthOptions
    | DepthToSpaceOptions
    | CumsumOptions
    | VarHandleOptions
)

_CLASSES: dict[str, type[Options]] = {
    "CONV_2D": Conv2DOptions,
    "DEPTHWISE_CONV_2D": DepthwiseConv2DOptions,
    "AVERAGE_POOL_2D": Pool2DOptions,
    "MAX_POOL_2D": Pool2DOptions,
    "L2_POOL_2D": Pool2DOptions,
    "FULLY_CONNECTED": FullyConnectedOptions,
    "ADD": AddOptions,
    "MUL": MulOptions,
    "SOFTMAX": SoftmaxOptions,
    "IF": IfOptions,
    "WHILE": WhileOptions,
    "CALL_ONCE": CallOnceOptions,
    "SUB": SubOptions,
    "DIV": DivOptions,
    "L2_NORMALIZATION": L2NormOptions,
    "CONCATENATION": ConcatenationOptions,
    "TRANSPOSE_CONV": TransposeConvOptions,
    "SVDF": SVDFOptions,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": UnidirectionalSequenceLSTMOptions,
    "STRIDED_SLICE": StridedSliceOptions,
    "PACK": PackOptions,
    "UNPACK": UnpackOptions,
    "GATHER": GatherOptions,
    "MEAN": ReducerOptions,
    "SUM": ReducerOptions,
    "REDUCE_MAX": ReducerOptions,
    "REDUCE_MIN": ReducerOptions,
    "LEAKY_RELU": LeakyReluOptions,
    "BATCH_MATMUL": BatchMatMulOptions,
    "RESIZE_BILINEAR": ResizeBilinearOptions,
    "RESIZE_NEAREST_NEIGHBOR": ResizeNearestNeighborOptions,
    "MIRROR_PAD": MirrorPadOptions,
    "SPACE_TO_DEPTH": SpaceToDepthOptions,
    "DEPTH_TO_SPACE": DepthToSpaceOptions,
    "CUMSUM": CumsumOptions,
    "VAR_HANDLE": VarHandleOptions,
}


def names(enumeration: type) -> dict[int, str]:
    """The names of an enumeration of the schema by their codes."""
    return {code: name for name, code in vars(enumeration).items() if not name.startswith("_")}


_NAMES = {
    "padding": names(schema.Padding),
    "fused_activation_function": names(schema.ActivationFunctionType),
    "mode": names(schema.MirrorPadMode),
}


def read(operator: str, table: object) -> Options | None:
    """The options of an operator.

    Args:
        operator: its name, as the schema spells it.
        table: what the schema unpacked; None where the file has no options for it.

    Returns:
        None where the file has none, or those of another operator, or nobody here reads options of this one.
    """
    kind = _CLASSES.get(operator)
    if kind is None or type(table).__name__ != f"{kind.__name__}T":
        return None
    # The schema's classes have no types: what their fields hold is known here alone.
    values: dict[str, Any] = {
        field.name: _value(field.name, getattr(table, _camel(field.name))) for field in fields(kind)
    }
    return kind(**values)


def subgraphs(options: Options | None) -> tuple[int, ...]:
    """The subgraphs that an operator runs, in order: branches, or condition and body of a loop."""
    match options:
        case IfOptions(then_subgraph_index, else_subgraph_index):
            return then_subgraph_index, else_subgraph_index
        case WhileOptions(cond_subgraph_index, body_subgraph_index):
            return cond_subgraph_index, body_subgraph_index
        case CallOnceOptions(init_subgraph_index):
            return (init_subgraph_index,)
    return ()


def runs_subgraphs(operator: str) -> bool:
    """Whether an operator cannot do without options that name subgraphs."""
    return _CLASSES.get(operator) in (IfOptions, WhileOptions, CallOnceOptions)


def _value(name: str, value: int | float | bytes | None) -> int | float | str:
    """A value as the schema stores it; of enumerations its name, or the code where the schema has no name for it."""
    if value is None or isinstance(value, bytes):
        return (value or b"").decode("utf-8", "replace")
    return _NAMES[name].get(int(value), str(value)) if name in _NAMES else value


def _camel(name: str) -> str:
    """The name of a field in the classes of the schema.

    >>> _camel("stride_h")
    'strideH'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
