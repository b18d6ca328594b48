"""Compares inputs and training windows of CarSensor, leaving each person outside of its test split out.

A network of the last epoch, which no validation has chosen, is trained on the others in float32 and answers in it.
What is reported is the recall of the classes that a person has, its mean over persons, and each person. Computed
windows at rest are in training alone. Needs data/raw/carsensor of real recordings.

Examples:
    python benchmarks/compare_car_training.py --project ../clone
    python benchmarks/compare_car_training.py --project ../clone --seeds 1 "companded from 10 mg on"
"""

import sys
from pathlib import Path

import click
import numpy as np
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from compare_motion_training import folds_of, network, trained  # noqa: E402

from featherline import params_file  # noqa: E402
from featherline.applications import carsensor  # noqa: E402
from featherline.params import Architecture  # noqa: E402
from featherline.reduction.costs import costs_of  # noqa: E402
from featherline.signals.dataset import Items, fit_normalization  # noqa: E402

PERSONS = 5  # outside of the test split: as many folds, so that each is left out once
PLAIN_488 = network((8, 5, 1, 2, "plain"), (8, 5, 2, 1, "plain"))
AS_IT_WAS = {"companding_g": None, "sitting": 0.0, "augmentation": {"copies": 0}}
COMPANDED = AS_IT_WAS | {"companding_g": 0.01}
SITTING = {"sitting": 0.1}
TURNED = {"augmentation": {"copies": 1, "turn_seconds": 10}}
CASES: dict[str, dict[str, object]] = {
    "as it was": AS_IT_WAS,
    "people who sit and stand": AS_IT_WAS | SITTING,
    "companded from 10 mg on": COMPANDED,
    "companded from 10 mg on, people who sit and stand": COMPANDED | SITTING,
    "companded from 5 mg on, people who sit and stand": COMPANDED | SITTING | {"companding_g": 0.005},
    "companded from 40 mg on, people who sit and stand": COMPANDED | SITTING | {"companding_g": 0.04},
    "companded from 10 mg on, half as many of them": COMPANDED | {"sitting": 0.05},
    "companded from 10 mg on, twice as many of them": COMPANDED | {"sitting": 0.2},
    "companded from 10 mg on, people who sit and stand, turned copies": COMPANDED | SITTING | TURNED,
}


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("cases", nargs=-1)
@click.option("--project", type=click.Path(path_type=Path), default=Path("."), help="Folder of a clone.")
@click.option("--seeds", default=2, show_default=True)
def main(cases: tuple[str, ...], project: Path, seeds: int) -> None:
    tree = params_file.read(ROOT / "params.yaml")
    raw, asked = project / "data/raw/carsensor", tree["carsensor"]["preprocess"]
    split = asked["split"] | {"protocol": "folds", "folds": PERSONS}
    header = True
    with threadpool_limits(1):
        for name in cases or CASES:
            settings = carsensor.Preprocess.model_validate(asked | CASES[name] | {"split": split})
            recalls, weight_bytes = recalls_of(raw, settings, PLAIN_488, tree["seed"], seeds)
            if header:
                print(f"{weight_bytes} weight bytes in int8, {seeds} seeds; mean recall, %.\n")
                print(f"| input and training | mean | {' | '.join(recalls)} |")
                print(f"| :-- | --: |{' --: |' * len(recalls)}")
                header = False
            means = [float(np.mean(values)) for values in recalls.values()]
            print(f"| {name} | {np.mean(means):.1f} | {' | '.join(f'{mean:.0f}' for mean in means)} |", flush=True)


def recalls_of(
    raw: Path, settings: carsensor.Preprocess, architecture: Architecture, seed: int, seeds: int
) -> tuple[dict[str, list[float]], int]:
    """Person -> the mean recall in percent of each seed; and the weight bytes of the network."""
    dataset = carsensor.preprocess(raw, settings, seed)
    recorded = carsensor.preprocess(raw, settings.model_copy(update={"at_rest": 0.0, "sitting": 0.0}), seed)
    recalls: dict[str, list[float]] = {}
    for (train, _), (_, held_out) in zip(folds_of(dataset), folds_of(recorded), strict=True):
        normalization = fit_normalization(train.inputs, dataset.feature_axis)
        inputs = np.asarray(normalization.apply(train.inputs))
        [person] = set(held_out.groups.tolist())
        for number in range(seeds):
            chain = trained(architecture, inputs, train.labels, seed + number, None)
            answers = chain.logits(normalization.apply(held_out.inputs)).argmax(axis=1)
            recalls.setdefault(person, []).append(recall_pct(held_out, answers))
    costs = costs_of(architecture, dataset.splits["train"].inputs.shape[1:], len(dataset.classes), "int8")
    return dict(sorted(recalls.items())), costs.weight_bytes


def recall_pct(items: Items, answers: np.ndarray) -> float:
    """The mean over the classes that the items have."""
    shares = [(answers[items.labels == label] == label).mean() for label in np.unique(items.labels)]
    return 100 * float(np.mean(shares))


if __name__ == "__main__":
    main()
