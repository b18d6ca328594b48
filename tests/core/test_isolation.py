import operator
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from featherline.core import isolation
from featherline.core.isolation import Call


@pytest.fixture(autouse=True)
def nothing_shared(monkeypatch):
    monkeypatch.setattr(isolation, "_shared", {})


def test_results_come_in_the_order_of_the_calls():
    assert isolation.run([Call(operator.add, (n, 1)) for n in range(5)], "add") == [1, 2, 3, 4, 5]


def test_a_call_that_kills_its_process_takes_no_other_along():
    calls = [Call(operator.add, (1, 1)), Call(os.abort, ()), Call(operator.add, (2, 2))]
    first, crashed, last = isolation.run(calls, "add")
    assert (first, last) == (2, 4)
    assert isinstance(crashed, isolation.Crashed)


def test_an_exception_of_a_call_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        isolation.run([Call(operator.truediv, (1, 0)), Call(operator.add, (1, 1))], "divide", workers=1)


def test_shared_workers_are_kept_from_one_run_to_the_next_and_replaced_when_one_dies(tmp_path, monkeypatch):
    getpid, abort = Call(os.getpid, ()), Call(os.abort, ())
    with isolation.shared_workers(1):
        first, second = (isolation.run([getpid], "ask", workers=1) for _ in range(2))
        assert first == second
        crashed, third = isolation.run([abort, getpid], "die", workers=1)
        assert isinstance(crashed, isolation.Crashed) and third not in first
        monkeypatch.chdir(tmp_path)
        assert isolation.run([Call(os.getcwd, ())], "where", workers=1) == [str(tmp_path)]
    assert isolation.run([getpid], "ask", workers=1) != first


def test_a_shared_worker_that_dies_while_it_waits_is_replaced():
    getpid = Call(os.getpid, ())
    with isolation.shared_workers(1):
        [first] = isolation.run([getpid], "ask", workers=1)
        os.kill(first, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=10)
        time.sleep(0.5)  # until the executor has noticed
        [second] = isolation.run([getpid], "ask", workers=1)
        assert second != first


def test_shared_workers_within_shared_ones_are_the_same():
    getpid = Call(os.getpid, ())
    with isolation.shared_workers(1):
        with isolation.shared_workers(1):
            first = isolation.run([getpid], "ask", workers=1)
        assert isolation.run([getpid], "ask", workers=1) == first


def test_a_call_beyond_its_limit_is_ended_and_those_after_it_run():
    calls = [Call(operator.add, (1, 1), 1), Call(time.sleep, (60,), 1), Call(operator.add, (2, 2), 1)]
    begun_s = time.monotonic()
    first, late, last = isolation.run(calls, "sleep", workers=1)
    assert (first, last) == (2, 4) and time.monotonic() - begun_s < 30
    assert isinstance(late, isolation.Late) and late.reason == "The runtime gave no answer within 1 s."


def breathe(seconds: float) -> str:
    for _ in range(10):
        time.sleep(seconds / 10)
        isolation.alive()
    return "done"


def test_the_limit_is_of_one_step_where_a_call_gives_signs_of_life():
    assert isolation.run([Call(breathe, (1.5,), 1)], "breathe", workers=1) == ["done"]


SLEEPER = """
import time
from featherline.core.isolation import Call, run
if __name__ == "__main__":
    print("begun", flush=True)
    run([Call(print, ("at work",)), Call(time.sleep, (120,))], "sleep", workers=1)
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    environment = os.environ | {"PYTHONPATH": os.getcwd(), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert [process.stdout.readline() for _ in range(2)] == ["begun\n", "at work\n"]
        workers = psutil.Process(process.pid).children()
        process.kill()
        assert len(workers) >= 1 and psutil.wait_procs(workers, timeout=30)[1] == []


def test_an_interrupt_does_not_wait_for_calls_that_are_under_way(tmp_path):
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    with subprocess.Popen(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": os.getcwd(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            assert [process.stdout.readline() for _ in range(2)] == ["begun\n", "at work\n"]
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) != 0
        finally:
            process.kill()
