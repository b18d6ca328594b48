"""The quantization error of each layer: its activations against those of the float network."""

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.interpreters.values import dequantize, quantize
from featherline.records.model import LayerError, QuantizationError
from featherline.tflite import model as tflite
from featherline.tflite import reference as kernels

# They change how values are held, not what is calculated, and stand in quantized models alone.
_CONVERSIONS = ("QUANTIZE", "DEQUANTIZE")


def by_layer(reference: bytes, quantized: bytes, items: np.ndarray) -> list[LayerError]:
    """Compares two models operator by operator.

    Both run on LiteRT's reference kernels, each on the output of its own layer before: noise adds
    up from layer to layer as it does on the device.

    Args:
        reference: a float .tflite file of one input.
        quantized: the same network under another scheme.
        items: float32, shape (items, height, width, channels).

    Raises:
        FeatherlineError: where the operators of the two do not correspond.
    """
    names, signals = _activations(reference, items)
    quantized_names, quantized_signals = _activations(quantized, items)
    if names != quantized_names:
        raise FeatherlineError(
            f"The quantized model has the operators {', '.join(quantized_names)}, and the float model "
            f"{', '.join(names)}: their layers cannot be compared."
        )
    return [
        LayerError(operator=name, place=place, shape=signal.shape[1:], snr_db=_snr_db(signal, quantized_signal))
        for place, (name, signal, quantized_signal) in enumerate(zip(names, signals, quantized_signals, strict=True))
    ]


WORST = 3


def summary(layers: list[LayerError], items: int) -> QuantizationError:
    """Every layer in order, and the places of the noisiest ones, the noisiest first.

    Args:
        layers: as of `by_layer`.
        items: how many items they were compared on.
    """
    noisy = sorted((layer.snr_db, layer.place) for layer in layers if layer.snr_db is not None)
    return QuantizationError(items=items, layers=tuple(layers), worst=tuple(place for _, place in noisy[:WORST]))


def _snr_db(signal: np.ndarray, quantized: np.ndarray) -> float | None:
    power, noise = np.sum(signal**2), np.sum((signal - quantized) ** 2)
    if noise == 0:
        return None
    return round(float(10 * np.log10(max(power, np.finfo(float).tiny) / noise)), 2)


def _activations(content: bytes, items: np.ndarray) -> tuple[list[str], list[np.ndarray]]:
    """Names of the operators of a model, and the output of each for all items as float64."""
    model = tflite.parse(content, "the model")
    results = [
        (operator.name, tensor)
        for operator in model.operators
        if operator.name not in _CONVERSIONS and (tensor := operator.outputs[0]) is not None
    ]
    activations = list(
        kernels.activations(content, quantize(items, model.inputs[0]), [tensor.index for _, tensor in results])
    )
    outputs = [
        np.concatenate([dequantize(values[place], tensor) for values in activations]).astype(np.float64)
        for place, (_, tensor) in enumerate(results)
    ]
    return [name for name, _ in results], outputs
