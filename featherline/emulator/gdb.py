"""The remote protocol of GDB, as far as an emulator is driven by it: memory, registers, breakpoints.

Source: GDB manual, appendix E (Remote Serial Protocol). The emulator speaks it through its standard input and output.
"""

import select
import struct
import subprocess
from collections.abc import Callable
from typing import IO

_PACKET_BYTES = 1024  # of memory in one packet; QEMU takes packets of 4,096 characters
_ANSWER_WITHIN_S = 30.0


class Ended(Exception):
    """The emulator does not answer any more."""


class Client:
    """One who drives an emulator.

    Args:
        process: with pipes, unbuffered, for its standard input and output.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        if process.stdin is None or process.stdout is None:
            raise ValueError("the process has no pipes")
        self._to: IO[bytes] = process.stdin
        self._from: IO[bytes] = process.stdout
        self._read = bytearray()
        # A client that has not asked which registers there are may not write any.
        self.ask("qXfer:features:read:target.xml:0,ffb")

    def ask(self, packet: str) -> str:
        """Sends a packet and returns the answer to it."""
        self.send(packet)
        answer = self.answer(_ANSWER_WITHIN_S)
        if answer is None:
            raise Ended
        return answer

    def send(self, packet: str) -> None:
        """Sends a packet whose answer may take long."""
        content = packet.encode()
        self._write(b"$%s#%02x" % (content, sum(content) % 256))

    def interrupt(self) -> None:
        """Stops the core; the answer to what had it run follows."""
        self._write(b"\x03")

    def answer(self, within_s: float) -> str | None:
        """The answer to the packet that was sent; None where there is none yet."""
        while True:
            start = self._read.find(b"$")
            end = self._read.find(b"#", start)
            if 0 <= start < end <= len(self._read) - 3:
                content = self._read[start + 1 : end].decode("latin-1")
                del self._read[: end + 3]
                self._write(b"+")
                return content
            if not select.select([self._from], [], [], within_s)[0]:
                return None
            more = self._from.read(1 << 16)
            if not more:
                raise Ended
            self._read += more

    def write(self, address: int, content: bytes) -> bool:
        """Writes memory; False where there is none."""
        return all(
            self.ask(f"M{address + place:x},{len(part):x}:{part.hex()}") == "OK"
            for place in range(0, len(content), _PACKET_BYTES)
            for part in (content[place : place + _PACKET_BYTES],)
        )

    def read(self, address: int, size_bytes: int) -> bytes | None:
        """Reads memory; None where there is none."""
        parts = []
        for place in range(0, size_bytes, _PACKET_BYTES):
            answer = self.ask(f"m{address + place:x},{min(size_bytes - place, _PACKET_BYTES):x}")
            if answer.startswith("E"):
                return None
            parts.append(bytes.fromhex(answer))
        return b"".join(parts)

    def registers(self, count: int) -> tuple[int, ...]:
        """The first registers, each of 32 bits and little-endian."""
        return struct.unpack(f"<{count}I", bytes.fromhex(self.ask("g")[: 8 * count]))

    def set_register(self, number: int, value: int) -> None:
        self.expect_ok(f"P{number:x}={value.to_bytes(4, 'little').hex()}")

    def stop_at(self, address: int) -> None:
        """Has the core stop before it executes what lies there."""
        self.expect_ok(f"Z0,{address:x},2")

    def expect_ok(self, packet: str) -> None:
        if self.ask(packet) != "OK":
            raise Ended

    def run(self, waiting: Callable[[], bool], every_s: float) -> None:
        """Lets the core run until it stops.

        Args:
            waiting: is called now and then meanwhile; True stops the core.
            every_s: how often.
        """
        self.send("c")
        interrupted = False
        while self.answer(every_s) is None:
            if not interrupted and waiting():
                self.interrupt()
                interrupted = True

    def _write(self, content: bytes) -> None:
        try:
            self._to.write(content)
            self._to.flush()
        except OSError:
            raise Ended from None
