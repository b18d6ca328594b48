"""Tables in documents are those of the last run, put in by a command."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from featherline.core.errors import FeatherlineError
from featherline.reports.readme import embed, main

ROOT = Path(__file__).resolve().parent.parent.parent


def test_what_stands_between_the_markers_is_replaced():
    document = "before\n<!-- table -->\nold\nolder\n<!-- /table -->\nafter\n"
    assert embed(document, "table", r"| \1 |") == "before\n<!-- table -->\n| \\1 |\n<!-- /table -->\nafter\n"


def test_a_document_without_markers_is_refused():
    with pytest.raises(FeatherlineError, match="no markers <!-- table -->"):
        embed("text", "table", "new")


def test_the_command_changes_the_file(tmp_path):
    document, table = tmp_path / "README.md", tmp_path / "results.md"
    document.write_text("<!-- a -->\n<!-- /a -->\n")
    table.write_text("| 1 |\n")
    assert CliRunner().invoke(main, [str(document), f"a={table}"]).exit_code == 0
    assert document.read_text() == "<!-- a -->\n| 1 |\n<!-- /a -->\n"


def test_everything_outside_the_markers_keeps_its_bytes(tmp_path):
    document, table = tmp_path / "README.md", tmp_path / "results.md"
    document.write_bytes(b"one\r\ntwo\n<!-- a -->\r\nold\r\n<!-- /a -->\r\n")
    table.write_text("| 1 |\n| 2 |\n")
    assert CliRunner().invoke(main, [str(document), f"a={table}"]).exit_code == 0
    assert document.read_bytes() == b"one\r\ntwo\n<!-- a -->\r\n| 1 |\r\n| 2 |\r\n<!-- /a -->\r\n"


def test_a_link_is_left_alone(tmp_path):
    document, link = tmp_path / "README.md", tmp_path / "link.md"
    document.write_text("<!-- a -->\n<!-- /a -->\n")
    link.symlink_to(document)
    result = CliRunner().invoke(main, [str(link), f"a={document}"])
    assert (result.exit_code, link.is_symlink()) == (1, True) and "is a link" in result.stderr


@pytest.mark.parametrize(
    ("name", "table"), [("simulated", "reports/results.md"), ("recordings", "docs/recordings-results.md")]
)
def test_the_results_show_the_committed_tables(name, table):
    results = (ROOT / "docs/results.md").read_text()
    assert embed(results, name, (ROOT / table).read_text()) == results, "run `make readme`"
