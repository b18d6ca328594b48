"""Workers live and die with the process that they work for, and leave no traceback."""

import os
import shutil
import signal
import time

import numpy as np
import psutil
import pytest

from featherline.core.errors import FeatherlineError
from featherline.reduction import worker_pool
from featherline.signals.dataset import joined, read_items, write_items
from tests.reduction.machine import Machine


@pytest.fixture
def machine(data, tmp_path) -> Machine:
    """One whose candidates take a minute."""
    return Machine(str(tmp_path / "test.db"), data, workers=2, pretended_seconds=60)


def workers_of(process) -> list[psutil.Process]:
    """Both workers, and what multiprocessing starts beside them."""
    deadline = time.monotonic() + 60
    while len(found := psutil.Process(process.pid).children()) < 3:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("seconds", [pytest.param(0, marks=pytest.mark.soak), 4])
def test_the_workers_of_a_killed_search_end_within_seconds(machine, started, seconds):
    with started(machine) as process:
        workers = workers_of(process)
        time.sleep(seconds)  # while they start, and while they train
        process.kill()
        assert psutil.wait_procs(workers, timeout=10)[1] == []


@pytest.mark.parametrize("seconds", [pytest.param(0, marks=pytest.mark.soak), 4])
def test_the_interrupt_of_a_terminal_ends_in_one_sentence(machine, started, seconds):
    with started(machine) as process:
        workers = workers_of(process)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert psutil.wait_procs(workers, timeout=10)[1] == []
    assert said == "machine: interrupted; nothing is left half-written, run it again.\n"


def test_a_worker_that_is_killed_is_told(machine):
    with (
        pytest.raises(FeatherlineError, match="A worker of the search died, .* lower reduce.workers"),
        worker_pool.workers(machine.task, 1) as pool,
    ):
        worker_pool.outcome(worker_pool.submit(pool, signal.raise_signal, signal.SIGKILL))


def test_no_worker_starts_after_one_has_died(machine):
    with (
        worker_pool.workers(machine.task, 1) as pool,
        pytest.raises(FeatherlineError, match="A worker of the search died"),
    ):
        with pytest.raises(FeatherlineError):
            worker_pool.outcome(worker_pool.submit(pool, os._exit, 1))
        worker_pool.submit(pool, time.sleep, 0)


def test_an_error_of_the_work_itself_is_not_taken_for_a_death(machine):
    with worker_pool.workers(machine.task, 1) as pool, pytest.raises(ZeroDivisionError):
        worker_pool.outcome(worker_pool.submit(pool, divmod, 1, 0))


def test_a_candidate_curve_rises_and_stops_below_its_standards(data):
    machine = Machine("unused", data)
    architecture = machine.search().propose([], [], 1)[0].architecture
    with worker_pool.workers(machine.task, 1) as pool:
        whole, again, stopped = (
            worker_pool.outcome(worker_pool.submit(pool, worker_pool.train_candidate, architecture, 3, standards))
            for standards in (None, [0.0, 0.0, 0.0], [0.0, 1.0, 1.0])
        )
    assert whole == again
    assert len(whole.curve) == 3
    assert list(whole.curve) == sorted(whole.curve)
    assert not whole.stopped
    assert stopped == worker_pool.Outcome(whole.curve[:2], stopped=True)


def test_every_fold_trains_a_candidate_unless_the_first_drops_it(data, tmp_path, monkeypatch):
    folder = shutil.copytree(data, tmp_path / "data")
    for number in (2, 3):
        shutil.copytree(data, folder / "folds" / str(number))
    # Another fold: half of the items, and so another curve.
    items = read_items(folder / "folds" / "2" / "train.npz")
    write_items(folder / "folds" / "2" / "train.npz", items.where(np.arange(len(items)) < 60))
    machine = Machine("unused", folder)
    architecture = machine.search().propose([], [], 1)[0].architecture
    monkeypatch.setattr(worker_pool, "_task", machine.task, raising=False)
    worker_pool._data.cache_clear()
    kept, dropped = (worker_pool.train_candidate(architecture, 8, standards) for standards in (None, [0.0] * 7 + [1.0]))
    curves = [worker_pool.train_finalist(architecture, 8, fold=fold).curve for fold in range(3)]
    assert curves[0] == curves[2] != curves[1]
    assert (kept.curve, kept.stopped, kept.of_first_fold) == (worker_pool.mean_curve(curves), False, curves[0])
    assert (dropped.curve, dropped.stopped, dropped.of_first_fold) == (curves[0], True, curves[0])


def test_the_last_training_has_the_validation_items_too_and_keeps_the_last_epoch(data, tmp_path, monkeypatch):
    machine = Machine("unused", data)
    architecture = machine.search().propose([], [], 1)[0].architecture
    monkeypatch.setattr(worker_pool, "_task", machine.task, raising=False)
    worker_pool._data.cache_clear()
    refitted = worker_pool.train_finalist(architecture, 2, refit=True)
    assert (refitted.curve, list(refitted.history[-1])) == ((), ["epoch", "loss", "accuracy"])

    folder = shutil.copytree(data, tmp_path / "data")
    parts = [read_items(data / f"{name}.npz") for name in ("train", "validation")]
    write_items(folder / "train.npz", joined(parts))
    monkeypatch.setattr(worker_pool, "_task", Machine("unused", folder).task, raising=False)
    worker_pool._data.cache_clear()
    same = worker_pool.train_finalist(architecture, 2)
    assert [row["loss"] for row in same.history] == [row["loss"] for row in refitted.history]


def test_a_finalist_is_trained_from_other_weights_each_time_and_first_from_those_of_its_trial(data, monkeypatch):
    machine = Machine("unused", data)
    architecture = machine.search().propose([], [], 1)[0].architecture
    monkeypatch.setattr(worker_pool, "_task", machine.task, raising=False)
    worker_pool._data.cache_clear()
    trained = [worker_pool.train_finalist(architecture, 2, repetition=repetition) for repetition in (0, 1, 1)]
    assert trained[0].curve == worker_pool.train_candidate(architecture, 2).curve
    assert trained[0].history != trained[1].history == trained[2].history
