"""float32 arithmetic as clang compiles it for a core with a fused multiply-add, bit for bit.

C lets a compiler round `a * b + c` once instead of twice. clang does so within an expression wherever the
core can (Cortex-M4 with its FPU, x86-64 with FMA, AArch64), and takes the left product of two. NumPy has no such
operation, so `fused` computes it in float64 and repairs the few cases that are rounded twice.
"""

import numpy as np

Float = np.ndarray | np.float32

_DROPPED_BITS = 0x1FFF_FFFF  # of a float64, which a float32 has no room for
_HALFWAY = 0x1000_0000


def fused(a: Float, b: Float, c: Float) -> np.ndarray:
    """a * b + c, rounded once; float32 of the shape that the three broadcast to.

    The product of two float32 is exact in float64. Its sum with the third is rounded there, and again to float32:
    that goes wrong only where the first rounding ends halfway between two float32, so there, and nowhere else, the
    error of the first rounding (Knuth's two-sum) decides.
    """
    product = np.multiply(a, b, dtype=np.float64)
    total = np.atleast_1d(product + c)
    halfway = (total.view(np.int64) & _DROPPED_BITS) == _HALFWAY
    if halfway.any():
        p, s = np.broadcast_to(product, total.shape)[halfway], total[halfway]
        addend = np.broadcast_to(np.asarray(c, np.float64), total.shape)[halfway]
        back = s - p
        error = (p - (s - back)) + (addend - back)
        total[halfway] = np.where(error == 0, s, np.nextafter(s, np.where(error > 0, np.inf, -np.inf)))
    return total.astype(np.float32).reshape(np.shape(product + c))


def squares(x: Float, y: Float, z: Float) -> np.ndarray:
    """`x * x + y * y + z * z` in C."""
    return products(x, x, y, y, z, z)


def products(a: Float, b: Float, c: Float, d: Float, e: Float, f: Float) -> np.ndarray:
    """`a * b + c * d + e * f` in C."""
    return fused(e, f, fused(a, b, np.multiply(c, d, dtype=np.float32)))


def stepped(values: np.ndarray, dtype: type[np.signedinteger] = np.int8) -> np.ndarray:
    """Integers of steps above the lowest one: the fraction is cut off, and what is out of range too."""
    limits = np.iinfo(dtype)
    return np.clip(values.astype(np.int32) + limits.min, limits.min, limits.max).astype(dtype)
