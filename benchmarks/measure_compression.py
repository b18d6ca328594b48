"""Measures what few-bit weights cost in a .tflite file, as int8, as int4 and behind look-up tables.

Each row is a convolutional classifier of motion windows with random weights on a grid of 3, 7
or 15 levels, converted to int8 and minified; then the same with its convolutions stored as int4
(another grid: the two do not answer alike); then with look-up tables, compared with the first
on TensorFlow Lite Micro. Prints a Markdown table.
"""

import os
import sys
import tempfile
from pathlib import Path

import click
import numpy as np
from ai_edge_litert import schema_py_generated as schema

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from featherline.core import isolation  # noqa: E402
from featherline.core.errors import FeatherlineError  # noqa: E402
from featherline.core.progress import track  # noqa: E402
from featherline.deployment.equality import check_equal  # noqa: E402
from featherline.interpreters import litert, tflm  # noqa: E402
from featherline.interpreters.values import quantize  # noqa: E402
from featherline.tflite import model as tflite  # noqa: E402
from featherline.tflite.compression import compress  # noqa: E402
from featherline.tflite.flatbuffer import pack, unpack  # noqa: E402
from featherline.tflite.minify import minify  # noqa: E402
from featherline.tflite.weights import count_weights  # noqa: E402
from stages.command import guarded  # noqa: E402

INPUT_SHAPE = (64, 1, 4)
CLASSES = 4
FILTERS = ((8, 12), (12, 20), (16, 32), (24, 48), (32, 64), (48, 96), (64, 192), (96, 160))
BITS = (2, 3, 4)
ITEMS = 20


def levels(bits: int) -> int:
    """The largest of the integers of a grid that is even on both sides of zero."""
    return (1 << bits - 1) - 1


def network(filters: tuple[int, ...], bits: int, rng: np.random.Generator):
    """A Keras network whose kernels hold integers of `bits` only, each channel with a scale of its own."""
    from featherline.networks.backend import keras

    entry = x = keras.Input(INPUT_SHAPE, name="input")
    for count in filters:
        x = keras.layers.Conv2D(count, (3, 1), padding="same", activation="relu")(x)
        x = keras.layers.MaxPooling2D((4, 1))(x)
    x = keras.layers.Flatten()(x)
    made = keras.Model(entry, keras.layers.Dense(CLASSES, activation="softmax")(x), name="few_bits")
    for layer in made.layers:
        if layer.weights:
            shape = layer.kernel.shape
            integers = rng.integers(-levels(bits), levels(bits) + 1, shape)
            integers.reshape(-1, shape[-1])[0] = levels(bits)  # sets the scale that the converter takes
            fan_in = np.prod(shape[:-1])
            scale = rng.uniform(0.7, 1.3, shape[-1]) / levels(bits) / np.sqrt(fan_in)
            layer.set_weights([integers * scale, rng.normal(scale=0.1, size=shape[-1])])
    return made


def as_int4(content: bytes, bits: int) -> bytes:
    """The same model with the integers themselves, as int4, in its convolutions."""
    tree = unpack(content, "int8 model")
    for tensor in tree.subgraphs[0].tensors:
        data = tree.buffers[tensor.buffer].data
        if tensor.type == schema.TensorType.INT8 and data is not None and len(tensor.shape) == 4:
            integers = np.rint(data.view(np.int8) * levels(bits) / 127).astype(np.int8)
            nibbles = np.append(integers & 0xF, [0] * (integers.size % 2)).astype(np.uint8)
            tree.buffers[tensor.buffer].data = nibbles[::2] | nibbles[1::2] << 4
            tensor.type = schema.TensorType.INT4
            tensor.quantization.scale = np.float32(tensor.quantization.scale * 127 / levels(bits))
    return pack(tree)


def row(filters: tuple[int, ...], bits: int, folder: Path) -> list[str]:
    from featherline.tflite.converter import convert

    rng = np.random.default_rng(bits)
    items = rng.normal(size=(ITEMS, *INPUT_SHAPE)).astype(np.float32)
    content = convert(network(filters, bits, rng), "int8", items)
    compressed = compress(content)
    forms = {"int8": minify(content), "int4": minify(as_int4(content, bits))}
    if compressed.tables:
        forms["tables"] = compressed.content
    paths = {name: folder / f"{name}.tflite" for name in forms}
    for name, path in paths.items():
        path.write_bytes(forms[name])
    plain = tflite.read(paths["int8"])
    values = quantize(items, plain.inputs[0])
    calls = [isolation.Call(tflm.examine, (path, values)) for path in paths.values()]
    if compressed.tables:
        calls.append(isolation.Call(check_equal, (paths["int8"], paths["tables"], values)))
    # The last call, where there is one, has raised if the answers differ.
    examined = dict(zip(paths, isolation.run(calls, "run models", workers=1), strict=False))
    columns = ("int8", "int4", "tables")
    return [
        f"{count_weights(plain).number:,}",
        str(bits),
        *(f"{len(forms[name]):,}" if name in forms else "" for name in columns),
        *(f"{examined[name].arena_bytes:,}" if name in forms else "" for name in columns),
        "yes" if compressed.tables else compressed.reason,
    ]


HEADER = [
    "Weights",
    "Bits",
    "File bytes, int8",
    "int4 convolutions",
    "look-up tables",
    "Arena bytes, int8",
    "int4 convolutions",
    "look-up tables",
    "Tables equal int8",
]


def measure() -> None:
    with tempfile.TemporaryDirectory() as name:
        sizes = [(filters, bits) for filters in FILTERS for bits in BITS]
        rows = [row(filters, bits, Path(name)) for filters, bits in track(sizes, "measure", unit="model")]
        for cells in [HEADER, ["--:"] * 8 + [":--"], *rows]:
            print("| " + " | ".join(cells) + " |")
        print(f"\nLiteRT on a file with tables: {refusal(Path(name) / 'tables.tflite')}")


def refusal(path: Path) -> str:
    try:
        litert.outputs(path, np.zeros((1, *INPUT_SHAPE), np.int8))
    except FeatherlineError as error:
        return str(error).partition(": ")[2]
    return "it runs."


@click.command(help=__doc__, epilog="Example: python benchmarks/measure_compression.py")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    guarded(measure, "measure_compression", debug)


if __name__ == "__main__":
    main()
