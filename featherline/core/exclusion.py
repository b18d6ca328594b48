"""What one process at a time may do: held by a lock that the system drops with the process, however that ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


def acquire(lock: Path) -> int | None:
    """The descriptor of a lock that this process has from now on, until it closes it; None where another has it."""
    import fcntl  # Windows has none

    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def in_turn(lock: Path, name: str) -> Iterator[None]:
    """Runs a block while no other process runs one of the same lock; waits, and says so, until that ends.

    Args:
        lock: a file, which is made where it is missing.
        name: what is run, for the sentence.
    """
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = acquire(lock)
    if descriptor is None:
        click.echo(f"{name}: another process still runs it, and this one waits until that ends.", err=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)
