"""Fine-tuned networks of an earlier run, taken again where the same work would be done.

Fine-tuning is most of the time that an experiment with another scheme takes, and one scheme
has nothing to do with the others. Beside each network stands what it was made of; where any
of that differs, it is trained anew.
"""

import hashlib
import json
import shutil
from pathlib import Path

from featherline.core import digests
from featherline.core.errors import FeatherlineError
from featherline.core.files import read_json, write_json
from featherline.core.parsing import Tree
from featherline.networks.fine_tuning import Task

_PACKAGES = ("tensorflow", "keras", "numpy")
CODE = (
    "networks/backend.py",
    "networks/equal_layers.py",
    "networks/equal_rounding.py",
    "networks/equal_training.py",
    "networks/fake_quantization.py",
    "networks/fine_tuning.py",
    "networks/folding.py",
    "networks/graph.py",
    "networks/storage.py",
    "networks/training.py",
    "core/numerics.py",
)
"""Modules of this package that decide what fine-tuning gives."""


def made_with(task: Task) -> Tree:
    """Everything that decides what `fine_tuning.fine_tune` gives for a task, as plain data."""
    inputs = (task.source, task.data / "train.npz", task.data / "validation.npz", task.calibration)
    return {
        "bits": task.bits,
        "settings": task.settings.model_dump(mode="json"),
        "balanced": task.balanced,
        "seed": task.seed,
        "refit": task.refit,
        "inputs": digests.of_files(inputs),
        "code": digests.of_modules(CODE),
        "packages": digests.of_packages(_PACKAGES),
    }


def files(name: str) -> tuple[str, str]:
    """What a fine-tuned network and the history of its training are called."""
    return f"{name}.keras", f"{name}_history.csv"


def sign(folder: Path, name: str, made_with: Tree) -> None:
    """Writes what the network of a name was made of, and the checksums of its files, beside it."""
    write_json(folder / _sign(name), _signature(folder, name, made_with))


def take(old: Path, new: Path, name: str, made_with: Tree) -> bool:
    """Copies a network, its history and its signature from one folder to another.

    Returns:
        Whether the old folder has the network, whole and made of the very same; nothing is copied otherwise.
    """
    try:
        good = read_json(old / _sign(name)) == _signature(old, name, made_with)
    except (FeatherlineError, OSError):
        return False
    if good:
        for file in (*files(name), _sign(name)):
            shutil.copyfile(old / file, new / file)
    return good


def _sign(name: str) -> str:
    return f"{name}.made_with.json"


def _signature(folder: Path, name: str, made_with: Tree) -> Tree:
    contents = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files(name)}
    signature: Tree = json.loads(json.dumps(made_with))
    return signature | {"files": contents}
