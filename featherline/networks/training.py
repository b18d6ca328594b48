"""Training that gives the same weights for the same seed, and keeps the best epoch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from featherline.errors import Diverged
from featherline.networks.backend import keras
from featherline.progress import bar
from featherline.signals.dataset import Items

EVALUATION_BATCH = 1024


@dataclass(frozen=True)
class Fit:
    """How a training went.

    Attributes:
        validation_accuracy: of the epoch that was kept; the mean over classes where they
            are weighted alike (`class_weights: balanced`).
        history: one row for each epoch, by the names epoch, loss, accuracy, val_loss, val_accuracy.
    """

    validation_accuracy: float
    history: list[dict]

    @property
    def curve(self) -> tuple[float, ...]:
        """The best validation accuracy up to each epoch."""
        return tuple(accumulate((row["val_accuracy"] for row in self.history), max))


@dataclass(frozen=True)
class Distillation:
    """What a network learns from another one besides the labels (Hinton et al., arXiv:1503.02531).

    Attributes:
        answers: probabilities that the teacher gives for the training items, shape (items, classes).
        share: of the loss that is the distance to these; the rest is the distance to the labels.
        temperature: both sides are softened by it, so that the teacher's second choices count.
    """

    answers: np.ndarray
    share: float
    temperature: float


def answers(network: keras.Model, inputs: np.ndarray) -> np.ndarray:
    """Probabilities that a network gives for a batch, shape (items, classes)."""
    return network.predict(inputs, batch_size=EVALUATION_BATCH, verbose=0)


def fit(
    network: keras.Model,
    train: Items,
    validation: Items,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    patience: int | None = None,
    balanced: bool = True,
    standards: Sequence[float] | None = None,
    distillation: Distillation | None = None,
    description: str | None = None,
    on_epoch: Callable[[dict], None] | None = None,
) -> Fit:
    """Trains `network` in place with Adam on a cosine schedule and leaves it at its best epoch.

    The best epoch is the one of the highest validation accuracy, and of the lowest
    validation loss among equals.

    Args:
        train, validation: items with normalized inputs.
        epochs: at the most.
        learning_rate: at the start; it falls to zero over `epochs`.
        patience: epochs without a better one before it stops; None never stops early.
        balanced: weighs items so that every class counts the same, in training and validation.
        standards: the best validation accuracy so far that each epoch must end with, or training stops.
        distillation: another network to learn from.
        description: of the progress bar; None draws none.
        on_epoch: is told the row of the history that each epoch adds.

    Raises:
        Diverged: where the loss is no longer finite.
    """
    steps = math.ceil(len(train) / batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, decay_steps=epochs * steps)
    loss, accuracy, targets = "sparse_categorical_crossentropy", "accuracy", [train.labels, validation.labels]
    if distillation:
        loss, accuracy, targets = _distilling(distillation, train.labels, validation.labels)
    network.compile(optimizer=keras.optimizers.Adam(schedule), loss=loss, weighted_metrics=[accuracy])
    weights = [_weights(items.labels, balanced) for items in (train, validation)]
    best = _KeepBest(epochs, patience, standards, description, on_epoch)
    with best.progress:
        network.fit(
            train.inputs,
            targets[0],
            sample_weight=weights[0],
            validation_data=(validation.inputs, targets[1], weights[1]),
            validation_batch_size=EVALUATION_BATCH,
            epochs=epochs,
            batch_size=batch_size,
            callbacks=[best],
            verbose=0,
        )
    best.restore()
    return Fit(best.validation_accuracy, best.history)


def _weights(labels: np.ndarray, balanced: bool) -> np.ndarray:
    if not balanced:
        return np.ones(len(labels), np.float32)
    counts = np.bincount(labels)
    return (len(labels) / ((counts > 0).sum() * counts[labels])).astype(np.float32)


def _distilling(distillation: Distillation, *labels: np.ndarray) -> tuple:
    """Loss, accuracy and targets that hold the teacher's answers beside the labels.

    Validation has no answers: its loss is that of the labels alone, comparable with any other.
    """
    classes = distillation.answers.shape[1]
    share, temperature = distillation.share, distillation.temperature

    def softened(probabilities):
        return keras.ops.softmax(keras.ops.log(probabilities + keras.backend.epsilon()) / temperature)

    softened_answers = keras.ops.convert_to_numpy(softened(distillation.answers))
    beside = [softened_answers, np.zeros((len(labels[1]), classes), np.float32)]
    targets = [
        np.concatenate([np.eye(classes, dtype=np.float32)[of], answer], axis=1)
        for of, answer in zip(labels, beside, strict=True)
    ]

    def loss(target, predicted):
        truth, answer = target[:, :classes], target[:, classes:]
        of_labels = keras.losses.categorical_crossentropy(truth, predicted)
        of_answers = keras.losses.categorical_crossentropy(answer, softened(predicted))
        taught = share * keras.ops.max(keras.ops.sign(answer), axis=1)
        # The gradient of softened answers shrinks with the square of the temperature.
        return (1 - taught) * of_labels + taught * temperature**2 * of_answers

    def accuracy(target, predicted):
        return keras.ops.equal(keras.ops.argmax(target[:, :classes], axis=1), keras.ops.argmax(predicted, axis=1))

    return loss, accuracy, targets


class _KeepBest(keras.callbacks.Callback):
    """Remembers the best epoch, stops after `patience` worse ones or below a standard, and draws the progress."""

    def __init__(
        self,
        epochs: int,
        patience: int | None,
        standards: Sequence[float] | None,
        description: str | None,
        on_epoch: Callable[[dict], None] | None,
    ):
        super().__init__()
        self.history: list[dict] = []
        self.validation_accuracy = 0.0
        self._patience = patience or epochs
        self._standards = standards or [0.0] * epochs
        self._key = (-math.inf, -math.inf)
        self._weights = None
        self._since = 0
        self._on_epoch = on_epoch or (lambda _: None)
        self.progress = bar(description, epochs, unit="epoch") if description else _NoBar()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        figures = {name: round(float(value), 6) for name, value in logs.items()}
        if not math.isfinite(figures["loss"]):
            raise Diverged(f"The loss is no longer finite in epoch {epoch + 1}: lower learning_rate in params.yaml.")
        self.history.append({"epoch": epoch + 1, **figures})
        self._on_epoch(self.history[-1])
        key = (figures["val_accuracy"], -figures["val_loss"])
        if key > self._key:
            self._key, self._weights, self._since = key, self.model.get_weights(), 0
            self.validation_accuracy = figures["val_accuracy"]
        else:
            self._since += 1
        if self._since >= self._patience or self.validation_accuracy < self._standards[epoch]:
            self.model.stop_training = True
        self.progress.set_postfix_str(f"validation {100 * self.validation_accuracy:.1f} %")
        self.progress.update()

    def restore(self) -> None:
        self.model.set_weights(self._weights)


class _NoBar:
    """Stands in for a progress bar where none is wanted."""

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        return None

    update: Callable = staticmethod(lambda *_: None)
    set_postfix_str: Callable = staticmethod(lambda *_: None)
