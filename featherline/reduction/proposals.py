"""Which candidates to train next.

Size and memory of a candidate are known before it is trained; only its error is not. So a
Gaussian process predicts the error from what the network looks like, and the costs enter
as they are: among hundreds of candidates that meet every limit, those are proposed that
would be best if their error lay one standard deviation below the prediction. A batch is
chosen one by one, each believed to turn out as predicted (kriging believer, Ginsbourger
et al. 2010; gain of the front as in SMS-EGO, Ponweiser et al. 2008).

Everything is a function of the seed, the finished candidates and those under way. What linear
algebra comes to differs in its last bits from one processor to the next, so every figure that
decides is rounded to a grid (`featherline.core.numerics`), and equal ones leave it to the candidates
themselves, the smaller first.
"""

from collections.abc import Sequence
from functools import partial
from math import log2, prod
from typing import TYPE_CHECKING

import numpy as np

from featherline.core.numerics import on_grid
from featherline.core.pareto import hypervolume
from featherline.networks.shapes import layers
from featherline.params import Reduce
from featherline.reduction import space
from featherline.reduction.costs import weighed
from featherline.reduction.feasibility import Field, Proposal
from featherline.reduction.front_ends import key_of, values_of
from featherline.reduction.objective import Candidate, Yardstick, front, score, score_of
from featherline.reduction.space import Values

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import Kernel

# Candidates that are drawn apart from each other before a prediction means anything.
START = 8
_DRAWN = 600
_MUTANTS = 30
_PARENTS = 8
# Where limits are tight, a pool grows from what meets them until it is large enough, for so many rounds.
_ENOUGH = 100
_ROUNDS = 20
_OPTIMISM = 1.0
# Under the objective `weighted`, one candidate in so many is proposed for the sake of the front: people look at
# the front even where they asked for one network, and what it explores serves the score later.
_FRONT_EVERY = 2
# What is expected before anything is known: each 16-fold of arithmetic halves the error. What is
# found corrects it; without it, a dozen candidates tell the process next to nothing.
_ERROR_BY_MACS = -0.25
# Less error than this is no better: it is an item or two of a validation split.
_LEAST_ERROR = 0.002
# Hyperparameters come from a grid instead of a descent, so that every machine chooses the same.
_LENGTHS = (1.0, 2.0, 4.0, 8.0)
_NOISES = (0.03, 0.1, 0.3, 1.0)
# Steps of what decides. Kernel matrices of some dozens of rows and a noise of 0.03 leave twelve digits.
_LIKELIHOOD_STEP = 2.0**-10
_PREDICTION_STEP = 2.0**-16  # of the logarithm of an error: 0.002 % of the error
_MERIT_STEP = 2.0**-20  # of a score or a share of the cube
_DISTANCE_STEP = 2.0**-20  # of a logarithm of a cost


def at_random(
    field: Field,
    finished: Sequence[Candidate],
    pending: Sequence[Proposal],
    count: int,
    *,
    example: Proposal,
    seed: int,
) -> list[Proposal]:
    """`count` candidates drawn uniformly among those that meet the limits.

    Fewer where no more are found. Where limits are so tight that draws hardly ever meet
    them, candidates around those that do fill the batch.
    """
    rng = _generator(seed, finished, pending)
    return _pool(field, finished, pending, [example.values], 0, rng)[:count]


