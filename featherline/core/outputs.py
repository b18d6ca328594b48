"""What a command writes where its user said: whole or not at all, and over nothing that no command wrote.

A command leaves a record of what it wrote: beside a file `out.json` the file `.out.json.featherline`, inside a
folder the file `.featherline`. A record has the SHA-256 and the name of each file, in the lines that
`sha256sum --check` reads. Only what a record lists, and what has not changed since, is replaced. A link is
somebody else's: it is neither followed nor replaced. Of two commands that write the same place at once the later one is
refused before its work.
"""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from featherline.core.errors import FeatherlineError

_HEAD = "# Featherline wrote these files, and replaces them as long as their SHA-256 is the one here."
_ENDING = ".featherline"
_PLACE_DIGITS = 15  # of a hexadecimal SHA-256: 60 bits, which every file system takes for an offset of a lock
_locks: dict[int, int] = {}
"""Process -> descriptor of the file of its locks, which it never closes; one that forked from it has no lock."""


@dataclass(frozen=True)
class File:
    """A file that a command writes."""

    path: Path

    def check(self) -> None:
        """Raises `FeatherlineError` where something stands there that no command wrote, or nothing can be written."""
        _refuse_link(self.path)
        if self.path.is_dir():
            raise FeatherlineError(f"{self.path} is a folder: name a file to write.")
        _check_room(self.path)
        _claim(self.path)
        known = _recorded(self._record).get(self.path.name)
        if self.path.exists():
            if not known:
                raise FeatherlineError(
                    f"{self.path} was not written by Featherline: move it away, or name another file."
                )
            _check_same(self.path, known)

    def write(self, content: str | bytes) -> None:
        """Writes the file, a text as UTF-8; raises as `check`, and the file is as it was."""
        self.check()
        content = content.encode() if isinstance(content, str) else content
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Both are ours: whoever is killed between the two steps leaves a record that holds.
        digests = {_digest(self.path.read_bytes())} if self.path.exists() else set()
        lines = [(digest, self.path.name) for digest in sorted(digests | {_digest(content)})]
        _put(self._record, _record(lines))
        _put(self.path, content)

    @property
    def _record(self) -> Path:
        return self.path.with_name(f".{self.path.name}{_ENDING}")


@dataclass(frozen=True)
class Folder:
    """A folder that a command fills; it is replaced as a whole, so it holds nothing else."""

    path: Path

    def check(self) -> None:
        """Raises `FeatherlineError` where it holds something that no command wrote, or nothing can be written."""
        _refuse_link(self.path)
        if self.path.exists() and not self.path.is_dir():
            raise FeatherlineError(f"{self.path} is a file: name a folder.")
        _check_room(self.path)
        _claim(self.path)
        if not self.path.exists():
            return
        if self.path.samefile("."):
            raise FeatherlineError(f"{self.path} is the folder that you are in: name one below it.")
        known = _recorded(self.path / _ENDING)
        # Without a record nothing in it is ours, and it may be somebody's home: there is no need to walk through it.
        for path in sorted(_contents(self.path) if known else self.path.iterdir()):
            name = path.relative_to(self.path).as_posix()
            if name == _ENDING:
                continue
            if path.is_symlink() or name not in known:
                raise FeatherlineError(
                    f"{self.path} holds {name}, which was not written by Featherline: move it away, or name a folder "
                    "of its own."
                )
            _check_same(path, known[name])

    def write(self, files: dict[str, bytes]) -> None:
        """Writes files by their names in the folder; raises as `check`, and the folder is as it was."""
        self.check()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole, aside = _beside(self.path), _beside(self.path)
        record = _record((_digest(content), name) for name, content in files.items())
        try:
            for name, content in {_ENDING: record, **files}.items():
                (whole / name).parent.mkdir(parents=True, exist_ok=True)
                (whole / name).write_bytes(content)
            if self.path.exists():
                self.path.rename(aside)
            try:
                whole.rename(self.path)
            except BaseException:
                if aside.exists():
                    aside.rename(self.path)
                raise
        finally:
            for leftover in (whole, aside):
                shutil.rmtree(leftover, ignore_errors=True)


@dataclass(frozen=True)
class NewFolder:
    """A folder for a clone, which fills it from nothing and keeps it."""

    path: Path

    def check(self) -> None:
        """Raises `FeatherlineError` where something is there, but for an empty folder."""
        _refuse_link(self.path)
        _claim(self.path)
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise FeatherlineError(f"{self.path} is not empty: name another folder, or remove it.")
        _check_room(self.path)


Output = File | Folder | NewFolder


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise FeatherlineError(f"{path} is a link, which is neither followed nor replaced: remove it, or name another.")


def _check_room(path: Path) -> None:
    """Whether a file can be made there: asked before the long work, not after it."""
    folder = next(parent for parent in Path(os.path.abspath(path)).parents if os.path.lexists(parent))
    if not folder.is_dir():
        raise FeatherlineError(f"{path} cannot be written: {folder} is no folder.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FeatherlineError(f"{path} cannot be written ({error.strerror}): choose another folder.") from None


def _claim(path: Path) -> None:
    """Keeps a place for this process until it ends, from the first check on: of two that write there one is refused.

    The lock is that of a byte, which belongs to the place, of a file in the folder of temporary files: nothing is left
    beside what is written, and one file for all. The system drops it with the process, however that ends.
    """
    if os.name != "posix":
        return
    import fcntl  # Windows has none

    if os.getpid() not in _locks:
        file = Path(tempfile.gettempdir(), f"featherline-{os.getuid()}.lock")
        _locks[os.getpid()] = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    place = int(_digest(os.fsencode(os.path.realpath(path)))[:_PLACE_DIGITS], 16)
    try:
        fcntl.lockf(_locks[os.getpid()], fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except (BlockingIOError, PermissionError):  # POSIX leaves it to the system which
        raise FeatherlineError(
            f"{path} is being written by another command: wait until it ends, or name another place."
        ) from None


def _check_same(path: Path, digests: set[str]) -> None:
    if not path.is_file():
        raise FeatherlineError(f"{path} is no plain file: name another place.")
    if _digest(path.read_bytes()) not in digests:
        raise FeatherlineError(f"{path} was changed since Featherline wrote it: move it away, or name another place.")


def _contents(folder: Path) -> Iterator[Path]:
    """Files and links below a folder, and folders without any."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            yield from _contents(path)
        else:
            yield path


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record(lines: Iterable[tuple[str, str]]) -> bytes:
    return "\n".join([_HEAD, *(f"{digest}  {name}" for digest, name in lines), ""]).encode()


def _recorded(record: Path) -> dict[str, set[str]]:
    """Name -> SHA-256 of each state in which a command left it; empty where there is no record."""
    if not os.path.lexists(record):
        return {}
    head, *lines = (record.read_bytes() if record.is_file() else b"").decode(errors="replace").splitlines() or [""]
    if record.is_symlink() or head != _HEAD:
        raise FeatherlineError(f"{record} is in the way of the record of what Featherline writes: move it away.")
    known: dict[str, set[str]] = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        known.setdefault(name, set()).add(digest)
    return known


def _beside(path: Path) -> Path:
    """A name beside `path` that nothing has."""
    return path.with_name(f".partial-{secrets.token_hex(8)}")


def _put(path: Path, content: bytes) -> None:
    partial = _beside(path)
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
