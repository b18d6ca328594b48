"""Samples in JSON and CBOR: lists of objects, objects of lists, rows of numbers, strokes, Edge Impulse's format."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from featherline.core import parsing
from featherline.core.errors import FeatherlineError
from featherline.importing.tables import Table, is_rate, of_arrays


def json_table(path: Path, array: str | None) -> Table:
    """The table of a JSON file, or of one object a line; `array` is the key of its samples."""
    content = path.read_text(encoding="utf-8-sig")
    try:
        return _of_tree(path, parsing.plain_json(content), array)
    except json.JSONDecodeError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines[:2]):
            return _of_tree(path, [parsing.plain_json(line) for line in lines], array)  # one object a line
        raise FeatherlineError(
            f"{path}, line {error.lineno} is no JSON ({error.msg}): get it again, or remove it."
        ) from None


def cbor_table(path: Path, array: str | None) -> Table:
    """The same of a CBOR file."""
    import cbor2

    with path.open("rb") as stream:
        return _of_tree(path, cbor2.load(stream), array)


def _of_tree(path: Path, tree: object, array: str | None) -> Table:
    """A table of what JSON holds, at the rate that it says."""
    if isinstance(tree, dict) and isinstance(tree.get("payload"), dict) and "sensors" in tree["payload"]:
        return _edge_impulse(path, tree["payload"])
    table = _samples_of_tree(path, tree, array)
    if table.rate_hz is None:
        table.rate_hz = _stated_rate(tree)
    return table


def _stated_rate(tree: object) -> float | None:
    """The only rate among the keys of an object and of the objects in it; None where there is none, or several."""
    objects = [tree, *tree.values()] if isinstance(tree, dict) else []
    rates = {
        float(value)
        for part in objects
        if isinstance(part, dict)
        for name, value in part.items()
        if isinstance(value, int | float) and is_rate(name, np.array(value))
    }
    return rates.pop() if len(rates) == 1 else None


def _samples_of_tree(path: Path, tree: object, array: str | None) -> Table:
    """A list of objects, an object of lists, or rows of numbers."""
    if array is not None:
        for part in array.split("."):
            if not isinstance(tree, dict) or part not in tree:
                keys = ", ".join(tree) if isinstance(tree, dict) else "no keys"
                raise FeatherlineError(f"{path} has no key {array!r}; it holds {keys}: correct fetch.array.")
            tree = tree[part]
    if isinstance(tree, dict) and (nested := _only_list_of_recordings(tree)) is not None:
        tree = nested
    if isinstance(tree, list) and (key := _key_of_points(tree)) is not None:
        return _of_recordings(path, tree, key)
    if isinstance(tree, dict):
        columns = {name: _column(path, name, value) for name, value in tree.items() if isinstance(value, list)}
        lengths = {name: len(value) for name, value in columns.items()}
        if columns and len(set(lengths.values())) == 1 and all(value.ndim == 1 for value in columns.values()):
            return of_arrays(path, columns, word="sample")
        if len(columns) == 1:
            return _samples_of_tree(path, next(value for value in tree.values() if isinstance(value, list)), None)
        raise FeatherlineError(
            f"{path} holds lists of unequal lengths "
            f"({', '.join(f'{name} {length}' for name, length in lengths.items())}): "
            "set fetch.array to the key that has the samples."
            if columns
            else f"{path} holds {', '.join(tree) or 'nothing'}, and no list of samples: set fetch.array to their key."
        )
    if isinstance(tree, list) and tree and all(isinstance(row, dict) for row in tree):
        names = list(tree[0])
        for place, row in enumerate(tree):
            if set(row) != set(names):
                raise FeatherlineError(
                    f"{path}, sample {place + 1} has the keys {', '.join(row)}, and the first has {', '.join(names)}: "
                    "give all samples the same keys."
                )
        return of_arrays(
            path, {name: _column(path, name, [row[name] for row in tree]) for name in names}, word="sample"
        )
    if isinstance(tree, list) and tree and all(isinstance(row, list) for row in tree):
        return _of_rows(path, tree, None)
    if isinstance(tree, list) and tree:
        return of_arrays(path, {"1": _column(path, "1", tree)}, word="sample", has_header=False)
    raise FeatherlineError(f"{path} holds no list of samples: set fetch.array to the key that has them.")


RECORDING = "recording"
"""The column that numbers the recordings of one JSON file, from 1."""


def _only_list_of_recordings(tree: dict[str, object]) -> list[object] | None:
    lists = [value for value in tree.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 and _key_of_points(lists[0]) is not None else None


def _key_of_points(tree: list[object]) -> str | None:
    """The key under which each of several recordings has its samples, as strokes have their points; None for others."""
    keys = None
    for entry in tree:
        if not isinstance(entry, dict):
            return None
        of_points = {
            name
            for name, value in entry.items()
            if isinstance(value, list) and value and all(isinstance(point, dict | list) and point for point in value)
        }
        keys = of_points if keys is None else keys & of_points
    return keys.pop() if keys is not None and len(keys) == 1 else None


def _of_recordings(path: Path, recordings: list[object], key: str) -> Table:
    """Recordings one below the other: the columns of their samples, their number, and what else each says of itself.

    Raises:
        FeatherlineError: where samples or recordings have other keys than the first.
    """
    columns: dict[str, list[object]] = {}
    beside: tuple[str, ...] = ()
    for number, entry in enumerate(recordings, start=1):
        assert isinstance(entry, dict)
        points = entry[key]
        described = {name: value for name, value in entry.items() if isinstance(value, str | int | float)}
        beside = beside or tuple(described)
        for place, point in enumerate(points, start=1):
            named = point if isinstance(point, dict) else {str(at): value for at, value in enumerate(point, start=1)}
            row = {RECORDING: number, **{name: described.get(name) for name in beside}, **named}
            if columns and row.keys() != columns.keys():
                names = ", ".join(name for name in columns if name not in (RECORDING, *beside))
                raise FeatherlineError(
                    f"{path}, sample {place} of recording {number} has {', '.join(named)}, and the first sample of all "
                    f"has {names}: give all samples the same."
                )
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    made = {name: _column(path, name, values) for name, values in columns.items()}
    remark = f"It holds {len(recordings):,} recordings, which the column {RECORDING!r} numbers."
    table = of_arrays(path, made, word="sample", remarks=[remark])
    table.beside = (RECORDING, *beside)
    return table


def _of_rows(path: Path, rows: list[list[object]], names: tuple[str, ...] | None) -> Table:
    width = len(names) if names else len(rows[0])
    for place, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            count = len(row) if isinstance(row, list) else 1
            raise FeatherlineError(
                f"{path}, sample {place + 1} has {count} values, and {'its sensors are' if names else 'the first has'} "
                f"{width}: correct it, or get the file again."
            )
    columns = {
        name: _column(path, name, [row[place] for row in rows])
        for place, name in enumerate(names or tuple(str(place + 1) for place in range(width)))
    }
    return of_arrays(path, columns, word="sample", has_header=names is not None)


def _column(path: Path, name: str, values: list[object]) -> np.ndarray:
    cleaned = [np.nan if value is None else value for value in values]
    try:
        # An array of texts is as wide as its longest.
        return np.array(cleaned, object if any(isinstance(value, str) for value in cleaned) else None)
    except ValueError:
        raise FeatherlineError(
            f"{path} has lists of unequal lengths in {name!r}: one number a sample is needed."
        ) from None


def _edge_impulse(path: Path, payload: Mapping[str, object]) -> Table:
    """The data acquisition format: `interval_ms`, `sensors` with name and units, `values` one row a sample."""
    sensors, values, interval_ms = (payload.get(key) for key in ("sensors", "values", "interval_ms"))
    if not isinstance(sensors, list) or not isinstance(values, list) or not isinstance(interval_ms, int | float):
        raise FeatherlineError(f"{path} has a payload without sensors, values or interval_ms: export it again.")
    names = tuple(str(sensor["name"]) for sensor in sensors)
    if values and not isinstance(values[0], list):
        values = [[value] for value in values]  # of a single sensor
    table = _of_rows(path, values, names)
    table.rate_hz = 1000 / float(interval_ms)
    table.units = {str(sensor["name"]): str(sensor.get("units", "")) for sensor in sensors}
    return table
