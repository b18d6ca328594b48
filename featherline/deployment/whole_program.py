"""What the whole program of a network takes: as int8 and C with its front end, compiled and emulated.

Native code of others runs here, the converter's above all: every measurement is made in a worker of the search.
"""

import tempfile
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

import numpy as np

from featherline.codegen import lower, program
from featherline.codegen.settings import COMPILER_FLAGS
from featherline.core.errors import FeatherlineError
from featherline.core.progress import track
from featherline.deployment import conversion
from featherline.emulator import firmware
from featherline.networks.shapes import Layer, Shape, layers
from featherline.params import Architecture, Reduce, Scheme
from featherline.reduction import space, whole_program, worker_pool
from featherline.reduction.costs import PROGRAM_LIMITS, Costs, excess
from featherline.reduction.feasibility import Field, Proposal
from featherline.reduction.finalists import Measure
from featherline.reduction.front_ends import OF_PREPROCESS, FrontEnd
from featherline.reduction.objective import Candidate
from featherline.reduction.whole_program import Beside, ProgramCosts
from featherline.signals.calibration import representative
from featherline.signals.dataset import read_items
from featherline.tflite import model as tflite

_SCHEME: Scheme = "int8"
_CALIBRATION_ITEMS = 200
_DRAWN = 300


def measure(network: bytes, front_end: FrontEnd, optimize: str, seed: int) -> ProgramCosts:
    """Converts, compiles and runs the program of a network as `benchmark` does for the headline model.

    Args:
        network: the content of a .keras file.
        front_end: whose features it takes.
        optimize: what the C is written for, as of `codegen.lower`.
        seed: of the choice of items that set the ranges of activations.

    Raises:
        FeatherlineError: where the network does not convert, or there is no C for it or its front end.
    """
    calibration = representative(read_items(front_end.data / "train.npz"), _CALIBRATION_ITEMS, seed).inputs
    with tempfile.TemporaryDirectory(prefix="featherline-program-") as temporary:
        file = Path(temporary) / "network.keras"
        file.write_bytes(network)
        [converted] = conversion.convert_network(file, [_SCHEME], calibration, True)
    lowered, record = lower(tflite.parse(converted.source, "the network"), optimize), front_end.record
    sources, stream = program.sources(lowered, record), program.stream(record)
    ran = firmware.measure_program(sources, *stream, COMPILER_FLAGS[optimize])
    figures = {name: value for name, value in ran.items() if isinstance(value, int | float)}
    return ProgramCosts(
        flash_bytes=int(figures["flash_bytes"]),
        ram_bytes=int(figures["ram_bytes"]),
        stack_bytes=int(figures["stack_bytes"]),
        front_end_instructions=int(figures["front_end_instructions"]),
        model_instructions=int(figures["model_instructions"]),
        seconds=float(figures["seconds"]),
    )


def measure_untrained(
    architecture: Architecture, front_end: FrontEnd, classes: int, optimize: str, seed: int
) -> ProgramCosts:
    """As `measure`, of a network whose weights are as drawn."""
    from featherline.networks import storage
    from featherline.networks.builder import build

    network = storage.serialized(build(architecture, front_end.input_shape, classes, seed))
    return measure(network, front_end, optimize, seed)


def costs_of_candidate(
    candidate: Candidate, network: bytes | None, front_end: FrontEnd, classes: int, optimize: str, seed: int
) -> Costs:
    """The costs of a candidate with those of its program measured.

    Args:
        network: the content of its .keras file; None for weights as drawn.
        front_end, classes, optimize, seed: as of `measure` and `measure_untrained`.
    """
    if network is None:
        measured = measure_untrained(candidate.architecture, front_end, classes, optimize, seed)
    else:
        measured = measure(network, front_end, optimize, seed)
    costs = candidate.costs
    return replace(
        costs, program_bytes=measured.program_bytes, instructions_per_second=measured.instructions_per_second
    )


def measuring(
    settings: Reduce, task: worker_pool.Task, optimize: str, seed: int, pool: Executor
) -> tuple[dict[str, Beside], Measure]:
    """What a search needs to weigh whole programs.

    Args:
        settings: of the search.
        task: what its candidates learn from.
        optimize, seed: as of `measure`.
        pool: workers of the task.

    Returns:
        What stands beside the network in the program of each front end, by name; and what begins to measure the costs
        of a candidate.

    Raises:
        FeatherlineError: as of `beside`.
    """
    of_all = {name: task.front_end(name) for name in (OF_PREPROCESS, *task.front_ends)}

    def begin(candidate: Candidate, network: bytes | None) -> Future[Costs]:
        what = candidate, network, of_all[candidate.front_end], task.classes, optimize, seed
        return worker_pool.submit(pool, costs_of_candidate, *what)

    return beside(settings, of_all, task.classes, optimize, seed, pool), begin


def beside(
    settings: Reduce, front_ends: Mapping[str, FrontEnd], classes: int, optimize: str, seed: int, pool: Executor
) -> dict[str, Beside]:
    """What stands beside the network in the program of each front end, from two measured programs of each.

    Args:
        settings: space and limits of the search.
        front_ends: by name.
        classes: how many there are.
        optimize, seed: as of `measure`.
        pool: workers of the search.

    Raises:
        FeatherlineError: where nothing of the space fits a front end, or there is no C for it.
    """
    probes = {name: _probes(settings, front_end.input_shape, classes, seed) for name, front_end in front_ends.items()}
    under_way: dict[tuple[str, int], Future[ProgramCosts]] = {}
    for name, proposals in probes.items():
        for place, proposal in enumerate(proposals):
            what = proposal.architecture, front_ends[name], classes, optimize, seed
            under_way[name, place] = worker_pool.submit(pool, measure_untrained, *what)
    measured: dict[str, list[tuple[list[Layer], ProgramCosts]]] = {name: [] for name in front_ends}
    for (name, place), future in track(under_way.items(), "measure whole programs", unit="program"):
        plan = layers(probes[name][place].architecture, front_ends[name].input_shape, classes)
        measured[name].append((plan, worker_pool.outcome(future)))
    return {name: whole_program.beside(programs) for name, programs in measured.items()}


def _probes(settings: Reduce, input_shape: Shape, classes: int, seed: int) -> list[Proposal]:
    """The candidates with the smallest and the largest tensors, of those that meet all limits but the program's."""
    unlimited = dict.fromkeys(PROGRAM_LIMITS)
    searched = settings.space.model_copy(update={"frontend": {}})
    lighter = settings.model_copy(update={"space": searched, "cost": "weight_bytes", **unlimited})
    field, rng = Field(lighter, input_shape, classes), np.random.default_rng([seed, 0])
    fitting = [proposal for proposal in (field.proposal(space.draw(searched, rng)) for _ in range(_DRAWN)) if proposal]
    within = [proposal for proposal in fitting if not excess(proposal.costs, lighter)] or fitting
    if not within:
        raise FeatherlineError(
            f"params.yaml: reduce.space holds no network for an input of {' x '.join(map(str, input_shape))}: lower "
            "space.poolings, or leave that front end out."
        )

    def tensor(proposal: Proposal) -> tuple[int, str]:
        return whole_program.largest_tensor(layers(proposal.architecture, input_shape, classes)), proposal.key

    return [min(within, key=tensor), max(within, key=tensor)]
