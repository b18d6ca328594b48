"""Runs models through Featherline's C and through CMSIS-NN on an emulated core, and writes the table of both.

Each model is compiled as both programs by each compiler, and the same inputs run through both; an answer that is
not TensorFlow Lite Micro's (TFLM) ends it. Instructions are counted; cycles are an estimate from the timing tables of
the core's manual, where it has any.

Examples:
    python benchmarks/compare_kernels.py ../shared/models --out docs/compiler.md
    python benchmarks/compare_kernels.py ../shared/models/mlperf-kws.tflite --compiler 'clang -Os' --core m0
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import click
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import cmsis_nn  # noqa: E402
from featherline.codegen import lower  # noqa: E402
from featherline.codegen.settings import OPTIMIZATIONS  # noqa: E402
from featherline.core import isolation  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.core.files import new_file  # noqa: E402
from featherline.emulator import firmware, toolchain  # noqa: E402
from featherline.emulator.cores import CORES  # noqa: E402
from featherline.interpreters import tflm  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from featherline.tflite.model import Tensor  # noqa: E402
from stages.command import guarded  # noqa: E402

T = TypeVar("T")

COMPILERS = ("clang -Os", "clang -O2", "gcc -O2", "gcc -O3")
BEGIN, END = "<!-- compare-kernels begins -->", "<!-- compare-kernels ends -->"
ITEMS = 2

_GCC = "arm-none-eabi-gcc"
_GCC_FLAGS = {
    "m0": ("-mcpu=cortex-m0", "-mfloat-abi=soft"),
    "m3": ("-mcpu=cortex-m3", "-mfloat-abi=soft"),
    "m4": ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
    "m33": ("-mcpu=cortex-m33", "-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"),
    "m55": ("-mcpu=cortex-m55", "-mfloat-abi=hard"),
}
_KINDS = {
    "CONV_2D": "convolution",
    "DEPTHWISE_CONV_2D": "depthwise",
    "FULLY_CONNECTED": "dense",
    "AVERAGE_POOL_2D": "pools",
    "MAX_POOL_2D": "pools",
}


@dataclass(frozen=True)
class Row:
    """What one compiler made of a model.

    Attributes:
        ours, theirs: as `firmware.run` returns them.
        foreign: operators that are Featherline's in both programs.
        activation_bytes: the head of TFLM's arena: input, output and what lies between.
    """

    model: str
    compiler: str
    ours: Mapping[str, object]
    theirs: Mapping[str, object]
    foreign: Sequence[str]
    activation_bytes: int


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--compiler", "compilers", multiple=True, type=click.Choice(COMPILERS), help="All of them by default.")
@click.option("--optimize", type=click.Choice(OPTIMIZATIONS), default="speed", show_default=True)
@click.option("--core", type=click.Choice(tuple(CORES)), default="m4", show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), default=None, help="Folder for CMSIS-NN's package.")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="A page whose table is written anew.")
def main(
    models: tuple[Path, ...], compilers: tuple[str, ...], core: str, optimize: str, cache: Path | None, out: Path | None
) -> None:
    cache = cache or Path(tempfile.gettempdir()) / "featherline-cmsis-nn"
    guarded(lambda: compare(models, compilers or COMPILERS, core, optimize, cache, out), "compare_kernels", debug=False)


def compare(
    models: Sequence[Path], compilers: Sequence[str], core: str, optimize: str, cache: Path, out: Path | None
) -> None:
    """Prints the table of some models or folders of models, and writes it into a page."""
    if core not in _GCC_FLAGS:
        compilers = [compiler for compiler in compilers if not compiler.startswith("gcc")]
    if any(compiler.startswith("gcc") for compiler in compilers) and shutil.which(_GCC) is None:
        raise FeatherlineError(f"There is no {_GCC}: install the Debian package gcc-arm-none-eabi, or name --compiler.")
    kernels = cmsis_nn.sources(cache)
    files = [file for path in models for file in (sorted(path.glob("*.tflite")) if path.is_dir() else [path])]
    rows: list[Row] = []
    notes: list[str] = []
    for file, answer in answers(files, measured, (kernels, tuple(compilers), core, optimize), "compare"):
        if isinstance(answer, str):
            notes.append(f"{file.stem}: {answer}")
        else:
            rows += answer
    text = markdown(rows, core)
    print(text + "".join(f"Left out: {note}\n" for note in notes))
    if out is not None:
        write_between(out, BEGIN, END, text)


def answers(
    files: Sequence[Path], work: Callable[..., T], further: tuple[object, ...], description: str
) -> Iterator[tuple[Path, T]]:
    """Each file with what `work` says of it, called with the file and `further` in a process of its own.

    Raises:
        FeatherlineError: where one ends its process.
    """
    calls = [isolation.Call(work, (file, *further)) for file in files]
    for file, answer in zip(files, isolation.run(calls, description), strict=True):
        if isinstance(answer, isolation.Crashed):
            raise FeatherlineError(f"{file} took the emulator along: try it alone.")
        yield file, answer


def write_between(page: Path, begin: str, end: str, text: str) -> None:
    """Writes text between two lines of a page.

    Raises:
        FeatherlineError: where the page has them not.
    """
    head, first, rest = page.read_text(encoding="utf-8").partition(begin)
    _, last, tail = rest.partition(end)
    if not (first and last):
        raise FeatherlineError(f"{page} has no lines {begin} and {end}: add them where the table shall stand.")
    with new_file(page) as partial:
        partial.write_text(f"{head}{begin}\n\n{text}\n{end}{tail}", encoding="utf-8")


def measured(
    file: Path, kernels: dict[str, bytes], compilers: tuple[str, ...], core: str, optimize: str
) -> list[Row] | str:
    """The rows of one model, or why there are none."""
    model = tflite.read(file)
    try:
        lowered = lower(model, optimize)
        foreign = cmsis_nn.foreign(model)
        if len(foreign) == len({layer.operators[0] for layer in lowered.network.layers}):
            return "CMSIS-NN has none of its operators"
        their_sources, their_layers = cmsis_nn.program(model, kernels, core)
    except FeatherlineError as error:
        return str(error).split(": ", 1)[-1].split(",")[0]
    inputs = drawn(model.inputs[0])
    examined = tflm.examine(file, inputs)
    if examined.outputs is None:
        return f"TFLM refuses it: {examined.reason}"
    layers = [firmware.LayerCode(name, layer.operators, layer.macs) for name, layer in lowered.functions().items()]
    rows = []
    for compiler in compilers:
        results = []
        for sources, code in ((lowered.files(), layers), (their_sources, their_layers)):
            result = firmware.run(image(sources, compiler, core), code, inputs, examined.outputs, core)
            if result["equal_items"] != result["items"]:
                side = "CMSIS-NN" if results else "Featherline"
                raise FeatherlineError(f"{file}, {compiler}: {side} does not answer what TFLM answers.")
            results.append(result)
        rows.append(Row(file.stem, compiler, results[0], results[1], foreign, examined.activation_bytes or 0))
    return rows


def drawn(tensor: Tensor) -> np.ndarray:
    """Seeded noise over the range of an input, shape (items, *shape of one), in its type."""
    limits = np.iinfo(np.int8)
    numbers = np.random.default_rng(0).integers(
        limits.min, limits.max, (ITEMS, *tensor.shape[1:]), np.int8, endpoint=True
    )
    return numbers if tensor.type == "int8" else (numbers / 128).astype(tensor.type)


def image(sources: Mapping[str, bytes], compiler: str, core: str) -> toolchain.Image:
    """The program, linked for a core by a compiler of `COMPILERS`."""
    name, optimize = compiler.split(" -")
    if name == "clang":
        # For CMSIS-NN's sources to include no header of a core of Arm where there is none.
        defines = {} if CORES[core].family == "arm" else {"__GNUC_PYTHON__": "1", "__RESTRICT": "__restrict"}
        return toolchain.compile(sources, [firmware.INVOKE], optimize, defines=defines, core=core)
    with tempfile.TemporaryDirectory(prefix="featherline-") as title:
        folder = Path(title)
        freestanding = {f"freestanding/{path.name}": path.read_bytes() for path in toolchain.FREESTANDING.iterdir()}
        for file, content in (freestanding | dict(sources)).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        (folder / "layout.ld").write_text(toolchain.layout([firmware.INVOKE], core))
        units = [file for file in (*sources, "freestanding/memory.c") if file.endswith(".c")]
        command = [_GCC, *_GCC_FLAGS[core], "-mthumb", f"-{optimize}", "-std=c99", "-ffreestanding", "-fno-math-errno"]
        # A layer is counted by its function, so that no two of them may be made one.
        command += [
            "-fno-ipa-icf",
            "-ffunction-sections",
            "-fdata-sections",
            "-w",
            "-I.",
            "-Ifreestanding",
            "-nostdlib",
        ]
        command += ["-Wl,--gc-sections", "-Wl,--build-id=none", "-Wl,-T,layout.ld", *units, "-lgcc", "-o", "image.elf"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise FeatherlineError(f"{_GCC} refuses the program: {done.stderr.strip().splitlines()[0]}")
        linked = toolchain.read((folder / "image.elf").read_bytes())
        # GCC calls a function that it knows the arguments of `name.constprop.0`, and the like.
        symbols = (replace(symbol, name=title.split(".")[0]) for title, symbol in linked.symbols.items())
        return replace(linked, symbols={symbol.name: symbol for symbol in symbols})


def kinds(result: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    """Instructions and multiply-accumulates by kind of operator."""
    found: dict[str, tuple[int, int]] = {}
    for layer in result["layers"]:
        kind = _KINDS.get(layer["operators"][0], "others")
        instructions, macs = found.get(kind, (0, 0))
        found[kind] = instructions + layer["instructions"], macs + layer["macs"]
    return found


def markdown(rows: Sequence[Row], core: str) -> str:
    """The tables in Markdown: of whole models, then of kinds of operators."""
    lines = [
        f"{CORES[core].title}, Featherline / CMSIS-NN 4.0.0. RAM is static and holds input and output, as TFLM's does.",
        "",
        "| model | compiler | instructions | ratio | cycles | ratio | per MAC | RAM | TFLM | stack | flash |",
        "| :-- | :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        one, other, macs = row.ours, row.theirs, row.ours["macs"]
        both = [f"{one[key]:,} / {other[key]:,}" for key in ("ram_bytes", "stack_bytes", "flash_bytes")]
        lines.append(
            f"| {row.model} | {row.compiler} | {one['instructions']:,} / {other['instructions']:,} "
            f"| {one['instructions'] / other['instructions']:.2f} | {_cycles(one['cycles'], other['cycles'])} "
            f"| {one['instructions'] / macs:.2f} / {other['instructions'] / macs:.2f} "
            f"| {both[0]} | {row.activation_bytes:,} | {both[1]} | {both[2]} |"
        )
    names = [*dict.fromkeys(_KINDS.values()), "others"]
    lines += ["", "Instructions a MAC by kind of operator; of pools and others, instructions.", ""]
    lines += [f"| model | compiler | {' | '.join(names)} |", "| :-- | :-- " + "| --: " * len(names) + "|"]
    for row in rows:
        one, other = kinds(row.ours), kinds(row.theirs)
        cells = [_cell(one.get(kind), other.get(kind)) for kind in names]
        lines.append(f"| {row.model} | {row.compiler} | {' | '.join(cells)} |")
    foreign = dict.fromkeys(name for row in rows for name in row.foreign)
    lines += ["", f"Featherline's in both programs: {', '.join(foreign)}."]
    return "\n".join(lines) + "\n"


def _cycles(one: int | None, other: int | None) -> str:
    return " | " if one is None or other is None else f"{one:,} / {other:,} | {one / other:.2f}"


def _cell(one: tuple[int, int] | None, other: tuple[int, int] | None) -> str:
    shown = []
    for part in (one, other):
        if part is None:
            shown.append("-")
        else:
            instructions, macs = part
            shown.append(f"{instructions / macs:.2f}" if macs else f"{instructions:,}")
    return " / ".join(shown) if one or other else ""


if __name__ == "__main__":
    main()
