"""Counts the instructions that an emulated core executes, exactly and by function, and estimates their cycles.

Unicorn calls a hook at the start of each block of instructions that it executes as one; the
hook decodes how many those are. It is compiled to native code, as a network runs some ten
thousand blocks an inference and a hook in Python would take longer than the emulation. An
instruction whose condition does not hold counts like any other, as it takes its place in the
pipeline of the core.
"""

import ctypes
from functools import cache
from typing import Any

import numpy as np
from unicorn.unicorn_const import UC_HOOK_BLOCK
from unicorn.unicorn_py3.unicorn import Uc, UcError, uclib

from featherline.emulator import cycles, instruction_sets
from featherline.emulator.cores import CORES
from featherline.emulator.cycles import NO_REGISTER
from featherline.emulator.processor import NOBODY

# Places in the state that the hook and Python share, all of it int64.
_TOTAL, _LIMIT, _OWNER, _BASE, _HALFWORDS, _FAULT, _CYCLES, _REFILL, _BEHIND = range(9)
_HEADER = 12
_BEYOND_LIMIT, _OUT_OF_CODE, _LACKING = 1, 2, 3
# Rows behind the header, one entry for each halfword of code.
_ROWS = ("wide", "size", "length", "owner", "lacking", "cycles", "loaded", "address", "block_cycles")
_WIDTH = len(_ROWS)
NOWHERE = -1


class Counter:
    """Counts what an emulator executes from now on.

    Args:
        uc: the emulator; it must have the code in place.
        core: of `cores.CORES`, whose instructions the code consists of.
        base: address of the code.
        code: the code itself.
        owners: for each halfword of the code the number of the function to which instructions
            are booked, or `NOBODY`: those are booked to the function that was there before.
        functions: how many functions there are.
    """

    def __init__(self, uc: Uc, core: str, base: int, code: bytes, owners: np.ndarray, functions: int) -> None:
        halfwords = np.frombuffer(code + bytes(len(code) % 2), "<u2")
        self._state = np.zeros(_HEADER + len(_ROWS) * len(halfwords) + functions, np.int64)
        rows = self._state[_HEADER : _HEADER + len(_ROWS) * len(halfwords)].reshape(len(_ROWS), -1)
        rows[_ROWS.index("wide")] = instruction_sets.wide(CORES[core].family, halfwords)
        rows[_ROWS.index("lacking")] = instruction_sets.lacking(core, halfwords)
        rows[_ROWS.index("owner")] = owners
        timing = cycles.timing(core, halfwords)
        self._is_timed = timing is not None
        if timing is not None:
            rows[_ROWS.index("cycles")] = timing.cycles
            rows[_ROWS.index("loaded")] = timing.loaded
            rows[_ROWS.index("address")] = timing.address
            self._state[_REFILL] = timing.refill
        self._functions = self._state[_HEADER + rows.size :]
        self._state[_BASE], self._state[_HALFWORDS] = base, len(halfwords)
        _install(uc, self._state)

    def start(self, limit: int) -> None:
        """Begins at zero; the emulator stops when it has executed more than `limit` instructions."""
        self._state[[_TOTAL, _FAULT, _CYCLES]] = 0
        self._state[_BEHIND] = NOWHERE
        self._state[_LIMIT], self._state[_OWNER] = limit, NOBODY
        self._functions[:] = 0

    @property
    def total(self) -> int:
        return int(self._state[_TOTAL])

    @property
    def cycles(self) -> int | None:
        """What the instructions take by the tables of the core's manual; None of a core without them."""
        return int(self._state[_CYCLES]) if self._is_timed else None

    @property
    def beyond_limit(self) -> bool:
        return bool(self._state[_FAULT] == _BEYOND_LIMIT)

    @property
    def out_of_code(self) -> bool:
        return bool(self._state[_FAULT] == _OUT_OF_CODE)

    @property
    def lacking(self) -> bool:
        """Whether it came to a block of instructions of which the core lacks one."""
        return bool(self._state[_FAULT] == _LACKING)

    def by_function(self) -> np.ndarray:
        """Instructions booked to each function, int64."""
        return self._functions.copy()


def _install(uc: Uc, state: np.ndarray) -> None:
    # Unicorn's own Python face takes hooks in Python only; this is what it calls underneath.
    handle = ctypes.c_size_t()
    status = uclib.uc_hook_add(
        uc._uch,
        ctypes.byref(handle),
        ctypes.c_int(UC_HOOK_BLOCK),
        ctypes.c_void_p(_hook().address),
        ctypes.c_void_p(state.ctypes.data),
        ctypes.c_uint64(1),
        ctypes.c_uint64(0),
    )
    if status:
        raise UcError(status)


@cache
def _hook() -> Any:
    """The hook as native code: void (uc, address, size in bytes, state)."""
    from numba import carray, cfunc, types

    stop = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(("uc_emu_stop", uclib))

    @cfunc(types.void(types.voidptr, types.uint64, types.uint32, types.voidptr))  # type: ignore[untyped-decorator]  # Numba's
    def count(uc: int, address: int, size_bytes: int, user: int) -> None:
        head = carray(user, (_HEADER,), np.int64)
        halfwords = head[_HALFWORDS]
        first = (np.int64(address) - head[_BASE]) >> 1
        if first < 0 or first + (size_bytes >> 1) > halfwords:
            head[_FAULT] = _OUT_OF_CODE
            stop(uc)
            return
        rows = carray(user, (_HEADER + _WIDTH * halfwords,), np.int64)
        wide, size, length = _HEADER, _HEADER + halfwords, _HEADER + 2 * halfwords
        owner, lacking, cost = _HEADER + 3 * halfwords, _HEADER + 4 * halfwords, _HEADER + 5 * halfwords
        loaded, address_of, block = _HEADER + 6 * halfwords, _HEADER + 7 * halfwords, _HEADER + 8 * halfwords
        if rows[size + first] != size_bytes:
            instructions, cycles_of_block, register = 0, 0, NO_REGISTER
            place = first
            while place < first + (size_bytes >> 1):
                if rows[lacking + place]:
                    head[_FAULT] = _LACKING
                    stop(uc)
                    return
                instructions += 1
                cycles_of_block += rows[cost + place]
                bases = rows[address_of + place]
                if register != NO_REGISTER and bases and not (bases >> register) & 1:
                    cycles_of_block -= 1
                register = rows[loaded + place]
                place += 1 + rows[wide + place]
            rows[size + first] = size_bytes
            rows[length + first] = instructions
            rows[block + first] = cycles_of_block
        executed = rows[length + first]
        head[_TOTAL] += executed
        head[_CYCLES] += rows[block + first]
        if head[_BEHIND] not in (first, NOWHERE):
            head[_CYCLES] += head[_REFILL]
        head[_BEHIND] = first + (size_bytes >> 1)
        if rows[owner + first] >= 0:
            head[_OWNER] = rows[owner + first]
        if head[_OWNER] >= 0:
            functions = _HEADER + _WIDTH * halfwords + head[_OWNER]
            carray(user, (functions + 1,), np.int64)[functions] += executed
        if head[_TOTAL] > head[_LIMIT]:
            head[_FAULT] = _BEYOND_LIMIT
            stop(uc)

    return count
