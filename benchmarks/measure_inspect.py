"""How long `featherline inspect` takes, and how much memory beside the interpreter: on many files, and on a large one.

    python benchmarks/measure_inspect.py                     # 1,000 files, and one file of 1 GB
    python benchmarks/measure_inspect.py --files 100 --gigabytes 0.1

Writes made-up recordings to a temporary folder, runs the command in a process of its own, and prints seconds and the
largest resident memory less that of the same interpreter which imports the same modules and does nothing.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np

IMPORTS = "import featherline.cli, featherline.importing.params_block, featherline.importing.collection"
RATE_HZ = 50
SAMPLES_OF_A_FILE = 3000
BLOCK_ROWS = 100_000


def write_rows(path: Path, rows: int, seed: int) -> None:
    """A recording of three axes with its times, in blocks, so that the generator needs no memory either."""
    rng = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8") as stream:
        stream.write("t,ax,ay,az\n")
        for start in range(0, rows, BLOCK_ROWS):
            t = np.arange(start, min(start + BLOCK_ROWS, rows)) / RATE_HZ
            axes = rng.normal([0, 0, 1], 0.1, (len(t), 3)) + 0.5 * np.sin(2 * np.pi * (1 + seed % 2) * t)[:, None] * [
                1,
                0,
                0,
            ]
            block = np.column_stack([t, axes])
            stream.write(("%.2f,%.5f,%.5f,%.5f\n" * len(block)) % tuple(block.ravel().tolist()))


def run(code: str, *arguments: str) -> tuple[float, float]:
    """Seconds, and the largest resident memory in MB, of a program in a process of its own."""
    measured = f"import resource, sys\n{code}\n"
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", measured + "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"]
        + list(arguments),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return time.perf_counter() - before, int(done.stderr.strip().splitlines()[-1]) / 1024


def inspected(folder: Path) -> tuple[float, float]:
    """Of `featherline inspect` on a folder."""
    code = (
        "from featherline.cli import main\n"
        "try:\n    main(['inspect', sys.argv[1]])\n"
        "except SystemExit as ended:\n    assert not ended.code, ended.code"
    )
    return run(code, str(folder))


@click.command(help=__doc__)
@click.option("--files", default=1000, show_default=True)
@click.option("--gigabytes", default=1.0, show_default=True)
def measure(files: int, gigabytes: float) -> None:
    _, empty_mb = run(IMPORTS)
    with tempfile.TemporaryDirectory() as name:
        many, large = Path(name, "many"), Path(name, "large")
        many.mkdir()
        large.mkdir()
        for number in range(files):
            write_rows(many / f"p{number // 2:03d}_{('slow', 'fast')[number % 2]}.csv", SAMPLES_OF_A_FILE, number)
        bytes_of_a_row = 34
        write_rows(large / "all.csv", int(gigabytes * 1e9 / bytes_of_a_row), 0)
        for label in range(2, 8):
            write_rows(large / f"{label}.csv", SAMPLES_OF_A_FILE, label)
        lines = [f"{label}.csv,{('slow', 'fast')[label % 2]},g{label // 2}\n" for label in range(2, 8)]
        (large / "manifest.csv").write_text("file,label,group\nall.csv,slow,g0\n" + "".join(lines), encoding="utf-8")
        size = sum(path.stat().st_size for path in large.iterdir())
        for title, folder in ((f"{files:,} files", many), (f"{size / 1e9:.2f} GB", large)):
            seconds, memory_mb = inspected(folder)
            click.echo(
                f"{title}: {seconds:.1f} s, {memory_mb - empty_mb:.0f} MB beside the interpreter ({empty_mb:.0f} MB)"
            )
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    click.echo(f"processor time of all runs: {own.ru_utime + own.ru_stime:.1f} s")


if __name__ == "__main__":
    measure()
