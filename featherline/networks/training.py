"""Training that gives the same weights for the same seed on every processor, and keeps the best epoch."""

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from scipy.special import log_softmax, softmax
from threadpoolctl import threadpool_limits

from featherline.core.arrays import blocks
from featherline.core.errors import Diverged
from featherline.core.numerics import on_grid
from featherline.core.progress import bar
from featherline.networks.backend import keras
from featherline.networks.equal_training import EVALUATION_BATCH, Chain, Trainer, cosine
from featherline.signals.dataset import Items

ANSWER_STEP = 2.0**-24
"""The grid of a teacher's probabilities: far finer than what they are worth, far above what processors differ by."""


@dataclass(frozen=True)
class Fit:
    """How a training went.

    Attributes:
        history: one row for each epoch, by the names epoch, loss, accuracy, val_loss, val_accuracy; the last two where
            there is a validation split.
    """

    history: list[dict[str, float]]

    @property
    def validation_accuracy(self) -> float | None:
        """Of the epoch that was kept; the mean over classes where they are weighted alike (`class_weights: balanced`);
        None where nothing was validated."""
        return self.curve[-1] if self.curve else None

    @property
    def curve(self) -> tuple[float, ...]:
        """The best validation accuracy up to each epoch."""
        return tuple(accumulate((row["val_accuracy"] for row in self.history if "val_accuracy" in row), max))


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


def answers(networks: Sequence[keras.Model], inputs: np.ndarray) -> np.ndarray:
    """Probabilities that networks give for a batch by the mean of their logits; float64 on a grid, (items, classes)."""
    with threadpool_limits(1):
        logits = np.mean([Chain(network).logits(inputs) for network in networks], axis=0)
        return on_grid(softmax(logits, axis=1), ANSWER_STEP)


def fit(
    network: keras.Model,
    train: Items,
    validation: Items | None,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    patience: int | None = None,
    balanced: bool = True,
    standards: Sequence[float] | None = None,
    distillation: Distillation | None = None,
    description: str | None = None,
    on_epoch: Callable[[dict[str, float]], None] | None = None,
) -> Fit:
    """Trains `network` in place with Adam on a cosine schedule and leaves it at its best epoch.

    The best epoch is the one of the highest validation accuracy, and of the lowest
    validation loss among equals; without a validation split it is the last one. The
    arithmetic is that of `equal_training`; weights end as float32.

    Args:
        network: a classifier that ends with a softmax.
        train, validation: items with normalized inputs; None for no validation.
        epochs: at the most.
        learning_rate: at the start; it falls to zero over `epochs`.
        seed: of the order in which training takes items, and of dropout.
        patience: epochs without a better one before it stops; None never stops early.
        balanced: weighs items so that every class counts the same, in training and validation.
        standards: the best validation accuracy so far that each epoch must end with, or training stops.
        distillation: another network to learn from; validation is by the labels alone.
        description: of the progress bar; None draws none.
        on_epoch: is told the row of the history that each epoch adds.

    Raises:
        Diverged: where the loss is no longer finite.
    """
    steps = math.ceil(len(train) / batch_size)
    trainer = Trainer(
        network,
        train.inputs,
        train.labels,
        batch_size=batch_size,
        rates=cosine(learning_rate, epochs * steps),
        seed=seed,
        weights=_weights(train.labels, balanced),
        answers=_softened(distillation.answers, distillation.temperature) if distillation else None,
        share=distillation.share if distillation else 0.0,
        temperature=distillation.temperature if distillation else 1.0,
    )
    history: list[dict[str, float]] = []
    best_key, best_weights, best_epoch = (-math.inf, -math.inf), trainer.weights(), 0
    drawn = bar(description, epochs, unit="epoch") if description else nullcontext()
    # Products this small gain nothing from a second thread, and a search has a process for each processor.
    with drawn as progress, threadpool_limits(1):
        for epoch in range(1, epochs + 1):
            loss, accuracy = trainer.epoch()
            if not math.isfinite(loss):
                raise Diverged(f"The loss is no longer finite in epoch {epoch}: lower learning_rate in params.yaml.")
            figures = {"loss": loss, "accuracy": accuracy}
            if validation is not None:
                figures |= _validated(trainer, validation, balanced)
            row = {"epoch": epoch, **{name: round(value, 6) for name, value in figures.items()}}
            history.append(row)
            if on_epoch:
                on_epoch(row)
            key = (row["val_accuracy"], -row["val_loss"]) if validation is not None else (epoch, 0.0)
            if key > best_key:
                best_key, best_weights, best_epoch = key, trainer.weights(), epoch
            if progress:
                if validation is not None:
                    progress.set_postfix_str(f"validation {100 * best_key[0]:.1f} %")
                progress.update()
            if epoch - best_epoch >= (patience or epochs) or (standards and best_key[0] < standards[epoch - 1]):
                break
    network.set_weights(best_weights)
    return Fit(history)


def _weights(labels: np.ndarray, balanced: bool) -> np.ndarray:
    if not balanced:
        return np.ones(len(labels))
    counts = np.bincount(labels)
    weights: np.ndarray = len(labels) / ((counts > 0).sum() * counts[labels])
    return weights


def _softened(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """A teacher's answers at a temperature, on a grid."""
    return on_grid(softmax(np.log(probabilities + ANSWER_STEP) / temperature, axis=1), ANSWER_STEP)


def _validated(trainer: Trainer, validation: Items, balanced: bool) -> dict[str, float]:
    """Loss with the penalties of layers, and weighted accuracy; sums are exact, so that their order says nothing."""
    weights = _weights(validation.labels, balanced)
    # Memory lets go of each batch of a mapped split.
    given = np.concatenate([trainer.chain.logits(block) for block in blocks(validation.inputs, EVALUATION_BATCH)])
    each = -log_softmax(given, axis=1)[np.arange(len(validation)), validation.labels]
    loss = math.fsum(weights * each) / len(validation) + trainer.chain.penalty()
    right = given.argmax(axis=1) == validation.labels
    return {"val_loss": loss, "val_accuracy": math.fsum(weights[right]) / math.fsum(weights)}
