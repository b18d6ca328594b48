"""What instructions cost in cycles, by the timing tables of a core's manual: an estimate without wait states.

Sources: Arm Cortex-M4 Processor Technical Reference Manual (100166), 3.3.1 and 3.3.2, and table 7-1 of its FPU;
Cortex-M0+ Technical Reference Manual (DDI 0484C), table 3.1. What the tables leave open is assumed: the multiplier of
the Cortex-M0+ that takes one cycle, two cycles to refill the pipeline of a Cortex-M4 (the manual: one to three), and
of a division the most, twelve. An IT instruction takes one. A Cortex-M33 and RV32IMC have no such tables.
"""

from dataclasses import dataclass

import numpy as np

NO_REGISTER = -1
_MOST_DIVISION = 12
_PROGRAM_COUNTER, _STACK_POINTER = 15, 13


@dataclass(frozen=True)
class Timing:
    """Cycles of the instructions that begin with each halfword of a program.

    Attributes:
        cycles: int64, shape (halfwords,): of an instruction that does not branch.
        loaded: int64, same shape: the register that a single load writes, or `NO_REGISTER`. A single load behind it
            takes a cycle less, unless its address comes from that register.
        address: int64, same shape: a bit for each register that the address of a single load comes from; 0 of others.
        refill: what is added where the next instruction is not the one behind.
    """

    cycles: np.ndarray
    loaded: np.ndarray
    address: np.ndarray
    refill: int


def timing(core: str, halfwords: np.ndarray) -> Timing | None:
    """How long the instructions of a program take on a core; None of a core without a table.

    Args:
        core: of `cores.CORES`.
        halfwords: uint16, shape (halfwords,).
    """
    first = halfwords.astype(np.int64)
    second = np.append(first[1:], 0)
    if core == "m0":
        none = np.full(len(first), NO_REGISTER)
        return Timing(_narrow(first, returns=1) + (first >> 11 == 0b11110), none, np.zeros_like(none), refill=1)
    if core != "m4":
        return None
    cycles = np.where(first >> 11 >= 0b11101, _wide(first, second), _narrow(first, returns=0))
    cycles[_stores_by_immediate(first, second)] = 1
    loaded, address = _single_loads(first, second)
    return Timing(cycles, loaded, address, refill=2)


def _registers(bits: np.ndarray) -> np.ndarray:
    """How many bits are set of the lower sixteen."""
    return np.asarray(sum(bits >> place & 1 for place in range(16)))


def _narrow(first: np.ndarray, returns: int) -> np.ndarray:
    """Cycles of instructions of 16 bits.

    Args:
        first: the halfwords.
        returns: what a POP into the program counter takes beyond its registers.
    """
    cycles = np.ones_like(first)
    cycles[(first >= 0x4800) & (first < 0xA000)] = 2  # single loads and stores
    pushes = (first & 0xFE00 == 0xB400) | (first & 0xFE00 == 0xBC00)
    cycles[pushes] = 1 + _registers(first & 0x1FF)[pushes]
    cycles[first & 0xFF00 == 0xBD00] += returns
    several = first & 0xF000 == 0xC000
    cycles[several] = 1 + _registers(first & 0xFF)[several]
    return cycles


def _wide(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cycles of instructions of 32 bits of a Cortex-M4."""
    cycles = np.ones_like(first)
    several = first & 0xFE40 == 0xE800
    cycles[several] = 1 + _registers(second)[several]
    cycles[first & 0xFE40 == 0xE840] = 3  # of two registers
    cycles[(first & 0xFFF0 == 0xE8D0) & (second & 0xFFE0 == 0xF000)] = 2  # TBB and TBH
    cycles[first & 0xFE00 == 0xF800] = 2
    cycles[(first & 0xFFD0 == 0xFB90) & (second & 0xF0 == 0xF0)] = _MOST_DIVISION
    fpu = second & 0x0E00 == 0x0A00
    cycles[fpu & (first & 0xFF20 == 0xED00)] = 2
    several = fpu & (first & 0xFE00 == 0xEC00) & (first & 0xFF20 != 0xED00)
    cycles[several] = 1 + (second & 0xFF)[several]
    cycles[fpu & (first & 0xFFE0 == 0xEC40)] = 2  # two registers of the core
    computes = fpu & (first & 0xFF00 == 0xEE00) & (second & 0x10 == 0)
    kind = first & 0xB0
    cycles[computes & np.isin(kind, (0x00, 0x10))] = 3  # multiplied and added
    cycles[computes & np.isin(kind, (0x90, 0xA0))] = 3  # the same, fused
    cycles[computes & (kind == 0x80)] = 14
    cycles[computes & (first & 0xFFBF == 0xEEB1) & (second & 0xC0 == 0xC0)] = 14
    return cycles


def _stores_by_immediate(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether an instruction stores one register at a base and a constant: that is always one cycle (3.3.2)."""
    narrow = np.isin(first & 0xF800, (0x6000, 0x7000, 0x8000, 0x9000))
    constant = (first & 0x80 != 0) | (second & 0x0800 != 0)
    return np.asarray(narrow | ((first & 0xFF10 == 0xF800) & constant))


def _single_loads(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each load of one register, that register and those of its address, as `Timing` has them."""
    loaded, address = np.full(len(first), NO_REGISTER), np.zeros_like(first)

    def enter(which: np.ndarray, register: np.ndarray, base: np.ndarray) -> None:
        loaded[which], address[which] = register[which], base[which]

    by_register = (first & 0xF000 == 0x5000) & (first >= 0x5600)
    enter(by_register, first & 7, 1 << (first >> 3 & 7) | 1 << (first >> 6 & 7))
    enter(np.isin(first & 0xF800, (0x6800, 0x7800, 0x8800)), first & 7, 1 << (first >> 3 & 7))
    enter(first & 0xF800 == 0x9800, first >> 8 & 7, np.full_like(first, 1 << _STACK_POINTER))
    enter(first & 0xF800 == 0x4800, first >> 8 & 7, np.full_like(first, 1 << _PROGRAM_COUNTER))
    base = 1 << (first & 0xF)
    indexed = (first & 0x80 == 0) & (second & 0x0FC0 == 0) & (first & 0xF != _PROGRAM_COUNTER)
    wide = (first & 0xFE10 == 0xF810) & (second >> 12 != _PROGRAM_COUNTER)
    enter(wide, second >> 12, np.where(indexed, base | 1 << (second & 0xF), base))
    return loaded, address
