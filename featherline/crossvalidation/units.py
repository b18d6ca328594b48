"""Units on disk: each is written as it ends, and machines that share the folder divide what is missing.

A machine claims a unit by a file beside it, whose time it renews; a claim that nobody renews is taken over. Two that
work on the same unit all the same write the same bytes, so that a claim saves time and decides nothing.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from featherline.core.files import read_json, write_json
from featherline.core.parsing import Tree
from featherline.crossvalidation.unit import Unit

HEARTBEAT_SECONDS = 20.0
GRACE_SECONDS = 180.0


@dataclass(frozen=True)
class Units:
    """The units of one plan in a folder."""

    folder: Path
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    grace_seconds: float = GRACE_SECONDS

    def path(self, unit: Unit) -> Path:
        """Where what came of a unit stands once it is finished."""
        return self.folder / f"{unit.name}.json"

    def missing(self, units: Sequence[Unit]) -> list[Unit]:
        """Those that nobody has finished, in their order."""
        return [unit for unit in units if not self.path(unit).exists()]

    def read(self, unit: Unit) -> Tree:
        """What came of a unit; raises `FeatherlineError` where its file is missing or broken."""
        return read_json(self.path(unit))

    def write(self, unit: Unit, content: Tree) -> None:
        """Writes what came of a unit, whole or not at all."""
        write_json(self.path(unit), content)

    @contextmanager
    def claimed(self, unit: Unit) -> Iterator[bool]:
        """Claims a unit for the time of the block; false where another process works on it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        claim = self.folder / f"{unit.name}.claim"
        if not _create(claim) and not (self._is_stale(claim) and _take_over(claim)):
            yield False
            return
        ended = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(claim, ended), daemon=True)
        renewing.start()
        try:
            yield True
        finally:
            ended.set()
            renewing.join()
            claim.unlink(missing_ok=True)

    def _renew(self, claim: Path, ended: threading.Event) -> None:
        while not ended.wait(self.heartbeat_seconds):
            try:
                os.utime(claim)
            except OSError:  # the folder is away for a while, or somebody took the claim over
                continue

    def _is_stale(self, claim: Path) -> bool:
        """Whether nobody has renewed a claim for longer than the grace, by the clock of the disk it is on."""
        now = self.folder / f".now-{os.getpid()}"
        now.touch()
        try:
            age_seconds = now.stat().st_mtime - claim.stat().st_mtime
        except FileNotFoundError:
            return True  # given back in this moment
        finally:
            now.unlink(missing_ok=True)
        return age_seconds > self.grace_seconds


def _create(claim: Path) -> bool:
    try:
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True


def _take_over(claim: Path) -> bool:
    """Puts an abandoned claim away and claims anew; of several that try, a rename lets one through."""
    away = claim.with_name(f".{claim.name}-{os.getpid()}-{time.monotonic_ns()}")
    try:
        claim.rename(away)
    except FileNotFoundError:
        return _create(claim)
    away.unlink()
    return _create(claim)
