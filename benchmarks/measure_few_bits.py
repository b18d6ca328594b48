"""Tells what weights of 4 and 2 bits cost: the same program with and without their packing.

Weights of int8 models are rounded to so many bits; the program that unpacks them on the way into registers is held
against the one that keeps bytes, on an emulated core, and both against TensorFlow Lite Micro.

Examples:
    python benchmarks/measure_few_bits.py models/*/tflite/{reduced,original}-int8.tflite
    python benchmarks/measure_few_bits.py ../shared/models/mlperf-kws.tflite --core m3
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest import mock

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import compare_kernels  # noqa: E402
from featherline.codegen import lower, words  # noqa: E402
from featherline.codegen.settings import COMPILER_FLAGS  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.emulator import firmware  # noqa: E402
from featherline.emulator.cores import CORES  # noqa: E402
from featherline.interpreters import tflm  # noqa: E402
from featherline.tflite import flatbuffer  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from stages.command import guarded  # noqa: E402

BITS = (4, 2)
OPTIMIZED = ("size", "speed")
NEVER = 1 << 30  # bytes that packing would have to save
WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
CLIPPED = 1.3  # how far the largest weights are beyond the range of few bits


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--core", type=click.Choice(tuple(CORES)), default="m4", show_default=True)
def main(models: tuple[Path, ...], core: str) -> None:
    guarded(lambda: measure(models, core), "measure_few_bits", debug=False)


def measure(models: Sequence[Path], core: str) -> None:
    """Prints a row for each model, number of bits and choice of kernels."""
    print("| model | bits | optimize | instructions: bytes | packed | more | flash: bytes | packed |")
    print("| :-- | --: | :-- | --: | --: | --: | --: | --: |")
    for file, rows in compare_kernels.answers(models, measured, (core,), "measure"):
        for row in rows:
            print(f"| {file.parent.parent.name} {file.stem} | {row} |")


def measured(file: Path, core: str) -> list[str]:
    """The cells of one model behind its name."""
    rows = []
    for bits in BITS:
        with tempfile.TemporaryDirectory(prefix="featherline-") as title:
            path = Path(title) / file.name
            path.write_bytes(rounded(file.read_bytes(), bits))
            for optimize in OPTIMIZED:
                with mock.patch.object(words, "_UNPACKING_BYTES", NEVER):
                    plain = run(path, optimize, core)
                packed = run(path, optimize, core)
                figures = [one[key] for key in ("instructions", "flash_bytes") for one in (plain, packed)]
                more = f"{figures[1] / figures[0] - 1:.1%}"
                cells = [f"{figure:,}" for figure in figures]
                rows.append(" | ".join([str(bits), optimize, *cells[:2], more, *cells[2:]]))
    return rows


def rounded(content: bytes, bits: int) -> bytes:
    """A model whose weights of int8 have only so many bits."""
    tree = flatbuffer.unpack(content, "the model")
    largest = (1 << bits - 1) - 1
    for operator in tflite.parse(content, "the model").operators:
        weights = operator.inputs[1] if operator.name in WEIGHTED else None
        if weights is not None and weights.type == "int8":
            buffer = tree.buffers[tree.subgraphs[0].tensors[weights.index].buffer]
            values = np.round(buffer.data.view(np.int8) / 127 * largest * CLIPPED)
            buffer.data = np.clip(values, -largest, largest).astype(np.int8).view(np.uint8)
    return flatbuffer.pack(tree)


def run(file: Path, optimize: str, core: str) -> Mapping[str, object]:
    """What the program of a model takes; arguments as of `firmware.run` and `lower`."""
    model = tflite.read(file)
    program, inputs = lower(model, optimize), compare_kernels.drawn(model.inputs[0])
    layers = [firmware.LayerCode(name, layer.operators, layer.macs) for name, layer in program.functions().items()]
    image = compare_kernels.image(program.files(), f"clang -{COMPILER_FLAGS[optimize]}", core)
    told = firmware.run(image, layers, inputs, tflm.examine(file, inputs).outputs, core)
    if told["equal_items"] != told["items"]:
        raise FeatherlineError(f"{file.name}, {optimize}: the program does not answer what TFLM answers.")
    return told


if __name__ == "__main__":
    main()
