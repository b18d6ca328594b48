import pytest

from featherline.core.errors import FeatherlineError
from featherline.importing import names


@pytest.mark.parametrize(
    ("a", "b"), [("Walk", "walk"), ("p-1", "p1"), ("stair up", "stair_up"), ("schräg", "schrag"), ("off.", "off")]
)
def test_names_that_differ_in_spelling_alone_are_one(a, b):
    with pytest.raises(FeatherlineError, match="differ in spelling alone"):
        names.check([(a, "line 2"), (b, "line 3")], "label", "set it")


@pytest.mark.parametrize(
    ("a", "b"), [("p1", "p2"), ("1.5", "15"), ("s1-1", "s11"), ("-5", "5"), ("?", "!"), ("a", "b")]
)
def test_names_that_number_things_are_two(a, b):
    names.check([(a, "line 2"), (b, "line 3")], "label", "set it")


def test_a_rare_label_that_is_nearly_a_frequent_one_is_a_remark():
    labels = ["walking"] * 60 + ["jogging"] * 60 + ["wlaking"] * 2
    [remark] = names.likely_typing_errors(labels, 0.05)
    assert "'wlaking' of 2 of 122 recordings looks like 'walking'" in remark
    assert names.likely_typing_errors(["walking"] * 60 + ["talking 1"] * 2, 0.05) == []
    assert names.likely_typing_errors(["class 1"] * 60 + ["class 2"] * 2 + ["class A"] * 60 + ["class B"], 0.05) == []
    assert names.likely_typing_errors(["walk"] * 60 + ["wlak"] * 2, 0.05) == []
    assert names.likely_typing_errors(["walking"] * 60 + ["wlaking"] * 20, 0.05) == []
