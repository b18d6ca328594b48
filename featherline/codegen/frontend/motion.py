"""Constants of the accelerometer front end for `firmware/frontend/motion.c`."""

import math

import numpy as np

from featherline.codegen.frontend.header import folded, number, write
from featherline.tflite.model import Tensor

SOURCE = "motion.c"

UNITS_PER_G = 4096  # of a pushed sample: +-8 g in 16 bits
TAP_BITS = 14
PACKED_PER_G = 64  # +-8 g in 10 bits
FARTHEST_STEPS = 0.75  # that rounding may move a feature: at 0.82 CarSensor's classes changed in 0.9 % of windows

PROTOTYPES = """\
/* Takes one sample: x, y and z in units of 1 / FRONTEND_UNITS_PER_G g, at FRONTEND_RATE_HZ.
   Returns the model's input when a window is due, which lasts until the next push; else 0. */
const int8_t *frontend_push(const int16_t xyz[3]);
"""


def header(frontend: dict, tensor: Tensor) -> str:
    """`frontend.h` of an accelerometer application; arguments as in `featherline.codegen.frontend.sources`."""
    constants = frontend["frontend"]
    gains, offsets = folded(frontend["normalization"], tensor)
    bits, per_g = _storage(gains)
    taps = np.rint(np.array(constants["taps"]) * 2**TAP_BITS).astype(int)
    channels = " ".join(
        f"channel({name}, {number(gain / per_g)}, {number(offset)})"
        for name, gain, offset in zip(constants["channels"], gains, offsets, strict=True)
    )
    return write(
        f"Front end of {frontend['application']}: acceleration to features.",
        {
            "UNITS_PER_G": UNITS_PER_G,
            "RATE_HZ": constants["native_rate_hz"],
            "INTERPOLATION": constants["interpolation"],
            "DECIMATION": constants["decimation"],
            "TAP_COUNT": len(taps),
            "TAP_BITS": TAP_BITS,
            "TAPS": "{" + ", ".join(map(str, taps)) + "}",
            "WINDOW_SAMPLES": constants["window_samples"],
            "HOP_SAMPLES": constants["hop_samples"],
            "FEATURES": math.prod(frontend["input_shape"]),
            "STORED_BITS": bits,
            "STORED_SHIFT": int(math.log2(UNITS_PER_G / per_g)),
            "SMALLEST_GRAVITY": number(constants["smallest_gravity_g"] * per_g),
            "CHANNELS(channel)": channels,
        },
        PROTOTYPES,
    )


def _storage(gains: np.ndarray) -> tuple[int, int]:
    """Bits of a stored axis and its units in a g: 10 bits where rounding to them moves features little.

    Each axis is off by half a unit at most, a length or a projection by sqrt(3) times that.
    """
    farthest_steps = math.sqrt(3) / 2 / PACKED_PER_G * np.abs(gains).max()
    return (10, PACKED_PER_G) if farthest_steps < FARTHEST_STEPS else (16, UNITS_PER_G)
