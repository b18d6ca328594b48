"""Worker processes of the search: each reads the data once and trains what it is given.

TensorFlow is imported in the workers alone, so that the process that asks and tells
begins at once.
"""

import functools
import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from featherline.errors import FeatherlineError
from featherline.params import Architecture
from featherline.signals.dataset import Items, read_items


@dataclass(frozen=True)
class Task:
    """What is the same for every candidate of a search."""

    data: Path
    input_shape: tuple[int, int, int]
    classes: int
    batch_size: int
    learning_rate: float
    balanced: bool
    seed: int


@contextmanager
def workers(task: Task, count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of `count` processes for `train_candidate` and `train_winner`."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_start, initargs=(task,)) as pool:
        try:
            yield pool
        except BaseException:
            # Nobody waits for what is still being trained; workers ignore the interrupt of a terminal.
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def outcome(future: Future) -> Any:
    """What a worker returned; raises `FeatherlineError` where it died."""
    try:
        return future.result()
    except BrokenProcessPool:
        raise FeatherlineError(
            "A worker of the search died, most likely for want of memory: lower reduce.workers in params.yaml."
        ) from None


_task: Task


def _start(task: Task) -> None:
    global _task
    _task = task
    # An interrupt ends the parent, which ends its workers; their own tracebacks help nobody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@functools.cache
def _data() -> tuple[Items, Items]:
    """Train and validation items; read in the first call, from where an error finds its way to the parent."""
    train, validation = (read_items(_task.data / f"{name}.npz") for name in ("train", "validation"))
    return train, validation


def train_candidate(architecture: Architecture, epochs: int) -> float:
    """Trains one candidate from the search's seed and returns its validation accuracy, 0 to 1.

    One whose loss is no longer finite gets 0: it loses the search, and does not end it.
    """
    from featherline.networks.training import Diverged

    try:
        _, fitted = _train_network(architecture, epochs)
    except Diverged:
        return 0.0
    return fitted.validation_accuracy


def train_winner(architecture: Architecture, epochs: int, description: str) -> tuple[bytes, list[dict]]:
    """Trains the winner under a progress bar; returns the content of a .keras file and the history."""
    from featherline.networks import storage

    network, fitted = _train_network(architecture, epochs, description)
    return storage.serialized(network), fitted.history


def _train_network(architecture: Architecture, epochs: int, description: str | None = None) -> tuple:
    from featherline.networks.backend import keras
    from featherline.networks.builder import build
    from featherline.networks.training import fit

    keras.backend.clear_session()
    network = build(architecture, _task.input_shape, _task.classes, _task.seed)
    fitted = fit(
        network,
        *_data(),
        epochs=epochs,
        batch_size=_task.batch_size,
        learning_rate=_task.learning_rate,
        balanced=_task.balanced,
        description=description,
    )
    return network, fitted
