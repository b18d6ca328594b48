"""Holds each layer of some models against the bounds that its kernel keeps on a Cortex-M4, and writes the table.

A depthwise layer is to take 3 instructions a multiply-accumulate (MAC) and 18 an output or less, together: what is
told is (instructions - 3 MACs) / outputs. A pointwise convolution of 64 channels or more is to take 1.5 a MAC or less,
a dense layer of 64 inputs and 16 outputs or more 1.35. Of several compilers the best counts for each layer. Outputs are
those of the convolution, also where a pooling behind it is part of the layer. All layers are printed; a page gets a
line for each model and kind, with the largest value of its layers.

Examples:
    python benchmarks/measure_layers.py ../shared/models zoo --out docs/compiler.md
    python benchmarks/measure_layers.py ../shared/models/mlperf-vww.tflite --compiler 'clang -Os' --optimize size
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import compare_kernels  # noqa: E402
from featherline.codegen import lower  # noqa: E402
from featherline.codegen.layers import Layer  # noqa: E402
from featherline.codegen.settings import OPTIMIZATIONS, ConvolutionSettings  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.emulator import firmware  # noqa: E402
from featherline.interpreters import tflm  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from stages.command import guarded  # noqa: E402

BEGIN, END = "<!-- measure-layers begins -->", "<!-- measure-layers ends -->"
MAC_INSTRUCTIONS = 3
MOST = {"depthwise": 18.0, "pointwise": 1.5, "dense": 1.35}
"""Of a depthwise layer instructions an output beyond `MAC_INSTRUCTIONS` a MAC, of the others instructions a MAC."""
_LEAST_INPUTS, _LEAST_OUTPUTS = 64, 16


@dataclass(frozen=True)
class Row:
    """A layer that has a bound.

    Attributes:
        kind: one of `MOST`.
        macs, outputs: how many it has.
        instructions: by compiler.
    """

    model: str
    function: str
    kind: str
    macs: int
    outputs: int
    instructions: Mapping[str, int]

    def value(self, compiler: str) -> float:
        """What is held against the bound."""
        if self.kind == "depthwise":
            return (self.instructions[compiler] - MAC_INSTRUCTIONS * self.macs) / self.outputs
        return self.instructions[compiler] / self.macs

    def best(self, compilers: Sequence[str]) -> float:
        """The smallest value of some compilers."""
        return min(self.value(compiler) for compiler in compilers)


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--compiler",
    "compilers",
    multiple=True,
    type=click.Choice(compare_kernels.COMPILERS),
    help="All of them by default.",
)
@click.option("--optimize", type=click.Choice(OPTIMIZATIONS), default="speed", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="A page whose table is written anew.")
def main(models: tuple[Path, ...], compilers: tuple[str, ...], optimize: str, out: Path | None) -> None:
    guarded(
        lambda: measure(models, compilers or compare_kernels.COMPILERS, optimize, out), "measure_layers", debug=False
    )


def measure(models: Sequence[Path], compilers: Sequence[str], optimize: str, out: Path | None) -> None:
    """Prints the table of some models or folders of models, and writes it into a page."""
    files = [file for path in models for file in (sorted(path.rglob("*.tflite")) if path.is_dir() else [path])]
    rows: list[Row] = []
    for file, answer in compare_kernels.answers(files, measured, (tuple(compilers), optimize), "measure"):
        if isinstance(answer, str):
            print(f"Left out: {file}: {answer}")
        else:
            rows += answer
    print(each_layer(rows, compilers))
    text = summary(rows, compilers)
    print(text)
    if out is not None:
        compare_kernels.write_between(out, BEGIN, END, text)


def measured(file: Path, compilers: tuple[str, ...], optimize: str) -> list[Row] | str:
    """The layers of one model that have a bound, or why there are none."""
    try:
        model = tflite.read(file)
        lowered = lower(model, optimize)
    except FeatherlineError as error:
        return str(error)
    functions = lowered.functions()
    windows = {one.outputs[0].index: one.inputs[1].shape[1:3] for one in model.operators if one.name == "CONV_2D"}
    kinds = {name: kind_of(layer, windows.get(layer.output)) for name, layer in functions.items()}
    bounded = {name: kind for name, kind in kinds.items() if kind is not None}
    if not bounded:
        return "no layer of it has a bound"
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return "it has several inputs or outputs"
    inputs = compare_kernels.drawn(model.inputs[0])
    expected = tflm.examine(file, inputs).outputs
    if expected is None:
        return "TFLM refuses it"
    code = [firmware.LayerCode(name, layer.operators, layer.macs) for name, layer in functions.items()]
    counts: dict[str, dict[str, int]] = {name: {} for name in bounded}
    for compiler in compilers:
        image = compare_kernels.image(lowered.files(), compiler, "m4")
        result = firmware.run(image, code, inputs, expected)
        if result["equal_items"] != result["items"]:
            raise FeatherlineError(f"{file}, {compiler}: the program does not answer what TFLM answers.")
        for layer in result["layers"]:
            if layer["function"] in bounded:
                counts[layer["function"]][compiler] = layer["instructions"]
    title = f"{file.parent.name} {file.stem}" if file.parent.parent.name == "zoo" else file.stem
    return [
        Row(title, name.removeprefix("model_"), kind, functions[name].macs, outputs_of(functions[name]), counts[name])
        for name, kind in bounded.items()
    ]


def kind_of(layer: Layer, window: tuple[int, ...] | None) -> str | None:
    """Which of the bounds a layer has; None where it has none.

    Args:
        layer: of a program.
        window: rows and columns of its weights in the file, if it is a convolution by itself.
    """
    settings = layer.settings
    if not isinstance(settings, ConvolutionSettings):
        return None
    if "DEPTHWISE_CONV_2D" in layer.operators:
        return "depthwise"
    inputs = layer.macs // outputs_of(layer)
    if "FULLY_CONNECTED" in layer.operators:
        return "dense" if inputs >= _LEAST_INPUTS and settings.output.channels >= _LEAST_OUTPUTS else None
    return "pointwise" if window == (1, 1) and inputs >= _LEAST_INPUTS else None


def outputs_of(layer: Layer) -> int:
    """How many sums a layer makes."""
    settings = layer.settings
    assert isinstance(settings, ConvolutionSettings)
    return layer.times * settings.sums.height * settings.sums.width * settings.output.channels


def each_layer(rows: Sequence[Row], compilers: Sequence[str]) -> str:
    """The table of all layers in Markdown."""
    lines = [
        f"| model | layer | kind | MACs | outputs | instructions: {', '.join(compilers)} | value | bound |",
        "| :-- | :-- | :-- | --: | --: | --: | --: | :-- |",
    ]
    for row in rows:
        counts = " / ".join(f"{row.instructions[compiler]:,}" for compiler in compilers)
        values = " / ".join(f"{row.value(compiler):.2f}" for compiler in compilers)
        lines.append(
            f"| {row.model} | {row.function} | {row.kind} | {row.macs:,} | {row.outputs:,} | {counts} | {values} "
            f"| {MOST[row.kind]:g}{'' if row.best(compilers) <= MOST[row.kind] else ', missed'} |"
        )
    return "\n".join([*lines, ""])


def summary(rows: Sequence[Row], compilers: Sequence[str]) -> str:
    """The largest value of each model and kind in Markdown."""
    titles = ", ".join(compilers)
    lines = [
        f"| model | kind | layers | largest value, each layer by its best compiler | by {titles} | bound | missed |",
        "| :-- | :-- | --: | --: | --: | --: | :-- |",
    ]
    for model, kind in dict.fromkeys((row.model, row.kind) for row in rows):
        group = [row for row in rows if (row.model, row.kind) == (model, kind)]
        missed = [row for row in group if row.best(compilers) > MOST[kind]]
        largest = " / ".join(f"{max(row.value(compiler) for row in group):.2f}" for compiler in compilers)
        lines.append(
            f"| {model} | {kind} | {len(group)} | {max(row.best(compilers) for row in group):.2f} | {largest} "
            f"| {MOST[kind]:g} | {', '.join(row.function.split('_')[0] for row in missed)} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
