"""What quantization costs and where it loses, in the workbook, on the page and in the table of the README."""

import dataclasses
import json
import re

import openpyxl
import pandas as pd
import pytest

from featherline.core.errors import FeatherlineError
from featherline.reports import page, plots, tables, wording, workbook
from featherline.reports.results import load


@pytest.fixture
def results(example):
    return load("motionsense", "reduced-int8", example())


@pytest.fixture
def sheet(results, tmp_path):
    path = tmp_path / "MotionSense.xlsx"
    workbook.write(results, path)
    return path


def test_the_sheet_has_a_row_for_every_model(sheet):
    table = pd.read_excel(sheet, sheet_name="Quantization").set_index("Model")
    row = table.loc["reduced-int4"]
    assert row["Weights Size (Bytes)"] == row["Packed Weights (Bytes)"] == 701
    assert row["File as Converted (Bytes)"] - row["File Size (Bytes)"] == 2000
    assert (row["Kernels as INT4"], row["Deployable"]) == ("yes", "yes")
    points = row["Accuracy (%)"] - table.loc["reduced-none", "Accuracy (%)"]
    assert row["Against none (Points)"] == pytest.approx(points, abs=0.005)
    assert pd.isna(table.loc["reduced-none", "Against none (Points)"])
    assert (row["Lost Items"], row["Won Items"], row["McNemar p"]) == (9, 2, 0.06543)
    assert row["Worst Layers"] == "FULLY_CONNECTED 2: 18.8 dB, CONV_2D 0: 21.0 dB, MAX_POOL_2D 1: 22.5 dB"
    assert "look-up tables: The file would grow by 96 bytes" in row["Notes"]
    assert table.loc["reduced-int2", "File with Look-up Tables (Bytes)"] == 701 + 2184
    refused = table.loc["reduced-float16"]
    assert refused["Deployable"] == "no"
    assert "DEQUANTIZE" in refused["Notes"] and "look-up tables: not tried" in refused["Notes"]
    assert pd.isna(table.loc["reduced-none", "McNemar p"])


def test_the_sheet_lists_ratios_by_layer_for_schemes_that_lose_something(sheet):
    cells = openpyxl.load_workbook(sheet)["Quantization"]
    titles = [row for row in cells.iter_rows(values_only=True) if row[0] == "Layer"]
    quantized = ["float16", "dynamic_range", "int8", "int16x8"]
    assert [[title.removesuffix("\n(dB)") for title in row if title] for row in titles] == [
        ["Layer", *quantized],
        ["Layer", *quantized, "int8_qat", "int4", "int2"],
    ]
    last = [row for row in cells.iter_rows(values_only=True) if row[0] == "FULLY_CONNECTED 2"][-1]
    assert last[1:8] == (67.75, 41.75, 31.75, 44.75, 33.75, 18.75, 6.75)


def test_the_page_calls_deployable_only_what_tflm_ran(results):
    html = page.render([results], {"motionsense": plots.plot_all(results)})
    section, of_bytes = html.split("<h3>Quantization</h3>")[1].split("</table>")[:2]
    rows = {name: rest for name, rest in re.findall(r'<th scope="row">(\S+)</th>(.*?)</tr>', section, re.DOTALL)}
    assert len(rows) == 13
    for name, row in rows.items():
        refused = name.endswith(("float16", "dynamic_range"))
        assert ('class="no"' in row) == refused
        assert ('class="yes"' in row) == (not refused)
    assert "9 lost, 2 won, p 0.065" in rows["reduced-int4"]
    assert "(INT4)" in of_bytes.split('<th scope="row">reduced-int4</th>')[1].split("</tr>")[0]
    assert "<td>FULLY_CONNECTED 2: 18.8 dB</td>" in rows["reduced-int4"]
    assert "nothing differs" in rows["reduced-none"]


