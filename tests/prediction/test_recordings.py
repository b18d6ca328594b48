"""Recordings as people have them, and what a device would have got of them."""

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.prediction import models
from featherline.prediction.recordings import Options, read
from featherline.signals import motion, sound_files


@pytest.fixture(scope="module")
def walks(project):
    return models.find(str(project / "models/motionsense/tflite/reduced-int8.tflite"))


@pytest.fixture(scope="module")
def listens(project):
    return models.find(str(project / "models/keywordspotting/tflite/reduced-int8.tflite"))


def steps(seconds=20, rate_hz=50):
    """A walk of two steps a second, in g."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return t, np.stack([0.1 * np.sin(t), 0.3 * np.sin(4 * np.pi * t), 1 + 0.2 * np.cos(4 * np.pi * t)], axis=1)


def written(path, columns, values, digits=6):
    motion.write_columns(path, columns, values, digits)
    return path


def test_samples_are_those_of_16_bits_at_8_g(walks, tmp_path):
    t, acceleration = steps()
    path = written(tmp_path / "walk.csv", ["t", "x", "y", "z"], np.column_stack([t, acceleration]))
    recording = read(path, walks, Options(unit="g"))
    np.testing.assert_array_equal(recording.samples, np.rint(acceleration * 4096).astype(np.int16))
    assert recording.remarks == ["Its times were taken to be in s: 50 samples a second."]


@pytest.mark.parametrize(("unit", "factor"), [("g", 1), ("mg", 1000), ("m/s2", 9.80665)])
def test_the_unit_is_told_from_the_data_with_a_remark(walks, tmp_path, unit, factor):
    t, acceleration = steps()
    path = written(
        tmp_path / "walk.csv", ["time", "ax", "ay", "az"], np.column_stack([1000 * t, acceleration * factor])
    )
    recording = read(path, walks, Options())
    assert np.abs(recording.samples - acceleration * 4096).max() <= 1
    assert recording.remarks[0].startswith(f"Its unit was taken to be {unit}, by a median length of ")
    assert recording.remarks[1] == "Its times were taken to be in ms: 50 samples a second."


def test_gravity_and_user_acceleration_of_ios_are_added(walks, tmp_path):
    _, acceleration = steps()
    names = [f"{kind}.{axis}" for kind in ("gravity", "userAcceleration") for axis in "xyz"]
    gravity = np.tile([0.0, 0.0, 1.0], (len(acceleration), 1))
    path = written(tmp_path / "motion.csv", names, np.column_stack([gravity, acceleration - gravity]))
    recording = read(path, walks, Options(unit="g"))
    assert np.abs(recording.samples - acceleration * 4096).max() <= 1
    assert "was taken to have 50 samples a second" in recording.remarks[0]


@pytest.mark.parametrize("rate_hz", [50.4, 100, 104, 119, 200, 416.7])
def test_a_faster_recording_comes_down_to_the_native_rate(walks, tmp_path, rate_hz):
    t, acceleration = steps(rate_hz=rate_hz)
    path = written(tmp_path / "fast.csv", ["t", "x", "y", "z"], np.column_stack([t, acceleration]))
    samples = read(path, walks, Options()).samples
    _, wanted = steps()
    shared = min(len(samples), len(wanted))
    assert abs(len(samples) - len(wanted)) <= 2
    assert np.abs(samples[:shared] / 4096 - wanted[:shared]).max() < 0.02


def test_what_is_above_the_new_nyquist_frequency_is_filtered_out(walks, tmp_path):
    t, acceleration = steps(rate_hz=200)
    hum = 0.5 * np.sin(2 * np.pi * 60 * t)[:, None]  # at 50 Hz it would be taken for 10 Hz
    path = written(tmp_path / "hum.csv", ["t", "x", "y", "z"], np.column_stack([t, acceleration + hum]))
    samples = read(path, walks, Options(unit="g")).samples[50:-50] / 4096
    assert np.abs(samples - steps()[1][50 : 50 + len(samples)]).max() < 0.05


def test_labels_of_samples_stay_with_their_samples(walks, tmp_path):
    t, acceleration = steps(rate_hz=100)
    lines = ["t,x,y,z,activity"] + [
        f"{at:.3f},{x:.4f},{y:.4f},{z:.4f},{'standing/sitting' if at < 10 else 'walking/jogging'}"
        for at, (x, y, z) in zip(t, acceleration, strict=True)
    ]
    (tmp_path / "day.csv").write_text("\n".join(lines) + "\n")
    labels = read(tmp_path / "day.csv", walks, Options(label_column="activity")).labels
    assert labels.tolist() == [2] * 500 + [1] * 500


def test_a_clip_of_16_bits_comes_through_as_it_is(listens, tmp_path):
    samples = np.random.default_rng(0).integers(-9000, 9000, 32000)
    sound_files.write_clip(tmp_path / "clip.wav", samples / 32767, 16000)
    np.testing.assert_array_equal(read(tmp_path / "clip.wav", listens, Options()).samples, samples)


def refused(walks, path, content, options=None):
    path.write_text(content)
    with pytest.raises(FeatherlineError) as caught:
        read(path, walks, options or Options())
    return str(caught.value)


def table(rows, head="t,x,y,z"):
    return "\n".join([head, *rows]) + "\n"


def test_bad_recordings_are_refused_with_a_cure(walks, listens, tmp_path):
    path = tmp_path / "bad.csv"
    rows = [f"{0.02 * i:.2f},0,0,1" for i in range(500)]
    assert "line 4: the time 0 is not after" in refused(walks, path, table(["0,0,0,1", "0.02,0,0,1", "0,0,0,1"]))
    assert "60 s pass without a sample" in refused(walks, path, table([*rows, "69.98,0,0,1", "70,0,0,1"]))
    assert "needs 50 or more: record faster" in refused(walks, path, table(rows[::2]))
    assert "name those of total acceleration with --columns" in refused(walks, path, table(["1,2"], "a,b"))
    assert "correct --unit, it looks like g" in refused(walks, path, table(rows), Options(unit="m/s2"))
    assert "with gravity" in refused(walks, path, table([f"{0.02 * i},0,0,0.01" for i in range(99)]), Options(unit="g"))
    assert "use one of these" in refused(walks, path, table(rows), Options(label="swimming"))
    assert "is no number" in refused(walks, path, table(["0,a,0,1"]))
    assert "no column 'u'" in refused(walks, path, table(rows), Options(columns=("u", "v", "w")))
    sound = tmp_path / "low.wav"
    sound_files.write_clip(sound, np.sin(np.arange(16000)), 8000)
    with pytest.raises(FeatherlineError, match="8,000 samples a second, and .* needs 16,000 or more"):
        read(sound, listens, Options())
    with pytest.raises(FeatherlineError, match="listens to an accelerometer"):
        read(sound, walks, Options())
    with pytest.raises(FeatherlineError, match="missing"):
        read(tmp_path / "none.csv", walks, Options())
