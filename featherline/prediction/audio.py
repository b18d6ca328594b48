"""The audio front end of `featherline/firmware/frontend/audio.c` in NumPy, equal to it on every feature."""

import numpy as np

from featherline.core.parsing import Tree
from featherline.prediction.constants import of_header
from featherline.prediction.floats import fused, stepped

_FRAMES_AT_ONCE = 256
_SQUARE_ROOT_OF_HALF = 0x3F35_04F3  # the bits of the float32
_ONE_F32 = np.float32(1)


def features(samples: np.ndarray, header: str) -> tuple[np.ndarray, np.ndarray]:
    """The features of each window of a recording.

    Args:
        samples: int16, shape (samples,), at the model's rate.
        header: `nn_frontend.h` of the model.

    Returns:
        int8, shape (windows, features), and which sample completed each window, int, shape (windows,).
    """
    constant = of_header(header)
    length, hop, frames = (int(constant[name]) for name in ("FRAME_SAMPLES", "HOP_SAMPLES", "FRAMES"))
    of_frame, of_window = int(constant["COEFFICIENTS"]), int(constant.get("STATISTICS", frames))
    if len(samples) < length:
        return np.empty((0, of_window * of_frame), np.int8), np.empty(0, np.int64)
    cut = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]
    tables = Tables(constant)
    columns = np.concatenate(
        [_columns(cut[at : at + _FRAMES_AT_ONCE], constant, tables) for at in range(0, len(cut), _FRAMES_AT_ONCE)]
    )
    starts = np.arange(0, max(len(columns) - frames + 1, 0), int(constant["HOP_FRAMES"]))
    windows = columns[starts[:, np.newaxis] + np.arange(frames)]
    if "STATISTICS" in constant:
        windows = _statistics(windows, constant)
    return windows.reshape(len(starts), -1), (starts + frames - 1) * hop + length - 1


