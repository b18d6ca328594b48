"""What the halfwords of a program are on a core: how long an instruction is, and whether the core has it.

Unicorn executes CBZ, CBNZ and IT on a Cortex-M0 and the DSP extension on a Cortex-M3, which have none of them. So that
figures of a core are of a program that runs there, they are told by their encodings (ARMv7-M Architecture Reference
Manual, DDI 0403E, A5.2 and A5.3); all else that a core lacks, unicorn refuses by itself.
"""

from typing import Literal

import numpy as np


def wide(family: Literal["arm", "riscv"], halfwords: np.ndarray) -> np.ndarray:
    """Whether an instruction that begins with a halfword has 32 bits, bool, shape (halfwords,).

    Args:
        family: as of `cores.Core`.
        halfwords: uint16, shape (halfwords,).
    """
    if family == "riscv":  # The RISC-V Instruction Set Manual, volume I, 1.5
        return np.asarray(halfwords & 0b11 == 0b11)
    return np.asarray(halfwords >> 11 >= 0b11101)  # ARMv7-M, A5.1


def lacking(core: str, halfwords: np.ndarray) -> np.ndarray:
    """Whether an instruction that begins with a halfword is none of a core's that unicorn executes, bool, same shape.

    Args:
        core: of `cores.CORES`.
        halfwords: uint16, shape (halfwords,).
    """
    if core == "m0":
        compare_and_branch = halfwords & 0xF500 == 0xB100
        if_then = (halfwords & 0xFF00 == 0xBF00) & (halfwords & 0xF != 0)
        return np.asarray(compare_and_branch | if_then)
    if core == "m3":
        return _is_dsp(halfwords, np.append(halfwords[1:], np.uint16(0)))
    return np.zeros(len(halfwords), bool)


def _is_dsp(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether an instruction of 32 bits, by its two halfwords, belongs to the DSP extension."""
    group, kind = first & 0xFF80, first >> 4 & 0b111
    low = second >> 4 & 0xF
    # Multiplications of halves, with 32 bits and, two at a time, with 64 (A5.3.16, A5.3.17).
    multiplies = (group == 0xFB00) & (kind != 0)
    multiplies |= (group == 0xFB80) & (kind >= 0b100) & (low != 0)
    of_registers = second & 0xF000 == 0xF000
    rows, columns = first & 0xFFF0, second & 0x00F0
    # Bytes extended and added; two bytes extended (A5.3.12).
    extends = (first & 0xFF80 == 0xFA00) & of_registers & (columns >= 0x80)
    extends &= (first & 0xF != 0xF) | (rows == 0xFA20) | (rows == 0xFA30)
    # Additions of halves and bytes, saturating ones, and SEL (A5.3.13 to A5.3.15).
    adds = (first & 0xFF80 == 0xFA80) & of_registers & (columns < 0x80)
    adds |= ((rows == 0xFA80) | (rows == 0xFAA0)) & of_registers & (columns >= 0x80) & (columns < 0xC0)
    packs = first & 0xFFE0 == 0xEAC0
    saturates = ((rows == 0xF320) | (rows == 0xF3A0)) & (second & 0xF0C0 == 0)
    return np.asarray(multiplies | extends | adds | packs | saturates)
