"""Constants of the accelerometer front end for `featherline/firmware/frontend/motion.c`."""

import math

import numpy as np

from featherline.codegen.frontend.header import ALONE, Ram, Room, aligned, folded, number, rate, write
from featherline.records.frontend import FrontEnd, MotionConstants
from featherline.tflite.model import Tensor

SOURCE = "motion.c"

UNITS_PER_G = 4096  # of a pushed sample: +-8 g in 16 bits
STORED_PER_G = 400  # of a sample in the window's buffer: +-1.28 g in 10 bits, +-10 g shifted by 3
TAP_BITS = 17  # of a tap that turns the one unit into the other; the largest has 14

COMPANDED = ("vertical", "horizontal")  # channels that companding concerns

_AXES = 3


def memory_bytes(frontend: FrontEnd, constants: MotionConstants, room: Room) -> int:
    """The samples of a window at its end, one word each; features and model before those that the next one has too."""
    features, channels = math.prod(frontend.input_shape), len(constants.channels)
    window_bytes = 4 * constants.window_samples
    kept_bytes = window_bytes - 4 * constants.hop_samples
    behind_model = max(room.model_bytes, aligned(room.input_offset + features))
    # Features are written while samples are read: none may reach the sample behind the one that it was made of.
    behind_window = room.input_offset + window_bytes + max(channels - 4, 0) * constants.window_samples
    return max(behind_model + kept_bytes, aligned(behind_window))


def header(frontend: FrontEnd, constants: MotionConstants, tensor: Tensor, name: str, room: Room = ALONE) -> str:
    """The header of an accelerometer application.

    Args:
        frontend, tensor, name, room: as in `featherline.codegen.frontend.sources`.
        constants: of the front end.
    """
    gains, offsets = folded(frontend.normalization, tensor)
    taps = np.rint(np.array(constants.taps) * (2**TAP_BITS * STORED_PER_G / UNITS_PER_G)).astype(int)
    channels = " ".join(
        f"channel({channel}, {number(gain * _unit(constants, channel))}, {number(offset)})"
        for channel, gain, offset in zip(constants.channels, gains, offsets, strict=True)
    )
    companding = (
        {} if constants.companding_g is None else {"COMPANDING": number(1 / (constants.companding_g * STORED_PER_G))}
    )
    features = math.prod(frontend.input_shape)
    return write(
        name,
        f"Front end of {frontend.application}: x, y and z in units of 1 / {UNITS_PER_G} g to features.",
        {
            "SAMPLE_VALUES": _AXES,
            "UNITS_PER_G": UNITS_PER_G,
            "RATE_HZ": rate(constants.native_rate_hz),
            "INTERPOLATION": constants.interpolation,
            "DECIMATION": constants.decimation,
            "TAP_COUNT": len(taps),
            "TAP_BITS": TAP_BITS,
            "TAPS": "{" + ", ".join(map(str, taps)) + "}",
            "WINDOW_SAMPLES": constants.window_samples,
            "HOP_SAMPLES": constants.hop_samples,
            "FEATURES": features,
            "FEATURES_AT": room.input_offset,
            "STORED_PER_G": STORED_PER_G,
            "SMALLEST_GRAVITY": number(constants.smallest_gravity_g * STORED_PER_G),
            **companding,
            "CHANNELS(channel)": channels,
        },
        _ram(constants, len(taps)),
        memory_bytes(frontend, constants, room),
        room,
    )


def _unit(constants: MotionConstants, channel: str) -> float:
    """What one unit of a channel is in the C: a unit of samples, or the last bit of a float32 between 1 and 2."""
    if constants.companding_g is not None and channel in COMPANDED:
        return float(np.finfo(np.float32).eps)
    return 1 / STORED_PER_G


def _ram(constants: MotionConstants, taps: int) -> Ram:
    """The last inputs of the filter, and two counters."""
    history = -(-taps // constants.interpolation)
    return Ram(2 * _AXES * history + 2 * 4, 2 * taps)
