"""What each kernel of a C program is set to: a class for each struct of `kernels/`, grouped as in CMSIS-NN.

A kernel reads dimensions of its input and output, tiles (of a kernel, a stride, a padding, a pooling
window), zero points, the bounds of an activation and factors of requantization. `numbers` and
`requantizations` say which fields of the C struct these become.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

OPTIMIZATIONS = ("size", "speed", "ram")
"""What kernels are chosen for: the least flash, the fewest instructions, or the least RAM."""

COMPILER_FLAGS = {"size": "Os", "speed": "O2", "ram": "Os"}
"""What the compiler is told with each of them, without the dash."""

_SUM_LIMIT = 1 << 30  # what the narrow requantization takes; int32 itself is left to wide factors
_BIAS_LIMIT = 1 << 26
_SHARED_WIDTH = 252  # of a plane, two rows of which an instruction reaches


@dataclass(frozen=True)
class Dimensions:
    """Of an activation, without the batch."""

    height: int
    width: int
    channels: int

    def turned(self) -> "Dimensions":
        """With height for width."""
        return Dimensions(self.width, self.height, self.channels)


@dataclass(frozen=True)
class Tile:
    """A length along each of the two axes of an image."""

    height: int
    width: int

    def turned(self) -> "Tile":
        """With height for width."""
        return Tile(self.width, self.height)

    def numbers(self, name: str) -> dict[str, int]:
        return {f"{name}_height": self.height, f"{name}_width": self.width}


SINGLE = Tile(1, 1)


@dataclass(frozen=True)
class Activation:
    """The outputs in int8 that a fused activation lets through, bounds included."""

    lowest: int = -128
    highest: int = 127

    def within(self, bounds: "Activation") -> "Activation":
        """What both let through."""
        return Activation(max(self.lowest, bounds.lowest), min(self.highest, bounds.highest))

    def numbers(self) -> dict[str, int]:
        return {"lowest": self.lowest, "highest": self.highest}


UNBOUNDED = Activation()


@dataclass(frozen=True)
class ZeroPoints:
    """The integers that stand for zero in an input and in the output."""

    input: int
    output: int

    def numbers(self) -> dict[str, int]:
        return {"input_zero": self.input, "output_zero": self.output}


@dataclass(frozen=True)
class Requantization:
    """Of some sums: factor = `multipliers` / 2**31 * 2**`shifts`, after `biases` were added."""

    multipliers: tuple[int, ...]
    biases: tuple[int, ...]
    shifts: tuple[int, ...]
    largest_sum: int

    @property
    def narrow(self) -> bool:
        """Whether the short form holds them: right shifts of 1 or more, and room for each sum to be doubled."""
        right = all(-31 <= shift <= -1 for shift in self.shifts)
        return right and self.largest_sum < _SUM_LIMIT and all(abs(bias) < _BIAS_LIMIT for bias in self.biases)


@dataclass(frozen=True, kw_only=True)
class Settings(ABC):
    """Of a kernel.

    Attributes:
        kernel: the file in `kernels/` and the function that it defines.
        activation: what it lets through.
    """

    kernel: ClassVar[str]
    activation: Activation = UNBOUNDED

    @abstractmethod
    def numbers(self) -> dict[str, int]:
        """The whole numbers in the kernel's struct, by field."""

    def requantizations(self) -> dict[str, Requantization]:
        """Factors by field; those of `channels` are an array beside the struct, others lie in it."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Window:
    """What a convolution is set to before its weights are looked at.

    Attributes:
        output: behind the pooling.
        sums: rows and columns of the convolution that pooling windows see.
        kernel_size: of the window of weights.
        padding: zeros above and to the left of the input.
        pool: the pooling window; 1 by 1 where nothing is pooled.
        activation: what the kernel lets through.
    """

    input: Dimensions
    output: Dimensions
    sums: Tile
    kernel_size: Tile
    stride: Tile
    padding: Tile
    pool: Tile
    zero_points: ZeroPoints
    activation: Activation = UNBOUNDED


@dataclass(frozen=True, kw_only=True)
class ConvolutionSettings(Window, Settings):
    """Of every kernel that sums products of weights in a window.

    Attributes:
        requantization: of each output channel.
        turned: whether height and width have changed places.
    """

    requantization: Requantization
    turned: bool = False

    def numbers(self) -> dict[str, int]:
        return {
            "input_height": self.input.height,
            "input_width": self.input.width,
            "input_channels": self.input.channels,
            "output_height": self.output.height,
            "output_width": self.output.width,
            "output_channels": self.output.channels,
            "rows": self.sums.height,
            "columns": self.sums.width,
            "pad_top": self.padding.height,
            "pad_left": self.padding.width,
            **self.kernel_size.numbers("kernel"),
            **self.stride.numbers("stride"),
            **self.pool.numbers("pool"),
            **self.zero_points.numbers(),
            **self.activation.numbers(),
        }

    def requantizations(self) -> dict[str, Requantization]:
        return {"channels": self.requantization}


@dataclass(frozen=True)
class Band:
    """How the inputs of a stretch of windows are copied side by side.

    Attributes:
        column: numbers for one column of the input.
        step: numbers from one window to the next.
        words: of four weights for each output channel.
        stretch: outputs of a row that are worked on at a time.
    """

    column: int
    step: int
    words: int
    stretch: int

    def numbers(self) -> dict[str, int]:
        return {"column": self.column, "step": self.step, "words": self.words, "stretch": self.stretch}


@dataclass(frozen=True)
class Packing:
    """Bits of a weight; below 8, each pair of channels is unpacked into `room` words."""

    bits: int
    room: int

    def numbers(self) -> dict[str, int]:
        return {"bits": self.bits, "room": self.room}


@dataclass(frozen=True, kw_only=True)
class Conv(ConvolutionSettings):
    """A convolution over all input channels, or a dense layer as one of a single place.

    Attributes:
        band: how inputs are copied; None until `layout` has said so.
        packing: of the weights; None where no layer of the program packs them.
    """

    kernel: ClassVar[str] = "conv"
    band: Band | None = None
    packing: Packing | None = None

    def numbers(self) -> dict[str, int]:
        band = self.band.numbers() if self.band else {}
        packing = self.packing.numbers() if self.packing else {}
        return super().numbers() | band | packing


@dataclass(frozen=True, kw_only=True)
class Dense(ConvolutionSettings):
    """A convolution of one window, over all that there is: a dense layer.

    Attributes:
        together: how many channels are worked on at a time: four are fewer instructions, two less code; one where
            weights do not pair; of packed weights as many as share a halfword.
        bits: of a weight: 8, 4 or 2; None where no dense layer of the program packs them.
    """

    kernel: ClassVar[str] = "dense"
    together: int = 4
    bits: int | None = None

    @property
    def inputs(self) -> int:
        """How many numbers each output sees."""
        return self.input.height * self.input.width * self.input.channels

    def numbers(self) -> dict[str, int]:
        channels = {"outputs": self.output.channels, "together": self.together}
        bits = {} if self.bits is None else {"bits": self.bits}
        return super().numbers() | {"inputs": self.inputs} | channels | bits

    @property
    def packed(self) -> bool:
        """Whether its weights have fewer bits than a byte."""
        return self.bits in (2, 4)


@dataclass(frozen=True)
class Plane:
    """How one channel of the input is copied, borders included.

    Attributes:
        size: rows and columns of the copy.
        stripe: rows of outputs that it is for.
        batch: rows of outputs that are worked on at a time.
    """

    size: Tile
    stripe: int
    batch: int

    def numbers(self) -> dict[str, int]:
        return {"stripe": self.stripe, "batch": self.batch, **self.size.numbers("plane")}


@dataclass(frozen=True, kw_only=True)
class DepthwisePlane(ConvolutionSettings):
    """A convolution of each input channel by itself, which gives `multiplier` outputs; channels are copied one by one.

    Attributes:
        plane: how inputs are copied; None until `layout` has said so.
    """

    kernel: ClassVar[str] = "depthwise_plane"
    multiplier: int
    plane: Plane | None = None

    def numbers(self) -> dict[str, int]:
        plane = self.plane.numbers() if self.plane else {}
        return super().numbers() | {"multiplier": self.multiplier} | plane

    @property
    def of_threes(self) -> bool:
        """Whether its window is of 3 by 3, moves by one or two columns, and its plane may be as wide as other ones."""
        fits = self.plane is None or self.plane.size.width <= _SHARED_WIDTH
        return self.kernel_size == Tile(3, 3) and self.stride.width <= 2 and fits


@dataclass(frozen=True, kw_only=True)
class Depthwise(ConvolutionSettings):
    """The same with inputs read where they lie; the input's zero point is no part of the biases."""

    kernel: ClassVar[str] = "depthwise"
    multiplier: int

    def numbers(self) -> dict[str, int]:
        return super().numbers() | {"multiplier": self.multiplier}


