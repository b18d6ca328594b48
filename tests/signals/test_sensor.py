import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.signals import sensor

SPLIT = {"validation": 0.2, "test": 0.2}
COLUMNS = sensor.Columns(("ax", "ay", "az", "pressure"), "SI", {"acc": ("ax", "ay", "az")})


def front(rate_hz=50.0, seconds=1.0, channels=("ax",), columns=COLUMNS, native_rate_hz=50.0, **changes):
    settings = sensor.SensorPreprocess(
        sample_rate_hz=rate_hz, window_seconds=seconds, overlap=0.5, channels=channels, split=SPLIT, **changes
    )
    return sensor.front_end(settings, native_rate_hz, columns)


def test_channels_are_columns_and_what_is_derived_of_three():
    samples = np.tile([0.0, 0.0, 9.81, 101_325.0], (60, 1))
    samples[:, 0] = np.arange(60) * 0.1  # 5 a second
    names = ("pressure", "acc.magnitude", "acc.jerk", "acc.vertical", "acc.horizontal")
    made = sensor.features(samples, front(channels=names))
    assert made.shape == (1, 50, 1, 5)
    pressure, magnitude, jerk, vertical, horizontal = made[0, :, 0].T
    assert (pressure == 101_325).all()
    np.testing.assert_allclose(magnitude, np.hypot(samples[:50, 0], 9.81), rtol=1e-6)
    np.testing.assert_allclose(jerk, 5.0, rtol=1e-4)
    # What moves along the mean, and what moves across it, are together the whole of what moves.
    moved = samples[:50, 0] - samples[:50, 0].mean()
    np.testing.assert_allclose(vertical**2 + horizontal**2, moved**2, atol=1e-4)


def test_a_tone_stands_in_its_band_and_nowhere_else():
    t = np.arange(2000) / 1000
    columns = sensor.Columns(("v",), "g", {})
    spectrum = {"fft_samples": 256, "bands": 16, "floor": 1e-4}
    tones = front(1000.0, 1.0, ("v",), columns, 1000.0, features="spectrum", spectrum=spectrum)
    bands = sensor.features(0.5 * np.sin(2 * np.pi * 125 * t)[:, None], tones)[0, :, 0, 0]
    bin_of_tone = 125 * 256 // 1000
    [place] = [at for at in range(16) if tones.edges[at] <= bin_of_tone < tones.edges[at + 1]]
    assert bands.argmax() == place
    assert bands[place] == pytest.approx(
        np.log(0.5 / 2 * np.sqrt(1.5)), abs=0.01
    )  # a Hann window has three bins of a tone
    assert (np.delete(bands, [place - 1, place, place + 1]) < np.log(0.01)).all()


def test_rates_may_be_fractions():
    halved = front(31.25, 2.0, native_rate_hz=62.5)
    assert (halved.interpolation, halved.decimation, halved.window) == (1, 2, 62)
    assert len(sensor.features(np.zeros((400, 4)), halved)) == halved.count(400)


def test_16_bits_hold_twice_the_range_also_about_a_large_mean():
    made = sensor.in_range(front(), np.array([-1.0, -1, -1, 101_300]), np.array([1.0, 1, 1, 101_350]))
    assert made.zeros[0] == 0 and abs(made.zeros[3] - 101_325) < 1
    assert 2 / 32767 <= made.steps[0] < 4 / 32767 and made.steps[3] < 0.25
    extremes = np.array([[1.0, 1, 1, 101_350], [-1, -1, -1, 101_300]])
    back = sensor.to_int16(extremes, made.steps, made.zeros) * np.array(made.steps) + np.array(made.zeros)
    np.testing.assert_allclose(back, extremes, atol=0.13)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"channels": ("bx",)}, "must be one of ax, ay, az, pressure, acc.magnitude"),
        ({"seconds": 0.02}, "less than two samples"),
        ({"rate_hz": 47.0}, "cannot be brought to that with a short filter"),
        (
            {"features": "spectrum", "spectrum": {"fft_samples": 64, "bands": 4, "floor": 1.0}},
            "fft_samples is 64, and a window has 50 samples",
        ),
        (
            {"features": "spectrum", "spectrum": {"fft_samples": 32, "bands": 20, "floor": 1.0}},
            "has 15 bins: take fewer bands",
        ),
    ],
)
def test_what_cannot_be_computed_is_told(changes, sentence):
    with pytest.raises(FeatherlineError, match=sentence):
        front(**changes)
