import pytest

from featherline.core.errors import FeatherlineError
from featherline.emulator import toolchain

PROGRAM = b"""
#include <stdint.h>
#include <string.h>
#include "sizes.h"

static const int16_t table[32] = {1, 2, 3};
static int8_t buffer[COUNT];
static int32_t calls = 7;

int32_t look(int32_t place) { calls++; return table[place & 31] + calls; }
void clear(void) { memset(buffer, 0, sizeof buffer); }
int8_t *unused(void) { return buffer; }
"""
SOURCES = {"program.c": PROGRAM, "headers/sizes.h": b"#define COUNT 100\n"}


def compiled(**options) -> toolchain.Image:
    return toolchain.compile(SOURCES, ["look", "clear"], includes=["headers"], **options)


def test_sizes_are_told_by_section_and_symbol():
    image = compiled()
    assert (image.constant_bytes, image.data_bytes, image.zero_bytes) == (64, 4, 100)
    assert image.flash_bytes == image.code_bytes + 64 + 4
    assert image.ram_bytes == 104
    assert image.symbols["table"].section == "constants"
    assert image.symbols["buffer"].bytes == 100
    functions = [symbol for symbol in image.symbols.values() if symbol.section == "code"]
    assert 0 < sum(function.bytes for function in functions) <= image.code_bytes


def test_only_what_was_asked_for_stays_with_what_it_needs():
    assert {"look", "clear", "memset"} <= compiled().symbols.keys()
    assert "unused" not in compiled().symbols
    assert "memset" not in toolchain.compile(SOURCES, ["look"], includes=["headers"]).symbols


def test_the_same_sources_give_the_same_bytes_without_a_path(monkeypatch, tmp_path):
    first = compiled()
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("CPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert compiled().elf == first.elf
    assert b"/tmp" not in first.elf and b"featherline" not in first.elf


def test_a_define_and_an_optimization_reach_the_compiler():
    sources = {"fill.c": b"int fill(int n) { int s = 0; for (int i = 0; i < n; i++) s += i * VALUE; return s; }"}
    small, fast = (toolchain.compile(sources, ["fill"], one, defines={"VALUE": "i"}) for one in ("Os", "O3"))
    assert small.code_bytes < fast.code_bytes


@pytest.mark.parametrize(
    ("sources", "entries", "told"),
    [
        (
            {"a.c": b"int a(void) { return b; }"},
            ["a"],
            "refuses a.c: a.c:1:22: error: use of undeclared identifier 'b'",
        ),
        ({"a.c": b"int b(void); int a(void) { return b(); }"}, ["a"], "undefined symbol: b"),
        ({"a.c": b"int a;"}, ["main"], "main is not defined"),
        ({"a.c": b'#include "gone.h"'}, ["a"], "'gone.h' file not found"),
    ],
)
def test_a_refusal_is_one_sentence_in_the_compilers_words(sources, entries, told):
    with pytest.raises(FeatherlineError, match=told) as refused:
        toolchain.compile(sources, entries)
    assert "\n" not in str(refused.value)


def test_an_unknown_optimization_is_refused():
    with pytest.raises(FeatherlineError, match="-O9 is no optimization"):
        toolchain.compile({}, [], "O9")
