"""Measures how far the search's estimates of whole programs are from compiled ones, and fits their factors.

Networks are drawn from the space of each application, their weights as initialized, behind its front end in
data/processed; two more are measured as the search does, for what stands beside the network. With --fit the factors
that `featherline.reduction.whole_program` has are fitted anew to all of these programs, by least squares of what is not
negative.

Examples:
    python benchmarks/measure_program_costs.py --networks 10
    python benchmarks/measure_program_costs.py --wide --networks 25 --fit
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from featherline import params, params_file  # noqa: E402
from featherline.core.progress import track  # noqa: E402
from featherline.deployment.whole_program import beside, measure_untrained  # noqa: E402
from featherline.networks.shapes import Layer, layers  # noqa: E402
from featherline.reduction import space, whole_program  # noqa: E402
from featherline.reduction.costs import PROGRAM_LIMITS, excess  # noqa: E402
from featherline.reduction.feasibility import Field, Proposal  # noqa: E402
from featherline.reduction.front_ends import OF_PREPROCESS, FrontEnd  # noqa: E402
from featherline.reduction.whole_program import Beside, ProgramCosts  # noqa: E402
from stages import reduce as stage  # noqa: E402
from stages.command import Run, guarded  # noqa: E402

APPS = ("motionsense", "carsensor", "keywordspotting", "musicclassifier")
OPTIMIZE = "size"
SEED = 7
WIDE = {"filters": (4, 6, 8, 12, 16, 24), "units": (8, 12, 16, 24, 32), "stride": (1, 2)}
WIDE_CONVOLUTIONS = {"convolution": ("plain", "separable"), "head": ("flatten", "global_average")}


@dataclass(frozen=True)
class Program:
    """A measured program, and what was estimated of it."""

    app: str
    plan: list[Layer]
    measured: ProgramCosts
    around: Beside

    @property
    def estimated(self) -> tuple[int, int]:
        return whole_program.estimate(self.plan, self.around)


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.option("--app", "apps", multiple=True, default=APPS, help="Which applications; else all four.")
@click.option("--networks", default=10, show_default=True, help="Of each application.")
@click.option("--wide", is_flag=True, help="More filters, units and kinds than params.yaml has, and no limits.")
@click.option("--fit", is_flag=True, help="Print factors that fit these programs.")
def main(apps: tuple[str, ...], networks: int, wide: bool, fit: bool) -> None:
    guarded(lambda: measure(apps, networks, wide, fit), "measure_program_costs", debug=False)


def measure(apps: tuple[str, ...], networks: int, wide: bool, fit: bool) -> None:
    measured = {app: programs(app, networks, wide) for app in apps}
    print(
        "| application | networks | program bytes, measured | estimate off by %, mean, most | instructions a second, "
        "measured | estimate off by %, mean, most |"
    )
    print("| :-- | --: | --: | --: | --: | --: |")
    for app, of_app in measured.items():
        print(f"| {app} | {len(of_app)} | {row(of_app)} |")
    everything = [program for of_app in measured.values() for program in of_app]
    print(f"| all | {len(everything)} | {row(everything)} |")
    if fit:
        show_fit("FLASH_BYTES", everything, whole_program.flash_parts, lambda costs: costs.flash_bytes)
        show_fit("INSTRUCTIONS", everything, whole_program.instruction_parts, lambda costs: costs.model_instructions)


def programs(app: str, networks: int, wide: bool) -> list[Program]:
    """Measured programs of an application.

    Draws that do not fit the input, or the limits of weights, memory or arithmetic, are left out.
    """
    run = Run(app, params_file.read())
    # What is over a limit of whole programs says as much about estimates as what is not.
    of_programs = {"cost": "program_bytes"} | dict.fromkeys(PROGRAM_LIMITS)
    settings = run.stage_settings("reduce", params.Reduce).model_copy(update=of_programs)
    if wide:
        convolutions = settings.space.conv_blocks != (0, 0)
        searched = settings.space.model_copy(update=WIDE | (WIDE_CONVOLUTIONS if convolutions else {}))
        unlimited = {"max_weight_bytes": 6000, "max_arena_bytes": 16000, "max_macs": None}
        settings = settings.model_copy(update={"space": searched, **unlimited})
    task = stage.task_of(run, settings, stage.SCRATCH / app)
    preprocessed = task.front_end(OF_PREPROCESS)
    with ThreadPoolExecutor(1) as pool:
        around = beside(settings, {OF_PREPROCESS: preprocessed}, task.classes, OPTIMIZE, SEED, pool)[OF_PREPROCESS]
    field, rng = Field(settings, task.input_shape, task.classes), np.random.default_rng(SEED)
    chosen: dict[str, Proposal] = {}
    while len(chosen) < networks:
        proposal = field.proposal(space.draw(settings.space, rng))
        if proposal and not excess(proposal.costs, settings):
            chosen[proposal.key] = proposal
    return [
        measured(app, preprocessed, proposal, task.classes, around)
        for proposal in track(chosen.values(), app, networks)
    ]


def measured(app: str, preprocessed: FrontEnd, proposal: Proposal, classes: int, around: Beside) -> Program:
    plan = layers(proposal.architecture, preprocessed.input_shape, classes)
    return Program(app, plan, measure_untrained(proposal.architecture, preprocessed, classes, OPTIMIZE, SEED), around)


def row(of_app: list[Program]) -> str:
    cells = []
    for place, truth in enumerate(("program_bytes", "instructions_per_second")):
        true = [getattr(program.measured, truth) for program in of_app]
        off = [abs(100 * (p.estimated[place] / figure - 1)) for p, figure in zip(of_app, true, strict=True)]
        cells += [f"{min(true):,} to {max(true):,}", f"{fmean(off):.1f}, {max(off):.1f}"]
    return " | ".join(cells)


def show_fit(
    title: str,
    everything: list[Program],
    parts: Callable[[list[Layer]], dict[str, int]],
    figure: Callable[[ProgramCosts], int],
) -> None:
    """Prints factors; what stands beside the networks of an application is a part of its preprocessed."""
    from scipy.optimize import nnls

    apps = list(dict.fromkeys(program.app for program in everything))
    names = list(parts(everything[0].plan))
    rows = [[*parts(p.plan).values(), *(float(p.app == app) for app in apps)] for p in everything]
    truth = np.array([figure(program.measured) for program in everything], np.float64)
    # Of relative errors: what is large weighs no more than what is small.
    factors, _ = nnls(np.array(rows, np.float64) / truth[:, None], np.ones(len(truth)))
    print(f"\n{title}")
    for name, factor in zip(names, factors, strict=False):
        print(f"  {name}: {factor:.2f}")


if __name__ == "__main__":
    main()
