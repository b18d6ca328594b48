"""The same seed gives the same weights, and the best epoch is the one that stays."""

import mmap
from pathlib import Path

import numpy as np
import pytest

from featherline.core.errors import FeatherlineError
from featherline.params import Architecture
from featherline.signals.dataset import Items, read_items, write_items

SHAPE = (16, 1, 2)
ARCHITECTURE = Architecture(conv_blocks=[{"filters": 4}], dense_blocks=[{"units": 4, "dropout": 0.2}])


def items_of(count: int, seed: int, rare: bool = False) -> Items:
    """Two classes that differ in the mean of the first channel."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(count) < (0.1 if rare else 0.5)).astype(np.int32)
    inputs = rng.normal(size=(count, *SHAPE)).astype(np.float32)
    inputs[..., 0] += labels[:, None, None]
    return Items(inputs, labels, np.array(["somebody"] * count))


def trained(seed: int, train: Items | None = None, validation: Items | None = None, **options):
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed)
    train, validation = train or items_of(200, 1), validation or items_of(100, 2)
    options = {"epochs": 4, "batch_size": 16, "learning_rate": 0.01} | options
    return network, training.fit(network, train, validation, seed=seed, **options)


def test_a_network_learns_and_keeps_its_best_epoch():
    network, outcome = trained(seed=3)
    assert outcome.validation_accuracy > 0.9
    assert outcome.validation_accuracy == max(row["val_accuracy"] for row in outcome.history)
    validation = items_of(100, 2)
    predicted = network.predict(validation.inputs, verbose=0).argmax(axis=1)
    recalls = [np.mean(predicted[validation.labels == label] == label) for label in (0, 1)]
    assert np.mean(recalls) == pytest.approx(outcome.validation_accuracy, abs=1e-5)


def test_without_a_validation_split_the_last_epoch_is_kept():
    from featherline.networks import builder, training

    networks = [builder.build(ARCHITECTURE, SHAPE, 2, seed=3) for _ in range(2)]
    options = {"seed": 3, "epochs": 4, "batch_size": 16, "learning_rate": 0.01}
    outcome = training.fit(networks[0], items_of(200, 1), None, **options)
    assert (outcome.validation_accuracy, outcome.curve) == (None, ())
    assert [list(row) for row in outcome.history] == [["epoch", "loss", "accuracy"]] * 4
    # Training itself is the same; on two labels that are told apart ever better the best epoch is the last one.
    beside = training.fit(networks[1], items_of(200, 1), items_of(100, 2), **options)
    assert [row["loss"] for row in beside.history] == [row["loss"] for row in outcome.history]


def test_the_same_seed_gives_the_same_bytes_on_disk(tmp_path):
    from featherline.networks import storage

    for name in ("a", "b"):
        storage.save(trained(seed=5)[0], tmp_path / f"{name}.keras")
    assert (tmp_path / "a.keras").read_bytes() == (tmp_path / "b.keras").read_bytes()
    assert trained(seed=5)[1].history != trained(seed=6)[1].history


def test_patience_stops_a_training_that_gets_no_better():
    _, outcome = trained(seed=3, epochs=60, patience=2)
    assert len(outcome.history) < 60
    best = max(range(len(outcome.history)), key=lambda i: outcome.history[i]["val_accuracy"])
    assert len(outcome.history) >= best + 3


def guessing(seed: int) -> Items:
    """Items whose labels nothing tells."""
    items = items_of(100, seed)
    return Items(items.inputs, np.random.default_rng(seed).permutation(items.labels), items.groups)


WAVERING = {"train": guessing(1), "validation": guessing(2), "epochs": 6, "learning_rate": 0.05}


@pytest.fixture(scope="module")
def wavering():
    """A training whose accuracy rises and falls."""
    return trained(seed=3, **WAVERING)[1]


def test_the_curve_is_the_best_up_to_each_epoch(wavering):
    accuracies = [row["val_accuracy"] for row in wavering.history]
    assert accuracies != sorted(accuracies)
    assert wavering.curve == tuple(max(accuracies[: epoch + 1]) for epoch in range(6))
    assert wavering.curve[-1] == wavering.validation_accuracy


def test_one_that_meets_its_standards_is_trained_to_the_end(wavering):
    _, held = trained(seed=3, standards=wavering.curve, **WAVERING)
    assert held == wavering


@pytest.mark.parametrize("epoch", [1, 4])
def test_one_below_a_standard_stops_in_that_epoch(wavering, epoch):
    standards = [accuracy + (number == epoch) * 1e-5 for number, accuracy in enumerate(wavering.curve, start=1)]
    _, stopped = trained(seed=3, standards=standards, **WAVERING)
    assert stopped.history == wavering.history[:epoch]
    assert stopped.validation_accuracy == wavering.curve[epoch - 1]


def test_standards_stop_what_guesses_and_not_what_learns():
    standards = [0.0, 0.0, 0.8, 0.8, 0.8, 0.8]
    _, good = trained(seed=3, epochs=6, standards=standards)
    _, bad = trained(seed=3, train=guessing(1), epochs=6, standards=standards, validation=guessing(2))
    assert (len(good.history), len(bad.history)) == (6, 3)


def taught(share: float, *, train: Items, answers: np.ndarray | None = None, temperature: float = 2.0, **options):
    from featherline.networks.training import Distillation

    if answers is None:
        answers = np.tile(np.float32([0.9, 0.1]), (len(train), 1))
    return trained(seed=3, train=train, distillation=Distillation(answers, share, temperature), **options)


def noise(labels: list[int]) -> Items:
    """Items that all look alike, whatever their labels say: these come in the proportions given."""
    count = 120 * len(labels)
    inputs = np.random.default_rng(0).normal(size=(count, *SHAPE)).astype(np.float32)
    return Items(inputs, np.array(labels * 120, np.int32), np.full(count, "somebody"))


def answer_of_a_student(share: float, labels: list[int], temperature: float) -> float:
    """The mean probability of class 0, of which the teacher is certain to 90 %."""
    from featherline.networks import training

    options = {"epochs": 2, "learning_rate": 0.03, "balanced": False, "validation": noise([0])}
    network, _ = taught(share, train=noise(labels), temperature=temperature, **options)
    return training.answers([network], noise([0]).inputs)[:, 0].mean()


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_a_student_answers_as_its_teacher_where_labels_say_nothing(temperature):
    assert answer_of_a_student(1.0, [0, 1, 0, 1], temperature) == pytest.approx(0.9, abs=0.04)


def test_the_share_says_how_far_a_student_follows_its_teacher():
    # With a temperature of 1 it settles between the labels, of which 40 % are 0, and the teacher.
    labels_alone, half = (answer_of_a_student(share, [0, 0, 1, 1, 1], temperature=1.0) for share in (0.0, 0.5))
    assert labels_alone == pytest.approx(0.4, abs=0.06)
    assert half == pytest.approx((0.4 + 0.9) / 2, abs=0.06)


def test_a_share_of_nothing_is_training_without_a_teacher():
    train = items_of(200, 1)
    network, alone = trained(seed=3, train=train)
    unmoved, outcome = taught(0.0, train=train)
    assert [row["val_accuracy"] for row in outcome.history] == [row["val_accuracy"] for row in alone.history]
    for expected, found in zip(network.get_weights(), unmoved.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize("share", [None, 0.0, 0.7, 1.0])
def test_the_validation_loss_is_that_of_labels_alone(share):
    from featherline.networks import training

    train, validation = items_of(200, 1), items_of(100, 2)
    options = {"validation": validation, "epochs": 1, "balanced": False}
    network, outcome = trained(3, train, **options) if share is None else taught(share, train=train, **options)
    probabilities = training.answers([network], validation.inputs)[np.arange(100), validation.labels]
    assert outcome.history[0]["val_loss"] == pytest.approx(-np.log(probabilities).mean(), abs=1e-4)


def test_a_student_is_judged_by_labels_as_any_other():
    from featherline.networks import training

    validation = items_of(100, 2)
    network, outcome = taught(0.7, train=items_of(200, 1), validation=validation, balanced=False, epochs=2)
    right = training.answers([network], validation.inputs).argmax(axis=1) == validation.labels
    assert outcome.validation_accuracy == pytest.approx(right.mean(), abs=1e-5)


def test_the_same_seed_and_teacher_give_the_same_student():
    train = items_of(200, 1)
    answers = np.random.default_rng(0).dirichlet([1, 1], len(train)).astype(np.float32)
    (one, first), (two, second) = (taught(0.5, train=train, answers=answers, epochs=2) for _ in range(2))
    assert first == second
    assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), two.get_weights(), strict=True))


def test_answers_are_the_probabilities_of_each_item():
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed=1)
    answers = training.answers([network], items_of(30, 1).inputs)
    assert answers.shape == (30, 2)
    assert answers.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)


def test_classes_count_alike_when_balanced():
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed=1)
    network.get_layer("output").bias.assign([50.0, -50.0])  # always answers the frequent class
    outcome = training.fit(
        network,
        items_of(300, 1, rare=True),
        items_of(200, 2, rare=True),
        epochs=1,
        batch_size=300,
        learning_rate=1e-9,
        seed=1,
    )
    assert outcome.validation_accuracy == pytest.approx(0.5)


def resident_bytes(path: Path) -> int:
    """What this process has of a mapped file in memory, as Linux tells."""
    found, resident_kb = False, 0
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.partition(" ")[0]:
            found = line.endswith(str(path))
        elif found and line.startswith("Rss:"):
            resident_kb += int(line.split()[1])
    return 1024 * resident_kb


def test_memory_lets_go_of_a_mapped_validation_split(tmp_path):
    path = tmp_path / "validation.npz"
    in_memory = items_of(5000, 2)
    write_items(path, in_memory)
    resident: list[int] = []
    mapped = read_items(path)
    _, outcome = trained(3, validation=mapped, on_epoch=lambda row: resident.append(resident_bytes(path)))
    labels_bytes = in_memory.labels.nbytes + 2 * mmap.PAGESIZE  # all that stays, with what shares its pages
    assert max(resident_bytes(path), *resident) <= labels_bytes
    assert mapped.inputs[:].sum() and resident_bytes(path) > 500_000  # it is what the test counts
    assert outcome == trained(3, validation=in_memory)[1]


def test_a_loss_that_is_no_number_is_said():
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed=1)
    broken = items_of(40, 1)
    broken.inputs[:] = np.inf
    with pytest.raises(FeatherlineError, match="no longer finite in epoch 1: lower learning_rate"):
        training.fit(network, broken, items_of(40, 2), epochs=2, batch_size=8, learning_rate=0.1, seed=1)


def test_a_saved_network_answers_as_before(tmp_path):
    from featherline.networks import storage

    network, _ = trained(seed=3, epochs=1)
    storage.save(network, tmp_path / "n.keras")
    inputs = items_of(20, 9).inputs
    assert np.array_equal(
        storage.load(tmp_path / "n.keras").predict(inputs, verbose=0), network.predict(inputs, verbose=0)
    )


@pytest.mark.parametrize("content", [b"", b"not a network", b"PK\x03\x04 cut"])
def test_a_file_that_is_no_network_is_named(tmp_path, content):
    from featherline.networks import storage

    (tmp_path / "n.keras").write_bytes(content)
    with pytest.raises(FeatherlineError, match=r"n\.keras is not a Keras network"):
        storage.load(tmp_path / "n.keras")
