"""Broken models by the thousand through `operators`, `benchmark` without latency, and `to-c`.

    python -m tests.soak.mutants MODELS --count 2000 --progress tmp/mutants.jsonl

Each mutant is made from its number, and what became of it is a line of the progress file, where another run goes on.
Workers are forked from a process that has imported everything; one that dies is replaced at once. A runtime may die of
a mutant or hang, for the commands ask it in a process of its own that has a limit of time; Featherline's own code may
do neither, and nothing of it may take longer than `LIMIT_S` of a processor's time: how long that is by the clock, other
programs have their say in.
"""

import argparse
import os
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from featherline.codegen import lower
from featherline.commands import benchmark_text
from featherline.commands import operators as operators_command
from featherline.core.errors import FeatherlineError
from featherline.core.files import as_json, finite
from featherline.core.isolation import CRASH
from featherline.evaluation import boards, feeds, single_model, trial
from featherline.interpreters import tflm
from featherline.records.base import plain
from featherline.tflite import model as tflite
from featherline.tflite.wording import findings
from tests.soak import workers
from tests.soak.hostile_flatbuffers import hostile
from tests.tflite.handmade import written

LIMIT_S = 5
_MOST_BYTES = 400_000  # of a model to mutate: larger ones show nothing else and take longer
_NATIVE = ("TFLM", "LiteRT")
Begin = Callable[[str], None]


def sources(folder: Path) -> list[bytes]:
    """The contents of the models that are mutated, by name."""
    contents = [path.read_bytes() for path in sorted(folder.glob("*.tflite"))]
    return [content for content in contents if len(content) <= _MOST_BYTES]


def mutant(models: Sequence[bytes], number: int) -> bytes:
    """A model with a few faults: bits and bytes of the file, fields of its tables, or hostile FlatBuffers."""
    rng = np.random.default_rng(number)
    content = models[int(rng.integers(len(models)))]
    faults = [_raw, _raw, _table, _table, hostile][int(rng.integers(5))]
    with suppress(ValueError, TypeError, OverflowError, AttributeError, struct.error):  # what cannot be written so
        return faults(content, rng)
    return _raw(content, rng)


