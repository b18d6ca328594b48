import numpy as np
import pytest

from featherline.simulation import motion as simulated

ACTIVITIES = ("dws", "ups", "wlk", "jog", "sit", "std")


def trials(activity: str, people: int = 8, seconds: float = 20) -> list[tuple[np.ndarray, np.ndarray]]:
    streams = np.random.default_rng(5).spawn(people)
    return [simulated.pocket_trial(rng, simulated.person(rng), activity, seconds) for rng in streams]


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_gravity_is_one_g_and_a_trial_has_its_length(activity):
    for gravity, user in trials(activity, people=3):
        assert gravity.shape == user.shape == (1000, 3)
        np.testing.assert_allclose(np.linalg.norm(gravity, axis=1), 1, atol=1e-9)
        assert np.isfinite(user).all()


def test_the_same_seed_gives_the_same_samples():
    for one, other in zip(trials("ups"), trials("ups"), strict=True):
        np.testing.assert_array_equal(one[1], other[1])


def test_activities_order_by_strength_as_people_do():
    strength = {a: np.median([user.std() for _, user in trials(a)]) for a in ACTIVITIES}
    assert max(strength["sit"], strength["std"]) < 0.05 < strength["ups"] < strength["wlk"] < strength["jog"]


def test_walking_has_the_cadence_of_walking():
    for gravity, user in trials("wlk", people=5):
        up = -(gravity * user).sum(axis=1)
        spectrum = np.abs(np.fft.rfft(up - up.mean()))
        frequency_hz = np.fft.rfftfreq(len(up), 1 / simulated.RATE_HZ)
        band = (frequency_hz > 1.3) & (frequency_hz < 2.6)
        assert spectrum[band].max() > 0.5 * spectrum.max()


def test_sitting_turns_the_thigh_away_from_standing():
    for (sitting, _), (standing, _) in zip(trials("sit"), trials("std"), strict=True):
        assert abs(standing[:, 1].mean()) > abs(sitting[:, 1].mean())


def test_phones_are_the_right_way_up_and_upside_down():
    tops = [gravity[:, 1].mean() for gravity, _ in trials("std", people=20)]
    assert min(tops) < -0.7 and max(tops) > 0.7
