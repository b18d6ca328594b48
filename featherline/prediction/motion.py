"""The accelerometer front end of `featherline/firmware/frontend/motion.c` in NumPy, equal to it on every feature."""

from collections.abc import Callable

import numpy as np

from featherline.core.parsing import Tree
from featherline.prediction.constants import channels_of_header, of_header
from featherline.prediction.floats import fused, products, squares, stepped

_AXIS_LIMIT = 512  # NN_AXIS_LIMIT
_MOST_SHIFTED = 3  # NN_MOST_SHIFTED


def features(samples: np.ndarray, header: str) -> tuple[np.ndarray, np.ndarray]:
    """The features of each window of a recording.

    Args:
        samples: int16, shape (samples, 3), as the sensor gives them at the native rate.
        header: `nn_frontend.h` of the model.

    Returns:
        int8, shape (windows, features), and which sample completed each window, int, shape (windows,).
    """
    constant = of_header(header)
    window, hop = int(constant["WINDOW_SAMPLES"]), int(constant["HOP_SAMPLES"])
    stored, places = _stored(samples, constant)
    starts = np.arange(0, max(len(stored) - window + 1, 0), hop)
    cut = stored[starts[:, np.newaxis] + np.arange(window)]  # (windows, window, 3)
    return _channels(cut, header, constant), places[starts + window - 1]


def _stored(samples: np.ndarray, constant: Tree) -> tuple[np.ndarray, np.ndarray]:
    """What the window's buffer keeps of each filtered sample, float32, and which sample that came with."""
    taps, bits = constant["TAPS"], int(constant["TAP_BITS"])
    up, down = int(constant["INTERPOLATION"]), int(constant["DECIMATION"])
    first = -(-(len(taps) - 1) // down)
    last = (len(samples) * up - 1) // down
    if last < first:
        return np.empty((0, 3), np.float32), np.empty(0, np.int64)
    from scipy.signal import upfirdn  # takes a second to import

    # Products of integers, whose sums are exact in float64.
    sums = upfirdn(taps.astype(np.float64), samples.astype(np.float64), up, down, axis=0)[first : last + 1]
    axes = (np.rint(sums).astype(np.int64) + (1 << (bits - 1))) >> bits
    limit = _AXIS_LIMIT << _MOST_SHIFTED
    axes = np.clip(axes, -limit, limit - 1)
    longest = np.bitwise_or.reduce(axes ^ (axes >> 63), axis=1, keepdims=True)
    shift = np.zeros_like(longest)
    for _ in range(_MOST_SHIFTED):
        shift += (longest >> shift) >= _AXIS_LIMIT
    stored = ((axes >> shift) << shift) + ((1 << shift) >> 1)
    return stored.astype(np.float32), np.arange(first, last + 1) * down // up


def _channels(cut: np.ndarray, header: str, constant: Tree) -> np.ndarray:
    window = cut.shape[1]
    mean = np.zeros((len(cut), 3), np.float32)
    for place in range(window):  # in the order of the C, which float32 may show
        mean += cut[:, place]
    mean *= np.float32(1) / np.float32(window)
    gravity = np.maximum(_length(squares(*mean.T)), constant["SMALLEST_GRAVITY"])[:, np.newaxis]
    x, y, z = np.moveaxis(cut, 2, 0)
    mean_x, mean_y, mean_z = (mean[:, [axis]] for axis in range(3))
    motion_x, motion_y, motion_z = x - mean_x, y - mean_y, z - mean_z
    square = squares(motion_x, motion_y, motion_z)
    along = products(motion_x, mean_x, motion_y, mean_y, motion_z, mean_z) / gravity
    compute: dict[str, Callable[[], np.ndarray]] = {
        "x": lambda: x,
        "y": lambda: y,
        "z": lambda: z,
        "magnitude": lambda: _length(squares(x, y, z)),
        "vertical": lambda: _moved(along, constant),
        "horizontal": lambda: _moved(_length(fused(-along, along, square)), constant),
    }
    steps = [stepped(fused(compute[name](), gain, offset)) for name, gain, offset in channels_of_header(header)]
    return np.stack(steps, axis=-1).reshape(len(cut), window * len(steps))


def _moved(values: np.ndarray, constant: Tree) -> np.ndarray:
    """`nn_moved` of the C: values as they are, or companded."""
    if "COMPANDING" not in constant:
        return values
    above = fused(np.abs(values), constant["COMPANDING"], np.float32(1))
    logarithm = (above.view(np.int32) - np.float32(1).view(np.int32)).astype(np.float32)
    return np.where(values < 0, -logarithm, logarithm)


def _length(square: np.ndarray) -> np.ndarray:
    root: np.ndarray = np.sqrt(np.maximum(square, np.float32(0)))
    return root
