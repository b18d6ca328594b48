"""Recordings that are one recording: the same samples under two names, as a whole or in part."""

from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np

from featherline.core.errors import FeatherlineError

STRETCH = 32  # samples in a row
DISTINCT = 16  # of these: below, a sensor at rest repeats itself
# Of so many neighbouring stretches the one with the smallest number is remembered, wherever they stand: two recordings
# that share twice `STRETCH` samples remember one in common (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003).
ANCHOR_CHOICES = STRETCH + 1


@dataclass
class Copies:
    """What was read so far, by its samples.

    Attributes:
        left_out: how many recordings were the same as another of their label and group.
    """

    left_out: int = 0
    _whole: dict[bytes, tuple[str, str, str]] = field(default_factory=dict)
    _stretches: dict[int, tuple[str, str, str]] = field(default_factory=dict)

    def is_known(self, content: bytes, label: str, group: str, source: str) -> bool:
        """Whether the same samples were there already, under the same label and group.

        Raises:
            FeatherlineError: where they were under another label or group.
        """
        known = self._whole.setdefault(sha256(content).digest(), (label, group, source))
        if known[2] == source:
            return False
        if known[:2] != (label, group):
            raise FeatherlineError(
                f"{source!r} and {known[2]!r}, which hold the same samples, have the "
                f"{_difference(known, label, group)}: "
                "remove one, or correct the labels or groups."
            )
        self.left_out += 1
        return True

    def check_stretches(self, samples: np.ndarray, label: str, group: str, source: str) -> None:
        """Raises `FeatherlineError` where a stretch of samples stands in a recording of another label or group too.

        Args:
            samples: shape (samples, channels).
        """
        for anchor in _anchors(samples):
            known = self._stretches.setdefault(anchor, (label, group, source))
            if known[:2] != (label, group):
                raise FeatherlineError(
                    f"{source!r} and {known[2]!r}, which hold the same samples in part, have the "
                    f"{_difference(known, label, group)}: cut the one from the other, or correct the labels or groups."
                )


def _difference(known: tuple[str, str, str], label: str, group: str) -> str:
    return f"labels {label!r} and {known[0]!r}" if label != known[0] else f"groups {group!r} and {known[1]!r}"


def _anchors(samples: np.ndarray) -> list[int]:
    """Numbers of stretches that are chosen by what is in them, so that a shift of the whole does not matter."""
    if len(samples) < STRETCH:
        return []
    # Modulo 2^64 throughout; factors are odd and fixed.
    factors = (
        np.random.default_rng(7).integers(1, 2**63, (2, max(STRETCH, samples.shape[1])), np.uint64) * np.uint64(2) + 1
    )
    bits = np.ascontiguousarray(samples, np.float32).view(np.uint32).astype(np.uint64)
    rows = (bits * factors[0, : samples.shape[1]]).sum(axis=1, dtype=np.uint64)
    rows ^= rows >> np.uint64(29)
    stretches = np.lib.stride_tricks.sliding_window_view(rows, STRETCH)
    sums = np.zeros(len(stretches), np.uint64)
    for place in range(STRETCH):
        sums += rows[place : place + len(sums)] * factors[1, place]
    choices = np.lib.stride_tricks.sliding_window_view(sums, min(ANCHOR_CHOICES, len(sums)))
    chosen = np.unique(choices.argmin(axis=1) + np.arange(len(choices)))
    ordered = np.sort(stretches[chosen], axis=1)
    distinct = 1 + (ordered[:, 1:] != ordered[:, :-1]).sum(axis=1)
    return [int(number) for number in sums[chosen[distinct >= DISTINCT]]]
