"""Each built-in operator of TensorFlow Lite Micro as a model of that operator alone, for every type of activations.

A form is the type of the activations: int8, uint8, int16 (with int8 weights: int16x8), bool and int32.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.codegen.any_ends import Stream, expected
from tests.codegen.single_operators import BOOL, INT8, INT16, INT32, INT64, NONE, SAME, UINT8, Single
from tests.tflite.handmade import OPERATORS

FORMS = {"int8": INT8, "uint8": UINT8, "int16": INT16, "bool": BOOL, "int32": INT32}
RESOURCE = schema.TensorType.RESOURCE
_SHAPE = (1, 4, 6, 2)
# Outputs whose scale and zero point the operator prescribes, of int8, uint8 and int16.
_PRESCRIBED = {
    "LOGISTIC": {INT8: (1 / 256, -128), UINT8: (1 / 256, 0), INT16: (1 / 32768, 0)},
    "SOFTMAX": {INT8: (1 / 256, -128), UINT8: (1 / 256, 0), INT16: (1 / 32768, 0)},
    "TANH": {INT8: (1 / 128, 0), UINT8: (1 / 128, 128), INT16: (1 / 32768, 0)},
    "LOG_SOFTMAX": {INT8: (16 / 256, 127), UINT8: (16 / 256, 255)},
    "L2_NORMALIZATION": {INT8: (1 / 128, 0), UINT8: (1 / 128, 128)},
}


class Form(Single):
    """A model of one operator whose activations have one type."""

    def __init__(self, kind: int):
        super().__init__(3)
        self.kind = kind

    def entry(self, shape=_SHAPE) -> int:
        return self.activation(shape, self.kind)

    def of_kind(self, values, place: int | None = None) -> int:
        """A constant of the type, quantized as another tensor."""
        constant = self.constant(values, self.kind)
        self.tensors[constant].quantization = self.tensors[0 if place is None else place].quantization
        return constant

    def weights(self, shape, axis=0, count=None) -> int:
        return self.constant(self.rng.integers(-127, 128, shape), INT8, np.full(count or shape[0], 0.01), axis=axis)

    def bias(self, source: int, count: int) -> int:
        scale = self.tensors[source].quantization
        step = 0.01 * (float(scale.scale[0]) if scale is not None else 1.0)
        return self.constant(
            self.rng.integers(-90, 90, count), INT64 if self.kind == INT16 else INT32, np.full(count, step)
        )

    def made(self, code: str, inputs, outputs, options=None, version=1) -> Stream:
        return self.stream(str(self.kind), code, inputs, outputs, options, version)


def _unary(name: str) -> Callable[[Form], Stream]:
    options = {
        "LEAKY_RELU": schema.LeakyReluOptionsT(alpha=0.2),
        "SOFTMAX": schema.SoftmaxOptionsT(beta=1),
        "L2_NORMALIZATION": schema.L2NormOptionsT(),
        "LOG_SOFTMAX": schema.LogSoftmaxOptionsT(),
    }

    def build(m: Form) -> Stream:
        x = m.activation((1, 12), m.kind, zero={INT8: -128, UINT8: 0}.get(m.kind) if "RSQRT" in name else None)
        prescribed = _PRESCRIBED.get(name, {}).get(m.kind)
        same = name in ("ZEROS_LIKE", "RELU", "RELU6", "ABS")
        y = m.like((1, 12), x) if same else m.output((1, 12), m.kind, *(prescribed or (None, None)))
        return m.made(name, [x], [y], options.get(name), 2)

    return build


def _binary(name: str, options=None, result: int | None = None) -> Callable[[Form], Stream]:
    def build(m: Form) -> Stream:
        x = m.entry()
        if name in ("DIV", "FLOOR_DIV", "FLOOR_MOD"):  # nothing is divided by zero
            y = m.constant(np.arange(1, 3), m.kind)
            m.tensors[y].quantization = m.tensors[x].quantization
            if m.tensors[x].quantization is not None:
                m.tensors[x].quantization.zeroPoint = np.int64([0])
        elif name == "PRELU":
            y = m.of_kind([1, 2])
        elif name in ("MAXIMUM", "MINIMUM", "ADD_N"):
            y = m.like(_SHAPE, x, entry=True)
        else:
            y = m.entry()
        if result is not None:
            z = m.output(_SHAPE, result)
        else:
            z = m.like(_SHAPE, x) if name in ("MAXIMUM", "MINIMUM") else m.output(_SHAPE, m.kind)
        return m.made(name, [x, y], [z], options() if options else None, 2)

    return build


def _moved(name: str, shape, constants=(), options=None, entry=_SHAPE, version=1) -> Callable[[Form], Stream]:
    def build(m: Form) -> Stream:
        x = m.entry(entry)
        inputs = [x, *(m.constant(values) for values in constants)]
        return m.made(name, inputs, [m.like(shape, x)], options, version)

    return build


def _renamed(name: str, shape, constants, options, entry) -> Callable[[Form], Stream]:
    """An operator that gives a tensor another shape, and one behind it that moves values: alone it has no C."""

    def build(m: Form) -> Stream:
        x = m.entry(entry)
        y = m.like(shape, x)
        m.operator(getattr(OPERATORS, name), [x, *(m.constant(values) for values in constants)], [y], options)
        inputs = [y, m.constant([len(shape) - 1])]
        return m.made("REVERSE_V2", inputs, [m.like(shape, x)], schema.ReverseV2OptionsT())

    return build


def _convolution(m: Form) -> Stream:
    x = m.entry()
    options = schema.Conv2DOptionsT(padding=SAME, strideW=1, strideH=1)
    return m.made("CONV_2D", [x, m.weights((3, 2, 2, 2)), m.bias(x, 3)], [m.output((1, 4, 6, 3), m.kind)], options, 5)


def _depthwise(m: Form) -> Stream:
    x = m.entry()
    options = schema.DepthwiseConv2DOptionsT(padding=SAME, strideW=1, strideH=1, depthMultiplier=1)
    inputs = [x, m.weights((1, 2, 2, 2), 3, 2), m.bias(x, 2)]
    return m.made("DEPTHWISE_CONV_2D", inputs, [m.output(_SHAPE, m.kind)], options, 5)


def _transposed(m: Form) -> Stream:
    x = m.entry()
    inputs = [m.constant([1, 4, 6, 3]), m.weights((3, 2, 2, 2)), x, m.bias(x, 3)]
    options = schema.TransposeConvOptionsT(padding=SAME, strideW=1, strideH=1)
    return m.made("TRANSPOSE_CONV", inputs, [m.output((1, 4, 6, 3), m.kind)], options, 4)


def _dense(m: Form) -> Stream:
    x = m.entry((1, 12))
    inputs = [x, m.weights((1, 12)), m.bias(x, 1)]
    return m.made("FULLY_CONNECTED", inputs, [m.output((1, 1), m.kind)], schema.FullyConnectedOptionsT(), 5)


def _pool(name: str) -> Callable[[Form], Stream]:
    def build(m: Form) -> Stream:
        x = m.entry()
        options = schema.Pool2DOptionsT(padding=SAME, strideW=2, strideH=2, filterWidth=2, filterHeight=2)
        return m.made(name, [x], [m.like((1, 2, 3, 2), x)], options, 2)

    return build


def _reduced(name: str) -> Callable[[Form], Stream]:
    def build(m: Form) -> Stream:
        x = m.entry()
        y = m.output((1, 2), m.kind) if name in ("MEAN", "SUM") else m.like((1, 2), x)
        return m.made(name, [x, m.constant([1, 2])], [y], schema.ReducerOptionsT(), 2)

    return build


def _arg(name: str) -> Callable[[Form], Stream]:
    def build(m: Form) -> Stream:
        options = schema.ArgMaxOptionsT() if name == "ARG_MAX" else schema.ArgMinOptionsT()
        options.outputType = INT32
        return m.made(name, [m.entry(), m.constant(3)], [m.output((1, 4, 6), INT32)], options)

    return build


def _matmul(m: Form) -> Stream:
    x, y = m.entry((1, 3, 4)), m.entry((1, 4, 2))
    return m.made("BATCH_MATMUL", [x, y], [m.output((1, 3, 2), m.kind)], schema.BatchMatMulOptionsT(), 2)


def _cast(m: Form) -> Stream:
    return m.made("CAST", [m.entry()], [m.output(_SHAPE, INT32)], schema.CastOptionsT())


def _concatenation(m: Form) -> Stream:
    x = m.entry()
    y = m.like(_SHAPE, x, entry=True)
    options = schema.ConcatenationOptionsT(axis=3)
    return m.made("CONCATENATION", [x, y], [m.like((1, 4, 6, 4), x)], options, 2)


def _pack(m: Form) -> Stream:
    x = m.entry((2, 3))
    y = m.like((2, 3), x, entry=True)
    return m.made("PACK", [x, y], [m.like((2, 2, 3), x)], schema.PackOptionsT(valuesCount=2, axis=1))


def _unpack(m: Form) -> Stream:
    x = m.entry((2, 3))
    return m.made("UNPACK", [x], [m.like((2,), x) for _ in range(3)], schema.UnpackOptionsT(num=3, axis=1))


def _split(m: Form) -> Stream:
    axis, x = m.constant(1), m.entry((2, 6))
    outputs = [m.like((2, 3), x) for _ in range(2)]
    return m.made("SPLIT", [axis, x], outputs, schema.SplitOptionsT(numSplits=2))


def _split_v(m: Form) -> Stream:
    x, sizes, axis = m.entry((2, 6)), m.constant([1, 5]), m.constant(1)
    return m.made(
        "SPLIT_V", [x, sizes, axis], [m.like((2, 1), x), m.like((2, 5), x)], schema.SplitVOptionsT(numSplits=2)
    )


def _dequantized(m: Form) -> Stream:
    from tests.tflite.handmade import FLOAT

    return m.made("DEQUANTIZE", [m.entry()], [m.output(_SHAPE, FLOAT)], schema.DequantizeOptionsT())


def _quantized(m: Form) -> Stream:
    x = m.activation(_SHAPE, m.kind, scale=0.02)
    m.tensors[x].quantization.zeroPoint = np.int64([0])
    return m.made("QUANTIZE", [x], [m.output(_SHAPE, INT8)], schema.QuantizeOptionsT())


def _filled(m: Form) -> Stream:
    sides, value = m.constant([2, 3]), m.entry(())
    return m.made("FILL", [sides, value], [m.like((2, 3), value)], schema.FillOptionsT())


def _gather(m: Form) -> Stream:
    x = m.entry((2, 5, 3))
    return m.made("GATHER", [x, m.constant([4, 0])], [m.like((2, 2, 3), x)], schema.GatherOptionsT(axis=1))


def _gather_nd(m: Form) -> Stream:
    x = m.entry((4, 3))
    return m.made("GATHER_ND", [x, m.constant([[1], [3]])], [m.like((2, 3), x)], schema.GatherNdOptionsT())


def _embedding(m: Form) -> Stream:
    ids, x = m.constant([1, 0]), m.entry((4, 3))
    return m.made("EMBEDDING_LOOKUP", [ids, x], [m.like((2, 3), x)])


def _update(m: Form) -> Stream:
    x = m.entry((4, 3))
    y = m.like((2, 2), x, entry=True)
    inputs = [x, y, m.constant([1, 1])]
    return m.made("DYNAMIC_UPDATE_SLICE", inputs, [m.like((4, 3), x)], schema.DynamicUpdateSliceOptionsT())


def _cumulated(m: Form) -> Stream:
    x = m.entry((2, 3))
    return m.made("CUMSUM", [x, m.constant(1)], [m.output((2, 3), m.kind)], schema.CumsumOptionsT())


def _padded_with(m: Form) -> Stream:
    x = m.entry()
    borders, fill = m.constant([[0, 0], [1, 0], [0, 2], [0, 0]]), m.of_kind([1])
    return m.made("PADV2", [x, borders, fill], [m.like((1, 5, 8, 2), x)], schema.PadV2OptionsT())


def _selected(m: Form) -> Stream:
    condition = m.activation((3, 1), BOOL)
    x = m.activation((3, 4), m.kind)
    y = m.like((3, 4), x, entry=True)
    return m.made("SELECT_V2", [condition, x, y], [m.like((3, 4), x)], schema.SelectV2OptionsT())


def _reduce_all(m: Form) -> Stream:
    x = m.entry((2, 3))
    return m.made("REDUCE_ALL", [x, m.constant([1])], [m.like((2,), x)], schema.ReducerOptionsT())


def _shape_of(m: Form) -> Stream:
    options = schema.ShapeOptionsT()
    options.outType = INT32
    sides = m.output((4,), INT32)
    m.operator(OPERATORS.SHAPE, [m.entry()], [sides], options)
    return _added(m, sides, (4,))


def _broadcast_args(m: Form) -> Stream:
    if m.kind != INT32:
        raise ValueError("it has whole numbers of 32 bits alone")
    sides = m.output((2,), INT32)
    m.operator(OPERATORS.BROADCAST_ARGS, [m.constant([1, 3]), m.constant([2, 1])], [sides])
    return _added(m, sides, (2,))


def _added(m: Form, sides: int, shape) -> Stream:
    """Sides of a shape, which are known when C is written, beside an input that is not."""
    x = m.activation(shape, INT32)
    return m.made("ADD", [x, sides], [m.output(shape, INT32)], schema.AddOptionsT())


def _svdf(m: Form) -> Stream:
    x, kind = m.entry((1, 7)), INT16 if m.kind == INT16 else INT8
    features = m.constant(m.rng.integers(-127, 128, (3, 7)), INT8, 0.01)
    times = m.constant(m.rng.integers(-127, 127, (3, 4)), kind, 0.01)
    bias = m.constant(m.rng.integers(-90, 90, 3), INT32, np.float32(0.05) * np.float32(0.01))
    state = m.variable((1, 12), kind, 0.05)
    options = schema.SVDFOptionsT(rank=1, fusedActivationFunction=NONE)
    return m.made("SVDF", [x, features, times, bias, state], [m.output((1, 3), m.kind)], options, 3)


def _lstm(m: Form) -> Stream:
    x = m.entry((1, 3, 5))
    weights = [m.constant(m.rng.integers(-127, 128, (4, 5)), INT8, 0.01) for _ in range(4)]
    recurrent = [m.constant(m.rng.integers(-127, 128, (4, 4)), INT8, 0.01) for _ in range(4)]
    bias_kind = INT64 if m.kind == INT16 else INT32
    biases = [m.constant(m.rng.integers(-900, 900, 4), bias_kind, 0.001) for _ in range(4)]
    y = m.output((1, 3, 4), m.kind, *((1 / 32768, 0) if m.kind == INT16 else (1 / 128, 0)))
    hidden = m.like((1, 4), y)
    m.tensors[hidden].isVariable = True
    cell = m.variable((1, 4), INT16, 2.0**-11)
    options = schema.UnidirectionalSequenceLSTMOptionsT(fusedActivationFunction=4, cellClip=10.0)  # TANH
    inputs = [x, *weights, *recurrent, -1, -1, -1, *biases, -1, -1, hidden, cell, -1, -1, -1, -1]
    return m.made("UNIDIRECTIONAL_SEQUENCE_LSTM", inputs, [y], options)


def _variable(m: Form) -> Stream:
    """VAR_HANDLE, ASSIGN_VARIABLE and READ_VARIABLE stand together or not at all."""
    x = m.entry((2, 3))
    handle, y = m.tensor((), RESOURCE), m.like((2, 3), x)
    options = schema.VarHandleOptionsT(container="", sharedName="memory")
    m.operator(OPERATORS.VAR_HANDLE, [], [handle], options)
    m.operator(OPERATORS.ASSIGN_VARIABLE, [handle, x], [], schema.AssignVariableOptionsT())
    return m.made("READ_VARIABLE", [handle], [y], schema.ReadVariableOptionsT())


def _resized(name: str) -> Callable[[Form], Stream]:
    def build(m: Form) -> Stream:
        x = m.entry()
        kind = schema.ResizeBilinearOptionsT if "BI" in name else schema.ResizeNearestNeighborOptionsT
        return m.made(name, [x, m.constant([8, 9])], [m.like((1, 8, 9, 2), x)], kind(), 3)

    return build


_UNARY = (
    *("ABS", "CEIL", "COS", "ELU", "EXP", "FLOOR", "HARD_SWISH", "L2_NORMALIZATION", "LEAKY_RELU", "LOG"),
    *("LOGICAL_NOT", "LOGISTIC", "LOG_SOFTMAX", "NEG", "RELU", "RELU6", "ROUND", "RSQRT", "SIN", "SOFTMAX", "SQRT"),
    *("SQUARE", "TANH", "ZEROS_LIKE"),
)
_COMPARISONS = ("EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL", "NOT_EQUAL")
_BORDERS = [[0, 0], [1, 0], [0, 2], [0, 0]]

BUILDERS: dict[str, Callable[[Form], Stream]] = {
    **{name: _unary(name) for name in _UNARY},
    **{name: _binary(name, result=BOOL) for name in _COMPARISONS},
    **{name: _binary(name, result=BOOL) for name in ("LOGICAL_AND", "LOGICAL_OR")},
    **{name: _binary(name) for name in ("FLOOR_DIV", "FLOOR_MOD", "PRELU", "SQUARED_DIFFERENCE")},
    **{name: _binary(name, schema.MaximumMinimumOptionsT) for name in ("MAXIMUM", "MINIMUM")},
    "ADD": _binary("ADD", schema.AddOptionsT),
    "ADD_N": _binary("ADD_N", schema.AddNOptionsT),
    "SUB": _binary("SUB", schema.SubOptionsT),
    "MUL": _binary("MUL", schema.MulOptionsT),
    "DIV": _binary("DIV", schema.DivOptionsT),
    **{name: _arg(name) for name in ("ARG_MAX", "ARG_MIN")},
    **{name: _variable for name in ("ASSIGN_VARIABLE", "READ_VARIABLE", "VAR_HANDLE")},
    **{name: _pool(name) for name in ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D")},
    **{name: _reduced(name) for name in ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN")},
    **{name: _resized(name) for name in ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR")},
    "BATCH_MATMUL": _matmul,
    "BATCH_TO_SPACE_ND": _moved(
        "BATCH_TO_SPACE_ND", (1, 6, 4, 2), ([2, 2], [[0, 0], [0, 0]]), schema.BatchToSpaceNDOptionsT(), (4, 3, 2, 2)
    ),
    "BROADCAST_ARGS": _broadcast_args,
    "BROADCAST_TO": _moved("BROADCAST_TO", (2, 4, 3), ([2, 4, 3],), schema.BroadcastToOptionsT(), (1, 3), 2),
    "CAST": _cast,
    "CONCATENATION": _concatenation,
    "CONV_2D": _convolution,
    "CUMSUM": _cumulated,
    "DEPTHWISE_CONV_2D": _depthwise,
    "DEPTH_TO_SPACE": _moved(
        "DEPTH_TO_SPACE", (1, 4, 4, 2), (), schema.DepthToSpaceOptionsT(blockSize=2), (1, 2, 2, 8)
    ),
    "DEQUANTIZE": _dequantized,
    "DYNAMIC_UPDATE_SLICE": _update,
    "EMBEDDING_LOOKUP": _embedding,
    "EXPAND_DIMS": _renamed("EXPAND_DIMS", (1, 2, 3), ([0],), schema.ExpandDimsOptionsT(), (2, 3)),
    "FILL": _filled,
    "FULLY_CONNECTED": _dense,
    "GATHER": _gather,
    "GATHER_ND": _gather_nd,
    "MIRROR_PAD": _moved("MIRROR_PAD", (1, 5, 8, 2), (_BORDERS,), schema.MirrorPadOptionsT(mode=0)),
    "PACK": _pack,
    "PAD": _moved("PAD", (1, 5, 8, 2), (_BORDERS,), schema.PadOptionsT()),
    "PADV2": _padded_with,
    "QUANTIZE": _quantized,
    "REDUCE_ALL": _reduce_all,
    "RESHAPE": _renamed("RESHAPE", (6,), ([6],), schema.ReshapeOptionsT(newShape=[6]), (2, 3)),
    "REVERSE_V2": _moved("REVERSE_V2", (2, 3), ([1],), schema.ReverseV2OptionsT(), (2, 3)),
    "SELECT_V2": _selected,
    "SHAPE": _shape_of,
    "SLICE": _moved("SLICE", (1, 2), ([1, 0], [1, 2]), schema.SliceOptionsT(), (2, 3)),
    "SPACE_TO_BATCH_ND": _moved(
        "SPACE_TO_BATCH_ND", (4, 2, 3, 2), ([2, 2], [[0, 0], [0, 0]]), schema.SpaceToBatchNDOptionsT()
    ),
    "SPACE_TO_DEPTH": _moved("SPACE_TO_DEPTH", (1, 2, 3, 8), (), schema.SpaceToDepthOptionsT(blockSize=2)),
    "SPLIT": _split,
    "SPLIT_V": _split_v,
    "SQUEEZE": _renamed("SQUEEZE", (2, 3), (), schema.SqueezeOptionsT(squeezeDims=[0]), (1, 2, 3)),
    "STRIDED_SLICE": _moved("STRIDED_SLICE", (1, 2), ([0, 0], [1, 3], [1, 2]), schema.StridedSliceOptionsT(), (2, 3)),
    "SVDF": _svdf,
    "TRANSPOSE": _moved("TRANSPOSE", (3, 2), ([1, 0],), schema.TransposeOptionsT(), (2, 3)),
    "TRANSPOSE_CONV": _transposed,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _lstm,
    "UNPACK": _unpack,
}
"""Name of an operator -> what builds a model of it. CALL_ONCE, IF and WHILE move no data of their own."""


def cases(name: str) -> Iterator[tuple[str, Stream]]:
    """The name of each form and its model; a form of which no model can be written is left out."""
    for form, kind in FORMS.items():
        try:
            yield form, BUILDERS[name](Form(kind))
        except (AttributeError, ValueError):
            continue  # a scale, where a type has none


def running(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Of each operator the forms that TensorFlow Lite Micro runs; the process may die of one that it does not."""
    return {name: tuple(form for form, case in cases(name) if _runs(case)) for name in names}


def _runs(case: Stream) -> bool:
    try:
        expected(case)
    except RuntimeError:
        return False
    return True


if __name__ == "__main__":  # what `featherline.tflite.tflm_forms` holds
    for operator, forms in running(sorted(BUILDERS)).items():
        print(operator, *forms)
