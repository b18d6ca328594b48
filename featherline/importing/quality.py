"""What recordings of a sensor are checked for: numbers that no sensor gives, and signs that it gave none.

Each check has a limit in `fetch.checks` and a line in the table of docs/own-recordings.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from featherline.core.errors import FeatherlineError
from featherline.importing.settings import Checks

UNITS_IN_G = {"g": 1.0, "mg": 0.001, "m/s2": 1 / 9.80665}
PLAUSIBLE_G = (0.25, 4.0)  # the median length of total acceleration, which is 1 at rest
LARGEST_G = 20.0
SENTINELS = (-999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0, -32768.0, 32767.0, 65535.0, -2147483648.0, 2147483647.0)
SENTINEL_RATIO = 4.0  # to the 99th percentile of what else the column holds
LEAST_MOVEMENT = 1e-12


@dataclass(frozen=True)
class Source:
    """Where samples stand in a user's file, for messages.

    Attributes:
        path: of the file. columns: their names in it.
        place: says where a row stands: `line 17`.
    """

    path: Path
    columns: tuple[str, ...]
    place: Callable[[int], str]


def missing(
    source: Source, samples: np.ndarray, rows: np.ndarray, checks: Checks, accelerations: bool = False
) -> tuple[np.ndarray, str | None]:
    """Which samples have all their numbers, bool, shape (samples,), and a remark where not all have.

    Raises:
        FeatherlineError: where a number is missing and is not to be cut, or one looks like a mark of a missing one.
    """
    marked = np.isin(samples, checks.sentinels) if checks.sentinels else np.zeros(samples.shape, bool)
    whole = np.isfinite(samples) & ~marked
    # Gravity is never off: three zeros of an accelerometer are no sample. A single one is what free fall may round to,
    # or where a filter began, and is left out; several in a row are a sensor that was off.
    empty = (samples == 0).all(axis=1) if accelerations else np.zeros(len(samples), bool)
    empty &= not empty.all()
    beside = np.concatenate([[False], empty, [False]])
    single = empty & ~beside[:-2] & ~beside[2:]
    zeros = np.flatnonzero(empty & ~single)
    if len(zeros) and checks.missing == "error":
        raise FeatherlineError(
            f"{source.path}, {source.place(int(rows[zeros[0]]))}: all three axes are 0 ({len(zeros)} times), which no "
            "accelerometer shows in a row: set fetch.checks.missing to cut, or remove the lines."
        )
    whole &= ~(empty & ~single)[:, None]
    lacking = np.flatnonzero(~whole.all(axis=1))
    if len(lacking) and checks.missing == "error":
        channel = int(np.flatnonzero(~whole[lacking[0]])[0])
        raise FeatherlineError(
            f"{source.path} holds NaN or infinity in {len(lacking)} rows, first in "
            f"{source.place(int(rows[lacking[0]]))} "
            f"(column {source.columns[channel]!r}): repair or remove it, or set fetch.checks.missing to cut."
        )
    remaining = np.where(whole, samples, 0.0)
    for channel, name in enumerate(source.columns):
        values = remaining[:, channel]
        suspects = np.isin(values, SENTINELS)
        if suspects.any() and not suspects.all():
            rest = np.abs(values[~suspects & whole[:, channel]])
            usual = float(np.percentile(rest, 99)) if len(rest) else 0.0
            extreme = np.flatnonzero(suspects & (np.abs(values) > SENTINEL_RATIO * usual))
            if len(extreme):
                value = values[extreme[0]]
                raise FeatherlineError(
                    f"{source.path}, {source.place(int(rows[extreme[0]]))}: {value:g} in the column {name!r} "
                    f"({len(extreme)} times) stands for a missing sample: set fetch.checks.sentinels to [{value:g}] "
                    "and "
                    "fetch.checks.missing to cut, or remove the lines."
                )
    remarks = [f"{len(lacking):,} samples without a number were cut out"] if len(lacking) else []
    if single.any():
        remarks.append(f"{int(single.sum()):,} single samples of three zeros were left out")
    return whole.all(axis=1) & ~single, "; ".join(remarks) or None


def largest(
    source: Source, samples: np.ndarray, rows: np.ndarray, limit: float | None, unit: str, cut: bool
) -> np.ndarray:
    """Which samples are within the bound, bool, shape (samples,).

    Raises:
        FeatherlineError: where one is not, and missing samples are not to be cut.
    """
    if limit is None:
        return np.ones(len(samples), bool)
    beyond = np.abs(samples) > limit
    wrong = np.flatnonzero(beyond.any(axis=1))
    # Where most samples are beyond it the unit is wrong, which another check tells better.
    if len(wrong) and not cut and len(wrong) * 2 < len(samples):
        channel = int(np.flatnonzero(beyond[wrong[0]])[0])
        raise FeatherlineError(
            f"{source.path}, {source.place(int(rows[wrong[0]]))}: {samples[wrong[0], channel]:.6g} {unit} in the "
            "column "
            f"{source.columns[channel]!r} ({len(wrong)} samples) is beyond {limit:g} {unit}, which no sample can be: "
            "remove "
            "it, set fetch.checks.missing to cut, or set fetch.checks.largest."
        )
    kept: np.ndarray = ~beyond.any(axis=1) if cut and len(wrong) * 2 < len(samples) else np.ones(len(samples), bool)
    return kept


def frozen(samples: np.ndarray, rate_hz: float, seconds: float | None) -> np.ndarray:
    """Which samples belong to a stretch in which nothing changes for longer than `seconds`, bool, shape (samples,).

    None do where the recording changes nowhere.
    """
    stuck = np.zeros(len(samples), bool)
    if seconds is None or len(samples) < 2:
        return stuck
    same = (samples[1:] == samples[:-1]).all(axis=1)
    if same.all():
        return stuck
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):  # samples start..stop are the same
        if (stop - start) / rate_hz > seconds:
            stuck[start : stop + 1] = True
    return stuck


def constant(source: Source, samples: np.ndarray, refuse: bool) -> list[str]:
    """A remark for each channel that never moves, while there are samples enough to see it.

    Raises:
        FeatherlineError: for the first one, where that is to be refused.
    """
    remarks = []
    for channel, name in enumerate(source.columns):
        values = samples[:, channel]
        if len(values) > 2 and values.max() - values.min() <= LEAST_MOVEMENT * max(abs(float(values[0])), 1.0):
            if refuse:
                raise FeatherlineError(
                    f"{source.path}: the column {name!r} never moves (each of its {len(values):,} values is "
                    f"{values[0]:g}): leave the recording out, name another column, or set fetch.checks.constant to "
                    "tell."
                )
            remarks.append(f"the column {name!r} never moves ({values[0]:g})")
    return remarks


def gravity(
    source: Source, acceleration_g: np.ndarray, rate_hz: float, unit: str, limits: tuple[float, float] | None
) -> None:
    """Raises `FeatherlineError` where accelerations are in another unit, or have no gravity in them.

    The mean of a second is gravity, whatever is done meanwhile: on the median of all seconds it is 1 g long.
    """
    if limits is None or not len(acceleration_g):
        return
    per_second = max(min(round(rate_hz), len(acceleration_g)), 1)
    count = len(acceleration_g) // per_second
    means = acceleration_g[: count * per_second].reshape(count, per_second, 3).mean(axis=1)
    steady_g = float(np.median(np.linalg.norm(means, axis=1)))
    length_g = float(np.median(np.linalg.norm(acceleration_g, axis=1)))
    if limits[0] <= steady_g <= limits[1] and PLAUSIBLE_G[0] <= length_g <= PLAUSIBLE_G[1]:
        return
    measured = (
        f"{source.path}: accelerations are {length_g:.3g} g long on the median if fetch.unit is {unit!r}, and their "
        "mean "
        f"over a second is {steady_g:.3g} g, where gravity alone is 1 g"
    )
    fitting = [
        name
        for name, factor in UNITS_IN_G.items()
        if name != unit and limits[0] <= steady_g / UNITS_IN_G[unit] * factor <= limits[1]
    ]
    if fitting:
        raise FeatherlineError(
            f"{measured}: it looks like {fitting[0]}; correct the unit, or convert this file, and give total "
            "acceleration, with gravity."
        )
    if steady_g < limits[0] or steady_g < length_g / 2:
        raise FeatherlineError(
            f"{measured}: this is linear acceleration, without gravity, or another sensor; give total acceleration, "
            "with gravity (userAcceleration + gravity of a phone), or set fetch.kind to sensor."
        )
    raise FeatherlineError(f"{measured}: correct the unit, or give total acceleration, with gravity.")
