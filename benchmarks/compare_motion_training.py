"""Compares networks and training windows of MotionSense, over folds of the people outside of its test split.

Each fold is validated by a network of the last epoch, which no validation has chosen, trained in float32 and answering
in it. Accuracy is the mean over folds, as recorded and with disturbances of the zoo's cards; beside it stand the people
who are told worst. Needs data/raw/motionsense of real recordings.

Examples:
    python benchmarks/compare_motion_training.py --project ../clone
    python benchmarks/compare_motion_training.py --project ../clone --seeds 2 "566 bytes, all copies"
"""

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from scipy.special import softmax
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params_file  # noqa: E402
from featherline.applications import motionsense  # noqa: E402
from featherline.networks.builder import build  # noqa: E402
from featherline.networks.equal_training import Chain, Trainer, cosine  # noqa: E402
from featherline.params import Architecture  # noqa: E402
from featherline.reduction.costs import costs_of  # noqa: E402
from featherline.robustness.disturbances import of_kind  # noqa: E402
from featherline.signals.dataset import Dataset, Items, fit_normalization  # noqa: E402

FOLDS, BATCH, RATE = 4, 64, 0.004
STEPS = 1800  # of a network in each fold, whatever the copies are
DISTURBED = ("gain 90%", "gain 110%", "clipped at 2 g", "10% of samples lost", "turned at random again")
ALL = {"copies": 2, "gain": [0.87, 1.15], "motion": [0.65, 1.5], "lost": 0.1}
TURNED = ALL | {"turn_seconds": 10}
NONE = {"copies": 0}


def network(*blocks: tuple[int, int, int, int, str]) -> Architecture:
    """Conv blocks of filters, kernel, poolings, stride and convolution behind each other, and a global average."""
    names = ("filters", "kernel", "poolings", "stride", "convolution")
    return Architecture(
        conv_blocks=[dict(zip(names, block, strict=True)) for block in blocks], dense_blocks=[], head="global_average"
    )


SEPARABLE_1013 = network((8, 5, 1, 1, "separable"), (12, 7, 3, 1, "plain"), (6, 3, 1, 1, "separable"))
SEPARABLE_632 = network((8, 5, 1, 1, "plain"), (12, 7, 3, 1, "separable"), (8, 3, 1, 1, "separable"))
PLAIN_458 = network((6, 7, 1, 2, "plain"), (8, 5, 2, 1, "plain"))
PLAIN_566 = network((6, 7, 1, 2, "plain"), (6, 5, 1, 1, "plain"), (8, 3, 2, 1, "plain"))
PLAIN_592 = network((8, 7, 1, 2, "plain"), (4, 7, 2, 1, "plain"), (4, 7, 1, 1, "plain"))
PLAIN_588 = network((8, 7, 1, 2, "plain"), (8, 5, 2, 1, "plain"))
PLAIN_2500 = network((16, 7, 1, 2, "plain"), (24, 5, 2, 1, "plain"))
CASES: dict[str, tuple[Architecture, dict[str, object], dict[str, object]]] = {
    "1,013 bytes, separable": (SEPARABLE_1013, NONE, {}),
    "632 bytes, separable": (SEPARABLE_632, NONE, {}),
    "458 bytes": (PLAIN_458, NONE, {}),
    "588 bytes": (PLAIN_588, NONE, {}),
    "566 bytes": (PLAIN_566, NONE, {}),
    "566 bytes, gain": (PLAIN_566, ALL | {"motion": [1, 1], "lost": 0.0}, {}),
    "566 bytes, gain and losses": (PLAIN_566, ALL | {"motion": [1, 1]}, {}),
    "566 bytes, one copy of all": (PLAIN_566, ALL | {"copies": 1}, {}),
    "566 bytes, all copies": (PLAIN_566, ALL, {}),
    "566 bytes, all copies, taught by 2,500 bytes": (PLAIN_566, ALL, {"teacher": PLAIN_2500}),
    "566 bytes, all copies, windows of 5.12 s": (PLAIN_566, ALL, {"window_seconds": 5.12}),
    "566 bytes, all copies, windows of 10.24 s": (PLAIN_566, ALL, {"window_seconds": 10.24}),
    "566 bytes, all copies, 20 Hz": (PLAIN_566, ALL, {"sample_rate_hz": 20, "window_seconds": 8.0}),
    "566 bytes, all copies, vertical and horizontal alone": (PLAIN_566, ALL, {"channels": ["vertical", "horizontal"]}),
    "588 bytes, all copies": (PLAIN_588, ALL, {}),
    "592 bytes, all copies": (PLAIN_592, ALL, {}),
    "592 bytes, all copies, turned": (PLAIN_592, TURNED, {}),
    "592 bytes, three copies, turned": (PLAIN_592, TURNED | {"copies": 3}, {}),
    "1,013 bytes, separable, all copies": (SEPARABLE_1013, ALL, {}),
    "2,500 bytes, all copies": (PLAIN_2500, ALL, {}),
}


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("cases", nargs=-1)
@click.option("--project", type=click.Path(path_type=Path), default=Path("."), help="Folder of a clone.")
@click.option("--seeds", default=1, show_default=True)
def main(cases: tuple[str, ...], project: Path, seeds: int) -> None:
    tree = params_file.read(ROOT / "params.yaml")
    raw, asked = project / "data/raw/motionsense", tree["motionsense"]["preprocess"]
    print(
        f"| network and training | int8 weight bytes | as recorded % | {' | '.join(DISTURBED)} | three worst people % |"
    )
    print(f"| :-- | --: | --: |{' --: |' * len(DISTURBED)} :-- |")
    with threadpool_limits(1):
        for name in cases or CASES:
            architecture, copies, changes = CASES[name]
            teacher = changes.get("teacher")
            of_front_end = {key: value for key, value in changes.items() if key != "teacher"}
            folds = {"protocol": "folds", "folds": FOLDS}
            settings = motionsense.Preprocess.model_validate(
                asked | of_front_end | {"augmentation": copies, "split": asked["split"] | folds}
            )
            print(row(name, raw, settings, architecture, teacher, tree["seed"], seeds), flush=True)


