"""Runs every converted model over the test split and records what it gets right and what it costs."""

import csv
from pathlib import Path

from featherline.files import new_folder, read_json, write_json
from featherline.params import Benchmark
from featherline.runtimes.benchmark import confusion_rows, front_rows, headline, latencies, metrics, run_all
from featherline.signals.dataset import read_items
from featherline.tflite import plan
from stages.command import Run, stage


@stage
def benchmark(run: Run) -> None:
    settings = run.own("benchmark", Benchmark)
    models, processed = Path("models", run.app), Path("data/processed", run.app)
    planned = plan.read(models / "quantized" / "plan.json")
    names = [entry.name for entry in planned]
    frontend = read_json(processed / "frontend.json")
    test = read_items(processed / "test.npz")

    runs = run_all([models / "tflite" / entry.file for entry in planned], test.inputs, len(frontend["classes"]))
    by_name = dict(zip(names, runs, strict=True))
    results = {}
    for entry in planned:
        converted = models / "tflite" / entry.name
        conversion = {
            "deployment": read_json(f"{converted}.operators.json")["deployment"],
            "loss": read_json(f"{converted}.loss.json"),
        }
        unquantized = None if entry.scheme == "none" else by_name.get(f"{entry.variant}-none")
        results[entry.name] = metrics(run.app, entry, frontend, test, by_name[entry.name], conversion, unquantized)
    latency = latencies(
        by_name,
        test.inputs,
        settings.latency_runs,
        settings.warmup_runs,
        settings.threads,
    )

    with new_folder(Path("metrics", run.app)) as folder:
        for name, result in results.items():
            write_json(folder / f"{name}.json", result)
        (folder / "plots").mkdir()
        _write_table(folder / "plots/confusion.csv", confusion_rows(results[settings.headline]))
        _write_table(folder / "plots/front.csv", front_rows(results))
    write_json(models / "host_latency.json", latency)
    write_json(Path("metrics", f"{run.app}.json"), headline(results, settings.headline))


def _write_table(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    benchmark()
