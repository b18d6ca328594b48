"""An emulated core: calls functions of a linked program and counts what they take.

Unicorn executes the code instruction by instruction, with the DSP extension and the FPU of a
core that has them. Instructions are counted exactly; cycles are an estimate from the manual's
tables, without wait states of the memory. A time follows only with an assumed clock. Unicorn is native
code: where a program comes from elsewhere, use `Machine` in a process of its own (`featherline.core.isolation`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import numpy as np
from unicorn import (
    UC_ARCH_ARM,
    UC_ARCH_RISCV,
    UC_HOOK_MEM_INVALID,
    UC_MODE_RISCV32,
    UC_MODE_THUMB,
    UC_PROT_EXEC,
    UC_PROT_READ,
    UC_PROT_WRITE,
    arm_const,
    riscv_const,
)
from unicorn.unicorn_py3.unicorn import Uc, UcError

from featherline.core.errors import FeatherlineError
from featherline.emulator import cores, toolchain
from featherline.emulator.cores import CORES
from featherline.emulator.instruction_counter import Counter, owners

# What the caller hands over lies apart from the program's own RAM, and so does the stack: a
# write past the end of either meets no memory.
_STACK_ADDRESS = 0x2100_0000
_BUFFER_ADDRESS = 0x2200_0000
_RETURN_ADDRESS = 0x2300_0000
_PAGE_BYTES = 4096
_PAINT = 0xA5
_MODELS = {
    "m0": arm_const.UC_CPU_ARM_CORTEX_M0,
    "m3": arm_const.UC_CPU_ARM_CORTEX_M3,
    "m4": arm_const.UC_CPU_ARM_CORTEX_M4,
    "m33": arm_const.UC_CPU_ARM_CORTEX_M33,
    "rv32": riscv_const.UC_CPU_RISCV32_SIFIVE_E31,
}


@dataclass(frozen=True)
class _Registers:
    """What a family's calling convention takes registers for.

    Attributes:
        arguments: of a call; those that it has more stand on the stack, which is aligned to `stack_alignment` bytes.
        result, stack, back, counter: what a function returns, the top of the stack, where it returns to, where it is.
        code_bit: added to an address to call it as code.
    """

    arguments: tuple[int, ...]
    result: int
    stack: int
    back: int
    counter: int
    stack_alignment: int
    code_bit: int


_REGISTERS = {
    "arm": _Registers(
        arguments=tuple(getattr(arm_const, f"UC_ARM_REG_R{number}") for number in range(4)),
        result=arm_const.UC_ARM_REG_R0,
        stack=arm_const.UC_ARM_REG_SP,
        back=arm_const.UC_ARM_REG_LR,
        counter=arm_const.UC_ARM_REG_PC,
        stack_alignment=8,
        code_bit=1,  # Thumb
    ),
    "riscv": _Registers(
        arguments=tuple(getattr(riscv_const, f"UC_RISCV_REG_A{number}") for number in range(8)),
        result=riscv_const.UC_RISCV_REG_A0,
        stack=riscv_const.UC_RISCV_REG_SP,
        back=riscv_const.UC_RISCV_REG_RA,
        counter=riscv_const.UC_RISCV_REG_PC,
        stack_alignment=16,
        code_bit=0,
    ),
}

INSTRUCTION_LIMIT = 2_000_000_000


_WATCH_EVERY_S = 0.5


class BeyondLimit(FeatherlineError):
    """A call took more instructions than it may."""


@dataclass(frozen=True)
class Call:
    """What one call of a function gave and took.

    Attributes:
        result: what it left in the register of results, as an unsigned number of 32 bits.
        instructions: how many were executed, in the function and all that it called.
        cycles: what these take by the timing tables of the core's manual (`cycles.timing`), without the
            refill behind the last return; None of a core without such tables.
        stack_bytes: how deep the stack was written.
        by_function: instructions by the name of the function, only those that executed any.
    """

    result: int
    instructions: int
    cycles: int | None
    stack_bytes: int
    by_function: dict[str, int] = field(repr=False)


class Machine:
    """A core with a program in its memory; variables keep their values from call to call.

    Args:
        image: the program.
        layers: functions to which the instructions of those that they call are booked too, in
            `Call.by_function`. Without any, each function is booked for itself.
        stack_bytes: how much stack there is.
        buffer_bytes: how much memory there is for what is handed over.
        core: one of `cores.CORES`; each refuses the instructions that it lacks.
    """

    def __init__(
        self,
        image: toolchain.Image,
        layers: Sequence[str] = (),
        stack_bytes: int = 1 << 16,
        buffer_bytes: int = 1 << 22,
        core: str = cores.DEFAULT,
    ) -> None:
        self.image = image
        self._stack_bytes = _whole_pages(stack_bytes)
        self._paint = bytes([_PAINT]) * self._stack_bytes
        self._buffer_bytes, self._used_bytes = _whole_pages(buffer_bytes), 0
        self._invalid_address: int | None = None
        self._core, self._registers = CORES[core], _REGISTERS[CORES[core].family]
        if self._core.family == "riscv":
            self._uc = Uc(UC_ARCH_RISCV, UC_MODE_RISCV32)
        else:  # without UC_MODE_MCLASS, with which unicorn 2.1.4 always runs a Cortex-M33
            self._uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB)
        self._uc.ctl_set_cpu_model(_MODELS[core])
        flash_bytes = _whole_pages(image.code_bytes + image.constant_bytes + 4)
        ram_bytes = _whole_pages(image.ram_bytes + 4)
        self._uc.mem_map(toolchain.FLASH_ADDRESS, flash_bytes, UC_PROT_READ | UC_PROT_EXEC)
        for address, size_bytes in (
            (toolchain.RAM_ADDRESS, ram_bytes),
            (_STACK_ADDRESS, self._stack_bytes),
            (_BUFFER_ADDRESS, self._buffer_bytes),
        ):
            self._uc.mem_map(address, size_bytes, UC_PROT_READ | UC_PROT_WRITE)
        self._uc.mem_map(_RETURN_ADDRESS, _PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC)
        for address, content in toolchain.segments(image):
            self._uc.mem_write(address, content)
        self._uc.hook_add(UC_HOOK_MEM_INVALID, self._refuse)
        functions = [s for s in image.symbols.values() if s.section == "code" and (not layers or s.name in layers)]
        for missing in set(layers) - {function.name for function in functions}:
            raise FeatherlineError(f"The program has no function {missing}: it cannot be counted.")
        self._names = [function.name for function in functions]
        code = bytes(self._uc.mem_read(toolchain.FLASH_ADDRESS, image.code_bytes))
        places = owners([(f.address, f.bytes) for f in functions], toolchain.FLASH_ADDRESS, len(code))
        self._counter = Counter(self._uc, core, toolchain.FLASH_ADDRESS, code, places, len(functions))

    def place(self, content: bytes | np.ndarray | int) -> int:
        """Lays content (or so many zero bytes) into memory of the caller and returns its address."""
        given = bytes(content) if isinstance(content, int) else _bytes(content)
        address = _BUFFER_ADDRESS + self._used_bytes
        if self._used_bytes + len(given) > self._buffer_bytes:
            raise FeatherlineError(
                f"The emulated machine has {self._buffer_bytes} bytes for what is handed over, and {len(given)} more "
                f"do not fit behind {self._used_bytes}: give it more (buffer_bytes)."
            )
        self._used_bytes += -(-len(given) // 8) * 8
        self._uc.mem_write(address, given)
        return address

    def write(self, address: int, content: bytes | np.ndarray) -> None:
        """Writes into memory; `address` as from `place` or `address_of`."""
        try:
            self._uc.mem_write(address, _bytes(content))
        except UcError as error:
            raise FeatherlineError(f"The emulated machine has no memory at {address:#x} to write: {error}.") from None

    def read(self, address: int, size_bytes: int) -> bytes:
        """Reads memory; `address` as from `place` or `address_of`."""
        try:
            return bytes(self._uc.mem_read(address, size_bytes))
        except UcError as error:
            raise FeatherlineError(f"The emulated machine has no memory at {address:#x} to read: {error}.") from None

    def address_of(self, name: str) -> int:
        """Where a function or a variable of the program is."""
        if name not in self.image.symbols:
            raise FeatherlineError(f"The program has no {name}: add it to the entries when it is compiled.")
        return self.image.symbols[name].address

    def call(
        self,
        function: str,
        *arguments: int,
        limit: int = INSTRUCTION_LIMIT,
        watch: Callable[[int], None] | None = None,
    ) -> Call:
        """Calls a function of integers or addresses; those behind the fourth go onto the stack.

        Args:
            function: its name.
            arguments: of it.
            limit: how many instructions it may take.
            watch: is given how many it has taken, now and then while it runs.

        Raises:
            FeatherlineError: where it touches memory that is not there, writes to flash, executes
                what is no instruction, or does not end within `limit` instructions.
        """
        start = self.address_of(function)
        registers = self._registers
        for register, value in zip(registers.arguments, arguments, strict=False):
            self._uc.reg_write(register, int(value) & 0xFFFF_FFFF)
        further = [int(value) & 0xFFFF_FFFF for value in arguments[len(registers.arguments) :]]
        further += [0] * (-len(further) % (registers.stack_alignment // 4))
        top = _STACK_ADDRESS + self._stack_bytes - 4 * len(further)
        self._uc.reg_write(registers.stack, top)
        self._uc.reg_write(registers.back, _RETURN_ADDRESS | registers.code_bit)
        self._uc.mem_write(_STACK_ADDRESS, self._paint)
        self._uc.mem_write(top, np.array(further, "<u4").tobytes())
        self._counter.start(limit)
        self._invalid_address = None
        try:
            with _watched(self._counter, watch):
                self._uc.emu_start(start | registers.code_bit, _RETURN_ADDRESS)
        except UcError as error:
            if not self._counter.lacking:
                raise FeatherlineError(self._failure(function, error)) from None
        if self._counter.beyond_limit:
            raise BeyondLimit(f"{function} did not end within {limit:,} instructions, at {self._place()}.")
        if self._counter.lacking:
            raise FeatherlineError(
                f"{function} stopped at {self._place()}: a {self._core.title} lacks an instruction that comes there."
            )
        if self._counter.out_of_code:
            raise FeatherlineError(f"{function} left the code of the program: a pointer to a function is broken.")
        counted = zip(self._names, self._counter.by_function().tolist(), strict=True)
        return Call(
            result=self._uc.reg_read(registers.result),
            instructions=self._counter.total,
            cycles=self._counter.cycles,
            stack_bytes=self._written_stack_bytes(),
            by_function={name: number for name, number in counted if number},
        )

    def _written_stack_bytes(self) -> int:
        stack = np.frombuffer(self._uc.mem_read(_STACK_ADDRESS, self._stack_bytes), np.uint8)
        written = stack != _PAINT
        return len(stack) - int(written.argmax()) if written.any() else 0

    def _refuse(self, uc: Uc, access: int, address: int, size: int, value: int, data: object) -> bool:
        self._invalid_address = address
        return False

    def _failure(self, function: str, error: UcError) -> str:
        if self._invalid_address is None:
            return f"{function} stopped at {self._place()}: {error}."
        where = f"{self._invalid_address:#010x}"
        if _STACK_ADDRESS - _PAGE_BYTES <= self._invalid_address < _STACK_ADDRESS:
            return f"{function} needs more than the {self._stack_bytes} bytes of stack there are, at {self._place()}."
        return f"{function} stopped at {self._place()}: there is no such memory at {where} ({error})."

    def _place(self) -> str:
        counter = self._uc.reg_read(self._registers.counter)
        for symbol in self.image.symbols.values():
            if symbol.section == "code" and symbol.address <= counter < symbol.address + symbol.bytes:
                return f"{symbol.name}+{counter - symbol.address}"
        return f"{counter:#010x}"


@contextmanager
def _watched(counter: Counter, watch: Callable[[int], None] | None) -> Iterator[None]:
    """Tells a function how far the counter is while the block runs, from a thread: unicorn frees the interpreter."""
    if watch is None:
        yield
        return
    ended = Event()

    def look() -> None:
        while not ended.wait(_WATCH_EVERY_S):
            watch(counter.total)

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _whole_pages(size_bytes: int) -> int:
    return -(-size_bytes // _PAGE_BYTES) * _PAGE_BYTES


def _bytes(content: bytes | np.ndarray) -> bytes:
    return np.ascontiguousarray(content).tobytes() if isinstance(content, np.ndarray) else bytes(content)
