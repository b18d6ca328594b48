"""Copies of recordings as they get into another split: a part of one, louder, at another rate, in fewer bits."""

import numpy as np
from scipy.signal import resample_poly

from featherline.simulation import motion

PLANTINGS = ("shifted", "scaled", "resampled", "encoded anew")
_RATES = ((4, 5), (3, 2), (2, 1), (9, 10))  # of a second recorder: up and down


def planted(samples: np.ndarray, planting: str, shift: float, rng: np.random.Generator) -> np.ndarray:
    """A copy of a recording; every one begins and ends elsewhere.

    Args:
        samples: shape (samples, channels).
        planting: one of `PLANTINGS`: what else was done to it.
        shift: the largest part that is missing at either end.
        rng: draws what is missing, and how the copy differs.
    """
    begin, end = (int(len(samples) * rng.uniform(0.02, shift)) for _ in range(2))
    copy = samples[begin : len(samples) - end].astype(float)
    if planting == "scaled":
        return copy * rng.uniform(0.2, 3)
    if planting == "resampled":
        up, down = _RATES[int(rng.integers(len(_RATES)))]
        there = resample_poly(copy, up, down, axis=0, padtype="line")
        return resample_poly(there, down, up, axis=0, padtype="line")[: len(copy)]
    if planting == "encoded anew":  # in eight bits
        step = np.abs(copy - copy.mean(axis=0)).max() / 127
        return np.round(copy / step) * step
    return copy


def walk(seed: int) -> np.ndarray:
    """Twenty seconds of a walk at 50 Hz in g, shape (1000, 3)."""
    rng = np.random.default_rng(seed)
    gravity, user = motion.pocket_trial(rng, motion.person(rng), "wlk", 20)
    return gravity + user
