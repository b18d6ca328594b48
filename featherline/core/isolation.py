"""Calls in processes of their own, so that native code that crashes takes nothing else along."""

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from featherline.core.progress import bar

CRASH = "The runtime crashed on this model and took its process along."


@dataclass(frozen=True)
class Call:
    """A function of a module with its arguments; all of it is sent to another process."""

    function: Callable
    arguments: tuple


class Crashed:
    """Stands where a result would be if the process had lived."""


def run(calls: list[Call], description: str, workers: int = 2) -> list[Any | Crashed]:
    """Runs calls in worker processes and returns their results in order.

    When a worker dies, everything that was under way with it is lost; those calls are run
    again one by one, each in a process of its own, and the one that kills it again gets
    `Crashed` for a result. An exception of a call is raised here.
    """
    results: dict[int, Any] = {}
    with bar(description, len(calls), unit="model") as progress:

        def collect(places: list[int], count: int) -> None:
            with _pool(count) as pool:
                futures = {place: pool.submit(calls[place].function, *calls[place].arguments) for place in places}
                try:
                    for place, future in futures.items():
                        try:
                            results[place] = future.result()
                            progress.update()
                        except BrokenProcessPool:
                            continue
                except BaseException:
                    # Nobody waits for what is still under way; workers ignore the interrupt of a terminal.
                    pool.shutdown(wait=False, cancel_futures=True)
                    for process in multiprocessing.active_children():
                        process.terminate()
                    raise

        collect(list(range(len(calls))), workers)
        for place in range(len(calls)):
            if place not in results:
                collect([place], 1)
            if place not in results:
                results[place] = Crashed()
                progress.update()
    return [results[place] for place in range(len(calls))]


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a fork copies the locks of whatever threads TensorFlow or BLAS have started.
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_alone)


def _leave_interrupts_alone() -> None:
    """Ctrl-C reaches every process of a terminal; only the parent is to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
