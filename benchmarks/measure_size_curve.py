"""Measures accuracy over stored bytes: a search under each of several limits of weight bytes, in folds of groups.

RUN is a clone that has the recordings of each application in data/raw, such as one that `make release` leaves. For each
application and limit `featherline crossval` searches anew in each outer fold, the best validation accuracy under the
limit, and tests the int8 model on TensorFlow Lite Micro with the groups that the fold left out. The space has larger
networks than params.yaml asks for, and no limit of memory. Every search is kept in FOLDER, so that an interrupted run
goes on; the picture and the table are of all that is there.

Examples:
    python benchmarks/measure_size_curve.py ../release-run
    python benchmarks/measure_size_curve.py ../release-run --app motionsense --limit 600 --limit 1500 --folds 5
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matplotlib.figure import Figure  # noqa: E402

from featherline import applications, params_file  # noqa: E402
from featherline.core import parsing  # noqa: E402
from featherline.core.files import new_file, read_json  # noqa: E402
from featherline.core.parsing import Tree  # noqa: E402
from featherline.reports import canvas, plots, published  # noqa: E402
from featherline.reports.readme import embed  # noqa: E402

APPS = ("motionsense", "musicclassifier", "keywordspotting", "carsensor")
LIMITS = (250, 500, 1000, 2000, 4000, 8000)
SPACE = {"filters": [4, 6, 8, 12, 16, 24, 32], "units": [8, 16, 32]}
SPACE_WITHOUT_CONVOLUTIONS = {"units": [2, 4, 8, 12, 16, 24, 32, 48, 96]}
DOCUMENT, PICTURE, MARKERS = ROOT / "docs/results.md", ROOT / "docs/size-curve.svg", "size-curve"
PUBLISHED = ROOT / "docs/size-curve.json"
PERCENTAGES = ("accuracy_pct_mean", "balanced_pct_mean", "all_items_pct", "group_bootstrap_pct")


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--app", "apps", multiple=True, default=APPS, help="Which applications; else all four.")
@click.option("--limit", "limits", multiple=True, type=int, default=LIMITS, help="Weight bytes; may be repeated.")
@click.option("--folds", default=3, show_default=True, help="Outer folds over all groups.")
@click.option("--trials", default=8, show_default=True, help="Of each search.")
@click.option("--epochs", default=8, show_default=True, help="Of each trial.")
@click.option("--final-epochs", default=40, show_default=True, help="Of the chosen network.")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "tmp/size-curve", help="Of the searches.")
@click.option(
    "--measure/--no-measure", "measured", default=True, help="Whether to search, or show what is there alone."
)
@click.option("--publish", is_flag=True, help="Write docs/size-curve.json, picture and table.")
def main(run, apps, limits, folds, trials, epochs, final_epochs, folder, measured, publish) -> None:
    budget = {"--folds": folds, "--trials": trials, "--epochs": epochs, "--final-epochs": final_epochs}
    for app in apps if measured else ():
        for limit in limits:
            measure(prepared(folder / app / str(limit), run, app, limit), app, budget)
    curves = with_published(found(folder))
    text = table(curves)
    print(text)
    if publish:
        with new_file(PUBLISHED) as partial:
            partial.write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")
        with new_file(PICTURE) as partial:
            partial.write_text(draw(curves), encoding="utf-8")
        with new_file(DOCUMENT) as partial:
            partial.write_text(embed(DOCUMENT.read_text(encoding="utf-8"), MARKERS, text), encoding="utf-8")


def prepared(place: Path, run: Path, app: str, limit: int) -> Path:
    """A folder with the recordings of a run and params.yaml under a limit."""
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "data").exists():
        (place / "data").symlink_to((run / "data").resolve())
    tree = parsing.from_yaml((run / "params.yaml").read_bytes(), "params.yaml")
    reduce = tree[app]["reduce"]
    reduce |= {"objective": "weighted", "error_weight": 1.0, "max_weight_bytes": limit, "max_arena_bytes": None}
    reduce["max_program_bytes"] = None
    reduce["space"] |= SPACE if reduce["space"]["conv_blocks"] else SPACE_WITHOUT_CONVOLUTIONS
    (place / "params.yaml").write_text(json.dumps(tree), encoding="utf-8")  # JSON is YAML, too
    return place


def measure(place: Path, app: str, budget: dict[str, int]) -> None:
    """Runs `crossval` in a folder; a limit that no network of the space meets is told."""
    command = [sys.executable, "-m", "featherline", "crossval", app, "--seeds", "1", "--finalists", "1"]
    command += [str(word) for option in budget.items() for word in option]
    done = subprocess.run(command, cwd=place, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    if done.returncode:
        print(f"{app}, {place.name} bytes: no figure", file=sys.stderr)


def found(folder: Path) -> dict[str, list[Tree]]:
    """Of each application the figures of each limit under which a folder has a search."""
    files = {app: folder.glob(f"{app}/*/crossval/{app}.json") for app in APPS}
    return {app: [shown_of(int(file.parent.parent.name), file) for file in of_app] for app, of_app in files.items()}


def shown_of(limit: int, file: Path) -> Tree:
    """What table and picture show of a cross-validation."""
    figures = read_json(file)["networks"]["searched"]
    return {
        "limit": limit,
        "fold_weight_bytes": sorted(fold["weight_bytes"] for fold in figures["per_fold"]),
        "worst_group_pct": min(group["accuracy_pct"] for group in figures["per_group"]),
        **{key: figures[key] for key in ("items", "groups", *PERCENTAGES)},
    }


def with_published(curves: dict[str, list[Tree]]) -> dict[str, list[Tree]]:
    """Measured figures and, of limits that were not measured, those that stand in docs/size-curve.json."""
    merged = {}
    for app, kept in read_json(PUBLISHED).items():
        by_limit = {row["limit"]: row for row in (*kept, *curves[app])}
        merged[app] = [by_limit[limit] for limit in sorted(by_limit)]
    return merged


def title_of(app: str) -> str:
    return applications.of(params_file.read(ROOT / "params.yaml"), app).TITLE


def mean_bytes(row: Tree) -> float:
    return math.fsum(row["fold_weight_bytes"]) / len(row["fold_weight_bytes"])


def table(curves: dict[str, list[Tree]]) -> str:
    """What `draw` draws, in GitHub's Markdown."""
    lines = [
        "| application | limit, bytes | weight bytes, least to most | accuracy %, mean over folds | mean recall % | "
        "all items % [95 % by bootstrap of groups] | worst group % |",
        "| :-- | --: | --: | --: | --: | --: | --: |",
    ]
    for app, curve in curves.items():
        title = title_of(app)
        for row in curve:
            low, high = row["group_bootstrap_pct"]
            least, *_, most = row["fold_weight_bytes"]
            lines.append(
                f"| {title} | {row['limit']:,} | {least:,} to {most:,} | {row['accuracy_pct_mean']:.1f} | "
                f"{row['balanced_pct_mean']:.1f} | {row['all_items_pct']:.1f} [{low:.1f}, {high:.1f}] of "
                f"{row['items']:,} | {row['worst_group_pct']:.1f} |"
            )
    return "\n".join(lines)


