"""Runs `dvc repro` and tells, as they come, which stage begins, which is done, and what else is printed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from featherline.core import progress

_BEGINS = re.compile(r"^Running stage '(?P<stage>[^']+)':$")
_PASSES = re.compile(r"^Stage '(?P<stage>[^']+)' (?P<how>didn't change, skipping|is cached - skipping run)")
# What DVC says between stages, and to whoever calls it by hand.
_CHATTER = re.compile(
    r"^(> |Updating lock file|Generating lock file|Use `dvc push`|To track the changes|\tgit add |"
    r"To enable auto staging|\tdvc config core.autostage|Data and pipelines are up to date)"
)
_TICK_S = 0.5


@dataclass(frozen=True)
class Begun:
    """A stage runs from now on."""

    stage: str


@dataclass(frozen=True)
class Passed:
    """A stage is done: `seconds` that it ran, or None where it did not have to; `restored` from DVC's cache."""

    stage: str
    seconds: float | None = None
    restored: bool = False


@dataclass(frozen=True)
class Printed:
    """A line that a stage or DVC printed."""

    line: str


@dataclass(frozen=True)
class Tick:
    """Half a second went by; `running_s` is how long the stage has been running, None between two stages."""

    stage: str | None
    running_s: float
    progress: progress.Progress | None


Event = Begun | Passed | Printed | Tick


@dataclass(frozen=True)
class Outcome:
    """How `dvc repro` ended.

    Attributes:
        status: its exit status, 0 where all is up to date.
        interrupted: whether somebody interrupted it.
        failed: the stage that did not end well, None where none failed.
    """

    status: int
    interrupted: bool
    failed: str | None


def run(targets: Sequence[str], folder: Path, on_event: Callable[[Event], None]) -> Outcome:
    """Runs `dvc repro` in the working directory until it has ended, also after an interrupt.

    An interrupt or SIGTERM is handed on once to DVC and the stage that runs: the stage ends without a trace, and DVC
    keeps in dvc.lock what was done before.

    Args:
        targets: the stages to reach; all where none is named.
        folder: an existing folder for the file in which a stage says how far it is.
        on_event: is called with what happens, and each half second.
    """
    watched = folder / "progress.json"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    interrupted = False
    process: subprocess.Popen[str] | None = None

    def hand_on(number: int, frame: object) -> None:
        nonlocal interrupted
        if process is not None and not interrupted:
            os.killpg(process.pid, signal.SIGINT)
        interrupted = True

    # Set before the process begins: what is handled here is not ignored there, as it is in jobs of the background.
    before = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "dvc", "repro", *targets],
            env=os.environ | {"PATH": path, progress.FILE_VARIABLE: str(watched)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            process_group=0,  # an interrupt of the terminal reaches this process alone, and nobody gets it twice
        )
        if interrupted:
            os.killpg(process.pid, signal.SIGINT)
        reader = _Reader(watched, on_event)
        for line in _lines(process):
            reader.take(line)
        status = process.wait()
        reader.end(status)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait()
    return Outcome(status, interrupted, reader.failed)


class _Reader:
    """Makes events of what DVC prints."""

    def __init__(self, watched: Path, on_event: Callable[[Event], None]) -> None:
        self.watched, self.on_event = watched, on_event
        self.stage: str | None = None
        self.began_s = 0.0
        self.failed: str | None = None

    def take(self, line: str | None) -> None:
        """Takes a line, or None where there was none for half a second."""
        if line is None:
            self.on_event(Tick(self.stage, self._running_s(), progress.read(self.watched)))
        elif begins := _BEGINS.match(line):
            self._done()
            self.stage, self.began_s = begins["stage"], time.monotonic()
            self.watched.unlink(missing_ok=True)
            self.on_event(Begun(self.stage))
        elif passes := _PASSES.match(line):
            self._done()
            self.on_event(Passed(passes["stage"], restored="cached" in passes["how"]))
        elif line.startswith("Updating lock file"):
            self._done()
        elif line.strip() and not _CHATTER.match(line):
            self.on_event(Printed(line))

    def end(self, status: int) -> None:
        if status == 0:
            self._done()
        self.failed = self.stage

    def _done(self) -> None:
        if self.stage is not None:
            self.on_event(Passed(self.stage, self._running_s()))
            self.stage = None

    def _running_s(self) -> float:
        return time.monotonic() - self.began_s if self.stage else 0.0


def _lines(process: "subprocess.Popen[str]") -> Iterator[str | None]:
    """Each line that a process prints, and None where half a second brought none."""
    queue: Queue[str | None] = Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            queue.put(line.rstrip("\n"))
        queue.put(None)

    Thread(target=read, daemon=True).start()
    while True:
        try:
            line = queue.get(timeout=_TICK_S)
        except Empty:
            # Its end, not that of the pipe: a process that DVC leaves behind for its statistics holds it open.
            if process.poll() is not None:
                return
            yield None
            continue
        if line is None:
            return
        yield line
