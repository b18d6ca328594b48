"""Networks that branch, have several ends and carry state, drawn so that every option of every operator gets its turn.

Pure chance leaves rare pairs of operator and option value untried. Here each choice is the one that was made least
often so far, and only among equals it is left to chance. What was made is counted, and a test holds the counts.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.codegen.any_ends import Stream, drawn
from tests.codegen.single_operators import INT8, INT32, NONE, RELU, RELU6, SAME, VALID, Single
from tests.tflite.handmade import INT4, OPERATORS

INFERENCES = 3
Pair = tuple[str, str, str]
RESOURCE = schema.TensorType.RESOURCE

_PADDINGS, _ACTIVATIONS = {"SAME": SAME, "VALID": VALID}, {"NONE": NONE, "RELU": RELU, "RELU6": RELU6}
_ZERO_POINTS = {"lowest": -128, "highest": 127, "between": None}
_WINDOW = {
    "stride": ("1x1", "2x2", "1x2"),
    "padding": tuple(_PADDINGS),
    "sizes": ("odd", "even"),
    "activation": tuple(_ACTIVATIONS),
    "zero point": tuple(_ZERO_POINTS),
}
_ARITHMETIC = {
    "broadcasting": ("none", "channels", "scalar", "places"),
    "activation": tuple(_ACTIVATIONS),
    "zero point": tuple(_ZERO_POINTS),
}
_POOL = {name: _WINDOW[name] for name in ("stride", "padding", "sizes", "activation", "zero point")}
_TABLE = {"zero point": tuple(_ZERO_POINTS)}
_PAIR = {name: _ARITHMETIC[name] for name in ("broadcasting", "zero point")}
_RESIZE = {
    "size": ("twice", "half", "other"),
    "grid": ("corners at zero", "half pixels", "aligned corners"),
    "zero point": tuple(_ZERO_POINTS),
}
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "CONV_2D": _WINDOW | {"dilation": ("1x1", "2x2"), "weights": ("int8", "int4")},
    "DEPTHWISE_CONV_2D": _WINDOW | {"dilation": ("1x1", "2x2"), "depth multiplier": ("1", "2", "3")},
    "TRANSPOSE_CONV": {name: _WINDOW[name] for name in ("stride", "padding", "sizes", "zero point")},
    "MAX_POOL_2D": _POOL,
    "AVERAGE_POOL_2D": _POOL,
    "FULLY_CONNECTED": {"activation": tuple(_ACTIVATIONS), "zero point": tuple(_ZERO_POINTS)},
    "ADD": _ARITHMETIC,
    "SUB": _ARITHMETIC,
    "MUL": _ARITHMETIC,
    "RELU": _TABLE,
    "LOGISTIC": _TABLE,
    "TANH": _TABLE,
    "HARD_SWISH": _TABLE,
    "LEAKY_RELU": _TABLE,
    "ELU": _TABLE,
    "PRELU": _TABLE,
    "SOFTMAX": _TABLE,
    "MAXIMUM": _PAIR,
    "MINIMUM": _PAIR,
    "SQUARED_DIFFERENCE": _PAIR,
    "CONCATENATION": {"axis": ("rows", "columns", "channels"), "zero point": tuple(_ZERO_POINTS)},
    "STRIDED_SLICE": {"stride": ("1x1", "2x2", "1x2"), "sizes": ("odd", "even"), "zero point": tuple(_ZERO_POINTS)},
    "RESIZE_NEAREST_NEIGHBOR": _RESIZE,
    "RESIZE_BILINEAR": _RESIZE,
    "MEAN": {"sizes": ("odd", "even"), "zero point": tuple(_ZERO_POINTS)},
    "PAD": {"sizes": ("odd", "even"), "zero point": tuple(_ZERO_POINTS)},
}
"""The options of each operator, and the values that each option takes here."""

SHAPES = ("two inputs", "two outputs", "branches", "state")


def pairs() -> Iterator[Pair]:
    """Every pair that is to be tried: operator, option, value."""
    for operator, options in OPTIONS.items():
        for option, values in options.items():
            yield from ((operator, option, value) for value in values)


class Tally:
    """What has been tried, and what is next."""

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        self.tries: Counter[Pair] = Counter()
        self.operators: Counter[str] = Counter()
        self.shapes: Counter[str] = Counter()

    def rarest(self, candidates: Iterable[str], counts: dict[str, int]) -> str:
        """The candidate with the lowest count, by chance among equals."""
        listed = list(candidates)
        fewest = min(counts.get(name, 0) for name in listed)
        return str(self.rng.choice([name for name in listed if counts.get(name, 0) == fewest]))

    def value(self, operator: str, option: str, allowed: Iterable[str] | None = None) -> str:
        """The value of an option that this operator was tried with least."""
        values = OPTIONS[operator][option] if allowed is None else allowed
        return self.rarest(values, {value: self.tries[operator, option, value] for value in values})

    def need(self, operator: str) -> int:
        """How often the least tried value of any of its options was tried."""
        return min(self.tries[operator, option, value] for option, vs in OPTIONS[operator].items() for value in vs)


class Network(Single):
    """Operators behind one another; `last` is the tensor that the next one reads."""

    def __init__(self, tally: Tally, seed: int, shape: tuple[int, ...]):
        super().__init__(seed)
        self.tally = tally
        self.last = self.activation(shape)
        self.results: list[int] = []

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.tensors[self.last].shape)

    def _zero(self) -> str:
        zero = int(self.tensors[self.last].quantization.zeroPoint[0])
        return {-128: "lowest", 127: "highest"}.get(zero, "between")

    def _sizes(self) -> str:
        return "odd" if self.shape[1] % 2 and self.shape[2] % 2 else "even"

    def _next_zero(self) -> int:
        """The zero point of a result: the one that the operators behind it were tried with least."""
        counts = Counter(
            {name: sum(self.tally.tries[operator, "zero point", name] for operator in OPTIONS) for name in _ZERO_POINTS}
        )
        zero = _ZERO_POINTS[self.tally.rarest(_ZERO_POINTS, counts)]
        return int(self.rng.integers(-120, 120)) if zero is None else zero

    def result(self, shape, scale=None, zero=None) -> int:
        return self.output(shape, INT8, scale, self._next_zero() if zero is None else zero)

    def note(self, operator: str, **values: str) -> None:
        """Counts what an operator was tried with; what depends on the tensor that it reads is asked here."""
        known = {"zero point": self._zero(), "sizes": self._sizes() if len(self.shape) == 4 else "even"}
        for option in OPTIONS[operator]:
            name = option.replace(" ", "_")
            self.tally.tries[operator, option, values.get(name, known.get(option, ""))] += 1
        self.tally.operators[operator] += 1

    def write(self, code: str, inputs, result: int, options=None, version=1) -> None:
        self.operator(getattr(OPERATORS, code), inputs, [result], options, version=version)
        self.last = result

    def _bias(self, scales) -> int:
        scale = np.float32(self.tensors[self.last].quantization.scale[0])
        return self.constant(self.rng.integers(-900, 900, np.size(scales)), INT32, scale * np.float32(scales))

    def _window(self, operator: str, kernel: tuple[int, int], dilation: int = 1):
        """Stride, padding and the sides of the result; what does not fit is not chosen."""
        reach = [(window - 1) * dilation + 1 for window in kernel]
        fits = all(side >= least for side, least in zip(self.shape[1:3], reach, strict=True))
        padding = self.tally.value(operator, "padding", None if fits else ("SAME",))
        stride = self.tally.value(operator, "stride")
        steps = [int(step) for step in stride.split("x")]
        sides = [
            -(-side // step) if padding == "SAME" else (side - least) // step + 1
            for side, least, step in zip(self.shape[1:3], reach, steps, strict=True)
        ]
        return stride, padding, steps, sides

    def convolution(self, operator: str) -> None:
        kernel = tuple(int(side) for side in self.rng.integers(1, 4, 2))
        dilation = self.tally.value(operator, "dilation")
        stride, padding, steps, sides = self._window(operator, kernel, int(dilation[0]))
        activation, depth = self.tally.value(operator, "activation"), self.shape[3]
        shared = {
            "padding": _PADDINGS[padding],
            "strideH": steps[0],
            "strideW": steps[1],
            "dilationHFactor": int(dilation[0]),
            "dilationWFactor": int(dilation[0]),
            "fusedActivationFunction": _ACTIVATIONS[activation],
        }
        chosen = {"stride": stride, "padding": padding, "dilation": dilation, "activation": activation}
        if operator == "CONV_2D":
            filters, kind = int(self.rng.integers(1, 7)), self.tally.value(operator, "weights")
            self.note(operator, weights=kind, **chosen)
            options, shape, axis = schema.Conv2DOptionsT(**shared), (filters, *kernel, depth), 0
        else:
            multiplier = self.tally.value(operator, "depth multiplier")
            filters, kind = depth * int(multiplier), "int8"
            self.note(operator, depth_multiplier=multiplier, **chosen)
            options = schema.DepthwiseConv2DOptionsT(**shared, depthMultiplier=int(multiplier))
            shape, axis = (1, *kernel, filters), 3
        scales = self.rng.uniform(0.1, 1, filters) / 127 / np.sqrt(np.prod(shape) / filters)
        largest = 7 if kind == "int4" else 127
        values = self.rng.integers(-largest, largest + 1, shape).astype(np.int8)
        steps_of = scales * 127 / largest
        weights = self.tensor(shape, INT4 if kind == "int4" else INT8, values, steps_of, axis)
        inputs = [self.last, weights, self._bias(steps_of)]
        self.write(operator, inputs, self.result((1, *sides, filters)), options, 5)

    def transposed(self) -> None:
        stride, padding = self.tally.value("TRANSPOSE_CONV", "stride"), self.tally.value("TRANSPOSE_CONV", "padding")
        steps = [int(step) for step in stride.split("x")]
        sides = [
            side * step if padding == "SAME" else (side - 1) * step + 2
            for side, step in zip(self.shape[1:3], steps, strict=True)
        ]
        self.note("TRANSPOSE_CONV", stride=stride, padding=padding)
        filters, scales = 3, self.rng.uniform(0.1, 1, 3) / 127
        weights = self.constant(self.rng.integers(-127, 128, (filters, 2, 2, self.shape[3])), INT8, scales)
        options = schema.TransposeConvOptionsT(padding=_PADDINGS[padding], strideH=steps[0], strideW=steps[1])
        inputs = [self.constant([1, *sides, filters]), weights, self.last, self._bias(scales)]
        self.write("TRANSPOSE_CONV", inputs, self.result((1, *sides, filters)), options, 4)

    def pool(self, operator: str) -> None:
        window = tuple(int(side) for side in self.rng.integers(1, 4, 2))
        stride, padding, steps, sides = self._window(operator, window)
        activation = self.tally.value(operator, "activation")
        self.note(operator, stride=stride, padding=padding, activation=activation)
        options = schema.Pool2DOptionsT(
            padding=_PADDINGS[padding],
            strideH=steps[0],
            strideW=steps[1],
            filterHeight=window[0],
            filterWidth=window[1],
            fusedActivationFunction=_ACTIVATIONS[activation],
        )
        self.write(operator, [self.last], self.like((1, *sides, self.shape[3]), self.last), options, 2)

    def arithmetic(self, operator: str, other: int | None = None) -> None:
        """With a constant of one of the shapes that broadcast, or with another tensor of the same shape."""
        broadcasting = "none"
        if other is None:
            broadcasting, other = self.constant_beside(operator)
        activation = self.tally.value(operator, "activation")
        self.note(operator, broadcasting=broadcasting, activation=activation)
        options = {"ADD": schema.AddOptionsT, "SUB": schema.SubOptionsT, "MUL": schema.MulOptionsT}[operator]()
        options.fusedActivationFunction = _ACTIVATIONS[activation]
        self.write(operator, [self.last, other], self.result(self.shape), options, 2)

    def constant_beside(self, operator: str) -> tuple[str, int]:
        """How a constant is spread over the last tensor, and the constant."""
        broadcasting = self.tally.value(operator, "broadcasting")
        shape = {
            "none": self.shape,
            "channels": self.shape[-1:],
            "scalar": (1,),
            "places": (*self.shape[:-1], 1),
        }[broadcasting]
        values = self.rng.integers(-128, 128, shape)
        return broadcasting, self.constant(values, INT8, 0.03, int(self.rng.integers(-20, 20)))

    def table(self, operator: str) -> None:
        self.note(operator)
        ends = {"LOGISTIC": (1 / 256, -128), "SOFTMAX": (1 / 256, -128), "TANH": (1 / 128, 0)}
        scale, zero = ends.get(operator, (None, None))
        options = {"LEAKY_RELU": schema.LeakyReluOptionsT(alpha=0.2), "SOFTMAX": schema.SoftmaxOptionsT(beta=1.0)}
        self.write(operator, [self.last], self.result(self.shape, scale, zero), options.get(operator), 2)

    def prelu(self) -> None:
        self.note("PRELU")
        slopes = self.constant(self.rng.integers(-128, 128, (1, 1, self.shape[3])), INT8, 0.01)
        self.write("PRELU", [self.last, slopes], self.result(self.shape))

    def pair(self, operator: str) -> None:
        """The larger, the smaller or the squared difference, of the last tensor and a constant."""
        broadcasting, other = self.constant_beside(operator)
        self.note(operator, broadcasting=broadcasting)
        if operator == "SQUARED_DIFFERENCE":
            options, result = schema.SquaredDifferenceOptionsT(), self.result(self.shape)
        else:  # both and the result are quantized alike
            self.tensors[other].quantization = self.tensors[self.last].quantization
            options, result = schema.MaximumMinimumOptionsT(), self.like(self.shape, self.last)
        self.write(operator, [self.last, other], result, options, 2)

    def joined(self) -> None:
        """The last tensor beside a table of it."""
        name = self.tally.value("CONCATENATION", "axis")
        self.note("CONCATENATION", axis=name)
        axis = {"rows": 1, "columns": 2, "channels": 3}[name]
        other = self.like(self.shape, self.last)
        self.operator(OPERATORS.RELU, [self.last], [other], version=2)
        shape = [*self.shape]
        shape[axis] *= 2
        options = schema.ConcatenationOptionsT(axis=axis)
        self.write("CONCATENATION", [self.last, other], self.like(tuple(shape), self.last), options, 2)

    def sliced(self) -> None:
        stride = self.tally.value("STRIDED_SLICE", "stride")
        self.note("STRIDED_SLICE", stride=stride)
        steps = [1, *(int(step) for step in stride.split("x")), 1]
        begin = [0, *(int(self.rng.integers(0, (side + 1) // 2)) for side in self.shape[1:3]), 0]
        bounds = [self.constant(values) for values in (begin, list(self.shape), steps)]
        sides = [-(-(end - first) // step) for first, end, step in zip(begin, self.shape, steps, strict=True)]
        result = self.like(tuple(sides), self.last)
        self.write("STRIDED_SLICE", [self.last, *bounds], result, schema.StridedSliceOptionsT(), 2)

    def resized(self, operator: str) -> None:
        size, grid = self.tally.value(operator, "size"), self.tally.value(operator, "grid")
        self.note(operator, size=size, grid=grid)
        turned = {"twice": lambda side: 2 * side, "half": lambda side: -(-side // 2), "other": lambda side: side + 1}
        sides = [turned[size](side) for side in self.shape[1:3]]
        kinds = {
            "RESIZE_BILINEAR": schema.ResizeBilinearOptionsT,
            "RESIZE_NEAREST_NEIGHBOR": schema.ResizeNearestNeighborOptionsT,
        }
        options = kinds[operator](halfPixelCenters=grid == "half pixels", alignCorners=grid == "aligned corners")
        result = self.like((1, *sides, self.shape[3]), self.last)
        self.write(operator, [self.last, self.constant(sides)], result, options, 3)

    def mean(self) -> None:
        self.note("MEAN")
        shape = (1, 1, 1, self.shape[3])
        axes = self.constant([1, 2])
        self.write("MEAN", [self.last, axes], self.result(shape), schema.ReducerOptionsT(keepDims=True), 2)

    def pad(self) -> None:
        self.note("PAD")
        borders = self.constant([[0, 0], [1, 0], [0, 2], [0, 0]])
        shape = (1, self.shape[1] + 1, self.shape[2] + 2, self.shape[3])
        self.write("PAD", [self.last, borders], self.like(shape, self.last), schema.PadOptionsT(), 2)

    def flatten(self) -> None:
        size = int(np.prod(self.shape))
        target = self.constant([1, size])
        self.write("RESHAPE", [self.last, target], self.like((1, size), self.last), schema.ReshapeOptionsT())

    def dense(self) -> None:
        units, activation = int(self.rng.integers(1, 9)), self.tally.value("FULLY_CONNECTED", "activation")
        self.note("FULLY_CONNECTED", activation=activation)
        weights = self.constant(self.rng.integers(-127, 128, (units, self.shape[-1])), INT8, 0.004)
        options = schema.FullyConnectedOptionsT(fusedActivationFunction=_ACTIVATIONS[activation])
        inputs = [self.last, weights, self._bias(0.004 * np.ones(1))]
        self.tensors[inputs[2]].shape = [units]
        self.buffers[self.tensors[inputs[2]].buffer].data = np.frombuffer(
            self.rng.integers(-900, 900, units).astype(np.int32).tobytes(), np.uint8
        )
        self.write("FULLY_CONNECTED", inputs, self.result((1, units)), options, 5)

    def branch(self) -> None:
        """The tensor goes two ways, which meet again."""
        start = self.last
        self.table(self.tally.rarest(("RELU", "HARD_SWISH", "LEAKY_RELU"), self.tally.operators))
        way, self.last = self.last, start
        self.arithmetic(self.tally.rarest(("ADD", "SUB", "MUL"), self.tally.operators), way)
        self.tally.shapes["branches"] += 1

    def second_input(self) -> None:
        other = self.activation(self.shape)
        self.arithmetic(self.tally.rarest(("ADD", "SUB", "MUL"), self.tally.operators), other)
        self.tally.shapes["two inputs"] += 1

    def svdf(self) -> None:
        units, steps = 3, 4
        features = self.constant(self.rng.integers(-127, 128, (units, self.shape[-1])), INT8, 0.01)
        times = self.constant(self.rng.integers(-127, 128, (units, steps)), INT8, 0.01)
        bias = self.constant(self.rng.integers(-90, 90, units), INT32, np.float32(0.05) * np.float32(0.01))
        state = self.variable((1, units * steps), INT8, 0.05, 3)
        options = schema.SVDFOptionsT(rank=1, fusedActivationFunction=RELU)
        self.write("SVDF", [self.last, features, times, bias, state], self.result((1, units)), options, 3)
        self.tally.shapes["state"] += 1

    def remembered(self, number: int) -> None:
        """Puts the last two tensors of earlier inferences in front of this one, as a streaming model does."""
        height, rest = self.shape[1], self.shape[2:]
        handles = [self.tensor((), RESOURCE) for _ in range(2)]
        for handle in handles:
            options = schema.VarHandleOptionsT(container="", sharedName=f"memory {number}")
            self.operator(OPERATORS.VAR_HANDLE, [], [handle], options)
        before = self.like((1, 2, *rest), self.last)
        self.operator(OPERATORS.READ_VARIABLE, [handles[0]], [before], schema.ReadVariableOptionsT())
        joined = self.like((1, height + 2, *rest), self.last)
        options = schema.ConcatenationOptionsT(axis=1)
        self.operator(OPERATORS.CONCATENATION, [before, self.last], [joined], options, version=2)
        newest = self.like((1, 2, *rest), joined)
        bounds = [self.constant(values) for values in ([0, height, 0, 0], [0, height + 2, 0, 0], [1, 1, 1, 1])]
        masks = schema.StridedSliceOptionsT(beginMask=0b1101, endMask=0b1101)
        self.operator(OPERATORS.STRIDED_SLICE, [joined, *bounds], [newest], masks)
        self.operator(OPERATORS.ASSIGN_VARIABLE, [handles[1], newest], [], schema.AssignVariableOptionsT())
        self.last = joined
        self.tally.shapes["state"] += 1

    def step(self) -> None:
        """The operator whose rarest option was tried least."""
        images = [name for name in OPTIONS if name != "FULLY_CONNECTED"]
        if np.prod(self.shape) > 500 or self.shape[3] > 8:
            images = ["CONV_2D", "MAX_POOL_2D", "AVERAGE_POOL_2D", "MEAN", "STRIDED_SLICE"]
        if self.shape[1] == 1 and self.shape[2] == 1:
            images = [name for name in images if name not in ("MEAN", "MAX_POOL_2D", "AVERAGE_POOL_2D")]
        wanting = [name for name in images if self._zero_is_wanted(name)] or images
        name = self.tally.rarest(wanting, {name: self.tally.need(name) for name in wanting})
        alone = {
            "CONCATENATION": self.joined,
            "MEAN": self.mean,
            "PAD": self.pad,
            "PRELU": self.prelu,
            "STRIDED_SLICE": self.sliced,
            "TRANSPOSE_CONV": self.transposed,
        }
        of_several = {
            self.convolution: ("CONV_2D", "DEPTHWISE_CONV_2D"),
            self.pool: ("AVERAGE_POOL_2D", "MAX_POOL_2D"),
            self.arithmetic: ("ADD", "SUB", "MUL"),
            self.pair: ("MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE"),
            self.resized: ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"),
        }
        if name in alone:
            alone[name]()
        else:
            next((write for write, names in of_several.items() if name in names), self.table)(name)

    def _zero_is_wanted(self, operator: str) -> bool:
        """Whether the zero point and the sizes at hand are among those that it was tried with least."""
        here = {"zero point": self._zero(), "sizes": self._sizes()}
        options = OPTIONS[operator]
        return all(
            self.tally.tries[operator, option, value]
            <= min(self.tally.tries[operator, option, v] for v in options[option])
            for option, value in here.items()
            if option in options
        )


def network(tally: Tally, number: int) -> Stream:
    """One network; every third has state, every third two inputs, every third two outputs, every other branches."""
    odd = number % 2 == 0
    sides = [int(side) for side in tally.rng.choice((3, 5, 7) if odd else (4, 6, 8), 2)]
    made = Network(tally, int(tally.rng.integers(1 << 30)), (1, *sides, int(tally.rng.integers(1, 5))))
    if number % 3 == 0 and number % 2 == 0:
        made.remembered(number)
    steps = int(tally.rng.integers(5, 9))
    for place in range(steps):
        made.step()
        if place == 1 and number % 2:
            made.branch()
        if place == 2 and number % 3 == 1:
            made.second_input()
        if place == 3 and number % 3 == 2:
            made.results.append(made.last)
            tally.shapes["two outputs"] += 1
    made.flatten()
    if number % 3 == 0 and number % 2:
        made.svdf()
    made.dense()
    if tally.need("FULLY_CONNECTED") < tally.need("ADD"):
        made.dense()
    content = made.content(made.entries, [*made.results, made.last])
    return drawn(content, INFERENCES, seed=number, title=f"network {number}")


def networks(number: int, seed: int = 0) -> tuple[list[Stream], Tally]:
    """So many networks, the same each time, and what they try."""
    tally = Tally(seed)
    return [network(tally, place) for place in itertools.islice(itertools.count(), number)], tally


def untried(tally: Tally, least: int) -> dict[Pair, int]:
    """The pairs that were tried less than so often, and how often they were."""
    return {pair: tally.tries[pair] for pair in pairs() if tally.tries[pair] < least}
