"""A phone in a vehicle or elsewhere on a person: a physical model of road, engine, stops and turns.

The figures are in `VEHICLES`; vehicles, roads and phones differ by random factors around them.
People on foot or at rest are those of `simulated_motion`, with a phone that lies any way round.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from featherline.simulation.motion import (
    RATE_HZ,
    Person,
    at_rest,
    band,
    low_passed,
    on_foot,
    person,
    shifts,
    small_tilt,
    to_phone,
)


@dataclass(frozen=True)
class Vehicle:
    """One kind of vehicle; accelerations in g.

    Attributes:
        rough_g: vertical vibration at full speed on an average road or track.
        body_hz, wheel_hz: resonances of body and wheels.
        engine_g, engine_hz: vibration of the engine at idle, as sampled.
        drive_g: of starting and braking; turns are as strong.
        cruise_seconds, stop_seconds: mean lengths.
    """

    rough_g: float
    body_hz: float
    wheel_hz: float
    engine_g: float
    engine_hz: float
    drive_g: float
    cruise_seconds: float
    stop_seconds: float


VEHICLES = {
    "car": Vehicle(0.055, 1.5, 12.0, 0.004, 22.0, 0.16, 25, 8),
    "bus": Vehicle(0.080, 1.2, 10.0, 0.012, 19.0, 0.12, 18, 10),
    "train": Vehicle(0.018, 1.0, 6.0, 0.002, 16.0, 0.05, 60, 12),
    "tram": Vehicle(0.024, 1.3, 8.0, 0.002, 20.0, 0.09, 22, 10),
}


def _speed(rng: np.random.Generator, vehicle: Vehicle, length: int) -> np.ndarray:
    """Speed between 0 and 1: stops, starts, stretches at some speed, braking."""
    times, speeds = [-rng.uniform(0, vehicle.cruise_seconds)], [rng.uniform(0.4, 1.0)]
    while times[-1] < length / RATE_HZ:
        cruise, ramp = rng.exponential(vehicle.cruise_seconds) + 3, rng.uniform(3, 8)
        stop = rng.exponential(vehicle.stop_seconds) + 1
        target = rng.uniform(0.4, 1.0)
        times += [times[-1] + cruise, times[-1] + cruise + ramp]
        speeds += [speeds[-1], 0.0]
        times += [times[-1] + stop, times[-1] + stop + ramp]
        speeds += [0.0, target]
    return np.interp(np.arange(length) / RATE_HZ, times, speeds)


def _ride(rng: np.random.Generator, kind: str, length: int) -> np.ndarray:
    """Acceleration (forward, lateral, up) of the floor of a vehicle."""
    vehicle = VEHICLES[kind]
    speed = _speed(rng, vehicle, length)
    road = vehicle.rough_g * rng.lognormal(0, 0.45) * np.exp(0.35 * low_passed(rng, length, 4.0)) * speed
    body, wheel = vehicle.body_hz * rng.normal(1, 0.12), vehicle.wheel_hz * rng.normal(1, 0.15)
    wheels = rng.uniform(0.4, 1.0)
    motion = np.stack(
        [
            road * size * (band(rng, length, 0.7 * body, 1.5 * body) + wheels * band(rng, length, 0.6 * wheel, 20))
            for size in (0.35, 0.45, 0.8)
        ],
        axis=1,
    )
    motion[:, 0] += vehicle.drive_g * RATE_HZ * 5 * np.gradient(speed)
    turning = np.tanh(low_passed(rng, length, 2.0) - 1.2) + np.tanh(low_passed(rng, length, 2.0) + 1.2)
    motion[:, 1] += 0.35 * vehicle.drive_g * speed * turning
    running = vehicle.engine_g * rng.lognormal(0, 0.6)
    engine_hz = vehicle.engine_hz * rng.normal(1, 0.08) * (1 + 0.02 * low_passed(rng, length, 1.0))
    engine = running * np.sin(2 * np.pi * np.cumsum(engine_hz) / RATE_HZ)
    return motion + engine[:, None] * rng.normal(0, 0.7, 3)


def _bicycle(rng: np.random.Generator, who: Person, length: int) -> tuple[np.ndarray, np.ndarray]:
    """A road without suspension, and a thigh that pedals between stretches of rolling."""
    speed = _speed(rng, Vehicle(0, 1, 1, 0, 1, 0, 40, 4), length)
    road = 0.10 * who.vigour * rng.lognormal(0, 0.3) * np.exp(0.4 * low_passed(rng, length, 3.0)) * speed
    motion = road[:, None] * np.stack([size * band(rng, length, 2, 16) for size in (0.5, 0.5, 1.0)], axis=1)
    pedalling = speed * (low_passed(rng, length, 4.0) > -0.7)
    turn = 2 * np.pi * np.cumsum(1.25 * who.cadence * (1 + 0.05 * low_passed(rng, length, 3.0))) / RATE_HZ
    effort = lfilter([0.05], [1, -0.95], pedalling)
    motion[:, 2] += 0.07 * effort * np.sin(turn)
    motion[:, 0] += 0.05 * effort * np.sin(2 * turn + who.phases[0])
    return motion, np.radians(45 + 18 * who.swing * effort * np.sin(turn))


def _handled(rng: np.random.Generator, length: int) -> np.ndarray:
    """A hand that holds the phone and types on it now and then."""
    typing = (low_passed(rng, length, 3.0) > rng.normal(0.5, 0.8)).astype(float)
    tremor = rng.lognormal(np.log(0.008), 0.5)
    return tremor * np.stack([(0.3 + typing) * band(rng, length, 3, 14) for _ in range(3)], axis=1)


def carried_phone(rng: np.random.Generator, who: Person, activity: str, seconds: float) -> np.ndarray:
    """A phone anywhere on or beside a person who rides, moves or rests.

    A phone at rest and a vehicle at the lights or on smooth rails differ by a few thousandths
    of g, and people sit and handle their phones in both.

    Args:
        activity: car, bus, train, tram, or walk, run, stairs, bike, sit, stand.

    Returns:
        Total acceleration in g, shape (samples, 3), at `RATE_HZ`.
    """
    length = round(seconds * RATE_HZ)
    still = np.zeros(length)
    pitch = still
    if activity in VEHICLES or activity in ("sit", "stand"):
        motion = _ride(rng, activity, length) if activity in VEHICLES else np.zeros((length, 3))
        place = rng.choice(["laid", "pocket", "hand"])
        if place == "laid" and activity not in VEHICLES:
            # A table passes on the building: fans, doors, steps.
            motion += rng.lognormal(np.log(0.0012), 0.5) * np.stack(
                [band(rng, length, 5, 22) for _ in range(3)], axis=1
            )
        if place != "laid":
            motion = lfilter([0.5], [1, -0.5], motion, axis=0) + at_rest(rng, who, length, 0.05)
            pitch = shifts(rng, length, 20, 10) + 0.01 * low_passed(rng, length, 1.5)
        if place == "hand":
            motion += _handled(rng, length)
    elif activity == "bike":
        motion, pitch = _bicycle(rng, who, length)
    else:
        of = {"walk": "wlk", "run": "jog", "stairs": rng.choice(["ups", "dws"])}[activity]
        motion, pitch = on_foot(rng, who, of, length)
        if rng.random() < 0.3:  # in a hand or a bag: softer, and it does not swing with the thigh
            motion, pitch = lfilter([0.4], [1, -0.6], motion, axis=0), 0.3 * pitch
    roll = shifts(rng, length, 40, 10)
    gravity, moved = to_phone(motion, pitch, roll, small_tilt(rng, 25) @ who.phone)
    bias = rng.normal(0, 0.004, 3)
    noise = rng.lognormal(np.log(0.0015), 0.4)
    recorded: np.ndarray = gravity + moved + bias + rng.normal(0, noise, moved.shape)
    return recorded


def sitting_phone(samples: int, rng: np.random.Generator, rate_hz: float) -> np.ndarray:
    """The phone of somebody who sits or stands, at any rate: total acceleration in g, float64, shape (samples, 3)."""
    activity = ("sit", "stand")[rng.integers(2)]
    simulated = carried_phone(rng, person(rng, pocket=False), activity, samples / rate_hz + 1)
    seconds, simulated_seconds = np.arange(samples) / rate_hz, np.arange(len(simulated)) / RATE_HZ
    return np.stack([np.interp(seconds, simulated_seconds, axis) for axis in simulated.T], axis=1)
