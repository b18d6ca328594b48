import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from featherline import params_file
from featherline.core.errors import FeatherlineError
from featherline.signals import motion

SPLIT = {"validation": 0.2, "test": 0.2}


def settings(**changes) -> motion.MotionPreprocess:
    values = {"sample_rate_hz": 25, "window_seconds": 2.0, "overlap": 0.5, "channels": ["x", "y", "z"], "split": SPLIT}
    return motion.MotionPreprocess(**{**values, **changes})


def recording(name: str, samples: int, label: int = 0) -> motion.Recording:
    rng = np.random.default_rng(len(name) + samples)
    return motion.Recording(name, rng.normal(0, 0.1, (samples, 3)) + [0, 0, 1], label, name)


def tone(frequency_hz: float, seconds: float = 10) -> np.ndarray:
    time = np.arange(round(50 * seconds)) / 50
    return np.repeat(np.sin(2 * np.pi * frequency_hz * time)[:, None], 3, axis=1)


def test_halving_the_rate_keeps_slow_motion_and_removes_what_would_fold_back():
    front = motion.front_end(settings(), native_rate_hz=50)
    slow, fast = motion.resample(tone(3), front), motion.resample(tone(20), front)
    assert slow.std() == pytest.approx(np.sqrt(0.5), rel=0.02)
    assert fast.std() < 0.02


def test_a_device_gets_the_same_samples_from_the_published_taps():
    constants = motion.front_end(settings(), native_rate_hz=50).constants()
    raw = np.random.default_rng(0).normal(size=(200, 3))
    taps, step = np.array(constants["taps"]), constants["decimation"]
    streamed = [taps @ raw[at : at + len(taps)][::-1] for at in range(0, len(raw) - len(taps) + 1, step)]
    np.testing.assert_allclose(motion.resample(raw, motion.front_end(settings(), 50)), streamed, atol=1e-6)


@given(native_and_target=st.sampled_from([(50, 50), (50, 25), (100, 25), (50, 20), (50, 10)]), value=st.floats(-4, 4))
def test_resampling_a_constant_gives_that_constant(native_and_target, value):
    native, target = native_and_target
    front = motion.front_end(settings(sample_rate_hz=target), native)
    resampled = motion.resample(np.full((400, 3), value), front)
    # The phases of an interpolating filter weigh a constant alike up to its stop band.
    np.testing.assert_allclose(resampled, value, rtol=5e-3, atol=1e-6)
    assert abs(len(resampled) - 400 * target / native) <= len(front.taps)


@pytest.mark.parametrize("rate", [60, 49])
def test_a_rate_that_a_short_filter_cannot_reach_is_refused_with_the_ones_it_can(rate):
    with pytest.raises(FeatherlineError, match=r"sample_rate_hz is \d+, .* choose one of .*20, 25"):
        motion.front_end(settings(sample_rate_hz=rate), native_rate_hz=50)


