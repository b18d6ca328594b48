"""Outputs that appear whole or not at all: written beside their place, then renamed."""

import csv
import json
import math
import os
import shutil
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from featherline.core import parsing
from featherline.core.arrays import BLOCK_BYTES, blocks
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree


def _partial(path: Path) -> Path:
    return path.parent / f".partial-{path.name}"


def _replaced(path: Path) -> Path:
    return path.parent / f".partial-{path.name}.replaced"


def remove(path: Path) -> None:
    """Removes a file, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def check_plain(path: Path) -> None:
    """Raises `FeatherlineError` where a path leads to a pipe, a socket or a device: reading one may never end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FeatherlineError(f"{path} is a pipe, a socket or a device and no file: remove it, or name a file.")


def plain_files(folder: Path, pattern: str = "**/*") -> list[Path]:
    """The files of a folder that fit a pattern, sorted; raises `FeatherlineError` as `check_plain` does.

    What is hidden is left alone: programs keep their sockets there.
    """
    found_paths = sorted(folder.glob(pattern))
    for path in found_paths:
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            check_plain(path)
    return [path for path in found_paths if path.is_file()]


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial, replaced = _partial(path), _replaced(path)
    if replaced.exists() and not path.exists():  # killed between the two renames below: nothing is lost
        os.replace(replaced, path)
    remove(replaced)
    remove(partial)  # what a killed run left behind
    try:
        yield partial
        if path.is_dir():  # a file is replaced in one step; a folder moves aside, for removing it takes its time
            os.replace(path, replaced)
        try:
            os.replace(partial, path)
        except BaseException:
            if replaced.exists():
                os.replace(replaced, path)
            raise
        remove(replaced)
    finally:
        remove(partial)


@contextmanager
def new_folder(path: Path | str) -> Iterator[Path]:
    """Yields an empty folder that takes the place of `path` if the block ends well.

    Whatever stood at `path` stays untouched until then; an exception, an interrupt
    included, leaves it as it was. So does a kill: it moves aside in one step, and back
    when the next block begins, should the kill have come before the step after it.
    """
    with _whole_or_nothing(Path(path)) as partial:
        partial.mkdir()
        yield partial


@contextmanager
def new_file(path: Path | str) -> Iterator[Path]:
    """Yields a path to write to; the file takes the place of `path` if the block ends well."""
    with _whole_or_nothing(Path(path)) as partial:
        yield partial


def finite(content: object) -> object:
    """Plain data with None in place of numbers that JSON does not have."""
    if isinstance(content, dict):
        return {name: finite(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def as_json(content: object) -> str:
    """`content` as indented JSON with a final newline; raises `ValueError` where a number is none."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path | str, content: object) -> None:
    """Writes `content` as JSON, whole or not at all."""
    text = as_json(content)
    with new_file(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_report(folder: Path, name: str, content: object, text: str) -> None:
    """Writes FOLDER/NAME.json for programs and FOLDER/NAME.md for people, each whole or not at all."""
    for suffix, written in ((".json", as_json(content)), (".md", text)):
        with new_file(folder / f"{name}{suffix}") as partial:
            partial.write_text(written, encoding="utf-8")


def write_csv(path: Path | str, rows: Sequence[Mapping[str, object]]) -> None:
    """Writes rows of the same keys as CSV with a header, whole or not at all; one row or more."""
    with new_file(path) as partial, partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_json(path: Path | str) -> Tree:
    """Reads a JSON file; raises `FeatherlineError` where it is missing or broken."""
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).") from None
    tree = parsing.from_json(content, str(path), ": run the stage that writes it again")
    if not isinstance(tree, dict):
        raise FeatherlineError(f"{path} holds no JSON object: run the stage that writes it again.")
    return tree


def write_arrays(path: Path | str, **arrays: np.ndarray) -> None:
    """Writes named arrays as an .npz; equal arrays give equal bytes, whichever zlib is installed: none compresses."""
    with new_file(path) as partial, zipfile.ZipFile(partial, "w") as archive:
        for name, array in arrays.items():
            rows = np.asanyarray(array, order="C")
            with archive.open(f"{name}.npy", "w", force_zip64=True) as stream:
                np.lib.format.write_array_header_1_0(stream, np.lib.format.header_data_from_array_1_0(rows))
                for block in blocks(rows) if rows.ndim else [rows]:
                    stream.write(block.tobytes())


def read_arrays(path: Path | str) -> dict[str, np.ndarray]:
    """Reads a .npz of plain arrays; raises `FeatherlineError` where it is missing or broken.

    Arrays of one axis or more that `write_arrays` wrote are mapped: memory has what is looked at.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: _member(Path(path), archive, name) for name in archive.files}
    except FileNotFoundError:
        raise FeatherlineError(f"{path} is missing: run the stage that writes it first (dvc repro).") from None
    except Exception as error:  # zipfile, zlib and numpy each have their own for a broken archive
        raise FeatherlineError(
            f"{path} cannot be read ({numpy_reason(error)}): run the stage that writes it again."
        ) from None


def numpy_reason(error: Exception) -> str:
    """Why NumPy does not read an array, on one line.

    Of Python objects it says how to load them nevertheless, which runs whatever stands in them.
    """
    return "it holds no arrays of numbers alone" if "pickle" in str(error) else " ".join(str(error).split())


def _member(path: Path, archive: np.lib.npyio.NpzFile, name: str) -> np.ndarray:
    """An array of an archive, mapped where that can be."""
    assert archive.zip is not None
    listed = archive.zip.getinfo(f"{name}.npy")
    with archive.zip.open(listed) as stream:
        if listed.compress_type == zipfile.ZIP_STORED and np.lib.format.read_magic(stream) == (1, 0):
            shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
            header_bytes = stream.tell()
            if shape and 0 not in shape and not fortran_order and not dtype.hasobject:
                deque(iter(partial(stream.read, BLOCK_BYTES), b""), maxlen=0)  # to the end: the checksum is there
                mapped: np.ndarray = np.memmap(path, dtype, "r", _content_at(path, listed) + header_bytes, shape)
                return mapped
    return np.asarray(archive[name])


def _content_at(path: Path, listed: zipfile.ZipInfo) -> int:
    """Where a member's content begins: behind its own header, which ends with two lengths of two bytes each."""
    with path.open("rb") as stream:
        stream.seek(listed.header_offset + 26)
        name_bytes, extra_bytes = (int.from_bytes(stream.read(2), "little") for _ in range(2))
    return listed.header_offset + 30 + name_bytes + extra_bytes
