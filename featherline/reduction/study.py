"""The search itself: candidates are proposed in batches, trained by workers, and kept in a store.

A batch is proposed when all of the one before is finished, and what stops a bad candidate
early is decided when it is proposed: on one machine the outcome depends on the seed, not on
which worker was faster, on how many there are, or on whether the search was killed and
went on. Machines that share a study do not wait for each other's batches; there the outcome
depends on their timing, but all of them see the same one.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import takewhile
from statistics import median
from typing import NoReturn

import optuna
from optuna.trial import FrozenTrial, TrialState
from tqdm import tqdm

from featherline.core.errors import FeatherlineError
from featherline.core.progress import bar
from featherline.params import Budget
from featherline.reduction import space, worker_pool
from featherline.reduction.costs import Costs, weighed
from featherline.reduction.feasibility import Field, Proposal
from featherline.reduction.objective import Candidate, Yardstick, score_of
from featherline.reduction.store import Store

BATCH = 4
# Fewer finished candidates of its size than this tell nothing about a candidate.
_PEERS = 4
_POLL_SECONDS = 2.0
_OUTCOME = ("curve", "stopped", "of_first_fold")
_ALIVE = (TrialState.WAITING, TrialState.RUNNING, TrialState.COMPLETE)

Proposer = Callable[[Sequence[Candidate], Sequence[Proposal], int], list[Proposal]]
"""(finished, under way, count) -> up to `count` candidates to train next."""


@dataclass(frozen=True)
class Search:
    """What stays the same throughout a search.

    Attributes:
        field: the space and its limits.
        yardstick: what scores are measured against.
        budget: how many candidates, and epochs of each.
        propose: chooses candidates.
        description: of the progress bar.
        on_finished: is told each candidate once, in the order of the trials, and the best score up to it.
    """

    field: Field
    yardstick: Yardstick
    budget: Budget
    propose: Proposer
    description: str
    on_finished: Callable[[Candidate, float], None] | None = None


def run(search: Search, store: Store, pool: Executor, workers: int) -> list[Candidate]:
    """Runs one search; arguments, result and errors as of `run_together`."""
    [candidates] = run_together([(search, store)], pool, workers)
    return candidates


def run_together(searches: Sequence[tuple[Search, Store]], pool: Executor, workers: int) -> list[list[Candidate]]:
    """Trains candidates until each search's budget is finished, and returns the candidates of each.

    The first trials of a store count, whoever made and trained them. Where the space holds fewer candidates than the
    budget asks for, all of them are returned. A later search trains on the workers that the batch of an earlier one
    leaves free; what comes of each is what comes of it alone.

    Args:
        searches: what to look for, and where its trials are kept; those that matter most first.
        pool: workers of the task (`worker_pool.workers`).
        workers: how many there are.

    Raises:
        FeatherlineError: where a worker died or a store cannot be reached.
    """
    with ExitStack() as bars:
        sessions = [_Session(search, store, bars) for search, store in searches]
        try:
            while True:
                for session in sessions:
                    session.advance(pool, workers - sum(len(each.running) for each in sessions))
                unfinished = [session for session in sessions if session.candidates is None]
                if not unfinished:
                    return [session.candidates or [] for session in sessions]
                if any(session.running for session in unfinished):
                    _collect(unfinished)
                else:
                    time.sleep(_POLL_SECONDS)
        except BaseException:
            for session in sessions:
                _give_back(session.store, session.running)
            raise


class _Session:
    """A search under way.

    Attributes:
        running: what this process trains of it.
        candidates: all of its candidates; None until they are finished.
    """

    def __init__(self, search: Search, store: Store, bars: ExitStack) -> None:
        self.search, self.store = search, store
        self.running: dict[Future[worker_pool.Outcome], FrozenTrial] = {}
        self.candidates: list[Candidate] | None = None
        # What an earlier run finished took no time now, and must not shorten the time left.
        begun = sum(trial.state == TrialState.COMPLETE for trial in store.trials())
        self._progress = bars.enter_context(bar(search.description, search.budget.trials, unit="trial", initial=begun))
        self._reported = 0

    def advance(self, pool: Executor, free_workers: int) -> None:
        """Trains what waits on the workers that are free; proposes a batch where the one before is finished."""
        search, trials = self.search, self.search.budget.trials
        while self.candidates is None:
            self.store.reclaim()
            known = self.store.trials()
            # Trials beyond the budget are of its last batch, or of a larger budget.
            counted = [trial for trial in known if trial.state in _ALIVE][:trials]
            finished = _finished(search, counted)
            _show(self._progress, search, finished)
            self._reported = _report(search, counted, finished, self._reported)
            waiting = [trial for trial in counted if trial.state == TrialState.WAITING]
            if len(finished) == trials:
                self.candidates = finished
            elif self.running or waiting or len(counted) == trials:
                for trial in waiting:
                    if free_workers > 0 and self.store.claim(trial):
                        self.running[_training(search, pool, trial)] = trial
                        free_workers -= 1
                return
            elif batch := _batch(search, finished, counted):
                # Where another machine has added a batch in the meantime, its trials are next.
                self.store.add(batch, after=len(known))
            elif len(finished) == len(counted):
                self.candidates = finished
            else:
                return


def _finished(search: Search, counted: Sequence[FrozenTrial]) -> list[Candidate]:
    complete = (trial for trial in counted if trial.state == TrialState.COMPLETE)
    return [
        _candidate(number, _proposal(search, trial), **{name: trial.user_attrs[name] for name in _OUTCOME})
        for number, trial in enumerate(complete)
    ]


def _candidate(
    number: int, proposal: Proposal, curve: Sequence[float], stopped: bool, of_first_fold: Sequence[float]
) -> Candidate:
    figures = proposal.values, proposal.architecture, proposal.costs
    return Candidate(number, *figures, tuple(curve), stopped, tuple(of_first_fold))


def _proposal(search: Search, trial: FrozenTrial) -> Proposal:
    proposal = search.field.proposal(dict(trial.params))
    if proposal is None:
        raise FeatherlineError(
            f"Trial {trial.number} of the study does not fit the input: give the search a new study."
        )
    return proposal


def _show(progress: "tqdm[NoReturn]", search: Search, finished: Sequence[Candidate]) -> None:
    progress.n = len(finished)
    if finished:
        best = min(score_of(c, search.field.settings, search.yardstick) for c in finished)
        progress.set_postfix_str(f"best score {best:.4f}")
    progress.refresh()


def _report(search: Search, counted: Sequence[FrozenTrial], finished: Sequence[Candidate], reported: int) -> int:
    """Tells of candidates that no trial before them is still training; returns how many are told by now."""
    if search.on_finished is None:
        return reported
    in_order = sum(1 for _ in takewhile(lambda trial: trial.state == TrialState.COMPLETE, counted))
    scores = [score_of(c, search.field.settings, search.yardstick) for c in finished[:in_order]]
    for place in range(reported, in_order):
        search.on_finished(finished[place], min(scores[: place + 1]))
    return in_order


def _batch(search: Search, finished: Sequence[Candidate], counted: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """Trials to train next, always a whole batch: a budget that is raised then changes nothing that came before."""
    pending = [_proposal(search, trial) for trial in counted if trial.state != TrialState.COMPLETE]
    return [
        optuna.create_trial(
            state=TrialState.WAITING,
            params=proposal.values,
            distributions=space.distributions(proposal.values, search.field.settings.space),
            user_attrs={"standards": _standards(search, finished, proposal.costs), "ease": _ease(finished)},
        )
        for proposal in search.propose(finished, pending, BATCH)
    ]


def _standards(search: Search, finished: Sequence[Candidate], costs: Costs) -> list[float] | None:
    """The validation accuracy that a candidate must have reached by each epoch, or be stopped.

    It is the median of the finished candidates that weigh no more: one that does worse than
    half of them, and is not smaller, can neither win nor be on the front for long. Nothing is
    asked in the first third of the epochs, when accuracies still jump. With several validation folds it is the first
    one that is judged.
    """
    settings = search.field.settings
    cost = weighed(costs, settings.cost)[0]
    peers = [c.first_curve for c in finished if weighed(c.costs, settings.cost)[0] <= cost]
    if not settings.stop_bad_trials or len(peers) < _PEERS:
        return None
    epochs = search.budget.epochs
    return [
        median(curve[min(epoch, len(curve) - 1)] for curve in peers) if epoch >= max(1, epochs // 3) else 0.0
        for epoch in range(epochs)
    ]


def _ease(finished: Sequence[Candidate]) -> float:
    """By how much candidates do worse on all validation folds than on the first one; its median, 0 where unknown."""
    differences = [c.first_curve[-1] - c.validation_accuracy for c in finished if not c.stopped]
    return round(median(differences), 6) if differences else 0.0


def _on_all_folds(outcome: worker_pool.Outcome, ease: float) -> tuple[float, ...]:
    """The curve of a candidate; of one that saw the first fold alone, what it may be on all of them.

    Without it an easy first fold would rank those that were dropped there above those that were not.
    """
    if not (outcome.stopped and outcome.of_first_fold and ease):
        return outcome.curve
    return tuple(round(min(max(accuracy - ease, 0.0), 1.0), 6) for accuracy in outcome.curve)


def _training(search: Search, pool: Executor, trial: FrozenTrial) -> Future[worker_pool.Outcome]:
    proposal, standards = _proposal(search, trial), trial.user_attrs["standards"]
    what = proposal.architecture, search.budget.epochs, standards, proposal.front_end
    return worker_pool.submit(pool, worker_pool.train_candidate, *what)


def _collect(sessions: Sequence[_Session]) -> None:
    """Waits for the next candidate, or until the next heartbeat is due, and stores what is finished."""
    patience_s = min(session.store.heartbeat_seconds for session in sessions) / 2
    under_way = [future for session in sessions for future in session.running]
    done, _ = wait(under_way, timeout=patience_s, return_when=FIRST_COMPLETED)
    for session in sessions:
        for future in done & session.running.keys():
            outcome, trial = worker_pool.outcome(future), session.running[future]
            outcome = replace(outcome, curve=_on_all_folds(outcome, trial.user_attrs["ease"]))
            figures = {name: getattr(outcome, name) for name in _OUTCOME}
            candidate = _candidate(trial.number, _proposal(session.search, trial), **figures)
            session.store.finish(trial, _values(session.search, candidate), **figures)
            del session.running[future]
        session.store.beat(list(session.running.values()))


def _values(search: Search, candidate: Candidate) -> list[float]:
    """What Optuna is told: the objective's own figures, so that its dashboard shows them."""
    if search.field.settings.objective == "weighted":
        return [score_of(candidate, search.field.settings, search.yardstick)]
    return [1 - candidate.validation_accuracy, *weighed(candidate.costs, search.field.settings.cost)]


def objectives(objective: str) -> int:
    """How many values a trial of that objective is finished with."""
    return 1 if objective == "weighted" else 3


def _give_back(store: Store, running: dict[Future[worker_pool.Outcome], FrozenTrial]) -> None:
    """Lets others train what this process will not finish; where the store is gone, its heartbeat tells them."""
    for trial in running.values():
        try:
            store.release(trial)
        except Exception:
            return
