"""Grids on which a stored number does not show the noise of the processor that computed it."""

import doctest

import numpy as np
import pytest

from featherline.core import numerics
from featherline.core.numerics import on_grid, step_below


def test_its_examples():
    failed, attempted = doctest.testmod(numerics)
    assert attempted and not failed


def test_noise_is_gone_behind_the_rounding():
    values = np.random.default_rng(0).normal(size=100_000)
    noisy = values + 1e-15 * np.sin(np.arange(len(values)))
    assert (values != noisy).mean() > 0.5
    assert on_grid(values, 2**-12).tobytes() == on_grid(noisy, 2**-12).tobytes()


def test_no_value_becomes_a_negative_zero():
    assert np.signbit(-1e-17) and not np.signbit(on_grid([-1e-17, -0.0], 2**-12)).any()


def test_a_value_on_the_grid_stays_and_a_half_goes_to_the_even_one():
    assert on_grid([3 / 8, 0.5 / 8, 1.5 / 8, -2.5 / 8], 2**-3).tolist() == [0.375, 0.0, 0.25, -0.25]


@pytest.mark.parametrize(("magnitude", "expected"), [(0.99, 0.25), (1.0, 0.5), (1.01, 0.5), (2.0, 1.0), (1e-3, 2**-11)])
def test_the_step_of_a_magnitude_is_read_from_its_exponent(magnitude, expected):
    assert step_below(magnitude, 2) == expected


def test_each_value_can_have_a_step_of_its_own():
    values = np.array([1 / 3, 1000 / 3])
    rounded = on_grid(values, step_below(values, 10))
    assert np.abs(rounded / values - 1).max() < 2**-10
    assert rounded.astype(np.float32).tolist() == rounded.tolist()
