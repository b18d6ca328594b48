"""How a command fails: in one sentence."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from featherline.core import failures

WRONG_INPUT = 2  # what click itself ends with where an argument is wrong

P = ParamSpec("P")
R = TypeVar("R")


def in_one_sentence(work: Callable[P, R]) -> Callable[P, R]:
    """A mistake in the input ends in one sentence and status 2, without a traceback."""

    @wraps(work)
    def command(*arguments: P.args, **options: P.kwargs) -> R:
        with failures.in_one_sentence("Error", status=WRONG_INPUT):
            return work(*arguments, **options)

    return command
