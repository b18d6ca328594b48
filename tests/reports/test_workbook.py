import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter, range_boundaries

from featherline.reports import workbook
from featherline.reports.results import load

PUBLISHED = [
    "Quantization",
    "Instructions - Avg Inference",
    "Assumed Clock (MHz)",
    "Assumed Cycles per Instruction",
    "Time (us) - Avg Inference",
    "Accuracy (%)",
    "Number of Weights",
    "Weights Size (KB)",
    "Dynamic Tensors Memory Allocation (KB)",
    "Tensor Name",
    "Tensor Size (Bytes)",
    "Notes",
]
MODELS = [
    f"{variant}-{scheme}"
    for variant, few_bits in (("original", ()), ("reduced", ("int8_qat", "int4", "int2")))
    for scheme in ("none", "float16", "dynamic_range", "int8", "int16x8", *few_bits)
]


@pytest.fixture
def written(example) -> Path:
    root = example()
    path = root / "Models_Analysis" / "MotionSense.xlsx"
    workbook.write(load("motionsense", "reduced-int8", root), path)
    return path


def models(path: Path, sheet: str = "Benchmark") -> pd.DataFrame:
    """The row of each model; on the sheet Benchmark a line above those of a variant says which it is."""
    table = pd.read_excel(path, sheet_name=sheet)
    if "Model" in table:
        return table.dropna(subset=["Model", "Deployable"]).set_index("Model")
    variant = table["Quantization"].str.extract(r"(\w+) network")[0].str.lower().ffill()
    rows = table["Accuracy (%)"].notna()
    return table[rows].set_index(variant[rows] + "-" + table["Quantization"][rows])


def test_the_columns_are_the_published_ones_in_their_order(written):
    assert list(pd.read_excel(written).columns) == PUBLISHED
    assert len(PUBLISHED) == 12


def printed_points(sheet) -> float:
    """How large text of 11 points is printed on A4, landscape, where DejaVu Sans stands in for Calibri."""
    widths = [sheet.column_dimensions[get_column_letter(column)].width for column in range(1, sheet.max_column + 1)]
    pages = sheet.page_setup.fitToWidth
    assert pages == 1 or sheet.print_title_cols == "$A:$A"
    repeated = (pages - 1) * widths[0]
    across_points = 72 * (297 / 25.4 - sheet.page_margins.left - sheet.page_margins.right)
    return 11 * min(pages * across_points / (7 * (sum(widths) + repeated)), 1)


def test_every_sheet_prints_in_8_points_or_more_and_benchmark_on_one_page_across(written):
    for sheet in openpyxl.load_workbook(written).worksheets:
        assert printed_points(sheet) >= 8, sheet.title
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.title != "Benchmark" or sheet.page_setup.fitToWidth == 1


@pytest.mark.soak
@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftohtml")), reason="needs LibreOffice and poppler")
def test_libreoffice_prints_benchmark_in_8_points_or_more(written, tmp_path):
    opened = openpyxl.load_workbook(written)
    for name in opened.sheetnames[1:]:
        del opened[name]
    opened.save(tmp_path / "Benchmark.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        tmp_path,
        tmp_path / "Benchmark.xlsx",
    ]
    subprocess.run(convert, check=True, capture_output=True, timeout=300, cwd=tmp_path)
    zoom = 3  # sizes are told in whole pixels
    read = ["pdftohtml", "-xml", "-i", "-zoom", str(zoom), "-stdout", tmp_path / "Benchmark.pdf"]
    described = subprocess.run(read, check=True, capture_output=True, text=True).stdout
    sizes = [int(size) for size in re.findall(r'<fontspec [^>]*size="(\d+)"', described)]
    assert sizes and min(sizes) >= 8 * zoom
    assert len(re.findall(">Notes<", described.replace("<b>", "").replace("</b>", ""))) == described.count("<page ")


def test_what_is_no_published_column_stands_on_further_sheets(written):
    summary, memory, quantization = (models(written, sheet) for sheet in ("Summary", "Memory", "Quantization"))
    for table in (summary, memory, quantization):
        assert list(table.index) == MODELS
    accuracy = summary.loc["reduced-int8"]
    assert accuracy["Accuracy 95 % Low (%)"] < accuracy["Accuracy (%)"] < accuracy["Accuracy 95 % High (%)"]
    assert (accuracy["Test Items"], accuracy["Test Groups"]) == (360, 4)
    assert list(memory["MACs"]) == list(summary["MACs"])
    assert (
        memory.loc["reduced-int8", "Sum of All Tensors (Bytes)"]
        == pd.read_excel(written, sheet_name="Tensors").query("Model == 'reduced-int8'")["Size (Bytes)"].sum()
    )


def test_every_scheme_of_both_variants_has_a_row(written):
    table = models(written)
    assert list(table.index) == MODELS
    assert list(table["Quantization"]) == [name.split("-")[1] for name in MODELS]


