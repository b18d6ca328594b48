"""Each operator by itself: TensorFlow Lite Micro, the host and the emulated core answer alike, to the byte."""

import itertools

import numpy as np
import pytest

from featherline.codegen import lower
from featherline.tflite import model as tflite
from tests.codegen import single_operators
from tests.codegen.any_ends import drawn, expected, on_device, on_host, sources
from tests.codegen.programs import as_one_unit
from tests.codegen.test_portability import CORES, STANDARDS, clang
from tests.matrix.rows import WARNINGS

EVERY = 15  # of which `make test` tries one; `make soak` tries all


def differing(cases, answers) -> list[str]:
    return [case.title for case, answer in zip(cases, answers, strict=True) if answer != expected(case)]


def test_some_of_all_operators_answer_as_tflm_on_this_host(tmp_path):
    every = itertools.chain(*(group() for group in single_operators.GROUPS.values()))
    cases = list(itertools.islice(every, 0, None, EVERY))
    assert len({case.title.split()[0] for case in cases}) > 12
    assert differing(cases, on_host(cases, tmp_path)) == []


@pytest.mark.soak
@pytest.mark.parametrize("group", single_operators.GROUPS)
def test_every_form_of_every_operator_answers_alike_on_three_runtimes(group, tmp_path):
    cases = list(single_operators.GROUPS[group]())
    assert differing(cases, on_host(cases, tmp_path)) == []
    assert differing(cases, on_device(cases)) == []


@pytest.mark.soak
@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("standard", STANDARDS)
def test_every_kernel_compiles_without_a_warning(core, standard, tmp_path):
    known, cases = set(), []
    for case in itertools.chain(*(group() for group in single_operators.GROUPS.values())):
        layers = lower(tflite.parse(case.content, case.title)).network.layers
        functions = {getattr(layer.settings, "function", layer.settings.kernel) for layer in layers}
        if functions - known:
            known |= functions
            cases.append(case)
    for name, content in as_one_unit(sources(cases)).items():
        (tmp_path / name).write_bytes(content)
    options = (*CORES[core], f"-std={standard}", *STANDARDS[standard], *WARNINGS, "-fsyntax-only")
    done = clang(tmp_path, *options, "batch.c")
    assert done.returncode == 0, done.stderr[:3000]


def test_states_are_kept_from_one_inference_to_the_next_and_begin_with_their_zero_point(tmp_path):
    [case, *_] = single_operators.sequences()
    [answers] = on_host([case], tmp_path)
    assert answers == expected(case)
    repeated = drawn(case.content, 1)
    same = type(case)(case.content, [repeated.items[0]] * 4)
    assert len(set(expected(same))) > 1
    (tmp_path / "same").mkdir()
    assert on_host([same], tmp_path / "same") == [expected(same)]


def test_an_input_that_nothing_reads_is_no_warning(tmp_path):
    case = next(case for case in single_operators.convolutions() if case.title.startswith("TRANSPOSE_CONV"))
    assert np.shape(case.items[0]) != ()
    assert on_host([case], tmp_path) == [expected(case)]
