import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tflite_micro.python.tflite_micro.runtime import Interpreter

from featherline.core.errors import FeatherlineError
from featherline.interpreters import litert, tflm
from featherline.interpreters.values import quantize
from featherline.tflite import model
from featherline.tflite.arena import ALIGNMENT_BYTES


def examine(converted, scheme):
    values = quantize(converted.inputs, model.read(converted.path(scheme)).inputs[0])
    return values, tflm.examine(converted.path(scheme), values)


@pytest.mark.parametrize("scheme", ["none", "int8", "int16x8"])
def test_models_of_one_kind_of_number_are_deployable(converted, scheme, capfd):
    _, examination = examine(converted, scheme)
    assert examination.deployable
    assert examination.reason is None
    assert examination.outputs.shape == (60, 3)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        ("float16", "DEQUANTIZE (operator 0, inputs float16) failed to prepare: input->type == int8"),
        ("dynamic_range", "FULLY_CONNECTED (operator 5, inputs float32, int8, float32) failed to prepare: Input type"),
    ],
)
def test_mixed_models_are_refused_in_the_words_of_the_runtime(converted, scheme, reason):
    _, examination = examine(converted, scheme)
    assert not examination.deployable
    assert examination.reason.startswith(reason)
    assert examination.reason.endswith(".")
    assert "\n" not in examination.reason
    assert (examination.outputs, examination.arena_bytes) == (None, None)


# The two round a dense layer's sum differently: one step of it, which the softmax makes two of.
@pytest.mark.parametrize(("scheme", "steps"), [("int8", 2), ("int16x8", 8)])
def test_outputs_agree_with_litert_to_a_few_steps_of_the_output(converted, scheme, steps):
    values, examination = examine(converted, scheme)
    reference = litert.outputs(converted.path(scheme), values)
    assert np.abs(examination.outputs.astype(int) - reference).max() <= steps


@pytest.mark.parametrize("scheme", ["none", "int8"])
def test_the_arena_is_the_smallest_that_works(converted, scheme):
    values, examination = examine(converted, scheme)
    content = converted.path(scheme).read_bytes()

    interpreter = Interpreter.from_bytes(content, arena_size=examination.arena_bytes)
    interpreter.set_input(values[:1], 0)
    interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_output(0), examination.outputs[:1])
    with pytest.raises(RuntimeError):
        Interpreter.from_bytes(content, arena_size=examination.arena_bytes - ALIGNMENT_BYTES)


def test_the_arena_has_a_part_for_activations_and_one_for_bookkeeping(converted):
    _, examination = examine(converted, "int8")
    # The input and what the first convolution makes of it live at the same time.
    assert examination.activation_bytes >= 32 * 4 + 32 * 8
    assert examination.bookkeeping_bytes > 0
    assert examination.arena_bytes >= examination.activation_bytes


def test_an_examination_gives_the_same_figures_again(converted):
    first, second = (examine(converted, "int8")[1] for _ in range(2))
    assert first.arena_bytes == second.arena_bytes
    np.testing.assert_array_equal(first.outputs, second.outputs)


def test_a_file_that_is_no_model_is_named(tmp_path):
    (tmp_path / "text.tflite").write_text("not a model at all")
    with pytest.raises(FeatherlineError, match="text.tflite"):
        tflm.examine(tmp_path / "text.tflite", np.zeros((1, 4), np.float32))


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (
            "tensorflow/lite/micro/kernels/conv_common.cc Hybrid models are not supported on TFLite Micro.\n"
            "Node CONV_2D (number 2) failed to prepare with status 1\n",
            "CONV_2D (operator 2, inputs int8, int8, int32) failed to prepare: "
            "Hybrid models are not supported on TFLite Micro.",
        ),
        (
            "tensorflow/lite/micro/kernels/pad.cc:42 input->type == kTfLiteInt8 was not true.\n"
            "Node CONV_2D (number 0) failed to invoke with status 1\n",
            "CONV_2D (operator 0, inputs int8, int8, int32) failed to invoke: input->type == int8 was not true.",
        ),
        ("Didn't find op for builtin opcode 'ERF'\n", "Didn't find op for builtin opcode 'ERF'."),
        ("", "TFLM failed to allocate tensors."),
    ],
)
def test_what_the_runtime_writes_becomes_one_sentence(converted, log, sentence):
    read = model.read(converted.path("int8"))
    assert tflm.explain(log, "TFLM failed to allocate tensors", read) == sentence


