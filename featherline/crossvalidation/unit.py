"""One unit of a cross-validation: a search that never saw one outer fold of the groups, and how it does on that fold.

Nested: the outer fold is the test split, the groups outside of it are dealt into inner folds, and everything is fitted
anew on these alone: normalization, class weights, the network by a search, the ranges of its quantization.
"""

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from featherline import features
from featherline.core import digests
from featherline.core.files import new_folder
from featherline.core.parsing import Tree
from featherline.deployment import conversion, whole_program
from featherline.evaluation.pipeline_model import answers, decisions_of
from featherline.params import Architecture, Baselines, Budget, FoldCount, Preprocess, Reduce, Scheme, TestFold, Train
from featherline.prediction import constants
from featherline.records.base import load
from featherline.records.provenance import Recordings
from featherline.reduction import finalists, front_ends, identity, methods, worker_pool
from featherline.reduction.costs import costs_of
from featherline.reduction.front_ends import OF_PREPROCESS, FrontEnd
from featherline.reduction.objective import Candidate
from featherline.signals.calibration import representative
from featherline.signals.dataset import Dataset, Items, check, read_items

SEARCHED, FIXED = "searched", "fixed"
_COMPLETE = ("train",)  # the splits that must have every class
_SCHEME: Scheme = "int8"
_OF_TRAIN = {"conv_blocks", "dense_blocks", "head", "class_weights"}
_NOT_OF_REDUCE = {"workers", "storage", "study", "baselines", "budget"}  # who trains, and where it is kept


@dataclass(frozen=True)
class Unit:
    """One search: its seed, and the outer fold that it never sees, counted from 1."""

    seed: int
    fold: int

    @property
    def name(self) -> str:
        return f"seed-{self.seed}-fold-{self.fold}"


@dataclass(frozen=True)
class Plan:
    """What all units of a cross-validation share.

    Attributes:
        app: key of the application in params.yaml.
        application: its module.
        raw: its folder of recordings.
        preprocess, train, reduce: its blocks of params.yaml; the split of the first is replaced by the folds.
        budget: of each search.
        outer, inner: how many folds over all groups, and over the groups outside of an outer fold.
        seed: of the folds and of augmentation; `Unit.seed` is that of search and training.
        calibration_items: from which activations get their ranges.
        original_accuracy: of the original network on validation, which the objective `pareto` asks for.
        fixed: the network that the pipeline chose; it has seen every group, and its figure is optimistic.
        fixed_front_end: the name of its front end.
        optimize: what C is written for where whole programs are weighed.
    """

    app: str
    application: ModuleType
    raw: Path
    preprocess: Preprocess
    train: Train
    reduce: Reduce
    budget: Budget
    outer: FoldCount
    inner: FoldCount
    seed: int
    calibration_items: int
    original_accuracy: float
    fixed: Architecture | None
    fixed_front_end: str = OF_PREPROCESS
    optimize: str = "size"

    def made_with(self) -> Tree:
        """Everything that decides what comes of a unit."""
        files = sorted(path for path in self.raw.rglob("*") if path.is_file())
        code = (*identity.CODE, *CODE, f"applications/{self.application.__name__.rpartition('.')[2]}.py")
        return {
            "preprocess": self.preprocess.model_dump(mode="json"),
            "train": self.train.model_dump(mode="json", include=_OF_TRAIN),
            "reduce": self.reduce.model_dump(mode="json", exclude=_NOT_OF_REDUCE),
            "budget": self.budget.model_dump(),
            "outer": self.outer,
            "inner": self.inner,
            "seed": self.seed,
            "calibration_items": self.calibration_items,
            "original_accuracy": self.original_accuracy,
            "fixed": self.fixed and self.fixed.model_dump(mode="json"),
            "fixed_front_end": self.fixed_front_end,
            "optimize": self.optimize,
            "data": digests.of_files(files),
            "code": digests.of_modules(code),
            "packages": digests.of_packages(identity.PACKAGES),
        }


CODE = (
    "crossvalidation/unit.py",
    "reduction/finalists.py",
    "signals/audio.py",
    "signals/augmentation.py",
    "signals/calibration.py",
    "signals/dataset.py",
    "signals/motion.py",
    "signals/rest.py",
    "signals/sensor.py",
    "signals/sound_files.py",
    "signals/splits.py",
    "signals/turns.py",
    "evaluation/pipeline_model.py",
    "prediction/program.py",
    "tflite/converter.py",
    "tflite/network_inputs.py",
)


