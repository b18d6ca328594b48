"""What no C is written for: each refusal names the operator or tensor, the reason, and what to do instead."""

import math

import numpy as np

from featherline.codegen import folding, kernel_sources
from featherline.codegen.layers import Network
from featherline.codegen.operators import KNOWN, LEFT_OUT, LOWER, ONE_TO_ONE
from featherline.codegen.operators.step import C_TYPES, Step
from featherline.core.errors import FeatherlineError
from featherline.tflite import tflm_forms, tflm_operators
from featherline.tflite.model import Model

_MOST_ELEMENTS = 1 << 24  # of an activation or a state: more than any microcontroller has room for
# TensorFlow Lite Micro refuses these operators with more axes, or ends on them.
_TFLM_AXES = {"BROADCAST_TO": 5, "PAD": 5, "PADV2": 5, "SLICE": 5, "STRIDED_SLICE": 4, "TRANSPOSE": 5}


def check_model(model: Model) -> None:
    """Refuses a model by what its file says, before anything is lowered; raises `FeatherlineError`."""
    if not model.inputs or not model.outputs:
        raise FeatherlineError(f"{model.path} has no input or no output: no C can be written.")
    _check_known(model)
    _check_written(model)
    _check_ends(model)
    _check_sizes(model)


def check_operator(step: Step) -> None:
    """Refuses an operator by the types, shapes and scales of its tensors."""
    name = step.operator.name
    kinds = LOWER[name].kinds if name in LOWER else None
    operands = [tensor for tensor in folding.reads(step.operator) if not step.is_constant(tensor)]
    for tensor in (*operands, *step.operator.outputs):
        if tensor is None or tensor.type == "resource":
            continue
        if kinds is not None and tensor.type not in kinds:
            raise step.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type} instead of {' or '.join(kinds)}")
        if tensor.type not in C_TYPES:
            raise step.error(f"tensor {tensor.index} ({tensor.name}) is {tensor.type}, which no C can hold")
        if min(tensor.shape, default=1) < 1:
            raise step.error(f"tensor {tensor.index} ({tensor.name}) has the shape {list(tensor.shape)}")
        if tensor.scale is not None and tensor.type in ("int8", "uint8", "int16"):
            step.check_quantized(tensor)
            limits = np.iinfo(tensor.type)
            if not limits.min <= step.zero_point(tensor) <= limits.max:
                raise step.error(f"tensor {tensor.index} ({tensor.name}) has the zero point {step.zero_point(tensor)}")
    if name not in ("CALL_ONCE", "ASSIGN_VARIABLE"):
        step.result  # noqa: B018, refused where it is missing
    if kinds in (("int8",), ("int8", "int16")):
        for tensor in (step.source, step.result):
            step.check_quantized(tensor)
    axes = len(step.result.shape if name == "BROADCAST_TO" else step.source.shape) if name in _TFLM_AXES else 0
    if axes > _TFLM_AXES.get(name, 0):
        raise step.error(f"it has {axes} axes, and TensorFlow Lite Micro takes {_TFLM_AXES[name]} of them")
    if name in ONE_TO_ONE and step.source.elements != step.result.elements:
        raise step.error(f"{step.source.elements} numbers go in and {step.result.elements} come out")


def check_fields(model: Model, network: Network) -> None:
    """Refuses numbers that are too large for the structs of the kernels."""
    for place, layer in enumerate(network.layers):
        for name, value in layer.settings.numbers().items():
            if not kernel_sources.holds(layer.settings, name, value):
                raise FeatherlineError(
                    f"{model.path}: no C can be written for {layer.operators[0]} (layer {place}): its {name} is "
                    f"{value}, more than its kernel can hold."
                )


def check_scales(model: Model) -> None:
    """Refuses scales that no operator has looked at, such as those of biases."""
    for tensor in model.tensors:
        if not all(0 <= scale < math.inf for scale in tensor.scale or ()):
            raise FeatherlineError(
                f"{model.path}: tensor {tensor.index} ({tensor.name}) has a scale that is no positive number: no C can "
                "be written, convert it again."
            )


def _check_known(model: Model) -> None:
    """Refuses a model for all operators at once that no C can be written for."""
    missing = list(dict.fromkeys(op.name for op in model.operators if op.name not in KNOWN or op.kind != "builtin"))
    if missing:
        place = next(place for place, operator in enumerate(model.operators) if operator.name == missing[0])
        names = ", ".join(missing[:-1]) + " and " + missing[-1] if missing[1:] else f"{missing[0]} (operator {place})"
        if all(name in tflm_operators.CUSTOM and name.startswith("Signal") for name in missing):
            raise FeatherlineError(
                f"{model.path}: no C can be written for {names}: they are the audio front end of TensorFlow Lite "
                "Micro, which no other runtime has: run this model there, or compute the features with a front end of "
                "Featherline (docs/front-end-in-c.md), and write the network behind it as C."
            )
        runs = all(tflm_forms.has_kernel(operator) for operator in model.operators if operator.name in missing)
        raise FeatherlineError(
            f"{model.path}: no C can be written for {names}, which Featherline does not know: build the network "
            f"without {'them' if missing[1:] else 'it'}{', or run it with TensorFlow Lite Micro' if runs else ''}."
            + "".join(f" {name}: {LEFT_OUT[name]}." for name in missing if name in LEFT_OUT)
        )


def _check_written(model: Model) -> None:
    """Refuses an operator that would write over values of the file, which lie in flash."""
    for place, operator in enumerate(model.operators):
        for tensor in operator.outputs:
            if tensor is not None and tensor.constant:
                raise FeatherlineError(
                    f"{model.path}: no C can be written for {operator.name} (operator {place}): tensor {tensor.index} "
                    f"({tensor.name}), which it writes, has values of its own: convert it again."
                )


def _check_ends(model: Model) -> None:
    """Refuses ends that are no numbers."""
    for tensor in (*model.inputs, *model.outputs):
        if tensor.type not in C_TYPES:
            raise FeatherlineError(
                f"{model.path}: tensor {tensor.index} ({tensor.name}), an end of the model, is {tensor.type}: no C can "
                f"be written, make it one of {', '.join(C_TYPES)}."
            )


def _check_sizes(model: Model) -> None:
    """Refuses tensors that no microcontroller could hold."""
    for tensor in model.tensors:
        if not tensor.constant and tensor.elements > _MOST_ELEMENTS:
            raise FeatherlineError(
                f"{model.path}: tensor {tensor.index} ({tensor.name}) has {tensor.elements:,} values, more than a "
                "microcontroller can hold: no C can be written, convert it again."
            )
