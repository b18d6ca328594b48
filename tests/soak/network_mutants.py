"""Broken .keras and .h5 files by the thousand through what `convert` does with them in its child processes.

    python -m tests.soak.network_mutants --count 2000 --progress tmp/network_mutants.jsonl

Each mutant is made from its number: a value of its config, of its metadata or of a weight is another one, a member of
the archive is missing or damaged, bytes of the file are. Workers are forked from a process that has imported TensorFlow
and has not used it; each has a limit of memory, and one that dies or takes longer than `LIMIT_S` is replaced: `convert`
ends its own in the same way. What is looked for are tracebacks.
"""

import argparse
import io
import json
import multiprocessing
import os
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import h5py
import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.deployment import single_network
from featherline.networks.backend import keras
from featherline.tflite import model as tflite
from tests.soak import workers

LIMIT_S = 60
MEMORY_BYTES = 12 << 30  # of addresses: TensorFlow alone maps some
_VALUES = (
    None,
    True,
    0,
    -1,
    1,
    2,
    7,
    2**31 - 1,
    2**31,
    2**63,
    1e38,
    float("nan"),
    "",
    "x",
    [],
    [0],
    [-1, 2],
    {},
    {"a": 1},
)


def _networks() -> list[keras.Model]:
    window = keras.Input((16, 1, 3), name="window")
    x = keras.layers.Conv2D(4, (3, 1), padding="same", name="conv")(window)
    x = keras.layers.ReLU(name="relu")(keras.layers.BatchNormalization(name="norm")(x))
    x = keras.layers.Flatten(name="flatten")(keras.layers.MaxPooling2D((2, 1), name="pool")(x))
    plain = keras.Model(window, keras.layers.Dense(3, activation="softmax", name="output")(x))
    depthwise = keras.layers.DepthwiseConv2D((3, 1), name="depthwise")(window)
    both = keras.layers.Add(name="add")([depthwise, keras.layers.Conv2D(3, (3, 1), name="other")(window)])
    branched = keras.Model(window, keras.layers.GlobalAveragePooling2D(name="mean")(both))
    series = keras.Sequential(
        [keras.Input((8, 4)), keras.layers.LSTM(5, name="lstm"), keras.layers.Dense(2, name="end")]
    )
    return [plain, branched, series]


def sources(folder: Path) -> list[Path]:
    """Small networks as .keras and .h5 files."""
    paths = []
    for place, network in enumerate(_networks()):
        for ending in (".keras", ".h5"):
            paths.append(folder / f"{place}{ending}")
            network.save(paths[-1])
    return paths


def mutant(source: Path, number: int) -> bytes:
    """The content of a file with one to three faults."""
    rng = np.random.default_rng(number)
    content = source.read_bytes()
    for _ in range(int(rng.integers(1, 4))):
        if rng.random() < 0.25:
            content = _damaged(content, rng)
        elif source.suffix == ".keras":
            content = _other_archive(content, rng)
        else:
            content = _other_hdf5(content, rng)
    return content


def _damaged(content: bytes, rng: np.random.Generator) -> bytes:
    if not content:
        return content
    changed = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        changed[int(rng.integers(len(changed)))] ^= 1 << int(rng.integers(8))
    return bytes(changed[: int(rng.integers(len(changed)))] if rng.random() < 0.1 else changed)


def _other_archive(content: bytes, rng: np.random.Generator) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # damaged by an earlier fault
        return _damaged(content, rng)
    name = str(rng.choice(sorted(members)))
    if rng.random() < 0.1:
        del members[name]
    elif name.endswith(".json"):
        members[name] = _other_json(members[name], rng)
    else:
        members[name] = _other_hdf5(members[name], rng)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for member, body in members.items():
            archive.writestr(member, body)
    return stream.getvalue()


