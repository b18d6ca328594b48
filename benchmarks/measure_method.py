"""Measures what each step of reducing MotionSense's network saves and costs, for docs/method.md.

Walks from the original of params.yaml downwards, one change at a time. Every row is trained
the same way, with the batch size and learning rate of motionsense.reduce, from several seeds;
its costs are those that the search sees. Prints Markdown tables. The test split is not read.
"""

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from featherline import params, params_file  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.core.files import read_json  # noqa: E402
from featherline.core.progress import bar  # noqa: E402
from featherline.networks.shapes import Shape, layers  # noqa: E402
from featherline.params import Architecture, ConvBlock, Reduce  # noqa: E402
from featherline.reduction.costs import costs_of, excess  # noqa: E402
from featherline.reduction.objective import Candidate, Yardstick, score_of, winner  # noqa: E402
from featherline.signals.dataset import Items, read_items  # noqa: E402
from stages.command import guarded  # noqa: E402

APPLICATION = "motionsense"
ERROR_WEIGHTS = (0.5, 0.8, 0.95, 1.0)

Edit = Callable[[Architecture], Architecture]


@dataclass(frozen=True)
class Step:
    """One row: the row whose network is changed, what changes in words, and the change."""

    after: int | None
    change: str
    edit: Edit


@dataclass(frozen=True)
class Trainer:
    """What is the same for every row."""

    train: Items
    validation: Items
    input_shape: Shape
    classes: int
    settings: Reduce
    balanced: bool
    epochs: int
    seeds: range


def whole(**changes) -> Edit:
    """Changes of the network as a whole."""
    return lambda network: network.model_copy(update=changes)


def blocks(edit: Callable[[tuple[ConvBlock, ...]], tuple[ConvBlock, ...]]) -> Edit:
    """Other conv blocks, made of those that are there."""
    return lambda network: network.model_copy(update={"conv_blocks": edit(network.conv_blocks)})


def block(number: int, **changes) -> Edit:
    """Changes of one conv block; the first is 1."""
    return blocks(lambda old: tuple(b.model_copy(update=changes) if i == number else b for i, b in enumerate(old, 1)))


def every_block(**changes) -> Edit:
    """The same changes of every conv block."""
    return blocks(lambda old: tuple(b.model_copy(update=changes) for b in old))


