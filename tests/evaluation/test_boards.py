"""Boards that come with Featherline, boards of one's own, and what they would hold."""

import pytest

from featherline.core.errors import FeatherlineError
from featherline.evaluation import boards

OWN = "boards:\n- {name: Tiny, mcu: Cortex-M0, flash_bytes: 32768, ram_bytes: 4096, clock_mhz: 48}\n"


def test_own_boards_come_after_the_packaged_ones_and_replace_those_of_their_name(tmp_path):
    packaged = boards.read()
    (tmp_path / "own.yaml").write_text(OWN + OWN[8:].replace("Tiny", "Raspberry Pi Pico"))
    found = boards.read(tmp_path / "own.yaml")
    assert len(found.boards) == len(packaged.boards) + 1
    assert found.boards[-1].name == "Tiny"
    assert next(one for one in found.boards if one.name == "Raspberry Pi Pico").flash_bytes == 32768
    assert found.allowance == packaged.allowance


def test_a_board_holds_what_fits_beside_the_allowance(tmp_path):
    (tmp_path / "own.yaml").write_text("allowance: {flash_bytes: 1000, ram_bytes: 96}\n" + OWN)
    known = boards.read(tmp_path / "own.yaml")

    def tiny(*figures):
        return boards.estimates(known, *figures)[-1]

    assert tiny(31768, 4000, None).holds
    assert "bytes of flash" in tiny(31769, 4000, None).reason
    assert "4,001 bytes of RAM beside 96" in tiny(31768, 4001, None).reason
    assert not tiny(1, 1, "Hybrid models are not supported.").holds
    assert not tiny(1, None, None).holds


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- one", "is no table of boards"),
        ("boards: [", "is not valid YAML"),
        (OWN.replace("4096", "lots"), "boards.0.ram_bytes is 'lots'"),
        (OWN.replace("mcu", "chip"), "boards.0"),
        (OWN + OWN[8:], "two boards of the name 'Tiny'"),
    ],
)
def test_a_file_that_is_no_table_of_boards_is_told(tmp_path, content, message):
    (tmp_path / "own.yaml").write_text(content)
    with pytest.raises(FeatherlineError, match="own.yaml") as error:
        boards.read(tmp_path / "own.yaml")
    assert message in str(error.value)
