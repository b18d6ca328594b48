"""Samples at another rate, without what the lower rate cannot hold; and onto an even grid where times are not."""

from fractions import Fraction

import numpy as np

from featherline.core.numerics import on_grid, step_below

LARGEST_DENOMINATOR = 1000
FILTER_PERIODS = 10  # of the slower rate, on each side of the filter's middle
FILTER_KAISER_BETA = 5.0
FILTER_BITS = 20  # of a tap, below the largest
SAMPLE_BITS = 24  # of a resampled value, below the largest of its channel
UNEVEN = 0.5  # of a period: a step that is off by more shows a missing sample, or none of a grid
ROUND_TOLERANCE = 0.01


def even_grid(seconds: np.ndarray, samples: np.ndarray, rate_hz: float) -> np.ndarray:
    """Samples at even times from the first to the last, by straight lines between those that are there.

    Args:
        seconds: rising, shape (samples,).
        samples: shape (samples, channels).
        rate_hz: of the grid.

    Returns:
        float64, shape (about duration * rate, channels).
    """
    elapsed = seconds - seconds[0]
    grid = np.arange(int(elapsed[-1] * rate_hz + 1e-6) + 1) / rate_hz
    return np.stack([np.interp(grid, elapsed, channel) for channel in samples.T], axis=1)


def is_uneven(seconds: np.ndarray, rate_hz: float) -> bool:
    """Whether a step between two samples is off by more than half a period."""
    return bool((np.abs(np.diff(seconds) * rate_hz - 1) > UNEVEN).any())


def round_rate(rate_hz: float) -> float:
    """The whole number, or else the half, that is within 1 % of a measured rate; else the rate with 4 digits."""
    for fine in (1.0, 2.0):
        rounded = round(rate_hz * fine) / fine
        if rounded and abs(rounded / rate_hz - 1) <= ROUND_TOLERANCE:
            return rounded
    return float(f"{rate_hz:.4g}")


def resample(samples: np.ndarray, from_hz: float, to_hz: float) -> np.ndarray:
    """Brings samples to another rate by a polyphase filter, which leaves out what the lower rate cannot hold.

    Both ends go on as they are, so that gravity does not begin with a step.

    Args:
        samples: shape (samples, channels). from_hz, to_hz: fractions are allowed.

    Returns:
        float64, shape (about samples * to_hz / from_hz, channels).
    """
    ratio = (Fraction(to_hz).limit_denominator(10_000) / Fraction(from_hz).limit_denominator(10_000)).limit_denominator(
        LARGEST_DENOMINATOR
    )
    up, down = ratio.numerator, ratio.denominator
    if up == down:
        return samples
    slower = max(up, down)
    from scipy.signal import firwin, resample_poly  # takes a second to import

    taps = firwin(2 * FILTER_PERIODS * slower + 1, 1 / slower, window=("kaiser", FILTER_KAISER_BETA))
    taps = on_grid(taps, step_below(np.abs(taps).max(), FILTER_BITS))
    periods = -(-FILTER_PERIODS * slower // (up * down)) + 1
    padded = np.pad(samples, ((periods * down, periods * down), (0, 0)), mode="edge")
    resampled = resample_poly(padded, up, down, axis=0, window=taps)
    made = resampled[periods * up : periods * up + -(-len(samples) * up // down)]
    largest = np.maximum(np.abs(made).max(axis=0, initial=0.0), np.finfo(np.float32).tiny)
    return on_grid(made, step_below(largest, SAMPLE_BITS))
