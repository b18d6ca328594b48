"""The one exception that people are meant to read."""


class FeatherlineError(Exception):
    """A mistake in the input, told in one sentence.

    The sentence names the file, key or tensor at fault and what to do about it.
    Stages print it without a traceback and end with status 1.
    """


class Diverged(FeatherlineError):
    """The loss of a training is no longer finite."""
