"""Compares how long `dvc repro` takes with how long it took at an earlier commit, in turns on one machine.

Both are cloned into a temporary folder with an empty DVC cache and without dvc.lock. From nothing, each stage is run
in one clone and then in the other, so that other programs slow both alike; then `dvc repro` with nothing changed, and
after `float16` left `motionsense.quantize.reduced`. Seconds of processors count every process that a command started.
What the earlier commit pins may be other packages: --base-python names the environment that they are installed in.

Examples:
    python benchmarks/compare_speed.py a14b373 --base-python earlier/.venv/bin/python
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

    def of(self, command: list[str], side: "Side") -> None:
        """Runs a command in a clone and adds what it took."""
        path, folder = f"{side.python.parent}{os.pathsep}{os.environ['PATH']}", side.folder
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
        if done.returncode:
            raise click.ClickException(f"{' '.join(command)} in {folder}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        self.wall += time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processors += after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


@dataclass(frozen=True)
class Side:
    """A clone of one commit, and the Python that has its packages."""

    folder: Path
    python: Path


def cloned(revision: str, folder: Path, python: Path) -> Side:
    for command in (
        ["git", "clone", "--quiet", str(ROOT), str(folder)],
        ["git", "-C", str(folder), "checkout", "--quiet", revision],
    ):
        subprocess.run(command, check=True)
    (folder / "dvc.lock").unlink()
    return Side(folder, python)


def in_turns(command: list[str], sides: list[Side]) -> list[Seconds]:
    seconds = [Seconds() for _ in sides]
    for side, taken in zip(sides, seconds, strict=True):
        taken.of(command, side)
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
@click.option(
    "--base-python",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=sys.executable,
    help="The Python that has the packages of BASE; that of this run by default.",
)
def main(base: str, apps: str, base_python: Path) -> None:
    chosen = apps.split(",")
    with tempfile.TemporaryDirectory() as name:
        sides = [
            cloned(base, Path(name) / "base", base_python.absolute()),
            cloned("HEAD", Path(name) / "head", Path(sys.executable)),
        ]
        click.echo("| dvc repro | before, s | now, s | ratio | before, processor s | now, processor s | ratio |")
        click.echo("| :-- | --: | --: | --: | --: | --: | --: |")
        rows = []
        for stage in STAGES:
            of_stage = [
                in_turns(["dvc", "repro", "--single-item", "--no-run-cache", f"{stage}@{app}"], sides) for app in chosen
            ]
            show(stage, added(of_stage))
            rows += of_stage
        if len(chosen) == len(APPS):
            rows.append(in_turns(["dvc", "repro", "--single-item", "report"], sides))
            show("report", rows[-1])
        show("from nothing", added(rows))
        whole = ["dvc", "repro"] + ([] if len(chosen) == len(APPS) else [f"benchmark@{app}" for app in chosen])
        show("unchanged", added([in_turns(whole, sides) for _ in range(3)]))
        for side in sides:
            params = side.folder / "params.yaml"
            text, count = SCHEME.subn("", params.read_text(), count=1)
            if not count:
                raise click.ClickException(f"{params} has no float16 that could be left out.")
            params.write_text(text)
        show("one scheme of one application", in_turns(whole, sides))


if __name__ == "__main__":
    main()