@given(samples=st.integers(0, 60), window=st.integers(2, 20), hop=st.integers(1, 20))
def test_windows_are_stretches_of_the_recording_at_multiples_of_the_hop(samples, window, hop):
    recorded = np.arange(samples * 3, dtype=np.float32).reshape(samples, 3)
    cut = motion.windows(recorded, window, hop)
    assert len(cut) == max((samples - window) // hop + 1, 0)
    for index, one in enumerate(cut):
        np.testing.assert_array_equal(one, recorded[index * hop : index * hop + window])


def rotation(seed: int) -> np.ndarray:
    matrix, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return matrix if np.linalg.det(matrix) > 0 else -matrix


@given(seed=st.integers(0, 1000))
def test_the_phone_may_be_turned_any_way_round(seed):
    cut = np.random.default_rng(seed).normal(0, 0.2, (2, 32, 3)).astype(np.float32) + np.float32([0, 1, 0])
    names = ("magnitude", "vertical", "horizontal")
    turned = (cut @ rotation(seed).T).astype(np.float32)
    np.testing.assert_allclose(motion.channels(turned, names), motion.channels(cut, names), atol=1e-5)


def test_vertical_is_along_gravity_and_horizontal_across_it():
    time = np.arange(50)
    cut = np.zeros((1, 50, 3), np.float32)
    cut[0, :, 1] = -1 + 0.3 * np.sin(2 * np.pi * time / 10)  # up and down, gravity along -y
    cut[0, :, 0] = 0.2 * np.sin(2 * np.pi * time / 25)  # sideways
    vertical, horizontal = motion.channels(cut, ("vertical", "horizontal"))[0].T
    np.testing.assert_allclose(vertical, -(cut[0, :, 1] + 1), atol=1e-6)
    np.testing.assert_allclose(horizontal, np.abs(cut[0, :, 0]), atol=1e-6)


def test_companding_is_linear_for_small_and_logarithmic_for_large_motion():
    acceleration_g = np.array([0.0, 1e-5, 0.01, -0.01, 0.03, 0.07, -0.15], np.float32)
    companded = motion.companded(acceleration_g, companding_g=0.01)
    np.testing.assert_allclose(companded, [0, 1e-3, 1, -1, 2, 3, -4], atol=2e-6)  # log2(1 + |a| / 0.01)
    dense = np.linspace(0, 8, 1001, dtype=np.float32)
    np.testing.assert_allclose(motion.companded(dense, 0.01), np.log2(1 + dense / 0.01), atol=0.087)
    assert (np.diff(motion.companded(dense, 0.01)) > 0).all()


def test_companding_is_of_motion_and_leaves_what_holds_gravity():
    cut = np.random.default_rng(3).normal([0, 0, 1], 0.1, (2, 32, 3)).astype(np.float32)
    plain = motion.channels(cut, motion.CHANNELS)
    companded = motion.channels(cut, motion.CHANNELS, companding_g=0.01)
    np.testing.assert_array_equal(companded[..., :4], plain[..., :4])
    np.testing.assert_array_equal(companded[..., 4:], motion.companded(plain[..., 4:], 0.01))
    assert "companding_g" not in motion.front_end(settings(), 50).constants()
    assert motion.front_end(settings(companding_g=0.01), 50).constants()["companding_g"] == 0.01


def test_a_phone_in_free_fall_gives_numbers():
    values = motion.channels(np.zeros((1, 8, 3), np.float32), ("magnitude", "vertical", "horizontal"))
    assert np.isfinite(values).all()


def test_no_window_crosses_two_recordings_and_short_ones_are_left_out():
    recordings = [recording(name, 300, label) for label in (0, 1) for name in "abcd"] + [recording("short", 40)]
    made = motion.dataset(recordings, ("rest", "move"), 50, settings(), seed=1)
    of_300 = (300 - 17) // 2 + 1  # samples at 25 Hz
    assert sum(map(len, made.splits.values())) == 8 * ((of_300 - 50) // 25 + 1)
    train = made.splits["train"]
    assert train.inputs.dtype == np.float32 and train.inputs.shape[1:] == (50, 1, 3)
    assert train.labels.dtype == np.int32
    assert not {"short"} & set(train.groups)
    counts = np.unique(train.recordings, return_counts=True)[1]
    assert set(counts) == {(of_300 - 50) // 25 + 1} and (np.diff(train.recordings) >= 0).all()


def test_a_window_longer_than_every_recording_is_refused():
    with pytest.raises(FeatherlineError, match=r"window_seconds is 20.0, and the longest recording has 6.00 s"):
        motion.dataset([recording("a", 300)], ("rest",), 50, settings(window_seconds=20), seed=1)


def test_an_unknown_channel_is_refused_with_the_known_ones():
    tree = {"app": {"preprocess": settings().model_dump(mode="json") | {"channels": ["x", "speed"]}}}
    with pytest.raises(FeatherlineError, match=r"app.preprocess.channels.1 is 'speed'.*'magnitude'.*'horizontal'"):
        params_file.block(tree, "app.preprocess", motion.MotionPreprocess)


def test_an_overlap_of_one_would_never_move_on():
    with pytest.raises(ValidationError):
        settings(overlap=1.0)


def test_columns_come_back_as_they_were_written(tmp_path):
    values = np.array([[0.5, -1.25], [3.0, 0.125]])
    motion.write_columns(tmp_path / "a.csv", ["x", "y"], values, digits=3, index=True)
    assert (tmp_path / "a.csv").read_text() == ",x,y\n0,0.500,-1.250\n1,3.000,0.125\n"
    np.testing.assert_array_equal(motion.read_columns(tmp_path / "a.csv", ["y", "x"]), values[:, ::-1])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("x,y\n1,2\n", "has no column 'z'"),
        ("", "has no column 'x'"),
        ("x,y,z\n", "holds no samples"),
        ("x,y,z\n1,2,3\n1,,3\n", "holds NaN or infinity in 1 rows, first in row 2"),
        ("x,y,z\n1,2,inf\n", "holds NaN or infinity"),
        ("x,y,z\n1,two,3\n", "is no CSV of numbers"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path, content, sentence):
    path = tmp_path / "7.csv"
    path.write_text(content)
    with pytest.raises(FeatherlineError, match=f"7.csv {sentence}"):
        motion.read_columns(path, ["x", "y", "z"])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FeatherlineError, match="8.csv is missing"):
        motion.read_columns(tmp_path / "8.csv", ["x"])
