"""The one exception that people are meant to read."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class FeatherlineError(Exception):
    """A mistake in the input, told in one sentence.

    The sentence names the file, key or tensor at fault and what to do about it.
    Stages print it without a traceback and end with status 1.
    """

    def __str__(self) -> str:
        """The sentence on one line: names out of a file may hold line ends, and codes that a terminal obeys."""
        return _CONTROL.sub(" ", super().__str__())


class Diverged(FeatherlineError):
    """The loss of a training is no longer finite."""
