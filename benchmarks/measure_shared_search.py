"""Measures how much faster two machines of one core each search, joined by PostgreSQL, than one of them alone.

Each machine is a process of the stage reduce with one worker, held to a core of its own; both share a server on
loopback (Debian's: apt-get install postgresql). RUN is a clone in which `dvc repro train@APP` ran; it is not changed.
Counted are trials after each machine's first, which imports TensorFlow. Other programs spoil the ratio.

Examples:
    python benchmarks/measure_shared_search.py ../release-run motionsense
    python benchmarks/measure_shared_search.py ../release-run carsensor --trials 24 --rounds 3
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.measure_pipeline import environment  # noqa: E402
from featherline.core import parsing  # noqa: E402
from tests.reduction.postgresql_server import Server, binaries, running  # noqa: E402

PLACES = ("data/raw/{app}/provenance.json", "data/processed/{app}", "models/{app}")


def prepared(folder: Path, run: Path, app: str, trials: int, storage: str) -> None:
    """A copy of what the stage reads, with a search of one worker in a storage and hardly a last round."""
    for place in (place.format(app=app) for place in PLACES):
        copy = shutil.copytree if (run / place).is_dir() else shutil.copy
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        copy(run / place, folder / place)
    tree = parsing.from_yaml((run / "params.yaml").read_bytes(), "params.yaml")
    reduce = tree[app]["reduce"]
    for budget in reduce["budget"].values():
        budget |= {"trials": trials, "final_epochs": 1}
    reduce |= {"storage": storage, "study": app, "workers": 1, "finalists": 1, "final_seeds": 1}
    reduce |= {"stop_bad_trials": False, "baselines": {"random_search": False, "by_hand": None}}
    (folder / "params.yaml").write_text(json.dumps(tree), encoding="utf-8")  # JSON is YAML, too


def trials_a_minute(server: Server, database: str, run: Path, app: str, trials: int, machines: int) -> float:
    """The rate of so many machines, from when each had finished its first trial on."""
    server.sql(f"CREATE DATABASE {database}")
    with tempfile.TemporaryDirectory() as temporary:
        processes = []
        for machine in range(machines):
            folder = Path(temporary) / str(machine)
            prepared(folder, run, app, trials, server.url(database))
            command = ["taskset", "-c", str(machine), sys.executable, "-m", "stages.reduce", app]
            command += ["--join"] * (machine > 0)
            surroundings = environment() | {"PYTHONPATH": str(ROOT)}
            processes.append(subprocess.Popen(command, cwd=folder, env=surroundings, stderr=subprocess.DEVNULL))
        if any([process.wait() for process in processes]):
            raise click.ClickException("A machine failed: run the stage alone to see why.")
    rows = server.sql("SELECT datetime_complete FROM trials WHERE state = 'COMPLETE' ORDER BY 1", database)
    ends = [end for (end,) in rows]
    counted = ends[machines - 1 :]
    return 60 * (len(counted) - 1) / (counted[-1] - counted[0]).total_seconds()


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("app")
@click.option("--trials", default=24, show_default=True, help="Of each search.")
@click.option("--rounds", default=3, show_default=True, help="One machine and two, by turns.")
def main(run: Path, app: str, trials: int, rounds: int) -> None:
    if binaries() is None:
        raise click.ClickException("No PostgreSQL server is installed: apt-get install postgresql.")
    ratios = []
    with running() as server:
        print("| round | one machine, trials a minute | two | ratio |\n| --: | --: | --: | --: |")
        for number in range(1, rounds + 1):
            one, two = (
                trials_a_minute(server, f"round_{number}_{machines}", run, app, trials, machines) for machines in (1, 2)
            )
            ratios.append(two / one)
            print(f"| {number} | {one:.1f} | {two:.1f} | {ratios[-1]:.2f} |", flush=True)
    print(f"\nMedian of the ratios: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
