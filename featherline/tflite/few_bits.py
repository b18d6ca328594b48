"""Writes few-bit weights into a converted int8 model, exactly as they were trained.

TensorFlow's converter would round them once more: it knows kernels of 8 bits, and its own way
with fake quantization fails on depthwise and dense kernels. So the converter gets the
activations alone, and what each kernel holds, its steps and its biases are written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.core.errors import FeatherlineError
from featherline.tflite import flatbuffer
from featherline.tflite.model import parse

# Operators with a kernel -> the axis of its output channels.
_CHANNEL_AXIS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 0}
# TensorFlow Lite Micro unpacks 4-bit kernels of convolutions, and refuses those of dense layers.
_PACKED = ("CONV_2D", "DEPTHWISE_CONV_2D")
_INT32 = np.iinfo(np.int32)


@dataclass(frozen=True)
class Kernel:
    """What a layer holds.

    Attributes:
        name: of the layer.
        values: integers in the layout of TensorFlow Lite: (filters, height, width, channels) for a
            convolution, (1, height, width, channels) for a depthwise one, (units, inputs) for a dense layer.
        steps: real value of an integer step, one for each output channel or one for all.
        bias: float, one for each output channel.
    """

    name: str
    values: np.ndarray
    steps: np.ndarray
    bias: np.ndarray


def write(content: bytes, kernels: Sequence[Kernel], pack: bool) -> bytes:
    """Replaces every kernel and bias of a model.

    Args:
        content: a .tflite file in int8 whose operators with kernels stand in the order of `kernels`.
        kernels: what they get.
        pack: whether kernels of convolutions whose values fit 4 bits are stored as INT4.

    Raises:
        FeatherlineError: where model and kernels do not fit each other, naming the layer.
    """
    tree = flatbuffer.unpack(content, "the converted model")
    operators = [step for step in parse(content, "the converted model").operators if step.name in _CHANNEL_AXIS]
    if len(operators) != len(kernels):
        raise FeatherlineError(
            f"The converted model has {len(operators)} operators with kernels, and the network {len(kernels)} layers: "
            "the converter joined or split a layer that few-bit schemes need apart."
        )
    for operator, kernel in zip(operators, kernels, strict=True):
        name = operator.name
        places = [tensor.index for tensor in operator.inputs[:3] if tensor is not None]
        inputs, weights, bias = (tree.subgraphs[0].tensors[place] for place in places)
        if tuple(weights.shape) != kernel.values.shape:
            raise FeatherlineError(
                f"Layer {kernel.name} has a kernel of shape {kernel.values.shape}, and its operator {name} one of "
                f"{tuple(weights.shape)}: run the stage quantize again."
            )
        packed = pack and name in _PACKED and np.abs(kernel.values).max(initial=0) <= 7
        weights.type = schema.TensorType.INT4 if packed else schema.TensorType.INT8
        tree.buffers[weights.buffer].data = packed_int4(kernel.values) if packed else _bytes(kernel.values)
        steps = kernel.steps.astype(np.float32)
        _scale(weights, steps, _CHANNEL_AXIS[name])
        bias_steps = (np.float32(inputs.quantization.scale[0]) * steps).astype(np.float32)
        values = np.round(kernel.bias.astype(np.float64) / bias_steps)
        tree.buffers[bias.buffer].data = _bytes(np.clip(values, _INT32.min, _INT32.max).astype("<i4"))
        _scale(bias, bias_steps, 0)
    return flatbuffer.pack(tree)


def packed_int4(values: np.ndarray) -> np.ndarray:
    """Integers from -8 to 7 as TensorFlow Lite packs them: two in a byte, the first in the low half."""
    nibbles = values.astype(np.int8).ravel().view(np.uint8) & 0x0F
    nibbles = np.append(nibbles, np.zeros(len(nibbles) % 2, np.uint8))
    return nibbles[::2] | (nibbles[1::2] << 4)


def _scale(tensor: schema.TensorT, steps: np.ndarray, axis: int) -> None:
    tensor.quantization.scale = steps
    tensor.quantization.zeroPoint = np.zeros(len(steps), np.int64)
    tensor.quantization.quantizedDimension = axis if len(steps) > 1 else 0
    tensor.quantization.min = tensor.quantization.max = None


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
