"""Calls in processes of their own, so that native code that crashes takes nothing else along."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from featherline.core.progress import bar

CRASH = "The runtime crashed on this model and took its process along."
WORKERS = 2

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Call(Generic[T_co]):
    """A function of a module with its arguments; all of it is sent to another process."""

    function: Callable[..., T_co]
    arguments: tuple[object, ...]


class Crashed:
    """Stands where a result would be if the process had lived."""


class Late:
    """Stands where a result would be if the process had answered in time."""


def within(call: Call[T], limit_s: float) -> T | Crashed | Late:
    """Runs one call in a process of its own, which is ended where it takes too long.

    Args:
        call: what to run.
        limit_s: seconds that it may take once its libraries are imported.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sender, os.getcwd(), call.function, call.arguments), daemon=True)
    process.start()
    sender.close()
    try:
        receiver.recv()  # it has begun
        if not receiver.poll(limit_s):
            return Late()
        answer: T | BaseException = receiver.recv()
    except EOFError:
        return Crashed()
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _answer(sender: Connection, folder: str, function: Callable[..., T], arguments: tuple[object, ...]) -> None:
    """Calls a function and sends back what it gives or raises."""
    _ignore_interrupts()
    sender.send(None)
    try:
        answer: object = _call_in(folder, function, arguments)
    except Exception as error:
        answer = error
    sender.send(answer)


class _Pool:
    """Worker processes that start with the first call, and anew after one of them died."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def executor(self) -> ProcessPoolExecutor:
        if self._executor is None:
            # Spawned, not forked: a fork copies the locks of whatever threads TensorFlow or BLAS have started.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self.workers, context, initializer=_ignore_interrupts)
        return self._executor

    def stop(self, wait: bool = True) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=wait, cancel_futures=not wait)
            self._executor = None


_shared: _Pool | None = None


@contextmanager
def shared_workers(workers: int = WORKERS) -> Iterator[None]:
    """Keeps the worker processes of `run` from one call of it to the next, for what they have imported by then."""
    global _shared
    before, _shared = _shared, _Pool(workers)
    pool = _shared
    try:
        yield
    finally:
        _shared = before
        pool.stop()


def run(calls: Sequence[Call[T]], description: str, workers: int = WORKERS, unit: str = "model") -> list[T | Crashed]:
    """Runs calls in worker processes and returns their results in order.

    When a worker dies, everything that was under way with it is lost; those calls are run
    again one by one, each in a process of its own, and the one that kills it again gets
    `Crashed` for a result. An exception of a call is raised here.

    Args:
        calls: what to run.
        description: of the work, for the progress bar.
        workers: how many processes work at once; those of `shared_workers` are taken where they are as many.
        unit: what one call works on, for the progress bar.
    """
    results: dict[int, T] = {}
    with bar(description, len(calls), unit=unit) as progress:

        def collect(places: Sequence[int], pool: _Pool) -> None:
            futures = {
                place: pool.executor().submit(_call_in, os.getcwd(), calls[place].function, calls[place].arguments)
                for place in places
            }
            try:
                for place, future in futures.items():
                    try:
                        results[place] = future.result()
                        progress.update()
                    except BrokenProcessPool:
                        continue
            except BaseException:
                # Nobody waits for what is still under way; workers ignore the interrupt of a terminal.
                pool.stop(wait=False)
                for process in multiprocessing.active_children():
                    process.terminate()
                raise
            if len(results.keys() & set(places)) < len(places):
                pool.stop()

        if _shared is not None and _shared.workers == workers:
            collect(range(len(calls)), _shared)
        else:
            _collect_alone(collect, range(len(calls)), workers)
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
    return function(*arguments)


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of a terminal; only the parent is to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
