"""What numbers of a front end may be: whatever a sensor and a small device can have, and nothing that has no end."""

from collections.abc import Sequence, Sized
from typing import Annotated

from pydantic import AfterValidator, Field

MOST_SAMPLES = 1_000_000
MOST_CLIP_SAMPLES = 2**31 - 1
MOST_TAPS = 100_000
RATE_TOLERANCE = 1e-3  # of a rate that is no whole number of samples a second, and is written with few digits
LARGEST = 1e30  # of a float32, and what is multiplied with it


def _power_of_two(samples: int) -> int:
    if samples & (samples - 1):
        raise ValueError("must be a power of two")
    return samples


Count = Annotated[int, Field(ge=1, le=MOST_SAMPLES)]
Frame = Annotated[int, Field(ge=4, le=32768), AfterValidator(_power_of_two)]
Rate = Annotated[int | float, Field(ge=1e-6, le=1e6)]
Finite = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Field(ge=1 / LARGEST, le=LARGEST)]
# A device keeps it in 16 bits, 14 of them behind the point.
Tap = Annotated[float, Field(ge=-2, lt=2)]


def check_count(values: Sized, count: int, name: str, what: str) -> None:
    """Raises `ValueError` where there are not `count` values."""
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} values, and must have {count}, {what}")


def check_once(names: Sequence[str], key: str) -> None:
    """Raises `ValueError` where a name stands twice."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{key} has {twice!r} twice")
