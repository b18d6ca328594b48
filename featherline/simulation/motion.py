"""People who move, as the accelerometer of a phone in their pocket feels them: a physical model.

All signals are in g at `RATE_HZ`. They are built in a frame of the thigh (forward, lateral, up)
and turned into the frame of the phone at the end; a phone that lies still reads the direction of
gravity with length 1. The figures of the model are in `GAITS`; people and phones differ by random
factors around them. Random numbers come from the generator handed in alone.
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from scipy.signal import butter, lfilter

RATE_HZ = 50


@dataclass(frozen=True)
class Gait:
    """One way to move on foot; amplitudes in g, angles of the thigh in degrees.

    Attributes:
        steps_hz: cadence.
        bounce_g, second: amplitude of the body at the cadence, and its share at twice that.
        impact_g: of a foot that lands; push_g, sway_g: forward and sideways.
        swing_deg, lean_deg: of the thigh: amplitude and mean.
        uneven: spread from step to step, as a share.
    """

    steps_hz: float
    bounce_g: float
    second: float
    impact_g: float
    push_g: float
    sway_g: float
    swing_deg: float
    lean_deg: float
    uneven: float


GAITS = {
    "wlk": Gait(1.90, 0.44, 0.45, 1.25, 0.22, 0.15, 22, 0, 0.10),
    "ups": Gait(1.66, 0.36, 0.15, 0.55, 0.15, 0.13, 29, 18, 0.14),
    "dws": Gait(2.02, 0.30, 0.70, 1.65, 0.13, 0.12, 13, 7, 0.17),
    "jog": Gait(2.75, 1.20, 0.40, 3.20, 0.45, 0.30, 32, 8, 0.12),
}


@dataclass(frozen=True)
class Person:
    """What is a person's own: factors on a gait, its harmonics, and the phone's place.

    Attributes:
        cadence, vigour, impact, swing: factors on the figures of a gait.
        stairs: how far this person's gait on stairs differs from walking (0 not at all).
        other_leg: strength of the steps of the leg without the phone.
        phases: of the harmonics, in radians.
        impact_hz, impact_seconds: ringing of clothes and phone after a step.
        still_g: unrest while sitting or standing.
        phone: rotation matrix from leg to phone.
    """

    cadence: float
    vigour: float
    impact: float
    swing: float
    stairs: float
    other_leg: float
    phases: np.ndarray
    impact_hz: float
    impact_seconds: float
    still_g: float
    phone: np.ndarray


def person(rng: np.random.Generator, pocket: bool = True) -> Person:
    """Draws a person; the phone is in a trouser pocket, or anywhere and any way round."""
    return Person(
        cadence=rng.normal(1.0, 0.05),
        vigour=rng.lognormal(0.0, 0.13),
        impact=rng.lognormal(0.0, 0.2),
        swing=rng.lognormal(0.0, 0.12),
        stairs=rng.uniform(0.8, 1.2),
        other_leg=rng.uniform(0.35, 0.9),
        phases=rng.uniform(-0.4, 0.4, 6),
        impact_hz=rng.uniform(6.0, 13.0),
        impact_seconds=rng.uniform(0.03, 0.07),
        still_g=rng.lognormal(np.log(0.004), 0.6),
        phone=_pocket_orientation(rng) if pocket else _any_orientation(rng),
    )


def _turn(axis: int, angle: float) -> np.ndarray:
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(3)
    matrix[a, a] = matrix[b, b] = np.cos(angle)
    matrix[a, b], matrix[b, a] = -np.sin(angle), np.sin(angle)
    return matrix


def _pocket_orientation(rng: np.random.Generator) -> np.ndarray:
    # Leg (forward, lateral, up) to phone (x right, y top, z out of the screen): top up or down,
    # screen to the leg or away from it, and some tilt within the pocket.
    upright = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
    upside_down = _turn(2, np.pi) if rng.random() < 0.8 else np.eye(3)
    turned_round = _turn(1, np.pi) if rng.random() < 0.5 else np.eye(3)
    orientation: np.ndarray = small_tilt(rng, 8) @ upside_down @ turned_round @ upright
    return orientation


def _any_orientation(rng: np.random.Generator) -> np.ndarray:
    factor, triangle = np.linalg.qr(rng.normal(size=(3, 3)))
    matrix: np.ndarray = factor * np.sign(np.diag(triangle))
    matrix = matrix * np.linalg.det(matrix)
    return matrix


def small_tilt(rng: np.random.Generator, degrees: float) -> np.ndarray:
    """A rotation matrix that is off by about `degrees` about each axis."""
    angles = np.radians(rng.normal(0, degrees, 3))
    tilt: np.ndarray = _turn(0, angles[0]) @ _turn(1, angles[1]) @ _turn(2, angles[2])
    return tilt


def low_passed(rng: np.random.Generator, length: int, seconds: float) -> np.ndarray:
    """Unit-variance noise that changes over about `seconds`."""
    pole = exp(-1 / (seconds * RATE_HZ))  # the C library's: that of numpy differs by processor, and here it adds up
    noise: np.ndarray = lfilter([np.sqrt(1 - pole**2)], [1, -pole], rng.normal(size=length), zi=[pole * rng.normal()])[
        0
    ]
    return noise


def band(rng: np.random.Generator, length: int, low_hz: float, high_hz: float) -> np.ndarray:
    """Noise of unit variance between two frequencies."""
    b, a = butter(1, [low_hz, min(high_hz, 0.48 * RATE_HZ)], "bandpass", fs=RATE_HZ)
    noise: np.ndarray = lfilter(b, a, rng.normal(size=length))
    noise = noise / max(noise.std(), 1e-9)
    return noise


def shifts(rng: np.random.Generator, length: int, each_seconds: float, degrees: float) -> np.ndarray:
    """An angle in radians that jumps smoothly now and then: the phone slips, the person moves."""
    angle = np.zeros(length)
    for start in np.flatnonzero(rng.random(length) < 1 / (each_seconds * RATE_HZ)):
        ramp = np.clip((np.arange(length) - start) / (RATE_HZ * rng.uniform(0.2, 1.0)), 0, 1)
        angle += np.radians(rng.normal(0, degrees)) * ramp**2 * (3 - 2 * ramp)
    return angle


def _steps(rng: np.random.Generator, who: Person, gait: Gait, phase: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Acceleration (forward, lateral, up) and swing of the thigh in radians, at a given phase of steps."""
    length = len(phase)
    step = np.floor(phase / (2 * np.pi)).astype(int)
    leg = np.where(np.arange(step[-1] + 2) % 2 == 0, 1.0, who.other_leg)
    strength = leg * np.maximum(rng.normal(1, 2 * gait.uneven, len(leg)), 0.2)
    gain = who.vigour * np.maximum(rng.normal(1, gait.uneven, len(leg)), 0.3)[step]

    impacts = np.zeros(length)
    landed = np.flatnonzero(np.diff(step)) + 1
    impacts[landed] = strength[step[landed]]
    time = np.arange(int(0.3 * RATE_HZ)) / RATE_HZ
    ringing = np.exp(-time / who.impact_seconds) * np.cos(2 * np.pi * who.impact_hz * time)
    impacts = gait.impact_g * who.impact * who.vigour * np.convolve(impacts, ringing)[:length]

    p = who.phases
    waves = np.cos(phase) + gait.second * np.cos(2 * phase + p[0]) + 0.2 * np.cos(3 * phase + p[1])
    up = gait.bounce_g * gain * waves
    forward = gait.push_g * gain * (np.sin(phase + p[2]) + 0.5 * np.sin(2 * phase + p[3])) - 0.3 * impacts
    lateral = gait.sway_g * gain * np.sin(phase / 2 + p[4])
    swing = np.radians(gait.lean_deg + gait.swing_deg * who.swing * np.sin(phase / 2 + p[5]))
    return np.stack([forward, lateral, up + impacts], axis=1), swing


