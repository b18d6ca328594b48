"""Constants of the accelerometer front end for `firmware/frontend/motion.c`."""

import math

import numpy as np

from featherline.codegen.frontend.header import folded, number, write
from featherline.tflite.model import Tensor

SOURCE = "motion.c"

UNITS_PER_G = 4096  # of a pushed sample: +-8 g in 16 bits
STORED_PER_G = 400  # of a sample in the window's buffer: +-1.28 g in 10 bits, +-10 g shifted by 3
TAP_BITS = 17  # of a tap that turns the one unit into the other; the largest has 14

PROTOTYPES = """\
/* Takes one sample: x, y and z in units of 1 / FRONTEND_UNITS_PER_G g, at FRONTEND_RATE_HZ.
   Returns the model's input when a window is due, which lasts until the next push; else 0. */
const int8_t *frontend_push(const int16_t xyz[3]);
"""


def header(frontend: dict, tensor: Tensor) -> str:
    """`frontend.h` of an accelerometer application; arguments as in `featherline.codegen.frontend.sources`."""
    constants = frontend["frontend"]
    gains, offsets = folded(frontend["normalization"], tensor)
    taps = np.rint(np.array(constants["taps"]) * (2**TAP_BITS * STORED_PER_G / UNITS_PER_G)).astype(int)
    channels = " ".join(
        f"channel({name}, {number(gain / STORED_PER_G)}, {number(offset)})"
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
            "STORED_PER_G": STORED_PER_G,
            "SMALLEST_GRAVITY": number(constants["smallest_gravity_g"] * STORED_PER_G),
            "CHANNELS(channel)": channels,
        },
        PROTOTYPES,
    )
