"""What a run came to, in a terminal: the table that matters, and where the rest stands."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from featherline.core.files import new_folder, read_json
from featherline.records.model import PipelineModel
from featherline.reports import wording
from featherline.reports.results import Results

PAGES = Path("results")
"""Pages of single applications, which git ignores: reports/ is of all of them."""
COLUMNS = (
    *("application", "model", "accuracy %, 95 % interval", "test items"),
    *("weight bytes", "program bytes", "deployable"),
)


def rows(all_results: Sequence[Results]) -> list[tuple[str, ...]]:
    """A row of `COLUMNS` for each model: of several applications original and headline, of one application all."""
    listed = []
    for results in all_results:
        leading = [model for model in results.models if model.name in ("original-none", results.headline.name)]
        listed += [_row(results, model) for model in (results.models if len(all_results) == 1 else leading)]
    return listed


def sources(all_results: Iterable[Results]) -> list[str]:
    """What the recordings behind the rows are, in a sentence for each kind."""
    return list(dict.fromkeys(wording.source(results) for results in all_results))


def _row(results: Results, model: PipelineModel) -> tuple[str, ...]:
    accuracy = model.accuracy
    program = model.firmware.program if model.firmware else None
    return (
        results.title,
        model.name,
        f"{accuracy.accuracy_pct:.2f} [{accuracy.low_pct:.2f}, {accuracy.high_pct:.2f}]",
        f"{accuracy.items:,} of {model.test.groups:,} {model.group}s",
        f"{model.size.weight_bytes:,}",
        f"{program.total_bytes:,}" if program else "",
        "yes" if model.tflm.deployable else "no",
    )


def places(apps: Iterable[str], pages: Path) -> str:
    """Where to look next, a line for each place.

    Args:
        apps: the applications that were run.
        pages: the folder that holds `index.html`.
    """
    names = list(apps)
    app = names[0] if len(names) == 1 else "<app>"
    lines = {
        f"{pages}/index.html": "all results with plots, and why a model is not deployable: open it in a browser",
        f"{pages if len(names) == 1 else 'Models_Analysis'}/*.xlsx": "the same as workbooks",
        f"models/{app}/tflite/": "the models, with a report of the operators beside each",
        f"models/{app}/c/": "the C of the headline model, with its sketches",
        f"metrics/{app}/": "every figure as JSON",
    }
    width = max(map(len, lines))
    return "\n".join(f"  {place:<{width}}  {what}" for place, what in lines.items())


def write_page(results: Results, folder: Path) -> None:
    """Writes the page, the workbook and the model cards of one application alone to a folder of their own."""
    # Imported late: matplotlib takes seconds.
    from featherline.reports import cards, page, plots, workbook

    models = Path("models", results.app, "tflite")
    drawn = plots.plot_all(results)
    with new_folder(folder) as partial:
        (partial / "index.html").write_text(page.render([results], {results.app: drawn}), encoding="utf-8")
        workbook.write(results, partial / f"{results.title}.xlsx", read_json(models / "made_from.json"))
        (partial / "cards").mkdir()
        for name, card in cards.render(results, cards.front_ends(results, models.parent)).items():
            (partial / "cards" / f"{name}.md").write_text(card, encoding="utf-8")
