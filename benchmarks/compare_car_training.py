"""Compares inputs and training windows of CarSensor, leaving each person outside of its test split out.

A network of the last epoch, which no validation has chosen, is trained on the others in float32 and answers in it.
What is reported is the recall of the classes that a person has, its mean over persons, and each person. Computed
windows at rest are in training alone. Needs data/raw/carsensor of real recordings.

With --device it is what a device tells: each person of all is left out, the network is the one that the pipeline chose
in the clone, its input and output have eight bits, and it decides over recent windows of each recording.

Examples:
    python benchmarks/compare_car_training.py --project ../clone
    python benchmarks/compare_car_training.py --project ../clone --seeds 1 "companded from 10 mg on"
    python benchmarks/compare_car_training.py --project ../clone --device
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from scipy.special import softmax
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from compare_motion_training import folds_of, network, trained  # noqa: E402

from featherline import params_file  # noqa: E402
from featherline.applications import carsensor  # noqa: E402
from featherline.params import Architecture, TestFold  # noqa: E402
from featherline.prediction.program import decided_apart  # noqa: E402
from featherline.reduction.costs import costs_of  # noqa: E402
from featherline.reduction.tables import chosen_network  # noqa: E402
from featherline.signals.dataset import Items, fit_normalization, joined  # noqa: E402

PERSONS = 5  # outside of the test split: as many folds, so that each is left out once
PLAIN_488 = network((8, 5, 1, 2, "plain"), (8, 5, 2, 1, "plain"))
SMOOTHING = 16
STEPS = 255  # of eight bits
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
DEVICE_CASES: dict[str, dict[str, object]] = {"as it was": AS_IT_WAS} | {
    f"{how}, {share:g} of people who sit and stand": {"companding_g": companding_g, "sitting": share}
    for how, companding_g, share in (
        ("not companded", None, 0.15),
        ("companded from 10 mg on", 0.01, 0.1),
        ("companded from 50 mg", 0.05, 0.15),
        ("companded from 100 mg", 0.1, 0.1),
        ("companded from 100 mg", 0.1, 0.15),
        ("companded from 100 mg", 0.1, 0.2),
        ("companded from 200 mg", 0.2, 0.15),
    )
}


@click.command(help=__doc__.replace("Examples:\n", "\b\nExamples:\n"))
@click.argument("cases", nargs=-1)
@click.option("--project", type=click.Path(path_type=Path), default=Path("."), help="Folder of a clone.")
@click.option("--seeds", default=2, show_default=True)
@click.option("--device", is_flag=True, help="What a device tells of all persons, by windows and by recent ones.")
def main(cases: tuple[str, ...], project: Path, seeds: int, device: bool) -> None:
    tree = params_file.read(ROOT / "params.yaml")
    raw, asked = project / "data/raw/carsensor", tree["carsensor"]["preprocess"]
    architecture = chosen_network(project / "models/carsensor/trials.csv")[0] if device else PLAIN_488
    known = DEVICE_CASES if device else CASES
    header = True
    with threadpool_limits(1):
        for name in cases or known:
            settings = carsensor.Preprocess.model_validate(asked | {"smoothing": SMOOTHING} | known[name])
            measured, weight_bytes = recalls_of(raw, settings, architecture, tree["seed"], seeds, device)
            if header:
                persons = list(next(iter(measured.values())))
                print(f"{weight_bytes} weight bytes in int8, {seeds} seeds; mean recall, %.\n")
                print(f"| input and training | mean | {' | '.join(persons)} |")
                print(f"| :-- | --: |{' --: |' * len(persons)}")
                header = False
            for by, recalls in measured.items():
                means = [float(np.mean(values)) for values in recalls.values()]
                shares = " | ".join(f"{mean:.0f}" for mean in means)
                print(f"| {name}{by} | {np.mean(means):.1f} | {shares} |", flush=True)


def recalls_of(
    raw: Path, settings: carsensor.Preprocess, architecture: Architecture, seed: int, seeds: int, device: bool
) -> tuple[dict[str, dict[str, list[float]]], int]:
    """What is counted -> person -> the mean recall in percent of each seed; and the weight bytes of the network."""
    measured: dict[str, dict[str, list[float]]] = {}
    for train, held_out, feature_axis in _left_out(raw, settings, seed, everybody=device):
        normalization = fit_normalization(train.inputs, feature_axis)
        inputs, asked = (np.asarray(normalization.apply(items.inputs)) for items in (train, held_out))
        if device:
            step = (inputs.max() - inputs.min()) / STEPS
            places = np.round((asked - inputs.min()) / step).clip(0, STEPS)
            asked = (inputs.min() + step * places).astype(np.float32)
        [person] = set(held_out.groups.tolist())
        for number in range(seeds):
            logits = trained(architecture, inputs, train.labels, seed + number, None).logits(asked)
            decisions = {"": logits.argmax(axis=1)}
            if device:
                outputs = np.round(STEPS * softmax(logits, axis=1) - 128).clip(-128, 127).astype(np.int8)
                recent = decided_apart(outputs, held_out.recordings, settings.smoothing)
                decisions = {", windows": decisions[""], f", smoothing {settings.smoothing}": recent}
            for by, classes in decisions.items():
                measured.setdefault(by, {}).setdefault(person, []).append(recall_pct(held_out, classes))
    costs = costs_of(architecture, train.inputs.shape[1:], len(np.unique(train.labels)), "int8")
    return {by: dict(sorted(recalls.items())) for by, recalls in measured.items()}, costs.weight_bytes


def _left_out(
    raw: Path, settings: carsensor.Preprocess, seed: int, everybody: bool
) -> Iterator[tuple[Items, Items, int]]:
    """What trains, one person without computed windows, and the feature axis."""
    as_recorded = {"at_rest": 0.0, "sitting": 0.0}
    if not everybody:
        split = settings.split.model_copy(update={"protocol": "folds", "folds": PERSONS})
        block = settings.model_copy(update={"split": split})
        dataset = carsensor.preprocess(raw, block, seed)
        recorded = carsensor.preprocess(raw, block.model_copy(update=as_recorded), seed)
        for (train, _), (_, held_out) in zip(folds_of(dataset), folds_of(recorded), strict=True):
            yield train, held_out, dataset.feature_axis
        return
    splits = carsensor.preprocess(raw, settings, seed).splits.values()
    persons = {person for items in splits for person in items.groups.tolist()}
    for number in range(1, len(persons) + 1):
        fold = TestFold(folds="groups", number=number)
        split = settings.split.model_copy(update={"protocol": "folds", "folds": 2, "test_fold": fold})
        dataset = carsensor.preprocess(raw, settings.model_copy(update={"split": split}), seed)
        train = joined([dataset.splits["train"], dataset.splits["validation"]])
        yield train, dataset.splits["test"], dataset.feature_axis


def recall_pct(items: Items, answers: np.ndarray) -> float:
    """The mean over the classes that the items have."""
    shares = [(answers[items.labels == label] == label).mean() for label in np.unique(items.labels)]
    return 100 * float(np.mean(shares))


if __name__ == "__main__":
    main()
