"""The matrix: every compiler, core and standard that the generated C is held against, one row each.

`make test` runs the `QUICK` ones, which need nothing but the wheels of requirements.txt, over few
models; `make soak` runs all `ROWS` over all models.
"""

import sys
from dataclasses import dataclass, replace

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
    """One way to compile the C, and what executes it.

    Attributes:
        compiler, core: for people.
        standard: of C or C++, as `-std=` has it.
        compile: the command that compiles, without standard and warnings.
        link: the command that links.
        runs: what executes the program.
        packages: of Debian, that are needed; none where the wheels do.
        portable: whether the fast path is switched off by its macro.
    """

    compiler: str
    core: str
    standard: str
    compile: tuple[str, ...]
    link: tuple[str, ...]
    runs: Unicorn | Command | Simavr
    packages: tuple[str, ...] = ()
    portable: bool = False

    @property
    def name(self) -> str:
        return f"{self.compiler}, {self.core}, {self.standard}"


def _each_standard(row: Row, standards: tuple[str, ...] = STANDARDS) -> list[Row]:
    return [replace(row, standard=standard) for standard in standards]


# One run-time library for all Thumb cores: objects of the larger ones link with that of the smallest.
_THUMB = "thumb-freestanding-eabi"
_THUMB_LINK = (*ZIG, "-target", _THUMB, "-mcpu=cortex_m0plus", "-Os")


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
_ARM_PACKAGES = ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi")


def _zig(core: str, target: str, runs: Unicorn, *flags: str, link: tuple[str, ...] | None = None) -> Row:
    place = (*ZIG, "-target", *target.split(), "-Os")
    freestanding = ("-ffreestanding", "-fno-sanitize=all", *flags)
    return Row("zig", core, "c99", (*place, *freestanding), (*(link or place), "-nostartfiles"), runs)


def _zig_thumb(core: str, *flags: str) -> Row:
    emulated = _CORES[core.partition("+")[0]]
    return _zig(" ".join([core, *flags]), f"{_THUMB} -mcpu=cortex_{core}", emulated, *flags, link=_THUMB_LINK)


def _wheels() -> list[Row]:
    host = Row("zig", "x86-64", "c99", (*ZIG, "-O2", *_TRAPS), (*ZIG, "-O2"), Command())
    cores = [_zig_thumb(core) for core in ("m0plus", "m3", "m4", "m33+dsp")]
    rv32 = _zig("rv32imc", "riscv32-freestanding-none -mcpu=generic_rv32+m+c", _RV32)
    return [row for one in (host, *cores, rv32) for row in _each_standard(one)]


def _of_zig() -> list[Row]:
    """What the wheel can do besides, but takes longer."""
    return [
        _zig_thumb("m4", "-fropi", "-frwpi"),
        replace(_zig_thumb("m4"), core="m4, portable", portable=True),
        _zig_thumb("m33"),
        _zig("mips32, big-endian", "mips-freestanding-eabi", _MIPS, "-fno-pic", "-mno-abicalls"),
        _zig("powerpc, big-endian", "powerpc-freestanding-eabi", _PPC),
        _zig("aarch64", "aarch64-freestanding-none", _ARM64),
    ]


def _debian() -> list[Row]:
    rows = []
    for compiler in ("gcc", "clang"):
        rows += [_host(compiler, standard, "-O2") for standard in STANDARDS]
        rows += [_host(compiler, "c99", optimize) for optimize in ("-O0", "-O3")]
    rows.append(_host("gcc", "c99", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"))
    for core in _CORES:
        rows += _each_standard(_gcc_arm(core, "-Os"), STANDARDS if core in ("m0plus", "m4") else ("c99",))
    for flags in ("-O0", "-O1", "-O2", "-O3", "-Og", "-mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os"):
        rows.append(_gcc_arm("m4", *flags.split()))
    for flags in ("-Os", "-O2", "-fno-omit-frame-pointer -Og", "-fno-omit-frame-pointer -O2"):
        rows.append(_gcc_arm("m4", "-ffixed-r9", *flags.split()))
    for optimize in ("-O2", "-Os"):
        rows.append(_semihosted("armv5te", "arm926", "-march=armv5te", "-marm", optimize))
        rows.append(_semihosted("armv6", "arm1176", "-march=armv6", "-marm", optimize))
        rows.append(_semihosted("cortex-a7", "max", "-mcpu=cortex-a7", "-marm", optimize))
        rows.append(_semihosted("cortex-a7", "max", "-mcpu=cortex-a7", "-mthumb", optimize))
    rows += [_clang_arm("m4", "thumbv7em-none-eabi"), _clang_arm("m0plus", "thumbv6m-none-eabi")]
    return [*rows, _avr("c99", "-Os"), _avr("c11", "-Os"), _avr("c99", "-O2"), _avr("c++14", "-Os")]


def _host(compiler: str, standard: str, *flags: str) -> Row:
    command = (compiler, *flags)
    package = "g++" if compiler == "gcc" and "++" in standard else compiler
    return Row(compiler, f"x86-64 {' '.join(flags)}", standard, command, command, Command(), (package,))


def _gcc_arm(core: str, *flags: str) -> Row:
    command = ("arm-none-eabi-gcc", f"-mcpu=cortex-{core}", "-mthumb", "-ffreestanding", *flags)
    told = " ".join([core, *flags])
    return Row("arm-none-eabi-gcc", told, "c99", command, (*command, "-nostartfiles"), _CORES[core], _ARM_PACKAGES)


def _semihosted(core: str, emulated: str, *flags: str) -> Row:
    command = ("arm-none-eabi-gcc", *flags)
    link = (*command, "--specs=rdimon.specs")
    runs = Command(("qemu-arm", "-cpu", emulated))
    packages = (*_ARM_PACKAGES, "qemu-user")
    return Row("arm-none-eabi-gcc", " ".join([core, *flags[1:]]), "c99", command, link, runs, packages)


def _clang_arm(core: str, target: str) -> Row:
    command = ("clang", f"--target={target}", f"-mcpu=cortex-{core}", "-Os", "-ffreestanding")
    return Row("clang", core, "c99", command, (*_THUMB_LINK, "-nostartfiles"), _CORES[core], ("clang",))


def _avr(standard: str, optimize: str) -> Row:
    command = ("avr-gcc", "-mmcu=atmega2560", optimize, "-ffreestanding")
    packages = ("gcc-avr", "avr-libc", "simavr")
    return Row("avr-gcc", f"atmega2560 {optimize}", standard, command, command, Simavr("atmega2560", 7168), packages)


QUICK = tuple(_wheels())
ROWS = (*QUICK, *_of_zig(), *_debian())
