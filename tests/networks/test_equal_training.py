"""The law of equal training: items permuted within every batch give the same bytes, because the grid cuts off the
noise of the order of sums. Without the grid, and in float32, the same test finds other bytes."""

import hashlib

import numpy as np
import pytest

from featherline.params import Architecture

SHAPE, CLASSES, ITEMS, BATCH, STEPS = (16, 1, 2), 3, 96, 24, 1600

ARCHITECTURES = {
    "plain convolution, stride, pooling, flatten, dense with dropout and L2, normalization": Architecture(
        conv_blocks=[{"filters": 4}, {"filters": 6, "stride": 2, "poolings": 1}],
        dense_blocks=[{"units": 6, "dropout": 0.3, "l2": 1e-3}],
    ),
    "separable convolution, global average, normalization": Architecture(
        conv_blocks=[{"filters": 4, "convolution": "separable"}, {"filters": 6, "convolution": "separable"}],
        head="global_average",
    ),
    "no normalization": Architecture(
        conv_blocks=[{"filters": 4}], dense_blocks=[{"units": 6, "dropout": 0.2}], batch_normalization=False
    ),
}
PLAIN, SEPARABLE, UNNORMALIZED = ARCHITECTURES


def items() -> tuple[np.ndarray, np.ndarray]:
    """Windows whose class is hard to tell, so that training never comes to rest."""
    rng = np.random.Generator(np.random.PCG64(1))
    labels = rng.integers(0, CLASSES, ITEMS)
    inputs = rng.integers(-2000, 2000, (ITEMS, *SHAPE)) / 1000
    inputs[..., 0] += labels[:, None, None] / 2
    return inputs.astype(np.float32), labels


def digest(network, permutation: int | None, steps: int = STEPS, **options) -> str:
    """SHA-256 of the weights after some steps with items in one order within each batch, or in another."""
    from featherline.networks.equal_training import Trainer, cosine

    inputs, labels = items()
    weights = 1 + labels / 4
    rates = cosine(0.01, steps)
    trainer = Trainer(
        network,
        inputs,
        labels,
        batch_size=BATCH,
        rates=rates,
        seed=5,
        weights=weights,
        permutation=permutation,
        **options,
    )
    for _ in range(steps * BATCH // ITEMS):
        trainer.epoch()
    return hashlib.sha256(b"".join(weight.tobytes() for weight in trainer.weights())).hexdigest()


def built(name: str):
    from featherline.networks.builder import build

    return build(ARCHITECTURES[name], SHAPE, CLASSES, seed=1)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_order_within_batches_leaves_no_trace(name):
    assert digest(built(name), None) == digest(built(name), permutation=7)


def test_it_leaves_none_with_a_teacher():
    rng = np.random.Generator(np.random.PCG64(2))
    answers = rng.integers(1, 100, (ITEMS, CLASSES)).astype(np.float64)
    taught = {"answers": answers / answers.sum(axis=1, keepdims=True), "share": 0.5, "temperature": 2.0}
    assert digest(built(UNNORMALIZED), None, **taught) == digest(built(UNNORMALIZED), 7, **taught)


@pytest.mark.parametrize("bits", [pytest.param(8, marks=pytest.mark.soak), 4, pytest.param(2, marks=pytest.mark.soak)])
def test_it_leaves_none_with_fake_quantization(bits):
    from featherline.networks.fake_quantization import rounded
    from featherline.networks.folding import fold

    network = rounded(fold(built(SEPARABLE)), bits, items()[0])
    assert digest(network, None) == digest(network, permutation=7)


@pytest.mark.parametrize(("name", "options"), [(SEPARABLE, {"bits": None}), (PLAIN, {"dtype": "float32"})])
def test_without_the_grid_or_in_float32_it_does(name, options):
    found = [digest(built(name), order, steps=400, **options) for order in (None, 7)]
    assert found[0] != found[1]


def test_another_seed_gives_other_bytes():
    from featherline.networks.equal_training import Trainer, cosine

    inputs, labels = items()
    found = []
    for seed in (1, 2):
        trainer = Trainer(built(PLAIN), inputs, labels, batch_size=BATCH, rates=cosine(0.01, 8), seed=seed)
        trainer.epoch()
        found.append(trainer.weights()[0].tobytes())
    assert found[0] != found[1]


def test_more_epochs_than_rates_are_refused():
    from featherline.networks.equal_training import Trainer, cosine

    inputs, labels = items()
    trainer = Trainer(built(PLAIN), inputs, labels, batch_size=BATCH, rates=cosine(0.01, 4), seed=1)
    trainer.epoch()
    with pytest.raises(ValueError, match="rates has 4 steps, and this epoch ends at 8"):
        trainer.epoch()
