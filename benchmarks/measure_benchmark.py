"""Measures how long benchmarking takes: the command on one model, and the stage on all models of an application.

Run it in the project's folder, after `dvc repro benchmark@APP`. The stage runs in a copy of what it reads, so
nothing of the project changes. Other programs make every time longer.

Examples:
    python benchmarks/measure_benchmark.py motionsense
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("app")
def main(app: str) -> None:
    models = sorted(Path("models", app, "tflite").glob("*.tflite"))
    smallest = min(models, key=lambda path: path.stat().st_size)
    print("| what | seconds |\n| :-- | --: |")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for part in (f"data/processed/{app}", f"models/{app}"):
            shutil.copytree(part, folder / part)
        shutil.copy("params.yaml", folder)
        one = [sys.executable, "-m", "featherline", "benchmark", str(smallest)]
        print(f"| the command, {smallest.stat().st_size:,} bytes, no data | {seconds(one, folder):.1f} |")
        stage = [sys.executable, "-m", "stages.benchmark", app]
        print(f"| the stage, {app}, {len(models)} files | {seconds(stage, folder):.1f} |")


def seconds(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
