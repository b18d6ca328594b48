"""Writes a workbook and model cards for each application, and one page with plots and the table of the README over all.

Reads what the earlier stages wrote about every application that params.yaml lists. Those that it leaves out, and whose
results are there, stay in all of it: `featherline remove` removes them.
"""

from pathlib import Path

import click

from featherline import params, params_file
from featherline.core.files import new_folder, read_json
from featherline.core.progress import track
from featherline.deployment import published
from featherline.reports import results
from stages.command import guarded, in_turn


def report() -> None:
    with in_turn("report"):
        _report()


def _report() -> None:
    tree = params_file.read()
    apps = params_file.applications(tree)
    headlines = {app: params_file.block(tree, f"{app}.benchmark", params.Benchmark).headline for app in apps}
    for app in apps:
        published.check(Path("models", app))
    left_out = results.kept(apps, Path("."))
    for app in left_out:
        published.check(Path("models", app), (published.MODELS, published.HEADLINE_C))  # what git has of it
    all_results = [results.load(app, headline, Path(".")) for app, headline in headlines.items()]
    all_results += [results.load_kept(app, Path(".")) for app in left_out]
    results.check_titles(all_results)
    # Imported late: matplotlib takes seconds, and a mistake above should be reported at once.
    from featherline.reports import cards, comparison_workbook, page, plots, tables, workbook

    drawn = {result.app: plots.plot_all(result) for result in track(all_results, "plots", unit="application")}
    with new_folder("reports") as folder, new_folder("Models_Analysis") as workbooks:
        (folder / "index.html").write_text(page.render(all_results, drawn), encoding="utf-8")
        (folder / "results.md").write_text(tables.results_table(all_results), encoding="utf-8")
        (folder / "plots").mkdir()
        for app, pictures in drawn.items():
            for name, svg in pictures.items():
                (folder / "plots" / f"{app}-{name}.svg").write_text(plots.standalone(svg), encoding="utf-8")
        (folder / "cards").mkdir()
        for result in all_results:
            for name, card in cards.render(result, cards.front_ends(result, Path("models", result.app))).items():
                (folder / "cards" / f"{result.app}-{name}.md").write_text(card, encoding="utf-8")
        for result in track(all_results, "workbooks", unit="application"):
            origins = read_json(Path("models", result.app, "tflite", "made_from.json"))
            workbook.write(result, workbooks / f"{result.title}.xlsx", origins)
        comparison_workbook.write_summary(all_results, workbooks / "Summary.xlsx")


@click.command(name="report", help=__doc__, epilog="Example: python -m stages.report")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def command(debug: bool) -> None:
    guarded(report, "report", debug)


if __name__ == "__main__":
    command()
