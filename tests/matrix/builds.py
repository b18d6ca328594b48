"""Compiles a program as a row of the matrix says, and executes it."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from elftools.elf.constants import P_FLAGS
from elftools.elf.elffile import ELFFile
from unicorn import UC_MODE_THUMB, Uc

from tests.matrix.rows import WARNINGS, Command, Row, Simavr, Unicorn

ROOT = Path(__file__).resolve().parents[2]
FREESTANDING = ROOT / "featherline/emulator/freestanding"
TIMEOUT_S = 600
MAIN = "main.c"

_PAGE_BYTES = 4096
_STACK_ADDRESS, _STACK_BYTES = 0x6000_0000, 1 << 16
_STACK_TOP_BYTES = 64  # some callees save into the frame of their caller
_RETURN_ADDRESS = 0x7000_0000
TOO_LARGE = re.compile("will not fit in region|is not within region|overflowed by|size of .* is too large|#error")


class TooLarge(Exception):
    """The compiler or linker says itself that the program does not fit onto the core."""


@dataclass(frozen=True)
class Program:
    """C whose golden vectors can be tried.

    Attributes:
        files: content by name; those that end in .c are compiled, each folder for itself.
        checks: functions without arguments that return how many items come out wrong.
    """

    files: Mapping[str, bytes]
    checks: Sequence[str]


@cache
def missing(row: Row) -> str | None:
    """The Debian packages of a row of which something is not installed; None where all is there."""
    words = [row.compile[0]]
    if isinstance(row.runs, Command):
        words += row.runs.words[:1]
    if isinstance(row.runs, Simavr):
        words.append("simavr")
    if row.compile[0] == "gcc" and "++" in row.standard:
        words.append("g++")
    absent = any(shutil.which(word) is None for word in words)
    if absent or ("-gcc" in row.compile[0] and not _has_c_library(row.compile[0])):
        return f"needs the Debian packages {' '.join(row.packages)}"
    return None


def _has_c_library(compiler: str) -> bool:
    """Whether a cross compiler finds its C library, which is in a package of its own."""
    told = subprocess.run([compiler, "-print-file-name=libc.a"], capture_output=True, text=True).stdout.strip()
    return Path(told).is_absolute()


def build(row: Row, program: Program, folder: Path) -> Path:
    """Compiles with all warnings as errors, and links.

    Returns:
        The executable, whose entry is what `wrong_items` expects.

    Raises:
        TooLarge: where it cannot run on the core, and the compiler says so.
        AssertionError: where the compiler or linker refuses it for another reason, in its own words.
    """
    for name, content in program.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / MAIN).write_text(_main(row, program.checks))
    options = [f"-std={row.standard}", *WARNINGS]
    if "++" in row.standard:
        options += ["-x", "c++", "-fno-exceptions", "-fno-rtti"]
    if isinstance(row.runs, Unicorn):
        options.append(f"-I{FREESTANDING}")
    if row.portable:
        options += [f"-D{check.removesuffix('_check').upper()}_PORTABLE" for check in program.checks]
    objects = []
    for source in [*(name for name in sorted(program.files) if name.endswith(".c")), MAIN]:
        more = ["-w"] if source == MAIN else []
        if source.endswith("check.c"):
            more.append(f"-Dmain=main_of_{len(objects)}")  # there is one for all
        objects.append(f"{len(objects)}.o")
        _ran(folder, *row.compile, *options, *more, "-c", source, "-o", objects[-1])
    entry = ["-Wl,-e,run"] if isinstance(row.runs, Unicorn) else []
    if isinstance(row.runs, Simavr):
        entry = [f"-Wl,--defsym=__DATA_REGION_LENGTH__={row.runs.data_bytes}"]
    libm = [] if "ziglang" in row.link else ["-lm"]  # zig has it in its run-time library
    _ran(folder, *row.link, *entry, *objects, *libm, "-o", "program")
    return folder / "program"


def wrong_items(row: Row, executable: Path) -> int:
    """Runs a program that `build` made; returns how many golden items come out wrong."""
    if isinstance(row.runs, Unicorn):
        return _called(row.runs, executable.read_bytes())
    command = ["simavr", "-m", row.runs.mcu, "-f", "16000000"] if isinstance(row.runs, Simavr) else row.runs.words
    done = subprocess.run([*command, executable], capture_output=True, timeout=TIMEOUT_S)
    told = re.search(rb"wrong: (\d+)", done.stdout + done.stderr)
    assert told, f"{executable} on {row.name} ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]!r}"
    return int(told[1])


def _main(row: Row, checks: Sequence[str]) -> str:
    declared = "".join(f"  int {name}(void);\n" for name in checks)
    linkage = ('#ifdef __cplusplus\nextern "C" {\n#endif\n', "#ifdef __cplusplus\n}\n#endif\n")
    run = f"{linkage[0]}{declared}int run(void);\nint run(void) {{ return {' + '.join(f'{c}()' for c in checks)}; }}\n"
    run += linkage[1]
    if isinstance(row.runs, Simavr):
        return run + _AVR_MAIN
    if isinstance(row.runs, Command):
        return run + '#include <stdio.h>\nint main(void) { printf("wrong: %d\\n", run()); return 0; }\n'
    return run


_AVR_MAIN = """
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdlib.h>

static void told(const char *text)
{
  for (; *text; ++text) {
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = (uint8_t)*text;
  }
}

int main(void)
{
  char number[8];
  UCSR0B = 1 << TXEN0;
  told("wrong: ");
  told(itoa(run(), number, 10));
  told("\\n");
  cli(); /* the emulator ends where a core sleeps that nothing can wake */
  sleep_mode();
  return 0;
}
"""


def _ran(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S)
    if done.returncode and TOO_LARGE.search(done.stderr):
        raise TooLarge(done.stderr)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr[:3000]}"


def _called(core: Unicorn, elf: bytes) -> int:
    """Calls the entry of an image on the emulated core; what it returns."""
    file = ELFFile(BytesIO(elf))
    emulator = Uc(core.architecture, core.mode)
    if core.model is not None:
        emulator.ctl_set_cpu_model(core.model)
    segments = [part for part in file.iter_segments("PT_LOAD") if part["p_memsz"]]
    pages = {
        page
        for part in segments
        for page in range(part["p_vaddr"] // _PAGE_BYTES, -(-(part["p_vaddr"] + part["p_memsz"]) // _PAGE_BYTES))
    }
    for page in pages:
        emulator.mem_map(page * _PAGE_BYTES, _PAGE_BYTES)
    for part in segments:
        emulator.mem_write(part["p_vaddr"], part.data())
        if core.base is not None and part["p_flags"] & P_FLAGS.PF_W:
            emulator.reg_write(core.base, part["p_vaddr"])
    emulator.mem_map(_STACK_ADDRESS, _STACK_BYTES)
    emulator.mem_map(_RETURN_ADDRESS, _PAGE_BYTES)
    thumb = int(core.mode == UC_MODE_THUMB)
    emulator.reg_write(core.stack, _STACK_ADDRESS + _STACK_BYTES - _STACK_TOP_BYTES)
    emulator.reg_write(core.back, _RETURN_ADDRESS | thumb)
    emulator.emu_start(file.header["e_entry"] | thumb, _RETURN_ADDRESS)
    return emulator.reg_read(core.result)
