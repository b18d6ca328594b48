import numpy as np
import pytest

from featherline.params import Architecture

SHAPE = (32, 1, 3)


@pytest.fixture(scope="session")
def windows() -> np.ndarray:
    """float32, shape (40, 32, 1, 3)."""
    return np.random.default_rng(0).normal(size=(40, *SHAPE)).astype(np.float32)


@pytest.fixture(scope="session")
def few_bit_network():
    """A network with every kind of layer that the builder knows, its normalization far from neutral."""
    from featherline.networks.builder import build

    architecture = Architecture(
        conv_blocks=[{"filters": 6, "kernel": 5}, {"filters": 8, "convolution": "separable"}],
        dense_blocks=[{"units": 8, "dropout": 0.1}],
        head="global_average",
    )
    network = build(architecture, SHAPE, 3, seed=1)
    rng = np.random.default_rng(5)
    network.set_weights(
        [
            rng.normal(scale=0.4, size=w.shape) if "kernel" in w.path else rng.uniform(0.2, 1, w.shape)
            for w in network.weights
        ]
    )
    return network
