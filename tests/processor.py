"""Which processor a Python process really runs on, and how to run it as another one.

/proc/cpuinfo tells of the host even under qemu-user, so the instruction CPUID itself is asked, from a few bytes of
machine code.
"""

import ctypes
import json
import mmap
import os
import shutil
import struct
import sys
from pathlib import Path

# push rbx; mov eax, edi; xor ecx, ecx; cpuid; mov [rsi], eax, ebx, ecx, edx; pop rbx; ret
_CODE = bytes.fromhex("5389f831c90fa28906895e04894e0889560c5bc3")


def _cpuid(leaf: int) -> bytes:
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(_CODE)
    entry = ctypes.addressof(ctypes.c_char.from_buffer(page))
    registers = (ctypes.c_uint32 * 4)()
    ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p)(entry)(leaf, ctypes.addressof(registers))
    return struct.pack("<4I", *registers)


def brand() -> str:
    """What the processor calls itself: "Intel Core Processor (Haswell, no TSX)"."""
    return b"".join(_cpuid(0x80000002 + part) for part in range(3)).strip(b"\0 ").decode()


def environment(folder: Path, processor: str | None) -> Path:
    """A virtual environment with this one's packages whose Python runs as another processor, children included.

    Every Python process that starts in it adds a line to `processes.jsonl` in `folder`: its arguments and its
    processor.

    Args:
        folder: to make it in; it must not exist.
        processor: a name that `qemu-x86_64 -cpu` knows; None for the real one.

    Returns:
        The folder of the program `python`, for the front of the path.
    """
    venv = Path(sys.prefix)
    (folder / "bin").mkdir(parents=True)
    shutil.copy(venv / "pyvenv.cfg", folder)
    (folder / "lib").symlink_to(venv / "lib")
    program, real = folder / "bin" / "python", Path(sys.executable).resolve()
    emulator = f"qemu-x86_64 -cpu {processor} -0 '{program}' " if processor else f"-a '{program}' "
    program.write_text(f"#!/bin/bash\nexport PYTHONPATH='{folder / 'hook'}'\nexec {emulator}'{real}' \"$@\"\n")
    program.chmod(0o755)
    (folder / "hook").mkdir()
    shutil.copy(__file__, folder / "hook" / "processor.py")
    (folder / "hook" / "sitecustomize.py").write_text(
        f"import processor\nprocessor.report({str(folder / 'processes.jsonl')!r})\n"
    )
    return folder / "bin"


def report(path: str) -> None:
    """Adds this process to a file of those that ran."""
    line = json.dumps({"arguments": sys.orig_argv[1:], "processor": brand(), "executable": sys.executable}) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)
