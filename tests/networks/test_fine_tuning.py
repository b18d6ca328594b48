"""Fine-tuning wins back what rounding lost, and ends the same each time."""

import numpy as np
import pytest

from featherline.params import Architecture, FineTuning
from featherline.signals.dataset import Items, write_items


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Three kinds of waves, and a network that was trained to tell them apart."""
    from featherline.networks import storage, training
    from featherline.networks.builder import build

    folder = tmp_path_factory.mktemp("waves")
    rng = np.random.default_rng(4)

    def waves(count: int) -> Items:
        labels = np.arange(count, dtype=np.int32) % 3
        time = np.arange(32)[:, np.newaxis, np.newaxis]
        waves = np.stack([np.sin(time * (0.3 + 0.3 * label) + rng.uniform(0, 6)) for label in labels])
        noisy = np.repeat(waves, 3, axis=3) + rng.normal(scale=0.3, size=(count, 32, 1, 3))
        return Items(noisy.astype(np.float32), labels, labels.astype(str))

    train, validation = waves(240), waves(120)
    for name, items in (("train", train), ("validation", validation), ("calibration", waves(30))):
        write_items(folder / f"{name}.npz", items)
    architecture = Architecture(conv_blocks=[{"filters": 6, "kernel": 5}], head="global_average")
    network = build(architecture, (32, 1, 3), 3, seed=1)
    training.fit(network, train, validation, epochs=12, batch_size=32, learning_rate=0.01, seed=1)
    storage.save(network, folder / "trained.keras")
    return folder


def tuned(folder, bits: int, refit: bool = False, **changes):
    from featherline.networks.fine_tuning import Task, fine_tune

    settings = FineTuning(epochs=8, batch_size=32, learning_rate=0.005, **changes)
    task = Task(folder / "trained.keras", bits, folder, folder / "calibration.npz", settings, True, 3, refit)
    return fine_tune(task)


def test_fine_tuning_wins_back_what_two_bits_lost(project, tmp_path):
    from featherline.networks import fake_quantization, folding, storage
    from featherline.networks.fake_quantization import integers, rounded_layers
    from featherline.signals.dataset import read_items

    validation, calibration = (read_items(project / f"{name}.npz") for name in ("validation", "calibration"))

    def accuracy(network) -> float:
        return (network(validation.inputs).numpy().argmax(axis=1) == validation.labels).mean()

    trained = storage.load(project / "trained.keras")
    before = accuracy(fake_quantization.rounded(folding.fold(trained), 2, calibration.inputs))
    content, history = tuned(project, 2)
    (tmp_path / "tuned.keras").write_bytes(content)
    network = storage.load(tmp_path / "tuned.keras")
    after = accuracy(network)
    assert after > before
    assert after == pytest.approx(max(row["val_accuracy"] for row in history), abs=1e-4)
    assert all(set(np.unique(integers(layer)[0])) <= {-1, 0, 1} for layer in rounded_layers(network))


def test_the_same_seed_gives_the_same_bytes(project):
    assert tuned(project, 4) == tuned(project, 4)


def test_a_network_that_has_learnt_from_the_validation_split_goes_on_with_it(project):
    content, history = tuned(project, 2, refit=True)
    assert list(history[-1]) == ["epoch", "loss", "accuracy"]
    assert content != tuned(project, 2)[0]


def test_the_unquantized_network_can_teach(project):
    _, alone = tuned(project, 4)
    _, taught = tuned(project, 4, distillation={"share": 0.5, "temperature": 2.0})
    assert len(taught) == len(alone) == 8
    assert taught[0]["loss"] != alone[0]["loss"]
