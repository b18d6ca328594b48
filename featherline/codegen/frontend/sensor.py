"""Constants of the front end of any sensor for `featherline/firmware/frontend/sensor.c`."""

import json
import math

import numpy as np

from featherline.codegen.frontend.header import ALONE, Ram, Room, aligned, folded, number, numbers, rate, write
from featherline.records.frontend import FrontEnd, SensorConstants
from featherline.tflite.model import Tensor

SOURCE = "sensor.c"

TAP_BITS = 14  # of a tap; a sample keeps its unit, so that without a filter it stays what it is
KINDS = ("column", "magnitude", "vertical", "horizontal", "jerk")
_POWER_FACTOR = 16  # the C leaves out 1/2 of the Hann window and 1/2 of the split of the FFT: four times each
_CHANNEL_BYTES = 16
_AXES = 3


def memory_bytes(frontend: FrontEnd, constants: SensorConstants, room: Room) -> int:
    """The features of a window, and behind them a spectrum; or the model where that takes more."""
    return max(_spectrum_at(frontend, room) + _spectrum_bytes(constants), room.model_bytes)


def _spectrum_at(frontend: FrontEnd, room: Room) -> int:
    return aligned(room.input_offset + math.prod(frontend.input_shape))


def _spectrum_bytes(constants: SensorConstants) -> int:
    return 0 if constants.spectrum is None else 4 * constants.spectrum.fft_samples


def header(frontend: FrontEnd, constants: SensorConstants, tensor: Tensor, name: str, room: Room = ALONE) -> str:
    """The header of an application of any sensor.

    Args:
        frontend, tensor, name, room: as in `featherline.codegen.frontend.sources`.
        constants: of the front end.
    """
    gains, offsets = folded(frontend.normalization, tensor)
    taps = np.rint(np.array(constants.taps) * 2**TAP_BITS).astype(int)
    channels = ", ".join(
        f"{{{KINDS.index(channel.kind)}, {{{', '.join(map(str, _three(channel.columns)))}}}, {number(gain)}, "
        f"{number(offset)}, {number(max(constants.steps[place] for place in channel.columns))}}}"
        for channel, gain, offset in zip(constants.channels, gains, offsets, strict=True)
    )
    features = math.prod(frontend.input_shape)
    defines: dict[str, object] = {
        "SAMPLE_VALUES": len(constants.columns),
        "COLUMN_NAMES": "{" + ", ".join(json.dumps(column) for column in constants.columns) + "}",
        "UNIT": json.dumps(constants.unit),
        "STEPS": numbers(constants.steps),
        "ZEROS": numbers(constants.zeros),
        "RATE_HZ": rate(constants.native_rate_hz),
        "WINDOW_RATE_HZ": number(constants.sample_rate_hz),
        "INTERPOLATION": constants.interpolation,
        "DECIMATION": constants.decimation,
        "TAP_COUNT": len(taps),
        "TAP_BITS": TAP_BITS,
        "TAPS": "{" + ", ".join(map(str, taps)) + "}",
        "WINDOW_SAMPLES": constants.window_samples,
        "HOP_SAMPLES": constants.hop_samples,
        "FEATURES": features,
        "FEATURES_AT": room.input_offset,
        "CHANNEL_COUNT": len(constants.channels),
        "CHANNELS": "{" + channels + "}",
    }
    spectrum = constants.spectrum
    if spectrum is not None:
        length = spectrum.fft_samples
        frames = 1 + (constants.window_samples - length) // (length // 2)
        bits = length.bit_length() - 1
        defines |= {
            "FFT_SAMPLES": length,
            "FFT_BITS": bits,
            "SPECTRUM_AT": _spectrum_at(frontend, room),
            "BANDS": len(spectrum.edges) - 1,
            "EDGES": "{" + ", ".join(map(str, spectrum.edges)) + "}",
            "SINES": numbers(math.sin(math.pi / 2**i) for i in range(bits + 1)),
            "POWER": number(4 / length**2 / _POWER_FACTOR / frames),
            "FLOOR_SQUARED": number(spectrum.floor**2),
        }
    title = f"Front end of {frontend.application}: samples of {len(constants.columns)} columns to features."
    ram = _ram(constants, len(taps))
    return write(name, title, defines, ram, memory_bytes(frontend, constants, room), room)


def _three(columns: tuple[int, ...]) -> tuple[int, ...]:
    return columns if len(columns) == _AXES else (columns[0],) * _AXES


def _ram(constants: SensorConstants, taps: int) -> Ram:
    """The last inputs of the filter, a window, and two counters."""
    columns = len(constants.columns)
    history = -(-taps // constants.interpolation)
    spectrum = constants.spectrum
    tables = 0 if spectrum is None else 4 * spectrum.fft_samples.bit_length() + 2 * len(spectrum.edges)
    variables = 2 * columns * (history + constants.window_samples) + 2 * 4
    return Ram(variables, 2 * taps + 8 * columns + _CHANNEL_BYTES * len(constants.channels) + tables)
