"""The last round: the best candidates are trained at full length, and the objective chooses among these.

A trial is short, and its accuracy is that of one seed on one split. Among candidates that
are close at the length of a trial, full length often turns the order round, and so does another
seed: each finalist may be trained from several, and its best training stands for it.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, replace

from featherline.core.errors import Diverged
from featherline.core.progress import track
from featherline.params import Reduce
from featherline.reduction import worker_pool
from featherline.reduction.costs import PROGRAM_LIMITS, Costs, excess
from featherline.reduction.front_ends import key_of
from featherline.reduction.objective import Candidate, Yardstick, ranked

Measure = Callable[[Candidate, bytes | None], Future[Costs]]
"""Begins to measure the costs of a candidate from the content of its .keras file; of None with weights as drawn."""

# So many candidates for each finalist are measured before the last round. Those that come after are much worse.
_MEASURED = 4


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
    original: bytes | None,
    folds: int = 1,
    measure: Measure | None = None,
) -> list[Finalist]:
    """Trains the best candidates for `epochs` and returns them in the order of the objective, the winner first.

    Each is trained `settings.final_seeds` times from other weights, and the objective chooses among these trainings,
    too. With several validation folds each is trained in every one and judged by the mean; the network that is kept is
    that of the first. A training whose loss is no longer finite drops out. Where finalists teach, the winner is trained
    as often again with what all of them answer, and the training that comes closest to that stands for it, unless the
    mean over its seeds was as good on validation without: the best of several is better than it will ever be again.
    With `settings.refit` the network of the winner is in the end one that was trained on the validation split, too, for
    as long; its accuracy and its history stay those that it was chosen by.

    Args:
        candidates: every candidate of the search.
        settings: how many finalists there are, the objective, and who teaches.
        yardstick: what the objective measures against.
        epochs: full length.
        pool: workers of the task (`worker_pool.workers`).
        original: the .keras file of the network that teaches all of them; None where none does.
        folds: how many validation folds there are.
        measure: where it is given, candidates over a limit with weights as drawn are passed over, and the measured
            costs of those that were trained take the place of the estimates; one over a limit then drops out. Where
            none is within the limits, all stay.

    Raises:
        FeatherlineError: where no finalist can be trained, or a worker died.
    """
    networks: dict[str, Candidate] = {}  # one that several candidates stand for is trained once
    for candidate in ranked(candidates, settings, yardstick):
        networks.setdefault(key_of(candidate.architecture, candidate.front_end), candidate)
    chosen = _chosen(list(networks.values()), settings, measure)
    everyone = _Trainings(settings.final_seeds, folds)
    teachers = [[original] if original else []] * folds
    everyone.run(chosen, epochs, pool, teachers)
    finished = {candidate.number: best for candidate in chosen if (best := everyone.best(candidate))}
    if not finished:
        raise everyone.failure
    if measure is not None:
        finished = _measured(finished, settings, measure)
    order = ranked([finalist.candidate for finalist in finished.values()], settings, yardstick)
    winner, *others = (finished[candidate.number] for candidate in order)
    if settings.distillation.share > 0 and settings.distillation.teacher == "finalists":
        again, all_networks = _Trainings(settings.final_seeds, folds), everyone.networks()
        longer = settings.distillation.epochs or epochs
        again.run([winner.candidate], longer, pool, all_networks)
        better = again.closest(winner.candidate)
        if better and again.mean(winner.candidate) > everyone.mean(winner.candidate):
            winner, epochs, teachers = better, longer, all_networks
    if settings.refit:
        winner = _refitted(winner, epochs, pool, teachers[0])
    return [winner, *others]


def _chosen(in_order: Sequence[Candidate], settings: Reduce, measure: Measure | None) -> Sequence[Candidate]:
    """The first candidates, of whose programs none is over a limit where that can be measured.

    The search holds estimates to limits, so that what it likes best is, near a limit, what is estimated too low.
    """
    count, within = settings.finalists, []
    if measure is None or all(getattr(settings, key) is None for key in PROGRAM_LIMITS):
        return in_order[:count]
    for first in range(0, count * _MEASURED, count):
        batch = in_order[first : first + count]
        costs = _costs(measure, [(candidate, None) for candidate in batch])
        within += [candidate for candidate, its in zip(batch, costs, strict=True) if not excess(its, settings)]
        if len(within) >= count:
            break
    return within[:count] or in_order[:count]


def _costs(measure: Measure, networks: Sequence[tuple[Candidate, bytes | None]]) -> list[Costs]:
    """The measured costs of several candidates, all measured at once."""
    under_way = [measure(candidate, network) for candidate, network in networks]
    return [worker_pool.outcome(measured) for measured in under_way]


def _refitted(winner: Finalist, epochs: int, pool: Executor, teachers: Sequence[bytes]) -> Finalist:
    """The winner with a network that has learnt from the validation split of the first fold, too."""
    candidate = winner.candidate
    trained = worker_pool.outcome(
        worker_pool.submit(
            pool,
            worker_pool.train_finalist,
            candidate.architecture,
            epochs,
            teachers,
            front_end=candidate.front_end,
            refit=True,
        )
    )
    return replace(winner, trained=replace(winner.trained, network=trained.network))


class _Trainings:
    """Trainings of some candidates at full length, from several seeds and in every fold."""

    def __init__(self, seeds: int, folds: int) -> None:
        self._seeds, self._folds = seeds, folds
        self._trained: dict[tuple[int, int, int], worker_pool.Trained] = {}
        self.failure = Diverged("No candidate was chosen for the last round: run the search again.")

    def run(
        self, candidates: Sequence[Candidate], epochs: int, pool: Executor, teachers: Sequence[Sequence[bytes]]
    ) -> None:
        """Trains all of them; `teachers` are .keras files for each fold."""
        trainings = [
            (candidate, repetition, fold)
            for candidate in candidates
            for repetition in range(self._seeds)
            for fold in range(self._folds)
        ]
        futures = {
            worker_pool.submit(
                pool,
                worker_pool.train_finalist,
                candidate.architecture,
                epochs,
                teachers[fold],
                fold,
                repetition,
                candidate.front_end,
            ): (candidate.number, repetition, fold)
            for candidate, repetition, fold in trainings
        }
        for future in track(as_completed(futures), "train the finalists", len(futures), "network"):
            try:
                self._trained[futures[future]] = worker_pool.outcome(future)
            except Diverged as error:
                self.failure = error

    def best(self, candidate: Candidate) -> Finalist | None:
        """The most accurate training of a candidate, the first one among equals: they cost the same."""
        finalists = [Finalist(_at_full_length(candidate, trained), trained[0]) for trained in self._finished(candidate)]
        return max(finalists, key=lambda finalist: finalist.candidate.validation_accuracy, default=None)

    def closest(self, candidate: Candidate) -> Finalist | None:
        """The training of a candidate that ends with the least loss, which is its distance to what teaches all of them.

        Accuracy counts items on the wrong side; how near the others are to it shows in a stream alone, and in this.
        """

        def loss(trained: Sequence[worker_pool.Trained]) -> float:
            return math.fsum(of_fold.history[-1]["loss"] for of_fold in trained)

        trained = min(self._finished(candidate), key=loss, default=None)
        return Finalist(_at_full_length(candidate, trained), trained[0]) if trained else None

    def mean(self, candidate: Candidate) -> float:
        """The mean validation accuracy of the trainings of a candidate, of which one at least has finished."""
        accuracies = [_at_full_length(candidate, trained).validation_accuracy for trained in self._finished(candidate)]
        return math.fsum(accuracies) / len(accuracies)

    def _finished(self, candidate: Candidate) -> Iterator[list[worker_pool.Trained]]:
        """The trainings of a candidate from each seed, of all folds; seeds of which one diverged are left out."""
        for repetition in range(self._seeds):
            keys = [(candidate.number, repetition, fold) for fold in range(self._folds)]
            if all(key in self._trained for key in keys):
                yield [self._trained[key] for key in keys]

    def networks(self) -> list[list[bytes]]:
        """The .keras files of all trainings, of each fold its own, in an order that no worker decides."""
        return [
            [self._trained[key].network for key in sorted(self._trained) if key[2] == fold]
            for fold in range(self._folds)
        ]


def _measured(finished: Mapping[int, Finalist], settings: Reduce, measure: Measure) -> dict[int, Finalist]:
    """Finalists with their true costs, those alone that meet every limit; all of them where none does."""
    costs = _costs(measure, [(finalist.candidate, finalist.trained.network) for finalist in finished.values()])
    measured = {
        number: replace(finalist, candidate=replace(finalist.candidate, costs=its))
        for (number, finalist), its in zip(finished.items(), costs, strict=True)
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
