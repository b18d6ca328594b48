"""An operator of a model as the modules beside this one lower it: its ends, its quantization, errors that name it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeVar

import numpy as np

from featherline.codegen.layers import NO_WEIGHTS, Layer
from featherline.codegen.settings import Activation, Dimensions, Loops, Settings, Tile
from featherline.core.errors import FeatherlineError
from featherline.tflite.model import Model, Operator, Tensor
from featherline.tflite.options import ActivationOptions, WindowOptions
from featherline.tflite.values import constant_values

Kind = TypeVar("Kind")

C_TYPES = {
    "bool": "uint8_t",
    "float32": "float",
} | {name: f"{name}_t" for name in ("int8", "uint8", "int16", "uint16", "int32", "int64")}
"""What C calls the types of tensors that a program can hold."""


@dataclass(frozen=True)
class Step:
    """An operator at its place in a model.

    Attributes:
        folded: values of tensors that the file computes and that are the same each time, by index.
    """

    operator: Operator
    model: Model
    place: int
    folded: Mapping[int, np.ndarray] = field(default_factory=dict)

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

    def given(self, place: int) -> Tensor | None:
        """An input that may be left out; None where it is."""
        return self.operator.inputs[place] if place < len(self.operator.inputs) else None

    def is_constant(self, tensor: Tensor) -> bool:
        """Whether a tensor has the same values at each inference."""
        return tensor.constant or tensor.index in self.folded or tensor.elements == 0

    def values(self, tensor: Tensor) -> np.ndarray:
        """The values of a tensor that has the same ones at each inference, in its shape."""
        if tensor.index in self.folded:
            return self.folded[tensor.index]
        if tensor.elements == 0:
            return np.empty(tensor.shape, np.dtype(tensor.type))
        if not tensor.constant:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) is no constant")
        return constant_values(self.model, tensor)

    def integers(self, place: int) -> list[int]:
        """An input of constant whole numbers: axes, sizes, paddings."""
        tensor = self.operand(place)
        if not tensor.type.startswith(("int", "uint")):
            raise self.error(
                f"tensor {tensor.index} ({tensor.name}) holds {tensor.type} where whole numbers have to be"
            )
        return [int(value) for value in self.values(tensor).ravel()]

    def axis(self, number: int, rank: int | None = None) -> int:
        """An axis of the first input, or of a tensor of so many axes, counted from the first one."""
        rank = len(self.source.shape) if rank is None else rank
        if not -rank <= number < rank:
            raise self.error(f"axis {number} is none of {rank}")
        return number % rank

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

    def loops(
        self,
        source: str,
        fields: Mapping[str, int | float],
        arrays: Mapping[str, np.ndarray] | None = None,
        types: Mapping[str, str] | None = None,
        operands: Sequence[Tensor] | None = None,
        result: Tensor | None = None,
        activation: Activation | None = None,
        scratch_bytes: int = 0,
        macs: int = 0,
        states: Sequence[int] = (),
    ) -> Layer:
        """A layer whose kernel has plain loops.

        Args:
            source, fields, arrays: as `Loops`.
            types: of the tensors whose types the kernel is written for, by what stands for each in the source.
            operands: what it reads; the first input where nothing else is said.
            result: what it writes; the first output where nothing else is said.
            activation: what is let through: fields `lowest` and `highest`.
            scratch_bytes, macs, states: as `Layer`.
        """
        bounds = activation.numbers() if activation else {}
        settings = Loops(
            source=source,
            fields={**fields, **bounds},
            arrays=arrays or {},
            types={name: self.c_type(kind) for name, kind in (types or {}).items()},
        )
        inputs = tuple(
            self.values(tensor) if self.is_constant(tensor) else tensor.index
            for tensor in (operands if operands is not None else (self.source,))
        )
        output = (result or self.result).index
        return Layer((self.operator.name,), inputs, output, settings, NO_WEIGHTS, scratch_bytes, macs, tuple(states))

    def c_type(self, kind: str) -> str:
        """What C calls the type of a tensor."""
        if kind not in C_TYPES:
            raise self.error(f"no C can hold {kind}")
        return C_TYPES[kind]

    def itemsize(self, tensor: Tensor) -> int:
        """Bytes of one number of a tensor."""
        self.c_type(tensor.type)
        return tensor.bits // 8

    def check_types(self, tensors: Sequence[Tensor], kinds: Sequence[str]) -> None:
        """Refuses tensors that are of none of some types."""
        for tensor in tensors:
            if tensor.type not in kinds:
                raise self.error(
                    f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of {' or '.join(kinds)}"
                )

    def check_same_types(self, tensors: Sequence[Tensor]) -> None:
        """Refuses tensors of different types."""
        for tensor in tensors:
            self.check_types([tensor], [tensors[0].type])

    def check_size(self, source: Tensor, result: Tensor) -> None:
        """Refuses a result that has not the bytes of its input."""
        self.check_same_types([source, result])
        if source.elements != result.elements:
            raise self.error(f"{source.elements} numbers go in and {result.elements} come out")

    def check_elements(self, tensor: Tensor, shape: Sequence[int]) -> None:
        """Refuses a tensor that has not the shape that the operator gives it; axes of length one do not count."""
        if [side for side in tensor.shape if side != 1] != [side for side in shape if side != 1]:
            raise self.error(
                f"tensor {tensor.index} ({tensor.name}) has the shape {list(tensor.shape)}, and {list(shape)} comes out"
            )
        if tensor.elements != prod(shape):
            raise self.error(f"tensor {tensor.index} ({tensor.name}) is empty")

    def check_quantized(self, tensor: Tensor) -> None:
        """Refuses a tensor that has not one scale."""
        if not tensor.type.startswith(("int", "uint")) or tensor.scale is None:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of quantized int8")
        if len(tensor.scale) != 1 or not 0 < tensor.scale[0] < math.inf:
            raise self.error(f"tensor {tensor.index} ({tensor.name}) has the scale {list(tensor.scale)}")

    def padding(self, options: WindowOptions, outputs: Tile, window: Tile, inputs: Tile) -> Tile:
        """Zeros above and to the left of the input.

        Args:
            options: what says whether the input is padded, and the stride.
            outputs, inputs: places of the output and of the input.
            window: places that one output sees.

        Raises:
            FeatherlineError: where the output has not as many places as come out.
        """
        same = options.padding == "SAME"
        for output, stride, reach, side in (
            (outputs.height, options.stride_h, window.height, inputs.height),
            (outputs.width, options.stride_w, window.width, inputs.width),
        ):
            if stride < 1 or reach < 1 or output != -(-(side if same else side - reach + 1) // stride):
                raise self.error("its window and stride do not fit its input and output")
        if options.padding != "SAME":
            return Tile(0, 0)

        def before(outputs: int, stride: int, window: int, inputs: int) -> int:
            return max((outputs - 1) * stride + window - inputs, 0) // 2

        return Tile(
            before(outputs.height, options.stride_h, window.height, inputs.height),
            before(outputs.width, options.stride_w, window.width, inputs.width),
        )

    def activation_name(self) -> str:
        """The fused activation as the schema names it."""
        options = self.operator.options
        return options.fused_activation_function if isinstance(options, ActivationOptions) else "NONE"

    def activation(self) -> Activation:
        """The outputs that the fused activation lets through, in the type of the output."""
        name, limits = self.activation_name(), np.iinfo(self.result.type)
        zero = self.zero_point(self.result)
        scale = np.float32(self.scale(self.result))

        def quantized(value: float) -> int:
            with np.errstate(over="ignore"):
                ratio = np.float32(value) / scale
            if not np.isfinite(ratio):
                raise self.error(f"the scale of its output, {scale:g}, is too small for its activation {name}")
            return zero + int(np.trunc(ratio + np.copysign(np.float32(0.5), ratio)))

        match name:
            case "NONE":
                bounds = (int(limits.min), int(limits.max))
            case "RELU":
                bounds = (zero, int(limits.max))
            case "RELU6":
                bounds = (zero, quantized(6.0))
            case "RELU_N1_TO_1":
                bounds = (quantized(-1.0), quantized(1.0))
            case _:
                raise self.error(f"its activation {name} is unknown")
        low, high = bounds
        return Activation(max(low, int(limits.min)), min(high, int(limits.max)))