def _other_json(text: bytes | str, rng: np.random.Generator) -> bytes:
    try:
        tree = json.loads(text)
    except ValueError:
        return text if isinstance(text, bytes) else text.encode()
    places: list[tuple] = []

    def walk(node) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            places.append((node, key))
            if isinstance(value, dict | list):
                walk(value)

    if isinstance(tree, dict | list):
        walk(tree)
    if places:
        node, key = places[int(rng.integers(len(places)))]
        fault = int(rng.integers(4))
        if fault == 0 and isinstance(node, dict):
            del node[key]
        elif fault == 1:
            other, there = places[int(rng.integers(len(places)))]
            node[key] = json.loads(json.dumps(other[there])) if there in other or isinstance(other, list) else 0
        else:
            node[key] = _VALUES[int(rng.integers(len(_VALUES)))]
    return json.dumps(tree).encode()


def _other_hdf5(content: bytes, rng: np.random.Generator) -> bytes:
    stream = io.BytesIO(content)
    try:
        with h5py.File(stream, "r+") as file:
            if "model_config" in file.attrs and rng.random() < 0.6:
                file.attrs["model_config"] = _other_json(file.attrs["model_config"], rng).decode()
            else:
                names: list[str] = []
                file.visit(names.append)
                name = names[int(rng.integers(len(names)))]
                if isinstance(file[name], h5py.Dataset) and rng.random() < 0.8:
                    values = file[name][()]
                    del file[name]
                    file[name] = [
                        lambda: values.astype("S4"),
                        lambda: np.full_like(values, np.nan),
                        lambda: values[..., :1],
                        lambda: np.zeros((0,), np.float32),
                        lambda: np.full_like(values, 1e38),
                    ][int(rng.integers(5))]()
                else:
                    del file[name]
    except Exception:  # damaged by an earlier fault
        return _damaged(content, rng)
    return stream.getvalue()


def examine(path: Path) -> str:
    """What `convert --scheme none --scheme int8` asks of its children; returns what became of it."""
    try:
        described = single_network.describe(path, None, False, None, "")
        tflite.parse(described.content, "model.tflite")
        shapes = [tensor.shape[1:] for tensor in tflite.parse(described.content, "model.tflite").inputs]
        arrays = [np.random.default_rng(0).normal(size=(4, *shape)).astype(np.float32) for shape in shapes]
        schemes = ("none",) if described.looping else ("none", "int8")
        single_network.convert(path, None, False, schemes, arrays, True)
    except FeatherlineError as error:
        return "sentence" if "\n" not in str(error) else f"lines: {error}"
    return "converted"


def run(paths: list[Path], count: int, progress: Path, limit_s: float) -> dict[int, str]:
    """Examines mutants until all are done or the time is over; returns what became of each, earlier runs included."""

    def tried(folder: Path, number: int, _dead: Sequence[str], _begin: Callable[[str], None]) -> str:
        source = paths[number % len(paths)]
        path = folder / f"mutant{source.suffix}"
        path.write_bytes(mutant(source, number))
        return examine(path)

    return workers.run(workers.Trial(tried, LIMIT_S, memory_bytes=MEMORY_BYTES), count, progress, limit_s)


def wrong(done: dict[int, str]) -> dict[int, str]:
    """The mutants that must not be: a traceback, or a sentence of several lines."""
    return {number: outcome for number, outcome in done.items() if outcome.startswith(("traceback", "lines"))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--progress", type=Path, default=Path("tmp/network_mutants.jsonl"))
    parser.add_argument("--minutes", type=float, default=40)
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory() as made:
        # In a process of its own: building a network starts threads of TensorFlow, which no fork copies.
        maker = multiprocessing.get_context("spawn").Process(target=sources, args=(Path(made),))
        maker.start()
        maker.join()
        outcomes = run(sorted(Path(made).iterdir()), given.count, given.progress, 60 * given.minutes)
    for mutant_number, told in wrong(outcomes).items():
        print(mutant_number, told)
    print(len(outcomes), Counter(told.partition(":")[0] for told in outcomes.values()))
