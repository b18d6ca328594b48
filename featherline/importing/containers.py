"""Samples that are kept in no text: .npy, .npz, .mat, Parquet, JSON, CBOR and WFDB, each as a table."""

import fnmatch
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.files import check_plain, numpy_reason
from featherline.importing import text, trees, unpacked_size
from featherline.importing.settings import Csv
from featherline.importing.tables import PIECE_ROWS, Piece, Table, is_rate, matrix_columns, of_arrays

if TYPE_CHECKING:
    import pyarrow as pa

TEXT = (".csv", ".txt", ".tsv", ".dat", ".log", ".gz")
CONTAINERS = (".npy", ".npz", ".mat", ".parquet", ".json", ".cbor", ".hea")
SUFFIXES = TEXT + CONTAINERS
SHOWN_KEYS = 12
SHOWN_REASON = 200
MAPPED_BYTES = 16 << 20  # of an array that is read stretch by stretch

# A reader that takes a broken file for a whole one trips over itself, and its words tell nobody what is wrong.
OF_THE_LIBRARY = (AssertionError, AttributeError, IndexError, KeyError, NameError, TypeError, ZeroDivisionError)

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
    readers = {
        ".npy": _npy,
        ".npz": _npz,
        ".mat": _mat,
        ".parquet": _parquet,
        ".json": trees.json_table,
        ".cbor": trees.cbor_table,
        ".hea": _wfdb,
    }
    with _in_one_sentence(path, suffix[1:]):
        unpacked_size.check(path)
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
    except OF_THE_LIBRARY:
        raise FeatherlineError(
            f"{path} cannot be read as {kind} (what it says of itself does not fit together): get it again, or remove "
            "it."
        ) from None
    except Exception as error:
        reason = numpy_reason(error)[:SHOWN_REASON] or type(error).__name__
        raise FeatherlineError(f"{path} cannot be read as {kind} ({reason}): get it again, or remove it.") from None


def _named_in_errors(table: Table, kind: str) -> Table:
    """The same table, whose rows are read later and may be as broken as its beginning."""
    read_pieces = table.pieces

    def pieces(numbers: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Piece]:
        with _in_one_sentence(table.path, kind):
            yield from read_pieces(numbers, texts)

    table.pieces = pieces
    return table


def named_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a .npz by their names, or the one of a .npy as `array`, which is mapped and not read.

    Raises:
        FeatherlineError: where the file is broken, or unpacks to more than the memory may hold.
    """
    suffix = path.suffix.lower()
    with _in_one_sentence(path, suffix[1:]):
        unpacked_size.check(path)
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return {"array": loaded}
        if suffix == ".npy":
            raise FeatherlineError(f"{path} is an archive and no array: name it .npz, or unpack it.")
        twice = next((name for name, count in Counter(loaded.files).items() if count > 1), None)
        if twice is not None:
            raise FeatherlineError(f"{path} holds two arrays {twice!r}: give each a name of its own.")
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
    import h5py
    import scipy.io

    if h5py.is_hdf5(path):  # MATLAB 7.3, with MATLAB's own lines before it or without them
        with h5py.File(path) as file:
            content = {item.name[1:]: np.squeeze(item[()]) for item in unpacked_size.datasets(file)}
    else:
        content = scipy.io.loadmat(path, squeeze_me=True, struct_as_record=True)
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
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.ParquetFile(path).schema_arrow
    names = tuple(schema.names)
    # A long text that stands in a million rows is kept once.
    texts_once = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]

    def pieces(numbers: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[Piece]:
        with pq.ParquetFile(path, read_dictionary=texts_once) as file:
            for batch in file.iter_batches(PIECE_ROWS, columns=list(dict.fromkeys((*numbers, *texts)))):
                columns = {name: _of_arrow(batch.column(place)) for place, name in enumerate(batch.schema.names)}
                yield from of_arrays(path, columns).pieces(numbers, texts)

    return Table(path, names, pieces, lambda row: f"row {row + 1}", ", ".join(names))


def _of_arrow(column: object) -> np.ndarray:
    import pyarrow as pa

    assert isinstance(column, pa.Array)
    if isinstance(column, pa.DictionaryArray):
        return _of_dictionary(column)
    if pa.types.is_timestamp(column.type):
        return np.asarray(column.cast(pa.timestamp("ns")).cast(pa.int64()).to_numpy(zero_copy_only=False))
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _of_dictionary(column: "pa.DictionaryArray") -> np.ndarray:
    """Texts of which equal ones are one object; None where one is missing."""
    values = np.array([*column.dictionary.to_pylist(), None], object)
    places = column.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(values[places])


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
        check_plain(path.with_name(name))


def annotations(path: Path, extension: str) -> list[tuple[int, str]]:
    """Sample and symbol of each annotation of a WFDB record.

    Raises:
        FeatherlineError: where there is no such file beside the header, or it is broken.
    """
    import wfdb

    check_plain(path.with_suffix(f".{extension}"))
    try:
        marks = wfdb.rdann(str(path.with_suffix("")), extension)
    except Exception as error:
        raise FeatherlineError(
            f"{path.with_suffix('.' + extension)} cannot be read as annotations ({error}): correct fetch.annotations."
        ) from None
    return list(zip((int(sample) for sample in marks.sample), map(str, marks.symbol), strict=True))
