"""What the command `benchmark` measures of one model of any origin, as `featherline.records.single_model` has it."""

import hashlib
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np

from featherline.core import machine
from featherline.evaluation import measurement, proof
from featherline.evaluation.boards import Boards, estimates
from featherline.evaluation.trial import LiteRt
from featherline.interpreters import tflm
from featherline.records.model import RangeFit
from featherline.records.single_model import (
    ClassAccuracy,
    CoreRun,
    Host,
    HostShare,
    InputPort,
    Latency,
    LiteRtRun,
    Port,
    Reconstruction,
    SingleModel,
    Weight,
    WeightSum,
)
from featherline.records.structure import TimedStep
from featherline.tflite import model as tflite
from featherline.tflite import profile
from featherline.tflite.options import Options
from featherline.tflite.weights import is_weight
from featherline.tflite.wording import findings, tensor_labels

_PACKAGES = ("ai-edge-litert", "numpy", "tflite-micro")


def build(
    model: tflite.Model,
    examination: tflm.Examination,
    run: LiteRt,
    settings: dict[str, int],
    accuracy: ClassAccuracy | None,
    boards: Boards,
    fits: list[RangeFit | None] | None = None,
    core: CoreRun | None = None,
    reconstruction: Reconstruction | None = None,
) -> SingleModel:
    """Puts the record of one model together.

    Args:
        model: as read.
        examination: by TensorFlow Lite Micro.
        run: on LiteRT.
        settings: {"runs", "warmup_runs", "threads"}, with which latency was measured.
        accuracy: None without data.
        boards: to estimate for.
        fits: how the data lies in the range of each input; None without data.
        core: what its C takes on an emulated core; None where it was not run.
        reconstruction: of an autoencoder with data; None of any other model.
    """
    is_open = any(tensor.dynamic for tensor in model.tensors)
    shaped = profile.at(model, run.shapes) if is_open and run.shapes else model
    model_profile = profile.examine(shaped)
    labels = tensor_labels(model)
    weights = tuple(
        Weight(
            subgraph=tensor.subgraph,
            index=tensor.index,
            name=label,
            type=tensor.type,
            number=tensor.elements,
            bytes=tensor.bytes,
        )
        for tensor, label in zip(model.tensors, labels, strict=True)
        if is_weight(tensor)
    )
    refused = _refused(model, examination.reason)
    if core is None:
        core = CoreRun(figures=None, reason="It was not asked for.")
    elif core.figures and examination.reason not in (None, tflm.MISSING):  # as `to-c` has it
        core = CoreRun(figures=None, reason=proof.no_c(examination.reason))
    times = run.operator_us or [None] * len(model.operators)
    return SingleModel(
        name=Path(model.path).stem,
        file=str(model.path),
        sha256=hashlib.sha256(Path(model.path).read_bytes()).hexdigest(),
        size=measurement.size_of(model, shaped),
        weights=weights,
        weights_by_type=_by_type(weights),
        inputs=tuple(
            InputPort(**_port(tensor).model_dump(), data=fit)
            for tensor, fit in zip(model.inputs, fits or [None] * len(model.inputs), strict=True)
        ),
        outputs=tuple(_port(tensor) for tensor in model.outputs),
        operator_set=tflite.operator_set(model),
        operators=measurement.operators_of(model),
        findings=tuple(findings(model)),
        memory=profile.memory_record(model_profile),
        shapes="file" if shaped is model else "run",
        tensors=profile.tensor_records(shaped, model_profile, labels),
        steps=tuple(
            TimedStep(
                **step.model_dump() | {"tflm": step.tflm and step.index != refused} | _options(operator.options), us=us
            )
            for step, operator, us in zip(profile.step_records(model_profile), model.operators, times, strict=True)
        ),
        tflm=measurement.tflm_of(examination),
        litert=LiteRtRun(runs=run.reason is None, reason=run.reason),
        latency=None if run.latency is None else Latency.model_validate(settings | run.latency),
        host_kinds=_host_shares(model, times),
        accuracy=accuracy,
        reconstruction=reconstruction,
        core=core,
        state_bytes=_state_bytes(model),
        boards=estimates(boards, model.file_bytes, examination.arena_bytes, examination.reason),
        machine=Host.model_validate(machine.host()),
        versions={package: _version(package) for package in _PACKAGES},
    )


def _options(options: Options | None) -> dict[str, object]:
    """Stride, padding, dilation and activation of an operator; what it has no option for is left out."""

    def both(height: str, width: str) -> tuple[int, int] | None:
        pair = getattr(options, height, None), getattr(options, width, None)
        return None if pair[0] is None or pair[1] is None else (pair[0], pair[1])

    values = {
        "stride": both("stride_h", "stride_w"),
        "padding": getattr(options, "padding", None),
        "dilation": both("dilation_h_factor", "dilation_w_factor"),
        "activation": getattr(options, "fused_activation_function", None),
    }
    return {name: value for name, value in values.items() if value is not None}


