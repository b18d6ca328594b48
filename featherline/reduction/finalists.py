"""The last round: the best candidates are trained at full length, and the objective chooses among these.

A trial is short, and its accuracy is that of one seed on one split. Among candidates that
are close at the length of a trial, full length often turns the order round.
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
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
    pool: ProcessPoolExecutor,
    teacher: Path | None,
) -> list[Finalist]:
    """Trains the best candidates for `epochs` and returns them in the order of the objective, the winner first.

    One whose loss is no longer finite drops out.

    Args:
        candidates: every candidate of the search.
        settings: how many finalists there are, and the objective.
        yardstick: what the objective measures against.
        epochs: full length.
        pool: workers of the task (`worker_pool.workers`).
        teacher: a .keras file whose answers finalists learn, too; None leaves it out.

    Raises:
        FeatherlineError: where no finalist can be trained, or a worker died.
    """
    chosen = ranked(candidates, settings, yardstick)[: settings.finalists]
    futures = {
        worker_pool.submit(pool, worker_pool.train_finalist, candidate.architecture, epochs, teacher): candidate
        for candidate in chosen
    }
    finished: dict[int, Finalist] = {}
    failure = Diverged("No candidate was chosen for the last round: run the search again.")
    for future in track(as_completed(futures), "train the finalists", len(futures), "network"):
        try:
            trained = worker_pool.outcome(future)
        except Diverged as error:
            failure = error
            continue
        candidate = replace(futures[future], curve=trained.curve, stopped=False)
        finished[candidate.number] = Finalist(candidate, trained)
    if not finished:
        raise failure
    order = ranked([finalist.candidate for finalist in finished.values()], settings, yardstick)
    return [finished[candidate.number] for candidate in order]
