"""Trade-offs: which points no other dominates (the Pareto front), and the hypervolume that they dominate."""

from collections.abc import Sequence
from math import fsum

import numpy as np


def non_dominated(points: Sequence[Sequence[float]]) -> list[bool]:
    """For each point whether no other is as good everywhere and better somewhere; less is better.

    Points that are equal are on the front together, or none of them is.

    >>> non_dominated([(1, 3), (2, 2), (2, 3), (1, 3)])
    [True, True, False, True]
    """
    if len(points) == 0:
        return []
    values = np.asarray(points, float).reshape(len(points), -1)
    return [not ((values <= point).all(axis=1) & (values < point).any(axis=1)).any() for point in values]


def hypervolume(points: Sequence[Sequence[float]]) -> float:
    """The share of the unit cube that points dominate, its corner at 1 being the worst; less is better.

    Points outside the cube are clipped to it. The cube is swept along its last axis, one
    slab between each two points (Fonseca et al. 2006, without its bookkeeping: fronts here
    have a dozen points). Sums are those of `fsum`, which does not depend on an order.

    Args:
        points: (points, axes), two axes or more, each scaled so that 0 is the best there is.

    >>> hypervolume([(0.5, 0.5)])
    0.25
    """
    if len(points) == 0:
        return 0.0
    return _swept(np.clip(np.asarray(points, float), 0, 1))


def _swept(points: np.ndarray) -> float:
    points = points[np.argsort(points[:, -1], kind="stable")]
    thickness = np.diff(points[:, -1], append=1.0)
    if points.shape[1] == 2:
        return fsum(thickness * (1 - np.minimum.accumulate(points[:, 0])))
    return fsum(slab * _swept(points[:count, :-1]) for count, slab in enumerate(thickness, start=1) if slab > 0)
