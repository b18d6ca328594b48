"""An emulated core: calls functions of a linked program and counts what they take.

Instructions are counted exactly; cycles are an estimate from the manual's tables, without wait states of the memory. A
time follows only with an assumed clock. Most cores are executed by unicorn, which is native code: where a program comes
from elsewhere, use `Machine` in a process of its own (`featherline.core.isolation`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.emulator import cores, toolchain
from featherline.emulator.cores import CORES
from featherline.emulator.processor import PAGE_BYTES, Cause, NoMemory, Processor, Setup, Stop, whole_pages
from featherline.emulator.qemu_processor import QemuProcessor
from featherline.emulator.unicorn_processor import UnicornProcessor

# What the caller hands over lies apart from the program's own RAM, and so does the stack: a
# write past the end of either meets no memory.
_PAINT = 0xA5
_PROCESSORS: dict[str, Callable[[Setup], Processor]] = {"unicorn": UnicornProcessor, "qemu": QemuProcessor}

INSTRUCTION_LIMIT = 2_000_000_000


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

    Raises:
        FeatherlineError: where the program has no such layer, or what emulates the core is not installed.
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
        self._core, self._memory = CORES[core], CORES[core].memory
        self._stack_bytes = whole_pages(stack_bytes)
        self._paint = bytes([_PAINT]) * self._stack_bytes
        self._buffer_bytes, self._used_bytes = whole_pages(buffer_bytes), 0
        functions = [s for s in image.symbols.values() if s.section == "code" and (not layers or s.name in layers)]
        for missing in set(layers) - {function.name for function in functions}:
            raise FeatherlineError(f"The program has no function {missing}: it cannot be counted.")
        self._names = [function.name for function in functions]
        setup = Setup(core, image, functions, self._stack_bytes, self._buffer_bytes)
        self._processor = _PROCESSORS[self._core.emulator](setup)

    def place(self, content: bytes | np.ndarray | int) -> int:
        """Lays content (or so many zero bytes) into memory of the caller and returns its address."""
        given = bytes(content) if isinstance(content, int) else _bytes(content)
        address = self._memory.buffers + self._used_bytes
        if self._used_bytes + len(given) > self._buffer_bytes:
            raise FeatherlineError(
                f"The emulated machine has {self._buffer_bytes} bytes for what is handed over, and {len(given)} more "
                f"do not fit behind {self._used_bytes}: give it more (buffer_bytes)."
            )
        self._used_bytes += -(-len(given) // 8) * 8
        self._processor.write(address, given)
        return address

    def write(self, address: int, content: bytes | np.ndarray) -> None:
        """Writes into memory; `address` as from `place` or `address_of`."""
        try:
            self._processor.write(address, _bytes(content))
        except NoMemory as error:
            raise FeatherlineError(f"The emulated machine has no memory at {address:#x} to write: {error}.") from None

    def read(self, address: int, size_bytes: int) -> bytes:
        """Reads memory; `address` as from `place` or `address_of`."""
        try:
            return self._processor.read(address, size_bytes)
        except NoMemory as error:
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
        """Calls a function of integers or addresses; those that registers do not take go onto the stack.

        Args:
            function: its name.
            arguments: of it.
            limit: how many instructions it may take.
            watch: is given how many it has taken, now and then while it runs.

        Raises:
            FeatherlineError: where it touches memory that is not there, writes to flash, executes
                what is no instruction, or does not end within `limit` instructions.
        """
        start, processor = self.address_of(function), self._processor
        words = [int(value) & 0xFFFF_FFFF for value in arguments]
        further = words[processor.register_arguments :]
        further += [0] * (-len(further) % (processor.stack_alignment_bytes // 4))
        top = self._memory.stack + self._stack_bytes - 4 * len(further)
        processor.write(self._memory.stack, self._paint)
        processor.write(top, np.array(further, "<u4").tobytes())
        run = processor.run(start, words[: processor.register_arguments], top, limit, watch)
        if run.stop is not None:
            raise self._failure(function, run.stop, limit)
        counted = zip(self._names, run.by_function.tolist(), strict=True)
        return Call(
            result=run.result,
            instructions=run.instructions,
            cycles=run.cycles,
            stack_bytes=self._written_stack_bytes(),
            by_function={name: number for name, number in counted if number},
        )

    def _written_stack_bytes(self) -> int:
        stack = np.frombuffer(self._processor.read(self._memory.stack, self._stack_bytes), np.uint8)
        written = stack != _PAINT
        return len(stack) - int(written.argmax()) if written.any() else 0

    def _failure(self, function: str, stop: Stop, limit: int) -> FeatherlineError:
        place = "" if stop.address is None else f", at {self._place(stop.address)}"
        stopped = f"{function} stopped{place.removeprefix(',')}"
        if stop.cause is Cause.BEYOND_LIMIT:
            return BeyondLimit(f"{function} did not end within {limit:,} instructions{place}.")
        if stop.cause is Cause.LACKING:
            return FeatherlineError(f"{stopped}: a {self._core.title} lacks an instruction that comes there.")
        if stop.cause is Cause.OUT_OF_CODE:
            return FeatherlineError(f"{function} left the code of the program: a pointer to a function is broken.")
        if stop.invalid_address is None:
            return FeatherlineError(f"{stopped}: {stop.reason}.")
        if self._memory.stack - PAGE_BYTES <= stop.invalid_address < self._memory.stack:
            return FeatherlineError(
                f"{function} needs more than the {self._stack_bytes} bytes of stack there are{place}."
            )
        where = f"{stop.invalid_address:#010x}"
        return FeatherlineError(f"{stopped}: there is no such memory at {where} ({stop.reason}).")

    def _place(self, address: int) -> str:
        for symbol in self.image.symbols.values():
            if symbol.section == "code" and symbol.address <= address < symbol.address + symbol.bytes:
                return f"{symbol.name}+{address - symbol.address}"
        return f"{address:#010x}"


def _bytes(content: bytes | np.ndarray) -> bytes:
    return np.ascontiguousarray(content).tobytes() if isinstance(content, np.ndarray) else bytes(content)
