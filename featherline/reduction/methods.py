"""The search and what it is compared with, all trained the same way on the same split."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from featherline.params import Budget, Reduce
from featherline.reduction import identity, proposals, store, study, worker_pool
from featherline.reduction.costs import Costs, costs_of
from featherline.reduction.feasibility import Field, survey
from featherline.reduction.front_ends import OF_PREPROCESS, FrontEnd
from featherline.reduction.objective import Candidate, Yardstick, worth_of_an_item
from featherline.reduction.whole_program import Beside
from featherline.signals.dataset import fold_folders, read_items

SEARCH, RANDOM, BY_HAND = "search", "random search", "by hand"


@dataclass(frozen=True)
class Setting:
    """What every method of an application shares.

    Attributes:
        app: its name in params.yaml.
        settings: its `reduce` block.
        budget: trials, and epochs of each.
        task: the data, and how candidates are trained.
        original: costs of the original network.
        original_accuracy: its validation accuracy, 0 to 1.
        validation_items: how many the validation split has of each class, for each fold of each front end.
        studies: the folder of studies that no `settings.storage` holds.
        beside: what stands beside the network in the program of each front end, by name; empty where whole programs are
            not weighed.
    """

    app: str
    settings: Reduce
    budget: Budget
    task: worker_pool.Task
    original: Costs
    original_accuracy: float
    validation_items: tuple[tuple[int, ...], ...]
    studies: Path
    beside: Mapping[str, Beside] = dataclasses.field(default_factory=dict)

    @property
    def field(self) -> Field:
        """Where candidates come from."""
        task = self.task
        return Field(self.settings, task.input_shape, task.classes, task.front_ends or None, self.beside)


def task_of(
    settings: Reduce,
    preprocessed: FrontEnd,
    classes: int,
    *,
    balanced: bool,
    seed: int,
    searched: Mapping[str, FrontEnd],
) -> worker_pool.Task:
    """What all candidates of a search learn from, and how.

    Args:
        settings: of the search.
        preprocessed: the features of preprocess. searched: those of front ends that the search may choose, by name.
        classes: how many there are.
        balanced: whether items are weighed so that every class counts the same.
        seed: of trainings.
    """
    return worker_pool.Task(
        *(preprocessed.data, preprocessed.input_shape, classes, settings.batch_size, settings.learning_rate),
        balanced=balanced,
        seed=seed,
        distillation=settings.distillation,
        front_ends=searched,
    )


def validation_items(task: worker_pool.Task) -> tuple[tuple[int, ...], ...]:
    """How many items of each class each validation fold of each front end has."""
    classes = task.classes
    data = {task.data, *(front_end.data for front_end in task.front_ends.values())}
    of_folds = [
        read_items(folder / "validation.npz").labels for place in sorted(data) for folder in fold_folders(place)
    ]
    return tuple(tuple(np.bincount(labels, minlength=classes).tolist()) for labels in of_folds)


def compare(
    setting: Setting, pool: Executor, on_finished: Callable[[Candidate, float], None] | None = None
) -> tuple[dict[str, list[Candidate]], Yardstick]:
    """Runs the search and the baselines that params ask for.

    Args:
        setting: what all methods share.
        pool: workers of the task (`worker_pool.workers`).
        on_finished: of the search, not of the baselines, as in `study.Search`.

    Returns:
        Method -> its trained candidates, the search first; and what they are measured against.

    Raises:
        FeatherlineError: where nothing of the space fits the input or meets the limits, or the
            store of trials cannot be reached or belongs to another search.
    """
    settings, task, seed = setting.settings, setting.task, setting.task.seed
    field = setting.field
    surveyed = survey(field, seed)
    item = max(worth_of_an_item(items, task.balanced) for items in setting.validation_items) / task.folds
    yardstick = Yardstick(
        setting.original, setting.original_accuracy, surveyed.cheapest, task.classes, item, settings.cost
    )

    proposers: dict[str, study.Proposer] = {
        SEARCH: partial(proposals.guided, field, example=surveyed.example, seed=seed, yardstick=yardstick)
    }
    if settings.baselines.random_search:
        proposers[RANDOM] = partial(proposals.at_random, field, example=surveyed.example, seed=seed)
    with ExitStack() as stores:
        searches = [
            (
                study.Search(
                    *(field, yardstick, setting.budget, propose, f"{method} {setting.app}"),
                    on_finished=on_finished if method == SEARCH else None,
                ),
                stores.enter_context(_opened(setting, method)),
            )
            for method, propose in proposers.items()
        ]
        by_search = study.run_together(searches, pool, settings.workers)
    candidates_of = dict(zip(proposers, by_search, strict=True))
    if architecture := settings.baselines.by_hand:
        costs = costs_of(
            architecture, task.input_shape, task.classes, settings.scheme, setting.beside.get(OF_PREPROCESS)
        )
        outcome = worker_pool.outcome(
            worker_pool.submit(pool, worker_pool.train_candidate, architecture, setting.budget.epochs)
        )
        candidates_of[BY_HAND] = [Candidate(0, {}, architecture, costs, outcome.curve, outcome.stopped)]
    return candidates_of, yardstick


@contextmanager
def _opened(setting: Setting, method: str) -> Iterator[store.Store]:
    settings = setting.settings
    made_with = identity.made_with(
        *(settings, setting.task, setting.budget.epochs, setting.original.weight_bytes), setting.beside
    )
    objectives = study.objectives(settings.objective)
    suffix = "" if method == SEARCH else f"-{method.replace(' ', '-')}"
    if settings.storage:
        name = f"{settings.study or setting.app}{suffix}"
        opened = store.shared(settings.storage, name, made_with, objectives)
    else:
        name = f"{setting.app}-{identity.short(made_with)}{suffix}"
        # A file each: one process, or one search of it, holds a file at a time.
        opened = store.local(setting.studies / f"{setting.app}{suffix}.db", name, made_with, objectives)
    with opened as trial_store:
        yield trial_store
