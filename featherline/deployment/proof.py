"""What is published of each converted model: the smallest form that TensorFlow Lite Micro runs alike, and its C."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.deployment import forms, programs
from featherline.deployment.conversion import Converted
from featherline.evaluation import quantization_error
from featherline.params import Variant
from featherline.records.frontend import FrontEndFile
from featherline.records.model import QuantizationError
from featherline.tflite.plan import Planned


@dataclass(frozen=True)
class Proven:
    """A converted model after it ran.

    Attributes:
        forms: what of it is published.
        program: its C, or why there is none.
        layer_errors: the quantization error of each layer, as of `evaluation.quantization_error.summary`.
    """

    forms: forms.Deployment
    program: programs.Program
    layer_errors: QuantizationError


@dataclass(frozen=True)
class Fed:
    """What a variant of the network is fed.

    Attributes:
        items: the test split, float32, shape (items, height, width, channels).
        calibration: items on which layers are compared with those of the float model, in the same form.
        frontend: what computes both.
    """

    items: np.ndarray
    calibration: np.ndarray
    frontend: FrontEndFile


def prove_all(
    converted: Mapping[Planned, Converted],
    fed: Mapping[Variant, Fed],
    headline: str,
    optimize: str,
) -> dict[Planned, Proven]:
    """Runs every converted model in worker processes.

    Args:
        converted: the models.
        fed: what each variant takes.
        headline: name of the model that gets sketches beside its C.
        optimize: what the C is written for, as of `codegen.lower`.

    Raises:
        FeatherlineError: where a smaller form answers otherwise, or a model kills LiteRT.
    """
    calls = [
        isolation.Call(prove, (entry, model, fed[entry.variant], entry.name == headline, optimize))
        for entry, model in converted.items()
    ]
    proven: dict[Planned, Proven] = {}
    for (entry, model), outcome in zip(converted.items(), isolation.run(calls, "prove equal"), strict=True):
        if isinstance(outcome, isolation.Crashed):
            outcome = _after_crash(entry, model, fed[entry.variant].calibration)
        proven[entry] = outcome
    return proven


def prove(entry: Planned, model: Converted, fed: Fed, with_sketches: bool, optimize: str) -> Proven:
    """Runs one converted model; call it through `featherline.core.isolation`.

    Args, Raises: as for `prove_all` and `programs.write_c`.
    """
    published = forms.deploy(model.source, model.packed, fed.items)
    if published.reason is None:
        program = programs.write_c(published.content, entry.file, fed.items, fed.frontend, with_sketches, optimize)
    else:
        program = _without_c(published.reason)
    return Proven(published, program, _layer_errors(model, fed.calibration))


def _after_crash(entry: Planned, model: Converted, calibration: np.ndarray) -> Proven:
    """What is left of a model that killed the process in which it ran."""
    [layer_errors] = isolation.run([isolation.Call(_layer_errors, (model, calibration))], "compare layers", workers=1)
    if isinstance(layer_errors, isolation.Crashed):
        raise FeatherlineError(f"{entry.name} crashes LiteRT too: leave its scheme out of quantize in params.yaml.")
    return Proven(forms.refused(model.source, isolation.CRASH), _without_c(isolation.CRASH), layer_errors)


def _without_c(refusal: str) -> programs.Program:
    return programs.Program({}, f"TensorFlow Lite Micro does not run it: {refusal}")


def _layer_errors(model: Converted, calibration: np.ndarray) -> QuantizationError:
    layers = quantization_error.by_layer(model.reference, model.source, calibration)
    return quantization_error.summary(layers, len(calibration))
