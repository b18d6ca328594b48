"""Items with labels that somebody brings for a model: an .npz archive, or a folder with one folder for each class."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.core.files import numpy_reason
from featherline.importing.containers import named_arrays


@dataclass(frozen=True)
class TestData:
    """Labelled items.

    Attributes:
        inputs: one array for each input of the model, shape (items, ...).
        labels: int64, shape (items,), not negative.
        classes: names of the folders of a folder, in the order of the labels; None of an archive.
    """

    inputs: list[np.ndarray]
    labels: np.ndarray
    classes: list[str] | None = None


def read(path: Path, classes: list[str] | None = None) -> TestData:
    """Reads an archive or a folder.

    Args:
        path: an .npz, or a folder that holds a folder of .npy, .csv or .wav files for each class, an item a file.
        classes: which class has which label; None takes folders by the order of their names.

    Raises:
        FeatherlineError: where it is missing, broken, or its arrays do not belong together.
    """
    return _folder(path, classes) if path.is_dir() else _archive(path)


def _folder(path: Path, classes: list[str] | None) -> TestData:
    folders = sorted(entry.name for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if not folders:
        raise FeatherlineError(f"{path} has no folders: make one for each class, and put its items there.")
    unknown = [name for name in folders if classes and name not in classes]
    if unknown:
        raise FeatherlineError(f"{path} has a folder {unknown[0]!r}, which --classes does not name.")
    if classes is None and len(folders) < 2:
        raise FeatherlineError(
            f"{path} has the folder {folders[0]!r} alone: name all classes with --classes, in order."
        )
    names = classes or folders
    items, labels = [], []
    for label, name in enumerate(names):
        for file in sorted(path.joinpath(name).glob("*")):
            if file.suffix.lower() in _READERS:
                items.append(_item(file))
                labels.append(label)
                if items[-1].shape != items[0].shape:
                    raise FeatherlineError(
                        f"{file} has the shape {list(items[-1].shape)}, and the first item {list(items[0].shape)}: "
                        "cut all to one shape."
                    )
    if not items:
        raise FeatherlineError(f"{path} has no {', '.join(_READERS)} files in the folders of its classes.")
    return TestData([np.stack(items)], np.array(labels), list(names))


def _item(file: Path) -> np.ndarray:
    try:
        array: np.ndarray = _READERS[file.suffix.lower()](file)
    except Exception as error:  # each reader has its own for what it cannot read
        raise FeatherlineError(f"{file} cannot be read ({numpy_reason(error)}).") from None
    if array.size == 0 or array.dtype.kind not in "fiub":
        raise FeatherlineError(f"{file} has no numbers.")
    return array


def _wav(file: Path) -> np.ndarray:
    """Samples of 16 bits from -1 to 1, shape (samples,) or (samples, channels)."""
    with wave.open(str(file)) as stream:
        if stream.getsampwidth() != 2:
            raise ValueError("it has not 16 bits a sample")
        samples = np.frombuffer(stream.readframes(stream.getnframes()), "<i2").astype(np.float32) / 32768
        channels = stream.getnchannels()
    return samples if channels == 1 else samples.reshape(-1, channels)


_READERS = {
    ".npy": lambda file: np.load(file, allow_pickle=False),
    ".csv": lambda file: np.loadtxt(file, np.float32, delimiter=",", ndmin=1),
    ".wav": _wav,
}


def _archive(path: Path) -> TestData:
    """Reads an .npz of `labels` and `inputs`; for several inputs, `inputs_0`, `inputs_1` and so on.

    Raises:
        FeatherlineError: where it is missing, broken, or its arrays do not belong together.
    """
    arrays, inputs = _arrays(path)
    labels = arrays.get("labels")
    if not inputs or labels is None:
        raise FeatherlineError(
            f"{path} has the arrays {', '.join(arrays) or 'none'}: it needs `labels` and `inputs` (for several inputs "
            "`inputs_0`, `inputs_1`, ...)."
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or not len(labels):
        raise FeatherlineError(
            f"{path}: labels are {labels.dtype} of shape {list(labels.shape)}: give integers of shape [items]."
        )
    if labels.min() < 0:
        raise FeatherlineError(f"{path}: a label is {labels.min()}: number classes from 0.")
    for array in inputs:
        if array.ndim == 0 or len(array) != len(labels):
            raise FeatherlineError(f"{path} has {len(labels)} labels and inputs of shape {list(array.shape)}.")
    return TestData(inputs, labels.astype(np.int64))


def representative(path: Path) -> list[np.ndarray]:
    """Reads the items of an .npz for the ranges of a quantization; `labels` may stand in it and are not read.

    Returns:
        For each input of the model an array, shape (items, ...), in the types of the file.

    Raises:
        FeatherlineError: where it is missing, broken, or its arrays do not belong together.
    """
    arrays, inputs = _arrays(path)
    if not inputs:
        raise FeatherlineError(
            f"{path} has the arrays {', '.join(arrays) or 'none'}: it needs `inputs` (for several inputs `inputs_0`, "
            "`inputs_1`, ...)."
        )
    for array in inputs:
        if array.ndim == 0 or len(array) == 0 or len(array) != len(inputs[0]):
            raise FeatherlineError(
                f"{path} has inputs of shape {list(array.shape)}: give as many items of each, one or more."
            )
        if array.dtype.kind not in "fiub" or not np.isfinite(array).all():
            raise FeatherlineError(f"{path} has inputs that are no finite numbers: no range can be taken from them.")
    return inputs


def _arrays(path: Path) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    """All arrays of an archive by name, and those of the inputs in order."""
    if not path.exists():
        raise FeatherlineError(f"{path} is missing.")
    arrays = named_arrays(path)
    inputs = [arrays["inputs"]] if "inputs" in arrays else []
    while f"inputs_{len(inputs)}" in arrays:
        inputs.append(arrays[f"inputs_{len(inputs)}"])
    return arrays, inputs
