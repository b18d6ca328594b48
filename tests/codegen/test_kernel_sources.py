"""Kernels put together for one program: fields that no layer needs are not there."""

import re
from pathlib import Path

import pytest

from featherline import codegen
from featherline.codegen import kernel_sources, structs

KERNELS = Path(codegen.__file__).parent / "kernels"
OF_ONE_NUMBER = ("common", "high", "requantize_narrow", "requantize_wide")

KERNEL = """typedef struct {
  const int8_t *weights;
  uint16_t width, depth; /* of the input */
  int8_t zero;
} nn_conv_t;

static NN_APART int32_t nn_conv_border(const nn_conv_t *l, int32_t left)
{
  return left < 0 ? l->zero : 0;
}

static NN_APART void nn_conv(const nn_conv_t *l, const int8_t *input)
{
  use(l->weights, input, l->width * l->depth);
}
"""


def settled(monkeypatch, **values: int) -> str:
    monkeypatch.setattr(kernel_sources, "_members", lambda kernel: tuple(structs.read(KERNEL)["nn_conv_t"]))
    return kernel_sources.settled(KERNEL, "conv", values)


def test_what_all_layers_share_is_a_number_of_its_own_type(monkeypatch):
    text = settled(monkeypatch, depth=3, zero=-128)
    assert "use(l->weights, input, l->width * ((uint16_t)3));" in text
    assert [field.name for field in structs.read(text)["nn_conv_t"]] == ["weights", "width"]
    assert "  uint16_t width; /* of the input */\n" in text


def test_a_function_that_needs_no_setting_any_more_does_not_warn(monkeypatch):
    text = settled(monkeypatch, zero=-128)
    border, convolution = text.split("static NN_APART void")
    assert "{\n  (void)l;\n  return left < 0 ? ((int8_t)-128) : 0;\n}" in border
    assert "(void)l" not in convolution


def test_a_number_that_is_no_field_of_the_kernel_changes_nothing(monkeypatch):
    assert settled(monkeypatch, rows=1) == KERNEL


def test_fields_of_the_kernels_are_read_through_one_name():
    """Else their numbers would not be found."""
    for kernel in ("conv", "dense", "depthwise", "depthwise_fours", "depthwise_plane"):
        text = kernel_sources.text(kernel)
        assert set(re.findall(rf"nn_{kernel}_t \*(\w+)", text)) == {"l"}


@pytest.mark.parametrize("file", sorted(path.stem for path in KERNELS.glob("*.c")))
def test_a_kernel_says_which_paths_it_has(file):
    source = kernel_sources.text(file)
    head, _, code = source.partition("*/")
    used = set(re.findall(r"\bNN_(?:HELIUM|DSP|THUMB1|THUMB2|HALVES)\b", code))
    if used and file not in OF_ONE_NUMBER:
        assert "Paths" in head
        assert used <= set(re.findall(r"\bNN_\w+", head))
