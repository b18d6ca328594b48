"""Tables whose rows are windows already, and arrays of windows: each becomes a recording as long as a window."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing import containers
from featherline.importing.tables import Table


@dataclass(frozen=True)
class Windows:
    """Windows as they stand in a file.

    Attributes:
        samples: float64, shape (windows, samples, channels).
        texts: columns beside the values, such as label and group, object, shape (windows,).
    """

    samples: np.ndarray
    texts: dict[str, np.ndarray]


def of_table(table: Table, channels: tuple[str, ...], beside: tuple[str, ...], order: str | None) -> Windows:
    """Windows of a table with one row a window.

    Where columns are named after channels (`x_0, x_1, ..., y_0`), names say what belongs where. Else `order` does:
    `channels` for all samples of the first channel, then those of the second; `samples` for x, y, z of the first
    sample, then of the second.

    Args:
        table: with a column for each value of a window, and those of `beside`.
        channels: their names, in order.
        beside: columns of text that are no values.
        order: of the values, if their names do not say it.

    Raises:
        FeatherlineError: where the values cannot be divided among the channels.
    """
    texts = tuple(table.column(name, "fetch.label_column") for name in beside)
    values = tuple(name for name in table.names if name not in texts)
    by_name = [
        [name for name in values if re.fullmatch(rf"{re.escape(channel)}[\s_.\[(-]*\d+[\])]*", name)]
        for channel in channels
    ]
    lengths = {len(names) for names in by_name}
    if lengths != {0}:
        if len(lengths) > 1:
            counts = ", ".join(f"{channel} {len(names)}" for channel, names in zip(channels, by_name, strict=True))
            raise FeatherlineError(
                f"{table.path} has unequal numbers of columns of its channels ({counts}): correct its header."
            )
        chosen = [sorted(names, key=lambda name: int(re.findall(r"\d+", name)[-1])) for names in by_name]
        content = table.read(tuple(name for names in chosen for name in names), texts)
        samples = content.numbers.reshape(len(content.numbers), len(channels), -1).transpose(0, 2, 1)
        return Windows(samples, content.texts)
    if len(values) % len(channels):
        raise FeatherlineError(
            f"{table.path} has {len(values)} values in a row, which {len(channels)} channels cannot share evenly: "
            "name all "
            "other columns in fetch.label_column and fetch.group_column, or correct fetch.columns."
        )
    if len(channels) > 1 and order is None:
        raise FeatherlineError(
            f"{table.path} has {len(values)} values in a row, and nothing says which channel each belongs to: set "
            "fetch.window_order to channels (all of the first channel come first) or samples (the channels of a sample "
            "stand together)."
        )
    content = table.read(values, texts)
    if order == "samples":
        return Windows(content.numbers.reshape(len(content.numbers), -1, len(channels)), content.texts)
    return Windows(content.numbers.reshape(len(content.numbers), len(channels), -1).transpose(0, 2, 1), content.texts)


def of_array(path: Path, array: str | None, channels: tuple[str, ...], beside: tuple[str, ...]) -> Windows:
    """Windows of a .npy or .npz: an array of the shape (windows, samples, channels), in .npz with labels beside it.

    Raises:
        FeatherlineError: where there is no such array, or its last side is not as long as there are channels.
    """
    arrays = containers.named_arrays(path)
    shown = ", ".join(f"{name} {list(value.shape)}" for name, value in arrays.items())
    cubes = [name for name, value in arrays.items() if value.ndim == 3]
    name = array or (cubes[0] if len(cubes) == 1 else None)
    if name is None or name not in arrays:
        raise FeatherlineError(
            f"{path} holds {shown}: set fetch.array to the one of the shape windows, samples, channels."
        )
    if not containers.holds_numbers(arrays[name]):
        raise FeatherlineError(f"{path}: {name} holds {arrays[name].dtype}, and windows are numbers: store it so.")
    samples = arrays[name].astype(np.float64)
    if samples.ndim == 2 and len(channels) == 1:
        samples = samples[:, :, None]
    if samples.ndim != 3 or samples.shape[2] != len(channels):
        raise FeatherlineError(
            f"{path}: {name} has the shape {list(samples.shape)}, and windows, samples and {len(channels)} channels "
            "are "
            "needed: correct fetch.columns, or store it so."
        )
    texts = {}
    for column in beside:
        if column not in arrays or arrays[column].shape != (len(samples),):
            raise FeatherlineError(f"{path} has no array {column!r} of {len(samples)} entries; it holds {shown}.")
        texts[column] = arrays[column].astype(str).astype(object)
    return Windows(samples, texts)


def uci_har(folder: Path, signal: str) -> tuple[Windows, list[str]]:
    """The windows of UCI HAR: `<split>/Inertial Signals/<signal>_<axis>_<split>.txt`, 128 values a row, in g.

    Its own division is not kept, for the pipeline divides by subject; labels are names of activity_labels.txt.

    Raises:
        FeatherlineError: where a file is missing, or the files of a split have unequal numbers of rows.
    """
    tops = sorted(path.parent for path in folder.rglob("activity_labels.txt"))
    if not tops:
        raise FeatherlineError(f"{folder} holds no activity_labels.txt: unpack the whole archive of UCI HAR there.")
    names = dict(
        line.split(maxsplit=1) for line in (tops[0] / "activity_labels.txt").read_text().splitlines() if line.strip()
    )
    parts, labels, groups, kept = [], [], [], []
    for split in ("train", "test"):
        below = tops[0] / split
        files = {axis: below / "Inertial Signals" / f"{signal}_{axis}_{split}.txt" for axis in "xyz"}
        files |= {"y": below / f"y_{split}.txt", "subject": below / f"subject_{split}.txt"}
        if not below.is_dir():
            continue
        columns: dict[str, list[str]] = {}
        for key, file in (("label", files["y"]), ("group", files["subject"])):
            if not file.is_file():
                raise FeatherlineError(f"{file} is missing: unpack the whole archive of UCI HAR.")
            columns[key] = file.read_text().split()
        axes = []
        for axis in "xyz":
            path = below / "Inertial Signals" / f"{signal}_{axis}_{split}.txt"
            if not path.is_file():
                raise FeatherlineError(f"{path} is missing: unpack the whole archive of UCI HAR.")
            try:
                axes.append(np.loadtxt(path, ndmin=2))
            except ValueError as error:
                raise FeatherlineError(f"{path} is no table of numbers ({error}): get the archive again.") from None
        counts = {*map(len, axes), *map(len, columns.values())}
        if len(counts) > 1 or len({values.shape[1] for values in axes}) > 1:
            raise FeatherlineError(
                f"{below} has files of unequal lengths ({sorted(counts)} rows): get the archive again."
            )
        unknown = sorted(set(columns["label"]) - set(names))
        if unknown:
            raise FeatherlineError(f"{files['y']} has the label {unknown[0]}, which activity_labels.txt does not name.")
        parts.append(np.stack(axes, axis=2))
        labels += [names[code].strip() for code in columns["label"]]
        groups += columns["group"]
        kept += [f"{split} window {row + 1}" for row in range(len(axes[0]))]
    if not parts:
        raise FeatherlineError(f"{tops[0]} has neither train nor test: unpack the whole archive of UCI HAR.")
    texts = {"label": np.array(labels, object), "group": np.array(groups, object)}
    return Windows(np.concatenate(parts), texts), kept
