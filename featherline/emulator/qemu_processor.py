"""A Cortex-M55 with Helium: the board mps3-an547 of qemu-system-arm, which unicorn has none of.

QEMU is a program of its own (Debian: qemu-system-arm). It is driven by the protocol of GDB, and a plugin of its
translator counts: at the start of each block of instructions, as many as the block has. An instruction whose condition
does not hold counts like any other, and so does one of a vector whose lanes are masked. The memory protection unit
(MPU) is set so that there is no memory but what the program has. There are no timing tables of a Cortex-M55.

Sources: Armv8-M Architecture Reference Manual (DDI 0553), D1.2 (system registers) and B3 (exceptions).
"""

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.emulator import gdb, processor, toolchain
from featherline.emulator.cores import CORES
from featherline.emulator.processor import NOBODY, PAGE_BYTES, Cause, NoMemory, Processor, Run, Setup, Stop

PROGRAM = "qemu-system-arm"
NEEDED = f"that takes {PROGRAM} (Debian: apt-get install qemu-system-arm)."
_BOARD = "mps3-an547"
_PLUGIN = Path(__file__).parent / "plugin" / "count.c"
_WATCH_EVERY_S = 0.05

# Places in the state that the plugin and Python share, all of it int64.
_TOTAL, _OWNER, _BASE, _HALFWORDS = range(4)
_HEADER = 4

_STACK, _LINK, _COUNTER, _STATUS = 13, 14, 15, 25
_THUMB_STATE = 1 << 24
_FRAME_BYTES = 512  # more than any frame of an exception

# What lies in the page that functions return to: the table of exceptions, then these.
_BACK, _FAULTED, _RETURNS, _UNDEFINED, _SETS, _TABLE = 0x40, 0x44, 0x48, 0x4A, 0x50, 0x100
_CODE = {
    _BACK: (0xBE00, 0xBE00),
    _FAULTED: (0xBE00, 0xBE00),
    _RETURNS: (0x4770,),  # bx lr
    _UNDEFINED: (0xDE00,),
    # 1: ldm r0!, {r2, r3}; str r3, [r2]; subs r1, #1; bne 1b; dsb; isb; bx lr
    _SETS: (0xC80C, 0x6013, 0x3901, 0xD1FB, 0xF3BF, 0x8F4F, 0xF3BF, 0x8F6F, 0x4770),
}
_VECTORS = 16

_VTOR, _CFSR, _HFSR, _MMFAR, _BFAR, _CPACR = (
    0xE000_ED08,
    0xE000_ED28,
    0xE000_ED2C,
    0xE000_ED34,
    0xE000_ED38,
    0xE000_ED88,
)
_MPU_CTRL, _MPU_RNR, _MPU_RBAR, _MPU_RLAR, _MPU_MAIR0 = 0xE000_ED94, 0xE000_ED98, 0xE000_ED9C, 0xE000_EDA0, 0xE000_EDC0
_FPU_AND_VECTORS = 0xF << 20
_NORMAL_MEMORY = 0xFF
_READ_AND_EXECUTE, _READ_AND_WRITE = 0b100, 0b001
_LEFT_CODE, _MMFAR_VALID, _BFAR_VALID = 1 << 0, 1 << 7, 1 << 15
_NO_INSTRUCTION = 1 << 16 | 1 << 19


def available() -> bool:
    """Whether the program is installed."""
    return shutil.which(PROGRAM) is not None


def missing() -> str:
    """What is said where it is not."""
    return f"There is no {PROGRAM}, which emulates a Cortex-M55: install the Debian package qemu-system-arm."


