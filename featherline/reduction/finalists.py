"""The last round: the best candidates are trained at full length, and the objective chooses among these.

A trial is short, and its accuracy is that of one seed on one split. Among candidates that
are close at the length of a trial, full length often turns the order round.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from featherline.core.errors import Diverged
from featherline.core.progress import track
from featherline.params import Reduce
from featherline.reduction import worker_pool
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
) -> list[Finalist]:
    """Trains the best candidates for `epochs` and returns them in the order of the objective, the winner first.

    With several validation folds each is trained in every one and judged by the mean; the network that is kept is
    that of the first. One whose loss is no longer finite drops out.

    Args:
        candidates: every candidate of the search.
        settings: how many finalists there are, and the objective.
        yardstick: what the objective measures against.
        epochs: full length.
        pool: workers of the task (`worker_pool.workers`).
        teacher: a .keras file whose answers finalists learn, too; None leaves it out.
        folds: how many validation folds there are.

    Raises:
        FeatherlineError: where no finalist can be trained, or a worker died.
    """
    chosen = ranked(candidates, settings, yardstick)[: settings.finalists]
    futures = {
        worker_pool.submit(pool, worker_pool.train_finalist, candidate.architecture, epochs, teacher, fold): (
            candidate,
            fold,
        )
        for candidate in chosen
        for fold in range(folds)
    }
    trained: dict[tuple[int, int], worker_pool.Trained] = {}
    failure = Diverged("No candidate was chosen for the last round: run the search again.")
    for future in track(as_completed(futures), "train the finalists", len(futures), "network"):
        candidate, fold = futures[future]
        try:
            trained[candidate.number, fold] = worker_pool.outcome(future)
        except Diverged as error:
            failure = error
    finished: dict[int, Finalist] = {}
    for candidate in chosen:
        of_folds = [trained[candidate.number, fold] for fold in range(folds) if (candidate.number, fold) in trained]
        if len(of_folds) == folds:
            finished[candidate.number] = Finalist(_at_full_length(candidate, of_folds), of_folds[0])
    if not finished:
        raise failure
    order = ranked([finalist.candidate for finalist in finished.values()], settings, yardstick)
    return [finished[candidate.number] for candidate in order]


def _at_full_length(candidate: Candidate, of_folds: Sequence[worker_pool.Trained]) -> Candidate:
    first = of_folds[0].curve
    if len(of_folds) == 1:
        return replace(candidate, curve=first, stopped=False)
    curve = worker_pool.mean_curve([trained.curve for trained in of_folds])
    return replace(candidate, curve=curve, stopped=False, of_first_fold=first)
