"""The sheet `Search` of a workbook: the methods side by side, then every candidate that any of them trained."""

from collections.abc import Iterator
from math import isnan
from typing import TypedDict, cast

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from featherline.records.search import Costs
from featherline.reports import cells, wording
from featherline.reports.results import Results

# Title -> (number format, width in characters). The rows of methods and of candidates share the
# columns, so that a best candidate stands above all others of its figures.
COLUMNS = {
    "Method": ("@", 24),
    "Trained Candidates": ("#,##0", 12),
    "Stopped Candidates": ("#,##0", 12),
    "Hypervolume (0 to 1)": ("0.000", 14),
    "Candidate Number": ("0", 12),
    "Score": ("0.0000", 10),
    "Validation Accuracy (%)": ("0.00", 13),
    "At Full Length (%)": ("0.00", 11),
    "Epochs": ("#,##0", 9),
    "Number of Weights": ("#,##0", 11),
    "Weights Size (Bytes)": ("#,##0", 11),
    "Activations (Bytes)": ("#,##0", 13),
    "MACs": ("#,##0", 12),
    "Stopped Early": ("@", 10),
    "Conv Blocks": ("0", 9),
    "Dense Blocks": ("0", 9),
    "Pareto Front": ("@", 10),
    "Winner": ("@", 10),
    "Architecture (JSON)": ("@", 60),
}


class _Candidate(TypedDict):
    """A row of `BASELINE_COLUMNS`."""

    method: str
    number: int
    score: float
    validation_accuracy: float
    final_validation_accuracy: float
    epochs: int
    stopped: bool
    weights: int
    weight_bytes: int
    activation_bytes: int
    macs: int
    conv_blocks: int
    dense_blocks: int
    pareto: bool
    winner: bool
    architecture: str


_PLACE = {title: number for number, title in enumerate(COLUMNS, start=1)}


def fill(sheet: Worksheet, results: Results) -> None:
    """Fills the sheet; the header is row 1, so that `pandas.read_excel` reads it as it is.

    The winner of each method is bold.
    """
    cells.table(sheet, COLUMNS, results)
    paragraphs = [wording.comparison(results), wording.outcome(results.search), wording.HYPERVOLUME]
    cells.explained(sheet, 3, len(COLUMNS), paragraphs)

    row = 4
    for section, rows in _sections(results):
        cells.merged(sheet, row, len(COLUMNS), section, cells.SECTION)
        for below, figures in enumerate(rows, start=row + 1):
            for title, value in figures.items():
                cell = cells.put(sheet, below, _PLACE[title], value, COLUMNS[title][0])
                cell.font = cells.font(bold=figures.get("Winner") == "yes")
            # One line: wrapped, it would make every row several lines high.
            sheet.cell(below, _PLACE["Architecture (JSON)"]).alignment = Alignment(vertical="top")
        row += len(rows) + 1


def _sections(results: Results) -> Iterator[tuple[str, list[dict[str, object]]]]:
    yield "Each method and its best candidate", [*_methods(results)]
    trials = results.trials.assign(method=results.search.methods[0].method)
    for table in (trials, results.baselines):
        for method, candidates in table.groupby("method", sort=False):
            rows = cast(list[_Candidate], candidates.to_dict("records"))
            yield f"{str(method).capitalize()}: every trained candidate", [_candidate(row) for row in rows]


def _methods(results: Results) -> Iterator[dict[str, object]]:
    for method in results.search.methods:
        yield {
            "Method": method.method,
            "Trained Candidates": method.trained,
            "Stopped Candidates": method.stopped,
            "Hypervolume (0 to 1)": method.hypervolume,
            "Score": method.best.score,
            "Epochs": results.search.epochs,
            **_costs(method.best),
        }
    yield {"Method": "original, trained in full", **_costs(results.search.original)}


def _costs(network: Costs) -> dict[str, object]:
    return {
        "Validation Accuracy (%)": 100 * network.validation_accuracy,
        "Number of Weights": network.weights,
        "Weights Size (Bytes)": network.weight_bytes,
        "Activations (Bytes)": network.activation_bytes,
        "MACs": network.macs,
    }


def _percent(share: float) -> float | None:
    return None if isnan(share) else 100 * share


def _yes_or_no(answer: bool) -> str:
    return "yes" if answer else "no"


def _candidate(candidate: _Candidate) -> dict[str, object]:
    return {
        "Method": candidate["method"],
        "Candidate Number": candidate["number"],
        "Score": candidate["score"],
        "Validation Accuracy (%)": 100 * candidate["validation_accuracy"],
        "At Full Length (%)": _percent(candidate["final_validation_accuracy"]),
        "Epochs": candidate["epochs"],
        "Number of Weights": candidate["weights"],
        "Weights Size (Bytes)": candidate["weight_bytes"],
        "Activations (Bytes)": candidate["activation_bytes"],
        "MACs": candidate["macs"],
        "Stopped Early": _yes_or_no(candidate["stopped"]),
        "Conv Blocks": candidate["conv_blocks"],
        "Dense Blocks": candidate["dense_blocks"],
        "Pareto Front": _yes_or_no(candidate["pareto"]),
        "Winner": _yes_or_no(candidate["winner"]),
        "Architecture (JSON)": candidate["architecture"],
    }
