"""Models of one operator each, with scales, zero points and constants drawn at random."""

from collections.abc import Iterator

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.codegen.any_ends import Stream, drawn
from tests.tflite.handmade import FLOAT, INT8, INT16, INT32, OPERATORS, Handmade

UINT8, BOOL, INT64 = (getattr(schema.TensorType, name) for name in ("UINT8", "BOOL", "INT64"))
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
NUMPY = {INT8: np.int8, INT16: np.int16, INT32: np.int32, INT64: np.int64, FLOAT: np.float32, BOOL: bool}
NUMPY[UINT8] = np.uint8
NONE, RELU, RELU6, TANH = (getattr(schema.ActivationFunctionType, name) for name in ("NONE", "RELU", "RELU6", "TANH"))


class Single(Handmade):
    """A model of one operator."""

    def __init__(self, seed: int):
        super().__init__()
        self.rng = np.random.default_rng(seed)
        self.entries: list[int] = []

    def activation(self, shape, kind=INT8, scale=None, zero=None, entry=True) -> int:
        quantized = kind in (INT8, INT16, UINT8)
        if quantized and scale is None:
            scale = float(self.rng.uniform(0.01, 0.1)) / (1 if kind in (INT8, UINT8) else 200)
        place = self.tensor(shape, kind, scale=scale)
        if quantized:
            low, high = (-128, 128) if kind == INT8 else (0, 256)
            zero = (int(self.rng.integers(low, high)) if kind != INT16 else 0) if zero is None else zero
            self.tensors[place].quantization.zeroPoint = np.int64([zero])
        if entry:
            self.entries.append(place)
        return place

    def output(self, shape, kind=INT8, scale=None, zero=None) -> int:
        return self.activation(shape, kind, scale, zero, entry=False)

    def like(self, shape, place, entry=False) -> int:
        """A tensor that is quantized as another one."""
        source = self.tensors[place]
        copy = self.tensor(shape, source.type)
        self.tensors[copy].quantization = source.quantization
        if entry:
            self.entries.append(copy)
        return copy

    def constant(self, values, kind=INT32, scale=None, zero=None, axis=0) -> int:
        values = np.asarray(values, NUMPY[kind])
        place = self.tensor(values.shape, kind, values, scale, axis)
        if zero is not None:
            self.tensors[place].quantization.zeroPoint = np.int64([zero])
        return place

    def variable(self, shape, kind, scale, zero=0) -> int:
        place = self.activation(shape, kind, scale, zero, entry=False)
        self.tensors[place].isVariable = True
        return place

    def stream(self, title, code, inputs, outputs, options=None, version=1, number=3) -> Stream:
        self.operator(getattr(OPERATORS, code), inputs, outputs, options, version=version)
        return drawn(self.content(self.entries, outputs), number, title=f"{code} {title}")


