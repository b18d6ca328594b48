"""A phone on somebody at rest, computed."""

import numpy as np
import pytest

from featherline.signals import rest

RATE_HZ = 50


def drawn(count: int, length: int = 768) -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.stack([rest.accelerations(rng, length, RATE_HZ) for _ in range(count)])


def test_a_phone_at_rest_feels_gravity_from_any_side_and_little_else():
    samples = drawn(200)
    np.testing.assert_allclose(np.linalg.norm(samples.mean(axis=1), axis=1), 1, atol=0.02)
    assert (np.abs(samples.mean(axis=1)).max(axis=0) > 0.9).all()
    assert np.median(samples.std(axis=1)) < 0.02


def test_its_spectrum_is_the_one_that_stands_in_the_tables(monkeypatch):
    for name in ("TABLE_SHARE", "LEVEL", "DIRECTION", "TILT"):
        monkeypatch.setattr(rest, name, 0.0)
    upright = drawn(300)
    gravity = upright.mean(axis=1, keepdims=True)
    down = gravity / np.linalg.norm(gravity, axis=2, keepdims=True)
    along = ((upright - gravity) * down).sum(axis=2)
    power = np.abs(np.fft.rfft(along)) ** 2 * 2 / (RATE_HZ * along.shape[1])
    frequencies_hz = np.fft.rfftfreq(along.shape[1], 1 / RATE_HZ)
    measured = np.log10(np.interp(rest.BANDS_HZ, frequencies_hz, power.mean(axis=0)))
    np.testing.assert_allclose(measured, rest.VERTICAL, atol=0.15)


@pytest.mark.parametrize("length", [1, 2, 767, 768])
def test_it_has_the_length_that_was_asked_for(length):
    assert rest.accelerations(np.random.default_rng(0), length, RATE_HZ).shape == (length, 3)
