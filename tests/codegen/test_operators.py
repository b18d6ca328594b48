"""Each operator by itself: TensorFlow Lite Micro, the host and the emulated core answer alike, to the byte."""

import itertools

import numpy as np
import pytest

from tests.codegen import single_operators
from tests.codegen.any_ends import drawn, expected, on_device, on_host

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
