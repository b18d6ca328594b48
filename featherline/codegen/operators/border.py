"""Operators between number formats: QUANTIZE, DEQUANTIZE and CAST, at the ends of a network and within."""

from collections.abc import Container, Sequence

import numpy as np

from featherline.codegen import fixed_point
from featherline.codegen.layers import Layer
from featherline.codegen.operators.step import Step
from featherline.codegen.settings import Lookup, Loops

_TURNING = ("quantize", "dequantize", "rescale")  # kernels between the caller's numbers and those of the network

_REQUANTIZED = {
    "int8": ("int8", "uint8", "int16", "int32"),
    "uint8": ("int8",),
    "int16": ("int8", "int16", "int32"),
    "int32": ("int8", "int16"),
}


def quantize(step: Step) -> Layer:
    """QUANTIZE of float32, or from one quantization to another."""
    source, result = step.source, step.result
    zero = step.zero_point(result)
    limits = np.iinfo(result.type)
    bounds = {"lowest": int(limits.min), "highest": int(limits.max)}
    fields: dict[str, int | float] = {"number": result.elements}
    if source.type == "float32":
        step.check_types([result], ("int8", "uint8", "int16"))
        fields |= {"scale": step.scale(result), "zero": zero, **bounds}
        return step.loops("quantize", fields, types={"value": result.type})
    if result.type not in _REQUANTIZED.get(source.type, ()):
        raise step.error(f"it turns {source.type} into {result.type}")
    multiplier, shift = fixed_point.quantized(step.scale(source) / step.scale(result))
    input_zero = step.zero_point(source)
    if source.type == result.type == "int8":
        values = [fixed_point.scaled(value - input_zero, multiplier, shift) + zero for value in range(-128, 128)]
        return step.layer(Lookup(count=source.elements), np.clip(values, -128, 127).astype(np.int8))
    fields |= {"input_zero": input_zero, "multiplier": multiplier, "shift": shift, "output_zero": zero, **bounds}
    return step.loops("rescale", fields, types={"value": source.type, "result": result.type})


def dequantize(step: Step) -> Layer:
    """DEQUANTIZE to float32."""
    step.check_types([step.source], ("int8", "uint8", "int16"))
    step.check_types([step.result], ("float32",))
    fields = {"number": step.result.elements, "scale": step.scale(step.source), "zero": step.zero_point(step.source)}
    return step.loops("dequantize", fields, types={"value": step.source.type})


def cast(step: Step) -> Layer:
    """CAST between whole numbers and truths, and to real numbers."""
    source, result = step.source, step.result
    if source.type == "float32" and result.type != "float32":
        raise step.error("it turns real numbers into whole ones")
    fields = {"number": result.elements, "truth": int(result.type == "bool")}
    return step.loops("cast", fields, types={"value": source.type, "result": result.type})


def sorted_out(
    layers: Sequence[Layer], inputs: Sequence[int], outputs: Sequence[int], states: Container[int]
) -> tuple[list[Layer], int, int]:
    """Brings what only turns numbers of the caller into those of the network to the front, and the way back to the end.

    Args:
        layers: of a network, in order.
        inputs, outputs: buffers of its ends.
        states: buffers that outlive an inference.

    Returns:
        The layers, how many of the first turn inputs, and how many of the last turn outputs. An input that is read by
        anything else, or an output that is, counts as one of the network's own.
    """
    readers: dict[int, list[int]] = {}
    writers: dict[int, list[int]] = {}
    for place, layer in enumerate(layers):
        for buffer in layer.inputs:
            if isinstance(buffer, int):
                readers.setdefault(buffer, []).append(place)
        writers.setdefault(layer.output, []).append(place)

    def turns(place: int) -> bool:
        layer = layers[place]
        settings = layer.settings
        return isinstance(settings, Loops) and settings.source in _TURNING and isinstance(layer.inputs[0], int)

    first = [
        places[0]
        for buffer in inputs
        if len(places := readers.get(buffer, [])) == 1 and turns(places[0]) and layers[places[0]].output not in outputs
    ]
    last = [
        place
        for buffer in outputs
        if not readers.get(buffer)
        and turns(place := writers[buffer][0])
        and place not in first
        and layers[place].inputs[0] not in (*inputs, *outputs, *(layers[entry].output for entry in first))
        and layers[place].inputs[0] not in states
    ]
    sources = [layers[place].inputs[0] for place in last]
    last = [place for place, source in zip(last, sources, strict=True) if sources.count(source) == 1]
    middle = [place for place in range(len(layers)) if place not in first and place not in last]
    if not middle:
        return list(layers), 0, 0
    return [layers[place] for place in (*first, *middle, *last)], len(first), len(last)
