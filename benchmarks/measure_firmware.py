"""Measures what the reduced models take on a Cortex-M4: in Featherline's C, with CMSIS-NN, and on TFLM.

Give the folder of a finished clone, whose models, data/processed and metrics are read. CMSIS-NN's
sources come out of a package of PyPI, which is downloaded once into the cache folder. All programs
are compiled and run by the same compiler, flags and emulator. TFLM's row stands on the arena that
was measured and on the published size of its core runtime; it is not run on the core.

Examples:
    python benchmarks/measure_firmware.py
    python benchmarks/measure_firmware.py --project ../clone --optimize O2 motionsense
"""

import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import cmsis_nn  # noqa: E402
from featherline import params_file  # noqa: E402
from featherline.codegen import lower  # noqa: E402
from featherline.codegen import program as whole  # noqa: E402
from featherline.core import isolation  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.emulator import firmware, toolchain  # noqa: E402
from featherline.interpreters import tflm  # noqa: E402
from featherline.interpreters.values import quantize  # noqa: E402
from featherline.records.base import load  # noqa: E402
from featherline.records.frontend import FrontEndFile  # noqa: E402
from featherline.signals.dataset import read_items  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from stages.command import guarded  # noqa: E402

MODEL = "reduced-int8"
# "The core runtime just fits in 16 KB on an Arm Cortex M3", the guide of TensorFlow Lite Micro says.
TFLM_CORE_BYTES = 16 * 1024


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("apps", nargs=-1)
@click.option("--project", type=click.Path(path_type=Path), default=Path("."), help="Folder of a finished clone.")
@click.option("--cache", type=click.Path(path_type=Path), default=None, help="Folder for CMSIS-NN's package.")
@click.option("--optimize", type=click.Choice(toolchain.OPTIMIZATIONS), default=firmware.OPTIMIZE, show_default=True)
@click.option("--items", type=int, default=None, help="Items of the test split that run; all of them by default.")
def main(apps: tuple[str, ...], project: Path, cache: Path | None, optimize: str, items: int | None) -> None:
    cache = cache or Path(tempfile.gettempdir()) / "featherline-cmsis-nn"
    guarded(lambda: measure(apps, project, cache, optimize, items), "measure_firmware", debug=False)


def measure(apps: tuple[str, ...], project: Path, cache: Path, optimize: str, items: int | None) -> None:
    apps = apps or tuple(params_file.read(project / "params.yaml")["apps"])
    kernels = cmsis_nn.sources(cache)
    print(f"Models {MODEL}, {optimize}; bytes and instructions.\n")
    print(
        "| application | program | code | weights | tables | flash | RAM | stack | all | instructions "
        "| per MAC in convolutions | equal to TFLM |"
    )
    print("| :-- | :-- " + "| --: " * 10 + "|")
    programs = [line for app in apps for line in compare(app, project, kernels, optimize, items)]
    print("\nWhole programs: front end, model, smoothing, all buffers.\n")
    print("| application | flash | RAM | stack | all | instructions of the front end | of the model | every |")
    print("| :-- " + "| --: " * 7 + "|")
    print("\n".join(programs))


def compare(app: str, project: Path, kernels: dict[str, bytes], optimize: str, items: int | None) -> list[str]:
    """Prints the rows of one application and returns that of its whole program."""
    model = tflite.read(project / "models" / app / "tflite" / f"{MODEL}.tflite")
    processed = project / "data/processed" / app
    frontend = load(FrontEndFile, processed / "frontend.json", "preprocess")
    fed = quantize(read_items(processed / "test.npz").inputs[:items], model.inputs[0])
    lowered = lower(model)
    functions = lowered.functions()
    layers = [firmware.LayerCode(name, layer.operators, layer.macs) for name, layer in functions.items()]
    calls = [
        isolation.Call(tflm.examine, (model.path, fed)),
        isolation.Call(cmsis_nn.program, (model, kernels)),
    ]
    examined, (sources, kernel_layers) = _run(calls)
    expected = examined.outputs
    calls = [
        isolation.Call(firmware.measure, (lowered.files(), layers, fed, expected, optimize)),
        isolation.Call(firmware.measure, (sources, kernel_layers, fed, expected, optimize)),
        isolation.Call(
            firmware.measure_program,
            (whole.sources(lowered, frontend), *whole.stream(frontend), optimize),
        ),
    ]
    ours, theirs, program = _run(calls)
    title = frontend.application
    print(_row(title, "Featherline", ours))
    print(_row("", "CMSIS-NN", theirs))
    flash_bytes = TFLM_CORE_BYTES + model.file_bytes
    total_bytes = flash_bytes + examined.arena_bytes
    print(
        f"| | TFLM | {TFLM_CORE_BYTES:,} published | {model.file_bytes:,} file | | {flash_bytes:,} "
        f"| {examined.arena_bytes:,} arena | | {total_bytes:,} | | | |",
        flush=True,
    )
    keys = ("flash_bytes", "ram_bytes", "stack_bytes", "total_bytes", "front_end_instructions", "model_instructions")
    return [f"| {title} | {' | '.join(f'{program[key]:,}' for key in keys)} | {program['seconds']} s |"]


def _run(calls: list[isolation.Call]) -> list:
    results = isolation.run(calls, "measure")
    if any(isinstance(result, isolation.Crashed) for result in results):
        raise FeatherlineError("A program took the emulator along: try each application alone.")
    return results


def _row(title: str, program: str, result: dict) -> str:
    total_bytes = result["flash_bytes"] + result["ram_bytes"] + result["stack_bytes"]
    convolutions = [layer for layer in result["layers"] if "CONV" in layer["operators"][0]]
    instructions, macs = (sum(layer[key] for layer in convolutions) for key in ("instructions", "macs"))
    per_mac = f"{instructions / macs:.2f}" if macs else ""
    cells = [result[f"{kind}_bytes"] for kind in ("code", "weight", "table", "flash", "ram", "stack")]
    cells += [total_bytes, result["instructions"]]
    shown = " | ".join(f"{cell:,}" for cell in cells)
    return f"| {title} | {program} | {shown} | {per_mac} | {result['equal_items']:,} of {result['items']:,} |"


if __name__ == "__main__":
    main()
