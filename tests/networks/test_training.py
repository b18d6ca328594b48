"""The same seed gives the same weights, and the best epoch is the one that stays."""

import numpy as np
import pytest

from featherline.errors import FeatherlineError
from featherline.params import Architecture
from featherline.signals.dataset import Items

SHAPE = (16, 1, 2)
ARCHITECTURE = Architecture(conv_blocks=[{"filters": 4}], dense_blocks=[{"units": 4, "dropout": 0.2}])


def items_of(count: int, seed: int, rare: bool = False) -> Items:
    """Two classes that differ in the mean of the first channel."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(count) < (0.1 if rare else 0.5)).astype(np.int32)
    inputs = rng.normal(size=(count, *SHAPE)).astype(np.float32)
    inputs[..., 0] += labels[:, None, None]
    return Items(inputs, labels, np.array(["somebody"] * count))


def trained(seed: int, **options):
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed)
    options = {"epochs": 4, "batch_size": 16, "learning_rate": 0.01} | options
    return network, training.fit(network, items_of(200, 1), items_of(100, 2), **options)


def test_a_network_learns_and_keeps_its_best_epoch():
    network, outcome = trained(seed=3)
    assert outcome.validation_accuracy > 0.9
    assert outcome.validation_accuracy == max(row["val_accuracy"] for row in outcome.history)
    validation = items_of(100, 2)
    predicted = network.predict(validation.inputs, verbose=0).argmax(axis=1)
    recalls = [np.mean(predicted[validation.labels == label] == label) for label in (0, 1)]
    assert np.mean(recalls) == pytest.approx(outcome.validation_accuracy, abs=1e-5)


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


def test_classes_count_alike_when_balanced():
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed=1)
    network.get_layer("output").bias.assign([50.0, -50.0])  # always answers the frequent class
    outcome = training.fit(
        network, items_of(300, 1, rare=True), items_of(200, 2, rare=True), epochs=1, batch_size=300, learning_rate=1e-9
    )
    assert outcome.validation_accuracy == pytest.approx(0.5)


def test_a_loss_that_is_no_number_is_said():
    from featherline.networks import builder, training

    network = builder.build(ARCHITECTURE, SHAPE, 2, seed=1)
    broken = items_of(40, 1)
    broken.inputs[:] = np.inf
    with pytest.raises(FeatherlineError, match="no longer finite in epoch 1: lower learning_rate"):
        training.fit(network, broken, items_of(40, 2), epochs=2, batch_size=8, learning_rate=0.1)


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