@dataclass(frozen=True, kw_only=True)
class DepthwiseFours(ConvolutionSettings):
    """As `Depthwise`, four channels at a time, each of which gives one output."""

    kernel: ClassVar[str] = "depthwise_fours"


@dataclass(frozen=True, kw_only=True)
class Pool(Settings):
    """The largest value or the mean of each pooling window."""

    kernel: ClassVar[str] = "pool"
    input: Dimensions
    output: Tile
    window: Tile
    stride: Tile
    padding: Tile
    average: bool

    def numbers(self) -> dict[str, int]:
        return {
            "input_height": self.input.height,
            "input_width": self.input.width,
            "channels": self.input.channels,
            "pad_top": self.padding.height,
            "pad_left": self.padding.width,
            "average": int(self.average),
            **self.output.numbers("output"),
            **self.window.numbers("window"),
            **self.stride.numbers("stride"),
            **self.activation.numbers(),
        }


@dataclass(frozen=True)
class Axes:
    """A shape as three axes, of which the middle one is reduced."""

    outer: int
    reduced: int
    inner: int

    def numbers(self) -> dict[str, int]:
        return {"outer": self.outer, "reduced": self.reduced, "inner": self.inner}


@dataclass(frozen=True, kw_only=True)
class ReduceMax(Settings):
    """The largest value along an axis."""

    kernel: ClassVar[str] = "reduce_max"
    axes: Axes

    def numbers(self) -> dict[str, int]:
        return self.axes.numbers()


