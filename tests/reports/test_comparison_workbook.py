"""The workbooks of the command `benchmark` and over all applications, read back with pandas and openpyxl."""

import openpyxl
import pandas as pd
import pytest

from featherline.records.single_model import SingleModel
from featherline.reports import comparison_workbook, summary_sheet, workbook
from featherline.reports.results import load


@pytest.fixture
def records(record) -> list[dict]:
    """Of two models, the second without accuracy, latency, and sizes."""
    known = record("reduced-int8")
    unknown = record("reduced-float16", "float16", accuracy=None, latency=None)
    unknown["memory"] = dict.fromkeys(unknown["memory"]) | {"sum_tensor_bytes": 9}
    for tensor in unknown["tensors"]:
        tensor |= {"first": None, "last": None, "offset_bytes": None}
    unknown["steps"][0] |= {"macs": None, "live_bytes": None}
    return [known, unknown]


def render(records: list[dict]) -> bytes:
    return comparison_workbook.render([SingleModel.model_validate(record) for record in records])


def test_models_stand_side_by_side_and_what_is_not_known_stays_empty(records, tmp_path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(render(records))
    table = pd.read_excel(path).dropna(subset="Model").set_index("Model")
    known, unknown = table.loc["reduced-int8"], table.loc["reduced-float16"]
    assert known["MACs"] == sum(step["macs"] for step in records[0]["steps"])
    assert known["Accuracy (%)"] == records[0]["accuracy"]["accuracy_pct"]
    assert unknown[["MACs", "Accuracy (%)", "TFLM Arena (Bytes)", "Peak of Live Tensors (Bytes)"]].isna().all()
    assert list(pd.read_excel(path, sheet_name="Latency")["Model"]) == ["reduced-int8"]
    layers = pd.read_excel(path, sheet_name="Layers")
    assert list(layers["Name"][:4]) == [step["name"] for step in records[0]["steps"]]
    assert openpyxl.load_workbook(path)["Summary"]._charts[0].x_axis.title


def test_without_accuracy_there_is_no_chart(records, tmp_path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(render(records[1:]))
    sheets = openpyxl.load_workbook(path)
    assert "Latency" not in sheets.sheetnames and not sheets["Summary"]._charts
    assert "Accuracy (%)" not in pd.read_excel(path).columns


def test_equal_records_give_equal_bytes(records):
    assert render(records) == render(records)


def test_the_workbook_of_an_application_tells_the_inside_of_its_models(example):
    root = example()
    results = load("motionsense", "reduced-int8", root)
    path = root / "MotionSense.xlsx"
    workbook.write(results, path, {"data/processed/motionsense/test.npz": "ab" * 32})
    for sheet in ("Memory", "Summary"):
        table = pd.read_excel(path, sheet_name=sheet).dropna(subset="Deployable").set_index("Model")
        assert list(table["MACs"]) == [model.macs for model in results.models]
    tensors = pd.read_excel(path, sheet_name="Tensors")
    own = tensors[tensors["Model"] == "reduced-int8"]
    assert list(own["Arena Offset (Bytes)"][:2]) == [0, 512] and own["Alive to Operator"].max() == 3
    boards = pd.read_excel(path, sheet_name="Boards")
    assert list(boards[boards["Model"] == "reduced-int8"]["Holds the Model"]) == ["no", "yes"]
    opened = openpyxl.load_workbook(path)
    assert opened["Benchmark"]["B2"].value == "Time on a Cortex-M4, from assumptions"
    assert "B2:E2" in map(str, opened["Benchmark"].merged_cells.ranges)
    assert len(opened["Summary"]._charts[0].series) == 2
    assert any(cell.value == "ab" * 32 for cell in opened["Provenance"]["E"])


def test_one_summary_holds_the_models_of_all_applications(example):
    root = example()
    results = load("motionsense", "reduced-int8", root)
    comparison_workbook.write_summary([results, results], root / "Summary.xlsx")
    table = pd.read_excel(root / "Summary.xlsx").dropna(subset="Model")
    assert list(table["Model"]) == [row["Model"] for row in summary_sheet.rows(results)] * 2
    assert set(table["Recordings"]) == {"simulated"}
