"""Arrays of more rows than memory should hold: written to a file block by block, mapped, and read block by block."""

import mmap
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence

import numpy as np

BLOCK_BYTES = 1 << 22


class Rows:
    """Rows of float32 that come one block after another, and wait in a file without a name, which ends with them."""

    def __init__(self, shape: Sequence[int]) -> None:
        """Begins with no row; each has the given shape."""
        self._shape = tuple(shape)
        # On the disk of the results, for /tmp may be memory; it is gone with this object.
        self._file = tempfile.TemporaryFile(dir=os.curdir)  # noqa: SIM115
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, block: np.ndarray) -> None:
        """Adds rows; shape (rows, ...)."""
        if block.shape[1:] != self._shape:
            raise ValueError(f"rows have the shape {block.shape[1:]}, not {self._shape}")
        self._file.write(block.astype(np.float32).tobytes())
        self._count += len(block)

    def add_of(self, function: Callable[[np.ndarray], np.ndarray], array: np.ndarray) -> None:
        """Adds what a function of rows gives for all of an array's, some of them at a time."""
        for block in blocks(array):
            self.add(function(block))

    def mapped(self) -> np.ndarray:
        """All rows, read-only; shape (rows, ...). No more are to be added."""
        self._file.flush()
        if not self._count or not all(self._shape):  # an empty file cannot be mapped
            return np.empty((self._count, *self._shape), np.float32)
        mapped: np.ndarray = np.memmap(self._file, np.float32, "r", shape=(self._count, *self._shape))
        return mapped


def blocks(array: np.ndarray, rows: int = 0) -> Iterator[np.ndarray]:
    """The rows of an array, some at a time. Of a mapped one, memory lets go of what was looked at.

    Args:
        array: shape (rows, ...).
        rows: of every block but the last; as many as fit into `BLOCK_BYTES` if 0.
    """
    row_bytes = array.itemsize * int(np.prod(array.shape[1:], dtype=np.int64))
    rows = rows or max(BLOCK_BYTES // max(row_bytes, 1), 1)
    for start in range(0, len(array), rows):
        yield array[start : start + rows]
        _let_go(array)


def chosen_rows(array: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The rows at places where `chosen`, bool of shape (rows,), is true; mapped where the array is, else in memory."""
    if not isinstance(array, np.memmap):
        return np.asarray(array[chosen])
    kept, start = Rows(array.shape[1:]), 0
    for block in blocks(array):
        kept.add(block[chosen[start : start + len(block)]])
        start += len(block)
    return kept.mapped()


def by_block(function: Callable[[np.ndarray], np.ndarray], array: np.ndarray) -> np.ndarray:
    """What a function of rows gives for all of them; mapped where the array is, else in memory.

    Args:
        function: of shape (rows, ...) to float32 of shape (rows, ...), each row for itself.
        array: shape (rows, ...).
    """
    if not isinstance(array, np.memmap):
        return function(array)
    made = Rows(function(array[:0]).shape[1:])
    made.add_of(function, array)
    return made.mapped()


def _let_go(array: np.ndarray) -> None:
    mapping = getattr(array, "_mmap", None)
    if mapping is not None and hasattr(mmap, "MADV_DONTNEED"):  # Linux has it, Windows has not
        mapping.madvise(mmap.MADV_DONTNEED)
