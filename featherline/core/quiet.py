"""Keeps native libraries from writing to the terminal, and keeps what they wrote.

TensorFlow's converter and TFLM write to the file descriptors 1 and 2 from C++,
where Python's `sys.stdout` has no say; so the descriptors themselves are redirected.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Captured:
    """What was written to stdout and stderr; filled when the block ends."""

    text: str = ""


@contextmanager
def captured_output() -> Iterator[Captured]:
    """Redirects the process's stdout and stderr, native writes included, into a text.

    >>> with captured_output() as output:
    ...     interpreter.print_allocations()
    >>> "Arena allocation total" in output.text
    """
    output = Captured()
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as sink:
        try:
            os.dup2(sink.fileno(), 1)
            os.dup2(sink.fileno(), 2)
            yield output
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])
            sink.seek(0)
            output.text = sink.read().decode("utf-8", "replace")
