"""The whole program: what goes in as samples comes out as the class that Python would give."""

import numpy as np
import pytest

from featherline.codegen import Golden, lower, memory, program
from featherline.codegen import frontend as front_end
from featherline.codegen.frontend.motion import UNITS_PER_G
from featherline.emulator import host_program
from featherline.emulator.machine import Machine
from featherline.emulator.toolchain import compile
from featherline.interpreters import tflm
from featherline.prediction.program import Program
from featherline.records.frontend import FrontEnd
from featherline.signals import motion
from featherline.tflite import model as tflite

SMOOTHING = 2  # NN_PROGRAM_SMOOTHING of featherline/firmware/program/program.h, where a front end says nothing


@pytest.fixture(scope="module")
def example(converted):
    """A model, and the front end that fits it."""
    settings = motion.MotionPreprocess(
        sample_rate_hz=25,
        window_seconds=1.28,
        overlap=0.5,
        channels=("x", "y", "z", "magnitude"),
        split={"protocol": "group", "validation": 0.2, "test": 0.2},
    )
    frontend = {
        "application": "Example",
        "classes": ["still", "walk", "ride"],
        "input_shape": [32, 1, 4],
        "normalization": {"axis": 3, "mean": [0.0, 0.0, 0.5, 1.0], "scale": [0.5, 0.5, 0.5, 0.5]},
        "frontend": motion.front_end(settings, 50).constants(),
    }
    return tflite.read(converted.path("int8")), FrontEnd.model_validate(frontend)


@pytest.fixture(scope="module")
def samples():
    """Ten seconds of a phone that is shaken more and more, as the sensor gives them."""
    rng = np.random.default_rng(3)
    shaken = rng.normal(size=(500, 3)) * np.linspace(0, 1.5, 500)[:, None]
    return motion.to_int16(shaken + [0, 0.2, 0.9], UNITS_PER_G)


def smoothed(outputs, smoothing=SMOOTHING):
    """What `program_push` returns for a row of windows, by its definition."""
    sums, classes = np.zeros(outputs.shape[1], int), []
    for output in outputs.astype(int):
        sums = sums - np.trunc(sums / smoothing).astype(int) + output
        classes.append(int(sums.argmax()))
    return classes


def test_it_answers_as_front_end_and_model_do_one_after_the_other(example, samples):
    model, frontend = example
    library = host_program.load(program.sources(lower(model), frontend))
    features = host_program.features(library, samples, 7, 32 * 4)
    classes, outputs = host_program.decisions(library, samples, 7, 3)
    expected = tflm.run(model.path.read_bytes(), model, features.reshape(-1, 32, 1, 4)).outputs
    assert len(outputs) > 10
    np.testing.assert_array_equal(outputs, expected)
    assert classes.tolist() == smoothed(outputs)
    assert len(set(outputs.argmax(axis=1).tolist())) > 1


@pytest.mark.parametrize("smoothing", [1, 3, 12, 254])
def test_it_decides_over_as_many_windows_as_its_front_end_says(example, samples, smoothing):
    model, frontend = example
    asked = frontend.model_copy(update={"smoothing": smoothing})
    library = host_program.load(program.sources(lower(model), asked))
    classes, outputs = host_program.decisions(library, samples, 7, 3)
    assert classes.tolist() == smoothed(outputs, smoothing)
    assert Program(model, asked).run(samples).decisions.tolist() == classes.tolist()


def test_a_compiler_may_say_otherwise(example, samples):
    model, frontend = example
    sources = program.sources(lower(model), frontend.model_copy(update={"smoothing": 12}))
    defined = {**sources, "model_program.h": b"#define MODEL_PROGRAM_SMOOTHING 3\n" + sources["model_program.h"]}
    classes, outputs = host_program.decisions(host_program.load(defined), samples, 7, 3)
    assert classes.tolist() == smoothed(outputs, 3)


def test_a_whole_program_has_no_room_for_ends_that_it_has_itself(example):
    model, frontend = example[:2]
    sources = program.sources(lower(model), frontend)
    assert b"model_input(void)" in lower(model).files()["model.h"]
    assert b"model_input(void)" not in sources["model.h"]


@pytest.mark.parametrize("hop_samples", [1, 8, 31, 32])
def test_samples_outlive_the_model_that_works_in_the_same_memory(example, samples, hop_samples):
    model, frontend = example
    constants = frontend.frontend.model_copy(update={"hop_samples": hop_samples})
    frontend = frontend.model_copy(update={"frontend": constants})
    alone = host_program.load(front_end.sources(frontend, model.inputs[0]))
    features = host_program.features(alone, samples, 7, 32 * 4)
    _, outputs = host_program.decisions(host_program.load(program.sources(lower(model), frontend)), samples, 7, 3)
    expected = tflm.run(model.path.read_bytes(), model, features.reshape(-1, 32, 1, 4)).outputs
    assert len(outputs) > 5
    np.testing.assert_array_equal(outputs, expected)


