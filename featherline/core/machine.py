"""What something was made or measured on: the processor, its caches, the C library, packages and threads."""

import hashlib
import os
import platform
import subprocess
import zlib
from importlib.metadata import distributions
from pathlib import Path

from featherline.core import support
from featherline.core.files import write_json
from featherline.core.parsing import Tree

# What is set of these decides which kernels run and on how many threads.
_VARIABLES = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_NUM_THREADS"),
    *("NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES", "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS"),
    *("TF_NUM_INTEROP_THREADS", "NUMBA_NUM_THREADS", "GLIBC_TUNABLES"),
)


def host() -> dict[str, str | int]:
    """What latency was measured on: {"processor", "cores", "system"}."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.release()}",
    }


def facts() -> Tree:
    """Everything about this machine that could decide a bit of a result, as plain data.

    Returns:
        {"processor", "cores", "instruction_sets": {name: bool}, "caches": {name: bytes}, "system", "distribution",
        "c_library", "zlib", "python", "threads": {"usable": int, variable: value}, "packages": {name: version}}
    """
    return host() | {
        "instruction_sets": support.instruction_sets(),
        "caches": _caches(),
        "distribution": _distribution(),
        "c_library": " ".join(platform.libc_ver()),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "python": platform.python_version(),
        "threads": {"usable": len(os.sched_getaffinity(0))}
        | {name: os.environ[name] for name in _VARIABLES if name in os.environ},
        "packages": dict(
            sorted({package.metadata["Name"].lower(): package.version for package in distributions()}.items())
        ),
    }


def record(path: Path, lock: Path) -> Tree:
    """Writes `facts` to a file of the project, and returns them.

    Args:
        path: the JSON file.
        lock: the dvc.lock of the results that were made here; its SHA-256 tells a fresh record from an old one.
    """
    known = facts() | {"dvc_lock": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None}
    write_json(path, known)
    return known


def sentence(known: Tree) -> str:
    """Names a processor with what decides its bits.

    Args:
        known: as of `facts`.

    >>> sentence({"processor": "AMD EPYC", "instruction_sets": {"AVX": True, "AVX2": False}, "c_library": "glibc 2.36"})
    'AMD EPYC with AVX, glibc 2.36'
    """
    sets = ", ".join(name for name, there in known["instruction_sets"].items() if there)
    return f"{known['processor']}{' with ' if sets else ''}{sets}, {known['c_library']}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _caches() -> dict[str, int]:
    """Sizes in bytes; a processor's matrix products are cut into blocks of them."""
    names = ("LEVEL1_DCACHE_SIZE", "LEVEL2_CACHE_SIZE", "LEVEL3_CACHE_SIZE")
    sizes = {}
    for name in names:
        try:
            answer = subprocess.run(["getconf", name], capture_output=True, text=True, timeout=10).stdout.strip()
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.isdigit() and int(answer):
            sizes[name.lower()] = int(answer)
    return sizes


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    except OSError:
        return "unknown"