def row(
    name: str,
    raw: Path,
    settings: motionsense.Preprocess,
    architecture: Architecture,
    teacher: Architecture | None,
    seed: int,
    seeds: int,
) -> str:
    """A row of the table."""
    plain = motionsense.preprocess(raw, settings, seed)
    disturbed = {
        title: motionsense.preprocess(raw, settings, seed, each.seeded(seed))
        for title in DISTURBED
        for each in of_kind("motion")
        if each.name.startswith(title)
    }
    shares: dict[str, list[float]] = {title: [] for title in ("", *disturbed)}
    people: dict[str, list[float]] = {}
    for number in range(seeds):
        for fold, (train, validation) in enumerate(folds_of(plain)):
            normalization = fit_normalization(train.inputs, plain.feature_axis)
            inputs = np.asarray(normalization.apply(train.inputs))
            chain = trained(architecture, inputs, train.labels, seed + number, teacher)
            right = chain.logits(normalization.apply(validation.inputs)).argmax(axis=1) == validation.labels
            shares[""].append(100 * right.mean())
            for group in np.unique(validation.groups).tolist():
                people.setdefault(group, []).append(100 * right[validation.groups == group].mean())
            for title, dataset in disturbed.items():
                held = list(folds_of(dataset))[fold][1]
                answers = chain.logits(normalization.apply(held.inputs)).argmax(axis=1)
                shares[title].append(100 * (answers == held.labels).mean())
    costs = costs_of(architecture, plain.splits["train"].inputs.shape[1:], len(plain.classes), "int8")
    worst = sorted((np.mean(values), group) for group, values in people.items())[:3]
    cells = " | ".join(f"{np.mean(values):.1f}" for values in shares.values())
    return f"| {name} | {costs.weight_bytes:,} | {cells} | {', '.join(f'{share:.0f}' for share, _ in worst)} |"


def folds_of(dataset: Dataset) -> Iterator[tuple[Items, Items]]:
    """Training and validation split of each fold."""
    for fold in ({name: dataset.splits[name] for name in ("train", "validation")}, *dataset.folds):
        yield fold["train"], fold["validation"]


def trained(
    architecture: Architecture, inputs: np.ndarray, labels: np.ndarray, seed: int, teacher: Architecture | None
) -> Chain:
    """A network behind its last epoch; every class weighs the same."""
    steps = math.ceil(len(labels) / BATCH)
    answers = None
    if teacher is not None:
        answers = softmax(trained(teacher, inputs, labels, seed, None).logits(inputs) / 2, axis=1)
    counts = np.bincount(labels)
    epochs = max(round(STEPS / steps), 1)
    made = build(architecture, inputs.shape[1:], len(counts), seed)
    trainer = Trainer(
        made,
        inputs,
        labels,
        batch_size=BATCH,
        rates=cosine(RATE, epochs * steps),
        seed=seed,
        weights=len(labels) / (len(counts) * counts[labels]),
        answers=answers,
        share=0.0 if answers is None else 0.5,
        temperature=1.0 if answers is None else 2.0,
        dtype="float32",
    )
    for _ in range(epochs):
        trainer.epoch()
    made.set_weights(trainer.weights())
    return Chain(made, "float32")


if __name__ == "__main__":
    main()