def moves() -> Iterator[Stream]:
    for kind in (INT8, INT16):
        m = Single(1)
        x = m.activation((2, 3, 4), kind)
        axes = m.constant([2, 0, 1])
        yield m.stream(f"{kind}", "TRANSPOSE", [x, axes], [m.like((4, 2, 3), x)], schema.TransposeOptionsT())
    for kind in (INT8, INT16, INT32):
        m = Single(2)
        x = m.activation((1, 3, 4, 2), kind)
        borders = m.constant([[0, 0], [1, 2], [0, 1], [0, 0]])
        yield m.stream(f"{kind}", "PAD", [x, borders], [m.like((1, 6, 5, 2), x)], schema.PadOptionsT())
        m = Single(3)
        x = m.activation((1, 3, 2), kind)
        y = m.like((1, 3, 4), x, entry=True)
        options = schema.ConcatenationOptionsT(axis=-1)
        yield m.stream(f"{kind}", "CONCATENATION", [x, y], [m.like((1, 3, 6), x)], options, 2)
        m = Single(4)
        x = m.activation((1, 5, 6), kind)
        bounds = [m.constant(values) for values in ([0, 1, 5], [1, 5, 0], [1, 2, -2])]
        options = schema.StridedSliceOptionsT(beginMask=1, endMask=1)
        yield m.stream(f"{kind}", "STRIDED_SLICE", [x, *bounds], [m.like((1, 2, 3), x)], options)
        m = Single(5)
        x = m.activation((2, 5, 6), kind)
        bounds = [m.constant(values) for values in ([1, 1, 0], [1, -1, 4])]
        yield m.stream(f"{kind}", "SLICE", [x, *bounds], [m.like((1, 4, 4), x)], schema.SliceOptionsT())
        m = Single(6)
        x, axis = m.activation((2, 6), kind), m.constant(1)
        outputs = [m.like((2, 3), x), m.like((2, 3), x)]
        yield m.stream(f"{kind}", "SPLIT", [axis, x], outputs, schema.SplitOptionsT(numSplits=2))
        m = Single(7)
        x, sizes, axis = m.activation((2, 6), kind), m.constant([1, 5]), m.constant(1)
        outputs = [m.like((2, 1), x), m.like((2, 5), x)]
        yield m.stream(f"{kind}", "SPLIT_V", [x, sizes, axis], outputs, schema.SplitVOptionsT(numSplits=2))
        m = Single(8)
        x = m.activation((2, 3), kind)
        y = m.like((2, 3), x, entry=True)
        options = schema.PackOptionsT(valuesCount=2, axis=1)
        yield m.stream(f"{kind}", "PACK", [x, y], [m.like((2, 2, 3), x)], options)
        m = Single(9)
        x = m.activation((2, 3), kind)
        outputs = [m.like((2,), x) for _ in range(3)]
        yield m.stream(f"{kind}", "UNPACK", [x], outputs, schema.UnpackOptionsT(num=3, axis=1))
    m = Single(10)
    x = m.activation((1, 3, 4, 2))
    borders = m.constant([[0, 0], [2, 1], [1, 2], [0, 0]])
    yield m.stream("", "MIRROR_PAD", [x, borders], [m.like((1, 6, 7, 2), x)], schema.MirrorPadOptionsT(mode=0))
    m = Single(11)
    x = m.activation((1, 3, 4, 2))
    borders = m.constant([[0, 0], [2, 1], [1, 2], [0, 0]])
    fill = m.constant([5], INT8, 0.1)
    m.tensors[fill].quantization = m.tensors[x].quantization
    yield m.stream("", "PADV2", [x, borders, fill], [m.like((1, 6, 7, 2), x)], schema.PadV2OptionsT())
    m = Single(12)
    x, indices = m.activation((2, 5, 3)), m.constant([4, 0, 0])
    yield m.stream("", "GATHER", [x, indices], [m.like((2, 3, 3), x)], schema.GatherOptionsT(axis=1))
    m = Single(13)
    x, axes = m.activation((2, 5, 3)), m.constant([1])
    yield m.stream("", "REVERSE_V2", [x, axes], [m.like((2, 5, 3), x)], schema.ReverseV2OptionsT())
    m = Single(14)
    x, shape = m.activation((1, 3)), m.constant([2, 4, 3])
    yield m.stream("", "BROADCAST_TO", [x, shape], [m.like((2, 4, 3), x)], schema.BroadcastToOptionsT(), 2)
    m = Single(15)
    x = m.activation((1, 2, 3, 8))
    options = schema.DepthToSpaceOptionsT(blockSize=2)
    yield m.stream("", "DEPTH_TO_SPACE", [x], [m.like((1, 4, 6, 2), x)], options)
    m = Single(16)
    x = m.activation((1, 4, 6, 2))
    options = schema.SpaceToDepthOptionsT(blockSize=2)
    yield m.stream("", "SPACE_TO_DEPTH", [x], [m.like((1, 2, 3, 8), x)], options)
    m = Single(17)
    x, block, borders = m.activation((1, 6, 4, 2)), m.constant([2, 2]), m.constant([[0, 0], [0, 0]])
    y = m.like((4, 3, 2, 2), x)
    yield m.stream("", "SPACE_TO_BATCH_ND", [x, block, borders], [y], schema.SpaceToBatchNDOptionsT())
    m = Single(18)
    x, block, borders = m.activation((4, 4, 3, 2)), m.constant([2, 2]), m.constant([[1, 2], [1, 1]])
    y = m.like((1, 5, 4, 2), x)
    yield m.stream("", "BATCH_TO_SPACE_ND", [x, block, borders], [y], schema.BatchToSpaceNDOptionsT())
    for corners, centers in ((False, False), (True, False), (False, True)):
        for code in ("RESIZE_NEAREST_NEIGHBOR", "RESIZE_BILINEAR"):
            kind = schema.ResizeBilinearOptionsT if "BI" in code else schema.ResizeNearestNeighborOptionsT
            for number, size in enumerate(((5, 9), (2, 3), (8, 4))):
                m = Single(19 + number)
                x, target = m.activation((1, 4, 5, 2)), m.constant(size)
                options = kind(alignCorners=corners, halfPixelCenters=centers)
                yield m.stream(f"{corners} {centers}", code, [x, target], [m.like((1, *size, 2), x)], options, 3)


