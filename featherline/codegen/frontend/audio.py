"""Constants of the audio front end for `featherline/firmware/frontend/audio.c`.

`frontend.json` lists each weight of the mel filters and of the cosine transform; the C computes
them from the edges of the filters and from one angle a coefficient, which takes a fraction of the
space. That both are the same is checked here.
"""

import math

import numpy as np

from featherline.codegen.frontend.header import ALONE, Ram, Room, folded, number, numbers, write
from featherline.core.errors import FeatherlineError
from featherline.records.frontend import AudioConstants, FrontEnd, Statistics
from featherline.tflite.model import Tensor

SOURCE = "audio.c"

TOLERANCE = 1e-4  # of weights between 0 and 1, and of the cosines
# The C leaves out 1/2 of the Hann window and 1/2 of the split of the FFT: four times each, as power.
POWER_FACTOR = 16
STATISTICS = 3  # of each coefficient: mean, variance, change
WINDOWS_A_CLIP = 8  # where the application does not say: half as many miss a word that lies between two


def memory_bytes(constants: AudioConstants, room: Room) -> int:
    """The spectrum of a frame, or the model where that takes more."""
    return max(4 * constants.frame_samples, room.model_bytes)


def header(frontend: FrontEnd, constants: AudioConstants, tensor: Tensor, name: str, room: Room = ALONE) -> str:
    """The header of an audio application.

    Args:
        frontend, tensor, name, room: as in `featherline.codegen.frontend.sources`.
        constants: of the front end.
    """
    length = constants.frame_samples
    bits = length.bit_length() - 1
    gains, offsets = folded(frontend.normalization, tensor)
    statistics = {}
    if constants.statistics is not None:
        statistics = _statistics(constants, constants.statistics, gains, offsets)
        gains = np.full(constants.coefficients, 1 / constants.statistics.step)
        offsets = np.full(constants.coefficients, 0.5 - np.iinfo(np.int16).min)
    power = POWER_FACTOR * constants.full_scale**2
    if constants.dct is None:
        angles = {}
        offsets = offsets - math.log(power) * gains
    else:
        scales, turns = _cosine_transform(np.array(constants.dct))
        # The first coefficient alone sees what is the same in all bands.
        offsets[0] -= math.log(power) * gains[0] * scales[0] * constants.mel.bands
        gains = gains * scales
        pairs = ", ".join(numbers((math.cos(turn), math.sin(turn))) for turn in turns)
        angles = {"DCT_ANGLES": "{" + pairs + "}"}
    return write(
        name,
        f"Front end of {frontend.application}: samples to {constants.kind} features.",
        {
            "SAMPLE_VALUES": 1,
            "RATE_HZ": constants.sample_rate_hz,
            "FRAME_SAMPLES": length,
            "FRAME_BITS": bits,
            "HOP_SAMPLES": constants.hop_samples,
            "FRAMES": constants.frames,
            "HOP_FRAMES": hop_frames(constants),
            "COEFFICIENTS": constants.coefficients,
            "MEL_BANDS": constants.mel.bands,
            "SINES": numbers(math.sin(math.pi / 2**i) for i in range(bits + 1)),
            "MEL_EDGES": numbers(_mel_edges(constants)),
            "LOG_FLOOR": number(constants.log.floor * power),
            "GAINS": numbers(gains),
            "OFFSETS": numbers(offsets),
        }
        | angles
        | statistics,
        _ram(constants, bits),
        memory_bytes(constants, room),
        room,
    )


def _statistics(
    constants: AudioConstants, statistics: Statistics, gains: np.ndarray, offsets: np.ndarray
) -> dict[str, object]:
    """What the C needs to quantize statistics: frames are whole numbers there, and sums stay undivided."""
    count, coefficients = constants.frames, constants.coefficients
    # What the sums of squares are multiples of.
    variance, change = (count / statistics.step) ** 2, (count - 1) / statistics.step**2
    gains, offsets = gains.copy(), offsets.copy()
    for place, unit in ((1, variance), (2, change)):
        of_kind = slice(place * coefficients, (place + 1) * coefficients)
        offsets[of_kind] -= math.log(unit) * gains[of_kind]
    gains[:coefficients] *= statistics.step / count
    return {
        "STATISTICS": STATISTICS,
        "VARIANCE_FLOOR": number(statistics.floor * variance),
        "CHANGE_FLOOR": number(statistics.floor * change),
        "STATISTICS_GAINS": numbers(gains),
        "STATISTICS_OFFSETS": numbers(offsets),
    }


def _ram(constants: AudioConstants, bits: int) -> Ram:
    """Samples that two frames share, frames of a window, their statistics where asked for, and two counters."""
    coefficients, bands = constants.coefficients, constants.mel.bands
    kept, statistics = constants.frames * coefficients, 0
    if constants.statistics is not None:
        kept, statistics = 2 * kept + STATISTICS * coefficients, 2 * STATISTICS * coefficients
    angles = 0 if constants.dct is None else 2 * coefficients
    tables = bits + 1 + bands + 2 + 2 * coefficients + angles + statistics
    return Ram(2 * max(constants.frame_samples - constants.hop_samples, 0) + kept + 2 * 4, 4 * tables)


def hop_frames(constants: AudioConstants) -> int:
    """Frames from one window to the next: the hop of the application's segments, or a part of a window."""
    if constants.segment_hop_samples is None:
        hop = constants.frames // WINDOWS_A_CLIP
    else:
        hop = round(constants.segment_hop_samples / constants.hop_samples)
    return min(max(hop, 1), constants.frames)


def _mel_edges(constants: AudioConstants) -> np.ndarray:
    """Edges of the triangles in bins of the FFT, shape (bands + 2,): filter i rises from edge i to edge i + 1."""
    from librosa import mel_frequencies

    mel = constants.mel
    edges: np.ndarray = mel_frequencies(mel.bands + 2, fmin=mel.lowest_hz, fmax=mel.highest_hz)
    edges = (edges * constants.frame_samples / constants.sample_rate_hz).astype(np.float32)
    bins = np.arange(constants.frame_samples // 2 + 1)
    for band, (first, weights) in enumerate(zip(mel.first_bins, mel.weights, strict=True)):
        low, middle, high = (float(edge) for edge in edges[band : band + 3])
        triangle = np.maximum(np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)), 0)
        stated = np.zeros(len(bins))
        stated[first : first + len(weights)] = weights
        if np.abs(triangle - stated).max() > TOLERANCE:
            raise FeatherlineError(
                f"The weights of mel band {band} in frontend.json are no triangle between the edges of the scale "
                f"{mel.scale!r}: run the stage preprocess again."
            )
    return edges


def _cosine_transform(dct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each row is scaled by, and the angle of its first cosine; the rows are those of the DCT-II."""
    coefficients, bands = dct.shape
    turns = np.pi * np.arange(coefficients) / (2 * bands)
    scales = dct[:, 0] / np.cos(turns)
    rows = scales[:, None] * np.cos(turns[:, None] * (2 * np.arange(bands) + 1))
    if np.abs(rows - dct).max() > TOLERANCE:
        raise FeatherlineError("The table dct in frontend.json is no DCT-II: run the stage preprocess again.")
    return scales, turns
