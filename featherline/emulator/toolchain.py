"""C for a core of a microcontroller: compiled and linked by a pinned compiler, without a C library.

The compiler is clang as the wheel `ziglang` brings it, so that the same sources give the same
bytes on every machine. The linked image holds what was asked for and what that needs, laid out
as on a device: code and constants in flash, variables in RAM. There is no start-up code and no
table of interrupt vectors; both belong to a board.
"""

import os
import stat
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import ziglang
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from featherline.core.errors import FeatherlineError
from featherline.core.files import new_file
from featherline.emulator import cores

OPTIMIZATIONS = ("Os", "O1", "O2", "O3")

FREESTANDING = Path(__file__).parent / "freestanding"
"""What stands in for a C library."""
_FLAGS = (
    "-std=c99",
    "-ffreestanding",
    "-fno-sanitize=all",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-math-errno",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-g0",
)
_RUN_TIME = "run_time.a"
_TIMEOUT_S = 300


@dataclass(frozen=True)
class Symbol:
    """A function or a variable: where it is and how many bytes it takes.

    Attributes:
        section: `code`, `constants` (read-only), `data` (variables with a value) or `zero` (without).
    """

    name: str
    address: int
    bytes: int
    section: str


@dataclass(frozen=True)
class Image:
    """A linked program.

    Attributes:
        elf: content of the ELF file.
        symbols: functions and variables by name; of file-local ones that share a name, the first.
        code_bytes: instructions and the literals among them.
        constant_bytes: read-only data: weights, tables, strings.
        data_bytes: variables with a value at the start; they take flash as well as RAM.
        zero_bytes: variables that start as zero.
    """

    elf: bytes = field(repr=False)
    symbols: dict[str, Symbol] = field(repr=False)
    code_bytes: int
    constant_bytes: int
    data_bytes: int
    zero_bytes: int

    @property
    def flash_bytes(self) -> int:
        return self.code_bytes + self.constant_bytes + self.data_bytes

    @property
    def ram_bytes(self) -> int:
        """Static RAM: without the stack."""
        return self.data_bytes + self.zero_bytes


def compile(
    sources: Mapping[str, bytes],
    entries: Sequence[str],
    optimize: str = "Os",
    includes: Sequence[str] = (),
    defines: Mapping[str, str] | None = None,
    flags: Sequence[str] = (),
    core: str = cores.DEFAULT,
) -> Image:
    """Compiles C for a core and links it.

    Args:
        sources: file name -> content. Files that end in .c are compiled, the others are there to
            be included; names may have folders.
        entries: functions (or variables) that stay, with all that they use; the rest is left out.
        optimize: one of `OPTIMIZATIONS`, without the dash.
        includes: folders among the sources where headers are looked for, besides the top one.
        defines: macros, name -> value.
        flags: more flags for the compiler.
        core: of `cores.CORES`; without an FPU, functions of the compiler's run-time library come along.

    Raises:
        FeatherlineError: where the compiler or the linker refuses, in its own words.
    """
    if optimize not in OPTIMIZATIONS:
        raise FeatherlineError(
            f"-{optimize} is no optimization of the compiler: use one of {', '.join(OPTIMIZATIONS)}."
        )
    options = [*cores.CORES[core].target, f"-{optimize}"]
    options += [f"-I{folder}" for folder in includes]
    options += [f"-D{name}={value}" for name, value in sorted((defines or {}).items())]
    with tempfile.TemporaryDirectory(prefix="featherline-") as name:
        folder = Path(name)
        units = [file for file in sources if file.endswith(".c")]
        objects = compile_objects(folder, sources, units, [*options, *flags])
        (folder / "layout.ld").write_text(layout(entries, core))
        if not cores.CORES[core].has_fpu:
            (folder / _RUN_TIME).write_bytes(_run_time(core))
            objects.append(_RUN_TIME)
        link = ("ld.lld", "-m", cores.CORES[core].linker, "--gc-sections", "--build-id=none", "-z", "max-page-size=16")
        run(folder, *link, "-T", "layout.ld", *objects, "-o", "image.elf", failure="The linker refuses the program")
        return read((folder / "image.elf").read_bytes())


def _run_time(core: str) -> bytes:
    """The compiler's run-time library for a core: an archive.

    The compiler brings its source alone, and takes some 20 s to build it.
    """

    def built(folder: Path) -> bytes:
        (folder / "empty.c").write_text("int main(void) { return 0; }\n")
        command = ("cc", *cores.CORES[core].target, "-Os", "empty.c", "-Wl,-e,main", "-o", "empty.elf")
        run(folder, *command, failure="The compiler's run-time library cannot be built")
        [library] = folder.glob("cache/**/libcompiler_rt.a")
        return library.read_bytes()

    return kept(f"{core}.a", built).read_bytes()


