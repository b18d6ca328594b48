"""The search itself: candidates asked for and told in batches, trained in worker processes.

Each batch is asked for before any of its members is trained, and told in the order in
which it was asked for: the winner depends on the seed, not on which worker was faster or
on how many there are.
"""

import multiprocessing
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import optuna

from featherline.errors import FeatherlineError
from featherline.networks.shapes import Shape, layers, weight_count
from featherline.params import Architecture, Budget, Reduce
from featherline.progress import bar
from featherline.reduction import space as search_space
from featherline.reduction import trials

BATCH = 4
# Architectures that do not fit the input cost nothing to refuse, but a space of nothing else must end.
REFUSALS_A_TRIAL = 50


@dataclass(frozen=True)
class Candidate:
    """A trained candidate of the search."""

    number: int
    architecture: Architecture
    weights: int
    weight_bytes: int
    validation_accuracy: float
    score: float


def score(validation_accuracy: float, weight_bytes: int, original_bytes: int, error_weight: float) -> float:
    """w * validation error + (1 - w) * weight bytes / the original's weight bytes; less is better."""
    return error_weight * (1 - validation_accuracy) + (1 - error_weight) * weight_bytes / original_bytes


def search(
    settings: Reduce,
    budget: Budget,
    data: Path,
    input_shape: Shape,
    classes: int,
    original_bytes: int,
    balanced: bool,
    seed: int,
) -> list[Candidate]:
    """Trains `budget.trials` candidates and returns them in the order of their numbers.

    Args:
        settings: the space, the weight of the error in the score, the number of workers.
        budget: trials, and epochs of each.
        data: folder of train.npz and validation.npz.
        input_shape: (height, width, channels).
        classes: number of classes.
        original_bytes: int8 weight bytes of the original network.
        balanced: whether every class counts the same in the validation accuracy.
        seed: of the sampler and of every training.

    Raises:
        FeatherlineError: where nothing of the space fits the input.
    """
    search_space.check(settings.space, input_shape, classes)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=seed,
            multivariate=True,
            group=True,
            constant_liar=True,
            n_startup_trials=max(BATCH, budget.trials // 4),
        )
    study = optuna.create_study(sampler=sampler, direction="minimize")
    task = trials.Task(
        data, input_shape, classes, budget.epochs, settings.batch_size, settings.learning_rate, balanced, seed
    )
    found: list[Candidate] = []
    known: dict[str, float] = {}
    workers = min(settings.workers, BATCH, budget.trials)
    with (
        ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), initializer=trials.start_worker, initargs=(task,)
        ) as pool,
        bar("search", budget.trials, unit="trial") as progress,
    ):
        while len(found) < budget.trials:
            batch = _ask(study, settings, input_shape, classes, min(BATCH, budget.trials - len(found)))
            fresh = {}
            for _, architecture in batch:
                key = architecture.model_dump_json()
                if key not in known and key not in fresh:
                    fresh[key] = pool.submit(trials.train_candidate, architecture)
            try:
                for key, future in fresh.items():
                    known[key] = future.result()
            except BrokenProcessPool:
                raise FeatherlineError(
                    "A worker of the search died, most likely for want of memory: lower reduce.workers in params.yaml."
                ) from None
            for trial, architecture in batch:
                plan = layers(architecture, input_shape, classes)
                weight_bytes = search_space.weight_bytes(architecture, input_shape, classes)
                accuracy = known[architecture.model_dump_json()]
                value = score(accuracy, weight_bytes, original_bytes, settings.error_weight)
                study.tell(trial, value)
                found.append(Candidate(trial.number, architecture, weight_count(plan), weight_bytes, accuracy, value))
                progress.set_postfix_str(f"best score {min(c.score for c in found):.4f}")
                progress.update()
    return found


def _ask(study, settings: Reduce, input_shape: Shape, classes: int, count: int) -> list:
    batch = []
    for _ in range(count * REFUSALS_A_TRIAL):
        trial = study.ask()
        architecture = search_space.suggest(trial, settings.space, settings.dropout)
        if search_space.weight_bytes(architecture, input_shape, classes) is None:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            batch.append((trial, architecture))
        if len(batch) == count:
            return batch
    raise FeatherlineError(
        f"Of {count * REFUSALS_A_TRIAL} candidates only {len(batch)} fit the input of {input_shape}: "
        "lower the poolings or conv_blocks of reduce.space in params.yaml."
    )


def winner(candidates: list[Candidate]) -> Candidate:
    """The candidate of the lowest score, the smaller and then the earlier one among equals."""
    return min(candidates, key=lambda c: (c.score, c.weight_bytes, c.number))


def pareto_front(candidates: list[Candidate]) -> list[Candidate]:
    """Candidates that no other one beats in both validation accuracy and weight bytes, smallest first."""
    front: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.weight_bytes, -c.validation_accuracy, c.number)):
        if not front or candidate.validation_accuracy > front[-1].validation_accuracy:
            front.append(candidate)
    return front
