"""Compares how long `dvc repro` takes with how long it took at an earlier commit, in turns on one machine.

Both are cloned into a temporary folder with an empty DVC cache and without dvc.lock. From nothing, each stage is run
in one clone and then in the other, so that other programs slow both alike; then `dvc repro` with nothing changed, and
after `float16` left `motionsense.quantize.reduced`. Seconds of processors count every process that a command started.

Examples:
    python benchmarks/compare_speed.py a14b373
    python benchmarks/compare_speed.py a14b373 --apps motionsense
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("fetch", "preprocess", "train", "reduce", "quantize", "convert", "benchmark")
APPS = ("motionsense", "musicclassifier", "keywordspotting", "carsensor")
SCHEME = re.compile(r"^( +- float16\n)", re.MULTILINE)


@dataclass
class Seconds:
    """What commands took together."""

    wall: float = 0.0
    processors: float = 0.0

    def of(self, command: list[str], folder: Path) -> float:
        """Runs a command, adds what it took, and returns its wall time."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
        if done.returncode:
            raise click.ClickException(f"{' '.join(command)} in {folder}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        taken = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall += taken
        self.processors += after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        return taken


def cloned(revision: str, folder: Path) -> Path:
    for command in (
        ["git", "clone", "--quiet", str(ROOT), str(folder)],
        ["git", "-C", str(folder), "checkout", "--quiet", revision],
    ):
        subprocess.run(command, check=True)
    (folder / "dvc.lock").unlink()
    return folder


def in_turns(command: list[str], folders: list[Path]) -> list[Seconds]:
    seconds = [Seconds() for _ in folders]
    for folder, taken in zip(folders, seconds, strict=True):
        taken.of(command, folder)
    return seconds


def added(rows: list[list[Seconds]]) -> list[Seconds]:
    return [
        Seconds(sum(row[side].wall for row in rows), sum(row[side].processors for row in rows)) for side in range(2)
    ]


def show(name: str, seconds: list[Seconds]) -> None:
    base, head = seconds
    click.echo(
        f"| {name} | {base.wall:.1f} | {head.wall:.1f} | {head.wall / base.wall:.2f} | {base.processors:.1f} | "
        f"{head.processors:.1f} | {head.processors / base.processors:.2f} |"
    )


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("base")
@click.option("--apps", default=",".join(APPS), show_default=True, help="Which applications, by commas.")
def main(base: str, apps: str) -> None:
    chosen = apps.split(",")
    with tempfile.TemporaryDirectory() as name:
        folders = [cloned(base, Path(name) / "base"), cloned("HEAD", Path(name) / "head")]
        click.echo("| dvc repro | before, s | now, s | ratio | before, processor s | now, processor s | ratio |")
        click.echo("| :-- | --: | --: | --: | --: | --: | --: |")
        rows = []
        for stage in STAGES:
            of_stage = [
                in_turns(["dvc", "repro", "--single-item", "--no-run-cache", f"{stage}@{app}"], folders)
                for app in chosen
            ]
            show(stage, added(of_stage))
            rows += of_stage
        if len(chosen) == len(APPS):
            rows.append(in_turns(["dvc", "repro", "--single-item", "report"], folders))
            show("report", rows[-1])
        show("from nothing", added(rows))
        whole = ["dvc", "repro"] + ([] if len(chosen) == len(APPS) else [f"benchmark@{app}" for app in chosen])
        show("unchanged", added([in_turns(whole, folders) for _ in range(3)]))
        for folder in folders:
            params = folder / "params.yaml"
            text, count = SCHEME.subn("", params.read_text(), count=1)
            if not count:
                raise click.ClickException(f"{params} has no float16 that could be left out.")
            params.write_text(text)
        show("one scheme of one application", in_turns(whole, folders))


if __name__ == "__main__":
    main()