def formats() -> Iterator[Stream]:
    pairs = [(FLOAT, INT8), (FLOAT, INT16), (INT8, INT8), (INT8, INT16), (INT16, INT8), (INT16, INT16)]
    for seed, (before, after) in enumerate([*pairs, (UINT8, INT8), (INT8, UINT8), (INT8, INT32), (INT32, INT8)]):
        m = Single(seed)
        x = m.activation((2, 40), before, scale=0.02 if before == INT32 else None)
        if before == INT32:
            m.tensors[x].quantization.zeroPoint = np.int64([0])
        y = m.output((2, 40), after, scale=0.001 if after == INT32 else None)
        if after == INT32:
            m.tensors[y].quantization.zeroPoint = np.int64([0])
        yield m.stream(f"{before} {after}", "QUANTIZE", [x], [y], schema.QuantizeOptionsT())
    for seed, before in enumerate((INT8, INT16, UINT8)):
        m = Single(seed)
        x = m.activation((2, 40), before)
        yield m.stream(f"{before}", "DEQUANTIZE", [x], [m.output((2, 40), FLOAT)], schema.DequantizeOptionsT())
    for before, after in ((INT8, INT32), (INT16, INT32), (INT32, INT16), (INT8, FLOAT), (BOOL, INT32), (INT32, INT8)):
        m = Single(3)
        x = m.activation((2, 40), before)
        yield m.stream(f"{before} {after}", "CAST", [x], [m.output((2, 40), after)], schema.CastOptionsT())


def tables() -> Iterator[Stream]:
    for kind in (INT8, INT16):
        for seed in range(3):
            for code, scale, zero in (
                ("RELU", None, None),
                ("LOGISTIC", 1 / 256 if kind == INT8 else 1 / 32768, -128 if kind == INT8 else 0),
                ("TANH", 1 / 128 if kind == INT8 else 1 / 32768, 0),
                ("LEAKY_RELU", None, None),
                ("HARD_SWISH", None, None),
                ("ELU", None, None),
                ("ABS", None, None),
                ("SOFTMAX", 1 / 256 if kind == INT8 else 1 / 32768, -128 if kind == INT8 else 0),
            ):
                if kind == INT16 and code in ("HARD_SWISH", "ELU", "ABS"):
                    continue
                m = Single(100 * seed)
                spread = 2.0**-12 if kind == INT16 and seed == 0 else None
                x = m.activation((4, 80), kind, scale=spread)
                options = {"LEAKY_RELU": schema.LeakyReluOptionsT(alpha=0.2), "SOFTMAX": schema.SoftmaxOptionsT(beta=1)}
                y = m.output((4, 80), kind, scale, zero)
                yield m.stream(f"{kind} {seed}", code, [x], [y], options.get(code), 2)
    for seed in range(2):
        m = Single(seed)
        x = m.activation((4, 80))
        yield m.stream("", "RELU6", [x], [m.like((4, 80), x)], None, 2)
        m = Single(seed)
        x = m.activation((4, 80), zero=-128)
        yield m.stream("", "RSQRT", [x], [m.output((4, 80))], None, 2)
    m = Single(5)
    x = m.activation((4, 8), BOOL)
    yield m.stream("", "LOGICAL_NOT", [x], [m.output((4, 8), BOOL)], None)


