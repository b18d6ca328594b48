"""Where Featherline can be installed, and where its results are promised to the byte; needs Python alone.

`python -m featherline.core.support` ends with one sentence and status 1 where it cannot be installed: `make` asks
before it installs anything, so this module is plain enough for any Python 3 to read.
"""

import ctypes
import platform
import sys

PYTHON = (3, 11)
NO_AVX2 = "This processor has no AVX2: everything works, and equal bytes are not promised."
# Where glibc keeps what CPUID says and the operating system allows: leaf, register (eax, ebx, ecx, edx), bit.
_INSTRUCTION_SETS = {"AVX": (0, 2, 28), "FMA": (0, 2, 12), "AVX2": (1, 1, 5), "AVX512F": (1, 1, 16)}
_LINES = {"AVX": "avx", "FMA": "fma", "AVX2": "avx2", "AVX512F": "avx512f"}


class _Leaf(ctypes.Structure):
    _fields_ = (("cpuid", ctypes.c_uint * 4), ("active", ctypes.c_uint * 4))


def instruction_sets() -> "dict[str, bool]":
    """Which of AVX, FMA, AVX2 and AVX512F programs of this process can use: name -> bool; {} where nobody can tell.

    glibc asks the processor itself, and so tells the truth under an emulator of processors, too, where
    /proc/cpuinfo is the host's.
    """
    if platform.machine() != "x86_64":
        return {}
    try:
        ask = ctypes.CDLL(None).__x86_get_cpuid_feature_leaf  # since glibc 2.33
    except (AttributeError, OSError):
        return of_cpuinfo(_read("/proc/cpuinfo"))
    ask.restype, ask.argtypes = ctypes.POINTER(_Leaf), (ctypes.c_uint,)
    return {
        name: bool(ask(leaf).contents.active[register] >> bit & 1)
        for name, (leaf, register, bit) in _INSTRUCTION_SETS.items()
    }


def of_cpuinfo(text: str) -> "dict[str, bool]":
    """The same out of the text of /proc/cpuinfo.

    >>> of_cpuinfo("flags\\t\\t: fpu sse2 avx f16c fma")
    {'AVX': True, 'FMA': True, 'AVX2': False, 'AVX512F': False}
    """
    lines = [line.partition(":")[2].split() for line in text.splitlines() if line.startswith("flags")]
    return {name: flag in lines[0] for name, flag in _LINES.items()} if lines else {}


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except OSError:
        return ""


def refusal(
    version: "tuple[int, int]", system: str, machine: str, sets: "dict[str, bool]", python: str = "python3"
) -> str:
    """Why Featherline cannot be installed, in one sentence; empty where it can.

    Args:
        version: of Python, (major, minor).
        system, machine: as `platform` names them.
        sets: as of `instruction_sets`.
        python: how the interpreter was called.

    >>> refusal((3, 11), "Linux", "x86_64", {"AVX": True})
    ''
    """
    if (system, machine) != ("Linux", "x86_64"):
        return (
            "Featherline runs on Linux on x86-64 alone, for which TensorFlow Lite Micro has a wheel, and this is "
            f"{system} on {machine}: use such a machine, or a container or virtual machine of that kind."
        )
    if not sets.get("AVX", True):
        return "TensorFlow's wheel needs a processor with AVX, and this one has none: use another machine."
    if version != PYTHON:
        required, present = ".".join(map(str, PYTHON)), ".".join(map(str, version))
        return f"Featherline needs Python {required}, and {python} is {present}: name another one with make PYTHON=..."
    return ""


def caution(sets: "dict[str, bool]") -> str:
    """What is not promised with these instruction sets, in one sentence; empty where everything is."""
    return NO_AVX2 if sets.get("AVX2") is False else ""


if __name__ == "__main__":
    sys.exit(
        refusal(sys.version_info[:2], platform.system(), platform.machine(), instruction_sets(), *sys.argv[1:2]) or None
    )
