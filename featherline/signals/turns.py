"""Recordings of acceleration as a device gives them that is turned, once or again and again.

Sums and roots alone, element by element: every processor gives the same.
"""

import numpy as np

TURNING_SECONDS = 0.5
"""How long a turn takes."""


def unit_quaternions(drawn: np.ndarray) -> np.ndarray:
    """Quaternions of length 1, shape (turns, 4); of four normal numbers each, they are turns drawn evenly from all.

    Shoemake, Uniform random rotations, 1992.
    """
    w, x, y, z = (drawn**2).T
    unit: np.ndarray = drawn / np.sqrt(w + x + y + z)[:, None]
    return unit


def turned(samples: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Samples turned by a quaternion each, or all by one.

    Args:
        samples: shape (samples, 3).
        unit: of length 1, shape (samples, 4) or (1, 4).
    """
    w, x, y, z = unit.T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    axes = [sum(factor * samples[:, axis] for axis, factor in enumerate(row)) for row in rows]
    return np.stack(axes, axis=1)


def turning(samples: np.ndarray, rate_hz: float, rng: np.random.Generator, every_seconds: float) -> np.ndarray:
    """Samples of a device that is turned at random again and again: from one turn to the next within `TURNING_SECONDS`.

    Between two turns lie normalized straight lines between quaternions.

    Args:
        samples: shape (samples, 3). rate_hz: of them.
        rng: of the turns, and of when the first one comes.
        every_seconds: from one to the next.
    """
    every, within = max(round(every_seconds * rate_hz), 1), round(TURNING_SECONDS * rate_hz)
    turns = unit_quaternions(rng.normal(size=(len(samples) // every + 3, 4)))
    places = np.arange(len(samples)) + rng.integers(every)
    before, after = turns[places // every], turns[places // every + 1]
    w, x, y, z = (before * after).T
    after = np.where((w + x + y + z)[:, None] < 0, -after, after)  # the nearer one of two that are the same turn
    share = np.clip((places % every - (every - within)) / max(within, 1), 0, 1)[:, None]
    return turned(samples, unit_quaternions(before * (1 - share) + after * share))
