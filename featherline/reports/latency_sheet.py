"""The sheet `Latency`: how long LiteRT takes on the host, under the titles of the published workbooks."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from featherline.reports import cells, xlsx

_NAMES = {"Application": ("@", 20), "Model": ("@", 27), "Quantization": ("@", 16)}
_FIGURES = {
    "initialisation_us": "Latency (us) - Init",
    "first_inference_us": "Latency (us) - 1st Inference",
    "warmup_average_us": "Latency (us) - Avg Warmup",
    "average_us": "Latency (us) - Avg Inference",
    "std_us": "Latency (us) - Std",
    "min_us": "Latency (us) - Min",
    "p50_us": "Latency (us) - p50",
    "p90_us": "Latency (us) - p90",
    "p99_us": "Latency (us) - p99",
}
_SETTINGS = {
    "runs": ("Runs", "#,##0"),
    "warmup_runs": ("Warm-up Runs", "#,##0"),
    "threads": ("Threads", "0"),
}


class HostLatency(TypedDict):
    """What the command `latency` measured.

    Attributes:
        machine: facts of the host, as of `machine.host`.
        runs, warmup_runs, threads: how it was measured.
        models: application -> model -> figures as of `litert.Latency`.
    """

    machine: Mapping[str, str | int]
    runs: int
    warmup_runs: int
    threads: int
    models: Mapping[str, Mapping[str, Mapping[str, float]]]


def fill(sheet: Worksheet, models: Sequence[tuple[Mapping[str, str], Mapping[str, object]]]) -> None:
    """Writes a row for each model; the header is row 1.

    Args:
        sheet: still empty.
        models: what names each model, by `Application`, `Model` or `Quantization`, the same titles for all; and its
            figures as of `litert.Latency`, with runs, warmup_runs and threads.
    """
    named = list(models[0][0])
    columns = {title: _NAMES[title] for title in named}
    columns |= dict.fromkeys(_FIGURES.values(), ("#,##0.0", 13))
    columns |= {title: (number_format, 9) for title, number_format in _SETTINGS.values()}
    top = cells.table(sheet, columns, None)
    for row, (names, latency) in enumerate(models, start=top):
        values = [*(names[title] for title in named), *(latency[key] for key in (*_FIGURES, *_SETTINGS))]
        for column, (value, (number_format, _)) in enumerate(zip(values, columns.values(), strict=True), start=1):
            cells.put(sheet, row, column, value, number_format)


def content(measured: HostLatency) -> bytes:
    """What the command `latency` measured, as the content of a workbook.

    Sheets: `Latency` and `Machine`.
    """
    workbook = Workbook()
    workbook.properties.creator, workbook.properties.title = "Featherline", "Latency on the host"
    workbook.active.title = "Latency"
    settings = {
        "runs": measured["runs"],
        "warmup_runs": measured["warmup_runs"],
        "threads": measured["threads"],
    }
    rows = [
        ({"Application": app, "Model": name, "Quantization": name.partition("-")[2]}, {**figures, **settings})
        for app, models in measured["models"].items()
        for name, figures in models.items()
    ]
    fill(workbook.active, rows)
    sheet = workbook.create_sheet("Machine")
    top = cells.table(sheet, {"What": ("@", 20), "Value": ("@", 70)}, None)
    for row, (fact, value) in enumerate(measured["machine"].items(), start=top):
        cells.put(sheet, row, 1, fact)
        cells.put(sheet, row, 2, value)
    cells.print_legibly(workbook)
    return xlsx.content(workbook, {})
