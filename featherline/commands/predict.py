"""`predict`: what a model says of somebody's recordings, as a device with its program would."""

import csv
import io
from collections import Counter
from pathlib import Path

import click

from featherline.commands.columns import aligned
from featherline.commands.failing import in_one_sentence
from featherline.commands.paths import Input, Number, Output
from featherline.core import outputs
from featherline.core.errors import FeatherlineError
from featherline.core.parsing import Tree
from featherline.core.pictures import Picture

_MOST_ROWS = 40


@click.command(
    epilog="""\b
Examples:
  featherline predict motionsense walk.csv
  featherline predict zoo/carsensor ride.csv --unit m/s2 --time timestamp --csv windows.csv
  featherline predict models/keywordspotting/tflite/reduced-int8.tflite kitchen.wav --plot kitchen.png
  featherline predict motionsense walk.csv --label walking/jogging
"""
)
@click.argument("model")
@click.argument("recordings", metavar="RECORDING...", nargs=-1, required=True, type=Input())
@click.option("--unit", type=click.Choice(["g", "mg", "m/s2"]), help="Of acceleration; else it is told from the data.")
@click.option("--rate", type=Number(0, min_open=True), help="Samples a second, of a CSV without times.")
@click.option(
    "--columns",
    help="Columns, with commas: x, y, z of total acceleration, or a sensor's own in the order of its model.",
)
@click.option("--time", help="The column of times, in s, ms, us or ns.")
@click.option("--label", help="The class that all recordings show: accuracy is counted.")
@click.option("--label-column", help="The column that names the class of each sample.")
@click.option("--json", "json_file", type=Output(outputs.File), help="Write everything to this file.")
@click.option("--csv", "csv_file", type=Output(outputs.File), help="Write one row for each window.")
@click.option("--plot", "picture", type=Output(Picture), help="Draw scores over time, as .png or .html.")
@in_one_sentence
def predict(
    model: str,
    recordings: tuple[Path, ...],
    unit: str | None,
    rate: float | None,
    columns: str | None,
    time: str | None,
    label: str | None,
    label_column: str | None,
    json_file: outputs.File | None,
    csv_file: outputs.File | None,
    picture: Picture | None,
) -> None:
    """Runs a model on CSV or wav recordings, window by window, as the program on a device does.

    MODEL is a .tflite file beside its frontend.json, a folder of the zoo, or a name of the zoo. Samples become the 16
    bits that a device gets, at the rate of its sensor; scores and decisions are equal to those of the model's C.
    """
    from featherline.core.files import as_json
    from featherline.prediction import answers as predicted
    from featherline.prediction import models
    from featherline.prediction.program import Program
    from featherline.prediction.recordings import Options, read

    if label is not None and label_column is not None:
        raise FeatherlineError("--label and --label-column both say what the recordings show: give one of them.")
    axes = None
    if columns is not None:
        axes = tuple(name.strip() for name in columns.split(","))
        if len(set(axes)) < len(axes):
            raise FeatherlineError(f"--columns names {columns!r}: name each column once, as in ax,ay,az.")
    options = Options(unit, rate, axes, time, label, label_column)
    fitted = models.find(model)
    program = Program(fitted.model, fitted.front_end)
    answers = [predicted.answer(fitted, program, read(path, fitted, options)) for path in recordings]
    tables = [predicted.rows(fitted, answer) for answer in answers]
    shares = predicted.accuracy(answers)

    for answer, table in zip(answers, tables, strict=True):
        click.echo("\n".join(_page(str(answer.path), answer.remarks, table)))
    if shares:
        click.echo("\n".join(_shares(shares)))
    if json_file:
        content: Tree = {
            "model": fitted.name,
            "classes": fitted.classes,
            "recordings": [
                {"file": str(answer.path), "remarks": answer.remarks, "windows": table}
                for answer, table in zip(answers, tables, strict=True)
            ],
            "accuracy": shares
            and {
                name: {
                    "items": share.items,
                    "correct": share.correct,
                    "pct": round(share.pct, 2),
                    "low_pct": round(share.low_pct, 2),
                    "high_pct": round(share.high_pct, 2),
                }
                for name, share in shares.items()
            },
        }
        json_file.write(as_json(content))
    if csv_file:
        csv_file.write(_as_csv([str(path) for path in recordings], tables))
    if picture:
        from featherline.prediction import plot

        picture.draw(plot.scores(fitted, answers), plot.title(fitted, answers), plot.EXPLANATION)


def _page(title: str, remarks: list[str], table: list[Tree]) -> list[str]:
    labelled = "label" in table[0]
    head = ("from, s", "to, s", "class", "score", "window alone", "score") + (("label",) if labelled else ())
    cells = [
        (
            f"{row['start_s']:.2f}",
            f"{row['end_s']:.2f}",
            row["class"],
            f"{row['score']:.2f}",
            row["window_class"],
            f"{row['window_score']:.2f}",
        )
        + ((row["label"],) if labelled else ())
        for row in table[:_MOST_ROWS]
    ]
    left = len(table) - len(cells)
    more = [f"  ... and {left:,} more windows by --csv or --json"] if left else []
    counts = Counter(row["class"] for row in table)
    summary = ", ".join(f"{name} {count:,}" for name, count in counts.most_common())
    return [
        title,
        *(f"  {remark}" for remark in remarks),
        "",
        *aligned(head, cells),
        *more,
        f"  {len(table):,} windows: {summary}",
        "",
    ]


def _shares(shares: Tree) -> list[str]:
    return [
        f"accuracy by {name}: {share.correct:,} of {share.items:,}, {share.pct:.2f} % "
        f"[{share.low_pct:.2f}, {share.high_pct:.2f}]"
        for name, share in shares.items()
    ]


def _as_csv(files: list[str], tables: list[list[Tree]]) -> str:
    names = list(tables[0][0]["scores"])
    plain = [key for key in tables[0][0] if key != "scores"]
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(["file", *plain, *(f"score {name}" for name in names)])
    for file, table in zip(files, tables, strict=True):
        for row in table:
            writer.writerow([file, *(row[key] for key in plain), *(row["scores"][name] for name in names)])
    return content.getvalue()
