"""docs/compiler.md tells of each operator of TensorFlow Lite Micro what C is written for."""

from pathlib import Path

from featherline.codegen import operator_table
from featherline.codegen.operators import KNOWN, LEFT_OUT
from featherline.tflite.tflm_operators import BUILTIN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compiler.md"
MOST_LEFT_OUT = 15  # that TensorFlow Lite Micro has for more than real numbers


def test_each_operator_is_written_as_c_or_has_its_reason():
    assert KNOWN | set(LEFT_OUT) == BUILTIN
    assert not KNOWN & set(LEFT_OUT)
    reasons = [reason for reason in LEFT_OUT.values() if "real numbers alone" not in reason]
    assert len(reasons) <= MOST_LEFT_OUT


def test_the_page_has_the_table_of_the_code():
    page = PAGE.read_text(encoding="utf-8")
    assert operator_table.replaced(page) == page, "run python -m featherline.codegen.operator_table docs/compiler.md"
