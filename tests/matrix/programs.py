"""The committed models, written as C by the generator as it is now: with the golden vectors of the committed C."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.tflite import model as tflite
from tests.matrix import builds

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Committed:
    """A model of `models/<app>/c/`.

    Attributes:
        name: what its symbols begin with.
        folder: its committed C.
    """

    app: str
    model: str
    folder: Path = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.app}_{self.model}".replace("-", "_")

    @property
    def file(self) -> Path:
        return ROOT / f"models/{self.app}/tflite/{self.model}.tflite"

    @property
    def frontend(self) -> dict:
        return json.loads((ROOT / f"models/{self.app}/tflite/frontend.json").read_text())


@cache
def committed() -> tuple[Committed, ...]:
    """All of them, in the order of their names."""
    folders = sorted(path for path in (ROOT / "models").glob("*/c/*") if path.is_dir())
    return tuple(Committed(folder.parts[-3], folder.name, folder) for folder in folders)


def golden(one: Committed) -> codegen.Golden:
    """The golden vectors of the committed C."""
    (file,) = one.folder.glob("*check.c")
    text = file.read_text()
    found = [re.search(rf"{end}\[[^]]*\][^=;]*= {{([^}}]*)}}", text)[1] for end in ("inputs", "outputs")]
    inputs, outputs = (
        np.array([int(value) for value in values.replace(",", " ").split()], np.int8) for values in found
    )
    inputs = inputs.reshape(-1, *tflite.read(one.file).inputs[0].shape[1:])
    return codegen.Golden(inputs, outputs.reshape(len(inputs), -1))


@cache
def written(one: Committed) -> dict[str, bytes]:
    """The C of a model by file name, golden vectors included."""
    read = tflite.read(one.file)
    return codegen.generate(read, name=one.name, classes=one.frontend["classes"], golden=golden(one))


def together(models: Sequence[Committed]) -> builds.Program:
    """One program of several models, each in a folder of its own."""
    files = {f"{one.name}/{file}": content for one in models for file, content in written(one).items()}
    return builds.Program(files, [f"{one.name}_check" for one in models])