def test_front_end_and_model_share_what_neither_needs_while_the_other_works(example):
    model, frontend = example
    lowered = lower(model)
    entries = program.entries()
    whole = compile(program.sources(lowered, frontend), entries).symbols
    alone = compile(front_end.sources(frontend, model.inputs[0]), ["model_frontend_push"]).symbols
    kept_bytes = 4 * 16  # of the samples that two windows share
    assert whole["model_memory"].bytes < alone["model_memory"].bytes + lowered.memory().bytes
    assert whole["model_memory"].bytes == memory.plan(program.joined(lowered, frontend).network).bytes + kept_bytes


def test_golden_vectors_can_be_tried_beside_a_front_end(example):
    model, frontend = example
    inputs = np.random.default_rng(0).integers(-128, 128, (4, 32, 1, 4)).astype(np.int8)
    outputs = tflm.run(model.path.read_bytes(), model, inputs).outputs
    joined = program.joined(lower(model), frontend)
    files = program.sources(lower(model), frontend) | joined.files(
        classes=frontend.classes, golden=Golden(inputs, outputs)
    )
    machine = Machine(compile(files, ["model_check", *program.entries()]))
    assert machine.call("model_check").result == 0


@pytest.mark.parametrize("chunk", [1, 20, 500])
def test_no_window_is_lost_however_many_samples_come_at_once(example, samples, chunk):
    model, frontend = example
    library = host_program.load(program.sources(lower(model), frontend))
    one_by_one, all_at_once = (host_program.decisions(library, samples, size, 3) for size in (1, chunk))
    assert len(one_by_one[0]) > 10
    np.testing.assert_array_equal(one_by_one[0], all_at_once[0])
    np.testing.assert_array_equal(one_by_one[1], all_at_once[1])


def test_an_emulated_device_gives_the_same(example, samples):
    model, frontend = example
    sources = program.sources(lower(model), frontend)
    push, tell = program.entries()
    machine = Machine(compile(sources, [push, tell]))
    address, result, decisions = machine.place(6), machine.place(4), []
    for sample in samples[:200]:
        machine.write(address, sample)
        assert machine.call(push, address, 1, result).result == 1
        decided = np.frombuffer(machine.read(result, 4), np.int32)[0]
        if decided != host_program.NOT_DUE:
            output = machine.call(tell).result
            decisions.append((decided, *np.frombuffer(machine.read(output, 3), np.int8)))
    classes, outputs = host_program.decisions(host_program.load(sources), samples[:200], 1, 3)
    assert len(decisions) > 3
    np.testing.assert_array_equal(np.array(decisions), np.column_stack([classes, outputs]))


def test_a_new_stream_forgets_the_classes_before(example, samples):
    model, frontend = example
    library = host_program.load(program.sources(lower(model), frontend))
    first, _ = host_program.decisions(library, samples, 7, 3)
    again, _ = host_program.decisions(library, samples, 7, 3)
    assert first.tolist() == again.tolist()


def test_the_sketch_of_tflm_names_each_operator_once_and_holds_the_model(example):
    model, frontend = example
    sources = program.sources(lower(model), frontend)
    files = program.tflm_sketch(sources, model, 4001, frontend, "Example")
    header = files["model_tflm.h"].decode()
    assert "TFLM_ARENA_BYTES 4016" in header
    used = {operator.name for operator in model.operators}
    assert f"TFLM_OPERATORS {len(used)}\n" in header
    assert header.count("resolver.Add") == len(used)
    array = header[header.index("= {") + 3 : header.index("};")]
    assert bytes(int(byte) for byte in array.split(",")[:-1]) == model.path.read_bytes()
    assert "model.c" not in files


def test_both_sketches_are_folders_that_the_ide_can_open(example):
    model, frontend = example
    files = program.sketches(lower(model), frontend, 4000)
    common = {"model.h"} | {
        f"model_{file}" for file in ("frontend.c", "frontend.h", "program.c", "program.h", "result.h")
    }
    assert {file for file in files if file.startswith("sketch/")} == {
        f"sketch/{file}" for file in common | {"model.c", "sketch.ino"}
    }
    assert {file for file in files if file.startswith("tflm_sketch/")} == {
        f"tflm_sketch/{file}" for file in common | {"model_tflm.cpp", "model_tflm.h", "tflm_sketch.ino"}
    }
    assert files == program.sketches(lower(model), frontend, 4000)
