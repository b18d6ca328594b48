"""TensorFlow and Keras, imported without their start-up chatter and made deterministic.

The C++ side writes to stderr before any log level is read, so the descriptor itself is
redirected for the time of the import. Whatever needs TensorFlow imports it from here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from featherline.core.quiet import captured_output

_DISPENSABLE = ("IPython", "matplotlib", "pandas", "sklearn")
"""Packages that Keras imports where they are installed, for features that nothing here calls."""


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Lets imports of packages fail that are not imported yet: what takes a third of the time, in each process."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None refuses an import, as Python documents
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with captured_output(), _hidden(_DISPENSABLE):
    import keras
    import tensorflow as tf

# Networks this small gain nothing from a second thread, and sums over one thread have one order
# on every machine.
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()

__all__ = ["keras", "tf"]
