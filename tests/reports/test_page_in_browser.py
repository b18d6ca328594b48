"""The pages as a browser shows them: a script within clicks, reads, and leaves what it found in the document."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from featherline.records.single_model import SingleModel
from featherline.reports import comparison_page, page, plots
from featherline.reports.results import load

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

# Ahead of everything else on the page, so that no error escapes.
LISTEN = """<script>
window.faults = [];
window.addEventListener("error", (event) => window.faults.push(String(event.message)));
console.error = (...parts) => window.faults.push(parts.join(" "));
</script>"""
FOUND = '<pre id="found">(.*?)</pre>'
TELL = """
const tell = (found) => {
  const place = document.createElement("pre");
  place.id = "found";
  place.textContent = JSON.stringify(found);
  document.body.append(place);
};
"""
SORT = """
const table = document.querySelector("table.models");
const column = (title) => [...table.tHead.rows[0].cells].findIndex((head) => head.textContent.startsWith(title));
const read = (title) => [...table.tBodies[0].rows].map((row) => row.cells[column(title)].textContent.trim());
const head = (title) => table.tHead.rows[0].cells[column(title)];
const click = (title) => { head(title).querySelector("button").click(); return read(title); };
const found = { given: read("Model") };
found.bytes_up = click("Weight bytes");
found.bytes_up_said = head("Weight bytes").getAttribute("aria-sort");
found.bytes_down = click("Weight bytes");
found.bytes_down_said = head("Weight bytes").getAttribute("aria-sort");
found.arena_up = click("TFLM arena bytes");
found.arena_down = click("TFLM arena bytes");
found.left_said = head("Weight bytes").getAttribute("aria-sort");
found.names = click("Model");
head("Model").querySelector("button").focus();
found.focused = document.activeElement.textContent;
found.buttons = document.querySelectorAll("th button").length;
found.heads = document.querySelectorAll("table.sortable thead th").length;
for (const details of document.querySelectorAll("details")) details.open = true;
const pictures = [...document.querySelectorAll("figure svg")];
found.figures = pictures.filter((one) => one.getBoundingClientRect().height > 50).length;
found.text = getComputedStyle(document.body).color;
found.paper = getComputedStyle(document.body).backgroundColor;
found.ink = getComputedStyle(document.querySelector("figure svg text")).fill;
found.faults = window.faults;
tell(found);
"""
MEASURE = """
const frame = document.querySelector("iframe");
frame.addEventListener("load", () => {
  const inside = frame.contentDocument;
  for (const details of inside.querySelectorAll("details")) details.open = true;
  const root = inside.documentElement;
  const tables = [...inside.querySelectorAll(".scroll")];
  const outside = (one) => one.getBoundingClientRect().right > root.clientWidth;
  const wider = tables.filter((one) => one.scrollWidth > one.clientWidth || outside(one));
  tell({
    wide: root.scrollWidth,
    shown: root.clientWidth,
    faults: frame.contentWindow.faults,
    tables: tables.length,
    scrolling: wider.map((one) => one.textContent.trim().slice(0, 60)),
    sections: getComputedStyle(inside.querySelector("section")).breakBefore,
    marks: getComputedStyle(inside.querySelector("thead th button"), "::after").content,
  });
});
"""


def browse(path: Path, *options: str) -> dict:
    """Opens a page without a window and returns what its script told."""
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    command += [f"--user-data-dir={path.parent / 'profile'}", "--virtual-time-budget=5000", *options, "--dump-dom"]
    done = subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=120)
    found = re.search(FOUND, done.stdout, re.DOTALL)
    assert found, done.stderr[-2000:]
    return json.loads(unescape(found[1]))


def listened(html: str) -> str:
    return html.replace("<head>", f"<head>{LISTEN}", 1)


def told(html: str, script: str) -> str:
    return html.replace("</body>", f"<script>{{{TELL}{script}}}</script></body>", 1)


@pytest.fixture
def results_page(example) -> str:
    results = load("motionsense", "reduced-int8", example())
    return listened(page.render([results], {"motionsense": plots.plot_all(results)}))


@pytest.fixture
def comparison(record) -> str:
    return listened(
        comparison_page.render(
            [
                SingleModel.model_validate(r)
                for r in (record("b-model"), record("a-model", "none"), record("c", "float16"))
            ]
        )
    )


def numbers(cells: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in cells if cell != "–"]


def by_number(name: str) -> list:
    """So that int8 comes before int16x8."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def check_sorting(found: dict) -> None:
    assert numbers(found["bytes_up"]) == sorted(numbers(found["bytes_up"]))
    assert numbers(found["bytes_down"]) == sorted(numbers(found["bytes_up"]), reverse=True)
    assert (found["bytes_up_said"], found["bytes_down_said"], found["left_said"]) == ("ascending", "descending", "none")
    # What has no figure comes last, whichever way.
    for direction, cells in ((1, found["arena_up"]), (-1, found["arena_down"])):
        there = numbers(cells)
        assert there == sorted(there)[::direction] and len(there) < len(cells)
        assert set(cells[len(there) :]) == {"–"}
    assert found["names"] == sorted(found["given"], key=by_number) != found["given"]


