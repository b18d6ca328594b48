"""docs/compiler.md tells of each operator of TensorFlow Lite Micro what C is written for; TFLM is asked about it."""

from pathlib import Path

import pytest

from featherline.codegen import lower, operator_table
from featherline.codegen.operators import FORMS_LEFT_OUT, KNOWN, LEFT_OUT
from featherline.core import isolation
from featherline.core.errors import FeatherlineError
from featherline.tflite import model as tflite
from featherline.tflite.tflm_forms import RUN
from featherline.tflite.tflm_operators import BUILTIN
from tests.codegen import operator_forms
from tests.codegen.any_ends import expected, on_host

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compiler.md"
MOST_REASONS = 15
CONTROL_FLOW = {"CALL_ONCE", "IF", "WHILE"}
# What the layers of Keras 3 become, recurrent ones unrolled, normalizations and attention included.
OF_KERAS = {
    *("ADD", "AVERAGE_POOL_2D", "BATCH_MATMUL", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "ELU", "EXPAND_DIMS"),
    *("FULLY_CONNECTED", "GATHER", "HARD_SWISH", "LEAKY_RELU", "LOGISTIC", "MAXIMUM", "MAX_POOL_2D", "MEAN", "MINIMUM"),
    *("MUL", "PACK", "PAD", "PADV2", "PRELU", "QUANTIZE", "REDUCE_MAX", "RELU", "RELU6", "RESHAPE", "RESIZE_BILINEAR"),
    *("RESIZE_NEAREST_NEIGHBOR", "REVERSE_V2", "RSQRT", "SLICE", "SOFTMAX", "SPLIT", "SPLIT_V", "STRIDED_SLICE", "SUB"),
    *("SUM", "TANH", "TRANSPOSE", "TRANSPOSE_CONV", "UNPACK"),
}


def written_as_c(case) -> bool:
    try:
        lower(tflite.parse(case.content, case.title))
    except FeatherlineError:
        return False
    return True


def left_out(name: str, form: str) -> bool:
    return name in LEFT_OUT or form in FORMS_LEFT_OUT.get(name, ((), ""))[0]


def test_tflm_runs_each_operator_with_the_types_of_the_table():
    names = sorted(operator_forms.BUILDERS)
    assert set(names) | CONTROL_FLOW == BUILTIN
    [running] = isolation.run([isolation.Call(operator_forms.running, (names,))], "try on TFLM", workers=1)
    assert running == RUN


def test_each_type_that_tflm_runs_is_written_as_c_or_has_its_reason():
    wrong = [
        (name, form)
        for name, forms in RUN.items()
        for form, case in operator_forms.cases(name)
        if form in forms and written_as_c(case) == left_out(name, form)
    ]
    assert wrong == []


def test_few_operators_have_a_reason_and_none_that_keras_needs():
    assert KNOWN | set(LEFT_OUT) == BUILTIN
    assert not KNOWN & set(LEFT_OUT)
    reasons = {name for name in BUILTIN if any(left_out(name, form) for form in RUN.get(name, ("control flow",)))}
    assert len(reasons) <= MOST_REASONS, sorted(reasons)
    assert not {name for name in reasons if name in LEFT_OUT} & OF_KERAS
    real_alone = {name for name, reason in LEFT_OUT.items() if "real numbers alone" in reason}
    assert real_alone == {name for name in LEFT_OUT if RUN.get(name) == ()}


def test_the_page_has_the_table_of_the_code():
    page = PAGE.read_text(encoding="utf-8")
    assert operator_table.replaced(page) == page, "run python -m featherline.codegen.operator_table docs/compiler.md"


@pytest.mark.soak
@pytest.mark.parametrize("form", operator_forms.FORMS)
def test_c_of_every_operator_answers_as_tflm_with_each_type(form, tmp_path):
    pairs = [(name, dict(operator_forms.cases(name))[form]) for name, forms in RUN.items() if form in forms]
    streams = [case for name, case in pairs if not left_out(name, form)]
    answers = on_host(streams, tmp_path)
    assert [c.title for c, answer in zip(streams, answers, strict=True) if answer != expected(c)] == []
