"""Samples that are kept in no text: .npy, .npz, .mat, Parquet, JSON, CBOR and WFDB, each as a table."""

import fnmatch
import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing import text, trees
from featherline.importing.settings import Csv
from featherline.importing.tables import PIECE_ROWS, Piece, Table, is_rate, matrix_columns, of_arrays

TEXT = (".csv", ".txt", ".tsv", ".dat", ".log", ".gz")
CONTAINERS = (".npy", ".npz", ".mat", ".parquet", ".json", ".cbor", ".hea")
SUFFIXES = TEXT + CONTAINERS
SHOWN_KEYS = 12
SHOWN_REASON = 200
# Tables of a sensor at rest compress to a tenth; what stands for more than this is a bomb, or is unpacked by hand.
MOST_TIMES = 40
LEAST_BOMB_BYTES = 64 << 20
MAT_COMPRESSED = 15
MAPPED_BYTES = 16 << 20  # of an array that is read stretch by stretch

Values = Mapping[str, object]


def read(path: Path, settings: Csv, array: str | None = None) -> Table:
    """The table of a file, by its suffix.

    Args:
        path: of the user's own file; of a WFDB record its header.
        settings: how text is written.
        array: which array or variable of a file that holds several.

    Raises:
        FeatherlineError: where the file is broken, or does not say which of its arrays are the samples.
    """
    suffix = path.suffix.lower()
    _check_unpacked(path, suffix)
    readers = {
        ".npy": _npy,
        ".npz": _npz,
        ".mat": _mat,
        ".parquet": _parquet,
        ".json": trees.json_table,
        ".cbor": trees.cbor_table,
        ".hea": _wfdb,
    }
    if suffix not in readers:
        return _named_in_errors(text.read(path, settings), "a table of text")
    with _in_one_sentence(path, suffix[1:]):
        return _named_in_errors(readers[suffix](path, array), suffix[1:])


@contextmanager
def _in_one_sentence(path: Path, kind: str) -> Iterator[None]:
    """Each library has its own exceptions for a broken file; some end the process's memory before."""
    try:
        yield
    except FeatherlineError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:SHOWN_REASON] or type(error).__name__
        raise FeatherlineError(f"{path} cannot be read as {kind} ({reason}): get it again, or remove it.") from None


def _named_in_errors(table: Table, kind: str) -> Table:
    """The same table, whose rows are read later and may be as broken as its beginning."""
    read_pieces = table.pieces

    def pieces(numbers: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Piece]:
        with _in_one_sentence(table.path, kind):
            yield from read_pieces(numbers, texts)

    table.pieces = pieces
    return table


def _check_unpacked(path: Path, suffix: str) -> None:
    """Raises `FeatherlineError` where a few bytes stand for more than the memory may hold."""
    most_bytes = max(path.stat().st_size * MOST_TIMES, LEAST_BOMB_BYTES)
    unpacked_bytes = 0
    with _in_one_sentence(path, suffix[1:]):
        if suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                unpacked_bytes = sum(member.file_size for member in archive.infolist())
        elif suffix == ".mat":
            unpacked_bytes = _inflated_bytes(path, most_bytes)
        else:
            with path.open("rb") as stream:
                compressed = stream.read(2) == b"\x1f\x8b"
            if compressed and suffix in TEXT:
                with gzip.open(path) as unpacked:
                    while unpacked_bytes <= most_bytes and (chunk := unpacked.read(1 << 20)):
                        unpacked_bytes += len(chunk)
    if unpacked_bytes > most_bytes:
        raise FeatherlineError(
            f"{path} unpacks to more than {MOST_TIMES} times its size: if you trust it, unpack it by hand."
        )


def _inflated_bytes(path: Path, most_bytes: int) -> int:
    """What the compressed variables of a MATLAB 5 file unpack to, as far as `most_bytes`; 0 of other versions."""
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


