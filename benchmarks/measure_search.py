"""Measures the search of stage reduce: its speed, and what it finds against random search over several seeds.

Run it in the project's folder, after `dvc repro train@APP`. Candidates are trained on the
training split and compared on the validation split; the test split is not opened. Trials
are kept under .featherline/studies: interrupted, it goes on where it was, and studies of
`dvc repro` with the same parameters count. Other programs make every rate smaller.

Examples:
    python benchmarks/measure_search.py motionsense
    python benchmarks/measure_search.py keywordspotting --seeds 1 --no-speed
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import mean

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from featherline import params, params_file  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.params import Baselines  # noqa: E402
from featherline.reduction import methods, proposals, space, worker_pool  # noqa: E402
from featherline.reduction.feasibility import Field, survey  # noqa: E402
from featherline.reduction.objective import hypervolume_of, score_of, winner  # noqa: E402
from stages import reduce as stage  # noqa: E402
from stages.command import Run, guarded  # noqa: E402

JUDGING_SECONDS = 5.0
TRIALS_EACH = 6


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("app")
@click.option("--seeds", default=3, show_default=True, help="How many seeds, from params.yaml's upwards.")
@click.option("--speed/--no-speed", default=True, help="Whether to measure candidates a second and trials a minute.")
@click.option("--pareto/--no-pareto", default=True, help="Whether to run the objective pareto as well.")
def main(app: str, seeds: int, speed: bool, pareto: bool) -> None:
    guarded(lambda: measure(app, seeds, speed, pareto), "measure_search", debug=False)


def measure(app: str, seeds: int, speed: bool, pareto: bool) -> None:
    run = Run(app, params_file.read())
    settings = run.stage_settings("reduce", params.Reduce).model_copy(update={"max_program_bytes": None})
    if settings.space.frontend or settings.weighs_program:
        raise FeatherlineError(f"params.yaml: {app}.reduce: this compares searches of networks alone, by weight bytes.")
    setting = stage.setting_of(run, settings, stage.task_of(run, settings, stage.SCRATCH / app), {})
    if speed:
        show_speed(setting)
    print("\n| seed | method | trained | stopped early | hypervolume | best score | its validation accuracy % |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in range(setting.task.seed, setting.task.seed + seeds):
        for method, figures in compare(replace(setting, task=replace(setting.task, seed=seed)), seed, pareto):
            found.setdefault(method, []).append(figures)
    for method, figures in found.items():
        volume, best = (mean(column) for column in zip(*figures, strict=True))
        print(f"| mean | {method} | | | {volume:.4f} | {best:.4f} | |")


def show_speed(setting: methods.Setting) -> None:
    """Candidates judged a second, and trials trained a minute with one worker and with two."""
    settings, task = setting.settings, setting.task
    field, rng = Field(settings, task.input_shape, task.classes), np.random.default_rng(0)
    judged, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < JUDGING_SECONDS:
        field.proposal(space.draw(settings.space, rng))
        judged += 1
    print(f"candidates judged a second: {judged / (time.perf_counter() - begun):,.0f}", flush=True)
    example = survey(field, seed=0).example
    chosen = proposals.at_random(field, [], [], TRIALS_EACH, example=example, seed=0)
    for workers in (1, 2):
        with worker_pool.workers(task, workers) as pool:
            # The first trial of a worker imports TensorFlow and reads the data.
            for future in [
                worker_pool.submit(pool, worker_pool.train_candidate, chosen[0].architecture, 1) for _ in range(workers)
            ]:
                future.result()
            begun = time.perf_counter()
            for future in [
                worker_pool.submit(pool, worker_pool.train_candidate, proposal.architecture, setting.budget.epochs)
                for proposal in chosen
            ]:
                future.result()
            minutes = (time.perf_counter() - begun) / 60
        print(f"trials a minute, {workers} worker(s), {setting.budget.epochs} epochs: {len(chosen) / minutes:.1f}")
        sys.stdout.flush()


def compare(setting: methods.Setting, seed: int, pareto: bool):
    """Yields (method, (hypervolume, best score)) of the search by each objective and of random search."""
    settings = setting.settings
    with worker_pool.workers(setting.task, settings.workers) as pool:
        weighted = settings.model_copy(update={"objective": "weighted", "baselines": Baselines(random_search=True)})
        runs = [("weighted", weighted)]
        if pareto:
            runs.append(
                (
                    "pareto",
                    settings.model_copy(update={"objective": "pareto", "baselines": Baselines(random_search=False)}),
                )
            )
        for objective, of_objective in runs:
            found, yardstick = methods.compare(replace(setting, settings=of_objective), pool)
            for method, candidates in found.items():
                name = f"{method}, {objective}" if method == methods.SEARCH else method
                best = winner(candidates, weighted, yardstick)
                volume, score = hypervolume_of(candidates, yardstick), score_of(best, weighted, yardstick)
                stopped = sum(candidate.stopped for candidate in candidates)
                print(
                    f"| {seed} | {name} | {len(candidates)} | {stopped} | {volume:.4f} | {score:.4f} "
                    f"| {100 * best.validation_accuracy:.2f} |",
                    flush=True,
                )
                yield name, (volume, score)


if __name__ == "__main__":
    main()
