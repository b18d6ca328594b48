"""Names of classes, files and applications by others are shown as they are, and never become markup or formulas."""

from html.parser import HTMLParser

import openpyxl
import pytest
from markdown_it import MarkdownIt

from featherline.core import markdown
from featherline.records.frontend import FrontEndFile
from featherline.records.single_model import SingleModel
from featherline.reports import cards, comparison_page, comparison_workbook, page, plots, workbook
from featherline.reports.results import load
from tests.reports.conftest import frontend

NAMES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</summary></details><h1>kept</h1>",
    "a | b | c",
    "`code` `` more",
    "[click](javascript:alert(1)) ![x](https://example.org/x.png)",
    "one\n\n# two\n| a |\n| --- |",
    "@somebody https://example.org <https://example.org>",
    "=HYPERLINK(\"https://example.org\")",
    '=cmd|"/c calc"!A1',
    "+1", "-1", "@SUM(A1)", "\t=1+1",
    r"$\frac$ $x$", "*bold* _both_ ~~gone~~", "a\u202egpj", "&lt;b&gt;", '" onmouseover="x', "\\",
]  # fmt: skip
SPOKEN = ("class", "{{ 7 * 7 }}{% raw %}", "'\"><svg/onload=alert(1)>", "=1+1|`x`\n$\\frac$")


class Read(HTMLParser):
    """Tags with the names of their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text += data


def shown(source: str) -> Read:
    """What GitHub's dialect makes of Markdown: tables, HTML as it stands, links of bare addresses left out."""
    return Read(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source))


def one_line(name: str) -> str:
    return " ".join(name.replace("\u202e", " ").split())


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("write", [markdown.text, markdown.code])
def test_a_name_in_a_cell_of_markdown_is_one_cell_of_text(name, write):
    read = shown(f"| what | figure |\n| --- | --: |\n| {write(name)} | 1 |\n\nSaid of {write(name)}.\n")
    tags = [tag for tag, _ in read.tags]
    assert set(tags) <= {"table", "thead", "tbody", "tr", "th", "td", "p", "code"}
    assert tags.count("td") == 2
    assert one_line(name) in " ".join(read.text.split()) or "\\|" in read.text  # outside a table code keeps the mark


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_heading_of_markdown_is_one_heading(name):
    read = shown(f"# {markdown.text(name)}, reduced-int8\n\nText.\n")
    assert [tag for tag, _ in read.tags] == ["h1", "p"]
    assert f"{one_line(name)}, reduced-int8" in " ".join(read.text.split())


def test_a_card_has_the_same_tags_whatever_its_classes_are_called(example):
    made = []
    for classes in (("stairs", "walking", "still"), ("| a |\n# b", "<img src=x>", "[c](d) `e`")):
        results = load("motionsense", "reduced-int8", example(classes=classes))
        frontends = dict.fromkeys((model.name for model in results.models), FrontEndFile.model_validate(frontend(3)))
        made.append(shown(cards.render(results, frontends)["reduced-int8"]).tags)
    assert made[0] == made[1]


def test_the_page_has_the_same_tags_whatever_its_classes_are_called(example):
    made = []
    for classes in (("one", "two", "three", "four"), SPOKEN):
        results = load("motionsense", "reduced-int8", example(classes=classes))
        read = Read(page.render([results], {results.app: plots.plot_all(results)}))
        made.append({(tag, names) for tag, names in read.tags if tag in ("script", "img", "svg", "a", "iframe", "h1")})
        assert not any(name.startswith("on") for _, names in read.tags for name in names)
    assert made[0] == made[1]
    assert "{{ 7 * 7 }}" in read.text


def test_a_dollar_in_a_class_name_begins_no_formula_of_a_plot(example):
    results = load("motionsense", "reduced-int8", example(classes=(r"$\frac$", "$a$", "still")))
    assert r"$\frac$" in plots.plot_all(results)["confusion"]


FORMULAS = ('=HYPERLINK("https://example.org")', "@SUM(A1)", "+1", "=cmd|'/c calc'!A1\n\x07")


def formulas(path) -> tuple[set[str], str]:
    """The formulas of a workbook, and all its texts."""
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    texts = " ".join(str(cell.value) for cell in cells if cell.data_type == "s")
    return {str(cell.value) for cell in cells if cell.data_type == "f"}, texts


def test_no_class_and_no_title_becomes_a_formula_of_the_workbook(example, tmp_path):
    told = {}
    for title, classes in (("MotionSense", ("a", "b", "c")), (FORMULAS[0], FORMULAS[1:])):
        results = load("motionsense", "reduced-int8", example(title=title, classes=classes))
        workbook.write(results, tmp_path / "out.xlsx", {"=1+1": "ab" * 32})
        told[title] = formulas(tmp_path / "out.xlsx")
    (expected, _), (found, texts) = told.values()
    assert found == expected and len(found) > 0
    assert all(name.rstrip("\n\x07") in texts for name in FORMULAS)


def test_no_name_of_a_file_becomes_a_formula_or_markup(record, tmp_path):
    name = "=1+1<img src=x onerror=alert(1)>"
    models = [SingleModel.model_validate(record(each) | {"file": each}) for each in ("plain", name)]
    for made, hostile in ((models[:1], False), (models[1:], True)):
        (tmp_path / "out.xlsx").write_bytes(comparison_workbook.render(made))
        found, texts = formulas(tmp_path / "out.xlsx")
        assert (name in texts) == hostile and not any("img" in formula for formula in found)
        read = Read(comparison_page.render(made))
        assert not any(attribute.startswith("on") for _, names in read.tags for attribute in names)
        assert (name in read.text) == hostile
