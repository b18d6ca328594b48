"""Grids: what makes a stored number the same on every processor.

exp, log, sums and matrix products come out a little different from one processor to the next: instructions
approximate, and a wider register or a larger cache changes the order of a sum. Computed in float64, the difference
lies near 1e-16 of the values that enter. Where a result is stored or a decision hangs on it, it is rounded to
multiples of a step far above that noise, and the noise is gone, unless a value lies within it of the middle between
two multiples. Of `count` values that happens `count * noise / step` times on average: a step is chosen so that this is
far below one, and far below what anybody could measure of the quantity. A conversion to float32 is such a rounding,
too, but of steps so fine that noise still shows, above all near 0.

    >>> stored = on_grid([0.1 + 0.2, -1e-17], 2**-12).tolist()
    >>> stored == on_grid([0.3, 1e-17], 2**-12).tolist()
    True
    >>> stored
    [0.300048828125, 0.0]
"""

import numpy as np

SAMPLE_STEP = 2.0**-20
"""Of samples of full scale or in g, and of factors near 1: a millionth, far below what a sensor resolves."""


def on_grid(values: np.ndarray | float, step: np.ndarray | float) -> np.ndarray:
    """Rounds to the nearest multiple of `step`, halves to the even one; never to a negative zero.

    Args:
        values: any shape.
        step: a power of two, so that division and product are exact; or several that broadcast with `values`.

    Returns:
        float64, of the broadcast shape.
    """
    # -0.0 and 0.0 are equal and have different bytes: a sum with 0.0 leaves one of them.
    return np.rint(np.asarray(values, np.float64) / step) * step + 0.0


def step_below(magnitude: np.ndarray | float, bits: int) -> np.ndarray:
    """The step that lies `bits` binary places below the power of two above a magnitude: for values of any unit.

    >>> float(step_below(0.3, 2))
    0.125

    The exponent is read from the bits of the number; a logarithm may come out an ulp beside a whole number.
    """
    step: np.ndarray = np.ldexp(1.0, np.frexp(magnitude)[1] - bits)
    return step
