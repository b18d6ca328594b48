"""What a compressed file of a recording unpacks to, told before it is read: a few bytes may stand for any number."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from featherline.core.errors import FeatherlineError

if TYPE_CHECKING:
    import h5py

# Tables of a sensor at rest compress to a tenth; what stands for more than this is a bomb, or is unpacked by hand.
MOST_TIMES = 40
LEAST_BOMB_BYTES = 64 << 20
NUMBER_BYTES = 8
MAT_COMPRESSED = 15


def check(path: Path) -> None:
    """Raises `FeatherlineError` where a few bytes stand for more than the memory may hold.

    Args:
        path: of the user's own file of any kind; an error of the library that looks at it is not caught.
    """
    most_bytes = _most_bytes(path.stat().st_size)
    kinds = {
        ".npz": (_zip_bytes, "save it with numpy.savez, which does not compress"),
        ".mat": (_mat_bytes, "save it as CSV"),
        ".parquet": (_parquet_bytes, "save it as CSV"),
    }
    measured_by, fix = kinds.get(path.suffix.lower(), (_gzip_bytes, "unpack it by hand"))
    if measured_by(path, most_bytes) > most_bytes:
        raise _refused(str(path), fix)


def check_members(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Raises `FeatherlineError` where a member of a zip, or all of them, stand for more than `check` allows."""
    for member in members:
        if member.file_size > _most_bytes(member.compress_size):
            raise _refused(f"{path}: {member.filename!r}")
    if sum(member.file_size for member in members) > _most_bytes(path.stat().st_size):
        raise _refused(str(path))


def datasets(file: "h5py.File") -> "list[h5py.Dataset]":
    """The arrays at the top of an HDF5 file itself: links may lead in circles, or to other files."""
    import h5py

    kept = [name for name in file if isinstance(file.get(name, getlink=True), h5py.HardLink)]
    return [file[name] for name in kept if isinstance(file[name], h5py.Dataset)]


def _most_bytes(packed_bytes: int) -> int:
    return max(packed_bytes * MOST_TIMES, LEAST_BOMB_BYTES)


def _refused(name: str, fix: str = "unpack it by hand") -> FeatherlineError:
    return FeatherlineError(f"{name} unpacks to more than {MOST_TIMES} times its size: if you trust it, {fix}.")


def _zip_bytes(path: Path, most_bytes: int) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist())


def _gzip_bytes(path: Path, most_bytes: int) -> int:
    """What a gzip unpacks to, as far as `most_bytes`; 0 of a file that is none."""
    unpacked_bytes = 0
    with path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return 0
    with gzip.open(path) as unpacked:
        while unpacked_bytes <= most_bytes and (chunk := unpacked.read(1 << 20)):
            unpacked_bytes += len(chunk)
    return unpacked_bytes


def _parquet_bytes(path: Path, most_bytes: int) -> int:
    """What the pages of all columns unpack to, or their values as numbers, whichever is more."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        content = file.metadata
    widths_bytes = [max(content.schema.column(place).length, NUMBER_BYTES) for place in range(content.num_columns)]
    pages_bytes = counted_bytes = 0
    for group in map(content.row_group, range(content.num_row_groups)):
        for place, width_bytes in enumerate(widths_bytes):
            column = group.column(place)
            pages_bytes += column.total_uncompressed_size
            counted_bytes += max(column.num_values, group.num_rows) * width_bytes  # of lists there are more than rows
    return max(pages_bytes, counted_bytes)


def _mat_bytes(path: Path, most_bytes: int) -> int:
    """What the compressed variables of a MATLAB 5 file unpack to, as far as `most_bytes`, or those of a 7.3 file."""
    import h5py

    if h5py.is_hdf5(path):
        with h5py.File(path) as file:
            return sum(item.nbytes for item in datasets(file))
    unpacked_bytes = 0
    with path.open("rb") as stream:
        if stream.read(128)[124:128] not in (b"\0\1IM", b"\1\0MI"):
            return 0
        while len(head := stream.read(8)) == 8 and unpacked_bytes <= most_bytes:
            kind, size_bytes = struct.unpack("<II" if head[:4] == b"\x0f\0\0\0" else ">II", head)
            if kind != MAT_COMPRESSED:
                stream.seek(size_bytes, 1)
                continue
            inflating, left_bytes = zlib.decompressobj(), size_bytes
            while left_bytes > 0 and unpacked_bytes <= most_bytes and (chunk := stream.read(min(left_bytes, 1 << 14))):
                left_bytes -= len(chunk)
                while chunk and unpacked_bytes <= most_bytes:
                    unpacked_bytes += len(inflating.decompress(chunk, 1 << 20))
                    chunk = inflating.unconsumed_tail
            stream.seek(left_bytes, 1)
    return unpacked_bytes
