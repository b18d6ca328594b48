"""A phone on somebody at rest, computed: what those who record rides leave out.

Whoever sits or stands hardly moves up and down below 1 Hz, sways sideways, and trembles with the heart and the muscles:
in each band about as much as a vehicle on smooth rails, but in other shares. `VERTICAL` and `SIDEWAYS` are the medians
over 1,017 windows of 10.24 s of 24 people who sit or stand in MotionSense (Malekzadeh et al. 2018), a phone in their
trouser pocket. One phone in four lies on a table and feels its own noise alone.
"""

import numpy as np

from featherline.core.numerics import on_grid

BANDS_HZ = (0.5, 1.15, 1.85, 2.6, 3.5, 5.0, 7.0, 10.2)
VERTICAL = (-6.3, -6.1, -5.9, -5.7, -5.6, -5.6, -5.8, -5.9)  # decimal logarithms of g2 / Hz in the middle of each band
SIDEWAYS = (-4.6, -5.0, -4.9, -4.8, -4.9, -5.2, -5.6, -5.9)
LEVEL = 0.75  # standard deviation of the same logarithm: of all bands together, from one to another who is at rest
DIRECTION = 0.25  # of one direction beside the other
TILT = 0.2  # for each factor of e in frequency
TABLE_SHARE = 0.25
NOISE_G = (0.0003, 0.003)  # root mean square of a sensor of a phone
_SAMPLE_STEP_G = 2.0**-20  # a grid above what processors differ by


def accelerations(rng: np.random.Generator, length: int, rate_hz: float) -> np.ndarray:
    """Total acceleration of a phone that lies any way round, in g, shape (length, 3)."""
    if rng.random() < TABLE_SHARE:
        directions = rng.normal(0, np.exp(rng.uniform(*np.log(NOISE_G))), (length, 3))
    else:
        directions = _of_somebody(rng, length, rate_hz)
    directions[:, 2] += 1.0  # gravity
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    samples: np.ndarray = on_grid(directions @ axes, _SAMPLE_STEP_G)
    return samples


def _of_somebody(rng: np.random.Generator, length: int, rate_hz: float) -> np.ndarray:
    """Motion sideways, sideways and along gravity in g, shape (length, 3)."""
    level, tilt = rng.normal(0, LEVEL), rng.normal(0, TILT)
    spectra = (
        np.add(density, level + rng.normal(0, DIRECTION)) + tilt * (np.log(BANDS_HZ) - 1)
        for density in (SIDEWAYS, SIDEWAYS, VERTICAL)
    )
    return np.stack([_noise(rng, spectrum, length, rate_hz) for spectrum in spectra], axis=1)


def _noise(rng: np.random.Generator, density: np.ndarray, length: int, rate_hz: float) -> np.ndarray:
    """Normal noise of a spectrum, shape (length,): the decimal logarithm of its density at each of `BANDS_HZ`."""
    frequencies_hz = np.fft.rfftfreq(length, 1 / rate_hz)[1:]
    logarithms = np.interp(np.log(frequencies_hz), np.log(BANDS_HZ), density)
    drawn = rng.normal(size=(2, len(frequencies_hz)))
    amplitudes = np.sqrt(10**logarithms * rate_hz * length / 4) * (drawn[0] + 1j * drawn[1])
    if length % 2 == 0:
        amplitudes[-1] = 0  # half the sample rate, which has no phase
    noise: np.ndarray = np.fft.irfft(np.concatenate([[0], amplitudes]), length)
    return noise