def _host_shares(model: tflite.Model, times: Sequence[float | None]) -> tuple[HostShare, ...]:
    """The share of each kind of operator in the times of operators that ran alone, the costliest first."""
    kinds: dict[str, float] = {}
    for operator, mean_us in zip(model.operators, times, strict=True):
        if mean_us is not None:
            kinds[operator.name] = kinds.get(operator.name, 0.0) + mean_us
    total_us = sum(kinds.values())
    return tuple(
        HostShare(operators=name, mean_us=round(us, 2), share_pct=round(100 * us / total_us, 1))
        for name, us in sorted(kinds.items(), key=lambda entry: -entry[1])
        if total_us
    )


def _refused(model: tflite.Model, reason: str | None) -> int | None:
    """The operator that TensorFlow Lite Micro stumbles over, by its place among all; None where it does not say."""
    met = re.match(r"(\S+) \(operator (\d+)(?: of subgraph (\d+))?[,)]", reason or "")
    if met is None:
        return None
    subgraph = int(met[3] or 0)
    places = [place for place, operator in enumerate(model.operators) if operator.subgraph == subgraph]
    number = int(met[2])
    return places[number] if number < len(places) and model.operators[places[number]].name == met[1] else None


def _by_type(weights: tuple[Weight, ...]) -> dict[str, WeightSum]:
    """How many numbers of each type there are, in how many bytes, by name of the type."""
    types = sorted({weight.type for weight in weights})
    of_type = {kind: [weight for weight in weights if weight.type == kind] for kind in types}
    return {
        kind: WeightSum(number=sum(weight.number for weight in members), bytes=sum(weight.bytes for weight in members))
        for kind, members in of_type.items()
    }


def _port(tensor: tflite.Tensor) -> Port:
    return Port.model_validate(tensor, from_attributes=True)


def _version(package: str) -> str | None:
    """None where it is not installed, as TensorFlow Lite Micro on most platforms."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _state_bytes(model: tflite.Model) -> int:
    """What a model keeps from one inference to the next: variable tensors, and resource variables by what they hold."""
    variables = {
        (tensor.subgraph, tensor.index): tensor.bytes
        for tensor in model.tensors
        if tensor.variable and not tensor.constant
    }
    assigned: dict[str, int] = {}
    names: dict[tuple[int, int], str] = {}
    for operator in model.operators:
        if operator.name == "VAR_HANDLE" and operator.outputs and operator.outputs[0] is not None:
            handle = operator.outputs[0]
            names[handle.subgraph, handle.index] = getattr(operator.options, "shared_name", "")
        if operator.name == "ASSIGN_VARIABLE" and len(operator.inputs) > 1:
            variable, value = operator.inputs[:2]
            if variable is not None and value is not None:
                key = variable.subgraph, variable.index
                assigned[names.get(key, str(key))] = value.bytes
    return sum(variables.values()) + sum(assigned.values())


def reconstructed(
    labels: np.ndarray, inputs: np.ndarray, outputs: np.ndarray, runtime: Literal["tflm", "litert"]
) -> Reconstruction:
    """How well an autoencoder gives back its inputs, and how well its error tells anomalies apart.

    Args:
        labels: 0 of a normal item, 1 of an anomaly, shape (items,).
        inputs, outputs: real numbers, shape (items, values).
        runtime: which answered.
    """
    errors = np.mean(np.square(outputs.astype(np.float64) - inputs.astype(np.float64)), axis=1)
    normal, anomalous = errors[labels == 0], errors[labels == 1]
    return Reconstruction(
        runtime=runtime,
        items=len(labels),
        anomalies=len(anomalous),
        error=_digits(errors.mean()),
        normal_error=_digits(normal.mean()) if len(normal) else None,
        anomaly_error=_digits(anomalous.mean()) if len(anomalous) else None,
        auc=area_under_curve(normal, anomalous) if len(normal) and len(anomalous) else None,
    )


def area_under_curve(normal: np.ndarray, anomalous: np.ndarray) -> float:
    """How likely a value of the second kind is larger than one of the first, ties counted half: Mann-Whitney's U.

    >>> area_under_curve(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.875
    """
    from scipy.stats import mannwhitneyu  # takes a second to import

    larger = mannwhitneyu(anomalous, normal).statistic
    return round(float(larger / (len(normal) * len(anomalous))), 6)


def _digits(value: float) -> float:
    """As many digits as a mean of errors is worth."""
    return float(f"{value:.6g}")
