"""How a command fails: in one sentence."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from featherline.core.errors import FeatherlineError

WRONG_INPUT = 2  # what click itself ends with where an argument is wrong


P = ParamSpec("P")
R = TypeVar("R")


def in_one_sentence(work: Callable[P, R]) -> Callable[P, R]:
    """A mistake in the input ends in one sentence and status 2, without a traceback."""

    @wraps(work)
    def command(*arguments: P.args, **options: P.kwargs) -> R:
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
