import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from featherline.core import isolation
from tests.matrix import table

# How long an example takes says how busy the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent
SOAK_TABLE = "tmp/soak-matrix.md"


# Modules that take longest; they begin first, so that the workers end together.
LONGEST = (
    *("test_simulated", "test_worker_pool", "test_package", "test_verify", "test_generator", "test_front_ends"),
    *("test_proposals", "test_convert", "test_feasibility", "test_recordings", "test_arena", "test_study"),
    *("test_costs", "test_search", "test_postgresql"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST)

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed", "skipped") for report in terminalreporter.stats.get(key, ())]
    written = table.write(reports, ROOT / SOAK_TABLE)
    if written is not None:
        terminalreporter.write_line(f"\n{written}\nThe same in {SOAK_TABLE}.")


@pytest.fixture(scope="session", autouse=True)
def processes_that_stay() -> Iterator[None]:
    """What stages and commands that run in this process do in others, is done in the same ones: TensorFlow takes
    seconds to import."""
    with isolation.shared_workers(1), isolation.shared_workers(2):
        yield


@pytest.fixture(scope="session")
def mirror() -> Path:
    """A folder of real recordings; tests that need it are skipped where there is none."""
    folder = Path(os.environ.get("FEATHERLINE_MIRROR", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no real recordings: set FEATHERLINE_MIRROR to a folder that holds the archives")
    return folder


@dataclass(frozen=True)
class Converted:
    """A tiny classifier of motion windows, converted under every scheme.

    Attributes:
        network: the Keras network, its batch normalization and biases far from neutral.
        inputs: float32, shape (60, 32, 1, 4).
        labels: int32, shape (60,), the classes that the network itself gives.
        probabilities: float32, shape (60, 3), its outputs.
        folder: holds `reduced-<scheme>.tflite`.
    """

    network: Any
    inputs: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray
    folder: Path

    def path(self, scheme: str) -> Path:
        return self.folder / f"reduced-{scheme}.tflite"


@pytest.fixture(scope="session")
def converted(tmp_path_factory) -> Converted:
    """Imports TensorFlow, which costs seconds; whatever tests models shares this one."""
    from featherline.networks.backend import keras
    from featherline.params import KERNEL_BITS, Scheme
    from featherline.tflite.converter import convert

    entry = x = keras.Input((32, 1, 4), name="input")
    for block, filters in enumerate((8, 16)):
        x = keras.layers.Conv2D(filters, (3, 1), padding="same", use_bias=False, name=f"conv_{block}")(x)
        x = keras.layers.BatchNormalization(name=f"normalization_{block}")(x)
        x = keras.layers.ReLU(name=f"relu_{block}")(x)
        x = keras.layers.MaxPooling2D((2, 1), name=f"pool_{block}")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(16, activation="relu", name="dense")(x)
    x = keras.layers.Dropout(0.3, name="dropout")(x)
    network = keras.Model(entry, keras.layers.Dense(3, activation="softmax", name="output")(x), name="tiny")

    rng = np.random.default_rng(7)
    # All but kernels are positive, as a variance must be; kernels keep the softmax away from 0 and 1.
    network.set_weights(
        [
            rng.normal(scale=0.3, size=w.shape) if "kernel" in w.path else rng.uniform(0.1, 1, w.shape)
            for w in network.weights
        ]
    )
    inputs = rng.normal(size=(60, 32, 1, 4)).astype(np.float32)
    # With the mean of the logits taken off, each class gets its share of the items.
    bias = network.get_layer("output").bias
    bias.assign(bias - np.log(network(inputs).numpy()).mean(axis=0))
    probabilities = network(inputs).numpy()
    folder = tmp_path_factory.mktemp("converted")
    for scheme in set(get_args(Scheme)) - set(KERNEL_BITS):
        (folder / f"reduced-{scheme}.tflite").write_bytes(convert(network, scheme, inputs))
    return Converted(network, inputs, probabilities.argmax(axis=1).astype(np.int32), probabilities, folder)


@pytest.fixture(scope="session")
def windows() -> np.ndarray:
    """What `few_bit_network` takes: float32, shape (40, 32, 1, 4)."""
    return np.random.default_rng(0).normal(size=(40, 32, 1, 4)).astype(np.float32)


@pytest.fixture(scope="session")
def few_bit_network() -> Any:
    """A network with every kind of layer that the builder knows, its normalization far from neutral."""
    from featherline.networks.builder import build
    from featherline.params import Architecture

    architecture = Architecture(
        conv_blocks=[{"filters": 6, "kernel": 5}, {"filters": 8, "convolution": "separable"}],
        dense_blocks=[{"units": 8, "dropout": 0.1}],
        head="global_average",
    )
    network = build(architecture, (32, 1, 4), 3, seed=1)
    rng = np.random.default_rng(5)
    network.set_weights(
        [
            rng.normal(scale=0.4, size=w.shape) if "kernel" in w.path else rng.uniform(0.2, 1, w.shape)
            for w in network.weights
        ]
    )
    return network


@pytest.fixture(scope="session")
def rounded_networks(few_bit_network, windows) -> dict[int, Any]:
    """The same network rounded to so many bits."""
    from featherline.networks import fake_quantization, folding

    folded = folding.fold(few_bit_network)
    return {bits: fake_quantization.rounded(folded, bits, windows) for bits in (8, 4, 2)}
