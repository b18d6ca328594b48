"""Cores that unicorn executes, instruction by instruction, with the DSP extension and the FPU of a core that has them.

Unicorn is native code: where a program comes from elsewhere, use it in a process of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

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

from featherline.emulator import processor, toolchain
from featherline.emulator.cores import CORES
from featherline.emulator.instruction_counter import Counter
from featherline.emulator.processor import PAGE_BYTES, Cause, NoMemory, Processor, Run, Setup, Stop

_MODELS = {
    "m0": arm_const.UC_CPU_ARM_CORTEX_M0,
    "m3": arm_const.UC_CPU_ARM_CORTEX_M3,
    "m4": arm_const.UC_CPU_ARM_CORTEX_M4,
    "m33": arm_const.UC_CPU_ARM_CORTEX_M33,
    "rv32": riscv_const.UC_CPU_RISCV32_SIFIVE_E31,
}
_WATCH_EVERY_S = 0.5


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


class UnicornProcessor(Processor):
    """A core of unicorn's; it refuses what the core lacks.

    Args:
        setup: the program and how much memory there is.
    """

    def __init__(self, setup: Setup) -> None:
        core, image = CORES[setup.core], setup.image
        self._memory, self._registers = core.memory, _REGISTERS[core.family]
        self.register_arguments = len(self._registers.arguments)
        self.stack_alignment_bytes = self._registers.stack_alignment
        self._invalid_address: int | None = None
        if core.family == "riscv":
            self._uc = Uc(UC_ARCH_RISCV, UC_MODE_RISCV32)
        else:  # without UC_MODE_MCLASS, with which unicorn 2.1.4 always runs a Cortex-M33
            self._uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB)
        self._uc.ctl_set_cpu_model(_MODELS[setup.core])
        self._uc.mem_map(self._memory.flash, setup.flash_bytes, UC_PROT_READ | UC_PROT_EXEC)
        for address, size_bytes in (
            (self._memory.ram, setup.ram_bytes),
            (self._memory.stack, setup.stack_bytes),
            (self._memory.buffers, setup.buffer_bytes),
        ):
            self._uc.mem_map(address, size_bytes, UC_PROT_READ | UC_PROT_WRITE)
        self._uc.mem_map(self._memory.back, PAGE_BYTES, UC_PROT_READ | UC_PROT_EXEC)
        for address, content in toolchain.segments(image):
            self._uc.mem_write(address, content)
        self._uc.hook_add(UC_HOOK_MEM_INVALID, self._refuse)
        code = bytes(self._uc.mem_read(self._memory.flash, image.code_bytes))
        places = processor.owners(setup.functions, self._memory.flash, len(code))
        self._counter = Counter(self._uc, setup.core, self._memory.flash, code, places, len(setup.functions))

    def write(self, address: int, content: bytes) -> None:
        try:
            self._uc.mem_write(address, content)
        except UcError as error:
            raise NoMemory(str(error)) from None

    def read(self, address: int, size_bytes: int) -> bytes:
        try:
            return bytes(self._uc.mem_read(address, size_bytes))
        except UcError as error:
            raise NoMemory(str(error)) from None

    def run(
        self, start: int, arguments: Sequence[int], stack: int, limit: int, watch: Callable[[int], None] | None
    ) -> Run:
        registers = self._registers
        for register, value in zip(registers.arguments, arguments, strict=False):
            self._uc.reg_write(register, value)
        self._uc.reg_write(registers.stack, stack)
        self._uc.reg_write(registers.back, self._memory.back | registers.code_bit)
        self._counter.start(limit)
        self._invalid_address = None
        reason = None
        try:
            with _watched(self._counter, watch):
                self._uc.emu_start(start | registers.code_bit, self._memory.back)
        except UcError as error:
            reason = str(error)
        return Run(
            result=self._uc.reg_read(registers.result),
            instructions=self._counter.total,
            cycles=self._counter.cycles,
            by_function=self._counter.by_function(),
            stop=self._stop(reason),
        )

    def _stop(self, reason: str | None) -> Stop | None:
        address = self._uc.reg_read(self._registers.counter)
        if reason is not None and not self._counter.lacking:
            return Stop(Cause.FAULT, address, self._invalid_address, reason)
        if self._counter.beyond_limit:
            return Stop(Cause.BEYOND_LIMIT, address)
        if self._counter.lacking:
            return Stop(Cause.LACKING, address)
        return Stop(Cause.OUT_OF_CODE, address) if self._counter.out_of_code else None

    def _refuse(self, uc: Uc, access: int, address: int, size: int, value: int, data: object) -> bool:
        self._invalid_address = address
        return False


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