def test_the_runtime_numbers_operators_within_their_subgraph():
    def operator(name, kind, subgraph):
        entry = model.Tensor(0, subgraph, "", (1,), kind, 1, False, 0, None, None)
        return model.Operator(name, "builtin", (entry,), (), subgraph)

    operators = [("IF", "bool", 0), ("ABS", "int16", 1), ("NEG", "float32", 2), ("ABS", "int8", 2), ("TANH", "int8", 2)]
    branches = model.Model(Path("m.tflite"), 0, tuple(operator(*entry) for entry in operators), (), (), ())

    def explained(node):
        return tflm.explain(f"Type not supported\n{node} failed to prepare with status 1\n", "", branches)

    assert explained("Node ABS (number 1)") == (
        "ABS (operator 1 of subgraph 2, inputs int8) failed to prepare: Type not supported."
    )
    assert explained("Node TANH (number 2)").startswith("TANH (operator 2 of subgraph 2, inputs int8)")
    assert explained("Node IF (number 0)").startswith("IF (operator 0, inputs bool)")
    # The runtime does not say in which subgraph, so where two fit, neither is blamed.
    twins = replace(branches, operators=(operator("ABS", "int8", 0), operator("ABS", "int16", 1)))
    log = "Type not supported\nNode ABS (number 0) failed to prepare with status 1\n"
    assert tflm.explain(log, "", twins) == (
        "ABS (operator 0 of the main subgraph or of subgraph 1) failed to prepare: Type not supported."
    )
    assert explained("Node EXP (number 7)") == "EXP (operator 7) failed to prepare: Type not supported."


def test_an_arena_so_small_that_the_allocator_dies_of_it_is_only_too_small(converted, monkeypatch):
    class Fragile:
        """Dies of an arena below 5,000 bytes instead of refusing it, as the allocator does of some."""

        def __init__(self, arena_size):
            if arena_size < 5000:
                os.kill(os.getpid(), signal.SIGKILL)

        @classmethod
        def from_bytes(cls, content, arena_size):
            return cls(arena_size)

    monkeypatch.setattr(tflm, "Interpreter", Fragile)
    monkeypatch.setattr(tflm, "_infer", lambda interpreter, item: item)
    answer = np.zeros(3, np.int8)
    assert tflm._smallest_arena_bytes(b"", answer, answer, printed=6000, enough=100_000) == 5008


@pytest.mark.parametrize("scheme", ["none", "int8", "dynamic_range"])
def test_a_refusal_is_the_reason_of_an_examination(converted, scheme):
    assert tflm.refusal(converted.path(scheme)) == examine(converted, scheme)[1].reason


def test_a_refusal_is_known_of_several_inputs_and_of_operators_from_elsewhere(converted, tmp_path):
    from featherline.networks.backend import keras
    from featherline.tflite.operator_sets import decide

    first, second = keras.Input((4,), name="first"), keras.Input((4,), name="second")
    for network, reason in (
        (keras.Model([first, second], first + second), None),
        (keras.Model([first, second], keras.ops.erf(first + second)), "op code CUSTOM (FlexErf)."),
    ):
        (tmp_path / "two.tflite").write_bytes(decide(network).content)
        refusal = tflm.refusal(tmp_path / "two.tflite")
        assert refusal is None if reason is None else refusal.endswith(reason)
