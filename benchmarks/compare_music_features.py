"""Compares what MusicClassifier's network may be given of a segment, and how it learns, over folds of tracks.

Tracks of the test split of params.yaml take no part unless --all-tracks asks for them: then the figures are those of
the whole collection, and nothing may be chosen by them. Networks are trained as the search trains candidates, in float;
an SVM and a forest on the same features stand beside them. Accuracy is that of segments, and that of tracks by the mean
of the logarithms of their segments' probabilities.

Examples:
    python benchmarks/compare_music_features.py ~/recordings/genres_excerpts
    python benchmarks/compare_music_features.py ~/recordings/genres_excerpts --all-tracks --seeds 3
    python benchmarks/compare_music_features.py ~/recordings/genres_excerpts --seeds 6 --share 0.8
"""

import sys
from pathlib import Path

import click
import numpy as np
from scipy.special import log_softmax
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params, params_file  # noqa: E402
from featherline.applications import musicclassifier  # noqa: E402
from featherline.core.progress import track  # noqa: E402
from featherline.networks.builder import build  # noqa: E402
from featherline.networks.equal_training import Trainer, cosine  # noqa: E402
from featherline.networks.shapes import layers, weight_bytes  # noqa: E402
from featherline.params import Architecture  # noqa: E402
from featherline.signals.dataset import SPLITS, fit_normalization, joined  # noqa: E402

FOLDS, EPOCHS, BATCH, RATE = 5, 60, 32, 0.003
STATISTICS = {"kind": "mfcc", "summary": "statistics", "frame_samples": 1024, "hop_samples": 1024}


def hidden(units: int, l2: float = 0.0) -> Architecture:
    return Architecture(conv_blocks=[], dense_blocks=[{"units": units, "dropout": 0.3, "l2": l2}])


CASES = {
    "log-mel statistics, 32 units": (STATISTICS | {"kind": "log_mel"}, hidden(32)),
    **{
        f"cepstra's statistics, {units} units{f', L2 {l2:g}' if l2 else ''}": (STATISTICS, hidden(units, l2))
        for units in (16, 32, 48)
        for l2 in (0.0, 0.01)
    },
    "cepstra's statistics, SVM": (STATISTICS, lambda: SVC(C=10, probability=False)),
    "cepstra's statistics, forest of 300 trees": (STATISTICS, lambda: RandomForestClassifier(300, random_state=0)),
}


def folds_of(labels: np.ndarray, seed: int) -> np.ndarray:
    """The fold of each track: those of a genre are spread evenly."""
    rng, folds, dealt = np.random.default_rng(seed), np.zeros(len(labels), int), 0
    for label in np.unique(labels):
        tracks = rng.permutation(np.flatnonzero(labels == label))
        folds[tracks] = (np.arange(len(tracks)) + dealt) % FOLDS
        dealt += len(tracks)
    return folds


def thinned(train: np.ndarray, labels: np.ndarray, tracks: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Which items are still trained on where only a share of the training tracks of each genre is."""
    rng, kept = np.random.default_rng(seed), []
    for label in np.unique(labels):
        of_genre = np.unique(tracks[train & (labels == label)])
        kept.append(rng.permutation(of_genre)[: max(1, round(share * len(of_genre)))])
    return train & np.isin(tracks, np.concatenate(kept))


def scores(model, inputs: np.ndarray, labels: np.ndarray, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
    """Scores of the items of `test`, shape (items, classes)."""
    normalized = fit_normalization(inputs[train], 2).apply(inputs)
    if isinstance(model, Architecture):
        network = build(model, inputs.shape[1:], len(np.unique(labels)), seed)
        rates = cosine(RATE, EPOCHS * -(-int(train.sum()) // BATCH))
        trainer = Trainer(network, normalized[train], labels[train], batch_size=BATCH, rates=rates, seed=seed)
        for _ in range(EPOCHS):
            trainer.epoch()
        return log_softmax(trainer.chain.logits(normalized[test]), axis=1)
    flat = normalized.reshape(len(normalized), -1)
    fitted = make_pipeline(StandardScaler(), model()).fit(flat[train], labels[train])
    if hasattr(fitted, "decision_function"):
        return fitted.decision_function(flat[test])
    return np.log(fitted.predict_proba(flat[test]) + 1e-6)


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--all-tracks", is_flag=True, help="Use the tracks of the test split too.")
@click.option("--seeds", type=int, default=2, show_default=True, help="How many ways to deal the folds.")
@click.option("--share", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="Of the training tracks.")
def main(folder: Path, all_tracks: bool, seeds: int, share: float) -> None:
    tree = params_file.read(ROOT / "params.yaml")
    settings = params_file.block(tree, "musicclassifier.preprocess", musicclassifier.Preprocess)
    seed_of_split = params_file.block(tree, "seed", params.Seed)
    click.echo("| features and model | int8 weight bytes | segments % | tracks % | of segments | of tracks |")
    click.echo("| :-- | --: | --: | --: | --: | --: |")
    for name, (features, model) in CASES.items():
        chosen = settings.features.model_copy(update=features)
        dataset = musicclassifier.preprocess(folder, settings.model_copy(update={"features": chosen}), seed_of_split)
        kept = joined([dataset.splits[split] for split in SPLITS if all_tracks or split != "test"])
        inputs, labels, tracks = kept.inputs, kept.labels, kept.groups
        names, first, track_of = np.unique(tracks, return_index=True, return_inverse=True)
        right, voted = [], []
        for seed in track(range(seeds), name, unit="seed"):
            folds = folds_of(labels[first], seed)[track_of]
            for fold in range(FOLDS):
                test = folds == fold
                train = thinned(~test, labels, tracks, share, seed)
                given = scores(model, inputs, labels, train, test, seed)
                right += list(given.argmax(axis=1) == labels[test])
                voted += [
                    given[track_of[test] == place].mean(axis=0).argmax() == labels[first][place]
                    for place in np.unique(track_of[test])
                ]
        plan = layers(model, inputs.shape[1:], len(np.unique(labels))) if isinstance(model, Architecture) else None
        size = f"{weight_bytes(plan, 'int8'):,}" if plan else "–"
        click.echo(
            f"| {name} | {size} | {100 * np.mean(right):.1f} | {100 * np.mean(voted):.1f} | {len(right)} | "
            f"{len(voted)} |"
        )


if __name__ == "__main__":
    main()
