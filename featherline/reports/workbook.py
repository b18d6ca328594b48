"""The benchmark workbook of one application: the published columns first, then what they left out."""

import math
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from featherline.reports import published, wording, xlsx
from featherline.reports.results import Model, Results

# Title -> (number format, width in characters). The first twelve are those of the published
# workbooks, in their order and under their names.
PUBLISHED_COLUMNS = {
    "Quantization": ("@", 16),
    "Latency (us) - Init": ("#,##0.0", 12),
    "Latency (us) - 1st Inference": ("#,##0.0", 12),
    "Latency (us) - Avg Warmup": ("#,##0.0", 12),
    "Latency (us) - Avg Inference": ("#,##0.0", 12),
    "Accuracy (%)": ("0.00", 11),
    "Number of Weights": ("#,##0", 11),
    "Weights Size (KB)": ("#,##0.000", 11),
    "Dynamic Tensors Memory Allocation (KB)": ("#,##0.000", 18),
    "Tensor Name": ("@", 44),
    "Tensor Size (Bytes)": ("#,##0", 12),
    "Notes": ("@", 52),
}
NEW_COLUMNS = {
    "Model": ("@", 27),
    "Accuracy 95 % Low (%)": ("0.00", 12),
    "Accuracy 95 % High (%)": ("0.00", 12),
    "Balanced Accuracy (%)": ("0.00", 12),
    "Test Items": ("#,##0", 9),
    "Test Groups": ("#,##0", 9),
    "File Size (Bytes)": ("#,##0", 11),
    "TFLM Arena (Bytes)": ("#,##0", 12),
    "TFLM Activations (Bytes)": ("#,##0", 12),
    "Deployable": ("@", 12),
}
COLUMNS = PUBLISHED_COLUMNS | NEW_COLUMNS
_PLACE = {title: number for number, title in enumerate(COLUMNS, start=1)}
_SUM = "Dynamic Tensors Memory Allocation (KB)"

_FONT = "Calibri"
_LINE_HEIGHT_POINTS = 15
_TEXT = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_NUMBER = Alignment(vertical="top")
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_HEADER = PatternFill("solid", fgColor="1F3A5F")
_VARIANT = PatternFill("solid", fgColor="D6E0EE")
_MODEL = PatternFill("solid", fgColor="EFF3F8")
_ALARM = PatternFill("solid", fgColor="FFD9A0")
_CALM = PatternFill("solid", fgColor="E3F1E3")
_LINE = Border(top=Side("thin", "9AA7B8"))


def write(results: Results, path: Path) -> None:
    """Writes the workbook of one application, whole or not at all.

    Sheets: `Benchmark` (the header is row 1, so that `pandas.read_excel` reads it as it is),
    `Confusion` and `Provenance`. Each says where the recordings come from, in its first rows.
    """
    workbook = Workbook()
    workbook.properties.creator = "Featherline"
    workbook.properties.title = f"{results.title} benchmark"
    values = _benchmark(workbook.active, results)
    _confusion(workbook.create_sheet("Confusion"), results)
    _provenance(workbook.create_sheet("Provenance"), results)
    for sheet in workbook.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    xlsx.save(workbook, path, {"Benchmark": values})