def _raw(content: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(content)
    reach = min(len(changed), 6000)  # tables lie at the ends, weights between them
    for _ in range(int(rng.integers(1, 6))):
        place = int(rng.integers(reach))
        place = place if rng.random() < 0.5 else len(changed) - 1 - place
        match int(rng.integers(4)):
            case 0 | 1:
                changed[place] ^= 1 << int(rng.integers(8))
            case 2:
                changed[place] = int(rng.choice([0, 1, 127, 128, 255]))
            case _:
                number = int(rng.choice([0, 1, -1, 2**31 - 1, -(2**31), 65536]))
                changed[place : place + 4] = number.to_bytes(4, "little", signed=True)
    return bytes(changed[: int(rng.integers(len(changed)))] if rng.random() < 0.05 else changed)


def _table(content: bytes, rng: np.random.Generator) -> bytes:
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    graph = tree.subgraphs[int(rng.integers(len(tree.subgraphs)))]
    for _ in range(int(rng.integers(1, 4))):
        tensor = graph.tensors[int(rng.integers(len(graph.tensors)))]
        operator = graph.operators[int(rng.integers(len(graph.operators)))]
        match int(rng.integers(9)):
            case 0 if tensor.quantization is not None and tensor.quantization.scale is not None:
                scales = np.array(tensor.quantization.scale, np.float32)
                scales[int(rng.integers(len(scales)))] = rng.choice([0, np.nan, np.inf, -1, 1e-38, 1e38])
                tensor.quantization.scale = scales
            case 1 if tensor.quantization is not None and tensor.quantization.zeroPoint is not None:
                zeros = np.array(tensor.quantization.zeroPoint, np.int64)
                zeros[0] = rng.choice([-128, 127, 128, -(2**31), 2**40])
                tensor.quantization.zeroPoint = zeros
            case 2 if tensor.shape is not None and len(tensor.shape):
                shape = np.array(tensor.shape, np.int32)
                shape[int(rng.integers(len(shape)))] = rng.choice([0, 1, -1, 2, 3, 1000, 2**31 - 1])
                tensor.shape = shape
            case 3:
                tensor.type = int(rng.integers(0, 20))
            case 4:
                operator.inputs = rng.permutation(np.array(operator.inputs, np.int32))
            case 5:
                places = np.array(operator.inputs, np.int32)
                places[int(rng.integers(len(places)))] = rng.integers(-1, len(graph.tensors) + 1)
                operator.inputs = places
            case 6:
                operator.opcodeIndex = int(rng.integers(len(tree.operatorCodes)))
            case 7:
                code = tree.operatorCodes[int(rng.integers(len(tree.operatorCodes)))]
                code.builtinCode = int(rng.integers(0, 160))
                code.deprecatedBuiltinCode = min(code.builtinCode, 127)
            case _:
                _option(operator.builtinOptions, rng)
    return written(tree)


def _option(options: object, rng: np.random.Generator) -> None:
    fields = [name for name, value in vars(options).items() if isinstance(value, int)] if options is not None else []
    if fields:
        setattr(options, str(rng.choice(fields)), int(rng.choice([0, 1, 2, 3, 7, 100])))


def examine(path: Path, dead: Sequence[str], begin: Begin) -> str:
    """Does with a file what the three commands do; returns `unreadable`, `C` or `no C`.

    Args:
        path: of the file.
        dead: runtimes that died of it, and are not asked again.
        begin: is told the name of each stage before it.

    Raises:
        AssertionError: where C is written of a model that TensorFlow Lite Micro does not run.
    """
    begin("read")
    try:
        model = tflite.read(path)
    except FeatherlineError as error:
        assert "\n" not in str(error)
        return "unreadable"
    begin("TFLM")
    reason = CRASH if "TFLM" in dead else tflm.refusal(path)
    begin("operators")
    told = operators_command.Operators(model, tflite.operator_set(model), reason, remarks=findings(model))
    operators_command.page(path, told)
    as_json(operators_command.record(told))
    begin("benchmark")
    try:
        feed = feeds.random(model)
    except FeatherlineError:
        feed = None
    if feed is not None:
        begin("TFLM")
        examined = tflm.Examination(reason=CRASH) if "TFLM" in dead else trial.on_tflm(path, feed, None, 0)
        begin("LiteRT")
        ran = trial.LiteRt(CRASH) if "LiteRT" in dead else trial.on_litert(path, feed, 1, None, 0)
        begin("benchmark")
        settings = {"runs": 1, "warmup_runs": 0, "threads": 1}
        try:
            record = single_model.build(model, examined, ran, settings, None, boards.read(None))
        except FeatherlineError as error:  # a subgraph that runs itself
            assert "\n" not in str(error)
            return "unreadable"
        benchmark_text.pages([record])
        as_json(finite({"models": [plain(record)]}))
    begin("to-c")
    try:
        lower(model).files()
    except FeatherlineError:
        return "no C"
    return "no C" if reason is not None else "C"


def run(models: Sequence[bytes], count: int, progress: Path, limit_s: float) -> dict[int, str]:
    """Examines mutants until all are done or the time is over; returns what became of each, earlier runs included."""

    def tried(folder: Path, number: int, dead: Sequence[str], begin: Begin) -> str:
        path = folder / "mutant.tflite"
        path.write_bytes(mutant(models, number))
        return examine(path, dead, begin)

    return workers.run(workers.Trial(tried, LIMIT_S, _NATIVE), count, progress, limit_s)


def wrong(done: dict[int, str]) -> dict[int, str]:
    """The mutants that must not be: a traceback, a death outside of a runtime, more than `LIMIT_S`."""
    return {number: outcome for number, outcome in done.items() if outcome not in ("unreadable", "C", "no C")}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--progress", type=Path, default=Path("tmp/mutants.jsonl"))
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    outcomes = run(sources(given.models), given.count, given.progress, 60 * given.minutes)
    for mutant_number, outcome in wrong(outcomes).items():
        print(mutant_number, outcome)
    print(len(outcomes), Counter(outcome.partition(":")[0] for outcome in outcomes.values()))
