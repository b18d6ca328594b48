"""The committed models, written as C by the generator as it is now: with the golden vectors of the committed C."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from featherline import codegen
from featherline.codegen import naming, program
from featherline.records.base import load
from featherline.records.frontend import FrontEnd
from featherline.tflite import model as tflite
from tests.matrix import builds

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SMALL = "reduced-int8"
PAIRS = (("motionsense", "carsensor"), ("motionsense", "keywordspotting"))
TURNS = 48
"""By how many turns a stream is fed."""
SECONDS = {"motion": 12, "audio": 2}
"""How long a stream is, by the kind of its front end: more than a window."""


@dataclass(frozen=True)
class Committed:
    """A model of `models/<app>/c/` or of `zoo/<app>/c/`.

    Attributes:
        name: what its symbols begin with.
        folder: its committed C.
    """

    app: str
    model: str
    folder: Path = field(repr=False)

    @property
    def name(self) -> str:
        return f"{'zoo_' if self.in_zoo else ''}{self.app}_{self.model}".replace("-", "_")

    @property
    def in_zoo(self) -> bool:
        return self.folder.is_relative_to(ROOT / "zoo")

    @property
    def _models(self) -> Path:
        return ROOT / "zoo" / self.app if self.in_zoo else ROOT / "models" / self.app / "tflite"

    @property
    def file(self) -> Path:
        return self._models / f"{self.model}.tflite"

    @property
    def frontend(self) -> FrontEnd:
        return load(FrontEnd, self._models / "frontend.json", "convert")


@cache
def committed() -> tuple[Committed, ...]:
    """All of them, in the order of their names."""
    folders = sorted(path for top in ("models", "zoo") for path in (ROOT / top).glob("*/c/*") if path.is_dir())
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
    return codegen.lower(read).files(one.name, list(one.frontend.classes), golden(one))


def together(models: Sequence[Committed]) -> builds.Program:
    """One program of several models, all in one folder."""
    files = {file: held for one in models for file, held in written(one).items() if file != "manifest.json"}
    return builds.Program(files, [f"{one.name}_check" for one in models])


def streams(models: Sequence[Committed]) -> builds.Program:
    """Whole programs of several models in one firmware. The check feeds each with noise, first alone and then all by
    turns, and counts those whose classes are others by turns, or that find no window due."""
    files, turns = {}, {}
    for one in models:
        name = f"whole_{one.name}"  # its model shares memory with the front end, and is not that of the model alone
        files |= program.sources(codegen.lower(tflite.read(one.file)), one.frontend, name)
        for end in ("c", "h"):
            text = (HERE / f"stream.{end}").read_text(encoding="utf-8")
            files[f"{name}_stream.{end}"] = naming.prefixed(text, name).encode()
        turns[name] = _turn_samples(one.frontend)
    check = f"streams_of_{'_'.join(one.app for one in models)}_check"
    files[f"{check}.c"] = _streams_check(check, turns).encode()
    return builds.Program(files, [check])


def everything() -> dict[str, builds.Program]:
    """All that a row of the matrix tries, by what it is: each model, and two whole programs in one firmware."""
    small = {one.app: one for one in committed() if one.model == SMALL and not one.in_zoo}
    tried = {one.name: together([one]) for one in committed()}
    return tried | {f"streams of {a} and {b}": streams([small[a], small[b]]) for a, b in PAIRS}


def joined(parts: Iterable[builds.Program]) -> builds.Program:
    """All of them in one program, and all files in one folder; what several have is the same in each."""
    files, checks = {}, []
    for part in parts:
        assert all(files.get(name, held) == held for name, held in part.files.items())
        files |= part.files
        checks += part.checks
    return builds.Program(files, checks)


def _turn_samples(frontend: FrontEnd) -> int:
    rate_hz, _, _ = program.stream(frontend)
    kind = "motion" if frontend.frontend.kind == "motion" else "audio"
    return rate_hz * SECONDS[kind] // TURNS


def _streams_check(check: str, turns: Mapping[str, int]) -> str:
    """C that compares streams; `turns` has how many samples each program is fed at a turn."""

    def each(line: str) -> str:
        lines = (naming.prefixed(line, name).replace("SAMPLES", str(samples)) for name, samples in turns.items())
        return "".join(f"{line}\n" for line in lines)

    return f"""{each('#include "nn_stream.h"')}
#ifdef __cplusplus
extern "C"
#endif
int {check}(void);

int {check}(void)
{{
  int wrong = 0;
{each("  nn_stream_begin();")}\
{each("  nn_stream_turn((int32_t)SAMPLES * TURNS);").replace("TURNS", str(TURNS))}\
{each("  const uint32_t nn_alone = nn_stream_found();")}\
{each("  nn_stream_begin();")}\
  for (int turn = 0; turn < {TURNS}; ++turn) {{
{each("    nn_stream_turn(SAMPLES);")}\
  }}
{each("  wrong += nn_alone == NN_STREAM_NONE || nn_alone != nn_stream_found();")}\
  return wrong;
}}
"""