def test_figures_read_back_with_pandas(written):
    row = models(written).loc["reduced-int8"]
    assert row["Number of Weights"] == 1_403
    assert row["Weights Size (KB)"] == 1.403
    memory = models(written, "Memory").loc["reduced-int8"]
    assert memory["Packed Weights (Bytes)"] == 1_403
    assert memory["Scales and Zero Points (Bytes)"] == 192
    assert (memory["File as Converted (Bytes)"], memory["File Size (Bytes)"]) == (6_587, 4_587)


def test_what_a_model_takes_in_c_is_told_where_there_is_c(written):
    code = models(written, "Memory")[["C Flash (Bytes)", "C RAM (Bytes)", "C Stack (Bytes)"]]
    time = models(written)[PUBLISHED[1:5]]
    assert list(code.loc["reduced-int8"]) == [3_032, 524, 160]
    assert list(time.loc["reduced-int8"]) == [87_773, 64, 1.5, 87_773 * 1.5 / 64]
    assert code.loc["reduced-none"].isna().all() and time.loc["reduced-none"].isna().all()


def test_the_time_is_a_formula_over_its_assumptions(written):
    sheet = openpyxl.load_workbook(written)["Benchmark"]
    column = {cell.value: cell for cell in sheet[1]}
    row = [cell.row for cell in sheet["A"] if cell.value == "int8"][-1]  # below the line of the reduced network
    place = {title: f"{column[title].column_letter}{row}" for title in PUBLISHED[1:5]}
    instructions, clock, cycles, time = place.values()
    assert sheet[time].value == f"={instructions}*{cycles}/{clock}"
    assumed = [row for row in openpyxl.load_workbook(written)["Provenance"] if row[0].value == "Instructions and time"]
    assert "64 MHz and 1.5 cycles per instruction" in assumed[0][1].value


def test_a_model_without_c_says_why_it_has_no_instructions(written):
    notes = models(written)["Notes"]
    assert notes["reduced-none"] == "deployable; no instructions: no C can be written for CUMSUM"
    assert notes["reduced-float16"].endswith("; no instructions: C is written of deployable models")


def test_no_figure_is_of_the_host(written):
    for sheet in openpyxl.load_workbook(written).worksheets:
        texts = [str(cell.value) for row in sheet for cell in row if cell.value]
        assert not [text for text in texts if "Latency" in text or "cores" in text], sheet.title


def test_sum_is_a_formula_over_the_tensors_below_it_and_shows_its_value(written):
    formulas = openpyxl.load_workbook(written)["Benchmark"]
    values = openpyxl.load_workbook(written, data_only=True)["Benchmark"]
    column = {cell.value: cell.column for cell in formulas[1]}
    checked = 0
    for row in range(3, formulas.max_row + 1):
        formula = formulas.cell(row, column["Dynamic Tensors Memory Allocation (KB)"]).value
        if formula is None:
            continue
        assert formula.startswith("=SUM(") and formula.endswith(")/1000")
        first_column, first, last_column, last = range_boundaries(formula[len("=SUM(") : -len(")/1000")])
        assert first_column == last_column == column["Tensor Size (Bytes)"] and first == row + 1
        sizes = [formulas.cell(below, first_column).value for below in range(first, last + 1)]
        assert None not in sizes and formulas.cell(last + 1, first_column).value is None
        assert values.cell(row, column["Dynamic Tensors Memory Allocation (KB)"]).value == sum(sizes) / 1000
        checked += 1
    assert checked == len(MODELS)


def test_constant_tensors_are_not_listed_and_nameless_ones_have_a_label(written):
    names = set(pd.read_excel(written)["Tensor Name"].dropna())
    assert "conv/kernel" not in names
    assert "tensor 3" in names


def test_notes_say_deployable_or_why_not(written):
    table = models(written)
    assert table.loc["reduced-int8", "Notes"] == "deployable"
    assert "not deployable: Hybrid models are not supported" in table.loc["reduced-dynamic_range", "Notes"]
    assert list(models(written, "Memory")["Deployable"] == "yes") == [
        not name.endswith(("float16", "dynamic_range")) for name in MODELS
    ]


def test_every_sheet_says_simulated(written):
    for sheet in openpyxl.load_workbook(written).worksheets:
        top = [cell.value for row in sheet.iter_rows(max_row=3) for cell in row if cell.value]
        assert any("SIMULATED" in str(value) for value in top), sheet.title


def test_real_recordings_are_not_called_simulated(example):
    root = example(source="mirror")
    path = root / "MotionSense.xlsx"
    workbook.write(load("motionsense", "reduced-int8", root), path)
    texts = [str(cell.value) for sheet in openpyxl.load_workbook(path).worksheets for row in sheet for cell in row]
    assert not any("SIMULATED" in text for text in texts)
    assert any("archives of a mirror folder, not known to be complete; 20 groups" in text for text in texts)