def test_the_page_links_the_reason_of_what_tflm_refuses_and_lists_why_there_are_no_tables(results):
    html = page.render([results], {"motionsense": plots.plot_all(results)})
    section = html.split("<h3>Quantization</h3>")[1].split("<h3>Inside the models")[0]
    refused = section.split('<th scope="row">reduced-float16</th>')[1].split("</tr>")[0]
    (note,) = re.findall(r'href="#(motionsense-note-1)"', refused)
    assert f'<li id="{note}">Not deployable: DEQUANTIZE of float16' in html
    assert "reduced-float16, reduced-dynamic_range: not tried: TFLM refuses the model</li>" in section
    assert section.count("The file would grow by 96 bytes</li>") == 1
    assert section.count("<svg ") == 1 and "Signal-to-noise ratio of the reduced" in section


def test_the_plot_has_a_line_for_each_scheme_that_loses_something(results):
    drawn = plots.plot_all(results)["loss"]
    for scheme in ("float16", "dynamic_range", "int8", "int16x8", "int8_qat", "int4", "int2"):
        assert f">{scheme}</text>" in drawn
    assert ">none</text>" not in drawn


def test_the_table_has_every_scheme_of_the_reduced_network(results):
    markdown = tables.results_table([results])
    lines = [line for line in markdown.splitlines() if line.startswith("| MotionSense | reduced-")]
    int2 = next(line for line in lines if "| reduced-int2 |" in line)
    assert "9 lost, 2 won, p 0.065 | 701 | 350 | 3,885 |" in int2
    float16 = next(line for line in lines if "| reduced-float16 |" in line)
    assert float16.endswith(r"| no: DEQUANTIZE of float16 \| Node DEQUANTIZE (number 0f) failed to prepare |")
    assert sum("reduced-" in line for line in lines) == 8 + 1  # the headline stands in the first table too


def test_a_loss_beyond_chance_is_remarked(example):
    root = example()
    path = root / "metrics/motionsense/reduced-int2.json"
    record = json.loads(path.read_text())

    def remarks(lost: int, won: int, p_value: float) -> list[str]:
        counts = {"lost_items": lost, "won_items": won, "p_value": p_value}
        path.write_text(json.dumps(record | {"mcnemar": counts}))
        results = load("motionsense", "reduced-int8", root)
        return wording.remarks(results.model("reduced-int2"), results)

    assert remarks(30, 5, 0.00004) == ["worse than reduced-none beyond chance: 30 lost, 5 won, p < 0.001"]
    assert remarks(5, 30, 0.00004) == remarks(9, 2, 0.0654) == []


def test_of_a_long_reason_tables_say_which_operator(results):
    model = results.model("reduced-float16")
    said = "DEQUANTIZE (operator 0, inputs float16) failed to prepare: input->type == int8 was not true."
    refused = model.model_copy(update={"tflm": model.tflm.model_copy(update={"reason": said})})
    assert wording.short_reason(refused) == "DEQUANTIZE (operator 0, inputs float16) failed to prepare"


def test_a_model_without_its_unquantized_variant_has_no_points(results):
    model = results.model("reduced-int4")
    alone = dataclasses.replace(results, models=(model,), headline=model)
    assert wording.points(model, results) is not None and wording.points(model, alone) is None


@pytest.mark.parametrize(
    ("key", "change", "said"),
    [
        ("mcnemar", {"p_value": 1.5}, r"mcnemar.p_value: .*less than or equal to 1, found 1.5"),
        ("deployment", {"packed": "perhaps"}, r"deployment.packed: .*found \"perhaps\""),
        ("size", {"packed_bytes": None}, r"size.packed_bytes: .*found null"),
        ("loss", {"worst": [7]}, r"loss: .*worst names the place 7, where nothing differs from the float network"),
    ],
)
def test_a_metric_that_is_wrong_is_named_with_its_key(example, key, change, said):
    root = example()
    path = root / "metrics/motionsense/reduced-int2.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {key: record[key] | change}))
    with pytest.raises(FeatherlineError, match=rf"reduced-int2.json: {said}.*; run the benchmark stage again"):
        load("motionsense", "reduced-int8", root)
