"""Thousands of trials in worker processes that are replaced when they die or take too long; another run goes on."""

import json
import multiprocessing
import os
import resource
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

WORKERS = 2
STANDSTILL_S = 300  # by the clock, of a process that waits for something and takes no time


@dataclass(frozen=True)
class Trial:
    """What is done with each number.

    Attributes:
        examine: is given a folder of its own, the number, the stages that a worker has died in, which it passes over,
            and a function that it tells the name of each stage before it; returns what became of it.
        limit_s: seconds of a processor that a stage may take.
        may_die: stages that a worker may die or hang in: the number is tried again without.
        memory_bytes: of addresses that a worker may have.
    """

    examine: Callable[[Path, int, Sequence[str], Callable[[str], None]], str]
    limit_s: float
    may_die: Sequence[str] = ()
    memory_bytes: int = resource.RLIM_INFINITY


def run(trial: Trial, count: int, progress: Path, limit_s: float) -> dict[int, str]:
    """Tries each number below `count` until all are done or the time is over.

    Workers are forked: whatever takes long to import has been imported before, and nothing has started a thread.

    Args:
        trial: what is done with each.
        count: how many there are.
        progress: a file with a line for each that is done, which is read first and added to.
        limit_s: seconds by the clock, after which none is begun.

    Returns:
        What became of each that is done, those of earlier runs included: what `examine` says, `traceback: ...`,
        `died in STAGE` or `hangs in STAGE`.
    """
    progress.parent.mkdir(parents=True, exist_ok=True)
    lines = progress.read_text().splitlines() if progress.exists() else []
    done = {int(number): outcome for number, outcome in map(json.loads, lines)}
    waiting = [(number, []) for number in range(count - 1, -1, -1) if number not in done]
    ends = time.monotonic() + limit_s
    workers = [_Worker(trial) for _ in range(WORKERS)]
    with progress.open("a") as stream:

        def finish(worker: _Worker, outcome: str) -> None:
            done[worker.number] = outcome
            stream.write(json.dumps([worker.number, outcome]) + "\n")
            stream.flush()
            worker.number = None

        def replace(worker: _Worker, how: str) -> None:
            if worker.stage in trial.may_die and worker.stage not in worker.dead:
                waiting.append((worker.number, [*worker.dead, worker.stage]))
            else:
                finish(worker, f"{how} in {worker.stage}")
            worker.end()
            workers[workers.index(worker)] = _Worker(trial)

        while any(worker.number is not None for worker in workers) or (waiting and time.monotonic() < ends):
            for worker in workers:
                if worker.number is None and waiting and time.monotonic() < ends:
                    worker.give(*waiting.pop())
            for connection in wait([worker.connection for worker in workers if worker.number is not None], 0.2):
                worker = next(worker for worker in workers if worker.connection is connection)
                try:
                    kind, text = connection.recv()
                except (EOFError, ConnectionResetError):
                    replace(worker, "died")
                    continue
                if kind == "stage":
                    worker.enter(text)
                else:
                    finish(worker, text)
            for worker in list(workers):
                if worker.number is not None and worker.is_late():
                    replace(worker, "hangs")
    for worker in workers:
        worker.end()
    return done


def _work(connection: Connection, trial: Trial) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (trial.memory_bytes, trial.memory_bytes))
    with tempfile.TemporaryDirectory() as folder:
        while True:
            number, dead = connection.recv()
            try:
                outcome = trial.examine(Path(folder), number, dead, lambda stage: connection.send(("stage", stage)))
            except Exception:  # a traceback is what is looked for
                outcome = "traceback: " + traceback.format_exc()[-1500:]
            connection.send(("end", outcome))


class _Worker:
    def __init__(self, trial: Trial):
        context = multiprocessing.get_context("fork")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=_work, args=(other, trial), daemon=True)
        self.process.start()
        other.close()
        self.limit_s = trial.limit_s
        self.number: int | None = None
        self.dead: list[str] = []
        self.stage = "begin"
        self.begun_s = self.begun_at_s = 0.0

    def give(self, number: int, dead: list[str]) -> None:
        self.number, self.dead = number, dead
        self.enter("begin")
        self.connection.send((number, dead))

    def enter(self, stage: str) -> None:
        self.stage, self.begun_s, self.begun_at_s = stage, self._processor_s(), time.monotonic()

    def is_late(self) -> bool:
        late = self._processor_s() - self.begun_s > self.limit_s
        return late or time.monotonic() - self.begun_at_s > max(STANDSTILL_S, self.limit_s)

    def _processor_s(self) -> float:
        """Seconds of a processor that the process and its children have had: `man 5 proc_pid_stat`, 14 to 17."""
        try:
            times = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        except OSError:  # it has just died
            return self.begun_s
        return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()
