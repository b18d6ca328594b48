"""The front end of any sensor in C against the one in Python, and against what `predict` computes."""

import re

import numpy as np
import pytest

from featherline.codegen import frontend as c_frontend
from featherline.codegen import naming
from featherline.codegen.frontend.header import Room
from featherline.emulator import host_program
from featherline.interpreters.values import quantize
from featherline.prediction import sensor as predicted
from featherline.records.frontend import FrontEnd
from featherline.signals import sensor
from featherline.signals.dataset import fit_normalization
from featherline.tflite.model import Tensor
from tests.codegen.frontend.shared import features_beside_model

AXES = {"acc": ("ax", "ay", "az")}
DERIVED = ("acc.magnitude", "acc.vertical", "acc.horizontal", "acc.jerk")


def recording(names, rate_hz, seconds=12):
    """Gravity, a movement of some hertz and noise; pressure is a large mean that moves little."""
    rng, t = np.random.default_rng(0), np.arange(round(seconds * rate_hz)) / rate_hz
    columns = [
        101_325 + 30 * np.sin(2 * np.pi * t) + rng.normal(0, 3, len(t))
        if name == "pressure"
        else 0.2 + 0.4 * place + 0.5 * np.sin(2 * np.pi * (1.3 + place) * t + place) + rng.normal(0, 0.05, len(t))
        for place, name in enumerate(names)
    ]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize(
    ("names", "channels", "rates", "seconds", "spectrum"),
    [
        (("ax", "ay", "az", "pressure"), ("ax", "pressure", *DERIVED), (62.5, 62.5), 1.28, None),
        (("ax", "ay", "az"), ("ax", *DERIVED), (100, 50), 2.0, None),
        (("v",), ("v",), (1000, 1000), 1.0, {"fft_samples": 256, "bands": 24, "floor": 0.001}),
        (("ax", "ay", "az"), ("ax", *DERIVED[:2]), (62.5, 31.25), 4.1, {"fft_samples": 64, "bands": 9, "floor": 0.001}),
    ],
)
def test_features_are_within_a_step_of_python_and_equal_to_predict(names, channels, rates, seconds, spectrum):
    samples = recording(names, rates[0])
    settings = sensor.SensorPreprocess(
        sample_rate_hz=rates[1],
        window_seconds=seconds,
        overlap=0.5,
        channels=channels,
        features="spectrum" if spectrum else "window",
        spectrum=spectrum,
        split={"validation": 0.2, "test": 0.2},
    )
    columns = sensor.Columns(names, "SI", AXES if "ax" in names else {})
    front = sensor.in_range(sensor.front_end(settings, rates[0], columns), samples.min(axis=0), samples.max(axis=0))
    features = sensor.features(samples, front)
    normalization = fit_normalization(features, 3)
    content = {
        "application": "Example",
        "classes": ["a", "b"],
        "input_shape": list(features.shape[1:]),
        "normalization": {"axis": 3, "mean": normalization.mean.tolist(), "scale": normalization.scale.tolist()},
        "frontend": front.constants(),
    }
    tensor = Tensor(0, 0, "input", (1, *features.shape[1:]), "int8", 0, False, 1, (0.03,), (-12,))
    wanted = quantize(normalization.apply(features), tensor).reshape(len(features), -1)
    units = sensor.to_int16(samples, front.steps, front.zeros)
    library = host_program.load(c_frontend.sources(FrontEnd.model_validate(content), tensor))
    from_c = host_program.features(library, units, 1, wanted.shape[1])
    assert from_c.shape == wanted.shape
    assert (np.abs(from_c.astype(int) - wanted) <= 1).mean() >= 0.99
    header = c_frontend.sources(FrontEnd.model_validate(content), tensor, "nn")["nn_frontend.h"].decode()
    np.testing.assert_array_equal(predicted.features(units, header)[0], from_c)
    for room in (Room(4, 0), Room(3000, 64)):
        beside = features_beside_model(FrontEnd.model_validate(content), tensor, units, room)
        np.testing.assert_array_equal(beside, from_c)


@pytest.mark.parametrize("file", ["frontend/audio.c", "frontend/sensor.c"])
def test_parts_that_front_ends_share_stand_in_the_file_that_a_program_gets(file):
    written = naming.source(file, "wrist").decode()
    assert written.count("static void wrist_transform(void)") == 1
    assert re.findall(r'^#include "(.*)"$', written, re.MULTILINE) == ["wrist_frontend.h", "wrist.h"]