def sorted_in_browser(html, folder):
    """What a page tells after each of its tables was sorted, which it did without a fault."""
    path = folder / "page.html"
    path.write_text(told(html, SORT), encoding="utf-8")
    found = browse(path)
    assert found["faults"] == []
    check_sorting(found)
    return found


def test_tables_sort_by_a_click_without_an_error(results_page, tmp_path):
    found = sorted_in_browser(results_page, tmp_path)
    assert found["buttons"] == found["heads"] > 50
    assert found["focused"] == "Model"
    assert found["figures"] == 7  # five plots and two memory maps
    assert found["paper"] == "rgb(255, 255, 255)" and found["ink"] == found["text"]


def test_the_dark_scheme_turns_page_and_plots(results_page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(told(results_page, SORT), encoding="utf-8")
    found = browse(path, "--blink-settings=preferredColorScheme=0")
    assert found["paper"] == "rgb(13, 17, 23)"
    assert found["text"] == found["ink"] == "rgb(230, 237, 243)"


def framed(html: str, width_px: int, folder: Path) -> dict:
    """What a page is like in a window of that width, everything unfolded."""
    (folder / "inner.html").write_text(html, encoding="utf-8")
    frame = f'<body><iframe src="inner.html" style="width: {width_px}px; height: 844px; border: 0"></iframe></body>'
    path = folder / "frame.html"
    path.write_text(told(frame, MEASURE), encoding="utf-8")
    return browse(path, "--window-size=1400,900")


def test_the_page_is_no_wider_than_a_phone(results_page, comparison, tmp_path):
    for html in (results_page, comparison):
        found = framed(html, 390, tmp_path)
        assert found["faults"] == []
        assert found["wide"] <= found["shown"] <= 390


def test_no_table_scrolls_sideways_at_1280_pixels(results_page, tmp_path):
    found = framed(results_page, 1280, tmp_path)
    assert found["tables"] == 11 and found["scrolling"] == []
    assert found["marks"] != "none"


def test_on_paper_no_table_is_wider_than_the_page_and_nothing_is_to_be_clicked(results_page, tmp_path):
    on_paper = results_page.replace("@media print", "@media all")
    a4_less_margins_px = round((210 - 2 * 12) / 25.4 * 96)
    found = framed(on_paper, a4_less_margins_px, tmp_path)
    assert found["scrolling"] == [] and found["wide"] <= found["shown"]
    assert (found["sections"], found["marks"]) == ("page", "none")


def test_the_comparison_sorts_without_an_error(comparison, tmp_path):
    found = sorted_in_browser(comparison, tmp_path)
    assert found["buttons"] == found["heads"]
