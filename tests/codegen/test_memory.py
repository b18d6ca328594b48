"""Memory of C programs: blocks that are needed together never meet, but for outputs that may lie over inputs."""

import re
import subprocess
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks import compare_kernels
from featherline import codegen
from featherline.codegen import folding, memory, variables
from featherline.codegen.memory import Block
from featherline.codegen.overlap import Lead
from featherline.codegen.settings import OPTIMIZATIONS
from featherline.core.errors import FeatherlineError
from featherline.emulator import toolchain
from featherline.emulator.machine import Machine
from featherline.interpreters import tflm
from featherline.tflite import model as tflite
from tests.codegen.programs import Case, expected
from tests.tflite.handmade import classifier

PUBLISHED = Path(__file__).resolve().parents[2].parent / "shared/models"


@st.composite
def chains(draw) -> list[Block]:
    """Blocks of a few layers, of which some may lie over the one before them."""
    blocks: list[Block] = []
    for place in range(draw(st.integers(1, 6))):
        way = Lead(draw(st.integers(-8, 40)), draw(st.sampled_from((1, 1, 8))))
        over = {place - 1: way} if place and draw(st.booleans()) and blocks[-1].last == place else {}
        blocks.append(Block(4 * draw(st.integers(1, 25)), place, place + draw(st.integers(1, 2)), over))
    return blocks


def meet(blocks: list[Block], offsets: list[int], place: int, other: int) -> bool:
    one, second = blocks[place], blocks[other]
    together = one.first <= second.last and second.first <= one.last
    return together and not memory.is_allowed(blocks, place, offsets[place], other, offsets[other])


@given(chains())
def test_blocks_that_are_needed_together_lie_apart_or_as_their_kernel_allows(blocks):
    offsets = memory.place_all(blocks)
    assert all(offset % 4 == 0 and offset >= 0 for offset in offsets)
    pairs = [(place, other) for place in range(len(blocks)) for other in range(place)]
    assert not [pair for pair in pairs if meet(blocks, offsets, *pair)]
    assert memory.bound(blocks) <= memory.height(blocks, offsets)


@example([Block(12, 0, 1), Block(12, 1, 2, {0: Lead(1, 1)}), Block(8, 2, 3), Block(8, 3, 4), Block(12, 4, 5)])
@settings(max_examples=40)
@given(chains())
def test_no_order_of_placing_is_below_the_bound(blocks):
    orders = permutations(range(len(blocks)))
    heights = [memory.height(blocks, memory._placed(blocks, order, 4)) for order in orders]
    assert memory.bound(blocks) <= min(heights)
    assert memory.height(blocks, memory.place_all(blocks)) == min(heights)


def test_an_output_begins_its_distance_before_the_input_that_it_lies_over():
    blocks = [Block(80, 0, 1), Block(80, 1, 2, {0: Lead(10)})]
    assert memory.place_all(blocks) == [12, 0]
    assert memory.bound(blocks) == 92


def test_the_bound_knows_that_a_chain_of_layers_walks_down():
    chain = [Block(80, 0, 1), Block(80, 1, 2, {0: Lead(8)}), Block(80, 2, 3, {1: Lead(8)})]
    assert max(memory.loads(chain)) == 88
    assert memory.bound(chain) == memory.height(chain, memory.place_all(chain)) == 96


@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
def test_plans_of_published_models_are_within_5_percent_of_their_bound(optimize):
    if not PUBLISHED.is_dir():
        pytest.skip(f"there is no {PUBLISHED}")
    over_bound = {}
    for file in sorted(PUBLISHED.glob("*.tflite")):
        try:
            planned = codegen.lower(tflite.read(file), optimize).memory()
        except FeatherlineError:  # no C of it: said by the tests of the lowering
            continue
        over_bound[file.stem] = planned.bytes / max(planned.bound_bytes, 1)
    assert len(over_bound) > 10
    assert {name: ratio for name, ratio in over_bound.items() if ratio > 1.05} == {}


