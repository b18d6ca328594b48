"""What the command `benchmark` measures of several models of any origin, with labelled items or without."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.emulator.cores import DEFAULT
from featherline.evaluation import boards, feeds, single_model, testdata, trial
from featherline.evaluation.scores import scored
from featherline.evaluation.trial import LiteRt
from featherline.interpreters import limits, tflm
from featherline.interpreters.tflm import Examination
from featherline.interpreters.values import dequantize
from featherline.records.base import plain
from featherline.records.model import RangeFit
from featherline.records.single_model import ClassAccuracy, CoreRun, Reconstruction, SingleModel
from featherline.tflite import model as tflite
from featherline.tflite.model import NO_ENDS, Model

_Call = isolation.Call[Examination | LiteRt | dict[str, float] | CoreRun | None]


@dataclass(frozen=True)
class Measurement:
    """How models are measured: what the options of `benchmark` of these names say."""

    runs: int = 100
    warmup: int = 10
    threads: int = 1
    limit: int = 2_000_000_000
    core: str = DEFAULT
    optimize: str = "size"
    boards_file: Path | None = None


def measure(
    models: Sequence[Path],
    data: Path | None,
    classes: str | None,
    measurement: Measurement,
    say: Callable[[str], None],
) -> list[SingleModel]:
    """The record of each model.

    Args:
        models: .tflite files.
        data, classes: as the options of these names.
        measurement: how often, on how many threads, how long.
        say: is told in which order classes were taken.

    Raises:
        FeatherlineError: where a file is missing or broken, or the data does not fit.
    """
    for path in models:
        if not path.is_file():
            raise FeatherlineError(f"{path} is missing, or no file.")
    all_boards = boards.read(measurement.boards_file)
    read = [tflite.read(path, runnable=False) for path in models]
    names = [name.strip() for name in classes.split(",")] if classes else None
    items: list[list[np.ndarray] | None] = [None] * len(read)
    fits: list[list[RangeFit | None] | None] = [None] * len(read)
    labels = None
    if data is not None:
        test = testdata.read(data, names)
        labels = test.labels
        if names is None and test.classes is not None:
            names = _in_order(read, test.classes, data)
            say(f"Classes in the order of the outputs, by the names of the folders: {', '.join(names)}")
        for place, model in enumerate(read):
            items[place], fits[place] = feeds.of_items(model, test.inputs, str(data))
    chosen = [0 if _is_autoencoder(model, names) else _output(model, names, labels) for model in read]

    settings = {"runs": measurement.runs, "warmup_runs": measurement.warmup, "threads": measurement.threads}
    calls: list[_Call] = []
    reasons = [_unrunnable(model) for model in read]
    for model, batch, output, reason in zip(read, items, chosen, reasons, strict=True):
        if reason is None:
            calls += _calls(model, batch, output, measurement)
    # One after another: latency is measured on a machine that does nothing else for us.
    results = iter(isolation.run(calls, "run models", workers=1))
    records = []
    for place, (model, reason) in enumerate(zip(read, reasons, strict=True)):
        if reason is None:
            examination, run, core = _answers(*itertools.islice(results, 4))
        else:
            examination, run = tflm.Examination(reason), trial.LiteRt(reason)
            core = CoreRun(figures=None, reason=reason)
        accuracy, reconstruction, fed = None, None, items[place]
        if labels is not None and fed is not None and _is_autoencoder(model, names):
            reconstruction = _reconstruction(model, examination, run, fed[0], labels)
        elif labels is not None:
            accuracy = _accuracy(model, examination, run, chosen[place], labels, names)
        records.append(
            single_model.build(
                model, examination, run, settings, accuracy, all_boards, fits[place], core, reconstruction
            )
        )
    return records


def _unrunnable(model: Model) -> str | None:
    """Why no runtime can be given what the model takes; None where it can."""
    if not (model.inputs and model.outputs):
        return f"It {NO_ENDS}"
    try:
        feeds.random(model)
    except FeatherlineError as error:
        return str(error).removeprefix(f"{model.path}: ")
    return None


def _calls(model: Model, batch: list[np.ndarray] | None, output: int, measurement: Measurement) -> list[_Call]:
    """What is tried of a model, each in a process of its own: TFLM, LiteRT, its latency, and the C on a core."""
    feed = feeds.random(model) if batch is None else tuple(values[0] for values in batch)
    limit_s, threads = limits.limit_s(model), measurement.threads
    timed = (model.path, feed, measurement.runs, measurement.warmup, threads)
    on_core = (model.path, measurement.limit, measurement.core, measurement.optimize)
    return [
        isolation.Call(trial.on_tflm, (model.path, feed, batch, output), limit_s),
        isolation.Call(trial.on_litert, (model.path, feed, threads, batch, output), limit_s),
        isolation.Call(trial.latency, timed, limit_s),
        isolation.Call(trial.on_core, on_core),
    ]


def _answers(examination: object, run: object, latency: object, core: object) -> tuple[Examination, LiteRt, CoreRun]:
    """What `_calls` gave, and a sentence in place of what its process did not live to give."""
    if not isinstance(examination, tflm.Examination):  # but `Crashed`
        examination = tflm.Examination(reason=_ended(examination))
    latency_us = latency if isinstance(latency, dict) else None
    if not isinstance(run, trial.LiteRt):
        # What could be measured before it died still holds.
        run = trial.LiteRt(None if latency_us else _ended(run))
    run = run.timed(latency_us, latency.reason if isinstance(latency, isolation.Crashed) else None)
    if not isinstance(core, CoreRun):
        core = CoreRun(figures=None, reason=_ended(core))
    return examination, run, core


def _ended(answer: object) -> str:
    """The sentence on a call whose process was ended, or ended itself."""
    return answer.reason if isinstance(answer, isolation.Crashed) else isolation.CRASH


def _in_order(read: list[Model], folders: list[str], data: Path) -> list[str]:
    """The classes of folders, if the models have as many outputs; a model may know others, whose place nobody knows."""
    for model in read:
        sizes = [tensor.elements for tensor in model.outputs]
        if len(folders) not in sizes and not (1 in sizes and len(folders) == 2):
            raise FeatherlineError(
                f"{data} has {len(folders)} folders ({', '.join(folders)}), and {model.path} has outputs of "
                f"{', '.join(map(str, sizes))} values: name all classes in the order of the outputs with --classes."
            )
    return folders


def _output(model: Model, names: list[str] | None, labels: np.ndarray | None) -> int:
    """The output that tells the class: the only one, or the one that has as many values as there are classes."""
    if labels is None:
        return 0
    if names and labels.max() >= len(names):
        raise FeatherlineError(f"--classes names {len(names)} classes, and a label is {labels.max()}: name them all.")
    needed = len(names) if names else int(labels.max()) + 1
    sizes = [tensor.elements for tensor in model.outputs]
    fits = [place for place, size in enumerate(sizes) if size == needed or (size == 1 and needed <= 2)]
    if not fits and names is None:
        fits = [place for place, size in enumerate(sizes) if size >= needed]
    if not fits:
        raise FeatherlineError(
            f"{model.path} has outputs of {', '.join(map(str, sizes))} values, and the data has {needed} classes: "
            "give labels from 0 to one less than there are outputs."
        )
    return fits[0]


def _is_autoencoder(model: Model, names: list[str] | None) -> bool:
    """Whether a model gives back what has the shape of its input; one whose classes are named is no autoencoder."""
    if names is not None or len(model.inputs) != 1 or len(model.outputs) != 1:
        return False
    last = [operator.name for operator in model.operators if operator.name not in ("QUANTIZE", "DEQUANTIZE", "RESHAPE")]
    entry, result = model.inputs[0], model.outputs[0]
    return bool(last) and last[-1] != "SOFTMAX" and entry.shape == result.shape and entry.elements > 2


def _reconstruction(
    model: Model, examination: Examination, run: LiteRt, fed: np.ndarray, labels: np.ndarray
) -> Reconstruction | None:
    outputs = examination.outputs if examination.deployable else run.outputs
    if outputs is None:
        return None
    if labels.max() > 1:
        raise FeatherlineError(
            f"{model.path} gives back as many values as it takes, as an autoencoder does, and a label is "
            f"{labels.max()}: label normal items 0 and anomalies 1, or name the classes with --classes."
        )
    inputs = dequantize(fed.reshape(len(fed), -1), model.inputs[0])
    runtime: Literal["tflm", "litert"] = "tflm" if examination.deployable else "litert"
    return single_model.reconstructed(labels, inputs, dequantize(outputs, model.outputs[0]), runtime)


def _accuracy(
    model: Model, examination: Examination, run: LiteRt, output: int, labels: np.ndarray, names: list[str] | None
) -> ClassAccuracy | None:
    outputs = examination.outputs if examination.deployable else run.outputs
    if outputs is None:
        return None
    if outputs.shape[1] == 1:  # one probability: of the second class
        predictions, count = (dequantize(outputs[:, 0], model.outputs[output]) > 0.5).astype(int), 2
    else:
        predictions, count = outputs.argmax(axis=1), outputs.shape[1]
    if labels.max() >= count or (names and len(names) != count):  # an open output has its size only now
        raise FeatherlineError(
            f"{model.path} tells {count} classes apart, and the data has {len(names or ()) or labels.max() + 1}."
        )
    accuracy = scored(labels, predictions, count, "tflm" if examination.deployable else "litert")
    return ClassAccuracy.model_validate(
        plain(accuracy) | {"classes": names or [str(number) for number in range(count)]}
    )
