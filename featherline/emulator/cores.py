"""The cores that a program is compiled for and emulated on, and what each of them is called."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class MemoryMap:
    """Where memory begins on an emulated core.

    Attributes:
        flash, ram: of a program.
        stack: what lies right below it is no memory.
        buffers: what is handed over to a program.
        back: what a program returns to; no code of its own lies there.
    """

    flash: int
    ram: int
    stack: int
    buffers: int
    back: int


_PLAIN = MemoryMap(flash=0x0800_0000, ram=0x2000_0000, stack=0x2100_0000, buffers=0x2200_0000, back=0x2300_0000)
# Of the board mps3-an547 what a core in its secure state may execute and use: its two RAMs beside the core for the
# stack and what is returned to, the large one for all else. Application Note AN547 (DAI 0547), 3.
_MPS3 = MemoryMap(flash=0x7000_0000, ram=0x9000_0000, stack=0x3000_0000, buffers=0x9800_0000, back=0x1000_0000)


@dataclass(frozen=True)
class Core:
    """A processor core of microcontrollers.

    Attributes:
        title: what its maker calls it.
        family: whose instructions it executes.
        target: options of the compiler.
        linker: what the linker calls its kind of program.
        has_fpu: whether it calculates with single-precision floats; if not, functions of the compiler's run-time
            library do, which also multiply, divide and shift what its instructions do not.
        emulator: what executes it: the wheel unicorn, or qemu-system-arm, which has to be installed.
        memory: where a program lies.
    """

    title: str
    family: Literal["arm", "riscv"]
    target: tuple[str, ...]
    linker: str
    has_fpu: bool = False
    emulator: Literal["unicorn", "qemu"] = "unicorn"
    memory: MemoryMap = _PLAIN


def _arm(
    title: str,
    model: str,
    *,
    has_fpu: bool = False,
    emulator: Literal["unicorn", "qemu"] = "unicorn",
    memory: MemoryMap = _PLAIN,
) -> Core:
    target = ("-target", f"thumb-freestanding-{'eabihf' if has_fpu else 'eabi'}", f"-mcpu={model}")
    return Core(title, "arm", target, "armelf", has_fpu, emulator, memory)


CORES = {
    "m0": _arm("Cortex-M0", "cortex_m0"),
    "m3": _arm("Cortex-M3", "cortex_m3"),
    # The core's own single-precision FPU; without naming it, floats become library calls.
    "m4": _arm("Cortex-M4", "cortex_m4+vfp4d16sp", has_fpu=True),
    "m33": _arm("Cortex-M33", "cortex_m33+fp_armv8d16sp", has_fpu=True),
    # With Helium; without naming it, there are no vectors.
    "m55": _arm("Cortex-M55", "cortex_m55+mve_fp", has_fpu=True, emulator="qemu", memory=_MPS3),
    "rv32": Core("RV32IMC", "riscv", ("-target", "riscv32-freestanding-none", "-mcpu=generic_rv32+m+c"), "elf32lriscv"),
}
"""By the names that commands take. A Cortex-M0+ executes what a Cortex-M0 does, a Cortex-M7 what a Cortex-M4 does."""
DEFAULT = "m4"
