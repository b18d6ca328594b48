"""The layers of `equal_layers` with the rounding that a device will do: few-bit kernels, 8-bit activations.

Weights keep their floats and are rounded to a grid on their way into the layer; the gradient passes the rounding as if
it were not there. The step of the grid is a weight of its own and learns with the others (learned step size
quantization, Esser et al., arXiv:1902.08153). Activations are rounded to 8 bits over a range that follows the batches
as a moving average (Jacob et al., arXiv:1712.05877).
"""

import numpy as np
import numpy.typing as npt

from featherline.networks.backend import keras
from featherline.networks.equal_layers import (
    Affine,
    Array,
    Convolution,
    Dense,
    DepthwiseConvolution,
    Layer,
    array_on_grid,
)

ACTIVATION_BITS = 8
LEAST_STEP = 1e-6
LEAST_RANGE = 1e-6
RANGE_BITS = 16
"""Bits of a range below its own magnitude: finer than anybody could tell of 255 steps, far above what processors
differ by."""

# A few hundred steps are all there is: a range that follows slower would stay behind.
_RANGE_MOMENTUM = 0.98


def levels(bits: int) -> int:
    """The largest integer of a symmetric grid: 127 for 8 bits, 7 for 4, 1 for 2 (three levels)."""
    return (1 << (bits - 1)) - 1


class _Rounded(Affine):
    """A kernel on its grid; its step is the last of the layer's weights, of a shape that broadcasts with the kernel."""

    def __init__(self, layer: keras.Layer, dtype: str):
        super().__init__(layer, dtype)
        self._most = float(levels(layer.bits))

    def kernel(self) -> Array:
        self._step = np.maximum(self.weights[-1], LEAST_STEP)
        self._ratio = self.weights[0] / self._step
        self._levels: Array = np.rint(np.clip(self._ratio, -self._most, self._most))
        rounded: Array = self._levels * self._step
        return rounded

    def kernel_gradients(self, upstream: Array) -> list[Array]:
        passed = upstream * (np.abs(self._ratio) <= self._most)
        by_step = upstream * self._levels - passed * self._ratio
        axes = tuple(axis for axis, size in enumerate(self._step.shape) if size == 1)
        of_step = by_step.sum(axis=axes, keepdims=True) * (self.weights[-1] >= LEAST_STEP)
        return [passed, of_step]


class RoundedConvolution(_Rounded, Convolution):
    """A convolution whose kernel has few bits."""


class RoundedDepthwiseConvolution(_Rounded, DepthwiseConvolution):
    """A depthwise convolution whose kernel has few bits."""


class RoundedDense(_Rounded, Dense):
    """A dense layer whose kernel has few bits."""


class RoundedActivations(Layer):
    """Activations on 2^8 levels between two moving averages, low and high, of which 0 is one."""

    def forward(self, inputs: Array, training: bool) -> Array:
        low, high = self.weights
        if training:
            for bound, extreme in ((low, inputs.min()), (high, inputs.max())):
                bound[...] = _RANGE_MOMENTUM * bound + (1 - _RANGE_MOMENTUM) * array_on_grid(extreme, RANGE_BITS)
        most = 2.0**ACTIVATION_BITS - 1
        # Zero must be one of the levels: padding and ReLU give it exactly.
        bottom, top = np.minimum(low, 0.0), np.maximum(high, LEAST_RANGE)
        step = (top - bottom) / most
        zero = np.rint(-bottom / step)
        bottom, top = -zero * step, (most - zero) * step
        self._inside: npt.NDArray[np.bool_] = (inputs >= bottom) & (inputs <= top)
        outputs = np.clip(inputs, bottom, top)
        outputs -= bottom
        outputs /= step
        np.rint(outputs, out=outputs)
        outputs *= step
        outputs += bottom
        return outputs

    def backward(self, upstream: Array, last: bool) -> Array | None:
        return upstream * self._inside

    def set_range(self, low: float, high: float) -> None:
        """Begins with another range than the layer came with."""
        self.weights[0][...], self.weights[1][...] = low, high
