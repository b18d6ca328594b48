"""The matrix: every compiler, core and standard that the generated C is held against, one row each.

`make test` runs the `QUICK` ones, which need nothing but the wheels of requirements.txt, over few
models; `make soak` runs all `ROWS` over all models.
"""

import sys
from dataclasses import dataclass

from unicorn import (
    UC_ARCH_ARM,
    UC_ARCH_ARM64,
    UC_ARCH_MIPS,
    UC_ARCH_PPC,
    UC_ARCH_RISCV,
    UC_MODE_ARM,
    UC_MODE_BIG_ENDIAN,
    UC_MODE_MIPS32,
    UC_MODE_PPC32,
    UC_MODE_RISCV32,
    UC_MODE_THUMB,
    arm64_const,
    arm_const,
    mips_const,
    ppc_const,
    riscv_const,
)

WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wdouble-promotion", "-Wshift-count-overflow", "-Werror")
STANDARDS = ("c99", "c11", "c++17")

ZIG = (sys.executable, "-m", "ziglang", "cc")


@dataclass(frozen=True)
class Unicorn:
    """An emulated core, and the registers that a call needs by the rules of its architecture.

    Attributes:
        stack, back, result: stack pointer, return address, what a function returns.
        base: where position-independent code has its variables; None where there is no such register.
        model: of the architecture's cores; None for the emulator's default.
    """

    architecture: int
    mode: int
    stack: int
    back: int
    result: int
    base: int | None = None
    model: int | None = None