def on_foot(rng: np.random.Generator, who: Person, activity: str, length: int) -> tuple[np.ndarray, np.ndarray]:
    """A person on foot (dws, ups, wlk, jog): acceleration (forward, lateral, up) and pitch of the thigh in radians."""
    gait, walk = GAITS[activity], GAITS["wlk"]
    on_stairs = np.zeros(length)
    steps_hz: float | np.ndarray = gait.steps_hz
    if activity in ("ups", "dws"):
        # Between the flights lie landings, where people walk.
        on_stairs = np.full(length, who.stairs * rng.uniform(0.85, 1.1))
        at = rng.integers(3, 9) * RATE_HZ
        while at < length:
            landing = int(rng.uniform(1.0, 2.0) * RATE_HZ)
            on_stairs[at : at + landing] = 0
            at += landing + int(rng.uniform(5, 10) * RATE_HZ)
        steps_hz = walk.steps_hz + on_stairs * (gait.steps_hz - walk.steps_hz)
    pace = who.cadence * rng.normal(1, 0.04) * (1 + 0.03 * low_passed(rng, length, 3.0))
    phase = rng.uniform(0, 4 * np.pi) + 2 * np.pi * np.cumsum(steps_hz * pace) / RATE_HZ
    motion, swing = _steps(rng, who, gait, phase)
    if activity in ("ups", "dws"):
        flat_motion, flat_swing = _steps(rng, who, walk, phase)
        share = lfilter([0.08], [1, -0.92], on_stairs, zi=[0.92 * on_stairs[0]])[0]
        motion = flat_motion + share[:, None] * (motion - flat_motion)
        swing = flat_swing + share * (swing - flat_swing)
    return motion, swing