def answers_in_poisoned_memory(content: bytes, inputs: np.ndarray, output_bytes: int, optimize: str) -> list[bytes]:
    """What the C answers on the emulated core where all that no inference before has left is random.

    Input and output lie in the program's own memory, where it has room for them.
    """
    lowered = codegen.lower(tflite.parse(content, "the case"), optimize)
    entries, planned = ["model_invoke"], lowered.memory()
    if lowered.network.ends_within:
        entries += ["model_input", "model_output"]
    machine = Machine(toolchain.compile(lowered.files(), entries))
    if lowered.network.ends_within:
        places = [machine.call(entry).result for entry in entries[1:]]
    else:
        places = [machine.place(inputs[0].nbytes), machine.place(output_bytes)]
    rng, answers = np.random.default_rng(0), []
    for item in inputs:
        machine.write(machine.address_of("model_memory"), rng.bytes(planned.bytes))
        machine.write(places[0], item)
        machine.call("model_invoke", *places)
        answers.append(machine.read(places[1], output_bytes))
    return answers


@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
def test_memory_that_begins_with_anything_changes_no_answer(optimize):
    rng = np.random.default_rng(5)
    inputs = rng.integers(-128, 128, (3, 12, 1, 3)).astype(np.int8)
    case = Case(classifier(rng, depthwise=True), inputs)
    right = expected(case)
    answers = answers_in_poisoned_memory(case.content, inputs, right.shape[1], optimize)
    assert answers == [answer.tobytes() for answer in right]


@pytest.mark.soak
@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.tflite")), ids=lambda path: path.stem)
def test_published_models_answer_alike_in_memory_that_begins_with_anything(path, optimize):
    model = tflite.read(path)
    try:
        planned = codegen.lower(model, optimize)
    except FeatherlineError:
        pytest.skip("no C can be written for it")
    ends = (*model.inputs, *model.outputs)
    if len(ends) > 2 or not planned.memory().bytes or any(tensor.type != "int8" for tensor in ends):
        pytest.skip("it has other ends than one input and one output of int8, or no memory")
    rng = np.random.default_rng(7)
    inputs = rng.integers(-128, 128, (3, *model.inputs[0].shape)).astype(np.int8)
    right = tflm.sequence(path.read_bytes(), model, [[item] for item in inputs])
    answers = answers_in_poisoned_memory(path.read_bytes(), inputs, model.outputs[0].elements, optimize)
    assert answers == [output.tobytes() for [output] in right]


@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
def test_the_input_is_overwritten_and_the_bound_counts_it(optimize):
    program = codegen.lower(tflite.parse(classifier(np.random.default_rng(6), depthwise=True), "the case"), optimize)
    ends = {*program.network.inputs, *program.network.outputs}
    assert ends <= set(program.memory().buffers)
    apart = memory.plan(replace(program.network, ends_within=False))
    end_bytes = sum(program.network.sizes[buffer] for buffer in ends)
    assert program.memory().bytes < apart.bytes + end_bytes
    assert b"int8_t *gesture_input(void);" in program.files("gesture")["gesture.h"]


@pytest.mark.soak
@pytest.mark.parametrize("optimize", OPTIMIZATIONS)
@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.tflite")), ids=lambda path: path.stem)
def test_no_published_model_takes_more_memory_than_in_tflm(path, optimize):
    model = tflite.read(path)
    try:
        planned = codegen.lower(model, optimize).memory()
    except FeatherlineError:
        pytest.skip("no C can be written for it")
    if len(model.inputs) > 1 or model.inputs[0].type not in ("int8", "float32"):
        pytest.skip("no inputs are drawn for it")
    examined = tflm.examine(path, compare_kernels.drawn(model.inputs[0]))
    if examined.activation_bytes is None:
        pytest.skip("TFLM does not run it")
    kept_bytes = sum(begun.nbytes for begun in variables.of(model, folding.steps(model)).initial.values())
    assert planned.bytes + planned.state_bytes <= examined.activation_bytes + kept_bytes


def test_a_core_without_room_for_ends_beside_the_memory_takes_what_has_them_within(tmp_path):
    program = codegen.lower(tflite.parse(classifier(np.random.default_rng(6)), "the case"))
    (tmp_path / "avr").mkdir()
    for name, content in program.files().items():
        (tmp_path / name).write_bytes(content)

    def compiled(ram_bytes: int) -> bool:
        (tmp_path / "avr/io.h").write_text(f"#define RAMSTART 256\n#define RAMEND {255 + ram_bytes}\n")
        command = ["gcc", "-fsyntax-only", "-D__AVR__", "-I", str(tmp_path), str(tmp_path / "model.c")]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    needed = re.search(r"#if defined\(__AVR__\).*\n#define MODEL_RAM_BYTES (\d+)", program.files()["model.h"].decode())
    assert compiled(int(needed[1])) and not compiled(int(needed[1]) - 1)
