"""The results table in Markdown, as the README embeds it: what a model scores, weighs and needs."""

from collections.abc import Sequence

from featherline.reports import wording
from featherline.reports.results import Model, Results

_COLUMNS = {
    "Application": ":--",
    "Model": ":--",
    "Accuracy %, 95 % interval": "--:",
    "Test split": ":--",
    "Balanced %": "--:",
    "Weights": "--:",
    "Weight bytes": "--:",
    "File bytes": "--:",
    "TFLM arena bytes": "--:",
    "Deployable": ":--",
    "Published (real recordings, other split)": ":--",
}


def results_table(all_results: Sequence[Results]) -> str:
    """The original float model and the headline model of every application.

    Simulated and real recordings never share a table. Above each table a sentence says which they
    are, and a list the provenance of each application.

    Returns:
        Markdown with a final newline.
    """
    real = [results for results in all_results if not results.simulated]
    simulated = [results for results in all_results if results.simulated]
    said = [(wording.REAL, real), (wording.SIMULATED, simulated)]
    return "\n".join(f"{sentence}\n\n{_provenance(some)}\n{_table(some)}" for sentence, some in said if some)


def _provenance(all_results: Sequence[Results]) -> str:
    return "".join(f"- {results.title}: {wording.provenance(results)}\n" for results in all_results)


def _table(all_results: Sequence[Results]) -> str:
    rows = [list(_COLUMNS), list(_COLUMNS.values())]
    for results in all_results:
        shown = [model for model in results.models if model.name in ("original-none", results.headline.name)]
        rows += [[_escaped(cell) for cell in _row(model, results)] for model in shown]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(model: Model, results: Results) -> list[str]:
    accuracy, size = model.accuracy, model.size
    arena_bytes = model.tflm.arena_bytes
    return [
        results.title,
        model.name,
        f"{accuracy.accuracy_pct:.2f} [{accuracy.low_pct:.2f}, {accuracy.high_pct:.2f}]",
        f"{accuracy.items:,} items, {model.test.groups:,} groups, {wording.protocol(model)}",
        f"{accuracy.balanced_pct:.2f}",
        f"{size.weights:,}",
        f"{size.weight_bytes:,}",
        f"{size.file_bytes:,}",
        "" if arena_bytes is None else f"{arena_bytes:,}",
        wording.deployable(model).replace("not deployable", "no").replace("deployable", "yes"),
        wording.published(model, results) or "",
    ]


def _escaped(cell: str) -> str:
    return " ".join(cell.split()).replace("|", r"\|")