def guided(
    field: Field,
    finished: Sequence[Candidate],
    pending: Sequence[Proposal],
    count: int,
    *,
    example: Proposal,
    seed: int,
    yardstick: Yardstick,
) -> list[Proposal]:
    """The `count` candidates that promise most; fewer where no more are found.

    Args:
        field: the space and its limits.
        finished: what was trained so far, in the order of their numbers.
        pending: what is under way.
        count: how many.
        example: a candidate that meets every limit, from where others are found when draws find none.
        seed: of the draws.
        yardstick: what a score and a front are measured against.
    """
    rng = _generator(seed, finished, pending)
    settings = field.settings
    parents = _first_of_equals(front(finished, settings.cost), settings)[:_PARENTS]
    best = sorted(finished, key=lambda c: (score_of(c, settings, yardstick), c.size(settings)))[: _PARENTS // 2]
    starts = [candidate.values for candidate in [*best, *parents]] or [example.values]
    pool = _pool(field, finished, pending, starts, _MUTANTS * len(starts) // 2, rng)
    if len(finished) < START:
        return _spread(pool, len(finished) + len(pending), count, rng, settings)
    return _promising(field, finished, pending, pool, count, yardstick)


def _first_of_equals(candidates: Sequence[Candidate], settings: Reduce) -> list[Candidate]:
    """One candidate for each point of the front: a second parent there would only repeat the first's neighbours."""
    of_point: dict[tuple[float, int, int], Candidate] = {}
    for candidate in candidates:
        of_point.setdefault((candidate.validation_accuracy, *weighed(candidate.costs, settings.cost)), candidate)
    return list(of_point.values())


def _generator(seed: int, finished: Sequence[Candidate], pending: Sequence[Proposal]) -> np.random.Generator:
    """Each batch has its own stream, so that a study that goes on draws what it would have drawn."""
    return np.random.default_rng([seed, 1 + len(finished) + len(pending)])


def _pool(
    field: Field,
    finished: Sequence[Candidate],
    pending: Sequence[Proposal],
    starts: list[Values],
    mutants: int,
    rng: np.random.Generator,
) -> list[Proposal]:
    """Candidates to choose from, none trained or under way.

    Draws come first, then at least `mutants` candidates near `starts`, as far as there are
    as many; and more of these where limits leave little of what is drawn.
    """
    searched = field.settings.space
    known = {key_of(candidate.architecture, candidate.front_end) for candidate in finished} | {p.key for p in pending}
    pool = field.feasible((space.draw(searched, rng) for _ in range(_DRAWN)), known)
    wanted = max(len(pool) + mutants, _ENOUGH)
    around = list(starts)
    for _ in range(_ROUNDS):
        if len(pool) >= wanted:
            break
        known |= {proposal.key for proposal in pool}
        near = field.feasible((space.mutant(v, searched, rng) for v in around for _ in range(_MUTANTS)), known)
        pool += near
        # Limits leave little: look around what they have let through.
        around = [*starts, *(proposal.values for proposal in near[:_PARENTS])]
    return pool


def _spread(pool: list[Proposal], begun: int, count: int, rng: np.random.Generator, settings: Reduce) -> list[Proposal]:
    """Candidates of the first batches: one from each eighth of the range of the log of the cost, in mixed order."""
    if not pool:
        return []
    logs = np.array([log2(weighed(proposal.costs, settings.cost)[0]) for proposal in pool])
    wanted = logs.min() + (logs.max() - logs.min()) * (np.arange(START) + 0.5) / START
    chosen: list[Proposal] = []
    # Strides of three through the eighths: each batch sees small and large ones.
    for step in range(begun, begun + count):
        distance = on_grid(np.abs(logs - wanted[3 * step % START]) + 0.25 * rng.random(len(pool)), _DISTANCE_STEP)
        order = (pool[index] for index in np.argsort(distance, kind="stable"))
        fresh = next((proposal for proposal in order if proposal not in chosen), None)
        if fresh:
            chosen.append(fresh)
    return chosen


def _promising(
    field: Field,
    finished: Sequence[Candidate],
    pending: Sequence[Proposal],
    pool: list[Proposal],
    count: int,
    yardstick: Yardstick,
) -> list[Proposal]:
    pool = sorted(pool, key=partial(_size, field.settings))  # of equal merits the first is chosen
    everything: list[Candidate | Proposal] = [*finished, *pending, *pool]
    expected = _ERROR_BY_MACS * np.log([network.costs.macs for network in everything])
    looks = np.array([_look(field, network) for network in everything])
    looks = (looks - looks.mean(axis=0)) / np.maximum(looks.std(axis=0), 1e-9)
    sections = [len(finished), len(finished) + len(pending)]
    known, under_way, unknown = np.split(looks, sections)
    expected_known, expected_under_way, expected_unknown = np.split(expected, sections)
    # What the process learns: by how much the logarithm of the error differs from what was expected.
    surplus = np.log(np.array([1 - c.validation_accuracy for c in finished]) + _LEAST_ERROR) - expected_known
    kernel = _fitted(known, surplus).kernel_
    reached = [yardstick.point(candidate) for candidate in front(finished, field.settings.cost)]

    def believe(proposal: Proposal, row: np.ndarray, log_error: float) -> None:
        nonlocal known, surplus
        mean, _ = _predicted(kernel, known, surplus, row[np.newaxis])
        known, surplus = np.vstack([known, row]), np.append(surplus, mean)
        reached.append(_point(proposal, float(np.exp(mean[0] + log_error)), yardstick))

    for proposal, row, log_error in zip(pending, under_way, expected_under_way, strict=True):
        believe(proposal, row, log_error)
    chosen: list[int] = []
    while len(chosen) < min(count, len(pool)):
        mean, deviation = _predicted(kernel, known, surplus, unknown)
        hoped = np.maximum(np.exp(mean + expected_unknown - _OPTIMISM * deviation) - _LEAST_ERROR, 0)
        for_front = field.settings.objective == "pareto" or len(chosen) % _FRONT_EVERY == _FRONT_EVERY - 1
        merits = on_grid(_merits(field.settings, for_front, reached, pool, hoped, yardstick), _MERIT_STEP)
        merits[chosen] = -np.inf
        chosen.append(int(merits.argmax()))
        believe(pool[chosen[-1]], unknown[chosen[-1]], expected_unknown[chosen[-1]])
    return [pool[index] for index in chosen]


def _size(settings: Reduce, proposal: Proposal) -> tuple[int, int, int, str]:
    return *weighed(proposal.costs, settings.cost), proposal.costs.macs, proposal.key


def _merits(
    settings: Reduce,
    for_front: bool,
    reached: list[tuple[float, float, float]],
    pool: list[Proposal],
    hoped: np.ndarray,
    yardstick: Yardstick,
) -> np.ndarray:
    """What each candidate of a pool would add, if its error were as low as hoped; more is better."""
    pairs = zip(pool, hoped, strict=True)
    if not for_front:
        return np.array([-score(settings, error, weighed(p.costs, settings.cost)[0], yardstick) for p, error in pairs])
    before = hypervolume(reached)
    return np.array([hypervolume([*reached, _point(p, error, yardstick)]) - before for p, error in pairs])


def _point(proposal: Proposal, error: float, yardstick: Yardstick) -> tuple[float, float, float]:
    return yardstick.unit_error(error), *yardstick.unit_costs(proposal.costs)


def _longest(stride: int | tuple[int, int]) -> int:
    return stride if isinstance(stride, int) else max(stride)


def _look(field: Field, network: Candidate | Proposal) -> list[float]:
    """What a network looks like, in figures that its error may depend on."""
    input_shape, searched = field.shape_of(network.front_end), field.settings.space.frontend
    plan = layers(network.architecture, input_shape, field.classes)
    blocks, chosen = network.architecture.conv_blocks, values_of(network.front_end)
    channels = [layer.output_shape[2] for layer in plan if layer.kind == "conv"] or [input_shape[2]]
    head = next(layer for layer in plan if layer.kind in ("flatten", "global_average"))
    receptive_field, apart = 1, 1  # receptive field and distance of neighbours, in input samples of the longer side
    longer = 0 if input_shape[0] >= input_shape[1] else 1
    for layer in plan:
        if layer.kind in ("conv", "depthwise", "pool"):
            receptive_field += (layer.window[longer] - 1) * apart
            apart *= layer.stride[longer]
    return [
        log2(network.costs.weight_bytes),
        log2(network.costs.activation_bytes),
        log2(network.costs.macs),
        len(blocks),
        len(network.architecture.dense_blocks),
        log2(channels[0]),
        log2(channels[-1]),
        sum(map(log2, channels)) / len(channels),
        log2(prod(head.input_shape[:2])),
        log2(prod(head.output_shape)),
        log2(receptive_field),
        log2(prod(_longest(block.stride) for block in blocks)),
        sum(block.convolution == "separable" for block in blocks) / max(len(blocks), 1),
        float(head.kind == "global_average"),
        *(float(choices.index(chosen[key])) for key, choices in searched.items()),
    ]


def _fitted(known: np.ndarray, surplus: np.ndarray) -> "GaussianProcessRegressor":
    """The process whose length scale and noise make what is known most likely."""
    # The workers of the search import this module too, and would wait two seconds for what they never call.
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    kernels = (
        ConstantKernel(1.0) * Matern(length_scale=length, nu=2.5) + WhiteKernel(noise)
        for length in _LENGTHS
        for noise in _NOISES
    )
    processes = (_process(kernel, known, surplus) for kernel in kernels)
    return max(processes, key=lambda process: on_grid(process.log_marginal_likelihood_value_, _LIKELIHOOD_STEP))


def _predicted(
    kernel: "Kernel", known: np.ndarray, surplus: np.ndarray, unknown: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the surplus of each row of `unknown`."""
    prediction = _process(kernel, known, surplus).predict(unknown, return_std=True)
    mean, deviation = (on_grid(values, _PREDICTION_STEP) for values in prediction)
    return mean, deviation


def _process(kernel: "Kernel", known: np.ndarray, surplus: np.ndarray) -> "GaussianProcessRegressor":
    from sklearn.gaussian_process import GaussianProcessRegressor

    return GaussianProcessRegressor(kernel, optimizer=None, normalize_y=True).fit(known, surplus)
