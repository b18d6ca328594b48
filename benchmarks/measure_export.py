"""How long `featherline export` takes for each kind, and how large what it writes is.

    python benchmarks/measure_export.py [MODEL...]

Each figure is a process of its own, import of the packages included: the wall clock, and the processor time of the
process with its children, which says what a machine with nothing else to do would take.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline.export import KINDS  # noqa: E402

MODELS = ("motionsense", "carsensor", "keywordspotting", "musicclassifier")
LIMIT_S = 10


def measured(model: str, kind: str, out: Path) -> tuple[float, float, int]:
    """Seconds of the wall clock, seconds of the processor, and bytes written."""
    command = [sys.executable, "-m", "featherline", "export", model, "--as", kind, "--out", str(out)]
    start_s = time.monotonic()
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    _, status, used = os.wait4(os.posix_spawn(sys.executable, command, environment, file_actions=silent), 0)
    wall_s = time.monotonic() - start_s
    if status:
        raise SystemExit(f"{model} as {kind}: the export ended with {os.waitstatus_to_exitcode(status)}.")
    written = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return wall_s, used.ru_utime + used.ru_stime, written


def main() -> None:
    print(f"| model | kind | s (limit {LIMIT_S}) | processor s | bytes |\n| :-- | :-- | --: | --: | --: |")
    with tempfile.TemporaryDirectory() as folder:
        for model in sys.argv[1:] or MODELS:
            for kind in KINDS:
                wall_s, processor_s, written = measured(model, kind, Path(folder) / f"{Path(model).name}-{kind}")
                print(f"| {model} | {kind} | {wall_s:.1f} | {processor_s:.1f} | {written:,} |", flush=True)


if __name__ == "__main__":
    main()
