"""Tones that tests of sound listen to."""

import numpy as np

RATE_HZ = 16_000


def tone(frequency_hz=440.0, seconds=0.5, rate_hz=RATE_HZ):
    return (0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * rate_hz)) / rate_hz)).astype(np.float32)