def shared_by_two(old: tuple[ConvBlock, ...]) -> tuple[ConvBlock, ...]:
    """The first block twice, its poolings shared by both."""
    first, poolings = old[0], old[0].poolings
    return tuple(first.model_copy(update={"poolings": n}) for n in (poolings // 2, poolings - poolings // 2))


# Rows count from 1; `after` names the row that a change starts from.
STEPS = (
    Step(None, "the original of params.yaml", whole()),
    Step(1, "N = 1: the first conv block alone", blocks(lambda old: old[:1])),
    Step(2, "Pi = 2", block(1, poolings=2)),
    Step(3, "Pi = 3", block(1, poolings=3)),
    Step(4, "Pi = 4", block(1, poolings=4)),
    Step(5, "Pi = 5", block(1, poolings=5)),
    Step(6, "one pooling of 32 instead of five of 2", block(1, poolings=1, pool=32)),
    Step(6, "M = 0: no dense block", whole(dense_blocks=())),
    Step(8, "16 filters", block(1, filters=16)),
    Step(9, "8 filters", block(1, filters=8)),
    Step(10, "4 filters", block(1, filters=4)),
    Step(10, "kernel 3", block(1, kernel=3)),
    Step(10, "kernel 7", block(1, kernel=7)),
    Step(10, "stride 2", block(1, stride=2)),
    Step(10, "separable convolution", block(1, convolution="separable")),
    Step(10, "global average instead of flatten", whole(head="global_average")),
    Step(10, "N = 2: two such blocks, the first with Pi = 2, the second with Pi = 3", blocks(shared_by_two)),
    Step(17, "stride 2 in the first block", block(1, stride=2)),
    Step(17, "separable convolution in the second block", block(2, convolution="separable")),
    Step(17, "global average instead of flatten", whole(head="global_average")),
    Step(17, "12 filters in both blocks", every_block(filters=12)),
)


def architectures(original: Architecture) -> list[Architecture]:
    """The network of each step."""
    made: list[Architecture] = []
    for step in STEPS:
        made.append(step.edit(original if step.after is None else made[step.after - 1]))
    return made


def accuracies(architecture: Architecture, trainer: Trainer) -> list[float]:
    """The validation accuracy of the best epoch from each seed, 0 to 1."""
    from featherline.networks import builder, training  # TensorFlow takes seconds to import
    from featherline.networks.backend import keras

    found = []
    for seed in trainer.seeds:
        keras.backend.clear_session()
        network = builder.build(architecture, trainer.input_shape, trainer.classes, seed)
        fitted = training.fit(
            network,
            trainer.train,
            trainer.validation,
            epochs=trainer.epochs,
            batch_size=trainer.settings.batch_size,
            learning_rate=trainer.settings.learning_rate,
            seed=seed,
            balanced=trainer.balanced,
        )
        found.append(fitted.validation_accuracy)
    return found


def show_layers(original: Architecture, trainer: Trainer) -> None:
    width = {"none": 4, "int8": 1, "int16x8": 2}[trainer.settings.scheme]
    print("| layer | input | output | weights | MACs | input bytes + output bytes |")
    print("| :-- | :-- | :-- | --: | --: | --: |")
    for layer in layers(original, trainer.input_shape, trainer.classes):
        before, after = (shape[0] * shape[1] * shape[2] * width for shape in (layer.input_shape, layer.output_shape))
        shapes = " | ".join(" x ".join(map(str, shape)) for shape in (layer.input_shape, layer.output_shape))
        print(
            f"| {layer.name} | {shapes} | {layer.weights + layer.biases:,} | {layer.macs:,} "
            f"| {before:,} + {after:,} = {before + after:,} |"
        )


def show_steps(original: Architecture, trainer: Trainer) -> tuple[list[Candidate], Yardstick]:
    """Trains every row and prints it; returns the rows as candidates, numbered from 1, their mean as accuracy."""
    networks = architectures(original)
    costs = [costs_of(one, trainer.input_shape, trainer.classes, trainer.settings.scheme) for one in networks]
    candidates: list[Candidate] = []
    print(
        f"| row | after | change | weights | {trainer.settings.scheme} weight bytes | arena head bytes | MACs "
        "| validation accuracy %, mean | lowest to highest | score |\n"
        "| --: | --: | :-- | --: | --: | --: | --: | --: | :-- | --: |",
        flush=True,
    )
    with bar("train", total=len(STEPS), unit="row") as progress:
        for number, (step, network, cost) in enumerate(zip(STEPS, networks, costs, strict=True), start=1):
            progress.set_postfix_str(step.change)
            found = accuracies(network, trainer)
            candidates.append(Candidate(number, {}, network, cost, (statistics.mean(found),), stopped=False))
            yardstick = Yardstick(costs[0], candidates[0].validation_accuracy, costs[0], trainer.classes)
            score = score_of(candidates[-1], trainer.settings, yardstick)
            progress.write(
                f"| {number} | {step.after or ''} | {step.change} | {cost.weights:,} | {cost.weight_bytes:,} "
                f"| {cost.activation_bytes:,} | {cost.macs:,} | {100 * statistics.mean(found):.1f} "
                f"| {100 * min(found):.1f} to {100 * max(found):.1f} | {score:.4f} |",
                file=sys.stdout,
            )
            sys.stdout.flush()
            progress.update()
    return candidates, yardstick


def show_choices(candidates: list[Candidate], settings: Reduce, yardstick: Yardstick) -> None:
    """Prints which row each objective takes, with and without the limits of params.yaml."""
    within = [candidate for candidate in candidates if not excess(candidate.costs, settings)]
    whole_bytes, limit = yardstick.original.weight_bytes, settings.max_weight_bytes
    limit_title = f"{limit:,} bytes are worth, points" if limit else "no limit of weight bytes"
    print(f"| objective | one point is worth, bytes | {limit_title} | row, no limits | row, limits of params.yaml |")
    print("| :-- | --: | --: | --: | --: |")

    def rows(chosen: Reduce) -> str:
        return " | ".join(
            str(winner(group, chosen, yardstick).number) if group else "none" for group in (candidates, within)
        )

    for w in ERROR_WEIGHTS:
        point = f"{0.01 * w / (1 - w) * whole_bytes:,.0f}" if w < 1 else "any number"
        points = f"{100 * (1 - w) / w * limit / whole_bytes:.2f}" if limit else ""
        chosen = settings.model_copy(update={"objective": "weighted", "error_weight": w})
        print(f"| weighted, w = {w} | {point} | {points} | {rows(chosen)} |")
    chosen = settings.model_copy(update={"objective": "pareto"})
    print(f"| pareto, accuracy_tolerance = {settings.accuracy_tolerance} | | | {rows(chosen)} |")


def measure(data: Path, epochs: int, seeds: int) -> None:
    path = ROOT / "params.yaml"
    tree = params_file.read(path)
    original = params_file.block(tree, f"{APPLICATION}.train", params.Train, path)
    settings = params_file.block(tree, f"{APPLICATION}.reduce", params.Reduce, path)
    seed = params_file.block(tree, "seed", params.Seed, path)
    frontend = read_json(data / "frontend.json")
    if frontend["application"] != "MotionSense":
        raise FeatherlineError(f"{data} holds {frontend['application']}: name the folder of {APPLICATION}.")
    trainer = Trainer(
        train=read_items(data / "train.npz"),
        validation=read_items(data / "validation.npz"),
        input_shape=tuple(frontend["input_shape"]),
        classes=len(frontend["classes"]),
        settings=settings,
        balanced=original.class_weights == "balanced",
        epochs=epochs,
        seeds=range(seed, seed + seeds),
    )
    people = [len(set(items.groups.tolist())) for items in (trainer.train, trainer.validation)]
    print(
        f"Source {frontend['provenance']['source']}: {len(trainer.train):,} training windows of {people[0]} groups, "
        f"{len(trainer.validation):,} validation windows of {people[1]} others; "
        f"{epochs} epochs, batch size {settings.batch_size}, learning rate {settings.learning_rate}, "
        f"seeds {', '.join(map(str, trainer.seeds))}; score at w = {settings.error_weight}.\n"
    )
    architecture = Architecture(**original.model_dump(include=set(Architecture.model_fields)))
    show_layers(architecture, trainer)
    print()
    candidates, yardstick = show_steps(architecture, trainer)
    print()
    show_choices(candidates, settings, yardstick)


@click.command(help=__doc__, epilog="Example: python benchmarks/measure_method.py measured/data/processed/motionsense")
@click.argument("data", metavar="DATA_FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--epochs", type=click.IntRange(min=1), default=20, show_default=True, help="Of every training.")
@click.option("--seeds", type=click.IntRange(min=1), default=3, show_default=True, help="Trainings of every row.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(data: Path, epochs: int, seeds: int, debug: bool) -> None:
    guarded(lambda: measure(data, epochs, seeds), "measure_method", debug)


if __name__ == "__main__":
    main()
