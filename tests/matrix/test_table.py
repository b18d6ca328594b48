"""The table that `make soak` ends with."""

from types import SimpleNamespace

from tests.matrix import table

AVR = table.Line("avr-gcc", "atmega2560", "c99", 21, 0, 0, 0, "skipped: needs the Debian packages gcc-avr")
ARM = table.Line("arm-none-eabi-gcc", "m4", "c11", 21, 21, 21, 21, "right")


def reports(*lines):
    return [SimpleNamespace(user_properties=[(table.PROPERTY, line.recorded())]) for line in lines]


def test_each_row_has_its_line_whatever_became_of_it(tmp_path):
    text = table.write([*reports(AVR, ARM), SimpleNamespace(user_properties=[])], tmp_path / "tmp/table.md")
    assert (tmp_path / "tmp/table.md").read_text() == text
    head, rule, *rows = text.splitlines()
    assert [cell.strip() for cell in head.split("|")[1:-1]][-4:] == ["compiled", "executed", "right", "result"]
    assert len({len(line) for line in (head, rule, *rows)}) == 1
    assert [row.split("|")[1].strip() for row in rows] == ["arm-none-eabi-gcc", "avr-gcc"]
    assert "needs the Debian packages gcc-avr" in rows[1]


def test_nothing_is_written_where_no_row_ran(tmp_path):
    assert table.write([SimpleNamespace(user_properties=[("seconds", 1)])], tmp_path / "table.md") is None
    assert not (tmp_path / "table.md").exists()