@dataclass(frozen=True, kw_only=True)
class Mean(Settings):
    """The mean along an axis."""

    kernel: ClassVar[str] = "mean"
    axes: Axes
    output_zero_point: int
    requantization: Requantization

    def numbers(self) -> dict[str, int]:
        return self.axes.numbers() | {"output_zero": self.output_zero_point}

    def requantizations(self) -> dict[str, Requantization]:
        return {"channel": self.requantization}


@dataclass(frozen=True, kw_only=True)
class Lookup(Settings):
    """A table of 256 outputs, for `count` values."""

    kernel: ClassVar[str] = "lookup"
    count: int

    def numbers(self) -> dict[str, int]:
        return {"number": self.count}


@dataclass(frozen=True, kw_only=True)
class Softmax(Settings):
    """Softmax of each row.

    Attributes:
        multiplier, shift: the factor of a difference of inputs.
        lowest_difference: below it the exponential is 0.
        rows: how many softmaxes there are.
        classes: values of each.
    """

    kernel: ClassVar[str] = "softmax"
    multiplier: int
    shift: int
    lowest_difference: int
    rows: int
    classes: int

    def numbers(self) -> dict[str, int]:
        return {
            "multiplier": self.multiplier,
            "shift": self.shift,
            "lowest_difference": self.lowest_difference,
            "rows": self.rows,
            "classes": self.classes,
        }


@dataclass(frozen=True)
class Counts:
    """How many values the result and each operand have."""

    result: int
    first: int
    second: int

    def numbers(self) -> dict[str, int]:
        return {"number": self.result, "one_number": self.first, "other_number": self.second}


@dataclass(frozen=True, kw_only=True)
class Add(Settings):
    """The sum of two tensors; each operand is requantized, and their sum."""

    kernel: ClassVar[str] = "add"
    counts: Counts
    output_zero_point: int
    first: Requantization
    second: Requantization
    sum: Requantization

    def numbers(self) -> dict[str, int]:
        return self.counts.numbers() | self.activation.numbers() | {"output_zero": self.output_zero_point}

    def requantizations(self) -> dict[str, Requantization]:
        return {"one": self.first, "other": self.second, "sum": self.sum}


@dataclass(frozen=True, kw_only=True)
class Mul(Settings):
    """The product of two tensors."""

    kernel: ClassVar[str] = "mul"
    counts: Counts
    first_zero_point: int
    second_zero_point: int
    output_zero_point: int
    product: Requantization

    def numbers(self) -> dict[str, int]:
        return {
            "one_zero": self.first_zero_point,
            "other_zero": self.second_zero_point,
            "output_zero": self.output_zero_point,
            **self.counts.numbers(),
            **self.activation.numbers(),
        }

    def requantizations(self) -> dict[str, Requantization]:
        return {"product": self.product}


@dataclass(frozen=True, kw_only=True)
class Loops(Settings):
    """Of a kernel in plain loops: the module that lowers the operator says what is in its struct.

    Attributes:
        source: the file in `kernels/` and the function that it defines.
        fields: numbers in the struct, by field.
        arrays: constants that the struct points to, by field.
        types: what stands for a type in the source, such as `value` for `nn_value_t`, and the type of C in its place.
    """

    kernel: ClassVar[str] = "loops"
    source: str
    fields: Mapping[str, int | float] = field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def function(self) -> str:
        """The name of the function, without its prefix: of one source there is one for each choice of types."""
        return "_".join((self.source, *(kind.removesuffix("_t") for kind in self.types.values())))

    def numbers(self) -> dict[str, int]:
        return {name: value for name, value in self.fields.items() if isinstance(value, int)}