class QemuProcessor(Processor):
    """A Cortex-M55; it refuses what the core lacks.

    Args:
        setup: the program and how much memory there is.

    Raises:
        FeatherlineError: where QEMU is not installed or does not start.
    """

    register_arguments = 4
    stack_alignment_bytes = 8

    def __init__(self, setup: Setup) -> None:
        if not available():
            raise FeatherlineError(missing())
        self._setup, self._memory = setup, CORES[setup.core].memory
        code_bytes = setup.image.code_bytes
        owners = processor.owners(setup.functions, self._memory.flash, code_bytes)
        state = np.zeros(_HEADER + len(owners) + len(setup.functions), np.int64)
        state[_BASE], state[_HALFWORDS] = self._memory.flash, len(owners)
        state[_HEADER : _HEADER + len(owners)] = owners
        plugin = toolchain.kept("qemu-counter.so", _built_plugin)
        with tempfile.TemporaryDirectory(prefix="featherline-") as name:
            shared, messages = Path(name) / "state", Path(name) / "messages"
            shared.write_bytes(state.tobytes())
            with shared.open("r+b") as file:
                self._state = np.frombuffer(mmap.mmap(file.fileno(), 0), np.int64)
            command = [PROGRAM, "-machine", _BOARD, "-nodefaults", "-display", "none", "-S", "-gdb", "stdio"]
            with messages.open("wb") as errors:
                process = subprocess.Popen(
                    [*command, "-plugin", f"{plugin},state={shared}"],
                    bufsize=0,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=os.environ | {"LC_ALL": "C"},
                )
            self.close = weakref.finalize(self, _end, process)
            try:
                self._gdb = gdb.Client(process)
            except gdb.Ended:
                self.close()
                lines = messages.read_text(errors="replace").strip().splitlines() or ["it does not say why"]
                raise FeatherlineError(f"{PROGRAM} does not start: {lines[0]}") from None
        for address, content in toolchain.segments(setup.image):
            self.write(address, content)
        self._begin()

    def write(self, address: int, content: bytes) -> None:
        if not self._gdb.write(address, content):
            raise NoMemory("no region of memory")

    def read(self, address: int, size_bytes: int) -> bytes:
        content = self._gdb.read(address, size_bytes)
        if content is None:
            raise NoMemory("no region of memory")
        return content

    def run(
        self, start: int, arguments: Sequence[int], stack: int, limit: int, watch: Callable[[int], None] | None
    ) -> Run:
        self._state[_TOTAL], self._state[_OWNER] = 0, NOBODY
        self._functions[:] = 0

        def beyond_limit() -> bool:
            total = int(self._state[_TOTAL])
            if watch is not None:
                watch(min(total, limit))
            return total > limit

        self._go(start, arguments, stack, beyond_limit)
        total, by_function = int(self._state[_TOTAL]), self._functions.copy()
        registers = self._gdb.registers(16)
        stop = None
        if registers[_COUNTER] == self._memory.back + _FAULTED:
            stop = self._fault(registers[_STACK])
        elif registers[_COUNTER] != self._memory.back + _BACK or total > limit:
            stop = Stop(Cause.BEYOND_LIMIT, registers[_COUNTER])
        if registers[_COUNTER] != self._memory.back + _BACK:
            self._recover(registers[_COUNTER] == self._memory.back + _FAULTED)
        return Run(registers[0], total, None, by_function, stop)

    @property
    def _functions(self) -> np.ndarray:
        return self._state[_HEADER + int(self._state[_HALFWORDS]) :]

    @property
    def _top(self) -> int:
        return self._memory.stack + self._setup.stack_bytes

    def _begin(self) -> None:
        """Lays out the page that functions return to, and has the core set its system registers."""
        memory, setup = self._memory, self._setup
        page = bytearray(struct.pack(f"<{_VECTORS}I", 0, *[memory.back + _FAULTED | 1] * (_VECTORS - 1)))
        page += bytes(_TABLE - len(page))
        for place, halfwords in _CODE.items():
            page[place : place + 2 * len(halfwords)] = struct.pack(f"<{len(halfwords)}H", *halfwords)
        self.write(memory.back, bytes(page))
        for place in (_BACK, _FAULTED):
            self._gdb.stop_at(memory.back + place)
        regions = (
            (memory.back, PAGE_BYTES, _READ_AND_EXECUTE),
            (memory.flash, setup.flash_bytes, _READ_AND_EXECUTE),
            (memory.ram, setup.ram_bytes, _READ_AND_WRITE),
            (memory.stack, setup.stack_bytes, _READ_AND_WRITE),
            (memory.buffers, setup.buffer_bytes, _READ_AND_WRITE),
        )
        values = [(_CPACR, _FPU_AND_VECTORS), (_VTOR, memory.back), (_MPU_MAIR0, _NORMAL_MEMORY)]
        for number, (base, size_bytes, access) in enumerate(regions):
            values += [(_MPU_RNR, number), (_MPU_RBAR, base | access), (_MPU_RLAR, base + size_bytes - 32 | 1)]
        self._set([*values, (_MPU_CTRL, 1)])

    def _set(self, values: Sequence[tuple[int, int]]) -> None:
        """Has the core write system registers, which nothing from outside can."""
        table = self._memory.back + _TABLE
        self.write(table, b"".join(struct.pack("<2I", *pair) for pair in values))
        self._go(self._memory.back + _SETS, (table, len(values)), self._top, lambda: False)

    def _go(self, start: int, arguments: Sequence[int], stack: int, waiting: Callable[[], bool]) -> None:
        for number, value in enumerate(arguments):
            self._gdb.set_register(number, value)
        self._gdb.set_register(_STACK, stack)
        self._gdb.set_register(_LINK, self._memory.back + _BACK | 1)
        self._resume(start, waiting)

    def _resume(self, counter: int, waiting: Callable[[], bool] = lambda: False) -> None:
        self._gdb.set_register(_COUNTER, counter)
        self._gdb.set_register(_STATUS, _THUMB_STATE)
        try:
            self._gdb.run(waiting, _WATCH_EVERY_S)
        except gdb.Ended:
            raise FeatherlineError(f"{PROGRAM} ended while a program ran in it.") from None

    def _fault(self, stack: int) -> Stop:
        """Why the core came to its handler of exceptions, whose frame lies on the stack where that had room."""
        [status] = self._words(_CFSR, 1) or (0,)
        frame = self._words(stack, 8)
        address = frame[6] if frame else None
        invalid_address = None
        if status & (_MMFAR_VALID | _BFAR_VALID):
            [invalid_address] = self._words(_MMFAR if status & _MMFAR_VALID else _BFAR, 1) or (0,)
        elif stack < self._memory.stack:
            invalid_address = stack
        if status & _NO_INSTRUCTION:
            return Stop(Cause.LACKING, address)
        if status & _LEFT_CODE:
            return Stop(Cause.OUT_OF_CODE, address)
        flash = self._memory.flash
        is_flash = invalid_address is not None and flash <= invalid_address < flash + self._setup.flash_bytes
        reason = "it is write-protected" if is_flash else f"configurable fault status {status:#010x}"
        return Stop(Cause.FAULT, address, invalid_address, reason)

    def _words(self, address: int, count: int) -> tuple[int, ...] | None:
        content = self._gdb.read(address, 4 * count)
        return None if content is None else struct.unpack(f"<{count}I", content)

    def _recover(self, faulted: bool) -> None:
        """Brings the core back to where it began, by a return from the exception that it is in."""
        if not faulted:  # stopped from outside, perhaps within a loop of masked vectors, which an exception ends
            self._go(self._memory.back + _UNDEFINED, (), self._top, lambda: False)
        link = self._gdb.registers(16)[_LINK]  # EXC_RETURN: which frame it is
        frame = self._top - _FRAME_BYTES
        self.write(frame, struct.pack("<8I", 0, 0, 0, 0, 0, 0, self._memory.back + _BACK, _THUMB_STATE))
        self._gdb.set_register(_STACK, frame)
        self._gdb.set_register(_LINK, link)
        self._resume(self._memory.back + _RETURNS)
        self._set([(_CFSR, 0xFFFF_FFFF), (_HFSR, 0xFFFF_FFFF)])


def _built_plugin(folder: Path) -> bytes:
    """The plugin that counts, for the machine that this runs on."""
    (folder / _PLUGIN.name).write_bytes(_PLUGIN.read_bytes())
    command = ("cc", "-std=c99", "-D_DEFAULT_SOURCE", "-O2", "-fPIC", "-shared", "-fvisibility=hidden")
    toolchain.run(folder, *command, _PLUGIN.name, "-o", "count.so", failure="The counter of QEMU cannot be built")
    return (folder / "count.so").read_bytes()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
