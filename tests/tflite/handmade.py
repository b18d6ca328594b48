"""Models written by hand through the schema, in milliseconds and with whatever an example needs."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

FLOAT, INT4, INT8, INT16, INT32 = (
    getattr(schema.TensorType, name) for name in ("FLOAT32", "INT4", "INT8", "INT16", "INT32")
)
OPERATORS = schema.BuiltinOperator
OPTIONS = schema.BuiltinOptions
ITEM = (1, 12, 1, 3)


class Handmade:
    """Collects tensors and operators of one subgraph; everything has a name, and activations a range."""

    def __init__(self):
        self.buffers, self.tensors, self.operators, self.codes = [schema.BufferT()], [], [], []

    def tensor(self, shape, kind, values=None, scale=None, axis=0) -> int:
        """Adds a tensor and returns its index; `values` is an array, for int4 one of the numbers themselves."""
        tensor, buffer = schema.TensorT(), schema.BufferT()
        tensor.name, tensor.type, tensor.shape = f"tensor_{len(self.tensors)}", kind, list(shape)
        if values is not None:
            buffer.data = packed(values) if kind == INT4 else np.frombuffer(values.tobytes(), np.uint8)
        tensor.buffer = len(self.buffers)
        if scale is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = np.atleast_1d(np.float32(scale))
            tensor.quantization.zeroPoint = np.zeros(tensor.quantization.scale.size, np.int64)
            tensor.quantization.quantizedDimension = axis
            tensor.quantization.min, tensor.quantization.max = np.float32([-3]), np.float32([3])
        self.buffers.append(buffer)
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def operator(self, code, inputs, outputs, options=None, custom_code=None, version=1) -> None:
        entry, step = schema.OperatorCodeT(), schema.OperatorT()
        entry.builtinCode, entry.deprecatedBuiltinCode = code, min(code, 127)
        entry.customCode, entry.version = custom_code, version
        step.opcodeIndex, step.inputs, step.outputs = len(self.codes), list(inputs), list(outputs)
        if options is not None:
            step.builtinOptionsType = getattr(OPTIONS, type(options).__name__.removesuffix("T"))
            step.builtinOptions = options
        self.codes.append(entry)
        self.operators.append(step)

    def tree(self, inputs, outputs) -> schema.ModelT:
        subgraph, metadata, tree = schema.SubGraphT(), schema.MetadataT(), schema.ModelT()
        subgraph.name, subgraph.tensors, subgraph.operators = "main", self.tensors, self.operators
        subgraph.inputs, subgraph.outputs = list(inputs), list(outputs)
        note = schema.BufferT()
        note.data = list(b"1.14.0")
        metadata.name, metadata.buffer = "min_runtime_version", len(self.buffers)
        tree.version, tree.description, tree.metadata = 3, "made by hand", [metadata]
        tree.operatorCodes, tree.subgraphs, tree.buffers = self.codes, [subgraph], [*self.buffers, note]
        return tree

    def content(self, inputs, outputs) -> bytes:
        return written(self.tree(inputs, outputs))


def written(tree: schema.ModelT) -> bytes:
    builder = flatbuffers.Builder()
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def packed(integers: np.ndarray) -> np.ndarray:
    """Two integers of 4 bits in a byte, the first one in its lower half."""
    nibbles = np.append(integers.ravel() & 0xF, 0)[: integers.size + integers.size % 2].astype(np.uint8)
    return nibbles[::2] | nibbles[1::2] << 4


def mean_of_single_values() -> bytes:
    """A convolution of 1 x 1 and a MEAN over one value in a finer scale, whose factor is above a half."""
    made = Handmade()
    entry, between = made.tensor((1, 1, 1, 4), INT8, scale=0.1), made.tensor((1, 1, 1, 4), INT8, scale=0.11)
    numbers = np.arange(-8, 8, dtype=np.int8).reshape(4, 1, 1, 4)
    weights = made.tensor((4, 1, 1, 4), INT8, numbers, scale=0.05)
    result = made.tensor((1, 4), INT8, scale=0.1)
    axes = made.tensor((2,), INT32, np.array([1, 2], np.int32))
    options = schema.Conv2DOptionsT(strideH=1, strideW=1, dilationHFactor=1, dilationWFactor=1)
    made.operator(OPERATORS.CONV_2D, [entry, weights], [between], options)
    made.operator(OPERATORS.MEAN, [between, axes], [result], schema.ReducerOptionsT(), version=2)
    return made.content([entry], [result])


def classifier(
    rng: np.random.Generator,
    levels: int = 127,
    filters: tuple[int, ...] = (4, 6),
    units: tuple[int, ...] = (3,),
    activations: int = INT8,
    kernels: int = INT8,
    depthwise: bool = False,
) -> bytes:
    """A quantized classifier of random weights: convolutions, a flattening, dense layers.

    Args:
        levels: weights are multiples of the largest that int8 allows over this number, from minus it to plus it;
            in int4 kernels the numbers themselves.
        filters, units: of convolutions and dense layers, in order.
        activations: INT8 or INT16.
        kernels: INT8 or INT4, of the convolutions; dense kernels are int8.
        depthwise: whether a depthwise convolution comes first.
    """
    made = Handmade()
    bias_kind, bias_type = (INT32, np.int32) if activations == INT8 else (schema.TensorType.INT64, np.int64)
    entry = last = made.tensor(ITEM, activations, scale=0.05)
    height, channels = ITEM[1], ITEM[3]

    def weights(shape, kind):
        step = 1 if kind == INT4 else 127 // levels
        return (rng.integers(-levels, levels + 1, shape) * step).astype(np.int8)

    def layer(code, kernel_shape, kind, outputs, shape, axis, options, version):
        nonlocal last
        scale = rng.uniform(0.2, 1, outputs) / 127 / (1 if kind == INT8 else 1 / 18)
        kernel = made.tensor(kernel_shape, kind, weights(kernel_shape, kind), scale, axis)
        bias = rng.integers(-500, 500, outputs).astype(bias_type)
        biases = made.tensor((outputs,), bias_kind, bias, 0.05 * np.float32(scale))
        result = made.tensor(shape, activations, scale=0.05)
        made.operator(code, [last, kernel, biases], [result], options, version=version)
        last = result

    if depthwise:
        options = schema.DepthwiseConv2DOptionsT(strideW=1, strideH=1, depthMultiplier=2)
        channels *= 2
        shape = (1, height, 1, channels)
        layer(OPERATORS.DEPTHWISE_CONV_2D, (1, 3, 1, channels), INT8, channels, shape, 3, options, 3)
    for count in filters:
        options = schema.Conv2DOptionsT(
            padding=schema.Padding.SAME,
            strideW=1,
            strideH=1,
            fusedActivationFunction=schema.ActivationFunctionType.RELU,
        )
        shape = (1, height, 1, count)
        layer(OPERATORS.CONV_2D, (count, 3, 1, channels), kernels, count, shape, 0, options, 3)
        channels = count
    target = made.tensor((2,), INT32, np.int32([1, height * channels]))
    flat = made.tensor((1, height * channels), activations, scale=0.05)
    made.operator(OPERATORS.RESHAPE, [last, target], [flat], schema.ReshapeOptionsT())
    last, size = flat, height * channels
    for count in units:
        shape = (1, count)
        options = schema.FullyConnectedOptionsT()
        layer(OPERATORS.FULLY_CONNECTED, (count, size), INT8, count, shape, 0, options, 5)
        size = count
    return made.content([entry], [last])


def endless() -> bytes:
    """A model that never ends on any runtime: WHILE, with a condition that always holds."""
    main, condition, body = Handmade(), Handmade(), Handmade()
    entry, result = (main.tensor((1,), FLOAT) for _ in range(2))
    options = schema.WhileOptionsT()
    options.condSubgraphIndex, options.bodySubgraphIndex = 1, 2
    main.operator(OPERATORS.WHILE, [entry], [result], options)
    value, holds = condition.tensor((1,), FLOAT), condition.tensor((1,), schema.TensorType.BOOL)
    condition.operator(OPERATORS.GREATER_EQUAL, [value, value], [holds], schema.GreaterEqualOptionsT())
    value, negative = (body.tensor((1,), FLOAT) for _ in range(2))
    body.operator(OPERATORS.NEG, [value], [negative], schema.NegOptionsT())
    tree = main.tree([entry], [result])
    for made, outputs in ((condition, [1]), (body, [1])):
        part = made.tree([0], outputs)
        for step in part.subgraphs[0].operators:
            step.opcodeIndex += len(tree.operatorCodes)
        for tensor in part.subgraphs[0].tensors:
            tensor.buffer = 0
        tree.operatorCodes += part.operatorCodes
        tree.subgraphs += part.subgraphs
    return written(tree)
