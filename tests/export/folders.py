"""Exported models of the zoo as folders, and what their programs should say."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from featherline import export
from featherline.codegen import program
from featherline.export import Exported, exported
from featherline.prediction.program import Program

MODELS = ("motionsense", "keywordspotting")
"""One of motion and one of sound."""


@cache
def read(model: str) -> Exported:
    """An exported model, read once for all tests of a process."""
    return exported.read(model)


@cache
def files(kind: str, model: str) -> Mapping[str, bytes]:
    """The files of an exported model, made once for all tests of a process."""
    return export.files(kind, read(model))


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Writes files below a folder."""
    for file, content in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    return folder


def made(kind: str, model: str, folder: Path) -> Path:
    """The folder of an exported model, in a folder of its own."""
    return write(folder / model, files(kind, model))


def recording(model: str, seed: int = 0) -> np.ndarray:
    """Noise of a few windows, quiet and loud: int16, as the program takes it."""
    described = read(model).fitted
    rate_hz, _, values = program.stream(described.front_end)
    count = int(4 * described.window_seconds * rate_hz)
    loudness = np.repeat([0.02, 0.5, 0.1, 1], -(-count // 4))[:count, np.newaxis]
    drawn = np.random.default_rng(seed).normal(scale=4000, size=(count, values)) * loudness
    samples = drawn.clip(-32768, 32767).astype(np.int16)
    return samples if values > 1 else samples[:, 0]


def decisions(model: str, samples: np.ndarray) -> list[str]:
    """The class of each window of a recording, by name."""
    described = read(model).fitted
    windows = Program(described.model, described.front_end).run(samples)
    return [described.classes[place] for place in windows.decisions]
