"""The benchmark workbook of one application: the published columns first, then what they left out."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from featherline.core import digests
from featherline.records.model import PipelineModel
from featherline.reports import (
    cells,
    published,
    quantization_sheet,
    search_sheet,
    structure_sheets,
    summary_sheet,
    timing,
    wording,
    xlsx,
)
from featherline.reports.results import Results

_TIME = "Time (us) - Avg Inference"
# Title -> (number format, width in characters). The first twelve are those of the published workbooks, in their order
# and under their names, but for the second to the fifth: latency on some host is no property of a model.
PUBLISHED_COLUMNS = {
    "Quantization": ("@", 16),
    "Instructions - Avg Inference": ("#,##0", 13),
    "Assumed Clock (MHz)": ("0", 10),
    "Assumed Cycles per Instruction": ("0.0", 12),
    _TIME: ("#,##0.0", 12),
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
    "Packed Weights (Bytes)": ("#,##0", 11),
    "Scales and Zero Points (Bytes)": ("#,##0", 13),
    "File as Converted (Bytes)": ("#,##0", 12),
    "File Size (Bytes)": ("#,##0", 11),
    "TFLM Arena (Bytes)": ("#,##0", 12),
    "TFLM Activations (Bytes)": ("#,##0", 12),
    "C Flash (Bytes)": ("#,##0", 11),
    "C RAM (Bytes)": ("#,##0", 11),
    "C Stack (Bytes)": ("#,##0", 11),
    "Peak of Live Tensors (Bytes)": ("#,##0", 12),
    "Peak at Operator": ("@", 26),
    "Sum of All Tensors (Bytes)": ("#,##0", 12),
    "MACs": ("#,##0", 12),
    "Deployable": ("@", 12),
}
COLUMNS = PUBLISHED_COLUMNS | NEW_COLUMNS
_PLACE = {title: number for number, title in enumerate(COLUMNS, start=1)}
# Of each column, below its title.
_GROUPS = {
    "Instructions": "Time on a Cortex-M4, from assumptions",
    "Assumed": "Time on a Cortex-M4, from assumptions",
    "Time": "Time on a Cortex-M4, from assumptions",
    "Number of Weights": "Weights",
    "Weights Size": "Weights",
    "Dynamic Tensors": "Tensors that take RAM",
    "Tensor ": "Tensors that take RAM",
    "Accuracy 95": "Accuracy on the test split",
    "Balanced": "Accuracy on the test split",
    "Test ": "Accuracy on the test split",
    "Packed": "Flash",
    "Scales": "Flash",
    "File": "Flash",
    "TFLM": "RAM",
    "Peak": "RAM",
    "Sum": "RAM",
}
_BARS = ("Weights Size (KB)", "File Size (Bytes)", "TFLM Arena (Bytes)", "Peak of Live Tensors (Bytes)")
_SUM = "Dynamic Tensors Memory Allocation (KB)"
_Formula = tuple[str, float]  # and its value


def write(results: Results, path: Path, checksums: Mapping[str, str] | None = None) -> None:
    """Writes the workbook of one application, whole or not at all.

    Sheets: `Benchmark` (the header is row 1, so that `pandas.read_excel` reads it as it is; groups of columns stand
    below it), `Summary`, `Layers`, `Tensors`, `Boards`, `Confusion`, `Quantization`, `Search` and `Provenance`. Each
    says where the recordings come from, in its first rows.

    Args:
        results: of the application.
        path: where it goes.
        checksums: file -> SHA-256 of what the models were made from, for `Provenance`.
    """
    workbook = Workbook()
    workbook.properties.creator = "Featherline"
    workbook.properties.title = f"{results.title} benchmark"
    benchmark, summary = workbook.active, workbook.create_sheet("Summary")
    named = [(model.name, model) for model in results.models]
    operators = structure_sheets.layers(workbook.create_sheet("Layers"), named, results)
    tensors = structure_sheets.tensors(workbook.create_sheet("Tensors"), named, results)
    structure_sheets.boards(workbook.create_sheet("Boards"), named, results)
    sums: list[dict[str, _Formula | None]] = [
        {
            "Sum of All Tensors (Bytes)": (f"=SUM(Tensors!{of_tensors})", model.memory.sum_tensor_bytes),
            "MACs": None if model.macs is None else (f"=SUM(Layers!{of_operators})", model.macs),
        }
        for model, of_operators, of_tensors in zip(results.models, operators, tensors, strict=True)
    ]
    values = _benchmark(benchmark, results, dict(zip((model.name for model in results.models), sums, strict=True)))
    rows = summary_sheet.rows(results)
    for row, formulas in zip(rows, sums, strict=True):
        row["MACs"] = formulas["MACs"]
    summed = summary_sheet.fill(summary, rows, "Variant", results)
    _confusion(workbook.create_sheet("Confusion"), results)
    quantization_sheet.fill(workbook.create_sheet("Quantization"), results)
    search_sheet.fill(workbook.create_sheet("Search"), results)
    _provenance(workbook.create_sheet("Provenance"), results, checksums or {})
    cells.print_wide(workbook)
    xlsx.save(workbook, path, {"Benchmark": values, "Summary": summed})


# --- Benchmark ------------------------------------------------------------------------------


def _benchmark(sheet: Worksheet, results: Results, sums: dict[str, dict[str, _Formula | None]]) -> dict[str, float]:
    """Fills the sheet and returns the value of each of its formulas."""
    sheet.title = "Benchmark"
    of_column = [next((name for start, name in _GROUPS.items() if title.startswith(start)), "") for title in COLUMNS]
    row = top = cells.table(sheet, COLUMNS, results, of_column)
    sheet.sheet_properties.outlinePr.summaryBelow = False

    values: dict[str, float] = {}
    for variant, models in groupby(results.models, key=lambda model: model.variant):
        cells.merged(sheet, row, len(COLUMNS), f"{variant.capitalize()} network", cells.SECTION)
        row += 1
        for model in models:
            figures = {title: value for title, value in sums[model.name].items() if value}
            values |= _formulas(sheet, row, figures, bold=model is results.headline)
            calculated, row = _model_rows(sheet, row, model, results)
            values |= calculated
    for title in _BARS:
        cells.bars(sheet, _PLACE[title], top, row - 1)
    return values


def _model_rows(sheet: Worksheet, row: int, model: PipelineModel, results: Results) -> tuple[dict[str, float], int]:
    """One row of figures, then one for each dynamic tensor.

    Returns:
        The value of each formula by its cell, and the first row that is free.
    """
    tensors = model.tensors_in_ram
    first, last = row + 1, row + len(tensors)
    notes = "; ".join([wording.deployable(model), *wording.remarks(model, results), *wording.no_instructions(model)])
    for title, value in [*_figures(model, results), ("Notes", notes)]:
        cell = cells.put(sheet, row, _PLACE[title], value, COLUMNS[title][0])
        cell.font = cells.font(bold=title in ("Quantization", "Model") or model is results.headline)
    size = get_column_letter(_PLACE["Tensor Size (Bytes)"])
    formulas = {_SUM: (f"=SUM({size}{first}:{size}{last})/1000", sum(tensor.bytes for tensor in tensors) / 1000)}
    if model.firmware:
        instructions, clock, cycles = (
            f"{get_column_letter(_PLACE[title])}{row}"
            for title in ("Instructions - Avg Inference", "Assumed Clock (MHz)", "Assumed Cycles per Instruction")
        )
        time_us = timing.time_us(model.firmware.instructions)
        formulas[_TIME] = (f"={instructions}*{cycles}/{clock}", time_us)
    values = _formulas(sheet, row, formulas, bold=model is results.headline)
    cells.fit_height(sheet, row, {_PLACE["Notes"]: notes})
    for column in range(1, len(COLUMNS) + 1):
        sheet.cell(row, column).fill, sheet.cell(row, column).border = cells.ROW, cells.LINE
    for below, tensor in enumerate(tensors, start=first):
        cells.put(sheet, below, _PLACE["Tensor Name"], tensor.label)
        cells.put(sheet, below, _PLACE["Tensor Size (Bytes)"], tensor.bytes, COLUMNS["Tensor Size (Bytes)"][0])
        shape = " x ".join(map(str, tensor.shape)) or "scalar"
        cells.put(sheet, below, _PLACE["Notes"], f"{tensor.type}, {shape}").font = cells.font(color="6B7683")
        cells.fit_height(sheet, below, {_PLACE["Tensor Name"]: tensor.label})
        sheet.row_dimensions[below].outline_level = 1
    return values, last + 1


def _formulas(sheet: Worksheet, row: int, formulas: dict[str, _Formula], bold: bool) -> dict[str, float]:
    """Writes formulas by their titles, and returns the value of each by its cell."""
    values = {}
    for title, (formula, value) in formulas.items():
        cell = sheet.cell(row, _PLACE[title], formula)
        cell.number_format, cell.alignment, cell.font = COLUMNS[title][0], cells.NUMBER, cells.font(bold=bold)
        values[cell.coordinate] = value
    return values


def _figures(model: PipelineModel, results: Results) -> Iterator[tuple[str, object]]:
    accuracy, size = model.accuracy, model.size
    yield "Quantization", model.scheme
    yield "Accuracy (%)", accuracy.accuracy_pct
    yield "Number of Weights", size.weights
    yield "Weights Size (KB)", size.weight_bytes / 1000
    yield "Model", model.name
    yield "Accuracy 95 % Low (%)", accuracy.low_pct
    yield "Accuracy 95 % High (%)", accuracy.high_pct
    yield "Balanced Accuracy (%)", accuracy.balanced_pct
    yield "Test Items", accuracy.items
    yield "Test Groups", model.test.groups
    yield "Packed Weights (Bytes)", size.packed_bytes
    yield "Scales and Zero Points (Bytes)", size.scale_bytes
    yield "File as Converted (Bytes)", model.deployment.converted_bytes
    yield "File Size (Bytes)", size.file_bytes
    yield "TFLM Arena (Bytes)", model.tflm.arena_bytes
    yield "TFLM Activations (Bytes)", model.tflm.activation_bytes
    yield from _firmware(model)
    yield "Peak of Live Tensors (Bytes)", model.memory.peak_bytes
    yield "Peak at Operator", structure_sheets.peak(model)
    yield "Deployable", "yes" if model.tflm.deployable else "no"


def _firmware(model: PipelineModel) -> Iterator[tuple[str, object]]:
    code = model.firmware
    yield "C Flash (Bytes)", code and code.flash_bytes
    yield "C RAM (Bytes)", code and code.ram_bytes
    yield "C Stack (Bytes)", code and code.stack_bytes
    if code:
        yield "Instructions - Avg Inference", code.instructions
        yield "Assumed Clock (MHz)", timing.CLOCK_MHZ
        yield "Assumed Cycles per Instruction", timing.CYCLES_PER_INSTRUCTION


# --- Confusion ------------------------------------------------------------------------------


def _confusion(sheet: Worksheet, results: Results) -> None:
    count = len(results.classes)
    width = max(count + 3, 8)
    sheet.column_dimensions["A"].width = 26
    for column in range(2, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = max(13, *(len(name) + 3 for name in results.classes))
    cells.banner(sheet, 1, width, results)
    sheet.freeze_panes = "B2"
    row = 3
    for model in results.models:
        accuracy = model.accuracy
        title = f"{model.name}: {accuracy.correct:,} of {accuracy.items:,} right, counted on {accuracy.runtime}"
        cells.merged(sheet, row, width, title, cells.SECTION)
        predicted = [f"predicted {name}" for name in results.classes]
        cells.header(sheet, row + 1, ["True class (items)", *predicted, "Items", "Recall (%)"])
        sheet.row_dimensions[row + 1].height = 32
        top = row + 2
        for below, (name, line, recall) in enumerate(
            zip(results.classes, accuracy.confusion, accuracy.recall_pct, strict=True), start=top
        ):
            cells.put(sheet, below, 1, name)
            for column, items in enumerate(line, start=2):
                cells.put(sheet, below, column, items, "#,##0")
            cells.put(sheet, below, count + 2, sum(line), "#,##0")
            cells.put(sheet, below, count + 3, recall, "0.00")
        matrix = f"B{top}:{get_column_letter(count + 1)}{top + count - 1}"
        rule = ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="7FB3E6")
        sheet.conditional_formatting.add(matrix, rule)
        row = top + count + 1


_PACKAGES = ("ai-edge-litert", "keras", "numpy", "openpyxl", "tensorflow", "tflite-micro")
COMMIT = (
    "Not named: this file is part of the commit, whose hash depends on it; the checksums below say which models and "
    "data it speaks of."
)


# --- Provenance -----------------------------------------------------------------------------


def _provenance(sheet: Worksheet, results: Results, checksums: Mapping[str, str]) -> None:
    titles = ["Model", "File", "File Size (Bytes)", "Operators", "SHA-256"]
    for letter, width in zip("ABCDE", (26, 34, 18, 60, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    cells.banner(sheet, 1, len(titles), results)
    row = 3
    for name, value in _facts(results):
        cells.put(sheet, row, 1, name).font = cells.font(bold=True)
        cell = cells.put(sheet, row, 2, value)
        cell.alignment = cells.TEXT
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(titles))
        row += 1
    row += 1
    cells.header(sheet, row, titles)
    for below, model in enumerate(results.models, start=row + 1):
        counted = {**model.operators.builtin, **model.operators.select, **model.operators.custom}
        cells.put(sheet, below, 1, model.name)
        cells.put(sheet, below, 2, model.file)
        cells.put(sheet, below, 3, model.size.file_bytes, "#,##0")
        operators = ", ".join(f"{name} x {times}" for name, times in sorted(counted.items()))
        cells.put(sheet, below, 4, operators)
        cells.fit_height(sheet, below, {4: operators})
        cells.put(sheet, below, 5, model.sha256).font = cells.CHECKSUM
    cells.checksums(sheet, row + len(results.models) + 2, checksums)


def _facts(results: Results) -> Iterator[tuple[str, object]]:
    provenance, headline = results.provenance, results.headline
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
    yield "Instructions and time", timing.COUNTED
    yield "Written with", ", ".join(f"{name} {number}" for name, number in digests.of_packages(_PACKAGES).items())
    yield "Commit", COMMIT
    yield "KB", "1,000 bytes"
    reference = wording.published(headline, results)
    if reference:
        yield "Published for comparison", f"{reference}, on another split; from {published.source()}"
