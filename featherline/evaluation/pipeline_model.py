"""Everything that is recorded about a converted model of the pipeline, for its metrics file."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from featherline.core import isolation, statistics
from featherline.core.errors import FeatherlineError
from featherline.core.pareto import non_dominated
from featherline.evaluation import boards, measurement
from featherline.evaluation.fit import fed, quantized
from featherline.evaluation.scores import percent, scored
from featherline.interpreters import litert, tflm
from featherline.prediction import constants, program
from featherline.records.accuracy import Accuracy, Agreement, Counts, Decisions, Disagreement
from featherline.records.base import Record
from featherline.records.firmware import Firmware
from featherline.records.frontend import FrontEndFile
from featherline.records.model import (
    Deployment,
    Headline,
    InputInterface,
    Interface,
    PipelineModel,
    QuantizationError,
    RangeFit,
)
from featherline.signals.dataset import Items
from featherline.tflite import model as tflite
from featherline.tflite import profile
from featherline.tflite.plan import Planned
from featherline.tflite.wording import findings, tensor_labels


@dataclass(frozen=True)
class Run:
    """What both runtimes made of one model and the test split; `fit` tells how that lies in the range of the input."""

    model: tflite.Model
    tflm: tflm.Examination
    litert_outputs: np.ndarray
    fit: RangeFit | None = None

    @property
    def outputs(self) -> np.ndarray:
        """Those of TensorFlow Lite Micro where it ran, else LiteRT's."""
        answers = self.tflm.outputs if self.tflm.deployable else None
        return self.litert_outputs if answers is None else answers


def run_all(paths: list[Path], inputs: np.ndarray, classes: int, workers: int = 2) -> list[Run]:
    """Runs models over a batch on TensorFlow Lite Micro and on LiteRT, in worker processes.

    Args:
        paths: .tflite files.
        inputs: normalized features, float32, shape (items, height, width, channels).
        classes: how many outputs each model must have.
        workers: how many processes work at once.

    Raises:
        FeatherlineError: where a file is missing or broken, does not fit the features, or is
            refused by LiteRT too.
    """
    models = [tflite.read(path) for path in paths]
    for model in models:
        _check_fit(model, inputs.shape[1:], classes)
    batches, fits = zip(
        *(fed(inputs, model.inputs[0], quantized(model, model.inputs[0])) for model in models), strict=True
    )
    calls: list[isolation.Call[tflm.Examination | np.ndarray]] = []
    for function in (tflm.examine, litert.outputs):
        calls += [isolation.Call(function, (path, values)) for path, values in zip(paths, batches, strict=True)]
    results = isolation.run(calls, "run models", workers)
    runs = []
    half = len(models)
    for model, examination, outputs, fit in zip(models, results[:half], results[half:], fits, strict=True):
        if not isinstance(outputs, np.ndarray):  # but `Crashed`
            raise FeatherlineError(f"{model.path} crashes LiteRT: convert it again.")
        if not isinstance(examination, tflm.Examination):
            examination = tflm.Examination(reason=isolation.CRASH)
        runs.append(Run(model, examination, outputs, fit))
    return runs


def answers(content: bytes, inputs: np.ndarray) -> np.ndarray:
    """What a model gives for normalized features: float64, shape (items, classes), as its output stores it.

    The process may die of a model that the interpreter cannot run: call it in one of its own.

    Args:
        content: of a .tflite file with one input and one output.
        inputs: float32, shape (items, height, width, channels).

    Raises:
        FeatherlineError: where TensorFlow Lite Micro is not installed, or refuses the model.
    """
    model = tflite.parse(content, "the model")
    values, _ = fed(inputs, model.inputs[0], quantized(model, model.inputs[0]))
    ran = tflm.run(content, model, values)
    if ran.outputs is None:
        raise FeatherlineError(f"TensorFlow Lite Micro refuses the model ({ran.reason}): measure one that it runs.")
    outputs: np.ndarray = ran.outputs.reshape(len(inputs), -1).astype(np.float64)
    return outputs


def decisions_of(items: Items, outputs: np.ndarray, smoothing: int) -> np.ndarray | None:
    """The class that a device tells at each item by recent ones: int, shape (items,); None where each is a recording.

    Args:
        items: whole recordings.
        outputs: what an int8 model gives for each, shape (items, classes).
        smoothing: NN_PROGRAM_SMOOTHING.
    """
    if items.recordings is None or len(np.unique(items.recordings)) == len(items):
        return None
    return program.decided_apart(outputs, items.recordings, smoothing)


