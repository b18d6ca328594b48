"""What the command `benchmark` measures of one model of any origin, as `featherline.records.single_model` has it."""

import hashlib
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from featherline.core import machine
from featherline.evaluation import measurement
from featherline.evaluation.boards import Boards, estimates
from featherline.evaluation.trial import LiteRt
from featherline.interpreters import tflm
from featherline.records.model import RangeFit
from featherline.records.single_model import (
    ClassAccuracy,
    CoreRun,
    Host,
    InputPort,
    Latency,
    LiteRtRun,
    Port,
    SingleModel,
    Weight,
    WeightSum,
)
from featherline.records.structure import TimedStep
from featherline.tflite import model as tflite
from featherline.tflite import profile
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
            TimedStep(**step.model_dump() | {"tflm": step.tflm and step.index != refused}, us=us)
            for step, us in zip(profile.step_records(model_profile), times, strict=True)
        ),
        tflm=measurement.tflm_of(examination),
        litert=LiteRtRun(runs=run.reason is None, reason=run.reason),
        latency=None if run.latency is None else Latency.model_validate(settings | run.latency),
        accuracy=accuracy,
        core=core or CoreRun(figures=None, reason="It was not asked for."),
        state_bytes=_state_bytes(model),
        boards=estimates(boards, model.file_bytes, examination.arena_bytes, examination.reason),
        machine=Host.model_validate(machine.host()),
        versions={package: _version(package) for package in _PACKAGES},
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
