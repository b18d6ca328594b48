"""The sheet `Summary`: a row for each model, and a chart of accuracy against weight bytes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import floor

from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from featherline.reports import cells, structure_sheets, timing
from featherline.reports.results import Results

_TIME = f"Time (us) at {timing.ASSUMED}"
# Title -> (number format, width in characters, group).
_COLUMNS = {
    "Application": ("@", 18, ""),
    "Variant": ("@", 10, ""),
    "Model": ("@", 22, ""),
    "Recordings": ("@", 12, ""),
    "Accuracy (%)": ("0.00", 9, "Accuracy on the test split"),
    "Accuracy 95 % Low (%)": ("0.00", 9, "Accuracy on the test split"),
    "Accuracy 95 % High (%)": ("0.00", 9, "Accuracy on the test split"),
    "Balanced Accuracy (%)": ("0.00", 9, "Accuracy on the test split"),
    "Test Items": ("#,##0", 7, "Accuracy on the test split"),
    "Test Groups": ("#,##0", 8, "Accuracy on the test split"),
    "Weights Size (Bytes)": ("#,##0", 10, "Flash"),
    "File Size (Bytes)": ("#,##0", 10, "Flash"),
    "TFLM Arena (Bytes)": ("#,##0", 10, "RAM"),
    "Peak of Live Tensors (Bytes)": ("#,##0", 11, "RAM"),
    "Peak at Operator": ("@", 20, "RAM"),
    "MACs": ("#,##0", 11, "Time"),
    "Latency (us) - Avg Inference": ("#,##0.0", 12, "Time"),
    "Instructions - Avg Inference": ("#,##0", 12, "Time"),
    _TIME: ("#,##0.0", 13, "Time"),
    "Deployable": ("@", 11, ""),
}
COLUMNS = {title: (number_format, width) for title, (number_format, width, _) in _COLUMNS.items()}
# What the banner says of all rows.
_IN_BANNER = ("Application", "Recordings")
_BARS = ("Weights Size (Bytes)", "File Size (Bytes)", "TFLM Arena (Bytes)", "Peak of Live Tensors (Bytes)")
_COLOURS = ("1F77B4", "E07B00", "2CA02C", "B02A6F", "7A5BC0", "8C6D31", "17A2B8", "6B7683")
_SYMBOLS = ("circle", "diamond", "square", "triangle")


def rows(results: Results, macs: Sequence[cells.Formula | None] | None = None) -> list[dict[str, object]]:
    """What the sheet says of each model of an application.

    Args:
        results: of the application.
        macs: of each model as a formula; None for plain numbers.
    """
    return [
        {
            "Application": results.title,
            "Variant": model.variant,
            "Model": model.name,
            "Recordings": "simulated" if results.simulated else "real",
            "Accuracy (%)": model.accuracy.accuracy_pct,
            "Accuracy 95 % Low (%)": model.accuracy.low_pct,
            "Accuracy 95 % High (%)": model.accuracy.high_pct,
            "Balanced Accuracy (%)": model.accuracy.balanced_pct,
            "Test Items": model.accuracy.items,
            "Test Groups": model.test.groups,
            "Weights Size (Bytes)": model.size.weight_bytes,
            "File Size (Bytes)": model.size.file_bytes,
            "TFLM Arena (Bytes)": model.tflm.arena_bytes,
            "Peak of Live Tensors (Bytes)": model.memory.peak_bytes,
            "Peak at Operator": structure_sheets.peak(model),
            "MACs": model.macs if macs is None else macs[number],
            "Instructions - Avg Inference": model.firmware and model.firmware.instructions,
            _TIME: model.firmware and timing.time_us(model.firmware.instructions),
            "Deployable": "yes" if model.tflm.deployable else "no",
        }
        for number, model in enumerate(results.models)
    ]


def fill(
    sheet: Worksheet, models: Sequence[Mapping[str, object]], series: str, results: Results | None
) -> dict[str, float]:
    """Writes the rows, groups of columns below the header in row 1, and the chart below them.

    Args:
        sheet: still empty.
        models: for each a value by title; one that is a pair is a formula and its value. Columns that no model has a
            value for are left out of the sheet.
        series: the title by which neighbouring rows make a series of the chart.
        results: what the banner speaks of; None for no banner.

    Returns:
        The value of each formula by its cell.
    """
    left_out = _IN_BANNER if results else ()
    columns = {
        title: form
        for title, form in COLUMNS.items()
        if title not in left_out and any(model.get(title) is not None for model in models)
    }
    place = {title: number for number, title in enumerate(columns, start=1)}
    top = cells.table(sheet, columns, results, [_COLUMNS[title][2] for title in columns])
    values: dict[str, float] = {}
    for row, model in enumerate(models, start=top):
        bold = results is not None and model["Model"] == results.headline.name
        values |= cells.row(sheet, row, columns, model, bold)
    last = top + len(models) - 1
    for title in _BARS:
        if title in place:
            cells.bars(sheet, place[title], top, last)
    if "Accuracy (%)" in place:
        chart = _chart(sheet, models, series, place, top)
        sheet.add_chart(chart, f"A{last + 3}")
    return values


def _chart(
    sheet: Worksheet, models: Sequence[Mapping[str, object]], series: str, place: Mapping[str, int], top: int
) -> ScatterChart:
    chart = ScatterChart()
    chart.style, chart.scatterStyle, chart.width, chart.height = 2, "lineMarker", 26, 13
    chart.title = "Test accuracy against weight bytes"
    chart.x_axis.title, chart.y_axis.title = "Weights (bytes, logarithmic)", "Accuracy (%)"
    # openpyxl leaves out the axes of a chart otherwise.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.number_format, chart.y_axis.number_format = "#,##0", "0"
    counted = [model for model in models if model.get("Accuracy (%)") is not None and model["Weights Size (Bytes)"]]
    if counted:
        sizes = [size for model in counted if isinstance(size := model["Weights Size (Bytes)"], int)]
        shares = [share for model in counted if isinstance(share := model["Accuracy (%)"], int | float)]
        chart.x_axis.scaling.logBase = 10
        # Sizes are whole bytes: digits tell the power of ten, a logarithm might differ in its last bit.
        chart.x_axis.scaling.min = 10 ** (len(str(min(sizes))) - 1)
        chart.x_axis.scaling.max = 10 ** len(str(max(sizes)))
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = max(0, 5 * floor((min(shares) - 1) / 5)), 100
        chart.y_axis.crosses = chart.x_axis.crosses = "min"
    chart.legend.position = "r"
    for number, (name, first, last) in enumerate(_runs(models, series, top)):
        x, y = (
            Reference(sheet, min_col=place[title], min_row=first, max_row=last)
            for title in ("Weights Size (Bytes)", "Accuracy (%)")
        )
        curve = Series(y, x, title=name)
        colour = _COLOURS[number % len(_COLOURS)]
        curve.marker.symbol, curve.marker.size = _SYMBOLS[number % len(_SYMBOLS)], 8
        curve.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
        curve.marker.graphicalProperties.line = LineProperties(solidFill=colour)
        curve.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        chart.series.append(curve)
    return chart


def _runs(models: Sequence[Mapping[str, object]], series: str, top: int) -> Iterator[tuple[str, int, int]]:
    """Neighbouring rows that belong together, those without an accuracy or without weights left out."""
    numbered = [
        (row, model)
        for row, model in enumerate(models, start=top)
        if model.get("Accuracy (%)") is not None and model["Weights Size (Bytes)"]
    ]
    # A run ends where a row is missing too: the number of a row less its place among them is then another.
    places = [(row - place, str(model[series]), row) for place, (row, model) in enumerate(numbered)]
    for (_, name), members in groupby(places, key=lambda model: model[:2]):
        of_run = [row for *_, row in members]
        yield name, of_run[0], of_run[-1]