def arithmetic() -> Iterator[Stream]:
    shapes = [((1, 3, 4, 5), (1, 3, 4, 5)), ((1, 3, 4, 5), (5,)), ((1, 3, 4, 5), (1, 3, 1, 1)), ((1, 1, 5), (3, 4, 1))]
    for code, options in (("ADD", schema.AddOptionsT()), ("MUL", schema.MulOptionsT(fusedActivationFunction=RELU6))):
        m = Single(3)
        x, y = m.activation((1, 3, 4), FLOAT), m.activation((1, 3, 1), FLOAT)
        yield m.stream("real", code, [x, y], [m.output((1, 3, 4), FLOAT)], options)
    for code in ("NEG", "SQUARE", "ABS"):
        m = Single(3)
        x = m.activation((1, 3, 4), FLOAT)
        yield m.stream("real", code, [x], [m.output((1, 3, 4), FLOAT)])
    for kind in (INT8, INT16, INT32):
        for seed, (first, second) in enumerate(shapes):
            shape = np.broadcast_shapes(first, second)
            for code, options in (
                ("ADD", schema.AddOptionsT(fusedActivationFunction=RELU)),
                ("SUB", schema.SubOptionsT(fusedActivationFunction=RELU)),
                ("MUL", schema.MulOptionsT(fusedActivationFunction=RELU6)),
                ("SQUARED_DIFFERENCE", None),
                ("MAXIMUM", schema.MaximumMinimumOptionsT()),
                ("MINIMUM", schema.MaximumMinimumOptionsT()),
                ("DIV", schema.DivOptionsT()),
                ("PRELU", None),
            ):
                if (code in ("SQUARED_DIFFERENCE",) and kind == INT32) or (code in ("DIV", "PRELU") and kind != INT8):
                    continue
                m = Single(seed)
                x = m.activation(first, kind)
                if code in ("MAXIMUM", "MINIMUM"):
                    y, z = m.like(second, x, entry=True), m.like(shape, x)
                else:
                    y = m.activation(second, kind, zero=-128 if code == "DIV" else None)
                    z = m.output(shape, kind)
                if code == "DIV":  # nothing is divided by zero
                    m.entries.pop()
                    y = m.constant(np.arange(np.prod(second)).reshape(second) - 100, INT8, 0.05, -128)
                if code == "PRELU":
                    m.entries.pop()
                    y = m.constant(m.rng.integers(-128, 128, second), INT8, 0.01, 3)
                yield m.stream(f"{kind} {first} {second}", code, [x, y], [z], options, 2)
    for kind in (INT8, INT32, BOOL):
        for code in ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"):
            if kind == BOOL and code not in ("EQUAL", "NOT_EQUAL"):
                continue
            m = Single(3)
            x, y = m.activation((3, 40), kind), m.activation((1, 40), kind)
            yield m.stream(f"{kind}", code, [x, y], [m.output((3, 40), BOOL)], None)
    for code in ("LOGICAL_AND", "LOGICAL_OR"):
        m = Single(3)
        x, y = m.activation((3, 40), BOOL), m.activation((3, 40), BOOL)
        yield m.stream("", code, [x, y], [m.output((3, 40), BOOL)], None)
    m = Single(4)
    condition, x = m.activation((3, 1), BOOL), m.activation((3, 4))
    y = m.like((1, 4), x, entry=True)
    yield m.stream("", "SELECT_V2", [condition, x, y], [m.like((3, 4), x)], None)
    for sides, first, second in (((3, 1), (3, 4), (3, 4)), ((3, 4), (3, 4), (1, 4)), ((4,), (3, 4), (3, 1))):
        m = Single(4)
        condition, x = m.activation(sides, BOOL), m.activation(first)
        y = m.like(second, x, entry=True)
        yield m.stream(f"{sides} {first} {second}", "SELECT_V2", [condition, x, y], [m.like((3, 4), x)], None)


def reductions() -> Iterator[Stream]:
    for kind in (INT8, INT16):
        for code in ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"):
            if kind == INT16 and code.startswith("REDUCE"):
                continue
            for seed, axes in enumerate(([1, 2], [1], [0, 2], [3], [-1, 1])):
                m = Single(seed)
                x = m.activation((2, 3, 4, 5), kind)
                shape = [side for at, side in enumerate((2, 3, 4, 5)) if at not in [axis % 4 for axis in axes]]
                y = m.output(shape, kind) if code in ("MEAN", "SUM") else m.like(shape, x)
                yield m.stream(f"{kind} {axes}", code, [x, m.constant(axes)], [y], schema.ReducerOptionsT(), 2)
    m = Single(5)
    x = m.activation((2, 3, 1, 5))
    options = schema.ReducerOptionsT()
    yield m.stream("of one value", "MEAN", [x, m.constant([2])], [m.like((2, 3, 5), x)], options, 2)
    for seed in range(6):
        m = Single(seed)
        x = m.activation((2, 3, 1, 5))
        yield m.stream(f"of one value, {seed}", "MEAN", [x, m.constant([2])], [m.output((2, 3, 5))], options, 2)
    for code, options in (("ARG_MAX", schema.ArgMaxOptionsT()), ("ARG_MIN", schema.ArgMinOptionsT())):
        options.outputType = INT32
        m = Single(3)
        x = m.activation((2, 7, 3))
        yield m.stream("", code, [x, m.constant(1)], [m.output((2, 3), INT32)], options)
    for kind in (INT8, INT16):
        for code in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
            m = Single(6)
            x = m.activation((2, 7, 5, 3), kind)
            options = schema.Pool2DOptionsT(padding=SAME, strideW=2, strideH=1, filterWidth=3, filterHeight=2)
            yield m.stream(f"{kind}", code, [x], [m.like((2, 7, 3, 3), x)], options, 2)


