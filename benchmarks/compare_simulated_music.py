"""Compares simulated music by how hard it is, and by what a network that learns from it says of real music.

Each row simulates the tracks anew, with other shares of borrowed parts and of muffled records. Networks are trained in
float as the search trains candidates, with a logistic regression and an SVM on the same features beside them, over five
folds of the simulated tracks; the network that learns from all of these answers for the segments of FOLDER.

Examples:
    python benchmarks/compare_simulated_music.py ~/recordings/genres_excerpts
    python benchmarks/compare_simulated_music.py ~/recordings/genres_excerpts --shares 0.04 0 --shares 0.12 0.3
"""

import sys
import tempfile
from functools import partial
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.compare_music_features import FOLDS, folds_of, hidden, scores  # noqa: E402
from featherline import params, params_file  # noqa: E402
from featherline.applications import musicclassifier  # noqa: E402
from featherline.signals.dataset import Items, joined  # noqa: E402
from featherline.simulation import music  # noqa: E402

MODELS = {
    "network": hidden(48, 0.01),
    "logistic regression": partial(LogisticRegression, C=0.1, max_iter=3000),
    "SVM": partial(SVC, C=10),
}


def of_all_splits(folder: Path, settings: musicclassifier.Preprocess, seed: int) -> Items:
    return joined(list(musicclassifier.preprocess(folder, settings, seed).splits.values()))


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--shares",
    type=(float, float),
    multiple=True,
    default=((0.04, 0.0), (0.08, 0.0), (0.08, 0.3), (0.12, 0.3)),
    show_default=True,
    help="Of borrowed parts, and of muffled records; a row each.",
)
@click.option("--seeds", type=int, default=2, show_default=True, help="How many trainings of each network.")
def main(folder: Path, shares: tuple[tuple[float, float], ...], seeds: int) -> None:
    tree = params_file.read(ROOT / "params.yaml")
    settings = params_file.block(tree, "musicclassifier.preprocess", musicclassifier.Preprocess)
    simulation = params_file.block(tree, "musicclassifier.fetch", musicclassifier.Fetch).simulation.model_dump()
    seed = params_file.block(tree, "seed", params.Seed)
    real = of_all_splits(folder, settings, seed)
    click.echo(f"| borrowed | muffled | {', % | '.join(MODELS)}, % | network on {len(real.labels)} real segments, % |")
    click.echo("| --: | --: |" + " --: |" * (len(MODELS) + 1))
    for borrowed, muffled in shares:
        with tempfile.TemporaryDirectory() as made:
            music.simulate(Path(made), seed=seed, **simulation | {"borrowed": borrowed, "muffled": muffled})
            simulated = of_all_splits(Path(made), settings, seed)
        inputs, labels = simulated.inputs, simulated.labels
        folds = folds_of(labels, seed)
        right = {
            name: np.concatenate(
                [
                    scores(model, inputs, labels, folds != fold, folds == fold, each).argmax(axis=1)
                    == labels[folds == fold]
                    for fold in range(FOLDS)
                    for each in range(seeds if name == "network" else 1)
                ]
            ).mean()
            for name, model in MODELS.items()
        }
        both = joined([simulated, real])
        train = np.arange(len(both.labels)) < len(labels)
        on_real = [
            scores(MODELS["network"], both.inputs, both.labels, train, ~train, each).argmax(axis=1) == real.labels
            for each in range(seeds)
        ]
        figures = " | ".join(f"{100 * share:.1f}" for share in (*right.values(), np.mean(on_real)))
        click.echo(f"| {borrowed:g} | {muffled:g} | {figures} |")


if __name__ == "__main__":
    main()
