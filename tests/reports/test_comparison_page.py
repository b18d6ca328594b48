import re

import pytest

from featherline.records.single_model import SingleModel
from featherline.reports import comparison_page


def render(records: list[dict]) -> str:
    return comparison_page.render([SingleModel.model_validate(record) for record in records])


def cells(html: str) -> dict[str, list[str]]:
    """Name of a model -> what its row of the first table says."""
    table = html.split("</table>")[0].split("<tbody>")[1]
    rows = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("</tr>") if "<td" in row]
    return {re.sub("<.*?>", "", name): [re.sub("<.*?>", "", cell) for cell in rest] for name, *rest in rows}


def test_models_stand_side_by_side(record):
    rows = cells(render([record("one"), record("other", "dynamic_range")]))
    assert list(rows) == ["one", "other"]
    assert rows["one"][0] == "yes"
    assert rows["other"][0] == "no: Hybrid models are not supported on TFLite Micro."
    assert "1,403" in rows["one"] and "1 of 2" in rows["one"] and "–" in rows["other"]


def test_the_best_figure_of_each_column_is_marked_unless_all_are_equal(record):
    large = record("large", "none")
    html = render([record("small"), large])
    table = html.split("</table>")[0]
    assert '<td class="best">1,403</td>' in table  # of weight bytes
    assert 'class="best">5,612' not in table
    assert not re.search(r'class="best">40\.9', table)  # the same latency
    assert 'class="best"' not in render([record("alone")])


def test_what_was_not_measured_is_said(record):
    made = record("refused", latency=None, accuracy=None, litert={"runs": False, "reason": "Needs a delegate."})
    for step in made["steps"]:
        step |= {"us": None, "macs": None, "live_bytes": None}
    made["memory"] |= {"peak_bytes": None, "peak_operator": None, "arena_head_bytes": None}
    made["tensors"] = [one | {"first": None, "last": None, "offset_bytes": None} for one in made["tensors"]]
    html = render([made])
    assert "LiteRT does not run it</span>: Needs a delegate." in html
    assert "No map: sizes are open in the file" in html and "Memory of refused, operator by operator" not in html
    assert "Latency on this host" not in html and "Alone on this host" not in html and "<h3>Accuracy" not in html


def test_accuracy_is_drawn_against_bytes_where_two_models_have_it(record):
    assert 'aria-label="Accuracy against weight bytes"' not in render([record("one")])
    assert 'aria-label="Accuracy against weight bytes"' in render([record("one"), record("other", "none")])


def test_models_of_equal_name_have_ids_of_their_own(record):
    ids = re.findall(r'\bid="([^"]*)"', render([record("one"), record("one")]))
    assert len(ids) == len(set(ids)) and {"model-1", "model-2"} <= set(ids)


def test_names_are_escaped(record):
    html = render([record("<b>bold</b>", file="a&b.tflite")])
    assert "<b>bold" not in html and "a&amp;b.tflite" in html


def test_a_broken_confusion_matrix_is_refused(record):
    made = record()
    made["accuracy"]["confusion"].pop()
    with pytest.raises(ValueError, match="one row and column for each class"):
        render([made])


def test_the_page_is_equal_to_the_byte_again(record):
    records = [record("one"), record("other", "none")]
    assert render(records) == render(records)
