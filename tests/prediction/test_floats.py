import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from featherline.prediction.floats import fused

_numbers = st.floats(width=32, min_value=2.0**-40, max_value=2.0**40).map(np.float32)


def rounded_once(a, b, c):
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    near = np.float32(float(exact))
    candidates = [np.nextafter(near, np.float32(-math.inf)), near, np.nextafter(near, np.float32(math.inf))]
    return min(candidates, key=lambda one: (abs(Fraction(float(one)) - exact), int(one.view(np.uint32)) & 1))


@given(_numbers, _numbers, _numbers)
def test_a_product_and_a_sum_are_rounded_once(a, b, c):
    assert fused(a, b, c) == rounded_once(a, b, c)
    assert fused(-a, b, c) == rounded_once(-a, b, c)


def test_what_float64_rounds_to_halfway_is_decided_by_what_it_dropped():
    a, b = np.float32(1 + 2**-12), np.float32(1 + 2**-12)  # 1 + 2**-11 + 2**-24: halfway between two float32
    for tiny, expected in ((2.0**-80, 1 + 2**-11 + 2**-23), (-(2.0**-80), 1 + 2**-11)):
        assert fused(a, b, np.float32(tiny)) == np.float32(expected)
        assert np.float32(np.float64(a) * np.float64(b) + tiny) == np.float32(1 + 2**-11)
