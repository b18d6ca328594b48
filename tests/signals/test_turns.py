"""Turns keep lengths and angles, and come as often as they are asked for."""

import numpy as np

from featherline.signals import turns

RATE_HZ = 50.0


def swinging(seconds: float = 60.0) -> np.ndarray:
    """Gravity along z and a swing along x."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.stack([0.3 * np.sin(2 * np.pi * times), np.zeros_like(times), np.ones_like(times)], axis=1)


def test_a_turn_keeps_lengths_and_angles():
    samples = np.eye(3)
    turned = turns.turned(samples, turns.unit_quaternions(np.random.default_rng(0).normal(size=(1, 4))))
    np.testing.assert_allclose(turned @ turned.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turned) > 0.999  # no mirror


def test_turns_are_drawn_evenly_from_all():
    unit = turns.unit_quaternions(np.random.default_rng(0).normal(size=(20_000, 4)))
    up = turns.turned(np.tile([0.0, 0.0, 1.0], (len(unit), 1)), unit)
    assert np.abs(up.mean(axis=0)).max() < 0.02
    np.testing.assert_allclose(up.T @ up / len(up), np.eye(3) / 3, atol=0.02)


def test_a_device_that_is_turned_rests_between_turns_and_moves_smoothly_in_them():
    samples = swinging()
    turned = turns.turning(samples, RATE_HZ, np.random.default_rng(1), every_seconds=10)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), np.linalg.norm(samples, axis=1), atol=1e-12)
    gravity = turns.turning(np.tile([0.0, 0.0, 1.0], (len(samples), 1)), RATE_HZ, np.random.default_rng(1), 10)
    steps = np.linalg.norm(np.diff(gravity, axis=0), axis=1)
    moving = steps > 1e-9
    assert moving.sum() in range(6 * 25, 7 * 25 + 2)  # six or seven turns of half a second
    assert steps.max() < 0.3


def test_the_seed_decides_when_and_where_to():
    first, again, other = (
        turns.turning(swinging(), RATE_HZ, np.random.default_rng(seed), every_seconds=10) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again) and not np.array_equal(first, other)
