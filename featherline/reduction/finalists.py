"""The last round: the best candidates are trained at full length, and the objective chooses among these.

A trial is short, and its accuracy is that of one seed on one split. Among candidates that
are close at the length of a trial, full length often turns the order round, and so does another
seed: each finalist may be trained from several, and its best training stands for it.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from featherline.core.errors import Diverged
from featherline.core.progress import track
from featherline.params import Reduce
from featherline.reduction import worker_pool
from featherline.reduction.costs import Costs, excess
from featherline.reduction.objective import Candidate, Yardstick, ranked


@dataclass(frozen=True)
class Finalist:
    """A candidate that was trained at full length; the curve of `candidate` is that of this training."""

    candidate: Candidate
    trained: worker_pool.Trained


def decide(
    candidates: Sequence[Candidate],
    settings: Reduce,
    yardstick: Yardstick,
    epochs: int,
    pool: Executor,
    teacher: Path | None,
    folds: int = 1,
    measure: Callable[[Candidate, bytes], Future[Costs]] | None = None,
) -> list[Finalist]:
    """Trains the best candidates for `epochs` and returns them in the order of the objective, the winner first.

    Each is trained `settings.final_seeds` times from other weights, and the objective chooses among these trainings,
    too. With several validation folds each is trained in every one and judged by the mean; the network that is kept is
    that of the first. A training whose loss is no longer finite drops out.

    Args:
        candidates: every candidate of the search.
        settings: how many finalists there are, and the objective.
        yardstick: what the objective measures against.
        epochs: full length.
        pool: workers of the task (`worker_pool.workers`).
        teacher: a .keras file whose answers finalists learn, too; None leaves it out.
        folds: how many validation folds there are.
        measure: begins to measure the costs of a finalist from the content of its .keras file; where it is given, they
            take the place of the estimates, and one over a limit drops out, unless all are.

    Raises:
        FeatherlineError: where no finalist can be trained, or a worker died.
    """
    chosen = ranked(candidates, settings, yardstick)[: settings.finalists]
    trainings = [
        (candidate, repetition, fold)
        for candidate in chosen
        for repetition in range(settings.final_seeds)
        for fold in range(folds)
    ]
    futures = {
        worker_pool.submit(
            pool,
            worker_pool.train_finalist,
            candidate.architecture,
            epochs,
            teacher,
            fold,
            repetition,
            candidate.front_end,
        ): (candidate.number, repetition, fold)
        for candidate, repetition, fold in trainings
    }
    trained: dict[tuple[int, int, int], worker_pool.Trained] = {}
    failure = Diverged("No candidate was chosen for the last round: run the search again.")
    for future in track(as_completed(futures), "train the finalists", len(futures), "network"):
        try:
            trained[futures[future]] = worker_pool.outcome(future)
        except Diverged as error:
            failure = error
    finished: dict[int, Finalist] = {}
    for candidate in chosen:
        repetitions = []
        for repetition in range(settings.final_seeds):
            keys = [(candidate.number, repetition, fold) for fold in range(folds)]
            if all(key in trained for key in keys):
                of_folds = [trained[key] for key in keys]
                repetitions.append(Finalist(_at_full_length(candidate, of_folds), of_folds[0]))
        if repetitions:
            # Of the same costs, so that the objective asks for the most accurate; the first one among equals.
            finished[candidate.number] = max(repetitions, key=lambda finalist: finalist.candidate.validation_accuracy)
    if not finished:
        raise failure
    if measure is not None:
        finished = _measured(finished, settings, measure)
    order = ranked([finalist.candidate for finalist in finished.values()], settings, yardstick)
    return [finished[candidate.number] for candidate in order]


def _measured(
    finished: Mapping[int, Finalist], settings: Reduce, measure: Callable[[Candidate, bytes], Future[Costs]]
) -> dict[int, Finalist]:
    """Finalists with their true costs, those alone that meet every limit; all of them where none does."""
    under_way = {number: measure(finalist.candidate, finalist.trained.network) for number, finalist in finished.items()}
    measured = {
        number: replace(
            finished[number], candidate=replace(finished[number].candidate, costs=worker_pool.outcome(costs))
        )
        for number, costs in under_way.items()
    }
    within = {
        number: finalist for number, finalist in measured.items() if not excess(finalist.candidate.costs, settings)
    }
    return within or measured


def _at_full_length(candidate: Candidate, of_folds: Sequence[worker_pool.Trained]) -> Candidate:
    first = of_folds[0].curve
    if len(of_folds) == 1:
        return replace(candidate, curve=first, stopped=False)
    curve = worker_pool.mean_curve([trained.curve for trained in of_folds])
    return replace(candidate, curve=curve, stopped=False, of_first_fold=first)
