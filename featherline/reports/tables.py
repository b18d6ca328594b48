"""The results tables in Markdown, as the README embeds them.

One says what a model scores, weighs and needs, one how the search compares with its baselines.
"""

from collections.abc import Callable, Iterator, Sequence

from featherline.records.model import PipelineModel
from featherline.reports import wording
from featherline.reports.results import Results

_MODEL_COLUMNS = {
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
_QUANTIZATION_COLUMNS = {
    "Application": ":--",
    "Model": ":--",
    "Accuracy %, 95 % interval": "--:",
    "Balanced %": "--:",
    "Against none": ":--",
    "Weight bytes": "--:",
    "Packed bytes": "--:",
    "File bytes": "--:",
    "TFLM arena bytes": "--:",
    "Deployable": ":--",
}
_SEARCH_COLUMNS = {
    "Application": ":--",
    "Method": ":--",
    "Trained candidates": ":--",
    "Epochs each": "--:",
    "Best: validation accuracy %": "--:",
    "Weight bytes": "--:",
    "Activation bytes (TFLM arena head, calculated)": "--:",
    "MACs": "--:",
    "Score": "--:",
    "Hypervolume": "--:",
}


def results_table(all_results: Sequence[Results]) -> str:
    """The original float model and the headline model of every application, then all schemes of the reduced
    network, then the search and its baselines.

    Simulated and real recordings never share a table. Above the tables of each a sentence says which
    they are, and a list the provenance of each application; above those of the search another list
    says what was compared.

    Returns:
        Markdown with a final newline.
    """
    real = [results for results in all_results if not results.simulated]
    simulated = [results for results in all_results if results.simulated]
    kinds = [(wording.REAL, real), (wording.SIMULATED, simulated)]
    return "\n".join(
        f"{sentence}\n\n{_models(members)}\n{_quantizations(members)}\n{_searches(members)}"
        for sentence, members in kinds
        if members
    )


def _models(all_results: Sequence[Results]) -> str:
    return f"{_list(all_results, wording.provenance)}\n{_table(_MODEL_COLUMNS, _model_rows(all_results))}"


def _quantizations(all_results: Sequence[Results]) -> str:
    kind = "simulated" if all_results[0].simulated else "real"
    shared = (
        f"The reduced network under each scheme, on the test split of {kind} recordings; none is the unquantized one. "
        f"{wording.QUANTIZATION}"
    )
    return f"{shared}\n\n{_table(_QUANTIZATION_COLUMNS, _quantization_rows(all_results))}"


def _quantization_rows(all_results: Sequence[Results]) -> Iterator[list[str]]:
    for results in all_results:
        for model in results.models:
            if model.variant == "reduced":
                yield [
                    results.title,
                    model.name,
                    _interval(model),
                    f"{model.accuracy.balanced_pct:.2f}",
                    wording.compared(model),
                    f"{model.size.weight_bytes:,}",
                    f"{model.size.packed_bytes:,}",
                    f"{model.size.file_bytes:,}",
                    _arena(model),
                    "yes" if model.tflm.deployable else f"no: {wording.short_reason(model)}",
                ]


def _searches(all_results: Sequence[Results]) -> str:
    kind = "simulated" if all_results[0].simulated else "real"
    shared = (
        f"The search against its baselines, on the validation split of {kind} recordings alone: every candidate was "
        f"trained in the same way, for fewer epochs where stopped early. {wording.HYPERVOLUME}"
    )

    def sentence(results: Results) -> str:
        return f"{wording.rule(results.search)}. {wording.outcome(results.search)}"

    return f"{shared}\n\n{_list(all_results, sentence)}\n{_table(_SEARCH_COLUMNS, _search_rows(all_results))}"


def _list(all_results: Sequence[Results], sentence: Callable[[Results], str]) -> str:
    return "".join(f"- {results.title}: {sentence(results)}\n" for results in all_results)


def _table(columns: dict[str, str], cells: Iterator[list[str]]) -> str:
    rows = [list(columns), list(columns.values()), *([_escaped(cell) for cell in row] for row in cells)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _search_rows(all_results: Sequence[Results]) -> Iterator[list[str]]:
    for results in all_results:
        for method in results.search.methods:
            best = method.best
            yield [
                results.title,
                method.method,
                wording.trained(method),
                f"{results.search.epochs:,}",
                f"{100 * best.validation_accuracy:.2f}",
                f"{best.weight_bytes:,}",
                f"{best.activation_bytes:,}",
                f"{best.macs:,}",
                f"{best.score:.4f}",
                f"{method.hypervolume:.3f}",
            ]


def _model_rows(all_results: Sequence[Results]) -> Iterator[list[str]]:
    for results in all_results:
        for model in results.models:
            if model.name in ("original-none", results.headline.name):
                yield _row(model, results)


def _row(model: PipelineModel, results: Results) -> list[str]:
    accuracy, size = model.accuracy, model.size
    return [
        results.title,
        model.name,
        _interval(model),
        f"{accuracy.items:,} items, {model.test.groups:,} groups, {wording.protocol(model)}",
        f"{accuracy.balanced_pct:.2f}",
        f"{size.weights:,}",
        f"{size.weight_bytes:,}",
        f"{size.file_bytes:,}",
        _arena(model),
        wording.deployable(model).replace("not deployable", "no").replace("deployable", "yes"),
        wording.published(model, results) or "",
    ]


def _interval(model: PipelineModel) -> str:
    accuracy = model.accuracy
    return f"{accuracy.accuracy_pct:.2f} [{accuracy.low_pct:.2f}, {accuracy.high_pct:.2f}]"


def _arena(model: PipelineModel) -> str:
    return "" if model.tflm.arena_bytes is None else f"{model.tflm.arena_bytes:,}"


def _escaped(cell: str) -> str:
    return " ".join(cell.split()).replace("|", r"\|")
