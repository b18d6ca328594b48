"""Runs every converted model over the test split and records what it gets right and what it costs."""

import csv
from pathlib import Path

import click
import numpy as np

from featherline.codegen import program
from featherline.codegen.functions import functions
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.core.files import new_folder, read_json, write_json
from featherline.emulator import firmware
from featherline.evaluation.pipeline_model import (
    Conversion,
    confusion_rows,
    front_rows,
    headline,
    metrics,
    run_all,
    validation,
)
from featherline.evaluation.pipeline_model import Run as Ran
from featherline.interpreters.values import quantize
from featherline.params import Benchmark, Convert
from featherline.records.base import load, plain
from featherline.records.frontend import FrontEnd, FrontEndFile
from featherline.signals.dataset import read_items
from featherline.tflite import plan
from stages.command import Run, stage

FIRMWARE = Path(__file__).resolve().parents[1] / "featherline" / "firmware"


@stage
def benchmark(run: Run) -> None:
    settings = run.own("benchmark", Benchmark)
    models, processed = Path("models", run.app), Path("data/processed", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    names = [entry.name for entry in planned]
    frontend = load(FrontEndFile, processed / "frontend.json", "preprocess")
    classes = len(frontend.classes)
    test, held_out = read_items(processed / "test.npz"), read_items(processed / "validation.npz")

    runs = run_all([models / "tflite" / entry.file for entry in planned], test.inputs, classes)
    by_name = dict(zip(names, runs, strict=True))
    for name, one in by_name.items():
        if one.fit and one.fit.warning:
            click.secho(f"benchmark: the test split does not fit {name}: {one.fit.warning}.", fg="yellow", err=True)
    [leading] = run_all([by_name[settings.headline].model.path], held_out.inputs, classes)
    optimize = run.own("convert", Convert).c.optimize
    code = _firmware(run.app, by_name, settings.headline, test.inputs, frontend, optimize)
    results = {}
    for entry in planned:
        converted = models / "tflite" / entry.name
        recorded = {
            "deployment": read_json(f"{converted}.operators.json")["deployment"],
            "loss": read_json(f"{converted}.loss.json"),
            **code[entry.name],
        }
        conversion = Conversion.model_validate(recorded)
        unquantized = None if entry.scheme == "none" else by_name.get(f"{entry.variant}-none")
        results[entry.name] = metrics(run.app, entry, frontend, test, by_name[entry.name], conversion, unquantized)
    validated = validation(held_out, leading, classes)

    with new_folder(Path("metrics", run.app)) as folder:
        for name, result in results.items():
            write_json(folder / f"{name}.json", plain(result))
    with new_folder(Path("metrics/plots", run.app)) as folder:
        _write_table(folder / "confusion.csv", confusion_rows(results[settings.headline]))
        _write_table(folder / "front.csv", front_rows(results))
    # The application's name makes each metric's name unique, so `dvc exp show` needs no path before it.
    write_json(Path("metrics", f"{run.app}.json"), {run.app: plain(headline(results, settings.headline, validated))})


def _firmware(
    app: str, ran: dict[str, Ran], leading: str, inputs: np.ndarray, frontend: FrontEnd, optimize: str
) -> dict:
    """What each model takes in C: the leading one on all items and as a whole program, others on the first items."""
    found, calls, unwritten = {}, {}, None
    for name, one in ran.items():
        reason = read_json(Path("models", app, "tflite", f"{name}.operators.json"))["c"]["reason"]
        if reason is None and one.tflm.outputs is None:
            reason = f"There are no answers of TensorFlow Lite Micro to hold the C against. {one.tflm.reason}"
        if reason is not None:
            found[name] = {"firmware": None, "firmware_reason": reason}
            continue
        count = len(inputs) if name == leading else min(len(inputs), firmware.OTHER_ITEMS)
        fed, answers = quantize(inputs[:count], one.model.inputs[0]), one.tflm.outputs[:count]
        sources = _sources(Path("models", app, "c", name))
        calls[name] = isolation.Call(firmware.measure, (sources, _layers(one), fed, answers, optimize))
    if leading in calls:
        try:
            sources = program.sources(ran[leading].model, frontend, FIRMWARE)
            calls["program"] = isolation.Call(firmware.measure_program, (sources, *program.stream(frontend), optimize))
        except FeatherlineError as refused:
            unwritten = str(refused)
    measured = dict(zip(calls, isolation.run(list(calls.values()), "run on Cortex-M4"), strict=True))
    for name, result in measured.items():
        if isinstance(result, isolation.Crashed):
            raise FeatherlineError(f"The C of {name} crashes the emulated Cortex-M4: run the stage convert again.")
    whole = measured.pop("program", None)
    for name, result in measured.items():
        reason = unwritten if name == leading else "Only the leading model is measured as a whole program."
        own = {"program": whole if name == leading else None, "program_reason": reason}
        found[name] = {"firmware": result | own, "firmware_reason": None}
    return found


def _layers(ran: Ran) -> list[firmware.LayerCode]:
    return [
        firmware.LayerCode(function, layer.operators, layer.macs) for function, layer in functions(ran.model).items()
    ]


def _sources(folder: Path) -> dict[str, bytes]:
    try:
        return {name: (folder / name).read_bytes() for name in (f"{program.NAME}.c", f"{program.NAME}.h")}
    except FileNotFoundError as error:
        raise FeatherlineError(f"{error.filename} is missing: run the stage convert again.") from None


def _write_table(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    benchmark()
