"""The workbook of the command `benchmark`: models side by side, inside and out; and one over all applications."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from featherline.records.base import plain
from featherline.records.single_model import SingleModel
from featherline.reports import cells, latency_sheet, structure_sheets, summary_sheet, xlsx
from featherline.reports.results import Results


def render(models: Sequence[SingleModel]) -> bytes:
    """What the command `benchmark` found, as the content of an .xlsx file.

    Sheets: `Summary` with a chart where there is accuracy, `Latency` where LiteRT ran a model, `Layers`, `Tensors`,
    `Boards` and `Provenance`; the header of each is row 1.

    Args:
        models: the records of one model or more.
    """
    workbook = _new("Benchmark of models")
    summary = workbook.active
    timed = [({"Model": model.name}, plain(model.latency)) for model in models if model.latency]
    latency = workbook.create_sheet("Latency") if timed else None
    inside = [(model.name, model) for model in models]
    operators = structure_sheets.layers(workbook.create_sheet("Layers"), inside, None)
    structure_sheets.tensors(workbook.create_sheet("Tensors"), inside, None)
    structure_sheets.boards(workbook.create_sheet("Boards"), inside, None)
    rows = [_row(model, of_operators) for model, of_operators in zip(models, operators, strict=True)]
    values = summary_sheet.fill(summary, rows, "Model", None)
    if latency:
        latency_sheet.fill(latency, timed)
    _provenance(workbook.create_sheet("Provenance"), models)
    cells.print_legibly(workbook)
    return xlsx.content(workbook, {"Summary": values})


def write_summary(all_results: Sequence[Results], path: Path) -> None:
    """Writes one sheet over the models of all applications, with a chart; whole or not at all."""
    workbook = _new("All models")
    rows = [row for results in all_results for row in summary_sheet.rows(results)]
    summary_sheet.fill(workbook.active, rows, "Application", None)
    if any(results.simulated for results in all_results):
        workbook.active.sheet_properties.tabColor = "E07B00"
    cells.print_legibly(workbook)
    xlsx.save(workbook, path, {})


def _new(title: str) -> Workbook:
    workbook = Workbook()
    workbook.properties.creator, workbook.properties.title = "Featherline", title
    workbook.active.title = "Summary"
    return workbook


def _row(model: SingleModel, of_operators: str) -> dict[str, object]:
    accuracy = model.accuracy
    return {
        "Model": model.name,
        "Accuracy (%)": accuracy and accuracy.accuracy_pct,
        "Accuracy 95 % Low (%)": accuracy and accuracy.low_pct,
        "Accuracy 95 % High (%)": accuracy and accuracy.high_pct,
        "Test Items": accuracy and accuracy.items,
        "Weights Size (Bytes)": model.size.weight_bytes,
        "File Size (Bytes)": model.size.file_bytes,
        "TFLM Arena (Bytes)": model.tflm.arena_bytes,
        "Peak of Live Tensors (Bytes)": model.memory.peak_bytes,
        "Peak at Operator": structure_sheets.peak(model),
        "MACs": None if model.macs is None else (f"=SUM(Layers!{of_operators})", model.macs),
        "Latency (us) - Avg Inference": model.latency and model.latency.average_us,
        "Deployable": "yes" if model.tflm.deployable else "no",
    }


def _provenance(sheet: Worksheet, models: Sequence[SingleModel]) -> None:
    columns = {
        "Model": ("@", 27),
        "File": ("@", 50),
        "SHA-256": ("@", 70),
        "Machine": ("@", 44),
        "Versions": ("@", 50),
        "TFLM": ("@", 60),
        "LiteRT": ("@", 60),
    }
    top = cells.table(sheet, columns, None)
    for row, model in enumerate(models, start=top):
        machine = model.machine
        texts = (
            model.name,
            model.file,
            model.sha256,
            f"{machine.processor}, {machine.cores} cores, {machine.system}",
            ", ".join(f"{package} {number}" for package, number in sorted(model.versions.items())),
            model.tflm.reason or "runs",
            model.litert.reason or "runs",
        )
        for column, text in enumerate(texts, start=1):
            cells.put(sheet, row, column, text)
        sheet.cell(row, 3).font = cells.CHECKSUM
        cells.fit_height(sheet, row, {column: text for column, text in enumerate(texts, start=1) if column != 3})
