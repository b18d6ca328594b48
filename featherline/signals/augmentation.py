"""Further training windows of motion: as a weaker sensor, a gentler person and a link that drops samples give them."""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, Strict, model_validator

from featherline.core.numerics import SAMPLE_STEP, on_grid
from featherline.params import Block
from featherline.signals.turns import turning

BURST_SECONDS = 0.2

Factors = Annotated[tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]], Strict(False)]


class Augmentation(Block):
    """Copies of each training recording.

    Attributes:
        copies: how many; 0 for none.
        gain: of all that the sensor gives, gravity too, drawn between both for each window.
        motion: of what moves about the mean of a window, which stands for gravity: how lively somebody is.
        lost: the largest share of samples that a recording loses; the last one before a burst stands in their place.
        turn_seconds: how often the device is turned at random, in the middle of windows; null leaves it as it is.
    """

    copies: Annotated[int, Field(ge=0, le=20)]
    gain: Factors = (1.0, 1.0)
    motion: Factors = (1.0, 1.0)
    lost: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    turn_seconds: Annotated[float, Field(ge=1, le=3600)] | None = None

    @model_validator(mode="after")
    def _from_low_to_high(self) -> Self:
        for key, (lowest, highest) in (("gain", self.gain), ("motion", self.motion)):
            if lowest > highest:
                raise ValueError(f"{key} goes from {lowest} down to {highest}: the smaller factor comes first")
        return self


NONE = Augmentation(copies=0)


def with_losses(
    samples: np.ndarray, rate_hz: float, rng: np.random.Generator, share: float, burst_seconds: float
) -> np.ndarray:
    """Samples of which bursts are lost, as a receiver has them that repeats the last one that it got.

    Bursts begin at random until the share is reached on average.

    Args:
        samples: shape (samples, ...). rate_hz: of them.
        rng: of the places of bursts.
        share: of samples that are lost.
        burst_seconds: length of a burst.
    """
    burst = max(round(burst_seconds * rate_hz), 1)
    begins = rng.random(len(samples)) < share / burst
    lost = np.convolve(begins, np.ones(burst, int))[: len(samples)] > 0
    lost[0] = False
    received = np.maximum.accumulate(np.where(lost, 0, np.arange(len(samples))))
    repeated: np.ndarray = samples[received]
    return repeated


def received(samples: np.ndarray, rate_hz: float, settings: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """A recording with a share of losses that is drawn up to `settings.lost`, of a device that is turned."""
    share = rng.uniform(0, settings.lost) if settings.lost else 0.0
    samples = with_losses(samples, rate_hz, rng, share, BURST_SECONDS) if share else samples
    if settings.turn_seconds is None:
        return samples
    return on_grid(turning(samples, rate_hz, rng, settings.turn_seconds), SAMPLE_STEP)


def scaled(cut: np.ndarray, settings: Augmentation, rng: np.random.Generator) -> np.ndarray:
    """Windows with a gain and a liveliness of their own; the same of some at a time as of all at once.

    Args:
        cut: float32, shape (windows, window, 3), in g.

    Returns:
        float32, the same shape, on a grid of `SAMPLE_STEP`.
    """
    lowest, highest = zip(settings.gain, settings.motion, strict=True)
    drawn = on_grid(rng.uniform(lowest, highest, size=(len(cut), 2)), SAMPLE_STEP)
    gain, motion = drawn[:, 0, np.newaxis, np.newaxis], drawn[:, 1, np.newaxis, np.newaxis]
    mean = on_grid(cut.mean(axis=1, keepdims=True, dtype=np.float64), SAMPLE_STEP)
    changed: np.ndarray = on_grid(gain * (mean + motion * (cut - mean)), SAMPLE_STEP).astype(np.float32)
    return changed
