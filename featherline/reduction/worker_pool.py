"""Worker processes of the search: each reads the data once and trains what it is given.

TensorFlow is imported in the workers alone, so that the process that asks and tells
begins at once.
"""

import functools
import logging
import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from featherline.core.errors import Diverged, FeatherlineError
from featherline.params import Architecture, Distillation
from featherline.reduction.front_ends import FrontEnd
from featherline.signals.dataset import Items, fold_folders, read_for_training

if TYPE_CHECKING:
    import keras

    from featherline.networks.training import Fit

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """What is the same for every candidate of a search; `data` has a validation split or several folds.

    `data` and `input_shape` are of the features of preprocess, `front_ends` those of the front ends that a search
    chooses among, by name.
    """

    data: Path
    input_shape: tuple[int, int, int]
    classes: int
    batch_size: int
    learning_rate: float
    balanced: bool
    seed: int
    distillation: Distillation = Distillation()
    front_ends: Mapping[str, FrontEnd] = field(default_factory=dict)

    @functools.cached_property
    def folds(self) -> int:
        """How many validation folds there are."""
        return len(fold_folders(self.data))

    def front_end(self, name: str) -> FrontEnd:
        """Where the features of a front end are, by its name."""
        return self.front_ends.get(name) or FrontEnd(self.data, self.input_shape)


