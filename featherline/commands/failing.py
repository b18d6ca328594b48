"""How a command fails: in one sentence."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from featherline.core import failures
from featherline.core.errors import FeatherlineError

WRONG_INPUT = 2  # what click itself ends with where an argument is wrong
_OF_EXTRA_C = {"ziglang", "unicorn", "elftools", "numba"}

P = ParamSpec("P")
R = TypeVar("R")


def in_one_sentence(work: Callable[P, R]) -> Callable[P, R]:
    """A mistake in the input ends in one sentence and status 2, without a traceback."""

    @wraps(work)
    def command(*arguments: P.args, **options: P.kwargs) -> R:
        with failures.in_one_sentence("Error", status=WRONG_INPUT):
            try:
                return work(*arguments, **options)
            except ModuleNotFoundError as error:
                raise FeatherlineError(_missing(error)) from error

    return command


def _missing(error: ModuleNotFoundError) -> str:
    package = (error.name or "").partition(".")[0]
    if not package or package == "featherline":
        raise error  # a mistake of ours
    extra = "c" if package in _OF_EXTRA_C else "train"
    return f"This takes the package {package}, which is not installed: pip install 'featherline[{extra}]'."
