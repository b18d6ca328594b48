"""Each disturbance does what its name says, gives as many samples, and the same for the same seed."""

import numpy as np
import pytest

from featherline.robustness import disturbances
from featherline.signals.dataset import Disturb

RATE_HZ = 100.0


def recording(seconds: float = 20.0) -> np.ndarray:
    """Gravity along z and a swing of half a g along x."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.column_stack([0.5 * np.sin(2 * np.pi * times), np.zeros(len(times)), np.ones(len(times))])


def named(part: str, kind: str = "motion", seed: int = 1) -> Disturb:
    [found] = [disturbance for disturbance in disturbances.of_kind(kind) if part in disturbance.name]
    return found.seeded(seed)


@pytest.mark.parametrize("kind", ["motion", "log_mel", "other"])
def test_there_are_as_many_samples_and_the_seed_decides(kind):
    samples = recording()[:, 0].astype(np.float32) if kind == "log_mel" else recording()
    for disturbance in disturbances.of_kind(kind):
        first, again = (disturbance.seeded(3)(samples, RATE_HZ) for _ in range(2))
        assert (first.shape, first.dtype) == (samples.shape, samples.dtype), disturbance.name
        assert np.array_equal(first, again), disturbance.name
        assert not np.array_equal(first, samples), disturbance.name


def test_a_turn_keeps_lengths_and_each_recording_is_turned_otherwise():
    turn, samples = named("each recording"), recording()
    first, second = turn(samples, RATE_HZ), turn(samples, RATE_HZ)
    assert np.linalg.norm(first, axis=1) == pytest.approx(np.linalg.norm(samples, axis=1), abs=1e-5)
    assert np.abs(first - second).max() > 0.1


@pytest.mark.parametrize("snr_db", [20, 10, 5])
def test_noise_has_the_power_that_it_is_named_after(snr_db):
    samples = recording(100)
    noise = named(f"{snr_db} dB")(samples, RATE_HZ) - samples
    signal_power = np.var(samples, axis=0).mean()  # gravity is none
    assert 10 * np.log10(signal_power / np.var(noise)) == pytest.approx(snr_db, abs=0.2)


@pytest.mark.parametrize("share", [1, 10])
def test_lost_samples_repeat_the_last_one(share):
    samples = np.arange(1_000_000.0) / 2**20
    received = named(f"{share}% of samples")(samples, 50.0)
    lost = received != samples
    assert 100 * lost.mean() == pytest.approx(share, rel=0.1)
    assert np.array_equal(received[1:][lost[1:]], received[:-1][lost[1:]])


def test_a_fast_clock_makes_a_swing_slower_for_its_reader():
    swing = np.sin(2 * np.pi * 2 * np.arange(2000) / RATE_HZ)
    read = named("clock")(swing, RATE_HZ)
    assert np.abs(np.fft.rfft(read)).argmax() == round(2 / 1.03 * 20)


def test_a_lower_rate_keeps_what_is_slow():
    slow = np.sin(2 * np.pi * 0.5 * np.arange(2000) / RATE_HZ)
    assert named("80% of the rate")(slow, RATE_HZ) == pytest.approx(slow, abs=0.01)


def test_clipping_and_gain():
    loud = 4 * recording()
    assert np.abs(named("clipped")(loud, RATE_HZ)).max() == 2
    assert named("gain 110%")(recording(), RATE_HZ) == pytest.approx(1.1 * recording(), abs=1e-5)
    tone = np.float32(0.5) * np.sin(np.arange(500, dtype=np.float32))
    assert np.abs(named("+12 dB", "mfcc")(tone, RATE_HZ)).max() == 1  # cut off at the converter's range
    assert np.abs(named("quarter", "mfcc")(tone, RATE_HZ)).max() == pytest.approx(0.125, abs=1e-3)
