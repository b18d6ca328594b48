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
    memory_sheet,
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
# Title -> (number format, width in characters). The columns are those of the published workbooks, in their order and
# under their names, but for the second to the fifth: latency on some host is no property of a model. What else there
# is to say stands on further sheets, so that this one prints legibly on one page's width.
COLUMNS = {
    "Quantization": ("@", 14),
    "Instructions - Avg Inference": ("#,##0", 13),
    "Assumed Clock (MHz)": ("0", 9),
    "Assumed Cycles per Instruction": ("0.0", 12),
    _TIME: ("#,##0.0", 10),
    "Accuracy (%)": ("0.00", 10),
    "Number of Weights": ("#,##0", 9),
    "Weights Size (KB)": ("#,##0.000", 9),
    "Dynamic Tensors Memory Allocation (KB)": ("#,##0.000", 11),
    "Tensor Name": ("@", 25),
    "Tensor Size (Bytes)": ("#,##0", 9),
    "Notes": ("@", 25),
}
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
}
_BAR = "Weights Size (KB)"
_SUM = "Dynamic Tensors Memory Allocation (KB)"


def write(results: Results, path: Path, checksums: Mapping[str, str] | None = None) -> None:
    """Writes the workbook of one application, whole or not at all.

    Sheets: `Benchmark` (the header is row 1, so that `pandas.read_excel` reads it as it is; groups of columns stand
    below it), `Summary`, `Memory`, `Layers`, `Tensors`, `Boards`, `Confusion`, `Quantization`, `Search` and
    `Provenance`. Each says where the recordings come from, in its first rows.

    Args:
        results: of the application.
        path: where it goes.
        checksums: file -> SHA-256 of what the models were made from, for `Provenance`.
    """
    workbook = Workbook()
    workbook.properties.creator = "Featherline"
    workbook.properties.title = f"{results.title} benchmark"
    benchmark, summary = workbook.active, workbook.create_sheet("Summary")
    memory = workbook.create_sheet("Memory")
    named = [(model.name, model) for model in results.models]
    operators = structure_sheets.layers(workbook.create_sheet("Layers"), named, results)
    tensors = structure_sheets.tensors(workbook.create_sheet("Tensors"), named, results)
    structure_sheets.boards(workbook.create_sheet("Boards"), named, results)
    macs = [
        None if model.macs is None else (f"=SUM(Layers!{of_operators})", model.macs)
        for model, of_operators in zip(results.models, operators, strict=True)
    ]
    tensor_bytes = [
        (f"=SUM(Tensors!{of_tensors})", model.memory.sum_tensor_bytes)
        for model, of_tensors in zip(results.models, tensors, strict=True)
    ]
    values = {
        "Benchmark": _benchmark(benchmark, results),
        "Summary": summary_sheet.fill(summary, summary_sheet.rows(results, macs), "Variant", results),
        "Memory": memory_sheet.fill(memory, results, tensor_bytes, macs),
    }
    _confusion(workbook.create_sheet("Confusion"), results)
    quantization_sheet.fill(workbook.create_sheet("Quantization"), results)
    search_sheet.fill(workbook.create_sheet("Search"), results)
    _provenance(workbook.create_sheet("Provenance"), results, checksums or {})
    cells.print_legibly(workbook)
    xlsx.save(workbook, path, values)


# --- Benchmark ------------------------------------------------------------------------------


def _benchmark(sheet: Worksheet, results: Results) -> dict[str, float]:
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
            calculated, row = _model_rows(sheet, row, model, results)
            values |= calculated
    cells.bars(sheet, _PLACE[_BAR], top, row - 1)
    return values


def _model_rows(sheet: Worksheet, row: int, model: PipelineModel, results: Results) -> tuple[dict[str, float], int]:
    """One row of figures, then one for each dynamic tensor.

    Returns:
        The value of each formula by its cell, and the first row that is free.
    """
    tensors = model.tensors_in_ram
    first, last = row + 1, row + len(tensors)
    verdict = "deployable" if model.tflm.deployable else f"not deployable: {wording.short_reason(model)}"
    notes = "; ".join([verdict, *wording.remarks(model, results), *wording.no_instructions(model)])
    for title, value in [*_figures(model), ("Notes", notes)]:
        cell = cells.put(sheet, row, _PLACE[title], value, COLUMNS[title][0])
        cell.font = cells.font(bold=title == "Quantization" or model is results.headline)
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


def _formulas(sheet: Worksheet, row: int, formulas: dict[str, cells.Formula], bold: bool) -> dict[str, float]:
    """Writes formulas by their titles, and returns the value of each by its cell."""
    values = {}
    for title, (formula, value) in formulas.items():
        cell = sheet.cell(row, _PLACE[title], formula)
        cell.number_format, cell.alignment, cell.font = COLUMNS[title][0], cells.NUMBER, cells.font(bold=bold)
        values[cell.coordinate] = value
    return values


def _figures(model: PipelineModel) -> Iterator[tuple[str, object]]:
    yield "Quantization", model.scheme
    yield "Accuracy (%)", model.accuracy.accuracy_pct
    yield "Number of Weights", model.size.weights
    yield "Weights Size (KB)", model.size.weight_bytes / 1000
    if model.firmware:
        yield "Instructions - Avg Inference", model.firmware.instructions
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
