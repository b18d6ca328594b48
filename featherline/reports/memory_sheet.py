"""The sheet `Memory`: what each model takes of flash and of RAM, as a file, on TensorFlow Lite Micro and in C."""

from collections.abc import Iterator, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from featherline.records.model import PipelineModel
from featherline.reports import cells, structure_sheets
from featherline.reports.results import Results

# Title -> (number format, width in characters, group).
_COLUMNS = {
    "Model": ("@", 24, ""),
    "Deployable": ("@", 12, ""),
    "Packed Weights (Bytes)": ("#,##0", 10, "Flash"),
    "Scales and Zero Points (Bytes)": ("#,##0", 11, "Flash"),
    "File as Converted (Bytes)": ("#,##0", 11, "Flash"),
    "File Size (Bytes)": ("#,##0", 10, "Flash"),
    "TFLM Arena (Bytes)": ("#,##0", 10, "RAM"),
    "TFLM Activations (Bytes)": ("#,##0", 11, "RAM"),
    "Peak of Live Tensors (Bytes)": ("#,##0", 12, "RAM"),
    "Peak at Operator": ("@", 22, "RAM"),
    "Sum of All Tensors (Bytes)": ("#,##0", 11, "RAM"),
    "C Flash (Bytes)": ("#,##0", 9, "As C on a Cortex-M4"),
    "C RAM (Bytes)": ("#,##0", 9, "As C on a Cortex-M4"),
    "C Stack (Bytes)": ("#,##0", 9, "As C on a Cortex-M4"),
    "MACs": ("#,##0", 12, ""),
}
COLUMNS = {title: (number_format, width) for title, (number_format, width, _) in _COLUMNS.items()}
_BARS = ("File Size (Bytes)", "TFLM Arena (Bytes)", "Peak of Live Tensors (Bytes)")


def fill(
    sheet: Worksheet, results: Results, tensor_bytes: Sequence[cells.Formula], macs: Sequence[cells.Formula | None]
) -> dict[str, float]:
    """Writes a row for each model; the header is row 1, groups of columns stand below it.

    Args:
        sheet: still empty.
        results: of the application.
        tensor_bytes: for each model, the sum of the bytes of all its tensors.
        macs: for each model; None where they are not known.

    Returns:
        The value of each formula by its cell.
    """
    top = cells.table(sheet, COLUMNS, results, [group for *_, group in _COLUMNS.values()])
    values: dict[str, float] = {}
    sums = zip(results.models, tensor_bytes, macs, strict=True)
    for row, (model, of_tensors, of_operators) in enumerate(sums, start=top):
        figures = dict(_figures(model)) | {"Sum of All Tensors (Bytes)": of_tensors, "MACs": of_operators}
        values |= cells.row(sheet, row, COLUMNS, figures, bold=model is results.headline)
    place = {title: number for number, title in enumerate(COLUMNS, start=1)}
    for title in _BARS:
        cells.bars(sheet, place[title], top, top + len(results.models) - 1)
    return values


def _figures(model: PipelineModel) -> Iterator[tuple[str, object]]:
    size, code = model.size, model.firmware
    yield "Model", model.name
    yield "Deployable", "yes" if model.tflm.deployable else "no"
    yield "Packed Weights (Bytes)", size.packed_bytes
    yield "Scales and Zero Points (Bytes)", size.scale_bytes
    yield "File as Converted (Bytes)", model.deployment.converted_bytes
    yield "File Size (Bytes)", size.file_bytes
    yield "TFLM Arena (Bytes)", model.tflm.arena_bytes
    yield "TFLM Activations (Bytes)", model.tflm.activation_bytes
    yield "Peak of Live Tensors (Bytes)", model.memory.peak_bytes
    yield "Peak at Operator", structure_sheets.peak(model)
    yield "C Flash (Bytes)", code and code.flash_bytes
    yield "C RAM (Bytes)", code and code.ram_bytes
    yield "C Stack (Bytes)", code and code.stack_bytes
