"""How every program of this project fails: in one sentence on stderr, with its exit status and without a traceback."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import click

from featherline.core.errors import FeatherlineError

INTERRUPTED = 1


@contextmanager
def in_one_sentence(name: str, status: int, debug: bool = False) -> Iterator[None]:
    """Ends the process where the block meets a mistake in the input, an error of a file, or an interrupt.

    Args:
        name: what the sentence begins with: the stage, or `Error`.
        status: the exit status; an interrupt ends with `INTERRUPTED`.
        debug: raises the error itself instead.
    """
    try:
        yield
    except (FeatherlineError, KeyboardInterrupt, OSError) as error:
        if debug:
            raise
        click.secho(f"{name}: {sentence(error)}", fg="red", err=True)
        raise SystemExit(INTERRUPTED if isinstance(error, KeyboardInterrupt) else status) from None


def sentence(error: BaseException) -> str:
    """What is wrong, where, and what to do about it."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; nothing is left half-written, run it again."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no space is left on the disk; nothing is left half-written, free some and run it again."
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}."
    return str(error)
