"""What a worker process of the search does: it reads the data once and trains candidates."""

import signal
from dataclasses import dataclass
from pathlib import Path

from featherline.params import Architecture
from featherline.signals.dataset import Items, read_items


@dataclass(frozen=True)
class Task:
    """What is the same for every candidate of a search."""

    data: Path
    input_shape: tuple[int, int, int]
    classes: int
    epochs: int
    batch_size: int
    learning_rate: float
    balanced: bool
    seed: int


_task: Task
_train: Items
_validation: Items


def start_worker(task: Task) -> None:
    """Prepares this process for `train_candidate`."""
    global _task, _train, _validation
    _task = task
    _train, _validation = (read_items(task.data / f"{name}.npz") for name in ("train", "validation"))
    # An interrupt ends the parent, which ends its workers; their own tracebacks help nobody.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def train_candidate(architecture: Architecture) -> float:
    """Trains one candidate from the search's seed and returns its validation accuracy, 0 to 1."""
    from featherline.networks.backend import keras
    from featherline.networks.builder import build
    from featherline.networks.training import fit

    keras.backend.clear_session()
    network = build(architecture, _task.input_shape, _task.classes, _task.seed)
    outcome = fit(
        network,
        _train,
        _validation,
        epochs=_task.epochs,
        batch_size=_task.batch_size,
        learning_rate=_task.learning_rate,
        balanced=_task.balanced,
    )
    return outcome.validation_accuracy
