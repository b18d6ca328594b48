"""Machines that share a search through a real PostgreSQL server; skipped where none is installed."""

import json
import subprocess
import threading
import time
from contextlib import ExitStack
from dataclasses import replace

import optuna
import psycopg
import pytest
from optuna.trial import TrialState

from featherline.core.errors import FeatherlineError
from featherline.reduction import store
from tests.reduction.machine import Machine, told
from tests.reduction.postgresql_server import PASSWORD, Server, binaries, running


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip("no PostgreSQL server: apt-get install postgresql")
    with running() as started:
        yield started


@pytest.fixture
def database(server) -> str:
    """An empty database of each test's own."""
    [(databases,)] = server.sql("SELECT count(*) FROM pg_database")
    name = f"test_{databases}"
    server.sql(f"CREATE DATABASE {name}")
    return name


@pytest.fixture
def machine(server, database, data) -> Machine:
    return Machine(server.url(database), data, candidates=8, epochs=1, heartbeat_seconds=1, grace_seconds=5)


def trials(server: Server, database: str, state: str) -> dict[int, tuple]:
    """Number -> start and end of the trials in that state, seen from outside."""
    try:
        rows = server.sql(
            f"SELECT number, datetime_start, datetime_complete FROM trials WHERE state = '{state}'", database
        )
    except psycopg.errors.UndefinedTable:
        return {}  # no machine has made the tables yet
    return {number: times for number, *times in rows}


def wait_until(done, process: subprocess.Popen, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(process: subprocess.Popen) -> list[dict]:
    """The candidates that a machine prints which ends well."""
    found, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert said == ""
    return json.loads(found)


@pytest.mark.soak
def test_two_machines_that_start_at_once_share_a_search(server, database, machine, started):
    machine = replace(machine, pretended_seconds=0.5)
    with started(machine) as one, started(machine) as two:
        found = ended(one)
        assert ended(two) == found
    complete = trials(server, database, "COMPLETE")
    assert sorted(complete) == list(range(8))
    assert server.sql("SELECT count(*) FROM trials", database) == [(8,)]
    # Both took part: some candidate began before the one before it had ended, with one worker each.
    times = sorted(complete.values())
    assert any(later[0] < earlier[1] for earlier, later in zip(times, times[1:], strict=False))
    # A third one that comes when all is over sees the same.
    with started(machine) as late:
        assert ended(late) == found


@pytest.mark.soak
def test_what_a_killed_machine_leaves_is_trained_by_another(server, database, machine, started):
    slow, fast = (replace(machine, pretended_seconds=seconds) for seconds in (60, 0.5))
    with started(slow) as killed:
        wait_until(lambda: trials(server, database, "RUNNING"), killed)
        [(left, (begin, _))] = trials(server, database, "RUNNING").items()
        with started(fast) as other:
            wait_until(lambda: len(trials(server, database, "COMPLETE")) >= 3, other)
            killed.kill()
            finished = trials(server, database, "COMPLETE")
            assert left in trials(server, database, "RUNNING")
            # It comes back, and asks for more than before.
            with started(replace(fast, candidates=10)) as back:
                found, found_with_more = ended(other), ended(back)
    complete = trials(server, database, "COMPLETE")
    assert sorted(complete) == list(range(10))
    assert {number: complete[number] for number in finished} == finished
    assert complete[left][0] > begin
    assert (len(found), len(found_with_more)) == (8, 10)
    assert found == found_with_more[:8]


@pytest.mark.soak
def test_a_server_that_stops_in_the_middle(server, database, machine, started):
    pretending = replace(machine, pretended_seconds=0.5)
    with started(pretending) as process:
        wait_until(lambda: len(trials(server, database, "COMPLETE")) >= 3, process)
        finished = trials(server, database, "COMPLETE")
        server.stop()
        try:
            _, said = process.communicate(timeout=60)
        finally:
            server.start()
    assert process.returncode == 1
    place = f"postgresql://machine:***@127.0.0.1:{server.port}/{database}"
    assert said.startswith(f"machine: The storage of the search, {place}, cannot be reached or used (")
    assert said.endswith("Finished trials are safe, and the next run goes on from them.\n")
    assert said.count("\n") == 1
    assert PASSWORD not in said
    with started(pretending) as process:
        ended(process)
    complete = trials(server, database, "COMPLETE")
    assert sorted(complete) == list(range(8))
    assert {number: complete[number] for number in finished} == finished


def test_a_study_of_another_space_stays_as_it_is(server, database, machine, pool):
    found = machine.run(pool)
    other = replace(machine, settings={"space": machine.reduce.space.model_dump() | {"filters": [2, 4]}})
    with pytest.raises(FeatherlineError) as error:
        other.run(pool)
    assert "was made with another space.filters: [2, 4, 8] there, [2, 4] here." in str(error.value)
    assert PASSWORD not in str(error.value)
    assert told(machine.run(pool)) == told(found)
    assert len(trials(server, database, "COMPLETE")) == 8


def test_a_user_who_may_not_make_tables(server, database):
    server.sql("CREATE ROLE guest LOGIN")
    with (
        pytest.raises(FeatherlineError, match="permission denied for schema public") as error,
        store.shared(server.url(database, "guest"), "test", {}, 1),
    ):
        pass
    assert PASSWORD not in str(error.value)


def test_a_database_that_is_not_there(server):
    told = pytest.raises(FeatherlineError, match='database "nowhere" does not exist')
    with told, store.shared(server.url("nowhere"), "test", {}, 1):
        pass


def at_once(*works) -> list:
    """What each of the functions returns, all running at the same time."""
    results = [None] * len(works)

    def run(index: int) -> None:
        results[index] = works[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_machines_never_claim_the_same_trial_nor_add_the_same_batch(server, database):
    with ExitStack() as stack:
        machines = [stack.enter_context(store.shared(server.url(database), "test", {}, 1)) for _ in range(4)]
        batch = [optuna.create_trial(state=TrialState.WAITING) for _ in range(4)]
        for added in (0, 4, 8):
            assert sum(at_once(*(lambda m=m, n=added: m.add(batch, after=n) for m in machines))) == 1
        waiting = machines[0].trials()
        assert [trial.number for trial in waiting] == list(range(12))
        claims = at_once(*(lambda m=m: [trial.number for trial in waiting if m.claim(trial)] for m in machines))
        assert sorted(sum(claims, [])) == list(range(12))
