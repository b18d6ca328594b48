"""Small networks of random shapes, weights and scales, written through the schema."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from featherline.codegen.settings import OPTIMIZATIONS
from tests.codegen.programs import Case
from tests.tflite.handmade import INT4, INT8, INT32, OPERATORS, Handmade

SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
NONE, RELU, RELU6 = (getattr(schema.ActivationFunctionType, name) for name in ("NONE", "RELU", "RELU6"))
ITEMS = 3
ONCE = {
    "derandomize": True,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
"""Settings of hypothesis: the same networks each time, as many as asked for."""


class Network:
    """A chain of operators; each method adds one behind the last tensor."""

    def __init__(self, seed: int, shape: tuple[int, ...]):
        self.rng, self.made = np.random.default_rng(seed), Handmade()
        self.shape, self.scale, self.zero = shape, 0.05, int(self.rng.integers(-128, 128))
        self.entry = self.last = self._activations(shape)

    def content(self) -> bytes:
        return self.made.content([self.entry], [self.last])

    def _activations(self, shape, scale=None, zero=None) -> int:
        self.shape = tuple(shape)
        self.scale = float(np.float32(self.scale if scale is None else scale))
        self.zero = self.zero if zero is None else zero
        tensor = self.made.tensor(shape, INT8, scale=self.scale)
        self.made.tensors[tensor].quantization.zeroPoint = np.int64([self.zero])
        return tensor

    def _add(self, code, inputs, shape, options=None, scale=None, zero=None, version=1) -> None:
        result = self._activations(shape, scale, zero)
        self.made.operator(code, inputs, [result], options, version=version)
        self.last = result

    def _drawn(self) -> tuple[float, int]:
        return float(self.rng.uniform(0.02, 0.2)), int(self.rng.choice([-128, 0, self.rng.integers(-128, 128)]))

    def _slid(self, kernel, stride, padding) -> tuple[int, int] | None:
        sides = []
        for size, window in zip(self.shape[1:3], kernel, strict=True):
            if padding == VALID and window > size:
                return None
            sides.append(-(-size // stride) if padding == SAME else (size - window) // stride + 1)
        return tuple(sides)

    def _weights(self, shape, bits, scales, axis):
        largest = (1 << (bits - 1)) - 1
        values = self.rng.integers(-largest, largest + 1, shape).astype(np.int8)
        return self.made.tensor(shape, INT4 if bits == 4 else INT8, values, scales * 127 / largest, axis)

    def _bias(self, number, scales, bits) -> int:
        values = self.rng.integers(-900, 900, number).astype(np.int32)
        return self.made.tensor(
            (number,), INT32, values, np.float32(self.scale) * scales * 127 / ((1 << (bits - 1)) - 1)
        )

    def conv(self, filters, kernel, stride, padding, activation, bits) -> None:
        sides, depth = self._slid(kernel, stride, padding), self.shape[3]
        if sides is None:
            return
        scales = self.rng.uniform(0.1, 1, filters) / 127 / np.sqrt(np.prod(kernel) * depth)
        weights = self._weights((filters, *kernel, depth), bits, scales, 0)
        bias = self._bias(filters, scales, bits)
        options = schema.Conv2DOptionsT(
            padding=padding, strideW=stride, strideH=stride, fusedActivationFunction=activation
        )
        self._add(OPERATORS.CONV_2D, [self.last, weights, bias], (1, *sides, filters), options, *self._drawn(), 3)

    def depthwise(self, multiplier, kernel, stride, padding, activation, bits) -> None:
        sides, filters = self._slid(kernel, stride, padding), self.shape[3] * multiplier
        if sides is None:
            return
        scales = self.rng.uniform(0.1, 1, filters) / 127
        weights = self._weights((1, *kernel, filters), bits, scales, 3)
        bias = self._bias(filters, scales, bits)
        options = schema.DepthwiseConv2DOptionsT(
            padding=padding,
            strideW=stride,
            strideH=stride,
            depthMultiplier=multiplier,
            fusedActivationFunction=activation,
        )
        inputs = [self.last, weights, bias]
        self._add(OPERATORS.DEPTHWISE_CONV_2D, inputs, (1, *sides, filters), options, *self._drawn(), 3)

    def pool(self, largest, window, stride, padding) -> None:
        sides = self._slid(window, stride, padding)
        if sides is None:
            return
        options = schema.Pool2DOptionsT(
            padding=padding, strideW=stride, strideH=stride, filterWidth=window[1], filterHeight=window[0]
        )
        code = OPERATORS.MAX_POOL_2D if largest else OPERATORS.AVERAGE_POOL_2D
        self._add(code, [self.last], (1, *sides, self.shape[3]), options, version=2)

    def relu(self) -> None:
        self._add(OPERATORS.RELU, [self.last], self.shape, None, *self._drawn(), 2)

    def logistic(self) -> None:
        self._add(OPERATORS.LOGISTIC, [self.last], self.shape, None, 1 / 256, -128, 2)

    def combine(self, product, with_itself, activation) -> None:
        second = self.last
        if not with_itself:
            values = self.rng.integers(-128, 128, self.shape[-1]).astype(np.int8)
            second = self.made.tensor(values.shape, INT8, values, 0.03)
        options = schema.MulOptionsT() if product else schema.AddOptionsT()
        options.fusedActivationFunction = activation
        code = OPERATORS.MUL if product else OPERATORS.ADD
        self._add(code, [self.last, second], self.shape, options, *self._drawn(), 2)

    def reduce(self, mean) -> None:
        axes = self.made.tensor((2,), INT32, np.int32([1, 2]))
        code = OPERATORS.MEAN if mean else OPERATORS.REDUCE_MAX
        drawn = self._drawn() if mean else (None, None)
        self._add(code, [self.last, axes], (1, self.shape[3]), schema.ReducerOptionsT(), *drawn, 2)

    def flatten(self) -> None:
        size = int(np.prod(self.shape))
        target = self.made.tensor((2,), INT32, np.int32([1, size]))
        self._add(OPERATORS.RESHAPE, [self.last, target], (1, size), schema.ReshapeOptionsT())

    def dense(self, units, activation) -> None:
        size = self.shape[-1]
        scale = np.float32(self.rng.uniform(0.2, 1) / 127)
        weights = self._weights((units, size), 8, scale, 0)
        bias = self._bias(units, scale, 8)
        options = schema.FullyConnectedOptionsT(fusedActivationFunction=activation)
        self._add(OPERATORS.FULLY_CONNECTED, [self.last, weights, bias], (1, units), options, *self._drawn(), 5)

    def softmax(self) -> None:
        options = schema.SoftmaxOptionsT(beta=1.0)
        self._add(OPERATORS.SOFTMAX, [self.last], self.shape, options, 1 / 256, -128, 2)


_sides = st.sampled_from([(1, 1), (2, 2), (3, 3), (3, 1), (2, 3), (5, 5), (1, 2), (7, 1)])
_activation = st.sampled_from([NONE, RELU, RELU, RELU6])
_padding = st.sampled_from([SAME, VALID])
_bits = st.sampled_from([8, 8, 4, 2])
_stride = st.sampled_from([1, 1, 2])
_window = st.sampled_from([(2, 2), (2, 1), (2, 2), (3, 3), (1, 2)])
_LAYERS = st.one_of(
    st.tuples(st.just("conv"), st.integers(1, 9), _sides, _stride, _padding, _activation, _bits),
    st.tuples(st.just("conv"), st.integers(1, 9), _sides, _stride, _padding, _activation, _bits),
    st.tuples(st.just("depthwise"), st.integers(1, 2), _sides, _stride, _padding, _activation, _bits),
    st.tuples(st.just("pool"), st.booleans(), _window, st.just(2), _padding),
    st.tuples(st.just("pool"), st.just(True), st.sampled_from([(2, 2), (2, 1)]), st.just(2), _padding),
    st.tuples(st.just("pool"), st.booleans(), _window, st.just(1), _padding),
    st.tuples(st.sampled_from(["relu", "logistic"])),
    st.tuples(st.just("combine"), st.booleans(), st.booleans(), _activation),
)


@st.composite
def cases(draw) -> Case:
    """A random network with random inputs."""
    seed = draw(st.integers(0, 1 << 30))
    line = draw(st.booleans())
    shape = (1, draw(st.integers(3, 24)), 1) if line else (1, draw(st.integers(1, 9)), draw(st.integers(1, 9)))
    network = Network(seed, (*shape, draw(st.sampled_from([1, 2, 3, 4, 8]))))
    for name, *arguments in draw(st.lists(_LAYERS, min_size=1, max_size=5)):
        getattr(network, name)(*arguments)
    head = draw(st.sampled_from(["mean", "max", "flatten"]))
    network.flatten() if head == "flatten" else network.reduce(head == "mean")
    for units, activation in draw(st.lists(st.tuples(st.integers(1, 9), _activation), min_size=1, max_size=2)):
        network.dense(units, activation)
    if draw(st.booleans()):
        network.softmax()
    inputs = np.random.default_rng(seed).integers(-128, 128, (ITEMS, *network.made.tensors[network.entry].shape[1:]))
    return Case(network.content(), inputs.astype(np.int8), OPTIMIZATIONS[seed % 2])