class Tables:
    """Rows of angles that the C turns by, one small step after another: cosines and sines, float32."""

    def __init__(self, constant: Tree) -> None:
        sine, bits = constant["SINES"], int(constant["FRAME_BITS"])
        half = int(constant["FRAME_SAMPLES"]) // 2
        whole = _less(sine[bits])
        self.window = 1 - _turns(_ONE_F32, np.float32(0), whole, sine[bits - 1], 2 * half)[0]
        self.stages = [_turns(_ONE_F32, np.float32(0), _less(sine[s + 1]), sine[s], 1 << s) for s in range(bits - 1)]
        self.power = _turns(_ONE_F32, np.float32(0), whole, sine[bits - 1], half // 2 + 1)
        self.order = np.array([int(f"{place:0{bits - 1}b}"[::-1], 2) for place in range(half)])
        angles = constant.get("DCT_ANGLES")
        self.dct = None
        if angles is not None:
            bands = int(constant["MEL_BANDS"])
            rows = []
            for cosine, sine_of in angles:
                twice = np.float32(2) * sine_of
                rows.append(_turns(cosine, sine_of, twice * sine_of, twice * cosine, bands)[0])
            self.dct = np.stack(rows)


def _less(sine: np.float32) -> np.float32:
    return np.float32(2) * sine * sine


def _turns(
    cosine: np.float32, sine: np.float32, less: np.float32, across: np.float32, number: int
) -> tuple[np.ndarray, np.ndarray]:
    """So many angles from the first one on, each `nn_turned` from the one before."""
    rows = np.empty((2, number), np.float32)
    for place in range(number):
        rows[:, place] = cosine, sine
        cosine, sine = (
            cosine - np.float32(fused(less, cosine, across * sine)),
            sine - np.float32(fused(less, sine, -(across * cosine))),
        )
    return rows[0], rows[1]


def _columns(frames: np.ndarray, constant: Tree, tables: Tables) -> np.ndarray:
    """int8, or int16 where statistics are made of them, shape (frames, coefficients), of shape (frames, samples)."""
    energies = power(transformed(frames, tables), tables)
    bands = logarithm(_mel(energies, constant["MEL_EDGES"]) + constant["LOG_FLOOR"])
    if tables.dct is None:
        values = bands
    else:
        values = np.zeros((len(tables.dct), bands.shape[1]), np.float32)
        for band, row in enumerate(bands):
            values = fused(row, tables.dct[:, [band]], values)
    gains, offsets = constant["GAINS"][:, np.newaxis], constant["OFFSETS"][:, np.newaxis]
    return stepped(fused(values, gains, offsets), np.int16 if "STATISTICS" in constant else np.int8).T


def _statistics(windows: np.ndarray, constant: Tree) -> np.ndarray:
    """int8, shape (windows, 3 * coefficients), of int16 frames of shape (windows, frames, coefficients)."""
    frames = windows.astype(np.int64)
    sums, changes = frames.sum(axis=1), (np.diff(frames, axis=1) ** 2).sum(axis=1)
    variances = frames.shape[1] * (frames**2).sum(axis=1) - sums**2
    figures = (
        sums.astype(np.float32),
        logarithm(_float(variances) + constant["VARIANCE_FLOOR"]),
        logarithm(_float(changes) + constant["CHANGE_FLOOR"]),
    )
    return stepped(fused(np.concatenate(figures, axis=1), constant["STATISTICS_GAINS"], constant["STATISTICS_OFFSETS"]))


def _float(values: np.ndarray) -> np.ndarray:
    """`nn_float`: float32 of whole numbers, in two parts."""
    high, low = (values >> 30).astype(np.float32), (values & 0x3FFF_FFFF).astype(np.float32)
    return fused(high, np.float32(2**30), low)


def transformed(frames: np.ndarray, tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """The complex FFT of half the length, float32: real and imaginary parts, shape (half, frames)."""
    count, half = len(frames), frames.shape[1] // 2
    loaded = frames.T.astype(np.float32) * tables.window[:, np.newaxis]
    re, im = np.empty((half, count), np.float32), np.empty((half, count), np.float32)
    re[tables.order], im[tables.order] = loaded[::2], loaded[1::2]
    for stage, (cosine, sine) in enumerate(tables.stages):
        span = 1 << stage
        a_re, b_re = np.moveaxis(re.reshape(-1, 2, span, count), 1, 0)
        a_im, b_im = np.moveaxis(im.reshape(-1, 2, span, count), 1, 0)
        c, s = cosine[:, np.newaxis], sine[:, np.newaxis]
        turned_re, turned_im = fused(b_re, c, b_im * s), fused(b_im, c, -(b_re * s))
        b_re[...], b_im[...] = a_re - turned_re, a_im - turned_im
        a_re += turned_re
        a_im += turned_im
    return re, im


def power(spectrum: tuple[np.ndarray, np.ndarray], tables: Tables) -> np.ndarray:
    """Four times the power of the real FFT, shape (half, frames); that of bin 0 is left out."""
    re, im = spectrum
    half = len(re)
    up = np.arange(1, half // 2 + 1)
    a_re, a_im, b_re, b_im = re[up], im[up], re[half - up], im[half - up]
    even_re, even_im, odd_re, odd_im = a_re + b_re, a_im - b_im, a_im + b_im, b_re - a_re
    cosine, sine = (row[1:, np.newaxis] for row in tables.power)
    turned_re, turned_im = fused(odd_re, cosine, odd_im * sine), fused(odd_im, cosine, -(odd_re * sine))
    powers = np.zeros_like(re)
    for places, real, imaginary in (
        (up, even_re + turned_re, even_im + turned_im),
        (half - up, even_re - turned_re, even_im - turned_im),
    ):
        powers[places] = fused(real, real, imaginary * imaginary)
    return powers


def _mel(power: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Shape (bands, frames)."""
    bands = len(edges) - 2
    energies = np.empty((bands, power.shape[1]), np.float32)
    at = int(edges[0]) + 1
    falling_before = np.zeros(power.shape[1], np.float32)
    for band in range(bands + 1):
        whole, rising = np.zeros_like(falling_before), np.zeros_like(falling_before)
        while np.float32(at) < edges[band + 1]:
            whole = whole + power[at]
            rising = fused(power[at], np.float32(at) - edges[band], rising)
            at += 1
        rising = rising / (edges[band + 1] - edges[band])
        if band:
            energies[band - 1] = falling_before + (whole - rising)
        falling_before = rising
    return energies


def logarithm(values: np.ndarray) -> np.ndarray:
    """`nn_logarithm`: float32 of the same shape."""
    from_half = values.view(np.uint32) - np.uint32(_SQUARE_ROOT_OF_HALF)
    exponent = (from_half.view(np.int32) >> 23).astype(np.float32)
    mantissa = ((from_half & np.uint32(0x7F_FFFF)) + np.uint32(_SQUARE_ROOT_OF_HALF)).view(np.float32)
    part = (mantissa - _ONE_F32) / (mantissa + _ONE_F32)
    square = part * part
    series = fused(square, _ONE_F32 / np.float32(7), _ONE_F32 / np.float32(5))
    series = fused(square, series, _ONE_F32 / np.float32(3))
    series = fused(square, series, _ONE_F32)
    return fused(exponent, np.float32(0.693147181), np.float32(2) * part * series)
