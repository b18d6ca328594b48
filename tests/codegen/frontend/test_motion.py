"""The motion front end in C against the one in Python, sample by sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featherline.codegen import frontend as c_frontend
from featherline.codegen.frontend.header import Room
from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.core.errors import FeatherlineError
from featherline.emulator import host_program
from featherline.interpreters.values import quantize
from featherline.params import Split
from featherline.records.frontend import FrontEnd
from featherline.signals import motion
from featherline.signals.dataset import Normalization
from featherline.tflite.model import Tensor
from tests.codegen.frontend.shared import features_beside_model

CHANNELS = ("x", "y", "z", "magnitude", "vertical", "horizontal")
SPLIT = {"protocol": "group", "validation": 0.2, "test": 0.2}


def described(native_rate_hz=50, **changes):
    """A front end, and the content of the `frontend.json` of an application that uses it."""
    asked = {"sample_rate_hz": 25, "window_seconds": 1.28, "overlap": 0.5, "channels": CHANNELS} | changes
    asked = motion.MotionPreprocess(**asked, split=Split(**SPLIT))
    channels = asked.channels
    front = motion.front_end(asked, native_rate_hz)
    normalization = {"axis": 3, "mean": [0.1] * len(channels), "scale": [0.4] * len(channels)}
    content = {
        "application": "Example",
        "classes": ["a", "b", "c"],
        "input_shape": [front.window, 1, len(channels)],
        "normalization": normalization,
        "frontend": front.constants(),
    }
    return front, content


def entry(content, scale=0.07, zero_point=-30):
    return Tensor(0, 0, "input", (1, *content["input_shape"]), "int8", 0, False, 1, (scale,), (zero_point,))


def ride(seconds=12, rate_hz=50, seed=0):
    """Gravity that turns slowly, steps of a walk and noise: shape (samples, 3), in g."""
    rng = np.random.default_rng(seed)
    t = np.arange(seconds * rate_hz) / rate_hz
    tilt = 0.7 + 0.3 * np.sin(0.4 * t)
    gravity = np.stack([np.sin(tilt), 0.2 * np.cos(t), np.cos(tilt)], axis=1)
    steps = np.sin(2 * np.pi * 1.9 * t)[:, None] * np.array([0.2, 0.5, 0.9])
    return gravity + steps + rng.normal(scale=0.05, size=(len(t), 3))


def expected(front, content, tensor, acceleration):
    cut = motion.windows(motion.resample(acceleration, front), front.window, front.hop)
    features = motion.channels(cut, front.channels, front.companding_g)[:, :, None, :]
    stated = content["normalization"]
    apply = Normalization(stated["axis"], *(np.array(stated[key], np.float32) for key in ("mean", "scale"))).apply
    return quantize(apply(features), tensor).reshape(len(cut), -1)


def in_c(content, tensor, acceleration):
    library = host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor))
    samples = motion.to_int16(acceleration, UNITS_PER_G)
    return host_program.features(library, samples, 1, int(np.prod(content["input_shape"])))


@pytest.mark.parametrize(
    ("changes", "native_rate_hz"),
    [
        ({}, 50),
        ({"sample_rate_hz": 40}, 50),  # 4 / 5: the filter runs on an interpolated clock
        ({"sample_rate_hz": 50, "overlap": 0.0}, 50),  # no filter, and windows that share nothing
        ({"overlap": 0.75, "channels": ("magnitude", "vertical", "horizontal")}, 100),
        ({"companding_g": 0.1}, 50),
    ],
)
def test_every_feature_is_within_a_step_of_the_one_in_python(changes, native_rate_hz):
    front, content = described(native_rate_hz=native_rate_hz, **changes)
    tensor, acceleration = entry(content), ride(rate_hz=native_rate_hz)
    wanted, found = expected(front, content, tensor, acceleration), in_c(content, tensor, acceleration)
    assert found.shape == wanted.shape
    steps = np.abs(found.astype(int) - wanted.astype(int))
    assert steps.max() <= 1
    assert (steps == 0).mean() > 0.9


@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("channels", [CHANNELS[3:4], CHANNELS[:4], CHANNELS])
@pytest.mark.parametrize("room", [Room(4, 0), Room(400, 88), Room(2000, 1800)])
def test_a_model_may_write_over_all_that_it_has_asked_for(overlap, channels, room):
    _, content = described(overlap=overlap, channels=channels)
    tensor, acceleration = entry(content), ride(seconds=8)
    samples = motion.to_int16(acceleration, UNITS_PER_G)
    found = features_beside_model(FrontEnd.model_validate(content), tensor, samples, room)
    np.testing.assert_array_equal(found, in_c(content, tensor, acceleration))


@pytest.fixture(scope="module")
def still():
    """A front end without a filter, and its library: what goes in is what a window holds."""
    front, content = described(sample_rate_hz=50, window_seconds=0.16, overlap=0.5)
    tensor = entry(content, scale=0.2)
    return (
        front,
        content,
        tensor,
        host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor)),
    )


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.floats(-7.9, 7.9)] * 3), min_size=8, max_size=24))
def test_no_acceleration_within_range_moves_a_feature_by_two_steps(still, samples):
    front, content, tensor, library = still
    acceleration = np.array(samples)
    found = host_program.features(library, motion.to_int16(acceleration, UNITS_PER_G), 1, front.window * len(CHANNELS))
    steps = np.abs(found - expected(front, content, tensor, acceleration).astype(int))
    # Parts along and across gravity hang on its direction, and no step bounds that where it is small.
    plain = np.isin(CHANNELS, ["x", "y", "z", "magnitude"])
    assert steps.reshape(-1, len(CHANNELS))[:, plain].max(initial=0) <= 1


def test_a_new_stream_forgets_the_one_before(still):
    front, _, _, library = still
    samples = motion.to_int16(ride(seconds=1), UNITS_PER_G)
    first = host_program.features(library, samples, 1, front.window * len(CHANNELS))
    host_program.features(library, samples[: front.window - 1], 1, front.window * len(CHANNELS))
    again = host_program.features(library, samples, 1, front.window * len(CHANNELS))
    np.testing.assert_array_equal(first, again)


def test_a_model_of_another_shape_or_type_is_refused():
    _, content = described()
    wrong = Tensor(0, 0, "input", (1, 9, 1, 3), "int8", 0, False, 1, (0.1,), (0,))
    with pytest.raises(FeatherlineError, match="take the two from the same run"):
        c_frontend.sources(FrontEnd.model_validate(content), wrong)
    floats = Tensor(0, 0, "input", (1, *content["input_shape"]), "float32", 0, False, 1, None, None)
    with pytest.raises(FeatherlineError, match="integer_io true"):
        c_frontend.sources(FrontEnd.model_validate(content), floats)


def test_a_kind_without_c_is_named():
    _, content = described()
    content["frontend"]["kind"] = "wavelets"
    with pytest.raises(FeatherlineError, match="'wavelets'"):
        c_frontend.sources(FrontEnd.model_validate(content), entry(content))
