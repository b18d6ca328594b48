"""Where quantization loses: each layer's activations against those of the float network."""

from dataclasses import asdict, dataclass

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.interpreters.values import dequantize, quantize
from featherline.tflite import model as tflite
from featherline.tflite import reference as kernels

# They change how values are held, not what is calculated, and stand in quantized models alone.
_CONVERSIONS = ("QUANTIZE", "DEQUANTIZE")


@dataclass(frozen=True)
class Layer:
    """How far the output of an operator is from that of the float model.

    Attributes:
        operator: its name.
        place: which operator it is, conversions between types not counted; the first is 0.
        shape: of its output.
        snr_db: signal-to-noise ratio, 10 log10(sum of squares of the float activations / sum of
            squares of the differences) over all items; None where nothing differs.
    """

    operator: str
    place: int
    shape: tuple[int, ...]
    snr_db: float | None


def by_layer(reference: bytes, quantized: bytes, items: np.ndarray) -> list[Layer]:
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
    other_names, others = _activations(quantized, items)
    if names != other_names:
        raise FeatherlineError(
            f"The quantized model has the operators {', '.join(other_names)}, and the float model "
            f"{', '.join(names)}: their layers cannot be compared."
        )
    return [
        Layer(name, place, signal.shape[1:], _snr_db(signal, other))
        for place, (name, signal, other) in enumerate(zip(names, signals, others, strict=True))
    ]


WORST = 3


def summary(layers: list[Layer], items: int) -> dict:
    """Plain data: every layer in order, and the places of the worst ones, the worst first.

    Args:
        layers: as of `by_layer`.
        items: how many items they were compared on.
    """
    noisy = sorted((layer for layer in layers if layer.snr_db is not None), key=lambda layer: layer.snr_db)
    return {
        "items": items,
        "layers": [asdict(layer) | {"shape": list(layer.shape)} for layer in layers],
        "worst": [layer.place for layer in noisy[:WORST]],
    }


def _snr_db(signal: np.ndarray, other: np.ndarray) -> float | None:
    power, noise = np.sum(signal**2), np.sum((signal - other) ** 2)
    if noise == 0:
        return None
    return round(float(10 * np.log10(max(power, np.finfo(float).tiny) / noise)), 2)


def _activations(content: bytes, items: np.ndarray) -> tuple[list[str], list[np.ndarray]]:
    """Names of the operators of a model, and the output of each for all items as float64."""
    model = tflite.parse(content, "the model")
    operators = [operator for operator in model.operators if operator.name not in _CONVERSIONS]
    results = [operator.outputs[0] for operator in operators]
    found = list(kernels.activations(content, quantize(items, model.inputs[0]), [tensor.index for tensor in results]))
    outputs = [
        np.concatenate([dequantize(values[place], tensor) for values in found]).astype(np.float64)
        for place, tensor in enumerate(results)
    ]
    return [operator.name for operator in operators], outputs
