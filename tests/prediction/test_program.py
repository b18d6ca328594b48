"""What a device says of each window, by NumPy and by the C: the same features, outputs and decisions."""

import numpy as np
import pytest

from featherline.codegen import frontend as c_frontend
from featherline.codegen import lower
from featherline.codegen import program as c_program
from featherline.emulator import host_program
from featherline.emulator.machine import Machine
from featherline.emulator.toolchain import compile
from featherline.prediction import audio, motion
from featherline.prediction.program import Program, decided, decided_apart, summed
from featherline.records.base import load
from featherline.records.frontend import FrontEnd
from featherline.signals import audio as sound
from featherline.signals import motion as acceleration_signals
from featherline.tflite import model as tflite
from tests.codegen.frontend import test_audio as audio_examples
from tests.codegen.frontend import test_motion as motion_examples

APPS = ("motionsense", "carsensor", "keywordspotting", "musicclassifier")


@pytest.mark.parametrize(
    ("changes", "native_rate_hz"),
    [
        ({}, 50),
        ({"sample_rate_hz": 40}, 50),
        ({"sample_rate_hz": 50, "overlap": 0.0}, 50),
        ({"overlap": 0.75, "channels": ("magnitude", "vertical", "horizontal")}, 100),
        ({"companding_g": 0.01}, 50),
    ],
)
def test_each_feature_of_motion_is_that_of_the_c(changes, native_rate_hz):
    _, content = motion_examples.described(native_rate_hz=native_rate_hz, **changes)
    tensor = motion_examples.entry(content)
    header = c_frontend.sources(FrontEnd.model_validate(content), tensor, "nn")["nn_frontend.h"].decode()
    for loudness in (0.1, 1.0, 4.0, 9.0):  # from still to beyond the range of the sensor
        acceleration = loudness * motion_examples.ride(seconds=60, rate_hz=native_rate_hz)
        samples = acceleration_signals.to_int16(acceleration, 4096)
        found, places = motion.features(samples, header)
        np.testing.assert_array_equal(found, motion_examples.in_c(content, tensor, acceleration))
        assert (np.diff(places) > 0).all() and places[-1] < len(samples)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kind": "mfcc"},
        {"summary": "statistics"},
        {"kind": "mfcc", "summary": "statistics", "hop_samples": 700},
        {"hop_samples": 512},
        {"hop_samples": 700},
        {"frame_samples": 2048, "lowest_hz": 0, "highest_hz": 4000},
    ],
)
def test_each_feature_of_sound_is_that_of_the_c(changes):
    content, tensor, heard, _ = audio_examples.described(**changes)
    files = c_frontend.sources(FrontEnd.model_validate(content), tensor)
    header = c_frontend.sources(FrontEnd.model_validate(content), tensor, "nn")["nn_frontend.h"].decode()
    samples = sound.to_int16(np.concatenate(heard))
    found, _ = audio.features(samples, header)
    wanted = host_program.features(host_program.load(files), samples, 320, found.shape[1])
    np.testing.assert_array_equal(found, wanted)


def recording(frontend, seconds=60.0, seed=0):
    """Loud and soft, slow and fast, as a device gets it."""
    rate_hz, _, values = c_program.stream(frontend)
    rng = np.random.default_rng(seed)
    shape = (int(seconds * rate_hz), values) if values > 1 else int(seconds * rate_hz)
    noise = np.cumsum(rng.normal(size=shape), axis=0) * 0.02 + rng.normal(size=shape)
    envelope = np.abs(np.sin(np.arange(int(seconds * rate_hz)) / rate_hz)) ** 3 * 6000
    return np.clip(noise * (envelope[:, None] if values > 1 else envelope), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("app", APPS)
def test_outputs_and_decisions_of_every_window_are_those_of_the_c(app, project):
    folder = project / "models" / app / "tflite"
    frontend, model = load(FrontEnd, folder / "frontend.json", "convert"), tflite.read(folder / "reduced-int8.tflite")
    samples = recording(frontend)
    windows = Program(model, frontend).run(samples)
    library = host_program.load(c_program.sources(lower(model), frontend))
    classes, outputs = host_program.decisions(library, samples, 64, len(frontend.classes))
    assert len(classes) >= 3
    np.testing.assert_array_equal(windows.outputs, outputs)
    np.testing.assert_array_equal(windows.decisions, classes)


def test_the_emulated_core_says_the_same(project):
    folder = project / "models" / "motionsense" / "tflite"
    frontend, model = load(FrontEnd, folder / "frontend.json", "convert"), tflite.read(folder / "reduced-int8.tflite")
    samples = recording(frontend, seconds=20)
    push, tell = c_program.entries()
    machine = Machine(compile(c_program.sources(lower(model), frontend), [push, tell]))
    address, result, found = machine.place(6), machine.place(4), []
    for sample in samples:
        machine.write(address, sample)
        machine.call(push, address, 1, result)
        decided = np.frombuffer(machine.read(result, 4), np.int32)[0]
        if decided != host_program.NOT_DUE:
            output = machine.read(machine.call(tell).result, len(frontend.classes))
            found.append((decided, *np.frombuffer(output, np.int8)))
    windows = Program(model, frontend).run(samples)
    np.testing.assert_array_equal(np.column_stack([windows.decisions, windows.outputs]), found)


def test_half_of_the_older_windows_is_forgotten_with_each_new_one():
    outputs = np.array([[100, -100], [-60, 60], [-60, 60], [100, -100]], np.int8)
    assert decided(summed(outputs, 2), None).tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("smoothing", [1, 4, 30])
def test_every_recording_is_told_as_if_it_were_the_only_one(smoothing):
    rng = np.random.default_rng(smoothing)
    outputs = rng.integers(-128, 128, (60, 3)).astype(np.int8)
    recordings = np.repeat([4, 0, 7], [25, 5, 30])
    decisions = decided_apart(outputs, recordings, smoothing)
    alone = [decided(summed(outputs[recordings == number], smoothing), None) for number in (4, 0, 7)]
    assert decisions.tolist() == np.concatenate(alone).tolist()


def test_a_recording_shorter_than_a_window_gives_none(project):
    for app in APPS:
        folder = project / "models" / app / "tflite"
        frontend, model = (
            load(FrontEnd, folder / "frontend.json", "convert"),
            tflite.read(folder / "reduced-int8.tflite"),
        )
        assert len(Program(model, frontend).run(recording(frontend, seconds=0.02)).decisions) == 0
