"""Converts networks with batch normalization under every scheme and prints SHA-256 of all that comes of it, as JSON.

    python -m tests.soak.conversion

Weights and items are made of integers alone, so that nothing before the conversion can differ by processor.
"""

import hashlib
import json
import tempfile
from pathlib import Path
from typing import get_args

import numpy as np

from featherline.evaluation import quantization_error
from featherline.interpreters import litert
from featherline.interpreters.values import quantize
from featherline.networks import fake_quantization, folding, storage
from featherline.networks.backend import keras, tf
from featherline.networks.builder import build
from featherline.params import KERNEL_BITS, Architecture, Scheme
from featherline.records.base import plain
from featherline.tflite import converter, model
from tests.soak import processor

PLAIN = [scheme for scheme in get_args(Scheme) if scheme not in KERNEL_BITS]
ARCHITECTURES = {
    "motion": (
        Architecture(
            conv_blocks=[{"filters": 8, "kernel": 5}, {"filters": 12, "convolution": "separable"}],
            dense_blocks=[{"units": 24}],
            head="flatten",
        ),
        (32, 1, 3),
    ),
    "audio": (
        Architecture(
            conv_blocks=[{"filters": 6}, {"filters": 8, "convolution": "separable", "stride": 2}],
            dense_blocks=[],
            head="global_average",
        ),
        (16, 12, 1),
    ),
}


def _numbers(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    return rng.integers(int(low * 4096), int(high * 4096), shape).astype(np.float32) / np.float32(4096)


def _networks() -> dict[str, keras.Model]:
    networks = {name: build(architecture, shape, 3, seed=1) for name, (architecture, shape) in ARCHITECTURES.items()}
    entry = keras.Input((24, 1, 2), name="input")
    x = keras.layers.Conv2D(8, (3, 1), padding="same", activation="relu", name="conv")(entry)
    x = keras.layers.BatchNormalization(name="stray")(x)
    x = keras.layers.Dense(8, name="dense")(keras.layers.Flatten(name="flatten")(x))
    x = keras.layers.ReLU(name="relu")(keras.layers.BatchNormalization(name="folded")(x))
    x = keras.layers.Dense(3, activation="softmax", name="output")(x)
    networks["stray"] = keras.Model(entry, x, name="network")
    rng = np.random.default_rng(11)
    for network in networks.values():
        network.set_weights(
            [_numbers(rng, w.shape, *((-0.4, 0.4) if "kernel" in w.path else (0.2, 1))) for w in network.weights]
        )
    return networks


def _digest(content: bytes | np.ndarray) -> str:
    return hashlib.sha256(content if isinstance(content, bytes) else content.tobytes()).hexdigest()


def results() -> dict[str, str]:
    """SHA-256 by the name of what was made."""
    found = {}
    rng = np.random.default_rng(13)
    for name, network in _networks().items():
        items = _numbers(rng, (8, *network.input_shape[1:]), -3, 3)
        models = {scheme: converter.convert(network, scheme, items) for scheme in PLAIN}
        if name != "stray":
            rounded = fake_quantization.rounded(folding.fold(network), 4, items)
            models["int4"] = converter.rounded_forms(rounded)[1]
        for scheme, content in models.items():
            found[f"{name}-{scheme}.tflite"] = _digest(content)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "model.tflite"
                path.write_bytes(content)
                fed = quantize(items, model.read(path).inputs[0])
                found[f"{name}-{scheme} outputs"] = _digest(litert.outputs(path, fed))
            if scheme != "int4":
                layers = quantization_error.by_layer(models["none"], content, items)
                summary = quantization_error.summary(layers, len(items))
                found[f"{name}-{scheme} loss"] = _digest(json.dumps(plain(summary)).encode())
        found[f"{name}.keras"] = _digest(storage.serialized(network))
    return found


def reciprocal_square_roots() -> str:
    """SHA-256 of a thousand float32 ones by TensorFlow: each maker of processors has an approximation of his own."""
    return _digest(tf.math.rsqrt(tf.range(1.0, 1001.0)).numpy())


if __name__ == "__main__":
    told = {"processor": processor.brand(), "rsqrt": reciprocal_square_roots(), "results": results()}
    print(json.dumps(told))