def _put(sheet: Worksheet, row: int, column: int, value: object, number_format: str = "General") -> Cell:
    """Writes a value; a text is never taken for a formula, nor may it hold control characters."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = number_format
    cell.alignment = _TEXT if isinstance(value, str) else _NUMBER
    return cell


def _font(**style: object) -> Font:
    return Font(name=_FONT, size=11, **style)


def _fit_height(sheet: Worksheet, row: int, texts: dict[int, str]) -> None:
    """Gives a row the lines that its wrapped texts need; spreadsheet programs differ in doing so themselves."""
    widths = {column: sheet.column_dimensions[get_column_letter(column)].width - 3 for column in texts}
    lines = max(math.ceil(len(text) / widths[column]) for column, text in texts.items())
    sheet.row_dimensions[row].height = _LINE_HEIGHT_POINTS * max(lines, 1)


def _merged(sheet: Worksheet, row: int, columns: int, text: str, fill: PatternFill, height: int = 20) -> None:
    cell = _put(sheet, row, 1, text)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    cell.font, cell.fill, cell.alignment = _font(bold=True), fill, Alignment(vertical="center")
    sheet.row_dimensions[row].height = height


def _header(sheet: Worksheet, row: int, titles: list[str]) -> None:
    for column, title in enumerate(titles, start=1):
        cell = _put(sheet, row, column, title)
        cell.font, cell.fill, cell.alignment = _font(bold=True, color="FFFFFF"), _HEADER, _CENTRED


def _banner(sheet: Worksheet, row: int, columns: int, results: Results) -> None:
    fill = _ALARM if results.simulated else _CALM
    said = [f"{results.title}. {wording.banner(results)}", wording.provenance(results)]
    width = sum(sheet.column_dimensions[get_column_letter(column)].width for column in range(1, columns + 1)) - 3
    lines = sum(math.ceil(len(text) / width) for text in said)
    _merged(sheet, row, columns, "\n".join(said), fill, height=9 + _LINE_HEIGHT_POINTS * lines)
    sheet.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)
    if results.simulated:
        sheet.sheet_properties.tabColor = "E07B00"


# --- Benchmark ------------------------------------------------------------------------------


def _benchmark(sheet: Worksheet, results: Results) -> dict[str, float]:
    """Fills the sheet and returns the value of each of its formulas."""
    sheet.title = "Benchmark"
    _header(sheet, 1, list(COLUMNS))
    sheet.row_dimensions[1].height = 48
    for column, (_, width) in enumerate(COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _banner(sheet, 2, len(COLUMNS), results)
    sheet.freeze_panes = "B3"
    sheet.sheet_properties.outlinePr.summaryBelow = False

    values = {}
    row = 3
    for variant, models in groupby(results.models, key=lambda model: model.variant):
        _merged(sheet, row, len(COLUMNS), f"{variant.capitalize()} network", _VARIANT)
        row += 1
        for model in models:
            formula, kilobytes, row = _model_rows(sheet, row, model, results)
            values[formula] = kilobytes
    sheet.print_title_rows = "1:2"
    return values


def _model_rows(sheet: Worksheet, row: int, model: Model, results: Results) -> tuple[str, float, int]:
    """One row of figures, then one for each dynamic tensor.

    Returns:
        The cell of the sum's formula, its value, and the first row that is free.
    """
    tensors = model.dynamic_tensors
    first, last = row + 1, row + len(tensors)
    notes = "; ".join([wording.deployable(model), *wording.remarks(model, results)])
    for title, value in [*_figures(model, results), ("Notes", notes)]:
        cell = _put(sheet, row, _PLACE[title], value, COLUMNS[title][0])
        cell.font = _font(bold=title in ("Quantization", "Model") or model is results.headline)
    size = get_column_letter(_PLACE["Tensor Size (Bytes)"])
    formula = sheet.cell(row, _PLACE[_SUM], f"=SUM({size}{first}:{size}{last})/1000")
    formula.number_format, formula.alignment = COLUMNS[_SUM][0], _NUMBER
    formula.font = _font(bold=model is results.headline)
    _fit_height(sheet, row, {_PLACE["Notes"]: notes})
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(row, column).fill, sheet.cell(row, column).border = _MODEL, _LINE
    for below, tensor in enumerate(tensors, start=first):
        _put(sheet, below, _PLACE["Tensor Name"], tensor.label)
        _put(sheet, below, _PLACE["Tensor Size (Bytes)"], tensor.bytes, COLUMNS["Tensor Size (Bytes)"][0])
        shape = " x ".join(map(str, tensor.shape)) or "scalar"
        _put(sheet, below, _PLACE["Notes"], f"{tensor.type}, {shape}").font = _font(color="6B7683")
        _fit_height(sheet, below, {_PLACE["Tensor Name"]: tensor.label})
        sheet.row_dimensions[below].outline_level = 1
    return formula.coordinate, sum(tensor.bytes for tensor in tensors) / 1000, last + 1


def _figures(model: Model, results: Results) -> Iterator[tuple[str, object]]:
    latency, accuracy, size = results.latencies.models[model.name], model.accuracy, model.size
    yield "Quantization", model.scheme
    yield "Latency (us) - Init", latency.initialisation_us
    yield "Latency (us) - 1st Inference", latency.first_inference_us
    yield "Latency (us) - Avg Warmup", latency.warmup_average_us
    yield "Latency (us) - Avg Inference", latency.average_us
    yield "Accuracy (%)", accuracy.accuracy_pct
    yield "Number of Weights", size.weights
    yield "Weights Size (KB)", size.weight_bytes / 1000
    yield "Model", model.name
    yield "Accuracy 95 % Low (%)", accuracy.low_pct
    yield "Accuracy 95 % High (%)", accuracy.high_pct
    yield "Balanced Accuracy (%)", accuracy.balanced_pct
    yield "Test Items", accuracy.items
    yield "Test Groups", model.test.groups
    yield "File Size (Bytes)", size.file_bytes
    yield "TFLM Arena (Bytes)", model.tflm.arena_bytes
    yield "TFLM Activations (Bytes)", model.tflm.activation_bytes
    yield "Deployable", "yes" if model.tflm.deployable else "no"


# --- Confusion ------------------------------------------------------------------------------


def _confusion(sheet: Worksheet, results: Results) -> None:
    count = len(results.classes)
    width = max(count + 3, 8)
    sheet.column_dimensions["A"].width = 26
    for column in range(2, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = max(13, *(len(name) + 3 for name in results.classes))
    _banner(sheet, 1, width, results)
    sheet.freeze_panes = "B2"
    row = 3
    for model in results.models:
        accuracy = model.accuracy
        said = f"{model.name}: {accuracy.correct:,} of {accuracy.items:,} right, counted on {accuracy.runtime}"
        _merged(sheet, row, width, said, _VARIANT)
        predicted = [f"predicted {name}" for name in results.classes]
        _header(sheet, row + 1, ["True class (items)", *predicted, "Items", "Recall (%)"])
        sheet.row_dimensions[row + 1].height = 32
        top = row + 2
        for below, (name, line, recall) in enumerate(
            zip(results.classes, accuracy.confusion, accuracy.recall_pct, strict=True), start=top
        ):
            _put(sheet, below, 1, name)
            for column, items in enumerate(line, start=2):
                _put(sheet, below, column, items, "#,##0")
            _put(sheet, below, count + 2, sum(line), "#,##0")
            _put(sheet, below, count + 3, recall, "0.00")
        cells = f"B{top}:{get_column_letter(count + 1)}{top + count - 1}"
        rule = ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="7FB3E6")
        sheet.conditional_formatting.add(cells, rule)
        row = top + count + 1


# --- Provenance -----------------------------------------------------------------------------


def _provenance(sheet: Worksheet, results: Results) -> None:
    titles = ["Model", "File", "File Size (Bytes)", "Operators", "SHA-256"]
    for letter, width in zip("ABCDE", (26, 34, 18, 60, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    _banner(sheet, 1, len(titles), results)
    row = 3
    for name, value in _facts(results):
        _put(sheet, row, 1, name).font = _font(bold=True)
        cell = _put(sheet, row, 2, value)
        cell.alignment = _TEXT
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(titles))
        row += 1
    row += 1
    _header(sheet, row, titles)
    for below, model in enumerate(results.models, start=row + 1):
        counted = {**model.operators.builtin, **model.operators.select, **model.operators.custom}
        _put(sheet, below, 1, model.name)
        _put(sheet, below, 2, model.file)
        _put(sheet, below, 3, model.size.file_bytes, "#,##0")
        operators = ", ".join(f"{name} x {times}" for name, times in sorted(counted.items()))
        _put(sheet, below, 4, operators)
        _fit_height(sheet, below, {4: operators})
        _put(sheet, below, 5, model.sha256).font = Font(name="Courier New", size=9)


def _facts(results: Results) -> Iterator[tuple[str, object]]:
    provenance, headline, latencies = results.provenance, results.headline, results.latencies
    yield "Application", results.title
    yield "Source", provenance.source.upper() if results.simulated else wording.origin(provenance)
    yield "Groups", provenance.groups
    yield "A group is", wording.group(headline)
    yield "Items (recordings)", provenance.items
    yield "Hours", provenance.hours
    yield wording.licence_label(provenance).capitalize(), provenance.licence
    yield "Protocol", wording.protocol(headline)
    yield "Test split", f"{headline.test.items:,} items of {headline.test.groups:,} groups"
    yield "Classes", ", ".join(results.classes)
    yield "Headline model", headline.name
    machine = latencies.machine
    yield "Latency measured on", f"{machine.processor}, {machine.cores} cores, {machine.system}"
    yield (
        "Latency measured with",
        (f"LiteRT, {latencies.threads} threads, {latencies.warmup_runs:,} warm-up runs, {latencies.runs:,} runs"),
    )
    yield "KB", "1,000 bytes"
    reference = wording.published(headline, results)
    if reference:
        yield "Published for comparison", f"{reference}, on another split; from {published.source()}"
