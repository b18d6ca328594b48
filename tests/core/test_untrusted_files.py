"""Nothing that is read from a file runs: no pickle in arrays, no Python in a network."""

import ast
from pathlib import Path

import numpy as np
import pytest

from featherline.core import files
from featherline.core.errors import FeatherlineError

ROOT = Path(__file__).resolve().parents[2]
SAFE = {"np.load": ("allow_pickle", False), "keras.models.load_model": ("safe_mode", True)}
FOLDERS = ("featherline", "stages", "benchmarks")


def calls() -> list:
    """Every call that reads arrays or a network, by its place."""
    found = []
    for path in (path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in SAFE:
                found.append(pytest.param(node, id=f"{path.relative_to(ROOT)}:{node.lineno}"))
    return found


@pytest.mark.parametrize("call", calls())
def test_arrays_and_networks_are_read_in_the_safe_way(call):
    name, value = SAFE[ast.unparse(call.func)]
    assert {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg == name} == {name: value}


class Trap:
    """Leaves a file behind where a pickle of it is read."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_among_arrays_is_refused_and_never_run(tmp_path):
    sprung = tmp_path / "sprung"
    np.savez(tmp_path / "train.npz", inputs=np.array([Trap(sprung)], dtype=object))
    with pytest.raises(FeatherlineError, match=r"train\.npz cannot be read \(it holds no arrays of numbers alone\)"):
        files.read_arrays(tmp_path / "train.npz")
    assert not sprung.exists()


def test_python_in_a_network_is_refused_and_never_run(tmp_path):
    from featherline.networks import storage
    from featherline.networks.backend import keras

    sprung = tmp_path / "sprung"
    trap = eval(f"lambda x: (open({str(sprung)!r}, 'w'), x)[1]")
    network = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(trap, output_shape=(4,))])
    sprung.unlink(missing_ok=True)
    network.save(tmp_path / "network.keras")
    sprung.unlink(missing_ok=True)
    with pytest.raises(FeatherlineError, match=r"network\.keras is not a Keras network \(.*[Ll]ambda"):
        storage.load(tmp_path / "network.keras")
    assert not sprung.exists()
