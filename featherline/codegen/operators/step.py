"""An operator of a model as the modules beside this one lower it: with its options, and errors that name it."""

from dataclasses import dataclass

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.tflite import model as tflite

_ACTIVATIONS = {0: "NONE", 1: "RELU", 2: "RELU_N1_TO_1", 3: "RELU6"}


@dataclass(frozen=True)
class Step:
    """An operator with its options.

    Attributes:
        options: the table of the schema for this operator, such as `Conv2DOptionsT`; None where it has none.
        place: of the operator in its model.
    """

    operator: tflite.Operator
    options: object
    model: tflite.Model
    place: int

    @property
    def source(self) -> tflite.Tensor:
        return self.operator.inputs[0]

    @property
    def result(self) -> tflite.Tensor:
        return self.operator.outputs[0]

    def error(self, reason: str) -> FeatherlineError:
        return FeatherlineError(
            f"{self.model.path}: no C can be written for {self.operator.name} (operator {self.place}): {reason}."
        )

    def option(self, name: str, default: int = 0) -> int:
        return getattr(self.options, name, default)

    def check_quantized(self, tensor: tflite.Tensor) -> None:
        """Refuses a tensor that is not int8 with a scale."""
        if tensor.type != "int8" or tensor.scale is None:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of quantized int8")

    def padding(self, outputs: int, stride: int, window: int, inputs: int) -> int:
        """Zeros before the first input of an axis."""
        if self.option("padding") != 0:  # VALID
            return 0
        return max((outputs - 1) * stride + window - inputs, 0) // 2

    def activation(self) -> tuple[int, int]:
        """The int8 outputs that the fused activation lets through."""
        kind = _ACTIVATIONS.get(self.option("fusedActivationFunction"))
        if kind is None:
            raise self.error(f"its activation {self.option('fusedActivationFunction')} is unknown")
        scale, zero = np.float32(self.result.scale[0]), self.result.zero_point[0]

        def quantized(value: float) -> int:
            ratio = np.float32(value) / scale
            return zero + int(np.trunc(ratio + np.copysign(np.float32(0.5), ratio)))

        low = {"NONE": -128, "RELU": zero, "RELU6": zero, "RELU_N1_TO_1": quantized(-1.0)}[kind]
        high = {"NONE": 127, "RELU": 127, "RELU6": quantized(6.0), "RELU_N1_TO_1": quantized(1.0)}[kind]
        return max(low, -128), min(high, 127)