@contextmanager
def workers(task: Task, count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of `count` processes for `train_candidate` and `train_finalist`."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_start, initargs=(task, os.getpid())) as pool:
        try:
            for _ in range(count):
                submit(pool, _begin)  # TensorFlow is imported while the caller works out its first proposals
            yield pool
        except BaseException:
            # Nobody waits for what is still being trained; workers ignore the interrupt of a terminal.
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


class OfTask(Executor):
    """Workers of another task, for the time of this one: they keep what they have imported."""

    def __init__(self, pool: Executor, task: Task) -> None:
        self._pool, self._task = pool, task

    def submit(self, work: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> Future[T]:
        """Hands work to a worker, which reads the data of this task first where it has that of another."""
        call: Callable[P, T] = partial(_in_task, self._task, work)
        return self._pool.submit(call, *args, **options)


def _in_task(task: Task, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    global _task
    if task != _task:
        _task = task
        _data.cache_clear()
    return work(*args, **options)


def submit(pool: Executor, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Future[T]:
    """Hands work to a worker; raises `FeatherlineError` where one died."""
    # A worker that this starts must not hear the interrupt of a terminal, even before it is ready to ignore it.
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _deaths_told():
            return pool.submit(work, *args, **options)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def outcome(future: Future[T]) -> T:
    """What a worker returned; raises `FeatherlineError` where it died."""
    with _deaths_told():
        return future.result()


@contextmanager
def _deaths_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        raise FeatherlineError(
            "A worker of the search died, most likely for want of memory: lower reduce.workers in params.yaml."
        ) from None


_task: Task


def _start(task: Task, parent: int) -> None:
    global _task
    _task = task
    # An interrupt ends the parent, which ends its workers; their own tracebacks help nobody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It warns of a new graph for each candidate, which is what a search is.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """A parent that was killed cannot end its workers; nobody would want what they still train."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _begin() -> None:
    from featherline.networks import training  # noqa: F401  # takes seconds


@functools.cache
def _data(fold: int = 0, front_end: str = "", refit: bool = False) -> tuple[Items, Items | None]:
    """What a fold trains on and is validated with; read in the first call, from where an error finds its way to the
    parent."""
    return read_for_training(fold_folders(_task.front_end(front_end).data)[fold], refit)


@dataclass(frozen=True)
class Outcome:
    """What came of a candidate.

    Attributes:
        curve: the best validation accuracy up to each epoch, 0 to 1, the mean over the folds that it was trained on.
        stopped: whether it was stopped early.
        of_first_fold: the curve of the first fold; empty where there is but one.
    """

    curve: tuple[float, ...]
    stopped: bool
    of_first_fold: tuple[float, ...] = ()


@dataclass(frozen=True)
class Trained:
    """A network that was trained at full length.

    Attributes:
        network: the content of a .keras file.
        history: one row for each epoch, as of `networks.training.Fit`.
        curve: the best validation accuracy up to each epoch, 0 to 1; empty where no item was left to validate with.
    """

    network: bytes
    history: list[dict[str, float]]
    curve: tuple[float, ...]


def train_candidate(
    architecture: Architecture, epochs: int, standards: list[float] | None = None, front_end: str = ""
) -> Outcome:
    """Trains one candidate from the search's seed, in each validation fold anew.

    One that misses the standards of the first fold is trained on no other. One whose loss is no longer finite gets
    an accuracy of 0: it loses the search, and does not end it.

    Args:
        architecture: what to train.
        epochs: for how long.
        standards: the accuracy that must be reached by each epoch of the first fold, or it is stopped; None never
            stops it.
        front_end: name of what makes its features; of preprocess where there is none.
    """
    train = functools.partial(_train_network, architecture, epochs, front_end=front_end)
    try:
        _, fitted = train(standards=standards)
        stopped = len(fitted.curve) < epochs
        if _task.folds == 1:
            return Outcome(fitted.curve, stopped)
        if stopped or (standards and fitted.curve[-1] < standards[-1]):
            return Outcome(fitted.curve, True, fitted.curve)
        curves = [fitted.curve]
        curves += [train(fold=fold)[1].curve for fold in range(1, _task.folds)]
    except Diverged:
        return Outcome((0.0,), stopped=True)
    return Outcome(mean_curve(curves), False, curves[0])


def mean_curve(curves: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The mean over folds of curves of the same length, to six decimals."""
    return tuple(round(math.fsum(accuracies) / len(curves), 6) for accuracies in zip(*curves, strict=True))


def train_finalist(
    architecture: Architecture,
    epochs: int,
    teachers: Sequence[bytes] = (),
    fold: int = 0,
    repetition: int = 0,
    front_end: str = "",
    refit: bool = False,
) -> Trained:
    """Trains one of the best candidates at full length, in one validation fold.

    Args:
        architecture: what to train.
        epochs: for how long.
        teachers: .keras files whose answers it learns, too, as the task's distillation says.
        fold: counts from 0.
        repetition: counts from 0; each begins from weights of its own, the first from those of the trials.
        front_end: as of `train_candidate`.
        refit: trains on the validation items of the fold, too, and keeps the last epoch.

    Raises:
        Diverged: where the loss is no longer finite.
    """
    from featherline.networks import storage

    network, fitted = _train_network(
        *(architecture, epochs),
        teachers=teachers,
        fold=fold,
        repetition=repetition,
        front_end=front_end,
        refit=refit,
    )
    return Trained(storage.serialized(network), fitted.history, fitted.curve)


def _train_network(
    architecture: Architecture,
    epochs: int,
    *,
    standards: list[float] | None = None,
    teachers: Sequence[bytes] = (),
    fold: int = 0,
    repetition: int = 0,
    front_end: str = "",
    refit: bool = False,
) -> "tuple[keras.Model, Fit]":
    from featherline.networks import storage, training
    from featherline.networks.backend import keras
    from featherline.networks.builder import build

    keras.backend.clear_session()
    train, validation = _data(fold, front_end, refit)
    distillation = None
    if teachers:
        answers = training.answers([storage.opened(teacher) for teacher in teachers], train.inputs)
        distillation = training.Distillation(answers, _task.distillation.share, _task.distillation.temperature)
    seed = _task.seed + repetition
    network = build(architecture, _task.front_end(front_end).input_shape, _task.classes, seed)
    fitted = training.fit(
        network,
        train,
        validation,
        epochs=epochs,
        batch_size=_task.batch_size,
        learning_rate=_task.learning_rate,
        seed=seed,
        balanced=_task.balanced,
        standards=standards,
        distillation=distillation,
    )
    return network, fitted
