"""What executes a linked program: the face that the emulators behind `machine.Machine` share."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from featherline.emulator import toolchain

PAGE_BYTES = 4096


class Cause(Enum):
    """Why a call did not come back."""

    BEYOND_LIMIT = "it took more instructions than it may"
    LACKING = "the core lacks an instruction"
    OUT_OF_CODE = "it left the code of the program"
    FAULT = "anything else, memory that is not there above all"


@dataclass(frozen=True)
class Stop:
    """Where and why a call did not come back.

    Attributes:
        address: of the instruction; None where the emulator cannot tell.
        invalid_address: of the memory that is not there or must not be written; None where that is not the cause.
        reason: the emulator's own words.
    """

    cause: Cause
    address: int | None
    invalid_address: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Run:
    """What one call took.

    Attributes:
        result: what it left in the register of results, as an unsigned number of 32 bits.
        instructions: how many were executed.
        cycles: by the timing tables of the core's manual; None of a core without them.
        by_function: int64, shape (functions,): instructions booked to each.
        stop: why it did not come back; None where it did.
    """

    result: int
    instructions: int
    cycles: int | None
    by_function: np.ndarray = field(repr=False)
    stop: Stop | None = None


@dataclass(frozen=True)
class Setup:
    """What a processor begins with.

    Attributes:
        core: of `cores.CORES`.
        image: the program.
        functions: those that instructions are booked to.
        stack_bytes, buffer_bytes: whole pages of memory, at the places that the core's memory map says.
    """

    core: str
    image: toolchain.Image
    functions: Sequence[toolchain.Symbol]
    stack_bytes: int
    buffer_bytes: int

    @property
    def flash_bytes(self) -> int:
        """Whole pages of memory that must not be written."""
        return whole_pages(self.image.code_bytes + self.image.constant_bytes + 4)

    @property
    def ram_bytes(self) -> int:
        """Whole pages of memory for variables."""
        return whole_pages(self.image.ram_bytes + 4)


class NoMemory(Exception):
    """There is no memory at an address that was to be read or written from outside."""


class Processor(ABC):
    """A core with a program in its memory.

    Attributes:
        register_arguments: how many arguments of a call registers take; others go onto the stack.
        stack_alignment_bytes: what the top of the stack is a multiple of.
    """

    register_arguments: int
    stack_alignment_bytes: int

    @abstractmethod
    def write(self, address: int, content: bytes) -> None:
        """Writes memory; raises NoMemory."""

    @abstractmethod
    def read(self, address: int, size_bytes: int) -> bytes:
        """Reads memory; raises NoMemory."""

    @abstractmethod
    def run(
        self, start: int, arguments: Sequence[int], stack: int, limit: int, watch: Callable[[int], None] | None
    ) -> Run:
        """Calls what lies at an address and waits until it returns.

        Args:
            start: the address of a function.
            arguments: those that registers take, as unsigned numbers of 32 bits.
            stack: its top, where all other arguments lie.
            limit: how many instructions it may take.
            watch: is given how many it has taken, now and then while it runs.
        """


def owners(functions: Sequence[toolchain.Symbol], base: int, code_bytes: int) -> np.ndarray:
    """Which of the functions each halfword of the code belongs to, int64; `NOBODY` of others."""
    owner_of_halfword = np.full(-(-code_bytes // 2), NOBODY, np.int64)
    for number, function in enumerate(functions):
        first = (function.address - base) // 2
        owner_of_halfword[first : first + -(-function.bytes // 2)] = number
    return owner_of_halfword


NOBODY = -1


def whole_pages(size_bytes: int) -> int:
    """As many bytes as the pages have that so many bytes need."""
    return -(-size_bytes // PAGE_BYTES) * PAGE_BYTES
