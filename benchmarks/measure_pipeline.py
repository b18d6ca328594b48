"""Measures `dvc repro`: from nothing, unchanged, and after one scheme changed; wall time and peak memory.

Works on a clone of the committed project in a temporary folder, with an empty DVC cache,
and prints a Markdown table. Other programs on the machine make every figure larger.

Examples:
    python benchmarks/measure_pipeline.py
    python benchmarks/measure_pipeline.py --mirror ~/recordings --keyword happy --keep measured
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import psutil
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params_file  # noqa: E402
from featherline.commands.paths import Output  # noqa: E402
from featherline.core.outputs import NewFolder  # noqa: E402

SAMPLING_SECONDS = 0.2


@dataclass(frozen=True)
class Measured:
    """What one command took; processor seconds are those of all its processes."""

    wall_seconds: float
    processor_seconds: float
    peak_bytes: int
    stage_seconds: dict[str, float]


def environment() -> dict[str, str]:
    """That of this process, with this interpreter's programs in front."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def memory_bytes(processes: Sequence[psutil.Process]) -> int:
    """The memory of some processes together; what several of them share counts once.

    Of a file that is mapped counts what the one that has the most of it has, whoever else on the machine has it too:
    its proportional share (PSS) would fall with every other program that imports the same libraries.
    """
    own, of_files = 0, Counter[str]()
    for process in processes:
        mapped = Counter[str]()
        for part in process.memory_maps(grouped=False):
            if part.path.startswith("["):
                own += part.pss
            else:
                own += part.anonymous
                mapped[part.path] += part.rss - part.anonymous
        of_files |= mapped
    return own + of_files.total()


def measure(folder: Path, *command: str) -> Measured:
    """Runs a command and samples the memory of it and all its children together."""
    begun, used = time.perf_counter(), processor_seconds()
    process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True)
    peak = [0]

    def watch() -> None:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                peak[0] = max(peak[0], memory_bytes([root, *root.children(recursive=True)]))
            except psutil.Error:
                continue  # a child ended while it was looked at
            time.sleep(SAMPLING_SECONDS)

    watcher = threading.Thread(target=watch)
    watcher.start()
    marks: list[tuple[str, float]] = []
    for line in process.stdout:
        sys.stderr.write(line)
        if stage := re.match(r"Running stage '(.+)'", line):
            marks.append((stage[1], time.perf_counter()))
    status = process.wait()
    ended = time.perf_counter()
    watcher.join()
    if status:
        raise click.ClickException(f"{' '.join(command)} ended with {status}.")
    ends = [at for _, at in marks[1:]] + [ended]
    seconds = {name: end - at for (name, at), end in zip(marks, ends, strict=False)}
    return Measured(ended - begun, processor_seconds() - used, peak[0], seconds)


def processor_seconds() -> float:
    """What all children of this process that have ended, and theirs, took of the processors."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def edit(folder: Path, change) -> None:
    """Applies `change` to the tree of params.yaml."""
    path = folder / "params.yaml"
    tree = params_file.read(path)
    change(tree)
    path.write_text(yaml.safe_dump(tree, sort_keys=False))


def drop_a_scheme(tree: dict) -> None:
    tree["motionsense"]["quantize"]["reduced"].remove("float16")


def by_stage(measured: Measured) -> str:
    stages: dict[str, dict[str, float]] = {}
    for name, seconds in measured.stage_seconds.items():
        stage, _, app = name.partition("@")
        stages.setdefault(stage, {})[app] = seconds
    apps = list(dict.fromkeys(app for of in stages.values() for app in of if app))
    rows = [f"| stage | {' | '.join(apps)} | all |", "| :-- |" + " --: |" * (len(apps) + 1)]
    for stage, of in stages.items():
        cells = " | ".join(f"{of[app]:.1f}" if app in of else "" for app in apps)
        rows.append(f"| {stage} | {cells} | {sum(of.values()):.1f} |")
    return "\n".join(rows)


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--mirror", type=click.Path(exists=True, file_okay=False, resolve_path=True), help="Folder of archives.")
@click.option("--keyword", help="Keyword to spot, for a mirror that has few clips of the default one.")
@click.option("--keep", type=Output(NewFolder), help="Clone into this new folder and leave it there.")
def main(mirror: str | None, keyword: str | None, keep: NewFolder | None) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        clone = keep.path if keep else Path(temporary) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)

        def choose(tree: dict) -> None:
            if mirror:
                tree["data"] = {"source": "mirror", "mirror": mirror}
            if keyword:
                tree["keywordspotting"]["preprocess"]["keyword"] = keyword

        if mirror or keyword:
            edit(clone, choose)
        # What is committed would let stages be skipped; here every one of them is to run.
        (clone / "dvc.lock").unlink(missing_ok=True)
        print("| dvc repro | wall time, s | peak memory, MB | stages run |")
        print("| :-- | --: | --: | --: |")
        whole = show("from nothing", measure(clone, "dvc", "repro"))
        show("unchanged", measure(clone, "dvc", "repro"))
        before = (clone / "params.yaml").read_text()
        edit(clone, drop_a_scheme)
        show("one scheme of one application changed", measure(clone, "dvc", "repro"))
        if keep:
            (clone / "params.yaml").write_text(before)
            subprocess.run(["dvc", "repro", "--quiet"], cwd=clone, env=environment(), check=True)
    print(f"\nSeconds by stage, from nothing:\n\n{by_stage(whole)}")


def show(name: str, measured: Measured) -> Measured:
    print(
        f"| {name} | {measured.wall_seconds:.1f} | {measured.peak_bytes / 1e6:,.0f} | {len(measured.stage_seconds)} |",
        flush=True,
    )
    return measured


if __name__ == "__main__":
    main()
