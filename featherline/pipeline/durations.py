"""How long stages take: recorded seconds, and the time left of a run, scaled by its stages that are done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json, write_json

RECORD = Path("docs/stage-seconds.json")
"""Seconds of every stage on the machine that the committed files were made on."""
NOTE = Path(".featherline/stage-seconds.json")
"""Seconds of each stage when it last ran here; git ignores it."""
_UNKNOWN_S = 30.0
# A stage or two that take twice as long as recorded say little of the rest: recorded seconds as of so much more count.
_PRIOR_S = 30.0
_LEAST_LEFT = 0.1  # of the seconds that a stage has been running


def read(record: Path = RECORD, note: Path = NOTE) -> dict[str, float]:
    """Seconds of each stage to be expected here.

    What ran here before takes what it took; what did not takes what was recorded, times the ratio of the two over
    the stages that both know.

    Args:
        record: the committed file.
        note: that of this machine; either may be missing.
    """
    recorded, here = _seconds(record), _seconds(note)
    ratio = _ratio((here[stage], recorded[stage]) for stage in here.keys() & recorded.keys())
    return {stage: seconds * ratio for stage, seconds in recorded.items()} | here


def note(stage_seconds: Mapping[str, float], path: Path = NOTE) -> None:
    """Adds the seconds of stages that ran to a file, over those of the same stages."""
    _write(path, _seconds(path) | dict(stage_seconds))


def publish(record: Path = RECORD, note: Path = NOTE) -> bool:
    """Makes the seconds to be expected here the committed ones; returns whether any stage ran here."""
    if not _seconds(note):
        return False
    _write(record, read(record, note))
    return True


def _write(path: Path, seconds: Mapping[str, float]) -> None:
    write_json(path, {stage: round(max(0.1, seconds[stage]), 1) for stage in sorted(seconds)})


def _seconds(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    tree = read_json(path)
    wrong = [stage for stage, seconds in tree.items() if isinstance(seconds, bool) or not _positive(seconds)]
    if wrong:
        raise FeatherlineError(
            f"{path}: {wrong[0]} must be a number of seconds above 0; remove the file, or the entry."
        )
    return {stage: float(seconds) for stage, seconds in tree.items()}


def _positive(seconds: object) -> bool:
    return isinstance(seconds, int | float) and seconds > 0


def _ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Seconds measured to seconds expected, near 1 while little was measured."""
    measured_s = expected_s = _PRIOR_S
    for measured, expected in pairs:
        measured_s, expected_s = measured_s + measured, expected_s + expected
    return measured_s / expected_s


@dataclass
class Clock:
    """What a run still takes.

    Attributes:
        expected: stage -> seconds that it should take, of `read`.
        measured: stage -> seconds that it took in this run.

    >>> clock = Clock({"train@a": 20.0, "reduce@a": 100.0})
    >>> clock.left_s(["train@a", "reduce@a"])
    120.0
    >>> clock.measured["train@a"] = 45.0
    >>> clock.left_s(["reduce@a"])
    150.0
    """

    expected: Mapping[str, float]
    measured: dict[str, float] = field(default_factory=dict)

    def expect_s(self, stage: str, running_s: float = 0.0) -> float:
        """Seconds of a stage that has been running for `running_s`, at the pace of this run.

        Of a stage that nobody measured, those of its verb elsewhere.
        """
        return self._recorded(stage) * self._pace(stage, running_s)

    def left_s(self, stages: Iterable[str], running_s: float = 0.0) -> float:
        """Seconds until `stages` are done, of which the first has been running for `running_s`."""
        waiting = list(stages)
        if not waiting:
            return 0.0
        expected = [self._recorded(stage) * self._pace(waiting[0], running_s) for stage in waiting]
        # A stage that should be done by now takes a while yet: nobody is told that nothing is left.
        return max(_LEAST_LEFT * running_s, expected[0] - running_s) + sum(expected[1:])

    def _pace(self, running: str, running_s: float) -> float:
        """Seconds of this run to recorded ones; what runs counts as soon as it takes longer than recorded."""
        pairs = [(took, self._recorded(stage)) for stage, took in self.measured.items()]
        if running_s > self._recorded(running):
            pairs.append((running_s, self._recorded(running)))
        return _ratio(pairs)

    def _recorded(self, stage: str) -> float:
        if stage in self.expected:
            return self.expected[stage]
        verb = stage.partition("@")[0]
        alike = [seconds for name, seconds in self.expected.items() if name.partition("@")[0] == verb]
        return sum(alike) / len(alike) if alike else _UNKNOWN_S


def words(seconds: float) -> str:
    """A duration to read.

    >>> [words(seconds) for seconds in (0.4, 59.6, 605, 7260)]
    ['0 s', '1 min', '10 min 5 s', '2 h 1 min']
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (0 if hours else rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def about(seconds: float) -> str:
    """A duration that is not known to the second: beyond a minute to ten of them.

    >>> [about(seconds) for seconds in (7.2, 123, 648)]
    ['7 s', '2 min', '10 min 50 s']
    """
    return words(seconds if seconds < 60 else round(seconds, -1))