def test_every_sheet_names_source_groups_hours_and_licence(written):
    said = "source simulated; 20 groups (each one subject), 300 recordings, 7.8 hours; licence: MIT"
    for sheet in openpyxl.load_workbook(written).worksheets:
        top = [str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row if cell.value]
        assert any(said in value for value in top), sheet.title


def test_confusion_holds_every_matrix(written):
    sheet = openpyxl.load_workbook(written)["Confusion"]
    titles = [str(row[0].value) for row in sheet if row[0].value and " right, counted on " in str(row[0].value)]
    assert [title.split(":")[0] for title in titles] == MODELS
    matrix = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=7, max_col=6)]
    assert [row[0] for row in matrix] == ["stairs", "walking", "still"]
    assert all(sum(row[1:4]) == row[4] == 120 for row in matrix)
    assert matrix[0][5] == pytest.approx(100 * matrix[0][1] / 120, abs=0.001)


def test_provenance_lists_the_checksum_of_each_file(written):
    sheet = openpyxl.load_workbook(written)["Provenance"]
    rows = {row[0].value: row for row in sheet}
    assert rows["Hours"][1].value == 7.83
    assert rows["A group is"][1].value == "one subject"
    assert rows["Protocol"][1].value == "group-disjoint (subject)"
    assert rows["Published for comparison"][1].value.startswith(
        "dynamic range (the published file does not run on TFLM): 92.31 %"
    )
    assert rows["reduced-int8"][1].value == "reduced-int8.tflite"
    assert rows["reduced-int8"][4].value == f"{MODELS.index('reduced-int8'):064x}"


def test_equal_results_give_equal_bytes(written, example):
    again = written.with_name("again.xlsx")
    workbook.write(load("motionsense", "reduced-int8", example()), again)
    assert again.read_bytes() == written.read_bytes()


def test_nothing_is_compressed_or_dated(written):
    with zipfile.ZipFile(written) as archive:
        entries = archive.infolist()
        properties = archive.read("docProps/core.xml").decode()
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", properties)) == {"1980-01-01T00:00:00Z"}


def test_a_class_name_is_never_a_formula(example):
    root = example(classes=("=1+1", "\x07bell"))
    path = root / "MotionSense.xlsx"
    workbook.write(load("motionsense", "reduced-int8", root), path)
    cells = openpyxl.load_workbook(path)["Confusion"]["A"]
    assert any(cell.value == "=1+1" and cell.data_type == "s" for cell in cells)
    assert any(cell.value == "bell" for cell in cells)


def test_the_search_lists_methods_then_every_candidate(example):
    root = example(trials=30)
    path = root / "MotionSense.xlsx"
    results = load("motionsense", "reduced-int8", root)
    workbook.write(results, path)
    table = pd.read_excel(path, sheet_name="Search")
    # The rows of a method, of the original and of a candidate, without the lines in between that say which these are.
    methods = table.dropna(subset="Trained Candidates")
    candidates = table.dropna(subset="Winner")
    assert list(table["Method"][3:7]) == ["search", "random search", "by hand", "original, trained in full"]
    assert list(methods["Trained Candidates"]) == [30, 30, 1]
    assert list(methods["Hypervolume (0 to 1)"]) == [0.41, 0.32, 0.1]
    assert list(candidates["Method"]) == ["search"] * 30 + ["random search"] * 30 + ["by hand"]
    assert list(candidates["Weights Size (Bytes)"][:30]) == list(results.trials["weight_bytes"])
    assert candidates["Validation Accuracy (%)"].between(50, 100).all()
    assert list(candidates["Stopped Early"].value_counts()[["no", "yes"]]) == [41, 20]
    assert all("conv_blocks" in json.loads(text) for text in candidates["Architecture (JSON)"])


def test_the_best_of_a_method_is_its_winner(written):
    table = pd.read_excel(written, sheet_name="Search")
    figures = ["Score", "Validation Accuracy (%)", "Weights Size (Bytes)", "Activations (Bytes)", "MACs"]
    best = table.dropna(subset="Trained Candidates").set_index("Method")[figures]
    winners = table[table["Winner"] == "yes"].set_index("Method")[figures]
    pd.testing.assert_frame_equal(best, winners)


def test_the_search_has_a_frozen_header_and_says_what_was_compared(written):
    sheet = openpyxl.load_workbook(written)["Search"]
    assert sheet.freeze_panes == "B3"
    assert sheet["A3"].value.startswith("Simulated recordings, validation split alone: every candidate of every method")
    column = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(5, column["Validation Accuracy (%)"]).number_format == "0.00"
    assert sheet.cell(5, column["MACs"]).number_format == "#,##0"


def test_a_search_without_baselines_lists_its_own_candidates(example):
    root = example(baselines=())
    path = root / "MotionSense.xlsx"
    workbook.write(load("motionsense", "reduced-int8", root), path)
    table = pd.read_excel(path, sheet_name="Search")
    assert list(table.dropna(subset="Winner")["Method"].unique()) == ["search"]
