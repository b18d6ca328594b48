"""The cores that a program is compiled for and emulated on, and what each of them is called."""

from dataclasses import dataclass
from typing import Literal


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
    """

    title: str
    family: Literal["arm", "riscv"]
    target: tuple[str, ...]
    linker: str
    has_fpu: bool = False


def _arm(title: str, model: str, *, has_fpu: bool = False) -> Core:
    abi = "eabihf" if has_fpu else "eabi"
    return Core(title, "arm", ("-target", f"thumb-freestanding-{abi}", f"-mcpu={model}"), "armelf", has_fpu)


CORES = {
    "m0": _arm("Cortex-M0", "cortex_m0"),
    "m3": _arm("Cortex-M3", "cortex_m3"),
    # The core's own single-precision FPU; without naming it, floats become library calls.
    "m4": _arm("Cortex-M4", "cortex_m4+vfp4d16sp", has_fpu=True),
    "m33": _arm("Cortex-M33", "cortex_m33+fp_armv8d16sp", has_fpu=True),
    "rv32": Core("RV32IMC", "riscv", ("-target", "riscv32-freestanding-none", "-mcpu=generic_rv32+m+c"), "elf32lriscv"),
}
"""By the names that commands take. A Cortex-M0+ executes what a Cortex-M0 does, a Cortex-M7 what a Cortex-M4 does."""
DEFAULT = "m4"
