"""The search ends the same, whatever the number of workers, and however often it was killed on the way."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy
from optuna.trial import TrialState

from featherline.core.errors import FeatherlineError
from featherline.reduction import study, worker_pool
from featherline.reduction.objective import score_of, winner
from featherline.signals.dataset import Items, write_items
from tests.reduction.machine import CLASSES, INPUT_SHAPE, Machine, pretended, told, workers_here

SMALL_SPACE = {
    "conv_blocks": 1,
    "poolings": 1,
    "filters": [2, 4, 8],
    "kernel": 3,
    "dense_blocks": 0,
    "units": 4,
    "head": ["flatten", "global_average"],
}


@pytest.fixture
def machine(data, tmp_path) -> Machine:
    return Machine(str(tmp_path / "studies/test.db"), data, candidates=10)


@pytest.fixture(scope="module")
def uninterrupted(data, tmp_path_factory) -> list[dict]:
    """What one worker finds, really trained and left alone."""
    machine = Machine(str(tmp_path_factory.mktemp("studies") / "test.db"), data, candidates=6)
    with workers_here(machine.task, 1) as pool:
        return told(machine.run(pool))


def states(machine: Machine) -> list[TrialState]:
    with machine.store() as store:
        return [trial.state for trial in store.trials()]


@pytest.mark.soak  # in processes of its own: below, one in this process is killed at single writes
def test_a_search_that_is_killed_twice_ends_as_an_undisturbed_one(machine, uninterrupted, started):
    machine = replace(machine, candidates=6)
    for workers, finished in ((2, 1), (1, 4)):
        with started(replace(machine, workers=workers)) as process:
            wait_until(lambda count=finished: finished_trials(machine) >= count, process)
            process.kill()
    assert 4 <= finished_trials(machine) < machine.candidates
    # Two workers now, one in the search that was left alone.
    assert told(replace(machine, workers=2).run()) == uninterrupted
    assert len(uninterrupted) == machine.candidates
    assert len({tuple(candidate["curve"]) for candidate in uninterrupted}) > 1


def finished_trials(machine: Machine) -> int:
    """Read beside the process that holds the file."""
    engine = sqlalchemy.create_engine(f"sqlite:///file:{machine.place}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            return connection.execute(
                sqlalchemy.text("SELECT count(*) FROM trials WHERE state = 'COMPLETE'")
            ).scalar_one()
    except sqlalchemy.exc.OperationalError:
        return 0  # not there yet
    finally:
        engine.dispose()


def wait_until(done, process, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("workers", [2, pytest.param(3, marks=pytest.mark.soak)])
def test_which_worker_is_faster_changes_nothing(machine, pool, tmp_path, monkeypatch, workers):
    expected = machine.run(pool)
    rng = np.random.default_rng(workers)

    def in_any_order(*arguments):
        time.sleep(0.05 * rng.random())
        return pretended(*arguments)

    monkeypatch.setattr(worker_pool, "train_candidate", in_any_order)
    assert replace(machine, place=str(tmp_path / "other.db"), workers=workers).run(pool) == expected


def test_candidates_are_told_in_the_order_of_the_trials_whichever_ends_first(machine, pool, monkeypatch):
    rng, seen = np.random.default_rng(1), []

    def in_any_order(*arguments):
        time.sleep(0.05 * rng.random())
        return pretended(*arguments)

    monkeypatch.setattr(worker_pool, "train_candidate", in_any_order)
    search = replace(machine.search(), on_finished=lambda candidate, best: seen.append((candidate, best)))
    with machine.store() as store:
        found = study.run(search, store, pool, 3)
    assert [candidate for candidate, _ in seen] == found
    scores = [score_of(candidate, search.field.settings, search.yardstick) for candidate in found]
    assert [best for _, best in seen] == np.minimum.accumulate(scores).tolist()


@pytest.mark.soak
def test_a_second_search_trains_while_the_first_waits_for_its_batch_and_changes_nothing(
    machine, pool, tmp_path, monkeypatch
):
    machines = [replace(machine, place=str(tmp_path / f"{seed}.db"), seed=seed, workers=2) for seed in (1, 2)]
    alone = [replace(each, place=f"{each.place}.alone").run(pool) for each in machines]
    trained = []

    def slow_at_times(*arguments):
        trained.append(arguments[0])
        time.sleep(0.3 * (len(trained) % 2))
        return pretended(*arguments)

    monkeypatch.setattr(worker_pool, "train_candidate", slow_at_times)
    with machines[0].store() as first, machines[1].store() as second:
        searches = [(machines[0].search(), first), (machines[1].search(), second)]
        assert study.run_together(searches, pool, 2) == alone
    of_first, of_second = ({candidate.architecture for candidate in candidates} for candidates in alone)
    last_of_first = max(place for place, architecture in enumerate(trained) if architecture in of_first - of_second)
    assert trained.index(next(each for each in trained if each in of_second - of_first)) < last_of_first


class Killed(BaseException):
    """Stands for SIGKILL: nothing is written from then on."""


def killed_before_write(number: int):
    """Makes every write from that number on fail, as `with`; counts writes as `.count`."""

    class Context:
        count = 0

        def listen(self, connection, cursor, statement, *_):
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                self.count += 1
                if self.count >= number:
                    raise Killed

        def __enter__(self):
            sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", self.listen)
            return self

        def __exit__(self, *_):
            sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", self.listen)

    return Context()


def test_wherever_a_search_is_killed_the_next_goes_on_as_if_it_had_not_been(machine, pool, tmp_path):
    with killed_before_write(10**9) as writes:
        expected = machine.run(pool)
    assert writes.count > 100
    for number in np.linspace(40, writes.count, 3, dtype=int):
        again = replace(machine, place=str(tmp_path / f"{number}.db"), workers=2)
        with pytest.raises(Killed), killed_before_write(int(number)):
            again.run(pool)
        assert again.run(pool) == expected


def test_an_interrupt_gives_the_running_trials_back(machine, pool, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(study, "wait", interrupt)
        replace(machine, workers=2).run(pool)
    assert states(machine) == [TrialState.WAITING] * study.BATCH


def test_a_space_with_fewer_candidates_than_the_budget_ends_with_all_of_them(machine, pool):
    small = replace(machine, settings={"space": SMALL_SPACE})
    found = small.run(pool)
    assert len(found) == len({candidate.architecture.model_dump_json() for candidate in found}) == 6


def test_a_larger_budget_goes_on_and_a_smaller_one_takes_the_first(machine, pool, tmp_path, monkeypatch):
    first = replace(machine, candidates=6).run(pool)
    trained = []
    monkeypatch.setattr(worker_pool, "train_candidate", lambda *args: trained.append(args) or pretended(*args))
    larger = replace(machine, candidates=11).run(pool)
    assert len(trained) == 5
    assert larger[:6] == first
    assert larger == replace(machine, place=str(tmp_path / "other.db"), candidates=11).run(pool)
    assert replace(machine, candidates=4).run(pool) == first[:4]


def test_a_bad_candidate_is_stopped_and_never_wins(machine, pool):
    stopping = replace(machine, candidates=20, epochs=6)
    search = stopping.search()
    found = stopping.run(pool)
    stopped = [candidate for candidate in found if candidate.stopped]
    assert 2 <= len(stopped) <= 16
    assert all(len(candidate.curve) < 6 for candidate in stopped)
    assert not any(candidate.stopped for candidate in found[: study.BATCH])
    assert not winner(found, search.field.settings, search.yardstick).stopped
    # Each was worse than one that weighs no more.
    for bad in stopped:
        assert any(
            other.costs.weight_bytes <= bad.costs.weight_bytes and other.validation_accuracy > bad.validation_accuracy
            for other in found
        )


def test_no_candidate_is_stopped_where_params_say_so(machine, pool):
    found = replace(machine, candidates=12, epochs=6, settings={"stop_bad_trials": False}).run(pool)
    assert not any(candidate.stopped for candidate in found)


def test_the_objective_pareto_stores_all_three_figures(machine, pool):
    pareto = replace(machine, candidates=9, settings={"objective": "pareto"})
    found = pareto.run(pool)
    with pareto.store() as store:
        complete = [trial.values for trial in store.trials() if trial.state == TrialState.COMPLETE]
    assert complete == [[1 - c.validation_accuracy, c.costs.weight_bytes, c.costs.activation_bytes] for c in found]


def test_machines_that_share_a_study_divide_its_candidates(data, tmp_path, pool, monkeypatch):
    def slowly(*arguments):
        time.sleep(0.05)
        return pretended(*arguments)

    monkeypatch.setattr(worker_pool, "train_candidate", slowly)
    monkeypatch.setattr(study, "_POLL_SECONDS", 0.02)
    shared = Machine(f"sqlite:///{tmp_path / 'shared.db'}", data, candidates=14, grace_seconds=60)
    found = []
    machines = [threading.Thread(target=lambda: found.append(shared.run(pool))) for _ in range(3)]
    for one in machines:
        one.start()
    for one in machines:
        one.join(60)
    assert found[0] == found[1] == found[2]
    assert len({candidate.architecture.model_dump_json() for candidate in found[0]}) == 14


def test_broken_data_is_named_and_not_taken_for_a_lack_of_memory(machine, tmp_path, data):
    for name in ("train.npz", "validation.npz"):
        (tmp_path / name).write_bytes((data / name).read_bytes()[:1000])
    with pytest.raises(FeatherlineError, match=r"train\.npz cannot be read"):
        replace(machine, data=tmp_path).run()
    assert TrialState.RUNNING not in states(replace(machine, data=tmp_path))


def test_a_candidate_that_diverges_loses_and_does_not_end_the_search(machine, tmp_path):
    for name in ("train", "validation"):
        endless = np.full((40, *INPUT_SHAPE), np.inf, np.float32)
        labels = np.arange(40, dtype=np.int32) % CLASSES
        write_items(tmp_path / f"{name}.npz", Items(endless, labels, np.array(["a"] * 40)))
    broken = replace(machine, data=tmp_path, candidates=1)
    with workers_here(broken.task, 1) as pool:
        found = broken.run(pool)
    assert [(candidate.curve, candidate.stopped) for candidate in found] == [((0.0,), True)]
