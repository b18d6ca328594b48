"""The search itself: candidates asked for and told in batches, trained in worker processes.

Each batch is asked for before any of its members is trained, and told in the order in
which it was asked for: the winner depends on the seed, not on which worker was faster or
on how many there are.
"""

import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import optuna

from featherline.errors import FeatherlineError
from featherline.networks.shapes import Shape, int8_weight_bytes, layers, mac_count, weight_count
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
    macs: int
    validation_accuracy: float
    score: float


def score(validation_accuracy: float, weight_bytes: int, original_bytes: int, error_weight: float) -> float:
    """w * validation error + (1 - w) * weight bytes / the original's weight bytes; less is better."""
    return error_weight * (1 - validation_accuracy) + (1 - error_weight) * weight_bytes / original_bytes


def search(
    settings: Reduce,
    budget: Budget,
    task: trials.Task,
    original_bytes: int,
    pool: ProcessPoolExecutor,
) -> list[Candidate]:
    """Trains `budget.trials` candidates and returns them in the order of their numbers.

    Args:
        settings: the space, and the weight of the error in the score.
        budget: trials, and epochs of each.
        task: the data, and how candidates are trained; its seed is the sampler's, too.
        original_bytes: int8 weight bytes of the original network.
        pool: workers of that task (`trials.workers`).

    Raises:
        FeatherlineError: where nothing of the space fits the input.
    """
    input_shape, classes = task.input_shape, task.classes
    search_space.check(settings.space, input_shape, classes)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=task.seed,
            multivariate=True,
            group=True,
            constant_liar=True,
            n_startup_trials=max(BATCH, budget.trials // 4),
        )
    study = optuna.create_study(sampler=sampler, direction="minimize")
    found: list[Candidate] = []
    known: dict[str, float] = {}
    with bar("search", budget.trials, unit="trial") as progress:
        while len(found) < budget.trials:
            batch = _ask(study, settings, input_shape, classes, min(BATCH, budget.trials - len(found)))
            fresh = {}
            for _, architecture in batch:
                key = architecture.model_dump_json()
                if key not in known and key not in fresh:
                    fresh[key] = pool.submit(trials.train_candidate, architecture, budget.epochs)
            for key, future in fresh.items():
                known[key] = trials.outcome(future)
            for trial, architecture in batch:
                plan = layers(architecture, input_shape, classes)
                weight_bytes = int8_weight_bytes(plan)
                accuracy = known[architecture.model_dump_json()]
                value = score(accuracy, weight_bytes, original_bytes, settings.error_weight)
                study.tell(trial, value)
                found.append(
                    Candidate(
                        trial.number, architecture, weight_count(plan), weight_bytes, mac_count(plan), accuracy, value
                    )
                )
                progress.set_postfix_str(f"best score {min(c.score for c in found):.4f}")
                progress.update()
    return found


def _ask(study, settings: Reduce, input_shape: Shape, classes: int, count: int) -> list:
    batch = []
    for _ in range(count * REFUSALS_A_TRIAL):
        trial = study.ask()
        architecture = search_space.suggest(trial, settings.space, input_shape, settings.dropout)
        if search_space.fits(architecture, input_shape, classes):
            batch.append((trial, architecture))
        else:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
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
