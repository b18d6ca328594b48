"""The processor that this process runs on, asked with its own instruction.

Under qemu-user /proc/cpuinfo is still that of the machine; the instruction `cpuid` is answered by the emulator.
"""

import ctypes
import mmap
import platform

# void cpuid(uint32_t leaf, uint32_t registers[4]), by the System V calling convention.
_CODE = bytes.fromhex(
    "53"  # push rbx
    "89f8"  # mov eax, edi
    "31c9"  # xor ecx, ecx
    "0fa2"  # cpuid
    "8906"  # mov [rsi], eax
    "895e04"  # mov [rsi + 4], ebx
    "894e08"  # mov [rsi + 8], ecx
    "89560c"  # mov [rsi + 12], edx
    "5bc3"  # pop rbx; ret
)


def brand() -> str:
    """Maker and model as the processor calls itself: "GenuineIntel Intel Core Processor (Haswell, no TSX)"."""
    if platform.machine() != "x86_64":
        raise OSError("only x86-64 has the instruction cpuid")
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(_CODE)
    place = ctypes.c_char.from_buffer(page)
    call = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p)(ctypes.addressof(place))

    def ask(leaf: int) -> list[bytes]:
        registers = (ctypes.c_uint32 * 4)()
        call(leaf, ctypes.addressof(registers))
        return [value.to_bytes(4, "little") for value in registers]

    _, ebx, ecx, edx = ask(0)
    name = b"".join(part for leaf in (0x80000002, 0x80000003, 0x80000004) for part in ask(leaf))
    return f"{(ebx + edx + ecx).decode()} {name.rstrip(bytes(1)).decode().strip()}"