def convolutions() -> Iterator[Stream]:
    for kind, bias_kind in ((INT8, INT32), (INT16, INT64), (INT16, INT32), (INT16, None)):
        for seed, (groups, dilation, stride, padding) in enumerate(
            ((1, 2, 1, SAME), (2, 1, 2, VALID), (1, 1, 1, SAME), (1, 1, 2, VALID))
        ):
            m = Single(seed)
            x = m.activation((1 + seed % 2, 9, 8, 4), kind)
            scales = m.rng.uniform(0.1, 1, 6) / 127
            w = m.constant(m.rng.integers(-127, 128, (6, 3, 2, 4 // groups)), INT8, scales)
            inputs = [x, w, *_bias(m, x, scales, bias_kind)]
            shape = _slid((9, 8), (3, 2), dilation, stride, padding)
            options = schema.Conv2DOptionsT(
                padding=padding, strideW=stride, strideH=stride, dilationWFactor=dilation, dilationHFactor=dilation
            )
            y = m.output((1 + seed % 2, *shape, 6), kind)
            yield m.stream(f"{kind} {bias_kind} {seed}", "CONV_2D", inputs, [y], options, 5)
            if bias_kind == INT32 and kind == INT16:
                continue
            m = Single(seed)
            x = m.activation((1, 9, 8, 3), kind)
            w = m.constant(m.rng.integers(-127, 128, (1, 3, 2, 6)), INT8, scales, axis=3)
            inputs = [x, w, *_bias(m, x, scales, bias_kind)]
            options = schema.DepthwiseConv2DOptionsT(
                padding=padding,
                strideW=stride,
                strideH=stride,
                depthMultiplier=2,
                dilationWFactor=dilation,
                dilationHFactor=dilation,
                fusedActivationFunction=RELU,
            )
            y = m.output((1, *shape, 6), kind)
            yield m.stream(f"{kind} {bias_kind} {seed}", "DEPTHWISE_CONV_2D", inputs, [y], options, 5)
        if bias_kind == INT32 and kind == INT16:
            continue
        for rows in (1, 5):
            m = Single(rows)
            x = m.activation((1, rows, 12), kind)
            w = m.constant(m.rng.integers(-127, 128, (7, 12)), INT8, 0.01)
            inputs = [x, w, *_bias(m, x, np.full(7, 0.01), bias_kind, single=True)]
            options = schema.FullyConnectedOptionsT(keepNumDims=True)
            y = m.output((1, rows, 7), kind)
            yield m.stream(f"{kind} {rows}", "FULLY_CONNECTED", inputs, [y], options, 5)
        for seed, (stride, padding) in enumerate(((1, SAME), (2, SAME), (2, VALID), (3, VALID), (3, SAME))):
            m = Single(seed)
            x = m.activation((1, 4, 5, 3), kind)
            scales = m.rng.uniform(0.1, 1, 4) / 127
            w = m.constant(m.rng.integers(-127, 128, (4, 3, 2, 3)), INT8, scales)
            sides = [
                side * stride if padding == SAME else (side - 1) * stride + window for side, window in ((4, 3), (5, 2))
            ]
            shape = m.constant([1, *sides, 4])
            options = schema.TransposeConvOptionsT(padding=padding, strideW=stride, strideH=stride)
            inputs = [shape, w, x, *_bias(m, x, scales, bias_kind)]
            y = m.output((1, *sides, 4), kind)
            yield m.stream(f"{kind} {bias_kind} {seed}", "TRANSPOSE_CONV", inputs, [y], options, 4)
    for kind in (INT8, INT16):
        for seed, (first, second, adj_x, adj_y) in enumerate(
            (
                ((2, 3, 4), (2, 4, 5), False, False),
                ((2, 3, 4), (2, 5, 4), False, True),
                ((2, 2, 4, 3), (2, 2, 4, 5), True, False),
                ((1, 3, 4), (2, 4, 5), False, False),
                ((2, 3, 4), (1, 4, 5), False, False),
            )
        ):
            m = Single(seed)
            x, y = m.activation(first, kind), m.activation(second, kind)
            outer = np.broadcast_shapes(first[:-2], second[:-2])
            z = m.output((*outer, 3, 5), kind)
            options = schema.BatchMatMulOptionsT(adjX=adj_x, adjY=adj_y)
            yield m.stream(f"{kind} {seed}", "BATCH_MATMUL", [x, y], [z], options, 2)
    m = Single(1)
    x, w = m.activation((3, 4)), m.activation((5, 4), zero=0)
    y = m.output((3, 5))
    yield m.stream("computed weights", "FULLY_CONNECTED", [x, w, -1], [y], schema.FullyConnectedOptionsT(), 5)


def _bias(m, x, scales, kind, single=False) -> list[int]:
    if kind is None:
        return []
    scale = float(m.tensors[x].quantization.scale[0])
    values = m.rng.integers(-900, 900, len(scales))
    product = np.float32(scale) * np.float32(scales)
    return [m.constant(values, kind, product[0] if single else product)]


def _slid(sides, kernel, dilation, stride, padding):
    shape = []
    for side, window in zip(sides, kernel, strict=True):
        reach = (window - 1) * dilation + 1
        shape.append(-(-side // stride) if padding == SAME else (side - reach) // stride + 1)
    return shape


def sequences() -> Iterator[Stream]:
    for state_kind in (INT8, INT16):
        for rank in (1, 2):
            m = Single(rank)
            x = m.activation((1, 7))
            features = m.constant(m.rng.integers(-127, 128, (6, 7)), INT8, 0.01)
            reach = 127 if state_kind == INT8 else 3000
            state_scale, time_scale = (0.05, 0.01) if state_kind == INT8 else (0.0004, 0.0003)
            times = m.constant(m.rng.integers(-reach, reach, (6, 5)), state_kind, time_scale)
            bias = m.constant(
                m.rng.integers(-90, 90, 6 // rank), INT32, np.float32(state_scale) * np.float32(time_scale)
            )
            state = m.variable((1, 30), state_kind, state_scale, 3 if state_kind == INT8 else 0)
            y = m.output((1, 6 // rank))
            options = schema.SVDFOptionsT(rank=rank, fusedActivationFunction=RELU)
            yield m.stream(f"{state_kind} {rank}", "SVDF", [x, features, times, bias, state], [y], options, 3, 12)
    for kind, bias_kind in ((INT8, INT32), (INT16, INT64)):
        for time_major in (False, True):
            m = Single(4)
            x = m.activation((2, 4, 5), kind)
            weights = [m.constant(m.rng.integers(-127, 128, (6, 5)), INT8, s) for s in (0.01, 0.02, 0.015, 0.01)]
            recurrent = [m.constant(m.rng.integers(-127, 128, (6, 6)), INT8, s) for s in (0.02, 0.01, 0.02, 0.03)]
            biases = [m.constant(m.rng.integers(-900, 900, 6), bias_kind, 0.001) for _ in range(4)]
            batch = 4 if time_major else 2
            y = m.output((2, 4, 6), kind, 1 / 128 if kind == INT8 else 1 / 32768, 5 if kind == INT8 else 0)
            hidden = m.like((batch, 6), y)
            m.tensors[hidden].isVariable = True
            cell = m.variable((batch, 6), INT16, 2.0**-11)
            options = schema.UnidirectionalSequenceLSTMOptionsT(
                fusedActivationFunction=TANH, cellClip=10.0, timeMajor=time_major
            )
            inputs = [x, *weights, *recurrent, -1, -1, -1, *biases, -1, -1, hidden, cell, -1, -1, -1, -1]
            name = "UNIDIRECTIONAL_SEQUENCE_LSTM"
            yield m.stream(f"{kind} {time_major}", name, inputs, [y], options, 1, 6)


GROUPS = {
    "moves": moves,
    "formats": formats,
    "tables": tables,
    "arithmetic": arithmetic,
    "reductions": reductions,
    "convolutions": convolutions,
    "sequences": sequences,
}
