"""Real numbers to the integers of a quantized tensor and back, the same for every runtime."""

import numpy as np

from featherline.tflite.model import Tensor


def quantize(values: np.ndarray, tensor: Tensor) -> np.ndarray:
    """Features as an input tensor takes them.

    round(value / scale) + zero point, clipped to the type. The division is in float32 and
    halves round away from zero, as in the QUANTIZE operator of TensorFlow Lite and of
    TensorFlow Lite Micro, so a device that quantizes its features feeds the same integers.
    A tensor that is not quantized takes the values as they are.

    Args:
        values: float, any shape.
        tensor: an input of a model.

    Returns:
        The same shape, in the tensor's type.
    """
    if tensor.scale is None:
        return values.astype(tensor.type)
    limits = np.iinfo(tensor.type)
    return np.asarray(np.clip(steps(values, tensor), limits.min, limits.max), tensor.type)


def steps(values: np.ndarray, tensor: Tensor) -> np.ndarray:
    """The whole numbers that a quantized tensor would have for values if its type had no limits, as float64."""
    scale, zero_point = _quantization(tensor)
    ratios = np.asarray(values, np.float32) / np.asarray(scale, np.float32)
    exact = np.asarray(ratios, np.float64)
    # Adding the half in float64: in float32, 0.49999997 + 0.5 is 1.
    return np.asarray(np.trunc(exact + np.copysign(0.5, exact)) + zero_point)


def dequantize(values: np.ndarray, tensor: Tensor) -> np.ndarray:
    """What the integers of an output tensor stand for: (value - zero point) * scale, as float32."""
    if tensor.scale is None:
        return values.astype(np.float32)
    scale, zero_point = _quantization(tensor)
    return np.asarray((values.astype(np.float64) - zero_point) * scale, np.float32)


def _quantization(tensor: Tensor) -> tuple[float, int]:
    """Scale and zero point of a tensor that has one of each."""
    if not tensor.scale or not tensor.zero_point:
        raise ValueError(f"tensor {tensor.index} ({tensor.name}) is not quantized")
    return tensor.scale[0], tensor.zero_point[0]
