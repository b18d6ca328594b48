"""A deployable model as C, with golden vectors from the test split, and as sketches that can be opened as they are."""

from collections.abc import Mapping
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
        sketches_reason: why there are no sketches among the files; None where there are, or where none were asked for.
    """

    files: Mapping[str, bytes]
    reason: str | None
    sketches_reason: str | None = None


def write_c(
    content: bytes, file_name: str, items: np.ndarray, frontend: FrontEnd, with_sketches: bool, optimize: str
) -> Program:
    """Writes a model as C that holds some items of the test split and what TensorFlow Lite Micro answers them.

    Args:
        content: of a .tflite file that TensorFlow Lite Micro runs.
        file_name: of that file, for errors.
        items: the test split, float32, shape (items, height, width, channels).
        frontend: that the model was trained with.
        with_sketches: whether those of `sketches` join the C, under its manifest.
        optimize: what the C is written for, as of `codegen.lower`.
    """
    model = tflite.parse(content, file_name)
    step = max(len(items) // GOLDEN_ITEMS, 1)
    inputs = quantize(items[::step][:GOLDEN_ITEMS], model.inputs[0])
    outputs = tflm.run(content, model, inputs).outputs
    if outputs is None:
        return Program({}, f"{file_name} ran on TensorFlow Lite Micro before, and does not any more.")
    try:
        lowered = codegen.lower(model, optimize)
        files = lowered.files(classes=frontend.classes, golden=codegen.Golden(inputs, outputs))
    except FeatherlineError as error:
        return Program({}, str(error))
    if not with_sketches:
        return Program(files, None)
    try:
        added = sketches(content, lowered, items, frontend)
    except FeatherlineError as error:
        return Program(files, None, str(error))
    return Program({**files, **added, MANIFEST: program.extended(files[MANIFEST], added)}, None)


def sketches(content: bytes, lowered: codegen.Program, items: np.ndarray, frontend: FrontEnd) -> dict[str, bytes]:
    """Both sketches of a model, `sketch/` with its C and `tflm_sketch/` with TensorFlow Lite Micro.

    Args:
        content: of a .tflite file that TensorFlow Lite Micro runs.
        lowered: the same model.
        items: float32, shape (items, height, width, channels), one or more.
        frontend: that the model was trained with.

    Raises:
        FeatherlineError: where no arena is known to suffice, or the sketch has no name for an operator.
    """
    model = lowered.model
    arena_bytes = tflm.examine_content(content, model, quantize(items[:1], model.inputs[0])).arena_bytes
    if arena_bytes is None:
        raise FeatherlineError(
            f"{model.path} answers one item differently each time, so that no arena is known to suffice."
        )
    return program.sketches(lowered, frontend, arena_bytes)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into a folder, which is made with those below it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
