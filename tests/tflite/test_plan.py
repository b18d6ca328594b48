"""Which models an application has."""

import pytest

from featherline.core.errors import FeatherlineError
from featherline.tflite import plan


def test_a_plan_lists_models_in_a_fixed_order(tmp_path):
    (tmp_path / "plan.json").write_text('{"reduced": ["int8", "none"], "original": ["none"]}')
    assert [entry.name for entry in plan.read(tmp_path / "plan.json")] == [
        "original-none",
        "reduced-int8",
        "reduced-none",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"reduced": ["int7"]}', "scheme 'int7'"),
        ('{"tiny": ["int8"]}', "variant 'tiny'"),
        ('{"original": []}', "plans no model"),
    ],
)
def test_a_plan_that_nobody_can_follow_is_refused(tmp_path, content, message):
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(FeatherlineError, match=message):
        plan.read(tmp_path / "plan.json")
