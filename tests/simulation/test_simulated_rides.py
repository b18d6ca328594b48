import numpy as np
import pytest

from featherline.simulation import rides as simulated
from featherline.simulation.motion import person

CARRIED = ("car", "bus", "train", "tram", "walk", "run", "stairs", "bike", "sit", "stand")


def vibration(activity: str, people: int = 10) -> np.ndarray:
    """Standard deviation of the magnitude for each of some people."""
    streams = np.random.default_rng(6).spawn(people)
    phones = [simulated.carried_phone(rng, person(rng, pocket=False), activity, 60) for rng in streams]
    return np.array([np.linalg.norm(phone, axis=1).std() for phone in phones])


@pytest.mark.parametrize("activity", CARRIED)
def test_a_carried_phone_feels_about_one_g(activity):
    rng = np.random.default_rng(3)
    phone = simulated.carried_phone(rng, person(rng, pocket=False), activity, 30)
    assert phone.shape == (1500, 3)
    assert np.linalg.norm(phone.mean(axis=0)) == pytest.approx(1, abs=0.25)


def test_a_smooth_ride_and_a_phone_at_rest_overlap_while_running_stands_apart():
    train, sit, run = vibration("train"), vibration("sit"), vibration("run")
    assert train.min() < sit.max()
    assert np.median(train) > np.median(sit)
    assert run.min() > 5 * train.max()
