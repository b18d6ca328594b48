"""The workbook of the command `benchmark`: models side by side, inside and out; and one over all applications."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from featherline.reports import anatomy_sheets, cells, latency_sheet, summary_sheet, xlsx
from featherline.reports.anatomy import Anatomy
from featherline.reports.results import Results


def render(records: list[dict]) -> bytes:
    """What the command `benchmark` found, as the content of an .xlsx file.

    Sheets: `Summary` with a chart where there is accuracy, `Latency` where LiteRT ran a model, `Layers`, `Tensors`,
    `Boards` and `Provenance`; the header of each is row 1.

    Args:
        records: as of `featherline.evaluation.record.build`.
    """
    workbook = _new("Benchmark of models")
    summary = workbook.active
    timed = [({"Model": one["name"]}, one["latency"]) for one in records if one["latency"]]
    latency = workbook.create_sheet("Latency") if timed else None
    inside = [(one["name"], Anatomy.model_validate(one)) for one in records]
    operators = anatomy_sheets.layers(workbook.create_sheet("Layers"), inside, None)
    anatomy_sheets.tensors(workbook.create_sheet("Tensors"), inside, None)
    anatomy_sheets.boards(workbook.create_sheet("Boards"), inside, None)
    rows = [
        _row(record, model, of_operators)
        for record, (_, model), of_operators in zip(records, inside, operators, strict=True)
    ]
    values = summary_sheet.fill(summary, rows, "Model", None)
    if latency:
        latency_sheet.fill(latency, timed)
    _provenance(workbook.create_sheet("Provenance"), records)
    cells.print_wide(workbook)
    return xlsx.content(workbook, {"Summary": values})


def write_summary(all_results: Sequence[Results], path: Path) -> None:
    """Writes one sheet over the models of all applications, with a chart; whole or not at all."""
    workbook = _new("All models")
    rows = [row for results in all_results for row in summary_sheet.rows(results)]
    summary_sheet.fill(workbook.active, rows, "Application", None)
    if any(results.simulated for results in all_results):
        workbook.active.sheet_properties.tabColor = "E07B00"
    cells.print_wide(workbook)
    xlsx.save(workbook, path, {})


def _new(title: str) -> Workbook:
    workbook = Workbook()
    workbook.properties.creator, workbook.properties.title = "Featherline", title
    workbook.active.title = "Summary"
    return workbook


def _row(record: dict, model: Anatomy, of_operators: str) -> dict[str, object]:
    accuracy, latency = record["accuracy"] or {}, record["latency"] or {}
    return {
        "Model": record["name"],
        "Accuracy (%)": accuracy.get("accuracy_pct"),
        "Accuracy 95 % Low (%)": accuracy.get("low_pct"),
        "Accuracy 95 % High (%)": accuracy.get("high_pct"),
        "Test Items": accuracy.get("items"),
        "Weights Size (Bytes)": record["size"]["weight_bytes"],
        "File Size (Bytes)": record["size"]["file_bytes"],
        "TFLM Arena (Bytes)": record["tflm"]["arena_bytes"],
        "Peak of Live Tensors (Bytes)": model.memory.peak_bytes,
        "Peak at Operator": anatomy_sheets.peak(model),
        "MACs": None if model.macs is None else (f"=SUM(Layers!{of_operators})", model.macs),
        "Latency (us) - Avg Inference": latency.get("average_us"),
        "Deployable": "yes" if record["tflm"]["deployable"] else "no",
    }


def _provenance(sheet: Worksheet, records: list[dict]) -> None:
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
    for row, record in enumerate(records, start=top):
        machine = record["machine"]
        texts = (
            record["name"],
            record["file"],
            record["sha256"],
            f"{machine['processor']}, {machine['cores']} cores, {machine['system']}",
            ", ".join(f"{package} {one}" for package, one in sorted(record["versions"].items())),
            record["tflm"]["reason"] or "runs",
            record["litert"]["reason"] or "runs",
        )
        for column, text in enumerate(texts, start=1):
            cells.put(sheet, row, column, text)
        sheet.cell(row, 3).font = cells.CHECKSUM
        cells.fit_height(sheet, row, {column: text for column, text in enumerate(texts, start=1) if column != 3})