def _check_fit(model: tflite.Model, shape: tuple[int, ...], classes: int) -> None:
    if model.inputs[0].shape[1:] != shape:
        raise FeatherlineError(
            f"{model.path} takes inputs of shape {list(model.inputs[0].shape[1:])}, and the test split has "
            f"{list(shape)}: run the stages from train on again."
        )
    if model.outputs[0].elements != classes:
        raise FeatherlineError(
            f"{model.path} tells {model.outputs[0].elements} classes apart, and the test split has {classes}: "
            "run the stages from train on again."
        )


class Conversion(Record):
    """What the stage convert recorded of a model, and what its C takes; fields as of `PipelineModel`."""

    deployment: Deployment
    quantization_error: QuantizationError = Field(alias="loss")
    firmware: Firmware | None
    firmware_reason: str | None


def metrics(
    app: str,
    planned: Planned,
    frontend: FrontEndFile,
    test: Items,
    run: Run,
    conversion: Conversion,
    unquantized: Run | None,
) -> PipelineModel:
    """The metrics of one model; percentages have two decimals.

    Args:
        app: key of the application in params.yaml.
        planned: variant and scheme of the model.
        frontend: of the application.
        test: the test split that the model ran on.
        run: what the runtimes made of it.
        conversion: what was recorded of it before.
        unquantized: the same variant under the scheme `none`, to which others are compared.
    """
    model = run.model
    model_profile = profile.examine(model)
    return PipelineModel(
        application=app,
        title=frontend.application,
        variant=planned.variant,
        scheme=planned.scheme,
        file=planned.file,
        sha256=hashlib.sha256(model.path.read_bytes()).hexdigest(),
        provenance=frontend.provenance,
        protocol=frontend.protocol,
        group=frontend.frontend.group,
        classes=frontend.classes,
        test=Counts(items=len(test), groups=len(np.unique(test.groups))),
        accuracy=_accuracy(test, run, len(frontend.classes)),
        decisions=_decisions(test, run, frontend),
        litert=_agreement(test.labels, run) if run.tflm.deployable else None,
        mcnemar=None if unquantized is None else _disagreement(test.labels, unquantized, run),
        size=measurement.size_of(model, model),
        deployment=conversion.deployment,
        loss=conversion.quantization_error,
        firmware=conversion.firmware,
        firmware_reason=conversion.firmware_reason,
        operators=measurement.operators_of(model),
        findings=tuple(findings(model)),
        input=InputInterface(**_interface(model.inputs[0]).model_dump(), data=run.fit),
        output=_interface(model.outputs[0]),
        memory=profile.memory_record(model_profile),
        steps=profile.step_records(model_profile),
        tensors=profile.tensor_records(model, model_profile, tensor_labels(model)),
        tflm=measurement.tflm_of(run.tflm),
        boards=boards.estimates(boards.read(), model.file_bytes, run.tflm.arena_bytes, run.tflm.reason),
    )


def _predictions(outputs: np.ndarray) -> np.ndarray:
    """The most probable class; the first of equals, as a loop on the device finds it."""
    classes: np.ndarray = outputs.argmax(axis=1)
    return classes


def _accuracy(items: Items, run: Run, classes: int) -> Accuracy:
    return scored(items.labels, _predictions(run.outputs), classes, _runtime(run))


def _runtime(run: Run) -> Literal["tflm", "litert"]:
    """Whose answers the outputs of a run are."""
    return "tflm" if run.tflm.deployable else "litert"


def _decisions(items: Items, run: Run, frontend: FrontEndFile) -> Decisions | None:
    if run.model.outputs[0].type != "int8" or frontend.protocol == "item":
        return None  # of recordings that are cut into several splits the windows between are elsewhere
    smoothing = constants.smoothing(frontend.smoothing)
    decisions = decisions_of(items, run.outputs.reshape(len(items), -1), smoothing)
    if decisions is None or items.recordings is None:
        return None
    return Decisions(
        smoothing=smoothing,
        recordings=len(np.unique(items.recordings)),
        accuracy=scored(items.labels, decisions, len(frontend.classes), _runtime(run)),
    )


