"""How a command fails: in one sentence."""

from collections.abc import Callable
from functools import wraps

from featherline.core.failures import in_one_sentence

WRONG_INPUT = 2  # what click itself ends with where an argument is wrong


def told(work: Callable) -> Callable:
    """A mistake in the input ends in one sentence and status 2, without a traceback."""

    @wraps(work)
    def command(*arguments, **options):
        with in_one_sentence("Error", status=WRONG_INPUT):
            return work(*arguments, **options)

    return command
