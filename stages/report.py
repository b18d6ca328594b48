"""Writes a workbook and model cards for each application, and one page with plots and the table of the README over all.

Reads what the earlier stages wrote about every application that params.yaml lists.
"""

from pathlib import Path

import click

from featherline import params
from featherline.core.files import new_folder, read_json
from featherline.core.progress import track
from featherline.records.base import load
from featherline.records.frontend import FrontEndFile
from featherline.reports import results
from stages.command import guarded


def report() -> None:
    tree = params.read()
    apps = params.block(tree, "apps", list[str])
    all_results = [
        results.load(app, params.block(tree, f"{app}.benchmark", params.Benchmark).headline, Path(".")) for app in apps
    ]
    # Imported late: matplotlib takes seconds, and a mistake above should be told at once.
    from featherline.reports import cards, comparison_workbook, page, plots, tables, workbook

    drawn = {one.app: plots.plot_all(one) for one in track(all_results, "plots", unit="application")}
    with new_folder("reports") as folder, new_folder("Models_Analysis") as workbooks:
        (folder / "index.html").write_text(page.render(all_results, drawn), encoding="utf-8")
        (folder / "results.md").write_text(tables.results_table(all_results), encoding="utf-8")
        (folder / "plots").mkdir()
        for app, of_app in drawn.items():
            for name, svg in of_app.items():
                (folder / "plots" / f"{app}-{name}.svg").write_text(plots.standalone(svg), encoding="utf-8")
        (folder / "cards").mkdir()
        for one in all_results:
            frontend = load(FrontEndFile, Path("models", one.app, "tflite", "frontend.json"), "convert")
            for name, card in cards.render(one, frontend).items():
                (folder / "cards" / f"{one.app}-{name}.md").write_text(card, encoding="utf-8")
        for one in track(all_results, "workbooks", unit="application"):
            workbook.write(
                one, workbooks / f"{one.title}.xlsx", read_json(Path("models", one.app, "tflite", "made_from.json"))
            )
        comparison_workbook.write_summary(all_results, workbooks / "Summary.xlsx")


@click.command(name="report", help=__doc__, epilog="Example: python -m stages.report")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def command(debug: bool) -> None:
    guarded(report, "report", debug)


if __name__ == "__main__":
    command()
