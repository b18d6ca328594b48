"""Tells the RAM of some models with everything, by what kernels are chosen for, beside TensorFlow Lite Micro's (TFLM).

RAM is static memory, scratch, input, output, and what the stack takes beyond 256 bytes, on a Cortex-M4 by clang with
the flag that belongs to the choice. TFLM's activations hold input and output too; what outlives an inference it keeps
elsewhere, and Featherline's figures hold it.

Examples:
    python benchmarks/measure_memory.py ../shared/models --out docs/compiler.md
    python benchmarks/measure_memory.py zoo/keywordspotting/reduced-int8.tflite
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import compare_kernels  # noqa: E402
from featherline.codegen import folding, lower, variables  # noqa: E402
from featherline.codegen.memory import Memory  # noqa: E402
from featherline.codegen.settings import COMPILER_FLAGS, OPTIMIZATIONS  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.emulator import firmware  # noqa: E402
from featherline.interpreters import tflm  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from stages.command import guarded  # noqa: E402

BEGIN, END = "<!-- measure-memory begins -->", "<!-- measure-memory ends -->"
FREE_STACK_BYTES = 256


@dataclass(frozen=True)
class Row:
    """What one model takes.

    Attributes:
        ram_bytes, instructions, flash_bytes: by what kernels are chosen for.
        plan: with `ram`.
        activation_bytes: the head of TFLM's arena.
        variable_bytes: of what outlives an inference.
    """

    model: str
    ram_bytes: Mapping[str, int]
    instructions: Mapping[str, int]
    flash_bytes: Mapping[str, int]
    plan: Memory
    activation_bytes: int
    variable_bytes: int


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=None, help="A page whose table is written anew.")
def main(models: tuple[Path, ...], out: Path | None) -> None:
    guarded(lambda: measure(models, out), "measure_memory", debug=False)


def measure(models: Sequence[Path], out: Path | None) -> None:
    """Prints the table of some models or folders of models, and writes it into a page."""
    files = [file for path in models for file in (sorted(path.glob("*.tflite")) if path.is_dir() else [path])]
    rows: list[Row] = []
    for file, answer in compare_kernels.answers(files, measured, (), "measure"):
        if isinstance(answer, str):
            print(f"Left out: {file}: {answer}")
        else:
            rows.append(answer)
    text = markdown(rows)
    print(text)
    if out is not None:
        compare_kernels.write_between(out, BEGIN, END, text)


def measured(file: Path) -> Row | str:
    """The row of one model, or why there is none."""
    try:
        model = tflite.read(file)
        programs = {optimize: lower(model, optimize) for optimize in OPTIMIZATIONS}
    except FeatherlineError as error:
        return str(error)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return "it has several inputs or outputs"
    inputs = compare_kernels.drawn(model.inputs[0])
    examined = tflm.examine(file, inputs)
    if examined.outputs is None:
        return f"TFLM refuses it: {examined.reason}"
    ram_bytes, instructions, flash_bytes = {}, {}, {}
    for optimize, program in programs.items():
        layers = [firmware.LayerCode(name, one.operators, one.macs) for name, one in program.functions().items()]
        image = compare_kernels.image(program.files(), f"clang -{COMPILER_FLAGS[optimize]}", "m4")
        result = firmware.run(image, layers, inputs, examined.outputs)
        if result["equal_items"] != result["items"]:
            raise FeatherlineError(f"{file}, {optimize}: the program does not answer what TFLM answers.")
        ends_bytes = 0 if program.network.ends_within else result["io_bytes"]
        stack_bytes = max(result["stack_bytes"] - FREE_STACK_BYTES, 0)
        ram_bytes[optimize] = result["ram_bytes"] + ends_bytes + stack_bytes
        instructions[optimize], flash_bytes[optimize] = result["instructions"], result["flash_bytes"]
    title = f"{file.parent.name} {file.stem}" if file.parent.parent.name == "zoo" else file.stem
    variable_bytes = sum(begun.nbytes for begun in variables.of(model, folding.steps(model)).initial.values())
    plan = programs["ram"].memory()
    return Row(title, ram_bytes, instructions, flash_bytes, plan, examined.activation_bytes or 0, variable_bytes)


def markdown(rows: Sequence[Row]) -> str:
    """The table in Markdown."""
    lines = [
        "| model | RAM: size | speed | ram | buffers with ram, of the bound | TFLM's activations | TFLM's variables "
        "| ram, of TFLM's | instructions of ram, of size's | flash: size | speed | ram |",
        "| :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        states = f"{row.variable_bytes:,}" if row.variable_bytes else ""
        lines.append(
            f"| {row.model} | {' | '.join(f'{row.ram_bytes[one]:,}' for one in OPTIMIZATIONS)} "
            f"| {row.plan.bytes:,} / {row.plan.bound_bytes:,} | {row.activation_bytes:,} | {states} "
            f"| {row.ram_bytes['ram'] / (row.activation_bytes + row.variable_bytes):.2f} "
            f"| {row.instructions['ram'] / row.instructions['size']:.3f} "
            f"| {' | '.join(f'{row.flash_bytes[one]:,}' for one in OPTIMIZATIONS)} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
