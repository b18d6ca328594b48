"""The front end of any sensor of `featherline/firmware/frontend/sensor.c` in NumPy, equal to it on every feature."""

import re

import numpy as np

from featherline.codegen.frontend.sensor import KINDS
from featherline.core.parsing import Tree
from featherline.prediction import audio
from featherline.prediction.constants import of_header
from featherline.prediction.floats import fused, products, squares

_CHANNEL = re.compile(r"\{(\d+), \{(\d+), (\d+), (\d+)\}, ([^,]+)f, ([^,]+)f, ([^,}]+)f\}")
_WINDOWS_AT_ONCE = 64


def features(samples: np.ndarray, header: str) -> tuple[np.ndarray, np.ndarray]:
    """The features of each window of a recording.

    Args:
        samples: int16, shape (samples, columns), as a device gives them at the native rate.
        header: `nn_frontend.h` of the model.

    Returns:
        int8, shape (windows, features), and which sample completed each window, int, shape (windows,).
    """
    constant = of_header(header)
    samples = samples.reshape(len(samples), -1)  # of one column a device may have plain numbers
    window, hop = int(constant["WINDOW_SAMPLES"]), int(constant["HOP_SAMPLES"])
    stored, places = _stored(samples, constant)
    starts = np.arange(0, max(len(stored) - window + 1, 0), hop)
    made = [np.empty((0, int(constant["FEATURES"])), np.int8)]
    for at in range(0, len(starts), _WINDOWS_AT_ONCE):
        part = starts[at : at + _WINDOWS_AT_ONCE]
        raw = stored[part[:, np.newaxis] + np.arange(window)].astype(np.float32)
        cut = fused(raw, constant["STEPS"], constant["ZEROS"])
        made.append(_features(cut, header, constant))
    return np.concatenate(made), places[starts + window - 1]


def _stored(samples: np.ndarray, constant: Tree) -> tuple[np.ndarray, np.ndarray]:
    """Samples at the rate of windows, int16, and which native sample each came with."""
    taps, bits = np.atleast_1d(constant["TAPS"]), int(constant["TAP_BITS"])
    up, down = int(constant["INTERPOLATION"]), int(constant["DECIMATION"])
    first, last = -(-(len(taps) - 1) // down), (len(samples) * up - 1) // down
    if last < first:
        return np.empty((0, samples.shape[1]), np.int16), np.empty(0, np.int64)
    from scipy.signal import upfirdn  # takes a second to import

    # Products of integers, whose sums are exact in float64.
    sums = upfirdn(taps.astype(np.float64), samples.astype(np.float64), up, down, axis=0)[first : last + 1]
    values = (np.rint(sums).astype(np.int64) + (1 << (bits - 1))) >> bits
    limits = np.iinfo(np.int16)
    return np.clip(values, limits.min, limits.max).astype(np.int16), np.arange(first, last + 1) * down // up


def _features(cut: np.ndarray, header: str, constant: Tree) -> np.ndarray:
    steps = []
    for kind, *columns, gain, offset, smallest in _CHANNEL.findall(header):
        values = _values(cut, KINDS[int(kind)], [int(column) for column in columns], np.float32(smallest), constant)
        if "FFT_SAMPLES" in constant:
            values = _bands(values, constant)
        steps.append(_quantized(fused(values, np.float32(gain), np.float32(offset))))
    return np.stack(steps, axis=-1).reshape(len(cut), -1)


def _values(cut: np.ndarray, kind: str, columns: list[int], smallest: np.float32, constant: Tree) -> np.ndarray:
    x, y, z = (cut[..., column] for column in columns)
    if kind == "column":
        return x
    if kind == "jerk":
        rate = constant["WINDOW_RATE_HZ"]
        x, y, z = (np.concatenate([d[:, :1], d], axis=1) for d in (np.diff(axis, axis=1) * rate for axis in (x, y, z)))
    if kind in ("magnitude", "jerk"):
        return _length(squares(x, y, z))
    mean = np.zeros((3, len(cut)), np.float32)
    for place in range(cut.shape[1]):  # in the order of the C, which float32 may show
        for axis, column in enumerate(columns):
            mean[axis] += cut[:, place, column]
    mean *= np.float32(1) / np.float32(cut.shape[1])
    gravity = np.maximum(_length(squares(*mean)), smallest)[:, np.newaxis]
    mean_x, mean_y, mean_z = (axis[:, np.newaxis] for axis in mean)
    x, y, z = x - mean_x, y - mean_y, z - mean_z
    along: np.ndarray = products(x, mean_x, y, mean_y, z, mean_z) / gravity
    if kind == "vertical":
        return along
    return _length(fused(-along, along, squares(x, y, z)))


def _bands(values: np.ndarray, constant: Tree) -> np.ndarray:
    """The logarithm of the magnitude in bands, float32, shape (windows, bands)."""
    length, edges = int(constant["FFT_SAMPLES"]), constant["EDGES"]
    tables = audio.Tables({"SINES": constant["SINES"], "FRAME_BITS": constant["FFT_BITS"], "FRAME_SAMPLES": length})
    from_first = values - values[:, :1]
    mean = np.zeros(len(values), np.float32)
    for place in range(values.shape[1]):
        mean += from_first[:, place]
    mean *= np.float32(1) / np.float32(values.shape[1])
    still = from_first - mean[:, np.newaxis]
    sums = np.zeros((len(edges) - 1, len(values)), np.float32)
    for start in range(0, values.shape[1] - length + 1, length // 2):
        power = audio.power(audio.transformed(still[:, start : start + length], tables), tables)
        for band in range(len(edges) - 1):
            for bin_place in range(int(edges[band]), int(edges[band + 1])):
                sums[band] += power[bin_place]
    inner = fused(sums, constant["POWER"], constant["FLOOR_SQUARED"]).astype(np.float32)
    half_log: np.ndarray = np.float32(0.5) * audio.logarithm(inner)
    transposed: np.ndarray = half_log.T
    return transposed


def _quantized(steps_above_lowest: np.ndarray) -> np.ndarray:
    values: np.ndarray = (np.clip(steps_above_lowest, 0, 255).astype(np.int32) - 128).astype(np.int8)
    return values


def _length(square: np.ndarray) -> np.ndarray:
    root: np.ndarray = np.sqrt(np.maximum(square, np.float32(0)))
    return root
