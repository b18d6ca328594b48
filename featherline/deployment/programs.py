"""A deployable model as C, with golden vectors from the test split, and as sketches that can be opened as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.codegen import program
from featherline.core.errors import FeatherlineError
from featherline.interpreters import tflm
from featherline.interpreters.values import quantize
from featherline.records.frontend import FrontEnd
from featherline.tflite import model as tflite

GOLDEN_ITEMS = 4
"""How many items of the test split are in the program that checks a target."""

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Program:
    """The C of a model.

    Attributes:
        files: content by name, `manifest.json` among them; empty where there is none.
        reason: why there is none; None where there is one.
    """

    files: Mapping[str, bytes]
    reason: str | None


def write_c(content: bytes, file_name: str, items: np.ndarray, classes: Sequence[str]) -> Program:
    """Writes a model as C that holds some items of the test split and what TensorFlow Lite Micro answers them.

    Args:
        content: of a .tflite file that TensorFlow Lite Micro runs.
        file_name: of that file, for errors.
        items: the test split, float32, shape (items, height, width, channels).
        classes: their names, in the order of the outputs.
    """
    model = tflite.parse(content, file_name)
    step = max(len(items) // GOLDEN_ITEMS, 1)
    inputs = quantize(items[::step][:GOLDEN_ITEMS], model.inputs[0])
    outputs = tflm.run(content, model, inputs).outputs
    if outputs is None:
        return Program({}, f"{file_name} ran on TensorFlow Lite Micro before, and does not any more.")
    try:
        return Program(codegen.lower(model).files(classes=classes, golden=codegen.Golden(inputs, outputs)), None)
    except FeatherlineError as error:
        return Program({}, str(error))


def write_sketches(file: Path, items: np.ndarray, frontend: FrontEnd) -> Program:
    """Writes both sketches of a model, `sketch/` with its C and `tflm_sketch/` with TensorFlow Lite Micro.

    Args:
        file: a .tflite file that TensorFlow Lite Micro runs.
        items: float32, shape (items, height, width, channels), one or more.
        frontend: that the model was trained with.
    """
    model = tflite.parse(file.read_bytes(), file.name)
    arena_bytes = tflm.examine(file, quantize(items[:1], model.inputs[0])).arena_bytes
    if arena_bytes is None:
        return Program({}, f"{file.name} answers one item differently each time, so that no arena is known to suffice.")
    try:
        return Program(program.sketches(codegen.lower(model), frontend, arena_bytes), None)
    except FeatherlineError as error:
        return Program({}, str(error))


def joined(c_files: Mapping[str, bytes], sketches: Mapping[str, bytes]) -> dict[str, bytes]:
    """The C of a model and its sketches in one folder, under one manifest."""
    return {**c_files, **sketches, MANIFEST: program.extended(c_files[MANIFEST], sketches)}


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, which is made with those below it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