def preprocess_of(plan: Plan, fold: int) -> Preprocess:
    """The block preprocess that has an outer fold for its test split."""
    test_fold = TestFold(folds=plan.outer, number=fold)
    return _split_by(plan, {"protocol": "folds", "folds": plan.inner, "test_fold": test_fold})


def _split_by(plan: Plan, changes: Mapping[str, object]) -> Preprocess:
    split = plan.preprocess.split.model_copy(update=changes)  # type: ignore[attr-defined]  # every block has one
    return plan.preprocess.model_copy(update={"split": split})


def dataset_of(plan: Plan, fold: int) -> Dataset:
    """Recordings divided for an outer fold, not yet normalized; the test split may lack a class.

    Raises:
        FeatherlineError: where there are too few groups, or a class is left with nothing to train on.
    """
    divided: Dataset = plan.application.preprocess(plan.raw, preprocess_of(plan, fold), plan.seed)
    check(divided, complete=_COMPLETE)
    return divided


@contextmanager
def workers_of(plan: Plan) -> Iterator[Executor]:
    """Workers for all units of a plan, as many as params.yaml asks for."""
    nothing = worker_pool.Task(plan.raw, (1, 1, 1), 2, 1, 1.0, balanced=True, seed=plan.seed)
    with worker_pool.workers(nothing, plan.reduce.workers) as pool:
        yield pool


def outer_folds(plan: Plan) -> int:
    """How many outer folds there are; reads the recordings where each group has one of its preprocessed."""
    if plan.outer != "groups":
        return plan.outer
    divided = dataset_of(plan, 1)
    return len(np.unique(np.concatenate([items.groups for items in divided.splits.values()])))


def compute(plan: Plan, unit: Unit, workers: Executor) -> Tree:
    """Searches, trains, converts to int8 and runs on TensorFlow Lite Micro; the same plan gives the same content.

    Args:
        plan, unit: what to compute.
        workers: of any task (`worker_pool.workers`).

    Returns:
        Plain data: of each network its architecture and front end, bytes, validation accuracy, and of the outer fold's
        items groups, labels, predictions, what a device tells at each by recent ones, and the class that each group
        gets by the sum of its items' outputs. Beside it, labels and predictions of the searched network by the protocol
        of many publications: trained anew on items of all recordings, and tested on others of the same groups.

    Raises:
        FeatherlineError: as of `dataset_of`, of `front_ends.compute` and of the search.
    """
    settings = plan.reduce.model_copy(update={"baselines": Baselines(random_search=False), "storage": None})
    with tempfile.TemporaryDirectory(prefix="featherline-crossval-") as temporary:
        folder = Path(temporary)
        task, divided = _task(plan, unit, folder)
        pool = worker_pool.OfTask(workers, task)
        beside, measure = (
            whole_program.measuring(settings, task, plan.optimize, unit.seed, pool)
            if settings.weighs_program
            else ({}, None)
        )
        setting = methods.Setting(
            app=plan.app,
            settings=settings,
            budget=plan.budget,
            task=task,
            original=costs_of(plan.train, task.input_shape, task.classes, settings.scheme, beside.get(OF_PREPROCESS)),
            original_accuracy=plan.original_accuracy,
            validation_items=methods.validation_items(task),
            studies=folder / "studies",
            beside=beside,
        )
        by_method, yardstick = methods.compare(setting, pool)
        decided = finalists.decide(
            *(by_method[methods.SEARCH], settings, yardstick, plan.budget.final_epochs, pool, None),
            folds=task.folds,
            measure=measure,
        )
        best = decided[0]
        chosen = best.candidate
        networks = {SEARCHED: (chosen.architecture, chosen.front_end, best.trained.network, chosen.validation_accuracy)}
        if plan.fixed is not None:
            train = partial(
                worker_pool.train_finalist, plan.fixed, plan.budget.final_epochs, front_end=plan.fixed_front_end
            )
            validated = worker_pool.submit(pool, train)
            tested = worker_pool.submit(pool, train, refit=True) if settings.refit else validated
            network, curve = worker_pool.outcome(tested).network, worker_pool.outcome(validated).curve
            networks[FIXED] = (plan.fixed, plan.fixed_front_end, network, curve[-1])
        outcomes = {}
        for name, (architecture, chosen_features, network, validation_accuracy) in networks.items():
            front_end = task.front_end(chosen_features)
            outcomes[name] = {
                "architecture": architecture.model_dump(mode="json"),
                "front_end": front_ends.values_of(chosen_features),
                "weight_bytes": costs_of(architecture, front_end.input_shape, task.classes, _SCHEME).weight_bytes,
                "validation_accuracy": round(validation_accuracy, 6),
                **_tested(plan, unit, pool, front_end.data, network),
            }
        shuffled = _shuffled(plan, unit, workers, folder / "shuffled", chosen)
    return {
        "seed": unit.seed,
        "fold": unit.fold,
        "classes": list(divided.classes),
        "group_kind": divided.frontend.get("group", "group"),
        "trials": len(by_method[methods.SEARCH]),
        "networks": outcomes,
        "shuffled": {key: shuffled[key] for key in ("labels", "predictions")},
    }