def _agreement(labels: np.ndarray, run: Run) -> Agreement:
    """Of a run whose outputs are those of TensorFlow Lite Micro."""
    classes = _predictions(run.litert_outputs)
    return Agreement(
        accuracy_pct=percent((classes == labels).mean()),
        same_class_items=int((classes == _predictions(run.outputs)).sum()),
        equal_output_items=int((run.litert_outputs == run.outputs).all(axis=1).sum()),
    )


def _disagreement(labels: np.ndarray, unquantized: Run, run: Run) -> Disagreement:
    """Items on which a model and the unquantized one are not both right or both wrong, and McNemar's test of them."""
    compared = statistics.compare(labels, _predictions(unquantized.outputs), _predictions(run.outputs))
    return Disagreement(
        lost_items=compared.first_alone, won_items=compared.second_alone, p_value=round(compared.p_value, 6)
    )


def _interface(tensor: tflite.Tensor) -> Interface:
    return Interface(
        shape=tensor.shape,
        type=tensor.type,
        scale=None if tensor.scale is None else tensor.scale[0],
        zero_point=None if tensor.zero_point is None else tensor.zero_point[0],
    )


def validation(items: Items, run: Run, classes: int) -> Accuracy:
    """How accurate a model is on the validation split, to choose between experiments without the test split.

    Args:
        items: the validation split that the model ran on.
        run: what the runtimes made of it.
        classes: how many there are.
    """
    return _accuracy(items, run, classes)


def headline(results: dict[str, PipelineModel], name: str, validated: Accuracy) -> Headline:
    """The few figures of one model that lead every table, beside accuracy and size of the unquantized original.

    Args:
        results: metrics of every model by name.
        name: the model that leads, a key of `results`.
        validated: what `validation` says of it.
    """
    chosen, original = results[name], results.get("original-none")
    accuracy, firmware = chosen.accuracy, chosen.firmware
    return Headline(
        model=name,
        source=chosen.provenance.source,
        validation_items=validated.items,
        validation_pct=validated.accuracy_pct,
        test_items=accuracy.items,
        original_pct=original.accuracy.accuracy_pct if original else None,
        original_weight_bytes=original.size.weight_bytes if original else None,
        accuracy_pct=accuracy.accuracy_pct,
        low_pct=accuracy.low_pct,
        high_pct=accuracy.high_pct,
        balanced_pct=accuracy.balanced_pct,
        weight_bytes=chosen.size.weight_bytes,
        file_bytes=chosen.size.file_bytes,
        arena_bytes=chosen.tflm.arena_bytes,
        flash_bytes=firmware.flash_bytes if firmware else None,
        ram_bytes=firmware.ram_bytes if firmware else None,
        stack_bytes=firmware.stack_bytes if firmware else None,
        instructions=firmware.instructions if firmware else None,
        program_bytes=firmware.program.total_bytes if firmware and firmware.program else None,
        deployable=chosen.tflm.deployable,
    )


def confusion_rows(result: PipelineModel) -> list[dict[str, str]]:
    """The test items of a model, one row each, {"actual", "predicted"}: what the template `confusion` of DVC counts.

    Args:
        result: metrics of the model.
    """
    return [
        {"actual": actual, "predicted": predicted}
        for actual, line in zip(result.classes, result.accuracy.confusion, strict=True)
        for predicted, items in zip(result.classes, line, strict=True)
        for _ in range(items)
    ]


def front_rows(results: dict[str, PipelineModel]) -> list[dict[str, str | int | float]]:
    """Accuracy against weight bytes, one row a model, lightest first.

    Args:
        results: metrics of every model by name.

    Returns:
        {"model", "weight_bytes", "accuracy_pct", "front"}; `front` is yes for a model than which no other is both as
        light and as accurate, and one of these more so.
    """
    costs = {name: (model.size.weight_bytes, -model.accuracy.accuracy_pct) for name, model in results.items()}

    on_front = dict(zip(costs, non_dominated(list(costs.values())), strict=True))
    return [
        {
            "model": name,
            "weight_bytes": cost[0],
            "accuracy_pct": -cost[1],
            "front": "yes" if on_front[name] else "no",
        }
        for name, cost in sorted(costs.items(), key=lambda item: (item[1], item[0]))
    ]
