"""The processor that this process runs on, asked with its own instruction; and how to run Python as another one.

Under qemu-user /proc/cpuinfo is still that of the machine; the instruction `cpuid` is answered by the emulator.
"""

import ctypes
import json
import mmap
import os
import platform
import shutil
import sys
from pathlib import Path

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


NATIVE = "-a '{program}'"
"""A runner of `environment` that changes nothing."""


def emulated(processor: str) -> str:
    """A runner of `environment`: as a processor that `qemu-x86_64 -cpu` knows."""
    return f"qemu-x86_64 -cpu {processor} -0 '{{program}}'"


def environment(folder: Path, runner: str) -> Path:
    """A virtual environment with this one's packages whose Python runs in another way, children included.

    Every Python process that starts in it adds a line to `processes.jsonl` in `folder`: its arguments, its
    processor and its C library.

    Args:
        folder: to make it in; it must not exist.
        runner: what the shell's `exec` gets before the interpreter; `{program}` is what the process shall call itself.

    Returns:
        The folder of the program `python`, for the front of the path.
    """
    venv = Path(sys.prefix)
    (folder / "bin").mkdir(parents=True)
    shutil.copy(venv / "pyvenv.cfg", folder)
    (folder / "lib").symlink_to(venv / "lib")
    program, real = folder / "bin" / "python", Path(sys.executable).resolve()
    program.write_text(
        f"#!/bin/bash\nexport PYTHONPATH='{folder / 'hook'}'\nexec {runner.format(program=program)} '{real}' \"$@\"\n"
    )
    program.chmod(0o755)
    (folder / "hook").mkdir()
    shutil.copy(__file__, folder / "hook" / "processor.py")
    (folder / "hook" / "sitecustomize.py").write_text(
        f"import processor\nprocessor.report({str(folder / 'processes.jsonl')!r})\n"
    )
    return folder / "bin"


def report(path: str) -> None:
    """Adds this process to a file of those that ran."""
    libc = ctypes.CDLL(None).gnu_get_libc_version
    libc.restype = ctypes.c_char_p
    told = {"arguments": sys.orig_argv[1:], "processor": brand(), "glibc": libc().decode()}
    line = json.dumps(told) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)
