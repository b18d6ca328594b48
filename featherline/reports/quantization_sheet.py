"""The sheet `Quantization` of a workbook: what each scheme costs and gains, then where it loses."""

from collections.abc import Iterator
from itertools import groupby

from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from featherline.records.model import PipelineModel
from featherline.reports import cells, wording
from featherline.reports.results import Results

# Title -> (number format, width in characters).
COLUMNS = {
    "Model": ("@", 27),
    "Accuracy (%)": ("0.00", 11),
    "Accuracy 95 % Low (%)": ("0.00", 16),
    "Accuracy 95 % High (%)": ("0.00", 12),
    "Balanced Accuracy (%)": ("0.00", 12),
    "Against none (Points)": ("+0.00;-0.00;0.00", 11),
    "Lost Items": ("#,##0", 9),
    "Won Items": ("#,##0", 9),
    "McNemar p": ("0.0000", 10),
    "Number of Weights": ("#,##0", 11),
    "Weights Size (Bytes)": ("#,##0", 11),
    "Packed Weights (Bytes)": ("#,##0", 11),
    "Scales and Zero Points (Bytes)": ("#,##0", 13),
    "File as Converted (Bytes)": ("#,##0", 12),
    "File Size (Bytes)": ("#,##0", 11),
    "Kernels as INT4": ("@", 11),
    "File with Look-up Tables (Bytes)": ("#,##0", 15),
    "TFLM Arena (Bytes)": ("#,##0", 12),
    "TFLM Activations (Bytes)": ("#,##0", 13),
    "TFLM Bookkeeping, Host (Bytes)": ("#,##0", 15),
    "Items Equal on LiteRT": ("#,##0", 12),
    "Deployable": ("@", 12),
    "Worst Layers": ("@", 48),
    "Notes": ("@", 64),
}
_PLACE = {title: number for number, title in enumerate(COLUMNS, start=1)}


def fill(sheet: Worksheet, results: Results) -> None:
    """Fills the sheet; the header is row 1, so that `pandas.read_excel` reads it as it is."""
    cells.table(sheet, COLUMNS, results)
    cells.explained(sheet, 3, len(COLUMNS), [wording.QUANTIZATION, wording.RATIO])
    row = 4
    for variant, models in groupby(results.models, key=lambda model: model.variant):
        cells.merged(sheet, row, len(COLUMNS), f"{variant.capitalize()} network", cells.SECTION)
        row += 1
        for model in models:
            for title, value in _figures(model, results):
                cell = cells.put(sheet, row, _PLACE[title], value, COLUMNS[title][0])
                cell.font = cells.font(bold=title == "Model" or model is results.headline)
            cells.fit_height(sheet, row, {_PLACE[title]: str(sheet.cell(row, _PLACE[title]).value) for title in _TEXTS})
            row += 1
    for variant, models in groupby(results.models, key=lambda model: model.variant):
        row = _ratios(sheet, row + 1, variant, [*models])


_TEXTS = ("Worst Layers", "Notes")


def _figures(model: PipelineModel, results: Results) -> Iterator[tuple[str, object]]:
    accuracy, size, deployment, tflm = model.accuracy, model.size, model.deployment, model.tflm
    yield "Model", model.name
    yield "Accuracy (%)", accuracy.accuracy_pct
    yield "Accuracy 95 % Low (%)", accuracy.low_pct
    yield "Accuracy 95 % High (%)", accuracy.high_pct
    yield "Balanced Accuracy (%)", accuracy.balanced_pct
    yield "Against none (Points)", wording.points(model, results)
    if model.mcnemar:
        yield "Lost Items", model.mcnemar.lost_items
        yield "Won Items", model.mcnemar.won_items
        yield "McNemar p", model.mcnemar.p_value
    yield "Number of Weights", size.weights
    yield "Weights Size (Bytes)", size.weight_bytes
    yield "Packed Weights (Bytes)", size.packed_bytes
    yield "Scales and Zero Points (Bytes)", size.scale_bytes
    yield "File as Converted (Bytes)", deployment.converted_bytes
    yield "File Size (Bytes)", size.file_bytes
    yield "Kernels as INT4", "yes" if deployment.packed else "no"
    yield "File with Look-up Tables (Bytes)", deployment.tables_bytes
    yield "TFLM Arena (Bytes)", tflm.arena_bytes
    yield "TFLM Activations (Bytes)", tflm.activation_bytes
    yield "TFLM Bookkeeping, Host (Bytes)", tflm.bookkeeping_bytes
    yield "Items Equal on LiteRT", model.litert.equal_output_items if model.litert else None
    yield "Deployable", "yes" if tflm.deployable else "no"
    yield "Worst Layers", wording.worst(model)
    tables = [] if deployment.tables_bytes else [f"look-up tables: {wording.tables(model)}"]
    yield "Notes", "; ".join([wording.deployable(model), *wording.remarks(model, results), *tables])


def _ratios(sheet: Worksheet, row: int, variant: str, models: list[PipelineModel]) -> int:
    """Signal-to-noise ratios of a variant, a layer a row and a scheme a column; returns the first row that is free."""
    noisy = [model for model in models if model.quantization_error.worst]
    if not noisy:
        return row
    items = noisy[0].quantization_error.items
    title = f"{variant.capitalize()} network: signal-to-noise ratio by layer in dB, {items:,} calibration items"
    cells.merged(sheet, row, len(COLUMNS), title, cells.SECTION)
    cells.header(sheet, row + 1, ["Layer", *(f"{model.scheme}\n(dB)" for model in noisy)])
    sheet.row_dimensions[row + 1].height = 32
    top = row + 2
    for below, layer in enumerate(noisy[0].quantization_error.layers, start=top):
        cells.put(sheet, below, 1, layer.label)
        for column, model in enumerate(noisy, start=2):
            cells.put(sheet, below, column, model.quantization_error.layers[layer.place].snr_db, "0.0")
    last = top + len(noisy[0].quantization_error.layers) - 1
    matrix = f"B{top}:{get_column_letter(len(noisy) + 1)}{last}"
    colours = {"start_color": "F4A582", "mid_color": "FFFFFF", "end_color": "92C5DE"}
    rule = ColorScaleRule(start_type="min", mid_type="percentile", mid_value=50, end_type="max", **colours)
    sheet.conditional_formatting.add(matrix, rule)
    return last + 1