def draw(curves: dict[str, list[Tree]]) -> str:
    """An SVG file: a picture of each application, with the interval over groups and what others published."""
    with canvas.drawing():
        figure = Figure(figsize=(9.2, 6.4), layout="constrained")
        every = figure.subplots(2, 2).flat
        for axes in every[len(curves) :]:
            axes.set_visible(False)
        for axes, (app, curve) in zip(every, curves.items(), strict=False):
            rows = sorted(curve, key=mean_bytes)
            share = [row["all_items_pct"] for row in rows]
            reach = [[abs(row["group_bootstrap_pct"][end] - row["all_items_pct"]) for row in rows] for end in (0, 1)]
            label = "Featherline, groups never seen, 95 % over groups"
            colour = canvas.COLOURS["reduced"]
            axes.errorbar(list(map(mean_bytes, rows)), share, reach, fmt="D-", color=colour, capsize=3, label=label)
            for reference in published.find(app).models:
                axes.plot(
                    reference.weight_bytes,
                    reference.accuracy_pct,
                    "o",
                    color=canvas.COLOURS["original"],
                    markerfacecolor="none",
                    label="published, of another split",
                )
            canvas.bytes_axis(axes)
            axes.set_title(f"{title_of(app)}, {rows[0]['items']:,} items, {rows[0]['groups']:,} groups", fontsize=10.5)
            axes.set_ylabel("accuracy %")
        handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=2)
        return plots.standalone(canvas.svg(figure, "size-curve"))


if __name__ == "__main__":
    main()