def named_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a .npz by their names, or the one of a .npy as `array`, which is mapped and not read.

    Raises:
        FeatherlineError: where the file is broken, or unpacks to more than the memory may hold.
    """
    suffix = path.suffix.lower()
    _check_unpacked(path, suffix)
    with _in_one_sentence(path, suffix[1:]):
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return {"array": loaded}
        if suffix == ".npy":
            raise FeatherlineError(f"{path} is an archive and no array: name it .npz, or unpack it.")
        with loaded as archive:  # members that are no arrays come as bytes
            members = {name: archive[name] for name in archive.files}
    return {name: values for name, values in members.items() if isinstance(values, np.ndarray)}


def holds_numbers(values: np.ndarray) -> bool:
    """Whether an array is one of real numbers."""
    return np.issubdtype(values.dtype, np.number) and not np.iscomplexobj(values)


def _npy(path: Path, array: str | None) -> Table:
    values = named_arrays(path)["array"]
    table = _of_array(path, values)
    if values.dtype.names or values.nbytes <= MAPPED_BYTES:
        return table
    across = values.ndim == 2 and values.shape[0] < values.shape[1]
    columns = {
        name: _Mapped(path, len(values.T if across else values), None if values.ndim == 1 else place, across)
        for place, name in enumerate(table.names)
    }
    return of_arrays(path, columns, has_header=False)


class _Mapped:
    """A column of a large array, mapped anew for each stretch: pages of a mapping stay in memory as long as it does."""

    def __init__(self, path: Path, rows: int, place: int | None, across: bool) -> None:
        self._path, self._rows, self._place, self._across = path, rows, place, across

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, part: slice) -> np.ndarray:
        values = np.load(self._path, mmap_mode="r", allow_pickle=False)
        rows = values if self._place is None else (values.T if self._across else values)[:, self._place]
        return np.array(rows[part])


def _of_array(path: Path, values: np.ndarray) -> Table:
    if values.dtype.names:  # a structured array names its columns
        return of_arrays(path, {name: values[name] for name in values.dtype.names})
    if values.ndim not in (1, 2) or not holds_numbers(values):
        raise FeatherlineError(
            f"{path} holds an array of {values.dtype} of the shape {list(values.shape)}: a recording has numbers, one "
            "row a sample; of windows say fetch.rows: windows."
        )
    return of_arrays(path, matrix_columns(values), has_header=False)


def _npz(path: Path, array: str | None) -> Table:
    return _of_named(path, named_arrays(path), array)


def _mat(path: Path, array: str | None) -> Table:
    import scipy.io

    try:
        content = scipy.io.loadmat(path, squeeze_me=True, struct_as_record=True)
    except NotImplementedError:  # MATLAB 7.3 is HDF5
        import h5py

        with h5py.File(path) as file:
            content = {name: np.squeeze(item[()]) for name, item in file.items() if isinstance(item, h5py.Dataset)}
    arrays: dict[str, np.ndarray] = {}
    for name, value in content.items():
        if not name.startswith("__"):
            _flatten(name, value, arrays)
    return _of_named(path, arrays, array)


def _flatten(name: str, value: object, into: dict[str, np.ndarray]) -> None:
    """Structures of MATLAB as names with a dot between them."""
    kept = np.asarray(value)
    if kept.dtype.names and kept.shape == ():
        for part in kept.dtype.names:
            _flatten(f"{name}.{part}", kept[part][()], into)
    elif kept.dtype != object:
        into[name] = np.squeeze(kept)


def _of_named(path: Path, arrays: Mapping[str, np.ndarray], array: str | None) -> Table:
    """The samples among arrays by name, at the rate that one of them says."""
    table = _samples_of(path, arrays, array)
    rates = [float(value) for name, value in arrays.items() if value.size == 1 and is_rate(name, value)]
    table.rate_hz = rates[0] if len(rates) == 1 else None
    return table


def _samples_of(path: Path, arrays: Mapping[str, np.ndarray], array: str | None) -> Table:
    """Arrays by name: columns where they are equally long, else the one that is named, or the only long one."""
    numeric = {
        name: value
        for name, value in arrays.items()
        if value.ndim in (1, 2) and value.size > 1 and value.dtype.kind in "iufbUS"
    }
    if array is not None:
        fitting = [array] if array in arrays else sorted(name for name in arrays if fnmatch.fnmatchcase(name, array))
        if len(fitting) != 1:
            raise FeatherlineError(
                f"{path} has {len(fitting)} variables {array!r}; "
                f"it holds {_shown(arrays)}: set fetch.array to one of these."
            )
        return _of_array(path, np.asarray(arrays[fitting[0]]))
    flat = {name: value for name, value in numeric.items() if value.ndim == 1}
    tables = {name: value for name, value in numeric.items() if value.ndim == 2}
    if not tables and flat:
        # All of the longest length are channels; the rest are settings and labels.
        longest = max(map(len, flat.values()))
        columns = {name: value for name, value in flat.items() if len(value) == longest}
        return of_arrays(path, columns, word="sample")
    if len(tables) == 1 and not any(len(value) in next(iter(tables.values())).shape for value in flat.values()):
        return _of_array(path, next(iter(tables.values())))
    if len(tables) == 1:
        name, values = next(iter(tables.items()))
        columns = {f"{name}.{column}": value for column, value in matrix_columns(values).items()}
        rows = len(next(iter(columns.values())))
        columns |= {key: value for key, value in flat.items() if len(value) == rows}
        return of_arrays(path, columns)
    raise FeatherlineError(
        f"{path} holds {_shown(arrays)}: set fetch.array to the one that has the samples."
        if arrays
        else f"{path} holds no array of numbers: give one of the samples."
    )


def _shown(arrays: Mapping[str, np.ndarray]) -> str:
    listed = [f"{name} {list(value.shape)}" for name, value in arrays.items()][:SHOWN_KEYS]
    return ", ".join(listed) or "nothing"


def _parquet(path: Path, array: str | None) -> Table:
    import pyarrow.parquet as pq

    names = tuple(pq.ParquetFile(path).schema_arrow.names)

    def pieces(numbers: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Piece]:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(PIECE_ROWS, columns=list(dict.fromkeys((*numbers, *texts)))):
                columns = {name: _of_arrow(batch.column(place)) for place, name in enumerate(batch.schema.names)}
                yield from of_arrays(path, columns).pieces(numbers, texts)

    return Table(path, names, pieces, lambda row: f"row {row + 1}", ", ".join(names))


def _of_arrow(column: object) -> np.ndarray:
    import pyarrow as pa

    assert isinstance(column, pa.Array)
    if pa.types.is_timestamp(column.type):
        return np.asarray(column.cast(pa.timestamp("ns")).cast(pa.int64()).to_numpy(zero_copy_only=False))
    return np.asarray(column.to_numpy(zero_copy_only=False))


# --- WFDB --------------------------------------------------------------------------------------


def _wfdb(path: Path, array: str | None) -> Table:
    import wfdb

    _check_same_folder(path)
    record = wfdb.rdrecord(str(path.with_suffix("")))
    names = tuple(name or str(place + 1) for place, name in enumerate(record.sig_name))
    columns = {name: record.p_signal[:, place] for place, name in enumerate(names)}
    units = dict(zip(names, record.units, strict=True))
    return of_arrays(path, columns, word="sample", rate_hz=float(record.fs), units=units)


def _check_same_folder(path: Path) -> None:
    """Raises `FeatherlineError` where a header names files of another folder, or of another host."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    fields = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    for name in (line[0] for line in fields[1:]):
        if "/" in name or "\\" in name or ":" in name:
            raise FeatherlineError(
                f"{path} names the file {name!r}, which is in another folder: put it beside the header, and name it "
                "there."
            )


def annotations(path: Path, extension: str) -> list[tuple[int, str]]:
    """Sample and symbol of each annotation of a WFDB record.

    Raises:
        FeatherlineError: where there is no such file beside the header, or it is broken.
    """
    import wfdb

    try:
        marks = wfdb.rdann(str(path.with_suffix("")), extension)
    except Exception as error:
        raise FeatherlineError(
            f"{path.with_suffix('.' + extension)} cannot be read as annotations ({error}): correct fetch.annotations."
        ) from None
    return list(zip((int(sample) for sample in marks.sample), map(str, marks.symbol), strict=True))