def kept(name: str, build: Callable[[Path], bytes]) -> Path:
    """A file that the pinned compiler makes, built once and kept in the folder of temporary files.

    Args:
        name: of the file, for the version of the compiler.
        build: makes its content in a folder of its own.

    Raises:
        FeatherlineError: where the folder belongs to somebody else.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    path = Path(tempfile.gettempdir()) / f"featherline-{user}" / f"ziglang-{version('ziglang')}-{name}"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    status = path.parent.lstat()
    if not stat.S_ISDIR(status.st_mode) or (hasattr(os, "getuid") and status.st_uid != user):
        raise FeatherlineError(f"{path.parent} belongs to somebody else: remove it, or set TMPDIR to another folder.")
    if not path.is_file():
        with tempfile.TemporaryDirectory(prefix="featherline-") as folder:
            content = build(Path(folder))
        with new_file(path) as partial:
            partial.write_bytes(content)
    return path


def layout(entries: Sequence[str], core: str = cores.DEFAULT) -> str:
    """The script of the linker: flash, then RAM, and what must be there."""
    memory = cores.CORES[core].memory
    wanted = "".join(f'EXTERN({name})\nASSERT(DEFINED({name}), "{name} is not defined")\n' for name in entries)
    return f"""{wanted}
SECTIONS
{{
  . = {memory.flash:#x};
  .text : {{ *(.text .text.*) }}
  .rodata : ALIGN(4) {{ *(.rodata .rodata.* .srodata .srodata.*) }}
  . = {memory.ram:#x};
  .data : {{ *(.data .data.* .sdata .sdata.*) }}
  .bss : {{ *(.bss .bss.* .sbss .sbss.* COMMON) }}
  /DISCARD/ : {{ *(.ARM.exidx* .ARM.extab* .ARM.attributes .riscv.attributes) }}
  /DISCARD/ : {{ *(.comment .note* .llvm_addrsig .eh_frame*) }}
}}
"""


def compile_objects(
    folder: Path, sources: Mapping[str, bytes], units: Sequence[str], options: Sequence[str]
) -> list[str]:
    """Compiles C without a C library; the memory functions that a compiler calls come along.

    Args:
        folder: where sources and objects are written.
        sources: file name -> content.
        units: names of those that are compiled; the others are there to be included.
        options: of the compiler, a target among them.

    Returns:
        Names of the objects in the folder.

    Raises:
        FeatherlineError: where the compiler refuses, in its own words.
    """
    sources = {"freestanding/string.h": (FREESTANDING / "string.h").read_bytes()} | dict(sources)
    memory = "freestanding/memory.c"
    sources[memory] = (FREESTANDING / "memory.c").read_bytes()
    for file, content in sources.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    objects: list[str] = []
    for file in sorted([*units, memory]):
        objects.append(f"{len(objects)}.o")
        command = ("cc", *_FLAGS, "-I.", "-Ifreestanding", *options, "-c", file, "-o", objects[-1])
        run(folder, *command, failure=f"The C compiler refuses {file}")
    return objects


def run(folder: Path, *command: str, failure: str) -> None:
    """Runs the pinned compiler, or a linker that it brings, in a folder.

    Args:
        folder: where it runs, and keeps its cache.
        command: what follows `zig`.
        failure: what a sentence about its failure begins with.

    Raises:
        FeatherlineError: where it fails, takes too long or is not there.
    """
    # An environment of its own: no cache in the user's home, no include path of the user's.
    environment = {f"ZIG_{scope}_CACHE_DIR": str(folder / "cache") for scope in ("GLOBAL", "LOCAL")}
    program = str(Path(ziglang.__file__).parent / "zig")
    try:
        done = subprocess.run(
            [program, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        raise FeatherlineError(f"{failure}: it took longer than {_TIMEOUT_S} s.") from None
    except OSError as error:
        raise FeatherlineError(
            f"The C compiler does not start ({error}): install ziglang again (pip install -r requirements.txt)."
        ) from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        first = next((line for line in lines if "error:" in line), lines[0] if lines else f"status {done.returncode}")
        raise FeatherlineError(f"{failure}: {first}")


_SECTIONS = {".text": "code", ".rodata": "constants", ".data": "data", ".bss": "zero"}


def read(elf: bytes) -> Image:
    """Sizes and symbols of a program that `compile` linked."""
    file = ELFFile(BytesIO(elf))
    sizes = dict.fromkeys(_SECTIONS.values(), 0)
    names: dict[int, str] = {}
    for index, section in enumerate(file.iter_sections()):
        if section.name in _SECTIONS:
            names[index] = _SECTIONS[section.name]
            sizes[names[index]] = section["sh_size"]
    symbols: dict[str, Symbol] = {}
    table = file.get_section_by_name(".symtab")
    if not isinstance(table, SymbolTableSection):
        raise FeatherlineError("The linked program has no table of symbols.")
    for entry in table.iter_symbols():
        kind = names.get(entry["st_shndx"])
        if kind is not None and entry["st_info"]["type"] in ("STT_FUNC", "STT_OBJECT"):
            # The lowest bit of a function's address says that it is Thumb code.
            is_thumb = kind == "code" and file["e_machine"] == "EM_ARM"
            address = entry["st_value"] & ~1 if is_thumb else entry["st_value"]
            symbols.setdefault(entry.name, Symbol(entry.name, address, entry["st_size"], kind))
    return Image(elf, symbols, sizes["code"], sizes["constants"], sizes["data"], sizes["zero"])


def segments(image: Image) -> list[tuple[int, bytes]]:
    """What a loader writes before the program starts: (address, content)."""
    file = ELFFile(BytesIO(image.elf))
    return [
        (part["p_vaddr"], part.data() + bytes(part["p_memsz"] - part["p_filesz"]))
        for part in file.iter_segments("PT_LOAD")
        if part["p_memsz"]
    ]
