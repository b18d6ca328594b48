"""The layers of an architecture with their shapes, and what they cost, without building anything.

The builder, the search and the feasibility checks all read this one plan, so that a
candidate's weights and multiply-accumulates are known before TensorFlow is asked.
"""

import math
from dataclasses import dataclass
from typing import Literal

from featherline.core.errors import FeatherlineError
from featherline.params import Architecture

# Bytes of a kernel value and of a bias value, by scheme.
WEIGHT_BYTES = {"none": (4, 4), "int8": (1, 4), "int16x8": (1, 8)}

Shape = tuple[int, int, int]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Layer:
    """One layer of the plan, batch normalization folded in and activation included.

    Attributes:
        name: as in the Keras network.
        kind: what it computes.
        input_shape, output_shape: (height, width, channels); a vector is (1, 1, units).
        window: kernel or pool, (height, width).
        stride: (height, width).
        weights: kernel values.
        biases: bias values.
        macs: multiply-accumulates of one inference.
    """

    name: str
    kind: Literal["conv", "depthwise", "pool", "global_average", "flatten", "dense", "output"]
    input_shape: Shape
    output_shape: Shape
    window: Pair = (1, 1)
    stride: Pair = (1, 1)
    weights: int = 0
    biases: int = 0
    macs: int = 0


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _within(value: int | Pair, shape: Shape) -> Pair:
    """A window or stride clipped to the side lengths of its input."""
    height, width = _pair(value)
    return min(height, shape[0]), min(width, shape[1])


def layers(architecture: Architecture, input_shape: Shape, classes: int) -> list[Layer]:
    """The layers of an architecture for an input of (height, width, channels).

    Convolutions pad to `same`; poolings do not pad, so that a side of n becomes n // pool.

    Raises:
        FeatherlineError: where a pooling has nothing left to pool, naming its block.
    """
    plan: list[Layer] = []
    shape = input_shape
    for number, block in enumerate(architecture.conv_blocks, start=1):
        kernel, stride = _within(block.kernel, shape), _within(block.stride, shape)
        if block.convolution == "separable":
            if len(set(_pair(block.stride))) > 1 and 1 not in shape[:2]:
                raise FeatherlineError(
                    f"conv_blocks {number - 1}: a separable convolution needs the same stride in height and width, "
                    f"not {stride[0]} x {stride[1]}; use one number, or a plain convolution."
                )
            plan.append(_convolution(f"conv{number}_depthwise", "depthwise", shape, shape[2], kernel, stride))
            shape, kernel, stride = plan[-1].output_shape, (1, 1), (1, 1)
        plan.append(_convolution(f"conv{number}", "conv", shape, block.filters, kernel, stride))
        shape = plan[-1].output_shape
        for pooling in range(1, block.poolings + 1):
            pool = _within(block.pool, shape)
            if pool == (1, 1):
                raise FeatherlineError(
                    f"conv_blocks {number - 1}: pooling {pooling} of {block.poolings} finds a map of "
                    f"{shape[0]} x {shape[1]}, nothing to pool; use fewer poolings or a longer input."
                )
            out = (shape[0] // pool[0], shape[1] // pool[1], shape[2])
            plan.append(Layer(f"pool{number}_{pooling}", "pool", shape, out, pool, pool))
            shape = out
    flat = (1, 1, shape[2]) if architecture.head == "global_average" else (1, 1, math.prod(shape))
    plan.append(Layer(architecture.head, architecture.head, shape, flat))
    shape = flat
    for number, dense_block in enumerate(architecture.dense_blocks, start=1):
        plan.append(_dense(f"dense{number}", "dense", shape, dense_block.units))
        shape = plan[-1].output_shape
    plan.append(_dense("output", "output", shape, classes))
    return plan


def _convolution(
    name: str, kind: Literal["conv", "depthwise"], shape: Shape, filters: int, kernel: Pair, stride: Pair
) -> Layer:
    out = (math.ceil(shape[0] / stride[0]), math.ceil(shape[1] / stride[1]), filters)
    weights = math.prod(kernel) * filters * (shape[2] if kind == "conv" else 1)
    return Layer(name, kind, shape, out, kernel, stride, weights, filters, macs=out[0] * out[1] * weights)


def _dense(name: str, kind: Literal["dense", "output"], shape: Shape, units: int) -> Layer:
    weights = shape[2] * units
    return Layer(name, kind, shape, (1, 1, units), weights=weights, biases=units, macs=weights)


def weight_count(plan: list[Layer]) -> int:
    """Kernel and bias values, batch normalization folded into the convolutions."""
    return sum(layer.weights + layer.biases for layer in plan)


def weight_bytes(plan: list[Layer], scheme: str) -> int:
    """Bytes of all weights under a scheme of `WEIGHT_BYTES`, biases included."""
    kernel, bias = WEIGHT_BYTES[scheme]
    return sum(layer.weights * kernel + layer.biases * bias for layer in plan)


def mac_count(plan: list[Layer]) -> int:
    """Multiply-accumulates of one inference."""
    return sum(layer.macs for layer in plan)
