"""How a command fails: in one sentence."""

import sys
from collections.abc import Callable
from functools import wraps

import click

from featherline.core.errors import FeatherlineError

WRONG_INPUT = 2  # what click itself ends with where an argument is wrong


def told(work: Callable) -> Callable:
    """A mistake in the input ends in one sentence and status 2, without a traceback."""

    @wraps(work)
    def command(*arguments, **options):
        try:
            return work(*arguments, **options)
        except (FeatherlineError, OSError) as error:
            click.secho(f"Error: {sentence(error)}", fg="red", err=True)
            sys.exit(WRONG_INPUT)

    return command


def sentence(error: FeatherlineError | OSError) -> str:
    """What is wrong, and where."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}."
    return str(error)
