"""Seeded disturbances of raw recordings: each changes samples before the front end, as a device would get them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from featherline.core.numerics import SAMPLE_STEP, on_grid, step_below
from featherline.signals.augmentation import BURST_SECONDS, with_losses
from featherline.signals.dataset import Disturb
from featherline.signals.turns import TURNING_SECONDS, turned, turning, unit_quaternions

"""Disturbed samples lie on this grid, far below what a sensor resolves: sums in another order change none."""
SOUND_BURST_SECONDS = 0.02
SLOWER_RATE = 0.8
CLOCK_ERROR = 0.03
NOISE_DB = (20, 10, 5)
TURN_SECONDS = 10

_Change = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Disturbance:
    """A named disturbance; `change` gets samples, their rate in Hz and a generator, and gives as many samples."""

    name: str
    change: _Change

    def seeded(self, seed: int) -> Disturb:
        """For one pass over all recordings: the same seed disturbs the same recordings in the same way."""
        rng = np.random.default_rng(seed)
        return lambda samples, rate_hz: on_grid(
            self.change(np.asarray(samples, np.float64), rate_hz, rng), SAMPLE_STEP
        ).astype(np.asarray(samples).dtype)


def of_kind(kind: str | None) -> list[Disturbance]:
    """The disturbances of a kind of recording; their limits are those of its usual sensors.

    Args:
        kind: of a front end: `motion`, `log_mel` and `mfcc` of sound; any other is a sensor of an unknown unit.
    """
    is_sound = kind in ("log_mel", "mfcc")
    burst_seconds = SOUND_BURST_SECONDS if is_sound else BURST_SECONDS
    common = [
        Disturbance(f"sampled at {SLOWER_RATE:.0%} of the rate, interpolated", _slower),
        Disturbance(f"clock {CLOCK_ERROR:.0%} fast, not corrected", _faster_clock),
        *(Disturbance(f"noise at {snr_db} dB SNR", partial(_noise, snr_db=snr_db)) for snr_db in NOISE_DB),
        *(
            Disturbance(
                f"{share:.0%} of samples lost in bursts of {1000 * burst_seconds:.0f} ms, the last one repeated",
                partial(with_losses, share=share, burst_seconds=burst_seconds),
            )
            for share in (0.01, 0.1)
        ),
    ]
    if is_sound:
        return [
            *(Disturbance(f"gain {gain_db:+d} dB", partial(_amplified, gain_db=gain_db)) for gain_db in (-12, 12)),
            Disturbance("clipped at a quarter of its peak", _clipped_at_quarter),
            *common,
        ]
    gains = [Disturbance(f"gain {gain:.0%}", partial(_scaled, gain=gain)) for gain in (0.9, 1.1)]
    if kind != "motion":
        return [*gains, *common]
    return [
        Disturbance("turned at random, each recording otherwise", _turned),
        Disturbance(f"turned at random again every {TURN_SECONDS} s, within {TURNING_SECONDS:g} s", _turning),
        *gains,
        Disturbance("clipped at 2 g", _clipped_at_2_g),
        *common,
    ]


def _turned(samples: np.ndarray, rate_hz: float, rng: np.random.Generator) -> np.ndarray:
    return turned(samples, unit_quaternions(rng.normal(size=(1, 4))))


def _turning(samples: np.ndarray, rate_hz: float, rng: np.random.Generator) -> np.ndarray:
    return turning(samples, rate_hz, rng, TURN_SECONDS)


def _scaled(samples: np.ndarray, rate_hz: float, rng: np.random.Generator, gain: float) -> np.ndarray:
    return samples * gain


def _amplified(samples: np.ndarray, rate_hz: float, rng: np.random.Generator, gain_db: int) -> np.ndarray:
    """A microphone's gain; what leaves the converter's range is cut off."""
    amplified: np.ndarray = np.clip(samples * 10 ** (gain_db / 20), -1, 1)
    return amplified


def _clipped_at_quarter(samples: np.ndarray, rate_hz: float, rng: np.random.Generator) -> np.ndarray:
    limit = np.abs(samples).max() / 4
    clipped: np.ndarray = np.clip(samples, -limit, limit)
    return clipped


def _clipped_at_2_g(samples: np.ndarray, rate_hz: float, rng: np.random.Generator) -> np.ndarray:
    clipped: np.ndarray = np.clip(samples, -2, 2)
    return clipped


def _slower(samples: np.ndarray, rate_hz: float, rng: np.random.Generator) -> np.ndarray:
    """A sensor of a lower rate, brought to the right one by straight lines; no filter stands before either."""
    places = np.arange(len(samples))
    coarse = _between(samples, np.arange(0, len(samples) - 1, 1 / SLOWER_RATE))
    return _between(coarse, np.minimum(places * SLOWER_RATE, len(coarse) - 1))


def _faster_clock(samples: np.ndarray, rate_hz: float, rng: np.random.Generator) -> np.ndarray:
    """Samples come closer together than their rate says; the end is mirrored, so that there are as many."""
    mirrored = np.concatenate([samples, samples[::-1]])
    return _between(mirrored, np.arange(len(samples)) / (1 + CLOCK_ERROR))


def _between(samples: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Values at fractional places by straight lines between neighbours."""
    before = np.minimum(places.astype(int), len(samples) - 1)
    after = np.minimum(before + 1, len(samples) - 1)
    share = (places - before).reshape(-1, *[1] * (samples.ndim - 1))
    values: np.ndarray = samples[before] * (1 - share) + samples[after] * share
    return values


def _noise(samples: np.ndarray, rate_hz: float, rng: np.random.Generator, snr_db: int) -> np.ndarray:
    """White noise, so many dB below the power of what changes in the recording (gravity is no signal)."""
    power = float(np.var(samples, axis=0).mean())
    level = math.sqrt(power) * 10 ** (-snr_db / 20)
    return samples + rng.normal(size=samples.shape) * (on_grid(level, step_below(level, 20)) if level else 0.0)
