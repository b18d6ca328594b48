"""Where two contents of one file differ: the tensor, array, key or cell, by how much, and how many values."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from featherline.core import parsing
from featherline.core.errors import FeatherlineError

Arrays = dict[str, np.ndarray]
Leaves = dict[str, object]
Parts = Mapping[str, object]
"""Arrays or leaves: what a reader makes of a file, all of one kind."""


def difference(path: str, committed: bytes, repeated: bytes) -> str:
    """What differs between two contents that are not equal, in one line.

    Of .tflite and .keras it names the tensor, of .npz the array, of .json and .lock the key, of tables the cell with
    the largest absolute difference; of anything else, and where all values are equal, the first byte.
    """
    reader = _READERS.get(Path(path).suffix)
    verdict = "differs"
    if reader:
        kind, read = reader
        try:
            first, second = read(committed), read(repeated)
        except (FeatherlineError, OSError, ValueError, KeyError, zipfile.BadZipFile, csv.Error) as error:
            verdict = f"cannot be read ({' '.join(str(error).split())[:120]}) and differs"
        else:
            arrays, repeated_arrays = _arrays(first), _arrays(second)
            if arrays or repeated_arrays:
                sentence = _of_arrays(kind, arrays, repeated_arrays)
            else:
                sentence = _of_leaves(kind, first, second)
            if sentence:
                return sentence
            verdict = f"holds equal {kind}s, and differs"
    place = _first_difference(committed, repeated)
    return f"{verdict} from byte {place:,} on ({len(committed):,} bytes committed, {len(repeated):,} now)"


def _first_difference(first: bytes, second: bytes) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((place for place, (byte, repeated) in pairs if byte != repeated), min(len(first), len(second)))


# --- Arrays ---------------------------------------------------------------------------------


def _arrays(parts: Parts) -> Arrays:
    return {name: values for name, values in parts.items() if isinstance(values, np.ndarray)}


def _of_arrays(kind: str, committed_arrays: Arrays, repeated_arrays: Arrays) -> str | None:
    for name in (*committed_arrays, *repeated_arrays):
        if name not in committed_arrays or name not in repeated_arrays:
            return f"{kind} {name} is only in the {'committed' if name in committed_arrays else 'repeated'} one"
        values, repeated = committed_arrays[name], repeated_arrays[name]
        if values.shape != repeated.shape or values.dtype != repeated.dtype:
            return f"{kind} {name} is {_form(values)} committed, {_form(repeated)} now"
    largest_difference: tuple[float, str, tuple[int, ...], int] | None = None
    differing = 0
    for name, values in committed_arrays.items():
        distance = _distances(values, repeated_arrays[name])
        count = int(np.count_nonzero(distance))
        differing += count > 0
        if count and (largest_difference is None or distance.max() > largest_difference[0]):
            index = tuple(int(side) for side in np.unravel_index(int(distance.argmax()), values.shape))
            largest_difference = (float(distance.max()), name, index, count)
    if largest_difference is None:
        return None
    _, name, index, count = largest_difference
    values, repeated = committed_arrays[name][index], repeated_arrays[name][index]
    return (
        f"{kind} {name}: {count:,} of {committed_arrays[name].size:,} values differ, most at {list(index)}: {values} "
        f"committed, {repeated} now; {differing:,} of {len(committed_arrays):,} {kind}s differ"
    )


def _distances(values: np.ndarray, repeated: np.ndarray) -> np.ndarray:
    """Absolute differences in float64; infinity where only one is a number, and between texts."""
    if values.dtype.kind not in "biuf":
        return np.where(values == repeated, 0.0, np.inf)
    committed_values, repeated_values = values.astype(np.float64), repeated.astype(np.float64)
    equal = (committed_values == repeated_values) | (np.isnan(committed_values) & np.isnan(repeated_values))
    with np.errstate(invalid="ignore"):
        distance = np.where(equal, 0.0, np.abs(committed_values - repeated_values))
    return np.nan_to_num(distance, nan=np.inf, posinf=np.inf)


def _form(array: np.ndarray) -> str:
    return f"{array.dtype}{list(array.shape)}"


# --- Keys and cells -------------------------------------------------------------------------


def _of_leaves(kind: str, committed_leaves: Parts, repeated_leaves: Parts) -> str | None:
    unpaired = [
        name
        for name in (*committed_leaves, *repeated_leaves)
        if name not in committed_leaves or name not in repeated_leaves
    ]
    if unpaired:
        origin = "committed" if unpaired[0] in committed_leaves else "repeated"
        return f"{kind} {unpaired[0]} is only in the {origin} one, one of {len(unpaired):,} such {kind}s"
    differing = [name for name in committed_leaves if not _same(committed_leaves[name], repeated_leaves[name])]
    if not differing:
        return None
    # The first of the largest.
    name = max(differing, key=lambda key: _distance(committed_leaves[key], repeated_leaves[key]))
    return (
        f"{kind} {name}: {json.dumps(committed_leaves[name])} committed, {json.dumps(repeated_leaves[name])} now; "
        f"{len(differing):,} of {len(committed_leaves):,} {kind}s differ"
    )


def _same(value: object, repeated: object) -> bool:
    return type(value) is type(repeated) and value == repeated


def _distance(value: object, repeated: object) -> float:
    if isinstance(value, bool) or isinstance(repeated, bool):
        return -1.0
    if not isinstance(value, int | float) or not isinstance(repeated, int | float):
        return -1.0
    return abs(value - repeated)


def _leaves(node: object, parent_key: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(node, dict | list) and node:
        children = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in children:
            yield from _leaves(value, f"{parent_key}.{key}" if parent_key else str(key))
    else:
        yield parent_key, node


# --- Readers --------------------------------------------------------------------------------


def _tflite(content: bytes) -> Arrays:
    from featherline.tflite import model as tflite
    from featherline.tflite.values import constant_values
    from featherline.tflite.wording import tensor_labels

    model = tflite.parse(content, "a file")
    arrays: Arrays = {}
    for tensor, label in zip(model.tensors, tensor_labels(model), strict=True):
        name = f"{tensor.index} ({label})" if tensor.subgraph == 0 else f"{tensor.subgraph}/{tensor.index} ({label})"
        for parameter, values in (("scales", tensor.scale), ("zero points", tensor.zero_point)):
            if values is not None:
                arrays[f"{name}, {parameter}"] = np.asarray(values)
        if tensor.constant and tensor.type != "string":
            arrays[name] = constant_values(model, tensor)
    return arrays


def _keras(content: bytes) -> Arrays:
    import h5py

    arrays: Arrays = {}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file,
    ):

        def add(name: str, entry: object) -> None:
            if isinstance(entry, h5py.Dataset):
                arrays[name] = entry[()]

        file.visititems(add)
    return arrays


def _npz(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _json(content: bytes) -> Leaves:
    return dict(_leaves(json.loads(content)))


def _lock(content: bytes) -> Leaves:
    return dict(_leaves(parsing.from_yaml(content, "dvc.lock")))


def _table(delimiter: str) -> Callable[[bytes], Leaves]:
    def read(content: bytes) -> Leaves:
        rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter)
        header = next(rows, [])
        return {
            f"{header[column] if column < len(header) else column} of row {number}": _number(text)
            for number, row in enumerate(rows, start=1)
            for column, text in enumerate(row)
        } | {f"{column} of the header": name for column, name in enumerate(header)}

    return read


def _number(text: str) -> object:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text


def _workbook(content: bytes) -> Leaves:
    import openpyxl

    return {
        f"{cell.coordinate} of {sheet.title}": cell.value if isinstance(cell.value, int | float) else str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets
        for row in sheet
        for cell in row
        if cell.value is not None
    }


# Ending of a file -> what its parts are called, and what reads them by name.
_READERS: dict[str, tuple[str, Callable[[bytes], Parts]]] = {
    ".tflite": ("tensor", _tflite),
    ".keras": ("tensor", _keras),
    ".npz": ("array", _npz),
    ".json": ("key", _json),
    ".lock": ("key", _lock),
    ".csv": ("cell", _table(",")),
    ".tsv": ("cell", _table("\t")),
    ".xlsx": ("cell", _workbook),
}