def _task(plan: Plan, unit: Unit, folder: Path) -> tuple[worker_pool.Task, Dataset]:
    """What the candidates of a unit learn from, and the data set of the features of preprocess."""
    divided = dataset_of(plan, unit.fold)
    preprocessed = _written(plan, divided, folder / "preprocess", "folds")
    origin = front_ends.Origin(plan.app, plan.application, plan.raw, preprocess_of(plan, unit.fold), plan.seed)
    settings = plan.reduce
    searched = front_ends.compute(settings.space, origin, preprocessed, folder / "front_ends", _COMPLETE)
    return _task_of(plan, unit, preprocessed, len(divided.classes), searched), divided


def _written(plan: Plan, divided: Dataset, data: Path, protocol: str) -> FrontEnd:
    """The features of a data set, normalized and written to a folder."""
    recordings = load(Recordings, plan.raw / "provenance.json", "fetch")
    with new_folder(data) as partial:
        smoothing = plan.preprocess.smoothing
        features.write(partial, features.process(divided, recordings, protocol, plan.app, smoothing=smoothing))
    height, width, channels = divided.splits["train"].inputs.shape[1:]
    return FrontEnd(data, (height, width, channels))


def _task_of(
    plan: Plan, unit: Unit, preprocessed: FrontEnd, classes: int, searched: Mapping[str, FrontEnd]
) -> worker_pool.Task:
    balanced = plan.train.class_weights == "balanced"
    return methods.task_of(plan.reduce, preprocessed, classes, balanced=balanced, seed=unit.seed, searched=searched)


def _shuffled(plan: Plan, unit: Unit, workers: Executor, folder: Path, chosen: Candidate) -> Mapping[str, Any]:
    """The network of a candidate by the protocol of many publications: items of one group in train and in test."""
    block = features.with_values(_split_by(plan, {"protocol": "item"}), front_ends.values_of(chosen.front_end))
    divided = plan.application.preprocess(plan.raw, block, unit.seed + unit.fold)
    check(divided, complete=_COMPLETE)
    preprocessed = _written(plan, divided, folder, "item")
    pool = worker_pool.OfTask(workers, _task_of(plan, unit, preprocessed, len(divided.classes), {}))
    trained = worker_pool.outcome(
        worker_pool.submit(
            pool,
            worker_pool.train_finalist,
            chosen.architecture,
            plan.budget.final_epochs,
            refit=plan.reduce.refit,
        )
    )
    return _tested(plan, unit, pool, folder, trained.network)


def _tested(plan: Plan, unit: Unit, pool: Executor, data: Path, network: bytes) -> Mapping[str, Any]:
    """What the int8 model of a network answers for the test split of a folder of features."""
    train, test = (read_items(data / f"{split}.npz") for split in ("train", "test"))
    calibration = representative(train, plan.calibration_items, unit.seed).inputs
    outputs = _outputs(pool, data / "network.keras", network, calibration, test)
    decisions = decisions_of(test, outputs, constants.smoothing(plan.preprocess.smoothing))
    votes = {
        group: int(outputs[test.groups == group].sum(axis=0).argmax()) for group in np.unique(test.groups).tolist()
    }
    return {
        "groups": test.groups.tolist(),
        "labels": test.labels.tolist(),
        "predictions": outputs.argmax(axis=1).tolist(),
        "votes": votes,
        "decisions": decisions if decisions is None else decisions.tolist(),
    }


def _outputs(pool: Executor, file: Path, network: bytes, calibration: np.ndarray, test: Items) -> np.ndarray:
    """What a network gives for each item as int8, shape (items, classes)."""
    file.write_bytes(network)
    # TensorFlow is imported in the workers already.
    [converted] = worker_pool.outcome(
        worker_pool.submit(pool, conversion.convert_network, file, [_SCHEME], calibration, True)
    )
    outputs: np.ndarray = worker_pool.outcome(worker_pool.submit(pool, answers, converted.source, test.inputs))
    return outputs
