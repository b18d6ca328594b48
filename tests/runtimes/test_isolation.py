import operator
import os

import pytest

from featherline.runtimes import isolation
from featherline.runtimes.isolation import Call


def test_results_come_in_the_order_of_the_calls():
    assert isolation.run([Call(operator.add, (n, 1)) for n in range(5)], "add") == [1, 2, 3, 4, 5]


def test_a_call_that_kills_its_process_takes_no_other_along():
    calls = [Call(operator.add, (1, 1)), Call(os.abort, ()), Call(operator.add, (2, 2))]
    first, crashed, last = isolation.run(calls, "add")
    assert (first, last) == (2, 4)
    assert isinstance(crashed, isolation.Crashed)


def test_an_exception_of_a_call_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        isolation.run([Call(operator.truediv, (1, 0)), Call(operator.add, (1, 1))], "divide", workers=1)
