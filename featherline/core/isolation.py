"""Calls in processes of their own, so that native code that crashes or hangs takes nothing else along."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from featherline.core.progress import bar

CRASH = "The runtime crashed on this model and took its process along."
WORKERS = 2
LIMIT_S = 5  # for whatever of a runtime ends within a moment, if it ends at all
_TICK_S = 0.1

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Call(Generic[T_co]):
    """A function of a module with its arguments; all of it is sent to another process.

    Attributes:
        function, arguments: what is called.
        limit_s: after how many seconds without an `alive` its process is ended; None for never. Only `run` with one
            worker looks at it.
    """

    function: Callable[..., T_co]
    arguments: tuple[object, ...]
    limit_s: float | None = None


class Crashed:
    """Stands where a result would be if the process had lived; `reason` is a sentence on it."""

    reason = CRASH


class Late(Crashed):
    """Stands where a result would be if the process had answered in time."""

    def __init__(self, limit_s: float) -> None:
        self.reason = f"The runtime gave no answer within {limit_s:.0f} s."


class _Pool:
    """Worker processes that start with the first call, and anew after one of them died."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None
        # Spawned, not forked: a fork copies the locks of whatever threads TensorFlow or BLAS have started.
        self._context = multiprocessing.get_context("spawn")
        self._life = self._context.Array("d", 2, lock=False)  # as `_life`

    def submit(self, call: Call[T]) -> "Future[T]":
        try:
            return self._submitted(call)
        except BrokenProcessPool:  # a worker died while it had nothing to do
            self.stop()
            return self._submitted(call)

    def _submitted(self, call: Call[T]) -> "Future[T]":
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.workers, self._context, initializer=_begin, initargs=(self._life,)
            )
        return self._executor.submit(_call_in, os.getcwd(), call.function, call.arguments)

    def ended(self, future: "Future[T]", limit_s: float | None) -> Late | None:
        """Waits for a call, and ends its worker where that gives no sign of life for too long."""
        while limit_s is not None and not wait([future], _TICK_S).done:
            sign_s, process = self._life
            if sign_s and time.monotonic() - sign_s > limit_s:
                with suppress(ProcessLookupError):  # it has just died
                    os.kill(int(process), signal.SIGKILL)
                return Late(limit_s)
        return None

    def stop(self, wait: bool = True) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=wait, cancel_futures=not wait)
            self._executor = None
            self._life[0] = 0


_shared: dict[int, _Pool] = {}


@contextmanager
def shared_workers(workers: int = WORKERS) -> Iterator[None]:
    """Keeps so many worker processes of `run` from one call of it to the next, for what they have imported by then.

    Those that are kept already stay for whoever began with them.
    """
    if workers in _shared:
        yield
        return
    _shared[workers] = _Pool(workers)
    try:
        yield
    finally:
        _shared.pop(workers).stop()


def run(calls: Sequence[Call[T]], description: str, workers: int = WORKERS, unit: str = "model") -> list[T | Crashed]:
    """Runs calls in worker processes and returns their results in order.

    When a worker dies, everything that was under way with it is lost; those calls are run
    again one by one, each in a process of its own, and the one that kills it again gets
    `Crashed` for a result. A call that is ended for its limit gets `Late`, and is not run
    again. An exception of a call is raised here.

    Args:
        calls: what to run.
        description: of the work, for the progress bar.
        workers: how many processes work at once; those of `shared_workers` are taken where they are as many.
        unit: what one call works on, for the progress bar.
    """
    if workers > 1 and any(call.limit_s is not None for call in calls):
        raise ValueError("Calls have a limit only where one worker runs them.")
    results: dict[int, T | Crashed] = {}
    with bar(description, len(calls), unit=unit) as progress:

        def collect(places: Sequence[int], pool: _Pool) -> None:
            futures = {place: pool.submit(calls[place]) for place in places}
            try:
                for place, future in futures.items():
                    try:
                        results[place] = pool.ended(future, calls[place].limit_s) or future.result()
                        progress.update()
                    except BrokenProcessPool:
                        continue
            except BaseException:
                # Nobody waits for what is still under way; workers ignore the interrupt of a terminal.
                pool.stop(wait=False)
                for process in multiprocessing.active_children():
                    process.terminate()
                raise
            if len(results.keys() & set(places)) < len(places) or any(
                isinstance(results[place], Late) for place in places
            ):
                pool.stop()

        def collect_rest() -> bool:
            """Whether a worker was ended, so that what came after its call is to be given to another."""
            rest = [place for place in range(len(calls)) if place not in results]
            if workers in _shared:
                collect(rest, _shared[workers])
            else:
                _collect_alone(collect, rest, workers)
            return len(rest) > 1 and any(isinstance(results.get(place), Late) for place in rest)

        while len(results) < len(calls) and collect_rest():
            pass
        for place in range(len(calls)):
            if place not in results:
                _collect_alone(collect, [place], 1)
                if place not in results:
                    progress.update()
    return [results.get(place, Crashed()) for place in range(len(calls))]


def _collect_alone(collect: Callable[[Sequence[int], _Pool], None], places: Sequence[int], workers: int) -> None:
    """Collects the results of calls with worker processes that end with them."""
    pool = _Pool(workers)
    try:
        collect(places, pool)
    finally:
        pool.stop()


def _call_in(folder: str, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
    """Calls a function in the caller's current folder: a worker may have started in another one."""
    os.chdir(folder)
    alive()  # what it needs is imported by now
    try:
        return function(*arguments)
    finally:
        _life[0] = 0


# Of a worker: when it last gave a sign of life, by the monotonic clock, 0 while it has no call; and its process.
_life: MutableSequence[float] = [0, 0]


def alive() -> None:
    """A sign of life of a call with a limit: the time that it may take for its next step begins."""
    _life[0] = time.monotonic()


def _begin(life: MutableSequence[float]) -> None:
    global _life
    _life = life
    _life[1] = os.getpid()
    _ignore_interrupts()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed waits for its next call for ever, for its siblings hold the queue open."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; only the parent is to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