def at_rest(rng: np.random.Generator, who: Person, length: int, restless: float) -> np.ndarray:
    """Breath, sway, and now and then a movement."""
    time = np.arange(length) / RATE_HZ
    unrest = who.still_g * rng.lognormal(0, 0.3)
    motion = unrest * np.stack([band(rng, length, 0.4, 4.0) for _ in range(3)], axis=1)
    motion[:, 2] += 0.002 * np.sin(2 * np.pi * rng.uniform(0.2, 0.35) * time + rng.uniform(0, 6))
    for start in np.flatnonzero(rng.random(length) < restless / RATE_HZ):
        duration = int(rng.uniform(0.3, 1.5) * RATE_HZ)
        bump = np.hanning(duration)[:, None] * (rng.normal(0, 0.08, (duration, 3)) + rng.normal(0, 0.05, 3))
        motion[start : start + duration] += bump[: length - start]
    return motion


def to_phone(
    motion: np.ndarray, pitch: np.ndarray, roll: np.ndarray, phone: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Gravity and acceleration by motion as the phone reads them, each of shape (samples, 3)."""

    def turned(vectors: np.ndarray) -> np.ndarray:
        forward, lateral, up = vectors.T
        forward, up = forward * np.cos(pitch) - up * np.sin(pitch), forward * np.sin(pitch) + up * np.cos(pitch)
        lateral, up = lateral * np.cos(roll) - up * np.sin(roll), lateral * np.sin(roll) + up * np.cos(roll)
        axes: np.ndarray = np.stack([forward, lateral, up], axis=1) @ phone.T
        return axes

    upward = np.zeros_like(motion)
    upward[:, 2] = 1.0
    # As iOS reports it: -1 along the axis that points up.
    return turned(-upward), turned(-motion)


def pocket_trial(rng: np.random.Generator, who: Person, activity: str, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """One trial with the phone in the front trouser pocket.

    Args:
        activity: dws, ups, wlk, jog, sit or std.

    Returns:
        Gravity and acceleration by motion, each of shape (samples, 3) in g, at `RATE_HZ`.
    """
    length = round(seconds * RATE_HZ)
    phone = small_tilt(rng, 6) @ who.phone
    roll = shifts(rng, length, 40, 8) + 0.03 * low_passed(rng, length, 2.0)
    if activity in ("sit", "std"):
        pitch = np.radians(rng.normal(62, 14) if activity == "sit" else rng.normal(8, 9))
        motion = at_rest(rng, who, length, 0.02 if activity == "sit" else 0.05)
        pitch = pitch + shifts(rng, length, 30, 6) + 0.003 * low_passed(rng, length, 1.0)
    else:
        motion, pitch = on_foot(rng, who, activity, length)
        pitch = pitch + shifts(rng, length, 40, 8)
    gravity, user = to_phone(motion, pitch, roll, phone)
    return gravity, user + rng.normal(0, 0.0015, user.shape)