@dataclass(frozen=True)
class Command:
    """A program that runs the executable, by its words before it; none where this machine runs it."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Simavr:
    """An emulated AVR; `data_bytes` is its RAM less what is left to the stack."""

    mcu: str
    data_bytes: int


@dataclass(frozen=True)
class Row:
    """One way to compile the C, and what runs it.

    Attributes:
        compiler: for people.
        core: for people.
        standard: of C or C++, as `-std=` has it.
        command: the compiler's words.
        flags: what is given besides warnings and the standard.
        link: what is given for linking, in place of `flags`.
        libraries: what stands behind the objects when linking.
        runs: how the program is executed; None where it is compiled and linked only.
        packages: of Debian, that are needed; none where the wheels do.
    """

    compiler: str
    core: str
    standard: str
    command: tuple[str, ...]
    flags: tuple[str, ...]
    link: tuple[str, ...]
    runs: Unicorn | Command | Simavr | None
    libraries: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.compiler}, {self.core}, {self.standard}"

    @property
    def hosted(self) -> bool:
        """Whether there is a C library, so that `main` of the golden vectors runs."""
        return isinstance(self.runs, Command)


def _zig(core: str, target: str, model: Unicorn, *flags: str, link: tuple[str, ...] | None = None) -> list[Row]:
    place = ("-target", *target.split(), "-Os", "-ffreestanding", "-fno-sanitize=all", *flags)
    link = place if link is None else link
    return [Row("zig", core, standard, ZIG, place, (*link, "-nostartfiles"), model) for standard in STANDARDS]


# One run-time library for all Thumb cores: objects of the larger ones link with that of the smallest.
_THUMB = ("-target", "thumb-freestanding-eabi", "-mcpu=cortex_m0plus", "-Os")


def _cortex(core: str) -> Unicorn:
    registers = (getattr(arm_const, f"UC_ARM_REG_{name}") for name in ("SP", "LR", "R0", "R9"))
    return Unicorn(UC_ARCH_ARM, UC_MODE_THUMB, *registers, getattr(arm_const, f"UC_CPU_ARM_CORTEX_{core}"))


_RV32 = Unicorn(
    *(UC_ARCH_RISCV, UC_MODE_RISCV32),
    *(riscv_const.UC_RISCV_REG_SP, riscv_const.UC_RISCV_REG_RA, riscv_const.UC_RISCV_REG_A0),
    model=riscv_const.UC_CPU_RISCV32_BASE32,
)
_MIPS = Unicorn(
    *(UC_ARCH_MIPS, UC_MODE_MIPS32 | UC_MODE_BIG_ENDIAN),
    *(mips_const.UC_MIPS_REG_SP, mips_const.UC_MIPS_REG_RA, mips_const.UC_MIPS_REG_V0),
)
_PPC = Unicorn(
    *(UC_ARCH_PPC, UC_MODE_PPC32 | UC_MODE_BIG_ENDIAN),
    *(ppc_const.UC_PPC_REG_1, ppc_const.UC_PPC_REG_LR, ppc_const.UC_PPC_REG_3),
)
_ARM64 = Unicorn(
    *(UC_ARCH_ARM64, UC_MODE_ARM),
    *(arm64_const.UC_ARM64_REG_SP, arm64_const.UC_ARM64_REG_LR, arm64_const.UC_ARM64_REG_X0),
)
_CORES = {
    core: _cortex(model)
    for core, model in zip(("m0plus", "m3", "m4", "m7", "m33"), ("M0", "M3", "M4", "M7", "M33"), strict=True)
}
_TRAPS = ("-fsanitize=undefined", "-fsanitize-trap=undefined")


def _wheels() -> list[Row]:
    rows = [Row("zig", "x86-64", s, ZIG, ("-O2", *_TRAPS), ("-O2",), Command()) for s in STANDARDS]
    for core in ("m0plus", "m3", "m4", "m33"):
        rows += _zig(core, f"thumb-freestanding-eabi -mcpu=cortex_{core}", _CORES[core], link=_THUMB)
    rows += _zig("rv32imc", "riscv32-freestanding-none -mcpu=generic_rv32+m+c", _RV32)
    return rows


def _of_zig() -> list[Row]:
    """What the wheel can do besides, but takes longer."""
    place, moved = "thumb-freestanding-eabi -mcpu=cortex_m4", ("-fropi", "-frwpi")
    rows = _zig("m4 -fropi -frwpi", place, _CORES["m4"], *moved, link=_THUMB)[:-1]  # not for C++, says clang
    rows += _zig("mips32, big-endian", "mips-freestanding-eabi", _MIPS, "-fno-pic", "-mno-abicalls")
    rows += _zig("powerpc, big-endian", "powerpc-freestanding-eabi", _PPC)
    return rows + _zig("aarch64", "aarch64-freestanding-none", _ARM64)


def _debian() -> list[Row]:
    rows = []
    for optimize in ("-O0", "-O2", "-O3"):
        rows += [_host("gcc", standard, optimize) for standard in STANDARDS]
        rows += [_host("clang", standard, optimize) for standard in STANDARDS]
    sanitized = ("-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    rows += [_host("gcc", "c99", *sanitized), _host("clang", "c99", *sanitized, packages=("libclang-rt-14-dev",))]
    for core, model in _CORES.items():
        rows += [_arm(core, standard, model, f"-mcpu=cortex-{core}", "-mthumb", "-Os") for standard in STANDARDS]
    m4 = ("-mcpu=cortex-m4", "-mthumb")
    rows += [_arm(f"m4 {flag}", "c99", _CORES["m4"], *m4, flag) for flag in ("-O0", "-O1", "-O2", "-O3", "-Og")]
    for flags in (("-ffixed-r9", "-Os"), ("-ffixed-r9", "-O2"), ("-fno-omit-frame-pointer", "-O0", "-ffixed-r9")):
        rows.append(_arm(f"m4 {' '.join(flags)}", "c99", _CORES["m4"], *m4, *flags))
    hard = ("-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-Os")
    rows.append(_arm("m4 hard float", "c99", _CORES["m4"], *m4, *hard))
    for core, flag, model in (
        ("armv5te", "-march=armv5te", "arm926"),
        ("armv6", "-march=armv6", "arm1176"),
        ("cortex-a7", "-mcpu=cortex-a7", "max"),
    ):
        for optimize in ("-O2", "-Os"):
            rows.append(_semihosted(f"{core} ARM mode {optimize}", model, flag, "-marm", optimize))
    rows.append(_semihosted("cortex-a7 Thumb -O2", "max", "-mcpu=cortex-a7", "-mthumb", "-O2"))
    rows.append(_clang_arm("m4", _CORES["m4"], "--target=thumbv7em-none-eabi", "-mcpu=cortex-m4"))
    rows.append(_clang_arm("m0plus", _CORES["m0plus"], "--target=thumbv6m-none-eabi", "-mcpu=cortex-m0plus"))
    rows += [_avr(standard, optimize) for standard, optimize in (("c99", "-Os"), ("c11", "-Os"), ("c99", "-O2"))]
    rows.append(_avr("c++14", "-Os"))
    return rows


def _host(compiler: str, standard: str, *flags: str, packages: tuple[str, ...] = ()) -> Row:
    needed = ("g++" if compiler == "gcc" and "++" in standard else compiler, *packages)
    return Row(compiler, f"x86-64 {' '.join(flags)}", standard, (compiler,), flags, flags, Command(), (), needed)


def _arm(core: str, standard: str, model: Unicorn, *flags: str) -> Row:
    command = ("arm-none-eabi-gcc",)
    flags = (*flags, "-ffreestanding")
    packages = ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi")
    return Row(
        "arm-none-eabi-gcc", core, standard, command, flags, (*flags, "-nostartfiles"), model, (), packages
    )  # fmt: skip


def _clang_arm(core: str, model: Unicorn, *flags: str) -> Row:
    flags = (*flags, "-Os", "-ffreestanding")
    return Row("clang", core, "c99", ("clang",), flags, _THUMB, model, (), ("clang",))


def _semihosted(core: str, cpu: str, *flags: str) -> Row:
    command = ("arm-none-eabi-gcc",)
    packages = ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "qemu-user")
    link = (*flags, "--specs=rdimon.specs")
    return Row(
        "arm-none-eabi-gcc", core, "c99", command, flags, link, Command(("qemu-arm", "-cpu", cpu)), (), packages
    )  # fmt: skip


def _avr(standard: str, optimize: str) -> Row:
    flags = ("-mmcu=atmega2560", optimize, "-ffreestanding")
    avr = Simavr("atmega2560", 7168)
    packages = ("gcc-avr", "avr-libc", "simavr")
    return Row("avr-gcc", f"atmega2560 {optimize}", standard, ("avr-gcc",), flags, flags, avr, (), packages)


QUICK = tuple(_wheels())
ROWS = (*QUICK, *_of_zig(), *_debian())
