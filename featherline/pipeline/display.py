"""What somebody sees of a run: a line for each stage, and in a terminal one more that moves."""

import shutil
import time
from collections.abc import Sequence
from typing import TextIO

from featherline.pipeline import durations, repro
from featherline.pipeline.plan import Action, Step

_BAR_CELLS = 20
_HEARTBEAT_S = 30.0
_CLEAR = "\r\x1b[K"


def announcement(steps: Sequence[Step], clock: durations.Clock) -> str:
    """What will be done, and how long that takes, in a sentence or three.

    >>> steps = [Step("fetch@a", Action.SKIP), Step("train@a", Action.RUN), Step("report", Action.FOLLOW)]
    >>> announcement(steps, durations.Clock({"train@a": 14.0, "report": 3.0}))
    '1 of 3 stages runs, which takes about 14 s. 1 more, about 3 s, only where what it reads comes out otherwise.'
    """
    runs, follow = _stages(steps, Action.RUN), _stages(steps, Action.FOLLOW)
    restored = _stages(steps, Action.RESTORE)
    if not runs and not restored:
        return f"All {len(steps):,} stages are up to date: nothing has to run."
    sentences = []
    if runs:
        verb = "runs" if len(runs) == 1 else "run"
        took = durations.about(clock.left_s(runs))
        sentences.append(f"{len(runs):,} of {len(steps):,} stages {verb}, which takes about {took}.")
    if restored:
        verb = "has its outputs" if len(restored) == 1 else "have their outputs"
        sentences.append(f"{len(restored):,} {verb} in DVC's cache.")
    if follow:
        what = "what it reads" if len(follow) == 1 else "what they read"
        took = durations.about(clock.left_s(follow))
        sentences.append(f"{len(follow):,} more, about {took}, only where {what} comes out otherwise.")
    return " ".join(sentences)


class Display:
    """Shows the events of a run on a stream.

    In a terminal the last line moves: how much of all stages is done, what runs, how far that is, and the time left.
    Elsewhere a line says when a stage begins, how it ended, and each half minute how far it is.
    """

    def __init__(self, steps: Sequence[Step], clock: durations.Clock, stream: TextIO) -> None:
        self._waiting = {step.stage: step.action for step in steps}
        self._total = len(steps)
        self._clock, self._stream = clock, stream
        self._moves = stream.isatty()
        self._began_s = self._told_s = time.monotonic()

    def show(self, event: repro.Event) -> None:
        """Shows one event; seconds of stages that ran go into the clock."""
        match event:
            case repro.Begun(stage):
                self._told_s = time.monotonic()
                if not self._moves:
                    self._line(f"{self._place(stage)} {stage} begins, {self._expected(stage)}; {self._left(0.0)}")
            case repro.Passed(stage, seconds, restored):
                self._pass(stage, seconds, restored)
            case repro.Printed(line):
                self._line(line)
            case repro.Tick(stage, running_s, progress):
                self._tick(stage, running_s, "" if progress is None else str(progress))

    def close(self) -> None:
        """Takes the moving line away."""
        if self._moves:
            self._stream.write(_CLEAR)
            self._stream.flush()

    def _pass(self, stage: str, seconds: float | None, restored: bool) -> None:
        place = self._place(stage)
        if seconds is not None:
            self._clock.measured[stage] = seconds
            self._line(f"{place} {stage} took {durations.words(seconds)}")
        elif restored:
            self._line(f"{place} {stage} comes from DVC's cache")
        elif self._waiting.get(stage) != Action.SKIP:
            self._line(f"{place} {stage} did not have to run")
        self._waiting.pop(stage, None)

    def _tick(self, stage: str | None, running_s: float, progress: str) -> None:
        if self._moves:
            self._move(stage, running_s, progress)
        elif stage and time.monotonic() - self._told_s > _HEARTBEAT_S:
            self._told_s = time.monotonic()
            far = f", {progress}" if progress else ""
            self._line(
                f"{self._place(stage)} {stage} runs for {durations.words(running_s)}{far}; {self._left(running_s)}"
            )

    def _move(self, stage: str | None, running_s: float, progress: str) -> None:
        left_s, past_s = self._left_s(running_s), time.monotonic() - self._began_s
        cells = round(_BAR_CELLS * past_s / (past_s + left_s)) if past_s + left_s else _BAR_CELLS
        bar = "█" * cells + "░" * (_BAR_CELLS - cells)
        parts = [f"{bar} {durations.words(past_s)}, {self._left(running_s)}"]
        if stage:
            parts.append(
                f"{self._place(stage)} {stage} {durations.words(running_s)} of {self._expected(stage, running_s)}"
            )
        if progress:
            parts.append(progress)
        line = " · ".join(parts)
        columns = shutil.get_terminal_size().columns
        self._stream.write(f"{_CLEAR}{line[: columns - 1]}")
        self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(f"{_CLEAR if self._moves else ''}{text}\n")
        self._stream.flush()

    def _place(self, stage: str) -> str:
        number = self._total - len(self._waiting) + (stage in self._waiting)
        return f"[{number:>{len(str(self._total))}}/{self._total}]"

    def _expected(self, stage: str, running_s: float = 0.0) -> str:
        return f"about {durations.about(self._clock.expect_s(stage, running_s))}"

    def _left(self, running_s: float) -> str:
        return f"about {durations.about(self._left_s(running_s))} left"

    def _left_s(self, running_s: float) -> float:
        return self._clock.left_s([stage for stage, action in self._waiting.items() if action == Action.RUN], running_s)


def _stages(steps: Sequence[Step], action: Action) -> list[str]:
    return [step.stage for step in steps if step.action == action]
