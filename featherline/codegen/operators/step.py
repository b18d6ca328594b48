"""An operator of a model as the modules beside this one lower it: its ends, its quantization, errors that name it."""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from featherline.codegen.layers import NO_WEIGHTS, Layer
from featherline.codegen.settings import Activation, Dimensions, Settings, Tile
from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model, Operator, Tensor
from featherline.tflite.options import ActivationOptions, WindowOptions

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Step:
    """An operator at its place in a model."""

    operator: Operator
    model: Model
    place: int

    @property
    def source(self) -> Tensor:
        return self.operand(0)

    @property
    def result(self) -> Tensor:
        result = self.operator.outputs[0] if self.operator.outputs else None
        if result is None:
            raise self.error("it has no output")
        return result

    def operand(self, place: int) -> Tensor:
        """An input that the operator cannot do without."""
        tensor = self.operator.inputs[place] if place < len(self.operator.inputs) else None
        if tensor is None:
            raise self.error(f"it has no input {place}")
        return tensor

    def error(self, reason: str) -> FeatherlineError:
        return FeatherlineError(
            f"{self.model.path}: no C can be written for {self.operator.name} (operator {self.place}): {reason}."
        )

    def options(self, kind: type[Kind]) -> Kind:
        """The options of the operator, which must be of a kind."""
        if not isinstance(self.operator.options, kind):
            raise self.error("its options are missing")
        return self.operator.options

    def scale(self, tensor: Tensor) -> float:
        """The scale of an activation, which has one for all its values."""
        self.check_quantized(tensor)
        return tensor.scale[0] if tensor.scale else 0.0

    def zero_point(self, tensor: Tensor) -> int:
        """The integer that stands for zero in an activation."""
        self.check_quantized(tensor)
        return tensor.zero_point[0] if tensor.zero_point else 0

    def image(self, tensor: Tensor) -> Dimensions:
        """The dimensions of an activation behind its batch."""
        if len(tensor.shape) != 4:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) has {len(tensor.shape)} dimensions instead of 4")
        return Dimensions(*tensor.shape[1:])

    def layer(self, settings: Settings, weights: np.ndarray = NO_WEIGHTS, macs: int = 0) -> Layer:
        """A layer that stands for this operator alone and reads its first input."""
        return Layer((self.operator.name,), (self.source.index,), self.result.index, settings, weights, macs=macs)

    def check_quantized(self, tensor: Tensor) -> None:
        """Refuses a tensor that is not int8 with a scale."""
        if tensor.type != "int8" or tensor.scale is None:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of quantized int8")
        if len(tensor.scale) != 1 or not 0 < tensor.scale[0] < math.inf:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) has the scale {list(tensor.scale)}")

    def padding(self, options: WindowOptions, outputs: Tile, window: Tile, inputs: Tile) -> Tile:
        """Zeros above and to the left of the input.

        Args:
            options: what says whether the input is padded, and the stride.
            outputs, inputs: places of the output and of the input.
            window: places that one output sees.
        """
        if options.padding != "SAME":
            return Tile(0, 0)

        def before(outputs: int, stride: int, window: int, inputs: int) -> int:
            return max((outputs - 1) * stride + window - inputs, 0) // 2

        return Tile(
            before(outputs.height, options.stride_h, window.height, inputs.height),
            before(outputs.width, options.stride_w, window.width, inputs.width),
        )

    def activation(self) -> Activation:
        """The int8 outputs that the fused activation lets through."""
        options = self.operator.options
        name = options.fused_activation_function if isinstance(options, ActivationOptions) else "NONE"
        zero = self.zero_point(self.result)
        scale = np.float32(self.scale(self.result))

        def quantized(value: float) -> int:
            ratio = np.float32(value) / scale
            return zero + int(np.trunc(ratio + np.copysign(np.float32(0.5), ratio)))

        match name:
            case "NONE":
                bounds = (-128, 127)
            case "RELU":
                bounds = (zero, 127)
            case "RELU6":
                bounds = (zero, quantized(6.0))
            case "RELU_N1_TO_1":
                bounds = (quantized(-1.0), quantized(1.0))
            case _:
                raise self.error(f"its activation {name} is unknown")
        low, high = bounds
        return Activation(max(low, -128), min(high, 127))
